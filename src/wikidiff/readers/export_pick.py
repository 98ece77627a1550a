"""Which revisions of a history to keep while it passes by: two at most, and their candidates.

A revision's key is (time, id), the order in which MediaWiki lists a history. `prev` of an id is
known once that id has passed; where the history turns out not to be in order, `rescan` asks for
a second pass.
"""

from __future__ import annotations

from typing import Protocol

from wikidiff.errors import ReadError
from wikidiff.readers.export_walk import Key, Stored
from wikidiff.readers.selection import Wanted, not_two


class Picker(Protocol):
    """Is asked for each revision before its text comes, and given it after."""

    rescan: bool

    def wants(self, key: Key) -> bool:
        """Tell whether a revision's text is to be kept."""
        ...

    def take(self, key: Key, stored: Stored) -> None:
        """Take a revision, its text None where it was not wanted."""
        ...

    def two(self, title: str) -> tuple[Stored, Stored]:
        """Return the old and the new one; raises ReadError where there are no such two."""
        ...

    def again(self) -> Picker:
        """Return the picker for a second pass."""
        ...


def picker(source: str, wanted: Wanted | None, *, before: Key | None = None) -> Picker:
    """Return what picks the revisions wanted, or a page's only two."""
    return OnlyTwo(source) if wanted is None else Chosen(source, wanted, before)


class OnlyTwo:
    """Keeps the two revisions of a page that has no more."""

    rescan = False

    def __init__(self, source: str) -> None:
        self._source = source
        self._kept: list[Stored] = []
        self._count = 0

    def wants(self, key: Key) -> bool:
        """Tell whether this is one of the first two."""
        return self._count < 2

    def take(self, key: Key, stored: Stored) -> None:
        """Take a revision."""
        if self._count < 2:
            self._kept.append(stored)
        self._count += 1

    def two(self, title: str) -> tuple[Stored, Stored]:
        """Return both, the older first."""
        if self._count != 2:
            count = {0: "no revision", 1: "one revision"}.get(
                self._count, f"{self._count:,} revisions"
            )
            raise not_two(self._source, title, count)
        old, new = sorted(self._kept, key=lambda stored: stored.key)
        return old, new

    def again(self) -> Picker:
        """Return a fresh one."""
        return OnlyTwo(self._source)


class Chosen:
    """Keeps the revisions that were asked for, by id or by place."""

    def __init__(self, source: str, wanted: Wanted, before: Key | None = None) -> None:
        self.rescan = False
        self._source = source
        self._wanted = wanted
        self._new_key = before  # where the new revision stands, once that is known
        self._least: Key | None = None
        self._old: Stored | None = None
        self._new: Stored | None = None
        self._prev: Stored | None = None  # of those met, the greatest before the new one

    def wants(self, key: Key) -> bool:
        """Tell whether this may be the old or the new revision."""
        return self._is_new(key) or self._is_old(key) or self._is_prev(key)

    def _is_new(self, key: Key) -> bool:
        if self._wanted.new == "last":
            return self._new is None or key > self._new.key
        return key[1] == self._wanted.new

    def _is_old(self, key: Key) -> bool:
        if self._wanted.old == "first":
            return self._old is None or key < self._old.key
        return key[1] == self._wanted.old

    def _is_prev(self, key: Key) -> bool:
        if self._wanted.old != "prev" or key[1] == self._wanted.new:
            return False
        limit = self._new_key
        if self._wanted.new == "last":
            if self._new is None:
                return False
            limit = self._new.key
        return (limit is None or key < limit) and (self._prev is None or key > self._prev.key)

    def take(self, key: Key, stored: Stored) -> None:
        """Take a revision."""
        if self._is_prev(key):
            self._prev = stored
        if self._is_old(key):
            self._old = stored
        if self._is_new(key):
            if self._wanted.new == "last":
                self._prev = self._new
            self._new = stored
            self._found_new(key)
        self._least = key if self._least is None else min(key, self._least)

    def _found_new(self, key: Key) -> None:
        """Drop what was kept as the one before, if it is not; another may have been let go."""
        self._new_key = key
        if self._prev is not None and self._prev.key > key:
            self._prev = None
            self.rescan = self._least is not None and self._least < key

    def two(self, title: str) -> tuple[Stored, Stored]:
        """Return the old and the new one."""
        old = self._prev if self._wanted.old == "prev" else self._old
        if old is not None and self._new is not None:
            return old, self._new
        name = self._wanted.new if self._new is None else self._wanted.old
        told = "revision before it" if name == "prev" else f"revision {name}"
        raise ReadError(self._source, f"{title!r} has no {told} here", "check the ids")

    def again(self) -> Picker:
        """Return the picker for a second pass, which knows where the new revision stands."""
        return Chosen(self._source, self._wanted, self._new_key)
