"""The desktop diff table as copied: each cell a plain line, the old side's before the new one's.

A browser that copies the table gives no line numbers, no tabs and no marks: a line of context
stands twice, an edited one old then new, one of one side alone once. Which is which is for
recovery to conclude (recover/columns.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import PageWarning
from wikidiff.readers import paged
from wikidiff.readers.base import Columns, Input, Marked
from wikidiff.readers.desktop_head import (
    Head,
    are_cut,
    article_at,
    find_head,
    lines_of,
    printed,
    shows_none,
    stand_twice,
)
from wikidiff.readers.desktop_text import row_numbers

NAME = "desktop-clip"
ABOUT = "a desktop diff page as copied from a browser, without the tabs of its table"
EVIDENCE = "the head of both revisions, and below it lines that stand twice"


def decline(source: Input) -> str | None:
    """Return why this is no copied desktop diff."""
    if reason := paged.decline(source.text):
        return reason
    lines = lines_of(source.text)
    head = find_head(lines, None)
    if head is None:
        return "no two lines near the top tell the times of two revisions"
    below = lines[head.end : article_at(lines, head, head.end)]
    if head.rendered:
        return "a tab parts the two revisions: rendered, not copied"
    if reason := printed(lines, head):
        return reason
    if any(map(row_numbers, below)):
        return "rows of line numbers, which copying leaves out: rendered, its lines' ends cut off"
    if are_cut(lines) and not stand_twice([line for line in below if line]):
        return "white space at lines' ends is lost, so that a blank line may be of either view"
    if stand_twice(below) or shows_none(lines, head):
        return None
    return "no line below the two revisions stands twice, as a diff's context does"


def read(source: Input, *, language: str | None = None) -> Columns | Marked:
    """Read the page, which is Marked where it says that there is no difference.

    Raises ReadError where there is no head of two revisions, or
    more than `limits.CLIP_LINES` lines.
    """
    lines = lines_of(source.text)
    head = find_head(lines, language)
    if head is None:
        raise ReadError(source.name, "no two revisions' times", "copy the page from its title on")
    if shows_none(lines, head):
        return Marked(head.meta, (), "spaces")
    end = article_at(lines, head, head.end)
    start = _after_notice(lines, head)
    if end - start > limits.CLIP_LINES:
        told = f"{end - start:,} lines, more than the {limits.CLIP_LINES:,} that are taken apart"
        raise ReadError(source.name, told, "save the page as HTML instead")
    lost = (*_WARNINGS, *((_CUT,) if are_cut(lines) else ()))
    meta = head.meta._replace(warnings=(*head.meta.warnings, *lost))
    return Columns(meta, tuple(lines[start:end]), tuple(lines[end:]))


_WARNINGS = (
    PageWarning("marks-lost", "The marks inside of changed lines are lost: compared anew."),
    PageWarning(
        "columns-lost",
        "Copying ran both columns together: which lines were taken out or put in is concluded.",
    ),
)

_CUT = PageWarning(
    "line-ends-cut",
    "No line ends with white space, as some of each copied page do: it was cut off. What was "
    "edited at lines' ends is lost, and the bytes counted may be off by it.",
)


def _after_notice(lines: Sequence[str], head: Head) -> int:
    """Return the index below the notice on revisions not shown, "(3 intermediate ...)"."""
    if head.end + 1 < len(lines):
        line, after = lines[head.end].strip(), lines[head.end + 1].strip()
        if line != after and line[:1] in ("(", "（") and line[-1:] in (")", "）"):
            return head.end + any(map(str.isdecimal, line))
    return head.end
