"""From runs of shown lines to sections, hunks and heading changes: one way for every reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from wikidiff.model import Heading, HeadingChange, Hunk, Line, Section, SectionSide, SectionStatus
from wikidiff.sections.marks import Mark, Start, heading_changes, heading_marks
from wikidiff.sections.outline import Outline, Outlines, TextOutline

NOT_SHOWN = SectionSide(None, None)
LEAD = SectionSide(None, 0)
_NO_START = Start((0, 0), (0, 0))


@dataclass(slots=True)
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
    marks = heading_marks(runs, outlines, starts)
    if outlines and len(starts) == 1 and not marks:
        return _one_hunk(runs[0], outlines[1], starts[0])
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
        tuple(heading_changes([line for run in runs for line in run], marks)) if marks else (),
        walk.outline,
        len(walk.listed),
    )


def _one_hunk(run: Sequence[Line], outline: Outline | TextOutline, start: Start) -> Assembled:
    """Return what a single run without headings amounts to: most diffs are no more."""
    _, heading = outline.section_of(start.lines[1], start.offsets[1])
    side = SectionSide(heading.text, heading.level) if heading else LEAD
    section = Section("changed", side, side, (Hunk(tuple(run), *start.lines),))
    listed = 1 if any(line.new is not None for line in run) else 0
    return Assembled((section,), (), outline, listed)


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

    def enter_marked(self, mark: Mark) -> None:
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
