"""Whether the lines that a way to take a copied table puts on one side belong together.

The old lines of a changed run and the new ones stand between the same lines that stayed, so both
leave as many templates, tables and comments open. A parameter or a cell stands below others of its
kind, or below what begins them. And a line that is like another is most often
the other side's: an edited line and what became of it, seldom two lines of one text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from itertools import accumulate

from wikidiff import limits
from wikidiff.recover.column_article import Article, Words

_BRACKETS = (("{{", "}}", 1.2), ("{|", "|}", 2.0), ("<!--", "-->", 1.2), ("<ref", "</ref", 0.5))
_MOST_OPEN = 2  # brackets of a sort from which more tell no more
_BELOW, _ABOVE = ("|", "!", "}}"), ("|", "!", "{", "}", "*", "<", "#", ":")
_ALONE = 0.8  # of a line that begins with one of the former below one that does not with the latter
_REDIRECT = re.compile(r"#\w+\s*:?\s*\[\[")  # below it stands no text
_ALIKE = 0.6  # share of the words in a row of the shorter of two lines that makes them alike
_OTHER, _SAME = -1.1, 1.1  # of a line like one of the other side, and of one like those of its own
_MOST = 4  # lines of either that tell
MOST_GAINED = -_OTHER * _MOST
"""What a way can cost less at most by what is told here."""
_SHORT = 10  # cells up to which a run is short: a long one of one side has more lines alike


class Unity:
    """What is known of the lines of a table for this: which are alike, what each leaves open."""

    def __init__(self, lines: Sequence[str], article: Article, alone: Sequence[int]) -> None:
        self._lines = lines
        self._alike = _alike(article, alone)
        self._open = {at: open_ for at in alone if any(open_ := _opened(lines[at]))}
        self._telling = [0, *accumulate(map(self._is_telling, range(len(lines))))]

    def tells(self, start: int, end: int) -> bool:
        """Tell whether any of the cells has brackets, a place or others alike that can cost."""
        return self._telling[end] > self._telling[start]

    def cost(self, start: int, sides: str, edited: Container[int]) -> float:
        """Return what it costs that cells are on these sides, "-" or "+"; below zero it is likely.

        The first cell is `start`; those in `edited` are lines shown as edited, old beside new.
        """
        return (
            self._cost_open(start, sides)
            + self._cost_alone(start, sides)
            + self._cost_alike(start, sides, edited)
        )

    def _is_telling(self, at: int) -> bool:
        apart = any(abs(one - at) > 1 for one in self._alike.get(at, ()))
        return apart or at in self._open or self._lines[at].startswith((*_BELOW, "#"))

    def _cost_open(self, start: int, sides: str) -> float:
        more = [0] * len(_BRACKETS)
        for at, side in enumerate(sides, start):
            if at in self._open:
                for n, count in enumerate(self._open[at]):
                    more[n] += count if side == "+" else -count
        return sum(
            worth * min(abs(count), _MOST_OPEN)
            for count, (_, _, worth) in zip(more, _BRACKETS, strict=True)
        )

    def _cost_alone(self, start: int, sides: str) -> float:
        above = {"-": start - 1, "+": start - 1}
        count = 0
        for at, side in enumerate(sides, start):
            before = above[side]
            if before == 0 and _REDIRECT.match(self._lines[0]):
                count += 2 * bool(self._lines[at])
            elif self._lines[at].startswith(_BELOW) and before >= 0:
                count += not self._lines[before].lstrip().startswith(_ABOVE)
            above[side] = at
        return _ALONE * min(count, _MOST)

    def _cost_alike(self, start: int, sides: str, edited: Container[int]) -> float:
        other = same = 0
        end = start + len(sides)
        for at in range(start, end):
            if at in edited:
                continue
            near = [one for one in self._alike.get(at, ()) if start <= one < end]
            if near:
                apart = any(sides[one - start] != sides[at - start] for one in near)
                other, same = other + apart, same + (not apart)
        told = _OTHER * min(other, _MOST) + _SAME * min(same, _MOST)
        return told * min(1.0, _SHORT / len(sides))


def _opened(line: str) -> tuple[int, ...]:
    """Return for each sort of brackets how many more a line opens than it closes."""
    line = line.replace("/>", "</ref")  # a reference that ends where it begins
    return tuple(line.count(opener) - line.count(closer) for opener, closer, _ in _BRACKETS)


def _alike(article: Article, places: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    """Return for each line those that have most of its words in a row, or it most of theirs."""
    own = {at: set(article.shingles(at)) for at in places}
    having: dict[Words, list[int]] = {}
    for at in places:
        for words in own[at]:
            having.setdefault(words, []).append(at)
    found: dict[int, tuple[int, ...]] = {}
    for at in places:
        shared: Counter[int] = Counter()
        for words in own[at]:
            if len(having[words]) <= limits.CLIP_ALIKE:
                shared.update(having[words])
        found[at] = tuple(
            one
            for one, count in sorted(shared.items())
            if one != at and count >= _ALIKE * min(len(own[at]), len(own[one]))
        )
    return found
