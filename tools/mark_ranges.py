"""Print the ranges of characters that belong to the character before them.

Combining marks (Unicode categories Mn, Mc, Me), joiners, variation selectors, emoji modifiers and
tags, from Python's own `unicodedata`. Unassigned code points between two marks are taken along, so
that the table stays short and newer marks of the same blocks are known already.

    python tools/mark_ranges.py     # paste into EXTENDERS in src/wikidiff/text.py
"""

import sys
import unicodedata

EXTRA = {0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)}


def ranges() -> list[tuple[int, int]]:
    """Return the inclusive ranges, in order."""
    found: list[tuple[int, int]] = []
    gap_free = False
    for code in range(0x300, sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        if category[0] == "M" or code in EXTRA:
            if gap_free and found:
                found[-1] = (found[-1][0], code)
            else:
                found.append((code, code))
            gap_free = True
        elif category != "Cn":
            gap_free = False
    return coarser(found)


def coarser(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join near ranges of the rarer scripts behind U+FFFF, letters between them taken along.

    Python's `re` goes through them one by one at every character, up to ten times the time of all
    the rest. A word of those scripts is one token either way.
    """
    made: list[tuple[int, int]] = []
    for first, last in found:
        if made and made[-1][0] >= 0x10000 and first < 0x1F000 and first - made[-1][1] < 0x400:
            made[-1] = (made[-1][0], last)
        else:
            made.append((first, last))
    return made


def escape(code: int) -> str:
    """Return a code point as a Python escape."""
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


if __name__ == "__main__":
    pieces = [escape(a) if a == b else f"{escape(a)}-{escape(b)}" for a, b in ranges()]
    line = ""
    for piece in pieces:
        if len(line) + len(piece) > 90:
            print(f'    "{line}"')
            line = ""
        line += piece
    print(f'    "{line}"')
