"""Finds the edit sites of one shown line that are likely, or that explain a byte delta."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from heapq import nlargest
from typing import NamedTuple

from wikidiff import limits
from wikidiff.recover.line import (
    DELETION,
    INSERTION,
    LEFT_NEW,
    LEFT_OLD,
    NEW_RIGHT,
    OLD_RIGHT,
    SEAM_WIDTH,
    ShownLine,
)
from wikidiff.recover.site_features import (
    Site,
    pair_features,
    span_features,
    split_features,
    together,
)
from wikidiff.recover.spacing import correction

Span = tuple[int, int]
"""Half-open offsets in a line."""


class Effort(NamedTuple):
    """How far to look in one line: borders between deleted and inserted words, words of a span,
    insertions and deletions alone.
    """  # noqa: D205

    splits: int = limits.RECOVER_SPLITS
    span: int = limits.RECOVER_SPAN_WORDS
    pure: int = limits.RECOVER_PURE


_Span = tuple[float, int, int, int]
"""Score of the visible ends, kind, and the offsets of an insertion or deletion alone."""


class SiteFinder:
    """Finds the likely sites of one line."""

    def __init__(
        self, line: ShownLine, weights: Sequence[float], effort: Effort | None = None
    ) -> None:
        self.line = line
        self._weights = weights
        self._effort = effort or Effort()
        self._known_ends: dict[int, tuple[dict[int, float], dict[int, float]]] = {}
        self._at = {border: n for n, border in enumerate(line.borders)}
        self._places = {line.bytes[border]: border for border in line.borders}
        self._visible: dict[tuple[int, int], float] = {}

    def sites(self) -> list[Site]:
        """Return the likely sites, best first."""
        found = list(self._pure())
        for m in self._splits:
            found += self._around(m)
        found += self._repeated()
        return _kept(list(dict.fromkeys(found)), limits.RECOVER_SITES_PER_DELTA)

    def directed(self, target: int) -> list[Site]:
        """Return the likely sites that explain a delta by themselves, at any distance, best first.

        They are no sign that the line was edited: there are some for every delta.
        """
        found = [site for one in self._exact_spans(target) for site in self._spanned(one)]
        for m in self._splits:
            left, right = self._ends_around(m)
            pairs = self._aimed(m, target, left, right)
            found += self._replacements(m, pairs, left, right)
        return _kept(found, limits.RECOVER_SITES_AT_TARGET)

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
        weights, base = self._weights, kind * SEAM_WIDTH
        near, ink, grams, words, formed = self.line.met(kind, left, right)
        total = weights[base + near] + weights[base + ink] + weights[base + grams]
        return total + weights[base + words] + weights[base + formed]

    def _seen(self, kind: int, at: int) -> float:
        """Return the weights of a seam that stands on the page, asked once."""
        found = self._visible.get((kind, at))
        if found is None:
            found = self._visible[kind, at] = self._seam(kind, at, at)
        return found

    @cached_property
    def _all_splits(self) -> list[float]:
        """The score of every offset as the border between deleted and inserted."""
        line = self.line
        inside = range(1, min(len(line.text), limits.RECOVER_LINE_CHARS))
        return [0.0, *(self._sum(split_features(line, m)) for m in inside)]

    @cached_property
    def _splits(self) -> list[int]:
        """The likeliest borders between deleted and inserted, best first."""
        scored = [(score, m) for m, score in enumerate(self._all_splits) if m]
        best = nlargest(self._effort.splits, scored)
        floor = best[0][0] - limits.RECOVER_SPLIT_SLACK if best else 0.0
        return [m for score, m in best if score >= floor]

    def _repeated(self) -> Iterator[Site]:
        """Yield replacements of which the page shows both words side by side more than once.

        One decision edits them all, and words that meet often look like no border otherwise.
        """
        scores = self._all_splits
        found = []
        for i, j in self._twins():
            inside = nlargest(2, ((scores[m], m) for m in range(i + 1, min(j, len(scores)))))
            found += [(score, i, m, j) for score, m in inside]
        for _, i, m, j in nlargest(limits.RECOVER_TWINS, found):
            yield from self._replacements(m, {(i, j)}, {}, {})

    def _twins(self) -> Iterator[Span]:
        """Yield the stretches of few words that the page shows more than once."""
        line, borders = self.line, self.line.borders
        for n, i in enumerate(borders[:-1]):
            if line.text[i] == " ":
                continue
            for j in borders[n + 1 : n + 1 + limits.RECOVER_TWIN_WORDS]:
                if len(line.text[i:j].strip()) > 2:
                    if not together(line, i, j):
                        break  # nor is what goes on from here
                    yield i, j

    def _left(self, i: int, m: int) -> float:
        return self._seen(LEFT_OLD, i) + self._seam(LEFT_NEW, i, m)

    def _right(self, m: int, j: int) -> float:
        return self._seen(NEW_RIGHT, j) + self._seam(OLD_RIGHT, m, j)

    def _around(self, m: int) -> Iterator[Site]:
        """Yield the sites with one border between deleted and inserted."""
        left, right = self._ends_around(m)
        ends = [(x + y, i, j) for i, x in left.items() for j, y in right.items()]
        pairs = {(i, j) for _, i, j in nlargest(limits.RECOVER_END_PAIRS, ends)}
        yield from self._replacements(m, pairs, left, right)

    def _ends_around(self, m: int) -> tuple[dict[int, float], dict[int, float]]:
        """Return the likeliest beginnings and ends of a replacement with their scores."""
        known = self._known_ends.get(m)
        if known is None:
            keep = limits.RECOVER_ENDS
            left = dict(_best(keep, [(i, self._left(i, m)) for i in self._near_left(m)]))
            right = dict(_best(keep, [(j, self._right(m, j)) for j in self._near_right(m)]))
            known = self._known_ends[m] = left, right
        return known

    def _replacements(
        self, m: int, pairs: set[Span], left: dict[int, float], right: dict[int, float]
    ) -> Iterator[Site]:
        line, split = self.line, self._all_splits[m]
        for i, j in sorted(pairs):
            if not self._possible(i, m, j):
                continue
            score = split + self._sum(pair_features(line, (i, m), (m, j)))
            score += left[i] if i in left else self._left(i, m)
            score += right[j] if j in right else self._right(m, j)
            yield Site(score, i, m, j, self._delta(i, m, j))

    def _aimed(
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

    def _pure(self) -> Iterator[Site]:
        """Yield the likeliest insertions and deletions alone."""
        near: list[_Span] = []
        starts = self._starts()
        for i in starts:
            n = bisect_left(self.line.borders, i + 1)
            span = self.line.borders[n : n + self._effort.span]
            for kind in (INSERTION, DELETION) if i in self._at else (INSERTION,):
                before, after = self._seen(kind, i), self._ends[kind]
                near += [(before + after[j], kind, i, j) for j in span]
        for one in nlargest(self._effort.pure, near):
            yield from self._spanned(one)

    def exact(self, delta: int) -> list[Site]:
        """Return the likeliest insertions or deletions alone with exactly this delta."""
        found = nlargest(limits.RECOVER_EXACT, self._exact_spans(delta))
        sites = (site for one in found for site in self._spanned(one))
        return sorted((site for site in sites if site.delta == delta), reverse=True)

    def _starts(self) -> list[int]:
        """Return where an insertion alone may begin."""
        starts = self.line.borders[:-1]
        if not self.line.php:
            return starts
        # it may follow a word whose space only the new side has
        return starts + [m for m in self._splits if m not in self._at]

    @cached_property
    def _ends(self) -> dict[int, dict[int, float]]:
        """The visible ends of insertions and deletions alone."""
        return {
            kind: {j: self._seen(kind + 1, j) for j in self.line.borders[1:]}
            for kind in (INSERTION, DELETION)
        }

    def _exact_spans(self, delta: int) -> list[_Span]:
        """Return the spans, at any distance, that explain a delta."""
        if not delta:
            return []
        places, size = self._places, self.line.bytes
        kind = INSERTION if delta > 0 else DELETION
        after = self._ends[kind]
        starts = self._starts() if delta > 0 else self.line.borders[:-1]
        ends = [(i, places.get(size[i] + abs(delta))) for i in starts]
        return [(self._seen(kind, i) + after[j], kind, i, j) for i, j in ends if j is not None]

    def _spanned(self, span: _Span) -> Iterator[Site]:
        """Yield the insertion or deletion of a span if the formatter could show it."""
        score, kind, i, j = span
        if self._rolled_back(i, j):
            score += self._seam(kind + 2, i, j)
            score += self._sum(span_features(self.line, kind, i, j))
            m = i if kind == INSERTION else j
            yield Site(score, i, m, j, self._delta(i, m, j))

    def _rolled_back(self, i: int, j: int) -> bool:
        """Whether the run stands as far back as it goes, as both formatters show it."""
        if self.line.text[i:j] == " ":
            return False
        at = self._at.get(i)
        if not at or j not in self._at:
            return True
        return self.line.ids[at - 1] != self.line.ids[self._at[j] - 1]


def _best(keep: int, scored: list[tuple[int, float]]) -> list[tuple[int, float]]:
    return nlargest(keep, scored, key=lambda item: (item[1], item[0]))


def _kept(found: list[Site], each: int) -> list[Site]:
    """Return the best sites, and for every delta some: the page's delta may ask for any."""
    found.sort(reverse=True)
    per_delta: dict[int, int] = {}
    kept = []
    for site in found:
        rank = per_delta.get(site.delta, 0)
        if rank < each:
            per_delta[site.delta] = rank + 1
            kept.append(site)
            if len(kept) >= limits.RECOVER_SITES:
                break
    return kept
