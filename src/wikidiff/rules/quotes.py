"""W206: bold and italic marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wikidiff.rules.base import Hit, text_rule
from wikidiff.rules.edit import Side

_MARKS = re.compile(r"'{2,}")


def open_marks(line: str) -> tuple[bool, bool]:
    """Return whether a line leaves italic and bold open, as MediaWiki counts them.

    Source: Parser::doQuotes. Where both are left open, one bold mark is taken for an apostrophe and
    an italic one, and nothing is open.
    """
    italic = bold = single = 0
    for match in _MARKS.finditer(line):
        size = len(match[0])
        italic += size == 2 or size >= 5
        bold += size in (3, 4) or size >= 5
        single += size in (3, 4)
    if italic % 2 and bold % 2 and single:
        return False, False
    return bool(italic % 2), bool(bold % 2)


@text_rule("W206", "quotes-unclosed", local=False, signs=("''",))
def quotes(side: Side) -> Iterator[Hit]:
    """Bold or italic text is not closed on its line.

    MediaWiki ends it with the line, so more is bold or italic than was meant.

    Old:
        The mole of Astra is long.
    Bad:
        The mole of '''Astra is long.
    Good:
        The mole of '''Astra''' is long.
    """
    if side.edit.joins_lines or not side.has("''"):
        return
    for passage in side.passages:
        text = passage.plain
        for start, end in side.spans(passage):
            line = text[start:end]
            if "''" not in line:
                continue
            italic, bold = open_marks(line)
            if italic or bold:
                last = [match.span() for match in _MARKS.finditer(line)][-1]
                what = "bold" if bold else "italic"
                place = side.place(passage, start + last[0], start + last[1])
                yield Hit(place, f"{what} text is not closed on its line", what)
