"""The front end of `show`: a Document for people, on a terminal or in a pipe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from wikidiff.model import Document
from wikidiff.report.page import page_rows
from wikidiff.report.rows import Layout, Pair, Row, View, glyphs_for
from wikidiff.report.safe import visible

__all__ = ["View", "show"]


def show(document: Document, view: View, file: TextIO) -> None:
    """Write a Document for people to read.

    Nothing of the Document reaches `file` but through `safe`. A pipe that wants neither colour nor
    columns does without rich: loading it takes as long as many a diff. Raises what writing raises,
    `BrokenPipeError` included.
    """
    layout = Layout.of(document, view, glyphs_for(getattr(file, "encoding", None)))
    rows = page_rows(document, layout)
    if view.width is None and not view.color and not view.side_by_side:
        for row in rows:
            file.writelines((*_pieces(row), "\n"))
        return
    from wikidiff.report.console import terminal, write

    write(rows, layout, terminal(view, file))


def _pieces(row: Row | Pair) -> Iterator[str]:
    """Yield a row as it goes into a pipe: on one line, without blanks where there is no body."""
    assert isinstance(row, Row), "two columns are the console's"
    lead = "".join(visible(text) for text, _ in row.lead)
    yield lead if row.body else lead.rstrip(" ")
    yield from (visible(text) for text, _ in row.body)
    yield "  " if row.tail else ""
    yield from (visible(text) for text, _ in row.tail)
