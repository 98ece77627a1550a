"""Spaces that the old PHP formatter hides: its common words come with the old side's spaces.

Each of its words takes one space after it along and is compared without it (MediaWiki's
WordLevelDiff), so a space that only the new side has after a common word is lost, and one that only
the old side has is shown on both.
"""

from __future__ import annotations

_TIGHT = frozenset(",.;:!?)]}")
_AFTER = frozenset(".,;:!?)]}")


def correction(text: str, i: int, m: int, j: int) -> int:
    """Return 1 where the new side lacks a space before the inserted words, -1 where it has one
    too many before what follows a deletion, else 0.
    """  # noqa: D205
    if not i:
        return 0
    before = text[i - 1]
    if m < j:
        first = text[m]
        if _is_word(before) and _is_word(first):
            return 1
        if before == " " and first in _TIGHT:
            return -1
        return int(before in _AFTER and first.isalpha())
    if before != " ":
        return 0
    return -1 if j == len(text) or text[j] in _TIGHT else 0


def corrected(kept: str, inserted: str, change: int) -> str:
    """Return the new side so far with the inserted words, the hidden space put right."""
    if change > 0:
        return kept + " " + inserted
    return (kept[:-1] if change < 0 else kept) + inserted


def symmetric_heading(line: str) -> str:
    """Return a heading with a space inside both ends where the closing one alone shows it."""
    body = line.strip("=")
    level = len(line) - len(line.lstrip("="))
    if not level or not body or body[:1] == " " or body[-1:] != " ":
        return line
    return line[:level] + " " + line[level:]


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_" or char > "\x7f"
