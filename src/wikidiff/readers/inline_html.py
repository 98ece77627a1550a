"""A saved desktop page with an inline diff (`diff-type=inline`), made by wikidiff2."""

from __future__ import annotations

from wikidiff.readers.base import Input, Marked
from wikidiff.readers.html_look import no_page

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
    from wikidiff.readers.html_lines import inline_runs, with_empty_text
    from wikidiff.readers.html_page import page_of

    page = page_of(source)
    blocks = [shown for shown in page.shown if shown.cell.inline]
    runs = with_empty_text(inline_runs(blocks, php=False))
    return Marked(meta(page, "wikidiff2", language), runs)
