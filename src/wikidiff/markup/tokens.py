"""From mwparserfromhell's tokens to nodes: what a construct is and what its parts are.

The compiled tokenizer is used without the builder on top of it: a token costs a tenth of a
microsecond, a node of its own tree several, and a node here knows where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from wikidiff.markup.nodes import Form, Node

Token = dict[str, Any]


@cache
def _parser() -> tuple[Callable[[], Any], dict[type, str], type[Exception]]:
    """Return mwparserfromhell's tokenizer, its types of tokens, and its error.

    Imported when first used.
    """
    from mwparserfromhell.parser import ParserError, tokens

    try:
        from mwparserfromhell.parser._tokenizer import CTokenizer as Tokenizer
    except ImportError:  # installed without its compiled part
        from mwparserfromhell.parser.tokenizer import Tokenizer
    kinds = {getattr(tokens, name): name for name in tokens.__all__ if name != "Token"}
    return Tokenizer, kinds, ParserError


def nodes_of(source: str, offset: int, found: list[Node]) -> bool:
    """Add the nodes of a construct's text, which begins at `offset`, to `found`.

    The text has been guarded (see `scan`). Returns False, and adds nothing, where mwparserfromhell
    gives up.
    """
    tokenizer, kinds, gave_up = _parser()
    try:
        tokens = tokenizer().tokenize(source, 0, True)
    except gave_up:
        return False
    reader = _Reader(offset)
    reader.read(tokens, kinds)
    if reader.at != offset + len(source) or reader.open:
        return False
    found += reader.nodes
    return True


_SEPARATORS = frozenset(
    (
        "TemplateParamSeparator",
        "ArgumentSeparator",
        "WikilinkSeparator",
        "ExternalLinkSeparator",
    )
)
_OF_TAGS = frozenset(
    (
        "TagOpenOpen",
        "TagAttrStart",
        "TagAttrEquals",
        "TagAttrQuote",
        "TagCloseOpen",
        "TagCloseSelfclose",
        "TagOpenClose",
        "TagCloseClose",
    )
)
_CELLS: dict[str, Form] = {"table": "table", "tr": "row", "td": "cell", "th": "cell"}
_NO_PARTS: tuple[list[int], list[int]] = [], []  # of a tag
_NOTHING: Form = "comment"  # stands for the marks of lists and rules, which become no node


class _Reader:
    """Goes through tokens and counts where in the text it is."""

    def __init__(self, offset: int) -> None:
        self.at = offset
        self.nodes: list[Node] = []
        self.open: list[Node] = []
        self.parts: list[tuple[list[int], list[int]]] = []  # pipes and equals of the open ones
        self.owed: list[int] = []  # signs still to come of each open tag's attribute
        self.name_next = False  # the next text is the name of a tag in wiki markup: not there
        self.levels: list[int] = []

    def read(self, tokens: Sequence[Token], kinds: dict[type, str]) -> None:
        """Read all tokens; what is most frequent comes first."""
        for token in tokens:
            kind = kinds[type(token)]
            if kind == "Text":
                if self.name_next:
                    self._name(token["text"])
                else:
                    self.at += len(token["text"])
            elif kind in _SEPARATORS:
                pipes, equals = self.parts[-1]
                pipes.append(self.at)
                equals.append(-1)
                self.at += not token.get("suppress_space")
            elif kind == "TemplateParamEquals":
                self.parts[-1][1][-1] = self.at
                self.at += 1
            elif kind in _OF_TAGS:
                self._part_of_tag(kind, token)
            elif kind == "WikilinkOpen":
                self._begin("link", 2)
            elif kind == "TemplateOpen":
                self._begin("template", 2)
            elif kind in ("WikilinkClose", "TemplateClose"):
                self._end(2)
            else:
                self._rarer(kind, token)

    def _rarer(self, kind: str, token: Token) -> None:
        if kind == "ExternalLinkOpen":
            bare = not token["brackets"]
            self._begin("external", 0 if bare else 1, "bare" if bare else "")
        elif kind == "ExternalLinkClose":
            self._end(0 if self.open[-1].name else 1)
        elif kind == "ArgumentOpen":
            self._begin("argument", 3)
        elif kind == "ArgumentClose":
            self._end(3)
        elif kind == "CommentStart":
            self._begin("comment", 4)
        elif kind == "CommentEnd":
            self._end(3)
        elif kind == "HeadingStart":
            self.levels.append(token["level"])
            self.at += token["level"]
        elif kind == "HeadingEnd":
            self.at += self.levels.pop()
        else:  # what begins or ends an entity, or says how it is written
            self.at += 1

    def _begin(self, form: Form, size: int, name: str = "") -> None:
        inner = self.at + size
        pipes: list[int] = []
        equals: list[int] = []
        self.open.append(Node(form, self.at, inner, (inner, inner), name, [], pipes, equals))
        self.parts.append((pipes, equals))
        self.at = inner

    def _begin_tag(self, size: int, name: str) -> None:
        inner = self.at + size
        self.open.append(Node("tag", self.at, inner, (inner, inner), name))
        self.parts.append(_NO_PARTS)
        self.at = inner

    def _end(self, size: int) -> None:
        node = self.open.pop()
        self.parts.pop()
        node.inner = node.inner[0], self.at
        node.end = self.at = self.at + size
        self.nodes.append(node)

    # Tags: <ref>, and in wiki markup tables and lists

    def _part_of_tag(self, kind: str, token: Token) -> None:
        if kind == "TagOpenOpen":
            self._tag(token)
        elif kind == "TagCloseOpen":
            self._tag_inner(token)
        elif kind == "TagOpenClose":
            self._tag_closing(token)
        elif kind == "TagCloseClose":
            self._tag_end()
        elif kind == "TagAttrStart":
            self.at += self.owed[-1] + len(token["pad_first"]) + len(token["pad_before_eq"])
            self.owed[-1] = len(token["pad_after_eq"])
        elif kind == "TagAttrEquals":
            self.at += 1 + self.owed[-1]
            self.owed[-1] = 0
        elif kind == "TagAttrQuote":
            self.at += 1
            self.owed[-1] = 1
        else:
            self._tag_alone(token)

    def _tag(self, token: Token) -> None:
        markup = token.get("wiki_markup")
        if markup is None:
            self._begin_tag(1 + bool(token.get("invalid")), "<")
        else:
            self._begin_tag(len(markup), markup)
        self.owed.append(0)
        self.name_next = True

    def _name(self, name: str) -> None:
        """Take the name that an opening or closing tag has; in wiki markup it is not written."""
        self.name_next = False
        node = self.open[-1]
        if node.name == "<":
            node.name = name.rstrip().lower()
            self.at += len(name)
        elif node.form == "tag":
            node.form = _CELLS.get(name, _NOTHING)

    def _tag_inner(self, token: Token) -> None:
        node = self.open[-1]
        self.at += self.owed[-1] + len(token.get("padding") or "")
        self.at += 1 if node.form == "tag" else len(token.get("wiki_markup") or "")
        node.inner = self.at, self.at

    def _tag_alone(self, token: Token) -> None:
        node = self.open.pop()
        self.parts.pop()
        self.at += self.owed.pop() + len(token.get("padding") or "")
        if node.form == "tag":
            self.at += 1 if token.get("implicit") else 2
        node.inner = self.at, self.at
        node.end = self.at
        if node.form != _NOTHING:
            self.nodes.append(node)

    def _tag_closing(self, token: Token) -> None:
        node = self.open[-1]
        node.inner = node.inner[0], self.at
        markup = token.get("wiki_markup")
        self.at += 2 if markup is None else len(markup)
        self.name_next = markup is not None

    def _tag_end(self) -> None:
        node = self.open.pop()
        self.parts.pop()
        self.owed.pop()
        self.at += node.form == "tag"
        node.end = self.at
        self.nodes.append(node)
