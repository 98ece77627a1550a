"""The parts of a wikitext: what stands from where to where, one inside the other."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
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
    "row",  # |- …
    "cell",  # | … or ! …, its name
    "quotes",  # '' … '' on one line
    "switch",  # __NOTOC__
    "signature",  # ~~~~
]


Range = tuple[int, int]
"""Half-open range of offsets, or of lines counted from 0."""


class Ranges:
    """Rising stretches of a text, both ends counted in, and what lies on or beside them."""

    __slots__ = ("highs", "lows")

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        given = tuple(ranges)
        self.lows = [low for low, _ in given]
        self.highs = [high for _, high in given]

    def add(self, low: int, high: int) -> None:
        """Add a stretch that ends no earlier than those before it."""
        self.lows.append(low)
        self.highs.append(high)

    def first(self, start: int, end: int) -> int | None:
        """Return the index of the first stretch that `start` to `end` overlaps or borders on."""
        at = bisect_left(self.highs, start)
        return at if at < len(self.lows) and self.lows[at] <= end else None


class Node:
    """One part of a text: `start` and `end` are offsets in code points, half-open.

    `inner` are the offsets of what it encloses, without its brackets or tags. `name` is a tag's in
    lower case, a cell's sign, the kind of quotes; empty for the rest. Children lie in `inner`.
    `pipes` are the offsets of the signs between its parts, `equals` that of the equal sign after
    each of them that ends a parameter's name, -1 where there is none. `quiet` is whether the edit
    did not touch it, so that nothing but its extent is known. `grid` is a table taken apart, once
    it was (see `tables`).
    """

    __slots__ = (
        "children",
        "end",
        "equals",
        "form",
        "grid",
        "inner",
        "name",
        "pipes",
        "quiet",
        "start",
    )

    # Written out: that of a dataclass is never compiled, and thousands of nodes are made.
    def __init__(
        self,
        form: Form,
        start: int,
        end: int,
        inner: Range,
        name: str = "",
        children: list[Node] | None = None,
        pipes: Sequence[int] = (),
        equals: Sequence[int] = (),
        quiet: bool = False,
    ) -> None:
        self.form: Form = form
        self.start = start
        self.end = end
        self.inner = inner
        self.name = name
        self.children: list[Node] = [] if children is None else children
        self.pipes = pipes
        self.equals = equals
        self.quiet = quiet
        self.grid: object = None

    def walk(self) -> Iterator[Node]:
        """Yield the node and all that stands in it, in page order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children[::-1]


class Tree:
    """A text and the parts that it consists of; what no node covers is plain text.

    `raw` are the stretches that are no wikitext, such as comments.
    """

    __slots__ = "fallbacks", "raw", "roots", "source"

    def __init__(
        self,
        source: str,
        roots: list[Node],
        fallbacks: tuple[Fallback, ...] = (),
        raw: Sequence[Range] = (),
    ) -> None:
        self.source = source
        self.roots = roots
        self.fallbacks = fallbacks
        self.raw = raw

    def is_raw(self, offset: int) -> bool:
        """Tell whether a place is inside of what is no wikitext."""
        at = bisect_right(self.raw, (offset, offset)) - 1
        return at >= 0 and self.raw[at][0] < offset < self.raw[at][1]

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
    return start, node.pipes[0] if node.pipes else end


def within(node: Node, start: int, end: int) -> list[Node]:
    """Return the children that begin in a stretch of a node."""
    children = node.children
    low = bisect_left(children, start, key=_start)
    return children[low : bisect_left(children, end, low, key=_start)]


def _start(node: Node) -> int:
    return node.start


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
