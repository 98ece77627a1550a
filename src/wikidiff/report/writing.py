"""Rows on their way out: into a pipe as they are, onto a terminal through rich."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TextIO

from wikidiff.report.rows import Layout, Pair, Row
from wikidiff.report.safe import visible


def write_rows(rows: Iterable[Row | Pair], layout: Layout, file: TextIO) -> None:
    """Write rows to a file; nothing reaches it but through `safe`.

    A pipe that wants neither colour nor columns does without rich: loading it takes as long as
    many a diff. Raises what writing raises, `BrokenPipeError` included.
    """
    view = layout.view
    if view.width is None and not view.color and not view.side_by_side:
        for row in rows:
            file.write("".join((*_pieces(row), "\n")))
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
