"""MediaWiki XML exports and dumps, read as a stream.

Source of the format: Help:Export and the export-0.11 schema. DTDs are refused, so that there are
no entities to expand and nothing outside is asked for. Memory holds the revisions chosen and the
candidates for them, never the dump.
"""

from __future__ import annotations

import io
import re
from xml.parsers import expat

from wikidiff import limits, text
from wikidiff.errors import ReadError
from wikidiff.model import Page, PageWarning, Revision, Revisions
from wikidiff.readers import packed, selection
from wikidiff.readers.base import Input, Meta, Pair
from wikidiff.readers.export_pick import Picker, Stored, picker

NAME = "export-xml"
ABOUT = "an XML export or dump (plain, gzip, bzip2, xz; Zstandard and 7z with extras)"
EVIDENCE = "XML whose root is <mediawiki>"
SELECTS = ("page", "revisions")

_HEAD = 1 << 16  # unpacked bytes in which the root element must begin
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!(?!DOCTYPE html)[^>]{0,4000}>\s*){0,9}"
    rb"(?:<!DOCTYPE mediawiki|<mediawiki[\s>])",
    re.I,
)
_DEPTH = 16  # elements inside each other; the schema has six


def decline(source: Input) -> str | None:
    """Return why this is no export; raises ReadError where an extra is missing to tell."""
    form = packed.form(source.data[:8])
    if form is None:
        return None if _ROOT.match(source.data[:_HEAD]) else "does not begin with <mediawiki>"
    head = bytearray()

    def feed(block: bytes) -> None:
        head.extend(block)
        if len(head) >= _HEAD:
            raise packed.Stop

    try:
        packed.unpack(io.BytesIO(source.data), source.name, feed)
    except packed.MissingExtra:
        raise
    except packed.UnpackError as error:
        if not head:
            return f"packed with {form}, and {error.trouble}"
    return None if _ROOT.match(head) else f"packed with {form}, but no <mediawiki> in it"


def read(
    source: Input,
    *,
    language: str | None = None,
    page: str | None = None,
    revisions: str | None = None,
) -> Pair:
    """Read the export's two revisions; `page` and `revisions` choose where there are more.

    Raises ReadError as `read_file` does.
    """
    return read_file(
        io.BytesIO(source.data), source.name, language=language, page=page, revisions=revisions
    )


def read_file(
    file: packed.Readable,
    name: str,
    *,
    language: str | None = None,
    page: str | None = None,
    revisions: str | None = None,
) -> Pair:
    """Read two revisions of one page from an open dump, which need not fit into memory.

    Without `page` the dump must hold one page, without `revisions` that page two revisions; see
    `selection.wanted` for what `revisions` may be. Raises ReadError where there are more, where a
    text is deleted or not in the dump, where the XML is broken or has a DTD, and as `packed` does.
    """
    wanted = selection.wanted(name, revisions)
    walk = _walked(file, name, page, picker(name, wanted))
    if walk.picker.rescan:
        if not file.seekable():
            raise ReadError(name, "its revisions are out of order", "save it to a file first")
        file.seek(0)
        walk = _walked(file, name, page, walk.picker.again())
    old, new = walk.picker.two(walk.title)
    for stored in (old, new):
        _check_text(name, stored)
    meta = Meta(
        Page(walk.title),
        Revisions(old.revision, new.revision),
        text.size(new.text or "") - text.size(old.text or ""),
        language=language or walk.language,
        warnings=(*_warnings(old, "old"), *_warnings(new, "new")),
    )
    return Pair(meta, old.text or "", new.text or "")


def _walked(file: packed.Readable, name: str, page: str | None, pick: Picker) -> _Walk:
    walk = _Walk(name, page, pick)
    packed.unpack(file, name, walk.feed)
    walk.finish()
    return walk


def _check_text(name: str, stored: Stored) -> None:
    """Raise ReadError where a revision's text is not in the dump."""
    number = stored.revision.id
    if "text" in stored.hidden:
        told = f"the text of revision {number} is deleted"
        raise ReadError(name, told, "choose other revisions")
    if not stored.text and stored.revision.size:
        told = f"the text of revision {number} is not in it: a stub dump"
        raise ReadError(name, told, "take the dump with the texts")


def _warnings(stored: Stored, side: str) -> list[PageWarning]:
    told = f"The export hides the %s of the {side} revision."
    warnings = [PageWarning("revision-hidden", told % what) for what in sorted(stored.hidden)]
    if stored.model not in (None, "wikitext"):
        other = f"The {side} revision is {stored.model}, not wikitext."
        warnings.append(PageWarning("not-wikitext", other))
    return warnings


_FIELDS = {
    "page/title": "title",
    "revision/id": "id",
    "revision/timestamp": "timestamp",
    "revision/comment": "comment",
    "revision/model": "model",
    "contributor/username": "user",
    "contributor/ip": "user",
}
"""What is kept of the elements with text, by the last two names of their way."""


class _Walk:
    """Goes through the XML once; `title` is the page chosen, `titles` the first ones met."""

    def __init__(self, name: str, page: str | None, pick: Picker) -> None:
        self.name = name
        self.picker = pick
        self.title = ""
        self.titles: list[str] = []
        self.language: str | None = None
        self._page = page
        self._inside = False  # of the page chosen
        self._path: list[str] = []
        self._got: dict[str, str] = {}
        self._attributes: dict[str, str] = {}
        self._hidden: set[str] = set()
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
        """Parse the next bytes; raises packed.Stop when nothing that follows matters."""
        self._fed += len(block)
        try:
            self._parser.Parse(block)
        except expat.ExpatError as error:
            raise self._broken(error) from None
        if self._fed - self._parser.CurrentByteIndex > limits.EXPORT_TOKEN_BYTES:
            raise ReadError(
                self.name,
                f"a tag or comment longer than {limits.EXPORT_TOKEN_BYTES:,} bytes",
                "check where it comes from",
            )

    def finish(self) -> None:
        """Close the parser; raises ReadError where the XML ends too soon or no page was met."""
        if not self._has_all():
            try:
                self._parser.Parse(b"", True)
            except expat.ExpatError as error:
                raise self._broken(error) from None
        if self._page is None and len(self.titles) > 1:
            raise selection.several(self.name, self.titles)
        if not self.title:
            there = f"it begins with: {', '.join(self.titles)}" if self.titles else "check it"
            trouble = "no page in it" if self._page is None else f"no page {self._page!r}"
            raise ReadError(self.name, trouble, there)

    def _has_all(self) -> bool:
        return bool(self.title and self._page is not None and not self._inside) or (
            len(self.titles) > limits.EXPORT_TITLES and self._page is None
        )

    def _broken(self, error: expat.ExpatError) -> ReadError:
        what = expat.ErrorString(error.code)
        where = f"line {error.lineno}, column {error.offset + 1}"
        return ReadError(self.name, f"broken XML: {what} at {where}", "fetch it again")

    def _doctype(self, *_: object) -> None:
        raise ReadError(self.name, "XML with a DTD, which no export has", "take the DTD out")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= _DEPTH:
            told = f"elements more than {_DEPTH} deep, which no export has"
            raise ReadError(self.name, told, "check where it comes from")
        way = f"{self._path[-1]}/{name}" if self._path else name
        self._path.append(name)
        if way in _FIELDS or way == "revision/text":
            self._start_text(way, attributes)
        elif way == "page/revision":
            self._got, self._attributes, self._hidden = {}, {}, set()
        elif way == "revision/minor":
            self._got["minor"] = ""
        elif way == "mediawiki":
            self.language = attributes.get("xml:lang")
        if "deleted" in attributes and self._path[-2:-1] == ["revision"]:
            self._hidden.add({"contributor": "user"}.get(name, name))

    def _start_text(self, way: str, attributes: dict[str, str]) -> None:
        """Begin to keep an element's text, where it is a title or belongs to what is wanted."""
        if way == "revision/text":
            self._attributes = attributes
            if not self._inside or not self.picker.wants(self._key()):
                return
        elif way != "page/title" and not (self._inside and self._path[2:3] == ["revision"]):
            return
        self._pieces, self._length = [], 0
        self._parser.CharacterDataHandler = self._take

    def _take(self, piece: str) -> None:
        self._length += len(piece)
        if self._pieces is not None:
            self._pieces.append(piece)
        if self._length > limits.INPUT_BYTES:
            told = f"a text of more than {limits.INPUT_BYTES >> 20} MiB"
            raise ReadError(self.name, told, "choose other revisions")

    def _end(self, name: str) -> None:
        self._path.pop()
        if self._pieces is not None:
            self._parser.CharacterDataHandler = None
            field = _FIELDS.get(f"{self._path[-1]}/{name}", name)
            self._got[field] = "".join(self._pieces)
            self._pieces = None
            if field == "title":
                self._enter()
        elif name == "page" and self._inside:
            self._inside = False
            if self._page is not None:
                raise packed.Stop
        if name == "revision" and self._inside and self._path[-1:] == ["page"]:
            self.picker.take(self._key(), self._stored())

    def _enter(self) -> None:
        """Take note of a page's title, and whether it is the page that is wanted."""
        title = self._got["title"]
        if len(self.titles) <= limits.EXPORT_TITLES:
            self.titles.append(title)
        if self._page is None:
            self._inside = not self.title
            if len(self.titles) > limits.EXPORT_TITLES:
                raise packed.Stop
        else:
            self._inside = selection.same_title(self._page, title)
        if self._inside:
            self.title = title

    def _key(self) -> tuple[str, int]:
        """Return the place of the revision at hand in the page's history: time, id."""
        return self._got.get("timestamp", ""), self._number(self._got.get("id")) or 0

    def _number(self, digits: str | None) -> int | None:
        if digits is None:
            return None
        if not re.fullmatch(r"\s*[0-9]{1,16}\s*", digits):
            raise ReadError(self.name, f"no number: {digits[:40]!r}", "fetch it again")
        return int(digits)

    def _stored(self) -> Stored:
        """Return the revision at hand; its text is None where nobody wanted it."""
        got = self._got
        content = got.get("text")
        size = self._number(self._attributes.get("bytes"))
        if size is None and content is not None:
            size = text.size(content)
        revision = Revision(
            id=self._number(got.get("id")),
            timestamp=got.get("timestamp"),
            user=None if "user" in self._hidden else got.get("user"),
            comment=None if "comment" in self._hidden else got.get("comment", ""),
            minor="minor" in got,
            size=size,
        )
        return Stored(self._key(), revision, content, frozenset(self._hidden), got.get("model"))
