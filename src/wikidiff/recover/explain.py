"""Why a reading stands where it stands, in short sentences with figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wikidiff.model import ReadingLine
from wikidiff.recover.page import PHP
from wikidiff.recover.sides import heading_form, heading_level
from wikidiff.values import value


@value
class Case:
    """What the sentences are made of.

    `proven` and `unproven` count edited lines that the engine's rules do and do not make again;
    `ahead` is this reading's probability over that of the next one, None for the last.
    """

    engine: str
    declared: int | None
    counted: int
    lines: Sequence[ReadingLine]
    proven: int
    unproven: int
    ahead: float | None


def reasons(case: Case) -> tuple[str, ...]:
    """Return two to six sentences, the weightiest evidence first."""
    return tuple(_sentences(case))[:6]


def _sentences(case: Case) -> Iterator[str]:
    yield _taken(case.lines)
    yield from _delta(case)
    yield from _headings(case.lines)
    yield from _proof(case)
    if case.ahead is not None and case.ahead >= 1.05:
        yield f"It is {case.ahead:.1f} times as likely as the next reading."


def _taken(lines: Sequence[ReadingLine]) -> str:
    edited = [x.shown + 1 for x in lines if x.old and x.new and x.old != x.new]
    deleted = sum(not x.new for x in lines)
    inserted = sum(not x.old for x in lines)
    parts = []
    if edited:
        named = ", ".join(map(str, edited[:6])) + (", …" if len(edited) > 6 else "")
        parts.append(f"{_lines(len(edited))} edited ({named})")
    if deleted:
        parts.append(f"{_lines(deleted)} deleted")
    if inserted:
        parts.append(f"{_lines(inserted)} inserted")
    return "It takes " + ", ".join(parts or ["every shown line as unchanged"]) + "."


def _lines(count: int) -> str:
    return "1 shown line as" if count == 1 else f"{count} shown lines as"


def _delta(case: Case) -> Iterator[str]:
    if case.declared is None:
        yield "The page states no byte delta, so the language of the lines alone decides."
        return
    rest = case.declared - case.counted
    if not rest:
        yield f"Its lines explain the page's {case.declared:+d} bytes exactly."
        return
    yield (
        f"Its lines count {case.counted:+d} bytes of the page's {case.declared:+d}: "
        f"{rest:+d} {'byte stays' if abs(rest) == 1 else 'bytes stay'} unexplained."
    )
    if abs(rest) <= 8:
        yield "Line breaks, blank lines and spaces, which a copied page hides, can be those."


def _headings(lines: Sequence[ReadingLine]) -> Iterator[str]:
    both = [
        (x.shown + 1, heading_level(x.old[0]), heading_level(x.new[0]))
        for x in lines
        if len(x.old) == len(x.new) == 1
        and x.old != x.new
        and heading_form(x.old[0]) == heading_form(x.new[0]) == 1
    ]
    moved = [(n, a, b) for n, a, b in both if a != b]
    for n, a, b in moved[:2]:
        yield (
            f"Line {n} is a heading taken from level {a} to level {b}: only so do the equal signs "
            "match on both sides."
        )
    if both and not moved:
        yield f"Line {both[0][0]} stays a heading of level {both[0][1]} on both sides."


def _proof(case: Case) -> Iterator[str]:
    name = "the old PHP formatter" if case.engine == PHP else "wikidiff2"
    if case.proven and not case.unproven:
        what = "the edited line" if case.proven == 1 else f"all {case.proven} edited lines"
        yield f"The rules of {name} make {what} again from its two sides."
    elif case.unproven:
        total = case.proven + case.unproven
        yield f"The rules of {name} do not make {case.unproven} of {total} edited lines again."
