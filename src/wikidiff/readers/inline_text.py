"""The text of a desktop page with an inline diff (`diff-type=inline`), rendered or copied.

Above it stand both revisions, as above the table, and below it the article; each block of the diff
is a line, its marks gone (facts from pages made by MediaWiki 1.39 with wikidiff2).
"""

from __future__ import annotations

from collections.abc import Sequence

from wikidiff.errors import ReadError
from wikidiff.readers import paged
from wikidiff.readers.base import Flat, Input
from wikidiff.readers.desktop_head import (
    Head,
    article_at,
    find_head,
    lines_of,
    printed,
    shows_none,
    stand_twice,
)

NAME = "inline-text"
ABOUT = "the text of a desktop page with an inline diff, rendered or copied from a browser"
EVIDENCE = "the head of both revisions, and below it lines that stand once"


def decline(source: Input) -> str | None:
    """Return why this is no text of an inline diff."""
    if reason := paged.decline(source.text):
        return reason
    lines = lines_of(source.text)
    head = find_head(lines, None)
    if head is None:
        return "no two lines near the top tell the times of two revisions"
    if reason := printed(lines, head):
        return reason
    shown = _shown(lines, head)
    if shows_none(lines, head):
        return "the page says that nothing differs, and shows no diff"
    if not shown:
        return "nothing stands between the two revisions and the article"
    if stand_twice(shown) if not head.rendered else "\t" in shown:
        return "below the two revisions stands a table of two columns"
    return None if len(lines) > head.end + len(shown) else "no article below the diff"


def _shown(lines: Sequence[str], head: Head) -> tuple[str, ...]:
    start = head.end
    while start < len(lines) and not lines[start]:
        start += 1
    return tuple(lines[start : article_at(lines, head, start)])


def read(source: Input, *, language: str | None = None) -> Flat:
    """Return the shown lines and what the head says; raises ReadError where there is no head."""
    lines = lines_of(source.text)
    head = find_head(lines, language)
    if head is None:
        raise ReadError(source.name, "no two revisions' times", "copy the page from its title on")
    return Flat(head.meta._replace(engine="wikidiff2"), _shown(lines, head))
