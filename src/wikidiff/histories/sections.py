"""One section through a history: by whatever name, wherever it stands, gone and back again.

Each section has a number for its life. From one text to the next a heading keeps its number where
its line stays, is edited or is moved, and where the diff says that it was renamed; a heading that
comes in takes the number of the section of that name that went last, if it is not there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from wikidiff import limits
from wikidiff.errors import WikidiffError
from wikidiff.model import Document, Line
from wikidiff.past import InSection
from wikidiff.sections import TextOutline


@dataclass(frozen=True, slots=True)
class _Section:
    """A section of one text: its number, its heading's line (1-based, the lead's 0), its path."""

    number: int
    line: int
    level: int
    heading: str | None
    path: tuple[int, ...]


LEAD = _Section(0, 0, 0, None, (0,))


@dataclass(slots=True)
class Touched:
    """What an edit did: bytes by the sections above what changed, and their headings."""

    delta: dict[int, int] = field(default_factory=dict)
    headings: dict[int, str | None] = field(default_factory=dict)

    def add(self, section: _Section, names: dict[int, str | None], delta: int) -> None:
        """Count a line of a section."""
        for number in section.path:
            self.delta[number] = self.delta.get(number, 0) + delta
            self.headings[number] = names[number]

    def of(self, number: int) -> InSection | None:
        """Return what was done to a section, None where nothing was."""
        if number not in self.delta:
            return None
        return InSection(self.headings[number], self.delta[number])


class Sections:
    """Follows all sections from text to text."""

    def __init__(self) -> None:
        self._now: list[_Section] = [LEAD]
        self._next = 1
        self._last: dict[str, int] = {}  # the section that bore a heading last

    def take(self, document: Document, new: str) -> Touched:
        """Take the next text, with what changed from the last one; return what was touched."""
        before, lines = self._now, [line for line in document.lines() if line.kind != "context"]
        self._now = self._numbered(document, lines, new)
        return _touched(lines, before, self._now)

    def _numbered(self, document: Document, lines: Sequence[Line], new: str) -> list[_Section]:
        at_old = {one.line: one for one in self._now if one.line}
        old_of = _Pairs(lines)
        renamed = {one.new.text: one.old.text for one in document.headings if one.old and one.new}
        by_name = {one.heading: one.number for one in self._now[1:]}
        found: dict[int, int] = {}
        headings = TextOutline(new).headings
        for line in headings:
            stood = at_old.get(old_of.line(line) or 0)
            if stood is not None:
                found[line] = stood.number
        taken = set(found.values())
        for line, heading in headings.items():
            if line in found:
                continue
            known = by_name.get(renamed.get(heading.text)), self._last.get(heading.text)
            number = next((one for one in known if one is not None and one not in taken), None)
            if number is None:
                number, self._next = self._next, self._next + 1
            found[line] = number
            taken.add(number)
        made = [LEAD]
        for line, heading in headings.items():
            above = _open(made, heading.level)
            path = (*(one.number for one in above), found[line])
            made.append(_Section(found[line], line, heading.level, heading.text, path))
            self._last[heading.text] = found[line]
        return made

    def number(self, wanted: str) -> int:
        """Return the section that a heading names: now, else the last one that did.

        Raises WikidiffError where none ever did.
        """
        if not wanted.strip():
            return LEAD.number
        for key in (str.strip, _loose):
            for one in self._now:
                if one.heading is not None and key(one.heading) == key(wanted):
                    return one.number
            for heading, number in reversed(self._last.items()):
                if key(heading) == key(wanted):
                    return number
        there = ", ".join(repr(one.heading) for one in self._now[1:6]) or "none"
        quoted = wanted[: limits.QUOTED_CHARS]
        way_out = f"its first sections now: {there}"
        raise WikidiffError("--section", f"no section ever was {quoted!r}", way_out)


def _loose(heading: str) -> str:
    return " ".join(heading.replace("_", " ").split()).casefold()


def _open(sections: Sequence[_Section], level: int) -> list[_Section]:
    """Return the sections in which one of a level that comes now stands, outermost first."""
    found: list[_Section] = []
    for one in reversed(sections):
        if one.level and one.level < level:
            found.append(one)
            level = one.level
    return found[::-1]


class _Pairs:
    """Which old line a new one was, by what changed between two texts."""

    def __init__(self, lines: Sequence[Line]) -> None:
        gone = {x.move.id: x.old_line for x in lines if x.move and x.move.role == "from"}
        self._known: dict[int, int | None] = {}
        self._new: list[int] = []  # new lines from which on lines are moved on by the same number
        self._shift: list[int] = []
        shift = 0
        for line in lines:
            if line.new_line is not None:
                stood = gone.get(line.move.id) if line.move else line.old_line
                self._known[line.new_line] = stood
            shift += (line.new_line is not None) - (line.old_line is not None)
            at = line.new_line if line.new_line is not None else (line.old_line or 0) + shift
            self._new.append(at)
            self._shift.append(shift)

    def line(self, new: int) -> int | None:
        """Return the number of the old line, None where the line came in."""
        if new in self._known:
            return self._known[new]
        at = bisect_right(self._new, new)
        return new - (self._shift[at - 1] if at else 0)


def _touched(lines: Sequence[Line], before: Sequence[_Section], now: Sequence[_Section]) -> Touched:
    made = Touched()
    names = {one.number: one.heading for one in (*before, *now)}
    for line in lines:
        side, number = (before, line.old_line) if line.new_line is None else (now, line.new_line)
        at = bisect_right([one.line for one in side], number or 0)
        made.add(side[at - 1], names, line.delta)
    return made
