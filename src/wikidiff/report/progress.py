"""A bar on the terminal for long work: how far, how fast, how long it will take.

The clock is rich's own: no result depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from wikidiff.report.console import Terminal

Step = Callable[[int, int | None, int, int], object]
"""Is told the bytes read, of how many (None: not known), the edits compared, the bad records."""


@contextmanager
def bar(file: TextIO, *, color: bool) -> Iterator[Step]:
    """Show a bar as long as the work goes on; yield what is to be told how far it is."""
    console = Terminal(file=file, no_color=not color)
    columns = (
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("{task.fields[edits]:,} edits, {task.fields[bad]:,} bad"),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("", total=None, edits=0, bad=0)

        def step(read: int, size: int | None, edits: int, bad: int) -> None:
            shown.update(task, completed=read, total=size, edits=edits, bad=bad)

        yield step


@contextmanager
def counter(
    file: TextIO, doing: str, total: int | None, *, done: int, color: bool
) -> Iterator[Callable[[], object]]:
    """Show a bar as long as the work goes on; yield what is to be called for each thing done.

    `total` is how many there are, None where that is not known, and so many are `done` already.
    """
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Terminal(file=file, no_color=not color)
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("", total=total, completed=done)
        yield lambda: shown.advance(task)
