"""From a history to edits: each revision with the one that it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wikidiff.edits.edit import Bad, Edit, Row
from wikidiff.edits.store import TextStore
from wikidiff.readers.history import Stored


def edits(
    revisions: Iterable[Stored], source: str, *, language: str | None = None
) -> Iterator[Edit | Bad]:
    """Yield an edit for each revision of a dump, in its order.

    A revision is compared with its parent where that came before it in the page's history, else
    with its predecessor: the revision before it in the dump. The first one is compared with the
    empty text where it has no parent. `language` is that of the wiki where the dump does not say.
    """
    pairing = _Pairing(source, language)
    try:
        for record, stored in enumerate(revisions, 1):
            yield pairing.edit(record, stored)
    finally:
        pairing.texts.close()


class _Pairing:
    """What is known of the page at hand: its earlier texts, and the revision before."""

    def __init__(self, source: str, language: str | None) -> None:
        self.texts = TextStore()
        self._source = source
        self._language = language
        self._before: Stored | None = None

    def edit(self, record: int, stored: Stored) -> Edit | Bad:
        """Return the edit that a revision is."""
        before = self._before
        if before is None or before.page is not stored.page:
            before = None
            self.texts.clear()
        known = known_of(stored, self._source, self._language)
        how, number = compared_with(stored, before, self.texts)
        known["compared_with"], known["old_rev_id"] = how, number
        made = self._made(record, known, stored, before)
        self.texts.add(stored.revision.id or -1, None if stored.missing else stored.text)
        self._before = stored
        return made

    def _made(self, record: int, known: Row, stored: Stored, before: Stored | None) -> Edit | Bad:
        how, number = known["compared_with"], known["old_rev_id"]
        if stored.missing or stored.text is None:
            return Bad(record, known, stored.missing or "no text")
        if how == "unknown":
            return Bad(record, known, f"its parent, revision {number}, is not in the dump")
        old = "" if how == "nothing" else self._text(number, before)
        if old is None:
            told = f"the text of its {how}, revision {number}, cannot be had"
            return Bad(record, known, told)
        return Edit(record, known, old, stored.text)

    def _text(self, number: int | None, before: Stored | None) -> str | None:
        """Return the text of an earlier revision of the page; None where it cannot be had."""
        if before is not None and before.revision.id == number:
            return None if before.missing else before.text
        return self.texts.get(number or 0)


def known_of(stored: Stored, source: str, language: str | None) -> Row:
    """Return what a revision of a dump tells of the edit that it is."""
    page, revision = stored.page, stored.revision
    return {
        "source": source,
        "wiki": page.wiki,
        "language": language or page.language,
        "page_id": page.id,
        "page_title": page.title,
        "page_namespace": page.namespace,
        "rev_id": revision.id,
        "parent_id": stored.parent_id,
        "timestamp": revision.timestamp,
        "user": revision.user,
        "user_id": stored.user_id,
        "comment": revision.comment,
        "minor": revision.minor,
        "model": stored.model,
    }


def compared_with(
    stored: Stored, before: Stored | None, texts: TextStore
) -> tuple[str, int | None]:
    """Return what a revision is compared with, and its id.

    "parent", "predecessor", "nothing" (a page's first revision) or, where the parent is not here
    and nothing else is, "unknown".
    """
    parent = stored.parent_id or None
    if before is None:
        return ("nothing", None) if parent is None else ("unknown", parent)
    if parent is not None and (before.revision.id == parent or parent in texts):
        return "parent", parent
    return "predecessor", before.revision.id
