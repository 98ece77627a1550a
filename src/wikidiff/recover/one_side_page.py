"""A flattened page laid on the known text of one side: which lines each shown line can be.

Both formatters show two unchanged lines before and after a change, runs of up to four between two
changes whole, and no others; so the known text says where a change must be. What remains is a
lattice of (shown lines read, known lines read), walked once with the best few readings kept for
each byte delta.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.recover.one_side_beams import Open, Option, Step
from wikidiff.recover.one_side_lines import Edits, LineWays
from wikidiff.recover.one_side_shown import Shown, key_of
from wikidiff.recover.one_side_walk import (
    AFTER,
    FIRST,
    KNOWN,
    MIXED,
    OTHER,
    START,
    Asked,
    Edge,
    Node,
    Skeleton,
    Walk,
    leading,
)
from wikidiff.recover.one_side_weights import (
    BLANK_END,
    BLANK_LINE,
    EDITED_LINE,
    FURTHER_KNOWN,
    FURTHER_OTHER,
    INDENTED_LINE,
    KNOWN_LINE,
    MOVED_END,
    NOT_SHOWN,
    ONLY_LACKING,
    OTHER_LINE,
    SPACE_ONLY,
    TWIN_LINE,
)
from wikidiff.recover.wikidiff2_lines import split_lines
from wikidiff.text import size as byte_count


@dataclass(slots=True)
class Layout:
    """The lattice of one page.

    `furthest` is how many shown lines the walk read that took known lines along the farthest.
    """

    shown: Sequence[Shown]
    text: str
    edits: Edits
    is_old: bool
    php: bool
    target: int | None
    strict: bool = True
    furthest: int = 0
    fallbacks: list[Fallback] = field(default_factory=list)
    lines: list[str] = field(init=False)
    keys: list[str] = field(init=False)
    hidden: list[bool] = field(init=False)
    _at: dict[str, list[int]] = field(init=False)
    _ways: dict[tuple[int, str], LineWays | None] = field(default_factory=dict)
    _most: int = 0

    def __post_init__(self) -> None:
        self.lines = self.text.split("\n") if self.php else split_lines(self.text)
        self.keys = [key_of(line) for line in self.lines]
        self.hidden = [
            not key and (self.php or line != "") and "\u00a0" not in line
            for line, key in zip(self.lines, self.keys, strict=True)
        ]
        self._at = defaultdict(list)
        for n, key in enumerate(self.keys):
            self._at[key].append(n)
        have = self._at.keys()
        extra = sum(byte_count(s.raw) + 1 for s in self.shown if s.key not in have)
        if self.target is None:
            self._most = limits.ONE_SIDE_LACK
        else:
            self._most = max(0, extra - self.target) + 4 * len(self.shown)

    def skeletons(self) -> list[Skeleton]:
        """Return (delta, score, steps) of the best ways to take the lines, edits left open."""
        edges, ends = self._lattice()
        if not ends:
            return []
        live, ahead = leading(edges, ends)
        sums = min(limits.ONE_SIDE_LINE_SUMS, limits.ONE_SIDE_PAGE_SUMS // (len(live) + 1))
        return Walk(edges, ends, live, ahead, self._resolved, sums).found(self.target)

    def _lattice(self) -> tuple[dict[Node, list[Edge]], set[Node]]:
        """Return the steps from each node that can be reached, and the nodes where a page ends."""
        edges: dict[Node, list[Edge]] = {}
        ends: set[Node] = set()
        todo = [_order(node) for node in FIRST]
        seen = set(FIRST)
        while todo:
            node = _node(heappop(todo))
            if len(edges) >= limits.ONE_SIDE_NODES:
                seen_nodes = len(edges) + len(todo) + 1
                self.fallbacks.append(Fallback("known side", limits.ONE_SIDE_NODES, seen_nodes))
                break
            if node[2] == AFTER and self._is_end(node[0], node[1]):
                ends.add(node)
            edges[node] = list(self._steps(node))
            for target, _, _ in edges[node]:
                if target[1] > node[1]:
                    self.furthest = max(self.furthest, target[0])
                if target not in seen:
                    seen.add(target)
                    heappush(todo, _order(target))
        return edges, ends

    def _resolved(self, asked: Asked) -> Sequence[Option]:
        """Return the options of a step."""
        if isinstance(asked, Option):
            return (asked,)
        kind, i, start, end, kinds = asked
        if kind == "edited":
            return self._options(i, start, end, kinds)
        return [
            option
            for source in self.shown
            if source.moved and source.index != self.shown[i].index
            for option in self._open(i, start, end, source.text, kinds)
        ]

    def _steps(self, node: Node) -> Iterator[Edge]:
        i, j, state = node
        if state == AFTER:
            for i_end, j_end in self._common(i, j):
                yield (i_end, j_end, START), 0.0, _PASS
            return
        if state != START:
            yield (i, j, AFTER), 0.0, _PASS
            if j < len(self.lines) and self.hidden[j] and self.lines[j]:  # gone, and not seen to be
                size = -byte_count(self.lines[j]) - 1
                step = Step(-1, j, j + 1, None, (NOT_SHOWN,))
                yield (i, j + 1, state), self._worth(step.kinds), Option(0.0, size, step)
        if i == len(self.shown):
            return
        shown = self.shown[i]
        if not self.php or state != KNOWN:
            yield from self._other_line(i, j, state)
        if j < len(self.lines) and (not self.php or state != OTHER):
            if self.keys[j] == shown.key and not self._skipped(j):
                yield self._known_line(i, j, state)
            if shown.moved and not self.is_old:
                step = Step(i, j, j + 1, None, (MOVED_END,))
                yield (i + 1, j + 1, MIXED), self._worth(step.kinds), Option(0.0, 0, step)
        if not self.php:
            yield from self._edited_line(i, j)
        elif state == START:
            yield from self._edited_block(i, j)

    def _skipped(self, j: int) -> bool:
        return self.hidden[j] and not self.php

    def _worth(self, kinds: tuple[int, ...]) -> float:
        weights = self.edits.weights.steps
        return sum([weights[kind] for kind in kinds])

    def _other_line(self, i: int, j: int, state: int) -> Iterator[Edge]:
        shown = self.shown[i]
        kind = MOVED_END if shown.moved else FURTHER_OTHER if state == OTHER else OTHER_LINE
        if shown.moved and self.is_old:
            yield (i + 1, j, OTHER), self._worth((kind,)), ("moved", i, j, j, (kind,))
        if not shown.key:
            yield self._whole_other(i, j, "", (kind, BLANK_LINE))
            return
        kinds = (kind, TWIN_LINE) if shown.key in self._at else (kind,)
        yield self._whole_other(i, j, shown.raw, kinds)
        for indent in self._indents(j):
            yield self._whole_other(i, j, indent + shown.raw.lstrip(" "), (*kinds, INDENTED_LINE))

    def _whole_other(self, i: int, j: int, text: str, kinds: tuple[int, ...]) -> Edge:
        option = Option(0.0, byte_count(text) + 1, Step(i, j, j, text, kinds))
        return (i + 1, j, OTHER), self._worth(kinds), option

    def _indents(self, j: int) -> list[str]:
        """Return the white space that begins the known lines around a place; no page shows it."""
        near = self.lines[max(0, j - 1) : j + 1]
        found = (line[: len(line) - len(line.lstrip(" \t"))] for line in near if line.strip())
        return sorted({indent for indent in found if indent})

    def _known_line(self, i: int, j: int, state: int) -> Edge:
        moved = self.shown[i].moved
        kind = MOVED_END if moved else FURTHER_KNOWN if state == KNOWN else KNOWN_LINE
        kinds = (kind,) if self.keys[j] else (kind, BLANK_LINE)
        size = byte_count(self.lines[j]) + 1
        option = Option(0.0, -size, Step(i, j, j + 1, None, kinds))
        return (i + 1, j + 1, KNOWN), self._worth(kinds), option

    def _edited_line(self, i: int, j: int) -> Iterator[Edge]:
        if j == len(self.lines) or not self.keys[j]:
            return
        shown = self.shown[i].key
        if _held(shown, self.keys[j], 0) >= 0:
            same = shown == self.keys[j]
            kinds = (EDITED_LINE, ONLY_LACKING) if same else (EDITED_LINE,)
            yield (i + 1, j + 1, MIXED), self._worth(kinds), ("edited", i, j, j + 1, kinds)

    def _edited_block(self, i: int, j: int) -> Iterator[Edge]:
        """Yield the runs of known lines that a joined block can hold."""
        shown = self.shown[i]
        at = 0
        for end in range(j + 1, min(len(self.lines), j + limits.ONE_SIDE_RUN) + 1):
            at = _held(shown.key, self.keys[end - 1], at)
            if at < 0:
                return
            if not self._may_follow(i + 1, end):
                continue
            edges = self.hidden[j] + (end - j > 1 and self.hidden[end - 1])
            kinds = (EDITED_LINE, *(BLANK_END,) * edges)
            if at == len(shown.key) and shown.key == "".join(self.keys[j:end]):
                kinds = (*kinds, ONLY_LACKING)
            yield (i + 1, end, AFTER), self._worth(kinds), ("edited", i, j, end, kinds)

    def _may_follow(self, i: int, j: int) -> bool:
        """Tell whether the known line after a change is the one shown next."""
        if j == len(self.lines) or self.hidden[j] or not self.strict:
            return True
        return i < len(self.shown) and self.keys[j] == self.shown[i].key

    def _options(self, i: int, start: int, end: int, kinds: tuple[int, ...]) -> list[Option]:
        known = "\n".join(self.lines[start:end])
        made = self._open(i, start, end, known, kinds)
        if self.shown[i].key == key_of(known):
            score = self._worth((SPACE_ONLY,))
            for text, delta in ((known + " ", 1), (known, 0)):
                step = Step(i, start, end, text, (*kinds, SPACE_ONLY))
                made.append(Option(score, delta, step))
        return made

    def _open(
        self, i: int, start: int, end: int, known: str, kinds: tuple[int, ...]
    ) -> list[Option]:
        """Return an edited line with what lacks left open, as if nothing did.

        Where it takes no known lines along it is the end of a move.
        """
        ways = self.ways(i, known)
        if ways is None:
            return []
        offset = byte_count(known) + 1 if start == end else 0
        step = Open(i, start, end, known, offset, kinds)
        return [Option(ways.top, ways.base + offset, step)]

    def ways(self, i: int, known: str) -> LineWays | None:
        """Return the ways to take a shown line as an edit of a known text."""
        if (i, known) not in self._ways:
            shown = self.shown[i]
            found = None
            if _held(shown.key, key_of(known), 0) >= 0:
                found = self.edits.ways(shown.text, known, self._most)
            self._ways[i, known] = found
        return self._ways[i, known]

    def _common(self, i: int, j: int) -> Iterator[tuple[int, int]]:
        """Yield where a run of unchanged lines before another change can end."""
        first = j == 0 and i == 0
        at = i
        for count in range(1, 5):
            end = self._match(at, j + count - 1)
            if end is None:
                break
            at = end
            if not first or count <= 2:
                yield at, j + count
        head: int | None = i
        if not first:
            for n in (0, 1):
                head = None if head is None else self._match(head, j + n)
        if head is not None:
            for end in self._before(head):
                if end > j + (2 if first else 4):
                    yield self._after(head, end), end

    def _match(self, i: int, j: int) -> int | None:
        """Return the shown lines read when a known line is shown unchanged; None if it is not."""
        if j >= len(self.lines):
            return None
        if self.hidden[j]:
            return i
        if i == len(self.shown) or self.shown[i].marked:
            return None
        return i + 1 if self.shown[i].key == self.keys[j] else None

    def _before(self, i: int) -> Iterator[int]:
        """Yield the known lines before which the next shown lines are two lines of context."""
        if i < len(self.shown):
            for x in self._at.get(self.shown[i].key, ()):
                if self.hidden[x]:
                    continue
                if self._match(i + 1, x + 1) is not None:
                    yield x + 2
                if x and self.hidden[x - 1]:
                    yield x + 1
        if self.php:
            for x in self._at.get("", ()):
                if x + 1 < len(self.lines) and self.hidden[x] and self.hidden[x + 1]:
                    yield x + 2

    def _after(self, i: int, end: int) -> int:
        return i + 2 - self.hidden[end - 1] - self.hidden[end - 2]

    def _is_end(self, i: int, j: int) -> bool:
        """Tell whether all that is left to show is the context after the last change."""
        left = len(self.lines) - j
        count = left if left <= 2 or (self.php and left <= 4) else 2
        at: int | None = i
        for n in range(count):
            at = None if at is None else self._match(at, j + n)
        return at == len(self.shown)


_PASS = Option(0.0, 0, None)


def _order(node: Node) -> tuple[int, int, int]:
    i, j, state = node
    return i + j, i, (state - 1) % 5


def _node(order: tuple[int, int, int]) -> Node:
    return order[1], order[0] - order[1], (order[2] + 1) % 5


def _held(whole: str, part: str, at: int) -> int:
    """Return where `part` ends that stands in `whole` in order from `at` on, -1 if it does not."""
    for char in part:
        at = whole.find(char, at) + 1
        if not at:
            return -1
    return at
