"""The sections of a Document with their hunks, in one column or two, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from wikidiff.model import Document, Hunk, Line, Move, Section, Segment
from wikidiff.report.lines import line_row, side_row
from wikidiff.report.rows import BLANK, Layout, Pair, Row, Stretch, joined, plural, signed_bytes


def section_rows(document: Document, layout: Layout) -> Iterator[Row | Pair]:
    """Yield every section: its head, its lines, and the count of what is not shown between."""
    gaps, moves = _Gaps(), _move_ends(document)
    for section in document.sections:
        gaps.enter(section)
        headed = False
        for hunk in section.hunks:
            gaps.start(hunk)
            for block in _kept_blocks(hunk, layout.view.context):
                if isinstance(block, int):
                    gaps.drop(block)
                    continue
                first = not gaps.taken
                hidden = gaps.take(layout)
                yield from hidden if headed else _opened(section, layout, hidden, first=first)
                headed = True
                yield from _block(block, layout, moves)
            gaps.end(hunk)
        if not headed and section.status != "unchanged":
            yield from _head(section, layout)
    yield from gaps.take(layout)


def _opened(
    section: Section, layout: Layout, hidden: Sequence[Row | Pair], *, first: bool
) -> Iterator[Row | Pair]:
    """Yield a section's head, and before it what is hidden: after it where that is of the lead."""
    side = section.new or section.old
    if first and side and side.level == 0:
        yield from _head(section, layout)
        yield from hidden
        return
    if first and hidden:
        yield BLANK
    yield from hidden
    yield from _head(section, layout)


def _head(section: Section, layout: Layout) -> Iterator[Row]:
    yield BLANK
    sign = ((f"{layout.glyphs.section} ", "section"),)
    tail = joined(section_figures(section), f" {layout.glyphs.dot} ")
    yield Row((), (*sign, section_name(section)), tail, 2, ruled=True)


def section_figures(
    section: Section, counts: tuple[Stretch, ...] = ()
) -> list[tuple[Stretch, ...]]:
    """Return a section's status unless it is just changed, its counts, and its byte delta."""
    if section.status == "unchanged":
        return [(("unchanged", "dim"),)]
    status = () if section.status == "changed" else ((section.status, "dim"),)
    return [part for part in (status, counts, signed_bytes(section.delta)) if part]


def section_name(section: Section) -> Stretch:
    """Return a section's name: its heading, on the new side where it has one."""
    side = section.new or section.old
    if side is None or (side.heading is None and side.level is None):
        return "(heading not shown)", "dim"
    return ("Lead", "section") if side.heading is None else (side.heading, "section")


def _kept_blocks(hunk: Hunk, context: int | None) -> Iterator[tuple[Line, ...] | int]:
    """Yield runs of lines no farther than `context` from a change, and counts of the others."""
    if context is None:
        yield hunk.lines
        return
    near = _near_change(hunk.lines, context)
    start = 0
    for at in range(1, len(near) + 1):
        if at == len(near) or near[at] != near[start]:
            yield hunk.lines[start:at] if near[start] else at - start
            start = at


def _near_change(lines: Sequence[Line], context: int) -> list[bool]:
    near = [False] * len(lines)
    for order in (range(len(lines)), reversed(range(len(lines)))):
        left = 0
        for at in order:
            left = context + 1 if lines[at].kind != "context" or lines[at].move else left - 1
            near[at] = near[at] or left > 0
    return near


class _Gaps:
    """Counts lines that are not shown: those the page leaves out, and context we dropped.

    `known` is False where the form has no line numbers and the page is seen to leave something
    out; `taken` tells that some line has been shown.
    """

    def __init__(self) -> None:
        self.count = 0
        self.known = True
        self.old: int | None = 1
        self.new: int | None = 1
        self.begun = False
        self.taken = False

    def enter(self, section: Section) -> None:
        """Note that a section begins: without its heading, something before it is left out."""
        side = section.new or section.old
        unnumbered = not section.hunks or section.hunks[0].new_start is None
        if self.begun and unnumbered and side and side.heading is None and side.level is None:
            self.known = False

    def start(self, hunk: Hunk) -> None:
        """Count the lines between the hunk before and this one."""
        for begins, expected in ((hunk.new_start, self.new), (hunk.old_start, self.old)):
            if begins is not None and expected is not None:
                self.count += max(begins - expected, 0)
                break
        self.begun = True

    def drop(self, lines: int) -> None:
        """Count context lines of a hunk that the view leaves out."""
        self.count += lines

    def end(self, hunk: Hunk) -> None:
        """Remember where the hunk ends."""
        olds = [line.old_line for line in hunk.lines if line.old_line is not None]
        news = [line.new_line for line in hunk.lines if line.new_line is not None]
        self.old = olds[-1] + 1 if olds else hunk.old_start
        self.new = news[-1] + 1 if news else hunk.new_start

    def take(self, layout: Layout) -> list[Row | Pair]:
        """Return the row that tells what is hidden here, if anything, and forget it."""
        count, known = self.count, self.known
        self.count, self.known, self.taken = 0, True, True
        if known and not count:
            return []
        words = f" {plural(count, 'line')} hidden" if count else ""
        if count and not known:
            words = f" more than{words}"
        lead = (" " * layout.gutter, "")
        row = Row((lead,), ((f"{layout.glyphs.ellipsis}{words}", "hidden"),))
        return [Pair(row, None) if layout.view.side_by_side else row]


class _Ends(NamedTuple):
    """The line numbers of a move's two ends, where known."""

    old: int | None = None
    new: int | None = None


def _move_ends(document: Document) -> dict[str, _Ends]:
    ends: dict[str, _Ends] = {}
    for line in document.lines():
        if line.move:
            known = ends.get(line.move.id, _Ends())
            if line.move.role == "from":
                ends[line.move.id] = _Ends(line.old_line, known.new)
            else:
                ends[line.move.id] = _Ends(known.old, line.new_line)
    return ends


def _block(lines: Sequence[Line], layout: Layout, moves: dict[str, _Ends]) -> Iterator[Row | Pair]:
    """Yield lines that stand together, a note before what moved, was split or merged together."""
    waiting: list[Line] = []
    before: Move | None = None
    told = ""  # the paragraph noted last
    for line in lines:
        note = None
        if line.move and not _goes_on(before, line.move, moves):
            note = _move_note(line.move, moves, layout)
        elif line.split and line.split.id != told:
            told = line.split.id
            note = _split_note([one for one in lines if one.split and one.split.id == told], layout)
        if note:
            yield from _rows(waiting, layout)
            waiting = []
            yield note
        before = line.move
        waiting.append(line)
    yield from _rows(waiting, layout)


def _goes_on(before: Move | None, move: Move, moves: dict[str, _Ends]) -> bool:
    if before is None or before.role != move.role:
        return False
    if before.id == move.id:
        return True
    one, other = moves[before.id], moves[move.id]
    if one.old is None or one.new is None or other.old is None or other.new is None:
        return False
    return (other.old, other.new) == (one.old + 1, one.new + 1)


def _move_note(move: Move, moves: dict[str, _Ends], layout: Layout) -> Row | Pair:
    ends = moves[move.id]
    if move.role == "from":
        words = f"moved to line {ends.new}" if ends.new else f"moved away ({move.id})"
    else:
        words = f"moved here from line {ends.old}" if ends.old else f"moved here ({move.id})"
    note = Row(((" " * layout.gutter, ""),), ((words, "moved-note"),))
    if not layout.view.side_by_side:
        return note
    return Pair(note, None) if move.role == "from" else Pair(None, note)


def _split_note(group: Sequence[Line], layout: Layout) -> Row | Pair:
    """Return the note before the lines of one paragraph; blank ones between them are no parts."""
    one = group[0].split
    is_merge = one is not None and one.whole == "new"
    parts = sum(bool(((line.old if is_merge else line.new) or "").strip()) for line in group)
    words = f"{parts} paragraphs merged" if is_merge else f"paragraph split in {parts}"
    note = Row(((" " * layout.gutter, ""),), ((words, "moved-note"),))
    return Pair(note, None) if layout.view.side_by_side else note


def _rows(lines: Sequence[Line], layout: Layout) -> Iterator[Row | Pair]:
    if not layout.view.side_by_side:
        for line in lines:
            yield line_row(line, layout)
        return
    wholes: dict[str, list[Segment]] = {}
    for line in lines:
        if line.split:
            wholes.setdefault(line.split.id, []).extend(line.split.segments)
    for name, run in groupby(lines, lambda line: line.split.id if line.split else ""):
        group = tuple(run)
        yield from _paragraph(group, layout, wholes) if name else _beside(group, layout)


def _paragraph(
    lines: Sequence[Line], layout: Layout, wholes: dict[str, list[Segment]]
) -> Iterator[Pair]:
    """Yield lines of a paragraph split or merged: whole on one side, its parts on the other."""
    gone = [side_row(line, "old", layout, wholes) for line in lines if line.old is not None]
    come = [side_row(line, "new", layout, wholes) for line in lines if line.new is not None]
    yield from _level(gone, come)


def _beside(lines: Sequence[Line], layout: Layout) -> Iterator[Pair]:
    gone: list[Row] = []
    come: list[Row] = []
    for line in lines:
        if line.old is None:
            come.append(side_row(line, "new", layout))
            continue
        if come or line.new is not None:
            yield from _level(gone, come)
        if line.new is None:
            gone.append(side_row(line, "old", layout))
        else:
            yield Pair(side_row(line, "old", layout), side_row(line, "new", layout))
    yield from _level(gone, come)


def _level(gone: list[Row], come: list[Row]) -> Iterator[Pair]:
    """Yield deleted lines beside the inserted ones that follow them, and empty both lists."""
    for at in range(max(len(gone), len(come))):
        left = gone[at] if at < len(gone) else None
        yield Pair(left, come[at] if at < len(come) else None)
    gone.clear()
    come.clear()
