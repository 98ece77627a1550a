"""What a diff page tells besides its lines: where it comes from, its revisions, what to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from wikidiff.limits import Fallback
from wikidiff.values import value

Fidelity = Literal["exact", "spaces", "flattened"]


@value
class Source:
    """Where a Document comes from: the source's name, its reader, the diff engine, the language."""

    name: str
    reader: str
    engine: str | None = None
    language: str | None = None
    fidelity: Fidelity = "exact"

    def to_dict(self) -> dict[str, Any]:
        """Return the source as in the JSON."""
        return {
            "name": self.name,
            "reader": self.reader,
            "engine": self.engine,
            "language": self.language,
            "fidelity": self.fidelity,
        }


@value
class Page:
    """The page whose revisions are compared."""

    title: str | None = None
    url: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the page as in the JSON."""
        return {"title": self.title, "url": self.url}


@value
class Revision:
    """What is known of one revision; `size` in bytes, `timestamp` ISO 8601, None where unknown."""

    id: int | None = None
    timestamp: str | None = None
    user: str | None = None
    comment: str | None = None
    minor: bool | None = None
    size: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the revision as in the JSON."""
        return {
            "id": self.id,
            "timestamp": self.timestamp,
            "user": self.user,
            "comment": self.comment,
            "minor": self.minor,
            "size": self.size,
        }


@value
class Revisions:
    """The old and the new revision."""

    old: Revision = Revision()
    new: Revision = Revision()

    def to_dict(self) -> dict[str, Any]:
        """Return both revisions as in the JSON."""
        return {"old": self.old.to_dict(), "new": self.new.to_dict()}


@value
class Delta:
    """Byte delta: what the page declares and what its shown lines add up to; bytes of UTF-8."""

    declared: int | None
    counted: int

    @property
    def unexplained(self) -> int | None:
        """Declared less counted; None where nothing is declared."""
        return None if self.declared is None else self.declared - self.counted

    def to_dict(self) -> dict[str, Any]:
        """Return the delta as in the JSON."""
        return {
            "declared": self.declared,
            "counted": self.counted,
            "unexplained": self.unexplained,
        }


@value
class PageWarning:
    """Something the user should know of a Document; `code` is stable, `message` is one sentence."""

    code: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the warning as in the JSON."""
        return {"code": self.code, "message": self.message}


def limit_warnings(fallbacks: Iterable[Fallback]) -> Iterator[PageWarning]:
    """Yield a warning for each step of the work that stopped at a counted limit."""
    worst: dict[str, Fallback] = {}
    for fallback in fallbacks:
        if fallback.step not in worst or worst[fallback.step].seen < fallback.seen:
            worst[fallback.step] = fallback
    for step, most in worst.items():
        seen = f"its limit of {most.limit:,} ({most.seen:,} seen)"
        yield PageWarning("limit-reached", f"{step} stopped at {seen}: the result is coarser")
