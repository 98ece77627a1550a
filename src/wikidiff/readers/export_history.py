"""The history of one page of an XML export or dump, read as it comes.

A dump tells its revisions by id, an export may tell the newest first: a history of no more than
HISTORY_SORTED_CHARS is put in order, a longer one must be.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing
from itertools import chain

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import Page
from wikidiff.past import Content, History, Past, parent
from wikidiff.readers import packed, selection
from wikidiff.readers.export_walk import Key, Stored, StoredPage, Walk

NAME = "export-xml"

Opener = Callable[[], AbstractContextManager[packed.Readable]]


def history(opener: Opener, name: str, *, page: str | None, language: str | None) -> History:
    """Return the history of the page called `page`, or of the only one.

    The file is opened when the history is read, and stays open meanwhile. Raises ReadError at once
    where there is no such page, while it is read where there are several, where a text is not in
    it, where revisions are out of order, and as `export_walk` and `packed` do.
    """
    found = _sorted(name, _stored(opener, name, page))
    first = next(found, None)
    if first is None:
        raise ReadError(name, "the page has no revision", "fetch it again")
    start = parent(first.parent_id)
    pasts = chain([_past(name, first, start)], (_past(name, one) for one in found))
    return History(name, NAME, Page(first.page.title), pasts, language or first.page.language)


def _stored(opener: Opener, name: str, page: str | None) -> Iterator[Stored]:
    visitor = _One(name, page)
    walk = Walk(name, visitor)
    with opener() as file, closing(packed.blocks(file, name)) as blocks:
        for block in blocks:
            walk.feed(block)
            yield from visitor.taken()
            if page is not None and visitor.left:
                return
    walk.finish()
    yield from visitor.taken()
    if not visitor.left:
        titles = visitor.titles
        trouble = "no page in it" if page is None else f"no page {page!r}"
        way_out = f"it begins with: {', '.join(titles)}" if titles else "check it"
        raise ReadError(name, trouble, way_out)


class _One:
    """Keeps the revisions of one page that passed by since it was asked."""

    def __init__(self, name: str, page: str | None) -> None:
        self.titles: list[str] = []
        self.left = False
        self._name = name
        self._page = page
        self._ready: list[Stored] = []

    def enter(self, page: StoredPage) -> bool:
        if len(self.titles) < limits.EXPORT_TITLES:
            self.titles.append(page.title)
        if self._page is not None:
            return not self.left and selection.same_title(self._page, page.title)
        if len(self.titles) > 1:
            raise selection.several(self._name, self.titles)
        return True

    def wants(self, key: Key) -> bool:
        return True

    def take(self, stored: Stored) -> None:
        self._ready.append(stored)

    def leave(self) -> None:
        self.left = True

    def taken(self) -> Iterator[Stored]:
        """Yield them, and let go of each as it is taken."""
        ready, self._ready = self._ready[::-1], []
        while ready:
            yield ready.pop()


def _sorted(name: str, stored: Iterator[Stored]) -> Generator[Stored]:
    """Yield revisions by time and id: the first of them once they are sorted."""
    waiting: list[Stored] = []
    size = 0
    for one in stored:
        waiting.append(one)
        size += len(one.text or "")
        if size > limits.HISTORY_SORTED_CHARS:
            break
    waiting.sort(key=lambda one: one.key, reverse=True)
    last: Key | None = None
    while waiting:
        last = waiting[-1].key
        yield waiting.pop()
    for one in stored:
        if last is not None and one.key < last:
            told = f"revision {one.revision.id} stands after one that is newer"
            raise ReadError(name, told, "sort its revisions by time, or fetch a shorter history")
        last = one.key
        yield one


def _past(name: str, stored: Stored, base: Content | None = None) -> Past:
    if "text" in stored.hidden:
        content = Content.of(None, f"revision {stored.revision.id}")
    elif trouble := stored.missing:
        content = Content(f"revision {stored.revision.id}", lambda: _raise(name, trouble))
    else:
        content = Content.of(stored.text)
    return Past(stored.revision, content, base, hidden=stored.hidden)


def _raise(name: str, trouble: str) -> str:
    raise ReadError(name, trouble, "take an export or dump with all texts")
