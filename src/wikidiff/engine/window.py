"""The part of two texts that is not the same, cut into lines, with some lines around it."""

from __future__ import annotations

from dataclasses import dataclass

from wikidiff import text


@dataclass(slots=True)
class Window:
    """Lines of both texts from the same line on; what is left out is the same on both sides.

    `before` is the count of lines left out before, `start` their size in code points. The first
    `head` and the last `tail` lines of the window are the same on both sides; of the lines between
    the first begins with `prefix` characters that both sides have, the last ends with `suffix`.
    `span` is where these lines stand in the old text, in code points.
    """

    old: list[str]
    new: list[str]
    before: int
    start: int
    head: int
    tail: int
    prefix: int
    suffix: int
    span: tuple[int, int]


def window(old: str, new: str, around: int) -> Window:
    """Return the lines that differ between two texts, `around` equal lines on either side.

    The common start and end are found by comparing slices (binary search), without lines.
    """
    prefix = text.common_prefix(old, new)
    first = old.rfind("\n", 0, prefix) + 1
    least = first - 1 if first else 0
    shared = text.common_suffix(old, new, min(len(old), len(new)) - least)
    last = old.find("\n", len(old) - shared) if shared else -1
    last = len(old) if last < 0 else last
    return _window(old, new, (first, last), (prefix - first, last - len(old) + shared), around)


def widened(old: str, new: str, seen: Window, around: int) -> Window:
    """Return the window with `around` equal lines on either side."""
    return _window(old, new, seen.span, (seen.prefix, seen.suffix), around)


def _window(
    old: str, new: str, span: tuple[int, int], edges: tuple[int, int], around: int
) -> Window:
    start, head = span[0], 0
    while start and head < around:
        start = old.rfind("\n", 0, start - 1) + 1
        head += 1
    end, tail = span[1], 0
    size = len(old)
    while end < size and tail < around:
        end = old.find("\n", end + 1)
        end = size if end < 0 else end
        tail += 1
    olds = _lines(old, start, end)
    news = _lines(new, start, end + len(new) - size)
    before = old.count("\n", 0, start)
    return Window(olds, news, before, start, head, tail, edges[0], edges[1], span)


def _lines(whole: str, start: int, end: int) -> list[str]:
    """Return the lines of `whole[start:end]`; none where `end` is the line feed before `start`."""
    return whole[start:end].split("\n") if end >= start else []
