"""Where a diff begins in a page's markup, told before anything is parsed.

MediaWiki writes every `<` of shown text as a reference, so that a tag in the markup is a tag of the
page, unless it stands in a script, a comment or the like. The article comes after the diff. So the
parser can begin at the diff; where anything is unusual it begins at the page's start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wikidiff import limits
from wikidiff.readers.html_look import PARTS, no_page

_NAMES = re.compile(r"<(?:td|div|table)\s[^<>]*\Z", re.IGNORECASE)
_HIDING = {"<!--": "-->"} | {
    f"<{name}": f"</{name}"
    for name in ("script", "style", "textarea", "title", "template", "noscript")
}
_OPENINGS = re.compile("<(?:!--|s(?:cript|tyle)|t(?:extarea|itle|emplate)|noscript|[STN])")
_LANGUAGE = re.compile(r"<html\b[^<>]{0,1000}?\slang=[\"']?([A-Za-z0-9-]{1,40})", re.IGNORECASE)
_TABLE = re.compile(r"<table\s[^<>]{0,400}?\bclass=\"?diff[\s\">]")
_LINK = re.compile(r"<a\s[^<>]{0,4000}?\bhref=\"([^\"<>]{0,4000})\"")
_ARTICLE = "mw-parser-output"


@dataclass(frozen=True, slots=True)
class Cut:
    """Offsets in code points: `start` is where parsing begins, `first` the diff's first tag.

    `tables` counts the diff tables above the article, as far as they can be told.
    """

    start: int
    first: int
    tables: int
    language: str | None


def cut(text: str) -> Cut | str:
    """Return where a diff begins, or why the text has none."""
    if reason := no_page(text):
        return reason
    first = _first_tag(text)
    if first < 0:
        return "no element of a MediaWiki diff"
    language = _LANGUAGE.search(text, 0, first)
    code = language[1] if language else None
    article = text.find(_ARTICLE)
    if not _is_plain(text, first, article):
        return Cut(0, first, 1, code)
    end = article if article >= 0 else len(text)
    return Cut(first, first, sum(1 for _ in _TABLE.finditer(text, first, end)), code)


def _first_tag(text: str) -> int:
    """Return the offset of the first tag that names a part of a diff, -1 where there is none."""
    first, end = -1, len(text)
    for part in PARTS:
        if (at := _first_with(text, part, end)) >= 0:
            first = end = at
    return first


def _first_with(text: str, part: str, end: int) -> int:
    at = text.find(part, 0, end)
    while at >= 0:
        start = text.rfind("<", max(at - limits.HEADER_CHARS, 0), at)
        if start >= 0 and _NAMES.match(text, start, at):
            return start
        at = text.find(part, at + len(part), end)
    return -1


def _is_plain(text: str, first: int, article: int) -> bool:
    """Tell whether the tag at `first` surely stands neither in an article nor where tags are text.

    Tags in capitals are not MediaWiki's: then it is not sure.
    """
    if 0 <= article < first:
        return False
    last = {found[0]: found.end() for found in _OPENINGS.finditer(text, 0, first)}
    return all(
        opening in _HIDING and text.find(_HIDING[opening], at, first) >= 0
        for opening, at in last.items()
    )


_BEYOND = 200  # code points: what the tokenizer looks ahead
_USER = 2_000  # the last part of the mobile frame


def enough(markup: str) -> int:
    """Return the offset by which a diff has most likely ended, 0 where nothing tells.

    That is past its table's end, on mobile pages past the user below; it only saves time, so that
    it need not be right.
    """
    table = markup.find("</table>")
    user = markup.find("mw-mf-userinfo", max(table, 0))
    if max(table, user) < 0:
        return 0
    end = table + _BEYOND
    if user >= 0:
        footer = markup.find("printfooter", user, user + _USER)
        end = footer + _BEYOND if footer >= 0 else user + _USER
    return markup.rfind(">", 0, end) + 1


def footer_address(text: str) -> str:
    """Return the address that a page says it was printed from, empty where it does not."""
    at = text.rfind('class="printfooter"')
    found = _LINK.search(text, at, at + 10 * limits.HEADER_CHARS) if at >= 0 else None
    return found[1].replace("&amp;", "&") if found else ""
