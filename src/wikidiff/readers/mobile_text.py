"""The copied text of MobileFrontend's Special:MobileDiff, in any of MediaWiki's languages known.

The page shows one block a line, marks gone; around the lines stands the page's frame, of which any
part may be missing, save the line that tells the bytes. Facts on the frame are from pages made by
MediaWiki 1.39 with MobileFrontend and from MobileFrontend's history (SpecialMobileDiff.php).
"""

from __future__ import annotations

import re

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import Page, PageWarning, Revision, Revisions
from wikidiff.readers import mobile_frame as frame
from wikidiff.readers import paged
from wikidiff.readers.base import Flat, Input, Meta

NAME = "mobile-text"
ABOUT = "the text of a mobile diff page (Special:MobileDiff), copied from a browser"
EVIDENCE = "a line near the top tells the bytes added or removed, and when"

_OTHERS = (
    (re.compile(r"<\?xml|<mediawiki\b", re.I), "XML, not text"),
    (re.compile(r"<!doctype\b|<(?:html|head|body|title|meta|link)\b", re.I), "HTML, not text"),
    (re.compile(r'\{\s*"|\[\s*(?:\{\s*)?"'), "JSON, not text"),
    (re.compile(r"diff --git |--- \S|Index: \S"), "a patch of files"),
)
"""How other formats begin, so that they are declined by name."""


_NEAR = 8  # lines between a page's heading and its bytes: the jumps, the title and blank ones


def decline(source: Input) -> str | None:
    """Return why the source is no copied mobile diff page, None where it is."""
    text = source.text
    start = re.compile(r"\s*").match(text)
    for pattern, reason in _OTHERS:
        if start and pattern.match(text, start.end()):
            return reason
    if printed := paged.decline(text):
        return printed
    lines = _lines(text)
    size = frame.find_size_line(lines, None)
    if size is None:
        return "no line near the top tells the bytes added or removed"
    if not size.certain and not _supported(lines, size):
        return "a line tells bytes added or removed, but no date and nothing else of such a page"
    return _printed(lines, size, quoted=source.quoted)


def _printed(lines: list[str], size: frame.SizeLine, *, quoted: bool) -> str | None:
    """Return why this is the text of a PDF, a print or a mail, None where it is none."""
    tail = frame.read_tail(lines, size.at + 1, size.language, full=True)
    is_full = frame.read_head(lines, size).timestamp is not None
    doubted = is_full and frame.is_folded(lines[size.at])
    return paged.broken(lines[size.at + 1 : tail.end], doubted=doubted, mailed=quoted)


def _supported(lines: list[str], size: frame.SizeLine) -> bool:
    """Tell whether more of the frame than the bytes is there, near them."""
    start = max(size.at - _NEAR, 0)
    head = frame.read_head(lines[start:], size._replace(at=size.at - start))
    minor, at = frame.read_minor(lines, size.at + 1, size.language)
    return minor or head.known or frame.read_tail(lines, at, size.language, full=False).known


def _lines(text: str) -> list[str]:
    """Return the text's lines; a CR before every line feed belongs to the line ends."""
    lines = text.split("\n")
    ended = lines[:-1]
    if ended and all(line.endswith("\r") for line in ended):
        lines = [line.removesuffix("\r") for line in lines]
    return lines


def read(source: Input, *, language: str | None = None) -> Flat:
    """Return the shown lines in page order, and what the frame says.

    The lines are verbatim, but for spaces at their ends: the page shows none, pasting may add some.

    `language` is the code of the language to try first for the page's own words. Raises ReadError
    where there is no line that tells the bytes, or nothing of a diff though bytes were changed.
    """
    lines = _lines(source.text)
    size = frame.find_size_line(lines, language)
    if size is None:
        raise ReadError(source.name, "no line tells the bytes", "copy the page from its heading on")
    head = frame.read_head(lines, size)
    minor, at = frame.read_minor(lines, size.at + 1, size.language)
    tail = frame.read_tail(lines, at, size.language, full=head.full)
    full = head.full or tail.user is not None
    comment, at = frame.read_comment(lines[: tail.end], at, size.language, full=full)
    while at < tail.end and not lines[at]:
        at += 1
    shown = tuple(line.rstrip(" \t") or line for line in lines[at : tail.end])
    warnings = _warnings(source.name, size.delta, shown, complete=tail.known)
    when = head.timestamp or size.timestamp
    new = Revision(timestamp=when, user=tail.user, comment=comment, minor=minor)
    revisions = Revisions(new=new)
    meta = Meta(Page(head.title), revisions, size.delta, head.engine, size.language.code, warnings)
    return Flat(meta, shown)


def _warnings(
    name: str, delta: int | None, shown: tuple[str, ...], *, complete: bool
) -> tuple[PageWarning, ...]:
    """Return what is odd about the page; raises ReadError where its diff is missing."""
    if not shown and delta != 0:
        if not complete or abs(delta or 0) > limits.UNSHOWN_BYTES:
            raise ReadError(name, "a page with no diff lines", "copy the diff below the bytes too")
        return (
            PageWarning(
                "no-lines", "The page shows no line: only line ends at the end of it changed."
            ),
        )
    if delta is None:
        message = "The words beside the number of bytes are not known: added or removed, unsaid."
        return (PageWarning("delta-unknown", message),)
    return ()
