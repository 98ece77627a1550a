"""Which words of a shown line were deleted and which inserted, as a small network judges them.

The network sees rows of tag_features.py, one a word: their tables add up to a state of WIDTH
numbers, which separable dilated convolutions with gates carry along the line (Kaiser, Gomez and
Chollet 2018 for such convolutions); last come a score of each label of each word, and one of each
label behind another (a linear-chain conditional random field). It is trained by
tools/recover_tagger.py. All is counted in plain loops: a line of 60 words takes about a million
multiplications.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import exp, sqrt

from wikidiff.recover.tag_features import SIZES

WIDTH, REACH = 40, 5
"""Numbers of a state, words that a convolution sees."""
DILATIONS = (1, 2, 4, 8, 1, 1)
"""How far apart the words stand that each convolution sees."""
LABELS = 4
COMMON, DELETED, INSERTED, BOTH = range(LABELS)
"""Labels of a word; BOTH begins with deleted and ends with inserted characters."""
_NO = -8.0
NEVER = (
    (0.0, 0.0, 0.0, 0.0),
    (0.0, 0.0, 0.0, 0.0),
    (0.0, _NO, 0.0, _NO),
    (0.0, _NO, 0.0, _NO),
)
"""Added to the scores of labels behind others: inserted words stand behind deleted ones."""
_EPSILON = 1e-5
_LEAST = -4.0
"""What a border inside a word counts where only words are told apart."""

_FAR = -1e9

Vector = list[float]


class Layer:
    """One convolution: weights of the words around, of what they make, and its scale."""

    def __init__(
        self, near: list[Vector], mix: list[Vector], bias: Vector, scale: Vector, shift: Vector
    ) -> None:
        self.near = near
        self.mix = mix
        self.bias = bias
        self.scale = scale
        self.shift = shift


class Tagger:
    """The network of one engine, from the vector that tools/recover_tagger.py writes.

    `trust` scales its odds: it was trained on lines that were edited, most of them.
    """

    def __init__(self, weights: Sequence[float], trust: float = 1.0) -> None:
        self._trust = trust
        numbers = [float(weight) for weight in weights]
        at = 0
        self._tables: list[list[Vector]] = []
        for size in SIZES:
            self._tables.append(_rows(numbers, at, size, WIDTH))
            at += size * WIDTH
        self._scale, self._shift = numbers[at : at + WIDTH], numbers[at + WIDTH : at + 2 * WIDTH]
        at += 2 * WIDTH
        self._layers: list[Layer] = []
        for _ in DILATIONS:
            near = _rows(numbers, at, REACH, WIDTH)
            at += REACH * WIDTH
            mix = _rows(numbers, at, 2 * WIDTH, WIDTH)
            at += 2 * WIDTH * WIDTH
            rest = _rows(numbers, at, 4, WIDTH)
            at += 4 * WIDTH
            self._layers.append(Layer(near, mix, rest[0] + rest[1], rest[2], rest[3]))
        self._out = _rows(numbers, at, LABELS, WIDTH)
        at += LABELS * WIDTH
        self._out_bias = numbers[at : at + LABELS]
        steps = _rows(numbers, at + LABELS, LABELS, LABELS)
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

    def _sum(self, row: list[int]) -> Vector:
        tables = self._tables
        total = list(tables[0][row[0]])
        for column in range(1, len(row)):
            more = tables[column][row[column]]
            for n in range(WIDTH):
                total[n] += more[n]
        return total


def _rows(numbers: Vector, at: int, count: int, width: int) -> list[Vector]:
    return [numbers[at + n * width : at + (n + 1) * width] for n in range(count)]


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
    count, half = len(states), REACH // 2
    for at in range(count):
        seen = [0.0] * WIDTH
        for n in range(REACH):
            other = at + (n - half) * apart
            if 0 <= other < count:
                near, state = layer.near[n], states[other]
                for c in range(WIDTH):
                    seen[c] += near[c] * state[c]
        made.append(_stepped(states[at], seen, layer))
    return made


def _stepped(state: Vector, seen: Vector, layer: Layer) -> Vector:
    """Return a state with what a convolution makes of its neighbourhood added."""
    mix, bias = layer.mix, layer.bias
    total = list(state)
    for n in range(WIDTH):
        value = _dot(mix[n], seen) + bias[n]
        if value > 0.0:
            gate = _dot(mix[WIDTH + n], seen) + bias[WIDTH + n]
            total[n] += value / (1.0 + exp(-gate)) if gate > -30.0 else 0.0
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
            gone = self._gone[end] - self._gone[start]
            return steps[COMMON][DELETED] + gone - steps[DELETED][DELETED]
        end = bisect_right(self._borders, m) - 1
        both = self._odds[end][BOTH]
        if start == end:
            return steps[COMMON][BOTH] + both
        gone = self._gone[end] - self._gone[start]
        return steps[COMMON][DELETED] + gone - steps[DELETED][DELETED] + steps[DELETED][BOTH] + both

    def right(self, m: int, j: int) -> float:
        """Return what speaks for words inserted from `m` on to border `j`, the steps with it."""
        steps, end = self._steps, self._at.get(j, -1)
        if end < 0:
            return _LEAST
        start = self._at.get(m, -1)
        if start >= 0:
            come = self._come[end] - self._come[start] - steps[INSERTED][INSERTED]
            return steps[DELETED][INSERTED] + come + steps[INSERTED][COMMON]
        start = bisect_right(self._borders, m)
        if start == end:
            return steps[BOTH][COMMON]
        come = self._come[end] - self._come[start] - steps[INSERTED][INSERTED]
        return steps[BOTH][INSERTED] + come + steps[INSERTED][COMMON]

    def alone(self, label: int, i: int, j: int) -> float:
        """Return what speaks for a stretch deleted or inserted alone."""
        steps, end = self._steps, self._at.get(j, -1)
        if end < 0:
            return _LEAST
        sums = self._come if label == INSERTED else self._gone
        start = self._at.get(i, -1)
        if start >= 0:
            own = sums[end] - sums[start] - steps[label][label]
            return steps[COMMON][label] + own + steps[label][COMMON]
        start = bisect_right(self._borders, i)
        both = steps[COMMON][BOTH] + self._odds[start - 1][BOTH]
        if start == end:
            return both + steps[BOTH][COMMON]
        own = sums[end] - sums[start] - steps[label][label]
        return both + steps[BOTH][label] + own + steps[label][COMMON]

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
