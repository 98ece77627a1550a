"""Edits of a shown line of which one side's text is known, such as the end of a move.

An edited line must hold the known line in order; what it holds besides stands on the other side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nlargest

from wikidiff import limits
from wikidiff.recover.options import Option, log_sum
from wikidiff.recover.sides import new_side, old_side
from wikidiff.recover.sites import Site, SiteFinder

Stretch = tuple[int, int]


def bare(text: str) -> str:
    """Return the text without white space, as a flattened page keeps it for sure."""
    return "".join(text.replace("\u00a0", " ").split())


class KnownSide:
    """The lines of the side that is known; `is_old` tells which."""

    def __init__(self, text: str, *, is_old: bool) -> None:
        self.is_old = is_old
        self.lines = [line for line in text.split("\n") if bare(line)]
        self._bare = [bare(line) for line in self.lines]

    def within(self, shown: str) -> list[str]:
        """Return the lines that a shown line holds in order."""
        whole = bare(shown)
        found = []
        for n, line in enumerate(self._bare[: limits.KNOWN_LINES]):
            if len(line) < len(whole) and _holds(whole, line):
                found.append(self.lines[n])
        return nlargest(limits.KNOWN_CANDIDATES, dict.fromkeys(found), key=lambda x: (len(x), x))


def _holds(whole: str, part: str) -> bool:
    """Whether `part` stands in `whole` in order, with more between."""
    at = 0
    for char in part:
        at = whole.find(char, at) + 1
        if not at:
            return False
    return True


class KnownOptions:
    """The ways to take a shown line as edited, one of whose sides is known."""

    def __init__(self, options: Sequence[Option]) -> None:
        norm = log_sum([option.score for option in options])
        found = nlargest(limits.KNOWN_OPTIONS, options)
        self.best = [o._replace(score=o.score - norm) for o in found]
        self._by_delta: dict[int, list[Option]] = {}
        for option in self.best:
            self._by_delta.setdefault(option.delta, []).append(option)

    def for_delta(self, delta: int) -> list[Option]:
        """Return the best options with exactly this delta, best first."""
        return self._by_delta.get(delta, [])[: limits.RECOVER_PER_DELTA]


def known_options(finder: SiteFinder, side: KnownSide, further: float) -> KnownOptions | None:
    """Return the edits of a shown line that leave a line of the known side, None if none does."""
    text, php = finder.line.text, finder.line.php
    made: dict[tuple[Site, ...], Option] = {}
    for known in side.within(text):
        for stretches in _remainders(finder, known):
            for score, chain in _fillings(finder, stretches, further, is_old=side.is_old):
                old, new = old_side(text, chain), new_side(text, chain, php=php)
                if old != new and bare(old if side.is_old else new) == bare(known):
                    delta = len(new.encode()) - len(old.encode())
                    made.setdefault(chain, Option(score, delta, chain))
    return KnownOptions(list(made.values())) if made else None


def _remainders(finder: SiteFinder, known: str) -> Iterator[tuple[Stretch, ...]]:
    """Yield what the shown line holds besides the known one, matched from either end."""
    text = finder.line.text
    from_left = _besides(text, known)
    flipped = _besides(text[::-1], known[::-1])
    size = len(text)
    from_right = tuple((size - b, size - a) for a, b in reversed(flipped))
    yield from dict.fromkeys(_rolled(text, s) for s in (from_left, from_right))


def _besides(text: str, known: str) -> tuple[Stretch, ...]:
    """Return the stretches of a text that the known one, matched greedily word-wise, leaves."""
    left, at, wanted = [], 0, bare(known)
    used = 0
    start = 0
    while at < len(text):
        run = _common(text, at, wanted, used)
        if run and (run >= 3 or at == start == 0 or _whole_word(text, at, at + run)):
            if start < at:
                left.append((start, at))
            end, used = _advance(text, at, used, run)
            at = start = end
        else:
            at += 1
    if start < len(text):
        left.append((start, len(text)))
    return tuple((a, b) for a, b in left if text[a:b].strip("\u00a0 "))


def _common(text: str, at: int, wanted: str, used: int) -> int:
    """Return how many inked characters from `at` agree with what is still wanted."""
    count = 0
    limit = len(wanted) - used
    while at < len(text) and count < limit:
        char = text[at]
        if char not in " \u00a0\t":
            if char != wanted[used + count]:
                break
            count += 1
        at += 1
    return count


def _advance(text: str, at: int, used: int, run: int) -> tuple[int, int]:
    left = run
    while left:
        left -= text[at] not in " \u00a0\t"
        at += 1
    return at, used + run


def _whole_word(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum() and text[start].isalnum())


def _rolled(text: str, stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Return the stretches with a space at their end rather than their beginning."""
    return tuple(
        (a + 1, b + 1) if text[a] == " " and b < len(text) and text[b] == " " else (a, b)
        for a, b in stretches
    )


def _fillings(
    finder: SiteFinder, stretches: tuple[Stretch, ...], further: float, *, is_old: bool
) -> list[tuple[float, tuple[Site, ...]]]:
    """Return chains of sites that have these stretches as all that one side lacks."""
    beam: list[tuple[float, tuple[Site, ...]]] = [(0.0, ())]
    for n, stretch in enumerate(stretches):
        low = stretches[n - 1][1] if n else -1
        high = stretches[n + 1][0] if n + 1 < len(stretches) else len(finder.line.text) + 1
        sites = list(_sites(finder, stretch, (low, high), is_old=is_old))
        beam = nlargest(
            limits.KNOWN_BEAM,
            [
                (score + site.score + further, (*chain, site))
                for score, chain in beam
                for site in sites
                if not chain or site.i > chain[-1].j
            ],
        )
    return beam


def _sites(finder: SiteFinder, stretch: Stretch, room: Stretch, *, is_old: bool) -> Iterator[Site]:
    """Yield the sites whose inserted (old side known) or deleted part is the stretch."""
    start, end = stretch
    borders = finder.line.borders
    if is_old:
        near = [b for b in borders if room[0] < b <= start][-limits.KNOWN_SPAN :]
        for i in {*near, start}:
            yield from finder.framed(i, start, end)
    else:
        near = [b for b in borders if end <= b < room[1]][: limits.KNOWN_SPAN]
        for j in {*near, end}:
            yield from finder.framed(start, end, j)
