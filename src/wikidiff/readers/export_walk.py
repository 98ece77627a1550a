"""The one parser of MediaWiki's XML exports and dumps: goes through the XML once, as it comes.

Source of the format: Help:Export and the export-0.11 schema; of a revision with several slots the
main one is read. DTDs are refused, so that there are no entities to expand and nothing outside is
asked for. Memory holds one revision, and what the visitor keeps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol
from xml.parsers import expat

from wikidiff import limits, text
from wikidiff.errors import ReadError
from wikidiff.model import Revision

Key = tuple[str, int]
"""A revision's place in its page's history: time, id."""

_DEPTH = 16  # elements inside each other; the schema has six


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page of an export; `wiki` is the database's name (or the site's), None where not told.

    `language` is the code of the wiki's language, `redirect` the title that the page leads to now.
    """

    title: str
    id: int | None = None
    namespace: int | None = None
    redirect: str | None = None
    wiki: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A revision of an export.

    `text` is None where nobody wanted it or it cannot be had. `hidden` names what of it is deleted
    ("text", "user", "comment"), `trouble` says what is wrong with it. `sha1` is as the export
    tells it, in base 36.
    """

    key: Key
    revision: Revision
    text: str | None
    hidden: frozenset[str]
    model: str | None = None
    page: StoredPage = StoredPage("")
    parent_id: int | None = None
    user_id: int | None = None
    format: str | None = None
    sha1: str | None = None
    trouble: str | None = None

    @property
    def missing(self) -> str | None:
        """Why the text, where it was wanted, cannot be had, in a few words; None where it can."""
        if "text" in self.hidden:
            return f"the text of revision {self.revision.id} is deleted"
        if self.trouble:
            return self.trouble
        if self.text is None or (not self.text and self.revision.size):
            return f"the text of revision {self.revision.id} is not in it: a stub dump"
        return None


class Visitor(Protocol):
    """Is told of what passes by and says what of it is to be kept; may raise packed.Stop."""

    def enter(self, page: StoredPage) -> bool:
        """Tell whether a page's revisions are wanted."""
        ...

    def wants(self, key: Key) -> bool:
        """Tell whether a revision's text is to be kept."""
        ...

    def take(self, stored: Stored) -> None:
        """Take a revision of a page that is wanted."""
        ...

    def leave(self) -> None:
        """Take note of the end of a page that is wanted."""
        ...


_FIELDS = {
    "siteinfo/sitename": "site",
    "siteinfo/dbname": "wiki",
    "page/title": "title",
    "page/ns": "namespace",
    "page/id": "page",
}
_REVISION = {
    "revision/id": "id",
    "revision/parentid": "parent",
    "revision/timestamp": "timestamp",
    "revision/comment": "comment",
    "revision/model": "model",
    "revision/format": "format",
    "revision/sha1": "sha1",
    "contributor/username": "user",
    "contributor/ip": "user",
    "contributor/id": "user_id",
}
"""What is kept of the elements with text, by the last two names of their way."""


class Walk:
    """Parses what it is fed; `language` is that of the wiki."""

    def __init__(self, name: str, visitor: Visitor) -> None:
        self.name = name
        self.language: str | None = None
        self._visitor = visitor
        self._page: StoredPage | None = None  # None also before its revisions
        self._wanted = False
        self._in_revision = False
        self._path: list[str] = []
        self._about: dict[str, str] = {}  # the site and the page
        self._got: dict[str, str] = {}  # the revision
        self._attributes: dict[str, str] = {}
        self._hidden: set[str] = set()
        self._field = ""
        self._pieces: list[str] | None = None
        self._length = 0
        self._fed = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, block: bytes) -> None:
        """Parse the next bytes; raises ReadError, and what the visitor raises."""
        self._fed += len(block)
        self._parse(block)
        if self._fed - self._parser.CurrentByteIndex > limits.EXPORT_TOKEN_BYTES:
            raise ReadError(
                self.name,
                f"a tag or comment longer than {limits.EXPORT_TOKEN_BYTES:,} bytes",
                "check where it comes from",
            )

    def finish(self) -> None:
        """Close the parser; raises ReadError where the XML ends too soon."""
        self._parse(b"", last=True)

    def _parse(self, block: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(block, last)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code)
            told = f"broken XML: {what} at line {error.lineno}, column {error.offset + 1}"
            raise ReadError(self.name, told, "fetch it again") from None

    def _doctype(self, *_: object) -> None:
        raise ReadError(self.name, "XML with a DTD, which no export has", "take the DTD out")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        path = self._path
        if len(path) >= _DEPTH:
            told = f"elements more than {_DEPTH} deep, which no export has"
            raise ReadError(self.name, told, "check where it comes from")
        way = f"{path[-1]}/{name}" if path else name
        path.append(name)
        if self._in_revision:
            if self._wanted:
                self._start_inside(name, way, attributes)
        elif way in _FIELDS:
            self._keep(_FIELDS[way])
        elif way == "page/revision":
            self._enter()
            self._in_revision = True
            self._got, self._attributes, self._hidden = {}, {}, set()
        elif way == "page/redirect":
            self._about["redirect"] = attributes.get("title", "")
        elif way == "mediawiki":
            self.language = attributes.get("xml:lang")

    def _start_inside(self, name: str, way: str, attributes: dict[str, str]) -> None:
        """Take note of an element of a revision that is wanted."""
        if way in _REVISION:
            self._keep(_REVISION[way])
        elif way == "revision/text":
            self._attributes = attributes
            if self._visitor.wants(self._key()):
                self._keep("text")
        elif way == "revision/minor":
            self._got["minor"] = ""
        if "deleted" in attributes and self._path[-2] == "revision":
            self._hidden.add({"contributor": "user"}.get(name, name))

    def _keep(self, field: str) -> None:
        self._field = field
        self._pieces, self._length = [], 0
        self._parser.CharacterDataHandler = self._take

    def _take(self, piece: str) -> None:
        self._length += len(piece)
        if self._length > limits.INPUT_BYTES:
            self._refuse()
        elif self._pieces is not None:
            self._pieces.append(piece)

    def _refuse(self) -> None:
        """Let go of a text that is too long; raises ReadError where it is not a revision's."""
        told = f"a {self._field} of more than {limits.INPUT_BYTES >> 20} MiB"
        if self._field != "text":
            raise ReadError(self.name, told, "check where it comes from")
        self._got["trouble"] = told
        self._pieces = []

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._pieces is not None:
            self._parser.CharacterDataHandler = None
            got = self._got if self._in_revision else self._about
            got[self._field] = "".join(self._pieces)
            self._pieces = None
        elif name == "revision" and self._path[-1:] == ["page"]:
            self._in_revision = False
            if self._wanted:
                self._visitor.take(self._stored())
        elif name == "page" and not self._in_revision:
            self._enter()
            self._leave()

    def _enter(self) -> None:
        """Tell the visitor of a page, at its first revision or at its end."""
        if self._page is not None:
            return
        about = self._about
        self._page = StoredPage(
            about.get("title", ""),
            _number(about.get("page")),
            _number(about.get("namespace")),
            about.get("redirect"),
            about.get("wiki") or about.get("site"),
            self.language,
        )
        self._wanted = self._visitor.enter(self._page)

    def _leave(self) -> None:
        for field in ("title", "page", "namespace", "redirect"):
            self._about.pop(field, None)
        wanted, self._wanted, self._page = self._wanted, False, None
        if wanted:
            self._visitor.leave()

    def _key(self) -> Key:
        return self._got.get("timestamp", ""), _number(self._got.get("id")) or 0

    def _stored(self) -> Stored:
        """Return the revision at hand."""
        got = self._got
        assert self._page is not None
        content = None if "trouble" in got else got.get("text")
        size = _number(self._attributes.get("bytes"))
        if size is None and content is not None:
            size = text.size(content)
        revision = Revision(
            id=_number(got.get("id")),
            timestamp=got.get("timestamp"),
            user=None if "user" in self._hidden else got.get("user"),
            comment=None if "comment" in self._hidden else got.get("comment", ""),
            minor="minor" in got,
            size=size,
        )
        return Stored(
            self._key(),
            revision,
            content,
            frozenset(self._hidden),
            got.get("model"),
            self._page,
            _number(got.get("parent")),
            None if "user" in self._hidden else _number(got.get("user_id")),
            got.get("format"),
            got.get("sha1"),
            self._trouble(),
        )

    def _trouble(self) -> str | None:
        """Return what is wrong with the revision at hand."""
        for digits in (self._got.get("id"), self._attributes.get("bytes")):
            if digits is not None and _number(digits) is None:
                return f"no number: {digits[:40]!r}"
        return self._got.get("trouble")


_NUMBER = re.compile(r"\s*[0-9]{1,16}\s*")


def _number(digits: str | None) -> int | None:
    """Return a number; None where there is none."""
    return int(digits) if digits is not None and _NUMBER.fullmatch(digits) else None
