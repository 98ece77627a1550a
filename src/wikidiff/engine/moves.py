"""Lines that stand elsewhere in the new text, edited on the way or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from wikidiff import limits
from wikidiff.engine.pairing import Bag, bag_of, is_heading, likeness, words_in, words_of
from wikidiff.engine.words import line_ops
from wikidiff.limits import Fallback
from wikidiff.model import Line, Move, Segment, moved

ALIKE = 0.6
"""Least share of words in common for a line that stands elsewhere to be a moved one: higher than
for a line in its place, as there is more to mistake it for."""

_LONG = 40  # characters of a line from which on it is known again when edited
_TRIED = 3  # lines compared with one
_READ = 200  # characters of a line that are looked at for words


def mark_moves(changed: list[list[Line]], fallbacks: list[Fallback]) -> None:
    """Join deleted lines with the inserted ones that they became, elsewhere in the text.

    A line moves if it says something (`limits.MOVE_WORDS`, or a heading) and its text, or one very
    like it, stands once on either side. What stands next to it in the same order moves with it,
    blank lines and table rows too; alone those never count.
    """
    gone = _ends(changed, "deleted")
    come = _ends(changed, "inserted")
    if not gone or not come:
        return
    olds, news = [line.old or "" for *_, line in gone], [line.new or "" for *_, line in come]
    found = _same(olds, news)
    _extend(gone, come, found)
    _add_edited(olds, news, found, fallbacks)
    number: dict[int, int] = {}
    for i in sorted(found, key=lambda i: _place(gone, come, i, found[i])):
        number[i] = len(number) + 1
    for i, j in found.items():
        at, k, line = gone[i]
        changed[at][k] = moved(line, Move(f"m{number[i]}", "from"))
        at, k, to = come[j]
        segments = () if olds[i] == news[j] else _segments(olds[i], news[j], fallbacks)
        changed[at][k] = moved(to, Move(f"m{number[i]}", "to", segments))


End = tuple[int, int, Line]
"""Block, index in it, line."""


def _ends(changed: Sequence[Sequence[Line]], kind: str) -> list[End]:
    return [
        (at, k, line)
        for at, block in enumerate(changed)
        for k, line in enumerate(block)
        if line.kind == kind and line.split is None
    ]


def _place(gone: Sequence[End], come: Sequence[End], i: int, j: int) -> tuple[int, int]:
    return min(gone[i][:2], come[j][:2])


def _tells(line: str) -> bool:
    """Tell whether a line says enough to be known again elsewhere."""
    if len(line) < limits.MOVE_WORDS:
        return False
    if is_heading(line):
        return True
    words = words_of(line[:_READ])
    if len(words) < limits.MOVE_WORDS:
        return False
    count = 0
    for word in words:
        if word[0].isalnum():
            count += 1
            if count >= limits.MOVE_WORDS:
                return True
    return False


def _same(olds: Sequence[str], news: Sequence[str]) -> dict[int, int]:
    """Return old to new indices of telling lines that stand once on either side."""
    place = {line: j for j, line in enumerate(news)}
    if place.keys().isdisjoint(olds):
        return {}
    counts, new_counts = Counter(olds), Counter(news)
    return {
        i: place[line]
        for i, line in enumerate(olds)
        if line in place and counts[line] == new_counts[line] == 1 and _tells(line)
    }


def _extend(gone: Sequence[End], come: Sequence[End], found: dict[int, int]) -> None:
    """Let equal lines next to a moved one move with it; blank ones only between others."""
    taken = set(found.values())
    for seed, to in list(found.items()):
        for step in (1, -1):
            waiting: list[tuple[int, int]] = []
            i, j = seed + step, to + step
            while 0 <= i < len(gone) and 0 <= j < len(come) and i not in found and j not in taken:
                old, new = gone[i][2], come[j][2]
                apart = (gone[i - step][2].old_line or 0) + step != old.old_line or (
                    (come[j - step][2].new_line or 0) + step != new.new_line
                )
                if apart or old.old != new.new:
                    break
                waiting.append((i, j))
                if (old.old or "").strip():
                    found.update(waiting)
                    taken.update(j for _, j in waiting)
                    waiting = []
                i, j = i + step, j + step
            if waiting and found.get(i) == j:  # blank lines between two moved ones
                found.update(waiting)
                taken.update(j for _, j in waiting)


def _add_edited(
    olds: Sequence[str], news: Sequence[str], found: dict[int, int], fallbacks: list[Fallback]
) -> None:
    """Add the lines that were edited on the way: each the likest of the other, and very like."""
    taken = set(found.values())
    rest = [i for i, line in enumerate(olds) if len(line) >= _LONG and i not in found]
    others = [j for j, line in enumerate(news) if len(line) >= _LONG and j not in taken]
    if not rest or not others:
        return
    count = len(rest) + len(others)
    if count > limits.MOVE_LINES:
        fallbacks.append(Fallback("moves of edited lines", limits.MOVE_LINES, count))
        return
    words_of_new = dict(zip(others, words_in([news[j] for j in others]), strict=True))
    place = {word: j for j, words in words_of_new.items() for word in words}
    bags: dict[int, Bag] = {}
    best: dict[int, tuple[float, int]] = {}  # by new line: likeness, less the old line's index
    for i, words in zip(rest, words_in([olds[i] for i in rest]), strict=True):
        chosen = _spoken_for(words, place)
        if not chosen:
            continue
        mine = bag_of(words)
        for j in chosen:
            if j not in bags:
                bags[j] = bag_of(words_of_new[j])
            like = likeness(mine, bags[j])
            if like >= ALIKE and is_heading(olds[i]) == is_heading(news[j]) and _tells(olds[i]):
                best[j] = max(best.get(j, (0.0, 0)), (like, -i))
                break
    for j, (_, i) in best.items():
        found[-i] = j


def _spoken_for(words: Sequence[str], place: dict[str, int]) -> list[int]:
    """Return the new lines to compare one of these words with, where half of the words stand.

    Each word speaks for the last line that has it; common words speak for the wrong ones.
    """
    spoken = [j for j in map(place.get, words) if j is not None]
    if 2 * len(spoken) < len(words) or not spoken:
        return []
    votes = Counter(spoken)
    return sorted(votes, key=lambda j: (-votes[j], j))[:_TRIED]


def _segments(old: str, new: str, fallbacks: list[Fallback]) -> tuple[Segment, ...]:
    return tuple(Line("changed", old, new, ops=line_ops(old, new, fallbacks)).segments)
