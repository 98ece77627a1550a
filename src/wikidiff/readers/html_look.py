"""A first look at a text: may it be an HTML diff page? Cheap, and loads nothing."""

from __future__ import annotations

PARTS = ("diff-", "mw-mf-diff", "mw-mf-minidiff")
"""What the class or id of some element of every diff page holds."""

_HEAD = 400  # code points: a byte order mark and blank lines before the first tag


def no_page(text: str) -> str:
    """Return why a text cannot be an HTML diff page, empty where it may be one."""
    if not text[:_HEAD].lstrip("\ufeff \t\r\n").startswith("<"):
        return "not HTML"
    for part in PARTS:
        if part in text:
            return ""
    return "no element of a MediaWiki diff"
