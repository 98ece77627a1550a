"""The ways to take the cells between two runs of context: what an engine can show there.

A changed run shows its lines paired in order, then what one side has more of, and no line of it
stands on both sides. wikidiff2 shows a pair as one row, old before new, where the two are alike
enough, else the new line before the old one; core's PHP shows any pair old before new.

Source of the rules: `LineDiffProcessor.cpp` of wikimedia/mediawiki-php-wikidiff2 1.13.0 and
`TableDiffFormatter.php` of MediaWiki. The log-probabilities were counted on real edits that the
model of the first (wikidiff2_lines.py) lined up; they choose the ways that are looked at closely.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Literal, NamedTuple

from wikidiff.model import Line
from wikidiff.recover.column_kinds import BRACKETS
from wikidiff.recover.column_table import Engine, Table
from wikidiff.recover.wikidiff2_lines import MOVED_THRESHOLD

Pair = Literal["changed", "unlike"]
Side = Literal["deleted", "inserted"]

# -log P of what stands next in a changed run, by the pair before it (None where it begins).
_NEXT: dict[Pair | None, dict[Pair, float]] = {
    None: {"changed": 0.5, "unlike": 1.8},
    "changed": {"changed": 1.4, "unlike": 3.1},
    "unlike": {"changed": 2.5, "unlike": 1.2},
}
_END: dict[Pair | None, float] = {"changed": 0.4, "unlike": 1.0}
_REST: dict[Pair | None, tuple[float, float]] = {  # deleted, inserted
    None: (2.6, 2.2),
    "changed": (4.0, 3.4),
    "unlike": (2.2, 2.0),
}
_FIRST_LINE, _LONGER = 0.95, 1.3  # n lines of one side cost the first, and the second times log n

# Log-odds of a likeness, by tenths, for an old line and the new one shown beside it against other
# neighbours of one changed run; list marks and the like at the lines' beginnings left out.
_CHANGED_LIKE = (-4.7, -3.6, 0.4, 1.2, 1.2, 1.1, 1.1, 2.4, 2.5, 3.9)
_UNLIKE_LIKE = (0.5, 0.9, -1.8)
_UNLIKE_BLANK = -1.0  # of a blank line and another
_TORN = 3.0  # what one line opens is closed by the next, of the other side

_ENDS = 6  # places where a changed run may end that are looked at
_DEAREST = 14.0  # what they may cost more than the cheapest
_TRIED = 24  # ways to take a changed run, likeliest first, that are looked at


class _Pairs(NamedTuple):
    """The likeliest pairs from a run's start that end with one of a kind."""

    cost: float
    kind: Pair | None
    before: _Pairs | None

    def kinds(self) -> tuple[Pair, ...]:
        found: list[Pair] = []
        pairs: _Pairs | None = self
        while pairs is not None and pairs.kind is not None:
            found.append(pairs.kind)
            pairs = pairs.before
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Run:
    """A way to take a changed run: its bounds, its pairs, and the side of the cells after them.

    `cost` is -log P by the counts above.
    """

    start: int
    end: int
    pairs: tuple[Pair, ...]
    rest: Side
    engine: Engine
    cost: float

    def holds(self, at: int) -> bool:
        """Tell whether a cell is of the run."""
        return self.start <= at < self.end

    def sides(self) -> str:
        """Return "-" or "+" for each cell: whether it is an old line or a new one."""
        new_first = self.engine == "wikidiff2"
        told = ("+-" if pair == "unlike" and new_first else "-+" for pair in self.pairs)
        left = self.end - self.start - 2 * len(self.pairs)
        return "".join(told) + ("-" if self.rest == "deleted" else "+") * left

    def lines(self, table: Table, certain: Sequence[bool]) -> Iterator[Line]:
        """Yield the lines of the run; `certain` tells of each cell of the table."""
        sides = self.sides()
        at = 0
        for pair in self.pairs:
            if pair == "changed":
                old, new = table.cells[self.start + at : self.start + at + 2]
                sure = certain[self.start + at] and certain[self.start + at + 1]
                yield Line("changed", old, new, certain=sure)
            else:
                yield from (_line(table, self.start + n, sides[n], certain) for n in (at, at + 1))
            at += 2
        for n in range(at, len(sides)):
            yield _line(table, self.start + n, sides[n], certain)

    def is_possible(self, table: Table) -> bool:
        """Tell whether no line is on both sides: the engine would have found it unchanged."""
        cells = {"-": set[str](), "+": set[str]()}
        for at, side in enumerate(self.sides(), self.start):
            cells[side].add(table.cells[at])
        return cells["-"].isdisjoint(cells["+"])


def _line(table: Table, at: int, side: str, certain: Sequence[bool]) -> Line:
    if side == "-":
        return Line("deleted", table.cells[at], None, certain=certain[at])
    return Line("inserted", None, table.cells[at], certain=certain[at])


class Runs:
    """The likeliest ways to take the changed runs of a table, by the rules of one engine."""

    def __init__(self, table: Table, engine: Engine) -> None:
        self._table, self._engine = table, engine

    def starting(self, start: int) -> Iterator[Run]:
        """Yield the likeliest changed runs from a cell to each end that is looked at.

        That all cells are one side's is always among them. None goes over two equal lines of
        several words: these are one that stayed.
        """
        if self._table.stays(start):
            return
        ends = self._table.ends
        first = bisect_right(ends, start)
        last = next((n for n in range(first, first + _ENDS) if self._table.stays(ends[n])), None)
        reached = ends[first : first + _ENDS if last is None else last + 1]
        paired = self._paired(start, reached[-1])
        for end in reached:
            ways = self._ways(start, end, paired, 1)
            one_sided = self._ways(start, end, paired[:1], 0)
            tried = nsmallest(_TRIED, ways)
            most = tried[0][0] + _DEAREST if tried else 0.0
            for cost, _, pairs, rest in (*one_sided, *tried):
                if cost > most and pairs.kind:
                    break
                run = Run(start, end, pairs.kinds(), rest, self._engine, cost)
                if run.is_possible(self._table):
                    yield run

    def _ways(
        self, start: int, end: int, paired: Sequence[Sequence[_Pairs]], least: int
    ) -> Iterator[tuple[float, int, _Pairs, Side]]:
        """Yield every number of pairs from a cell on, with the rest of the run on either side.

        Each is (cost, a number that no other has, pairs, side of the rest).
        """
        told = self._table.tells
        number = 0
        for count in range(least, min(len(paired), (end - start) // 2 + 1)):
            rest = start + 2 * count
            for pairs in paired[count]:
                number += 2
                if rest == end:
                    yield pairs.cost + _END[pairs.kind], number, pairs, "deleted"
                    continue
                cost = pairs.cost + _FIRST_LINE + _LONGER * math.log(end - rest)
                tells = (told[end] - told[rest]) / 2
                deleted, inserted = _REST[pairs.kind]
                yield cost + deleted + tells, number, pairs, "deleted"
                cost += inserted - tells - self._meeting(pairs.kind, rest)
                yield cost, number + 1, pairs, "inserted"

    def _paired(self, start: int, stop: int) -> list[list[_Pairs]]:
        """Return for each number of pairs from a cell on the likeliest, by the kind of the last."""
        made = [[_Pairs(0.0, None, None)]]
        for at in range(start, stop - 1, 2):
            kinds = list(self._kinds(at))
            if not kinds:
                break
            made.append(
                [
                    min((self._after(before, kind, at, cost) for before in made[-1]), key=_cost)
                    for kind, cost in kinds
                ]
            )
        return made

    def _after(self, before: _Pairs, kind: Pair, at: int, cost: float) -> _Pairs:
        """Return pairs with one more, at a cell."""
        cost += before.cost + _NEXT[before.kind][kind]
        if kind == "unlike":
            cost -= self._meeting(before.kind, at)
        return _Pairs(cost, kind, before)

    def _meeting(self, last: Pair | None, at: int) -> float:
        """Return what it is worth that the old line of a pair is like the new one at a cell after.

        wikidiff2 shows them as one row, of a line that moved by one.
        """
        if self._engine == "php" or last != "unlike":
            return 0.0
        share = self._table.likeness(at - 1).share
        return _CHANGED_LIKE[tenth(share)] if share > MOVED_THRESHOLD else 0.0

    def _kinds(self, at: int) -> Iterator[tuple[Pair, float]]:
        """Yield how a cell and the next one may be a pair, and what that costs."""
        if self._table.twin[at]:
            return
        alike, article = self._table.likeness(at), self._table.article
        if alike.changed:
            yield "changed", -_CHANGED_LIKE[tenth(alike.share)] - article.tells_pair(at) / 2
        if self._engine == "php" and not alike.changed:
            tells = article.tells(at + 1) - article.tells(at)
        elif self._engine == "wikidiff2" and alike.unlike:
            tells = article.tells(at) - article.tells(at + 1)
        else:
            return
        is_blank = "blank" in self._table.kinds[at : at + 2]
        alone = _UNLIKE_BLANK if is_blank else _UNLIKE_LIKE[min(tenth(alike.share), 2)]
        yield "unlike", _TORN * is_torn(*self._table.cells[at : at + 2]) - alone - tells / 2


def is_torn(one: str, other: str) -> bool:
    """Tell whether a line opens what the next one closes: both are of one side."""
    return any(
        one.count(opener) > one.count(closer) and other.count(opener) < other.count(closer)
        for opener, closer in BRACKETS[:3]
    )


def tenth(share: float) -> int:
    """Return the tenth that a share is in, 0 to 9."""
    return min(int(10 * share), 9)


def _cost(pairs: _Pairs) -> float:
    return pairs[0]
