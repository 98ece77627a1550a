"""The cells of a copied diff table, and what is known of each by itself and beside the next one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from wikidiff import limits
from wikidiff.recover.column_article import Article, Words
from wikidiff.recover.column_claims import Claims
from wikidiff.recover.column_kinds import kind, open_brackets
from wikidiff.recover.wikidiff2_words import WordDiff, has_thai

Engine = Literal["wikidiff2", "php"]

_ALIKE = 0.6  # share of the words in a row of the shorter of two lines that makes them alike
_LONG = 3  # words of a line that no text has twice, one after the other
_SHOWS = 0.9  # of an article that shows such lines hereabouts
_MOST_TOLD = 3.0
GROUPS = {
    "text": "t", "words": "t", "heading": "h",
    "item": "l", "number": "l", "indent": "l", "term": "l",
}  # fmt: skip
_MARKS = " \t*#:;|!"  # at lines' beginnings, left out where likenesses are counted


class Likeness(NamedTuple):
    """Of a cell and the next one: whether they are one row as old and new, the share in common.

    `unlike`: whether, the other way round, they are shown as two lines. The share is that of the
    lines without list marks and the like.
    """

    changed: bool
    unlike: bool
    share: float


class Seen(NamedTuple):
    """What the article tells of a cell: its group of kinds; how it is called if the article shows
    it and if not; how many of its words it has; log-odds for the new side, of a category, of names,
    and of one of two places of a line that moved.
    """  # noqa: D205

    group: str
    shown: str
    absent: str
    known: float
    told: float
    listed: float
    named: float
    moved: float


class Table:
    """The cells, and what is known of each: `twin` where the next one is equal.

    `ends` are the cells before which a changed run may end, `tells` sums up what the article tells.
    """

    def __init__(self, cells: Sequence[str], article: Article) -> None:
        self.cells, self.article = cells, article
        self.twin = [a == b for a, b in pairwise(cells)] + [False]
        self.ends = [at for at, twin in enumerate(self.twin) if twin] + [len(cells)]
        self.tells = [0.0, *accumulate(article.tells(at) for at in range(len(cells)))]
        self.kinds = [kind(cell[: limits.CLIP_CHARS]) for cell in cells]
        self.alone = [at for at in range(len(cells)) if not self._is_twin(at)]
        self.alike = _alike(article, self.alone)
        self.claims = Claims(article, self.alone)
        self.told: dict[tuple[int, str, tuple[str, ...]], dict[str, float]] = {}
        self._seen: dict[int, Seen] = {}
        self._places: dict[int, int] = {}
        self._brackets: dict[int, tuple[int, ...]] = {}
        self._likeness: dict[int, Likeness] = {}

    def _is_twin(self, at: int) -> bool:
        return self.twin[at] or (at > 0 and self.twin[at - 1])

    def stays(self, at: int) -> bool:
        """Tell whether a cell and the next one are a line that stayed, or the table ends there."""
        if at >= len(self.cells):
            return True
        is_many = len(self.ends) > limits.CLIP_TWINS
        return self.twin[at] and (is_many or len(self.article.words(at)) >= _LONG)

    def likeness(self, at: int) -> Likeness:
        """Compare a cell with the next one, of long ones the beginnings."""
        if at not in self._likeness:
            one, other = (cell[: limits.CLIP_PAIR_CHARS] for cell in self.cells[at : at + 2])
            ahead, back = WordDiff.between(one, other), WordDiff.between(other, one)
            open_ = has_thai(one) or has_thai(other)  # whose words are not exactly known
            bare = WordDiff.between(one.lstrip(_MARKS), other.lstrip(_MARKS))
            self._likeness[at] = Likeness(
                ahead.is_one_line(), open_ or not back.is_one_line(), bare.similarity()
            )
        return self._likeness[at]

    def seen(self, at: int) -> Seen:
        """Return what the article tells of a cell by itself."""
        if at not in self._seen:
            self._seen[at] = self._see(at)
        return self._seen[at]

    def _see(self, at: int) -> Seen:
        article = self.article
        rate = article.rate(at)
        return Seen(
            GROUPS.get(self.kinds[at], "o"),
            "whole" if article.is_whole(at) else "inside",
            "gone" if rate >= _SHOWS else "less" if rate > 0.5 else "none",
            article.known(at),
            article.tells(at),
            article.listed.get(at, 0.0),
            _near_zero(article.named.get(at, 0.0)),
            _near_zero(article.moved.get(at, 0.0)),
        )

    def place(self, at: int) -> int:
        """Return the line of the article that shows a cell, -1 for none."""
        if at not in self._places:
            self._places[at] = self.article.place(at)
        return self._places[at]

    def brackets(self, at: int) -> tuple[int, ...]:
        """Return how many brackets of each sort a cell leaves open."""
        if at not in self._brackets:
            self._brackets[at] = open_brackets(self.cells[at])
        return self._brackets[at]


def _near_zero(value: float) -> float:
    return max(min(value, _MOST_TOLD), -_MOST_TOLD)


def _alike(article: Article, places: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return for each cell those that have most of its words in a row, or it most of theirs."""
    having: dict[Words, list[int]] = {}
    own = {at: set(article.shingles(at)) for at in places}
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
            other
            for other, count in sorted(shared.items())
            if other != at and count >= _ALIKE * min(len(own[at]), len(own[other]))
        )
    return found
