"""From runs of shown lines to sections, hunks and heading changes: one way for every reader."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from wikidiff import text
from wikidiff.model import Heading, HeadingChange, Hunk, Line, Section, SectionSide, SectionStatus

NOT_SHOWN = SectionSide(None, None)
LEAD = SectionSide(None, 0)
_TAG_REACH = 220  # an opening tag is no longer than this
_LEAD_KEY = -1

# Tags whose content MediaWiki's preprocessor does not read as wikitext.
_OPAQUE = re.compile(
    r"<(?:!--|((?i:nowiki|pre|syntaxhighlight|source|math|templatedata))\b[^<>]{0,200}>)"
)


@dataclass(frozen=True)
class Outline:
    """The headings of one side by 1-based line number, in order, where they are told so."""

    headings: Mapping[int, Heading]

    @classmethod
    def of(cls, lines: Sequence[str]) -> Outline:
        """Return the outline of a text's lines."""
        return cls(TextOutline("\n".join(lines)).headings)

    @cached_property
    def _numbers(self) -> list[int]:
        return list(self.headings)

    def heading_at(self, number: int, offset: int) -> Heading | None:
        """Return the heading that a line is."""
        return self.headings.get(number)

    def section_of(self, number: int, offset: int) -> tuple[int, Heading | None]:
        """Return key and heading of the section that a line stands in; the lead has key -1."""
        found = self.in_force(number)
        return (_LEAD_KEY, None) if found is None else (found, self.headings[found])

    def in_force(self, number: int) -> int | None:
        """Return the line number of the heading that a 1-based line stands under; None: lead."""
        at = bisect_right(self._numbers, number)
        return self._numbers[at - 1] if at else None

    def key(self, number: int, offset: int) -> int:
        """Return the key of the section whose heading a line is."""
        return number


class TextOutline:
    """The headings of one whole text, looked up without cutting it into lines.

    Lines are told by their offset in code points. Lines inside comments, nowiki and the like are
    no headings, as MediaWiki's preprocessor has it.
    """

    def __init__(self, whole: str) -> None:
        self._whole = whole
        self._starts: list[int] = []  # of the stretches without wikitext found so far
        self._ends: list[int] = []
        self._scanned = 0
        self._unclosed: set[str] = set()  # a closing tag that does not come is looked for once

    @cached_property
    def headings(self) -> dict[int, Heading]:
        """All headings by 1-based line number."""
        found: dict[int, Heading] = {}
        number, counted = 1, 0
        for at in self._places():
            if heading := self._heading(at):
                number += self._whole.count("\n", counted, at)
                counted = at
                found[number] = heading
        return found

    @cached_property
    def anchors(self) -> dict[int, str]:
        """The anchors of all headings by 1-based line number, duplicates numbered."""
        return dict(zip(self.headings, anchors(self.headings.values()), strict=True))

    def _places(self) -> Iterator[int]:
        """Yield where lines begin that begin with an equal sign."""
        at = 0 if self._whole.startswith("=") else self._whole.find("\n=") + 1
        while at or self._whole.startswith("=", at, at + 1):
            yield at
            at = self._whole.find("\n=", at) + 1
            if not at:
                return

    def heading_at(self, number: int, offset: int) -> Heading | None:
        """Return the heading that the line beginning at `offset` is; `number` is not looked at."""
        return self._heading(offset)

    def section_of(self, number: int, offset: int) -> tuple[int, Heading | None]:
        """Return key and heading of the section that a line stands in; the lead has key -1."""
        at = offset
        while True:
            if found := self._heading(at):
                return at, found
            at = self._whole.rfind("\n=", 0, at) + 1
            if not at:
                return (0, found) if (found := self._heading(0)) else (_LEAD_KEY, None)

    def key(self, number: int, offset: int) -> int:
        """Return the key of the section whose heading the line beginning at `offset` is."""
        return offset

    def _heading(self, at: int) -> Heading | None:
        if not self._whole.startswith("=", at):
            return None
        end = self._whole.find("\n", at)
        found = as_heading(self._whole[at : end if end >= 0 else len(self._whole)])
        return found if found and not self._hides(at) else None

    def _hides(self, at: int) -> bool:
        """Tell whether a place is inside a stretch that holds no wikitext."""
        whole = self._whole
        while self._scanned < at:
            match = _OPAQUE.search(whole, self._scanned, at + _TAG_REACH)
            if match is None or match.start() >= at:
                self._scanned = at
                break
            self._scanned = match.end()
            if (end := self._end_of(match)) is not None:
                self._starts.append(match.start())
                self._ends.append(end)
                self._scanned = end
        found = bisect_left(self._starts, at) - 1
        return found >= 0 and at <= self._ends[found]

    def _end_of(self, opening: re.Match[str]) -> int | None:
        """Return where the stretch ends that a comment or tag opens, None where it opens none."""
        tag = (opening[1] or "").lower()
        if not tag:  # an unclosed comment goes on to the end
            end = self._whole.find("-->", opening.end())
            return len(self._whole) if end < 0 else end
        if tag in self._unclosed or opening[0].endswith("/>"):
            return None
        closing = re.compile(f"</{tag}", re.I).search(self._whole, opening.end())
        if closing is None:  # MediaWiki takes an unclosed tag as text
            self._unclosed.add(tag)
            return None
        return closing.start()


def as_heading(line: str | None) -> Heading | None:
    """Return the heading that a line has the form of."""
    parts = text.heading(line) if line else None
    return Heading(parts[1], parts[0]) if parts else None


Outlines = tuple[Outline, Outline] | tuple[TextOutline, TextOutline]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a run starts, old and new: 1-based line numbers, and offsets in code points."""

    lines: tuple[int, int]
    offsets: tuple[int, int]


_NO_START = Start((0, 0), (0, 0))


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a diff's runs amount to; `listed` counts the sections of the new text in `sections`."""

    sections: tuple[Section, ...]
    headings: tuple[HeadingChange, ...]
    outline: Outline | TextOutline | None
    listed: int

    @property
    def sections_unchanged(self) -> int | None:
        """How many sections of the new text are not listed; None where it is not known."""
        return 1 + len(self.outline.headings) - self.listed if self.outline else None


def assemble(
    runs: Sequence[Sequence[Line]],
    *,
    outlines: Outlines | None = None,
    starts: Sequence[Start] = (),
) -> Assembled:
    """Return the sections that runs of lines make up; a run is what the page shows unbroken.

    With `outlines` (old, new) each run's section is known; without them a run begins in a section
    that is not shown. Outlines of texts need the `starts` of the runs.
    """
    marks = _heading_marks(runs, outlines, starts)
    walk = _Walk(outlines[1] if outlines else None)
    at = 0
    for k, run in enumerate(runs):
        walk.start_run(run, starts[k] if starts else _NO_START)
        begin = 0
        if marks:
            for here in range(len(run)):
                if mark := marks.get(at + here):
                    walk.take(run[begin:here])
                    begin = here
                    walk.enter_marked(mark)
        walk.take(run[begin:] if begin else run)
        walk.end_run()
        at += len(run)
    return Assembled(
        tuple(entry.section() for entry in walk.entries if entry.hunks),
        tuple(_heading_changes([line for run in runs for line in run], marks)) if marks else (),
        walk.outline,
        len(walk.listed),
    )


@dataclass(slots=True)
class _Mark:
    """A heading line, or two of them that are one heading's old and new; `key` tells them apart.

    `place` is the key of its section in the new text where that is known.
    """

    key: int
    old: Heading | None
    new: Heading | None
    moved: bool = False
    place: int | None = None


def _lone_marks(
    runs: Sequence[Sequence[Line]],
    outlines: Outlines | None,
    starts: Sequence[Start],
) -> dict[int, _Mark]:
    """Return the heading lines by index, each by itself."""
    marks: dict[int, _Mark] = {}
    at = 0
    for k, run in enumerate(runs):
        start = starts[k] if starts else _NO_START
        for here, line in enumerate(run):
            if (line.old or "")[:1] == "=" or (line.new or "")[:1] == "=":
                mark = _lone_mark(run, here, outlines, start)
                if mark.old or mark.new:
                    mark.key = at + here
                    marks[at + here] = mark
        at += len(run)
    return marks


def _lone_mark(run: Sequence[Line], here: int, outlines: Outlines | None, start: Start) -> _Mark:
    line = run[here]
    if outlines is None:
        return _Mark(0, as_heading(line.old), as_heading(line.new))
    was, now = start.offsets
    for before in run[:here]:
        was += 0 if before.old is None else len(before.old) + 1
        now += 0 if before.new is None else len(before.new) + 1
    old_line, new_line = line.old_line or 0, line.new_line or 0
    old = outlines[0].heading_at(old_line, was) if line.old else None
    new = outlines[1].heading_at(new_line, now) if line.new else None
    return _Mark(0, old, new, place=outlines[1].key(new_line, now))


def _heading_marks(
    runs: Sequence[Sequence[Line]],
    outlines: Outlines | None,
    starts: Sequence[Start],
) -> dict[int, _Mark]:
    """Return the marks of all heading lines by index, headings of one side alone paired up.

    Of one stretch of changed lines: the same text first, then one for one where the stretch has
    no more of them. Of different stretches: the same text, once on either side, has moved.
    """
    marks = _lone_marks(runs, outlines, starts)
    lone = [i for i, mark in marks.items() if (mark.old is None) != (mark.new is None)]
    if not lone:
        return marks
    flat = [line for run in runs for line in run]

    def join(i: int, j: int, *, moved: bool) -> None:
        old, new, key = marks[i].old, marks[j].new, min(i, j)
        marks[i] = _Mark(key, old, new, moved, marks[i].place)
        marks[j] = _Mark(key, old, new, moved, marks[j].place)

    for stretch in _stretches(flat, lone):
        gone = [i for i in stretch if marks[i].old]
        come = [j for j in stretch if marks[j].new]
        for i in list(gone):
            same = [j for j in come if _words(marks[j]) == _words(marks[i])]
            if same:
                join(i, same[0], moved=False)
                gone.remove(i)
                come.remove(same[0])
        if len(gone) == len(come) == 1 and _replaces(flat, gone[0], come[0]):
            join(gone[0], come[0], moved=False)
    left = [i for i in lone if not (marks[i].old and marks[i].new)]
    count = Counter((_words(marks[i]), marks[i].new is None) for i in left)
    olds = {_words(marks[i]): i for i in left if marks[i].old}
    for j in left:
        words = _words(marks[j])
        if marks[j].old is None and count[words, False] == count[words, True] == 1:
            join(olds[words], j, moved=True)
    return marks


def _words(mark: _Mark) -> str:
    heading = mark.old or mark.new
    return heading.text if heading else ""


def _replaces(flat: Sequence[Line], one: int, other: int) -> bool:
    """Tell whether a heading took another's place: nothing but one side's own text between."""
    first, last = sorted((one, other))
    between = [line for line in flat[first + 1 : last] if (line.old or line.new or "").strip()]
    return all(line.kind == flat[first].kind for line in between)


def _stretches(flat: Sequence[Line], lone: Sequence[int]) -> Iterator[list[int]]:
    """Yield the indices of `lone` grouped by stretches of lines without context."""
    group: list[int] = []
    for i in lone:
        if group and any(_stays(line) for line in flat[group[-1] + 1 : i]):
            yield group
            group = []
        group.append(i)
    if group:
        yield group


def _stays(line: Line) -> bool:
    return line.kind == "context" and bool((line.old or "").strip())


@dataclass(slots=True)
class _Entry:
    """A section being made: `waiting` are the lines of the hunk at hand."""

    old: SectionSide | None
    new: SectionSide | None
    moved: bool = False
    starts: tuple[int | None, int | None] = (None, None)
    hunks: list[Hunk] = field(default_factory=list)
    waiting: list[Line] = field(default_factory=list)

    def close_hunk(self) -> None:
        if self.waiting:
            self.hunks.append(Hunk(tuple(self.waiting), *self.starts))
            self.waiting = []

    def section(self) -> Section:
        return Section(self._status(), self.old, self.new, tuple(self.hunks))

    def _status(self) -> SectionStatus:
        if self.moved:
            return "moved"
        if self.old is None or self.new is None:
            return "added" if self.old is None else "removed"
        if self.old.heading != self.new.heading:
            return "renamed"
        quiet = all(line.kind == "context" for hunk in self.hunks for line in hunk.lines)
        return "unchanged" if quiet and self.old == self.new else "changed"


class _Walk:
    """Goes through the lines in page order; a new section begins at heading lines only."""

    def __init__(self, outline: Outline | TextOutline | None) -> None:
        self.outline = outline
        self.entries: list[_Entry] = []
        self.key: int | None = None
        self.here: int | None = None  # key of the new section in force
        self.listed: set[int] = set()
        self.next: tuple[int | None, int | None] = (None, None)

    def start_run(self, run: Sequence[Line], start: Start) -> None:
        goes_on = self.next
        self.next = start.lines
        if start is _NO_START:
            self.next = _first(run, "old_line"), _first(run, "new_line")
        if self.outline:
            self._enter(self.outline, self.next[1] or 1, start.offsets[1])
        elif not self.entries or None in self.next or goes_on != self.next:
            side = LEAD if self.next == (1, 1) else NOT_SHOWN
            self._add(_Entry(side, side))
        self.entries[-1].starts = self.next

    def _enter(self, outline: Outline | TextOutline, number: int, offset: int) -> None:
        """Go on in the section at hand, or begin the one that the run stands in, unchanged so far.

        Every heading that is not the same on both sides has been taken as a line before.
        """
        place, heading = outline.section_of(number, offset)
        if self.entries and place == self.here and self.entries[-1].new is not None:
            return
        side = SectionSide(heading.text, heading.level) if heading else LEAD
        self.here = place
        self._add(_Entry(side, side))

    def _add(self, entry: _Entry) -> None:
        self.entries.append(entry)
        self.key = None

    def enter_marked(self, mark: _Mark) -> None:
        """Begin the section whose heading the next line is; its other side's line goes on in it."""
        if mark.key != self.key:
            self.entries[-1].close_hunk()
            if not self.entries[-1].hunks:
                self.entries.pop()
            self._add(_Entry(_side(mark.old), _side(mark.new), mark.moved, starts=self.next))
            self.key = mark.key
        if mark.new and mark.place is not None:
            self.here = mark.place

    def take(self, lines: Sequence[Line]) -> None:
        """Put lines into the section at hand."""
        if not lines:
            return
        if self.here is not None and (
            self.here not in self.listed and any(line.new is not None for line in lines)
        ):
            self.listed.add(self.here)
        self.entries[-1].waiting.extend(lines)
        self.next = (
            _after(lines, "old_line", self.next[0]),
            _after(lines, "new_line", self.next[1]),
        )

    def end_run(self) -> None:
        self.entries[-1].close_hunk()


def _after(
    lines: Sequence[Line], name: Literal["old_line", "new_line"], default: int | None
) -> int | None:
    return next((n + 1 for line in reversed(lines) if (n := getattr(line, name))), default)


def _first(run: Sequence[Line], name: str) -> int | None:
    return next((number for line in run if (number := getattr(line, name))), None)


def _side(heading: Heading | None) -> SectionSide | None:
    return SectionSide(heading.text, heading.level) if heading else None


def _heading_changes(flat: Sequence[Line], marks: dict[int, _Mark]) -> Iterator[HeadingChange]:
    """Yield every heading that is not the same on both sides, in page order, each once."""
    certain: dict[int, bool] = {}
    for i, mark in marks.items():
        certain[mark.key] = certain.get(mark.key, True) and flat[i].certain
    for mark in {mark.key: mark for mark in marks.values()}.values():
        if changes := _changes(mark):
            yield HeadingChange(mark.old, mark.new, changes, certain[mark.key])


def _changes(mark: _Mark) -> tuple[str, ...]:
    if mark.old is None or mark.new is None:
        return ("added",) if mark.old is None else ("removed",)
    return (
        *(("renamed",) if mark.old.text != mark.new.text else ()),
        *(("level",) if mark.old.level != mark.new.level else ()),
        *(("moved",) if mark.moved else ()),
    )


def anchors(headings: Iterable[Heading]) -> list[str]:
    """Return the id that MediaWiki gives each heading of a page, in order (its "html5" mode).

    Sanitizer::escapeIdForAttribute and Parser::finalizeHeadings: markup is dropped, white space
    and underscores run together become one underscore, and where an anchor stood before, letter
    case aside, `_2`, `_3`, ... is added.
    """
    used: set[str] = set()
    counts: dict[str, int] = {}
    made: list[str] = []
    for heading in headings:
        anchor = anchor_of(heading.text)
        key = anchor.casefold()
        number = counts.get(key, 1)
        name = anchor
        while name.casefold() in used:
            number += 1
            name = f"{anchor}_{number}"
        counts[key] = number
        used.add(name.casefold())
        made.append(name)
    return made


_PLAIN = re.compile(
    r"<!--.*?-->"
    r"|</?[A-Za-z][^<>]{0,200}>"
    r"|'{2,5}"
    r"|\[\[:?(?:[^\[\]|]{0,250}\|)?(?P<label>[^\[\]|]{0,500})\]\]"
    r"|\[(?:https?:)?//[^\s\[\]]{1,500}\s*(?P<outside>[^\[\]]{0,500})\]"
)


def anchor_of(heading: str) -> str:
    """Return a heading's anchor before numbering; templates in it are left as they are written."""
    words = _PLAIN.sub(lambda match: match["label"] or match["outside"] or "", heading)
    return re.sub(r"[\s_]+", "_", html.unescape(words).strip(" \t\r_"))
