"""From two texts to the runs of lines that a diff shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wikidiff import limits
from wikidiff.engine.lines import Block, blocks
from wikidiff.engine.moves import mark_moves
from wikidiff.engine.pairing import are_one
from wikidiff.engine.splits import mark_splits
from wikidiff.engine.window import Window, widened, window
from wikidiff.engine.words import edge_ops, line_ops
from wikidiff.limits import Fallback
from wikidiff.model import Line, make_line
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
    seen = window(old, new, context)
    found, changed = _one_line(seen, fallbacks)
    if not found:
        seen = widened(old, new, seen, context + limits.SLIDE_LINES)
        found = blocks(seen.old, seen.new, seen.head, seen.tail, fallbacks)
        changed = _changed(seen, found, fallbacks)
    if len(found) > 1:
        mark_splits(changed)
        mark_moves(changed, fallbacks)
    runs, starts = _runs(seen, found, changed, context)
    return Comparison(runs, starts, tuple(fallbacks))


def _one_line(seen: Window, fallbacks: list[Fallback]) -> tuple[list[Block], list[list[Line]]]:
    """Return the one edited line that most diffs are; nothing where it is more than that."""
    at = seen.head
    if len(seen.old) != len(seen.new) or len(seen.old) - at - seen.tail != 1:
        return [], []
    old, new = seen.old[at], seen.new[at]
    head = seen.prefix
    tail = min(seen.suffix, len(old) - head, len(new) - head)
    if not are_one(old, new, head + tail):
        return [], []
    number = seen.before + at + 1
    ops = edge_ops(old, new, head, tail, fallbacks)
    return [(at, at + 1, at, at + 1)], [[make_line("changed", old, new, number, number, ops)]]


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
