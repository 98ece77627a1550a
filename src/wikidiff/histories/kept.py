"""A past revision while it is near: its text and lines are had once."""

from __future__ import annotations

from functools import cached_property

from wikidiff.engine.pairing import words_of
from wikidiff.limits import MOVE_WORDS
from wikidiff.past import Past


def tells(line: str) -> bool:
    """Tell whether a line says enough to be known again: as what counts as a move."""
    return len(line) >= MOVE_WORDS and len(words_of(line)) >= MOVE_WORDS


class Kept:
    """A revision of a history, by its place in it from 0."""

    def __init__(self, index: int, past: Past) -> None:
        self.index = index
        self.past = past
        self.counted = 0

    @cached_property
    def text(self) -> str | None:
        """The text; None where it is hidden. Raises ReadError where it cannot be had."""
        return self.past.content.load()

    @cached_property
    def lines(self) -> frozenset[str]:
        """The lines."""
        return frozenset((self.text or "").split("\n"))

    def count(self) -> int:
        """Return the code points that are kept in memory now, and keep that number as `counted`."""
        self.counted = len(self.__dict__.get("text") or "") or self.past.content.held
        return self.counted
