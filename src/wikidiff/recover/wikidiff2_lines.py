"""How wikidiff2 lines up two pages: common lines, edited lines, whole lines and moved lines.

Source: `LineDiffProcessor.cpp` and `Wikidiff2.cpp` of wikimedia/mediawiki-php-wikidiff2 1.13.0. The
lines of a changed hunk are paired in order. A pair too unlike is shown as an added line before a
deleted one; what one side has more of follows. If the page then has few enough added and deleted
lines, each looks for its like on the other side, and two that find each other are one moved line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.recover.wikidiff2_sequence import Alignment, align
from wikidiff.recover.wikidiff2_words import (
    Breaker,
    WordDiff,
    split_words,
    thai_clusters,
)
from wikidiff.text import size as byte_count

MOVED_THRESHOLD = 0.4
"""A moved line must be more alike than this: `wikidiff2.moved_line_threshold` as shipped."""

MOST_MOVABLE = 100
"""Added and deleted lines of a page up to which moves are looked for
(`wikidiff2.moved_paragraph_detection_cutoff` as shipped)."""

OpKind = Literal["same", "deleted", "added", "changed"]


@dataclass(frozen=True, slots=True)
class LineOp:
    """A run of lines of one kind: 0-based numbers on the sides it has, as many on each."""

    kind: OpKind
    old: range
    new: range


class Lines:
    """The lines of both sides, with the words and the likeness that were asked for.

    `fallbacks` receives the limit of cells where the page has reached it.
    """

    def __init__(
        self,
        old: list[str],
        new: list[str],
        breaker: Breaker = thai_clusters,
        fallbacks: list[Fallback] | None = None,
    ) -> None:
        self.old, self.new = old, new
        self._breaker = breaker
        self._fallbacks = fallbacks
        self._left = limits.WIKIDIFF2_CELLS
        self._words: dict[str, list[str]] = {}
        self._likeness: dict[tuple[str, str], float] = {}

    def alignment(self) -> Alignment:
        """Align the lines themselves."""
        return self._spend("line diff", align(self.old, self.new, self._left))

    def word_diff(self, old: str, new: str) -> WordDiff:
        """Align the words of two lines."""
        made = WordDiff.between(old, new, self._breaker, self._left)
        self._spend("word diff", made.alignment)
        return made

    def likeness(self, one: str, other: str) -> float:
        """Return the similarity of two lines where it is enough for a move, else 0."""
        key = one, other
        if key not in self._likeness:
            sizes = sorted((byte_count(one), byte_count(other)))
            found = 0.0
            if sizes[0] > MOVED_THRESHOLD * sizes[1]:  # else it cannot be
                found = self._capped_similarity(one, other)
            self._likeness[key] = found if found > MOVED_THRESHOLD else 0.0
        return self._likeness[key]

    def _capped_similarity(self, one: str, other: str) -> float:
        cap = limits.WIKIDIFF2_WORD_CELLS
        made = WordDiff.of(self._split(one), self._split(other), min(cap, self._left))
        if made.is_whole:  # wikidiff2 does not align them for this either
            return 0.0
        self._spend("word diff", made.alignment)
        return made.similarity()

    def _spend(self, step: str, made: Alignment) -> Alignment:
        if not made.stopped:
            self._left -= made.cells
        elif self._fallbacks is not None:
            spent = limits.WIKIDIFF2_CELLS - self._left
            self._fallbacks.append(Fallback(step, limits.WIKIDIFF2_CELLS, spent + made.cells))
        return made

    def _split(self, line: str) -> list[str]:
        if line not in self._words:
            self._words[line] = split_words(line, self._breaker)
        return self._words[line]


def split_lines(text: str) -> list[str]:
    """Return the lines of a page; a final line break begins none, an empty page has none."""
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def line_ops(lines: Lines) -> list[LineOp]:
    """Return the page's runs of lines in the order in which they are shown."""
    made: list[LineOp] = []
    for i, gone, i_end, j, came, j_end in lines.alignment().groups():
        if gone > i:
            made.append(LineOp("same", range(i, gone), range(j, came)))
        made += _hunk_ops(lines, range(gone, i_end), range(came, j_end))
    return made


def _hunk_ops(lines: Lines, old: range, new: range) -> list[LineOp]:
    """Pair the lines of one changed hunk in order."""
    made: list[LineOp] = []
    first = 0  # of the pairs since the last unlike one
    paired = min(len(old), len(new))
    for n in range(paired):
        if not lines.word_diff(lines.old[old[n]], lines.new[new[n]]).is_one_line():
            made += _op("changed", old[first:n], new[first:n])
            made += _op("added", old[:0], new[n : n + 1])
            made += _op("deleted", old[n : n + 1], new[:0])
            first = n + 1
    made += _op("changed", old[first:paired], new[first:paired])
    made += _op("deleted", old[paired:], new[:0])
    return made + _op("added", old[:0], new[paired:])


def _op(kind: OpKind, old: range, new: range) -> list[LineOp]:
    return [LineOp(kind, old, new)] if old or new else []


Place = tuple[int, int]
"""(index of the run, index of the line in it)."""

Shown = Literal["whole", "moved", "changed", "hidden"]


@dataclass(slots=True)
class _Match:
    """Two ends that found each other; `shown` holds the kinds of those that were asked for."""

    first: Place
    second: Place
    shown: set[OpKind]


class MoveFinder:
    """Decides, line by line in page order, how the added and deleted lines are shown.

    Asking about a line commits its partner, so the order of asking is part of the rule.
    """

    def __init__(self, lines: Lines, ops: list[LineOp]) -> None:
        self._lines, self._ops = lines, ops
        self._matches: dict[Place, _Match] = {}
        self._ends: dict[OpKind, list[tuple[Place, str]]] = {"added": [], "deleted": []}
        for i, op in enumerate(ops):
            if op.kind in self._ends:
                texts = [lines.new[n] for n in op.new] or [lines.old[n] for n in op.old]
                self._ends[op.kind] += [((i, n), text) for n, text in enumerate(texts)]
        self._off = sum(map(len, self._ends.values())) > MOST_MOVABLE

    def ask(self, place: Place, line: str) -> tuple[Shown, Place | None]:
        """Return how the line at `place` is shown, and the other end where it moved.

        "changed": as one edited line with the other end, which is next to it and then "hidden".
        """
        match = self._matches.get(place)
        if match:
            match.shown.add(self._ops[place[0]].kind)
            hidden = _follows(match.first, match.second)
            return ("hidden", None) if hidden else ("moved", match.first)
        other = None if self._off else self._best(place, line)
        if other is None or other in self._matches:
            return "whole", None
        match = _Match(place, other, {self._ops[place[0]].kind})
        self._matches[place] = self._matches[other] = match
        if not _follows(place, other):
            return "moved", other
        match.shown.add(self._ops[other[0]].kind)
        return "changed", other

    def _best(self, place: Place, line: str) -> Place | None:
        """Return the end most like a line, the earliest of equals; it may belong to another."""
        kind = self._ops[place[0]].kind
        best, highest = None, 0.0
        for other, text in self._ends["deleted" if kind == "added" else "added"]:
            match = self._matches.get(other)
            if match and kind in match.shown:
                continue
            new, old = (line, text) if kind == "added" else (text, line)
            likeness = self._lines.likeness(new, old)  # aligned from new to old, as there
            if likeness > highest:
                best, highest = other, likeness
        return best


def _follows(place: Place, other: Place) -> bool:
    """Tell whether `other` is the next line, in the same run or as the first of the next one."""
    return other in ((place[0], place[1] + 1), (place[0] + 1, 0))
