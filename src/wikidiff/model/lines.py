"""Lines as a diff shows them: what became of each, stretch by stretch."""

from __future__ import annotations

from typing import Any, Literal

from wikidiff import text
from wikidiff.values import value

LineKind = Literal["context", "changed", "deleted", "inserted"]
Segment = tuple[str, str]
"""("=" | "-" | "+", text)."""


@value
class Op:
    """One stretch of a line: half-open ranges of code points into its old and its new text.

    Both ranges filled: the two texts are equal there. Only `old`: deleted. Only `new`: inserted.
    """

    old: tuple[int, int]
    new: tuple[int, int]

    def inverse(self) -> Op:
        """Return the same stretch seen from the other side."""
        return Op(self.new, self.old)


@value
class Move:
    """One end of a move; the two ends share `id`. `role` is "from" on the old side, "to" else.

    A line edited on the way has at its "to" end the `segments` that its old text turns into its
    new one with; they are () where the text is the same, and where a page does not tell.
    """

    id: str
    role: Literal["from", "to"]
    segments: tuple[Segment, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the move as in the JSON; `segments` only where the line was edited on the way."""
        made: dict[str, Any] = {"id": self.id, "role": self.role}
        if self.segments:
            made["segments"] = [list(segment) for segment in self.segments]
        return made


@value
class Split:
    """A line's share in a paragraph split or merged; all its lines have the same `id`.

    `whole` is the side on which the paragraph is one line. `segments` tell what became of the part
    of the whole that this line is: of the line that has a text on both sides they are not the whole
    line's, but only of its own part.
    """

    id: str
    whole: Literal["old", "new"]
    segments: tuple[Segment, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the share as in the JSON."""
        segments = [list(segment) for segment in self.segments]
        return {"id": self.id, "whole": self.whole, "segments": segments}


@value
class Line:
    """One wikitext line as the diff shows it; None on the side where it is not.

    `old_line` and `new_line` are 1-based or None where the form has none. `ops` is empty for lines
    that stand on one side only and for context. `shown` is the 0-based index of the page's own
    shown line on flattened pages.
    """

    kind: LineKind
    old: str | None
    new: str | None
    old_line: int | None = None
    new_line: int | None = None
    ops: tuple[Op, ...] = ()
    move: Move | None = None
    shown: int | None = None
    certain: bool = True
    split: Split | None = None

    @property
    def segments(self) -> list[Segment]:
        """The line as (mark, text): "=" and "-" joined are `old`, "=" and "+" joined are `new`."""
        old, new = self.old, self.new
        if old is None:
            return [("+", new)] if new else []
        if new is None:
            return [("-", old)] if old else []
        if self.kind == "context":
            return [("=", old)] if old else []
        made: list[Segment] = []
        for op in self.ops:
            (a, b), (c, d) = op.old, op.new
            if a == b:
                made.append(("+", new[c:d]))
            elif c == d:
                made.append(("-", old[a:b]))
            else:
                made.append(("=", old[a:b]))
        return made

    @property
    def delta(self) -> int:
        """What this line adds to the page's size, in bytes of UTF-8, its line end included."""
        if self.kind == "context":
            return 0
        if self.old is None:
            return text.size(self.new or "") + 1
        if self.new is None:
            return -text.size(self.old) - 1
        return text.size(self.new) - text.size(self.old)

    def to_dict(self) -> dict[str, Any]:
        """Return the line as in the JSON; `split` only where it has a share in one."""
        made: dict[str, Any] = {
            "kind": self.kind,
            "old_line": self.old_line,
            "new_line": self.new_line,
            "old": self.old,
            "new": self.new,
            "segments": [list(segment) for segment in self.segments],
            "move": self.move.to_dict() if self.move else None,
            "shown": self.shown,
            "certain": self.certain,
        }
        if self.split:
            made["split"] = self.split.to_dict()
        return made


class _LooseOp:
    """An op while it is made: the same slots, not frozen yet."""

    __slots__ = Op.__match_args__

    def __init__(self, old: tuple[int, int], new: tuple[int, int]) -> None:
        self.old, self.new = old, new


class _LooseLine:
    __slots__ = Line.__match_args__

    def __init__(
        self,
        kind: LineKind,
        old: str | None,
        new: str | None,
        old_line: int | None,
        new_line: int | None,
        ops: tuple[Op, ...],
        move: Move | None = None,
    ) -> None:
        self.kind, self.old, self.new = kind, old, new
        self.old_line, self.new_line = old_line, new_line
        self.ops, self.move = ops, move
        self.shown, self.certain, self.split = None, True, None


def make_op(old: tuple[int, int], new: tuple[int, int]) -> Op:
    """Return `Op(old, new)`, for code that makes thousands.

    A frozen dataclass sets each field through `object.__setattr__`, at four times the price.
    """
    made: Any = _LooseOp(old, new)
    made.__class__ = Op
    return made  # type: ignore[no-any-return]


def make_line(
    kind: LineKind,
    old: str | None,
    new: str | None,
    old_line: int | None,
    new_line: int | None,
    ops: tuple[Op, ...] = (),
) -> Line:
    """Return the line of these fields, for code that makes thousands: see `make_op`."""
    made: Any = _LooseLine(kind, old, new, old_line, new_line, ops)
    made.__class__ = Line
    return made  # type: ignore[no-any-return]


def moved(line: Line, move: Move) -> Line:
    """Return a line that stands on one side only as one end of a move: see `make_op`."""
    made: Any = _LooseLine(line.kind, line.old, line.new, line.old_line, line.new_line, (), move)
    made.__class__ = Line
    return made  # type: ignore[no-any-return]


@value
class Hunk:
    """Lines of one section that the page shows together; starts are 1-based line numbers."""

    lines: tuple[Line, ...]
    old_start: int | None = None
    new_start: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the hunk as in the JSON."""
        return {
            "old_start": self.old_start,
            "new_start": self.new_start,
            "lines": [line.to_dict() for line in self.lines],
        }
