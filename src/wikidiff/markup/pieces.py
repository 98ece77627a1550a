"""The stretches of a page that need parsing: what changed, widened to whole constructs."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

from wikidiff import text
from wikidiff.limits import Fallback
from wikidiff.markup.fold import NO_FOLDS, Folds
from wikidiff.markup.nodes import Range, Ranges
from wikidiff.markup.scan import Scan
from wikidiff.markup.widen import Cut, Run, Widener
from wikidiff.model import Document, Line

Stretch = tuple[Cut, Sequence[Run]]
"""A stretch of both texts that closes all it opens, and the runs of changed lines in it."""


class Side:
    """A piece's text on one side, and what of it the edit touched.

    `touched` are the stretches of the text that are not the same on the other side; where the
    other side has a line that this one has not, the line end before it. `at` is the Document line
    of each of them, `run` the first one of its run. `places` are the offsets of the changed lines.
    """

    __slots__ = "at", "folds", "places", "run", "scan", "text", "touched"

    def __init__(self, text: str, folds: Folds = NO_FOLDS) -> None:
        self.text = text
        self.touched = Ranges()
        self.at: list[int] = []
        self.run: list[int] = []
        self.places: dict[int, Range] = {}
        self.folds = folds
        self.scan: Scan | None = None

    def touch(self, low: int, high: int, at: int, run: int) -> None:
        """Add a touched stretch."""
        self.touched.add(low, high)
        self.at.append(at)
        self.run.append(run)

    def place(self, start: int, end: int) -> tuple[int, int, int] | None:
        """Return where the edit first touched a stretch, None where it did not.

        That is the Document line, the first one of its run, and the offset of the line's start.
        """
        found = self.touched.first(start, end)
        if found is None:
            return None
        at = self.at[found]
        return at, self.run[found], self.places.get(at, (self.touched.lows[found], 0))[0]


class Piece:
    """A stretch of both texts that can be parsed by itself; `runs` are ranges of Document lines.

    `whole` is whether nothing outside of the piece can change what it means.
    """

    __slots__ = "new", "old", "runs", "stretch", "whole"

    def __init__(
        self,
        old: Side,
        new: Side,
        runs: tuple[Range, ...],
        whole: bool,
        stretch: Stretch | None = None,
    ) -> None:
        self.old = old
        self.new = new
        self.runs = runs
        self.whole = whole
        self.stretch = stretch


def pieces(
    document: Document,
    lines: Sequence[Line],
    fallbacks: list[Fallback],
    *,
    whole_pages: bool = False,
) -> list[Piece]:
    """Return the pieces of a Document in page order; they hold all its `lines` that changed.

    Where the whole texts are known the pieces are the smallest that open and close all they hold;
    else each hunk is a piece as it is shown. With `whole_pages` there is one piece, the page: the
    result must be the same, and tests hold the two against each other. Limits that were reached
    are added to `fallbacks`.
    """
    texts = document.texts
    if texts is None:
        return list(_shown_pieces(document, lines))
    if whole_pages:
        runs = _runs(lines, _offsets(lines, document, texts))
        whole = Cut((0, len(texts[0]) + 1), (0, len(texts[1]) + 1), 0, len(runs))
        found: list[Stretch] = [(whole, runs)] if runs else []
    else:
        found = cuts(document, lines, fallbacks)
    return [_piece(texts, cut, runs, lines, fold=not whole_pages) for cut, runs in found]


def unfolded(piece: Piece, document: Document, lines: Sequence[Line]) -> Piece:
    """Return a piece of two whole texts with nothing in it folded."""
    if not piece.stretch or not document.texts:
        return piece
    return _piece(document.texts, *piece.stretch, lines, fold=False)


def cuts(document: Document, lines: Sequence[Line], fallbacks: list[Fallback]) -> list[Stretch]:
    """Return the stretches of two whole texts that the pieces are made of, and their runs.

    They are kept for who asks next, for as long as the Document is.
    """
    if _last and _last[0][0]() is document:
        return _last[0][1]
    texts = document.texts
    runs = _runs(lines, _offsets(lines, document, texts)) if texts else []
    if not texts or not runs:
        return []
    widener = Widener(*texts, runs)
    found: list[Stretch] = [(cut, runs[cut.first : cut.last]) for cut in widener.cuts()]
    fallbacks += widener.fallbacks
    if not widener.fallbacks:
        _last[:] = [(weakref.ref(document, lambda _: _last.clear()), found)]
    return found


_last: list[tuple[weakref.ref[Document], list[Stretch]]] = []
"""The stretches of the Document last asked of: finding its changes and checking it share them."""


def _piece(
    texts: tuple[str, str], cut: Cut, runs: Sequence[Run], lines: Sequence[Line], *, fold: bool
) -> Piece:
    ends = [cut.old[0], *(run.old[1] for run in runs)]
    starts = [*(run.old[0] for run in runs), cut.old[1]]
    blocks = [_lines_of(texts[0], a, b) for a, b in zip(ends, starts, strict=True)]
    gone = [_lines_of(texts[0], *run.old) for run in runs]
    come = [_lines_of(texts[1], *run.new) for run in runs]
    folds = Folds()
    if fold:
        blocks = folds.fold(blocks, gone, come)
    old, new = Side("", folds), Side("", folds)
    a = c = 0
    for run, block in zip(runs, blocks, strict=False):
        a, c = a + len(block), c + len(block)
        _touch(old, new, lines, run.shown, (a, c))
        a, c = a + run.old[1] - run.old[0], c + run.new[1] - run.new[0]
    old.text, new.text = _joined(blocks, gone), _joined(blocks, come)
    if cut.scans:
        old.scan, new.scan = cut.scans
    return Piece(old, new, tuple(run.shown for run in runs), whole=True, stretch=(cut, runs))


def _lines_of(whole: str, start: int, end: int) -> str:
    """Return some lines, each with its line end, the text's last one too."""
    lines = whole[start:end]
    return lines if len(lines) == end - start else lines + "\n"


def _joined(blocks: Sequence[str], changed: Sequence[str]) -> str:
    """Return the text that unchanged blocks and what changed between them make up."""
    if len(changed) == 1:
        return f"{blocks[0]}{changed[0]}{blocks[1]}"[:-1]
    return "".join(chain.from_iterable(zip_longest(blocks, changed, fillvalue="")))[:-1]


def _touch(
    old: Side, new: Side, lines: Sequence[Line], run: Range, starts: tuple[int, int]
) -> None:
    """Tell both sides of a run of changed lines that begins at the offsets `starts`."""
    a, c = starts
    for at in range(*run):
        line = lines[at]
        head, tail = _ends(line)
        for side, start, words in ((old, a, line.old), (new, c, line.new)):
            if words is None:
                side.touch(start, start - 1, at, run[0])
            else:
                end = start + len(words)
                side.places[at] = start, end
                side.touch(start + head, end - tail, at, run[0])
        a += 0 if line.old is None else len(line.old) + 1
        c += 0 if line.new is None else len(line.new) + 1


def _ends(line: Line) -> Range:
    """Return how much of a line is the same on both sides at its start and at its end."""
    old, new = line.old, line.new
    if old is None or new is None:
        return 1, 0  # what ends where the line begins is not touched
    if not line.ops:
        head = text.common_prefix(old, new)
        return head, text.common_suffix(old, new, min(len(old), len(new)) - head)
    (a, b), (c, d) = line.ops[0].old, line.ops[0].new
    head = b if a < b and c < d else 0
    (a, b), (c, d) = line.ops[-1].old, line.ops[-1].new
    return head, b - a if a < b and c < d else 0


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


def _runs(lines: Sequence[Line], offsets: Sequence[tuple[int, int]]) -> list[Run]:
    """Return the runs of two whole texts; between two runs both texts have the same lines."""
    found: list[Run] = []
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
        found.append(Run((old, old_end), (new, new_end), tuple(olds), tuple(news), (first, at)))
    return found


class _Place:
    """Offsets of rising line numbers."""

    def __init__(self, whole: str) -> None:
        self.text, self.at, self.number = whole, 0, 1

    def of(self, number: int) -> int:
        """Return the offset of a line's start; of the line after the last, one past the end."""
        if number > self.number:
            skipped = self.text[self.at :].split("\n", number - self.number)
            passed = skipped[: number - self.number]
            self.at += sum(map(len, passed)) + len(passed)
            self.number += len(passed)
        return self.at


def _shown_pieces(document: Document, lines: Sequence[Line]) -> Iterator[Piece]:
    at = 0
    for section in document.sections:
        for hunk in section.hunks:
            shown = hunk.lines[: len(lines) - at]
            yield from _shown_piece(shown, at, lines)
            at += len(shown)


def _shown_piece(lines: Sequence[Line], first: int, whole: Sequence[Line]) -> Iterator[Piece]:
    """Yield the piece that a hunk is, if anything in it changed; `whole` are all lines."""
    old = Side("\n".join(line.old for line in lines if line.old is not None))
    new = Side("\n".join(line.new for line in lines if line.new is not None))
    runs: list[Range] = []
    a = c = at = 0
    while at < len(lines):
        start, starts = at, (a, c)
        while at < len(lines) and (lines[at].kind != "context") == (lines[start].kind != "context"):
            a += 0 if lines[at].old is None else len(lines[at].old or "") + 1
            c += 0 if lines[at].new is None else len(lines[at].new or "") + 1
            at += 1
        if lines[start].kind != "context":
            runs.append((first + start, first + at))
            _touch(old, new, whole, runs[-1], starts)
    if runs:
        yield Piece(old, new, tuple(runs), whole=False)
