"""The longest common subsequence of two sequences of strings, with a counted limit."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rapidfuzz.distance import LCSseq, Postfix, Prefix

from wikidiff.limits import Fallback

common_prefix: Callable[[str, str], int] = Prefix.similarity
"""How many code points two texts share at their start: as `text.common_prefix`, compiled."""

common_suffix: Callable[[str, str], int] = Postfix.similarity
"""How many code points two texts share at their end, those of a common start counted too."""

Run = tuple[int, int, int]
"""Start in the old sequence, start in the new one, length."""


def shared_runs(
    old: Sequence[str],
    new: Sequence[str],
    limit: tuple[str, int],
    fallbacks: list[Fallback] | None,
) -> Iterator[Run]:
    """Yield what two sequences share, rising on both sides.

    The longest common subsequence (bit-parallel: Heikki Hyyrö, 2004); where old times new items
    pass the `limit` (name of the step, cells), between items that stand equally often on both
    sides (after Bram Cohen's patience diff). What is still over the limit shares nothing, and a
    Fallback is added.
    """
    step, most = limit
    if len(old) * len(new) <= most:
        yield from _longest(old, new, 0, 0)
        return
    i = j = 0
    for a, b in (*_rising(old, new), (len(old), len(new))):
        cells = (a - i) * (b - j)
        if cells <= most:
            yield from _longest(old[i:a], new[j:b], i, j)
        elif fallbacks is not None:
            fallbacks.append(Fallback(step, most, cells))
        if a < len(old):
            yield a, b, 1
        i, j = a + 1, b + 1


def _longest(old: Sequence[str], new: Sequence[str], i: int, j: int) -> Iterator[Run]:
    if old and new:
        for block in LCSseq.editops(old, new).as_matching_blocks():
            if block.size:
                yield block.a + i, block.b + j, block.size


def _rising(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest rising sequence of places of lines that stand equally often on both sides.

    The first of a line is taken for the first on the other side, the second for the second.
    """
    counts, new_counts = Counter(old), Counter(new)
    places: dict[tuple[str, int], int] = {}
    seen: Counter[str] = Counter()
    for j, line in enumerate(new):
        if counts[line] == new_counts[line]:
            places[line, seen[line]] = j
            seen[line] += 1
    candidates: list[tuple[int, int]] = []
    seen.clear()
    for i, line in enumerate(old):
        if counts[line] == new_counts[line]:
            candidates.append((i, places[line, seen[line]]))
            seen[line] += 1
    return _chain(candidates)


def _chain(candidates: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of the pairs that rises in its second member, n log n."""
    tails: list[int] = []
    ends: list[int] = []  # index of the pair that each tail is of
    before: list[int] = []
    for at, (_, j) in enumerate(candidates):
        place = bisect_left(tails, j)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [j]
        ends[place : place + 1] = [at]
    chain: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(candidates[at])
        at = before[at]
    return chain[::-1]
