"""From two texts to the runs of lines that a diff shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wikidiff import limits
from wikidiff.engine.lines import Block, blocks
from wikidiff.engine.moves import mark_moves
from wikidiff.engine.pairing import are_one
from wikidiff.engine.splits import mark_splits
from wikidiff.engine.stretches import stretches
from wikidiff.engine.window import Core, Window, around, core, surroundings
from wikidiff.engine.words import edge_ops, line_ops
from wikidiff.limits import Fallback
from wikidiff.model import Line, Op, make_line
from wikidiff.sections import Start


@dataclass(slots=True)
class Comparison:
    """Runs of shown lines in page order, where each starts, and the limits reached."""

    runs: tuple[tuple[Line, ...], ...]
    starts: tuple[Start, ...]
    fallbacks: tuple[Fallback, ...]


def diff_lines(old: str, new: str, *, context: int = 2) -> Comparison:
    """Compare two wikitexts; each run has up to `context` unchanged lines around its changes."""
    if old == new:
        return Comparison((), (), ())
    fallbacks: list[Fallback] = []
    differs = core(old, new)
    if line := _one_line(old, new, differs, fallbacks):
        return _around_one(old, differs, line, context, fallbacks)
    windows = _windows(old, new, differs, context + limits.SLIDE_LINES)
    places: list[list[Block]] = []
    changed: list[list[Line]] = []
    splits = 0
    for seen in windows:
        found = blocks(seen.old, seen.new, seen.head, seen.tail, fallbacks)
        made = _changed(seen, found, fallbacks)
        if len(found) > 1:
            splits = mark_splits(made, seen, splits)
        places.append(found)
        changed += made
    if len(changed) > 2 or (len(changed) == 2 and not _touch(places[0])):
        mark_moves(changed, fallbacks)
    runs: list[tuple[Line, ...]] = []
    starts: list[Start] = []
    at = 0
    for seen, found in zip(windows, places, strict=True):
        shown, begun = _runs(seen, found, changed[at : at + len(found)], context)
        runs += shown
        starts += begun
        at += len(found)
    return Comparison(tuple(runs), tuple(starts), tuple(fallbacks))


def _windows(old: str, new: str, differs: Core, margin: int) -> list[Window]:
    """Return what to compare: all that differs, of a large text one stretch at a time."""
    (a, b), (c, d) = differs.old, differs.new
    if min(b - a, d - c) < limits.STRETCH_CHARACTERS:
        return [around(old, new, differs, margin)]
    made: list[Window] = []
    for part in stretches(old, new, differs, 2 * margin + 1):
        made.append(around(old, new, part, margin, made[-1] if made else None))
    return made


def _touch(found: Sequence[Block]) -> bool:
    """Tell whether two blocks are one place: what is alike there has been paired."""
    return len(found) == 2 and found[0][1] == found[1][0] and found[0][3] == found[1][2]


def _around_one(
    old: str,
    differs: Core,
    line: tuple[str, str, tuple[Op, ...]],
    context: int,
    fallbacks: Sequence[Fallback],
) -> Comparison:
    """Return the one run of one edited line."""
    before, after, start = surroundings(old, differs, context)
    first = old.count("\n", 0, start) + 1
    number = first + len(before)
    run = [make_line("context", x, x, n, n) for n, x in enumerate(before, first)]
    run.append(make_line("changed", line[0], line[1], number, number, line[2]))
    run += [make_line("context", x, x, n, n) for n, x in enumerate(after, number + 1)]
    return Comparison((tuple(run),), (Start((first, first), (start, start)),), tuple(fallbacks))


def _one_line(
    old: str, new: str, differs: Core, fallbacks: list[Fallback]
) -> tuple[str, str, tuple[Op, ...]] | None:
    """Return the one edited line that most diffs are: old, new, ops; None for more than that."""
    (a, b), (c, d) = differs.old, differs.new
    if a >= b or c >= d or old.find("\n", a, b) >= 0 or new.find("\n", c, d) >= 0:
        return None
    was, now = old[a:b], new[c:d]
    head = differs.prefix
    tail = min(differs.suffix, len(was) - head, len(now) - head)
    if not are_one(was, now, head + tail):
        return None
    return was, now, edge_ops(was, now, head, tail, fallbacks)


def _changed(seen: Window, found: Sequence[Block], fallbacks: list[Fallback]) -> list[list[Line]]:
    """Return the lines of each block."""
    old, new = seen.old, seen.new
    first, new_first = seen.before[0] + 1, seen.before[1] + 1
    made: list[list[Line]] = []
    for a, b, c, d in found:
        if a == b:
            made.append(
                [make_line("inserted", None, new[j], None, j + new_first) for j in range(c, d)]
            )
        elif c == d:
            made.append([make_line("deleted", old[i], None, i + first, None) for i in range(a, b)])
        else:
            ops = line_ops(old[a], new[c], fallbacks)
            made.append([make_line("changed", old[a], new[c], a + first, c + new_first, ops)])
    return made


def _runs(
    seen: Window, found: Sequence[Block], changed: Sequence[list[Line]], context: int
) -> tuple[list[tuple[Line, ...]], list[Start]]:
    """Return the blocks' lines with the unchanged lines around them, and where each run starts."""
    runs: list[list[Line]] = []
    starts: list[Start] = []
    places = _Places(seen)
    shown = 0  # old lines up to here are shown
    last = len(found) - 1
    for at, (a, b, c, d) in enumerate(found):
        begin = max(a - context, shown)
        if not runs or begin > shown:
            runs.append([])
            starts.append(places.start(begin, begin + c - a))
        run = runs[-1]
        run += _context(seen, begin, a, c - a)
        run += changed[at]
        following = found[at + 1][0] if at < last else len(seen.old)
        shown = min(b + context, following)
        run += _context(seen, b, shown, d - b)
    return [tuple(run) for run in runs], starts


def _context(seen: Window, start: int, end: int, shift: int) -> list[Line]:
    number = seen.before[0] + start + 1
    shift += seen.before[1] - seen.before[0]
    return [
        make_line("context", line, line, at, at + shift)
        for at, line in enumerate(seen.old[start:end], number)
    ]


class _Places:
    """Offsets of rising lines in both texts, each text gone through once."""

    def __init__(self, seen: Window) -> None:
        self._seen = seen
        self._lines = [0, 0]
        self._offsets = [*seen.start]

    def start(self, old: int, new: int) -> Start:
        """Return where window lines `old` and `new` (0-based) stand, by line and by offset."""
        for side, lines, to in ((0, self._seen.old, old), (1, self._seen.new, new)):
            passed = lines[self._lines[side] : to]
            self._offsets[side] += sum(map(len, passed)) + len(passed)
            self._lines[side] = to
        first, new_first = self._seen.before
        numbers = old + first + 1, new + new_first + 1
        return Start(numbers, (self._offsets[0], self._offsets[1]))
