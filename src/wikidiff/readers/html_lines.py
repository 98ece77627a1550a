"""The cells and blocks of an HTML diff page as runs of lines."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import groupby

from wikidiff import limits
from wikidiff.model import Line, Move, Split, make_line, moved
from wikidiff.readers.html_marks import LINE_FEED, Piece, joined, merged, ops, pieces
from wikidiff.readers.html_page import Shown
from wikidiff.readers.html_spaces import NBSP, undone, unsegmented
from wikidiff.readers.html_splits import flat, parts_of, split_at
from wikidiff.readers.unshown import with_empty_side

Runs = tuple[tuple[Line, ...], ...]

_LINES = re.compile(r"\s*LINES?\s*(\d{1,15})(?:\s*,\s*(\d{1,15}))?\s*")


@dataclass(slots=True)
class _Runs:
    """Runs being made; `old` and `new` are the numbers of the next line, None where not known."""

    runs: list[list[Line]] = field(default_factory=list)
    old: int | None = None
    new: int | None = None
    ends: dict[str, str] = field(default_factory=dict)
    moves: int = 0
    splits: int = 0

    def start(self, old: int | None, new: int | None) -> None:
        self.runs.append([])
        self.old, self.new = old, new

    def both(self, made: list[Piece], *, counted: bool = True) -> None:
        """Add a line that stands on both sides; not `counted` where it may be several."""
        if len(made) == 1 and made[0][0] == "=":
            old = new = made[0][1]
        else:
            old, new = joined(made, "+"), joined(made, "-")
        if old == new:
            self._add(make_line("context", old, new, self.old, self.new))
        else:
            self._add(make_line("changed", old, new, self.old, self.new, ops(made)))
        self.old = self.old + 1 if self.old and counted else None
        self.new = self.new + 1 if self.new and counted else None

    def deleted(self, text: str, move: Move | None = None) -> None:
        line = make_line("deleted", text, None, self.old, None)
        self._add(moved(line, move) if move else line)
        self.old = self.old + 1 if self.old else None

    def inserted(self, text: str, move: Move | None = None) -> None:
        line = make_line("inserted", None, text, None, self.new)
        self._add(moved(line, move) if move else line)
        self.new = self.new + 1 if self.new else None

    def split(self, made: list[Piece]) -> None:
        """Add a paragraph that was split: a line on the old side, one to each LINE_FEED and end.

        The part that has most of the old line is that line edited, the others are inserted.
        """
        parts = parts_of(made)
        sizes = [len(joined(part, "+")) for part in parts]
        kept = sizes.index(max(sizes))
        parted = sum(map(bool, sizes)) > 1  # else lines were only put in beside it
        self.splits += parted
        for n, part in enumerate(parts):
            if n == kept:
                gone = [joined(flat(some), "+") for some in (parts[:n], parts[n + 1 :])]
                whole = [("-", gone[0]), *part, ("-", gone[1])]
                self.both([piece for piece in whole if piece[1]])
            else:
                self.inserted(joined(part, "-"))
            if parted:
                share = Split(f"s{self.splits}", "old", tuple(part))
                self.runs[-1][-1] = replace(self.runs[-1][-1], split=share)

    def _add(self, line: Line) -> None:
        if not self.runs:
            self.runs.append([])
        self.runs[-1].append(line)

    def move(self, shown: Shown) -> str:
        """Return the id of the move that one of its ends belongs to, by the anchors of both."""
        names = [name for name in (shown.name, shown.link) if name]
        found = next((self.ends[name] for name in names if name in self.ends), None)
        if found is None:
            self.moves += 1
            found = f"m{self.moves}"
        for name in names:
            self.ends[name] = found
        return found

    def done(self) -> Runs:
        return tuple(tuple(run) for run in self.runs if run)


def table_runs(cells: list[Shown], engine: str | None, *, chinese: bool = False) -> Runs:
    """Return the runs of a table of two columns.

    What core's PHP does to spaces is undone, on a `chinese` wiki also what it does to words. A row
    of wikidiff2 with both sides is always one line edited; elsewhere sides that share nothing are
    two lines.
    """
    made = _Runs()
    if chinese:
        _keep_proven_spaces(cells)
    rows = [list(row) for _, row in groupby(cells, lambda shown: shown.row)]
    at = 0
    while at < len(rows):
        split = engine == "wikidiff2" and split_at(rows, at)
        if split:
            made.split(split[0])
            at += split[1]
        else:
            _take_row(made, rows[at], engine, chinese=chinese)
            at += 1
    return made.done()


def _keep_proven_spaces(cells: list[Shown]) -> None:
    """Make an NBSP, as `unsegmented` takes it, of each space that the other side proves."""
    from wikidiff.readers.chinese_spaces import proven

    for changed, block in groupby(cells, lambda shown: shown.cell.kind in ("deleted", "inserted")):
        sides: tuple[list[Shown], list[Shown]] = [], []
        for shown in block if changed else ():
            sides[shown.cell.kind == "inserted"].append(shown)
        texts = ["\n".join("".join(shown.parts[1::2]) for shown in side) for side in sides]
        for side, places in zip(sides, proven(*texts), strict=True):
            _put_spaces(side, places)


def _put_spaces(side: list[Shown], places: list[int]) -> None:
    """Put an NBSP at the offsets into the texts of cells joined by line feeds."""
    rest, at = iter(places), 0
    place = next(rest, None)
    for shown in side:
        for n in range(1, len(shown.parts), 2):
            text = shown.parts[n]
            while place is not None and place < at + len(text):
                text = f"{text[: place - at]}{NBSP}{text[place - at + 1 :]}"
                place = next(rest, None)
            shown.parts[n] = text
            at += len(text)
        at += 1


def _take_row(made: _Runs, row: list[Shown], engine: str | None, *, chinese: bool) -> None:
    if row[0].cell.kind == "number":
        made.start(*_numbers(row))
        return
    old = new = None
    for at, shown in enumerate(row):
        if (shown.cell.side or ("new" if at else "old")) == "old":
            old = shown
        else:
            new = shown
    left = _content(old, engine, chinese=chinese) if old else []
    if old and new and old.parts == new.parts:
        made.both(left)
        return
    right = _content(new, engine, chinese=chinese) if new else []
    if old and new and not (old.link or new.link):
        _take_pair(made, left, right, strict=engine == "wikidiff2")
        return
    if old:
        made.deleted(joined(left), Move(made.move(old), "from") if old.link else None)
    if new:
        made.inserted(joined(right), Move(made.move(new), "to") if new.link else None)


def _content(shown: Shown, engine: str | None, *, chinese: bool) -> list[Piece]:
    made = pieces(shown.parts)
    if engine == "php" and made:
        made = undone(made, chinese=chinese)
        return unsegmented(made) if chinese else made
    return made


def _take_pair(made: _Runs, old: list[Piece], new: list[Piece], *, strict: bool) -> None:
    both = merged(old, new)
    if both is None or not (strict or _alike(both)):
        made.deleted(joined(old))
        made.inserted(joined(new))
    else:
        made.both(both)


def _alike(made: list[Piece]) -> bool:
    """Tell whether both sides share a word, or are the same but for white space."""
    shared = any(mark == "=" and not text.isspace() for mark, text in made)
    return shared or all(text.isspace() for _, text in made)


def inline_runs(blocks: list[Shown], *, php: bool) -> Runs:
    """Return the runs of an inline diff.

    `php` is for MobileFrontend's old formatter: a changed block stands for all lines of its hunk,
    joined with nothing between, so that it is one line here and the numbers after it are lost. Only
    where all of it is marked is each element a line: the formatter ends one at each line's end.
    """
    made = _Runs()
    told = any(shown.cell.blank for shown in blocks)
    for shown in blocks:
        if shown.cell.kind == "number":
            made.start(*_numbers([shown]))
            continue
        content = pieces(shown.parts)
        if shown.cell.kind == "changed":
            if LINE_FEED in content:
                made.split(content)
            elif php and content and all(mark != "=" for mark, _ in content):
                _take_lines(made, content)
            else:
                made.both(content, counted=not php)
            continue
        if _is_blank(shown, content, php=php, told=told):
            content = []
        _take_block(made, shown, content)
    return made.done()


def _take_lines(made: _Runs, content: list[Piece]) -> None:
    for mark, text in content:
        if mark == "-":
            made.deleted(text)
        else:
            made.inserted(text)


def _take_block(made: _Runs, shown: Shown, content: list[Piece]) -> None:
    end = shown.cell.end
    move = Move(made.move(shown), end) if end else None
    if shown.cell.kind == "context":
        made.both(content)
    elif shown.cell.kind == "deleted":
        made.deleted(joined(content, "+"), move)
    else:
        made.inserted(joined(content, "-"), move)


def _is_blank(shown: Shown, content: list[Piece], *, php: bool, told: bool) -> bool:
    """Tell whether a block of one NBSP stands for an empty line.

    wikidiff2 says so by a class on added and deleted ones (`told`: this page has some of these),
    but not in context; older releases never do. The old PHP formatter has no class either.
    """
    if len(content) != 1 or content[0][1] != NBSP:
        return False
    if shown.cell.kind == "context":
        return not php
    return shown.cell.blank or not told


def _numbers(cells: list[Shown]) -> tuple[int | None, int | None]:
    """Return the old and new line numbers that a row or block tells."""
    first, last = cells[0], cells[-1]
    for comment in first.comments:
        if len(cells) == 1 and (found := _LINES.fullmatch(comment)) and found[2]:
            return _line_number(found[1]), _line_number(found[2])
    if first is last:
        return None, None
    return _number(first), _number(last)


def _number(cell: Shown) -> int | None:
    """Return the number in "Line 8:" in any language, digits and separators.

    No text at all is line 1 (MediaWiki's reduced line numbers, DifferenceEngine).
    """
    text = joined(pieces(cell.parts))[: limits.HEADER_CHARS]
    for comment in cell.comments:
        text = text if text.strip() or not _LINES.fullmatch(comment) else comment
    digits = "".join(filter(str.isdecimal, text))
    if not text.strip():
        return 1
    return _line_number(digits)


def _line_number(digits: str) -> int | None:
    number = int(digits) if 0 < len(digits) <= len(str(limits.LINE_NUMBER)) else 0
    return number if 0 < number <= limits.LINE_NUMBER else None


def with_empty_text(runs: Runs) -> Runs:
    """Return wikidiff2's runs with the one line of an empty text, which it does not show.

    Only where all of the other text is shown: a diff cut out without its context is no such page.
    """
    first = runs[0][0] if runs else None
    return with_empty_side(runs) if first and 1 in (first.old_line, first.new_line) else runs
