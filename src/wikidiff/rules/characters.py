r"""W402 to W410: characters that hide, mislead or were lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from wikidiff.rules.base import Hit, edit_rule, text_rule
from wikidiff.rules.edit import Edit, Side

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]+")
_MARK = re.compile("[\u200e\u200f\u061c]+")
_RTL = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ZERO = re.compile("[\u200b-\u200d\u2060-\u2064\ufeff\u180e]+")
_SPACELESS = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1a20-\u1aaf]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]+")
_LOST = re.compile("\ufffd+")
_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ue000-\uf8ff"
    "\ufeff\U000f0000-\U0010fffd]"
)
"""All that the rules from W402 to W405 look for."""
_CLUSTER = re.compile(r"\S*[^\x00-\u02ff]\S*")
_TELLTALE = re.compile(
    "(?:[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]+)+"
)
_WESTERN = re.compile("[\x20-\x7e\u00a0-\u00ff\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u20ac]*")
_AROUND = 20  # code points on either side by which mojibake is told from text
_SPACES = re.compile(r"(?<=\S)[ \t]+$|(?<![^\n])[ \t]+$", re.MULTILINE)
_STRAIGHT, _CURLY = "'\"-", "\u2018\u2019\u201c\u201d\u2013\u2014"


def _code(characters: str) -> str:
    named = dict.fromkeys(f"U+{ord(c):04X} {unicodedata.name(c, '')}".strip() for c in characters)
    return ", ".join(named)


def _is_odd(side: Side) -> bool:
    """Tell whether a side has any of the characters that hide or mislead."""
    if "odd" not in side.memo:
        side.memo["odd"] = any(_ODD.search(line) for line in side.lines if not line.isprintable())
    return bool(side.memo["odd"])


@text_rule("W402", "bidi-control", "error", in_ascii=False)
def bidi(side: Side) -> Iterator[Hit]:
    """A character that turns the direction of writing stands in the text.

    Embeddings, overrides and isolates (U+202A to U+202E, U+2066 to U+2069) make text read in
    another order than it is stored, so that a link or a number can show as another one.

    Ignore it where a template needs them, or use `<bdi>`.

    Old:
        The mole is long.
    Bad:
        The mole is \u202egnol\u202c.
    Good:
        The mole is long.
    """
    if not _is_odd(side):
        return
    for span in side.find(_BIDI, "source"):
        yield side.hit(span, f"{_code(span.match[0])} changes the order of writing")


@text_rule("W403", "zero-width", fixable=True, in_ascii=False)
def zero_width(side: Side) -> Iterator[Hit]:
    """A character without width stands where no script needs one.

    It is not seen, and searches, links and sorting fail because of it. Joiners inside scripts and
    emoji that need them, word breaks in scripts without spaces, and marks of direction on a line
    with letters that are written from right to left, are not told.

    Old:
        The mole is long.
    Bad:
        The mo\u200ble is long.
    Good:
        The mole is long.
    """
    if not _is_odd(side):
        return
    for span in side.find(_MARK, "source"):
        if not _RTL.search(side.place(span.passage, span.start, span.end).text):
            message = f"{_code(span.match[0])} stands where nothing is written to the left"
            yield side.hit(span, message, fix="")
    for span in side.find(_ZERO, "source"):
        source, start, end = span.passage.source, span.start, span.end
        before = source[start - 1] if start else "\n"
        after = source[end] if end < len(source) else "\n"
        if not _needed(span.match[0], before, after):
            message = f"{_code(span.match[0])} cannot be seen and is not needed here"
            yield side.hit(span, message, fix="")


def _needed(found: str, before: str, after: str) -> bool:
    if "\u200d" in found or "\u200c" in found:
        return _joins(before) or _joins(after)
    return bool(_SPACELESS.match(before) or _SPACELESS.match(after))


def _joins(character: str) -> bool:
    """Tell whether a character is of a script or of signs that joiners belong to."""
    if character < "\u0300":
        return character in "\u00a9\u00ae"
    category = unicodedata.category(character)
    return not unicodedata.name(character, "").startswith(("LATIN", "CYRILLIC", "GREEK")) and (
        category[0] in "LM" or category in ("So", "Sk", "Sm")
    )


@text_rule("W404", "private-use", in_ascii=False)
def private_use(side: Side) -> Iterator[Hit]:
    """A character has no meaning but in one font.

    Private use characters show as boxes, or as whatever the reader's font has there.

    Old:
        The mole is long.
    Bad:
        The mole is long \ue012.
    Good:
        The mole is long.
    """
    for span in side.find(_PRIVATE, "source") if _is_odd(side) else ():
        yield side.hit(span, f"private use character {_code(span.match[0])}")


@text_rule("W405", "control-character", "error")
def control(side: Side) -> Iterator[Hit]:
    """A control character stands in the text.

    MediaWiki refuses some of them and shows nothing for the others. Tabs and line ends are not
    told.

    Old:
        The mole is long.
    Bad:
        The mole is \u0008long.
    Good:
        The mole is long.
    """
    for span in side.find(_CONTROL, "source") if _is_odd(side) else ():
        yield side.hit(span, f"control character {_code(span.match[0])}")


@text_rule("W406", "mojibake", "error", in_ascii=False)
def mojibake(side: Side) -> Iterator[Hit]:
    """Text was read in the wrong encoding.

    UTF-8 that somebody took for Windows-1252 shows two or three accented letters for one. The
    library ftfy judges whether that is what happened.

    Old:
        The café is open.
    Bad:
        The cafÃ© is open.
    Good:
        The café is open.
    """
    candidates = list(side.find(_TELLTALE, "source"))
    if not candidates:
        return
    from ftfy import fix_encoding

    for span in candidates:
        found = span.match[0]
        around = _western(span.passage.source, span.start, span.end)
        meant = fix_encoding(around)
        if found not in meant and len(meant) < len(around):
            yield side.hit(span, f"“{found}” was read in the wrong encoding")


def _western(text: str, start: int, end: int) -> str:
    """Return a stretch with what stands beside it, as far as Windows-1252 has it."""
    before = _WESTERN.match(text[max(start - _AROUND, 0) : start][::-1])
    after = _WESTERN.match(text[end : end + _AROUND])
    return (before[0][::-1] if before else "") + text[start:end] + (after[0] if after else "")


@text_rule("W407", "replacement-character", "error", in_ascii=False)
def replacement(side: Side) -> Iterator[Hit]:
    """A character was lost: U+FFFD stands in its place.

    It is put where bytes are no text in the encoding they were read in.

    Old:
        The café is open.
    Bad:
        The caf\ufffd is open.
    Good:
        The café is open.
    """
    for span in side.find(_LOST, "source") if side.has("\ufffd") else ():
        yield side.hit(span, "a character was lost here (U+FFFD)")


@text_rule("W408", "not-nfc", "info", in_ascii=False)
def not_nfc(side: Side) -> Iterator[Hit]:
    """Text is not in Unicode's composed form.

    MediaWiki stores the composed form (NFC) of all it gets, so a text kept elsewhere differs from
    what the wiki has, and searches in it fail.

    Old:
        The place is open.
    Bad:
        The cafe\u0301 is open.
    Good:
        The café is open.
    """
    if unicodedata.is_normalized("NFC", side.touched):
        return
    for span in side.find(_CLUSTER, "source"):
        word = span.match[0]
        if not unicodedata.is_normalized("NFC", word):
            yield side.hit(span, "not in composed form (NFC), as MediaWiki stores it")


@edit_rule("W409", "quotes-replaced", "info", default=False)
def quotes_replaced(edit: Edit, *, least: int = 10) -> Iterator[Hit]:
    """Many quotes or dashes were replaced by others, straight by curly or curly by straight.

    A word processor does so by itself, in template parameters and URLs too. Some wikis ask for one
    kind, so the rule is off by default.

    Options:
        least: signs that must have been replaced

    Settings:
        least = 4
    Old:
        The "mole" is "long".
    Bad:
        The “mole” is “long”.
    Good:
        The "mole" is very "long".
    """
    for gone, come in ((_STRAIGHT, _CURLY), (_CURLY, _STRAIGHT)):
        count = min(_surplus(edit, gone, "-"), _surplus(edit, come, "+"))
        if count >= least:
            yield Hit(edit.first_place, f"{count} quotes or dashes replaced by others", come)


def _surplus(edit: Edit, signs: str, mark: str) -> int:
    """Return how many of some signs one side has more than the other."""
    old = sum((line.old or "").count(sign) for line in edit.lines for sign in signs)
    new = sum((line.new or "").count(sign) for line in edit.lines for sign in signs)
    return new - old if mark == "+" else old - new


@text_rule("W410", "trailing-space", "info", default=False, fixable=True)
def trailing_space(side: Side) -> Iterator[Hit]:
    """A line ends with white space.

    Nobody sees it, and the next edit will show it as a change. Off by default.

    Old:
        The mole is long.
    Bad:
        The mole is very long.\u0020\u0020
    Good:
        The mole is very long.
    """
    for span in side.find(_SPACES, "source"):
        yield side.hit(span, "white space at the line's end", fix="", key="space")
