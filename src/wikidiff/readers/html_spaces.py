"""The white space that MediaWiki core's PHP formatter puts in, and its undoing.

Source: DifferenceEngine's output of the native engine (TableDiffFormatter and the callers that make
runs of spaces visible): a space at a line's start becomes NBSP and space, one at its end space and
NBSP, then each pair of spaces NBSP and space. It runs on the HTML, so a tag ends a run, and a space
inside a mark is never at the line's start or end.
"""

from __future__ import annotations

import re

from wikidiff.readers.html_marks import Piece

NBSP = "\u00a0"
_BEFORE_WIDE = re.compile(rf"{NBSP}(?=[^\x00-\x7f{NBSP}])")


def undone(made: list[Piece], *, chinese: bool = False) -> list[Piece]:
    """Return the pieces of one side of a line as they were before the formatter's spaces.

    On a `chinese` wiki the space before the NBSP at the end was taken out again, and that before a
    character that is not ASCII at the start became an NBSP (`unsegmented`).
    An NBSP of the text's own that stands where the formatter could have put it is taken for its.
    """
    if not any(NBSP in text for _, text in made):
        return made
    if len(made) == 1 and made[0][1] == NBSP:
        return []  # a blank line
    first, last = made[0], made[-1]
    begins = first[1].startswith((f"{NBSP} ", NBSP * 2))
    if first[0] == "=" and (begins or (chinese and _BEFORE_WIDE.match(first[1]))):
        made = [("=", first[1][1:]), *made[1:]]
        last = made[-1]
    end = NBSP if chinese else f" {NBSP}"
    if last[0] == "=" and last[1].endswith(end):
        made = [*made[:-1], ("=", last[1].removesuffix(end) + " ")]
    return [(mark, text.replace(f"{NBSP} ", "  ")) for mark, text in made]


def unsegmented(made: list[Piece]) -> list[Piece]:
    """Return the pieces of one side of a line of a Chinese wiki as they were.

    There a space is put before each character that is not ASCII, and after the comparison those
    right before such a character are taken out again (LanguageZh::segmentForDiff): a space at the
    end of a piece is left when the next begins with one, and two spaces, NBSP and space by then,
    leave the NBSP.
    """
    kept: list[Piece] = []
    for at, (mark, text) in enumerate(made):
        wide = at + 1 < len(made) and not made[at + 1][1][0].isascii()
        if wide and text.endswith(" "):
            text = text[:-1]
        if wide and text.endswith(NBSP):
            text = f"{text[:-1]} "
        kept.append((mark, _BEFORE_WIDE.sub(" ", text)))
    return [piece for piece in kept if piece[1]]
