"""The frame of a copied mobile diff page: what stands before and after the shown lines.

Two frames are known. MobileFrontend's own (2019 to MediaWiki 1.40, `full` below) has a "Revision
as of" line, a comment line always, and the user with his number of edits after the diff. Older
pages, and those copied without it, have only some of this around the line that tells the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from wikidiff import limits
from wikidiff.readers.addresses import stored
from wikidiff.readers.localised import Language, fold, languages

_SPACED = re.compile(r"[,\u060c\u3001]\u200b?(?:\s*\u00a0|\s\s)")  # as the full frame has it
_COMMA = re.compile(r"[,\u060c\u3001]")
_COUNT = re.compile(r"\d(?:[ ,.'’\u066c]?\d)*")
_SECTION = re.compile(r"[→←][\u200e\u200f]")  # what a link to the edited section begins with


class SizeLine(NamedTuple):
    """The line that tells the bytes: its index `at` and what it says.

    `delta` is None where the line has a number but its words are not known; `timestamp` is ISO
    8601 or None; `certain` is False where the line might be any text's.
    """

    at: int
    language: Language
    delta: int | None
    timestamp: str | None
    certain: bool = True


class Head(NamedTuple):
    """What the lines before the bytes say; `full` tells MobileFrontend's own frame."""

    title: str | None = None
    timestamp: str | None = None
    engine: str | None = None
    full: bool = False
    known: bool = False


class Tail(NamedTuple):
    """Where the frame begins again after the diff, and the user it names; `end` is an index."""

    end: int
    user: str | None = None
    known: bool = False


def find_size_line(lines: Sequence[str], first: str | None) -> SizeLine | None:
    """Return the line near the top that tells the bytes; `first` is the language tried first."""
    likely = None
    for at, line in enumerate(lines[: limits.HEADER_LINES]):
        for found in _sizes(at, line, first):
            if found.certain:
                return found
            likely = likely or found
    return likely or _below_revision(lines, first)


def _sizes(at: int, line: str, first: str | None) -> list[SizeLine]:
    """Return the languages in which a line tells the bytes, those that read its date first."""
    if not line.strip() or len(line) > limits.HEADER_CHARS:
        return []
    found, folded = [], fold(line)
    for language in languages(first):
        if size := language.size_change(folded):
            when = language.date(size.rest) if size.rest else None
            found.append(SizeLine(at, language, size.delta, when, certain=when is not None))
    return sorted(found, key=lambda size: not size.certain)


def _below_revision(lines: Sequence[str], first: str | None) -> SizeLine | None:
    """Return the dated line below a "Revision as of" line: the bytes in words not known here."""
    for at, line in enumerate(lines[: limits.HEADER_LINES]):
        if not line.strip() or len(line) > limits.HEADER_CHARS:
            continue
        for language in languages(first):
            if not language.revision_time(fold(line)):
                continue
            below = next((n for n in range(at + 1, len(lines)) if lines[n].strip()), None)
            if below is None or len(lines[below]) > limits.HEADER_CHARS:
                break
            folded = fold(lines[below])
            for comma in _COMMA.finditer(folded):
                if when := language.date(folded[comma.end() :].strip()):
                    words = folded[: comma.start()]
                    delta = None if any(char.isdigit() for char in words) else 0
                    return SizeLine(below, language, delta, when)
    return None


def read_head(lines: Sequence[str], size: SizeLine) -> Head:
    """Return what the lines before the bytes say, read upwards from them."""
    language, title, when, engine, full = size.language, None, None, None, False
    known, plain = False, None
    for line in reversed(lines[: size.at]):
        stripped = line.strip()
        if not stripped or len(line) > limits.HEADER_CHARS:
            continue
        folded = fold(stripped)
        if when is None and (found := language.revision_time(folded)):
            when, full = found, True
        elif title is None and (found := _edited(stripped, language, below=full)):
            title, full = found, True
        elif found := language.difference_title(stripped):
            title, engine, known = title or found, "wikidiff2", True
            break
        elif folded in language.words("changes"):
            known = True
            break
        elif _is_frame(folded, language):
            known = True
        elif plain is None:
            plain = stripped
    known = known or full
    return Head(title or plain, when, engine, full or bool(_SPACED.search(lines[size.at])), known)


def is_folded(line: str) -> bool:
    """Tell whether the line that tells the bytes, of MobileFrontend's own frame, lost a space.

    It has two before the date, one of them a no-break one, where a comma has one after it at all.
    """
    comma = _COMMA.search(line)
    return comma is not None and comma[0] != "、" and not _SPACED.search(line)


def _edited(line: str, language: Language, *, below: bool) -> str | None:
    """Return the title of a "TITLE (edit)" line; `below` where a revision line follows it."""
    start = line.rfind(" (")
    if start <= 0 or not line.endswith(")"):
        return None
    return line[:start] if below or fold(line[start + 2 : -1]) in language.words("edit") else None


def _is_frame(folded: str, language: Language) -> bool:
    jumps = (word.rstrip(":") for word in language.words("jump"))
    return folded in language.words("neighbours") or any(map(folded.startswith, jumps))


def read_tail(lines: Sequence[str], start: int, language: Language, *, full: bool) -> Tail:
    """Return where the shown lines, which begin at `start`, end, and the user named there."""
    first = max(start, len(lines) - limits.HEADER_LINES)
    end, known = len(lines), False
    for at in range(len(lines) - 1, first - 1, -1):
        if _word(lines[at]) in language.words("menu"):
            end, known = at, True
            break
    for at in range(end - 1, first - 1, -1):
        if found := _user(lines, at, end, language, full=full):
            begin, user = found
            return Tail(_without_blanks(lines, start, max(begin, start)), user, known=True)
    return Tail(_without_blanks(lines, start, end), None, known)


def _user(
    lines: Sequence[str], at: int, end: int, language: Language, *, full: bool
) -> tuple[int, str | None] | None:
    """Return where the user's lines begin and his name, if line `at` is the one below the name."""
    if (folded := _word(lines[at])) is None:
        return None
    if folded in language.words("anonymous"):
        below = (line.strip() for line in lines[at + 1 : min(at + 5, end)])
        address = next(filter(None, below), "")
        user = stored(address)
        return (at, user) if user or not address else None
    for form in language.edit_counts:
        if len(form) == 1:
            if folded == form[0]:
                return _named(lines, at)
        elif _COUNT.fullmatch(folded) and _follows(lines, at + 1, end, form[1], full=full):
            before = _named(lines, at)
            word = form[0].strip()  # in Korean one stands before the number
            return _named(lines, before[0]) if word and _word(before[1]) == word else before
    return None


def _named(lines: Sequence[str], below: int) -> tuple[int, str]:
    """Return the nearest line above `below` that is not blank."""
    at = below - 1
    while at > 1 and at > below - 5 and not lines[at].strip():
        at -= 1
    return at, lines[at].strip()


def _follows(lines: Sequence[str], at: int, end: int, word: str, *, full: bool) -> bool:
    """Tell whether the next line that is not blank is `word`, or the page was cut off before."""
    for line in lines[at : min(at + 5, end)]:
        if line.strip():
            return _word(line) == word.strip()
    return full and at + 5 >= end


def _word(line: str) -> str | None:
    return fold(line) if len(line) <= limits.HEADER_CHARS and line.strip() else None


def _without_blanks(lines: Sequence[str], start: int, end: int) -> int:
    """Return where the shown lines end: one space, or a no-break one, is a blank line of theirs."""
    while end > start and lines[end - 1] != " " and not lines[end - 1].strip(" "):
        end -= 1
    return end


def read_comment(
    lines: Sequence[str], at: int, language: Language, *, full: bool
) -> tuple[str | None, int]:
    """Return the comment at line `at` ("" for none given, None for not shown), and what follows.

    The full frame has one always; elsewhere only one that cannot be a line of the page is taken.
    """
    if at >= len(lines):
        return None, at
    line = lines[at].strip()
    if _word(line) in language.words("no_comment"):
        return "", at + 1
    if full or _SECTION.match(line):
        return line, at + 1
    return None, at


def read_minor(lines: Sequence[str], at: int, language: Language) -> tuple[bool, int]:
    """Return whether line `at` is the mark of a minor edit, and the index of what follows."""
    while at < len(lines) and not lines[at]:
        at += 1
    minor = at < len(lines) and _word(lines[at]) in language.words("minor")
    return minor, at + minor
