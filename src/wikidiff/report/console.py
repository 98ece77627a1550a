"""Rows on a rich console: colours, and wrapping by cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console

from wikidiff.report.rows import Layout, Pair, Row, Stretch, View
from wikidiff.report.safe import styled

if TYPE_CHECKING:
    from rich.text import Text  # noqa: TID251 - named, not made

UNWRAPPED = 1 << 20
"""Columns of a console that does not wrap."""

PIPED_COLUMN = 80
"""Cells of the left of two columns that are not wrapped; longer lines push the right one out."""

# Named ANSI colours only: the user's theme knows which red can be read on its background.
STYLES = {
    "": "",
    "title": "bold",
    "label": "bold",
    "kind": "bold",
    "section": "bold blue",
    "rule": "dim",
    "dim": "dim",
    "number": "dim",
    "context": "dim",
    "gap": "dim italic",
    "hidden": "dim italic",
    "focus": "yellow",
    "time": "",
    "user": "",
    "minor": "bold",
    "comment": "italic",
    "sentence": "bold",
    "figure": "bold",
    "option": "cyan",
    "more": "bold green",
    "less": "bold red",
    "old": "red",
    "new": "green",
    "old-mark": "bold red",
    "new-mark": "bold green",
    "changed-mark": "yellow",
    "old-word": "bold red strike",
    "new-word": "bold green underline",
    "old-doubt": "red strike italic",
    "new-doubt": "green underline italic",
    "moved-from": "magenta",
    "moved-to": "cyan",
    "moved-note": "dim italic",
    "doubt": "bold yellow",
    "revert": "bold magenta",
    "spark": "cyan",
    "mark": "dim",
    "who-1": "green",
    "who-2": "cyan",
    "who-3": "yellow",
    "who-4": "magenta",
    "who-5": "blue",
    "who-6": "red",
    "warning": "bold yellow",
    "warning-text": "",
    "error": "bold red",
    "info": "bold cyan",
}
_ESCAPE = "reverse"


class Terminal(Console):
    """A console that lets a closed pipe reach `main()`; rich itself would exit with 1."""

    def on_broken_pipe(self) -> None:
        """Re-raise the BrokenPipeError being handled."""
        raise


def terminal(view: View, file: TextIO, *, record: bool = False) -> Terminal:
    """Return a console for a view; the environment has no say in it."""
    return Terminal(
        file=file,
        width=view.width or UNWRAPPED,
        force_terminal=view.color,
        color_system="standard" if view.color else None,
        no_color=not view.color,
        highlight=False,
        markup=False,
        emoji=False,
        record=record,
        _environ={},
    )


def write(rows: Iterable[Row | Pair], layout: Layout, console: Terminal) -> None:
    """Print rows, wrapped where the view has a width."""
    for row in rows:
        for line in _lines(row, layout, console):
            console.print(line, soft_wrap=True)


def _lines(row: Row | Pair, layout: Layout, console: Terminal) -> Iterator[Text]:
    if isinstance(row, Pair):
        return _pair_lines(row, layout, console)
    if row.ruled and layout.view.width is not None:
        return _ruled_lines(row, layout, console)
    return _row_lines(row, layout.view.width, console)


def _row_lines(row: Row, width: int | None, console: Terminal) -> Iterator[Text]:
    """Yield a row's lines, what is wrapped hanging under its body."""
    lead, body = _styled(row.lead), _styled(row.body)
    if row.tail:
        body.append_text(styled("  "))
        body.append_text(_styled(row.tail))
    if not body:
        lead.rstrip()
    if width is None:
        lead.append_text(body)
        yield lead
        return
    hang = cell_len(lead.plain)
    first = True
    for line in _wrapped(body, width - hang, row.indent, console):
        made = lead if first else styled(" " * hang)
        made.append_text(line)
        yield made
        first = False


def _wrapped(body: Text, width: int, indent: int, console: Terminal) -> Iterator[Text]:
    """Yield a text's lines of at most `width` cells, all but the first indented.

    Blanks where a line was broken go, those at the text's own end stay.
    """
    width = max(width, 2)
    indent = min(indent, width // 4)
    if cell_len(body.plain) <= width:
        yield body
        return
    *lines, last = body.wrap(console, width, overflow="fold", tab_size=1)
    if indent and lines:
        first = lines[0]
        yield _stripped(first)
        rest = body[len(first.plain) :]
        rest = rest[len(rest.plain) - len(rest.plain.lstrip(" ")) :]
        *lines, last = rest.wrap(console, width - indent, overflow="fold", tab_size=1)
        lines = [_indented(line, indent) for line in lines]
        last = _indented(last, indent)
    for line in lines:
        yield _stripped(line)
    yield last


def _stripped(line: Text) -> Text:
    line.rstrip()
    return line


def _indented(line: Text, indent: int) -> Text:
    made = styled(" " * indent)
    made.append_text(line)
    return made


def _ruled_lines(row: Row, layout: Layout, console: Terminal) -> Iterator[Text]:
    """Yield a section's head, its figures at the right end of a rule if there is room."""
    width = layout.view.width or UNWRAPPED
    lead, tail = _styled(row.lead), _styled(row.tail)
    lead.append_text(_styled(row.body))
    room = width - cell_len(lead.plain) - cell_len(tail.plain) - 2
    if room < 1:
        yield from _row_lines(row, width, console)
        return
    lead.append_text(styled(f" {layout.glyphs.rule * room} ", STYLES["rule"]))
    lead.append_text(tail)
    yield lead


def _pair_lines(pair: Pair, layout: Layout, console: Terminal) -> Iterator[Text]:
    """Yield two rows side by side, the right one always at the same column."""
    column = layout.column
    left, right = (
        list(_row_lines(side, column, console)) if side else [] for side in (pair.left, pair.right)
    )
    for at in range(max(len(left), len(right))):
        line = left[at] if at < len(left) else styled("")
        room = (column or PIPED_COLUMN) - cell_len(line.plain)
        line.append_text(styled(" " * max(room, 0)))
        line.append_text(styled(f" {layout.glyphs.bar}", STYLES["rule"]))
        if at < len(right):
            line.append_text(styled(" "))
            line.append_text(right[at])
        yield line


def _styled(stretches: Iterable[Stretch]) -> Text:
    made = styled("")
    for text, style in stretches:
        made.append_text(styled(text, STYLES[style], escape_style=_ESCAPE))
    return made
