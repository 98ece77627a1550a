"""From wikitext to its parts: constructs that the edit touched are cut out and parsed.

`scan` tells where brackets pair. Of the pairs that stand in what both sides have, only the extent
is needed. The others are given to mwparserfromhell, the outermost of them one by one, with what
they hold of quiet pairs and lone brackets blanked out: so it never goes back, and what it costs
goes with the edit, not with the page. Headings, lists, quotes and HTML tags follow from lines, as
they do in MediaWiki.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.markup import plain, tokens
from wikidiff.markup.grammar import OPAQUE, UNPARSED, nested, stretches
from wikidiff.markup.nodes import Form, Node, Range, Ranges, Tree
from wikidiff.markup.scan import Scan, Span, scan

_BLANK = plain.FILL
_DEPTH = 20  # constructs in one another up to which mwparserfromhell surely goes into them
_TAG_END = re.compile(r"(?<=<)/?[A-Za-z][^<>]*>")
# One set of first characters, which is searched at full speed; what needs another is told by it.
_MARKUP = re.compile(r"[{}\[\]<'_~:](?:(?<=[{}\[\]<~])|(?<=')'|(?<=_)_|(?<=:)//)")
_FORMS: dict[str, Form] = {
    "{": "template",
    "[[": "link",
    "[": "external",
    "{|": "table",
    "!": "comment",
}
_HIDDEN = {"{", "!", "ref", "references", "gallery"} | OPAQUE


def parse(
    source: str,
    touched: Ranges | None = None,
    lines: Sequence[Range] = (),
    found: Scan | None = None,
) -> Tree:
    """Return a text's parts as far as they lie in its `touched` stretches or on some `lines`.

    Without `touched` that is all of it. `found` is the text's scan where it is known. What passes
    a limit is plain text, with a Fallback.
    """
    if touched is None:
        touched = Ranges([(0, len(source))])
        return _Builder(source, scan(source), touched, touched).tree()
    if not is_parsed(source, lines):
        longest = _longest(lines)
        if longest <= limits.MARKUP_LINE_CHARS:
            return Tree(source, [])
        long = Fallback("markup of a line", limits.MARKUP_LINE_CHARS, longest)
        return Tree(source, [], (long,))
    builder = _Builder(source, found or scan(source), touched, Ranges(lines))
    return builder.tree()


def is_parsed(source: str, lines: Sequence[Range]) -> bool:
    """Tell whether a text has a sign of markup, and no line of its `lines` is too long."""
    return _MARKUP.search(source) is not None and (
        len(source) <= limits.MARKUP_LINE_CHARS or _longest(lines) <= limits.MARKUP_LINE_CHARS
    )


def _longest(lines: Sequence[Range]) -> int:
    return max((end - start for start, end in lines), default=0)


class _Unit:
    """An outermost construct to be parsed, and with what sign to fill which stretches of it.

    `spans` are the constructs in it that are parsed with it, `holes` the stretches of each that are
    other constructs, last first.
    """

    __slots__ = "deep", "end", "filled", "holes", "spans", "start"

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.filled: list[tuple[int, int, str]] = []
        self.spans: list[Span] = []
        self.holes: list[list[Range]] = []
        self.deep = False


class _Builder:
    def __init__(self, source: str, found: Scan, touched: Ranges, lines: Ranges) -> None:
        self.source, self.found = source, found
        self.touched, self.lines = touched, lines
        self.nodes: list[Node] = []
        self.units: list[_Unit] = []
        self.unseen: list[Range] = []  # what the edit did not touch and nobody sees, last first
        self.fallbacks = list(found.fallbacks)
        found.lone.sort()

    def tree(self) -> Tree:
        """Return the tree of all nodes."""
        if self.found.spans:
            self._cut()
            for unit in self.units:
                self._parse(unit)
        self._alone()
        raw = sorted(span[:2] for span in self.found.spans if span[2] == "!" or span[2] in OPAQUE)
        return Tree(self.source, nested(self.nodes), tuple(self.fallbacks), raw)

    # Constructs

    def _cut(self) -> None:
        """Sort the spans, outer ones first: what is parsed, what is blanked out, what is neither.

        `around` are those that the span at hand may lie in: start, whether it shows, and the unit
        to be parsed that it is part of; a quiet one has none and is not gone into but for what
        shows in it.
        """
        none: list[Range] = []
        around: list[tuple[int, bool, bool, _Unit | None, list[Range]]] = [
            (-1, True, False, None, none)
        ]
        lows, highs = self.touched.lows, self.touched.highs
        for span in reversed(self.found.spans):
            start, end, kind = span[:3]
            while start < around[-1][0]:
                around.pop()
            _, shows, quiet, unit, holes = around[-1]
            if unit:
                holes.append((start, end))
            at = bisect_left(highs, start)
            if quiet or at == len(lows) or lows[at] > end:
                if unit:  # a comment is nothing, so it may stand after a template's name
                    unit.filled.append((start, end, " " if kind == "!" else _BLANK))
                if unit or (shows and self.lines.first(start, end) is not None):
                    self.nodes.append(_leaf(span, quiet=True))
                if shows and kind in _HIDDEN and not unit:
                    self.unseen.append((start, end))
                around.append((start, shows and kind not in _HIDDEN, True, None, none))
            elif kind in UNPARSED or kind == "!" or kind in OPAQUE:
                if unit:
                    unit.filled.append((start, end, " " if kind == "!" else _BLANK))
                self.nodes.append(_leaf(span))
                around.append((start, shows, False, None, none))
            else:
                if unit is None:
                    unit = _Unit(start, end)
                    self.units.append(unit)
                if self.source[start] == "<":
                    unit.filled.append((start, start + 1, "<"))
                    if span[4] < end:
                        unit.filled.append((span[4], span[4] + 1, "<"))
                inside: list[Range] = []
                unit.spans.append(span)
                unit.holes.append(inside)
                around.append((start, shows, False, unit, inside))
                unit.deep |= len(around) > _DEPTH

    def _parse(self, unit: _Unit) -> None:
        size = unit.end - unit.start
        if size > limits.MARKUP_UNIT_CHARS:
            self.fallbacks.append(Fallback("markup parsing", limits.MARKUP_UNIT_CHARS, size))
        elif (made := self._plainly(unit)) is not None:
            self.nodes += made
        elif not tokens.nodes_of(self._guarded(unit), unit.start, self.nodes):
            self.fallbacks.append(Fallback("markup parsing", 0, size))

    def _plainly(self, unit: _Unit) -> list[Node] | None:
        """Return a unit's nodes where they follow without a parser."""
        lone, urls = self.found.lone, self.found.urls
        if unit.deep or bisect_left(lone, (unit.start, 0)) < bisect_left(lone, (unit.end, 0)):
            return None
        for inside in unit.holes:
            inside.reverse()
        if urls:
            urls = urls[bisect_left(urls, (unit.start, 0)) : bisect_left(urls, (unit.end, 0))]
        return plain.nodes_of(self.source, unit.spans, unit.holes, urls)

    def _guarded(self, unit: _Unit) -> str:
        """Return a unit's text of the same length without what may cost time or is not needed."""
        lone = self.found.lone
        low = bisect_left(lone, (unit.start, 0))
        edits = unit.filled
        edits += [(a, b, _BLANK) for a, b in lone[low : bisect_left(lone, (unit.end, 0), low)]]
        edits.sort()
        at = unit.start
        made: list[str] = []
        for start, end, sign in edits:
            if start >= at:
                made += _masked(self.source[at:start]), sign * (end - start)
                at = end
        made.append(_masked(self.source[at : unit.end]))
        return "".join(made)

    # What stands alone on lines

    def _alone(self) -> None:
        found, on_line = self.found, self.lines.first
        for name, start, inner, close, end in found.pairs:
            if on_line(start, inner) is not None or on_line(close, end) is not None:
                self.nodes.append(Node("tag", start, end, (inner, close), name))
        for name, start, end in found.tags:
            if on_line(start, end) is not None:
                self.nodes.append(Node("tag", start, end, (end, end), name))
        for start, end in found.leaves:
            if on_line(start, end) is not None:
                form: Form = "switch" if self.source[start] == "_" else "signature"
                self.nodes.append(Node(form, start, end, (end, end)))
        for marks in found.quotes:
            self._quotes(marks)
        if found.urls:
            self._urls()

    def _quotes(self, marks: list[Range]) -> None:
        """Make italic and bold stretches of a construct's quote marks, line by line.

        Only those that the edit touched: for what shows all quote marks are left away.
        """
        waiting: list[Range] = []
        end = -1  # of the line at hand
        for start, count in marks:
            if start > end:
                self._stretches(waiting, end)
                waiting = []
                end = self.source.find("\n", start)
                end = len(self.source) if end < 0 else end
            waiting.append((start, count))
        self._stretches(waiting, end)

    def _stretches(self, marks: list[Range], end: int) -> None:
        """Add the stretches of one line's marks; `end` is the line's."""
        if len(marks) > 1 and self.touched.first(marks[0][0], end) is not None:
            self.nodes += (
                node
                for node in stretches(marks)
                if self.touched.first(node.start, node.end) is not None
            )

    def _urls(self) -> None:
        """Parse the bare URLs that stand in no unit parsed already, and where they are seen."""
        ends = sorted([*((unit.start, unit.end) for unit in self.units), *self.unseen])
        starts = [start for start, _ in ends]
        for start, end in self.found.urls:
            at = bisect_right(starts, start) - 1
            if at >= 0 and ends[at][1] > start:
                continue
            if self.lines.first(start, end) is None:
                continue
            if node := plain.address(self.source, start, end):
                self.nodes.append(node)
            else:
                tokens.nodes_of(self.source[start:end], start, self.nodes)


def _leaf(span: Span, *, quiet: bool = False) -> Node:
    """Return a construct of which only the extent is known."""
    start, end, kind, inner, close = span
    form = _FORMS.get(kind, "tag")
    name = kind if form == "tag" else ""
    return Node(form, start, end, (inner, close), name, [], (), (), quiet)


def _masked(text: str) -> str:
    """Return a stretch without the signs of HTML tags and entities, which are not parsed here."""
    if "<" in text:
        text = _TAG_END.sub(_blanked, text).replace("<", _BLANK)
    if "&" in text:
        text = text.replace("&", _BLANK)
    return text.replace("\0", _BLANK) if "\0" in text else text


def _blanked(match: re.Match[str]) -> str:
    """Return the inside of an HTML tag without its end: an equal sign in it still counts."""
    return match[0][:-1] + _BLANK
