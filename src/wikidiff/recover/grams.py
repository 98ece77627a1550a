"""How well two stretches of text read on: counts of character grams, in small hashed tables.

A table is one byte a bucket: the count on a logarithmic scale. The association of the two
characters before a joint with the two after it is the pointwise mutual information (Church and
Hanks 1990) of the pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log, log1p

FOURS, TWOS, ONES, WORDS, PAIRS = 1 << 17, 1 << 15, 1 << 12, 1 << 16, 1 << 17
HEADING_WORDS, HEADING_PAIRS = 1 << 17, 1 << 20
SCALE = 16.0
"""Steps of a stored count: round(SCALE * ln(1 + count)), at most 255 (about 8 million)."""

BUCKETS = 12
"""Number of values that `Grams.joint` returns."""

EDGE = "\0"
"""Stands before the first and after the last word of a heading, a sentence or a line."""

PAIR_BUCKETS = 9
"""Number of values that `Grams.pair` returns."""


def folded(text: str) -> str:
    """Return the text as it is counted: lower case, digits alike, white space alike."""
    kept = [
        "0" if c.isdigit() else " " if c.isspace() else low if len(low := c.lower()) == 1 else c
        for c in text.replace("\u2019", "'")
    ]
    return "".join(kept)


def slot(gram: str, size: int) -> int:
    """Return the bucket of a gram; the same on every machine (FNV-1a over code points)."""
    value = 0x811C9DC5
    for char in gram:
        value = ((value ^ ord(char)) * 0x01000193) & 0xFFFFFFFF
    return (value ^ (value >> 15)) % size


def stored(count: float) -> int:
    """Return a count as its byte."""
    return min(255, round(SCALE * log1p(count)))


_COUNT = [exp(byte / SCALE) - 1 for byte in range(256)]


class Grams:
    """The background tables and what was already asked of them."""

    def __init__(
        self, tables: Mapping[str, bytes], total: float, total_words: float, total_headings: float
    ) -> None:
        self._fours, self._twos, self._ones = tables["fours"], tables["twos"], tables["ones"]
        self._words, self._pairs = tables["words"], tables["pairs"]
        self._heading_words = tables["heading_words"]
        self._heading_pairs = tables["heading_pairs"]
        self._total, self._total_words = total, total_words
        self._total_headings = total_headings
        self._known: dict[str, dict[str, int]] = {}
        self._known_pairs: dict[str, dict[str, int]] = {}
        self._counts: dict[str, float] = {}
        self._informs: dict[tuple[str, str], float] = {}

    def joint(self, before: str, after: str) -> int:
        """Return how well `before` and `after` (at most 2 folded characters each) read on.

        0: the pairs are too rare to say; 1-4: never met although expected, more and more; 5-11:
        met, less to more than chance has it.
        """
        row = self._known.get(before)
        if row is None:
            row = self._known[before] = {}
        found = row.get(after)
        if found is None:
            found = row[after] = self._joint(before, after)
        return found

    def pair(self, before: str, after: str) -> int:
        """Return how well two neighbouring words go together.

        0: one of them is too rare to say; 1-4: never met although expected, more and more; 5-8:
        met, less to more than chance has it.
        """
        row = self._known_pairs.get(before)
        if row is None:
            row = self._known_pairs[before] = {}
        found = row.get(after)
        if found is None:
            found = row[after] = self._pair(folded(before), folded(after))
        return found

    def follows(self, before: str, after: str) -> float:
        """Return the pointwise mutual information of two neighbouring words, -5 to 6.

        In natural units; 0 where a word is too rare to say, or both are rare and never met.
        """
        key = before, after
        found = self._informs.get(key)
        if found is None:
            found = self._informs[key] = self._follows(folded(before), folded(after))
        return found

    def _follows(self, before: str, after: str) -> float:
        if not all(word == EDGE or word.isalpha() for word in (before, after)):
            return 0.0  # the counts know neither digits nor signs
        left = _COUNT[self._heading_words[slot(before, HEADING_WORDS)]]
        right = _COUNT[self._heading_words[slot(after, HEADING_WORDS)]]
        if left < 8 or right < 8:
            return 0.0
        chance = left * right / self._total_headings
        met = _COUNT[self._heading_pairs[slot(before + " " + after, HEADING_PAIRS)]]
        return max(-5.0, min(6.0, log((met + 0.5) / (chance + 0.5))))

    def _pair(self, before: str, after: str) -> int:
        left, right = self._count(before), self._count(after)
        if left < 8 or right < 8:
            return 0
        chance = left * right / self._total_words
        met = _COUNT[self._pairs[slot(before + " " + after, PAIRS)]]
        if met < 0.5:
            return 1 if chance < 0.5 else 2 if chance < 2 else 3 if chance < 8 else 4
        return 5 + max(0, min(3, int(log(met / chance) / 1.5) + 1))

    def _count(self, word: str) -> float:
        found = self._counts.get(word)
        if found is None:
            found = self._counts[word] = _COUNT[self._words[slot(word, WORDS)]]
        return found

    def _joint(self, before: str, after: str) -> int:
        left = _COUNT[self._twos[slot(before, TWOS)]]
        right = _COUNT[self._twos[slot(after, TWOS)]]
        if left < 3 or right < 3:
            return self._single(before[-1:], after[:1])
        chance = left * right / self._total
        met = _COUNT[self._fours[slot(before + after, FOURS)]]
        if met < 0.5:
            return 1 if chance < 0.5 else 2 if chance < 3 else 3 if chance < 15 else 4
        return 5 + max(0, min(6, int(log(met / chance) / 1.2) + 2))

    def _single(self, before: str, after: str) -> int:
        left = _COUNT[self._ones[slot(before, ONES)]]
        right = _COUNT[self._ones[slot(after, ONES)]]
        if left < 3 or right < 3:
            return 0
        met = _COUNT[self._twos[slot(before + after, TWOS)]]
        if met < 0.5:
            return 1 if left * right / self._total < 2 else 2
        return 5 + max(0, min(6, int(log(met * self._total / (left * right)) / 1.2) + 2))
