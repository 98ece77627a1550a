"""A page's history as rows: who, when, how many bytes, and what the edit did in words."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TextIO

from wikidiff.model import json_text
from wikidiff.past import Entry, History, Past, Ref, Restored, Revert
from wikidiff.report.log_data import csv_lines, json_lines, to_dict
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
    signed,
)
from wikidiff.report.safe import visible
from wikidiff.report.writing import write_rows

__all__ = ["Counted", "Log", "View", "csv_lines", "json_lines", "show", "to_json"]

_BAR = 8  # signs of the longest bar: from 64 KiB on
_USER = 16  # columns of the names, where longer ones do not stand alone
_BESIDE = 44  # columns that what was done needs to stand beside who and when
_SPARK = 60  # columns of the picture of the sizes
_SUMMARY = 240  # characters of what an edit did, where the width is that of a terminal


class Counted:
    """A history that counts its revisions while they are read."""

    def __init__(self, history: History) -> None:
        self.count = 0
        self.history = replace(history, pasts=self._counted(history.pasts))

    def _counted(self, pasts: Iterable[Past]) -> Iterator[Past]:
        for past in pasts:
            self.count += 1
            yield past


@dataclass(frozen=True, slots=True)
class Log:
    """What is shown: entries in the order they are shown in, of a page with `count` revisions."""

    history: History
    entries: Sequence[Entry]
    count: int
    newest_first: bool = True

    @property
    def title(self) -> str:
        """The page's title, or what its source is called."""
        return self.history.page.title or self.history.name


def to_json(log: Log) -> str:
    """Return a log as one JSON object, without a final newline."""
    return json_text(to_dict(log.history, log.entries, log.count), indent=1)


def show(log: Log, view: View, file: TextIO) -> None:
    """Write a log for people; raises what writing raises."""
    glyphs = glyphs_for(getattr(file, "encoding", None))
    write_rows(log_rows(log, view, glyphs), Layout(view, glyphs, 0, False), file)


def log_rows(log: Log, view: View, glyphs: Glyphs) -> Iterator[Row]:
    """Yield the whole log, top to bottom."""
    yield from _top(log, glyphs)
    columns = _columns(log.entries)
    for entry in log.entries:
        yield from _entry(entry, columns, view, glyphs)


def _top(log: Log, glyphs: Glyphs) -> Iterator[Row]:
    yield Row(body=((log.title, "title"),), indent=2)
    dot = f" {glyphs.dot} "
    yield Row(body=joined(_figures(log, glyphs), dot), indent=2)
    oldest_first = log.entries[::-1] if log.newest_first else log.entries
    if picture := spark(
        [e.revision.size for e in oldest_first if e.revision.size is not None], glyphs
    ):
        yield Row((("size ", "dim"),), picture)
    yield BLANK


def _figures(log: Log, glyphs: Glyphs) -> Iterator[tuple[Stretch, ...]]:
    shown = len(log.entries)
    words = plural(log.count, "revision")
    yield ((words if shown == log.count else f"{shown:,} of {words}", ""),)
    users = {entry.revision.user for entry in log.entries} - {None}
    yield ((plural(len(users), "user"), ""),)
    times = sorted(e.revision.timestamp[:10] for e in log.entries if e.revision.timestamp)
    if times:
        first, last = times[0], times[-1]
        yield ((first if first == last else f"{first} to {last}", ""),)
    if undone := sum(entry.reverts is not None for entry in log.entries):
        yield ((plural(undone, "revert"), ""),)


def spark(sizes: Sequence[int], glyphs: Glyphs) -> tuple[Stretch, ...]:
    """Return a picture of sizes, oldest first, and the smallest and largest; () for fewer than two.

    Of more sizes than columns each column shows its largest.
    """
    if len(sizes) < 2:
        return ()
    columns = min(len(sizes), _SPARK)
    edges = [at * len(sizes) // columns for at in range(columns + 1)]
    tops = [max(sizes[a:b]) for a, b in pairwise(edges)]
    most = max(tops) or 1
    signs = glyphs.spark
    line = "".join(signs[min(top * len(signs) // most, len(signs) - 1)] for top in tops)
    return ((line, "spark"), (f" {min(sizes):,} to {max(sizes):,} bytes", "dim"))


@dataclass(frozen=True, slots=True)
class _Columns:
    """How wide the columns are."""

    name: int
    time: int
    user: int
    delta: int


def _columns(entries: Iterable[Entry]) -> _Columns:
    names, times, users, deltas = {0}, {0}, {0}, {0}
    for entry in entries:
        names.add(len(_name(entry)))
        times.add(len(_time(entry)))
        users.add(min(cells(visible(_user(entry))), _USER))
        deltas.add(len(_delta(entry)))
    return _Columns(max(names), max(times), max(users), max(deltas))


def cells(text: str) -> int:
    """Return the columns that a visible text takes: two for wide signs, none for joined ones."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)


def _cut(shown: str, width: int) -> str:
    """Return as much of a visible text as fits into some columns."""
    while cells(shown) > width:
        shown = shown[: max(width - cells(shown), -len(shown))]
    return shown


def _name(entry: Entry) -> str:
    if entry.revision.id is not None:
        return str(entry.revision.id)
    return (entry.commit or "")[:10]


def _time(entry: Entry) -> str:
    return (entry.revision.timestamp or "no time")[:16].replace("T", " ")


def _user(entry: Entry) -> str:
    return entry.revision.user or ("(hidden)" if "user" in entry.hidden else "(no name)")


def _bytes(entry: Entry) -> int | None:
    """Return the bytes that an edit added: to the section that is followed, else to the page."""
    return entry.delta if entry.section is None else entry.section.delta


def _delta(entry: Entry) -> str:
    delta = _bytes(entry)
    return "?" if delta is None else signed(delta)


def bar(delta: int | None) -> str:
    """Return a bar of plus or minus signs, each four times as many bytes as the one before."""
    if not delta:
        return ""
    length = min(1 + int(math.log2(abs(delta)) / 2), _BAR)
    return ("+" if delta > 0 else "-") * length


def _entry(entry: Entry, columns: _Columns, view: View, glyphs: Glyphs) -> Iterator[Row]:
    lead = _lead(entry, columns, cut=glyphs.ellipsis if view.width is not None else None)
    body = _what(entry, glyphs, view)
    hang = sum(cells(visible(text)) for text, _ in lead)
    if view.width is not None and view.width - hang < _BESIDE:
        *head, (signs, style), _ = lead
        yield Row(body=(*head, (signs.rstrip(), style)))
        hang = 2
        lead = ((" " * hang, ""),)
    yield Row(lead, body)
    for more in _more(entry, glyphs):
        yield Row(((" " * hang, ""),), more)


def _lead(entry: Entry, columns: _Columns, *, cut: str | None) -> tuple[Stretch, ...]:
    """Return time, user, bytes and their bar, each in its column.

    Where there is a sign for what is `cut` off, names are cut that are longer than theirs.
    """
    user, delta = _user(entry), _delta(entry)
    shown = visible(user)
    if cut is not None and cells(shown) > _USER:
        user = shown = _cut(shown, _USER - cells(cut)) + cut
    count = _bytes(entry)
    style = "more" if (count or 0) > 0 else "less" if count else "dim"
    name = _name(entry)
    return (
        (name.rjust(columns.name) + "  " * bool(columns.name), "number"),
        (_time(entry).ljust(columns.time), "time"),
        ("  ", ""),
        (user, "user"),
        (" " * max(columns.user - cells(shown), 0) + "  ", ""),
        (" " * (columns.delta - len(delta)) + delta, style),
        (" ", ""),
        (bar(count).ljust(_BAR), style),
        ("  ", ""),
    )


def _what(entry: Entry, glyphs: Glyphs, view: View) -> tuple[Stretch, ...]:
    """Return what the edit did, in words: a revert first."""
    parts: list[Stretch] = []
    if entry.revision.minor:
        parts += [("m", "minor"), (" ", "")]
    if entry.section is not None:
        heading = entry.section.heading or "(lead)"
        parts += [(f"{glyphs.section} {heading}", "section"), (f" {glyphs.dot} ", "dim")]
    if entry.reverts is not None:
        return (*parts, *_revert(entry.reverts))
    words = _words(entry)
    if view.width is not None and len(words) > _SUMMARY:
        words = words[:_SUMMARY].rpartition(" ")[0] + glyphs.ellipsis
    return (*parts, (words, ""))


def _words(entry: Entry) -> str:
    if entry.summary:
        return entry.summary
    if entry.sha1 is None:
        return "The text is hidden."
    known = entry.delta is not None
    return "Nothing that is seen changed." if known else "The text before it is not known."


def _revert(revert: Revert) -> tuple[Stretch, ...]:
    count = len(revert.reverted)
    users = list(dict.fromkeys(one.user or "(no name)" for one in revert.reverted))
    names = ", ".join(users[:3]) + (f" and {len(users) - 3} more" if len(users) > 3 else "")
    return (
        ("Reverts ", "revert"),
        (f"{plural(count, 'edit')} by ", ""),
        (names, "user"),
        (f", back to {ref(revert.to)}.", ""),
    )


def ref(one: Ref) -> str:
    """Return what names a revision for people: its id, or the start of its commit, or its time."""
    if one.id is not None:
        return f"revision {one.id}"
    if one.commit:
        return f"commit {one.commit[:10]}"
    return (one.timestamp or "a revision without a time")[:16].replace("T", " ")


def _more(entry: Entry, glyphs: Glyphs) -> Iterator[tuple[Stretch, ...]]:
    if entry.restored is not None:
        yield _restored(entry.restored)
    if entry.moved_back:
        yield ((f"Moves back {plural(entry.moved_back, 'line')}.", ""),)
    if entry.found is not None:
        yield _found(entry.found)
    if entry.reverted_by is not None:
        by = entry.reverted_by
        who = by.user or "(no name)"
        yield (("Reverted", "revert"), (" by ", ""), (who, "user"), (f", {ref(by)}.", ""))
    if entry.revision.comment:
        opening, closing = glyphs.quotes
        yield (opening, "dim"), (entry.revision.comment, "comment"), (closing, "dim")


def _restored(told: Restored) -> tuple[Stretch, ...]:
    by = told.removed_by
    return (
        (f"Puts back {plural(told.lines, 'line')} ({plural(told.words, 'word')}) as before ", ""),
        (f"{ref(by)} by ", ""),
        (by.user or "(no name)", "user"),
        (".", ""),
    )


def _found(counts: dict[str, int]) -> tuple[Stretch, ...]:
    parts = [f"{name} {plural(count, 'time')}" for name, count in counts.items() if count]
    return ((f"The text looked for: {', '.join(parts)}.", "focus"),)
