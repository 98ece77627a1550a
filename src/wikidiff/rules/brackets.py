"""W201 to W205: what opens and does not close, and what closes and did not open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from wikidiff.markup.grammar import HTML, NESTING, OPAQUE, VOID
from wikidiff.markup.names import set_of
from wikidiff.markup.scan import Scan
from wikidiff.rules.base import Hit, text_rule
from wikidiff.rules.edit import Edit, Side
from wikidiff.rules.passage import Passage, masked

Stray = Literal["opener", "closer"]
Kind = Literal["template", "link", "table", "tag", "comment"]

_SIGNS = re.compile(
    r"(?P<template>\{\{+|\}\}+)|(?P<link>\[\[+|\]\]+)"
    r"|(?P<table>(?<![^\n])[ \t:]*\{\||(?<![^\n])[ \t]*\|\}(?!\}))"
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)((?:[\s/][^<>]*)?)>")
_OPTIONAL = set_of("p li dt dd tr td th rt rp rb noinclude includeonly onlyinclude")
"""Tags that may be left open, or that open on one page and close on another."""

_EXTENSIONS = OPAQUE | NESTING
_TAGS = (HTML | _EXTENSIONS) - VOID - _OPTIONAL


@dataclass(frozen=True, slots=True)
class Sign:
    """One bracket or tag without its other half."""

    kind: str
    stray: Stray
    start: int
    end: int
    name: str = ""


def strays(passage: Passage) -> list[Sign]:
    """Return the brackets and tags of a passage that are no part of any construct."""
    if "strays" not in passage.memo:
        passage.memo["strays"] = _strays(passage)
    found: list[Sign] = passage.memo["strays"]
    return found


def _strays(passage: Passage) -> list[Sign]:
    source, constructs = passage.source, passage.constructs
    bare = masked(source, sorted(_covered(constructs)))
    found = [_sign(match) for match in _SIGNS.finditer(bare)]
    if "<" in bare:
        found += _tags(bare)
    found += [
        Sign("tag", "closer" if name[0] == "/" else "opener", start, end, name)
        for name, start, end in constructs.tags
        if source[end - 2] != "/" and name.removeprefix("/") in _TAGS - _EXTENSIONS
    ]
    return sorted(found, key=lambda sign: sign.start)


def _covered(constructs: Scan) -> Iterator[tuple[int, int]]:
    """Yield the brackets of all constructs, and whole what is no wikitext."""
    for start, end, kind, inner, close in constructs.spans:
        if kind == "!" or kind in OPAQUE:
            yield start, end
        else:
            yield start, inner
            yield close, end


def _sign(match: re.Match[str]) -> Sign:
    kind = match.lastgroup or ""
    text = match[0].strip(" \t:")
    stray: Stray = "opener" if text[0] in "{[" else "closer"
    return Sign(kind, stray, match.end() - len(text), match.end())


def _tags(bare: str) -> Iterator[Sign]:
    """Yield the extension tags that open or close nothing: to the parser they are text."""
    for match in _TAG.finditer(bare):
        name = match[2].lower()
        if name in _EXTENSIONS - VOID - {"references"} and not match[0].endswith("/>"):
            stray: Stray = "closer" if match[1] else "opener"
            yield Sign("tag", stray, *match.span(), f"{match[1]}{name}")


def _hits(side: Side, kind: Kind, what: str) -> Iterator[Hit]:
    if kind not in _doubtful(side.edit):
        return
    for passage in side.passages:
        for sign in strays(passage):
            if sign.kind != kind:
                continue
            place = side.place(passage, sign.start, sign.end)
            if _is_of_another_language(kind, place.text):
                continue
            named = f"{what} <{sign.name}>" if sign.name else what
            opener = sign.stray == "opener"
            message = f"{named} is not closed" if opener else f"{named} closes nothing"
            key = sign.name or passage.source[sign.start : sign.end]
            group = sign.name.removeprefix("/")
            yield Hit(place, message, key, weight=1 if opener else -1, group=group)


def _is_of_another_language(kind: Kind, line: str) -> bool:
    """Tell whether single brackets of a line close each other: `f(a[b[1]])`, `{x, {y}}`."""
    signs = {"template": "{}", "link": "[]"}.get(kind)
    return signs is not None and line.count(signs[0]) == line.count(signs[1])


_BRACKET = re.compile(
    r"\{\{+|\}\}+|\[\[+|\]\]+|^[ \t:]*\{\||^[ \t]*\|\}(?!\})|<!--|-->", re.MULTILINE
)
_PAIRS = {"}}": "{{", "]]": "[[", "|}": "{|", "-->": "<!--"}


def _doubtful(edit: Edit) -> frozenset[Kind]:
    """Return the kinds of brackets that the touched lines may have upset.

    A quick look before the constructs of the passages are gone through. Where both sides of the
    touched lines have the same brackets in the same order, or each closes all that it opens, what
    stands around them is as whole as it was.
    """
    if "doubtful" not in edit.memo:
        edit.memo["doubtful"] = frozenset(_doubts(edit))
    found: frozenset[Kind] = edit.memo["doubtful"]
    return found


def _doubts(edit: Edit) -> Iterator[Kind]:
    if edit.all_lines:
        yield from ("template", "link", "table", "tag", "comment")
        return
    old, new = edit.old.touched, edit.new.touched
    signs = [[sign.strip(" \t:") for sign in _BRACKET.findall(text)] for text in (old, new)]
    if signs[0] != signs[1] and not all(map(_is_nested, signs)):
        yield from ("template", "link", "table", "comment")
    if "<" in old or "<" in new:
        tags = [_TAG.findall(text) for text in (old, new)]
        if tags[0] != tags[1] and not all(map(_is_closed, tags)):
            yield "tag"


def _is_nested(signs: Sequence[str]) -> bool:
    """Tell whether brackets close each other in order; longer ones than usual are in doubt."""
    open_signs: list[str] = []
    for sign in signs:
        if sign in _PAIRS:
            if not open_signs or open_signs.pop() != _PAIRS[sign]:
                return False
        elif len(sign) > 2 and sign != "<!--":
            return False
        else:
            open_signs.append(sign)
    return not open_signs


def _is_closed(tags: Sequence[tuple[str, str, str]]) -> bool:
    """Tell whether each tag is closed after it opened; those that close themselves do not count."""
    depth: Counter[str] = Counter()
    for closing, name, rest in tags:
        name = name.lower()
        if name not in _TAGS or rest.endswith("/"):
            continue
        depth[name] += -1 if closing else 1
        if depth[name] < 0:
            return False
    return not any(depth.values())


@text_rule("W201", "template-unclosed", "error", local=False, paired=True, signs=("{{", "}}"))
def template(side: Side) -> Iterator[Hit]:
    """The braces of a template do not match.

    The template shows as text, and with it all that was to be its parameters.

    Old:
        {{Infobox port|name=Astra}}
    Bad:
        {{Infobox port|name=Astra|berths=4}
    Good:
        {{Infobox port|name=Astra|berths=4}}
    """
    yield from _hits(side, "template", "template")


@text_rule("W202", "link-unclosed", local=False, paired=True, signs=("[[", "]]"))
def link(side: Side) -> Iterator[Hit]:
    """The brackets of a link do not match.

    The link shows as text.

    Old:
        The mole of Astra is long.
    Bad:
        The mole of [[Astra] is long.
    Good:
        The mole of [[Astra]] is long.
    """
    yield from _hits(side, "link", "link")


@text_rule("W203", "table-unclosed", "error", local=False, paired=True, signs=("{|", "|}"))
def table(side: Side) -> Iterator[Hit]:
    """A table is not closed, or a table's end closes nothing.

    All that follows an open table is drawn into its last cell.

    Old:
        {| class="wikitable"
        | 1956 || 12
        |}
        The mole is long.
    Bad:
        {| class="wikitable"
        | 1956 || 14
        The mole is long.
    Good:
        {| class="wikitable"
        | 1956 || 14
        |}
        The mole is long.
    """
    yield from _hits(side, "table", "table")


@text_rule("W204", "tag-unclosed", local=False, paired=True, far=True, signs=("<",))
def tag(side: Side) -> Iterator[Hit]:
    """A tag is not closed, or a closing tag closes nothing.

    An open `<ref>` or `<nowiki>` shows as text; an open `<small>` or `<div>` reaches to the page's
    end. Tags that HTML lets one leave open, such as `<li>`, are not told.

    Old:
        The mole is long.
    Bad:
        The mole is <small>very long.
    Good:
        The mole is <small>very</small> long.
    """
    yield from _hits(side, "tag", "tag")


@text_rule("W205", "comment-unclosed", "error", local=False, signs=("<!--", "-->"))
def comment(side: Side) -> Iterator[Hit]:
    """A comment is not closed.

    MediaWiki then hides all the rest of the page. Where another comment follows, its end closes
    both, and all between them is hidden.

    Old:
        The mole is long.
    Bad:
        The mole is long. <!-- how long?
        The quay is short.
    Good:
        The mole is long. <!-- how long? -->
        The quay is short.
    """
    if side.page is None or "comment" not in _doubtful(side.edit):
        return
    for passage in side.passages:
        for start, end, kind, inner, close in passage.constructs.spans:
            if kind != "!":
                continue
            place = side.place(passage, start, start + 4)
            if close == end:
                yield Hit(place, "comment is not closed", "<!--")
            elif "<!--" in passage.source[inner:close]:
                yield Hit(place, "comment is not closed before the next one", "<!--")
