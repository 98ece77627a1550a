"""Which items of two sequences wikidiff2 calls unchanged: its alignment of lines and of words.

The rules are those of `DiffEngine.h` in wikimedia/mediawiki-php-wikidiff2 1.13.0, Dairiki's engine
after Algorithm::Diff and GNU diffutils: equal ends are trimmed, items that only one side has are
put aside, the rest is cut along one longest common subsequence into at most eight parts, each part
again, and at last every changed run slides to where it merges with others or ends earliest.

A longest common subsequence is not unique, so the choice has to be the same. Its row by row search
keeps, for each length, the first place of the other side where a common subsequence of that length
ends; here that row is one integer whose zero bits are those places (Hyyrö, "Bit-parallel LCS-length
computation revisited", 2004), which yields the same rows some hundred times faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Alignment:
    """For each item of both sides 1 where it is changed, 0 where it stands in both.

    `cells` is the product of the two lengths between the equal ends; where it passed the limit,
    `stopped` is true and every item counts as changed.
    """

    old: bytearray
    new: bytearray
    cells: int
    stopped: bool = False

    def groups(self) -> list[tuple[int, int, int, int, int, int]]:
        """Return in page order groups of a common run and the changed runs after it.

        Each is three bounds of the old side, three of the new: where the common run begins, where
        it ends and the changed run begins, where that ends. Any of the runs may be empty.
        """
        old, new = self.old, self.new
        made = []
        i = j = 0
        while i < len(old) or j < len(new):
            same = min(_next(old, 1, i) - i, _next(new, 1, j) - j)
            gone, came = _next(old, 0, i + same), _next(new, 0, j + same)
            made.append((i, i + same, gone, j, j + same, came))
            i, j = gone, came
        return made


def align(old: Sequence[str], new: Sequence[str], limit: int) -> Alignment:
    """Align two sequences; above `limit` cells between their equal ends nothing is aligned."""
    skip, end = _equal_ends(old, new)
    middle_old, middle_new = old[skip : len(old) - end], new[skip : len(new) - end]
    cells = len(middle_old) * len(middle_new)
    if cells > limit:
        return Alignment(bytearray(b"\1") * len(old), bytearray(b"\1") * len(new), cells, True)
    old_changed = bytearray(skip) + b"\1" * len(middle_old) + bytes(end)
    new_changed = bytearray(skip) + b"\1" * len(middle_new) + bytes(end)
    common = set(middle_old).intersection(middle_new)
    if common:
        old_at = [i for i, item in enumerate(middle_old, skip) if item in common]
        new_at = [j for j, item in enumerate(middle_new, skip) if item in common]
        pairs = _common_pairs([old[i] for i in old_at], [new[j] for j in new_at])
        for x, y in pairs:
            old_changed[old_at[x]] = new_changed[new_at[y]] = 0
    if skip + end < max(len(old), len(new)):
        _slide(old, old_changed, new_changed)
        _slide(new, new_changed, old_changed)
    return Alignment(old_changed, new_changed, cells)


def _equal_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Count equal items at both ends; the first unequal place is never part of the second count."""
    most = min(len(old), len(new))
    skip = 0
    while skip < most and old[skip] == new[skip]:
        skip += 1
    end = 0
    while end < most - skip - 1 and old[-1 - end] == new[-1 - end]:
        end += 1
    return skip, end


def _next(changed: bytearray, mark: int, start: int) -> int:
    found = changed.find(mark, start)
    return len(changed) if found < 0 else found


def _common_pairs(xs: list[str], ys: list[str]) -> list[tuple[int, int]]:
    """Return the index pairs of the common subsequence that the engine picks, in no order."""
    pairs = []
    todo = [(0, len(xs), 0, len(ys))]
    while todo:
        x, x_end, y, y_end = todo.pop()
        while x < x_end and y < y_end and xs[x] == ys[y]:
            pairs.append((x, y))
            x, y = x + 1, y + 1
        while x < x_end and y < y_end and xs[x_end - 1] == ys[y_end - 1]:
            x_end, y_end = x_end - 1, y_end - 1
            pairs.append((x_end, y_end))
        if x < x_end and y < y_end:
            todo += _parts(xs, ys, (x, x_end, y, y_end))
    return pairs


def _parts(
    xs: list[str], ys: list[str], area: tuple[int, int, int, int]
) -> list[tuple[int, int, int, int]]:
    """Cut an area into the engine's parts along its common subsequence; none where it is empty."""
    x, x_end, y, y_end = area
    if x_end - x > y_end - y:  # the engine walks along the shorter side
        flipped = _parts(ys, xs, (y, y_end, x, x_end))
        return [(c, d, a, b) for a, b, c, d in flipped]
    steps = x_end - x
    count = min(MOST_PARTS - 1, steps) + 1
    stops = [(steps * n + steps + count - 1) // count for n in range(count - 1)]
    cuts = _cuts(_rows(xs[x:x_end], ys[y:y_end]), y_end - y, stops)
    if cuts is None:
        return []
    edges = [(x, y), *((x + a, y + b) for a, b in zip(stops, cuts, strict=True)), (x_end, y_end)]
    return [(a, c, b, d) for (a, b), (c, d) in pairwise(edges)]


def _rows(xs: list[str], ys: list[str]) -> list[int]:
    """Return the state before and after each item of `xs`: bit j set where a longest ends at j."""
    places: dict[str, list[int]] = {item: [] for item in xs}
    for j, item in enumerate(ys):
        if item in places:
            places[item].append(j)
    masks = {item: _mask(found) for item, found in places.items()}
    every = (1 << len(ys)) - 1
    free = every
    rows = [0]
    for item in xs:
        met = free & masks[item]
        free = (free + met | free ^ met) & every
        rows.append(free ^ every)
    return rows


def _mask(places: list[int]) -> int:
    """Return the integer with these bits set, lowest given first."""
    marks = bytearray(places[-1] // 8 + 1) if places else bytearray()
    for place in places:
        marks[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(marks, "little")


def _cuts(rows: list[int], width: int, stops: list[int]) -> list[int] | None:
    """Return for each stop along the rows how far the engine's subsequence has come by then.

    A place stays in the rows from the step that found it, so the step where it first stands is
    the pair that the engine follows back. None where nothing is common.
    """
    if not rows[-1]:
        return None
    cuts = [0] * len(stops)
    at, stop = len(rows) - 1, len(stops) - 1
    place = rows[at].bit_length() - 1
    while place >= 0:
        while rows[at - 1] >> place & 1:
            at -= 1
        while stop >= 0 and stops[stop] >= at:
            cuts[stop] = place + 1
            stop -= 1
        at -= 1
        place = (rows[at] & ((1 << place) - 1)).bit_length() - 1
    return cuts


def _slide(items: Sequence[str], changed: bytearray, other: bytearray) -> None:
    """Slide each changed run of `items` back and forth over equal items, merging runs.

    A run ends where it last met a changed run of the other side, else as early as it can.
    """
    stands = [j for j, mark in enumerate(other) if not mark]
    stands.append(len(other))
    size, kept = len(items), len(stands) - 1
    end = same = 0  # `same` counts unchanged items before `end`
    while (start := _next(changed, 1, end)) < size:
        same += start - end
        end = _next(changed, 0, start)
        length = -1
        while length != end - start:
            length = end - start
            while start and items[start - 1] == items[end - 1]:
                start, end, same = start - 1, end - 1, same - 1
                changed[start], changed[end] = 1, 0
                start = changed.rfind(0, 0, start) + 1
            target = end if same < kept else size
            while end < size and items[start] == items[end]:
                changed[start], changed[end] = 0, 1
                start, same = start + 1, same + 1
                end = _next(changed, 0, end)
                if stands[same] > stands[same - 1] + 1:
                    target = end
        while target < end:
            start, end, same = start - 1, end - 1, same - 1
            changed[start], changed[end] = 1, 0
