"""What differs between two large texts, one stretch at a time: what stays between is never cut."""

from __future__ import annotations

from wikidiff.engine.sequence import NEAR, meeting
from wikidiff.engine.window import Core, shared_size


def stretches(old: str, new: str, whole: Core, gap: int) -> list[Core]:
    """Return the stretches of `whole` that differ, in whole lines and in order.

    Between them at least `gap` lines stay, compared as blocks of memory. After an edit both texts
    go on at two lines that stand once on either side of what is near; from an edit on behind which
    they do not meet all that is left is one stretch. Their `prefix` and `suffix` are 0.
    """
    end, new_end = whole.old[1], whole.new[1]
    found: list[Core] = []
    first, new_first = i, j = whole.old[0], whole.new[0]  # where the stretch and the edit begin
    while i <= end and j <= new_end:
        met = _met(old, new, (i, end), (j, new_end))
        if met is None:
            break
        a, b = met
        size = _whole_lines(old, new, (a, end), (b, new_end))
        i, j = a + size, b + size
        if old.count("\n", a, i) >= gap:
            found.append(Core((first, a - 1), (new_first, b - 1), 0, 0))
            first, new_first = i, j
    if first <= end or new_first <= new_end:
        found.append(Core((first, end), (new_first, new_end), 0, 0))
    return found


def _met(
    old: str, new: str, one: tuple[int, int], other: tuple[int, int]
) -> tuple[int, int] | None:
    """Return where both texts go on after an edit that begins at `one` and `other`."""
    for reach in NEAR:
        x, y = _lines(old, *one, reach), _lines(new, *other, reach)
        found = meeting(x, y, 0, 0, reach)
        if found is not None:
            a, b = found
            return one[0] + sum(map(len, x[:a])) + a, other[0] + sum(map(len, y[:b])) + b
        if len(x) < reach and len(y) < reach:
            return None
    return None


def _lines(text: str, start: int, end: int, most: int) -> list[str]:
    """Return the first lines of `text[start:end]`."""
    found: list[str] = []
    while start <= end and len(found) < most:
        at = text.find("\n", start, end)
        if at < 0:
            at = end
        found.append(text[start:at])
        start = at + 1
    return found


def _whole_lines(old: str, new: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    """Return how much of two stretches is the same in whole lines, with their line feeds."""
    (a, end), (b, new_end) = one, other
    size = shared_size(old, a, new, b, min(end - a, new_end - b))
    ends = a + size == end or old[a + size] == "\n", b + size == new_end or new[b + size] == "\n"
    if ends[0] and ends[1]:  # the last line of a side
        return size + 1
    return old.rfind("\n", a, a + size) + 1 - a
