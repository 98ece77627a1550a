"""Paragraphs that were split or merged: one line on one side, several on the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from wikidiff import limits
from wikidiff.engine.pairing import words_of
from wikidiff.engine.window import Window
from wikidiff.engine.words import line_ops
from wikidiff.model import Line, LineKind, Segment, Split

HELD = 0.7
"""Least share of a line's words that a paragraph must have for the line to be a part of it; and of
those that tell it from the rest of the paragraph, the share that the rest must have lost."""

_BLANK_LINES = 2  # that stay, between two parts

Place = tuple[int, int]
"""Block, index in it."""


def mark_splits(changed: list[list[Line]], seen: Window, number: int = 0) -> int:
    """Mark the lines of each paragraph that was split or merged; return how many have been so far.

    `number` is how many were so before.

    That is an edited line that lost (or gained) words which the inserted (or deleted) lines right
    before or after it hold, blank lines aside. The Line still has what the invariants ask for, so
    the words stand on both sides there; `split.segments` tell the edit that was made to them.
    """
    kinds = {block[0].kind for block in changed}  # all lines of a block are of one kind
    if len(kinds) < 2 or "changed" not in kinds:
        return number
    flat = [(at, k) for at, block in enumerate(changed) for k in range(len(block))]
    shown = ["", *[block[0].kind for block in changed for _ in block], ""]
    parts_of = {longer: _Parts(changed, flat, seen, longer) for longer in _SIDES}
    for n, (at, k) in enumerate(flat):
        if shown[n + 1] != "changed":
            continue
        line = changed[at][k]
        if line.old is None or line.new is None:
            continue
        longer = _SIDES[len(line.old) <= len(line.new)]
        parts = parts_of[longer]
        if parts.kind != shown[n] and parts.kind != shown[n + 2]:  # neither before nor after
            continue
        sides = [step for step in _STEPS if parts.has(n + step, line, step)]
        if not sides:
            continue
        whole, kept = (line.old, line.new) if longer == "old" else (line.new, line.old)
        paragraph = _Paragraph(whole, kept, set(words_of(whole)), set(words_of(kept)))
        group = [flat[n]]
        for step in sides:
            found = parts.beside(n, paragraph, step)
            group = [*found[::-1], *group] if step < 0 else [*group, *found]
        if len(group) > 1:
            number += 1
            _mark(changed, group, f"s{number}", longer, whole)
    return number


Step = Literal[1, -1]
_STEPS: tuple[Step, Step] = (-1, 1)
Side = Literal["old", "new"]
_SIDES: tuple[Side, Side] = ("old", "new")


@dataclass(slots=True)
class _Paragraph:
    """A paragraph as one line, the part of it that stands in its place, and the words of both."""

    whole: str
    kept: str
    words: set[str]
    kept_words: set[str]

    def has(self, line: str) -> bool:
        """Tell whether a line is another part of it rather than like what was kept."""
        bare = line.strip()
        if len(bare) >= limits.SPLIT_CHARACTERS and bare in self.whole and bare not in self.kept:
            return True
        found = set(words_of(line))
        telling = found - self.kept_words
        total = _size(telling)
        if total < limits.SPLIT_CHARACTERS or _size(found & self.words) < HELD * _size(found):
            return False
        return _size(telling & self.words) >= HELD * total


def _size(words: set[str]) -> int:
    return sum(map(len, words))


@dataclass(slots=True)
class _Parts:
    """The lines that may be parts of a paragraph: those on the side where it is several lines."""

    changed: Sequence[Sequence[Line]]
    flat: Sequence[Place]
    seen: Window
    longer: Side

    @property
    def kind(self) -> LineKind:
        """The kind of lines that they are."""
        return "inserted" if self.longer == "old" else "deleted"

    def has(self, m: int, last: Line, step: Step) -> bool:
        """Tell whether line `m` is one, next to `last` but for a few blank lines that stay."""
        if not 0 <= m < len(self.flat):
            return False
        line = self.line(m)
        if line.kind != self.kind:
            return False
        if self.longer == "old":
            side, before = self.seen.new, self.seen.before[1]
            one, other = last.new_line or 0, line.new_line or 0
        else:
            side, before = self.seen.old, self.seen.before[0]
            one, other = last.old_line or 0, line.old_line or 0
        low, high = (one, other) if step > 0 else (other, one)
        if not 0 < high - low <= _BLANK_LINES + 1:
            return False
        between = side[low - before : high - 1 - before]
        return not "".join(between).strip()

    def line(self, m: int) -> Line:
        """Return a line by its index among all."""
        at, k = self.flat[m]
        return self.changed[at][k]

    def beside(self, n: int, paragraph: _Paragraph, step: Step) -> list[Place]:
        """Return the places of the parts of a paragraph before or after its edited line."""
        found: list[Place] = []
        waiting: list[Place] = []
        last = self.line(n)
        for m in range(n + step, n + step * (limits.SPLIT_LINES + 1), step):
            if not self.has(m, last, step):
                break
            last = self.line(m)
            part = (last.new if self.longer == "old" else last.old) or ""
            waiting.append(self.flat[m])
            if part.strip():
                if not paragraph.has(part):
                    break
                found += waiting
                waiting = []
        return found


def _mark(
    changed: list[list[Line]],
    group: Sequence[Place],
    name: str,
    longer: Side,
    whole: str,
) -> None:
    lines = [changed[at][k] for at, k in group]
    parts = [(line.new if longer == "old" else line.old) or "" for line in lines]
    together = "\n".join(parts)
    old, new = (whole, together) if longer == "old" else (together, whole)
    segments = Line("changed", old, new, ops=line_ops(old, new)).segments
    shares = list(_shares(segments, "+" if longer == "old" else "-"))
    for (at, k), line, share in zip(group, lines, shares, strict=True):
        changed[at][k] = replace(line, split=Split(name, longer, tuple(share)))


def _shares(segments: Sequence[Segment], ends: str) -> Iterator[list[Segment]]:
    """Yield the segments of each part; the parts' line feeds are in segments marked `ends`."""
    share: list[Segment] = []
    for mark, stretch in segments:
        pieces = stretch.split("\n") if mark == ends else [stretch]
        for at, piece in enumerate(pieces):
            if at:
                yield share
                share = []
            if piece:
                share.append((mark, piece))
    yield share
