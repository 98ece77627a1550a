"""From two texts to the runs of lines that a diff shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wikidiff import limits
from wikidiff.engine.lines import Block, blocks
from wikidiff.engine.moves import mark_moves
from wikidiff.engine.pairing import are_one
from wikidiff.engine.splits import mark_splits
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
    seen = around(old, new, differs, context + limits.SLIDE_LINES)
    found = blocks(seen.old, seen.new, seen.head, seen.tail, fallbacks)
    changed = _changed(seen, found, fallbacks)
    if len(found) > 1:
        mark_splits(changed, seen)
        if not (len(found) == 2 and _touch(*found)):  # what is alike in one place is paired
            mark_moves(changed, fallbacks)
    runs, starts = _runs(seen, found, changed, context)
    return Comparison(runs, starts, tuple(fallbacks))


def _touch(one: Block, other: Block) -> bool:
    return one[1] == other[0] and one[3] == other[2]


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
    old, new, first = seen.old, seen.new, seen.before + 1
    made: list[list[Line]] = []
    for a, b, c, d in found:
        if a == b:
            made.append([make_line("inserted", None, new[j], None, j + first) for j in range(c, d)])
        elif c == d:
            made.append([make_line("deleted", old[i], None, i + first, None) for i in range(a, b)])
        else:
            ops = line_ops(old[a], new[c], fallbacks)
            made.append([make_line("changed", old[a], new[c], a + first, c + first, ops)])
    return made


def _runs(
    seen: Window, found: Sequence[Block], changed: Sequence[list[Line]], context: int
) -> tuple[tuple[tuple[Line, ...], ...], tuple[Start, ...]]:
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
    return tuple(map(tuple, runs)), tuple(starts)


def _context(seen: Window, start: int, end: int, shift: int) -> list[Line]:
    number = seen.before + start + 1
    return [
        make_line("context", line, line, at, at + shift)
        for at, line in enumerate(seen.old[start:end], number)
    ]


class _Places:
    """Offsets of rising lines in both texts, each text gone through once."""

    def __init__(self, seen: Window) -> None:
        self._seen = seen
        self._lines = [0, 0]
        self._offsets = [seen.start, seen.start]

    def start(self, old: int, new: int) -> Start:
        """Return where window lines `old` and `new` (0-based) stand, by line and by offset."""
        for side, lines, to in ((0, self._seen.old, old), (1, self._seen.new, new)):
            passed = lines[self._lines[side] : to]
            self._offsets[side] += sum(map(len, passed)) + len(passed)
            self._lines[side] = to
        first = self._seen.before + 1
        return Start((old + first, new + first), (self._offsets[0], self._offsets[1]))
