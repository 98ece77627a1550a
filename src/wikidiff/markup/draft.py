"""A change in the making: it still knows what it is of."""

from __future__ import annotations

from typing import Any, Literal

from wikidiff import limits
from wikidiff.markup.units import Unit
from wikidiff.model import Change, make_change
from wikidiff.text import common_prefix

Action = Literal["added", "removed", "changed", "moved"]
Detail = dict[str, Any]


class Draft:
    """A change, the units that it is of, and the draft that it stands in."""

    def __init__(
        self,
        kind: str,
        action: Action,
        old: str | None,
        new: str | None,
        line: int,
        detail: Detail,
        old_unit: Unit | None = None,
        new_unit: Unit | None = None,
        certain: bool = True,
    ) -> None:
        self.kind = kind
        self.action: Action = action
        self.old = old
        self.new = new
        self.line = line
        self.detail = detail
        self.old_unit = old_unit
        self.new_unit = new_unit
        self.inside: Draft | None = None
        self.certain = certain

    def finished(self, number: dict[Draft, int], description: str) -> Change:
        """Return the change; `number` gives each draft's place in the list of changes."""
        around = self.inside
        inside = None
        if around is not None and around in number:
            inside = {"change": number[around], "kind": around.kind, "name": name(around)}
        old, new = self.old, self.new
        if self.kind == "text" and old and new and max(len(old), len(new)) > limits.CHANGE_CHARS:
            old, new = _from_change(old, new)
        detail = {**self.detail, "inside": inside, "certain": self.certain}
        both = self.old is not None and self.new is not None
        return make_change(
            self.kind,
            self.action,
            "both" if both else "old" if self.new is None else "new",
            clipped(old),
            clipped(new),
            self.line,
            detail,
            description,
        )


def name(draft: Draft) -> str | None:
    """Return what the thing is called, on the new side where it stands there."""
    unit = draft.new_unit or draft.old_unit
    return clipped(unit.name if unit else draft.new or draft.old) or None


def _from_change(old: str, new: str) -> tuple[str, str]:
    """Return two long texts from some words before they differ, with an ellipsis."""
    start = max(common_prefix(old, new) - limits.CHANGE_CHARS // 4, 0)
    start = new.rfind(" ", 0, start) + 1 if start else 0
    return (f"…{old[start:]}", f"…{new[start:]}") if start else (old, new)


def clipped(text: str | None) -> str | None:
    """Return a text cut at `limits.CHANGE_CHARS`, with an ellipsis."""
    if text is None or len(text) <= limits.CHANGE_CHARS:
        return text
    return text[: limits.CHANGE_CHARS - 1] + "…"
