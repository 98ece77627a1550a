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
    move it is. Blank lines that the page does not show are lines of no shown one; they begin and
    end no run.
    """
    moves = _kept(moves, placed)
    lines = text.lines(placed.old), text.lines(placed.new)
    offsets = [list(accumulate((len(line) + 1 for line in side), initial=0)) for side in lines]
    runs: list[list[Line]] = []
    starts: list[Start] = []
    for whole in _with_empty(placed):
        run = _trimmed(whole, lines)
        if not run:
            continue
        was, now = run[0].old[0], run[0].new[0]
        starts.append(Start((was + 1, now + 1), (offsets[0][was], offsets[1][now])))
        runs.append([line for place in run for line in _placed(place, lines, certain, moves)])
    outlines = TextOutline(placed.old), TextOutline(placed.new)
    return assemble(runs, outlines=outlines, starts=starts)


def _kept(moves: Mapping[int, Move], placed: Placed) -> dict[int, Move]:
    """Return the moves of which the reading has either end on its side alone."""
    alone = {"from": set[int](), "to": set[int]()}
    for run in placed.runs:
        for shown, (a, b), (c, d) in run:
            if a == b or c == d:
                alone["to" if a == b else "from"].add(shown)
    broken = {move.id for shown, move in moves.items() if shown not in alone[move.role]}
    return {shown: move for shown, move in moves.items() if move.id not in broken}


def _with_empty(placed: Placed) -> Iterator[Sequence[Place]]:
    """Yield the runs with the one blank line that an empty text is, as two texts are compared."""
    every = [place for run in placed.runs for place in run]
    old_is_gone = not placed.old and not any(_size(place)[0] for place in every)
    new_is_gone = not placed.new and not any(_size(place)[1] for place in every)
    for n, run in enumerate(placed.runs):
        first = [Place(-1, (0, 1), (0, 0))] if old_is_gone and n == 0 else []
        at = run[-1].old[1]
        last = [Place(-1, (at, at), (0, 1))] if new_is_gone and n == len(placed.runs) - 1 else []
        yield [*first, *run, *last]


def _trimmed(run: Sequence[Place], lines: tuple[Sequence[str], Sequence[str]]) -> Sequence[Place]:
    """Return a run without the unchanged blank lines at its ends that the page does not show."""
    old, new = lines
    kept = [
        n
        for n, place in enumerate(run)
        if place.shown >= 0 or old[slice(*place.old)] != new[slice(*place.new)]
    ]
    return run[kept[0] : kept[-1] + 1] if kept else ()


def _size(place: Place) -> tuple[int, int]:
    return place.old[1] - place.old[0], place.new[1] - place.new[0]


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
