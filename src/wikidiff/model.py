"""The one model: readers make it, the engine makes it from two texts, all else consumes it.

Everything is frozen and keeps the page's raw text. Attributes carry the names of the JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any, Literal, NamedTuple

from wikidiff import text
from wikidiff.limits import Fallback
from wikidiff.values import value

SCHEMA_VERSION = 1

Fidelity = Literal["exact", "spaces", "flattened"]
LineKind = Literal["context", "changed", "deleted", "inserted"]
SectionStatus = Literal["unchanged", "changed", "renamed", "added", "removed", "moved"]
Segment = tuple[str, str]
"""("=" | "-" | "+", text)."""


_STEERING_LOW = f"[{text.STEERING_LOW}]"
_STEERING_HIGH = f"[{text.STEERING_HIGH}]"
_HIGH = "[\U00010000-\U0010ffff]"
_SUSPECT = f"[{text.STEERING_LOW}\U00010000-\U0010ffff]"


def _json_escape(match: re.Match[str]) -> str:
    if match[0] == "\n":  # between values: in a string it is escaped already
        return match[0]
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def json_text(value: Any, *, indent: int | None = None) -> str:  # noqa: ANN401 - what JSON can hold
    """Return a value as JSON with what would steer a terminal as escapes, without a final newline.

    `indent=None` gives one line.
    """
    made = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.pattern(_SUSPECT).search(made) is None:  # as most is, without indentation
        return made
    made = text.pattern(_STEERING_LOW).sub(_json_escape, made)
    if text.pattern(_HIGH).search(made):
        return text.pattern(_STEERING_HIGH).sub(_json_escape, made)
    return made


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


def _parted(split_from: SectionSide | None, merged_into: SectionSide | None) -> dict[str, Any]:
    """Return where a section's text was or is now, as in the JSON, which tells it only of these."""
    sides = (("split_from", split_from), ("merged_into", merged_into))
    return {name: side.to_dict() for name, side in sides if side}


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
class Stats:
    """Counts over the shown lines. Words are engine tokens with a letter or digit; `chars_*` are
    code points. `sections_unchanged` is None where the whole texts are not known.
    """  # noqa: D205

    lines_changed: int = 0
    lines_inserted: int = 0
    lines_deleted: int = 0
    lines_moved: int = 0
    sections_unchanged: int | None = None
    words_inserted: int = 0
    words_deleted: int = 0
    chars_inserted: int = 0
    chars_deleted: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as in the JSON."""
        return {name: getattr(self, name) for name in self.__match_args__}


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


@value
class PageWarning:
    """Something the user should know of a Document; `code` is stable, `message` is one sentence."""

    code: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return the warning as in the JSON."""
        return {"code": self.code, "message": self.message}


class Found(NamedTuple):
    """What an edit did in wiki terms, what to know of how that was found, and what says it all."""

    changes: tuple[Change, ...] = ()
    warnings: tuple[PageWarning, ...] = ()
    summary: Callable[[Document], str] | None = None


def limit_warnings(fallbacks: Iterable[Fallback]) -> Iterator[PageWarning]:
    """Yield a warning for each step of the work that stopped at a counted limit."""
    worst: dict[str, Fallback] = {}
    for fallback in fallbacks:
        if fallback.step not in worst or worst[fallback.step].seen < fallback.seen:
            worst[fallback.step] = fallback
    for step, most in worst.items():
        seen = f"its limit of {most.limit:,} ({most.seen:,} seen)"
        yield PageWarning("limit-reached", f"{step} stopped at {seen}: the result is coarser")


_NO_PAGE, _NO_REVISIONS = Page(), Revisions()


@dataclass(frozen=True)  # no value: what is worked out when asked is kept in its `__dict__`
class Document:
    """A revision pair and everything known of what changed in it.

    `stats` and `changes` are worked out when first asked for.
    """

    source: Source
    sections: tuple[Section, ...]
    headings: tuple[HeadingChange, ...] = ()
    page: Page = _NO_PAGE
    revisions: Revisions = _NO_REVISIONS
    declared: int | None = None
    readings: tuple[Reading, ...] = ()
    warnings: tuple[PageWarning, ...] = ()
    sections_unchanged: int | None = None
    find_changes: Callable[[Document], Found] | None = field(
        default=None, repr=False, compare=False
    )
    texts: tuple[str, str] | None = field(default=None, repr=False, compare=False)
    """Both whole texts where they are known: old, new."""

    def lines(self) -> Iterator[Line]:
        """Yield every shown line in page order."""
        for section in self.sections:
            for hunk in section.hunks:
                yield from hunk.lines

    @property
    def differs(self) -> bool:
        """Whether anything shown is not the same on both sides."""
        return any(line.kind != "context" for line in self.lines())

    @cached_property
    def no_line(self) -> Line | None:
        """The blank line that stands for a side without any text, as of a new page; else None.

        Nobody wrote it: `stats` and `changes` do not tell of it. Where the whole texts are not
        known it is the first and only line of its side, with nothing unchanged around it.
        """
        for at, kind in enumerate(("deleted", "inserted")):
            if self.texts is not None and self.texts[at]:
                continue
            shown = (line for line in self.lines() if (line.old, line.new)[at] is not None)
            for line in islice(shown, 1):
                is_first = (line.old_line, line.new_line)[at] in (1, None)
                if line.kind == kind and is_first and not (line.old or line.new or any(shown)):
                    return line
        return None

    @cached_property
    def delta(self) -> Delta:
        """The byte delta, declared and counted."""
        return Delta(self.declared, sum(section.delta for section in self.sections))

    @cached_property
    def stats(self) -> Stats:
        """Counts over the shown lines."""
        return _stats(self)

    @cached_property
    def _found(self) -> Found:
        return Found(*self.find_changes(self)) if self.find_changes else Found()

    @property
    def changes(self) -> tuple[Change, ...]:
        """The edit in wiki terms, in page order."""
        return self._found.changes

    @cached_property
    def summary(self) -> str | None:
        """The edit in one sentence, as an edit summary should have said it; None if not known."""
        return self._found.summary(self) if self._found.summary else None

    @property
    def size_class(self) -> str:
        """How much the edit changed: "none", "tiny", "small", "medium", "large" or "huge"."""
        return _size_class(self)

    @property
    def found_warnings(self) -> tuple[PageWarning, ...]:
        """What to know of how the changes were found."""
        return self._found.warnings

    @property
    def all_warnings(self) -> tuple[PageWarning, ...]:
        """The warnings, with those of finding the changes."""
        return (*self.warnings, *self.found_warnings)

    def to_dict(self) -> dict[str, Any]:
        """Return the Document as the JSON shows it, keys in their documented order."""
        return {
            "schema_version": SCHEMA_VERSION,
            "source": self.source.to_dict(),
            "page": self.page.to_dict(),
            "revisions": self.revisions.to_dict(),
            "delta": self.delta.to_dict(),
            "stats": self.stats.to_dict(),
            "headings": [heading.to_dict() for heading in self.headings],
            "sections": [section.to_dict() for section in self.sections],
            "changes": [change.to_dict() for change in self.changes],
            "summary": self.summary,
            "size_class": self.size_class,
            "readings": [reading.to_dict() for reading in self.readings],
            "warnings": [warning.to_dict() for warning in self.all_warnings],
        }

    def to_json(self, *, indent: int | None = 1) -> str:
        """Return the JSON text without a final newline; `indent=None` gives one line.

        Characters that would steer a terminal (controls, bidi and other format characters, line
        separators, lone surrogates) stand as JSON escapes.
        """
        return json_text(self.to_dict(), indent=indent)

    def replace(self, **changes: Any) -> Document:  # noqa: ANN401 - any field
        """Return a copy with some fields changed and nothing cached."""
        return replace(self, **changes)


_SIZES = ((10, "tiny"), (100, "small"), (1_000, "medium"), (10_000, "large"))


def _size_class(document: Document) -> str:
    """Return the size class of an edit by the code points that it inserted and deleted.

    "none", "tiny" up to 10, "small" to 100, "medium" to 1,000, "large" to 10,000, else "huge".
    """
    count = document.stats.chars_inserted + document.stats.chars_deleted
    if not count and not document.differs:
        return "none"
    return next((name for most, name in _SIZES if count <= most), "huge")


def _stats(document: Document) -> Stats:
    kinds = {"context": 0, "changed": 0, "deleted": 0, "inserted": 0}
    moved, words, chars = 0, {"-": 0, "+": 0}, {"-": 0, "+": 0}
    no_line = document.no_line
    for line in document.lines():
        if line is no_line:
            continue
        if line.move is None:
            kinds[line.kind] += 1
        else:
            moved += line.move.role == "to"
        if line.kind == "context":
            continue
        for mark, stretch in line.segments:
            if mark != "=":
                words[mark] += text.count_words(stretch)
                chars[mark] += len(stretch)
    return Stats(
        lines_changed=kinds["changed"],
        lines_inserted=kinds["inserted"],
        lines_deleted=kinds["deleted"],
        lines_moved=moved,
        sections_unchanged=document.sections_unchanged,
        words_inserted=words["+"],
        words_deleted=words["-"],
        chars_inserted=chars["+"],
        chars_deleted=chars["-"],
    )
