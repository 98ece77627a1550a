"""A saved mail (.eml): the diff page that stands in it, or is attached to it.

Sources: RFC 5322 (head and body), RFC 2045 to 2047 (parts and how they are packed, which Python's
`email` undoes) and RFC 3676 (format=flowed: a line that ends with a space goes on in the next).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from itertools import islice

from wikidiff import limits

_HEAD = 65_536  # bytes in which the head of a mail ends, with all its stations
_FIELD = re.compile(rb"[A-Za-z][A-Za-z-]{0,60}:")
_KIND = re.compile(rb"^content-type:", re.IGNORECASE | re.MULTILINE)
_FROM = re.compile(rb"^(?:from|received|return-path|message-id):", re.IGNORECASE | re.MULTILINE)
_MAILBOX = "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
"""The line before each mail of a mailbox, as git writes it."""
_END = re.compile(rb"\r?\n\r?\n")
_QUOTED = re.compile(r">*")
_SIGNATURE = "-- "


def begins(data: bytes) -> bool:
    """Tell whether bytes begin as a mail does: with fields that say from whom and of what kind.

    One of more parts than the limit is none that holds a diff page.
    """
    if not _FIELD.match(data[:80]):
        return False
    head = _END.split(data[:_HEAD], maxsplit=1)[0]
    if not (_KIND.search(head) and _FROM.search(head)):
        return False
    return sum(1 for _ in islice(_KIND.finditer(data), limits.MAIL_PARTS + 1)) <= limits.MAIL_PARTS


def parts(data: bytes) -> Iterator[bytes]:
    """Yield what a mail holds, in UTF-8: what is attached, then its own text, HTML last.

    A patch is as `git format-patch` writes it, with the mail's own author, time and subject.
    """
    from email import message_from_bytes

    message = message_from_bytes(data)
    for part in sorted(filter(_is_text, message.walk()), key=_place):
        content = _content(part)
        if b"\n@@ -" in content and part.get_content_disposition() != "attachment":
            yield _head(message) + content
        yield content


def _is_text(part: Message) -> bool:
    return not part.is_multipart() and part.get_content_maintype() in ("text", "application")


def _place(part: Message) -> int:
    if part.get_content_disposition() == "attachment":
        return 0
    return 2 if part.get_content_type() == "text/html" else 1


def _head(message: Message) -> bytes:
    fields = [f"{name}: {message[name]}" for name in ("From", "Date", "Subject") if message[name]]
    return "\n".join([_MAILBOX, *fields, "", ""]).encode("utf-8", "replace")


def _content(part: Message) -> bytes:
    """Return a part's content; its bytes as they are where no encoding, or none known, is told."""
    packed = part.get_payload(decode=True)
    content = packed if isinstance(packed, bytes) else b""
    try:
        text = content.decode(part.get_content_charset("utf-8"))
    except (LookupError, ValueError):
        return content
    text = text.replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        drops = str(part.get_param("delsp", "no")).lower() == "yes"
        text = "\n".join(_unflowed(text.split("\n"), drops=drops))
    return text.encode("utf-8", "surrogatepass")


def _unflowed(lines: list[str], *, drops: bool) -> Iterator[str]:
    """Yield lines as they were before they were broken; `drops`: the space at a break was put in.

    Lines are joined that are quoted as deep; the space that keeps a line's start is taken away.
    """
    held, depth, goes_on = "", 0, False
    for line in lines:
        marks = _QUOTED.match(line)
        deep = marks.end() if marks else 0
        words = line[deep:].removeprefix(" ")
        if goes_on and deep == depth and words != _SIGNATURE:
            held += words
        else:
            if goes_on:
                yield held
            held = f"{'>' * deep} {words}" if deep else words
        depth, goes_on = deep, words.endswith(" ") and words != _SIGNATURE
        if goes_on and drops:
            held = held[:-1]
        if not goes_on:
            yield held
    if goes_on:
        yield held
