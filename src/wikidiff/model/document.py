"""The Document, and what is counted over its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from wikidiff import text
from wikidiff.model.changes import Change, Reading
from wikidiff.model.json_text import json_text
from wikidiff.model.lines import Line
from wikidiff.model.page import Delta, Page, PageWarning, Revisions, Source
from wikidiff.model.sections import HeadingChange, Section
from wikidiff.values import value

SCHEMA_VERSION = 1


@value
class Stats:
    """Counts over the shown lines. Words are engine tokens with a letter or digit; `chars_*` are
    code points. `sections_unchanged` is None where the whole texts are not known.
    """  # noqa: D205

    lines_changed: int = 0
    lines_inserted: int = 0
    lines_deleted: int = 0
    lines_moved: int = 0
    sections_unchanged: int | None = None
    words_inserted: int = 0
    words_deleted: int = 0
    chars_inserted: int = 0
    chars_deleted: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as in the JSON."""
        return {name: getattr(self, name) for name in self.__match_args__}


class Found(NamedTuple):
    """What an edit did in wiki terms, what to know of how that was found, and what says it all."""

    changes: tuple[Change, ...] = ()
    warnings: tuple[PageWarning, ...] = ()
    summary: Callable[[Document], str] | None = None


_NO_PAGE, _NO_REVISIONS = Page(), Revisions()


@dataclass(frozen=True)  # no value: what is worked out when asked is kept in its `__dict__`
class Document:
    """A revision pair and everything known of what changed in it.

    `stats` and `changes` are worked out when first asked for.
    """

    source: Source
    sections: tuple[Section, ...]
    headings: tuple[HeadingChange, ...] = ()
    page: Page = _NO_PAGE
    revisions: Revisions = _NO_REVISIONS
    declared: int | None = None
    readings: tuple[Reading, ...] = ()
    warnings: tuple[PageWarning, ...] = ()
    sections_unchanged: int | None = None
    find_changes: Callable[[Document], Found] | None = field(
        default=None, repr=False, compare=False
    )
    texts: tuple[str, str] | None = field(default=None, repr=False, compare=False)
    """Both whole texts where they are known: old, new."""

    def lines(self) -> Iterator[Line]:
        """Yield every shown line in page order."""
        for section in self.sections:
            for hunk in section.hunks:
                yield from hunk.lines

    @property
    def differs(self) -> bool:
        """Whether anything shown is not the same on both sides."""
        return any(line.kind != "context" for line in self.lines())

    @cached_property
    def no_line(self) -> Line | None:
        """The blank line that stands for a side without any text, as of a new page; else None.

        Nobody wrote it: `stats` and `changes` do not tell of it. Where the whole texts are not
        known it is the first and only line of its side, with nothing unchanged around it.
        """
        for at, kind in enumerate(("deleted", "inserted")):
            if self.texts is not None and self.texts[at]:
                continue
            shown = (line for line in self.lines() if (line.old, line.new)[at] is not None)
            for line in islice(shown, 1):
                is_first = (line.old_line, line.new_line)[at] in (1, None)
                if line.kind == kind and is_first and not (line.old or line.new or any(shown)):
                    return line
        return None

    @cached_property
    def delta(self) -> Delta:
        """The byte delta, declared and counted."""
        return Delta(self.declared, sum(section.delta for section in self.sections))

    @cached_property
    def stats(self) -> Stats:
        """Counts over the shown lines."""
        return _stats(self)

    @cached_property
    def _found(self) -> Found:
        return Found(*self.find_changes(self)) if self.find_changes else Found()

    @property
    def changes(self) -> tuple[Change, ...]:
        """The edit in wiki terms, in page order."""
        return self._found.changes

    @cached_property
    def summary(self) -> str | None:
        """The edit in one sentence, as an edit summary should have said it; None if not known."""
        return self._found.summary(self) if self._found.summary else None

    @property
    def size_class(self) -> str:
        """How much the edit changed: "none", "tiny", "small", "medium", "large" or "huge"."""
        return _size_class(self)

    @property
    def found_warnings(self) -> tuple[PageWarning, ...]:
        """What to know of how the changes were found."""
        return self._found.warnings

    @property
    def all_warnings(self) -> tuple[PageWarning, ...]:
        """The warnings, with those of finding the changes."""
        return (*self.warnings, *self.found_warnings)

    def to_dict(self) -> dict[str, Any]:
        """Return the Document as the JSON shows it, keys in their documented order."""
        return {
            "schema_version": SCHEMA_VERSION,
            "source": self.source.to_dict(),
            "page": self.page.to_dict(),
            "revisions": self.revisions.to_dict(),
            "delta": self.delta.to_dict(),
            "stats": self.stats.to_dict(),
            "headings": [heading.to_dict() for heading in self.headings],
            "sections": [section.to_dict() for section in self.sections],
            "changes": [change.to_dict() for change in self.changes],
            "summary": self.summary,
            "size_class": self.size_class,
            "readings": [reading.to_dict() for reading in self.readings],
            "warnings": [warning.to_dict() for warning in self.all_warnings],
        }

    def to_json(self, *, indent: int | None = 1) -> str:
        """Return the JSON text without a final newline; `indent=None` gives one line.

        Characters that would steer a terminal (controls, bidi and other format characters, line
        separators, lone surrogates) stand as JSON escapes.
        """
        return json_text(self.to_dict(), indent=indent)

    def replace(self, **changes: Any) -> Document:  # noqa: ANN401 - any field
        """Return a copy with some fields changed and nothing cached."""
        return replace(self, **changes)


_SIZES = ((10, "tiny"), (100, "small"), (1_000, "medium"), (10_000, "large"))


def _size_class(document: Document) -> str:
    """Return the size class of an edit by the code points that it inserted and deleted.

    "none", "tiny" up to 10, "small" to 100, "medium" to 1,000, "large" to 10,000, else "huge".
    """
    count = document.stats.chars_inserted + document.stats.chars_deleted
    if not count and not document.differs:
        return "none"
    return next((name for most, name in _SIZES if count <= most), "huge")


def _stats(document: Document) -> Stats:
    kinds = {"context": 0, "changed": 0, "deleted": 0, "inserted": 0}
    moved, words, chars = 0, {"-": 0, "+": 0}, {"-": 0, "+": 0}
    no_line = document.no_line
    for line in document.lines():
        if line is no_line:
            continue
        if line.move is None:
            kinds[line.kind] += 1
        else:
            moved += line.move.role == "to"
        if line.kind == "context":
            continue
        for mark, stretch in line.segments:
            if mark != "=":
                words[mark] += text.count_words(stretch)
                chars[mark] += len(stretch)
    return Stats(
        lines_changed=kinds["changed"],
        lines_inserted=kinds["inserted"],
        lines_deleted=kinds["deleted"],
        lines_moved=moved,
        sections_unchanged=document.sections_unchanged,
        words_inserted=words["+"],
        words_deleted=words["-"],
        chars_inserted=chars["+"],
        chars_deleted=chars["-"],
    )
