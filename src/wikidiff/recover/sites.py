"""Finds the edit sites of one shown line that are likely, or that explain a byte delta."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from wikidiff import limits
from wikidiff.recover.line import (
    DELETION,
    INSERTION,
    LEFT_NEW,
    LEFT_OLD,
    NEW_RIGHT,
    OLD_RIGHT,
    SEAM_KINDS,
    SEAM_WIDTH,
    ShownLine,
)
from wikidiff.recover.site_features import (
    Plain,
    Site,
    pair_features,
    span_features,
    split_features,
)
from wikidiff.recover.spacing import correction
from wikidiff.recover.tagger import BOTH, COMMON, DELETED, INSERTED, Tags

LABEL = {INSERTION: INSERTED, DELETION: DELETED}
"""What the words of a stretch that was edited alone are."""

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
        self,
        line: ShownLine,
        weights: Sequence[float],
        tags: Tags | None = None,
        effort: Effort | None = None,
    ) -> None:
        self.line = line
        self.tags = tags
        self._weights: tuple[float, ...] = tuple(weights)
        tried = effort or Effort()
        self._most_splits: int = tried.splits
        self._span: int = tried.span
        self._most_pure: int = tried.pure
        self._known_ends: dict[int, tuple[dict[int, float], dict[int, float]]] = {}
        self._at = {border: n for n, border in enumerate(line.borders)}
        self._places = {line.bytes[border]: border for border in line.borders}
        self._visible: list[dict[int, float]] = [{} for _ in range(SEAM_KINDS)]
        self._known_scores: list[float] = []
        self._known_splits: list[int] | None = None
        self._known_starts: list[int] | None = None
        self._ends: dict[int, list[float]] = {}

    def sites(self) -> list[Site]:
        """Return the likely sites, best first."""
        return [Site(*site) for site in self.found()]

    def found(self) -> list[Plain]:
        """Return what the likely sites hold, best first."""
        found = self._pure()
        for m in self._splits():
            self._around(m, found)
        self._repeated(found)
        return _kept(found, limits.RECOVER_SITES_PER_DELTA)

    def directed(self, target: int) -> list[Plain]:
        """Return what the likely sites that explain a delta by themselves hold, best first.

        They may be of any length, and are no sign that the line was edited: there are some for
        every delta.
        """
        found: list[Plain] = []
        for score, kind, i, j in self._exact_spans(target):
            self._spanned(score, kind, i, j, found)
        for m in self._splits():
            left, right = self._ends_around(m)
            self._replacements(m, self._aimed(m, target, left, right), left, right, found)
        return _kept(found, limits.RECOVER_SITES_AT_TARGET)

    def tagged(self) -> list[tuple[Plain, ...]]:
        """Return the sites of the whole line that the tags make likeliest, for different deltas."""
        line, tags = self.line, self.tags
        if tags is None:
            return []
        sizes = [line.bytes[b] - line.bytes[a] for a, b in pairwise(line.borders)]
        paths = {tuple(tags.path(sizes, pull)): None for pull in limits.RECOVER_TAG_PULLS}
        made = (self._of_labels(path) for path in paths)
        return [sites for sites in made if sites]

    def _of_labels(self, labels: tuple[int, ...]) -> tuple[Plain, ...]:
        """Return labels of words as sites, () where the formatter could not show one of them."""
        spans: list[list[int]] = []
        open_ = False
        for (a, b), label in zip(pairwise(self.line.borders), labels, strict=True):
            if label == COMMON:
                open_ = False
                continue
            if not open_:
                spans.append([a, a, a])
                open_ = True
            span = spans[-1]
            span[2] = b
            if label == DELETED:
                span[1] = b
            elif label == BOTH:
                span[1] = self._split_in(a, b)
        found: list[Plain] = []
        for i, m, j in spans:
            before = len(found)
            if i < m < j:
                self._replacements(m, [(i, j)], {}, {}, found)
            else:
                kind = INSERTION if i == m else DELETION
                self._spanned(self._alone(kind, i, j), kind, i, j, found)
            if len(found) == before:
                return ()
        return tuple(found)

    def _split_in(self, a: int, b: int) -> int:
        """Return the likeliest border between deleted and inserted inside a word."""
        scores = self._scores()
        return max(range(a + 1, b), key=lambda m: (scores[m], m), default=b)

    def exact(self, delta: int) -> list[Plain]:
        """Return what the likeliest insertions or deletions alone with exactly this delta hold."""
        found: list[Plain] = []
        for score, kind, i, j in sorted(self._exact_spans(delta), reverse=True)[
            : limits.RECOVER_EXACT
        ]:
            self._spanned(score, kind, i, j, found)
        return [site for site in sorted(found, reverse=True) if site[4] == delta]

    def _delta(self, i: int, m: int, j: int) -> int:
        """Return a site's bytes, hidden spaces counted."""
        size = self.line.bytes
        plain = size[j] - 2 * size[m] + size[i]
        return plain + correction(self.line.text, i, m, j) if self.line.php else plain

    def _seam(self, kind: int, left: int, right: int) -> float:
        """Return the weights of two ends that meet: the sum over `ShownLine.seam`."""
        weights, base = self._weights, kind * SEAM_WIDTH
        near, ink, grams, words, formed, context = self.line.met(kind, left, right)
        total = weights[base + near] + weights[base + ink] + weights[base + grams]
        total += weights[base + words] + weights[base + formed]
        return total + weights[base + context]

    def _seen(self, kind: int, at: int) -> float:
        """Return the weights of a seam that stands on the page, asked once."""
        row = self._visible[kind]
        found = row.get(at)
        if found is None:
            found = row[at] = self._seam(kind, at, at)
        return found

    def _scores(self) -> list[float]:
        """Return the score of every offset as the border between deleted and inserted."""
        if not self._known_scores:
            line, weights = self.line, self._weights
            made = [0.0]
            for m in range(1, min(len(line.text), limits.RECOVER_LINE_CHARS)):
                a, b, c, d, e, f, g, h, k, n = split_features(line, m)
                total = weights[a] + weights[b] + weights[c] + weights[d] + weights[e]
                total += weights[f] + weights[g] + weights[h]
                made.append(total + weights[k] + weights[n])
            self._known_scores = made
        return self._known_scores

    def _splits(self) -> list[int]:
        """Return the likeliest borders between deleted and inserted, best first."""
        if self._known_splits is None:
            scores = self._scores()
            scored = [(scores[m], m) for m in range(1, len(scores))]
            scored.sort(reverse=True)
            best = scored[: self._most_splits]
            floor = best[0][0] - limits.RECOVER_SPLIT_SLACK if best else 0.0
            self._known_splits = [m for score, m in best if score >= floor]
        return self._known_splits

    def _repeated(self, made: list[Plain]) -> None:
        """Add replacements of which the page shows both words side by side more than once.

        One decision edits them all, and words that meet often look like no border otherwise.
        """
        scores = self._scores()
        found: list[tuple[float, int, int, int]] = []
        for i, j in self._twins():
            inside = [(scores[m], m) for m in range(i + 1, min(j, len(scores)))]
            inside.sort(reverse=True)
            found += [(score, i, m, j) for score, m in inside[:2]]
        found.sort(reverse=True)
        for _, i, m, j in found[: limits.RECOVER_TWINS]:
            self._replacements(m, [(i, j)], {}, {}, made)

    def _twins(self) -> list[Span]:
        """Return the stretches of few words that the page shows more than once."""
        line, borders, stretches = self.line, self.line.borders, self.line.stretches
        found: list[Span] = []
        most = limits.RECOVER_TWIN_WORDS
        for n in range(len(borders) - 1):
            i = borders[n]
            if line.text[i] == " ":
                continue
            for j in borders[n + 1 : n + 1 + most]:
                if stretches.ink(i, j) > 2:
                    if not stretches.together(i, j):
                        break  # nor is what goes on from here
                    found.append((i, j))
        return found

    def _left(self, i: int, m: int) -> float:
        score = self._seen(LEFT_OLD, i) + self._seam(LEFT_NEW, i, m)
        return score + self.tags.left(i, m) if self.tags is not None else score

    def _right(self, m: int, j: int) -> float:
        score = self._seen(NEW_RIGHT, j) + self._seam(OLD_RIGHT, m, j)
        return score + self.tags.right(m, j) if self.tags is not None else score

    def _around(self, m: int, made: list[Plain]) -> None:
        """Add the sites with one border between deleted and inserted."""
        left, right = self._ends_around(m)
        ends = [(x + y, i, j) for i, x in left.items() for j, y in right.items()]
        ends.sort(reverse=True)
        pairs = [(i, j) for _, i, j in ends[: limits.RECOVER_END_PAIRS]]
        self._replacements(m, pairs, left, right, made)

    def _ends_around(self, m: int) -> tuple[dict[int, float], dict[int, float]]:
        """Return the likeliest beginnings and ends of a replacement with their scores."""
        known = self._known_ends.get(m)
        if known is None:
            left = _ends([(self._left(i, m), i) for i in self._near_left(m)])
            right = _ends([(self._right(m, j), j) for j in self._near_right(m)])
            known = self._known_ends[m] = left, right
        return known

    def _replacements(
        self,
        m: int,
        pairs: list[Span],
        left: dict[int, float],
        right: dict[int, float],
        made: list[Plain],
    ) -> None:
        """Add the replacements with these ends that the formatter could show."""
        line, split, weights = self.line, self._scores()[m], self._weights
        for i, j in pairs:
            if not self._possible(i, m, j):
                continue
            a, b, c, d, e, f, g, h, k, n, o, p, q = pair_features(line, i, m, m, j)
            score = split + weights[a] + weights[b] + weights[c] + weights[d] + weights[e]
            score += weights[f] + weights[g] + weights[h] + weights[k] + weights[n]
            score += weights[o] + weights[p] + weights[q]
            before, after = left.get(i), right.get(j)
            score += self._left(i, m) if before is None else before
            score += self._right(m, j) if after is None else after
            made.append((score, i, m, j, self._delta(i, m, j)))

    def _aimed(
        self, m: int, target: int, left: dict[int, float], right: dict[int, float]
    ) -> list[Span]:
        """Return ends, at any distance, with which this split alone explains the target."""
        place, size = self._places, self.line.bytes
        found: set[Span] = set()
        slack = [0, 1, -1] if self.line.php else [0]
        for extra in slack:
            here = target + extra + 2 * size[m]
            for i in left:
                j = place.get(here - size[i])
                if j is not None and j > m:
                    found.add((i, j))
            for j in right:
                at = place.get(here - size[j])
                if at is not None and at < m:
                    found.add((at, j))
        return sorted(found)

    def _near_left(self, m: int) -> list[int]:
        borders = self.line.borders
        end = bisect_left(borders, m)
        return borders[max(0, end - self._span) : end]

    def _near_right(self, m: int) -> list[int]:
        borders = self.line.borders
        start = bisect_left(borders, m + 1)
        return borders[start : start + self._span]

    def _possible(self, i: int, m: int, j: int) -> bool:
        """Whether the formatter could show this replacement: the two share no word."""
        line, at = self.line, self._at
        text, ids, place = line.text, line.ids, at.get(m)
        if place is not None:
            old, new = ids[at[i] : place], ids[place : at[j]]
        else:
            n = bisect_left(line.borders, m)
            start, end = line.borders[n - 1], line.borders[n]
            old = [*ids[at[i] : n - 1], text[max(i, start) : m].rstrip(" ")]
            new = [text[m : min(j, end)].rstrip(" "), *ids[n : at[j]]]
        if not set(old).isdisjoint(new):
            return False
        return old != [" "] and new != [" "]

    def _pure(self) -> list[Plain]:
        """Return the likeliest insertions and deletions alone."""
        borders, span, tags = self.line.borders, self._span, self.tags
        scores: list[float] = []
        spans: list[int] = []  # numbers, of which there may be thousands: kind, start and end
        size = len(self.line.text) + 1
        for i in self._starts():
            n = bisect_left(borders, i + 1)
            end = min(len(borders), n + span)
            for kind in (INSERTION, DELETION) if i in self._at else (INSERTION,):
                before, after = self._seen(kind, i), self._after(kind)
                for at in range(n, end):
                    score = before + after[at]
                    if tags is not None:
                        score += tags.alone(LABEL[kind], i, borders[at])
                    scores.append(score)
                    spans.append((kind * size + i) * size + borders[at])
        found: list[Plain] = []
        for at in _greatest(scores, spans, self._most_pure):
            start, j = divmod(spans[at], size)
            kind, i = divmod(start, size)
            self._spanned(scores[at], kind, i, j, found)
        return found

    def _starts(self) -> list[int]:
        """Return where an insertion alone may begin."""
        if self._known_starts is None:
            starts = self.line.borders[:-1]
            if self.line.php:  # it may follow a word whose space only the new side has
                starts += [m for m in self._splits() if m not in self._at]
            self._known_starts = starts
        return self._known_starts

    def _after(self, kind: int) -> list[float]:
        """Return the scores of the borders as the visible end of an insertion or deletion alone."""
        found = self._ends.get(kind)
        if found is None:
            ends = [self._seen(kind + 1, j) for j in self.line.borders[1:]]
            found = self._ends[kind] = [0.0, *ends]
        return found

    def _exact_spans(self, delta: int) -> list[_Span]:
        """Return the spans, at any distance, that explain a delta."""
        found: list[_Span] = []
        if not delta:
            return found
        places, size = self._places, self.line.bytes
        kind = INSERTION if delta > 0 else DELETION
        for i in self._starts() if delta > 0 else self.line.borders[:-1]:
            j = places.get(size[i] + abs(delta))
            if j is not None:
                found.append((self._alone(kind, i, j), kind, i, j))
        return found

    def _alone(self, kind: int, i: int, j: int) -> float:
        """Return the score of the visible ends of an insertion or deletion alone, with its tags."""
        score = self._seen(kind, i) + self._after(kind)[self._at[j]]
        return score + self.tags.alone(LABEL[kind], i, j) if self.tags is not None else score

    def _spanned(self, score: float, kind: int, i: int, j: int, made: list[Plain]) -> None:
        """Add the insertion or deletion of a span if the formatter could show it."""
        if not self._rolled_back(i, j):
            return
        weights = self._weights
        a, b, c, d, e, f, g, h, k, n = span_features(self.line, kind, i, j)
        score += weights[a] + weights[b] + weights[c] + weights[d] + weights[e]
        score += weights[f] + weights[g] + weights[h] + weights[k] + weights[n]
        score += self._seam(kind + 2, i, j)
        m = i if kind == INSERTION else j
        made.append((score, i, m, j, self._delta(i, m, j)))

    def _rolled_back(self, i: int, j: int) -> bool:
        """Whether the run stands as far back as it goes, as both formatters show it."""
        if j == i + 1 and self.line.text[i] == " ":
            return False
        at, end = self._at.get(i), self._at.get(j)
        if not at or end is None:
            return True
        return self.line.ids[at - 1] != self.line.ids[end - 1]


def _ends(scored: list[tuple[float, int]]) -> dict[int, float]:
    scored.sort(reverse=True)
    return {at: score for score, at in scored[: limits.RECOVER_ENDS]}


def _greatest(scores: list[float], spans: list[int], most: int) -> list[int]:
    """Return the numbers of the spans with the greatest scores, of equal ones the greater."""
    if len(scores) <= most:
        return list(range(len(scores)))
    floor = sorted(scores, reverse=True)[most - 1]
    above, level = [], []
    for at in range(len(scores)):
        score = scores[at]
        if score > floor:
            above.append(at)
        elif score == floor:
            level.append((spans[at], at))
    level.sort(reverse=True)
    return above + [at for _, at in level[: most - len(above)]]


def _kept(found: list[Plain], each: int) -> list[Plain]:
    """Return the best sites, and for every delta some: the page's delta may ask for any."""
    found.sort(reverse=True)
    per_delta: dict[int, int] = {}
    kept: list[Plain] = []
    most, i, m, j = limits.RECOVER_SITES, -1, -1, -1
    for site in found:
        _, a, b, c, delta = site
        if a == i and b == m and c == j:  # found in two ways
            continue
        i, m, j = a, b, c
        rank = per_delta.get(delta, 0)
        if rank < each:
            per_delta[delta] = rank + 1
            kept.append(site)
            if len(kept) >= most:
                break
    return kept
