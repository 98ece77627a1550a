"""One shown line, prepared: borders, bytes, classes, and how its stretches read on."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from wikidiff.recover.borders import CLASSES, LETTER, LOWER, SPACE, borders, char_class, places
from wikidiff.recover.contexts import CLASSES as CONTEXTS
from wikidiff.recover.contexts import Context
from wikidiff.recover.grams import BUCKETS, FOLLOW_BUCKETS, Grams, folded
from wikidiff.recover.page import PHP
from wikidiff.recover.stretches import Stretches
from wikidiff.recover.vocabulary import WORDS, Vocabulary

__all__ = ["ShownLine", "Vocabulary", "balanced"]

SEAM_KINDS: Final = 11
"""Replacement: old|new joint, left|old, left|new, new|right, old|right. Insertion: left|it,
it|right, left|right. Deletion: the same three."""
OLD_NEW: Final = 0
LEFT_OLD: Final = 1
LEFT_NEW: Final = 2
NEW_RIGHT: Final = 3
OLD_RIGHT: Final = 4
INSERTION: Final = 5
DELETION: Final = 8
_PAIRS: Final = CLASSES * CLASSES
_GRAMS: Final = 2 * _PAIRS
_MET: Final = _GRAMS + BUCKETS
_FORMED: Final = _MET + 3 * FOLLOW_BUCKETS
_PIECES: Final = 13
_CONTEXT: Final = _FORMED + _PIECES
SEAM_WIDTH: Final = _CONTEXT + CONTEXTS
"""Number of weights of a seam kind: classes of characters, of inked ones, grams, words that meet,
the word that a joint forms, how well the line goes on."""
CUT_WIDTH: Final = 3 * _PIECES
"""Number of weights of a word cut in two: the whole and both pieces."""

Joint = tuple[int, int, int, int, int, int]
"""Offsets in the weights of a seam kind."""


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
        self.stretches = Stretches(text, grams, vocabulary, self.border_set)
        self.places = places(text)
        self.context: Context | None = None
        self.ids = _identities(text, self.borders)
        kinds = [char_class(c) for c in text]
        self._class = kinds
        self._word_start, self._word_end = _word_bounds(text)
        self.word_starts = _word_starts(text)
        self.weigh = _weights(text)
        self._last_ink, self._next_ink = _ink(kinds)
        size, fold = len(text), self._folded
        self._before = [fold[max(0, at - 2) : at] for at in range(size + 1)]
        self._after = [fold[at : at + 2] for at in range(size + 1)]
        # for every offset where the word before it ends, and where the word after it begins
        self._behind = [at - 1 if at and kinds[at - 1] == SPACE else at for at in range(size + 1)]
        self._ahead = [at + 1 if at < size and kinds[at] == SPACE else at for at in range(size + 1)]
        starts, ends = self._word_start, self._word_end
        self._words_before = [text[starts[at] : at] for at in self._behind]
        self._words_after = [text[at : ends[at]] for at in self._ahead]

    def add_context(self) -> None:
        """Let the network judge how well the line goes on at its places, if it is not too long.

        Before that, and without a network, `context_class` is 0 everywhere.
        """
        if self._grams.contexts is not None:
            self.context = self._grams.contexts.context(self.text)

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

    def script_before(self, at: int) -> int:
        """Return the class of the letters of the word that ends at an offset."""
        end = self._behind[at]
        return self.stretches.script(self._word_start[end], end)

    def seam(self, kind: int, left: int, right: int) -> list[int]:
        """Return the features of text up to `left` met by text from `right`, as weight indexes."""
        base = kind * SEAM_WIDTH
        return [base + found for found in self.met(kind, left, right)]

    def met(self, kind: int, left: int, right: int) -> Joint:
        """Return the features of `joint`, with the space that the formatter hides on new sides."""
        near, ink, grams, words, formed, context = self.joint(left, right)
        if not self.php or kind not in (LEFT_NEW, DELETION + 2):
            return near, ink, grams, words, formed, context
        spaced = _GRAMS + self.spaced(left, right)
        if left < right and self._wordy(left - 1) and self._wordy(right):
            other = SPACE * CLASSES + self._class[right]
            return other, ink, spaced, words, _FORMED, context
        return near, ink, max(grams, spaced), words, formed, context

    def cut(self, at: int) -> tuple[int, int, int]:
        """Return what is known of a word cut in two, as offsets in the weights of a cut: of the
        whole, of what stands before the cut and of what stands after it.
        """  # noqa: D205
        start, end = self._word_start[at], self._word_end[at]
        if start == at or end == at:
            return 0, _PIECES, 2 * _PIECES
        text = self.text
        return (
            self.piece(text[start:end], 1),
            _PIECES + self.piece(text[start:at], 0),
            2 * _PIECES + self.piece(text[at:end], 0),
        )

    def piece(self, word: str, own: int) -> int:
        """Return 1 to 12 by how well a word is known to the background and the page, which shows
        it `own` times where it is asked for.
        """  # noqa: D205
        return 1 + 2 * self._grams.known(word) + (self.vocabulary.words.get(word, 0) > own)

    def _wordy(self, at: int) -> bool:
        return 0 <= at < len(self._class) and LOWER <= self._class[at] <= LETTER

    def joint(self, left: int, right: int) -> Joint:
        """Return the features of two ends that meet, as offsets in the weights of a seam kind:
        classes of the characters, of the inked ones, character grams, the two words that meet, the
        word that the ends form, how well the line goes on.
        """  # noqa: D205
        kinds = self._class
        one = kinds[left - 1] if left else 0
        other = kinds[right] if right < len(kinds) else 0
        ink = _PAIRS + self._last_ink[left] * CLASSES + self._next_ink[right]
        joint = _GRAMS + self._grams.joint(self._before[left], self._after[right])
        before, after = self._words_before[left], self._words_after[right]
        formed = _FORMED
        if left != right and LOWER <= one <= LETTER and LOWER <= other <= LETTER:
            formed += self.piece(before + after, 0)
        met = self.vocabulary.met(before, after) - (left == right)
        known = _MET + self._grams.follow(before, after) * 3
        if met > 0:
            known += 1 if met == 1 else 2
        context = _CONTEXT + self.context_class(left, right)
        return one * CLASSES + other, ink, joint, known, formed, context

    def context_class(self, left: int, right: int) -> int:
        """Return how well text up to `left` goes on from `right`, as `Context.of`, or 0."""
        return self.context.of(left, right) if self.context is not None else 0

    def goes_on(self, left: int, right: int) -> float:
        """Return how well text up to `left` goes on from `right`, as `Context.value`, or 0."""
        return self.context.value(left, right) if self.context is not None else 0.0

    def follows(self, before: str, after: str) -> float:
        """Return how well two words follow each other in the background: above 0 well."""
        return self._grams.follows(before, after)

    def met_on_page(self, before: str, after: str) -> int:
        """Return how often the page shows two words side by side."""
        return self.vocabulary.met(before, after)

    def class_after(self, at: int) -> int:
        """Return the class of the character at an offset."""
        return self._class[at]

    def known(self, word: str) -> int:
        """Return how common a word is, as `Grams.known`."""
        return self._grams.known(word)

    def gram_class(self, left: int, right: int) -> int:
        """Return how well text up to `left` reads on from `right`, as `Grams.joint`."""
        return self._grams.joint(self._before[left], self._after[right])

    def follow_class(self, before: str, after: str) -> int:
        """Return how well two words follow each other, as `Grams.follow`."""
        return self._grams.follow(before, after)

    def spaced(self, left: int, right: int) -> int:
        """Return the joint with the space added or dropped that the old side may hide."""
        fold = self._folded
        before, after = fold[max(0, left - 3) : left], fold[right : right + 2]
        before = before[:-1] if before.endswith(" ") else before + " "
        return self._grams.joint(before[-2:], after)


def _identities(text: str, borders: list[int]) -> list[str]:
    """Return the words between borders as the formatters compare them, trailing space aside."""
    return [text[a:b].rstrip(" ") or " " for a, b in pairwise(borders)]


QUOTE_WEIGHT: Final = 1009
_WEIGHT: Final = {
    "[": 3, "]": -3, "{": 5, "}": -5, "(": 7, ")": -7, "<": 11, ">": -11, "'": QUOTE_WEIGHT
}  # fmt: skip


def _weights(text: str) -> list[int]:
    """Return for every offset the weight of the brackets before it: a balanced stretch adds 0."""
    found, at = [0], 0
    for char in text:
        at += _WEIGHT.get(char, 0)
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
    for match in WORDS.finditer(text):
        first, end = match.span()
        for at in range(first, end):
            starts[at + 1] = first
            ends[at] = end
    return starts, ends


def _word_starts(text: str) -> list[int]:
    """Return for every offset how many words begin before it."""
    begins = {match.start() for match in WORDS.finditer(text) if match[0].isalnum()}
    found, count = [0], 0
    for at in range(len(text)):
        count += at in begins
        found.append(count)
    return found


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
