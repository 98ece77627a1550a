"""Edit sites of one shown line: where deleted and inserted words may stand, and how likely.

A site is (i, m, j): text[i:m] was deleted, text[m:j] inserted in its place; either may be empty.
Both formatters show deleted before inserted, at most one of each between two common words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from heapq import nlargest
from typing import NamedTuple

from wikidiff import limits
from wikidiff.recover.borders import CLASSES
from wikidiff.recover.line import (
    DELETION,
    INSERTION,
    LEFT_NEW,
    LEFT_OLD,
    NEW_RIGHT,
    OLD_NEW,
    OLD_RIGHT,
    QUOTE_WEIGHT,
    SEAM_KINDS,
    SEAM_WIDTH,
    ShownLine,
)
from wikidiff.recover.spacing import correction

_PAIRS = CLASSES * CLASSES
_REPLACE = SEAM_KINDS * SEAM_WIDTH
_LENGTHS = 10
_SIMILAR = _REPLACE + _LENGTHS * _LENGTHS
_BALANCE = _SIMILAR + 9
_KNOWN = _BALANCE + 4
_STARTS = _KNOWN + 8
_ENDS = _STARTS + _PAIRS
_PURE = _ENDS + _PAIRS
_PURE_WIDTH = _LENGTHS + 4 + 2 * _PAIRS + 1
WIDTH = _PURE + 2 * _PURE_WIDTH
"""Number of weights."""


class Site(NamedTuple):
    """text[i:m] deleted, text[m:j] inserted; `score` is the log-odds of the site, `delta` bytes."""

    score: float
    i: int
    m: int
    j: int
    delta: int


_BUCKETS = (0, 1, 2, 3, 3, 4, 4, 4, *[5] * 5, *[6] * 8, *[7] * 20, *[8] * 40)


def length_bucket(count: int) -> int:
    """Return the class of a length in code points, 0 to 9."""
    return _BUCKETS[count] if count < len(_BUCKETS) else 9


def _similar(old: str, new: str) -> int:
    """Return how alike two stretches are, 0 to 8, by their common start and end."""
    if old == new:
        return 8
    old, new = old.lower(), new.lower()
    if old == new:
        return 7
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return int(6 * (start + end) / max(len(old), len(new), 1))


def pair_features(line: ShownLine, old: tuple[int, int], new: tuple[int, int]) -> tuple[int, ...]:
    """Return the weight indexes of what a deleted and an inserted stretch show together."""
    (a, b), (c, d) = old, new
    text, weigh = line.text, line.weigh
    gone, come = weigh[b] - weigh[a], weigh[d] - weigh[c]
    return (
        _REPLACE + length_bucket(b - a) * _LENGTHS + length_bucket(d - c),
        _SIMILAR + _similar(text[a:b].strip(), text[c:d].strip()),
        _BALANCE + (gone == come) * 2 + (gone == 0),
        _STARTS + line.ink_after(a) * CLASSES + line.ink_after(c),
        _ENDS + line.ink_before(b) * CLASSES + line.ink_before(d),
    )


def split_features(line: ShownLine, m: int) -> tuple[int, ...]:
    """Return the weight indexes of the border between deleted and inserted."""
    words = line.vocabulary.words
    known = 0
    if line.glued(m):
        known = 4 + (line.word_before(m) in words) * 2 + (line.word_after(m) in words)
    return (*line.seam(OLD_NEW, m, m), _KNOWN + known)


def left_features(line: ShownLine, i: int, m: int) -> tuple[int, ...]:
    """Return the weight indexes of the replacement's beginning."""
    return line.seam(LEFT_OLD, i, i) + line.seam(LEFT_NEW, i, m)


def right_features(line: ShownLine, m: int, j: int) -> tuple[int, ...]:
    """Return the weight indexes of the replacement's end."""
    return line.seam(NEW_RIGHT, j, j) + line.seam(OLD_RIGHT, m, j)


def pure_features(line: ShownLine, kind: int, i: int, j: int) -> tuple[int, ...]:
    """Return the weight indexes of an insertion or a deletion alone."""
    return (
        *line.seam(kind, i, i),
        *line.seam(kind + 1, j, j),
        *line.seam(kind + 2, i, j),
        *span_features(line, kind, i, j),
    )


def span_features(line: ShownLine, kind: int, i: int, j: int) -> tuple[int, ...]:
    """Return the weight indexes of a stretch that was inserted or deleted alone."""
    base = _PURE + (kind == DELETION) * _PURE_WIDTH
    classes = base + _LENGTHS + 4
    weight = line.weigh[j] - line.weigh[i]
    return (
        base + length_bucket(j - i),
        base + _LENGTHS + (weight == 0) * 2 + (weight % QUOTE_WEIGHT == 0),
        classes + line.ink_before(i) * CLASSES + line.ink_before(j),
        classes + _PAIRS + line.ink_after(i) * CLASSES + line.ink_after(j),
        classes + 2 * _PAIRS,
    )


def site_features(line: ShownLine, i: int, m: int, j: int) -> tuple[int, ...]:
    """Return all weight indexes of a site: what training counts and what the score sums up."""
    if i < m < j:
        return (
            *split_features(line, m),
            *left_features(line, i, m),
            *right_features(line, m, j),
            *pair_features(line, (i, m), (m, j)),
        )
    return pure_features(line, INSERTION if i == m else DELETION, i, j)


Span = tuple[int, int]
"""Half-open offsets in a line."""


class Effort(NamedTuple):
    """How far to look in one line: borders between deleted and inserted words, words of a span."""

    splits: int = limits.RECOVER_SPLITS
    span: int = limits.RECOVER_SPAN_WORDS


class SiteFinder:
    """Finds the likely sites of one line."""

    def __init__(
        self, line: ShownLine, weights: Sequence[float], effort: Effort | None = None
    ) -> None:
        self.line = line
        self._weights = weights
        self._effort = effort or Effort()
        self._known_splits: list[int] | None = None
        self._at = {border: n for n, border in enumerate(line.borders)}
        self._places = {line.bytes[border]: border for border in line.borders}
        self._visible: dict[tuple[int, int], float] = {}

    def sites(self, target: int | None = None) -> list[Site]:
        """Return the likely sites, best first; `target` are bytes that one site may explain."""
        found = list(self._pure(target))
        for m in self.splits():
            found += self._around(m, target)
        return _kept(found, target)

    def framed(self, i: int, m: int, j: int) -> Iterator[Site]:
        """Yield the site with its score if it changes anything."""
        if i < j:
            score = self._sum(site_features(self.line, i, m, j))
            yield Site(score, i, m, j, self._delta(i, m, j))

    def worded(self, site: tuple[int, int, int], old: Span, new: Span) -> Site:
        """Return a site of which only the words count: `old` and `new` leave given signs out."""
        (a, b), (c, d) = old, new
        score = 0.0
        if a < b and c < d:
            score = self._seen(LEFT_OLD, a) + self._seam(LEFT_NEW, a, c)
            score += self._seen(NEW_RIGHT, d) + self._seam(OLD_RIGHT, b, d)
            score += self._sum(pair_features(self.line, old, new))
            score += self._sum(split_features(self.line, b)) if b == c else 0.0
        elif c < d:
            score = self._seam(INSERTION, a, c) + self._seen(INSERTION + 1, d)
            score += self._seam(INSERTION + 2, a, d)
            score += self._sum(span_features(self.line, INSERTION, c, d))
        elif a < b:
            score = self._seen(DELETION, a) + self._seen(DELETION + 1, b)
            score += self._seam(DELETION + 2, a, b)
            score += self._sum(span_features(self.line, DELETION, a, b))
        return Site(score, *site, self._delta(*site))

    def splits(self) -> list[int]:
        """Return the likeliest borders between deleted and inserted, best first."""
        if self._known_splits is None:
            self._known_splits = self._find_splits()
        return self._known_splits

    def _delta(self, i: int, m: int, j: int) -> int:
        """Return a site's bytes, hidden spaces counted."""
        size = self.line.bytes
        plain = size[j] - 2 * size[m] + size[i]
        return plain + correction(self.line.text, i, m, j) if self.line.php else plain

    def _sum(self, indexes: Sequence[int]) -> float:
        weights = self._weights
        return sum([weights[index] for index in indexes])

    def _seam(self, kind: int, left: int, right: int) -> float:
        """Return the weights of two ends that meet: the sum over `ShownLine.seam`."""
        line, weights = self.line, self._weights
        near, ink, joint, known = line.met(kind, left, right)
        base = kind * SEAM_WIDTH
        grams = weights[base + 2 * _PAIRS + joint]
        return weights[base + near] + weights[base + ink] + grams + weights[base + known]

    def _seen(self, kind: int, at: int) -> float:
        """Return the weights of a seam that stands on the page, asked once."""
        found = self._visible.get((kind, at))
        if found is None:
            found = self._visible[kind, at] = self._seam(kind, at, at)
        return found

    def _find_splits(self) -> list[int]:
        line = self.line
        scored = [
            (self._sum(split_features(line, m)), m)
            for m in range(1, min(len(line.text), limits.RECOVER_LINE_CHARS))
        ]
        return [m for _, m in nlargest(self._effort.splits, scored)]

    def _left(self, i: int, m: int) -> float:
        return self._seen(LEFT_OLD, i) + self._seam(LEFT_NEW, i, m)

    def _right(self, m: int, j: int) -> float:
        return self._seen(NEW_RIGHT, j) + self._seam(OLD_RIGHT, m, j)

    def _around(self, m: int, target: int | None) -> Iterator[Site]:
        """Yield the sites with one border between deleted and inserted."""
        line, keep = self.line, limits.RECOVER_ENDS
        split = self._sum(split_features(line, m))
        left = dict(_best(keep, [(i, self._left(i, m)) for i in self._near_left(m)]))
        right = dict(_best(keep, [(j, self._right(m, j)) for j in self._near_right(m)]))
        pairs = {(i, j) for i in left for j in right}
        if target is not None:
            pairs |= self._directed(m, target, left, right)
        for i, j in sorted(pairs):
            if not self._possible(i, m, j):
                continue
            score = split + self._sum(pair_features(line, (i, m), (m, j)))
            score += left[i] if i in left else self._left(i, m)
            score += right[j] if j in right else self._right(m, j)
            yield Site(score, i, m, j, self._delta(i, m, j))

    def _directed(
        self, m: int, target: int, left: dict[int, float], right: dict[int, float]
    ) -> set[tuple[int, int]]:
        """Return ends, at any distance, with which this split alone explains the target."""
        place = self._places
        size = self.line.bytes
        found = set()
        slack = (0, 1, -1) if self.line.php else (0,)
        for extra in slack:
            for i in left:
                j = place.get(target + extra + 2 * size[m] - size[i])
                if j is not None and j > m:
                    found.add((i, j))
            for j in right:
                i = place.get(target + extra + 2 * size[m] - size[j], m)
                if i < m:
                    found.add((i, j))
        return found

    def _near_left(self, m: int) -> list[int]:
        borders = self.line.borders
        end = bisect_left(borders, m)
        return borders[max(0, end - self._effort.span) : end]

    def _near_right(self, m: int) -> list[int]:
        borders = self.line.borders
        start = bisect_left(borders, m + 1)
        return borders[start : start + self._effort.span]

    def _possible(self, i: int, m: int, j: int) -> bool:
        """Whether the formatter could show this replacement: the two share no word."""
        line, at = self.line, self._at
        text = line.text
        if m in at:
            old, new = line.ids[at[i] : at[m]], line.ids[at[m] : at[j]]
        else:
            n = bisect_left(line.borders, m)
            start, end = line.borders[n - 1], line.borders[n]
            old = [*line.ids[at[i] : n - 1], text[max(i, start) : m].rstrip(" ")]
            new = [text[m : min(j, end)].rstrip(" "), *line.ids[n : at[j]]]
        if not frozenset(old).isdisjoint(new):
            return False
        return old != [" "] and new != [" "]

    def _pure(self, target: int | None) -> Iterator[Site]:
        """Yield the insertions and deletions alone."""
        borders = self.line.borders
        starts = borders[:-1]
        if self.line.php:  # an insertion may follow a word whose space only the new side has
            starts = starts + [m for m in self.splits() if m not in self._at]
        for i in starts:
            n = bisect_left(borders, i + 1)
            ends = borders[n : n + self._effort.span]
            far = self._places.get(self.line.bytes[i] + abs(target)) if target else None
            if far is not None and far > ends[-1]:
                ends = [*ends, far]
            yield from self._pure_from(i, ends)

    def _pure_from(self, i: int, ends: Sequence[int]) -> Iterator[Site]:
        line = self.line
        before = self._seen(INSERTION, i), self._seen(DELETION, i)
        for j in ends:
            if not self._rolled_back(i, j) or line.text[i:j] == " ":
                continue
            added = before[0] + self._seen(INSERTION + 1, j) + self._seam(INSERTION + 2, i, j)
            added += self._sum(span_features(line, INSERTION, i, j))
            yield Site(added, i, i, j, self._delta(i, i, j))
            if i in self._at:
                gone = before[1] + self._seen(DELETION + 1, j) + self._seam(DELETION + 2, i, j)
                gone += self._sum(span_features(line, DELETION, i, j))
                yield Site(gone, i, j, j, self._delta(i, j, j))

    def _rolled_back(self, i: int, j: int) -> bool:
        """Whether the run stands as far back as it goes, as both formatters show it."""
        at = self._at.get(i)
        if not at:
            return True
        return self.line.ids[at - 1] != self.line.ids[self._at[j] - 1]


def _best(keep: int, scored: list[tuple[int, float]]) -> list[tuple[int, float]]:
    return nlargest(keep, scored, key=lambda item: (item[1], item[0]))


def _kept(found: list[Site], target: int | None) -> list[Site]:
    """Return the best sites, and for every delta some: the page's delta may ask for any."""
    found.sort(reverse=True)
    per_delta: dict[int, int] = {}
    kept = []
    for site in found:
        rank = per_delta.get(site.delta, 0)
        near = target is not None and abs(site.delta - target) <= 1
        if rank < (limits.RECOVER_SITES_AT_TARGET if near else limits.RECOVER_SITES_PER_DELTA):
            per_delta[site.delta] = rank + 1
            kept.append(site)
            if len(kept) >= limits.RECOVER_SITES:
                break
    return kept
