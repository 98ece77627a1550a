"""One side of an edit: what is looked at of it, and how rules look for things in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from wikidiff.findings import Place
from wikidiff.markup.names import Names
from wikidiff.rules.base import Hit
from wikidiff.rules.passage import Passage
from wikidiff.sections import TextOutline

if TYPE_CHECKING:
    from wikidiff.rules.edit import Edit

View = Literal["source", "plain", "prose"]
"""All of a text; without what is no wikitext; and without URLs."""

_APART = "\n.\n"  # between lines that do not follow each other: printable, and no white space


@dataclass(frozen=True, slots=True)
class Span:
    """A match in a passage; offsets in code points."""

    passage: Passage
    start: int
    end: int
    match: re.Match[str]


@dataclass(frozen=True, slots=True)
class _Joined:
    """The lines that are looked at as one text, and where each run of them comes from."""

    text: str
    starts: list[int]
    origins: list[tuple[Passage, int, int]]

    def origin(self, offset: int) -> tuple[Passage, int, int, int]:
        """Return the passage of an offset, its run's range, and what to add for the offset there.

        An offset between two runs is none of the run's.
        """
        at = bisect_right(self.starts, offset) - 1
        passage, start, end = self.origins[at]
        low = self.starts[at]
        return passage, low, low + end - start, start - low


@dataclass(frozen=True, eq=False)
class Side:
    """One side of an edit.

    `passages` hold the lines that are looked at: those that the edit touched, or all that is
    known.
    """

    name: Literal["old", "new"]
    passages: Sequence[Passage]
    edit: Edit
    memo: dict[str, Any] = field(default_factory=dict)
    """What rules have worked out of the side and want again."""

    @cached_property
    def page(self) -> str | None:
        """The whole text, None where only a part is known."""
        texts = self.edit.document.texts
        return texts[self.name == "new"] if texts else None

    @property
    def names(self) -> Names:
        """What the page's language calls things."""
        return self.edit.names

    @property
    def language(self) -> str | None:
        """The code of the content language."""
        return self.edit.document.source.language

    @cached_property
    def outline(self) -> TextOutline:
        """The headings of the whole text; of nothing where it is not known."""
        return TextOutline(self.page or "")

    @cached_property
    def touched(self) -> str:
        """The lines that are looked at, as one text."""
        return self._joined("source").text

    @cached_property
    def lines(self) -> list[str]:
        """The lines that are looked at."""
        return self.touched.split("\n")

    def has(self, sign: str) -> bool:
        """Tell whether a text stands in the lines looked at: a quick look before a slow one."""
        return sign in self.touched

    def find(self, pattern: re.Pattern[str], view: View = "plain") -> Iterator[Span]:
        """Yield the matches in the lines that are looked at; none reaches into one that is not."""
        joined = self._joined(view)
        for match in pattern.finditer(joined.text):
            start, end = match.span()
            passage, low, high, shift = joined.origin(start)
            if low <= start and end <= high:
                yield Span(passage, start + shift, end + shift, match)

    def _joined(self, view: View) -> _Joined:
        joined: _Joined = getattr(self, f"_{view}")
        return joined

    @cached_property
    def _source(self) -> _Joined:
        return self._join("source")

    @cached_property
    def _plain(self) -> _Joined:
        if all(passage.plain is passage.source for passage in self.passages):
            return self._source
        return self._join("plain")

    @cached_property
    def _prose(self) -> _Joined:
        if "://" not in self.touched and "mailto:" not in self.touched:
            return self._plain
        return self._join("prose")

    def _join(self, view: View) -> _Joined:
        texts: list[str] = []
        starts: list[int] = []
        origins: list[tuple[Passage, int, int]] = []
        at = 0
        for passage in self.passages:
            text: str = getattr(passage, view)
            for start, end in passage.runs:
                texts.append(text[start:end])
                starts.append(at)
                origins.append((passage, start, end))
                at += end - start + len(_APART)
        return _Joined(_APART.join(texts), starts, origins)

    def spans(self, passage: Passage) -> Iterator[tuple[int, int]]:
        """Yield the offsets of each line of a passage that is looked at, without its end."""
        for number in passage.rows:
            yield passage.starts[number], passage.starts[number + 1] - 1

    def hit(
        self,
        span: Span,
        message: str,
        *,
        key: str | None = None,
        fix: str | None = None,
        drops_line: bool = False,
    ) -> Hit:
        """Return a hit for a match; two of the same text are the same unless `key` says it."""
        place = self.place(span.passage, span.start, span.end)
        key = place.text[place.start : place.end] if key is None else key
        return Hit(place, message, key, fix=fix, drops_line=drops_line)

    def place(self, passage: Passage, start: int, end: int) -> Place:
        """Return where a stretch of a passage stands; it ends with its first line."""
        number = passage.number(start)
        low, high = passage.starts[number], passage.starts[number + 1] - 1
        at = passage.rows.get(number)
        line = self._number(at) if at is not None else None
        if line is None and passage.first is not None:
            line = passage.first + number
        text = passage.source[low:high]
        return Place(self.name, line, at, text, start - low, min(end, high) - low)

    def page_place(self, start: int, end: int) -> Place:
        """Return where a stretch of the whole text stands."""
        page = self.page or ""
        number = page.count("\n", 0, start) + 1
        low = page.rfind("\n", 0, start) + 1
        high = page.find("\n", start)
        high = len(page) if high < 0 else high
        at = self._places.get(number)
        return Place(self.name, number, at, page[low:high], start - low, min(end, high) - low)

    def line_place(self, number: int) -> Place:
        """Return the place that a line is, by its 1-based number; empty for one not known."""
        at = self._places.get(number)
        if self.page is not None:
            text = self._page_lines[number - 1] if number <= len(self._page_lines) else ""
        else:
            line = self.edit.lines[at] if at is not None else None
            text = (line.old if self.name == "old" else line.new) or "" if line else ""
        return Place(self.name, number, at, text, 0, len(text))

    @cached_property
    def _page_lines(self) -> list[str]:
        return (self.page or "").split("\n")

    @cached_property
    def _places(self) -> dict[int, int]:
        """The Document's line of each line number."""
        found = ((self._number(at), at) for at in range(len(self.edit.lines)))
        return {number: at for number, at in found if number is not None}

    def _number(self, at: int) -> int | None:
        line = self.edit.lines[at]
        return line.old_line if self.name == "old" else line.new_line
