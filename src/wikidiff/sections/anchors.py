"""The anchors that MediaWiki gives headings."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wikidiff.model import Heading
from wikidiff.text import pattern


def anchors(headings: Iterable[Heading]) -> list[str]:
    """Return the id that MediaWiki gives each heading of a page, in order (its "html5" mode).

    Sanitizer::escapeIdForAttribute and Parser::finalizeHeadings: markup is dropped, white space
    and underscores run together become one underscore, and where an anchor stood before, letter
    case aside, `_2`, `_3`, ... is added.
    """
    used: set[str] = set()
    counts: dict[str, int] = {}
    made: list[str] = []
    for heading in headings:
        anchor = anchor_of(heading.text)
        key = anchor.casefold()
        number = counts.get(key, 1)
        name = anchor
        while name.casefold() in used:
            number += 1
            name = f"{anchor}_{number}"
        counts[key] = number
        used.add(name.casefold())
        made.append(name)
    return made


_PLAIN = (
    r"<!--.*?-->"
    r"|</?[A-Za-z][^<>]{0,200}>"
    r"|'{2,5}"
    r"|\[\[:?(?:[^\[\]|]{0,250}\|)?(?P<label>[^\[\]|]{0,500})\]\]"
    r"|\[(?:https?:)?//[^\s\[\]]{1,500}\s*(?P<outside>[^\[\]]{0,500})\]"
)
_MARKUP = re.compile(r"[<'\[&]")
_BLANKS = re.compile(r"[\s_]+")


def anchor_of(heading: str) -> str:
    """Return a heading's anchor before numbering; templates in it are left as they are written."""
    if _MARKUP.search(heading):
        heading = pattern(_PLAIN).sub(
            lambda match: match["label"] or match["outside"] or "", heading
        )
    if "&" in heading:
        from html import unescape  # its table of entities is long, and seldom asked

        heading = unescape(heading)
    return _BLANKS.sub("_", heading.strip(" \t\r_"))
