"""The readers: one module per form, each recognising its form by evidence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib import import_module
from typing import cast

from wikidiff.errors import ReadError, UnrecognisedError
from wikidiff.readers import paged
from wikidiff.readers.base import Columns, Flat, Found, Input, Marked, Meta, Pair, Reader

__all__ = [
    "NAMES",
    "Columns",
    "Flat",
    "Found",
    "Input",
    "Marked",
    "Meta",
    "Pair",
    "Reader",
    "excluded",
    "get",
    "recognise",
]

_MODULES = {
    "compare-json": "compare_json",
    "rest-json": "rest_json",
    "query-json": "query_json",
    "export-xml": "export_xml",
    "feed": "feed",
    "unified-diff": "unified_diff",
    "mobile-html": "mobile_html",
    "inline-html": "inline_html",
    "desktop-html": "desktop_html",
    "desktop-text": "desktop_text",
    "desktop-clip": "desktop_clip",
    "inline-text": "inline_text",
    "mobile-text": "mobile_text",
}
"""Reader names and their modules, imported only when asked. More particular forms come first."""

NAMES = tuple(_MODULES)


def get(name: str) -> Reader:
    """Return the reader of that name; raises ReadError where there is none."""
    if name not in _MODULES:
        raise ReadError(name, "no such reader", f"take one of: {', '.join(NAMES)}")
    return cast(Reader, import_module(f"wikidiff.readers.{_MODULES[name]}"))


def recognise(source: Input, readers: Sequence[str] = NAMES) -> Reader:
    """Return the first reader that takes a source.

    Raises UnrecognisedError with every reader's reason where none does.
    """
    reasons: dict[str, str] = {}
    others = excluded(source.data)
    for name in sorted(readers, key=lambda name: name in others):  # these only tell their reason
        reader = get(name)
        reason = reader.decline(source)
        if reason is None:
            return reader
        reasons[name] = reason
    raise UnrecognisedError(
        source.name,
        "no reader takes it for a diff page",
        _way_out(reasons.values()),
        tuple((name, reasons[name]) for name in readers),
    )


def _way_out(reasons: Collection[str]) -> str:
    if paged.BROKEN in reasons:
        return paged.UNLESS
    return _WAY_OUT if paged.REASONS.isdisjoint(reasons) else paged.WAY_OUT


_WAY_OUT = "see 'wikidiff readers' for what can be read, or name one with --as"


_JSON = frozenset(("compare-json", "rest-json", "query-json"))
_MARKUP = frozenset(("export-xml", "feed", "mobile-html", "inline-html", "desktop-html"))
_HEAD = 4096
_BLANK = b"\xef\xbb\xbf \t\r\n\v\f"
_ODD = frozenset(b"\xff\xfe\x00\x1fB\xfd7(\x1c\x1d\x1e\xc2\xe1\xe2\xe3")
"""How UTF-16, what is packed, and further white space of Unicode may begin."""


def excluded(data: bytes) -> frozenset[str]:
    """Return the readers that the first characters of a source rule out: none is imported for it.

    Where it may be packed, or UTF-16, nothing is.
    """
    first = data[:_HEAD].lstrip(_BLANK)[:1]
    if not first or first[0] in _ODD or data[0] in _ODD:
        return frozenset()
    found = {"unified-diff"} if b"@@ -" not in data else set()
    if first != b"{":
        found |= _JSON
    if first != b"<":
        found |= _MARKUP
    return frozenset(found)
