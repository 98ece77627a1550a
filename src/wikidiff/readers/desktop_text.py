"""The desktop diff table as rendered text (`innerText` of a page, text browsers, text exports).

Rows are joined by line feeds and cells by tabs; a cell with text is a line feed, the text, a line
feed (HTML, "The innerText getter steps", and MediaWiki's table with cells of one `<div>` each).
So what a row is can be told by its tabs; only the marks inside of lines are lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import Line, Move, PageWarning
from wikidiff.readers import paged
from wikidiff.readers.base import Input, Marked, Meta
from wikidiff.readers.desktop_head import article_at, find_head, lines_of, shows_none
from wikidiff.readers.localised import fold, languages
from wikidiff.readers.unshown import with_empty_side
from wikidiff.text import pattern

NAME = "desktop-text"
ABOUT = "the text of a desktop diff page as rendered, with the tabs of its table"
EVIDENCE = "rows that tell a line number on either side, and the tabs of table rows below"

_NUMBERS = r"([^\t\d]{0,60})(\d[\d.,'’٬٫\u00a0\u202f ]{0,20})([^\t\d]{0,60})"
_MOVED = "⚫"
_ENOUGH = 40  # lines that show whether there is a table
_CELL_LINES = 3  # of one cell: a carriage return inside a line breaks it

# What it costs to take lines for an odd row: text beside a blank line; a blank line added at the
# table's end where text follows; each further line of a cell; a cell that looks like a mark.
_UNLIKE, _ADDED_BLANK, _BROKEN, _ODD = 4, 2, 3, 2


class Row(NamedTuple):
    """A row's texts; None on the side where there is none. `numbers` for a row of numbers."""

    old: str | None = None
    new: str | None = None
    moved: bool = False
    numbers: tuple[int, int] | None = None


def decline(source: Input) -> str | None:
    """Return why this is no rendered text of a desktop diff."""
    if reason := paged.decline(source.text):
        return reason
    if "\t" not in source.text[: limits.TABLE_HEAD_CHARS]:
        return "no tabs of a table"
    lines = lines_of(source.text)
    at = _first_numbers(lines)
    if at is None:
        head = find_head(lines, None)
        nothing = head is not None and head.rendered and shows_none(lines, head)
        return None if nothing else "no row tells a line number on either side"
    rows = _rows(lines, at, min(len(lines), at + _ENOUGH))
    return None if any(row.numbers is None for row in rows) else "no table rows below the numbers"


def read(source: Input, *, language: str | None = None) -> Marked:
    """Read the page; changed lines come without ops, since the marks inside them are lost.

    Raises ReadError where no table row is found.
    """
    lines = lines_of(source.text)
    at = _first_numbers(lines)
    head = find_head(lines[:at], language)
    if at is None:
        if head and shows_none(lines, head):
            return Marked(head.meta, (), "spaces")
        raise ReadError(source.name, "no row of line numbers", "copy the table with its numbers")
    rows = _rows(lines, at, article_at(lines, head, at) if head else len(lines))
    meta = head.meta if head else Meta(language=_language(lines[at], language))
    if any(row.moved for row in rows):
        meta = meta._replace(engine="wikidiff2")
    elif (plain := _without_spaces(rows)) != rows:
        rows, meta = plain, meta._replace(engine="php")
    meta = meta._replace(warnings=(*meta.warnings, *_warnings(len(lines) - at)))
    return Marked(meta, with_empty_side(list(_runs(rows))), "spaces")


def _without_spaces(rows: list[Row]) -> list[Row]:
    """Return the rows without the spaces of core's PHP on a Chinese wiki, where it made them."""
    if all(text is None or text.isascii() for row in rows for text in (row.old, row.new)):
        return rows
    from wikidiff.readers.chinese_spaces import without

    sides = without([None if row.numbers else (row.old, row.new) for row in rows])
    return [
        row if found is None else row._replace(old=found[0], new=found[1])
        for row, found in zip(rows, sides, strict=True)
    ]


def _warnings(count: int) -> Iterator[PageWarning]:
    """Yield what is lost of a table that has so many lines of text."""
    lost = "The marks inside of changed lines are lost: the words were compared anew."
    yield PageWarning("marks-lost", lost)
    if count > limits.TEXT_ROWS:
        told = f"reading table rows stopped at its limit of {limits.TEXT_ROWS:,} ({count:,} seen)"
        yield PageWarning("limit-reached", f"{told}: the rest is not shown")


def _first_numbers(lines: Sequence[str]) -> int | None:
    """Return the index of the first row of line numbers that a table row follows."""
    for at, line in enumerate(lines[: limits.HEADER_LINES * 2]):
        if row_numbers(line) and at + 1 < len(lines) and _begins_row(lines[at + 1]):
            return at
    return None


def _begins_row(line: str) -> bool:
    return line in ("\t", "\t\t", "")


def row_numbers(line: str) -> tuple[int, int] | None:
    """Return the old and the new line number of a row like "Line 8:<tab>Line 9:"."""
    if len(line) > limits.HEADER_CHARS or line.count("\t") != 1:
        return None
    found = [pattern(_NUMBERS).fullmatch(cell.strip()) for cell in line.split("\t")]
    old, new = found
    if old is None or new is None or (old[1], old[3]) != (new[1], new[3]) or not old[1] + old[3]:
        return None
    numbers = [int("".join(re.findall(r"\d", match[2]))) for match in (old, new)]
    return (numbers[0], numbers[1]) if max(numbers) <= limits.LINE_NUMBER else None


def _language(line: str, first: str | None) -> str | None:
    """Return the code of the language that a row of line numbers is in."""
    cell = fold(line.split("\t")[0])
    for language in languages(first):
        for form in language.line_forms:
            if len(form) == 2 and cell.startswith(form[0]) and cell.endswith(form[1]):
                return language.code
    return first


class Step(NamedTuple):
    """A row and the index of the line after it; `cost` says how odd it is to take it so.

    `last` where only the end of the table can follow: the line feed between rows is missing.
    """

    end: int
    cost: int
    row: Row
    last: bool = False


def _rows(lines: Sequence[str], start: int, stop: int) -> list[Row]:
    """Return the rows from line `start` on, as far as the table goes and not over `stop`.

    A line of a wikitext may itself be a tab: of the ways to take the lines for rows the one whose
    last row begins farthest down counts, of these the cheapest.
    """
    best: dict[int, tuple[int, int, Row]] = {start: (0, -1, Row())}
    stop = min(stop, start + limits.TEXT_ROWS)
    reach, final = start, (start, Row())
    for at in range(start, stop):
        if at > reach:
            break
        if at not in best:
            continue
        ends = list(_steps(lines, at, stop))
        for step in ends:
            total = best[at][0] + step.cost
            if not step.last and (step.end not in best or total < best[step.end][0]):
                best[step.end] = (total, at, step.row)
                reach = max(reach, step.end)
        if ends:
            final = at, min(ends, key=lambda step: step.cost).row
    return _way(best, *final)


def _way(best: dict[int, tuple[int, int, Row]], at: int, last: Row) -> list[Row]:
    """Return the rows on the best way to line `at`, and the last one that begins there."""
    rows = [last]
    while best[at][1] >= 0:
        rows.append(best[at][2])
        at = best[at][1]
    return rows[::-1]


def _steps(lines: Sequence[str], at: int, stop: int) -> Iterator[Step]:
    """Yield every row that may begin at line `at`."""
    line = lines[at]
    if numbers := row_numbers(line):
        yield Step(at + 1, 0, Row(numbers=numbers))
    if line == "\t":
        yield from _from_old(lines, at + 1, stop)
        if lines[at + 1 : at + 3] == [_MOVED, "\t"]:
            yield from _new_cell(lines, at + 3, stop, Row(moved=True))
    elif line == "\t\t":
        yield from _new_cell(lines, at + 1, stop, Row())
    elif line == "" and lines[at + 1 : at + 3] == [_MOVED, "\t"]:
        for end, words, cost in _cells(lines, at + 3, stop):
            if lines[end : end + 1] == ["\t"]:
                yield Step(end + 1, cost, Row(words, moved=True))


def _from_old(lines: Sequence[str], at: int, stop: int) -> Iterator[Step]:
    """Yield the rows with an old side, whose cell begins at line `at`."""
    for end, words, cost in ((at, "", 0), *_cells(lines, at, stop)):
        if end >= stop:
            continue
        if lines[end] == "\t":
            yield Step(end + 1, cost, Row(words))
        elif lines[end] == "\t\t":
            for step in _new_cell(lines, end + 1, stop, Row(words)):
                unlike = (step.row.old == "") != (step.row.new == "")  # only core PHP has these
                yield step._replace(cost=step.cost + cost + _UNLIKE * unlike)


def _new_cell(lines: Sequence[str], at: int, stop: int, row: Row) -> Iterator[Step]:
    """Yield the row with the new side's cell, which begins at line `at` and ends the row."""
    for end, words, cost in ((at, "", 0), *_cells(lines, at, stop)):
        last = end >= stop or lines[end] != ""
        lost = _ADDED_BLANK * (last and not words and row.old is None)
        yield Step(min(end + 1, stop), cost + lost, row._replace(new=words), last)


def _cells(lines: Sequence[str], at: int, stop: int) -> Iterator[tuple[int, str, int]]:
    """Yield (index after it, text, cost) of a cell with text that begins at line `at`."""
    for count in range(1, _CELL_LINES + 1):
        end = at + count
        if end > stop:
            return
        if count > 1 and (lines[end - 1] in ("", "\t", "\t\t") or lines[at] == ""):
            return
        if lines[end - 1] != "":
            words = "\r".join(lines[at:end])
            yield end, words, _BROKEN * (count - 1) + _ODD * (words.strip() in ("", _MOVED))


def _runs(rows: Sequence[Row]) -> Iterator[tuple[Line, ...]]:
    """Yield the runs of lines, numbered on from each row of numbers."""
    run: list[Line] = []
    old = new = 1
    moves = _move_names(rows)
    for at, row in enumerate(rows):
        if row.numbers:
            if run:
                yield tuple(run)
            run = []
            old, new = row.numbers
            continue
        run.append(_line(row, old, new, moves.get(at)))
        old += row.old is not None
        new += row.new is not None
    if run:
        yield tuple(run)


def _line(row: Row, old: int, new: int, move: str | None) -> Line:
    if row.new is None:
        return Line("deleted", row.old, None, old, None, move=Move(move, "from") if move else None)
    if row.old is None:
        return Line("inserted", None, row.new, None, new, move=Move(move, "to") if move else None)
    kind = "context" if row.old == row.new else "changed"
    return Line("context" if kind == "context" else "changed", row.old, row.new, old, new)


def _move_names(rows: Sequence[Row]) -> dict[int, str]:
    """Return names m1, m2, ... for the rows of moved lines whose two texts are the same.

    The text does not say which ends belong together: of a line that was moved and edited neither
    end is marked.
    """
    ends: dict[str, tuple[list[int], list[int]]] = {}
    for at, row in enumerate(rows):
        if row.moved:
            words = row.old if row.new is None else row.new
            ends.setdefault(words or "", ([], []))[row.old is None].append(at)
    pairs = [(olds[0], news[0]) for olds, news in ends.values() if len(olds) == len(news) == 1]
    named: dict[int, str] = {}
    for number, pair in enumerate(sorted(pairs, key=min), 1):
        named[pair[0]] = named[pair[1]] = f"m{number}"
    return named
