"""How far around changed lines a page must be parsed for its constructs to be whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.markup.grammar import doubled, first_of, last_of, table_balance
from wikidiff.markup.nodes import Range
from wikidiff.markup.scan import Scan, both
from wikidiff.text import pattern

_EXTENSIONS = (
    "ref|references|gallery|poem|nowiki|pre|math|chem|ce|syntaxhighlight|source|score|timeline"
)
_TAG = rf"(?i)<(/?)({_EXTENSIONS})((?:[\s/][^<>]*)?)>"
_WEIGHTS = {name: 1 << 16 * at for at, name in enumerate(_EXTENSIONS.split("|"))}
"""What a tag of a name counts: of a sum the names of the tags left open can be told apart."""
_RULE = re.compile("={4,}+$", re.MULTILINE)
_NEAR = 200  # braces among which an opener is looked for by them alone; rules gone over
_FAR = 20_000  # no construct is open at a heading that stands so far above a change
_AT_ONCE = 10_000  # code points of lines that are looked at as one
_LINK_CHARS = 10_000  # a link that is open for longer is none: it must not cost the page


class Run:
    """A run of changed lines: offsets in both texts from line start to line start.

    `old_shown` and `new_shown` are the Document lines of its lines on each side.
    """

    __slots__ = "new", "new_shown", "old", "old_shown", "shown"

    def __init__(
        self,
        old: Range,
        new: Range,
        old_shown: tuple[int, ...],
        new_shown: tuple[int, ...],
        shown: Range,
    ) -> None:
        self.old = old
        self.new = new
        self.old_shown = old_shown
        self.new_shown = new_shown
        self.shown = shown


def templates(text: str) -> int:
    """Return how many double braces a text opens less those it closes."""
    return doubled(text, "{") - doubled(text, "}")


def tables(text: str) -> int:
    """Return how many tables a text opens less those it closes. Its first line counts as one."""
    return table_balance(text)


def tags(text: str) -> int:
    """Return 0 if a text closes as many extension tags of each name as it opens.

    It is a sum over the tags, so that those of texts can be added up.
    """
    if "<" not in text:
        return 0
    found = 0
    for (slash, name, rest), count in Counter(pattern(_TAG).findall(text)).items():
        if slash:
            found -= count * _WEIGHTS[name.lower()]
        elif rest[-1:] != "/":
            found += count * _WEIGHTS[name.lower()]
    return found


class Cut:
    """A stretch of both texts, from line start to line start; its runs are `first` to `last`.

    `scans` are those of both texts where finding the stretch took them.
    """

    __slots__ = "first", "last", "new", "old", "scans"

    def __init__(
        self, old: Range, new: Range, first: int, last: int, scans: tuple[Scan, Scan] | None = None
    ) -> None:
        self.old = old
        self.new = new
        self.first = first
        self.last = last
        self.scans = scans


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
        self._known: tuple[int, int, _Effect] | None = None

    def cuts(self) -> list[Cut]:
        """Return the stretches in page order; where one ends is outside: the floor of the next."""
        found: list[Cut] = []
        floor = at = 0
        while at < len(self.runs):
            run = self.runs[at]
            scans = None
            if len(self.fallbacks) > limits.MARKUP_WIDENINGS:
                start, end, last = *run.old, at
            else:
                start = self._up(floor, run.old[0])
                if start == run.old[0] and (scans := self._closed(run)):
                    end, last = run.old[1], at
                else:
                    end, last = self._down(start, at)
            if fallback := self._too_far(start, end, run):
                self.fallbacks.append(fallback)
                start, end, last = *run.old, at
            shift = self.runs[last].new[1] - self.runs[last].old[1]
            begin = start + run.new[0] - run.old[0]
            found.append(Cut((start, end), (begin, end + shift), at, last + 1, scans))
            floor, at = end, last + 1
        return found

    def _too_far(self, start: int, end: int, run: Run) -> Fallback | None:
        """Return the limit that a stretch around a run passes, None where it passes none."""
        around = end - start - (run.old[1] - run.old[0])
        if around <= limits.MARKUP_PIECE_LINES:
            return None
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
            floor = max(floor, self._heading(floor, start - _FAR, "==") + 1)
        if start - floor > limits.MARKUP_PIECE_CHARS:
            floor = old.find("\n", start - limits.MARKUP_PIECE_CHARS - 1) + 1
        braces = _braces(old, floor, start)
        while start > floor:
            comment = _last_comment(old, floor, start)
            if comment >= 0 and old.find("-->", comment, start) < 0:
                above = max(old.rfind("\n", floor, comment) + 1, floor)
            else:
                above = self._opener(floor, start, braces) if braces else start
                above = self._tag_or_link(floor, start) if above == start else above
                if above == start:
                    break
            braces -= _braces(old, above, start)
            start = above
        return start

    def _opener(self, floor: int, start: int, braces: int) -> int:
        """Return the line start above with as much opened as closed over it; `start` if it has.

        Single braces are counted first, which is fast: `braces` are left open from `floor` on.
        They may be lone ones, of a formula or a smiley: so what they lead to is read again,
        brackets only.
        """
        old = self.old
        if braces < 0 and not _may_be_open(old, floor, start):
            return start
        above = _nearest(old, floor, start, braces)
        if above >= 0:
            effect = _effect(old[above : start - 1])
            if not effect[0] and not effect[1]:
                return start
            self._known = above, start, effect
            return above
        passed = old[floor : max(start - 1, floor)]
        pairs, rows = templates(passed), tables(passed)
        above, lines = start, 0
        while above > floor and (pairs or rows) and lines <= limits.MARKUP_PIECE_LINES:
            below, above = above, self._line_with(floor, above - 1, pairs, rows)
            lines += old.count("\n", above, below)
            passed = old[above : below - 1]
            pairs -= templates(passed)
            rows -= tables(passed)
        return above

    def _line_with(self, floor: int, end: int, braces: int, rows: int) -> int:
        """Return the nearest line start above which may close what is left open.

        No line below it holds the signs that are missing: of templates, of tables, or of both.
        """
        at = end
        if braces:
            at = last_of(self.old, "{{" if braces > 0 else "}}", floor, end)
        if rows and at >= 0:
            at = min(at, last_of(self.old, "{|" if rows > 0 else "|}", floor, end))
        return max(self.old.rfind("\n", floor, at) + 1, floor) if at >= 0 else floor

    def _tag_or_link(self, floor: int, start: int) -> int:
        """Return the line above on which an extension tag or link opens that is open at `start`.

        `start` where none is; only what stands under the same heading is looked at.
        """
        old = self.old
        top = self._heading_above(floor, start)
        near = max(top, start - _LINK_CHARS)
        links = doubled(old, "[", near, start) - doubled(old, "]", near, start)
        left = tags(old[top : start - 1]) if old.find("<", top, start) >= 0 else 0
        while start > top and (links or left):
            below, start = start, max(old.rfind("\n", floor, start - 1) + 1, floor)
            line = old[start : below - 1]
            links = links - _squares(line) if start >= near else 0
            left -= tags(line) if left else 0
        return start

    def _heading_above(self, floor: int, start: int) -> int:
        """Return where the last heading above `start` begins, `floor` where none does.

        Lines of equal signs alone are rules drawn in <pre>.
        """
        at = self._heading(floor, start, "=")
        for _ in range(_NEAR):
            if at < 0 or not _RULE.match(self.old, at + 1):
                break
            at = self._heading(floor, at, "=")
        return max(at + 1, floor)

    def _heading(self, floor: int, end: int, sign: str) -> int:
        """Return the last line end in between after which a line begins with a sign, or -1."""
        old = self.old
        at = last_of(old, "\n=", floor, end)
        while at >= 0 and (at + 1 + len(sign) > end or not old.startswith(sign, at + 1)):
            at = last_of(old, "\n=", floor, at)
        return at

    def _closed(self, run: Run) -> tuple[Scan, Scan] | None:
        """Return the scans of a run's texts if they close all that they open."""
        old = self.old[run.old[0] : max(run.old[1] - 1, run.old[0])]
        new = self.new[run.new[0] : max(run.new[1] - 1, run.new[0])]
        if max(len(old), len(new)) > limits.MARKUP_LINE_CHARS:
            return None
        scans = both(old, new)
        return scans if scans[0].is_closed and scans[1].is_closed else None

    def _down(self, start: int, first: int) -> tuple[int, int]:
        """Return where the stretch that begins at `start` has closed all, and its last run."""
        old, runs = self.old, self.runs
        states = one, other = _State(), _State()
        if start < (above := runs[first].old[0]):
            known = self._known
            if known and known[:2] == (start, above):
                effect = known[2]
            else:
                effect = _effect(old[start : above - 1])
            one.apply(effect)
            other.apply(effect)
        at, end, lines = first, above, 0
        while True:
            if at < len(runs) and end == runs[at].old[0]:
                run = runs[at]
                one.apply(_of_changed(old[run.old[0] : max(run.old[1] - 1, run.old[0])]))
                other.apply(_of_changed(self.new[run.new[0] : max(run.new[1] - 1, run.new[0])]))
                at, end = at + 1, run.old[1]
                one.length = other.length = 0
            elif (
                end > len(old)
                or lines > limits.MARKUP_PIECE_LINES
                or not (one.is_open or other.is_open)
            ):
                return end, at - 1
            else:
                limit = runs[at].old[0] if at < len(runs) else len(old) + 1
                if limit - end > _AT_ONCE:
                    limit = min(old.find("\n", end + _AT_ONCE) + 1 or limit, limit)
                below = self._close_below(end, limit, states)
                lines += old.count("\n", end, below - 1) + 1
                effect = _effect(old[end : below - 1])
                for state in states:
                    state.apply(effect)
                end = below

    def _close_below(self, start: int, limit: int, states: tuple[_State, _State]) -> int:
        """Return the end of the next lines that may close what one side has open, one at least.

        While a template or table is open no line without its closing sign ends a stretch.
        """
        old = self.old
        at = start
        for state in states:
            sign = "}}" if state.templates > 0 else "|}" if state.tables > 0 else ""
            if sign and not old.startswith("=", start):
                found = first_of(old, sign, start, limit)
                at = max(at, found if found >= 0 else limit)
        if at > start:
            heading = old.find("\n=", start, at)  # links end at one, which is told line by line
            at = heading if heading >= 0 else at
        return min(old.find("\n", at, limit) + 1 or limit, limit)


_MARKS = 16  # exclamation marks looked at one by one


def _last_comment(text: str, start: int, end: int) -> int:
    """Return where the last comment opens, -1 where none does: by its rarest sign, at first."""
    at = max(end - 2, 0)
    for _ in range(_MARKS):
        at = text.rfind("!", start + 1, at)
        if at < 0:
            return -1
        if text.startswith("<!--", at - 1):
            return at - 1
    return text.rfind("<!--", start, at + 3)


def _last_end(text: str) -> int:
    """Return where the last sign that ends a comment stands, -1 where none does."""
    at = text.rfind(">")
    while at >= 0 and text[max(at - 2, 0) : at] != "--":
        at = text.rfind(">", 0, at)
    return at - 2 if at >= 0 else -1


def _nearest(text: str, floor: int, start: int, braces: int) -> int:
    """Return the line start above `start` over which as many braces close as open.

    `braces` are left open from `floor` to `start`; -1 where it takes too long to find.
    """
    at = start
    for _ in range(_NEAR):
        sign = text.rfind("{" if braces > 0 else "}", floor, at)
        if sign < 0:
            return floor if braces == _braces(text, floor, at) else -1
        braces -= _braces(text, sign, at)
        at = sign
        if not braces:
            at = max(text.rfind("\n", floor, sign) + 1, floor)
            braces -= _braces(text, at, sign)
            if not braces:
                return at
    return -1


def _may_be_open(text: str, floor: int, start: int) -> bool:
    """Tell whether from anywhere above a place more braces open than close down to it.

    Where too many stand above for that to be found out they may.
    """
    balance = 0
    opener, closer = text.rfind("{", floor, start), text.rfind("}", floor, start)
    for _ in range(_NEAR):
        if opener > closer:
            balance += 1
            if balance > 0:
                return True
            opener = text.rfind("{", floor, opener)
        elif closer >= 0:
            balance -= 1
            closer = text.rfind("}", floor, closer)
        else:
            return False
    return True


def _braces(text: str, start: int, end: int) -> int:
    return text.count("{", start, end) - text.count("}", start, end)


def _squares(text: str) -> int:
    return doubled(text, "[") - doubled(text, "]")


_Effect = tuple[int, int, int, int | None, bool | None, int]


def _of_changed(text: str) -> _Effect:
    """Return the effect of changed lines; one too long for its markup to be looked at has none."""
    most = limits.MARKUP_LINE_CHARS
    if len(text) <= most:
        return _effect(text)
    kept = [line if len(line) <= most else "" for line in text.split("\n")]
    pairs, rows, left, links, comment, _ = _effect("\n".join(kept))
    return pairs, rows, left, links, comment, len(text) + 1


def _effect(text: str) -> _Effect:
    """Return what some lines open less what they close: templates, tables, tags, links.

    Then whether a comment is open at their end, None where they have no sign of one, and their
    length. Links are None for a heading, over which none reaches.
    """
    links: int | None = None if text[:1] == "=" and "\n" not in text else 0
    pairs = rows = left = 0
    comment = None
    if "{" in text or "}" in text:
        pairs, rows = templates(text), tables(text)
    if links is not None and ("[" in text or "]" in text):
        links = _squares(text)
    if "<" in text or ">" in text:
        left = tags(text)
        opened, closed = _last_comment(text, 0, len(text)), _last_end(text)
        if opened >= 0 or closed >= 0:
            comment = opened > closed
    return pairs, rows, left, links, comment, len(text) + 1


class _State:
    """What one side of a stretch has open."""

    __slots__ = ("in_comment", "length", "links", "tables", "tags", "templates")

    def __init__(self) -> None:
        self.templates = self.tables = self.tags = self.links = self.length = 0
        self.in_comment = False

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
