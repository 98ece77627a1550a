"""A saved Special:MobileDiff page: wikidiff2's inline diff, or the old PHP formatter's.

The old formatter (MobileFrontend's InlineDiffFormatter, until August 2020, where wikidiff2 was
missing) joins all lines of a hunk that changed into one block, with nothing between: such a block
is one line here, and says so in a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikidiff.errors import ReadError
from wikidiff.model import PageWarning
from wikidiff.readers.base import Input, Marked, Meta
from wikidiff.readers.html_look import no_page

if TYPE_CHECKING:
    from wikidiff.readers.html_page import Page, Shown

NAME = "mobile-html"
ABOUT = "a saved mobile diff page"
EVIDENCE = "the frame of Special:MobileDiff (mw-mf-diff-info, mw-mf-minidiff)"


def decline(source: Input) -> str | None:
    """Return why this is no mobile diff page; raises ReadError where a limit is passed."""
    if reason := no_page(source.text):
        return reason
    from wikidiff.readers.html_page import page_of

    page = page_of(source)
    if page.reason:
        return page.reason
    return None if page.mobile else "no frame of a mobile diff"


def read(source: Input, *, language: str | None = None) -> Marked:
    """Read the blocks; raises ReadError where a limit is passed or there is no diff."""
    from wikidiff.readers.html_head import meta
    from wikidiff.readers.html_lines import inline_runs, with_empty_text
    from wikidiff.readers.html_page import page_of
    from wikidiff.readers.unshown import final_newline

    page = page_of(source)
    blocks = [shown for shown in page.shown if shown.cell.inline]
    php = _is_php(page, blocks)
    engine = "php-inline" if php else "wikidiff2"
    runs = inline_runs(blocks, php=php)
    found = meta(page, engine, language)
    if not runs and abs(found.declared or 0) > 1:
        raise ReadError(source.name, "a page with no diff lines", "save the page again")
    if php:
        return Marked(_with_joined(found, blocks), runs, "spaces")
    runs, more = final_newline(with_empty_text(runs), found.declared)
    return Marked(found._replace(warnings=(*found.warnings, *more)), runs)


_NBSP = "\u00a0"


def _is_php(page: Page, blocks: list[Shown]) -> bool:
    """Tell the old formatter: in its holder, and nothing that only wikidiff2 makes.

    Those are the cache key, moves, classes of empty lines, and an NBSP for a blank line of context.
    """
    if "mw-mf-minidiff" not in page.signs or "wikidiff2" in page.signs:
        return False
    return not any(
        shown.cell.end
        or shown.cell.blank
        or (shown.cell.kind == "context" and shown.parts[1:] == [_NBSP])
        for shown in blocks
    )


def _with_joined(found: Meta, blocks: list[Shown]) -> Meta:
    if not any(shown.cell.kind == "changed" for shown in blocks):
        return found
    told = "a changed line may stand for several lines of the page: this form runs them together"
    return found._replace(warnings=(*found.warnings, PageWarning("lines-joined", told)))
