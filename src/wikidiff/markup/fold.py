"""Lines of a template or table that both sides have are folded before it is parsed.

An edit of one parameter of a box needs the box's name and that parameter, not the other sixty. A
stretch of lines of named parameters, with brackets that close on the line, becomes one parameter
that stands for them: no other one changes its number or its value by that. A stretch of rows of a
table becomes one row that says how many it stands for, one of list items becomes one item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, chain, zip_longest
from typing import Any

from wikidiff.markup.grammar import doubled, table_signs
from wikidiff.text import pattern

SIGN = "\ufdd1"  # stands in what is folded: no character (Unicode, section 23.7)
FOLD = f"{SIGN}[0-9]+"
_LEAST = 300  # code points from which on folding pays
_LEAST_LINES = 40
_LINK = r"\[\[[^\[\]{}<>\n]*+\]\]"
_PLAIN = r"\{\{[^{}\[\]<>\n]*+\}\}"
_TEMPLATE = rf"\{{\{{[^{{}}\[\]<>\n]*+(?:(?:{_LINK}|{_PLAIN})[^{{}}\[\]<>\n]*+)*+\}}\}}"
_CLOSED = (  # what closes on its line; no part of it can close what opened elsewhere
    rf"{_LINK}|{_TEMPLATE}|\[[^\[\]{{}}<>\n]*+\]|<!--[^\n<>]*+-->|<ref[^<>\n]*+/>"
    rf"|<ref(?:\s[^<>/\n]*+)?>(?:[^<>{{}}\[\]\n]++|{_TEMPLATE}|\[[^\[\]{{}}<>\n]*+\])*+</ref>"
    r"|</?(?:br|small|center|big|sup|sub|span|b|i|u|s|abbr)(?:[\s/][^<>\n]*+)?>"
)
_NAME = r"\|[ \t]*+([\w.()/-]++(?: [\w.()/-]++)*+)[ \t]*+="
_PARAMETERS = (
    rf"(?m)(?:^[ \t]*+(?:{_NAME}(?:[^\n{{}}\[\]<>|]++|{_CLOSED})*+)++\n)+(?=[ \t]*(?:\||\}}\}}))"
)
_INNERMOST = (  # what holds no other bracket and closes, over lines too
    r"\{\{(?!\{)[^{}\[\]<>]*+\}\}(?!\})|\[\[[^\[\]{}<>]*+\]\]|\[[^\[\]{}<>\n]*+\]"
    r"|<ref[^<>]*+/>|<ref(?:\s[^<>/]*+)?>[^<>{}\[\]]*+</ref>"
    r"|</?(?:br|hr|div|font|small|center|big|sup|sub|span|b|i|u|s|abbr)(?:[\s/][^<>]*+)?>"
)
_DEPTH = 6  # of brackets in one another in a row that is folded
_FILL = "\x02"


def _rows_of(closed: str) -> str:
    """Match rows of a table, given what may stand in a line beside words."""
    line = rf"(?:[^\n{{}}\[\]<>]++{closed})*+\n"
    cell = rf"[|!](?![-+}}]){line}(?:(?![ \t:]*+(?:[|!]|\{{\|)){line})*+"
    return rf"(?m)(?:^\|-{line}(?:{cell})++(?=\|[-}}]))++"


_FILLED_ROWS = _rows_of("")  # in a text of which the brackets are filled
_ROWS = _rows_of(f"|{_CLOSED}")  # in one where all brackets close on their line
_ITEMS = rf"(?m)(?:^[*#:;](?:[^\n{{}}\[\]<>|=]++|{_CLOSED})*+\n)++"


_FOLDED = rf"(?:\|{SIGN}([0-9]+)=|\|-\n\|{SIGN}([0-9]+) [0-9]+ [0-9]+|\*{SIGN}([0-9]+))\n?"
_ROW = re.compile(rf"{SIGN}[0-9]+ ([0-9]+) ([0-9]+)")
_NOT_IN = re.compile(r"\{(?:\{#|\|)")
"""A parser function, whose arguments have numbers only, or a table."""
_HAS_ITEM = re.compile(r"\n[*#:;]")


class Folds:
    """The stretches folded in one piece."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def fold(self, blocks: Sequence[str], gone: Sequence[str], come: Sequence[str]) -> list[str]:
        """Return stretches that both sides have, folded.

        Between each of them and the next stands what `gone` and `come` say on the old and the new
        side.
        """
        if sum(map(len, blocks)) < _LEAST:
            return list(blocks)
        if any("</ref" in block for block in blocks) and _has_nested(blocks, gone, come):
            return list(blocks)
        changed = *gone, *come
        parts = *blocks, *changed
        if any(SIGN in part for part in parts):
            return list(blocks)
        found = [sign for part in parts for sign in _NOT_IN.findall(part)]
        if "{|" in found:
            if not (_is_one_table(blocks, gone) and _is_one_table(blocks, come)):
                return list(blocks)
            folded = blocks if _repeated(blocks, changed) else self._in_table(blocks)
            return list(folded) if "{{#" in found else self._listed(folded)
        if "{{#" in found:
            return list(blocks)
        return self._parameters(self._listed(blocks), changed)

    def _listed(self, blocks: Sequence[str]) -> list[str]:
        """Return stretches with their list items folded."""
        return [
            pattern(_ITEMS).sub(self._items, block) if _HAS_ITEM.search("\n" + block) else block
            for block in blocks
        ]

    def _in_table(self, blocks: Sequence[str]) -> list[str]:
        """Return stretches with rows folded of the table that the first opens, the last closes."""
        first, last = blocks[0], blocks[-1]
        low = table_signs(first)[0][0]
        high = table_signs(last)[-1][0]
        return [
            first[:low] + self._rows(first[low:]),
            *map(self._rows, blocks[1:-1]),
            self._rows(last[:high]) + last[high:],
        ]

    def _rows(self, block: str) -> str:
        """Return some lines of a table with its rows folded."""
        if len(block) < _LEAST or "|-" not in block:
            return block
        by_line, is_doubled = _by_line(block)
        filled = block if by_line else _filled(block)
        made: list[str] = []
        at = 0
        for found in pattern(_ROWS if by_line else _FILLED_ROWS).finditer(filled):
            start, end = found.span()
            if end - start < _LEAST_LINES:
                continue
            rows = found[0]
            if is_doubled:
                rows = pattern(_CLOSED).sub(_FILL, rows)
            count, width = size_of(rows)
            made += block[at:start], f"|-\n|{SIGN}{len(self.lines)} {count} {width}\n"
            self.lines.append(block[start:end])
            at = end
        return "".join(made) + block[at:]

    def _parameters(self, blocks: Sequence[str], changed: Sequence[str]) -> list[str]:
        names = {name for part in changed for name in pattern(_NAME).findall(part)}

        def folded(match: re.Match[str]) -> str:
            lines = match[0]
            if len(lines) < _LEAST_LINES or (
                any(name in lines for name in names)
                and not names.isdisjoint(pattern(_NAME).findall(lines))
            ):
                return lines  # of two parameters with one name the last holds
            self.lines.append(lines)
            return f"|{SIGN}{len(self.lines) - 1}=\n"

        return [pattern(_PARAMETERS).sub(folded, block) for block in blocks]

    def _items(self, match: re.Match[str]) -> str:
        if len(match[0]) < _LEAST_LINES:
            return match[0]
        self.lines.append(match[0])
        return f"*{SIGN}{len(self.lines) - 1}\n"

    def unfolded(self, text: str) -> str:
        """Return a part of the piece's text as it is on the page."""
        if not self.lines or SIGN not in text:
            return text
        return pattern(_FOLDED).sub(self._lines, text)

    def _lines(self, match: re.Match[str]) -> str:
        lines = self.lines[int(match[1] or match[2] or match[3])]
        return lines if match[0].endswith("\n") else lines.rstrip()

    def unfolded_all(self, value: Any) -> Any:  # noqa: ANN401 - as in JSON
        """Return a change's detail with all its texts as they are on the page."""
        if isinstance(value, str):
            return self.unfolded(value)
        if isinstance(value, dict):
            return {name: self.unfolded_all(one) for name, one in value.items()}
        return [self.unfolded_all(one) for one in value] if isinstance(value, list) else value


NO_FOLDS = Folds()


_NESTED = r"(?i)<ref(?:\s[^<>/]*+)?>(?:[^<]++|<(?!/?ref[\s/>]))*+<ref(?:\s[^<>/]*+)?>"


def _has_nested(blocks: Sequence[str], *sides: Sequence[str]) -> bool:
    """Tell whether a reference opens in another: the first end of one ends both."""
    texts = ("".join(chain(*zip_longest(blocks, side, fillvalue=""))) for side in sides)
    return any(pattern(_NESTED).search(text) for text in texts)


def _by_line(text: str) -> tuple[bool, bool]:
    """Tell whether all that a text opens it closes on the same line.

    And whether two signs that would part cells stand inside of that.
    """
    comments, refs = "<!--" in text or "-->" in text, "<ref" in text or "</ref" in text
    is_doubled = False
    for line in text.split("\n"):
        braces, squares = doubled(line, "{"), doubled(line, "[")
        if braces != doubled(line, "}") or squares != doubled(line, "]"):
            return False, False
        if comments and line.count("<!--") != line.count("-->"):
            return False, False
        if refs and line.count("<ref") > line.count("</ref") + line.count("/>"):
            return False, False
        if (braces or squares) and not is_doubled:
            is_doubled = _is_doubled_inside(line, "||") or _is_doubled_inside(line, "!!")
    return True, is_doubled


def _is_doubled_inside(line: str, sign: str) -> bool:
    """Tell whether a sign stands inside of brackets."""
    at = line.find(sign)
    while at >= 0:
        if doubled(line, "{", 0, at) != doubled(line, "}", 0, at):
            return True
        if doubled(line, "[", 0, at) != doubled(line, "]", 0, at):
            return True
        at = line.find(sign, at + 2)
    return False


def _filled(text: str) -> str:
    """Return a text of the same length in which all that closes is filled, inner brackets first."""
    text = _without_comments(text)
    for _ in range(_DEPTH):
        text, count = pattern(_INNERMOST).subn(_fill, text)
        if not count:
            break
    return text


def _without_comments(text: str) -> str:
    """Return a text of the same length with its comments filled, as far as they close."""
    made: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        made += text[at:start], _FILL * (end + 3 - start)
        at = end + 3
    return "".join(made) + text[at:] if made else text


def _fill(match: re.Match[str]) -> str:
    return _FILL * len(match[0])


def _is_one_table(blocks: Sequence[str], changed: Sequence[str]) -> bool:
    """Tell whether one table opens in the first of some stretches and closes in the last.

    `changed` stands between them. Other tables may stand in it.
    """
    signs = last = table_signs(blocks[0])
    if not signs or signs[0][1] < 0:
        return False
    for edited, block in zip(changed, blocks[1:], strict=True):
        last = table_signs(block)
        signs = signs + table_signs(edited) + last
    depths = list(accumulate(step for _, step in signs))
    return bool(last) and depths[-1] == 0 and 0 not in depths[:-1]


def _repeated(blocks: Sequence[str], changed: Sequence[str]) -> bool:
    """Tell whether a changed row of a table has lines that an unchanged one has too.

    It may have moved over others: then each row counts for which of them stayed.
    """
    lines = {line for part in changed for line in part.split("\n") if len(line) > _SIGNS}
    if len(lines) > _FEW:
        return not all(lines.isdisjoint(block.split("\n")) for block in blocks)
    return any(f"\n{line}\n" in f"\n{block}" for block in blocks for line in lines)


_FEW = 4  # lines that are looked for one by one
_SIGNS = 3  # "|-" and the like separate rows


def size_of(rows: str) -> tuple[int, int]:
    """Return how many rows with cells some lines of a table hold, and the most cells of a row.

    The brackets in them are filled.
    """
    widths = [0]
    for line in rows.split("\n"):
        if line.startswith("|-"):
            widths.append(0)
        elif line.startswith(("|", "!")):
            sure = 1 + line.count("||", 1)  # a line may begin with two as with one
            widths[-1] += sure + (line.count("!!", 1) if line[0] == "!" else 0)
    return sum(map(bool, widths)), max(widths)


def row_size(cell: str) -> tuple[int, int] | None:
    """Return rows and cells of a row that a cell says it stands for; None for another cell."""
    found = _ROW.fullmatch(cell)
    return (int(found[1]), int(found[2])) if found else None
