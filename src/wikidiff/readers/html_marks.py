"""Marks of HTML to ranges: the two texts of a line and its ops, for one or two sides shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from wikidiff.model import Op, make_op

Piece = tuple[str, str]
"""A mark ("=", "-" or "+") and a text that is not empty."""

LINE_FEED: Piece = ("+", "\n")
"""The piece that ends a line of the new side where a paragraph was split; no other holds one."""

_SPACE = re.compile(r"\s+|\S+")


def pieces(parts: list[str]) -> list[Piece]:
    """Return marks and texts that stand in turn as pieces, one for each element of marked text.

    A mark that is none of the three parts two pieces of one mark.
    """
    if len(parts) == 2:  # by far the most: one text without marks
        return [(parts[0], parts[1])] if parts[1] else []
    if parts[::2].count("=") * 2 == len(parts):
        text = "".join(parts[1::2])
        return [("=", text)] if text else []
    made: list[Piece] = []
    last, run = "", [""]
    for mark, text in zip(parts[::2], parts[1::2], strict=True):
        if mark != last:
            made.append((last, "".join(run)))
            last, run = mark, [text]
        else:
            run.append(text)
    made.append((last, "".join(run)))
    return [piece for piece in made if piece[1]]


def joined(made: list[Piece], without: str = "") -> str:
    """Return the text of all pieces but those of one mark."""
    return "".join([text for mark, text in made if mark != without])


def ops(made: Iterable[Piece]) -> tuple[Op, ...]:
    """Return the ranges of pieces that show both sides in one, in their order."""
    found: list[Op] = []
    a = b = same = 0  # of the pieces before; code points that are equal since
    for mark, text in made:
        size = len(text)
        if mark == "=":
            same += size
            continue
        if same:
            found.append(make_op((a, a + same), (b, b + same)))
            a, b, same = a + same, b + same, 0
        end = (a + size, b) if mark == "-" else (a, b + size)
        found.append(make_op((a, end[0]), (b, end[1])))
        a, b = end
    if same:
        found.append(make_op((a, a + same), (b, b + same)))
    return tuple(found)


def merged(old: list[Piece], new: list[Piece]) -> list[Piece] | None:
    """Return both sides' pieces in one; None where what is unmarked is not the same on both.

    White space that only one side has counts as marked: core PHP's pages lose some. Linear in the
    two texts.
    """
    same = joined(old, "-") == joined(new, "+")
    left, right = _Rest(old, whole=same), _Rest(new, whole=same)
    made: list[Piece] = []
    while left.mark or right.mark:
        if left.mark == "-":
            made.append(("-", left.take()))
        elif right.mark == "+":
            made.append(("+", right.take()))
        elif shared := left.shared(right):
            made.append(("=", left.take(shared)))
            right.take(shared)
        elif left.is_space():
            made.append(("-", left.take()))
        elif right.is_space():
            made.append(("+", right.take()))
        else:
            return None
    return made


class _Rest:
    """What is left of one side; unmarked text goes by words and white space unless `whole`."""

    def __init__(self, made: list[Piece], *, whole: bool) -> None:
        self._pieces = _cut(made, whole=whole)
        self._at = 0
        self.mark, self._text = next(self._pieces, ("", ""))

    def shared(self, other: _Rest) -> int:
        """Return how far both pieces agree if one begins with the other, else 0."""
        count = min(len(self._text) - self._at, len(other._text) - other._at)
        mine = self._text[self._at : self._at + count]
        return count if mine == other._text[other._at : other._at + count] else 0

    def is_space(self) -> bool:
        """Tell whether the rest of the piece is white space."""
        return bool(self.mark) and self._text[self._at].isspace()

    def take(self, count: int | None = None) -> str:
        """Return the next code points of the piece, all that is left by default, and go on."""
        end = len(self._text) if count is None else self._at + count
        taken, self._at = self._text[self._at : end], end
        if end == len(self._text):
            self.mark, self._text = next(self._pieces, ("", ""))
            self._at = 0
        return taken


def _cut(made: list[Piece], *, whole: bool) -> Iterator[Piece]:
    for mark, text in made:
        if whole or mark != "=":
            yield mark, text
        else:
            yield from (("=", word) for word in _SPACE.findall(text))
