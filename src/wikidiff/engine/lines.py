"""Line-level alignment of two texts: which lines stay, and natural borders of what does not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from wikidiff import limits, text
from wikidiff.engine.pairing import bag, likeness, pairs
from wikidiff.engine.sequence import shared_runs, walked
from wikidiff.limits import Fallback

Block = tuple[int, int, int, int]
"""old start, old end, new start, new end: half-open 0-based lines. A block of one line on either
side is that line edited; else one of the sides is empty."""

_TELLING = 4
"""Least length of a line that may hold others in place: `}}`, `|-` and blank lines stand
everywhere."""


def blocks(
    old: list[str], new: list[str], head: int, tail: int, fallbacks: list[Fallback]
) -> list[Block]:
    """Return what differs between two line sequences, in order.

    `head` and `tail` lines at the ends are known to be the same. Lines that say something are
    aligned first, then edited lines are paired by likeness, and blank lines and the like fall
    into place between them. Blocks of one side are slid to natural borders.
    """
    area = _trimmed(old, new, (head, len(old) - tail, head, len(new) - tail))
    if area[0] == area[1] or area[2] == area[3]:
        return [_slid(old, new, (0, 0), area, (len(old), len(new)))]
    found: list[Block] = []
    for part in _parts(old, new, area):
        _compare(old, new, part, found, fallbacks)
    for at, block in enumerate(found):
        if block[0] == block[1] or block[2] == block[3]:
            low = (found[at - 1][1], found[at - 1][3]) if at else (0, 0)
            ends = (len(old), len(new))
            high = (found[at + 1][0], found[at + 1][2]) if at + 1 < len(found) else ends
            found[at] = _slid(old, new, low, block, high)
    return found


def _parts(old: list[str], new: list[str], area: Block) -> list[Block]:
    """Return what to compare of an area: all of it, of a very large one what differs at a time."""
    a, b, c, d = area
    if (b - a) * (d - c) <= limits.LINE_CELLS:
        return [area]
    found: list[Block] = []
    low = a, c
    for i, j, size in walked(old[a:b], new[c:d]):
        i, j = low[0] + i, low[1] + j
        if a < i or c < j:
            found.append((a, i, c, j))
        a, c = i + size, j + size
    if a < b or c < d:
        found.append((a, b, c, d))
    return found


def _compare(
    old: list[str],
    new: list[str],
    area: Block,
    found: list[Block],
    fallbacks: list[Fallback],
) -> None:
    """Add the blocks of an area."""
    i, end, j, new_end = area
    if end - i > 1 or new_end - j > 1:
        for a, b in _anchors(old, new, area, fallbacks):
            if i < a or j < b:
                _fill(old, new, (i, a, j, b), found, fallbacks)
            i, j = a + 1, b + 1
    _fill(old, new, (i, end, j, new_end), found, fallbacks)


def _trimmed(old: list[str], new: list[str], area: Block) -> Block:
    """Return the area without the lines that its sides share at either end."""
    a, b, c, d = area
    while a < b and c < d and old[a] == new[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and old[b - 1] == new[d - 1]:
        b, d = b - 1, d - 1
    return a, b, c, d


def _fill(
    old: list[str],
    new: list[str],
    area: Block,
    found: list[Block],
    fallbacks: list[Fallback],
) -> None:
    """Add the blocks of an area between two lines that stay."""
    a, b, c, d = area = _trimmed(old, new, area)
    if a == b or c == d:
        _add(found, area)
        return
    heads_on = _goes_on(old, new, b, d)
    for i, j in (
        *pairs(old[a:b], new[c:d], fallbacks, heads_on=heads_on),
        (b - area[0], d - area[2]),
    ):
        x, y = area[0] + i, area[2] + j
        _rest(old, new, (a, x, c, y), found)
        if x < b and y < d:
            if old[x] != new[y]:
                found.append((x, x + 1, y, y + 1))
            a, c = x + 1, y + 1


def _goes_on(old: list[str], new: list[str], i: int, j: int) -> bool:
    """Tell whether text that stays follows, a blank line before it aside."""
    for x, y in zip(old[i : i + 2], new[j : j + 2], strict=False):
        if x != y:
            return False
        if x.strip():
            return True
    return False


def _rest(old: list[str], new: list[str], area: Block, found: list[Block]) -> None:
    """Add what lies between two paired lines: what is deleted, then what is inserted."""
    a, b, c, d = _trimmed(old, new, area)
    _add(found, (a, b, c, c))
    _add(found, (b, b, c, d))


def _add(found: list[Block], block: Block) -> None:
    if block[0] < block[1] or block[2] < block[3]:
        found.append(block)


def _anchors(
    old: list[str], new: list[str], area: Block, fallbacks: list[Fallback]
) -> list[tuple[int, int]]:
    """Return (old, new) of the lines that stay in an area: telling ones that both sides have.

    The longest common subsequence of them (bit-parallel), where the texts are too long for that
    between lines that stand once on both sides (Bram Cohen's patience diff).
    """
    a, b, c, d = area
    both = set(old[a:b]).intersection(new[c:d])
    both.discard("")  # blank lines are told by what stands around them
    if not both:
        return []
    telling = {line for line in both if len(line) >= _TELLING}
    # Short lines must hold their place themselves where there are no others, and in an area too
    # large to be paired by likeness.
    if b - a + d - c <= limits.PAIRING_LINES and (telling or not _are_short(old, new, area)):
        both = telling
    if not both:
        return []
    olds, x = _places(old, a, b, both)
    news, y = _places(new, c, d, both)
    found: list[tuple[int, int]] = []
    for i, j, size in shared_runs(x, y, ("line alignment", limits.LINE_CELLS), fallbacks):
        found += [(olds[i + at], news[j + at]) for at in range(size)]
    if len(olds) > len(both) or len(news) > len(both):  # some line stands twice
        lone = [k for k, (i, j) in enumerate(found) if _is_lone(old, new, i, j)]
        if len(lone) <= limits.LONE_LINES:
            _settle((old, olds), (new, news), area, found, lone)
    return found


def _places(side: list[str], start: int, end: int, wanted: set[str]) -> tuple[list[int], list[str]]:
    """Return where the wanted ones of some lines stand, and the lines."""
    lines = side[start:end]
    if wanted.issuperset(lines):
        return list(range(start, end)), lines
    places = [at for at, line in enumerate(lines, start) if line in wanted]
    return places, [side[at] for at in places]


def _is_lone(old: list[str], new: list[str], i: int, j: int) -> bool:
    """Tell whether lines that stay differ both before and after the one at a place."""
    if i and j and old[i - 1] == new[j - 1]:
        return False
    return i + 1 >= len(old) or j + 1 >= len(new) or old[i + 1] != new[j + 1]


def _settle(
    old: tuple[list[str], list[int]],
    new: tuple[list[str], list[int]],
    area: Block,
    found: list[tuple[int, int]],
    lone: Sequence[int],
) -> None:
    """Move the lone ones of the lines that stay to where the lines around them are most alike.

    Of two tables that begin with the same line one may be new: then that line stands twice on a
    side, and which of them stays is open. With `old` and `new` are the places of lines that may.
    """
    a, b, c, d = area
    for k in lone:
        i, j = found[k]
        above = found[k - 1] if k else (a - 1, c - 1)
        below = found[k + 1] if k + 1 < len(found) else (b, d)
        others = _same_between(old, i, above[0], below[0])
        choice = [(x, j) for x in others] + [
            (i, y) for y in _same_between(new, j, above[1], below[1])
        ]
        if choice:
            best = _support(old[0], new[0], i, j)
            for x, y in choice:
                if (support := _support(old[0], new[0], x, y)) > best:
                    best, found[k] = support, (x, y)


def _same_between(side: tuple[list[str], list[int]], at: int, low: int, high: int) -> list[int]:
    """Return the other places of a line between two others; a few, those nearest after `low`."""
    lines, places = side
    first, last = bisect_right(places, low), bisect_left(places, high)
    near = places[first : min(last, first + limits.LONE_PLACES)]
    return [x for x in near if x != at and lines[x] == lines[at]]


def _support(old: list[str], new: list[str], i: int, j: int) -> float:
    """Return how like the lines right before and right after a place are."""
    total = 0.0
    for x, y in ((i - 1, j - 1), (i + 1, j + 1)):
        if 0 <= x < len(old) and 0 <= y < len(new):
            one, other = old[x], new[y]
            total += 1.0 if one == other else likeness(bag(one), bag(other))
    return total


def _are_short(old: list[str], new: list[str], area: Block) -> bool:
    """Tell whether no line of an area says something."""
    a, b, c, d = area
    for line in (*old[a:b], *new[c:d]):  # noqa: SIM110 - twice as fast as all()
        if len(line) >= _TELLING:
            return False
    return True


def _slid(
    old: list[str],
    new: list[str],
    low: tuple[int, int],
    block: Block,
    high: tuple[int, int],
) -> Block:
    """Return a pure insertion or deletion moved to the most natural of its equal places.

    As git's indent heuristic (Michael Haggerty, diff-slider-tools), with wikitext's borders. The
    block may go where the lines between `low` and `high` repeat it.
    """
    a, b, c, d = block
    side, start, end = (old, a, b) if a < b else (new, c, d)
    at = 0 if a < b else 1
    reach = limits.SLIDE_LINES
    up, down = min(start - low[at], reach), min(high[at] - end, reach)
    least = most = 0
    while -least < up and side[start + least - 1] == side[end + least - 1]:
        least -= 1
    while most < down and side[start + most] == side[end + most]:
        most += 1
    if least == most:
        return block
    # Of equally natural places the lowest, as a reader goes on reading where the old text ended.
    shift = max(range(least, most + 1), key=lambda by: (_border(side, start + by, end + by), by))
    return a + shift, b + shift, c + shift, d + shift


def _border(side: list[str], start: int, end: int) -> int:
    """Return how natural a block is, more being better."""
    first, last = side[start], side[end - 1]
    before = side[start - 1] if start else ""
    after = side[end] if end < len(side) else ""
    score = 0
    if first[:1] == "=" and text.heading(first):
        score += 8
    elif first.startswith(("|-", "*", "#", ":", ";", "{|")):
        score += 1
    if not before.strip():
        score += 4
    if not last.strip():
        score += 2
    if after[:1] == "=" and text.heading(after):
        score += 4
    elif after.startswith(("|-", "|}")):
        score += 2
    return score if first.strip() else score - 3
