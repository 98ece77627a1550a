"""How far around changed lines a page must be parsed for its constructs to be whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.markup.nodes import Range

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
_FAR = 20_000  # no construct is open at a heading that stands so far above a change
_LINK_CHARS = 10_000  # a link that is open for longer is none: it must not cost the page


@dataclass(frozen=True, slots=True)
class Run:
    """A run of changed lines: offsets in both texts from line start to line start.

    `old_shown` and `new_shown` are the Document lines of its lines on each side.
    """

    old: Range
    new: Range
    old_shown: tuple[int, ...]
    new_shown: tuple[int, ...]
    shown: Range


def balance(text: str) -> Balance:
    """Return what a text opens less what it closes. Its first line counts as a line's start."""
    braces = tables = comments = tags = 0
    if "{" in text or "}" in text or "<" in text or "-->" in text:
        for token in _STRUCTURE.findall("\n" + text):
            sign = token[0]
            if sign == "{":
                braces += 1
            elif sign == "}":
                braces -= 1
            elif sign == "\n":
                tables += 1 if token[-1] == "|" else -1
            elif sign == "-":
                comments -= 1
            elif token[1] == "!":
                comments += 1
            elif token[1] == "/":
                tags -= 1
            elif token[-2] != "/":
                tags += 1
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

    def __init__(self, old: str, new: str, runs: Sequence[Run]) -> None:
        self.old, self.new, self.runs = old, new, runs
        self.fallbacks: list[Fallback] = []

    def cuts(self) -> Iterator[Cut]:
        """Yield the stretches in page order; where one ends is outside: the floor of the next."""
        floor = at = 0
        while at < len(self.runs):
            run = self.runs[at]
            if len(self.fallbacks) > limits.MARKUP_WIDENINGS:
                start, end, last = *run.old, at
            else:
                start = self._up(floor, run.old[0])
                end, last = self._down(start, at)
            if fallback := self._too_far(start, end, run):
                self.fallbacks.append(fallback)
                start, end, last = *run.old, at
            shift = self.runs[last].new[1] - self.runs[last].old[1]
            yield Cut((start, end), (start + run.new[0] - run.old[0], end + shift), at, last + 1)
            floor, at = end, last + 1

    def _too_far(self, start: int, end: int, run: Run) -> Fallback | None:
        """Return the limit that a stretch around a run passes, None where it passes none."""
        around = end - start - (run.old[1] - run.old[0])
        if around > limits.MARKUP_PIECE_CHARS:
            return Fallback("markup widening", limits.MARKUP_PIECE_CHARS, around)
        lines = self.old.count("\n", start, run.old[0]) + self.old.count("\n", run.old[1], end)
        if lines > limits.MARKUP_PIECE_LINES:
            return Fallback("markup widening", limits.MARKUP_PIECE_LINES, lines)
        return None

    def _up(self, floor: int, start: int) -> int:
        """Return the nearest line start from `start` up to `floor` that is outside."""
        old = self.old
        if start - floor > _FAR:
            floor = max(floor, old.rfind("\n==", floor, start - _FAR) + 1)
        if start - floor > limits.MARKUP_PIECE_CHARS:
            floor = old.find("\n", start - limits.MARKUP_PIECE_CHARS - 1) + 1
        while start > floor:
            comment = old.rfind("<!--", floor, start)
            if comment >= 0 and old.find("-->", comment, start) < 0:
                start = max(old.rfind("\n", floor, comment) + 1, floor)
            else:
                above = self._opener(floor, start)
                above = self._tag_or_link(floor, start) if above == start else above
                if above == start:
                    break
                start = above
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
        above, lines = start, 0
        while above > floor and (templates or tables) and lines <= limits.MARKUP_PIECE_LINES:
            lines += 1
            below, above = above, max(old.rfind("\n", floor, above - 1) + 1, floor)
            found = balance(old[above : below - 1])
            templates, tables = templates - found[0], tables - found[1]
        return above

    def _tag_or_link(self, floor: int, start: int) -> int:
        """Return the line above on which an extension tag or link opens that is open at `start`.

        `start` where none is; only what stands under the same heading is looked at.
        """
        old = self.old
        top = max(old.rfind("\n=", floor, start) + 1, floor)
        near = max(top, start - _LINK_CHARS)
        links = _squares(old[near:start])
        tags = balance(old[top : start - 1])[3] if old.find("<", top, start) >= 0 else 0
        while start > top and (links or tags):
            below, start = start, max(old.rfind("\n", floor, start - 1) + 1, floor)
            line = old[start : below - 1]
            links = links - _squares(line) if start >= near else 0
            tags -= balance(line)[3] if tags else 0
        return start

    def _down(self, start: int, first: int) -> tuple[int, int]:
        """Return where the stretch that begins at `start` has closed all, and its last run."""
        states = (_State(), _State())
        at, end, lines = first, start, 0
        while True:
            stop = self.runs[at].old[0] if at < len(self.runs) else len(self.old) + 1
            if at == first:
                self._pass(states, self.old[end : max(stop - 1, end)])
                end = stop
            while end < stop:
                is_open = states[0].is_open or states[1].is_open
                if at > first and (not is_open or lines > limits.MARKUP_PIECE_LINES):
                    return end, at - 1
                lines += 1
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
