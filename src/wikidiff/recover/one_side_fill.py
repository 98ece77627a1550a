"""What lacks of each edited line of a page, so that the page's byte delta comes out.

Beams over the edited lines keep the likeliest ways to take those before and those after one of
them; that one is then looked up by what they leave of the delta, however unlikely by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from heapq import nlargest
from typing import NamedTuple

from wikidiff import limits
from wikidiff.recover.one_side_beams import Open
from wikidiff.recover.one_side_lines import LineWays, Pick


class Filled(NamedTuple):
    """One way to take all edited lines: their score and what was picked of each."""

    score: float
    picks: tuple[Pick, ...]


class _Part(NamedTuple):
    score: float
    delta: int
    picks: tuple[Pick, ...]


_Pair = tuple[int, float, _Part, _Part]

SLACK = 12.0
"""How much less likely than the best another way to take all edited lines is looked for."""


class Filler:
    """Fills in the edited lines of one page."""

    def __init__(self, ways: Callable[[Open], LineWays]) -> None:
        self._ways = ways
        self._known: dict[tuple[Open, ...], tuple[list[list[_Part]], list[list[_Part]]]] = {}
        self._known_pairs: dict[tuple[Open, ...], list[list[_Pair]]] = {}
        self._known_rests: dict[tuple[Open, ...], list[dict[int, list[_Part]]]] = {}
        self._made: dict[tuple[tuple[Open, ...], int], list[Filled]] = {}
        self.lookups = 0

    def best(self, opens: tuple[Open, ...]) -> list[tuple[int, Filled]]:
        """Return the likeliest ways whatever their delta: (delta, way), best first."""
        last = self._beams(opens)[0][-1]
        return [(part.delta, Filled(part.score, part.picks)) for part in last]

    def exactly(self, opens: tuple[Open, ...], delta: int) -> list[Filled]:
        """Return the likeliest ways of exactly one delta, best first."""
        key = opens, delta
        if key not in self._made:
            self._made[key] = self._exactly(opens, delta)
        return self._made[key]

    def _exactly(self, opens: tuple[Open, ...], delta: int) -> list[Filled]:
        if not opens:
            return [] if delta else [Filled(0.0, ())]
        made: dict[tuple[Pick, ...], Filled] = {}
        if len(opens) == 1:
            found = self._ways(opens[0]).for_delta(delta)
            return [Filled(pick.score, (pick,)) for pick in found]
        before = self._beams(opens)[0]
        for left_parts, right_parts in zip(before[1:-1], self._by_delta(opens), strict=True):
            _join(made, left_parts, right_parts, delta)
        best = max((filled.score for filled in made.values()), default=-1e9)
        for one, pairs in zip(opens, self._pairs(opens), strict=True):
            ways = self._ways(one)
            for total, gain, left, right in pairs:
                if gain + ways.top < best - SLACK or self.lookups >= limits.ONE_SIDE_LOOKUPS:
                    break
                self.lookups += 1
                for pick in ways.for_delta(delta - total)[: limits.ONE_SIDE_PER_DELTA]:
                    picks = (*left.picks, pick, *right.picks)
                    made[picks] = Filled(gain + pick.score, picks)
                    best = max(best, gain + pick.score)
        return nlargest(limits.ONE_SIDE_AT_TARGET, made.values(), key=_filled_score)

    def _beams(self, opens: tuple[Open, ...]) -> tuple[list[list[_Part]], list[list[_Part]]]:
        found = self._known.get(opens)
        if found is None:
            picks = [self._ways(one).best() for one in opens]
            before = [[_Part(0.0, 0, ())]]
            for here in picks:
                before.append(_longer(before[-1], here, behind=True))
            after = [[_Part(0.0, 0, ())]]
            for here in reversed(picks):
                after.append(_longer(after[-1], here, behind=False))
            after.reverse()
            found = self._known[opens] = before, after
        return found

    def _pairs(self, opens: tuple[Open, ...]) -> list[list[_Pair]]:
        """Return, for each edited line, what the others add up to, likeliest first."""
        if opens not in self._known_pairs:
            before, after = self._beams(opens)
            self._known_pairs[opens] = [_pairs(before[n], after[n + 1]) for n in range(len(opens))]
        return self._known_pairs[opens]

    def _by_delta(self, opens: tuple[Open, ...]) -> list[dict[int, list[_Part]]]:
        """Return, for each place between two edited lines, the parts behind it by their delta."""
        found = self._known_rests.get(opens)
        if found is None:
            found = self._known_rests[opens] = []
            for parts in self._beams(opens)[1][1:-1]:
                by_delta: dict[int, list[_Part]] = {}
                for part in parts:
                    by_delta.setdefault(part.delta, []).append(part)
                found.append(by_delta)
        return found

    def forget(self) -> None:
        """Look anew at everything: picks became less likely."""
        self._known.clear()
        self._known_pairs.clear()
        self._known_rests.clear()
        self._made.clear()
        self.lookups = 0


def _longer(parts: Sequence[_Part], picks: Sequence[Pick], *, behind: bool) -> list[_Part]:
    made: dict[int, list[_Part]] = {}
    room = max(30, limits.ONE_SIDE_LINE_SUMS // max(1, min(len(parts), len(picks))))
    for part in parts[:room]:
        for pick in picks[:room]:
            score, delta = part.score + pick.score, part.delta + pick.delta
            kept = made.setdefault(delta, [])
            if len(kept) == 2:
                if score <= kept[1].score:
                    continue
                kept.pop()
            taken = (*part.picks, pick) if behind else (pick, *part.picks)
            kept.append(_Part(score, delta, taken))
            kept.sort(key=_order)
    every = [part for kept in made.values() for part in kept]
    every.sort(key=_order)
    return every[: limits.ONE_SIDE_FILL]


def _pairs(before: Sequence[_Part], after: Sequence[_Part]) -> list[_Pair]:
    """Return (bytes, score, parts that add up to them), the likeliest first."""
    made: dict[int, _Pair] = {}
    for left in before[: limits.ONE_SIDE_JOIN]:
        for right in after[: limits.ONE_SIDE_JOIN]:
            total = left.delta + right.delta
            gain = left.score + right.score
            known = made.get(total)
            if known is None or gain > known[1]:
                made[total] = total, gain, left, right
    return nlargest(limits.ONE_SIDE_NEEDS, made.values(), key=_gain)


def _join(
    made: dict[tuple[Pick, ...], Filled],
    before: Sequence[_Part],
    after: Mapping[int, Sequence[_Part]],
    delta: int,
) -> None:
    for left in before:
        for right in after.get(delta - left.delta, ()):
            picks = (*left.picks, *right.picks)
            made[picks] = Filled(left.score + right.score, picks)


def _gain(pair: _Pair) -> float:
    return pair[1]


def _filled_score(filled: Filled) -> float:
    return filled.score


def _order(part: _Part) -> tuple[float, int]:
    return -part.score, part.delta
