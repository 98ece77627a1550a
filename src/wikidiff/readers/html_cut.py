"""Where a diff begins in a page's markup, told before anything is parsed.

MediaWiki writes every `<` of shown text as a reference, so that a tag in the markup is a tag of the
page, unless it stands in a script, a comment or the like. The article comes after the diff. So the
parser can begin at the diff; where anything is unusual it begins at the page's start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from wikidiff import limits

_NAMES = re.compile(r"<(?:td|div|table)\s[^<>]*\Z", re.IGNORECASE)
_HIDING = re.compile(r"<(?:(/?)(script|style|textarea|title|template|noscript)\b|!--)", re.I)
_LANGUAGE = re.compile(r"<html\b[^<>]{0,1000}?\slang=[\"']?([A-Za-z0-9-]{1,40})", re.IGNORECASE)
_TABLE = re.compile(r"<table\s[^<>]{0,400}?\bclass=\"?diff[\s\">]", re.IGNORECASE)
_LINK = re.compile(r"<a\s[^<>]{0,4000}?\bhref=\"([^\"<>]{0,4000})\"")
_ARTICLE = "mw-parser-output"


@dataclass(frozen=True, slots=True)
class Cut:
    """Offsets in code points: `start` is where parsing begins, `first` the diff's first tag.

    `tables` counts the diff tables above the article.
    """

    start: int
    first: int
    tables: int
    language: str | None


def cut(text: str) -> Cut | str:
    """Return where a diff begins, or why the text has none."""
    if not text[: limits.HEADER_CHARS].lstrip("\ufeff \t\r\n").startswith("<"):
        return "not HTML"
    first = _first_tag(text)
    if first < 0:
        return "no element of a MediaWiki diff"
    language = _LANGUAGE.search(text, 0, first)
    article = text.find(_ARTICLE)
    end = article if article >= 0 else len(text)
    tables = sum(1 for _ in _TABLE.finditer(text, first, end))
    start = first if _is_plain(text, first, article) else 0
    return Cut(start, first, tables, language[1] if language else None)


def _first_tag(text: str) -> int:
    """Return the offset of the first tag that names a part of a diff, -1 where there is none."""
    return min((at for part in _PARTS if (at := _first_with(text, part)) >= 0), default=-1)


def _first_with(text: str, part: str) -> int:
    at = text.find(part)
    while at >= 0:
        start = text.rfind("<", max(at - limits.HEADER_CHARS, 0), at)
        if start >= 0 and _NAMES.match(text, start, at):
            return start
        at = text.find(part, at + len(part))
    return -1


_PARTS = ("diff-", "mw-mf-diff", "mw-mf-minidiff")


def _is_plain(text: str, first: int, article: int) -> bool:
    """Tell whether the tag at `first` stands neither in an article nor where tags are text."""
    if 0 <= article < first:
        return False
    hidden = ""
    at = 0
    while found := _HIDING.search(text, at, first):
        name = (found[2] or "").lower()
        if not name:
            at = text.find("-->", found.end(), first)
            if at < 0:
                return False
        else:
            at = found.end()
            if found[1] and name == hidden:
                hidden = ""
            elif not found[1] and not hidden:
                hidden = name
    return not hidden


def footer_address(text: str) -> str:
    """Return the address that a page says it was printed from, empty where it does not."""
    at = text.rfind('class="printfooter"')
    found = _LINK.search(text, at, at + 10 * limits.HEADER_CHARS) if at >= 0 else None
    return unescape(found[1]) if found else ""
