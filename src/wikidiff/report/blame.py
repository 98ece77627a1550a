"""Who wrote a page, for people: a legend with shares, and the text with a mark at each change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from wikidiff.blamed import Blame, Writer
from wikidiff.model import Revision
from wikidiff.report.log import cells
from wikidiff.report.rows import (
    BLANK,
    Glyphs,
    Layout,
    Row,
    Stretch,
    View,
    glyphs_for,
    joined,
    plural,
)
from wikidiff.report.safe import visible
from wikidiff.report.writing import write_rows

__all__ = ["View", "show"]

_STYLES = ("who-1", "who-2", "who-3", "who-4", "who-5", "who-6")
"""Of those who wrote the most; the others have none."""

_LEGEND = 12  # of a terminal that shows the text as well
_BAR = 20  # columns of the bar of one who wrote all
_USER = 24


@dataclass(frozen=True, slots=True)
class _Who:
    """A user, or a revision, by rank: the mark in the text is `rank`, from 1."""

    rank: int
    name: str
    words: int
    more: str
    date: str

    @property
    def style(self) -> str:
        """The style of what they wrote."""
        return _STYLES[self.rank - 1] if self.rank <= len(_STYLES) else ""


def show(blame: Blame, view: View, file: TextIO, *, by: str = "user") -> None:
    """Write who wrote a page; `by` is "user" or "revision". Raises what writing raises.

    With `view.summary` only the legend, whole; with `view.verbose` the whole legend and the text.
    """
    glyphs = glyphs_for(getattr(file, "encoding", None))
    write_rows(blame_rows(blame, view, glyphs, by), Layout(view, glyphs, 0, False), file)


def blame_rows(blame: Blame, view: View, glyphs: Glyphs, by: str) -> Iterator[Row]:
    """Yield the whole view, top to bottom."""
    ranked, of = _ranked(blame, by)
    yield from _top(blame, glyphs)
    yield from _legend(blame, ranked, view, glyphs)
    for warning in blame.warnings:
        yield BLANK
        yield Row((("Warning: ", "warning"),), ((warning.message, "warning-text"),))
    if view.summary:
        return
    yield BLANK
    marks = len(str(len(ranked)))
    for line in blame.lines:
        yield _line(blame, line, [ranked[of[at]] for _, at in line], marks, glyphs)


def _ranked(blame: Blame, by: str) -> tuple[list[_Who], list[int]]:
    """Return the users or revisions, the most words first, and the place there of each writer."""
    groups: dict[object, list[int]] = {}
    for at, writer in enumerate(blame.writers):
        groups.setdefault(writer.revision.user if by == "user" else at, []).append(at)
    order = sorted(groups.values(), key=lambda at: -sum(blame.writers[i].words for i in at))
    of = [0] * len(blame.writers)
    ranked = []
    for place, group in enumerate(order):
        writers = [blame.writers[at] for at in group]
        ranked.append(_who(place + 1, writers, by))
        for at in group:
            of[at] = place
    return ranked, of


def _who(rank: int, writers: Sequence[Writer], by: str) -> _Who:
    first = writers[0].revision
    user = first.user or ("(earlier)" if first == Revision() else "(no name)")
    words = sum(writer.words for writer in writers)
    dates = sorted(_date(writer) for writer in writers)
    if by == "user":
        span = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
        return _Who(rank, user, words, f"{plural(len(writers), 'revision')}, {span}", dates[-1])
    one = writers[0]
    name = str(one.revision.id) if one.revision.id is not None else (one.commit or "")[:10]
    return _Who(rank, user, words, f"revision {name}, {dates[0]}" if name else dates[0], dates[0])


def _date(writer: Writer) -> str:
    return (writer.revision.timestamp or "no date")[:10]


def _top(blame: Blame, glyphs: Glyphs) -> Iterator[Row]:
    yield Row(body=((blame.page.title or blame.name, "title"),), indent=2)
    told = blame.revision
    parts: list[tuple[Stretch, ...]] = [((plural(blame.words, "word"), ""),)]
    parts.append(((plural(len(blame.users), "writer"), ""),))
    parts.append(((plural(blame.count, "revision"), ""),))
    if told.timestamp:
        parts.append(((f"as of {told.timestamp[:16].replace('T', ' ')}", "time"),))
    yield Row(body=joined(parts, f" {glyphs.dot} "), indent=2)
    yield BLANK


def _legend(blame: Blame, ranked: Sequence[_Who], view: View, glyphs: Glyphs) -> Iterator[Row]:
    whole = view.summary or view.verbose or len(ranked) <= _LEGEND + 1
    shown = ranked if whole else ranked[:_LEGEND]
    marks = len(str(len(shown)))
    names = max((min(cells(visible(one.name)), _USER) for one in shown), default=0)
    for one in shown:
        part = one.words / blame.words if blame.words else 0.0
        name = " " * max(names - cells(visible(one.name)), 0)
        yield Row(
            ((f"{one.rank:>{marks}} ", one.style or "number"),),
            (
                (one.name, one.style),
                (f"{name}  {part:>6.1%}  ", "figure"),
                ((glyphs.full * round(part * _BAR)).ljust(_BAR), one.style or "dim"),
                (f"  {plural(one.words, 'word')}, {one.more}", "dim"),
            ),
        )
    if len(shown) < len(ranked):
        left = len(ranked) - len(shown)
        yield Row(body=((f"{glyphs.ellipsis} {left:,} more; -v shows them", "hidden"),))


def _line(
    blame: Blame, line: Sequence[tuple[str, int]], who: Sequence[_Who], marks: int, glyphs: Glyphs
) -> Row:
    """Return a line: in front its main writer and when, inside a mark where another one begins."""
    if not line:
        return Row(((" " * (marks + 1 + 10), ""), (f" {glyphs.bar} ", "rule")))
    sizes: dict[int, int] = {}
    for (piece, _), one in zip(line, who, strict=True):
        sizes[one.rank] = sizes.get(one.rank, 0) + len(piece)
    main = max(sizes, key=lambda rank: (sizes[rank], -rank))
    dates = [
        _date(blame.writers[at]) for (_, at), one in zip(line, who, strict=True) if one.rank == main
    ]
    style = next(one.style for one in who if one.rank == main)
    lead = (
        (f"{main:>{marks}} ", style or "number"),
        (f"{max(dates):<10}", "dim"),
        (f" {glyphs.bar} ", "rule"),
    )
    return Row(lead, tuple(_pieces(line, who, main, glyphs)))


def _pieces(
    line: Sequence[tuple[str, int]], who: Sequence[_Who], main: int, glyphs: Glyphs
) -> Iterator[Stretch]:
    opening, closing = glyphs.marks
    last = main
    for (piece, _), one in zip(line, who, strict=True):
        if one.rank != last:
            yield f"{opening}{one.rank}{closing}", "mark"
        yield piece, one.style
        last = one.rank
