"""The stretches of a page that need parsing: what changed, widened to whole constructs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wikidiff.limits import Fallback
from wikidiff.markup.widen import Cut, Range, Run, Widener
from wikidiff.model import Document, Line


@dataclass(frozen=True, slots=True)
class Side:
    """A piece's text on one side.

    `changed` are ranges of its lines, empty where the other side has something that this one has
    not, and `places` the first Document line of each. `lines` gives each changed line's own.
    """

    text: str
    changed: tuple[Range, ...]
    places: tuple[int, ...]
    lines: dict[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of both texts that can be parsed by itself; `runs` are ranges of Document lines."""

    old: Side
    new: Side
    runs: tuple[Range, ...]
    whole: bool
    """Whether nothing outside of the piece can change what it means."""


def pieces(
    document: Document, *, whole_pages: bool = False, fallbacks: list[Fallback] | None = None
) -> list[Piece]:
    """Return the pieces of a Document in page order; they hold all of its changed lines.

    Where the whole texts are known the pieces are the smallest that open and close all they hold;
    else each hunk is a piece as it is shown. With `whole_pages` there is one piece, the page: the
    result must be the same, and tests hold the two against each other. Limits that were reached
    are added to `fallbacks`.
    """
    texts = document.texts
    if texts is None:
        return list(_shown_pieces(document))
    lines = list(document.lines())
    runs = list(_runs(lines, _offsets(lines, document, texts)))
    if not runs:
        return []
    if whole_pages:
        cuts = [Cut((0, len(texts[0]) + 1), (0, len(texts[1]) + 1), 0, len(runs))]
    else:
        widener = Widener(*texts, runs)
        cuts = list(widener.cuts())
        if fallbacks is not None:
            fallbacks += widener.fallbacks
    return [_piece(texts, cut, runs[cut.first : cut.last]) for cut in cuts]


def _piece(texts: tuple[str, str], cut: Cut, runs: Sequence[Run]) -> Piece:
    places = tuple(run.shown[0] for run in runs)
    old = _side(texts[0], cut.old, places, [(run.old[0], run.old_shown) for run in runs])
    new = _side(texts[1], cut.new, places, [(run.new[0], run.new_shown) for run in runs])
    return Piece(old, new, tuple(run.shown for run in runs), whole=True)


def _side(
    text: str, cut: Range, places: tuple[int, ...], runs: Sequence[tuple[int, tuple[int, ...]]]
) -> Side:
    """Return a cut of one text, given each run's start and the Document lines that it has here."""
    start, end = cut
    lines: dict[int, int] = {}
    changed: list[Range] = []
    number, at = 0, start
    for low, shown in runs:
        number += text.count("\n", at, low) + (at <= len(text) < low)  # the end ends a line too
        at = low
        changed.append((number, number + len(shown)))
        lines.update(enumerate(shown, number))
    return Side(text[start : max(end - 1, start)], tuple(changed), places, lines)


def _offsets(
    lines: Sequence[Line], document: Document, texts: tuple[str, str]
) -> list[tuple[int, int]]:
    """Return where each Document line stands, or would stand, in both texts."""
    starts = list(getattr(document, "starts", ()))[::-1]
    place = None if starts else _Place(texts[0])
    found: list[tuple[int, int]] = []
    old = new = 0
    ends: tuple[int | None, int | None] = (None, None)  # the line numbers that come next
    for line in lines:
        if _jumps(line, ends):
            if place:
                number = line.old_line or 1
                shift = new - old
                if not line.old_line:  # a run that begins with a new line: as far from the last
                    number = (ends[0] or 1) + (line.new_line or 1) - (ends[1] or 1)
                old = place.of(number)
                new = old + shift
                ends = number, number + (ends[1] or 1) - (ends[0] or 1)
            else:
                start = starts.pop()
                ends, (old, new) = start.lines, start.offsets
        found.append((old, new))
        after_old, after_new = ends
        if line.old is not None:
            old += len(line.old) + 1
            after_old = (after_old or 0) + 1
        if line.new is not None:
            new += len(line.new) + 1
            after_new = (after_new or 0) + 1
        ends = after_old, after_new
    return found


def _jumps(line: Line, ends: tuple[int | None, int | None]) -> bool:
    """Tell whether lines that are not shown stand before a line."""
    if ends[0] is None:
        return True
    return bool(
        (line.old_line and line.old_line != ends[0]) or (line.new_line and line.new_line != ends[1])
    )


def _runs(lines: Sequence[Line], offsets: Sequence[tuple[int, int]]) -> Iterator[Run]:
    """Yield the runs of two whole texts; between two runs both texts have the same lines."""
    at = 0
    while at < len(lines):
        if lines[at].kind == "context":
            at += 1
            continue
        first = at
        old, new = offsets[at]
        old_end, new_end = old, new
        olds: list[int] = []
        news: list[int] = []
        while at < len(lines) and lines[at].kind != "context" and offsets[at] == (old_end, new_end):
            line = lines[at]
            if line.old is not None:
                old_end += len(line.old) + 1
                olds.append(at)
            if line.new is not None:
                new_end += len(line.new) + 1
                news.append(at)
            at += 1
        yield Run((old, old_end), (new, new_end), tuple(olds), tuple(news), (first, at))


class _Place:
    """Offsets of rising line numbers."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.number = text, 0, 1

    def of(self, number: int) -> int:
        """Return the offset of a line's start; of the line after the last, one past the end."""
        if number > self.number:
            skipped = self.text[self.at :].split("\n", number - self.number)
            passed = skipped[: number - self.number]
            self.at += sum(map(len, passed)) + len(passed)
            self.number += len(passed)
        return self.at


def _shown_pieces(document: Document) -> Iterator[Piece]:
    at = 0
    for section in document.sections:
        for hunk in section.hunks:
            yield from _shown_piece(hunk.lines, at)
            at += len(hunk.lines)


def _shown_piece(lines: Sequence[Line], first: int) -> Iterator[Piece]:
    """Yield the piece that a hunk is, if anything in it changed."""
    runs: list[Range] = []
    at = 0
    while at < len(lines):
        start = at
        while at < len(lines) and lines[at].kind != "context":
            at += 1
        if at > start:
            runs.append((start, at))
        else:
            at += 1
    if runs:
        shown = tuple((first + a, first + b) for a, b in runs)
        sides = (
            _shown_side([line.old for line in lines], runs, first),
            _shown_side([line.new for line in lines], runs, first),
        )
        yield Piece(*sides, shown, whole=False)


def _shown_side(lines: Sequence[str | None], runs: Sequence[Range], first: int) -> Side:
    """Return one side of a hunk; its lines are None where they are not on this side."""
    numbers: list[int] = []  # of the side's line that each place in the hunk has come to
    count = 0
    for line in lines:
        numbers.append(count)
        count += line is not None
    numbers.append(count)
    owns = {numbers[at]: first + at for a, b in runs for at in range(a, b) if lines[at] is not None}
    text = "\n".join(line for line in lines if line is not None)
    changed = tuple((numbers[a], numbers[b]) for a, b in runs)
    return Side(text, changed, tuple(first + a for a, _ in runs), owns)
