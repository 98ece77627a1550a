"""Sections split off others, or merged into them: what stands under a heading stayed, not it.

A heading came, and most of the text under it stood in another section before; or a heading went,
and most of its text stands in another section now, in its place or moved there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from wikidiff.model import Heading, Line, SectionSide
from wikidiff.sections.marks import Mark, Start, join
from wikidiff.sections.outline import Outline, Outlines, TextOutline
from wikidiff.sections.plain import LEAD

NOT_SHOWN = SectionSide(None, None)
_OLD, _NEW = 0, 1


def parted(
    runs: Sequence[Sequence[Line]],
    marks: dict[int, Mark],
    outlines: Outlines | None,
    starts: Sequence[Start],
) -> dict[int, SectionSide]:
    """Return by the key of its mark the section that one was split off, or merged into.

    The old section where the heading came, the new one where it went. Of whole texts all that
    stands under the heading counts, of other pages what they show. Two headings each of which has
    most of the other's text are one that was renamed: their marks are joined.
    """
    alone = {i: side for i, mark in marks.items() if (side := _only_side(mark)) is not None}
    if not alone:
        return {}
    if outlines and isinstance(outlines[0], TextOutline):
        assert isinstance(outlines[1], TextOutline)
        found = _by_texts(runs, marks, alone, (outlines[0], outlines[1]), starts)
    else:
        found = _by_lines(runs, marks, alone, outlines)
    return {marks[i].key: side for i, side in found.items()}


def _only_side(mark: Mark) -> int | None:
    """Return the side that a heading stands on, None where it stands on both or on neither."""
    if (mark.old is None) == (mark.new is None):
        return None
    return _OLD if mark.new is None else _NEW


def _of(heading: Heading | None) -> SectionSide:
    return SectionSide(heading.text, heading.level) if heading else LEAD


# ---------------------------------------------------------------- whole texts


def _by_texts(
    runs: Sequence[Sequence[Line]],
    marks: dict[int, Mark],
    alone: dict[int, int],
    outlines: tuple[TextOutline, TextOutline],
    starts: Sequence[Start],
) -> dict[int, SectionSide]:
    flat = [line for run in runs for line in run]
    sides = _Side.of(flat, _OLD), _Side.of(flat, _NEW)
    kept = _kept_after(runs, starts)
    places: dict[int, int] = {}  # the line of the heading that a section's text stood under
    for i, side in alone.items():
        number, other = _number(flat[i], side) or 0, outlines[1 - side]
        first, end = number + 1, outlines[side].end(number)
        body = outlines[side].body(number)
        total = len(body) - body.count("\n")
        if total > 2 * sides[side].changed(first, end):
            places[i] = other.in_force(kept[i][1 - side]) or 0
        else:
            sizes: Counter[int] = Counter()
            for name, size in sides[side].moves(first, end):
                sizes[other.in_force(sides[1 - side].move_ends[name]) or 0] += size
            place, size = max(sizes.items(), key=itemgetter(1), default=(0, 0))
            if 2 * size > total:
                places[i] = place
    at = {(side, _number(flat[i], side)): i for i, side in alone.items()}
    found: dict[int, SectionSide] = {}
    for i, place in places.items():
        side = alone[i]
        other_end = at.get((1 - side, place))
        if other_end is not None and places.get(other_end) == _number(flat[i], side):
            if side == _OLD:
                join(marks, i, other_end, moved=False)
        else:
            found[i] = _of(outlines[1 - side].headings[place] if place else None)
    return found


@dataclass(slots=True)
class _Side:
    """The lines of one side that are not the same on both, in order.

    `sizes` counts what is not the same of all lines before each; `move_ids` names moves by place
    among them, `move_ends` tells the line of each.
    """

    numbers: list[int]
    sizes: list[int]
    move_ids: list[str]
    move_ends: dict[str, int]

    @classmethod
    def of(cls, flat: Sequence[Line], side: int) -> _Side:
        """Return one side of a diff's lines."""
        numbers: list[int] = []
        sizes: list[int] = [0]
        ids: list[str] = []
        ends: dict[str, int] = {}
        for line in flat:
            number = _number(line, side)
            if number is None or line.kind == "context":
                continue
            numbers.append(number)
            sizes.append(sizes[-1] + _changed(line, side))
            ids.append(line.move.id if line.move else "")
            if line.move:
                ends[line.move.id] = number
        return cls(numbers, sizes, ids, ends)

    def changed(self, start: int, end: int) -> int:
        """Return how many code points of some lines are not the same on both sides."""
        return self.sizes[bisect_left(self.numbers, end)] - self.sizes[self._at(start)]

    def moves(self, start: int, end: int) -> list[tuple[str, int]]:
        """Return the moves among some lines, and their sizes."""
        places = range(self._at(start), self._at(end))
        return [
            (self.move_ids[k], self.sizes[k + 1] - self.sizes[k])
            for k in places
            if self.move_ids[k]
        ]

    def _at(self, number: int) -> int:
        return bisect_left(self.numbers, number)


def _number(line: Line, side: int) -> int | None:
    return line.new_line if side else line.old_line


def _changed(line: Line, side: int) -> int:
    """Return how many code points of a line stand on one side only."""
    words = line.new if side else line.old
    if line.old is None or line.new is None:
        return len(words or "")
    mark = "+" if side else "-"
    return sum(len(stretch) for sign, stretch in line.segments if sign == mark)


def _kept_after(runs: Sequence[Sequence[Line]], starts: Sequence[Start]) -> list[tuple[int, int]]:
    """Return for each line the numbers, old and new, of the next one that stands on both sides."""
    kept: list[tuple[int, int]] = []
    for run, start in zip(runs, starts, strict=True):
        old, new = start.lines
        old += sum(line.old is not None for line in run)
        new += sum(line.new is not None for line in run)
        found: list[tuple[int, int]] = []
        for line in reversed(run):
            if line.old_line is not None and line.new_line is not None:
                old, new = line.old_line, line.new_line
            found.append((old, new))
        kept += reversed(found)
    return kept


# ---------------------------------------------------------------- what a page shows


def _by_lines(
    runs: Sequence[Sequence[Line]],
    marks: dict[int, Mark],
    alone: dict[int, int],
    outlines: Outlines | None,
) -> dict[int, SectionSide]:
    found: dict[int, SectionSide] = {}
    at = 0
    for run in runs:
        ends = [i for i in range(at, at + len(run)) if i in marks]
        around = _around(run, outlines)
        for k, i in enumerate(ends):
            if i in alone:
                side = alone[i]
                end = next((j for j in ends[k + 1 :] if _has(marks[j], side)), at + len(run))
                lines = {j: run[j - at] for j in range(i + 1, end)}
                if section := _stood_in(lines, marks, side, around):
                    found[i] = section
            around = _after(marks[i], around)
        at += len(run)
    return found


_Around = tuple[SectionSide, SectionSide]
"""The sections, old and new, that a line stands in."""


def _has(mark: Mark, side: int) -> bool:
    return (mark.new if side else mark.old) is not None


def _after(mark: Mark, around: _Around) -> _Around:
    old = _of(mark.old) if mark.old else around[_OLD]
    return old, _of(mark.new) if mark.new else around[_NEW]


def _around(run: Sequence[Line], outlines: Outlines | None) -> _Around:
    """Return the sections that a run begins in."""
    first = run[0].old_line, run[0].new_line
    if outlines and isinstance(outlines[0], Outline) and None not in first:
        old, new = (x.section_of(n or 0, 0)[1] for x, n in zip(outlines, first, strict=True))
        return _of(old), _of(new)
    side = LEAD if first == (1, 1) else NOT_SHOWN
    return side, side


def _stood_in(
    lines: dict[int, Line], marks: dict[int, Mark], side: int, around: _Around
) -> SectionSide | None:
    """Return the other side's section of lines that mostly stayed; None where they did not."""
    total = changed = 0
    found: SectionSide | None = None
    for i, line in lines.items():
        if i in marks:
            around = _after(marks[i], around)
        words = line.new if side else line.old
        if words is None:
            continue
        total += len(words)
        changed += 0 if line.kind == "context" else _changed(line, side)
        if found is None and line.old is not None and line.new is not None and words.strip():
            found = around[1 - side]
    return found if total > 2 * changed else None
