"""Sources as they are named on the command line; "-" is standard input."""

from __future__ import annotations

import sys

from wikidiff import api


def name(source: str) -> str:
    """Return what messages call a source."""
    return "standard input" if source == "-" else source


def data(source: str) -> bytes:
    """Return a source's bytes; raises ReadError."""
    return api.load_stream(sys.stdin.buffer) if source == "-" else api.load(source)


def text(source: str) -> str:
    """Return the text of a wikitext source; raises ReadError."""
    from wikidiff import readers

    return readers.Input(name(source), data(source)).text


def text_of(source: str | None) -> str | None:
    """Return the text of a source that may not be given."""
    return None if source is None else text(source)
