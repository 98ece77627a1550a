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
from wikidiff.recover.one_side_beams import Beam, Option, Step, extend, merge, pruned, walked
from wikidiff.recover.one_side_lines import Edits, Other
from wikidiff.recover.wikidiff2_lines import split_lines
from wikidiff.text import size as byte_count

MARKS = "\u25bc\u25b2"

ONLY_KNOWN, ONLY_OTHER, FURTHER = -4.0, -4.0, -1.5
"""For a whole line that one side has: the first of a run, and each further one."""

EDITED = -3.0
BLANK_EDGE = -2.0
"""For each blank known line at an end of a joined block: unchanged it would not be in it."""

UNSEEN = -7.0
"""For a line whose edit shows nothing but white space."""

MOVED = -2.0

AFTER, START, KNOWN, OTHER, MIXED = range(5)
"""Where a reading stands: after a change, before the first line of one, or inside one whose last
line was only known, only the other side's, or edited."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One shown line: `key` has no white space, `text` is folded, `raw` as read; no move mark."""

    index: int
    raw: str
    text: str
    key: str
    moved: bool


Asked = Option | tuple[str, int, int, int]
"""An option, or what to work out when it is needed: (kind, shown line, known lines from, to)."""


Node = tuple[int, int, int]

Edge = tuple[Node, float, Asked]


def key_of(text: str) -> str:
    """Return the text without white space."""
    return "".join(text.replace("\u00a0", " ").split())


def folded(text: str) -> str:
    """Return the text with its runs of HTML white space folded, none at the ends."""
    return " ".join(part for part in text.replace("\u00a0", "\x00").split() if part).replace(
        "\x00", "\u00a0"
    )


def shown_lines(lines: Sequence[str]) -> list[Shown]:
    """Return the shown lines without move marks; a line of nothing but such a mark is left out.

    Which line a mark by itself belongs to is not asked: before it stands a move's source, behind
    it a destination, and both are marked.
    """
    alone = {n for n, line in enumerate(lines) if line.strip(" \u00a0") in (*MARKS,)}
    made = []
    for n, line in enumerate(lines):
        if n in alone:
            continue
        body = line.strip(" ")
        moved = len(body) > 1 and (body[0] in MARKS or body[-1] in MARKS)
        raw = body.strip(MARKS) if moved else line
        moved = moved or n - 1 in alone or n + 1 in alone
        made.append(Shown(n, raw, folded(raw), key_of(raw), moved))
    return made


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
    _others: dict[tuple[int, str], list[Other]] = field(default_factory=dict)
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

    def readings(self) -> list[tuple[int, float, list[Step]]]:
        """Return (delta, score, steps) of the best readings of the page for each delta."""
        edges, ends = self._lattice()
        if not ends:
            return []
        live, ahead = _leading(edges, ends)
        sums = min(limits.ONE_SIDE_LINE_SUMS, limits.ONE_SIDE_PAGE_SUMS // (len(live) + 1))
        beams: dict[Node, Beam] = {node: {0: [(0.0, None, None)]} for node in _FIRST}
        made: Beam = {}
        for node in live:
            beam = pruned(beams.pop(node, {}))
            if not beam:
                continue
            if node in ends:
                merge(made, beam)
            for target, score, asked in edges[node]:
                if target in ahead and score + ahead[target] + beam[0][1][0] > self._floor(ahead):
                    options = self._resolved(asked)
                    extend(beams.setdefault(target, {}), beam, score, options, sums)
        return [
            (delta, entry[0], walked(entry))
            for delta, entries in made.items()
            for entry in entries
            if entry[1] is not None
        ]

    def _floor(self, ahead: dict[Node, float]) -> float:
        return max(ahead.get(node, -1e9) for node in _FIRST) - SLACK

    def _lattice(self) -> tuple[dict[Node, list[Edge]], set[Node]]:
        """Return the steps from each node that can be reached, and the nodes where a page ends."""
        edges: dict[Node, list[Edge]] = {}
        ends: set[Node] = set()
        todo = [_order(node) for node in _FIRST]
        seen = set(_FIRST)
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
        kind, i, start, end = asked
        if kind == "edited":
            return self._options(i, start, end)
        options: list[Option] = []
        for source in self.shown:
            if source.moved and source.index != self.shown[i].index:
                for other in self._found(i, source.text):
                    size = byte_count(other.text) + 1
                    options.append(Option(other.score, size, Step(i, start, end, other.text)))
        return options

    def _steps(self, node: Node) -> Iterator[Edge]:
        i, j, state = node
        if state == AFTER:
            for i_end, j_end in self._common(i, j):
                yield (i_end, j_end, START), 0.0, _PASS
            return
        if state != START:
            yield (i, j, AFTER), 0.0, _PASS
            if j < len(self.lines) and self.hidden[j] and self.lines[j]:  # gone, and not seen to be
                gone = Option(0.0, -byte_count(self.lines[j]) - 1, Step(-1, j, j + 1, None))
                yield (i, j + 1, state), FURTHER, gone
        if i == len(self.shown):
            return
        shown = self.shown[i]
        if not self.php or state != KNOWN:
            yield from self._other_line(i, j, state)
        if j < len(self.lines) and (not self.php or state != OTHER):
            if self.keys[j] == shown.key and not self._skipped(j):
                yield self._known_line(i, j, state)
            if shown.moved and not self.is_old:
                yield (i + 1, j + 1, MIXED), MOVED, Option(0.0, 0, Step(i, j, j + 1, None))
        if not self.php:
            yield from self._edited_line(i, j)
        elif state == START:
            yield from self._edited_block(i, j)

    def _skipped(self, j: int) -> bool:
        return self.hidden[j] and not self.php

    def _other_line(self, i: int, j: int, state: int) -> Iterator[Edge]:
        shown = self.shown[i]
        score = FURTHER if state == OTHER else ONLY_OTHER
        if shown.moved:
            score += MOVED - ONLY_OTHER
            if self.is_old:
                yield (i + 1, j, OTHER), score, ("moved", i, j, j)
        text = shown.raw if shown.key else ""
        yield (i + 1, j, OTHER), score, Option(0.0, byte_count(text) + 1, Step(i, j, j, text))

    def _known_line(self, i: int, j: int, state: int) -> Edge:
        score = FURTHER if state == KNOWN else ONLY_KNOWN
        if self.shown[i].moved:
            score += MOVED - ONLY_KNOWN
        size = byte_count(self.lines[j]) + 1
        return (i + 1, j + 1, KNOWN), score, Option(0.0, -size, Step(i, j, j + 1, None))

    def _edited_line(self, i: int, j: int) -> Iterator[Edge]:
        if j == len(self.lines) or not self.keys[j]:
            return
        if _held(self.shown[i].key, self.keys[j], 0) >= 0:
            yield (i + 1, j + 1, MIXED), EDITED, ("edited", i, j, j + 1)

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
            score = EDITED + BLANK_EDGE * edges
            yield (i + 1, end, AFTER), score, ("edited", i, j, end)

    def _may_follow(self, i: int, j: int) -> bool:
        """Tell whether the known line after a change is the one shown next."""
        if j == len(self.lines) or self.hidden[j] or not self.strict:
            return True
        return i < len(self.shown) and self.keys[j] == self.shown[i].key

    def _options(self, i: int, start: int, end: int) -> list[Option]:
        known = "\n".join(self.lines[start:end])
        shown = self.shown[i]
        made = [
            Option(other.score, other.delta, Step(i, start, end, other.text))
            for other in self._found(i, known)
        ]
        if shown.key == key_of(known):
            for text, delta in ((known + " ", 1), (known, 0)):
                made.append(Option(UNSEEN, delta, Step(i, start, end, text)))
        return made

    def _found(self, i: int, known: str) -> list[Other]:
        if (i, known) not in self._others:
            shown = self.shown[i]
            found: list[Other] = []
            if _held(shown.key, key_of(known), 0) >= 0:
                wanted = frozenset() if self.target is None else frozenset({self.target})
                found = self.edits.others(shown.text, known, self._most, wanted)
            self._others[i, known] = found
        return self._others[i, known]

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
        return i + 1 if i < len(self.shown) and self.shown[i].key == self.keys[j] else None

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
_FIRST: tuple[Node, ...] = ((0, 0, AFTER), (0, 0, START))

SLACK = 45.0
"""How much less likely than the best reading, byte delta aside, one may be at any line."""


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


def _leading(
    edges: dict[Node, list[Edge]], ends: set[Node]
) -> tuple[list[Node], dict[Node, float]]:
    """Return the nodes from which a page can end, in order, and the best score from each there."""
    ahead: dict[Node, float] = {}
    for node in reversed(edges):
        best = [0.0] if node in ends else []
        best += [score + ahead[target] for target, score, _ in edges[node] if target in ahead]
        if best:
            ahead[node] = max(best)
    return [node for node in edges if node in ahead], ahead
