"""What an edit did, in wiki terms, and how a page without marks may be read."""

from __future__ import annotations

from dataclasses import field
from typing import Any, Literal

from wikidiff.values import value


@value
class Change:
    """What an edit did in wiki terms. `line` counts the Document's shown lines from 0."""

    kind: str
    action: Literal["added", "removed", "changed", "moved"]
    side: Literal["old", "new", "both"]
    old: str | None
    new: str | None
    line: int
    detail: dict[str, Any] = field(default_factory=dict)
    description: str = ""
    """The change in one line of English."""

    def to_dict(self) -> dict[str, Any]:
        """Return the change as in the JSON."""
        return {
            "kind": self.kind,
            "action": self.action,
            "side": self.side,
            "old": self.old,
            "new": self.new,
            "detail": self.detail,
            "line": self.line,
            "description": self.description,
        }


class _LooseChange:
    __slots__ = Change.__match_args__

    def __init__(
        self,
        kind: str,
        action: str,
        side: str,
        old: str | None,
        new: str | None,
        line: int,
        detail: dict[str, Any],
        description: str,
    ) -> None:
        self.kind, self.action, self.side = kind, action, side
        self.old, self.new, self.line = old, new, line
        self.detail, self.description = detail, description


def make_change(
    kind: str,
    action: Literal["added", "removed", "changed", "moved"],
    side: Literal["old", "new", "both"],
    old: str | None,
    new: str | None,
    line: int,
    detail: dict[str, Any],
    description: str,
) -> Change:
    """Return the change of these fields, for code that makes thousands: see `make_op`."""
    made: Any = _LooseChange(kind, action, side, old, new, line, detail, description)
    made.__class__ = Change
    return made  # type: ignore[no-any-return]


@value
class ReadingLine:
    """One shown line in one reading: its wikitext lines on each side, () where it has none."""

    shown: int
    old: tuple[str, ...]
    new: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the line as in the JSON."""
        return {"shown": self.shown, "old": list(self.old), "new": list(self.new)}


@value
class Reading:
    """One way to take a flattened page; `probability` is the chance that all its lines are right.

    `counted` and `unexplained` are bytes; `lines` holds every shown line that is not context in
    at least one of the page's listed readings.
    """

    probability: float
    counted: int
    unexplained: int | None
    why: tuple[str, ...]
    lines: tuple[ReadingLine, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the reading as in the JSON."""
        return {
            "probability": self.probability,
            "counted": self.counted,
            "unexplained": self.unexplained,
            "why": list(self.why),
            "lines": [line.to_dict() for line in self.lines],
        }
