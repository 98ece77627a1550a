"""An edit's comment from the HTML that MediaWiki makes of it.

Source: MediaWiki's CommentParser: a section's name in /* */ becomes a link with an arrow, internal
links become links; nothing else is changed.
"""

from __future__ import annotations

import re

from wikidiff.readers.html_element import Element

_ARROW = re.compile(r"[\s\u200e\u200f]*[→←]?[\s\u200e\u200f]*")
_COLON = ":：\u200b \u00a0"
_BRACKETS = {"(": ")", "（": "）", "[": "]"}


def comment_text(element: Element) -> str:
    """Return the comment as it was written, as far as the page can tell; "" for none given.

    A link's target is what the page's link has: names of namespaces come out in its language.
    """
    if element.has("mw-comment-none"):
        return ""
    return _without_brackets(_written(element).strip()).strip()


def _without_brackets(text: str) -> str:
    if len(text) > 1 and _BRACKETS.get(text[0]) == text[-1]:
        return text[1:-1]
    return text


def _written(element: Element) -> str:
    made: list[str] = []
    waiting: list[Element | str] = [*reversed(element.children)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            made.append(item)
        elif item.has("autocomment"):
            made.append(_section(item))
        elif item.has("a") and not item.has("external"):
            made.append(_link(item))
        else:
            waiting.extend(reversed(item.children))
    return "".join(made)


def _section(element: Element) -> str:
    """Return the /* */ of a section's link; older pages have only the arrow in the link."""
    link = element.first("a")
    name = _ARROW.sub("", link.text(), count=1).strip() if link else ""
    name = name or _ARROW.sub("", element.text(), count=1).rstrip(_COLON)
    return f"/* {name} */"


def _link(element: Element) -> str:
    from urllib.parse import parse_qs, unquote  # most comments have no link

    text, href = element.text(), urlsplit_or_none(element.get("href"))
    query = parse_qs(href[1]) if href else {}
    target = query["title"][0] if "redlink" in query and "title" in query else element.get("title")
    target = target.replace("_", " ")
    if not target:
        return text
    if href and href[2]:
        target = f"{target}#{unquote(href[2]).replace('_', ' ')}"
    # a namespace is localised in the link's target only, so a name that is the same was the target
    same = target == text or (":" in text and target.partition(":")[2] == text.partition(":")[2])
    return f"[[{text}]]" if same else f"[[{target}|{text}]]"


def urlsplit_or_none(address: str) -> tuple[str, str, str] | None:
    """Return an address's path, query and fragment; None where it is none."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
    except ValueError:  # such as a broken IPv6 host
        return None
    return parts.path, parts.query, parts.fragment
