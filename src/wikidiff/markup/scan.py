"""Where the constructs of a wikitext begin and end: what is cut out for the parser, and its guards.

Brackets pair as in MediaWiki (Preprocessor_Hash: a stack of openers, a closer fits only the
innermost; an extension tag ends at its first closing tag, whatever is open in it). Nothing is gone
back to, so hostile text costs no more than text. What the pairs mean is left to mwparserfromhell,
which is never given an opener without its closer: it would parse to the end again for each.
"""

from __future__ import annotations

import re
from functools import cache

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.markup.grammar import HTML, NESTING, OPAQUE, VOID
from wikidiff.text import common_prefix, common_suffix, pattern

Span = tuple[int, int, str, int, int]
"""Start, end, kind, and start and end of what is inside.

Kinds: "{" (template or argument), "[[", "[" (labelled URL), "{|", "!" (comment), else the name of
an extension tag.
"""

Tag = tuple[str, int, int]
"""An HTML tag that stands alone: name ("/name" of a closing one), start, end."""

_SCHEMES = r"(?i:(?:https?|ftps?|ircs?|gopher|telnet|nntp|worldwind|svn|git|mms)://|mailto:|news:)"
_URL = r"[^\s\[\]<>\"{}|\x00-\x20\x7f\u3000]"

# One set of first characters in front, which the regex engine looks for at full speed; which of
# them it was is then told by looking back.
_INSIDE = r"(?:[^\[\]{}<'~:_]++|:(?!//)|_(?!_)|'(?!'))*+"
"""No sign of markup: what most links and many templates hold."""
_TOKEN = (
    r"[\{\}\[\]<'_~:]"
    rf"(?:(?<=\{{)(?:\{{{_INSIDE}\}}\}}(?!\}})|\{{+|\|)"
    r"|(?<=\})(?:\}+|(?<=\|\}))"
    rf"|(?<=\[)(?:\[(?!//){_INSIDE}\]\](?!\])|\[+|(?=(?:{_SCHEMES}|//){_URL}))"
    r"|(?<=\])\]*"
    r"|(?<=<)(?:!--|/?[A-Za-z][A-Za-z0-9]*(?:[\s/][^<>]*)?>)"
    r"|(?<=')'+"
    rf"|(?<=:)//{_URL}+"
    r"|(?<=_)_[^\W_](?:\w{0,60}?[^\W_])?__"
    r"|(?<=~)~{2,4})"
)
_SCHEME_AHEAD = rf"(?:{_SCHEMES}|//){_URL}"
_SCHEME_FIRST = frozenset("hfigtnwsmHFIGTNWSM/")
_SCHEME_BEHIND = r"(?i:https?|ftps?|ircs?|gopher|telnet|nntp|worldwind|svn|git|mms)\Z"
_NAME_END = re.compile(r"[\s/>]")
_URL_RUN = rf"{_URL}+"
_INDENT = " \t:"
_BRACKETS = ("{", "[[", "[", "{|")


class _Frame:
    """An opener that waits for its closer; `braces` is how many of them are still open.

    `kind` is that of a Span, "" for the text itself. `end` is that of an extension tag's content,
    or of the line for "[".
    """

    __slots__ = "braces", "end", "inner", "kind", "names", "quotes", "start", "tags"

    def __init__(self, kind: str, start: int, inner: int, braces: int = 0, end: int = 0) -> None:
        self.kind = kind
        self.start = start
        self.inner = inner
        self.braces = braces
        self.end = end
        self.tags: list[Tag] | None = None  # open HTML tags
        self.names: dict[str, int] | None = None  # how many of each
        self.quotes: list[tuple[int, int]] | None = None  # start, number


class Scan:
    """What was found: `spans` in the order of their ends, `lone` brackets as (start, end).

    `pairs` are HTML tags that close in the same construct: (name, start, inner, close, end). Quote
    marks (start, count) come in groups, one for each construct that they stand in. `leaves` are
    `__x__` and `~~~~`. `whole`: no extension tag or comment lacks its end or its beginning.
    """

    __slots__ = (
        "fallbacks",
        "leaves",
        "lone",
        "pairs",
        "quotes",
        "spans",
        "tags",
        "urls",
        "whole",
    )

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.lone: list[tuple[int, int]] = []
        self.pairs: list[tuple[str, int, int, int, int]] = []
        self.tags: list[Tag] = []
        self.quotes: list[list[tuple[int, int]]] = []
        self.urls: list[tuple[int, int]] = []
        self.leaves: list[tuple[int, int]] = []
        self.whole = True
        self.fallbacks: tuple[Fallback, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether the text opens nothing that it does not close, and closes nothing else."""
        return self.whole and not self.lone and not self.fallbacks


_PLAIN = re.compile(r"[^{}\[\]<>'_~:/|\n=*#;!\"&-]*+")
_TABLE_AHEAD = re.compile(r"[ \t]*[:{|]")
_SPACE = re.compile(r"\s")
_NAME_LENGTH = 64  # of a behaviour switch, at most
_SCHEME_LENGTH = 12  # of a URL's scheme and colon, at most


def both(old: str, new: str) -> tuple[Scan, Scan]:
    """Return the scans of two texts; where only words differ one follows from the other."""
    first = scan(old)
    if not first.is_closed:
        return first, scan(new)
    head = common_prefix(old, new)
    tail = common_suffix(old, new, min(len(old), len(new)) - head)
    if _is_plain(first, old, head, len(old) - tail) and _is_words(new, head, len(new) - tail):
        return first, _shifted(first, head, len(new) - len(old))
    return first, scan(new)


def _is_words(source: str, start: int, end: int) -> bool:
    """Tell whether a stretch and the characters beside it have no sign of markup."""
    found = _PLAIN.match(source, max(start - 1, 0), end + 1)
    return found is not None and found.end() >= min(end + 1, len(source))


def _is_plain(found: Scan, source: str, start: int, end: int) -> bool:
    """Tell whether other words in place of a stretch leave a text's constructs what they are."""
    if not _is_words(source, start, end):
        return False
    if source.rfind("<", 0, start) > source.rfind(">", 0, start):  # it may be in a tag
        return False
    if source.find("__", max(start - _NAME_LENGTH, 0), start) >= 0:
        return False
    if source.find(":", end, end + _SCHEME_LENGTH) >= 0 or _TABLE_AHEAD.match(source, end):
        return False
    url = source.rfind("//", 0, start)
    if url >= 0 and not _SPACE.search(source, url, start):
        return False
    return not any(
        span[2] == "[" and span[0] < start < span[1] and not _SPACE.search(source, span[3], start)
        for span in found.spans
    )


def _shifted(found: Scan, at: int, by: int) -> Scan:
    """Return a scan with all that stands behind a place moved `by` code points."""

    def to(offset: int) -> int:
        return offset if offset <= at else offset + by

    made = Scan()
    made.spans = [
        span if span[1] <= at else (to(span[0]), span[1] + by, span[2], to(span[3]), to(span[4]))
        for span in found.spans
    ]
    made.pairs = [(name, to(a), to(b), to(c), to(d)) for name, a, b, c, d in found.pairs]
    made.tags = [(name, to(a), to(b)) for name, a, b in found.tags]
    made.quotes = [[(to(start), count) for start, count in marks] for marks in found.quotes]
    made.urls = [(to(a), to(b)) for a, b in found.urls]
    made.leaves = [(to(a), to(b)) for a, b in found.leaves]
    made.whole = found.whole
    return made


def scan(source: str) -> Scan:
    """Return where a text's constructs stand; beyond `limits.MARKUP_TOKENS` all of it is text."""
    scanner = _Scanner(source)
    scanner.run()
    return scanner.found


class _Scanner:
    def __init__(self, source: str) -> None:
        self.source = source
        self.found = Scan()
        self.stack = [_Frame("", 0, 0, end=len(source))]
        self.at = 0
        self.end = len(source)  # of the content at hand
        self.too_deep = 0
        self.closers: dict[str, tuple[int, int]] = {}
        self.line_end = -1

    def run(self) -> None:
        """Read the text to its end."""
        source, search = self.source, pattern(_TOKEN).search
        for _ in range(limits.MARKUP_TOKENS):
            match = search(source, self.at, self.end)
            if match is not None:
                start, self.at = match.span()
                self._take_sign(source[start], start, self.at)
            elif not self._leave():
                break
        else:
            fallback = Fallback("markup", limits.MARKUP_TOKENS, limits.MARKUP_TOKENS + 1)
            self.found = Scan()
            self.found.fallbacks = (fallback,)
            return
        self._finish()

    def _take_sign(self, sign: str, start: int, end: int) -> None:
        """Take what was found, by its first sign; what is most frequent comes first."""
        if sign == "[":
            self._open_square(start, end)
        elif sign == "]":
            self._close_square(start, end)
        elif sign == "{":
            self._open_brace(start, end)
        elif sign == "}":
            self._close_brace(start, end)
        elif sign == "<":
            self._angle(start, end)
        elif sign == "'":
            self._quote(start, end)
        elif sign == ":":
            self._url(start, end)
        else:
            self.found.leaves.append((start, end))

    def _finish(self) -> None:
        while len(self.stack) > 1:
            self._drop()
        self._settle(self.stack[0])
        if self.too_deep:
            fallback = Fallback("markup nesting", limits.MARKUP_DEPTH, self.too_deep)
            self.found.fallbacks = (fallback,)

    # Openers and closers

    def _push(self, frame: _Frame) -> bool:
        if len(self.stack) > limits.MARKUP_DEPTH:
            self.too_deep = max(self.too_deep, len(self.stack))
            self.found.lone.append((frame.start, frame.inner))
            return False
        self.stack.append(frame)
        return True

    def _take(self, span: Span) -> None:
        """Take a pair of brackets with no sign of markup in between."""
        if len(self.stack) <= limits.MARKUP_DEPTH:
            self.found.spans.append(span)
        else:
            self.too_deep = max(self.too_deep, len(self.stack))
            self.found.lone += (span[0], span[3]), (span[4], span[1])

    def _top(self, at: int) -> _Frame:
        """Return the innermost frame still open at `at`: a labelled URL ends with its line."""
        while self.stack[-1].kind == "[" and at > self.stack[-1].end:
            self._drop()
        return self.stack[-1]

    def _back_to(self, kind: str, over: tuple[str, ...]) -> bool:
        """Go back to the innermost frame of a kind; what may be left open on the way is `over`."""
        at = len(self.stack) - 1
        while self.stack[at].kind in over:
            at -= 1
        if self.stack[at].kind != kind:
            return False
        while len(self.stack) - 1 > at:
            self._drop()
        return True

    def _drop(self) -> None:
        """Leave a frame that is not closed: what was open in it stays open outside."""
        frame = self.stack.pop()
        self.found.lone.append((frame.start, frame.start + frame.braces or frame.inner))
        around = self.stack[-1]
        if frame.quotes:
            around.quotes = (around.quotes or []) + frame.quotes
        if frame.tags:
            self.found.tags += frame.tags

    def _settle(self, frame: _Frame) -> None:
        """Keep what stands in a frame that closes."""
        if frame.quotes:
            self.found.quotes.append(frame.quotes)
            frame.quotes = None
        if frame.tags:
            self.found.tags += frame.tags
            frame.tags = None

    def _close(self, span: Span) -> None:
        self._settle(self.stack[-1])
        self.found.spans.append(span)

    def _open_brace(self, start: int, end: int) -> None:
        last = self.source[end - 1]
        if last == "}":
            self._take((start, end, "{", start + 2, end - 2))
        elif last == "{":
            self._push(_Frame("{", start, end, end - start))
        elif self._begins_line(start):
            self._top(end)
            self._push(_Frame("{|", start, end))

    def _close_brace(self, at: int, end: int) -> None:
        if end - at == 1:
            if self._begins_line(at - 1):
                self._close_table(end)
            return
        while end - at >= 2:
            if not self._back_to("{", ("[", "{|")):
                self.found.lone.append((at, end))
                return
            frame = self.stack[-1]
            size = min(frame.braces, end - at, 3)
            start = frame.start + frame.braces - size
            self._close((start, at + size, "{", start + size, at))
            at += size
            frame.braces -= size
            if frame.braces < 2:
                self.stack.pop()

    def _open_square(self, start: int, end: int) -> None:
        source = self.source
        if source[end - 1] == "]":
            if not self._is_address(start + 2):
                self._take((start, end, "[[", start + 2, end - 2))
                return
            self.at = end = start + 2
        if self._is_address(end):
            self._open_label(end - 1)
        elif end - start > 1:
            self._push(_Frame("[[", end - 2, end))

    def _is_address(self, at: int) -> bool:
        """Tell whether an address begins at an offset."""
        if self.source[at : at + 1] not in _SCHEME_FIRST:
            return False
        return pattern(_SCHEME_AHEAD).match(self.source, at) is not None

    def _close_square(self, at: int, end: int) -> None:
        while at < end:
            size = 1 if self._top(at).kind == "[" else 2
            if end - at < size:
                return
            if size > 1 and not self._back_to("[[", ("{|",)):
                self.found.lone.append((at, end))
                return
            frame = self.stack[-1]
            self._close((frame.start, at + size, frame.kind, frame.inner, at))
            at += size
            self.stack.pop()

    def _open_label(self, start: int) -> None:
        if self.line_end < start:
            self.line_end = self.source.find("\n", start)
            if self.line_end < 0:
                self.line_end = len(self.source)
        url = pattern(_URL_RUN).match(self.source, start + 1, self.end)
        end = min(self.line_end, self.end)
        if url and self._push(_Frame("[", start, start + 1, end=end)):
            self.at = url.end()

    # Tags

    def _angle(self, start: int, end: int) -> None:
        source = self.source
        if source[start + 1] == "!":
            found = source.find("-->", end, self.end)
            self.found.whole &= found >= 0
            self.at = found + 3 if found >= 0 else self.end
            self.found.spans.append((start, self.at, "!", end, found if found >= 0 else self.at))
        elif source[start + 1] == "/":
            self._close_tag(_name(source, start + 2, end), start, end)
        else:
            self._open_tag(_name(source, start + 1, end), start, end)

    def _open_tag(self, name: str, start: int, end: int) -> None:
        void = self.source[end - 2] == "/"
        if name in OPAQUE or name in NESTING:
            if void or name == "templatestyles":
                self.found.spans.append((start, end, name, end, end))
            else:
                self._extension(name, start, end)
        elif name in HTML:
            if void or name in VOID:
                self.found.tags.append((name, start, end))
            else:
                self._wait(self.stack[-1], (name, start, end))

    @staticmethod
    def _wait(frame: _Frame, tag: Tag) -> None:
        """Let an HTML tag wait for its closing tag in the same frame."""
        if frame.tags is None or frame.names is None:
            frame.tags, frame.names = [], {}
        frame.tags.append(tag)
        frame.names[tag[0]] = frame.names.get(tag[0], 0) + 1

    def _extension(self, name: str, start: int, end: int) -> None:
        """Take an extension tag whose closing tag is there; without one it is text."""
        close, after = self._closer(name, end)
        if close < 0:
            self.found.whole = False
            return
        if name in OPAQUE:
            self.found.spans.append((start, after, name, end, close))
            self.at = after
        elif self._push(_Frame(name, start, end, end=close)):
            self.end = close

    def _closer(self, name: str, at: int) -> tuple[int, int]:
        """Return where an extension tag's closing tag begins and ends, (-1, -1) if nowhere."""
        known = self.closers.get(name)
        if known is None or 0 <= known[0] < at:
            known = self.closers[name] = self._next_closer(name, at)
        return known if known[0] < self.end else (-1, -1)

    def _next_closer(self, name: str, at: int) -> tuple[int, int]:
        source, closing = self.source, _closing(name)
        at = source.find("<", at)
        while at >= 0:
            if source.startswith("/", at + 1) and (found := closing.match(source, at)):
                return at, found.end()
            at = source.find("<", at + 1)
        return -1, -1

    def _leave(self) -> bool:
        """Leave the extension tag whose content has ended; tell whether there was one."""
        while self.stack[-1].kind in _BRACKETS:
            self._drop()
        frame = self.stack[-1]
        if not frame.kind:
            return False
        found = _closing(frame.kind).match(self.source, frame.end)
        self.at = found.end() if found else frame.end
        self._close((frame.start, self.at, frame.kind, frame.inner, frame.end))
        self.stack.pop()
        self.end = next(f.end for f in reversed(self.stack) if f.kind not in _BRACKETS)
        return True

    def _close_tag(self, name: str, start: int, end: int) -> None:
        if name not in HTML:
            self.found.whole &= name not in OPAQUE and name not in NESTING
            return
        frame = self.stack[-1]
        if not frame.tags or not frame.names or not frame.names.get(name):
            self.found.tags.append((f"/{name}", start, end))  # its opener may stand above
            return
        opened = frame.tags.pop()
        while opened[0] != name:
            frame.names[opened[0]] -= 1
            self.found.tags.append(opened)
            opened = frame.tags.pop()
        frame.names[name] -= 1
        self.found.pairs.append((name, opened[1], opened[2], start, end))

    # Tables

    def _begins_line(self, at: int) -> bool:
        """Tell whether nothing but indentation stands before a place on its line."""
        while at and self.source[at - 1] in _INDENT:
            at -= 1
        return at == 0 or self.source[at - 1] == "\n"

    def _close_table(self, end: int) -> None:
        if self._back_to("{|", ("[", "[[")):  # a lone bracket in a cell ends no table
            frame = self.stack[-1]
            self._close((frame.start, end, "{|", frame.inner, end - 2))
            self.stack.pop()

    # What stands alone

    def _quote(self, start: int, end: int) -> None:
        frame = self.stack[-1]
        if frame.quotes is None:
            frame.quotes = []
        frame.quotes.append((start, end - start))

    def _url(self, start: int, end: int) -> None:
        """Take a bare URL as far as its signs go: where it ends is for the parser to say."""
        scheme = pattern(_SCHEME_BEHIND).search(self.source, max(start - 9, 0), start)
        if scheme:
            self.found.urls.append((scheme.start(), end))


def _name(source: str, start: int, end: int) -> str:
    found = _NAME_END.search(source, start, end)
    return source[start : found.start() if found else end].lower()


@cache
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>", re.IGNORECASE)
