"""One shown line, prepared: borders, bytes, classes, and how its stretches read on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from wikidiff.recover.borders import CLASSES, LETTER, LOWER, SPACE, borders, char_class
from wikidiff.recover.grams import BUCKETS, PAIR_BUCKETS, Grams, folded
from wikidiff.recover.page import PHP

_WORDS = re.compile(r"\w+|[^\w\s]")

SEAM_KINDS = 11
"""Replacement: old|new joint, left|old, left|new, new|right, old|right. Insertion: left|it,
it|right, left|right. Deletion: the same three."""
OLD_NEW, LEFT_OLD, LEFT_NEW, NEW_RIGHT, OLD_RIGHT, INSERTION, DELETION = 0, 1, 2, 3, 4, 5, 8
_PAIRS = CLASSES * CLASSES
SEAM_WIDTH = 2 * _PAIRS + BUCKETS + 3 * PAIR_BUCKETS


class Vocabulary:
    """The page's own words and pairs of neighbours, counted over all its shown lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.words: Counter[str] = Counter()
        self.pairs: dict[str, dict[str, int]] = {}
        for line in lines:
            found = _WORDS.findall(line)
            self.words.update(found)
            for before, after in pairwise(found):
                row = self.pairs.setdefault(before, {})
                row[after] = row.get(after, 0) + 1


class ShownLine:
    """A shown line and what is asked of it again and again; offsets are code points."""

    def __init__(
        self, text: str, engine: str, language: str, grams: Grams, vocabulary: Vocabulary
    ) -> None:
        self.text = text
        self.engine = engine
        self.php = engine == PHP
        self.borders = borders(text, engine, language)
        self.border_set = frozenset(self.borders)
        self.bytes = _byte_offsets(text)
        self.vocabulary = vocabulary
        self._grams = grams
        self._folded = folded(text)
        self.ids = _identities(text, self.borders)
        self._class = [char_class(c) for c in text]
        self._word_start, self._word_end = _word_bounds(text)
        self.weigh = _weights(text)
        self._last_ink, self._next_ink = _ink(self._class)
        size = len(text)
        self._before = [self._folded[max(0, at - 2) : at] for at in range(size + 1)]
        self._after = [self._folded[at : at + 2] for at in range(size + 1)]
        self._words_before = [self._word_before(at) for at in range(size + 1)]
        self._words_after = [self._word_after(at) for at in range(size + 1)]

    def ink_before(self, at: int) -> int:
        """Return the class of the last character before an offset that is no space."""
        return self._last_ink[at]

    def ink_after(self, at: int) -> int:
        """Return the class of the first character from an offset on that is no space."""
        return self._next_ink[at]

    def glued(self, at: int) -> bool:
        """Whether an offset is inside a word."""
        return at not in self.border_set

    def word_before(self, at: int) -> str:
        """Return the part of the word that ends at an offset, a space between aside."""
        return self._words_before[at]

    def word_after(self, at: int) -> str:
        """Return the part of the word that begins at an offset, a space between aside."""
        return self._words_after[at]

    def _word_before(self, at: int) -> str:
        if at and self._class[at - 1] == SPACE:
            at -= 1
        return self.text[self._word_start[at] : at]

    def _word_after(self, at: int) -> str:
        if at < len(self._class) and self._class[at] == SPACE:
            at += 1
        return self.text[at : self._word_end[at]]

    def seam(self, kind: int, left: int, right: int) -> tuple[int, int, int, int]:
        """Return the features of text up to `left` met by text from `right`, as weight indexes."""
        found = self.met(kind, left, right)
        base = kind * SEAM_WIDTH
        return base + found[0], base + found[1], base + 2 * _PAIRS + found[2], base + found[3]

    def met(self, kind: int, left: int, right: int) -> tuple[int, int, int, int]:
        """Return the features of `joint`, with the space that the formatter hides on new sides."""
        near, ink, grams, words = self.joint(left, right)
        if not self.php or kind not in (LEFT_NEW, DELETION + 2):
            return near, ink, grams, words
        if left < right and self._wordy(left - 1) and self._wordy(right):
            return SPACE * CLASSES + self._class[right], ink, self.spaced(left, right), words
        return near, ink, max(grams, self.spaced(left, right)), words

    def _wordy(self, at: int) -> bool:
        return 0 <= at < len(self._class) and LOWER <= self._class[at] <= LETTER

    def joint(self, left: int, right: int) -> tuple[int, int, int, int]:
        """Return the features of two ends that meet, as offsets in the weights of a seam kind:
        classes of the characters, of the inked ones, character grams, and pairs of words.
        """  # noqa: D205
        near = (self._class[left - 1] if left else 0) * CLASSES
        if right < len(self._class):
            near += self._class[right]
        ink = _PAIRS + self._last_ink[left] * CLASSES + self._next_ink[right]
        joint = self._grams.joint(self._before[left], self._after[right])
        before, after = self._words_before[left], self._words_after[right]
        row = self.vocabulary.pairs.get(before)
        met = (row.get(after, 0) if row else 0) - (left == right)
        known = self._grams.pair(before, after) * 3
        if met > 0:
            known += 1 if met == 1 else 2
        return near, ink, joint, 2 * _PAIRS + BUCKETS + known

    def follows(self, before: str, after: str) -> float:
        """Return how well two words follow each other in the background: above 0 well."""
        return self._grams.follows(before, after)

    def met_on_page(self, before: str, after: str) -> int:
        """Return how often the page shows two words side by side."""
        row = self.vocabulary.pairs.get(before)
        return row.get(after, 0) if row else 0

    def spaced(self, left: int, right: int) -> int:
        """Return the joint with the space added or dropped that the old side may hide."""
        fold = self._folded
        before, after = fold[max(0, left - 3) : left], fold[right : right + 2]
        before = before[:-1] if before.endswith(" ") else before + " "
        return self._grams.joint(before[-2:], after)


def _identities(text: str, borders: list[int]) -> list[str]:
    """Return the words between borders as the formatters compare them, trailing space aside."""
    return [text[a:b].rstrip(" ") or " " for a, b in pairwise(borders)]


QUOTE_WEIGHT = 1009
_WEIGHT = {
    "[": 3, "]": -3, "{": 5, "}": -5, "(": 7, ")": -7, "<": 11, ">": -11, "'": QUOTE_WEIGHT
}  # fmt: skip


def _weights(text: str) -> list[int]:
    """Return for every offset the weight of the brackets before it: a balanced stretch adds 0."""
    found, at, get = [0], 0, _WEIGHT.get
    for char in text:
        at += get(char, 0)
        found.append(at)
    return found


def balanced(text: str) -> bool:
    """Whether every kind of bracket opens as often as it closes."""
    total = sum(weight * text.count(char) for char, weight in _WEIGHT.items())
    return total % QUOTE_WEIGHT == 0


def _byte_offsets(text: str) -> list[int]:
    """Return for every offset the bytes of UTF-8 before it."""
    if text.isascii():
        return list(range(len(text) + 1))
    found, at = [0], 0
    for char in text:
        at += 1 if char < "\x80" else 2 if char < "\u0800" else 3 if char < "\U00010000" else 4
        found.append(at)
    return found


def _word_bounds(text: str) -> tuple[list[int], list[int]]:
    """Return for every offset where the word before it starts and the word after it ends."""
    starts, ends = list(range(len(text) + 1)), list(range(len(text) + 1))
    for match in _WORDS.finditer(text):
        first, end = match.span()
        for at in range(first, end):
            starts[at + 1] = first
            ends[at] = end
    return starts, ends


def _ink(classes: list[int]) -> tuple[list[int], list[int]]:
    before, last = [0], 0
    for kind in classes:
        last = last if kind == SPACE else kind
        before.append(last)
    after, last = [0] * (len(classes) + 1), 0
    for at in range(len(classes) - 1, -1, -1):
        last = last if classes[at] == SPACE else classes[at]
        after[at] = last
    return before, after
