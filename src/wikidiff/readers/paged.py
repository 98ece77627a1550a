"""The text of a PDF, a print or a mail: a page's lines broken anew.

Which break is the page's own cannot be told, so that such a text is no form of a diff. It is known
by its page breaks, form feeds, as `pdftotext` ends each page: no text of a wiki has one, since
MediaWiki replaces them in what is saved (UtfNormal's Validator::cleanUp). Where these were left
out, and in a mail, it is known by lines that end at one width in the middle of a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

BREAKS = "page breaks (form feeds): the text of a PDF or a print, whose lines are broken anew"
BROKEN = "lines broken anew, as in a PDF, a print or a mail: where they ended is lost"
NUMBERS = "line numbers without the tabs of a table, as in a PDF or a print"
REASONS = frozenset((BREAKS, BROKEN, NUMBERS))
WAY_OUT = "save the diff page as HTML, or copy it from the browser"
UNLESS = f"{WAY_OUT}; if its lines are whole, name the form with --as"

_WIDEST, _NARROWEST = 250, 20  # columns that a line of print may have, and one that is full has
_FULL, _CASELESS = 0.7, 0.9  # of the widest broken line: what another has at least, by script
_HALF = 0.5  # of the widest line: what one has that was broken, where a page is doubted
_LONGER = 1.1  # of it: more than a line of this print can have
_MOST_LONGER = 0.05  # share of lines that may be longer all the same, such as a long address
_LEAST = 3  # full lines that end within a sentence, from which it is no chance
_ROOM = 2  # and how many of these have room for the next word: letters of print are not as wide
_EDITED = 2  # lines that an edit made wider than the editor that broke the others allowed
_SHARE = 0.3  # full lines that end so, of all
_MAIL = 80  # columns that a line of a mail may have


@cache
def _word() -> re.Pattern[str]:
    """Return the pattern of a word, which code has not: `key:`, `f(`. Most pages need none."""
    return re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?=[\s,.;)]|$)")


def decline(text: str) -> str | None:
    """Return why a text is no diff page's, where it has page breaks."""
    return BREAKS if "\f" in text else None


def broken(lines: Sequence[str], *, doubted: bool = False, mailed: bool = False) -> str | None:
    """Return why these lines are no diff page's, where they end at the width of a page or a mail.

    `doubted` tells that something else is not as a browser copies it, `mailed` that it was quoted
    in a mail: one such line is enough then.
    """
    told = [" ".join(line.split()) for line in lines]
    told = [line for line in told if line]
    widths = [_width(line) for line in told]
    if doubted and _some_go_on(told, widths):
        return BROKEN
    return BROKEN if _many_go_on(told, widths, least=1 if mailed else _LEAST) else None


def _some_go_on(lines: Sequence[str], widths: Sequence[int]) -> bool:
    """Tell whether a long line, of lines that are all no longer than print, goes on in the next.

    In scripts without capitals a line may begin as a sentence goes on: there nothing is told.
    """
    spaced = (width for line, width in zip(lines, widths, strict=True) if " " in line)
    widest = max(spaced, default=0)
    return _NARROWEST <= widest <= _WIDEST and any(
        width >= _HALF * widest and _ends_within(line) and _kind(after[0]) in ("Ll", "Nd")
        for line, width, after in zip(lines, widths, lines[1:], strict=False)
    )


def _many_go_on(lines: Sequence[str], widths: Sequence[int], *, least: int) -> bool:
    """Tell whether lines that end within a sentence are as wide as each other, and none is wider.

    Text that was broken in an editor, by counting characters, is not taken for such: in print some
    lines have room for the next word by that count. Mail programs count them too: there no line is
    wider, while that of an edit, which shows the old words and the new ones, mostly is.
    """
    words = {at: word for at in range(len(lines) - 1) if (word := _next(lines[at], lines[at + 1]))}
    widest = max((widths[at] for at in words), default=0)
    if not _NARROWEST <= widest <= _WIDEST:
        return False
    full = sum(width >= _FULL * widest for width in widths[:-1])
    cut = [
        at
        for at, word in words.items()
        if widths[at] >= widest * (_FULL if word[0].islower() else _CASELESS)
    ]
    if len(cut) < least or (least > 1 and len(cut) < _SHARE * full):
        return False
    wider = [width for line, width in zip(lines, widths, strict=True) if " " in line[:widest]]
    if max(widest, *wider) <= min(widest, _MAIL) and not _room(widest, cut, widths, words):
        return True
    longer = sum(width > _LONGER * widest for width in wider)
    usual = sorted(widths[at] for at in cut)[-_EDITED - 1 :][0]  # edited lines may be wider
    return (
        len(cut) >= _LEAST
        and longer <= _MOST_LONGER * len(lines)
        and _room(usual, cut, widths, words) >= _ROOM
    )


def _room(columns: int, cut: Sequence[int], widths: Sequence[int], words: Mapping[int, str]) -> int:
    """Return how many broken lines have room for the next word, in so many columns."""
    return sum(widths[at] + 1 + _width(words[at]) <= columns for at in cut)


def _next(line: str, after: str) -> str:
    """Return what the next line goes on with a sentence by, up to a space; "" where it does not."""
    goes_on = _ends_within(line) and _kind(after[0]) in ("Ll", "Lo") and _word().match(after)
    return after.partition(" ")[0] if goes_on else ""


def _ends_within(line: str) -> bool:
    """Tell whether a line of several words ends within a sentence."""
    last = line[-1]
    return " " in line and (last in ",;–-" or last.isalnum() or _kind(last) in ("Mn", "Mc"))


def _width(line: str) -> int:
    """Return a line's width in columns: an ideograph has two, what stands on a letter none."""
    if line.isascii() or len(line) > 2 * _WIDEST:  # more than print has, whatever its signs
        return len(line)
    return sum(map(_columns, line))


def _columns(char: str) -> int:
    if _kind(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _kind(char: str) -> str:
    return unicodedata.category(char)
