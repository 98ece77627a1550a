"""The headings of one side of a diff: told by line number, or looked up in the whole text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from wikidiff import text
from wikidiff.model import Heading
from wikidiff.sections.anchors import anchors

_TAG_REACH = 220  # an opening tag is no longer than this
_LEAD_KEY = -1

# Tags whose content MediaWiki's preprocessor does not read as wikitext.
_TAGS = r"((?i:nowiki|pre|syntaxhighlight|source|math|templatedata))\b[^<>]{0,200}>"
_TAG = rf"<(?=[nNpPsSmMtT]){_TAGS}"
_OPAQUE = rf"<(?=[!nNpPsSmMtT])(?:!--|{_TAGS})"


class Outline:
    """The headings of one side by 1-based line number, in order, where they are told so."""

    def __init__(self, headings: Mapping[int, Heading]) -> None:
        self.headings = headings
        self._numbers = list(headings)

    @classmethod
    def of(cls, lines: Sequence[str]) -> Outline:
        """Return the outline of a text's lines."""
        return cls(TextOutline("\n".join(lines)).headings)

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

    @property
    def is_plain(self) -> bool:
        """Whether nothing hides headings as far as was looked: not known here."""
        return False


class TextOutline:
    """The headings of one whole text, looked up without cutting it into lines.

    Lines are told by their offset in code points. Lines inside comments, nowiki and the like are
    no headings, as MediaWiki's preprocessor has it.
    """

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self._looked = 0  # up to here tags and the last comment have been looked for
        self._is_plain = True  # no tag there, nothing asked for before the last comment
        self._comment = (-1, -1)  # start and end of the last comment there
        self._starts: list[int] = []  # of the stretches without wikitext found one by one
        self._ends: list[int] = []
        self._scanned = 0
        self._unclosed: set[str] = set()  # a closing tag that does not come is looked for once
        self._last: tuple[int, tuple[int, Heading | None]] = (0, (_LEAD_KEY, None))
        self._headings: dict[int, Heading] | None = None
        self._anchors: dict[int, str] | None = None

    # Kept by hand: compiled, a cached_property keeps nothing.

    @property
    def headings(self) -> dict[int, Heading]:
        """All headings by 1-based line number."""
        if self._headings is None:
            self._headings = self._all_headings()
        return self._headings

    @property
    def anchors(self) -> dict[int, str]:
        """The anchors of all headings by 1-based line number, duplicates numbered."""
        if self._anchors is None:
            headings = self.headings
            self._anchors = dict(zip(headings, anchors(headings.values()), strict=True))
        return self._anchors

    def _all_headings(self) -> dict[int, Heading]:
        found: dict[int, Heading] = {}
        number, counted = 1, 0
        for at in self._places():
            if heading := self._heading(at):
                number += self.whole.count("\n", counted, at)
                counted = at
                found[number] = heading
        return found

    def body(self, offset: int) -> tuple[int, int, int]:
        """Return what stands under the heading at an offset, up to the next one.

        Where it starts and ends, and how many code points it has, line feeds not counted.
        """
        whole = self.whole
        start = whole.find("\n", offset) + 1
        if not start:
            return len(whole), len(whole), 0
        end = start if whole.startswith("=", start) else whole.find("\n=", start) + 1
        while end and not self._heading(end):
            end = whole.find("\n=", end) + 1
        end = end or len(whole)
        return start, end, end - start - whole.count("\n", start, end)

    def _places(self) -> Iterator[int]:
        """Yield where lines begin that begin with an equal sign."""
        at = 0 if self.whole.startswith("=") else self.whole.find("\n=") + 1
        while at or self.whole.startswith("=", at, at + 1):
            yield at
            at = self.whole.find("\n=", at) + 1
            if not at:
                return

    def heading_at(self, number: int, offset: int) -> Heading | None:
        """Return the heading that the line beginning at `offset` is; `number` is not looked at."""
        return self._heading(offset)

    def section_of(self, number: int, offset: int) -> tuple[int, Heading | None]:
        """Return key and heading of the section that a line stands in; the lead has key -1.

        What was found last is gone on from, so that rising offsets are one walk through the text.
        """
        if offset < 0:
            return _LEAD_KEY, None
        low, found = self._last
        if offset < low or not low:
            low, found = 0, (_LEAD_KEY, None)
        at = offset
        while at > low or not low:
            if heading := self._heading(at):
                found = at, heading
                break
            if not at:
                break
            at = self.whole.rfind("\n=", low, at) + 1
        self._last = offset, found
        return found

    def key(self, number: int, offset: int) -> int:
        """Return the key of the section whose heading the line beginning at `offset` is."""
        return offset

    @property
    def is_plain(self) -> bool:
        """Whether only what stands before a line tells whether it is a heading.

        That is where no tag that hides headings stands before the places looked at.
        """
        return self._is_plain

    def _heading(self, at: int) -> Heading | None:
        if not self.whole.startswith("=", at):
            return None
        end = self.whole.find("\n", at)
        found = as_heading(self.whole[at : end if end >= 0 else len(self.whole)])
        return found if found and not self._hides(at) else None

    def _hides(self, at: int) -> bool:
        """Tell whether a place is inside a stretch that holds no wikitext."""
        if self._look(at):
            return at <= self._comment[1]
        self._scan(at)
        found = bisect_left(self._starts, at) - 1
        return found >= 0 and at <= self._ends[found]

    def _look(self, at: int) -> bool:
        """Find the last comment before a place; tell whether nothing else can hide it.

        Most texts have no tag that does, and places are asked for as they rise: then two searches
        at the speed of C do.
        """
        if not self._is_plain:
            return False
        whole, low = self.whole, self._looked
        if at <= low:
            self._is_plain = self._comment[0] < at
            return self._is_plain
        self._looked = at
        match = text.pattern(_OPAQUE).search(whole, low, at + _TAG_REACH)
        if match and match[1] is None:  # a comment: go on from the last one
            start = whole.rfind("<!--", low, at)
            if start > self._comment[1]:
                end = whole.find("-->", start + 4)  # an unclosed comment goes on to the end
                self._comment = start, len(whole) if end < 0 else end
                # In `<!-->` only what stands before tells whether it opens a comment or closes one.
                self._is_plain = whole.find("-->", start + 2, start + 6) < 0
            match = text.pattern(_TAG).search(whole, low, at + _TAG_REACH)
        self._is_plain &= match is None or match.start() >= at
        return self._is_plain

    def _scan(self, at: int) -> None:
        """Find the comments and tags that begin before a place."""
        while self._scanned < at:
            match = text.pattern(_OPAQUE).search(self.whole, self._scanned, at + _TAG_REACH)
            if match is None or match.start() >= at:
                self._scanned = at
                break
            self._scanned = match.end()
            if (end := self._end_of(match)) is not None:
                self._starts.append(match.start())
                self._ends.append(end)
                self._scanned = end

    def _end_of(self, opening: re.Match[str]) -> int | None:
        """Return where the stretch ends that a comment or tag opens, None where it opens none."""
        tag = (opening[1] or "").lower()
        if not tag:  # an unclosed comment goes on to the end
            end = self.whole.find("-->", opening.end())
            return len(self.whole) if end < 0 else end
        if tag in self._unclosed or opening[0].endswith("/>"):
            return None
        closing = re.compile(f"</{tag}", re.I).search(self.whole, opening.end())
        if closing is None:  # MediaWiki takes an unclosed tag as text
            self._unclosed.add(tag)
            return None
        return closing.start()


def as_heading(line: str | None) -> Heading | None:
    """Return the heading that a line has the form of."""
    parts = text.heading(line) if line else None
    return Heading(parts[1], parts[0]) if parts else None


Outlines = tuple[Outline, Outline] | tuple[TextOutline, TextOutline]
