"""Bytes to text, where the encoding is certain; nothing is guessed.

UTF-8 with or without a byte order mark, UTF-16 with one (Unicode 15, section 23.8). Line ends stay
as they are.
"""

from __future__ import annotations

import codecs

from wikidiff import limits
from wikidiff.errors import DecodeError, ReadError
from wikidiff.readers import paged
from wikidiff.text import pattern

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "", "UTF-32"),  # begins like UTF-16 LE: looked for first
    (codecs.BOM_UTF32_BE, "", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)

_PDF = b"%PDF-"
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (_PDF, "a PDF document"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
"""First bytes of common formats, as their own specifications give them: only a courtesy."""


def decode(data: bytes, name: str) -> str:
    """Return the text of `data`; `name` is what messages call it.

    Raises ReadError for empty or too large input, DecodeError for anything that is not UTF-8 or
    marked UTF-16, with the 1-based line and the 0-based byte offset of the first wrong byte.
    """
    if len(data) > limits.INPUT_BYTES:
        raise ReadError(
            name,
            f"{len(data):,} bytes, more than the {limits.INPUT_BYTES:,} that are read whole",
            "cut out the diff page",
        )
    if not data:
        raise ReadError(name, "is empty", "give the page as saved or copied")
    _decline_binary(data, name)
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            return _decode(data, name, codec, label, len(mark))
    return _decode(data, name, "utf-8", "UTF-8", 0)


_DECLARED = r"""(<\?xml\b[^<>]{0,200}?)\sencoding=["'][Uu][Tt][Ff]-?16["']"""


def as_utf8(data: bytes) -> bytes:
    """Return marked UTF-16 as UTF-8, which parsers of JSON and XML take; other bytes as they are.

    Windows PowerShell writes what a wiki answers so. What is no such text stays too.
    """
    for mark, codec, label in _MARKS:
        if data.startswith(mark):
            if label != "UTF-16":
                break
            try:
                text = data[len(mark) :].decode(codec)
            except UnicodeDecodeError:
                break
            return pattern(_DECLARED).sub(r"\1", text, count=1).encode() or data
    return data


def _decline_binary(data: bytes, name: str) -> None:
    for first, kind in _KINDS:
        if data.startswith(first) and not _is_utf8(data):  # an article may begin with "GIF89a"
            way_out = paged.WAY_OUT if first == _PDF else "give the page as text or HTML"
            raise DecodeError(name, f"is {kind}, not text", way_out)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


def _decode(data: bytes, name: str, codec: str, label: str, skip: int) -> str:
    if not codec:
        raise DecodeError(name, f"is {label}", _convert(label, name))
    try:
        text = data[skip:].decode(codec)
    except UnicodeDecodeError as error:
        line = data[skip : skip + error.start].decode(codec, "replace").count("\n") + 1
        raise DecodeError(
            name,
            f"is not {label}: {error.reason} in line {line}, byte {skip + error.start}",
            _convert("ISO-8859-1", name) if label == "UTF-8" else "save it again as UTF-8",
        ) from None
    if not text:
        raise ReadError(name, "is empty but for a byte order mark", "give the page as saved")
    # a search for NUL goes slowly through a text of wide characters
    if b"\0" in data if codec == "utf-8" else "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise DecodeError(
            name,
            f"is binary data or UTF-16 without a byte order mark: a NUL in line {line}",
            "give the page as text or HTML, in UTF-8",
        )
    return text


def _convert(encoding: str, name: str) -> str:
    return f"convert it first, for example: iconv -f {encoding} -t UTF-8 {name}"
