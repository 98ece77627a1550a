"""Word borders of the two formatters, classes of characters, and what markup surrounds them.

A border is an offset in code points. wikidiff2 takes ASCII letters, digits, `_` and everything from
U+00C0 on as word characters, one Chinese or Japanese character as a word, and each other character
as a word (its TextUtil). The old PHP formatter takes ASCII letters, digits, `_` and every non-ASCII
byte as word bytes and gives each word the space after it (MediaWiki's WordLevelDiff); on Chinese
wikis each non-ASCII character is a word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import Final

from wikidiff.recover.page import PHP

_CJK = "\u3000-\u9fff\U00020000-\U0002a000"
_THAI = "\u0e00-\u0e7f"
_THAI_JOINED = "\u0e30-\u0e3a\u0e45-\u0e4e"  # vowel signs, tone marks: no border before
# What is left out of words is named: a class of fewer characters is compiled in half the time.
_WD2_WORD = rf"[^\x00-/:-@\[-^`{{-\xbf{_THAI}{_CJK}]+|[{_THAI}][{_THAI_JOINED}]*|."
_PHP_WORD = r"(?:[^\S\n]+|[^\x00-/:-@\[-^`{-\x7f]+|.)(?: )?"
_PHP_ZH_WORD = r"(?:[^\S\n]+|[0-9A-Za-z_]+|.)(?: )?"


@cache
def _pattern(word: str) -> re.Pattern[str]:
    """Return the pattern of a formatter's words: compiling it takes milliseconds."""
    return re.compile(word, re.DOTALL)


def words(line: str, engine: str, language: str = "en") -> list[str]:
    """Return the formatter's words of a line; joined they are the line."""
    if engine == PHP:
        word = _PHP_ZH_WORD if language.startswith("zh") else _PHP_WORD
        return _pattern(word).findall(line)
    return _pattern(_WD2_WORD).findall(line)


def borders(line: str, engine: str, language: str = "en") -> list[int]:
    """Return every word border of a line, 0 and its length among them, ascending."""
    found, at = [0], 0
    for word in words(line, engine, language):
        at += len(word)
        found.append(at)
    return found


EDGE: Final = 0
SPACE: Final = 1
LOWER: Final = 2
UPPER: Final = 3
DIGIT: Final = 4
LETTER: Final = 5
OPEN: Final = 6
CLOSE: Final = 7
STOP, COMMA, EQUALS, PIPE, QUOTE, BULLET, DASH, OTHER = range(8, 16)
CLASSES: Final = 16
_SIGNS: Final = {
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
    known = _SIGNS.get(char)
    if known is None:
        known = _SIGNS[char] = _letter_class(char) if char else EDGE
    return known


def _letter_class(char: str) -> int:
    if char.islower():
        return LOWER
    if char.isupper():
        return UPPER
    if char.isdigit():
        return DIGIT
    return LETTER if char.isalpha() or ord(char) > 0x2FF else OTHER


_SCRIPTS = (0x80, 0x250, 0x530, 0x900, 0x1000, 0xAC00, 0xD800)
SCRIPTS: Final = 8
"""Classes of what letters a text has: none, ASCII ones, other Latin, Greek and Cyrillic, Hebrew and
Arabic, Indic and Thai, Chinese and Japanese, Korean and the rest."""


def char_script(char: str) -> int:
    """Return the class of a character as a letter: below SCRIPTS; a text's is its greatest."""
    known = _SCRIPT_OF.get(char)
    if known is None:
        beyond = bisect_right(_SCRIPTS, ord(char)) if char.isalpha() else -1
        known = _SCRIPT_OF[char] = min(SCRIPTS - 1, 1 + beyond)
    return known


_SCRIPT_OF: Final[dict[str, int]] = {}


PLAIN, TARGET, LABEL, NAME, PARAMETER, URL, TAG, EXTERNAL = range(8)
PLACES: Final = 8
"""Classes of where in the markup a character stands: in a link's target or label, a template's name
or parameters, an address, a tag, an external link."""

_MARKS = re.compile(r"\[\[|\]\]|\{\{|\}\}|\||[<>\[\]]|[a-z]+://[^\s|\]}<>]*")
_OPENERS = {"[[": TARGET, "{{": NAME, "<": TAG, "[": EXTERNAL}
_CLOSERS = {"]]": (TARGET, LABEL), "}}": (NAME, PARAMETER), ">": (TAG,), "]": (EXTERNAL,)}
_DEEPEST = 40


def places(text: str) -> list[int]:
    """Return for every offset of a shown line, its end included, where it stands in the markup."""
    made: list[int] = []
    inside: list[int] = []
    for match in _MARKS.finditer(text):
        mark, (start, end) = match[0], match.span()
        made += [inside[-1] if inside else PLAIN] * (start - len(made))
        if mark in _OPENERS and len(inside) < _DEEPEST:
            inside.append(_OPENERS[mark])
        elif mark in _CLOSERS:
            if inside and inside[-1] in _CLOSERS[mark]:
                inside.pop()
        elif mark == "|" and inside:
            inside[-1] = {TARGET: LABEL, NAME: PARAMETER}.get(inside[-1], inside[-1])
        elif "://" in mark:
            made += [URL] * (end - start)
    return made + [inside[-1] if inside else PLAIN] * (len(text) + 1 - len(made))
