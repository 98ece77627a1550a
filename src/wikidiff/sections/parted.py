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
        if _all_differ(runs, outlines[0].whole, outlines[1].whole):
            return {}
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


def _all_differ(runs: Sequence[Sequence[Line]], old: str, new: str) -> bool:
    """Tell whether no line of either text but blank ones stands in the other, moved or edited."""
    if len(runs) != 1:
        return False
    size = 0
    for line in runs[0]:
        was, now = line.old, line.new
        if was is None:
            size += len(now or "") + 1
        elif now is None:
            size += len(was) + 1
        elif was or now:
            return False
        else:
            size += 2
        if line.move:
            return False
    return size > len(old) + len(new)


def _by_texts(
    runs: Sequence[Sequence[Line]],
    marks: dict[int, Mark],
    alone: dict[int, int],
    outlines: tuple[TextOutline, TextOutline],
    starts: Sequence[Start],
) -> dict[int, SectionSide]:
    flat = [line for run in runs for line in run]
    offsets = _offsets(runs, starts)
    kept = _kept_after(runs, offsets)
    sides = _Side.of(flat, offsets[_OLD], _OLD), _Side.of(flat, offsets[_NEW], _NEW)
    places: dict[int, tuple[int, Heading | None]] = {}  # where a section's text stood: key, heading
    for i, side in alone.items():
        other = outlines[1 - side]
        first, end, total = outlines[side].body(offsets[side][i])
        if total > 2 * sides[side].changed(first, end):
            places[i] = other.section_of(0, kept[i][1 - side])
        elif votes := sides[side].moved_from(first, end, sides[1 - side], other):
            place, size = max(votes.items(), key=itemgetter(1))
            if 2 * size > total:
                places[i] = place
    at = {(side, offsets[side][i]): i for i, side in alone.items()}
    found: dict[int, SectionSide] = {}
    for i, (key, heading) in places.items():
        side = alone[i]
        twin = at.get((1 - side, key), -1)
        if twin in places and places[twin][0] == offsets[side][i]:
            if side == _OLD:
                join(marks, i, twin, moved=False)
        else:
            found[i] = _of(heading)
    return found


_Pair = tuple[int, int]
"""Old, new."""


def _offsets(
    runs: Sequence[Sequence[Line]], starts: Sequence[Start]
) -> tuple[list[int], list[int]]:
    """Return where each line stands in the old text and in the new one, in code points."""
    olds: list[int] = []
    news: list[int] = []
    for run, start in zip(runs, starts, strict=True):
        was, now = start.offsets
        for line in run:
            olds.append(was)
            news.append(now)
            was += 0 if line.old is None else len(line.old) + 1
            now += 0 if line.new is None else len(line.new) + 1
    return olds, news


def _kept_after(
    runs: Sequence[Sequence[Line]], offsets: tuple[list[int], list[int]]
) -> list[_Pair]:
    """Return for each line where the next one of its run stands that is on both sides.

    That is where the run ends if there is none.
    """
    kept: list[_Pair] = []
    at = 0
    for run in runs:
        last = at + len(run) - 1
        was = offsets[_OLD][last] + len(run[-1].old or "")
        now = offsets[_NEW][last] + len(run[-1].new or "")
        found: list[_Pair] = []
        for k in range(last, at - 1, -1):
            line = run[k - at]
            if line.old is not None and line.new is not None:
                was, now = offsets[_OLD][k], offsets[_NEW][k]
            found.append((was, now))
        kept += reversed(found)
        at = last + 1
    return kept


@dataclass(slots=True, eq=False, repr=False)
class _Side:
    """The lines of one side that are not the same on both, by their offsets, in order.

    `sizes` counts what is not the same of all lines before each; `moves` names their moves, ""
    where they have none, and `ends` tells where each move's line stands.
    """

    offsets: list[int]
    sizes: list[int]
    moves: list[str]
    ends: dict[str, int]

    @classmethod
    def of(cls, flat: Sequence[Line], offsets: Sequence[int], side: int) -> _Side:
        """Return one side of a diff's lines."""
        places: list[int] = []
        sizes = [0]
        moves: list[str] = []
        ends: dict[str, int] = {}
        size = 0
        for line, offset in zip(flat, offsets, strict=True):
            if line.kind == "context" or (line.new if side else line.old) is None:
                continue
            size += _changed(line, side)
            places.append(offset)
            sizes.append(size)
            move = line.move
            moves.append(move.id if move else "")
            if move:
                ends[move.id] = offset
        return cls(places, sizes, moves, ends)

    def changed(self, start: int, end: int) -> int:
        """Return how many code points of a stretch are not the same on both sides."""
        return self.sizes[bisect_left(self.offsets, end)] - self.sizes[self._at(start)]

    def moved_from(
        self, start: int, end: int, other: _Side, outline: TextOutline
    ) -> Counter[tuple[int, Heading | None]]:
        """Return the sections in which moved lines of a stretch stood, by their code points."""
        found: Counter[tuple[int, Heading | None]] = Counter()
        for k in range(self._at(start), self._at(end)):
            if name := self.moves[k]:
                place = outline.section_of(0, other.ends[name])
                found[place] += self.sizes[k + 1] - self.sizes[k]
        return found

    def _at(self, offset: int) -> int:
        return bisect_left(self.offsets, offset)


def _changed(line: Line, side: int) -> int:
    """Return how many code points of a line stand on one side only."""
    words = line.new if side else line.old
    if line.old is None or line.new is None:
        return len(words or "")
    count = 0
    for op in line.ops:
        (a, b), (c, d) = op.old, op.new
        if side and a == b:
            count += d - c
        elif not side and c == d:
            count += b - a
    return count


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
