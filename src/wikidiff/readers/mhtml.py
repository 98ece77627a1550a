"""A page that a browser saved as a single file (MHTML): the HTML that stands in it.

Source: RFC 2557 and what Chromium writes: a mail of several parts, of which the page is the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message

_HEAD = 4_096  # bytes in which the head of the file and of a part ends
_FIELD = re.compile(rb"[A-Za-z][A-Za-z-]{0,60}:")
_END = re.compile(rb"\r?\n\r?\n")
_ADDRESSES = ("Snapshot-Content-Location", "Content-Location")


def begins(data: bytes) -> bool:
    """Tell whether bytes begin as such a file does."""
    start = data[:_HEAD]
    return bool(_FIELD.match(start)) and b"multipart/related" in _END.split(start, maxsplit=1)[0]


def page(data: bytes) -> bytes:
    """Return the HTML of the page in UTF-8, its address in a comment before; else the bytes.

    The comment is the one that browsers put into a page saved with its files beside it.
    """
    head, at = _head(data, 0)
    boundary = head.get_boundary()
    for start, end in _parts(data, at, boundary.encode()) if boundary else ():
        told, begin = _head(data, start)
        if told.get_content_type() == "text/html":
            return _comment(head, told) + _content(told, data[begin:end])
    return data


def _head(data: bytes, at: int) -> tuple[Message, int]:
    """Return the fields that begin at an offset, and the offset of what follows them."""
    from email.parser import BytesHeaderParser

    found = _END.search(data, at, at + _HEAD)
    end = found.end() if found else at
    return BytesHeaderParser().parsebytes(data[at:end]), end


def _parts(data: bytes, at: int, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each part's head and of its end."""
    line = b"\n--" + boundary
    start = data.find(line, max(at - 1, 0))
    while start >= 0:
        end = data.find(line, start + len(line))
        begin = data.find(b"\n", start + len(line)) + 1
        if not begin or end < 0:
            return
        yield begin, end
        start = end


def _content(told: Message, content: bytes) -> bytes:
    way = str(told.get("Content-Transfer-Encoding", "")).strip().lower()
    try:
        if way == "quoted-printable":
            from binascii import a2b_qp

            content = a2b_qp(content)
        elif way == "base64":
            from base64 import b64decode

            content = b64decode(content)  # what is no sign of it is passed over
        return content.decode(told.get_content_charset("utf-8")).encode()
    except (LookupError, ValueError):  # cut short, an encoding not known, or not that of the page
        return content


def _comment(*heads: Message) -> bytes:
    for head in heads:
        for field in _ADDRESSES:
            address = str(head.get(field, "")).strip()
            if address.startswith(("http://", "https://")) and not re.search(r"[\s<>]", address):
                return f"<!-- saved from url=({len(address):04}){address} -->\n".encode()
    return b""
