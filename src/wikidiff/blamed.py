"""Who wrote a page: the text that stands, in stretches of one revision each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wikidiff.model import SCHEMA_VERSION, Page, PageWarning, Revision

Stretch = tuple[str, int]
"""A stretch of a line, and which of the revisions (by its place among them) wrote it."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A revision that wrote some of what stands; `words` is how many."""

    revision: Revision
    commit: str | None
    words: int


@dataclass(frozen=True, slots=True)
class Share:
    """What of the page one user wrote: words, and in how many revisions."""

    user: str | None
    words: int
    revisions: int


@dataclass(frozen=True)
class Blame:
    """Who wrote each word of a page as it stands at `revision`.

    `writers` are the revisions of which something stands, the oldest first. Each of `lines` is the
    stretches that joined are the line; () is an empty line. `count` revisions were read.
    """

    name: str
    reader: str
    page: Page
    revision: Revision
    commit: str | None
    count: int
    writers: tuple[Writer, ...]
    lines: tuple[tuple[Stretch, ...], ...]
    language: str | None = None
    warnings: tuple[PageWarning, ...] = ()

    @property
    def text(self) -> str:
        """The page's text."""
        return "\n".join("".join(piece for piece, _ in line) for line in self.lines)

    @cached_property
    def words(self) -> int:
        """How many words stand."""
        return sum(writer.words for writer in self.writers)

    @cached_property
    def users(self) -> tuple[Share, ...]:
        """What each user wrote, the most first."""
        words: dict[str | None, list[int]] = {}
        for writer in self.writers:
            words.setdefault(writer.revision.user, []).append(writer.words)
        shares = [Share(user, sum(counts), len(counts)) for user, counts in words.items()]
        return tuple(sorted(shares, key=lambda one: (-one.words, one.user or "")))

    def share(self, words: int) -> float:
        """Return a number of words as a part of all, from 0 to 1."""
        return round(words / self.words, 6) if self.words else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return it as the JSON shows it, keys in their documented order."""
        return {
            "schema_version": SCHEMA_VERSION,
            "source": {"name": self.name, "reader": self.reader, "language": self.language},
            "page": self.page.to_dict(),
            "revision": {**self.revision.to_dict(), "commit": self.commit},
            "revisions": self.count,
            "words": self.words,
            "users": [
                {
                    "user": one.user,
                    "words": one.words,
                    "share": self.share(one.words),
                    "revisions": one.revisions,
                }
                for one in self.users
            ],
            "writers": [_writer(self, one) for one in self.writers],
            "lines": [_line(line) for line in self.lines],
            "warnings": [warning.to_dict() for warning in self.warnings],
        }


def _writer(blame: Blame, one: Writer) -> dict[str, Any]:
    told = one.revision
    return {
        "id": told.id,
        "commit": one.commit,
        "timestamp": told.timestamp,
        "user": told.user,
        "comment": told.comment,
        "words": one.words,
        "share": blame.share(one.words),
    }


def _line(line: Sequence[Stretch]) -> list[list[Any]]:
    return [[piece, writer] for piece, writer in line]
