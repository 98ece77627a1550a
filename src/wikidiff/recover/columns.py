"""Which cells of a copied diff table are old lines and which are new ones.

Copying runs both columns together. What the engines can show leaves few ways to take the cells: a
changed run of lines shows its lines paired in order, then what one side has more of, and no line of
it stands on both sides. wikidiff2 shows a pair as one row, old before new, where the two are alike
enough, else the new line before the old one; core's PHP shows any pair old before new. Around and
between changed runs stand a few lines of context, which are copied twice. Among the ways that are
left the likeliest is taken, by how often the engine shows what, by how alike two lines are, and by
what the article below tells (column_article.py).

Source of the rules: `LineDiffProcessor.cpp` of wikimedia/mediawiki-php-wikidiff2 1.13.0 and
`TableDiffFormatter.php` of MediaWiki. The log-probabilities were counted on real edits that the
model of the first (wikidiff2_lines.py) lined up.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from wikidiff import limits
from wikidiff.model import Line
from wikidiff.recover.column_article import Article
from wikidiff.recover.column_unity import MOST_GAINED, Unity
from wikidiff.recover.wikidiff2_lines import MOVED_THRESHOLD
from wikidiff.recover.wikidiff2_words import WordDiff, has_thai

Engine = Literal["wikidiff2", "php"]
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
_MARKS = " \t*#:;|!"

_BRACKETS = (("<!--", "-->"), ("{{", "}}"), ("{|", "|}"))
_TORN = 3.0  # what one line opens is closed by the next, of the other side

_CONTEXT = 1.0  # a run of context between two changed runs
_EDGE_CONTEXT, _INNER_CONTEXT = 2, 4  # lines of it that the engines show at most
_TOO_LONG: dict[Engine, float] = {"wikidiff2": 4.0, "php": 1.0}
"""What each line more costs. Some blank lines that core's PHP shows as changed are not copied."""
_TWIN = 3.7  # two equal lines of one side, one after the other
_TWIN_LONG = 9.0  # two of at least this many words in a row
_LONG_TWIN = 3
_PHP = 3.0  # a page of core's PHP rather than wikidiff2's
_SURE = 0.8  # likeness from which two lines are one edited for certain

_ENDS = 4  # places where a changed run may end that are looked at
_TRIED = 12  # ways to take a changed run, likeliest first, that are looked at closely


def concluded(cells: Sequence[str], article: Sequence[str]) -> tuple[Line, ...]:
    """Return the lines that the cells of a table are, each cell taken once and in order.

    `article` has the lines below the table. Lines that could be taken otherwise are not `certain`.
    """
    table = _Table(cells, Article(cells, article))
    ways = [_Search(table, "wikidiff2").best(), _Search(table, "php").best()]
    best = ways[0] if ways[0].cost <= ways[1].cost + _PHP else ways[1]
    return tuple(best.lines(table))


class _Likeness(NamedTuple):
    """Of a cell and the next one: whether they are one row as old and new, the share in common.

    `unlike`: whether, the other way round, they are shown as two lines. The share is that of the
    lines without list marks and the like.
    """

    changed: bool
    unlike: bool
    share: float


class _Table:
    """The cells, and what is known of each: `twin` where the next one is equal."""

    def __init__(self, cells: Sequence[str], article: Article) -> None:
        self.cells, self.article = cells, article
        self.twin = [a == b for a, b in pairwise(cells)] + [False]
        self.ends = [at for at, twin in enumerate(self.twin) if twin] + [len(cells)]
        self.twins = [0.0, *accumulate(map(self._as_twins, range(len(cells))))]
        alone = [at for at in range(len(cells)) if not (self.twin[at] or self.twin[at - 1])]
        self.unity = Unity(cells, article, alone)
        self.told = [0.0, *accumulate(article.tells(at) for at in range(len(cells)))]
        self._likeness: dict[int, _Likeness] = {}

    def _as_twins(self, at: int) -> float:
        """Return what it costs that a cell and the next one, if equal, are two lines of a side."""
        if not self.twin[at]:
            return 0.0
        return _TWIN if len(self.article.shingles(at)) < _LONG_TWIN else _TWIN_LONG

    def likeness(self, at: int) -> _Likeness:
        """Compare a cell with the next one, of long ones the beginnings."""
        if at not in self._likeness:
            one, other = (cell[: limits.CLIP_PAIR_CHARS] for cell in self.cells[at : at + 2])
            ahead, back = WordDiff.between(one, other), WordDiff.between(other, one)
            open_ = has_thai(one) or has_thai(other)  # whose words are not exactly known
            bare = WordDiff.between(one.lstrip(_MARKS), other.lstrip(_MARKS))
            self._likeness[at] = _Likeness(
                ahead.is_one_line(), open_ or not back.is_one_line(), bare.similarity()
            )
        return self._likeness[at]


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
class _Run:
    """A way to take a changed run: its bounds, its pairs, and the side of the cells after them."""

    start: int
    end: int
    paired: _Pairs
    rest: Side
    engine: Engine

    def lines(self, table: _Table) -> Iterator[Line]:
        """Yield the lines of the run."""
        at = self.start
        for pair in self.paired.kinds():
            one, other = table.cells[at : at + 2]
            if pair == "changed":
                sure = table.likeness(at).share >= _SURE
                yield Line("changed", one, other, certain=sure)
            elif self.engine == "php":
                yield from (_deleted(one), _inserted(other))
            else:
                yield from (_inserted(one), _deleted(other))
            at += 2
        make = _deleted if self.rest == "deleted" else _inserted
        yield from map(make, table.cells[at : self.end])

    def sides(self) -> str:
        """Return "-" or "+" for each cell: whether it is an old line or a new one."""
        unlike = "+-" if self.engine == "wikidiff2" else "-+"
        told = "".join("-+" if kind == "changed" else unlike for kind in self.paired.kinds())
        return told.ljust(self.end - self.start, "-" if self.rest == "deleted" else "+")

    def cost(self, table: _Table) -> float:
        """Return what it costs that the lines of each side are together (column_unity.py)."""
        edited = {
            self.start + 2 * n + side
            for n, kind in enumerate(self.paired.kinds())
            if kind == "changed"
            for side in (0, 1)
        }
        return table.unity.cost(self.start, self.sides(), edited)

    def is_possible(self, table: _Table) -> bool:
        """Tell whether no line is on both sides: the engine would have found it unchanged."""
        cells: dict[str, set[str]] = {"-": set(), "+": set()}
        for at, side in enumerate(self.sides(), self.start):
            cells[side].add(table.cells[at])
        return cells["-"].isdisjoint(cells["+"])


def _deleted(line: str) -> Line:
    return Line("deleted", line, None, certain=False)


def _inserted(line: str) -> Line:
    return Line("inserted", None, line, certain=False)


class _State(NamedTuple):
    """What stands before a cell: lines of context (0 after a changed run), and whether from the
    page's beginning on.
    """  # noqa: D205

    context: int
    first: bool


@dataclass(frozen=True, slots=True)
class _Way:
    """The likeliest way to take the cells up to some place: `cost` in -log P, and its last step.

    The step is a changed run, or the first of two cells of context.
    """

    cost: float
    step: _Run | int | None = None
    before: _Way | None = None

    def lines(self, table: _Table) -> Iterator[Line]:
        """Yield the lines in order."""
        steps: list[_Run | int] = []
        way: _Way | None = self
        while way is not None and way.step is not None:
            steps.append(way.step)
            way = way.before
        for step in reversed(steps):
            if isinstance(step, _Run):
                yield from step.lines(table)
            else:
                yield Line("context", table.cells[step], table.cells[step])


class _Search:
    """The search for the likeliest way to take a table, by the rules of one engine."""

    def __init__(self, table: _Table, engine: Engine) -> None:
        self._table, self._engine = table, engine

    def best(self) -> _Way:
        """Return the likeliest way to take all cells."""
        size = len(self._table.cells)
        ways: list[dict[_State, _Way]] = [{} for _ in range(size + 1)]
        ways[0][_State(0, True)] = _Way(0.0)
        for at in range(size):
            if not ways[at]:
                continue
            for state, way in ways[at].items():
                if self._table.twin[at]:
                    after, cost = self._after_context(state)
                    _put(ways[at + 2], after, _Way(way.cost + cost, at, way))
            open_ = [way for state, way in ways[at].items() if state.context or state.first]
            if open_:
                before = min(open_, key=lambda way: way.cost)
                for cost, run in self._runs(at):
                    _put(ways[run.end], _State(0, False), _Way(before.cost + cost, run, before))
            ways[at] = {}
        ended = [replace(way, cost=way.cost + self._edge(state)) for state, way in ways[-1].items()]
        return min(ended, key=lambda way: way.cost)

    def _after_context(self, state: _State) -> tuple[_State, float]:
        """Return what stands before the next cell after one more line of context, and its cost."""
        most = _EDGE_CONTEXT if state.first else _INNER_CONTEXT
        cost = 0.0 if state.context or state.first else _CONTEXT
        if state.context == most:
            return state, cost + _TOO_LONG[self._engine]
        return _State(state.context + 1, state.first), cost

    def _edge(self, state: _State) -> float:
        """Return what context at the page's end costs beyond what it costs between two runs."""
        if state.first:
            return 0.0
        return _TOO_LONG[self._engine] * max(state.context - _EDGE_CONTEXT, 0)

    def _runs(self, start: int) -> Iterator[tuple[float, _Run]]:
        """Yield the likeliest changed run from a cell to each end that is looked at, and its cost.

        Where all ways tried have a line on both sides, all cells are one side's.
        """
        ends = self._table.ends
        first = bisect_right(ends, start)
        reached = ends[first : first + _ENDS]
        paired = self._paired(start, reached[-1])
        for end in reached:
            twins = self._table.twins[end] - self._table.twins[start]
            ways = self._ways(start, end, paired[: (end - start) // 2 + 1])
            one_sided = self._ways(start, end, paired[:1])
            told = self._table.unity.tells(start, end)
            best: tuple[float, _Run] | None = None
            for cost, pairs, rest in (*nsmallest(_TRIED, ways, key=_cost), *one_sided):
                if best is not None and cost + twins - MOST_GAINED * told >= best[0]:
                    break
                run = _Run(start, end, pairs, rest, self._engine)
                if run.is_possible(self._table):
                    whole = cost + twins + (run.cost(self._table) if told else 0.0)
                    if best is None or whole < best[0]:
                        best = whole, run
            if best is not None:
                yield best

    def _ways(
        self, start: int, end: int, paired: Sequence[Sequence[_Pairs]]
    ) -> Iterator[tuple[float, _Pairs, Side]]:
        """Yield every number of pairs from a cell on, with the rest of the run on either side."""
        told = self._table.told
        for count, ways in enumerate(paired):
            rest = start + 2 * count
            for pairs in ways:
                if rest == end:
                    cost = pairs.cost + _END[pairs.kind]
                    yield cost, pairs, "deleted"
                    continue
                cost = pairs.cost + _FIRST_LINE + _LONGER * math.log(end - rest)
                tells = (told[end] - told[rest]) / 2
                deleted, inserted = _REST[pairs.kind]
                yield cost + deleted + tells, pairs, "deleted"
                cost += inserted - tells - self._meeting(pairs.kind, rest)
                yield cost, pairs, "inserted"

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
        return _CHANGED_LIKE[_tenth(share)] if share > MOVED_THRESHOLD else 0.0

    def _kinds(self, at: int) -> Iterator[tuple[Pair, float]]:
        """Yield how a cell and the next one may be a pair, and what that costs."""
        if self._table.twin[at]:
            return
        alike, article = self._table.likeness(at), self._table.article
        tenth = _tenth(alike.share)
        if alike.changed:
            yield "changed", -_CHANGED_LIKE[tenth] - article.tells_pair(at) / 2
        if self._engine == "php" and not alike.changed:
            tells = article.tells(at + 1) - article.tells(at)
        elif self._engine == "wikidiff2" and alike.unlike:
            tells = article.tells(at) - article.tells(at + 1)
        else:
            return
        one, other = self._table.cells[at : at + 2]
        is_blank = not (one.strip() and other.strip())
        alone = _UNLIKE_BLANK if is_blank else _UNLIKE_LIKE[min(tenth, 2)]
        yield "unlike", _TORN * _is_torn(one, other) - alone - tells / 2


def _is_torn(one: str, other: str) -> bool:
    """Tell whether a line opens what the next one closes: both are of one side."""
    return any(
        one.count(opener) > one.count(closer) and other.count(opener) < other.count(closer)
        for opener, closer in _BRACKETS
    )


def _tenth(share: float) -> int:
    return min(int(10 * share), 9)


def _cost(way: tuple[float, _Pairs, Side] | _Pairs) -> float:
    return way[0]


def _put(ways: dict[_State, _Way], state: _State, way: _Way) -> None:
    if state not in ways or way.cost < ways[state].cost:
        ways[state] = way
