"""Which items of two sequences MediaWiki's PHP diff engine calls removed and added.

Source of the algorithm: MediaWiki 1.39, includes/diff/DiffEngine.php, itself after Myers, "An
O(ND) Difference Algorithm and Its Variations" (1986), and analyze.c of GNU diffutils 2.7. The
items are lines or words, compared as strings. Its oddities are kept because they show on pages:

- the furthest reaching points outlive a search, so a later search can read an older one's;
- above `TOO_LONG` cells the number of differences looked for is capped, and a search that gives
  up cuts where it got furthest;
- a run of changes is slid back as far as it goes, and there numbers are equal by value
  (PHP's `==`): `007` is `7`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wikidiff import limits

TOO_LONG = 2_000_000
"""PHP's own: shared old items times shared new items; above it the search is shortened."""

POWER = 1.45
"""PHP's own: the shortened search looks for at most (half the items) ** (POWER - 1) differences."""

_NUMERIC = re.compile(r"[ \t\n\r\v\f]*[+-]?(?:(\d+)(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NUMERIC_START = "0123456789.+- \t\n\r\v\f"
_INT64 = 1 << 63
_UNKNOWN = 5  # what PHP says of the differences where a search gave up; only <= 1 has a meaning


class Edit(NamedTuple):
    """A stretch of both sequences, half-open: `copy`, `delete`, `add` or `change`."""

    kind: str
    old: tuple[int, int]
    new: tuple[int, int]


class TooComplexError(Exception):
    """The shared items of the two sequences are more than `bailout` cells."""


class _Box(NamedTuple):
    """A rectangle still to be compared: half-open ranges into the shared items."""

    x0: int
    x1: int
    y0: int
    y1: int


class _Snake(NamedTuple):
    """A diagonal run of equal items, and how many differences the shortest path through it has."""

    x: int
    y: int
    length: int
    differences: int


class _Diagonals:
    """The diagonals one direction still walks; they shrink when a path meets the box's edge."""

    __slots__ = ("first", "last", "odd")

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last
        self.odd = first & 1

    def span(self, d: int) -> range:
        """Return the diagonals of step `d`."""
        start = max(self.odd + self.first, -d)
        self.odd = 1 - self.odd
        return range(start, min(self.last, d) + 1, 2)

    def raise_to(self, k: int) -> None:
        """Walk no diagonal under `k` any more."""
        self.first = k
        self.odd = 0


class _Search:
    """The longest common subsequence of two lists of shared items, as PHP finds it."""

    def __init__(self, old: list[int], new: list[int]) -> None:
        self.old = old
        self.new = new
        self.steps = 0
        size = len(old) + len(new)
        self.ahead = [0] * (size + 3)  # never cleared between searches, as in PHP
        self.behind = [0] * (size + 3)
        self.cap = (size + 1) // 2
        if len(old) * len(new) > TOO_LONG:
            self.cap = math.floor(float(self.cap) ** (POWER - 1.0))

    def pairs(self, max_steps: int) -> Iterator[tuple[int, int, int]]:
        """Yield (old, new, length) of every equal run; stop once `max_steps` are done."""
        old, new = self.old, self.new
        head, tail = _equal_ends(old, new)
        yield 0, 0, head
        yield len(old) - tail, len(new) - tail, tail
        todo = [_Box(head, len(old) - tail, head, len(new) - tail)]
        while todo and self.steps <= max_steps:
            box = todo.pop()
            if box.x0 < box.x1 and box.y0 < box.y1:
                yield from self._split(box, todo)

    def _split(self, box: _Box, todo: list[_Box]) -> Iterator[tuple[int, int, int]]:
        snake = self._middle(box)
        yield snake.x, snake.y, snake.length
        if snake.differences > 1:
            todo.append(_Box(snake.x + snake.length, box.x1, snake.y + snake.length, box.y1))
            todo.append(_Box(box.x0, snake.x, box.y0, snake.y))  # popped first
        elif snake.differences == 1:
            yield box.x0, box.y0, min(snake.x - box.x0, snake.y - box.y0)

    def _middle(self, box: _Box) -> _Snake:
        """Return the middle snake of `box`, or an empty one where the search gave up."""
        n, m = box.x1 - box.x0, box.y1 - box.y0
        limit = min(self.cap, (n + m + 1) // 2)
        self.ahead[limit + 1] = 0
        self.behind[limit - 1] = n
        forth, back = _Diagonals(-m, n), _Diagonals(-n, m)
        for d in range(limit + 1):
            found = self._forth(box, limit, d, forth)
            if found is None:
                found = self._back(box, limit, d, back)
            if found is not None:
                return found
        x, y = self._furthest(n, m, limit)
        return _Snake(box.x0 + x, box.y0 + y, 0, _UNKNOWN)

    def _forth(self, box: _Box, limit: int, d: int, walk: _Diagonals) -> _Snake | None:
        """Extend all paths from the box's start by one difference; None if none meets the end's."""
        old, new, ahead, behind = self.old, self.new, self.ahead, self.behind
        x0, x1, y0, y1 = box
        n, m = x1 - x0, y1 - y0
        delta = n - m
        odd = delta & 1
        for k in (span := walk.span(d)):
            at = limit + k
            if k == -d or (k < d and ahead[at - 1] < ahead[at + 1]):
                x = ahead[at + 1]
            else:
                x = ahead[at - 1] + 1
            px, py = x + x0, x - k + y0
            begin = px
            while px < x1 and py < y1 and old[px] == new[py]:
                px += 1
                py += 1
            self.steps += px - begin
            x = px - x0
            ahead[at] = x
            if odd and delta - d < k < delta + d and x >= behind[at - delta]:
                return _Snake(begin, begin - x0 - k + y0, px - begin, 2 * d - 1)
            if x >= n and walk.last > k - 1:
                walk.last = k - 1
            elif py - y0 >= m:
                walk.raise_to(k + 1)
        self.steps += len(span)
        return None

    def _back(self, box: _Box, limit: int, d: int, walk: _Diagonals) -> _Snake | None:
        """Extend all paths from the box's end by one difference; None if none meets the start's."""
        old, new, ahead, behind = self.old, self.new, self.ahead, self.behind
        x0, x1, y0, y1 = box
        delta = (x1 - x0) - (y1 - y0)
        even = not delta & 1
        for k in (span := walk.span(d)):
            at = limit + k
            if k == d or (k != -d and behind[at - 1] < behind[at + 1]):
                x = behind[at - 1]
            else:
                x = behind[at + 1] - 1
            y = x - k - delta
            end = x
            while x > 0 and y > 0 and old[x + x0 - 1] == new[y + y0 - 1]:
                x -= 1
                y -= 1
            self.steps += end - x
            behind[at] = x
            if even and -delta - d <= k <= d - delta and x <= ahead[at + delta]:
                return _Snake(x0 + x, y0 + y, end - x, 2 * d)
            if x <= 0:
                walk.raise_to(k + 1)
            elif y <= 0 and walk.last > k - 1:
                walk.last = k - 1
        self.steps += len(span)
        return None

    def _furthest(self, n: int, m: int, limit: int) -> tuple[int, int]:
        """Return the middle one of the points that got furthest, the start's before the end's."""
        best: list[tuple[int, int]] = [(0, 0)]
        most = 0
        parity = limit & 1
        for k in range(max(-m if m & 1 == parity else 1 - m, -limit), min(n, limit) + 1, 2):
            x = self.ahead[limit + k]
            y = x - k
            if x <= n and y <= m and x + y >= most:
                best = [*best, (x, y)] if x + y == most else [(x, y)]
                most = x + y
        from_start = True
        for k in range(max(-n if n & 1 == parity else 1 - n, -limit), 1 - min(m, limit), 2):
            x = self.behind[limit + k]
            y = x - k - (n - m)
            done = n - x + m - y
            if x < 0 or y < 0 or done < most or (done == most and from_start):
                continue
            best = [*best, (x, y)] if done == most else [(x, y)]
            most, from_start = done, False
        return best[(len(best) - 1) // 2]


def edits(
    old: Sequence[str],
    new: Sequence[str],
    *,
    bailout: int = 0,
    fallbacks: list[limits.Fallback] | None = None,
) -> list[Edit]:
    """Return the stretches of two sequences in order, as PHP's `Diff` lists them.

    A `bailout` that is not 0 is PHP's cap in cells; past it TooComplexError is raised. A search
    or a slide past `limits.PHP_STEPS` stops: what is left counts as changed or stays where it is,
    and `fallbacks` records it.
    """
    removed, added, steps = _marks(old, new, bailout)
    key_old, key_new = _loose_keys(old, new)
    slid = _Slide(key_old, removed, added).run() + _Slide(key_new, added, removed).run()
    if fallbacks is not None and max(steps, slid) > limits.PHP_STEPS:
        fallbacks.append(limits.Fallback("php diff", limits.PHP_STEPS, max(steps, slid)))
    return _stretches(removed, added)


def _marks(
    old: Sequence[str], new: Sequence[str], bailout: int
) -> tuple[bytearray, bytearray, int]:
    """Return a 1 for each item of either side that is in no common run, and the steps it took."""
    head, tail = _equal_ends(old, new)
    removed = bytearray(head) + b"\1" * (len(old) - head - tail) + bytearray(tail)
    added = bytearray(head) + b"\1" * (len(new) - head - tail) + bytearray(tail)
    middle_old = old[head : len(old) - tail]
    middle_new = new[head : len(new) - tail]
    shared = {word: number for number, word in enumerate(set(middle_old).intersection(middle_new))}
    xs = [i for i, word in enumerate(middle_old, head) if word in shared]
    ys = [i for i, word in enumerate(middle_new, head) if word in shared]
    if bailout and len(xs) * len(ys) > bailout:
        raise TooComplexError
    if not xs:
        return removed, added, 0
    search = _Search([shared[old[i]] for i in xs], [shared[new[i]] for i in ys])
    for x, y, length in search.pairs(limits.PHP_STEPS):
        for step in range(length):
            removed[xs[x + step]] = 0
            added[ys[y + step]] = 0
    return removed, added, search.steps


def _equal_ends(old: Sequence[object], new: Sequence[object]) -> tuple[int, int]:
    """Return how many items both sides share at the start, and then at the end."""
    top = min(len(old), len(new))
    head = 0
    while head < top and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < top - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _loose_keys(old: Sequence[str], new: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return both sides with strings that PHP's `==` takes for one number made one string."""
    first: dict[float, str] = {}
    same: dict[str, str] = {}
    for word in {*old, *new}:  # in any order: which of two equal ones stands for both is not seen
        value = _number(word) if word[:1] in _NUMERIC_START else None
        if value is not None and first.setdefault(value, word) != word:
            same[word] = first[value]
    if not same:
        return old, new
    return [same.get(word, word) for word in old], [same.get(word, word) for word in new]


def _number(word: str) -> float | None:
    """Return the value of a PHP numeric string, None for any other or one too large to compare."""
    match = _NUMERIC.fullmatch(word)
    if match is None:
        return None
    if match[1] and match[2] is None and match[3] is None:
        whole = int(word) if len(word) < 32 else _INT64
        return whole if -_INT64 <= whole < _INT64 else None
    value = float(word)
    return value if math.isfinite(value) else None


class _Slide:
    """Slides each run of changes in place as PHP does: back, forward, back to where it matched.

    Positions in the other sequence are counted in its unchanged items: `zeros[z]` is where the
    z-th one stands, and the first z are level with the first z unchanged `items`.
    """

    __slots__ = ("changed", "end", "items", "level", "start", "steps", "z", "zeros")

    def __init__(self, items: Sequence[str], changed: bytearray, other: bytearray) -> None:
        self.items = items
        self.changed = changed
        self.zeros = [i for i in range(len(other)) if not other[i]]
        self.zeros.append(len(other))
        self.start = self.end = self.level = self.z = self.steps = 0

    def run(self) -> int:
        """Slide all runs, unless it takes over `limits.PHP_STEPS` steps; return the steps."""
        begin = self.changed.find(1)
        while begin >= 0 and self.steps <= limits.PHP_STEPS:
            self.z += begin - self.end
            self.start, self.end = begin, _run_end(self.changed, begin)
            self._slide_one()
            begin = self.changed.find(1, self.end)
        return self.steps

    def _slide_one(self) -> None:
        length = -1
        while length != self.end - self.start and self.steps <= limits.PHP_STEPS:
            length = self.end - self.start
            self._back()
            self._forward()
        while self.level < self.end:
            self._step_back()

    def _back(self) -> None:
        """Go back while the item before the run is its last, taking in the runs met."""
        items = self.items
        while self.start > 0 and items[self.start - 1] == items[self.end - 1]:
            self._step_back()
            self.start = self.changed.rfind(0, 0, self.start) + 1
        self.level = self.end if self.z < len(self.zeros) - 1 else len(items)

    def _forward(self) -> None:
        """Go forward while the item after the run is its first, taking in the runs met."""
        items, changed, zeros = self.items, self.changed, self.zeros
        while self.end < len(items) and items[self.start] == items[self.end]:
            changed[self.start], changed[self.end] = 0, 1
            self.start += 1
            self.end = _run_end(changed, self.end)
            self.z += 1
            self.steps += 1
            if zeros[self.z] != zeros[self.z - 1] + 1:
                self.level = self.end

    def _step_back(self) -> None:
        self.start -= 1
        self.end -= 1
        self.changed[self.start], self.changed[self.end] = 1, 0
        self.z -= 1
        self.steps += 1


def _run_end(changed: bytearray, start: int) -> int:
    """Return where the run of changes that `start` stands in ends."""
    end = changed.find(0, start)
    return len(changed) if end < 0 else end


def _stretches(removed: bytearray, added: bytearray) -> list[Edit]:
    """Return the edits that the marks of both sides spell."""
    made: list[Edit] = []
    x = y = 0
    while x < len(removed) or y < len(added):
        x_gap, y_gap = _next(removed, x), _next(added, y)
        same = min(x_gap - x, y_gap - y)
        if same:
            made.append(Edit("copy", (x, x + same), (y, y + same)))
        x, y = x + same, y + same
        x_end = _run_end(removed, x) if x < len(removed) else x
        y_end = _run_end(added, y) if y < len(added) else y
        if x_end > x and y_end > y:
            made.append(Edit("change", (x, x_end), (y, y_end)))
        elif x_end > x:
            made.append(Edit("delete", (x, x_end), (y, y)))
        elif y_end > y:
            made.append(Edit("add", (x, x), (y, y_end)))
        x, y = x_end, y_end
    return made


def _next(changed: bytearray, start: int) -> int:
    """Return the next change at or after `start`, or the end."""
    found = changed.find(1, start)
    return len(changed) if found < 0 else found
