"""An edit as rules see it: two sides, what is looked at of each, and the changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from wikidiff.findings import Place
from wikidiff.markup import names, pieces
from wikidiff.markup.names import Names
from wikidiff.markup.widen import Cut, Run
from wikidiff.model import Change, Document, Line
from wikidiff.rules.passage import Passage
from wikidiff.rules.side import Side, Span


@dataclass(frozen=True, eq=False)
class Edit:
    """A Document as rules see it; with `all_lines` its sides are all that is known of them."""

    document: Document
    all_lines: bool = False
    memo: dict[str, Any] = field(default_factory=dict)
    """What rules have worked out of the edit and want again."""

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The Document's lines."""
        return tuple(self.document.lines())

    @cached_property
    def names(self) -> Names:
        """What the page's language calls things."""
        return names.of(self.document.source.language)

    @property
    def joins_lines(self) -> bool:
        """Whether changed lines may be several of the page with nothing between them.

        So MobileFrontend's own formatter shows them, with their marks or without.
        """
        return self.document.source.engine == "php-inline" and not self.is_whole

    @cached_property
    def is_whole(self) -> bool:
        """Whether both whole texts are known."""
        return self.document.texts is not None

    @property
    def changes(self) -> tuple[Change, ...]:
        """The edit in wiki terms, as far as it is certain."""
        return self._changes

    @cached_property
    def _changes(self) -> tuple[Change, ...]:
        found = self.document.changes
        if self.document.source.fidelity != "flattened":
            return found
        return tuple(change for change in found if change.detail.get("certain", True))

    @cached_property
    def old(self) -> Side:
        """The text before the edit."""
        return self._side(0)

    @cached_property
    def new(self) -> Side:
        """The text after the edit."""
        return self._side(1)

    def _side(self, which: Literal[0, 1]) -> Side:
        name: Literal["old", "new"] = "new" if which else "old"
        if self.all_lines:
            passages = self._everything(which)
        elif self.is_whole:
            passages = [self._passage(cut, runs, which) for cut, runs in self._cuts]
        else:
            passages = self._hunks(which)
        return Side(name, passages, self)

    @cached_property
    def touched(self) -> str:
        """The lines that are looked at on both sides, as one text."""
        return f"{self.old.touched}\n{self.new.touched}"

    def has(self, sign: str) -> bool:
        """Tell whether a text stands in the lines looked at on either side."""
        return sign in self.touched

    @cached_property
    def _cuts(self) -> list[tuple[Cut, Sequence[Run]]]:
        return pieces.cuts(self.document, self.lines, [])

    def _passage(self, cut: Cut, runs: Sequence[Run], which: Literal[0, 1]) -> Passage:
        """Return one side of what opens and closes all it holds around some changed lines."""
        text = (self.document.texts or ("", ""))[which]
        start, end = cut.new if which else cut.old
        rows: dict[int, int | None] = {}
        number, at = 0, start
        for run in runs:
            low = (run.new if which else run.old)[0]
            number += text.count("\n", at, low) + (at <= len(text) < low)
            at = low
            rows.update(enumerate(run.new_shown if which else run.old_shown, number))
        first = self._first(rows, which)
        if first is None:
            first = text.count("\n", 0, start) + 1
        return Passage(text[start : max(end - 1, start)], rows, first, whole=True)

    def _first(self, rows: Mapping[int, int | None], which: Literal[0, 1]) -> int | None:
        """Return the number of a passage's first line, told by one of its lines."""
        for number, at in rows.items():
            line = self.lines[at] if at is not None else None
            told = (line.new_line if which else line.old_line) if line else None
            return None if told is None else told - number
        return None

    def _everything(self, which: Literal[0, 1]) -> list[Passage]:
        """Return all that is known of a side."""
        if self.document.texts:
            text = self.document.texts[which]
            numbers = (line.new_line if which else line.old_line for line in self.lines)
            shown = {n - 1: at for at, n in enumerate(numbers) if n is not None}
            rows = {number: shown.get(number) for number in range(text.count("\n") + 1)}
            return [Passage(text, rows, 1, whole=True)]
        return self._hunks(which)

    def _hunks(self, which: Literal[0, 1]) -> list[Passage]:
        """Return the hunks that a page shows; of lines that readings differ on nothing is said."""
        made: list[Passage] = []
        first = 0
        for section in self.document.sections:
            for hunk in section.hunks:
                if self.all_lines or any(line.kind != "context" for line in hunk.lines):
                    made.append(self._hunk(hunk.lines, first, which))
                first += len(hunk.lines)
        return made

    def _hunk(self, lines: Sequence[Line], first: int, which: Literal[0, 1]) -> Passage:
        texts: list[str] = []
        rows: dict[int, int | None] = {}
        for at, line in enumerate(lines, first):
            text = line.new if which else line.old
            if text is None:
                continue
            if line.certain and (self.all_lines or line.kind != "context"):
                rows[len(texts)] = at
            texts.append(text)
        return Passage("\n".join(texts), rows, None, whole=False)

    def place(self, change: Change) -> Place:
        """Return where a change stands, on the side that it is of."""
        side: Literal["old", "new"] = "old" if change.side == "old" else "new"
        line = self.lines[change.line]
        text = line.old if side == "old" else line.new
        if text is None:  # a heading's or template's own line stands on the other side only
            side = "new" if side == "old" else "old"
            text = (line.old if side == "old" else line.new) or ""
        words = (change.old if side == "old" else change.new) or ""
        first = words.split("\n", 1)[0]
        start = text.find(first) if first else 0
        span = (start, start + len(first)) if start >= 0 and first else (0, len(text))
        number = line.old_line if side == "old" else line.new_line
        return Place(side, number, change.line, text, *span)

    @cached_property
    def first_place(self) -> Place:
        """The edit's first changed line, for what is said of the edit as a whole."""
        for at, line in enumerate(self.lines):
            if line.kind != "context":
                if line.new is not None:
                    return Place("new", line.new_line, at, line.new, 0, len(line.new))
                return Place("old", line.old_line, at, line.old or "", 0, len(line.old or ""))
        return Place("new", None, None, "", 0, 0)


__all__ = ["Edit", "Side", "Span"]
