"""Past revisions: what a reader gives of a page's history, and what is told of each.

A history comes oldest first. Texts are loaded when they are asked for, so that one may look at the
heads of thousands of revisions and read the texts of a few.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from wikidiff import text
from wikidiff.model import Page, PageWarning, Revision


def sha1(content: str) -> str:
    """Return the SHA-1 of a text's UTF-8, in hex, as MediaWiki's API tells it."""
    data = content.encode("utf-8", "surrogatepass")
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Content:
    """A text that may not be here yet; `key` is the same for the same text, and only for it.

    `load` returns None where the text is hidden or not in the source. `held` is the number of code
    points that are kept in memory for it.
    """

    key: str
    load: Callable[[], str | None]
    held: int = 0

    @classmethod
    def of(cls, content: str | None, key: str = "") -> Content:
        """Return what a text at hand is; a hidden one (None) needs a `key` of its own."""
        known = key or ("" if content is None else sha1(content))
        return cls(known, lambda: content, len(content or ""))


NOTHING = Content.of("")
"""The text of a page that is not yet there."""


def parent(number: int | None) -> Content | None:
    """Return what the first revision of a source was made from: one that is not in it, by its id.

    None where it has no parent.
    """
    return Content.of(None, f"revision {number}") if number else None


@dataclass(frozen=True, slots=True)
class Past:
    """A revision as it stands in a history.

    `base` is the text that it was made from, None where that is the revision before. `commit` is
    its id in git. `hidden` names what of it is deleted ("text", "user", "comment").
    """

    revision: Revision
    content: Content
    base: Content | None = None
    commit: str | None = None
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class History:
    """A page's revisions, oldest first; `count` is how many, None where not known beforehand."""

    name: str
    reader: str
    page: Page
    pasts: Iterable[Past]
    language: str | None = None
    count: int | None = None


# --- what is told of a revision


@dataclass(frozen=True, slots=True)
class Ref:
    """Which revision is meant: its id or commit, who made it and when, as far as known."""

    id: int | None
    commit: str | None
    user: str | None
    timestamp: str | None

    @classmethod
    def of(cls, past: Past) -> Ref:
        """Return what names a revision."""
        told = past.revision
        return cls(told.id, past.commit, told.user, told.timestamp)

    def to_dict(self) -> dict[str, Any]:
        """Return it as in the JSON."""
        return {
            "id": self.id,
            "commit": self.commit,
            "user": self.user,
            "timestamp": self.timestamp,
        }


@dataclass(frozen=True, slots=True)
class Revert:
    """An edit that made the page again what it was: `to` which revision, undoing `reverted`."""

    to: Ref
    reverted: tuple[Ref, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as in the JSON."""
        return {"to": self.to.to_dict(), "reverted": [one.to_dict() for one in self.reverted]}


@dataclass(frozen=True, slots=True)
class Restored:
    """Lines put back that an earlier edit had taken out, by the edit that took them out last."""

    lines: int
    words: int
    removed_by: Ref

    def to_dict(self) -> dict[str, Any]:
        """Return it as in the JSON."""
        return {
            "lines": self.lines,
            "words": self.words,
            "removed_by": self.removed_by.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class InSection:
    """What an edit did to the section that is followed: its heading then, and bytes."""

    heading: str | None
    delta: int

    def to_dict(self) -> dict[str, Any]:
        """Return it as in the JSON."""
        return {"heading": self.heading, "delta": self.delta}


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision of a log: who, when, and what the edit did.

    `delta` is in bytes against the revision it was made from. `kinds` counts the changes of each
    kind (see `Change.kind`), `moved_back` the lines that stand again where they were moved from.
    `found` tells how often a text that was looked for came in (`added`) or went (`removed`),
    `hidden` names what of the revision is deleted ("text", "user", "comment").
    What needs a text that is hidden is None.
    """

    revision: Revision
    commit: str | None = None
    sha1: str | None = None
    delta: int | None = None
    summary: str | None = None
    size_class: str | None = None
    words_inserted: int = 0
    words_deleted: int = 0
    lines_moved: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    reverts: Revert | None = None
    reverted_by: Ref | None = None
    restored: Restored | None = None
    moved_back: int = 0
    section: InSection | None = None
    found: dict[str, int] | None = None
    hidden: tuple[str, ...] = ()
    warnings: tuple[PageWarning, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as in the JSON."""
        return {
            **self.revision.to_dict(),
            "commit": self.commit,
            "sha1": self.sha1,
            "delta": self.delta,
            "summary": self.summary,
            "size_class": self.size_class,
            "words_inserted": self.words_inserted,
            "words_deleted": self.words_deleted,
            "lines_moved": self.lines_moved,
            "changes": self.kinds,
            "reverts": self.reverts.to_dict() if self.reverts else None,
            "reverted_by": self.reverted_by.to_dict() if self.reverted_by else None,
            "restored": self.restored.to_dict() if self.restored else None,
            "moved_back": self.moved_back,
            "section": self.section.to_dict() if self.section else None,
            "found": self.found,
            "hidden": list(self.hidden),
            "warnings": [warning.to_dict() for warning in self.warnings],
        }


def sized(revision: Revision, content: str) -> Revision:
    """Return a revision with the size of its text in bytes."""
    return replace(revision, size=text.size(content))
