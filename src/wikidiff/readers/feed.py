"""Atom and RSS feeds of a wiki: a page's history or recent changes, each entry with its diff.

Source of the forms: RFC 4287 (Atom), RSS 2.0, MediaWiki's HistoryAction and ChangesFeed. DTDs are
refused, so that there are no entities to expand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlsplit
from xml.parsers import expat

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import Page, PageWarning, Revision, Revisions
from wikidiff.readers import selection
from wikidiff.readers.base import Input, Marked, Meta, Pair

NAME = "feed"
ABOUT = (
    "an Atom or RSS feed of a page's history or of recent changes, with the diffs in its entries"
)
EVIDENCE = "XML whose root is <feed> or <rss>, and a diff table or a new page's text in an entry"
SELECTS = ("page", "revisions")

_ROOT = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<(?:!--|\?)[^>]{0,2000}>\s*){0,9}"
    r"<(?:feed|rss|!DOCTYPE (?:feed|rss))[\s>]"
)
_DIFF = re.compile(r"diff-marker|diff-lineno|&lt;p&gt;&lt;b&gt;|<p><b>")
_DEPTH = 16
_FIELDS = {
    "entry/title": "title",
    "entry/updated": "time",
    "entry/summary": "html",
    "entry/content": "html",
    "entry/id": "link",
    "author/name": "user",
    "item/title": "title",
    "item/pubDate": "date",
    "item/description": "html",
    "item/link": "link",
    "item/dc:creator": "user",
}
_NO_TABLE = PageWarning("diff-left-out", "The feed holds no diff of this edit: it was too large.")


@dataclass(slots=True)
class _Feed:
    """What a feed holds: its language and the fields of its entries."""

    language: str | None = None
    entries: list[dict[str, str]] = field(default_factory=list)


def decline(source: Input) -> str | None:
    """Return why this is no feed of edits."""
    start = source.text[: limits.TABLE_HEAD_CHARS]
    if not _ROOT.match(start):
        return "no XML whose root is <feed> or <rss>"
    return None if _DIFF.search(source.text) else "a feed without diffs in its entries"


def read(
    source: Input,
    *,
    language: str | None = None,
    page: str | None = None,
    revisions: str | None = None,
) -> Marked | Pair:
    """Read one entry's edit; `page` and `revisions` choose where there are several.

    Raises ReadError where there are several and none was chosen, and where the XML is broken.
    """
    feed = _parsed(source)
    found = _chosen(source.name, feed.entries, page, revisions)
    return _edit(source.name, found, language or feed.language)


def read_each(source: Input, *, language: str | None = None) -> Iterator[Marked | Pair]:
    """Yield the edit of each entry, in the feed's order, the latest first; raises as `read`."""
    feed = _parsed(source)
    if not feed.entries:
        raise ReadError(source.name, "a feed without entries", "ask for more days of it")
    for entry in feed.entries:
        yield _edit(source.name, entry, language or feed.language)


def _chosen(
    source: str, entries: Sequence[dict[str, str]], page: str | None, revisions: str | None
) -> dict[str, str]:
    wanted = selection.wanted(source, revisions)
    found = [one for one in entries if page is None or selection.same_title(page, _title(one))]
    if wanted is not None and wanted.new != "last":
        found = [one for one in found if _ids(one)[1] == wanted.new]
    elif wanted is not None:
        found = found[:1]
    if wanted is not None and wanted.old != "prev":
        found = [one for one in found if _ids(one)[0] == wanted.old]
    if len(found) == 1:
        return found[0]
    told = ", ".join(f"{_title(one)} {_ids(one)[1]}" for one in entries[: limits.EXPORT_TITLES])
    told += ", …" * (len(entries) > limits.EXPORT_TITLES)
    what = f"several edits: {told}" if found else f"no such edit; it has {told}"
    raise ReadError(source, what, "choose one with --revisions ID, or take --jsonl")


def _edit(source: str, entry: dict[str, str], language: str | None) -> Marked | Pair:
    from wikidiff.readers.feed_table import entry_of

    inside = entry_of(entry.get("html", ""), source)
    old, new = _ids(entry)
    revision = Revision(new, _time(entry), entry.get("user") or None, inside.comment)
    revisions = Revisions(Revision(id=old), revision)
    meta = Meta(Page(_title(entry) or None, _url(entry)), revisions, language=language)
    if inside.text is not None:
        return Pair(meta, "", inside.text)
    if inside.runs is None:
        made = Meta(meta.page, revisions, language=language, warnings=(_NO_TABLE,))
        return Marked(made, ())
    made = Meta(meta.page, revisions, engine=inside.engine, language=language)
    return Marked(made, inside.runs, "exact" if inside.engine == "wikidiff2" else "spaces")


def _url(entry: dict[str, str]) -> str | None:
    link = entry.get("link", "").strip()
    return link if link.startswith(("https://", "http://")) else None


def _query(entry: dict[str, str]) -> dict[str, str]:
    with suppress(ValueError):
        query = parse_qs(urlsplit(entry.get("link", "").strip()).query)
        return {key: values[-1] for key, values in query.items()}
    return {}


def _title(entry: dict[str, str]) -> str:
    """Return the page's title: that of the link, since a history's entries have other titles."""
    return _query(entry).get("title", "").replace("_", " ") or entry.get("title", "").strip()


def _ids(entry: dict[str, str]) -> tuple[int | None, int | None]:
    query = _query(entry)
    old, new = (
        int(word) if re.fullmatch(rf"[0-9]{{1,{limits.ID_DIGITS}}}", word) else None
        for word in (query.get("oldid", ""), query.get("diff", ""))
    )
    return old or None, new or None


def _time(entry: dict[str, str]) -> str | None:
    """Return the time as ISO 8601 in UTC; Atom has it so, RSS as in RFC 822."""
    if time := entry.get("time", "").strip():
        return time if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time) else None
    with suppress(ValueError, TypeError):
        return (
            parsedate_to_datetime(entry.get("date", ""))
            .astimezone(UTC)
            .strftime("%Y-%m-%dT%H:%M:%SZ")
        )
    return None


def _parsed(source: Input) -> _Feed:
    """Return the entries of a feed; raises ReadError where the XML is broken or over a limit."""
    walk = _Walk(source.name)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.text
    parser.StartDoctypeDeclHandler = walk.doctype
    try:
        parser.Parse(source.data, True)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1}"
        told = f"broken XML: {expat.ErrorString(error.code)} at {where}"
        raise ReadError(source.name, told, "fetch it again") from None
    return walk.feed


class _Walk:
    """Takes the XML's events."""

    def __init__(self, name: str) -> None:
        self.feed = _Feed()
        self._name = name
        self._path: list[str] = []
        self._pieces: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= _DEPTH:
            told = f"elements more than {_DEPTH} deep, which no feed has"
            raise ReadError(self._name, told, "check where it comes from")
        self._path.append(tag)
        if tag == "feed":
            self.feed.language = attributes.get("xml:lang")
        elif tag in ("entry", "item"):
            self._add_entry()
        elif tag == "link" and self._path[-2:-1] == ["entry"]:
            if attributes.get("rel") == "alternate" and "href" in attributes:
                self.feed.entries[-1]["link"] = attributes["href"]
        elif self._field() or tag == "language":
            self._pieces = []

    def _add_entry(self) -> None:
        if len(self.feed.entries) >= limits.FEED_ENTRIES:
            told = f"more than {limits.FEED_ENTRIES:,} entries"
            raise ReadError(self._name, told, "ask for fewer of them")
        self.feed.entries.append({})

    def _field(self) -> str | None:
        return _FIELDS.get("/".join(self._path[-2:]))

    def text(self, piece: str) -> None:
        if self._pieces is not None:
            self._pieces.append(piece)

    def end(self, tag: str) -> None:
        if self._pieces is not None:
            told, name = "".join(self._pieces), self._field()
            self._pieces = None
            if name and self.feed.entries:
                self.feed.entries[-1].setdefault(name, told)
            elif tag == "language":
                self.feed.language = self.feed.language or told.strip() or None
        self._path.pop()

    def doctype(self, *_: object) -> None:
        raise ReadError(self._name, "XML with a DTD, which no feed has", "take the DTD out")
