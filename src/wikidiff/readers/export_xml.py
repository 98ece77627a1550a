"""Two revisions of a page from a MediaWiki XML export or dump, read as a stream.

Memory holds the revisions chosen and the candidates for them, never the dump.
"""

from __future__ import annotations

import io
import re

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import Page, PageWarning, Revisions
from wikidiff.readers import packed, selection
from wikidiff.readers.base import Input, Meta, Pair, hidden, told_delta
from wikidiff.readers.export_pick import Picker, picker
from wikidiff.readers.export_walk import Key, Stored, StoredPage, Walk

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
    found, walk = _walked(file, name, page, picker(name, wanted))
    if found.picker.rescan:
        if not file.seekable():
            raise ReadError(name, "its revisions are out of order", "save it to a file first")
        file.seek(0)
        found, walk = _walked(file, name, page, found.picker.again())
    old, new = found.picker.two(found.title)
    for stored in (old, new):
        if stored.missing:
            there = stored.trouble or "text" in stored.hidden
            way_out = "choose other revisions" if there else "take the dump with the texts"
            raise ReadError(name, stored.missing, way_out)
    sides = Revisions(old.revision, new.revision)
    meta = Meta(
        Page(found.title),
        sides,
        told_delta(sides, old.text or "", new.text or ""),
        language=language or walk.language,
        warnings=(*_warnings(old, "old"), *_warnings(new, "new")),
    )
    return Pair(meta, old.text or "", new.text or "")


def _walked(
    file: packed.Readable, name: str, page: str | None, pick: Picker
) -> tuple[_Chooser, Walk]:
    chooser = _Chooser(name, page, pick)
    walk = Walk(name, chooser)
    packed.unpack(file, name, walk.feed)
    if not chooser.has_all:
        walk.finish()
    chooser.check()
    return chooser, walk


def _warnings(stored: Stored, side: str) -> list[PageWarning]:
    warnings = [hidden(what, side, "export") for what in sorted(stored.hidden)]
    if stored.model not in (None, "wikitext"):
        other = f"The {side} revision is {stored.model}, not wikitext."
        warnings.append(PageWarning("not-wikitext", other))
    return warnings


class _Chooser:
    """Visits one page; `title` is the page chosen, `titles` the first ones met."""

    def __init__(self, name: str, page: str | None, pick: Picker) -> None:
        self.picker = pick
        self.title = ""
        self.titles: list[str] = []
        self.has_all = False
        self._name = name
        self._page = page

    def enter(self, page: StoredPage) -> bool:
        """Take note of a page's title, and whether it is the page that is wanted."""
        title = page.title
        if len(self.titles) <= limits.EXPORT_TITLES:
            self.titles.append(title)
        if self._page is not None:
            inside = selection.same_title(self._page, title)
        else:
            inside = not self.title
            if len(self.titles) > limits.EXPORT_TITLES:
                self._stop()
        if inside:
            self.title = title
        return inside

    def wants(self, key: Key) -> bool:
        """Tell whether a revision may be one of the two."""
        return self.picker.wants(key)

    def take(self, stored: Stored) -> None:
        """Take a revision of the page; raises ReadError where its numbers are none."""
        if stored.trouble and stored.text is not None:
            raise ReadError(self._name, stored.trouble, "fetch it again")
        self.picker.take(stored.key, stored)

    def leave(self) -> None:
        """Stop at the end of the page that was named."""
        if self._page is not None:
            self._stop()

    def _stop(self) -> None:
        self.has_all = True
        raise packed.Stop

    def check(self) -> None:
        """Raise ReadError where no page was met, or several and none was named."""
        if self._page is None and len(self.titles) > 1:
            raise selection.several(self._name, self.titles)
        if not self.title:
            there = f"it begins with: {', '.join(self.titles)}" if self.titles else "check it"
            trouble = "no page in it" if self._page is None else f"no page {self._page!r}"
            raise ReadError(self._name, trouble, there)
