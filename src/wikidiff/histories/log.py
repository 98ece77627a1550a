"""A log: what each edit of a history did, who reverted whom, and what was put back.

Rows are made in order and only where they are wanted: their heads tell most of that, so that the
last ten of a thousand revisions cost some twenty-five texts. Nothing is kept but the last
REVERT_RADIUS revisions and the rows that wait for what may revert them.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wikidiff import documents, limits, text
from wikidiff.histories.filters import Filter
from wikidiff.histories.kept import Kept
from wikidiff.histories.restored import moved_back, restored
from wikidiff.histories.reverts import RADIUS, Detector
from wikidiff.histories.sections import Sections, Touched
from wikidiff.model import Document, PageWarning
from wikidiff.past import Entry, History, Ref, Revert, sha1, sized


def log(history: History, wanted: Filter, *, limit: int | None = None) -> Iterator[Entry]:
    """Yield an entry for each revision that is wanted, oldest first, of them the last `limit`.

    Raises ReadError as the history's reader does.
    """
    made = _Log(history.language, wanted, limit if wanted.section is None else None)
    if wanted.section is not None:
        yield from _of_section(history, made, wanted.section, limit)
        return
    for index, past in enumerate(history.pasts):
        for row in made.take(Kept(index, past)):
            yield row.entry
    for row in made.rest():
        yield row.entry


def _of_section(history: History, made: _Log, heading: str, limit: int | None) -> Iterator[Entry]:
    """Yield the entries of one section: which one it is, is known at the end of the history."""
    sections = Sections()
    touched: list[Touched] = []
    rows: list[_Row] = []
    last = ""
    for index, past in enumerate(history.pasts):
        kept = Kept(index, past)
        rows += made.take(kept)
        new = last if kept.text is None else kept.text
        touched.append(sections.take(documents.of_texts(last, new), new))
        last = new
    rows += made.rest()
    number = sections.number(heading)
    found = [(row.entry, told) for row in rows if (told := touched[row.index].of(number))]
    for entry_, told in found if limit is None else found[max(len(found) - limit, 0) :]:
        yield replace(entry_, section=told)


@dataclass(slots=True)
class _Row:
    """A row whose revision may yet be reverted."""

    index: int
    entry: Entry


class _Log:
    """Holds what is near: revisions whose rows are to be made, and those they are told by."""

    def __init__(self, language: str | None, wanted: Filter, limit: int | None) -> None:
        self._language = language
        self._wanted = wanted
        self._limit = limit
        self._near: deque[Kept] = deque()
        self._todo: deque[int] = deque()
        self._rows: deque[_Row] = deque()
        self._detector = Detector()
        self._reverts: dict[int, Revert] = {}
        self._reverted_by: dict[int, Ref] = {}
        self._found: dict[int, dict[str, int] | None] = {}
        self._held = 0

    def take(self, kept: Kept) -> Iterator[_Row]:
        """Take the next revision; yield the rows that are done."""
        self._near.append(kept)
        self._note_revert(kept)
        if self._takes(kept):
            self._todo.append(kept.index)
        self._held += kept.count()
        if self._limit is None:
            self._make(len(self._todo))
            yield from self._done(kept.index - RADIUS)
        else:
            self._drop(self._limit)
        self._let_go(kept.index)

    def rest(self) -> Iterator[_Row]:
        """Yield the rows that are left at the end of the history."""
        self._make(len(self._todo))
        while self._limit is not None and len(self._rows) > self._limit:
            self._rows.popleft()
        last = self._rows[-1].index if self._rows else -1
        yield from self._done(last)

    def _takes(self, kept: Kept) -> bool:
        """Tell whether a row is wanted: by its head, then by what its edit brought in."""
        if not self._wanted.takes(kept.past.revision):
            return False
        if not self._wanted.phrases:
            return True
        at = len(self._near) - 1
        old, new = base(kept, [self._near[i] for i in range(max(at - 1, 0), at)]), kept.text
        if old is None or new is None:
            return False
        self._found[kept.index] = found = self._wanted.counts(old, new)
        return found is not None

    def _note_revert(self, kept: Kept) -> None:
        revert = self._detector.take(kept.past)
        if revert is None:
            return
        self._reverts[kept.index] = revert
        by = Ref.of(kept.past)
        for index in range(kept.index - len(revert.reverted), kept.index):
            self._reverted_by.setdefault(index, by)

    def _drop(self, limit: int) -> None:
        """Forget rows that are too old to be among the last ones; make some if too much is held."""
        while self._rows and len(self._rows) + len(self._todo) > limit:
            self._rows.popleft()
        while len(self._todo) > limit:
            self._todo.popleft()
        if self._held > limits.HISTORY_CHARS:
            self._make(len(self._todo))

    def _let_go(self, index: int) -> None:
        first = self._todo[0] if self._todo else index + 1
        while self._near and self._near[0].index < first - RADIUS - 1:
            gone = self._near.popleft()
            self._held -= gone.counted
            self._reverts.pop(gone.index, None)

    def _make(self, count: int) -> None:
        for _ in range(count):
            index = self._todo.popleft()
            self._rows.append(_Row(index, self._entry(index)))

    def _done(self, last: int) -> Iterator[_Row]:
        while self._rows and self._rows[0].index <= last:
            row = self._rows.popleft()
            by = self._reverted_by.pop(row.index, None)
            yield _Row(row.index, replace(row.entry, reverted_by=by))

    def _entry(self, index: int) -> Entry:
        at = index - self._near[0].index
        first = max(at - RADIUS - 1, 0)
        before = [self._near[i] for i in range(first, at)]
        made = entry(self._near[at], before, self._reverts.get(index), self._language)
        return replace(made, found=self._found.pop(index, None))


def entry(kept: Kept, before: list[Kept], revert: Revert | None, language: str | None) -> Entry:
    """Return what a revision did; `before` are those right before it, the nearest last."""
    past = kept.past
    old, new = base(kept, before), kept.text
    made = Entry(
        past.revision, commit=past.commit, reverts=revert, hidden=tuple(sorted(past.hidden))
    )
    if new is None:
        return made
    made = replace(made, revision=sized(past.revision, new), sha1=sha1(new))
    if old is None:
        return made
    document = documents.of_texts(old, new, language=language)
    stats = document.stats
    return replace(
        made,
        delta=text.size(new) - text.size(old),
        summary=document.summary if document.differs else None,
        size_class=document.size_class,
        words_inserted=stats.words_inserted,
        words_deleted=stats.words_deleted,
        lines_moved=stats.lines_moved,
        kinds=dict(Counter(change.kind for change in document.changes)),
        restored=None if revert else restored(document, kept, before),
        moved_back=0 if revert else moved_back(document, kept, before),
        warnings=_limits(document),
    )


def base(kept: Kept, before: list[Kept]) -> str | None:
    """Return the text that a revision was made from, "" for none; None where it is hidden."""
    told = kept.past.base
    if told is None:
        return before[-1].text if before else ""
    if before and before[-1].past.content.key == told.key:
        return before[-1].text
    return told.load()


def _limits(document: Document) -> tuple[PageWarning, ...]:
    return tuple(one for one in document.all_warnings if one.code == "limit-reached")
