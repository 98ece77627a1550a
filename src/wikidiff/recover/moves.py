"""Lines that wikidiff2 shows as moved: their links tell both ends apart from all other lines.

A link points to the other end: the upper end has it, pointing down, behind its text, the lower one,
pointing up, before it. Which end is the source is not marked, but the source shows the old line and
the destination the edit: old words and new ones, so it holds the source and more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

from wikidiff import limits

DOWN, UP = MARKS = "\u25bc\u25b2"


class MoveEnd(NamedTuple):
    """One end of a move: its text without the mark; `source` is the old line of a destination,
    `other` the index of the other end.
    """  # noqa: D205

    role: Literal["from", "to"]
    text: str
    source: str
    other: int


def move_ends(lines: Sequence[str]) -> dict[int, MoveEnd]:
    """Return the marked lines of which both ends are found, by index."""
    upper, lower = {}, {}
    for n, line in enumerate(lines):
        body = line.strip(" ")
        if len(body) < 2:
            continue
        if body[-1] == DOWN:
            upper[n] = body[:-1].strip(" ")
        elif body[0] == UP:
            lower[n] = body[1:].strip(" ")
    if len(upper) * len(lower) > limits.RECOVER_MOVES:
        return {}
    found: dict[int, MoveEnd] = {}
    for _, a, b, down in sorted(_pairs(upper, lower), reverse=True):
        if a not in found and b not in found:
            source, target = (a, b) if down else (b, a)
            texts = upper | lower
            found[source] = MoveEnd("from", texts[source], "", target)
            found[target] = MoveEnd("to", texts[target], texts[source], source)
    return found


def _pairs(upper: dict[int, str], lower: dict[int, str]) -> Iterator[tuple[float, int, int, bool]]:
    """Yield (likeness, upper end, lower end, whether the upper one is the source)."""
    for a, one in upper.items():
        for b, other in lower.items():
            if a > b:
                continue
            alike = Indel.normalized_similarity(one, other) - abs(a - b) * 1e-4
            if holds(other, one):
                yield alike, a, b, True
            elif holds(one, other):
                yield alike, a, b, False


def holds(whole: str, part: str) -> bool:
    """Whether `part` stands in `whole` in order, white space aside, with more between."""
    at = 0
    for char in part:
        if char not in " \u00a0":
            at = whole.find(char, at) + 1
            if not at:
                return False
    return True
