"""The stretches of a page that need parsing: what changed, widened to whole constructs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wikidiff.model import Document, Line

Range = tuple[int, int]
"""Half-open range of lines counted from 0."""

_EXTENSIONS = (
    "ref|references|gallery|poem|nowiki|pre|math|chem|ce|syntaxhighlight|source|score|timeline"
)
# What can stay open at a line's end. First characters in front: see parse.py.
_STRUCTURE = re.compile(
    r"[\{\}\n<-]"
    r"(?:(?<=\{)\{"
    r"|(?<=\})\}"
    r"|(?<=\n)[ \t:]*(?:\{\||\|\}(?!\}))"
    rf"|(?<=<)(?:!--|/?(?:{_EXTENSIONS})(?:[\s/][^<>]*)?>)"
    r"|(?<=-)->)",
    re.IGNORECASE,
)
Balance = tuple[int, int, int, int]
"""Opened less closed: braces, tables, comments, extension tags."""
_NEAR = 200  # lines in which an opener is looked for by its braces alone
_LINK_CHARS = 10_000  # a link that is open for longer is none: it must not cost the page


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


def pieces(document: Document, *, whole_pages: bool = False) -> list[Piece]:
    """Return the pieces of a Document in page order; they hold all of its changed lines.

    Where the whole texts are known the pieces are the smallest that open and close all they hold;
    else each hunk is a piece as it is shown. With `whole_pages` there is one piece, the page: the
    result must be the same, and tests hold the two against each other.
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
        cuts = list(Widener(*texts, runs).cuts())
    return [_piece(texts, cut, runs[cut.first : cut.last]) for cut in cuts]


def _piece(texts: tuple[str, str], cut: Cut, runs: Sequence[_Run]) -> Piece:
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
        number += text.count("\n", at, low)
        at = low
        changed.append((number, number + len(shown)))
        lines.update(enumerate(shown, number))
    return Side(text[start : max(end - 1, start)], tuple(changed), places, lines)


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of changed lines: offsets in both texts from line start to line start.

    `old_shown` and `new_shown` are the Document lines of its lines on each side.
    """

    old: Range
    new: Range
    old_shown: tuple[int, ...]
    new_shown: tuple[int, ...]
    shown: Range


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


def _runs(lines: Sequence[Line], offsets: Sequence[tuple[int, int]]) -> Iterator[_Run]:
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
        yield _Run((old, old_end), (new, new_end), tuple(olds), tuple(news), (first, at))


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


def balance(text: str) -> Balance:
    """Return what a text opens less what it closes. Its first line counts as a line's start."""
    braces = tables = comments = tags = 0
    if "{" in text or "}" in text or "<" in text or "-->" in text:
        for token, count in Counter(_STRUCTURE.findall("\n" + text)).items():
            sign = token[0]
            if sign == "{":
                braces += count
            elif sign == "}":
                braces -= count
            elif sign == "\n":
                tables += count if token[-1] == "|" else -count
            elif sign == "-":
                comments -= count
            elif token[1] == "!":
                comments += count
            elif token[1] == "/":
                tags -= count
            elif token[-2] != "/":
                tags += count
    return braces, tables, comments, tags


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of both texts, from line start to line start; its runs are `first` to `last`."""

    old: Range
    new: Range
    first: int
    last: int


class Widener:
    """Finds the smallest stretches around the runs that close all they open, in both texts.

    A place is outside of all constructs where all braces and comments opened above it are closed,
    and since the heading above it all extension tags and links. Counting at the speed of the C
    library makes this cheap; where a page has lone brackets a stretch gets larger than it need be,
    up to the whole page.
    """

    def __init__(self, old: str, new: str, runs: Sequence[_Run]) -> None:
        self.old, self.new, self.runs = old, new, runs

    def cuts(self) -> Iterator[Cut]:
        """Yield the stretches in page order; where one ends is outside: the floor of the next."""
        floor = at = 0
        while at < len(self.runs):
            run = self.runs[at]
            start = self._up(floor, run.old[0])
            end, last = self._down(start, at)
            shift = self.runs[last].new[1] - self.runs[last].old[1]
            yield Cut((start, end), (start + run.new[0] - run.old[0], end + shift), at, last + 1)
            floor, at = end, last + 1

    def _up(self, floor: int, start: int) -> int:
        """Return the nearest line start from `start` up to `floor` that is outside."""
        old = self.old
        while start > floor:
            comment = old.rfind("<!--", floor, start)
            if comment >= 0 and old.find("-->", comment, start) < 0:
                start = max(old.rfind("\n", floor, comment) + 1, floor)
            elif (above := self._opener(floor, start)) < start:
                start = above
            elif self._is_inside(floor, start):
                start = max(old.rfind("\n", floor, start - 1) + 1, floor)
            else:
                break
        return start

    def _opener(self, floor: int, start: int) -> int:
        """Return the line start above with as much opened as closed over it; `start` if it has.

        Single braces are counted first, which is fast. They may be lone ones, of a formula or a
        smiley: so what they lead to is read again, brackets only.
        """
        old = self.old
        braces = old.count("{", floor, start) - old.count("}", floor, start)
        if not braces:
            return start
        above, lines = start, 0
        while above > floor and braces and lines < _NEAR:
            below, above = above, max(old.rfind("\n", floor, above - 1) + 1, floor)
            braces -= old.count("{", above, below) - old.count("}", above, below)
            lines += 1
        if not braces:
            return above if balance(old[above : start - 1])[:2] != (0, 0) else start
        templates, tables = balance(old[floor : max(start - 1, floor)])[:2]
        above = start
        while above > floor and (templates or tables):
            below, above = above, max(old.rfind("\n", floor, above - 1) + 1, floor)
            found = balance(old[above : below - 1])
            templates, tables = templates - found[0], tables - found[1]
        return above

    def _is_inside(self, floor: int, start: int) -> bool:
        """Tell whether an extension tag or a link is open since the heading above."""
        top = max(self.old.rfind("\n=", floor, start) + 1, floor)
        near = max(top, start - _LINK_CHARS)
        if _squares(self.old[near:start]):
            return True
        return self.old.find("<", top, start) >= 0 and bool(balance(self.old[top : start - 1])[3])

    def _down(self, start: int, first: int) -> tuple[int, int]:
        """Return where the stretch that begins at `start` has closed all, and its last run."""
        states = (_State(), _State())
        at, end = first, start
        while True:
            stop = self.runs[at].old[0] if at < len(self.runs) else len(self.old) + 1
            if at == first:
                self._pass(states, self.old[end : max(stop - 1, end)])
                end = stop
            while end < stop:
                if at > first and not any(state.is_open for state in states):
                    return end, at - 1
                below = self.old.find("\n", end) + 1 or len(self.old) + 1
                self._pass(states, self.old[end : below - 1])
                end = below
            if at == len(self.runs):
                return end, at - 1
            run = self.runs[at]
            states[0].take(self.old[run.old[0] : max(run.old[1] - 1, run.old[0])])
            states[1].take(self.new[run.new[0] : max(run.new[1] - 1, run.new[0])])
            at, end = at + 1, run.old[1]
            for state in states:
                state.length = 0

    @staticmethod
    def _pass(states: tuple[_State, _State], text: str) -> None:
        effect = _effect(text)
        for state in states:
            state.apply(effect)


def _squares(text: str) -> int:
    return text.count("[[") - text.count("]]")


_Effect = tuple[int, int, int, int | None, bool | None, int]


def _effect(text: str) -> _Effect:
    """Return what some lines open less what they close: templates, tables, tags, links.

    Then whether a comment is open at their end, None where they have no sign of one, and their
    length. Links are None for a heading, over which none reaches.
    """
    links = None if text[:1] == "=" and "\n" not in text else _squares(text)
    length = len(text) + 1
    if "{" not in text and "}" not in text and "<" not in text and "-->" not in text:
        return 0, 0, 0, links, None, length
    templates, tables, _, tags = balance(text)
    opened, closed = text.rfind("<!--"), text.rfind("-->")
    comment = None if opened < 0 and closed < 0 else opened > closed
    return templates, tables, tags, links, comment, length


class _State:
    """What one side of a stretch has open."""

    def __init__(self) -> None:
        self.templates = self.tables = self.tags = self.links = self.length = 0
        self.in_comment = False

    def take(self, text: str) -> None:
        """Go over some lines."""
        self.apply(_effect(text))

    def apply(self, effect: _Effect) -> None:
        """Go over lines whose effect is known."""
        templates, tables, tags, links, comment, length = effect
        self.templates += templates
        self.tables += tables
        self.tags += tags
        self.links = 0 if links is None else self.links + links
        if comment is not None:
            self.in_comment = comment
        self.length += length

    @property
    def is_open(self) -> bool:
        """Whether the next line still belongs to something that this side has open."""
        if self.templates or self.tables or self.tags or self.in_comment:
            return True
        return bool(self.links) and self.length < _LINK_CHARS


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
