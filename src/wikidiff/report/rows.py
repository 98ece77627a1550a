"""What the views make and the writers print: rows of named stretches, not yet wrapped.

Rows keep the page's raw text: the writers alone make it visible, so no view can forget to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wikidiff.model import Document

SIDES_WIDTH = 40
"""Least width for two columns; a narrower terminal gets one."""

Stretch = tuple[str, str]
"""(text, name of its style; see `terminal.STYLES`)."""


class View(NamedTuple):
    """How to show a Document.

    `width` is in columns; None never wraps or cuts, as for piped output. `context` is the number
    of context lines kept around changes; None keeps all that the Document holds. `only` names the
    kinds of changes to show; empty shows the whole Document. `reading` is the 1-based number of
    the reading that the Document's sections show.
    """

    color: bool = False
    width: int | None = None
    side_by_side: bool = False
    summary: bool = False
    context: int | None = None
    only: frozenset[str] = frozenset()
    reading: int = 1
    verbose: bool = False


class Glyphs(NamedTuple):
    """The signs of the page's own making; `tab` stands for U+0009 in a line's text."""

    ellipsis: str = "…"
    arrow: str = "→"
    dot: str = "·"
    section: str = "§"
    rule: str = "─"
    bar: str = "│"
    bullet: str = "•"
    quotes: tuple[str, str] = ("“", "”")
    tab: str = "→   "
    space: str = "␣"
    spark: str = "▁▂▃▄▅▆▇█"
    full: str = "█"
    marks: tuple[str, str] = ("‹", "›")


ASCII = Glyphs(
    "...", "->", "|", "##", "-", "|", "*", ('"', '"'), "\\u{9}", "_", "_.:-=+*#", "#", ("<", ">")
)
"""For an output that cannot carry the others."""


def glyphs_for(encoding: str | None) -> Glyphs:
    """Return the signs that an output in this encoding can carry; None is Unicode."""
    made = Glyphs()
    signs = (
        made.ellipsis,
        made.arrow,
        made.rule,
        made.space,
        made.spark,
        *made.quotes,
        *made.marks,
    )
    try:
        "".join(signs).encode(encoding or "utf-8")
    except (LookupError, UnicodeEncodeError):
        return ASCII
    return made


class Row(NamedTuple):
    """One row of the page: `lead` stands at its left and wrapped text hangs under `body`.

    `indent` columns more for what is wrapped. `tail` follows the body, at the right end behind a
    rule where the row is a section's head (`ruled`).
    """

    lead: tuple[Stretch, ...] = ()
    body: tuple[Stretch, ...] = ()
    tail: tuple[Stretch, ...] = ()
    indent: int = 0
    ruled: bool = False


class Pair(NamedTuple):
    """Two rows side by side; None leaves a side empty."""

    left: Row | None
    right: Row | None


class Layout(NamedTuple):
    """What all rows of one page share.

    `numbers` is the width of a line number, 0 where the form has none. `doubtful`: some line is
    uncertain, so the gutter has a place for the sign. `disputed` are the page's own lines that
    some reading takes as changed.
    """

    view: View
    glyphs: Glyphs
    numbers: int
    doubtful: bool
    disputed: frozenset[int | None] = frozenset()

    @classmethod
    def of(cls, document: Document, view: View, glyphs: Glyphs) -> Layout:
        """Return the layout that a Document needs."""
        highest, doubtful = 0, False
        for line in document.lines():
            highest = max(highest, line.old_line or 0, line.new_line or 0)
            doubtful = doubtful or not line.certain
        doubtful = doubtful or not all(heading.certain for heading in document.headings)
        if view.side_by_side and view.width is not None and view.width < SIDES_WIDTH:
            view = view._replace(side_by_side=False)
        disputed = frozenset(line.shown for reading in document.readings for line in reading.lines)
        return cls(view, glyphs, len(str(highest)) if highest else 0, doubtful, disputed)

    @property
    def gutter(self) -> int:
        """Columns before a line's text: its numbers, the mark, the sign of doubt, a space.

        Side by side a line has one number on each side, else both.
        """
        sides = 1 if self.view.side_by_side else 2
        return 2 + self.doubtful + (sides * (self.numbers + 1) if self.numbers else 0)

    @property
    def column(self) -> int | None:
        """Columns of one side where two stand side by side; None: not wrapped."""
        width = self.view.width
        return None if width is None else max((width - 3) // 2, 1)

    @property
    def body(self) -> int | None:
        """Columns for a line's text; None: as many as it takes."""
        width = self.column if self.view.side_by_side else self.view.width
        return None if width is None else max(width - self.gutter, 8)


BLANK = Row()


def joined(parts: Iterable[tuple[Stretch, ...]], between: str) -> tuple[Stretch, ...]:
    """Return stretches with a dim sign between the parts."""
    made: list[Stretch] = []
    for part in parts:
        if made:
            made.append((between, "dim"))
        made += part
    return tuple(made)


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun, such as "1 line" or "1,200 lines"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def signed(count: int) -> str:
    """Return a figure with its sign, such as "+1,200" or "-96"; zero has none."""
    return f"{count:+,}" if count else "0"


def signed_bytes(count: int) -> tuple[Stretch, ...]:
    """Return a byte delta as a coloured figure with its unit."""
    style = "more" if count > 0 else "less" if count < 0 else "dim"
    return ((f"{signed(count)} {'byte' if abs(count) == 1 else 'bytes'}", style),)


def plain(stretches: Iterable[Stretch]) -> Iterator[str]:
    """Yield the texts of stretches."""
    for text, _ in stretches:
        yield text
