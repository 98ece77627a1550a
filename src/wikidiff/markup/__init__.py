"""From a Document to what its edit did in wiki terms.

`find` is what a Document calls; nothing below is imported before it is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wikidiff.model import Change, Document, Found

__all__ = ["changes", "describe", "find", "size_class", "summary"]


def find(document: Document, *, whole_pages: bool = False) -> Found:
    """Return a Document's changes in page order and the warnings of finding them.

    Only what changed is parsed; with `whole_pages` both pages are, with the same result.
    """
    from wikidiff.markup.search import find

    return find(document, whole_pages=whole_pages)


def changes(document: Document) -> tuple[Change, ...]:
    """Return a Document's changes in page order."""
    return find(document)[0]


def describe(change: Change) -> str:
    """Return a change in one line of English."""
    return change.description


def summary(document: Document) -> str:
    """Return what an edit did in one sentence, as an edit summary should have said it."""
    return document.summary or ""


def size_class(document: Document) -> str:
    """Return "none", "tiny", "small", "medium", "large" or "huge": how much an edit changed."""
    return document.size_class
