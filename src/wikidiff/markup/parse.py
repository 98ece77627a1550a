"""From wikitext to its parts, in one pass and in linear time.

The rules are MediaWiki's own (Preprocessor_Hash: a stack of openers, a closer fits only the
innermost; Parser: tables, lists, links and quotes by line; Sanitizer: which tags there are). No
opener is ever gone back to: what stays open at the end is plain text and what stands in it stays
what it is. That is why hostile text costs no more than text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache, lru_cache

from wikidiff import limits, text
from wikidiff.limits import Fallback
from wikidiff.markup.grammar import HTML, NESTING, OPAQUE, VOID, nested, stretches
from wikidiff.markup.nodes import Form, Node, Tree

_SCHEMES = r"(?i:(?:https?|ftps?|ircs?|gopher|telnet|nntp|worldwind|svn|git|mms)://|mailto:|news:)"
_URL = r"[^\s\[\]<>\"{}|\x00-\x20\x7f\u3000]"

# One set of first characters in front, which the regex engine looks for at full speed; which of
# them it was is then told by looking back.
_TOKEN = re.compile(
    r"[\{\}\[\]<'_~:\n]"
    r"(?:(?<=\{)\{+"
    r"|(?<=\})\}+"
    rf"|(?<=\[)(?:\[+|(?=(?:{_SCHEMES}|//){_URL}))"
    r"|(?<=\])\]*"
    r"|(?<=<)(?:!--|/?[A-Za-z][A-Za-z0-9]*(?:[\s/][^<>]*)?>)"
    r"|(?<=')'+"
    rf"|(?<=:)//{_URL}+"
    r"|(?<=\n)(?:[ \t:]*\{\||[ \t]*\|\}(?!\})|[*#:;]+|=)"
    r"|(?<=_)_[^\W_](?:\w{0,60}?[^\W_])?__"
    r"|(?<=~)~{2,4})"
)
_LINE_START = re.compile(r"[ \t:]*\{\||[ \t]*\|\}(?!\})|[*#:;]+|=")
_SCHEME_BEHIND = re.compile(
    r"(?:https?|ftps?|ircs?|gopher|telnet|nntp|worldwind|svn|git|mms)\Z", re.I
)


@dataclass(slots=True)
class _Frame:
    """An opener that waits for its closer; `braces` is how many of them are still open."""

    kind: str  # "{", "[[", "[", "<" (an extension tag) or "" (the text itself)
    start: int
    inner: int
    braces: int = 0
    end: int = 0  # of an extension tag's content, or of the line for "["
    name: str = ""
    tags: list[tuple[str, int, int]] = field(default_factory=list)  # open (name, start, inner)
    open_tags: dict[str, int] = field(default_factory=dict)
    quotes: list[tuple[int, int]] = field(default_factory=list)  # start, number


@lru_cache(maxsize=64)
def _parse_cached(source: str) -> Tree:
    return _Parser(source).tree()


def parse(source: str) -> Tree:
    """Return a text's parts. What passes `limits.MARKUP_TOKENS` or `MARKUP_DEPTH` is plain text.

    The tree is kept for the next call with the same text, so it must not be changed.
    """
    if len(source) > limits.MARKUP_KEPT_CHARS:
        return _Parser(source).tree()
    return _parse_cached(source)


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.nodes: list[Node] = []
        self.stack = [_Frame("", 0, 0, end=len(source))]
        self.at = 0
        self.end = len(source)  # of the content at hand
        self.tokens = 0
        self.too_deep = 0
        self.closers: dict[str, tuple[int, int]] = {}
        self.line_end = -1

    def tree(self) -> Tree:
        """Read the text to its end."""
        search = _TOKEN.search
        handlers = {
            "{": self._open_brace,
            "}": self._close_brace,
            "[": self._open_square,
            "]": self._close_square,
            "<": self._angle,
            "'": self._quote,
            ":": self._url,
            "_": self._leaf,
            "~": self._leaf,
            "\n": self._line,
        }
        source = self.source
        if first := _LINE_START.match(source):
            self._line_start(0, first.end())
        for self.tokens in range(1, limits.MARKUP_TOKENS + 1):
            match = search(source, self.at, self.end)
            if match is not None:
                start, self.at = match.span()
                handlers[source[start]](start, self.at)
            elif not self._leave():
                break
        else:
            fallback = Fallback("markup", limits.MARKUP_TOKENS, limits.MARKUP_TOKENS + 1)
            return Tree(source, [], (fallback,))
        while len(self.stack) > 1:
            self._drop()
        self._quotes(self.stack[0])
        for tag in self.stack[0].tags:
            self._open_only(tag)
        fallbacks: tuple[Fallback, ...] = ()
        if self.too_deep:
            fallbacks = (Fallback("markup nesting", limits.MARKUP_DEPTH, self.too_deep),)
        return Tree(source, nested(self.nodes), fallbacks)

    # Openers and closers

    def _push(self, frame: _Frame) -> bool:
        if len(self.stack) > limits.MARKUP_DEPTH:
            self.too_deep = max(self.too_deep, len(self.stack))
            return False
        self.stack.append(frame)
        return True

    def _top(self, at: int) -> _Frame:
        """Return the innermost frame still open at `at`: a labelled URL ends with its line."""
        while self.stack[-1].kind == "[" and at > self.stack[-1].end:
            self._drop()
        return self.stack[-1]

    def _drop(self) -> None:
        """Leave a frame that is not closed: what was open in it stays open outside."""
        frame = self.stack.pop()
        self.stack[-1].quotes += frame.quotes
        for tag in frame.tags:
            self._open_only(tag)

    def _close(self, form: Form, start: int, inner: tuple[int, int], end: int) -> None:
        frame = self.stack[-1]
        self._quotes(frame)
        for tag in frame.tags:
            self._open_only(tag)
        frame.quotes, frame.tags, frame.open_tags = [], [], {}
        self.nodes.append(Node(form, start, end, inner, frame.name))

    def _open_brace(self, start: int, end: int) -> None:
        self._push(_Frame("{", start, end, end - start))

    def _close_brace(self, at: int, end: int) -> None:
        while end - at >= 2:
            while self._top(at).kind == "[":
                self._drop()
            frame = self.stack[-1]
            if frame.kind != "{":
                return
            size = min(frame.braces, end - at, 3)
            form: Form = "argument" if size == 3 else "template"
            start = frame.start + frame.braces - size
            self._close(form, start, (start + size, at), at + size)
            at += size
            frame.braces -= size
            if frame.braces < 2:
                self.stack.pop()

    def _open_square(self, start: int, end: int) -> None:
        if _SCHEME_AHEAD.match(self.source, end):
            self._open_label(end - 1)
        elif end - start > 1:
            self._push(_Frame("[[", end - 2, end))

    def _close_square(self, at: int, end: int) -> None:
        while at < end:
            frame = self._top(at)
            if frame.kind == "[":
                self._close("external", frame.start, (frame.inner, at), at + 1)
                at += 1
            elif frame.kind == "[[" and end - at >= 2:
                self._close("link", frame.start, (frame.inner, at), at + 2)
                at += 2
            else:
                return
            self.stack.pop()

    def _open_label(self, start: int) -> None:
        if self.line_end < start:
            self.line_end = self.source.find("\n", start)
            if self.line_end < 0:
                self.line_end = len(self.source)
        url = _URL_RUN.match(self.source, start + 1, self.end)
        if url and self._push(_Frame("[", start, start + 1, end=min(self.line_end, self.end))):
            self.at = url.end()

    # Tags

    def _angle(self, start: int, end: int) -> None:
        source = self.source
        if source[start + 1] == "!":
            self._comment(start, end)
        elif source[start + 1] == "/":
            self._close_tag(_name(source, start + 2, end), start, end)
        else:
            self._open_tag(_name(source, start + 1, end), start, end)

    def _open_tag(self, name: str, start: int, end: int) -> None:
        void = self.source[end - 2] == "/"
        if name in OPAQUE or name in NESTING:
            if void or not self._extension(name, start, end):
                self._void(name, start, end, known=void or name == "references")
        elif name in HTML:
            if void or name in VOID:
                self._void(name, start, end)
            else:
                frame = self.stack[-1]
                frame.tags.append((name, start, end))
                frame.open_tags[name] = frame.open_tags.get(name, 0) + 1

    def _void(self, name: str, start: int, end: int, *, known: bool = True) -> None:
        if known:
            self.nodes.append(Node("tag", start, end, (end, end), name))

    def _extension(self, name: str, start: int, end: int) -> bool:
        """Take an extension tag whose closing tag is there; tell whether it is."""
        close, after = self._closer(name, end)
        if close < 0:
            return False
        if name in OPAQUE:
            self.nodes.append(Node("tag", start, after, (end, close), name))
            self.at = after
            return True
        if self._push(_Frame("<", start, end, end=close, name=name)):
            self.end = close
        return True

    def _closer(self, name: str, at: int) -> tuple[int, int]:
        """Return where an extension tag's closing tag begins and ends, (-1, -1) if nowhere."""
        known = self.closers.get(name)
        if known is None or 0 <= known[0] < at:
            found = _closing(name).search(self.source, at)
            known = self.closers[name] = found.span() if found else (-1, -1)
        return known if known[0] < self.end else (-1, -1)

    def _leave(self) -> bool:
        """Leave the extension tag whose content has ended; tell whether there was one."""
        while self.stack[-1].kind not in ("<", ""):
            self._drop()
        frame = self.stack[-1]
        if not frame.kind:
            return False
        found = _closing(frame.name).match(self.source, frame.end)
        after = found.end() if found else frame.end
        self._close("tag", frame.start, (frame.inner, frame.end), after)
        self.stack.pop()
        self.at = after
        self.end = next(f.end for f in reversed(self.stack) if f.kind in ("<", ""))
        return True

    def _close_tag(self, name: str, start: int, end: int) -> None:
        if name not in HTML:
            return
        frame = self.stack[-1]
        if frame.open_tags.get(name):
            for at in range(len(frame.tags) - 1, -1, -1):
                if frame.tags[at][0] == "{|":
                    break
                if frame.tags[at][0] == name:
                    self._shut(frame, at, (start, end))
                    return
        self._void(f"/{name}", start, end)  # its opener may stand above what is parsed

    def _open_only(self, tag: tuple[str, int, int]) -> None:
        """Take an opening tag that nothing closes for what it is; a table's opener is text."""
        if tag[0] != "{|":
            self._void(*tag)

    def _shut(self, frame: _Frame, at: int, closing: tuple[int, int]) -> None:
        """Close the open tag or table at `at` and leave those after it as openers only."""
        name, start, inner = frame.tags[at]
        frame.open_tags[name] -= 1
        for left in frame.tags[at + 1 :]:
            frame.open_tags[left[0]] -= 1
            self._open_only(left)
        del frame.tags[at:]
        form: Form = "table" if name == "{|" else "tag"
        name = "" if name == "{|" else name
        self.nodes.append(Node(form, start, closing[1], (inner, closing[0]), name))

    # Lines

    def _line(self, start: int, end: int) -> None:
        self._line_start(start + 1, end)

    def _line_start(self, start: int, end: int) -> None:
        sign = self.source[end - 1]
        if sign == "|":
            self._open_table(end)
        elif sign == "}":
            self._close_table(end)
        elif sign == "=":
            self._heading(start)
        else:
            name = self.source[start:end]
            self.nodes.append(Node("list", start, end, (end, end), name))

    def _open_table(self, end: int) -> None:
        frame = self._top(end)
        frame.tags.append(("{|", end - 2, end))
        frame.open_tags["{|"] = frame.open_tags.get("{|", 0) + 1

    def _close_table(self, end: int) -> None:
        frame = self._top(end)
        at = len(self.stack) - 1
        while self.stack[at].kind in ("[", "[["):  # a lone bracket in a cell ends no table
            at -= 1
        if frame.kind and self.stack[at].open_tags.get("{|") and not frame.open_tags.get("{|"):
            while len(self.stack) - 1 > at:
                self._drop()
            frame = self.stack[-1]
        if frame.open_tags.get("{|"):
            at = max(at for at, tag in enumerate(frame.tags) if tag[0] == "{|")
            self._shut(frame, at, (end - 2, end))

    def _heading(self, start: int) -> None:
        end = self.source.find("\n", start)
        end = len(self.source) if end < 0 else end
        if parts := text.heading(self.source[start:end]):
            level = parts[0]
            self.nodes.append(Node("heading", start, end, (start + level, end), str(level)))
            self.at = start + level

    def _leaf(self, start: int, end: int) -> None:
        form: Form = "switch" if self.source[start] == "_" else "signature"
        self.nodes.append(Node(form, start, end, (end, end)))

    def _url(self, start: int, end: int) -> None:
        """Take a bare URL; MediaWiki leaves the sentence's signs at its end outside."""
        scheme = _SCHEME_BEHIND.search(self.source, max(start - 9, 0), start)
        if not scheme:
            return
        url = self.source[start:end]
        signs = ",;.:!?" if "(" in url else ",;.:!?)"
        kept = url.split("''", 1)[0].rstrip(signs)
        if kept != "://":
            self.at = start + len(kept)
            begin = scheme.start()
            self.nodes.append(Node("external", begin, self.at, (begin, self.at), "bare"))

    def _comment(self, start: int, end: int) -> None:
        found = self.source.find("-->", end, self.end)
        self.at = found + 3 if found >= 0 else self.end
        close = found if found >= 0 else self.at
        self.nodes.append(Node("comment", start, self.at, (end, close)))

    # Quotes

    def _quote(self, start: int, end: int) -> None:
        self.stack[-1].quotes.append((start, end - start))

    def _quotes(self, frame: _Frame) -> None:
        """Make italic and bold stretches of a frame's quote marks, line by line."""
        if frame.quotes:
            ends = _line_ends(self.source)
            lines: dict[int, list[tuple[int, int]]] = {}
            for start, count in frame.quotes:
                lines.setdefault(bisect_right(ends, start), []).append((start, count))
            for marks in lines.values():
                self.nodes += stretches(marks)


_SCHEME_AHEAD = re.compile(rf"(?:{_SCHEMES}|//){_URL}")
_NAME_END = re.compile(r"[\s/>]")
_URL_RUN = re.compile(rf"{_URL}+")


def _name(source: str, start: int, end: int) -> str:
    found = _NAME_END.search(source, start, end)
    return source[start : found.start() if found else end].lower()


@cache
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}\s*>", re.IGNORECASE)


@lru_cache(maxsize=2)
def _line_ends(source: str) -> list[int]:
    return [match.start() for match in re.finditer("\n", source)]
