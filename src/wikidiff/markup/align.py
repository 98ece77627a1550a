"""Which old unit is which new one: the same, changed, moved, or there on one side only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import Indel, LCSseq

from wikidiff import limits

T = TypeVar("T")
Pair = tuple[T | None, T | None]
Likeness = Callable[[T, Sequence[T]], list[float]]
"""How alike one thing is to each of some others, 0 to 1."""
ALIKE = 0.5
"""Least likeness of two things of other names to be one that changed."""


def align(
    olds: Sequence[T],
    news: Sequence[T],
    key: Callable[[T], Hashable],
    likeness: Likeness[T],
    *,
    same_place: Callable[[T, T], bool] | None = None,
) -> list[Pair[T]]:
    """Return the pairs that are not the same on both sides, in order; None where one is not there.

    The longest common run of equal keys stays; between, what is alike is paired without crossing,
    and of one left on either side `same_place` tells whether the one took the other's place.
    """
    found: list[Pair[T]] = []
    for a, b, c, d in blocks([key(old) for old in olds], [key(new) for new in news]):
        for old, new in _paired(olds[a:b], news[c:d], likeness, same_place):
            found.append((old, new))
    return found


def blocks(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int, int, int]]:
    """Yield where two sequences differ: old start, old end, new start, new end."""
    start, old_end, new_end = 0, len(old), len(new)
    while start < old_end and start < new_end and old[start] == new[start]:
        start += 1
    while old_end > start and new_end > start and old[old_end - 1] == new[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
    if start in (old_end, new_end):
        if start < old_end or start < new_end:
            yield start, old_end, start, new_end
        return
    if (old_end - start) * (new_end - start) > limits.MARKUP_CELLS:
        yield from _in_order(old, new, start, old_end, new_end)
        return
    numbers: dict[Hashable, int] = {}
    olds = [numbers.setdefault(item, len(numbers)) for item in old[start:old_end]]
    news = [numbers.setdefault(item, len(numbers)) for item in new[start:new_end]]
    at: tuple[int, int, int, int] | None = None
    for code in LCSseq.opcodes(olds, news):
        if code.tag == "equal":
            continue
        here = code.src_start, code.src_end, code.dest_start, code.dest_end
        if at and at[1] == here[0] and at[3] == here[2]:
            at = at[0], here[1], at[2], here[3]
            continue
        if at:
            yield at[0] + start, at[1] + start, at[2] + start, at[3] + start
        at = here
    if at:
        yield at[0] + start, at[1] + start, at[2] + start, at[3] + start


def _in_order(
    old: Sequence[Hashable], new: Sequence[Hashable], start: int, old_end: int, new_end: int
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the blocks left when each old item takes the next new one that is equal: linear."""
    places: dict[Hashable, list[int]] = defaultdict(list)
    for at in range(new_end - 1, start - 1, -1):
        places[new[at]].append(at)
    a, c = start, start
    for b in range(start, old_end):
        waiting = places[old[b]]
        while waiting and waiting[-1] < c:
            waiting.pop()
        if waiting:
            d = waiting.pop()
            if a < b or c < d:
                yield a, b, c, d
            a, c = b + 1, d + 1
    if a < old_end or c < new_end:
        yield a, old_end, c, new_end


def _paired(
    olds: Sequence[T],
    news: Sequence[T],
    likeness: Likeness[T],
    same_place: Callable[[T, T], bool] | None,
) -> Iterator[Pair[T]]:
    if not olds or not news:
        yield from ((old, None) for old in olds)
        yield from ((None, new) for new in news)
        return
    a = c = 0
    for b, d in (*best(olds, news, likeness), (len(olds), len(news))):
        if b - a == d - c == 1 and same_place and same_place(olds[a], news[c]):
            yield olds[a], news[c]
        else:
            yield from ((old, None) for old in olds[a:b])
            yield from ((None, new) for new in news[c:d])
        if b < len(olds):
            yield olds[b], news[d]
        a, c = b + 1, d + 1


def best(olds: Sequence[T], news: Sequence[T], likeness: Likeness[T]) -> list[tuple[int, int]]:
    """Return the pairs without crossing that are most alike in sum (dynamic programming)."""
    rows, columns = len(olds), len(news)
    if not rows or not columns:
        return []
    if rows * columns > limits.MARKUP_PAIRS:
        pairs = zip(range(rows), range(columns), strict=False)
        return [(i, j) for i, j in pairs if likeness(olds[i], [news[j]])[0] >= ALIKE]
    table = [likeness(old, news) for old in olds]
    best = [[0.0] * (columns + 1)] * (rows + 1)
    for i in range(rows - 1, -1, -1):
        if max(table[i]) >= ALIKE:
            best[i] = _row_of_best(table[i], best[i + 1])
        else:
            best[i] = best[i + 1]
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < rows and j < columns:
        if table[i][j] >= ALIKE and best[i][j] == table[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _row_of_best(scores: list[float], below: list[float]) -> list[float]:
    """Return the best sums from each column on, given those of the next row."""
    row = below[:]
    last = row[-1]
    for j in range(len(scores) - 1, -1, -1):
        value = max(below[j], last)
        if scores[j] >= ALIKE:
            value = max(value, scores[j] + below[j + 1])
        row[j] = last = value
    return row


def ratio(old: str, new: str, least: float = 0.0) -> float:
    """Return how alike two texts are by their first `limits.MARKUP_LIKENESS_CHARS`, 0 to 1.

    Less than `least` is 0, which is told sooner.
    """
    most = limits.MARKUP_LIKENESS_CHARS
    if least and max(len(old), len(new)) <= most:
        short, long = sorted((len(old), len(new)))
        if 2 * short < least * (short + long):
            return 0.0
    return Indel.normalized_similarity(old[:most], new[:most], score_cutoff=least)


def ratios(old: str, news: Sequence[str]) -> list[float]:
    """Return how alike a text is to each of some others, as `ratio`; less than `ALIKE` is 0."""
    if len(news) < _MANY:
        return [ratio(old, new, ALIKE) for new in news]
    most = limits.MARKUP_LIKENESS_CHARS
    found = [0.0] * len(news)
    for _, score, at in process.extract(
        old[:most],
        [new[:most] for new in news],
        scorer=Indel.normalized_similarity,
        score_cutoff=ALIKE,
        limit=None,
    ):
        found[at] = score
    return found


_MANY = 4  # texts from which on one call for all of them pays
