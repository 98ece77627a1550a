"""The front end of `show`: a Document for people, on a terminal or in a pipe."""

from __future__ import annotations

from typing import TextIO

from wikidiff.model import Document
from wikidiff.report.page import page_rows
from wikidiff.report.rows import Layout, View, glyphs_for
from wikidiff.report.writing import write_rows

__all__ = ["View", "show"]


def show(document: Document, view: View, file: TextIO) -> None:
    """Write a Document for people to read; see `writing.write_rows`."""
    layout = Layout.of(document, view, glyphs_for(getattr(file, "encoding", None)))
    write_rows(page_rows(document, layout), layout, file)
