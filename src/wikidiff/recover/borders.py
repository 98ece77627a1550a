"""Word borders of the two formatters, and classes of characters.

A border is an offset in code points. wikidiff2 takes ASCII letters, digits, `_` and everything from
U+00C0 on as word characters, one Chinese or Japanese character as a word, and each other character
as a word (its TextUtil). The old PHP formatter takes ASCII letters, digits, `_` and every non-ASCII
byte as word bytes and gives each word the space after it (MediaWiki's WordLevelDiff); on Chinese
wikis each non-ASCII character is a word.
"""

from __future__ import annotations

import re

from wikidiff.recover.page import PHP

_CJK = "\u3000-\u9fff\U00020000-\U0002a000"
_THAI = "\u0e00-\u0e7f"
_THAI_JOINED = "\u0e30-\u0e3a\u0e45-\u0e4e"  # vowel signs, tone marks: no border before
_WD2_WORD = re.compile(
    rf"[{_CJK}]|[{_THAI}][{_THAI_JOINED}]*"
    r"|[0-9A-Za-z_\u00c0-\u0dff\u0e80-\u2fff\ua000-\U0001ffff\U0002a001-\U0010ffff]+|.",
    re.DOTALL,
)
_PHP_WORD = re.compile(r"(?:[^\S\n]+|[0-9A-Za-z_\u0080-\U0010ffff]+|.)(?: )?", re.DOTALL)
_PHP_ZH_WORD = re.compile(r"(?:[^\S\n]+|[0-9A-Za-z_]+|.)(?: )?", re.DOTALL)


def words(line: str, engine: str, language: str = "en") -> list[str]:
    """Return the formatter's words of a line; joined they are the line."""
    if engine == PHP:
        return (_PHP_ZH_WORD if language.startswith("zh") else _PHP_WORD).findall(line)
    return _WD2_WORD.findall(line)


def borders(line: str, engine: str, language: str = "en") -> list[int]:
    """Return every word border of a line, 0 and its length among them, ascending."""
    found, at = [0], 0
    for word in words(line, engine, language):
        at += len(word)
        found.append(at)
    return found


EDGE, SPACE, LOWER, UPPER, DIGIT, LETTER, OPEN, CLOSE = range(8)
STOP, COMMA, EQUALS, PIPE, QUOTE, BULLET, DASH, OTHER = range(8, 16)
CLASSES = 16
_SIGNS = {
    **dict.fromkeys("([{<«“‘（「『【《", OPEN),
    **dict.fromkeys(")]}>»”）」』】》", CLOSE),
    **dict.fromkeys(".!?…。！？।", STOP),
    **dict.fromkeys(",;:、，；：", COMMA),
    **dict.fromkeys("'\"’", QUOTE),
    **dict.fromkeys("*#", BULLET),
    **dict.fromkeys("-–—_/", DASH),
    "=": EQUALS,
    "|": PIPE,
    " ": SPACE,
    "\u00a0": SPACE,
    "\t": SPACE,
}


def char_class(char: str) -> int:
    """Return the class of a character; "" is the edge of the line."""
    if not char:
        return EDGE
    known = _SIGNS.get(char)
    if known is not None:
        return known
    if char.islower():
        return LOWER
    if char.isupper():
        return UPPER
    if char.isdigit():
        return DIGIT
    return LETTER if char.isalpha() or ord(char) > 0x2FF else OTHER
