"""The likeliest ways through the lattice of a page, and those that explain its byte delta."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from heapq import nlargest

from wikidiff import limits
from wikidiff.recover.one_side_beams import (
    Beam,
    Entry,
    Open,
    Option,
    Step,
    extend,
    merge,
    pruned,
    walked,
)

Asked = Option | tuple[str, int, int, int, tuple[int, ...]]
"""An option, or what to work out when it is needed: (kind, shown line, known lines from, to, the
weights of steps that it counts for)."""


Node = tuple[int, int, int]

Edge = tuple[Node, float, Asked]

Skeleton = tuple[int, float, list[Step | Open]]
"""(bytes that the other side has more, score, steps in page order)."""

AFTER, START, KNOWN, OTHER, MIXED = range(5)
"""Where a reading stands: after a change, before the first line of one, or inside one whose last
line was only known, only the other side's, or edited."""

FIRST: tuple[Node, ...] = ((0, 0, AFTER), (0, 0, START))

SLACK = 45.0
"""How much less likely than the best reading, byte delta aside, one may be at any line."""

_Beams = dict[Node, list[tuple[int, Entry]]]
_Taken = dict[Node, list[tuple[Node, float, Sequence[Option]]]]


class Walk:
    """One walk: `live` are the nodes from which a page can end, in order, `ahead` the best score
    from each there, and `resolved` works out the options of a step.
    """  # noqa: D205

    def __init__(
        self,
        edges: Mapping[Node, Sequence[Edge]],
        ends: set[Node],
        live: Sequence[Node],
        ahead: Mapping[Node, float],
        resolved: Callable[[Asked], Sequence[Option]],
        sums: int,
    ) -> None:
        self._edges, self._ends, self._live, self._ahead = edges, ends, live, ahead
        self._resolved, self._sums = resolved, sums

    def found(self, target: int | None) -> list[Skeleton]:
        """Return the best ways for each delta, and the best for the target."""
        before: _Beams = {}
        taken: _Taken = {}
        made = self._forward(before, taken)
        found = [
            (delta, entry[0], walked(entry))
            for delta, entries in made.items()
            for entry in entries
            if entry[1] is not None
        ]
        if target is not None and len(before) <= limits.ONE_SIDE_JOINED:
            found += self._met(before, taken, target)
        return found

    def _forward(self, before: _Beams, taken: _Taken) -> Beam:
        """Return the ways that end the page; tell the beam at each node and the steps from it."""
        ahead = self._ahead
        floor = max(ahead.get(node, -1e9) for node in FIRST) - SLACK
        beams: dict[Node, Beam] = {node: {0: [(0.0, None, None)]} for node in FIRST}
        made: Beam = {}
        for node in self._live:
            beam = pruned(beams.pop(node, {}))
            if not beam:
                continue
            before[node] = beam
            if node in self._ends:
                merge(made, beam)
            taken[node] = []
            for target, score, asked in self._edges[node]:
                if target in ahead and score + ahead[target] + beam[0][1][0] > floor:
                    options = self._resolved(asked)
                    taken[node].append((target, score, options))
                    extend(beams.setdefault(target, {}), beam, score, options, self._sums)
        return made

    def _met(self, before: _Beams, taken: _Taken, target: int) -> list[Skeleton]:
        """Return the ways that explain the delta, of which both halves are likely at some line."""
        after: _Beams = {}
        joined: list[tuple[float, Entry, Entry]] = []
        for node in reversed(before):
            beam: Beam = {0: [(0.0, None, None)]} if node in self._ends else {}
            for there, score, options in taken[node]:
                if there in after:
                    extend(beam, after[there], score, options, self._sums)
            after[node] = pruned(beam)
            rests: dict[int, Entry] = {}
            for delta, entry in after[node]:
                rests.setdefault(delta, entry)
            for delta, entry in before[node]:
                rest = rests.get(target - delta)
                if rest is not None:
                    joined.append((entry[0] + rest[0], entry, rest))
        made: dict[tuple[Step | Open, ...], Skeleton] = {}
        for total, entry, rest in nlargest(limits.ONE_SIDE_MET, joined, key=_joined_score):
            steps = walked(entry) + walked(rest)[::-1]
            made[tuple(steps)] = target, total, steps
        return list(made.values())


def _joined_score(joined: tuple[float, Entry, Entry]) -> float:
    return joined[0]


def leading(edges: dict[Node, list[Edge]], ends: set[Node]) -> tuple[list[Node], dict[Node, float]]:
    """Return the nodes from which a page can end, in order, and the best score from each there."""
    ahead: dict[Node, float] = {}
    for node in reversed(edges):
        best = [0.0] if node in ends else []
        best += [score + ahead[target] for target, score, _ in edges[node] if target in ahead]
        if best:
            ahead[node] = max(best)
    return [node for node in edges if node in ahead], ahead
