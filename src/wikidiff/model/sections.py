"""Sections of both sides that belong together, and what became of their headings."""

from __future__ import annotations

from typing import Any, Literal

from wikidiff.model.lines import Hunk
from wikidiff.values import value

SectionStatus = Literal["unchanged", "changed", "renamed", "added", "removed", "moved"]


@value
class Heading:
    """A heading's text, trimmed and without its equal signs, and its level, 1 to 6."""

    text: str
    level: int

    def to_dict(self) -> dict[str, Any]:
        """Return the heading as in the JSON."""
        return {"text": self.text, "level": self.level}


@value
class SectionSide:
    """One side of a section. The lead has level 0 and no heading; both are None where not shown."""

    heading: str | None
    level: int | None

    def to_dict(self) -> dict[str, Any]:
        """Return the side as in the JSON."""
        return {"heading": self.heading, "level": self.level}


@value
class HeadingChange:
    """A heading that is not the same on both sides; None where it does not stand.

    `changes` holds some of "renamed", "level", "added", "removed", "moved", "split", "merged".
    One that was added is also "split" where most of its section stood in another before, which is
    `split_from`; one that was removed is "merged" where most of it is now in `merged_into`.
    """

    old: Heading | None
    new: Heading | None
    changes: tuple[str, ...]
    certain: bool = True
    split_from: SectionSide | None = None
    merged_into: SectionSide | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the heading's change as in the JSON."""
        return {
            "old": self.old.to_dict() if self.old else None,
            "new": self.new.to_dict() if self.new else None,
            "changes": list(self.changes),
            "certain": self.certain,
            **_parted(self.split_from, self.merged_into),
        }


@value
class Section:
    """An old and a new section that belong together, and their hunks in page order.

    `split_from` and `merged_into` as in HeadingChange, of a section added or removed.
    """

    status: SectionStatus
    old: SectionSide | None
    new: SectionSide | None
    hunks: tuple[Hunk, ...]
    split_from: SectionSide | None = None
    merged_into: SectionSide | None = None

    @property
    def delta(self) -> int:
        """What the section's shown lines add to the page's size, in bytes of UTF-8."""
        return sum(line.delta for hunk in self.hunks for line in hunk.lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the section as in the JSON."""
        return {
            "status": self.status,
            "old": self.old.to_dict() if self.old else None,
            "new": self.new.to_dict() if self.new else None,
            "delta": self.delta,
            **_parted(self.split_from, self.merged_into),
            "hunks": [hunk.to_dict() for hunk in self.hunks],
        }


def _parted(split_from: SectionSide | None, merged_into: SectionSide | None) -> dict[str, Any]:
    """Return where a section's text was or is now, as in the JSON, which tells it only of these."""
    sides = (("split_from", split_from), ("merged_into", merged_into))
    return {name: side.to_dict() for name, side in sides if side}
