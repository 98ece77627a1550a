"""Heading lines of a diff, and which of them are one heading's old and new."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from wikidiff.model import Heading, HeadingChange, Line, SectionSide
from wikidiff.sections.outline import Outlines, as_heading


@dataclass(slots=True, eq=False, repr=False)
class Start:
    """Where a run starts, old and new: 1-based line numbers, and offsets in code points."""

    lines: tuple[int, int]
    offsets: tuple[int, int]


@dataclass(slots=True, eq=False, repr=False)
class Mark:
    """A heading line, or two of them that are one heading's old and new; `key` tells them apart.

    `place` is the key of its section in the new text where that is known.
    """

    key: int
    old: Heading | None
    new: Heading | None
    moved: bool = False
    place: int | None = None


def _lone_marks(
    runs: Sequence[Sequence[Line]], outlines: Outlines | None, starts: Sequence[Start]
) -> dict[int, Mark]:
    """Return the heading lines by index, each by itself."""
    marks: dict[int, Mark] = {}
    at = 0
    same = True  # nothing before the line differs
    for k, run in enumerate(runs):
        was, now = starts[k].offsets if starts else (0, 0)
        counted = 0
        for here, line in enumerate(run):
            old, new = line.old, line.new
            if (old and old[0] == "=") or (new and new[0] == "="):
                passed = run[counted:here]
                was += sum(len(x.old) + 1 for x in passed if x.old is not None)
                now += sum(len(x.new) + 1 for x in passed if x.new is not None)
                same = same and all(x.kind == "context" for x in run[counted : here + 1])
                counted = here
                mark = _lone_mark(line, outlines, was, now, same=same)
                if mark.old or mark.new:
                    mark.key = at + here
                    marks[at + here] = mark
        at += len(run)
        same = False
    return marks


def _lone_mark(line: Line, outlines: Outlines | None, was: int, now: int, *, same: bool) -> Mark:
    """Return the mark of a line that stands at the offsets `was` (old) and `now` (new)."""
    if outlines is None:
        return Mark(0, as_heading(line.old), as_heading(line.new))
    old_line, new_line = line.old_line or 0, line.new_line or 0
    new = outlines[1].heading_at(new_line, now) if line.new else None
    place = outlines[1].key(new_line, now)
    if same and outlines[1].is_plain:
        return Mark(0, new, new, place=place)  # nothing hides it on either side
    old = outlines[0].heading_at(old_line, was) if line.old else None
    return Mark(0, old, new, place=place)


def heading_marks(
    runs: Sequence[Sequence[Line]], outlines: Outlines | None, starts: Sequence[Start]
) -> dict[int, Mark]:
    """Return the marks of all heading lines by index, headings of one side alone paired up.

    First those of lines that are known to have moved. Of one stretch of changed lines: the same
    text, then one for one where the stretch has no more of them. Of different stretches: the same
    text, once on either side, has moved; and one whose lines nearly all moved under the other.
    """
    marks = _lone_marks(runs, outlines, starts)
    gone = any(mark.new is None for mark in marks.values())
    if not gone or not any(mark.old is None for mark in marks.values()):
        return marks
    flat = [line for run in runs for line in run]
    _join_moved(marks, flat)
    left = [i for i, mark in marks.items() if not (mark.old and mark.new)]
    for stretch in _stretches(runs, flat, left):
        _join_stretch(marks, flat, stretch)
    _join_same(marks, [i for i in left if not (marks[i].old and marks[i].new)])
    _join_by_content(marks, runs)
    return marks


def join(marks: dict[int, Mark], i: int, j: int, *, moved: bool) -> None:
    """Make the heading lines `i` (old) and `j` (new) one heading's two ends."""
    old, new, key = marks[i].old, marks[j].new, min(i, j)
    place = marks[j].place
    marks[i] = Mark(key, old, new, moved, place)
    marks[j] = Mark(key, old, new, moved, place)


def _join_moved(marks: dict[int, Mark], flat: Sequence[Line]) -> None:
    ends: dict[str, int] = {}
    for i, mark in list(marks.items()):
        move = flat[i].move
        if not move or (mark.old and mark.new):
            continue
        other = ends.setdefault(move.id, i)
        if other != i:
            gone, come = (i, other) if mark.old else (other, i)
            if marks[gone].old and marks[come].new:
                join(marks, gone, come, moved=True)


def _join_stretch(marks: dict[int, Mark], flat: Sequence[Line], stretch: Sequence[int]) -> None:
    gone = [i for i in stretch if marks[i].old]
    come = [j for j in stretch if marks[j].new]
    by_words: dict[str, list[int]] = {}
    for j in reversed(come):
        by_words.setdefault(_words(marks[j]), []).append(j)
    joined: set[int] = set()
    for i in gone:
        if same := by_words.get(_words(marks[i])):
            j = same.pop()
            join(marks, i, j, moved=False)
            joined |= {i, j}
    gone, come = [i for i in gone if i not in joined], [j for j in come if j not in joined]
    if len(gone) == len(come) == 1 and _replaces(flat, gone[0], come[0]):
        join(marks, gone[0], come[0], moved=False)


def _join_same(marks: dict[int, Mark], left: Sequence[int]) -> None:
    count = Counter((_words(marks[i]), marks[i].new is None) for i in left)
    olds = {_words(marks[i]): i for i in left if marks[i].old}
    for j in left:
        words = _words(marks[j])
        if marks[j].old is None and count[words, False] == count[words, True] == 1:
            join(marks, olds[words], j, moved=True)


def _join_by_content(marks: dict[int, Mark], runs: Sequence[Sequence[Line]]) -> None:
    """Join headings between which most of what stands under both moved: it was renamed as well."""
    if not any(line.move for run in runs for line in run):
        return
    sizes: Counter[int] = Counter()  # code points shown under a heading, by its index
    ends: dict[str, list[int]] = {}  # by move: the headings that its ends stand under
    at = 0
    for run in runs:
        here = [-1, -1]  # old, new; -1 where a heading's other side stands too
        for i, line in enumerate(run, at):
            if mark := marks.get(i):
                is_lone = mark.old is None or mark.new is None
                for side, heading in enumerate((mark.old, mark.new)):
                    here[side] = (i if is_lone else -1) if heading else here[side]
                continue
            for side, words in enumerate((line.old, line.new)):
                if words and here[side] >= 0:
                    sizes[here[side]] += len(words)
                    if line.move:
                        ends.setdefault(line.move.id, [-1, -1, 0])[side] = here[side]
                        ends[line.move.id][2] = len(words)
        at += len(run)
    shared: Counter[tuple[int, int]] = Counter()
    for i, j, size in ends.values():
        shared[i, j] += size if i >= 0 and j >= 0 else 0
    for (i, j), size in shared.items():
        if size * 2 > max(sizes[i], sizes[j], 1):
            join(marks, i, j, moved=True)


def _words(mark: Mark) -> str:
    heading = mark.old or mark.new
    return heading.text if heading else ""


def _replaces(flat: Sequence[Line], one: int, other: int) -> bool:
    """Tell whether a heading took another's place: nothing but one side's own text between."""
    first, last = sorted((one, other))
    between = [line for line in flat[first + 1 : last] if (line.old or line.new or "").strip()]
    return all(line.kind == flat[first].kind for line in between)


def _stretches(
    runs: Sequence[Sequence[Line]], flat: Sequence[Line], lone: Sequence[int]
) -> Iterator[list[int]]:
    """Yield the indices of `lone` grouped by stretches of lines of one run without context."""
    ends = list(accumulate(map(len, runs)))
    group: list[int] = []
    for i in lone:
        if group and (
            bisect_right(ends, group[-1]) != bisect_right(ends, i)
            or any(_stays(line) for line in flat[group[-1] + 1 : i])
        ):
            yield group
            group = []
        group.append(i)
    if group:
        yield group


def _stays(line: Line) -> bool:
    return line.kind == "context" and bool((line.old or "").strip())


def heading_changes(
    runs: Sequence[Sequence[Line]], marks: dict[int, Mark], parts: dict[int, SectionSide]
) -> Iterator[HeadingChange]:
    """Yield every heading that is not the same on both sides, in page order, each once.

    `parts` tells by key the section that one was split off, or merged into.
    """
    told = {mark.key: mark for mark in marks.values() if mark.old is not mark.new}
    if not told:
        return
    flat = [line for run in runs for line in run]
    certain: dict[int, bool] = {}
    for i, mark in marks.items():
        certain[mark.key] = certain.get(mark.key, True) and flat[i].certain
    for mark in told.values():
        part_of = parts.get(mark.key)
        if changes := _changes(mark, is_part=part_of is not None):
            whole = (part_of, None) if mark.old is None else (None, part_of)
            yield HeadingChange(mark.old, mark.new, changes, certain[mark.key], *whole)


def _changes(mark: Mark, *, is_part: bool) -> tuple[str, ...]:
    if mark.old is None:
        return ("added", "split") if is_part else ("added",)
    if mark.new is None:
        return ("removed", "merged") if is_part else ("removed",)
    return (
        *(("renamed",) if mark.old.text != mark.new.text else ()),
        *(("level",) if mark.old.level != mark.new.level else ()),
        *(("moved",) if mark.moved else ()),
    )
