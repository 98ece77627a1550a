"""The part of two texts that is not the same, cut into lines, with some lines around it."""

from __future__ import annotations

from dataclasses import dataclass

from wikidiff.engine.sequence import common_prefix, common_suffix


@dataclass(slots=True)
class Core:
    """What differs between two texts, in whole lines: half-open ranges of code points.

    Its first line begins with `prefix` characters that both sides have, its last one ends with
    `suffix`.
    """

    old: tuple[int, int]
    new: tuple[int, int]
    prefix: int
    suffix: int


@dataclass(slots=True)
class Window:
    """Lines of both texts that differ, and around them some that do not.

    `before` counts the lines before them in both texts, `start` is where they begin, in code
    points. The first `head` and the last `tail` lines of the window are the same on both sides.
    """

    old: list[str]
    new: list[str]
    before: tuple[int, int]
    start: tuple[int, int]
    head: int
    tail: int


def core(old: str, new: str) -> Core:
    """Return what differs between two different texts; found without cutting them into lines."""
    size_old, size_new = len(old), len(new)
    shorter = min(size_old, size_new)
    prefix = shared_size(old, 0, new, 0, shorter)
    first = old.rfind("\n", 0, prefix) + 1
    shared = _shared_end(old, new, shorter - (first - 1 if first else 0))
    last = old.find("\n", size_old - shared) if shared else -1
    last = size_old if last < 0 else last
    return Core(
        (first, last),
        (first, last + size_new - size_old),
        prefix - first,
        last - size_old + shared,
    )


_STRIDE = 2048  # code points up to which comparing one by one costs less than cutting slices


def shared_size(old: str, i: int, new: str, j: int, most: int) -> int:
    """Return how many code points two texts share from `i` and `j` on, `most` at most.

    Found by growing, then halved slices. A slice is copied and compared as a block of memory: for
    a page that is several times as fast as its code points one by one.
    """
    low, step = 0, _STRIDE
    while step >= _STRIDE and low + _STRIDE < most:
        if old.startswith(new[j + low : j + min(low + step, most)], i + low):
            low += step
            step *= 2
        else:
            most = min(low + step, most)
            step = (most - low) // 2
    low = min(low, most)
    return low + common_prefix(old[i + low : i + most], new[j + low : j + most])


def _shared_end(old: str, new: str, most: int) -> int:
    """Return how many code points two texts share at their end, `most` at most."""
    size_old, size_new = len(old), len(new)
    low, step = 0, _STRIDE
    nearly = most - _STRIDE // 2  # after the common start there is most often little else
    if nearly > step and old.endswith(new[size_new - nearly :]):
        low = nearly
    while step >= _STRIDE and low + _STRIDE < most:
        high = min(low + step, most)
        if old.endswith(new[size_new - high : size_new - low], 0, size_old - low):
            low += step
            step *= 2
        else:
            most = high
            step = (most - low) // 2
    low = min(low, most)
    return low + common_suffix(
        old[size_old - most : size_old - low], new[size_new - most : size_new - low]
    )


def surroundings(old: str, seen: Core, context: int) -> tuple[list[str], list[str], int]:
    """Return up to `context` equal lines before and after what differs, and where they start."""
    first, last = seen.old
    start, count = first, 0
    while start and count < context:
        start = old.rfind("\n", 0, start - 1) + 1
        count += 1
    end, count = last, 0
    size = len(old)
    while end < size and count < context:
        end = old.find("\n", end + 1)
        end = size if end < 0 else end
        count += 1
    before = old[start : first - 1].split("\n") if start < first else []
    after = old[last + 1 : end].split("\n") if last < end else []
    return before, after, start


def around(old: str, new: str, seen: Core, context: int, last: Window | None = None) -> Window:
    """Return the lines that differ with up to `context` equal ones on either side.

    `last` is the window before it of the same texts, between which and this one nothing differs.
    """
    before, after, start = surroundings(old, seen, context)
    counted = (0, 0) if last is None else last.before
    begin = 0 if last is None else last.start[0]
    more = old.count("\n", begin, start)
    shift = 0 if last is None else len(last.new) - len(last.old)
    return Window(
        [*before, *_lines(old, *seen.old), *after],
        [*before, *_lines(new, *seen.new), *after],
        (counted[0] + more, counted[1] + more + shift),
        (start, start + seen.new[0] - seen.old[0]),
        len(before),
        len(after),
    )


def _lines(whole: str, start: int, end: int) -> list[str]:
    """Return the lines of `whole[start:end]`; none where `end` is the line feed before `start`."""
    return whole[start:end].split("\n") if end >= start else []
