"""From runs of shown lines to sections, hunks and heading changes: one way for every reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from wikidiff.model import Heading, HeadingChange, Hunk, Line, Section, SectionSide, SectionStatus
from wikidiff.sections.marks import Mark, Start, heading_changes, heading_marks
from wikidiff.sections.outline import Outline, Outlines, TextOutline
from wikidiff.sections.parted import NOT_SHOWN, parted
from wikidiff.sections.plain import LEAD, Numbers, after, one_sided, plain_sections

_NO_START = Start((0, 0), (0, 0))


@dataclass(slots=True, eq=False, repr=False)
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
    if starts and outlines and isinstance(outlines[0], TextOutline):
        assert isinstance(outlines[1], TextOutline)
        if plain := plain_sections(runs, (outlines[0], outlines[1]), starts):
            return Assembled(tuple(plain[0]), (), outlines[1], plain[1])
        if len(runs) == 1 and not (outlines[0].whole and outlines[1].whole):
            sections, headings, listed = one_sided(runs[0], (outlines[0], outlines[1]), starts[0])
            return Assembled(tuple(sections), tuple(headings), outlines[1], listed)
    return assemble_any(runs, outlines, starts)


def assemble_any(
    runs: Sequence[Sequence[Line]], outlines: Outlines | None, starts: Sequence[Start]
) -> Assembled:
    """Return what `assemble` does, whatever became of headings."""
    marks = heading_marks(runs, outlines, starts)
    parts = parted(runs, marks, outlines, starts)
    walk = _Walk(outlines[1] if outlines else None, parts)
    at = 0
    for k, run in enumerate(runs):
        start = starts[k] if starts else _NO_START
        walk.start_run(run, start)
        begin = 0
        for i in range(at, at + len(run)):
            if mark := marks.get(i):
                walk.take(run[begin : i - at])
                begin = i - at
                walk.enter_marked(mark)
        walk.take(run[begin:] if begin else run)
        walk.end_run()
        at += len(run)
    return Assembled(
        tuple([entry.section() for entry in walk.entries if entry.hunks]),
        tuple(heading_changes(runs, marks, parts)) if marks else (),
        walk.outline,
        len(walk.listed),
    )


@dataclass(slots=True, eq=False, repr=False)
class _Entry:
    """A section being made: `waiting` are the lines of the hunk at hand.

    `part_of` is the section that it was split off or merged into.
    """

    old: SectionSide | None
    new: SectionSide | None
    moved: bool = False
    part_of: SectionSide | None = None
    starts: Numbers = (None, None)
    hunks: list[Hunk] = field(default_factory=list)
    waiting: list[Line] = field(default_factory=list)

    def close_hunk(self) -> None:
        if self.waiting:
            self.hunks.append(Hunk(tuple(self.waiting), *self.starts))
            self.waiting = []

    def section(self) -> Section:
        status = self._status()
        return Section(
            status,
            self.old,
            self.new,
            tuple(self.hunks),
            self.part_of if status == "added" else None,
            self.part_of if status == "removed" else None,
        )

    def _status(self) -> SectionStatus:
        if self.moved:
            return "moved"
        if self.old is None or self.new is None:
            return "added" if self.old is None else "removed"
        if self.old.heading != self.new.heading:
            return "renamed"
        quiet = self.old is self.new or self.old == self.new
        return "unchanged" if quiet and all(map(_is_quiet, self.hunks)) else "changed"


def _is_quiet(hunk: Hunk) -> bool:
    for line in hunk.lines:  # noqa: SIM110 - twice as fast as all(), and this runs for every hunk
        if line.kind != "context":
            return False
    return True


class _Walk:
    """Goes through the lines in page order; a new section begins at heading lines only."""

    def __init__(
        self, outline: Outline | TextOutline | None, parts: dict[int, SectionSide]
    ) -> None:
        self.outline = outline
        self.parts = parts
        self.entries: list[_Entry] = []
        self.key: int | None = None
        self.here: int | None = None  # key of the new section in force
        self.listed: set[int] = set()
        self.next: Numbers = (None, None)

    def start_run(self, run: Sequence[Line], start: Start) -> None:
        goes_on = self.next
        self.next = start.lines
        if start is _NO_START:
            self.next = _first(run, "old_line"), _first(run, "new_line")
        if self.outline:
            before = 0 if run[0].new is not None else 1  # the line goes where the one before it is
            self._enter(self.outline, (self.next[1] or 1) - before, start.offsets[1] - before)
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

    def enter_marked(self, mark: Mark) -> None:
        """Begin the section whose heading the next line is; its other side's line goes on in it."""
        if mark.key != self.key:
            self.entries[-1].close_hunk()
            if not self.entries[-1].hunks:
                self.entries.pop()
            old = _side(mark.old)
            new = old if mark.new is mark.old else _side(mark.new)
            self._add(_Entry(old, new, mark.moved, self.parts.get(mark.key), self.next))
            self.key = mark.key
        if mark.new and mark.place is not None:
            self.here = mark.place

    def take(self, lines: Sequence[Line]) -> None:
        """Put lines into the section at hand."""
        if not lines:
            return
        if self.here is not None and self.here not in self.listed and _has_new(lines):
            self.listed.add(self.here)
        self.entries[-1].waiting.extend(lines)
        self.next = after(lines, self.next)

    def end_run(self) -> None:
        self.entries[-1].close_hunk()


def _has_new(lines: Sequence[Line]) -> bool:
    for line in lines:  # noqa: SIM110 - as above
        if line.new is not None:
            return True
    return False


def _first(run: Sequence[Line], name: str) -> int | None:
    return next((number for line in run if (number := getattr(line, name))), None)


def _side(heading: Heading | None) -> SectionSide | None:
    return SectionSide(heading.text, heading.level) if heading else None
