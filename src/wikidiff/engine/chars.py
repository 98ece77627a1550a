"""Refinement inside changed words, by character."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from wikidiff import limits, text
from wikidiff.model import Segment


def refined(segments: list[Segment]) -> list[Segment]:
    """Return a line's segments with each replaced stretch compared by character.

    diff-match-patch aligns a deleted stretch with the inserted one that follows it and cleans up;
    no character is parted from what joins it. A replacement over `limits.CHAR_CELLS`, or with
    less than a third in common, stays whole.
    """
    made: list[Segment] = []
    at = 0
    while at < len(segments):
        mark, stretch = segments[at]
        pieces: list[Segment] = [(mark, stretch)]
        if mark == "-" and at + 1 < len(segments) and segments[at + 1][0] == "+":
            at += 1
            pieces = _compared(stretch, segments[at][1])
        for kind, piece in pieces:
            if made and made[-1][0] == kind:
                made[-1] = (kind, made[-1][1] + piece)
            else:
                made.append((kind, piece))
        at += 1
    return made


def _compared(old: str, new: str) -> list[Segment]:
    whole: list[Segment] = [("-", old), ("+", new)]
    if len(old) * len(new) > limits.CHAR_CELLS:
        return whole
    found = _library().diff_main(old, new, False)
    _library().diff_cleanupSemantic(found)
    same = sum(len(stretch) for kind, stretch in found if not kind)
    if 3 * same < min(len(old), len(new)) or not all(_fits(found, old, new)):
        return whole
    return [("-=+"[kind + 1], stretch) for kind, stretch in found]


def _fits(found: list[tuple[int, str]], old: str, new: str) -> Iterator[bool]:
    """Yield for each border whether it parts no character from what joins it."""
    i = j = 0
    for kind, stretch in found:
        yield not text.joined(old, i) and not text.joined(new, j)
        i += len(stretch) if kind <= 0 else 0
        j += len(stretch) if kind >= 0 else 0


@cache
def _library() -> Any:  # noqa: ANN401 - the library ships no types
    from diff_match_patch import diff_match_patch

    library = diff_match_patch()
    library.Diff_Timeout = 0  # the default, 1 s, would give a slow machine another diff
    return library
