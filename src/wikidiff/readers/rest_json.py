"""`rest.php/v1/revision/A/compare/B`, MediaWiki's REST API.

Source of the format: API:REST API/Reference ("Compare revisions") and wikidiff2's inline JSON.
Offsets and highlight ranges count bytes of UTF-8. `lineNumber` is the new text's; the old text's
follows from it, since every line that is not the same on both sides is in the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from wikidiff import text
from wikidiff.errors import ReadError
from wikidiff.model import Heading, Line, LineKind, Move, Op, PageWarning, Revision, Revisions
from wikidiff.readers.base import Input, Marked, Meta
from wikidiff.readers.json_fields import Fields, wiki_error
from wikidiff.readers.unshown import with_empty_side

NAME = "rest-json"
ABOUT = "an answer of the REST API, rest.php/v1/revision/A/compare/B"
EVIDENCE = "JSON with from, to and diff, or a REST error"

CONTEXT, ADDED, DELETED, CHANGED, MOVED_FROM, MOVED_TO = range(6)
_KINDS: dict[int, LineKind] = {
    CONTEXT: "context",
    ADDED: "inserted",
    DELETED: "deleted",
    CHANGED: "changed",
    MOVED_FROM: "deleted",
    MOVED_TO: "inserted",
}


def decline(source: Input) -> str | None:
    """Return why this is no answer of the REST API."""
    top = source.json
    if isinstance(top, str):
        return top
    if _is_error(top):
        return None
    if not {"from", "to", "diff"} <= top.keys():
        return "JSON without from, to and diff"
    sides = isinstance(top["from"], dict) and isinstance(top["to"], dict)
    return None if sides else "JSON whose from and to are no revisions"


def _is_error(top: dict[str, object]) -> bool:
    return "httpCode" in top and any(key.startswith(("message", "error")) for key in top)


def read(source: Input, *, language: str | None = None) -> Marked:
    """Read the answer; raises ReadError where it is an error's, or not as the API makes it."""
    top = source.json
    if isinstance(top, str):
        raise ReadError(source.name, top, "save the wiki's answer as it comes")
    fields = Fields(source.name, "", top)
    if _is_error(top):
        raise wiki_error(source.name, _error(top))
    entries = list(_moves_named([_entry(item) for item in fields.children("diff")]))
    runs = tuple(_runs(entries))
    sides = fields.child("from"), fields.child("to")
    revisions = Revisions(*(Revision(id=side.number_or_none("id")) for side in sides))
    warnings = () if runs else (_NO_LINES,)
    meta = Meta(revisions=revisions, engine="wikidiff2", language=language, warnings=warnings)
    lines = with_empty_side([[entry.line for entry in run] for run in runs])
    return Marked(meta, lines, headings=_headings(sides, runs))


_NO_LINES = PageWarning(
    "no-lines",
    "The answer shows no line: nothing changed, or only the line end at the end of the text.",
)


def _error(top: dict[str, object]) -> str:
    """Return "code: words" of an error (API:REST API/Status codes)."""
    told = top.get("messageTranslations")
    words = next(iter(told.values()), "") if isinstance(told, dict) else top.get("message", "")
    parts = (top.get("errorKey"), top.get("httpCode"), words or top.get("httpReason"))
    return ": ".join(str(part) for part in parts if isinstance(part, str | int))[:300]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line and where it begins: byte offsets in the old and new text, None where it is not."""

    line: Line
    old_offset: int | None
    new_offset: int | None
    ends: tuple[str, str] | None = None  # ids of a moved line's own end and of the other


def _entry(item: Fields) -> _Entry:
    """Return one item of `diff`; its `old_line` is not known yet."""
    kind = item.number("type")
    if kind not in _KINDS:
        item.wrong("type", "0, 1, 2, 3, 4 or 5")
    words = item.text("text")
    if "\n" in words:
        item.wrong("text", "one line")
    ops: tuple[Op, ...] = ()
    old: str | None = words
    new: str | None = words
    if kind in (CHANGED, MOVED_TO):
        old, new, ops = _sides(item, words)
    if kind in (ADDED, MOVED_TO):
        old, ops = None, ()
    if kind in (DELETED, MOVED_FROM):
        new = None
    offset = item.child("offset")
    return _Entry(
        Line(_KINDS[kind], old, new, None, item.number_or_none("lineNumber"), ops),
        None if old is None else offset.number_or_none("from"),
        None if new is None else offset.number_or_none("to"),
        _move_ends(item) if kind in (MOVED_FROM, MOVED_TO) else None,
    )


def _move_ends(item: Fields) -> tuple[str, str]:
    info = item.child("moveInfo")
    return info.text("id"), info.text("linkId")


def _sides(item: Fields, words: str) -> tuple[str, str, tuple[Op, ...]]:
    """Return old text, new text and ops of a line that shows both run together.

    Ranges out of order, overlapping, outside the line or inside a character raise ReadError.
    """
    data = words.encode("utf-8", "surrogatepass")
    olds: list[str] = []
    news: list[str] = []
    ops: list[Op] = []
    a = c = at = 0
    ranges = [_range(one, len(data)) for one in item.children("highlightRanges")]
    for start, end, mark in (*sorted(ranges), (len(data), len(data), "=")):
        if start < at:
            item.wrong("highlightRanges", "ranges apart from each other")
        for stretch, sign in ((data[at:start], "="), (data[start:end], mark)):
            try:
                piece = stretch.decode("utf-8", "surrogatepass")
            except UnicodeDecodeError:
                item.wrong("highlightRanges", "ranges of whole characters")
            b, d = a + len(piece) * (sign != "+"), c + len(piece) * (sign != "-")
            if piece:
                ops.append(Op((a, b), (c, d)))
                olds += [piece] * (sign != "+")
                news += [piece] * (sign != "-")
            a, c = b, d
        at = end
    return "".join(olds), "".join(news), tuple(ops)


def _range(one: Fields, size: int) -> tuple[int, int, str]:
    """Return first byte, last byte + 1 and mark of a highlight range."""
    start, length, mark = one.number("start"), one.number("length"), one.number("type")
    if not 0 <= start <= start + length <= size:
        one.wrong("start", "inside the line")
    if mark not in (0, 1):
        one.wrong("type", "0 (inserted) or 1 (deleted)")
    return start, start + length, "+-"[mark]


def _moves_named(entries: Sequence[_Entry]) -> Iterator[_Entry]:
    """Yield the entries, both ends of each move with an id m1, m2, ... in page order.

    An end whose other end is not there is a plain deleted or inserted line.
    """
    ends = {entry.ends[0]: entry for entry in entries if entry.ends}
    names: dict[str, str] = {}
    for entry in entries:
        other = ends.get(entry.ends[1]) if entry.ends else None
        if entry.ends is None or other is None or other.line.kind == entry.line.kind:
            yield entry
            continue
        name = names.setdefault(min(entry.ends), f"m{len(names) + 1}")
        move = Move(name, "from" if entry.line.kind == "deleted" else "to")
        yield replace(entry, line=replace(entry.line, move=move))


def _runs(entries: Sequence[_Entry]) -> Iterator[tuple[_Entry, ...]]:
    """Yield the stretches that follow each other without a gap, their lines numbered."""
    run: list[_Entry] = []
    shift = 0  # old line numbers less new ones, before the run
    nexts: tuple[int | None, int | None] = (None, None)
    for entry in entries:
        if run and _is_gap(entry, nexts):
            yield _numbered(run, shift)
            shift += _shift(run)
            run, nexts = [], (None, None)
        run.append(entry)
        nexts = (
            _after(entry.line.old, entry.old_offset, nexts[0]),
            _after(entry.line.new, entry.new_offset, nexts[1]),
        )
    if run:
        yield _numbered(run, shift)


def _is_gap(entry: _Entry, nexts: tuple[int | None, int | None]) -> bool:
    offsets = entry.old_offset, entry.new_offset
    return any(
        here is not None and due is not None and here != due
        for here, due in zip(offsets, nexts, strict=True)
    )


def _after(line: str | None, offset: int | None, due: int | None) -> int | None:
    """Return the byte offset at which the next line of a side is due."""
    if line is None:
        return due
    offset = due if offset is None else offset
    return None if offset is None else offset + text.size(line) + 1


def _shift(run: Sequence[_Entry]) -> int:
    return sum((e.line.old is not None) - (e.line.new is not None) for e in run)


def _numbered(run: Sequence[_Entry], shift: int) -> tuple[_Entry, ...]:
    """Return a run with line numbers on both sides, counted from what its first number tells."""
    olds = news = 0
    first: int | None = 1 if 0 in (run[0].old_offset, run[0].new_offset) else None
    for entry in run:
        if entry.line.new_line is not None:
            first = entry.line.new_line - news
            break
        news += entry.line.new is not None
    if first is None or first < 1 or first + shift < 1:
        return tuple(replace(e, line=replace(e.line, new_line=None)) for e in run)
    made = []
    news = 0
    for entry in run:
        line = entry.line
        old_line = None if line.old is None else first + shift + olds
        new_line = None if line.new is None else first + news
        made.append(replace(entry, line=replace(line, old_line=old_line, new_line=new_line)))
        olds += line.old is not None
        news += line.new is not None
    return tuple(made)


def _headings(
    sides: tuple[Fields, Fields], runs: Sequence[Sequence[_Entry]]
) -> tuple[dict[int, Heading], dict[int, Heading]] | None:
    """Return the headings that the answer lists, by line number, None where it does not.

    The number of a heading that is not shown is one of those between the runs around it: their
    order is right, and hidden headings stand in the same order on both sides.
    """
    lines = [entry.line for run in runs for entry in run]
    if not all(side.has("sections") for side in sides) or not all(map(_is_numbered, lines)):
        return None
    made: list[dict[int, Heading]] = []
    for side, name in zip(sides, ("old", "new"), strict=True):
        found = _side_headings(side, [_places(run, name) for run in runs])
        if found is None:
            return None
        made.append(found)
    return made[0], made[1]


def _is_numbered(line: Line) -> bool:
    return bool(line.old_line or line.new_line)


def _places(run: Sequence[_Entry], side: str) -> list[tuple[int, int]]:
    """Return (byte offset, line number) of a run's lines on one side."""
    places = []
    for entry in run:
        offset = getattr(entry, f"{side}_offset")
        number = getattr(entry.line, f"{side}_line")
        if offset is not None and number is not None:
            places.append((offset, number))
    return places


def _side_headings(
    side: Fields, runs: Sequence[Sequence[tuple[int, int]]]
) -> dict[int, Heading] | None:
    """Return one side's headings by line number, None where offsets and numbers disagree."""
    shown = {0: 0} | dict(place for run in runs for place in run)
    offsets = sorted(shown)
    if any(shown[a] >= shown[b] for a, b in pairwise(offsets)):
        return None
    found: dict[int, Heading] = {}
    at, number = 0, 0
    sections = [one for one in side.children("sections") if one.has("offset")]  # null: a template's
    for section in sorted(sections, key=lambda one: one.number("offset")):
        offset = section.number("offset")
        while at < len(offsets) and offsets[at] <= offset:
            number = max(number, shown[offsets[at]])
            at += 1
        number = shown.get(offset, number + 1) or 1
        parts = text.heading(section.text("heading"))
        if parts is None or number in found:
            return None
        found[number] = Heading(parts[1], parts[0])
    return found
