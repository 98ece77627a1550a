"""A copied page that was quoted in a mail or a chat (`> `), or indented as a block of code.

No page or diff has the same mark before all of its lines, so that what all lines share is not the
page's own. RFC 3676, section 4.5, tells how mail quotes.
"""

from __future__ import annotations

import codecs

from wikidiff.model import PageWarning

_LEAST = 3  # lines from which it is no chance that they begin alike
_MARKUP = (b"<", b"{")  # of HTML, XML and JSON, where white space before a line says nothing


def bared(data: bytes) -> tuple[bytes, PageWarning] | None:
    """Return UTF-8 text without what is before all of its lines, and the warning that says so.

    None where nothing is. Blank lines need not have it: mail programs cut them short.
    """
    text = data.removeprefix(codecs.BOM_UTF8)
    first = text.lstrip(b"\r\n")[:1]
    if first not in (b">", b" ", b"\t"):
        return None
    if first != b">" and text.lstrip()[:1] in _MARKUP:
        return None
    lines = text.split(b"\n")
    removed = b""
    while mark := _mark(lines):
        lines = [_without(line, mark) for line in lines]
        removed += mark
    if not removed:
        return None
    told = f"Each line begins with {removed.decode()!r}, which is not the page's own: taken away."
    return b"\n".join(lines), PageWarning("prefix-removed", told)


def inside(data: bytes) -> tuple[bytes, PageWarning] | None:
    """Return the longest quotation of a mail, with its marks, and the warning that says so.

    Lines around it are the mail's own. None where nothing, or everything, is quoted.
    """
    if b"\n>" not in data or data.lstrip()[:1] in _MARKUP:
        return None
    lines = data.split(b"\n")
    best, run = range(0), range(0)
    for at, line in enumerate(lines):
        if line.startswith(b">"):
            run = range(run.start if run else at, at + 1)
            best = max(best, run, key=len)
        elif line.strip():
            run = range(0)
    around = sum(bool(line.strip()) for at, line in enumerate(lines) if at not in best)
    if len(best) < _LEAST or not around:
        return None
    told = f"The page is quoted in a mail: the {around} lines around the quotation were left out."
    return b"\n".join(lines[best.start : best.stop]), PageWarning("quotation-read", told)


def _without(line: bytes, mark: bytes) -> bytes:
    """Return a line without the mark, or without what is left of it on a blank line."""
    if line.startswith(mark):
        return line.removeprefix(mark)
    return line.removeprefix(mark.rstrip()) if not line.strip(b"> \t\r") else line


def _mark(lines: list[bytes]) -> bytes:
    """Return what each line begins with that is not blank, as far as it is a mark of quoting."""
    told = [line for line in lines if line.strip()]
    if len(told) < _LEAST:
        return b""
    if all(line.startswith(b">") for line in told):
        spaced = all(line.startswith(b"> ") or not line[1:].strip() for line in told)
        return b"> " if spaced else b">"
    low, high = min(told), max(told)
    count = 0
    while low[count : count + 1] in (b" ", b"\t") and low[: count + 1] == high[: count + 1]:
        count += 1
    return low[:count]
