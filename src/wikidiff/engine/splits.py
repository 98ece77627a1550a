"""Paragraphs that were split or merged: one line on one side, several on the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from wikidiff import limits
from wikidiff.engine.pairing import words_of
from wikidiff.engine.words import line_ops
from wikidiff.model import Line, Segment, Split

HELD = 0.7
"""Least share of a line's words that the rest of a paragraph must have for the line to be of it."""

Place = tuple[int, int]
"""Block, index in it."""


def mark_splits(changed: list[list[Line]]) -> None:
    """Mark the lines of each paragraph that was split or merged.

    That is an edited line that lost (or gained) words which the inserted (or deleted) lines right
    before or after it hold. The Line still has what the invariants ask for, so the words stand on
    both sides there; `split.segments` tell the edit that was made to them.
    """
    kinds = {block[0].kind for block in changed}  # all lines of a block are of one kind
    if len(kinds) < 2 or "changed" not in kinds:
        return
    flat = [(at, k) for at, block in enumerate(changed) for k in range(len(block))]
    number = 0
    for n, (at, k) in enumerate(flat):
        line = changed[at][k]
        if line.kind != "changed" or line.old is None or line.new is None:
            continue
        longer: Literal["old", "new"] = "old" if len(line.old) > len(line.new) else "new"
        sides = [step for step in _STEPS if _is_part(changed, flat, n + step, line, longer, step)]
        if not sides:
            continue
        whole, kept = (line.old, line.new) if longer == "old" else (line.new, line.old)
        left = set(words_of(whole)).difference(words_of(kept))
        group = [flat[n]]
        for step in sides:
            found = _parts(changed, flat, n, longer, left, step)
            group = [*found[::-1], *group] if step < 0 else [*group, *found]
        if len(group) > 1:
            number += 1
            _mark(changed, group, f"s{number}", longer, whole)


Step = Literal[1, -1]
_STEPS: tuple[Step, Step] = (-1, 1)


def _is_part(
    changed: Sequence[Sequence[Line]],
    flat: Sequence[Place],
    m: int,
    last: Line,
    longer: Literal["old", "new"],
    step: Step,
) -> bool:
    """Tell whether line `m` stands on the side of the parts alone, next to `last` there."""
    if not 0 <= m < len(flat):
        return False
    line = changed[flat[m][0]][flat[m][1]]
    if line.kind != ("inserted" if longer == "old" else "deleted"):
        return False
    one, other = (
        (last.new_line, line.new_line) if longer == "old" else (last.old_line, line.old_line)
    )
    return (one or 0) + step == other


def _parts(
    changed: Sequence[Sequence[Line]],
    flat: Sequence[Place],
    n: int,
    longer: Literal["old", "new"],
    left: set[str],
    step: Step,
) -> list[Place]:
    """Return the places of the lines before or after an edited one that hold what it lacks."""
    found: list[Place] = []
    waiting: list[Place] = []
    last = changed[flat[n][0]][flat[n][1]]
    for m in range(n + step, n + step * (limits.SPLIT_LINES + 1), step):
        if not _is_part(changed, flat, m, last, longer, step):
            break
        last = changed[flat[m][0]][flat[m][1]]
        words = (last.new if longer == "old" else last.old) or ""
        waiting.append(flat[m])
        if words.strip():
            if not _holds(left, words):
                break
            found += waiting
            waiting = []
    return found


def _holds(left: set[str], line: str) -> bool:
    words = set(words_of(line))
    total = sum(map(len, words))
    return total >= limits.SPLIT_CHARACTERS and sum(map(len, words & left)) >= HELD * total


def _mark(
    changed: list[list[Line]],
    group: Sequence[Place],
    name: str,
    longer: Literal["old", "new"],
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
