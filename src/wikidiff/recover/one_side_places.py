"""Where the lines of a page stand in both texts, told by one side's text and a reading.

Both formatters show two unchanged lines on either side of a change, and runs of up to four between
two changes whole; what they leave out is the same on both sides. So each shown line has its number
on the known side, and counting the other side's lines on the way gives it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wikidiff.recover.one_side_beams import Step
from wikidiff.recover.one_side_shown import Shown
from wikidiff.recover.page import Place

CONTEXT = 2
"""Unchanged lines shown on either side of a change."""


def places(
    shown: Sequence[Shown],
    keys: Sequence[str],
    hidden: Sequence[bool],
    steps: Sequence[Step],
    *,
    is_old: bool,
    php: bool,
) -> tuple[tuple[Place, ...], ...] | None:
    """Return runs of places, a run for what the page shows unbroken.

    `keys` are the known lines without white space and `hidden` tells which of them leave no shown
    line. None where what is shown unchanged is not what a formatter shows around these steps.
    """
    laying = _Laying(shown, keys, hidden, is_old=is_old)
    for step in steps:
        end = laying.at if step.shown < 0 else step.shown
        if not laying.unchanged(end, step.start, CONTEXT):
            return None
        laying.take(step)
    left = len(keys) - laying.known
    whole = left <= (2 * CONTEXT if php and steps else CONTEXT)
    end = len(keys) if whole else laying.known + CONTEXT
    if not laying.unchanged(len(shown), end, 0):
        return None
    return tuple(tuple(run) for run in laying.runs if run)


def runs_between(
    stand: Iterable[Place], old: Sequence[str], new: Sequence[str]
) -> tuple[tuple[Place, ...], ...] | None:
    """Return places in runs, empty ranges put where they belong, both texts' lines given.

    None where they do not go in order, as where one of a line moved and edited is not shown, or
    where something else differs but the last line's end.
    """
    runs: list[list[Place]] = []
    was = now = 0
    for place in stand:
        (a, b), (c, d) = place.old, place.new
        gap = a - was if a < b else c - now
        skewed = a < b and c < d and c - now != gap
        if gap < 0 or skewed or old[was : was + gap] != new[now : now + gap]:
            return None
        if gap or not runs:
            runs.append([])
        was, now = was + gap, now + gap
        runs[-1].append(Place(place.shown, (was, was + b - a), (now, now + d - c)))
        was, now = was + b - a, now + d - c
    left = [[*side[at:], ""] for side, at in ((old, was), (new, now))]
    same = left[0] in (left[1], [*left[1], ""]) or [*left[0], ""] == left[1]
    return tuple(map(tuple, runs)) if same else None


class _Laying:
    """Lays shown lines on known ones: `at` and `known` are the next of each, `other` the line of
    the other side that stands there.
    """  # noqa: D205

    def __init__(
        self, shown: Sequence[Shown], keys: Sequence[str], hidden: Sequence[bool], *, is_old: bool
    ) -> None:
        self._shown, self._keys, self._hidden, self._is_old = shown, keys, hidden, is_old
        self.at = self.known = self.other = 0
        self.runs: list[list[Place]] = [[]]

    def unchanged(self, end: int, known_end: int, before: int) -> bool:
        """Take the shown lines up to `end` as what is shown of the known ones up to `known_end`.

        `before` are the lines shown before what follows. Tell whether they are.
        """
        first = not self.known and not self.at
        count = known_end - self.known
        after = 0 if first else CONTEXT
        if count > after + before and before:
            if not self._same(after):
                return False
            self.other += known_end - before - self.known
            self.known = known_end - before
            self.runs.append([])
        return self._same(known_end - self.known) and self.at == end

    def _same(self, count: int) -> bool:
        for known in range(self.known, self.known + count):
            number = -1
            if not self._hidden[known]:
                if self.at == len(self._shown) or self._shown[self.at].key != self._keys[known]:
                    return False
                number = self._shown[self.at].index
                self.at += 1
            self._add(number, 1, 1)
        return True

    def take(self, step: Step) -> None:
        """Take a changed line."""
        other = 0 if step.other is None else step.other.count("\n") + 1
        number = -1 if step.shown < 0 else self._shown[step.shown].index
        self._add(number, step.end - step.start, other)
        self.at += step.shown >= 0

    def _add(self, number: int, known: int, other: int) -> None:
        ranges = (self.known, self.known + known), (self.other, self.other + other)
        self.known, self.other = ranges[0][1], ranges[1][1]
        self.runs[-1].append(Place(number, *(ranges if self._is_old else ranges[::-1])))
