"""How well a line goes on at a place, by four words before it and four behind, as a small network
judges it.

The network makes a vector of the words before a place, nearest first, and one of the words behind
it; their product tells how well what stands before goes on with what stands behind. It learnt on
running text which of the places nearby a beginning goes on at, and which end belongs to it (a
contrastive loss: van den Oord, Li and Vinyals 2018); tools/recover_contexts.py trains it. Words are
runs of letters, digits, or single signs; East Asian characters are words by themselves. Each is
known by its number among common words, by its last three letters and by its shape.
"""  # noqa: D205

from __future__ import annotations

import re
from bisect import bisect_left
from math import exp, log
from struct import Struct, unpack_from
from typing import Final

from wikidiff import limits
from wikidiff.recover.lanes import halves, packed, signed
from wikidiff.recover.slots import slot

COMMON: Final = 8192
"""Rows of words: the edge of a line, any other word, and the common ones by their hash."""
ENDINGS: Final = 1024
SHAPES: Final = 10
WIDTH: Final = 32
"""Numbers of a word."""
REACH: Final = 4
"""Words looked at on either side."""
HIDDEN: Final = 48
CLASSES: Final = 13
"""How many values `Context.of` has."""
_EDGE: Final = 0
_OTHER: Final = 1
_FIRST: Final = 2

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[^\w\s]|_")


def spans(text: str) -> list[tuple[int, int]]:
    """Return where the words of a text begin and end, in code points."""
    found = [match.span() for match in _WORD.finditer(text)]
    return found if text.isascii() else _parted(text, found)


def _parted(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return words with each East Asian character a word by itself."""
    made: list[tuple[int, int]] = []
    for start, end in found:
        begun = start
        for at in range(start, end):
            if _is_east_asian(text[at]):
                if begun < at:
                    made.append((begun, at))
                made.append((at, at + 1))
                begun = at + 1
        if begun < end:
            made.append((begun, end))
    return made


def _is_east_asian(char: str) -> bool:
    """Whether a character is a kana or an ideograph."""
    if char < "\u3040":
        return False
    return char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


def folded(word: str) -> str:
    """Return a word as it is looked up: small letters, any digits as 0, one kind of apostrophe."""
    return "0" if word[0].isdigit() else word.lower().replace("’", "'")


def key(word: str) -> int:
    """Return the hash by which a word is looked up."""
    return slot(folded(word), 1 << 32)


def shape(word: str) -> int:
    """Return 1-4 by how many digits, 5 for a sign, 6 for small letters, 7 for capitals, 8 for one
    capital in front, 9 for others; 0 is the edge's.
    """  # noqa: D205
    first = word[0]
    if first.isdigit():
        return min(len(word), 4)
    if not first.isalpha():
        return 5
    if word.islower():
        return 6
    if len(word) > 1 and word.isupper():
        return 7
    return 8 if first.isupper() and (len(word) == 1 or word[1:].islower()) else 9


def ending(word: str) -> int:
    """Return the bucket of a word's last three letters, 0 for digits and signs."""
    return 1 + slot(word.lower()[-3:], ENDINGS - 1) if word[0].isalpha() else 0


class Context:
    """What is known of one line; offsets are code points."""

    def __init__(self, at: list[int], values: list[list[float]]) -> None:
        self._at = at
        self._values = values

    def value(self, left: int, right: int) -> float:
        """Return how well text up to `left` goes on with text from `right`: the logarithm of its
        share among all places of the line, -9 to 0; 0 where one is inside a word.
        """  # noqa: D205
        one, other = self._at[left], self._at[right]
        return max(-9.0, self._values[one][other]) if one >= 0 and other >= 0 else 0.0

    def of(self, left: int, right: int) -> int:
        """Return the class of that, 1 to 12, or 0 where an offset is inside a word."""
        one, other = self._at[left], self._at[right]
        if one < 0 or other < 0:
            return 0
        value = (self._values[one][other] + 9.0) / 0.75
        return 1 if value < 0.0 else min(12, 1 + int(value))


class Contexts:
    """The network, from what tools/recover_contexts.py writes (see `packed` there)."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        count = COMMON - _FIRST
        self._keys: tuple[int, ...] = unpack_from(f"<{count}I", data)
        self._words = 4 * count
        self._ends = self._words + COMMON * WIDTH
        self._forms = self._ends + ENDINGS * WIDTH
        at = self._forms + SHAPES * WIDTH
        lanes = 2 * REACH * HIDDEN
        self._into = [self._row(at + 2 * lanes * n, lanes, _HALVES_ALL) for n in range(WIDTH)]
        at += 2 * lanes * WIDTH
        bias = [self._row(at + 2 * HIDDEN * n, HIDDEN, _HALVES_HIDDEN) for n in range(2)]
        self._bias = [row * _WORD_PARTS for row in bias]
        at += 4 * HIDDEN
        made = HIDDEN + 1
        mixed = [self._row(at + 2 * made * n, made, _HALVES_MADE) for n in range(HIDDEN + 1)]
        self._mix, self._mix_bias = mixed[:HIDDEN], mixed[HIDDEN] * int(_GRAIN)

    def context(self, text: str) -> Context | None:
        """Return what is known of a line, None of a line of too many words."""
        found = spans(text)
        count = len(found)
        if count > limits.RECOVER_CONTEXT_WORDS:
            return None
        known: dict[str, list[int]] = {}
        edge = self._parts("")
        parts: list[list[int]] = [edge] * REACH
        for a, b in found:
            word = text[a:b]
            if word not in known:
                known[word] = self._parts(word)
            parts.append(known[word])
        parts += [edge] * REACH
        lefts: list[list[int]] = []
        rights: list[list[int]] = []
        for n in range(count + 1):
            before, after = self._bias[0], self._bias[1]
            for p in range(REACH):
                before += parts[n + REACH - 1 - p][p]
                after += parts[n + REACH + p][REACH + p]
            lefts.append(self._mixed(_bent(before)))
            rights.append(_bent(after))
        return Context(_places(text, found), _shares(_products(lefts, rights)))

    def _parts(self, word: str) -> list[int]:
        """Return what a word gives to the places before and behind it, by distance, each packed.

        "" is the edge.
        """
        data = self._data
        at = self._words + WIDTH * (self._number(word) if word else _EDGE)
        end = self._ends + WIDTH * (ending(word) if word else 0)
        form = self._forms + WIDTH * (shape(word) if word else 0)
        one: tuple[int, ...] = _ROW.unpack_from(data, at)
        two: tuple[int, ...] = _ROW.unpack_from(data, end)
        three: tuple[int, ...] = _ROW.unpack_from(data, form)
        total = _HALVES_ALL
        for n in range(WIDTH):
            total += (one[n] + two[n] + three[n]) * self._into[n]
        raw, size = total.to_bytes(_BYTES * 2 * REACH, "little"), _BYTES
        return [
            int.from_bytes(raw[size * n : size * n + size], "little") - _HALVES_HIDDEN
            for n in range(2 * REACH)
        ]

    def _number(self, word: str) -> int:
        own = key(word)
        at = bisect_left(self._keys, own)
        return _FIRST + at if at < len(self._keys) and self._keys[at] == own else _OTHER

    def _row(self, at: int, width: int, own_halves: int) -> int:
        """Return a row of weights as one integer, each signed."""
        found: tuple[int, ...] = unpack_from(f"<{width}h", self._data, at)
        return packed(found, own_halves)

    def _mixed(self, hidden: list[int]) -> list[int]:
        """Return a left vector as it is multiplied with right ones, in grains."""
        total = _HALVES_MADE + self._mix_bias
        for n in range(HIDDEN):
            total += hidden[n] * self._mix[n]
        grains: list[int] = []
        for number in signed(_MADE, total, _HALVES_MADE):
            grain = int(number * _PART)
            grains.append(_MOST if grain > _MOST else -_MOST if grain < -_MOST else grain)
        return grains


_PART: Final = 0.0009765625
"""What one of a weight counts."""
_TWICE: Final = 0.000030517578125
"""Twice what one of a word's number times a weight counts: a word's is a 64th. The hyperbolic
tangent of x is 1 - 2 / (exp(2x) + 1), and exp is compiled."""
_WORD_PARTS: Final = 64
_GRAIN: Final = 512.0
"""Into how many parts the numbers between layers are cut."""
_FINE: Final = 0.000003814697265625
"""What one of the product of two of them counts."""
_MOST: Final = 16383
_BYTES: Final = 4 * HIDDEN
_ROW = Struct(f"<{WIDTH}b")
_HIDDEN = Struct(f"<{HIDDEN}i")
_MADE = Struct(f"<{HIDDEN + 1}i")
_HALVES_HIDDEN = halves(HIDDEN)
_HALVES_MADE = halves(HIDDEN + 1)
_HALVES_ALL = halves(2 * REACH * HIDDEN)


def _bent(sums: int) -> list[int]:
    """Return the hyperbolic tangents of packed sums, in grains."""
    grains: list[int] = []
    for number in signed(_HIDDEN, sums + _HALVES_HIDDEN, _HALVES_HIDDEN):
        bend = number * _TWICE
        if bend > 40.0:
            bend = 40.0
        grains.append(int(_GRAIN - 2.0 * _GRAIN / (exp(bend) + 1.0)))
    return grains


def _products(lefts: list[list[int]], rights: list[list[int]]) -> list[list[float]]:
    """Return the product of each left with each right vector; a further right number is 1."""
    count = len(rights)
    own_halves, form = halves(count), Struct(f"<{count}i")
    columns = [packed([right[n] for right in rights], own_halves) for n in range(HIDDEN)]
    columns.append(packed([int(_GRAIN)] * count, own_halves))
    made: list[list[float]] = []
    for left in lefts:
        total = own_halves
        for n in range(HIDDEN + 1):
            total += left[n] * columns[n]
        made.append([number * _FINE for number in signed(form, total, own_halves)])
    return made


def _shares(products: list[list[float]]) -> list[list[float]]:
    """Return the mean of the logarithms of each product's share in its row and in its column."""
    columns: list[float] = [0.0] * len(products)
    rows: list[float] = []
    for row in products:
        total = 0.0
        for n, value in enumerate(row):
            raised = exp(value) if value < 80.0 else exp(80.0)
            total += raised
            columns[n] += raised
        rows.append(0.5 * log(total))
    column_logs = [0.5 * log(total) for total in columns]
    made: list[list[float]] = []
    for at, row in enumerate(products):
        less, shares = rows[at], []
        for n, value in enumerate(row):
            shares.append(value - less - column_logs[n])
        made.append(shares)
    return made


def _places(text: str, found: list[tuple[int, int]]) -> list[int]:
    """Return for each offset how many words end before it, -1 inside a word."""
    made: list[int] = []
    for n, (a, b) in enumerate(found):
        made += [n] * (a + 1 - len(made))
        made += [-1] * (b - a - 1)
    return made + [len(found)] * (len(text) + 1 - len(made))
