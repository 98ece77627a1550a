"""Putting hunks into a text that has moved on since the diff was made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from wikidiff import limits
from wikidiff.engine.lines import blocks
from wikidiff.errors import ApplyError


@dataclass(frozen=True, slots=True)
class Step:
    """One shown line as the patch sees it: what must stand in the text and what shall."""

    have: str | None
    want: str | None
    is_context: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A hunk: where its first line should stand (0-based) and its steps."""

    start: int
    steps: Sequence[Step]


_TRIMS = 3  # context lines left out at either end of a hunk
_AROUND = 20  # lines around a hunk's place in which edited ones are looked for


def fitted(pieces: Sequence[Piece], lines: Sequence[str], name: str) -> list[str]:
    """Return the lines with all pieces put in, each where it fits best.

    A piece goes where its lines stand, as near to its place as can be and after the piece before
    it; else where they stand without the outermost context lines (as patch's fuzz has it); else
    among lines of which those that it deletes are the same and those that it changes are alike,
    the edit put in by diff-match-patch. Raises ApplyError with
    all the pieces that fit nowhere; nothing is applied then.
    """
    made: list[str] = []
    rejects: list[Piece] = []
    at = drift = 0
    for piece in pieces:
        found = _by_lines(piece, lines, at, drift) or _by_likeness(piece, lines, at, drift)
        if found is None:
            rejects.append(piece)
            continue
        start, end, want = found
        made += lines[at:start]
        made += want
        at = end
        drift = start - piece.start if end - start == len(_have(piece.steps)) else drift
    if rejects:
        told = tuple((piece.start + 1, tuple(_shown(piece.steps))) for piece in rejects)
        raise ApplyError(name, _told(rejects, len(pieces)), "nothing was applied", told)
    return [*made, *lines[at:]]


def _have(steps: Sequence[Step]) -> list[str]:
    return [step.have for step in steps if step.have is not None]


def _shown(steps: Sequence[Step]) -> Iterator[str]:
    """Yield the lines of a hunk as a patch has them."""
    for step in steps:
        if step.is_context:
            yield f" {step.have}"
            continue
        if step.have is not None:
            yield f"-{step.have}"
        if step.want is not None:
            yield f"+{step.want}"


def _told(rejects: Sequence[Piece], count: int) -> str:
    places = ", ".join(f"the one at line {piece.start + 1}" for piece in rejects[:10])
    more = "" if len(rejects) <= 10 else f" and {len(rejects) - 10} more"
    return f"{len(rejects)} of {count} hunks do not fit: {places}{more}"


Fit = tuple[int, int, list[str]]
"""First line, line after the last, and the lines that shall stand there."""


def _by_lines(piece: Piece, lines: Sequence[str], low: int, drift: int) -> Fit | None:
    steps = list(piece.steps)
    start = piece.start + drift
    for _ in range(_TRIMS + 1):
        place = _nearest(_have(steps), lines, start, low)
        if place is not None:
            have = _have(steps)
            want = [step.want for step in steps if step.want is not None]
            return place, place + len(have), want
        first, last = steps[0].is_context, steps[-1].is_context
        if not first and not last:
            return None
        start += first
        steps = steps[1 if first else 0 : len(steps) - (1 if last else 0)]
        if not any(step.have and step.have.strip() for step in steps):
            return None  # nothing left that tells the place
    return None


def _nearest(have: list[str], lines: Sequence[str], start: int, low: int) -> int | None:
    if not have:
        return None
    size = len(have)
    for away in range(limits.FUZZ_LINES):
        for place in (start - away, start + away):
            if (
                low <= place <= len(lines) - size
                and lines[place] == have[0]  # most places end here, without a slice
                and lines[place : place + size] == have
            ):
                return place
    return None


def _by_likeness(piece: Piece, lines: Sequence[str], low: int, drift: int) -> Fit | None:
    """Fit a piece where its lines stand edited: each line of its own that it changes or deletes."""
    have = _have(piece.steps)
    first = max(low, piece.start + drift - _AROUND)
    last = min(len(lines), piece.start + drift + len(have) + _AROUND)
    if not have or first >= last or sum(map(len, lines[first:last])) > limits.FUZZ_CHARACTERS:
        return None
    window = lines[first:last]
    place = _places(have, window)
    made: dict[int, list[str]] = {j: [line] for j, line in enumerate(window)}
    at, i = -1, 0
    for n, step in enumerate(piece.steps):
        if step.have is None:
            anchor = at if at >= 0 else _next_place(piece.steps[n:], place, i) - 1
            if anchor < -1 or step.want is None:
                return None
            made.setdefault(anchor, []).append(step.want)
            continue
        found, i = place.get(i), i + 1
        if step.is_context:
            at = -1 if found is None else found
            continue
        edited = None if found is None else _edited(window[found], step)
        if found is None or edited is None:
            return None
        made[found] = edited
        at = found
    want = [line for j in sorted(made) for line in made[j]]
    return first, last, want


def _next_place(steps: Sequence[Step], place: dict[int, int], i: int) -> int:
    """Return where the next line that the text has must stand; -1 where that is not known."""
    return place.get(i, -1) if any(step.have is not None for step in steps) else -1


def _places(have: Sequence[str], window: Sequence[str]) -> dict[int, int]:
    """Return which line of the window each line of a piece is, the same or edited."""
    place: dict[int, int] = {}
    i = j = 0
    for a, b, c, d in (*blocks([*have], [*window], 0, 0, []), (len(have), 0, len(window), 0)):
        place.update(zip(range(i, a), range(j, c), strict=True))
        if b - a == d - c == 1:
            place[a] = c
        i, j = b, d
    return place


def _edited(line: str, step: Step) -> list[str] | None:
    """Return a line with a step's edit put in; None where it does not go in whole."""
    if line == step.have:
        return [] if step.want is None else [step.want]
    if step.want is None or step.have is None:
        return None
    library = _library()
    made, done = library.patch_apply(library.patch_make(step.have, step.want), line)
    return [made] if all(done) else None


@cache
def _library() -> Any:  # noqa: ANN401 - the library ships no types
    from diff_match_patch import diff_match_patch

    library = diff_match_patch()
    library.Diff_Timeout = 0  # the default, 1 s, would give a slow machine another result
    return library
