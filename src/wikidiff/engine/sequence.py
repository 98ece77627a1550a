"""The longest common subsequence of two sequences of strings, with a counted limit."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence

from rapidfuzz.distance import LCSseq, Postfix, Prefix

from wikidiff.limits import Fallback

common_prefix: Callable[[str, str], int] = Prefix.similarity
"""How many code points two texts share at their start: as `text.common_prefix`, compiled."""

common_suffix: Callable[[str, str], int] = Postfix.similarity
"""How many code points two texts share at their end, those of a common start counted too."""

Run = tuple[int, int, int]
"""Start in the old sequence, start in the new one, length."""


def shared_runs(
    old: list[str],
    new: list[str],
    limit: tuple[str, int],
    fallbacks: list[Fallback] | None,
) -> list[Run]:
    """Return what two sequences share, rising on both sides.

    The longest common subsequence (bit-parallel: Heikki Hyyrö, 2004); where old times new items
    pass the `limit` (name of the step, cells), first from one edit to the next, as long as they
    are short, then between items that stand equally often on both sides (after Bram Cohen's
    patience diff). What is still over the limit shares nothing, and a Fallback is added.
    """
    if len(old) * len(new) <= limit[1]:
        return _longest(old, new)
    found: list[Run] = []
    i = j = 0
    for a, b, size in walked(old, new):
        _append(found, _longest(old[i:a], new[j:b]), i, j)
        found.append((a, b, size))
        i, j = a + size, b + size
    old, new = old[i:], new[j:]
    is_short = len(old) * len(new) <= limit[1]
    rest = _longest(old, new) if is_short else _between(old, new, limit, fallbacks)
    _append(found, rest, i, j)
    return found


def _append(found: list[Run], runs: Sequence[Run], i: int, j: int) -> None:
    """Add runs of the sequences from `i` and `j` on."""
    for a, b, size in runs:
        found.append((a + i, b + j, size))


def walked(old: list[str], new: list[str]) -> list[Run]:
    """Return what two sequences share from one edit to the next, up to the first long edit.

    For few edits that is far quicker than looking at each item: what does not change is compared
    in slices. After an edit both sides go on at a pair of items that stand once on either side of
    what is near, or where many items are the same again.
    """
    found: list[Run] = []
    i = j = 0
    while True:
        if size := _common(old, new, i, j):
            found.append((i, j, size))
            i, j = i + size, j + size
        met = _met(old, new, i, j)
        if met is None:
            return found
        i, j = met


def _met(old: list[str], new: list[str], i: int, j: int) -> tuple[int, int] | None:
    """Return where both sides go on after an edit; None where it is long."""
    for reach in NEAR:
        if found := meeting(old, new, i, j, reach):
            return found
    for apart in range(1, 2 * _SHORT + 1):  # of what repeats itself no item stands once
        for a in range(max(0, apart - _SHORT), min(apart, _SHORT) + 1):
            if _goes_on(old, new, i + a, j + apart - a):
                return i + a, j + apart - a
    return None


NEAR = (8, 64, 512)  # items after an edit in which the sides are to meet again


_SHORT = 16  # items of an edit of which both sides are tried
_MANY = 64  # items that are the same again after it


def _goes_on(old: list[str], new: list[str], i: int, j: int) -> bool:
    """Tell whether many items from `i` and `j` on are the same."""
    if i + _MANY > len(old) or j + _MANY > len(new) or old[i] != new[j]:
        return False
    return old[i : i + _MANY] == new[j : j + _MANY]


def _common(old: list[str], new: list[str], i: int, j: int) -> int:
    """Return how many items from `i` and `j` on are the same, by growing, then halved slices."""
    size, step = 0, 8
    most = min(len(old) - i, len(new) - j)
    grows = True
    while step and size < most:
        if old[i + size : i + size + step] == new[j + size : j + size + step]:
            size = min(size + step, most)
            step = step * 2 if grows else step // 2
        else:
            grows = False
            step //= 2
    return size


def meeting(old: list[str], new: list[str], i: int, j: int, reach: int) -> tuple[int, int] | None:
    """Return the next place where an item and the one after it are the same on both sides.

    The item stands once in the `reach` ones of either side; None where there is no such place.
    """
    x, y = old[i : i + reach], new[j : j + reach]
    here, there = Counter(x), Counter(y)
    places = {item: b for b, item in enumerate(y) if there[item] == 1 and here[item] == 1}
    met = [
        (a + places[item], a, places[item])
        for a, item in enumerate(x)
        if item in places and x[a + 1 : a + 2] == y[places[item] + 1 : places[item] + 2] != []
    ]
    if not met:
        return None
    _, a, b = min(met)
    return i + a, j + b


def _between(
    old: list[str],
    new: list[str],
    limit: tuple[str, int],
    fallbacks: list[Fallback] | None,
) -> list[Run]:
    """Return what two sequences share between items that stand equally often on both sides."""
    step, most = limit
    found: list[Run] = []
    i = j = 0
    first = 0  # of the pairs that follow on one another, the first is so many before `i` and `j`
    for a, b in (*_rising(old, new), (len(old), len(new))):
        if a > i or b > j:
            if first:
                found.append((i - first, j - first, first))
                first = 0
            cells = (a - i) * (b - j)
            if cells <= most:
                _append(found, _longest(old[i:a], new[j:b]), i, j)
            elif fallbacks is not None:
                fallbacks.append(Fallback(step, most, cells))
        first += 1
        i, j = a + 1, b + 1
    if first > 1:  # the last one is the end of both
        found.append((i - first, j - first, first - 1))
    return found


def _longest(old: list[str], new: list[str]) -> list[Run]:
    if not old or not new:
        return []
    blocks = LCSseq.editops(old, new).as_matching_blocks()
    blocks.pop()  # an empty one at the end
    return [(block.a, block.b, block.size) for block in blocks]


def _rising(old: list[str], new: list[str]) -> list[tuple[int, int]]:
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
