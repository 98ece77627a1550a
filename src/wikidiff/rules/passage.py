"""A stretch of one side that can be parsed by itself, and what of it rules look at."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any

from wikidiff.markup.grammar import OPAQUE
from wikidiff.markup.nodes import Tree
from wikidiff.markup.parse import parse
from wikidiff.markup.scan import Scan, scan

MASK = "\x00"
"""Stands for a character that is no wikitext, in `Passage.plain`."""

_CODE_TAGS = frozenset(("code", "tt", "kbd", "samp", "var"))
_CODE = OPAQUE | _CODE_TAGS
_MASKED = re.compile(f"<(?:!--|(?:{'|'.join(sorted(_CODE))})(?![\\w-]))", re.IGNORECASE)
_URL = re.compile(r"(?i:(?:https?|ftp)://|mailto:)[^\s\[\]<>\"{}|\x00]+")


@dataclass(frozen=True)
class Passage:
    """Text of one side from line start to line end.

    `rows` maps the lines that are looked at, counted from 0, to the index of the Document's line,
    None for one that is not shown. `first` is the 1-based number of the text's first line, None
    where it is not known; `whole` tells whether what the text opens it also closes, if anything
    does.
    """

    source: str
    rows: Mapping[int, int | None]
    first: int | None
    whole: bool
    memo: dict[str, Any] = field(default_factory=dict, compare=False)
    """What rules have worked out of the text and want again."""

    @cached_property
    def tree(self) -> Tree:
        """The parts of the text."""
        return parse(self.source)

    @cached_property
    def constructs(self) -> Scan:
        """Where the constructs of the text begin and end: cheaper than its parts."""
        return scan(self.source)

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line, and one past the end."""
        return [0, *accumulate(len(line) + 1 for line in self.source.split("\n"))]

    def number(self, offset: int) -> int:
        """Return the line that holds an offset, counted from 0."""
        return min(bisect_right(self.starts, offset) - 1, len(self.starts) - 2)

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        """The lines looked at as ranges of offsets, neighbours joined."""
        made: list[tuple[int, int]] = []
        starts = self.starts
        last = -2
        for number in sorted(self.rows):
            end = starts[number + 1] - 1
            if number == last + 1:
                made[-1] = made[-1][0], end
            else:
                made.append((starts[number], end))
            last = number
        return made

    def is_looked_at(self, offset: int) -> bool:
        """Tell whether an offset stands on a line that is looked at."""
        return self.number(offset) in self.rows

    @cached_property
    def plain(self) -> str:
        """The text with all that is no wikitext masked: comments, nowiki, code, math and so on.

        Offsets stay what they are, and so do line ends.
        """
        if not _MASKED.search(self.source):
            return self.source
        return masked(self.source, _opaque(self.constructs))

    @cached_property
    def prose(self) -> str:
        """The `plain` text with URLs masked as well."""
        if "://" not in self.plain and "mailto:" not in self.plain:
            return self.plain
        return masked(self.plain, [match.span() for match in _URL.finditer(self.plain)])


def _opaque(found: Scan) -> list[tuple[int, int]]:
    raw = [span[:2] for span in found.spans if span[2] == "!" or span[2] in OPAQUE]
    raw += [(start, end) for name, start, _, _, end in found.pairs if name in _CODE_TAGS]
    return sorted(raw)


def masked(source: str, spans: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> str:
    """Return a text with stretches, given in order, masked; line ends stay."""
    made: list[str] = []
    at = 0
    for start, end in spans:
        if end <= at:
            continue
        start = max(start, at)
        made.append(source[at:start])
        hidden = source[start:end]
        if "\n" in hidden:
            made.append("\n".join(MASK * len(line) for line in hidden.split("\n")))
        else:
            made.append(MASK * len(hidden))
        at = end
    return "".join((*made, source[at:])) if made else source
