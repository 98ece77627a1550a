"""The readers: one module per form, each recognising its form by evidence."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import cast

from wikidiff.errors import ReadError, UnrecognisedError
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
    reasons: list[tuple[str, str]] = []
    for name in readers:
        reader = get(name)
        reason = reader.decline(source)
        if reason is None:
            return reader
        reasons.append((name, reason))
    raise UnrecognisedError(
        source.name,
        "no reader takes it for a diff page",
        "see 'wikidiff readers' for what can be read, or name one with --as",
        tuple(reasons),
    )
