"""Refinement inside changed words, by character."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from wikidiff import limits, text
from wikidiff.engine.remark import remarked
from wikidiff.limits import Fallback
from wikidiff.model import Document, PageWarning, Segment, limit_warnings


def by_character(document: Document) -> Document:
    """Return the Document with each replaced word of its lines compared by character.

    A replacement over the limit stays whole, and the Document says so.
    """
    fallbacks: list[Fallback] = []

    def remark(segments: Sequence[Segment]) -> Sequence[Segment]:
        return refined(segments, fallbacks)

    def told() -> Iterator[PageWarning]:
        yield from limit_warnings(fallbacks)

    return remarked(document, remark, told())


def refined(segments: Sequence[Segment], fallbacks: list[Fallback] | None = None) -> list[Segment]:
    """Return a line's segments with each replaced stretch compared by character.

    diff-match-patch aligns a deleted stretch with the inserted one that follows it and cleans up;
    no character is parted from what joins it. With less than a third in common a replacement stays
    whole, and over `limits.CHAR_CELLS`, which adds to `fallbacks`.
    """
    made: list[Segment] = []
    at = 0
    while at < len(segments):
        mark, stretch = segments[at]
        pieces: list[Segment] = [(mark, stretch)]
        if mark == "-" and at + 1 < len(segments) and segments[at + 1][0] == "+":
            at += 1
            pieces = _compared(stretch, segments[at][1], fallbacks)
        for kind, piece in pieces:
            if made and made[-1][0] == kind:
                made[-1] = (kind, made[-1][1] + piece)
            else:
                made.append((kind, piece))
        at += 1
    return made


def _compared(old: str, new: str, fallbacks: list[Fallback] | None) -> list[Segment]:
    whole: list[Segment] = [("-", old), ("+", new)]
    cells = len(old) * len(new)
    if cells > limits.CHAR_CELLS:
        if fallbacks is not None:
            fallbacks.append(Fallback("comparing by character", limits.CHAR_CELLS, cells))
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
