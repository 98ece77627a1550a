"""An answer of the API as a browser shows it, on a page (`format=jsonfm`): the JSON in it.

Without `format` in the address a wiki answers so. Source: MediaWiki's ApiFormatBase and its
stylesheet's name for the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from wikidiff.readers.decode import decode
from wikidiff.readers.html_events import Feeder
from wikidiff.readers.html_page import FinishedError

_CLASS = "api-pretty-content"


def answer(data: bytes, name: str) -> bytes:
    """Return the JSON that such a page shows, the bytes themselves where it is none.

    Raises ReadError where the page cannot be decoded or parsed; `name` is what messages call it.
    """
    if not data[:_LOOK].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return data
    taken = _Shown()
    with suppress(FinishedError):
        Feeder(taken).feed(decode(data, name), name)
    text = "".join(taken.text)
    return text.encode("utf-8", "surrogatepass") if text.lstrip().startswith("{") else data


_LOOK = 1_024


class _Shown:
    """Takes the text of the first <pre> of the API's class."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self._inside = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "pre" and _CLASS in attributes.get("class", "").split():
            self._inside = True

    def end(self, tag: str) -> None:
        if tag == "pre" and self._inside:
            raise FinishedError

    def data(self, text: str) -> None:
        if self._inside:
            self.text.append(text)

    def comment(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass
