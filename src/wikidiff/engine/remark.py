"""The marks of a Document made anew: coarser or finer, the lines staying as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from wikidiff.model import Document, Found, Hunk, Line, Op, PageWarning, Section, Segment

Remark = Callable[[Sequence[Segment]], Sequence[Segment]]
"""What makes a line's segments from its segments; joined they are the same old and new text."""


def remarked(document: Document, remark: Remark, told: Iterable[PageWarning]) -> Document:
    """Return the Document with the marks of every edited line made anew.

    Those of lines moved, split or merged and edited on the way too. Figures that count marks then
    count these; `changes` stay as they were found. `told` is read when all lines have been made.
    """
    sections = tuple(_section(section, remark) for section in document.sections)
    return document.replace(
        sections=sections,
        warnings=(*document.warnings, *told),
        find_changes=lambda _: _found(document),
    )


def _found(document: Document) -> Found:
    """Return what was found of the changes before."""
    summary = document.summary
    told = None if summary is None else lambda _: summary
    return Found(document.changes, document.found_warnings, told)


def _section(section: Section, remark: Remark) -> Section:
    return replace(section, hunks=tuple(_hunk(hunk, remark) for hunk in section.hunks))


def _hunk(hunk: Hunk, remark: Remark) -> Hunk:
    return replace(hunk, lines=tuple(_line(line, remark) for line in hunk.lines))


def _line(line: Line, remark: Remark) -> Line:
    if line.kind == "changed" and line.ops:
        line = replace(line, ops=ops_of(remark(line.segments)))
    if line.move and line.move.segments:
        segments = tuple(remark(line.move.segments))
        line = replace(line, move=replace(line.move, segments=segments))
    if line.split:
        segments = tuple(remark(line.split.segments))
        line = replace(line, split=replace(line.split, segments=segments))
    return line


def ops_of(segments: Iterable[Segment]) -> tuple[Op, ...]:
    """Return segments as ranges into their old and new text."""
    made: list[Op] = []
    i = j = 0
    for mark, stretch in segments:
        a = i if mark == "+" else i + len(stretch)
        b = j if mark == "-" else j + len(stretch)
        made.append(Op((i, a), (j, b)))
        i, j = a, b
    return tuple(made)
