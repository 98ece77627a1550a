"""The parts of a wikitext: what stands from where to where, one inside the other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from wikidiff.limits import Fallback

Form = Literal[
    "template",  # {{…}}
    "argument",  # {{{…}}}
    "link",  # [[…]]
    "external",  # [http… …] or a bare URL
    "tag",  # <ref>…</ref>, <div>, <br />
    "comment",
    "table",  # {| … |}
    "list",  # the markers at a line's start
    "heading",
    "quotes",  # '' … '' on one line
    "switch",  # __NOTOC__
    "signature",  # ~~~~
]


@dataclass(slots=True)
class Node:
    """One part of a text: `start` and `end` are offsets in code points, half-open.

    `inner` are the offsets of what it encloses, without its brackets or tags. `name` is a tag's in
    lower case, a list's markers, the kind of quotes; empty for the rest. Children lie in `inner`.
    """

    form: Form
    start: int
    end: int
    inner: tuple[int, int]
    name: str = ""
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """Yield the node and all that stands in it, in page order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children[::-1]


@dataclass(frozen=True, slots=True)
class Tree:
    """A text and the parts that it consists of; what no node covers is plain text."""

    source: str
    roots: list[Node]
    fallbacks: tuple[Fallback, ...] = ()

    def walk(self) -> Iterator[Node]:
        """Yield all nodes in page order, enclosing ones first."""
        for root in self.roots:
            yield from root.walk()


def split(source: str, node: Node, sign: str = "|") -> list[tuple[int, int]]:
    """Return the offsets of a node's parts: its inner text cut at `sign` outside of its children.

    Comments, which MediaWiki takes out first, count as children.
    """
    parts: list[tuple[int, int]] = []
    start, at = node.inner[0], node.inner[0]
    for low, high in (*((c.start, c.end) for c in node.children), (node.inner[1], node.inner[1])):
        if low < at:
            continue
        while (found := source.find(sign, at, low)) >= 0:
            parts.append((start, found))
            start = at = found + len(sign)
        at = high
    parts.append((start, node.inner[1]))
    return parts


def first_part(source: str, node: Node) -> tuple[int, int]:
    """Return the offsets of what stands before a node's first "|"."""
    start, end = node.inner
    cut = own_sign(source, node, "|", start, end)
    return start, cut if cut >= 0 else end


def within(node: Node, start: int, end: int) -> list[Node]:
    """Return the children that begin in a stretch of a node."""
    children = node.children
    low = bisect_left(children, start, key=_start)
    return children[low : bisect_left(children, end, low, key=_start)]


def _start(node: Node) -> int:
    return node.start


def own_sign(source: str, node: Node, sign: str, start: int, end: int) -> int:
    """Return where a sign first stands in a stretch of a node outside of its children, or -1."""
    found = source.find(sign, start, end)
    if found < 0:
        return -1
    at = start
    for child in within(node, start, end):
        if child.start > found:
            return found
        if child.end <= at:
            continue
        at = child.end
        if found < at:
            found = source.find(sign, at, end)
            if found < 0:
                return -1
    return found


def without_comments(source: str, node: Node, start: int, end: int) -> str:
    """Return a stretch of a node without the comments that stand in it."""
    if source.find("<!--", start, end) < 0:
        return source[start:end]
    made: list[str] = []
    for child in within(node, start, end):
        if child.form == "comment" and child.end <= end:
            made.append(source[start : child.start])
            start = child.end
    return "".join((*made, source[start:end]))
