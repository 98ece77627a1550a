"""Stretches of one shown line: what they are made of, told from sums over its characters.

Thousands of stretches of a line are looked at, each for a moment; with running sums the cost of one
does not depend on its length.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from wikidiff.recover.borders import char_script
from wikidiff.recover.grams import Grams
from wikidiff.recover.vocabulary import WORDS, Vocabulary

_BITS: Final = 14  # of each count in a sum: a line is shorter than 2**14 characters
_MASK: Final = 16383
_UPPER: Final = 14
_SPACE: Final = 28
_MARKUP: Final = 42
_MARKS: Final = "[]{}<>|='"
_NONE: Final = 1 << 30


def words_of(stretch: int) -> int:
    """Return how many words, or parts of them, a stretch holds."""
    return stretch >> 16


def form_of(stretch: int) -> int:
    """Return what a stretch is made of: 0 nothing, 1 signs, 2 digits, 3 a word in small letters, 4
    one in capitals or with one, 5 words, 6 words and other signs, 7 markup.
    """  # noqa: D205
    return stretch & 15


def piece_of(stretch: int) -> int:
    """Return how well a single word is known, 0 of other stretches: see `ShownLine.piece`."""
    return stretch >> 4 & 15


def elsewhere_of(stretch: int) -> int:
    """Return how often the page shows a stretch besides, at most 2."""
    return stretch >> 8 & 15


def script_of(stretch: int) -> int:
    """Return the class of a stretch's letters: see `borders.char_script`."""
    return stretch >> 12 & 15


class Stretches:
    """The stretches of one line; what one is like is a number that the functions above take."""

    def __init__(
        self, text: str, grams: Grams, vocabulary: Vocabulary, border_set: frozenset[int]
    ) -> None:
        self._text = text
        self._grams = grams
        self._vocabulary = vocabulary
        self._borders = border_set
        self._size = len(text) + 1
        self._known: dict[int, int] = {}
        self._twins: dict[int, int] = {}
        traits = [_trait(char) for char in text]
        self._letters = list(accumulate([one for one, _ in traits], initial=0))
        self._wordy = [bool(other & 1) for _, other in traits]
        self._others = list(accumulate([other >> 1 for _, other in traits], initial=0))
        self._starts = _run_starts(self._wordy)
        self._first_ink, self._last_ink = _inked(text)
        scripts = [char_script(char) for char in text]
        self._scripts = list(
            accumulate([1 << _BITS * (n - 1) if 0 < n < 5 else 0 for n in scripts], initial=0)
        )
        self._far_scripts = list(
            accumulate([1 << _BITS * (n - 5) if n > 4 else 0 for n in scripts], initial=0)
        )
        self._sole_end = _sole_ends(text, vocabulary)

    def of(self, a: int, b: int) -> int:
        """Return what a stretch is like, worked out once."""
        key = a * self._size + b
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._made(a, b)
        return found

    def ink(self, a: int, b: int) -> int:
        """Return the length of a stretch without white space at its ends, 0 or less for none."""
        return self._last_ink[b] - self._first_ink[a]

    def text(self, a: int, b: int) -> str:
        """Return a stretch without white space at its ends."""
        return self._text[self._first_ink[a] : self._last_ink[b]]

    def sole(self, a: int, b: int) -> bool:
        """Tell whether a word inside a stretch, or two, stand on the page only here.

        Then so does the stretch.
        """
        return self._sole_end[self._first_ink[a]] < self._last_ink[b]

    def together(self, i: int, j: int) -> int:
        """Return how often the page shows a whole site elsewhere, 0 to 3: as one decision edits it.

        Stretches of one or two characters are none.
        """
        key = i * self._size + j
        found = self._twins.get(key)
        if found is None:
            start, end = self._first_ink[i], self._last_ink[j]
            found = self._twins[key] = self._elsewhere(start, end, 3) if end - start > 2 else 0
        return found

    def script(self, a: int, b: int) -> int:
        """Return the class of a stretch's letters, see `borders.script`."""
        count, first = self._far_scripts[b] - self._far_scripts[a], 5
        if not count:
            count, first = self._scripts[b] - self._scripts[a], 1
        found = 0
        while count:
            found = first
            first += 1
            count >>= _BITS
        return found

    def _made(self, a: int, b: int) -> int:
        start, end = self._first_ink[a], self._last_ink[b]
        if start >= end:
            return 0
        words = self._words(start, end)
        piece = 0
        if words == 1:
            text = self._text[start:end]
            own = a in self._borders and b in self._borders
            piece = 1 + 2 * self._grams.known(text) + (self._vocabulary.words.get(text, 0) > own)
        elsewhere = self._elsewhere(start, end, 2) if end - start > 1 else 0
        script = self.script(start, end)
        form = self._form(start, end)
        return words << 16 | script << 12 | elsewhere << 8 | piece << 4 | form

    def _words(self, a: int, b: int) -> int:
        """Return how many words, or parts of them, a stretch holds."""
        cut = a > 0 and self._wordy[a] and self._wordy[a - 1]
        return self._starts[b] - self._starts[a] + int(cut)

    def _form(self, a: int, b: int) -> int:
        size = b - a
        sums = self._letters[b] - self._letters[a]
        letters = sums & _MASK
        if letters == size:
            return 4 if sums >> _UPPER & _MASK else 3
        others = self._others[b] - self._others[a]
        if others & _MASK == size:
            return 2
        if sums >> _MARKUP:
            return 7
        if letters + (sums >> _SPACE & _MASK) == size:
            return 5
        return 6 if others >> _BITS else 1

    def _elsewhere(self, a: int, b: int, most: int) -> int:
        """Return how often the page shows a stretch besides, up to a number.

        Where a whole word inside it stands on the page only here, so does it.
        """
        if self._sole_end[a] < b:
            return 0
        return min(most, self._vocabulary.elsewhere(self._text[a:b]))


_TRAITS: Final[dict[str, tuple[int, int]]] = {}


def _trait(char: str) -> tuple[int, int]:
    """Return what a character adds to the running sums.

    The first counts letters, those with a small form, spaces and signs of markup; the second has
    in its lowest bit whether it is part of a word, above it it counts digits and letters or digits.
    """
    found = _TRAITS.get(char)
    if found is None:
        letter, both = char.isalpha(), char.isalnum()
        upper = letter and char != char.lower()
        one = letter | upper << _UPPER | (char == " ") << _SPACE | (char in _MARKS) << _MARKUP
        other = (both or char == "_") | char.isdigit() << 1 | both << _BITS + 1
        found = _TRAITS[char] = (int(one), int(other))
    return found


def _run_starts(wordy: list[bool]) -> list[int]:
    """Return for every offset how many runs of word characters begin before it."""
    found, count, before = [0], 0, False
    for here in wordy:
        if here and not before:
            count += 1
        before = here
        found.append(count)
    return found


def _inked(text: str) -> tuple[list[int], list[int]]:
    """Return for every offset the first one from it on, and the last up to it, without space."""
    size = len(text)
    spaces = [char.isspace() for char in text]
    first = [size] * (size + 1)
    for at in range(size - 1, -1, -1):
        first[at] = first[at + 1] if spaces[at] else at
    last = [0] * (size + 1)
    for at in range(size):
        last[at + 1] = last[at] if spaces[at] else at + 1
    return first, last


def _sole_ends(text: str, vocabulary: Vocabulary) -> list[int]:
    """Return for every offset where what stands just once on the page and begins behind it ends.

    That is a word, or two of them side by side; neither it nor what holds it, with a character
    before and behind it, stands anywhere else.
    """
    ends: dict[int, int] = {}
    before, at = "", 0
    for match in WORDS.finditer(text):
        word, (start, end) = match[0], match.span()
        if vocabulary.words.get(word, 0) == 1:
            ends[start] = end
        if before and at not in ends and vocabulary.met(before, word) == 1:
            ends[at] = end
        before, at = word, start
    made = [_NONE] * (len(text) + 1)
    nearest = _NONE
    for at in range(len(text), -1, -1):
        made[at] = nearest
        nearest = min(nearest, ends.get(at, _NONE))
    return made
