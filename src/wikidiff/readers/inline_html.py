"""A saved desktop page with an inline diff (`diff-type=inline`), made by wikidiff2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikidiff.model import Line
from wikidiff.readers.base import Input, Marked
from wikidiff.readers.html_look import no_page

if TYPE_CHECKING:
    from wikidiff.readers.html_page import Page

Runs = tuple[tuple[Line, ...], ...]

NAME = "inline-html"
ABOUT = "a saved diff page with the inline view"
EVIDENCE = "blocks of the classes mw-diff-inline-*, outside of the article's text"


def decline(source: Input) -> str | None:
    """Return why this is no inline diff; raises ReadError where a limit is passed."""
    if reason := no_page(source.text):
        return reason
    from wikidiff.readers.html_page import page_of

    page = page_of(source)
    if page.reason:
        return page.reason
    if page.mobile:
        return "a mobile diff page"
    return None if page.inline else "two columns, not an inline diff"


def read(source: Input, *, language: str | None = None) -> Marked:
    """Read the blocks; raises ReadError where a limit is passed."""
    from wikidiff.readers.html_head import meta
    from wikidiff.readers.html_lines import with_empty_text
    from wikidiff.readers.html_page import page_of

    page = page_of(source)
    return Marked(meta(page, "wikidiff2", language), with_empty_text(_runs(page)))


def inline_runs(markup: str, name: str) -> Runs:
    """Return the runs of a diff's blocks alone, as the API gives them.

    `name` is what messages call the source. Raises ReadError where a limit is passed.
    """
    from wikidiff.readers.html_page import parsed

    return _runs(parsed(markup, name))


def _runs(page: Page) -> Runs:
    from wikidiff.readers.html_lines import inline_runs

    return inline_runs([shown for shown in page.shown if shown.cell.inline], php=False)
