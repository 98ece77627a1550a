"""Which words of a shown line were deleted and which inserted, as a small network judges them.

The network sees rows of tag_features.py, one a word: their tables add up to a state of WIDTH
numbers, which separable dilated convolutions with gates carry along the line (Kaiser, Gomez and
Chollet 2018 for such convolutions); last come a score of each label of each word, and one of each
label behind another (a linear-chain conditional random field). It is trained by
tools/recover_tagger.py. A line of 60 words takes about a million multiplications, most of them
whole rows at once (see below).
"""

from __future__ import annotations

from bisect import bisect_right
from math import exp, sqrt
from struct import Struct, unpack_from
from typing import Final

from wikidiff.recover.lanes import halves, packed, signed
from wikidiff.recover.tag_features import SIZES

WIDTH: Final = 40
"""Numbers of a state."""
REACH: Final = 5
"""Words that a convolution sees."""
DILATIONS = (1, 2, 4, 8, 1, 1)
"""How far apart the words stand that each convolution sees."""
LABELS: Final = 4
COMMON: Final = 0
DELETED: Final = 1
INSERTED: Final = 2
BOTH: Final = 3
"""Labels of a word; BOTH begins with deleted and ends with inserted characters."""
_NO: Final = -8.0
NEVER = (
    (0.0, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.0, 0.0),
    (0.0, _NO, 0.0, _NO),
    (0.0, _NO, 0.0, _NO),
)
"""Added to the scores of labels behind others: inserted words stand behind deleted ones."""
_EPSILON: Final = 1e-5
_LEAST: Final = -4.0
"""What a border inside a word counts where only words are told apart."""

_FAR: Final = -1e9

Vector = list[float]


class Layer:
    """One convolution: weights of the words around, packed rows of what they make, and its scale.

    The weights of `mix` stand for each number that goes in, all that come out packed as one.
    """

    def __init__(
        self, near: list[Vector], mix: list[int], bias: Vector, scale: Vector, shift: Vector
    ) -> None:
        self.near = near
        self.mix = mix
        self.bias = bias
        self.scale = scale
        self.shift = shift


class Tagger:
    """The network of one engine, from what tools/recover_tagger.py writes: `weights` are whole
    numbers of 16 bits, little-endian, each so many 1024ths.

    `trust` scales its odds: it was trained on lines that were edited, most of them.
    """  # noqa: D205

    def __init__(self, weights: bytes, trust: float = 1.0) -> None:
        self._trust = trust
        self._weights = weights
        self._starts: list[int] = []
        at = 0
        for size in SIZES:
            self._starts.append(at)
            at += size * WIDTH
        self._known: dict[int, int] = {}
        self._scale, self._shift = self._rows(at, 2, WIDTH)
        at += 2 * WIDTH
        self._layers: list[Layer] = []
        for _ in DILATIONS:
            near = self._rows(at, REACH, WIDTH)
            at += REACH * WIDTH
            rows = [self._packed(at + 2 * WIDTH * n, 2 * WIDTH, _HALVES_MADE) for n in range(WIDTH)]
            at += 2 * WIDTH * WIDTH
            rest = self._rows(at, 4, WIDTH)
            at += 4 * WIDTH
            self._layers.append(Layer(near, rows, rest[0] + rest[1], rest[2], rest[3]))
        self._out = self._rows(at, LABELS, WIDTH)
        at += LABELS * WIDTH
        self._out_bias = self._rows(at, 1, LABELS)[0]
        steps = self._rows(at + LABELS, LABELS, LABELS)
        self._steps = [
            [step + never for step, never in zip(row, more, strict=True)]
            for row, more in zip(steps, NEVER, strict=True)
        ]

    def tags(self, rows: list[list[int]], borders: list[int]) -> Tags:
        """Return what the words of a line are taken for, by their rows and borders."""
        return Tags(self.scores(rows), self._steps, borders, self._trust)

    def scores(self, rows: list[list[int]]) -> list[Vector]:
        """Return a score of each label of each word."""
        states = [_scaled(self._sum(row), self._scale, self._shift) for row in rows]
        for number, layer in enumerate(self._layers):
            states = _convolved(states, layer, DILATIONS[number])
        return [
            [_dot(weights, state) + bias for weights, bias in zip(self._out, self._out_bias)]  # noqa: B905 - LABELS each
            for state in states
        ]

    def _rows(self, at: int, count: int, width: int) -> list[Vector]:
        """Return rows of weights from the number `at` on."""
        return [
            [number * _PART for number in self._numbers(at + n * width, width)]
            for n in range(count)
        ]

    def _packed(self, at: int, width: int, own_halves: int) -> int:
        """Return a row of weights as one integer, each signed."""
        return packed(self._numbers(at, width), own_halves)

    def _numbers(self, at: int, width: int) -> tuple[int, ...]:
        found: tuple[int, ...] = unpack_from(f"<{width}h", self._weights, 2 * at)
        return found

    def _sum(self, row: list[int]) -> Vector:
        """Return the sum of what the tables hold of a word's features."""
        total = _HALVES_STATE
        for column, value in enumerate(row):
            at = self._starts[column] + value * WIDTH
            known = self._known.get(at)
            if known is None:
                known = self._known[at] = self._packed(at, WIDTH, _HALVES_STATE)
            total += known
        return [part * _PART for part in signed(_STATE, total, _HALVES_STATE)]


# Rows of numbers are packed into one integer (lanes.py). Numbers are written out since only so
# compiled code has them as constants.
_PART: Final = 0.0009765625
"""What one of a packed weight counts."""
_GRAIN: Final = 512.0
"""Into how many parts a number is cut that packed weights are multiplied with."""
_UNIT: Final = 0.0000019073486328125
"""What one of their products counts: _PART / _GRAIN."""
_MOST: Final = 8191
"""No sum of WIDTH products of it and a packed weight (below 6.4) fills more than its bits."""
_STATE = Struct(f"<{WIDTH}i")
_MADE = Struct(f"<{2 * WIDTH}i")
_HALVES_STATE = halves(WIDTH)
_HALVES_MADE = halves(2 * WIDTH)


def _dot(weights: Vector, state: Vector) -> float:
    total = 0.0
    for n in range(WIDTH):
        total += weights[n] * state[n]
    return total


def _scaled(state: Vector, scale: Vector, shift: Vector) -> Vector:
    """Return a state with mean 0 and variance 1, then scaled (layer normalisation)."""
    mean = 0.0
    for value in state:
        mean += value
    mean /= WIDTH
    spread = 0.0
    for value in state:
        spread += (value - mean) * (value - mean)
    unit = 1.0 / sqrt(spread / WIDTH + _EPSILON)
    return [(state[n] - mean) * unit * scale[n] + shift[n] for n in range(WIDTH)]


def _convolved(states: list[Vector], layer: Layer, apart: int) -> list[Vector]:
    made: list[Vector] = []
    count, reach = len(states), REACH // 2 * apart
    for at in range(count):
        around: list[Vector] = []
        weights: list[Vector] = []
        for n in range(REACH):
            other = at - reach + n * apart
            if 0 <= other < count:
                around.append(states[other])
                weights.append(layer.near[n])
        made.append(_stepped(states[at], around, weights, layer))
    return made


def _stepped(state: Vector, around: list[Vector], weights: list[Vector], layer: Layer) -> Vector:
    """Return a state with what a convolution makes of its neighbourhood added."""
    mix, bias = layer.mix, layer.bias
    sums, words = _HALVES_MADE, len(around)
    for c in range(WIDTH):
        seen = 0.0
        for n in range(words):
            seen += weights[n][c] * around[n][c]
        grains = int(seen * _GRAIN)
        if grains > _MOST:
            grains = _MOST
        elif grains < -_MOST:
            grains = -_MOST
        sums += mix[c] * grains
    made = signed(_MADE, sums, _HALVES_MADE)
    total: Vector = []
    for n in range(WIDTH):
        kept = state[n]
        value = _UNIT * made[n] + bias[n]
        if value > 0.0:
            gate = _UNIT * made[WIDTH + n] + bias[WIDTH + n]
            if gate > -30.0:
                kept += value / (1.0 + exp(-gate))
        total.append(kept)
    return _scaled(total, layer.scale, layer.shift)


class Tags:
    """What the words of one line are taken for: log-odds against all of them being common.

    Offsets are code points of the line; the score of a site is the sum of its two parts, that of
    several sites the sum of theirs.
    """

    def __init__(
        self, scores: list[Vector], steps: list[Vector], borders: list[int], trust: float = 1.0
    ) -> None:
        stay = steps[COMMON][COMMON]
        self._steps = [[trust * (step - stay) for step in row] for row in steps]
        self._odds = [[trust * (score - row[COMMON]) for score in row] for row in scores]
        self._borders = borders
        self._at = {border: n for n, border in enumerate(borders)}
        self._gone = self._sums(DELETED)
        self._come = self._sums(INSERTED)

    def _sums(self, label: int) -> Vector:
        """Return for each word the sum of a label's odds before it, a step to itself with each."""
        total, made = 0.0, [0.0]
        for row in self._odds:
            total += row[label] + self._steps[label][label]
            made.append(total)
        return made

    def _run(self, label: int, start: int, end: int) -> float:
        """Return what speaks for a label of all words from one to another, which is left out."""
        sums = self._come if label == INSERTED else self._gone
        return sums[end] - sums[start] - self._steps[label][label]

    def site(self, i: int, m: int, j: int) -> float:
        """Return what speaks for an edit site: text[i:m] deleted, text[m:j] inserted."""
        if i < m < j:
            return self.left(i, m) + self.right(m, j)
        return self.alone(INSERTED if i == m else DELETED, i, j)

    def left(self, i: int, m: int) -> float:
        """Return what speaks for words deleted from border `i` on to `m`, the step to `m` aside."""
        steps, start = self._steps, self._at.get(i, -1)
        if start < 0:
            return _LEAST
        end = self._at.get(m, -1)
        if end >= 0:
            return steps[COMMON][DELETED] + self._run(DELETED, start, end)
        end = bisect_right(self._borders, m) - 1
        both = self._odds[end][BOTH]
        if start == end:
            return steps[COMMON][BOTH] + both
        gone = self._run(DELETED, start, end)
        return steps[COMMON][DELETED] + gone + steps[DELETED][BOTH] + both

    def right(self, m: int, j: int) -> float:
        """Return what speaks for words inserted from `m` on to border `j`, the steps with it."""
        start, end = self._at.get(m, -1), self._at.get(j, -1)
        if end < 0:
            return _LEAST
        if start < 0:
            return self._rest(INSERTED, m, end)
        steps = self._steps
        return steps[DELETED][INSERTED] + self._run(INSERTED, start, end) + steps[INSERTED][COMMON]

    def alone(self, label: int, i: int, j: int) -> float:
        """Return what speaks for a stretch deleted or inserted alone."""
        steps, start, end = self._steps, self._at.get(i, -1), self._at.get(j, -1)
        if end < 0:
            return _LEAST
        if start < 0:
            both = self._odds[bisect_right(self._borders, i) - 1][BOTH]
            return steps[COMMON][BOTH] + both + self._rest(label, i, end)
        return steps[COMMON][label] + self._run(label, start, end) + steps[label][COMMON]

    def _rest(self, label: int, at: int, end: int) -> float:
        """Return what speaks for a label behind the word that offset `at` is in."""
        steps, start = self._steps, bisect_right(self._borders, at)
        if start == end:
            return steps[BOTH][COMMON]
        return steps[BOTH][label] + self._run(label, start, end) + steps[label][COMMON]

    def path(self, sizes: list[int], pull: float) -> list[int]:
        """Return the likeliest labels, each byte of the delta counting `pull` (Viterbi 1967).

        `sizes` are the bytes of the words.
        """
        best = [0.0, _FAR, _FAR, _FAR]
        back: list[list[int]] = []
        for n, row in enumerate(self._odds):
            worth = pull * sizes[n]
            own = [0.0, row[DELETED] - worth, row[INSERTED] + worth, row[BOTH]]
            chosen, made = [0] * LABELS, [0.0] * LABELS
            for label in range(LABELS):
                top, source = best[0] + self._steps[0][label], 0
                for before in range(1, LABELS):
                    score = best[before] + self._steps[before][label]
                    if score > top:
                        top, source = score, before
                made[label], chosen[label] = top + own[label], source
            best = made
            back.append(chosen)
        ends = [best[label] + self._steps[label][COMMON] for label in range(LABELS)]
        label = ends.index(max(ends))
        found: list[int] = []
        for chosen in reversed(back):
            found.append(label)
            label = chosen[label]
        found.reverse()
        return found
