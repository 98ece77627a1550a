"""The wikitext lines of a reading of a flattened page, numbered where their places are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from wikidiff import text
from wikidiff.engine import line_ops
from wikidiff.model import Line, Move
from wikidiff.recover.page import Place, Placed
from wikidiff.sections import Assembled, Start, TextOutline, assemble


def numbered(placed: Placed, certain: Sequence[bool], moves: Mapping[int, Move]) -> Assembled:
    """Return the sections of a reading whose lines have their places.

    `certain` and `moves` tell of each shown line whether it is read for sure, and which end of a
    move it is. Blank lines that the page does not show are lines of no shown one.
    """
    lines = text.lines(placed.old), text.lines(placed.new)
    offsets = [list(accumulate((len(line) + 1 for line in side), initial=0)) for side in lines]
    runs: list[list[Line]] = []
    starts: list[Start] = []
    for run in placed.runs:
        was, now = run[0].old[0], run[0].new[0]
        starts.append(Start((was + 1, now + 1), (offsets[0][was], offsets[1][now])))
        runs.append([line for place in run for line in _placed(place, lines, certain, moves)])
    outlines = TextOutline(placed.old), TextOutline(placed.new)
    return assemble(runs, outlines=outlines, starts=starts)


def _placed(
    place: Place,
    lines: tuple[Sequence[str], Sequence[str]],
    certain: Sequence[bool],
    moves: Mapping[int, Move],
) -> Iterator[Line]:
    """Yield the lines of one place with their numbers."""
    old, new = lines[0][slice(*place.old)], lines[1][slice(*place.new)]
    is_shown = place.shown >= 0
    is_certain = certain[place.shown] if is_shown else old == new
    was, now = place.old[0], place.new[0]
    for made in compared(old, new):
        was += made.old is not None
        now += made.new is not None
        yield replace(
            made,
            old_line=None if made.old is None else was,
            new_line=None if made.new is None else now,
            move=None if made.kind == "context" else moves.get(place.shown),
            shown=place.shown if is_shown else None,
            certain=is_certain,
        )


def compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Yield the lines of one shown line, not numbered; one on each side are one line edited."""
    if list(old) == list(new):
        yield from (Line("context", line, line) for line in old)
    elif len(old) == len(new) == 1:
        yield Line("changed", old[0], new[0], ops=line_ops(old[0], new[0]))
    elif not old or not new:
        yield from (Line("deleted", line, None) for line in old)
        yield from (Line("inserted", None, line) for line in new)
    else:
        from wikidiff.engine import diff_lines

        everything = len(old) + len(new)
        runs = diff_lines("\n".join(old), "\n".join(new), context=everything).runs
        yield from (line for run in runs for line in run)
