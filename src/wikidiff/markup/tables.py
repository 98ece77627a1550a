"""What changed in a wikitext table: attributes, caption, rows, columns and cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wikidiff import limits
from wikidiff.markup.align import ALIKE, align, ratio
from wikidiff.markup.fold import row_size
from wikidiff.markup.nodes import Node
from wikidiff.markup.units import attributes


class Cell:
    """A cell: its content's offsets, trimmed text, attributes, and whether it is a header."""

    __slots__ = "attributes", "end", "header", "start", "text"

    def __init__(self, start: int, end: int, text: str, attributes: str, header: bool) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.attributes = attributes
        self.header = header


class Row:
    """A row's attributes and cells; a folded one (see `fold`) stands for `count` of them."""

    def __init__(self, attributes: str, number: int) -> None:
        self.attributes = attributes
        self.cells: list[Cell] = []
        self.number = number
        self.count = 1
        self.width = 0

    @property
    def texts(self) -> list[str]:
        """The cells' texts."""
        return [cell.text for cell in self.cells]


@dataclass(slots=True, eq=False, repr=False)
class Grid:
    """A table taken apart; `caption` is a cell or None. `whole` is False where a limit cut it."""

    attributes: str
    caption: Cell | None
    rows: list[Row]
    whole: bool = True


def grid_of(source: str, node: Node) -> Grid:
    """Return a table's rows and cells, taken apart once and kept as long as its node is."""
    made = node.grid
    if not isinstance(made, Grid):
        made = node.grid = grid(source, node)
    return made


def grid(source: str, node: Node) -> Grid:
    """Return a table's rows and cells."""
    made = Grid(source[node.start + 2 : node.inner[0]].strip(), None, [])
    row = Row("", 1)
    count = 0
    for part in _parts(node):
        if part.form == "row":
            row = _added(made, row, source[part.start : part.inner[0]].lstrip("|-").strip())
            continue
        cell = _cell(source, part)
        if part.name == "|" and source.startswith("+", part.start + 1):
            made.caption = cell
            continue
        row.cells.append(cell)
        count += 1
        if count > limits.MARKUP_TABLE_CELLS:
            return Grid(made.attributes, made.caption, made.rows, whole=False)
    _added(made, row, "")
    return made


def _added(made: Grid, row: Row, attributes: str) -> Row:
    """Add a row if it has cells; return the next one."""
    if not row.cells:
        return Row(attributes, row.number)
    row.width = len(row.cells)
    if folded := row_size(row.cells[0].text):
        row.count, row.width = folded
    made.rows.append(row)
    return Row(attributes, row.number + row.count)


def _parts(table: Node) -> Iterator[Node]:
    """Yield a table's own rows and cells in page order; HTML tags may reach over several."""
    waiting = table.children[::-1]
    while waiting:
        node = waiting.pop()
        if node.form in ("row", "cell"):
            yield node
        if node.form in ("row", "tag"):
            waiting += node.children[::-1]


def _cell(source: str, node: Node) -> Cell:
    """Return a cell; the "+" that makes one the caption is no part of it."""
    start, end = node.inner
    opening = source[node.start + len(node.name) : start]
    is_caption = node.name == "|" and source.startswith("+", node.start + 1)
    if is_caption and opening:
        opening = opening[1:]
    elif is_caption:
        start += 1
    attributes = opening.strip().removesuffix("|").strip()
    return Cell(start, end, source[start:end].strip(), attributes, node.name[0] == "!")


Detail = dict[str, Any]


def compare(old: Grid, new: Grid) -> Detail:
    """Return what changed: rows and columns counted from 1, header rows among them.

    Spans are not counted out: a column is a cell's place in its row.
    """
    detail: Detail = {"attributes": changed_names(old.attributes, new.attributes)}
    captions = [grid.caption.text if grid.caption else None for grid in (old, new)]
    detail["caption"] = None
    if captions[0] != captions[1]:
        detail["caption"] = {"old": captions[0], "new": captions[1]}
    rows: list[Detail] = []
    pairs: list[tuple[Row, Row]] = []
    for one, other in align(old.rows, new.rows, _row_key, _row_likeness):
        if one and other:
            pairs.append((one, other))
            if names := changed_names(one.attributes, other.attributes):
                rows.append(_row("changed", other, names))
        elif one:
            rows.append(_row("removed", one, []))
        elif other:
            rows.append(_row("added", other, []))
    cells = [_compare_rows(one, other) for one, other in pairs]
    columns = list(_columns(cells, len(pairs)))
    taken = {(column["action"], column["column"]) for column in columns}
    detail["rows"], detail["columns"] = rows, columns
    detail["cells"] = [
        cell for row in cells for cell in row if (cell["action"], cell["column"]) not in taken
    ]
    return detail


def _row(action: str, row: Row, names: list[str]) -> Detail:
    return {"action": action, "row": row.number, "cells": row.texts, "attributes": names}


def _row_key(row: Row) -> tuple[object, ...]:
    return row.attributes, *((c.text, c.attributes, c.header) for c in row.cells)


def _row_likeness(one: Row, others: Sequence[Row]) -> list[float]:
    old = one.texts
    return [_texts_likeness(old, other.texts) for other in others]


def _texts_likeness(old: list[str], new: list[str]) -> float:
    if not old or not new:
        return float(old == new)
    common = sum((Counter(old) & Counter(new)).values())
    score = 2 * common / (len(old) + len(new))
    if score < 0.5:
        score = max(score, ratio("\n".join(old), "\n".join(new)))
    return min(1.0, score + 0.3 * (old[0] == new[0] != ""))


def _compare_rows(old: Row, new: Row) -> list[Detail]:
    found: list[Detail] = []
    same_size = len(old.cells) == len(new.cells)
    olds, news = list(enumerate(old.cells)), list(enumerate(new.cells))
    if same_size:
        pairs: list[Any] = [
            (a, b) for a, b in zip(olds, news, strict=True) if _cell_key(a) != _cell_key(b)
        ]
    else:
        pairs = align(olds, news, _cell_key, _cell_likeness)
    for one, other in pairs:
        action = "changed" if one and other else "removed" if one else "added"
        place = other or one
        row = new if other else old
        found.append(
            {
                "action": action,
                "row": row.number,
                "column": place[0] + 1,
                "old": one[1].text if one else None,
                "new": other[1].text if other else None,
                "attributes": changed_names(
                    one[1].attributes if one else "", other[1].attributes if other else ""
                ),
            }
        )
    return found


def _cell_key(cell: tuple[int, Cell]) -> tuple[object, ...]:
    return cell[1].text, cell[1].attributes, cell[1].header


def _cell_likeness(one: tuple[int, Cell], others: Sequence[tuple[int, Cell]]) -> list[float]:
    text = one[1].text
    return [ratio(text, other.text, ALIKE) if text and other.text else 0.0 for _, other in others]


def _columns(rows: Sequence[list[Detail]], pairs: int) -> Iterator[Detail]:
    """Yield the columns that nearly all rows gained or lost."""
    counts: Counter[tuple[str, int]] = Counter()
    for row in rows:
        counts.update({(c["action"], c["column"]) for c in row if c["action"] != "changed"})
    for (action, column), count in sorted(counts.items()):
        if count >= 2 and count >= 0.8 * pairs:
            yield {"action": action, "column": column, "rows": count}


def changed_names(old: str, new: str) -> list[str]:
    """Return the names of the attributes that differ between two openings."""
    olds, news = attributes(old), attributes(new)
    return sorted(n for n in olds.keys() | news.keys() if olds.get(n) != news.get(n))
