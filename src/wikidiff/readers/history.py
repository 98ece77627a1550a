"""Whole histories from MediaWiki XML exports and dumps, revision by revision as they are read.

Memory holds the revisions that one block of the dump ends, not a page's history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

from wikidiff.readers import packed
from wikidiff.readers.export_walk import Key, Stored, StoredPage, Walk

__all__ = ["Stored", "StoredPage", "revisions"]


def revisions(
    file: packed.Readable,
    name: str,
    *,
    wants: Callable[[StoredPage], bool] | None = None,
    texts: bool = True,
) -> Iterator[Stored]:
    """Yield the revisions of an open export or dump, plain or packed, in its order.

    Pages that `wants` tells False of are passed over; without `texts` no text is kept. A text that
    is deleted, left out or longer than limits.INPUT_BYTES is None, and `missing` says why. Raises
    ReadError where the XML is broken or has a DTD, and as `packed.blocks`.
    """
    visitor = _Collector(wants, texts=texts)
    walk = Walk(name, visitor)
    with closing(packed.blocks(file, name)) as blocks:
        for block in blocks:
            walk.feed(block)
            if visitor.ready:
                yield from visitor.taken()
    walk.finish()


class _Collector:
    """Keeps the revisions that passed by since it was asked."""

    def __init__(self, wanted: Callable[[StoredPage], bool] | None, *, texts: bool) -> None:
        self.ready: list[Stored] = []
        self._wanted = wanted
        self._texts = texts

    def enter(self, page: StoredPage) -> bool:
        return self._wanted is None or self._wanted(page)

    def wants(self, key: Key) -> bool:
        return self._texts

    def take(self, stored: Stored) -> None:
        self.ready.append(stored)

    def leave(self) -> None:
        pass

    def taken(self) -> Iterator[Stored]:
        """Yield them, and let go of each as it is taken."""
        ready, self.ready = self.ready, []
        ready.reverse()
        while ready:
            yield ready.pop()
