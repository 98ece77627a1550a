"""Sections of a diff of two texts in which no heading differs, or one of which is empty.

Nearly all are one of them. They are as `assemble` would find them the long way, at a third of the
price.
"""

from __future__ import annotations

from collections.abc import Sequence

from wikidiff.model import Heading, HeadingChange, Hunk, Line, Section, SectionSide
from wikidiff.sections.marks import Start
from wikidiff.sections.outline import TextOutline

LEAD = SectionSide(None, 0)

Numbers = tuple[int | None, int | None]
"""Line numbers, old and new."""

Piece = tuple[bool, int, Heading | None, Sequence[Line], tuple[int, int]]
"""Lines of one section that are shown together: whether they begin it, its key and heading, the
lines, their numbers."""


def plain_sections(
    runs: Sequence[Sequence[Line]],
    outlines: tuple[TextOutline, TextOutline],
    starts: Sequence[Start],
) -> tuple[list[Section], int] | None:
    """Return the sections, and how many of the new text they are; None where a heading differs."""
    pieces: list[Piece] = []
    for at, run in enumerate(runs):
        if not _add_pieces(pieces, run, outlines, starts[at], is_first=not at):
            return None
    made: list[Section] = []
    hunks: list[Hunk] = []
    listed, quiet = set(), True
    last = len(pieces) - 1
    for at, (_, key, heading, lines, numbers) in enumerate(pieces):
        hunks.append(Hunk(tuple(lines), *numbers))
        for line in lines:
            quiet = quiet and line.kind == "context"
            if line.new is not None:
                listed.add(key)
                if not quiet:
                    break
        if at == last or pieces[at + 1][0] or pieces[at + 1][1] != key:
            side = SectionSide(heading.text, heading.level) if heading else LEAD
            made.append(Section("unchanged" if quiet else "changed", side, side, tuple(hunks)))
            hunks, quiet = [], True
    return made, len(listed)


def _add_pieces(
    pieces: list[Piece],
    run: Sequence[Line],
    outlines: tuple[TextOutline, TextOutline],
    start: Start,
    *,
    is_first: bool,
) -> bool:
    """Add the pieces of a run, cut at its headings; return False where a heading differs."""
    was, now = start.offsets
    key, heading = outlines[1].section_of(0, now if run[0].new is not None else now - 1)
    numbers, begin, counted, begins = start.lines, 0, 0, False
    same = is_first  # nothing before the line differs
    for at, line in enumerate(run):
        old, new = line.old, line.new
        if not ((new and new[0] == "=") or (old and old[0] == "=")):
            continue
        if line.kind != "context":
            return False
        for passed in run[counted:at]:
            was += 0 if passed.old is None else len(passed.old) + 1
            now += 0 if passed.new is None else len(passed.new) + 1
            same = same and passed.kind == "context"
        counted = at
        found = outlines[1].heading_at(0, now)
        is_known = same and outlines[1].is_plain
        if not is_known and outlines[0].heading_at(0, was) != found:
            return False
        if found:
            if begin < at:
                pieces.append((begins, key, heading, run[begin:at], numbers))
            key, heading, begin, begins = now, found, at, True
            numbers = line.old_line or 0, line.new_line or 0
    pieces.append((begins, key, heading, run[begin:] if begin else run, numbers))
    return True


def one_sided(
    run: Sequence[Line], outlines: tuple[TextOutline, TextOutline], start: Start
) -> tuple[list[Section], list[HeadingChange], int]:
    """Return sections and headings of a text that is all new, or gone, and how many are new.

    `run` holds all its lines; the other text is empty.
    """
    side = 1 if outlines[1].whole else 0
    outline, offset = outlines[side], start.offsets[side]
    sections: list[Section] = []
    changes: list[HeadingChange] = []
    numbers: Numbers = start.lines
    heading: Heading | None = None
    begin, listed = 0, 0
    for at, line in enumerate(run):
        words = line.new if side else line.old
        if words is None:
            continue
        if words[:1] == "=" and (found := outline.heading_at(0, offset)):
            if begin < at:
                lines = run[begin:at]
                sections.append(_one_sided(lines, heading, numbers, side))
                listed += _has_new(lines)
                numbers = after(lines, numbers)
            changes.append(
                HeadingChange(None, found, ("added",))
                if side
                else HeadingChange(found, None, ("removed",))
            )
            begin, heading = at, found
        offset += len(words) + 1
    lines = run[begin:]
    sections.append(_one_sided(lines, heading, numbers, side))
    return sections, changes, listed + _has_new(lines)


def _one_sided(
    lines: Sequence[Line], heading: Heading | None, numbers: Numbers, side: int
) -> Section:
    hunks = (Hunk(tuple(lines), *numbers),)
    if heading is None:
        quiet = all(line.kind == "context" for line in lines)
        return Section("unchanged" if quiet else "changed", LEAD, LEAD, hunks)
    here = SectionSide(heading.text, heading.level)
    return Section("added", None, here, hunks) if side else Section("removed", here, None, hunks)


def _has_new(lines: Sequence[Line]) -> bool:
    return any(line.new is not None for line in lines)


def after(lines: Sequence[Line], default: Numbers) -> Numbers:
    """Return the line numbers after the last ones of some lines, `default` where they have none."""
    old, new = lines[-1].old_line, lines[-1].new_line
    if not old:
        old = next((line.old_line for line in reversed(lines) if line.old_line), None)
    if not new:
        new = next((line.new_line for line in reversed(lines) if line.new_line), None)
    return old + 1 if old else default[0], new + 1 if new else default[1]
