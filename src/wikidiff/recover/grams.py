"""How well two stretches of text read on: counts of character grams, words and pairs of words.

Counts of characters are hashed tables, one byte a bucket: the count on a logarithmic scale. Words
and pairs are sorted hashes with a byte each, so that what was never counted is hardly
ever taken for something that was. The association of two neighbours is their pointwise mutual
information (Church and Hanks 1990).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from math import exp, log, log1p
from typing import Final

from wikidiff import limits
from wikidiff.recover.contexts import Contexts
from wikidiff.recover.slots import slot

FOURS: Final = 131072
TWOS: Final = 32768
ONES: Final = 4096
WORD_KEY: Final = 3
PAIR_KEY: Final = 4
"""Bytes of a hash: what never was counted passes for a word once in 80 times, for a pair never."""
SCALE: Final = 16.0
"""Steps of a stored count: round(SCALE * ln(1 + count)), at most 255 (about 8 million)."""

BUCKETS: Final = 12
"""Number of values that `Grams.joint` returns."""

PAIRS_FROM: Final = 5.0
"""Uses from which two words that meet are counted."""

EDGE: Final = "\0"
"""Stands before the first and after the last word of a heading, a sentence or a line."""

FOLLOW_BUCKETS: Final = 10
"""Number of values that `Grams.follow` returns."""

KNOWN: Final = 6
"""Number of values that `Grams.known` returns."""


def folded(text: str) -> str:
    """Return the text as it is counted: lower case, digits alike, white space alike."""
    if text.isascii():
        return text.lower() if text.isalpha() else text.translate(_FOLDED)
    kept = [
        "0" if c.isdigit() else " " if c.isspace() else low if len(low := c.lower()) == 1 else c
        for c in text.replace("\u2019", "'")
    ]
    return "".join(kept)


_FOLDED: Final = {
    n: "0" if chr(n).isdigit() else " " if chr(n).isspace() else chr(n).lower() for n in range(128)
}


class Counts:
    """A byte for each of many strings, 0 for any other.

    Packed it is the sorted keys' bytes, all lowest ones first, `width` of them (3 or 4), then the
    values. It is looked into as it is: keys are hashes, so few of them begin with the same bytes.
    """

    def __init__(self, packed: bytes, width: int) -> None:
        self._packed = packed
        self._size = size = len(packed) // (width + 1)
        self._planes = width
        self._range = 1 << 8 * width
        top = (width - 1) * size
        self._starts = [bisect_left(packed, byte, top, top + size) for byte in range(257)]
        """Where in the plane of the highest bytes each byte begins, and its end."""

    def __getitem__(self, text: str) -> int:
        key = slot(text, self._range)
        packed, size, plane = self._packed, self._size, self._planes - 2
        first, byte = key >> 8 * plane + 8, key >> 8 * plane & 255
        end = self._starts[first + 1] - size
        at = packed.find(byte, self._starts[first] - size, end)
        if at < 0:
            return 0
        low, back = key & (1 << 8 * plane) - 1, plane * size
        while at < end and packed[at] == byte:  # a few keys begin with the same two bytes
            if packed[at - back] == low & 255 and (plane == 1 or packed[at - size] == low >> 8):
                return packed[at + 2 * size]
            at += 1
        return 0


def packed(values: Mapping[str, int], width: int) -> bytes:
    """Return what `Counts` takes: of strings with one hash the greatest value."""
    made: dict[int, int] = {}
    for text, value in values.items():
        key = slot(text, 1 << 8 * width)
        made[key] = max(made.get(key, 0), value)
    keys = sorted(made)
    planes = [bytes(key >> 8 * plane & 255 for key in keys) for plane in range(width)]
    return b"".join([*planes, bytes(made[key] for key in keys)])


def stored(count: float) -> int:
    """Return a count as its byte."""
    return min(255, round(SCALE * log1p(count)))


_COUNT: Final = [exp(byte / SCALE) - 1 for byte in range(256)]
_ZIPF: Final = [0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4]
"""Class of a word by twice its Zipf value: the decimal logarithm of its uses in 10**9 words."""


def _follow_class(value: float) -> int:
    if value < 0:
        return 1 + min(3, int((value + 5) / 1.25))
    return 5 + min(4, int(value / 1.3)) if value else 0


class Grams:
    """The background tables and what was already asked of them."""

    def __init__(self, tables: Mapping[str, bytes], total: float, total_headings: float) -> None:
        self._fours, self._twos, self._ones = tables["fours"], tables["twos"], tables["ones"]
        self._lexicon = Counts(tables["lexicon"], WORD_KEY)
        self._heading_words = Counts(tables["heading_words"], WORD_KEY)
        self._heading_pairs = Counts(tables["heading_pairs"], PAIR_KEY)
        self._network = tables.get("contexts")
        self._contexts: Contexts | None = None
        self._total = total
        self._total_headings = total_headings
        self._known: dict[str, dict[str, int]] = {}
        self._follow: dict[str, dict[str, int]] = {}
        self._words: dict[str, int] = {}
        self._counts: dict[str, tuple[float, str]] = {}
        self._informs: dict[tuple[str, str], float] = {}

    @property
    def contexts(self) -> Contexts | None:
        """How lines go on at a place, read when first asked for; None before it is trained."""
        if self._contexts is None and self._network is not None:
            self._contexts = Contexts(self._network)
        return self._contexts

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

    def follow(self, before: str, after: str) -> int:
        """Return how well two neighbouring words go together, by `follows`.

        0: one of them is too rare to say; 1-4: worse than chance, 5-9 better, more and more.
        """
        row = self._follow.get(before)
        if row is None:
            row = self._follow[before] = {}
        found = row.get(after)
        if found is None:
            found = row[after] = _follow_class(self._follows(before, after))
        return found

    def known(self, word: str) -> int:
        """Return how common a word is: 0 unknown, 1-4 rare to very common, 5 no word of letters."""
        found = self._words.get(word)
        if found is None:
            found = self._words[word] = self._known_word(word)
        return found

    def _known_word(self, word: str) -> int:
        if not word.isalpha():
            return 5
        if len(word) > limits.RECOVER_WORD:
            return 0
        return _ZIPF[self._lexicon[folded(word)]]

    def follows(self, before: str, after: str) -> float:
        """Return the pointwise mutual information of two neighbouring words, -5 to 6.

        In natural units; 0 where a word is too rare to say, or both are rare and never met.
        """
        key = before, after
        found = self._informs.get(key)
        if found is None:
            found = self._informs[key] = self._follows(before, after)
        return found

    def _follows(self, before: str, after: str) -> float:
        left, one = self._counted(before)
        right, other = self._counted(after)
        if left < 8 or right < 8:
            return 0.0
        chance = left * right / self._total_headings
        met = _COUNT[self._heading_pairs[one + " " + other]]
        if not met:  # rarer than what is counted: ill only where more were to be expected
            return max(-5.0, min(0.0, log(PAIRS_FROM / 2 / chance)))
        return max(-5.0, min(6.0, log(met / chance)))

    def _counted(self, word: str) -> tuple[float, str]:
        """Return a word's count, 0 where the counts do not know its like, and the word folded."""
        found = self._counts.get(word)
        if found is None:
            low = folded(word) if len(word) <= limits.RECOVER_WORD else ""
            known = low == EDGE or low.isalpha()  # the counts know neither digits nor signs
            count = _COUNT[self._heading_words[low]] if known else 0.0
            found = self._counts[word] = (count, low)
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
