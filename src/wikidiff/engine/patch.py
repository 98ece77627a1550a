"""Putting a Document's change into a text: the new text from the old one, or back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from wikidiff import text
from wikidiff.engine.fuzz import Piece, Step, fitted
from wikidiff.errors import ApplyError
from wikidiff.model import Document, Hunk, Line


def patched(document: Document, source: str, *, reverse: bool = False, fuzz: bool = False) -> str:
    """Return `source` with the Document's change made (undone with `reverse`).

    Hunks with line numbers must fit exactly where they say. Hunks without are located by their
    lines, in order, white space and blank lines aside, and must fit in one way only. With `fuzz`
    the text may have moved on: hunks with line numbers that do not fit where they say are looked
    for around there. A text that has a carriage return at each line's end, as on Windows, keeps
    them where the Document has none. Raises ApplyError otherwise; nothing is applied then.
    """
    name = document.source.name or "the document"
    _refuse_unread(document, name)
    hunks = [hunk for section in document.sections for hunk in section.hunks]
    numbered = all(_start(hunk, reverse=reverse) for hunk in hunks)
    if numbered:
        with suppress(ApplyError):
            return "\n".join(_by_number(hunks, text.lines(source), name, reverse=reverse))
    end = "\n"
    if _has_returns(source) and not any(map(_shows_return, document.lines())):
        source, end = source.replace("\r\n", "\n"), "\r\n"
    lines = text.lines(source)
    if not numbered:
        steps = [_step(line, reverse=reverse) for hunk in hunks for line in hunk.lines]
        return end.join(_by_lines(steps, lines, name))
    if fuzz:
        return end.join(fitted([_piece(hunk, reverse=reverse) for hunk in hunks], lines, name))
    lost = _SPACES_LOST if document.source.fidelity == "spaces" else _NOTHING_LOST
    return end.join(_by_number(hunks, lines, name, reverse=reverse, lost=lost))


def _refuse_unread(document: Document, name: str) -> None:
    """Raise ApplyError for a page of which it is not known what changed."""
    is_read = document.source.fidelity != "flattened" or document.readings
    if not is_read and not all(line.certain for line in document.lines()):
        way_out = "save the page as HTML, which keeps its marks; nothing was applied"
        raise ApplyError(name, "its marks are gone and no reading of it was found", way_out)


def _has_returns(source: str) -> bool:
    """Tell whether a carriage return stands at each line's end, the last one's aside."""
    ends = source.count("\n")
    return 0 < ends == source.count("\r\n")


def _shows_return(line: Line) -> bool:
    return any(side is not None and side.endswith("\r") for side in (line.old, line.new))


_NOTHING_LOST = "", "give the very text that the diff was made from; nothing was applied"
_SPACES_LOST = (
    ", which has lost white space and may have lost line ends",
    "take a diff that keeps them, such as --complete-from the wiki; nothing was applied",
)


def _step(line: Line, *, reverse: bool) -> Step:
    have, want = (line.new, line.old) if reverse else (line.old, line.new)
    return Step(have, want, line.kind == "context")


def _piece(hunk: Hunk, *, reverse: bool) -> Piece:
    steps = [_step(line, reverse=reverse) for line in hunk.lines]
    return Piece((_start(hunk, reverse=reverse) or 1) - 1, steps)


def _start(hunk: Hunk, *, reverse: bool) -> int | None:
    return hunk.new_start if reverse else hunk.old_start


def _by_number(
    hunks: Sequence[Hunk],
    lines: Sequence[str],
    name: str,
    *,
    reverse: bool,
    lost: tuple[str, str] = _NOTHING_LOST,
) -> Iterator[str]:
    """Yield the patched lines; `lost` is what is said of the diff where it does not fit."""
    at = 0
    for hunk in hunks:
        start = (_start(hunk, reverse=reverse) or 1) - 1
        steps = [_step(line, reverse=reverse) for line in hunk.lines]
        have = [step.have for step in steps if step.have is not None]
        if start < at or lines[start : start + len(have)] != have:
            told = f"line {start + 1} of the text is not as in the diff"
            raise ApplyError(name, told + lost[0], lost[1])
        yield from lines[at:start]
        yield from (step.want for step in steps if step.want is not None)
        at = start + len(have)
    yield from lines[at:]


def _by_lines(steps: Sequence[Step], lines: Sequence[str], name: str) -> Iterator[str]:
    """Yield the patched lines; blank lines that the page may not show stay where they are."""
    places = _places(steps, lines, name)
    _refuse_ambiguity(steps, lines, places, name)
    at = 0
    for place, step in zip(places, steps, strict=True):
        if step.have and step.have.strip():
            yield from lines[at:place]
            at = place + 1
            if step.want is not None:
                yield lines[place] if step.is_context else step.want
        elif not step.is_context:
            yield from lines[at : place + 1]
            at = max(at, place + 1)
            if step.have is not None and at < len(lines) and not lines[at].strip():
                at += 1
            if step.want is not None:
                yield step.want
    yield from lines[at:]


def _refuse_ambiguity(
    steps: Sequence[Step], lines: Sequence[str], places: Sequence[int], name: str
) -> None:
    """Raise ApplyError where a changed line fits in two places.

    `places` are the earliest; the search from the other end gives the latest.
    """
    backwards = _places(steps[::-1], lines[::-1], name)
    for step, early, back in zip(steps, places, backwards[::-1], strict=True):
        late = len(lines) - 1 - back
        if step.is_context:
            continue
        if step.have and step.have.strip():
            fits_once = early == late
        else:  # `late` is the line after it
            fits_once = not any(line.strip() for line in lines[early + 1 : late])
        if not fits_once:
            raise ApplyError(
                name,
                f"the text has more than one place for {step.have or step.want!r}",
                "give a diff with line numbers, or the whole texts; nothing was applied",
            )


def _places(steps: Sequence[Step], lines: Sequence[str], name: str) -> list[int]:
    """Return for each step the index of its line, or of the line before an inserted one."""
    bare = ["".join(line.split()) for line in lines]
    places: list[int] = []
    at = -1
    for step in steps:
        wanted = "".join((step.have or "").split())
        if wanted:
            try:
                at = bare.index(wanted, at + 1)
            except ValueError:
                raise ApplyError(
                    name,
                    f"the text has no line {step.have!r} where the diff has it",
                    "give the text that the diff was made from; nothing was applied",
                ) from None
        places.append(at)
    return places
