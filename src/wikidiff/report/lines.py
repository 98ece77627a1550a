"""One line of a page as a row: gutter, marks, and what of a long line is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Literal

from wikidiff.model import Line, Segment
from wikidiff.report.rows import Layout, Row, Stretch
from wikidiff.report.safe import distinct, is_blank
from wikidiff.text import EXTENDERS

Side = Literal["old", "new"]

FOCUS = "*"
"""The mark of an equal stretch that is to be shown in full."""
_LINE_START = 30  # code points kept of a long equal stretch that begins a line
_LEAST_HIDDEN = 40  # code points: less is not worth a sign
_GAP_WIDTH = 12  # columns the sign may take
_WORD_REACH = 24  # code points a cut may move to fall between words
_MARKS = {"-": ("old", "[-", "-]"), "+": ("new", "{+", "+}")}


def line_row(line: Line, layout: Layout) -> Row:
    """Return a line as one row, old and new numbers in its gutter."""
    numbers = ""
    if layout.numbers:
        numbers = f"{_number(line.old_line, layout)} {_number(line.new_line, layout)} "
    return Row(_lead(line, layout, numbers, _mark(line)), stretches(line, layout))


def side_row(
    line: Line, side: Side, layout: Layout, wholes: Mapping[str, list[Segment]] | None = None
) -> Row:
    """Return one side of a line as a row, that side's number in its gutter.

    `wholes` has the segments of each paragraph that was split or merged, by id, for the side on
    which it is one line.
    """
    number = line.old_line if side == "old" else line.new_line
    numbers = f"{_number(number, layout)} " if layout.numbers else ""
    mark = _mark(line)
    if mark == "~":
        mark = "-" if side == "old" else "+"
    elif line.move and line.kind == "changed":
        mark = "<" if side == "old" else ">"
    other = "+" if side == "old" else "-"
    told: Iterable[Segment] = line.segments
    if line.split:
        is_whole = line.split.whole == side and wholes is not None
        told = wholes[line.split.id] if wholes and is_whole else line.split.segments
    segments = [segment for segment in told if segment[0] != other]
    return Row(_lead(line, layout, numbers, mark), stretches(line, layout, segments))


def _number(number: int | None, layout: Layout) -> str:
    return f"{'' if number is None else number:>{layout.numbers}}"


def _mark(line: Line) -> str:
    if line.move:
        return "<" if line.move.role == "from" else ">"
    if line.split and line.split.segments:
        return "~"
    return {"context": " ", "changed": "~", "deleted": "-", "inserted": "+"}[line.kind]


def _lead(line: Line, layout: Layout, numbers: str, mark: str) -> tuple[Stretch, ...]:
    lead: list[Stretch] = [(numbers, "number"), (mark, _MARK_STYLES[mark])]
    if layout.doubtful:
        lead.append((" " if line.certain else "?", "doubt"))
    return *lead, (" ", "")


_MARK_STYLES = {
    " ": "",
    "~": "changed-mark",
    "-": "old-mark",
    "+": "new-mark",
    "<": "moved-from",
    ">": "moved-to",
}


def stretches(
    line: Line, layout: Layout, segments: list[Segment] | None = None
) -> tuple[Stretch, ...]:
    """Return a line's text in styled stretches, marked in signs where there is no colour.

    What stands on one side only, or has moved, has its mark in the gutter and none in the text,
    unless it was edited on the way. Of a paragraph that was split or merged each part shows only
    what became of itself.
    """
    if line.kind == "changed" or line.split:
        if segments is None:
            segments = list(line.split.segments) if line.split else line.segments
        return changed_stretches(segments, layout, certain=line.certain)
    if line.move and line.move.segments:
        made = changed_stretches(line.move.segments, layout, certain=line.certain)
        return tuple((text, style or "moved-to") for text, style in made)
    text = (line.new if line.old is None else line.old) or ""
    if line.kind == "context":
        undisputed = line.certain or line.shown not in layout.disputed
        return tuple(_context(text, layout, _reach(layout, certain=undisputed)))
    style = {"-": "old", "+": "new", "<": "moved-from", ">": "moved-to"}[_mark(line)]
    return ((_tabs(_seen(text), layout), style),) if text else ()


def changed_stretches(
    segments: Iterable[Segment], layout: Layout, *, certain: bool = True, keep: int | None = None
) -> tuple[Stretch, ...]:
    """Return the segments of a changed line in styled stretches.

    In a terminal, unless the view is verbose, long equal segments are shortened to `keep` code
    points beside each change, by default a row; never those marked `FOCUS`.
    """
    segments = [segment for segment in segments if segment[1]]
    reach = _reach(layout, certain=certain)
    keep = reach if reach is None or keep is None else keep
    made: list[Stretch] = []
    for at, (mark, text) in enumerate(segments):
        if mark == FOCUS:
            made.append((_tabs(text, layout), "focus"))
        elif mark == "=":
            made += _equal(text, layout, keep, first=at == 0, last=at == len(segments) - 1)
        else:
            made += _edit(mark, text, layout, certain=certain)
    return tuple(made)


def _edit(mark: str, text: str, layout: Layout, *, certain: bool) -> Iterator[Stretch]:
    """Yield a deleted or inserted stretch; blanks that nobody could see are shown by code."""
    style, opening, closing = _MARKS[mark]
    text = _seen(text)
    if not layout.view.color:
        yield opening, style
        yield _tabs(text, layout), style
        yield closing, style
        return
    if text.isspace():  # a line through or under spaces is easily missed, and cut at a row's end
        text = text.replace(" ", layout.glyphs.space)
    yield _tabs(text, layout), f"{style}-word" if certain else f"{style}-doubt"


def _seen(text: str) -> str:
    return distinct(text) if is_blank(text) else text


def _tabs(text: str, layout: Layout) -> str:
    return text.replace("\t", layout.glyphs.tab) if "\t" in text else text


def _reach(layout: Layout, *, certain: bool) -> int | None:
    """Return how much of an equal stretch is kept beside a change; None: all.

    All of an uncertain line: what is taken as equal may be what changed. A context line is so only
    where a listed reading changes it.
    """
    return layout.body if certain and not layout.view.verbose else None


def _context(text: str, layout: Layout, reach: int | None) -> Iterator[Stretch]:
    """Yield a context line: in a terminal the one row of it that serves to find one's place."""
    if reach is None or len(text) <= reach + _LEAST_HIDDEN:
        yield _tabs(text, layout), "context"
        return
    cut = _cut(text, max(reach - _GAP_WIDTH, _GAP_WIDTH), back=True)
    yield _tabs(text[:cut], layout), "context"
    yield _gap(len(text) - cut, layout), "gap"


def _equal(
    text: str, layout: Layout, keep: int | None, *, first: bool, last: bool
) -> Iterator[Stretch]:
    """Yield an equal stretch, its middle (its end, if the line ends there) left out if long.

    Of a line's start so much stays that one knows the line.
    """
    if keep is None or len(text) <= keep:
        yield _tabs(text, layout), ""
        return
    head = _cut(text, min(keep, _LINE_START) if first else keep, back=True)
    tail = len(text) if last else _cut(text, len(text) - keep, back=False)
    if tail - head < _LEAST_HIDDEN:
        yield _tabs(text, layout), ""
        return
    yield _tabs(text[:head], layout), ""
    yield _gap(tail - head, layout), "gap"
    yield _tabs(text[tail:], layout), ""


def _gap(count: int, layout: Layout) -> str:
    ellipsis = layout.glyphs.ellipsis
    return f"[{ellipsis}{count:,}{ellipsis}]"


@cache
def _belongs_to_previous() -> re.Pattern[str]:
    return re.compile(f"[{EXTENDERS}]")


def _cut(text: str, at: int, *, back: bool) -> int:
    """Return a place near `at` to cut a text: between words, else not before a mark."""
    step = -1 if back else 1
    for place in range(at, min(max(at + step * _WORD_REACH, 0), len(text)), step):
        if 0 < place < len(text) and text[place - 1] == " ":
            return place
    joins = _belongs_to_previous()
    for place in range(at, min(max(at + step * _WORD_REACH, 0), len(text)), step):
        if place < len(text) and not joins.match(text, place) and text[place - 1] != "\u200d":
            return place
    return at
