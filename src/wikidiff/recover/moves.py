"""Lines that wikidiff2 shows as moved: their links tell both ends apart from all other lines.

The source has its link after the text and shows the old line; the destination has it before the
text and shows the edit, so what is new in it is what the old line does not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MARKS = "\u25bc\u25b2"


@dataclass(frozen=True, slots=True)
class MoveEnd:
    """One end of a move: its text without the mark; `source` is the old line of a destination."""

    role: Literal["from", "to"]
    text: str
    source: str


def move_ends(lines: Sequence[str]) -> dict[int, MoveEnd]:
    """Return the marked lines by index; empty where the marks do not come in pairs."""
    sources: list[tuple[int, str, str]] = []
    targets: list[tuple[int, str, str]] = []
    for n, line in enumerate(lines):
        body = line.strip(" ")
        if len(body) > 1 and body[-1] in MARKS:
            sources.append((n, body[-1], body[:-1].strip(" ")))
        elif len(body) > 1 and body[0] in MARKS:
            targets.append((n, body[0], body[1:].strip(" ")))
    if len(sources) != len(targets):
        return {}
    found = {n: MoveEnd("from", text, "") for n, _, text in sources}
    for n, mark, text in targets:
        source = _source(n, mark, text, sources)
        if source is None:
            return {}
        found[n] = MoveEnd("to", text, source)
    return found


def _source(n: int, mark: str, text: str, sources: list[tuple[int, str, str]]) -> str | None:
    """Return the source of a destination: the likeliest on the side that its link points to."""
    matching = [s for s in sources if s[1] != mark and (s[0] < n if mark == MARKS[1] else s[0] > n)]
    if not matching:
        return None
    best = max(matching, key=lambda s: (_held(s[2], text), -abs(s[0] - n)))
    return best[2]


def _held(part: str, whole: str) -> float:
    """Return the share of `part` found in `whole` in order, taken greedily from the left."""
    at = met = 0
    for char in part:
        where = whole.find(char, at)
        if where >= 0:
            at, met = where + 1, met + 1
    return met / max(1, len(part))
