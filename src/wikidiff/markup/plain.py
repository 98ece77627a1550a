"""Constructs written plainly, taken apart without a parser: the same nodes at a tenth of the time.

The scan has told where a construct begins and ends and what stands in it. What is left are the
signs between its parts, which one search finds where nothing else is about: no lone bracket, no
heading, no address that may end early, attributes as they should be. What is not so plain goes to
mwparserfromhell (`tokens`); a test holds the two against each other.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from wikidiff.markup.nodes import Node, Range
from wikidiff.markup.scan import Span
from wikidiff.text import pattern

FILL = "\x02"  # no sign of markup
_OTHER = frozenset("\n<>{}[]")  # what no name holds
_BRACKET = re.compile(r"[{}\[\]]")
_QUOTED = r"\"[^\"\n<>{}\[\]|\\]*+\"|'[^'\n<>{}\[\]|\\]*+'"
_WORD = r"[\w#.,:;%()-]++"
_ATTRIBUTE = rf"{_WORD}(?: ?= ?(?:{_QUOTED}|{_WORD}))?+"
_ATTRIBUTES = rf" *+(?:{_ATTRIBUTE}(?: ++|\Z))*+"
_TAG = rf"<[A-Za-z]++(?: ++{_ATTRIBUTE})*+ *+/?>"
_LABELLED = r"(?:(?i:https?|ftp):)?//[^\s\[\]<>\"'{}\x02]++(?=[ \]])"
_SCHEMES = (  # addresses that the scan knows nothing of
    *("bitcoin", "geo", "magnet", "mailto", "news", "redis", "sftp", "sip", "sips", "sms", "ssh"),
    *("tel", "urn", "xmpp"),
)
_LONGEST = max(map(len, _SCHEMES))
_TRAILING = ",;\\.:!?"  # what ends a sentence after an address and is no part of it
_INDENTED = re.compile(r"\n(?:(?:[^\S\n]|:)++[|!{]|\|\||!!)")
_CELL_SIGN = re.compile(r"\n(?:\|[-}]?|!)|\|\|?|!!")


def nodes_of(
    source: str, spans: list[Span], holes: list[list[Range]], urls: list[Range]
) -> list[Node] | None:
    """Return the nodes of the constructs of a unit, the outermost of them first; None if unsure.

    `holes` are the stretches of each that are other constructs, `urls` the addresses in the unit.
    """
    start, end = spans[0][:2]
    if source.find("\n=", start, end) >= 0 or _has_scheme(source, start, end):
        return None
    made: list[Node] = []
    for at, span in enumerate(spans):
        node = _construct(source, span, holes[at], made)
        if node is None:
            return None
        made.append(node)
    for url in urls:
        if not _address(source, url, spans, holes, made):
            return None
    return made


def _has_scheme(source: str, start: int, end: int) -> bool:
    at = source.find(":", start, end)
    while at >= 0:
        if source.startswith(("http", "ttps"), max(at - 4, 0)):
            at = source.find(":", at + 1, end)
            continue
        if source[max(at - _LONGEST, 0) : at].lower().endswith(_SCHEMES):
            return True
        at = source.find(":", at + 1, end)
    return False


def _construct(source: str, span: Span, holes: list[Range], made: list[Node]) -> Node | None:
    start, end, kind, low, high = span
    if kind == "{":
        if source[low : low + 1] == "{":  # of more than three braces it tries what they may be
            return None
        if low - start == 2:
            return _template(source, span, holes)
        return _halved(source, span, holes, "argument")
    if kind == "[[":
        return _halved(source, span, holes, "link")
    if kind == "[":
        if any(node.form == "external" and node.start < start < node.end for node in made):
            return None
        return _external(source, span, holes)
    if kind == "{|":
        return _table(source, span, holes, made)
    if high < end and source[high:end] != f"</{kind}>":
        return None
    if not pattern(_TAG).fullmatch(source, start, low):
        return None
    at = low
    for first, last in (*holes, (high, high)):
        if at < first and _is_unsure(source, at, first):
            return None
        at = last
    return Node("tag", start, end, (low, high), kind)


def _has_bracket(source: str, at: int, end: int, holes: list[Range]) -> bool:
    for low, high in holes:
        if at < low and _BRACKET.search(source, at, low):
            return True
        at = high
    return at < end and _BRACKET.search(source, at, end) is not None


def _is_unsure(source: str, start: int, end: int) -> bool:
    """Tell whether a bracket between other constructs is more than a sign by itself."""
    found = _BRACKET.search(source, start, end)
    while found is not None:
        at = found.start()
        if at == start or at + 1 >= end or source[at + 1] == source[at]:
            return True
        if source[at - 1] == FILL or source[at + 1] == FILL:
            return True
        found = _BRACKET.search(source, at + 1, end)
    return False


def _template(source: str, span: Span, holes: list[Range]) -> Node | None:
    start, end, _, at, close = span
    pipes: list[int] = []
    equals: list[int] = []
    wanted = False  # the equal sign after a name
    behind = -1
    touching = False  # templates without a sign in between: then a name is none for the parser
    for low, high in (*holes, (close, close)):
        if at < low and _is_unsure(source, at, low):
            return None
        while at < low:
            pipe = source.find("|", at, low)
            if wanted:
                sign = source.find("=", at, pipe if pipe >= 0 else low)
                if sign >= 0:
                    if touching:
                        return None
                    equals[-1] = sign
                    wanted = False
            if pipe < 0:
                break
            pipes.append(pipe)
            equals.append(-1)
            wanted, touching = True, False
            at = pipe + 1
        touching |= low == behind and source.startswith("{", low)
        at = behind = high
    name = _head(source, span[3], pipes[0] if pipes else close, holes).strip()
    if not name or not _OTHER.isdisjoint(name):
        return None
    return Node("template", start, end, (span[3], close), "", [], pipes, equals)


def _head(source: str, start: int, end: int, holes: list[Range]) -> str:
    """Return a name with comments and templates in it filled; "" if it holds something else."""
    if not holes or holes[0][0] >= end:
        return source[start:end]
    made = ""
    for low, high in holes:
        if low >= end:
            break
        made += source[start:low]
        if source.startswith("{{", low):
            made += FILL
        elif not source.startswith("<!--", low):
            return ""
        else:
            made += " "
        start = high
    return made + source[start:end]


def _halved(source: str, span: Span, holes: list[Range], form: str) -> Node | None:
    """Return a link or an argument: what follows its first "|" is one part."""
    start, end, _, low, high = span
    if _has_bracket(source, low, high, holes):
        return None
    pipe, at = -1, low
    for first, last in (*holes, (high, high)):
        pipe = source.find("|", at, first) if at < first else -1
        if pipe >= 0:
            break
        at = last
    head = _head(source, low, pipe if pipe >= 0 else high, holes)
    if not head.strip() or head.startswith("//") or not _OTHER.isdisjoint(head):
        return None
    pipes = [pipe] if pipe >= 0 else []
    made = Node("link", start, end, (low, high), "", [], pipes, [-1] * len(pipes))
    if form == "argument":
        made.form = "argument"
    return made


def _external(source: str, span: Span, holes: list[Range]) -> Node | None:
    start, end, _, low, high = span
    url = pattern(_LABELLED).match(source, low, end)
    if url is None or (holes and holes[0][0] <= url.end()):
        return None
    cut = url.end()
    if cut > high or _has_bracket(source, cut, high, holes):
        return None
    pipes = [cut] if cut < high else []
    return Node("external", start, end, (low, high), "", [], pipes, [-1] * len(pipes))


def _address(
    source: str,
    url: Range,
    spans: list[Span],
    holes: list[list[Range]],
    made: list[Node],
) -> bool:
    """Add a bare address to the nodes; tell whether that could be done."""
    start, end = url
    inner = 0
    for at, span in enumerate(spans):
        if span[0] <= start < span[1] and span[0] >= spans[inner][0]:
            inner = at
    for low, high in holes[inner]:
        if low <= start < high:
            return True  # of a construct that is told of by itself
    span = spans[inner]
    sign = source[end : end + 1]
    if span[2] == "{":
        node = made[0]
        for node in made:
            if node.start == span[0] and node.form == "template":
                break
        else:
            return False
        part = bisect_left(node.pipes, start) - 1
        if part < 0 or node.equals[part] > start or (sign not in " \n|" and end != span[4]):
            return False
    elif span[2] in ("[[", "["):
        return False
    elif span[2] == "{|":
        if sign not in " \n":
            return False
    elif sign not in " \n" and end != span[4]:
        return False
    taken = address(source, start, end, entities=False)
    if taken is None:
        return False
    made.append(taken)
    return True


def address(source: str, start: int, end: int, *, entities: bool = True) -> Node | None:
    """Return a bare address, given how far its signs go; None if unsure.

    What ends a sentence is no part of it. `entities` may stand in it.
    """
    before = source[start - 1 : start]
    if before and (before.isalnum() or before == "_"):
        return None
    url = source[start:end]
    if "''" in url or url[-1:] == "'" or (entities and "&" in url):
        return None
    url = url.rstrip(_TRAILING if "(" in url else _TRAILING + ")")
    if url.find("://") + 3 >= len(url):
        return None
    end = start + len(url)
    return Node("external", start, end, (start, end), "bare")


# Tables


def _filled(source: str, at: int, end: int, holes: list[Range]) -> str:
    made: list[str] = []
    for low, high in holes:
        made.append(source[at:low])
        made.append(FILL * (high - low))
        at = high
    made.append(source[at:end])
    return "".join(made)


def _table(source: str, span: Span, holes: list[Range], made: list[Node]) -> Node | None:
    """Return a table; its rows and cells are added to the nodes."""
    start, end, _, low, high = span
    if start and source[start - 1] != "\n" and made:
        return None
    text = _filled(source, low, end, holes)
    top = text.find("\n")
    if top < 0 or not pattern(_ATTRIBUTES).fullmatch(text, 0, top):
        return None
    if _is_unsure(text, 0, high - low) or _INDENTED.search(text):
        return None
    if not _Rows(text, low, made).read(top, high - low):
        return None
    return Node("table", start, end, (low + top + 1, high), "{|")


_TD, _TH = 1, 2  # what the signs between the cells of a line make


class _Rows:
    """Goes through the signs of a table's rows and cells, as mwparserfromhell does."""

    def __init__(self, text: str, offset: int, made: list[Node]) -> None:
        self.text, self.offset, self.made = text, offset, made
        self.row: Node | None = None
        self.cell: Node | None = None
        self.lines = 0  # of the row or the table itself
        self.line = 0  # of the cell
        self.line_end = 0  # of the cell's first line
        self.styled = False

    def read(self, top: int, close: int) -> bool:
        """Read from the end of the first line; tell whether all was plain up to the close."""
        text = self.text
        at = top
        while True:
            found = _CELL_SIGN.search(text, at)
            if found is None:
                return False
            start, at = found.span()
            sign = text[start:at]
            if sign[0] == "\n":
                start += 1
                self._end_cell(start, ended_line=True)
                if sign == "\n|}":
                    self._end_row(start)
                    return start == close
                if sign == "\n|-":
                    self._end_row(start)
                    line_end = text.find("\n", at)
                    if line_end < 0 or not self._begin_row(start, at, line_end):
                        return False
                    at = line_end
                else:
                    self._begin_cell(start, sign[1], _TD if sign == "\n|" else _TH)
            elif not self._inside(start, sign):
                return False

    def _begin_row(self, start: int, at: int, line_end: int) -> bool:
        while self.text[at] == "-":
            at += 1
        if not pattern(_ATTRIBUTES).fullmatch(self.text, at, line_end):
            return False
        offset = self.offset
        inner = offset + line_end + 1
        self.row = Node("row", offset + start, inner, (inner, inner), "|-")
        self.lines = 0
        return True

    def _begin_cell(self, start: int, sign: str, line: int) -> None:
        inner = self.offset + start + len(sign)
        self.cell = Node("cell", self.offset + start, inner, (inner, inner), sign)
        self.line = line
        self.line_end = self.text.find("\n", start)
        self.styled = False

    def _end_cell(self, at: int, *, ended_line: bool) -> None:
        cell = self.cell
        if cell is None:
            if ended_line:
                self.lines = 0
            return
        cell.end = self.offset + at
        cell.inner = cell.inner[0], cell.end
        self.made.append(cell)
        self.cell = None
        if not ended_line:
            self.lines |= self.line

    def _end_row(self, at: int) -> None:
        row = self.row
        if row is not None:
            row.end = self.offset + at
            row.inner = row.inner[0], row.end
            self.made.append(row)
            self.row = None
        self.lines = 0

    def _inside(self, start: int, sign: str) -> bool:
        """Take a sign that stands in a line; tell whether it is plain what it does."""
        cell = self.cell
        if cell is None:
            return False
        if start > self.line_end:
            return True  # text
        if sign == "|":
            if not self.styled:
                low = cell.inner[0] - self.offset
                if not pattern(_ATTRIBUTES).fullmatch(self.text, low, start):
                    return False
                inner = self.offset + start + 1
                cell.inner = inner, inner
                self.styled = True
            return True
        if sign == "!!" and self.line == _TD:
            return True
        self._end_cell(start, ended_line=False)
        if self.lines == _TD | _TH:
            return False
        self._begin_cell(start, sign, self.line)
        return True
