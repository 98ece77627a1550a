"""Diff pages show stretches of a page: what opened above or closes below is inferred."""

from __future__ import annotations

import re

from wikidiff.markup.pieces import Piece, Side
from wikidiff.markup.units import PART
from wikidiff.markup.widen import tables, templates

_PARAMETER = re.compile(r"\s*\|\s*[^|{}\[\]=<>\n]{1,80}=")
_TABLE_LINE = re.compile(r"\s*(?:\|-|\|\+|!|\|[^=\n]*\|\|)")


def completed(piece: Piece) -> Piece:
    """Return a piece with the brackets that stand outside of what is shown, where it must have any.

    A closer without its opener tells of a template or table opened above; so do changed lines
    that look like parameters or rows with nothing open. Both sides have the same surroundings, so
    the one that needs more decides.
    """
    needs = [_needs(side) for side in (piece.old, piece.new)]
    braces, rows = (max(column) for column in zip(*needs, strict=True))
    if not braces and not rows and not (piece.old.at or piece.new.at):
        return piece
    if not braces and not rows:
        looks = {look for side in (piece.old, piece.new) for look in _looks(side)}
        if len(looks) == 1:
            braces, rows = int("template" in looks), int("table" in looks)
    old, new = _completed(piece.old, braces, rows), _completed(piece.new, braces, rows)
    return Piece(old, new, piece.runs, piece.whole, piece.stretch)


def _needs(side: Side) -> tuple[int, int]:
    """Return how many closers of templates and tables have no opener in what is shown."""
    low = [0, 0]
    now = [0, 0]
    for line in side.text.split("\n"):
        for at, found in enumerate((templates(line), tables(line))):
            now[at] += found
            low[at] = min(low[at], now[at])
    return -low[0], -low[1]


def _looks(side: Side) -> set[str]:
    """Return what changed lines look like where nothing is open: "template", "table" or neither."""
    found: set[str] = set()
    for start, end in side.places.values():
        above = side.text[: max(start - 1, 0)]
        if templates(above) > 0 or tables(above) > 0:
            continue
        line = side.text[start:end]
        if _TABLE_LINE.match(line):
            found.add("table")
        elif _PARAMETER.match(line):
            found.add("template")
    return found


def _completed(side: Side, braces: int, rows: int) -> Side:
    if not side.text and not side.places:
        return side
    head = f"{{{{{PART}\n" * braces + "{|\n" * rows
    left_braces, left_rows = templates(head + side.text), tables(head + side.text)
    tail = "\n|}" * max(left_rows, 0) + "\n}}" * max(left_braces, 0)
    above = len(head)
    made = Side(head + side.text + tail)
    made.at, made.run = side.at, side.run
    for low, high in zip(side.touched.lows, side.touched.highs, strict=True):
        made.touched.add(low + above, high + above)
    made.places = {at: (start + above, end + above) for at, (start, end) in side.places.items()}
    return made
