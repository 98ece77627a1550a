"""What of a rule's hits the edit brought, and what it took away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wikidiff.rules.base import Hit, Rule
from wikidiff.text import common_prefix, common_suffix

if TYPE_CHECKING:
    from wikidiff.model import Line
    from wikidiff.rules.edit import Edit


def introduced(
    rule: Rule, edit: Edit, old: Sequence[Hit], new: Sequence[Hit]
) -> tuple[list[Hit], int]:
    """Return the hits that the edit introduced, in page order, and how many it fixed.

    Hits of the same key on both sides are the same problem, moved or not. Where the new side has
    more of a key than the old one, those that stand in inserted words are the new ones.
    """
    if rule.paired and (rule.far or not edit.is_whole):
        groups = unbalanced(old, new)
        old = [hit for hit in old if hit.group in groups]
        new = [hit for hit in new if hit.group in groups]
        if not edit.is_whole:  # a closer's opener may stand above what is shown
            old, new = _openers(old), _openers(new)
    left = Counter(hit.key for hit in old)
    by_key: dict[str, list[Hit]] = defaultdict(list)
    for hit in new:
        by_key[hit.key].append(hit)
    found: list[Hit] = []
    for key, hits in by_key.items():
        same = min(left[key], len(hits))
        left[key] -= same
        if same < len(hits):
            ranked = sorted(hits, key=lambda hit: _newness(edit.lines, hit), reverse=True)
            found += ranked[: len(hits) - same]
    found = _without_edited(old, found, left)
    if rule.local:
        found = [hit for hit in found if _newness(edit.lines, hit) > 1]
    found.sort(key=lambda hit: (hit.place.line or 0, hit.place.at or 0, hit.place.start))
    return found, left.total()


def _without_edited(old: Sequence[Hit], found: list[Hit], left: Counter[str]) -> list[Hit]:
    """Return hits without those that the old line had too, with other words in them.

    `left` counts the old hits without a partner by key; those that have one now are taken off.
    """
    by_line: dict[int | None, list[Hit]] = defaultdict(list)
    for hit in old:
        if left[hit.key]:
            by_line[hit.place.at].append(hit)
    kept: list[Hit] = []
    for hit in found:
        before = by_line[hit.place.at] if hit.place.at is not None else []
        same = next((one for one in before if left[one.key] and _is_edited(one, hit)), None)
        if same is None:
            kept.append(hit)
        else:
            left[same.key] -= 1
    return kept


def _is_edited(old: Hit, new: Hit) -> bool:
    """Tell whether two hits of one line begin or end alike for half of the shorter one."""
    a, b = (hit.place.text[hit.place.start : hit.place.end] for hit in (old, new))
    shared = max(common_prefix(a, b), common_suffix(a, b))
    return 2 * shared >= min(len(a), len(b)) > 0


def unbalanced(old: Iterable[Hit], new: Iterable[Hit]) -> set[str]:
    """Return the groups of brackets whose balance the edit changed.

    Both sides have the same surroundings: where the balance is the same, what is open in the
    changed lines is closed around them, or was not closed before either.
    """
    balance: Counter[str] = Counter()
    for hits, sign in ((old, -1), (new, 1)):
        for hit in hits:
            balance[hit.group] += sign * hit.weight
    return {group for group, weight in balance.items() if weight}


def _openers(hits: Iterable[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.weight > 0]


def _newness(lines: Sequence[Line], hit: Hit) -> int:
    """Return 0 for a hit on a line that the edit left, 1 in words that it left, 2 in new ones."""
    place = hit.place
    line = lines[place.at] if place.at is not None else None
    if line is None or line.kind == "context":
        return 0
    if line.kind != "changed" or not line.ops:
        return 2
    for op in line.ops:
        (a, b), (c, d) = op.old, op.new
        if c > place.end:
            break
        if c < d and a == b and c < max(place.end, place.start + 1) and d > place.start:
            return 2
        if c == d and place.start < c < place.end:  # words were taken out of its middle
            return 2
    return 1
