"""What every reader gets and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from wikidiff import text
from wikidiff.model import Fidelity, Heading, Line, Page, PageWarning, Revisions
from wikidiff.readers.decode import decode


@dataclass(frozen=True, eq=False)  # each is itself: to hash the bytes would cost as a parse does
class Input:
    """A source as bytes, with the name that messages call it by.

    `quoted` tells that a mail's marks stood before its lines, `warnings` what was taken away so.
    """

    name: str
    data: bytes
    quoted: bool = False
    warnings: tuple[PageWarning, ...] = ()

    @cached_property
    def text(self) -> str:
        """The bytes as text, line ends as they are; raises DecodeError (see decode.py)."""
        return decode(self.data, self.name)

    @cached_property
    def json(self) -> dict[str, object] | str:
        """The JSON object that the source is, parsed once; else in a few words why it is none."""
        from wikidiff.readers import json_fields

        if not json_fields.begins(self.data):
            return "not JSON: it does not begin with {"
        try:
            return json_fields.parse(self.text)
        except ValueError as error:
            return f"begins as JSON does, but: {error}"


_NO_PAGE, _NO_REVISIONS = Page(), Revisions()


class Meta(NamedTuple):
    """What a diff page says besides its lines; `declared` is its byte delta in bytes of UTF-8.

    `language` is the code of the language that the page's own words are in.
    """

    page: Page = _NO_PAGE
    revisions: Revisions = _NO_REVISIONS
    declared: int | None = None
    engine: str | None = None
    language: str | None = None
    warnings: tuple[PageWarning, ...] = ()


def hidden(what: str, side: str, where: str = "wiki") -> PageWarning:
    """Return the warning that the text, user or comment of the old or new revision is hidden."""
    return PageWarning("revision-hidden", f"The {where} hides the {what} of the {side} revision.")


def revisions_between(words: str) -> PageWarning:
    """Return the warning that a page shows several edits as one, with its own words for that."""
    return PageWarning("revisions-between", f"several edits in one: the page says {words}")


def told_delta(revisions: Revisions, old: str, new: str) -> int:
    """Return the byte delta by the sizes that are told of two revisions, else by their texts.

    The sizes are those of the wiki's own texts, which may hold what XML or the API change.
    """
    sizes = revisions.old.size, revisions.new.size
    if sizes[0] is None or sizes[1] is None:
        return text.size(new) - text.size(old)
    return sizes[1] - sizes[0]


class Flat(NamedTuple):
    """A page whose marks are gone: its shown lines, verbatim, in page order."""

    meta: Meta
    lines: tuple[str, ...]


class Marked(NamedTuple):
    """A page with marks: runs of lines, each what the page shows without a break.

    A changed line whose texts differ and that has no ops is one whose marks the page lost. Where
    `paired` is False the form never pairs lines: which deleted and inserted lines are one line
    edited is for the engine to find. `headings` are those of the whole old and new text by
    1-based line number, where the form tells them.
    """

    meta: Meta
    runs: tuple[tuple[Line, ...], ...]
    fidelity: Fidelity = "exact"
    paired: bool = True
    headings: tuple[Mapping[int, Heading], Mapping[int, Heading]] | None = None


class Pair(NamedTuple):
    """Two whole texts."""

    meta: Meta
    old: str
    new: str


class Columns(NamedTuple):
    """A diff table whose two columns were run together.

    `cells` are in page order, the old side's before the new one's, a line of context twice;
    `article` are the lines below the table, where a page shows its new text.
    """

    meta: Meta
    cells: tuple[str, ...]
    article: tuple[str, ...]


Found = Flat | Marked | Columns | Pair


class Reader(Protocol):
    """A module under `readers` that knows one form.

    `NAME` is what `--as` takes, `ABOUT` one line on the form and `EVIDENCE` one on how it is told.
    A form that can hold more than one edit has `SELECTS`, the further keywords that `read` takes
    of "page" (a title) and "revisions" (A..B, see selection.py).
    """

    NAME: str
    ABOUT: str
    EVIDENCE: str

    def decline(self, source: Input) -> str | None:
        """Return why the source is not of this form, in a few words; None where it is."""
        ...

    def read(self, source: Input, *, language: str | None = None) -> Found:
        """Read a source that was not declined; raises ReadError where it is broken."""
        ...
