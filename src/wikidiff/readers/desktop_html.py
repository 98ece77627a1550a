"""A saved desktop diff page: the table of two columns, with or without the page around it.

The two engines that make it are wikidiff2 (exact) and MediaWiki's own in PHP, whose white space is
undone as far as it can be told. The table alone, as gadgets and the API give it, is read as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikidiff.model import Line, PageWarning
from wikidiff.readers.base import Input, Marked
from wikidiff.readers.html_look import no_page

if TYPE_CHECKING:
    from wikidiff.readers.html_page import Page

NAME = "desktop-html"
ABOUT = "a saved diff page with two columns, or its table alone"
EVIDENCE = "table cells of the classes that MediaWiki gives a diff, outside of the article's text"

Runs = tuple[tuple[Line, ...], ...]

_NO_LINES = PageWarning("no-lines", "the page shows no line: only line ends, if anything, changed")


def decline(source: Input) -> str | None:
    """Return why this is no HTML diff table; raises ReadError where a limit is passed."""
    if reason := no_page(source.text):
        return reason
    from wikidiff.readers.html_page import page_of

    page = page_of(source)
    if page.reason:
        return page.reason
    if page.mobile:
        return "a mobile diff page"
    return "an inline diff, not two columns" if page.inline else None


def read(source: Input, *, language: str | None = None) -> Marked:
    """Read the table; raises ReadError where a limit is passed."""
    from wikidiff.readers.html_head import meta
    from wikidiff.readers.html_lines import with_empty_text
    from wikidiff.readers.html_page import page_of

    page = page_of(source)
    runs, engine = _runs(page)
    found = meta(page, engine, language)
    if engine != "wikidiff2":
        return Marked(found, runs, "spaces" if runs else "exact")
    if not runs and "diff-notice" not in page.frames:
        found = found._replace(warnings=(*found.warnings, _NO_LINES))
    return Marked(found, with_empty_text(runs))


def table_runs(markup: str, name: str = "input") -> tuple[Runs, str | None]:
    """Return the runs of a table's rows and the engine that made them, None where not known.

    `name` is what messages call the source. Raises ReadError where a limit is passed.
    """
    from wikidiff.readers.html_page import parsed

    return _runs(parsed(markup, name))


def _runs(page: Page) -> tuple[Runs, str | None]:
    from wikidiff.readers.html_head import config
    from wikidiff.readers.html_lines import table_runs

    cells = [shown for shown in page.shown if not shown.cell.inline]
    engine = engine_of(page)
    chinese = engine == "php" and (config(page, "wgPageContentLanguage") or "").startswith("zh")
    return table_runs(cells, engine, chinese=chinese), engine


def engine_of(page: Page) -> str | None:
    """Return the engine by the cache key, or by what only one of them makes.

    Core's PHP gives the number cells of the old side an id (since MediaWiki 1.23), wikidiff2 never;
    both name the sides in classes since 1.35.
    """
    if "wikidiff2" in page.signs or "diff-empty" in page.signs:
        return "wikidiff2"
    if "php" in page.signs or "left-number" in page.signs:
        return "php"
    sided = "sided" in page.signs and any(shown.cell.kind == "number" for shown in page.shown)
    return "wikidiff2" if sided or any(shown.link for shown in page.shown) else None
