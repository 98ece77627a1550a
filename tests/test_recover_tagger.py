"""The network that tags words: its sums in whole numbers, its odds, its likeliest labels."""

import random
from itertools import pairwise, product
from math import exp, sqrt
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff.recover.line import ShownLine, Vocabulary
from wikidiff.recover.page import PHP, WIKIDIFF2
from wikidiff.recover.tag_features import SIZES, word_features
from wikidiff.recover.tagger import (
    BOTH,
    COMMON,
    DELETED,
    DILATIONS,
    INSERTED,
    LABELS,
    NEVER,
    REACH,
    WIDTH,
    Tagger,
    Tags,
)
from wikidiff.recover.weights import model

TEXTS = st.text(alphabet="ab cé.=[]12中ไทย'A-\u0301\U0001f600", max_size=60)


class Reference:
    """The network in plain floating point, from the numbers that the tagger reads."""

    def __init__(self, seed):
        rng = random.Random(seed)
        self.tables = [self.rows(rng, size, WIDTH, 0.2) for size in SIZES]
        self.scale, self.shift = self.rows(rng, 2, WIDTH, 0.5)
        self.layers = [
            (
                self.rows(rng, REACH, WIDTH, 0.4),
                self.rows(rng, WIDTH, 2 * WIDTH, 0.3),
                self.rows(rng, 1, 2 * WIDTH, 0.2)[0],
                self.rows(rng, 2, WIDTH, 0.5),
            )
            for _ in DILATIONS
        ]
        self.out = self.rows(rng, LABELS, WIDTH, 0.3)
        self.out_bias = self.rows(rng, 1, LABELS, 0.2)[0]
        self.steps = self.rows(rng, LABELS, LABELS, 0.4)

    @staticmethod
    def rows(rng, count, width, spread):
        return [
            [round(rng.gauss(0, spread) * 1024) / 1024 for _ in range(width)] for _ in range(count)
        ]

    def numbers(self):
        parts = [row for table in self.tables for row in table] + [self.scale, self.shift]
        for near, mix, bias, ends in self.layers:
            parts += [*near, *mix, bias, *ends]
        return [x for row in (*parts, *self.out, self.out_bias, *self.steps) for x in row]

    @staticmethod
    def scaled(state, scale, shift):
        mean = sum(state) / WIDTH
        spread = sum((x - mean) ** 2 for x in state) / WIDTH
        unit = 1 / sqrt(spread + 1e-5)
        return [(x - mean) * unit * a + b for x, a, b in zip(state, scale, shift, strict=True)]

    def scores(self, rows):
        states = []
        for row in rows:
            columns = [table[value] for table, value in zip(self.tables, row, strict=True)]
            summed = [sum(column) for column in zip(*columns, strict=True)]
            states.append(self.scaled(summed, self.scale, self.shift))
        for (near, mix, bias, ends), apart in zip(self.layers, DILATIONS, strict=True):
            states = [self.layer(states, n, near, mix, bias, ends, apart) for n in range(len(rows))]
        return [
            [
                sum(w * x for w, x in zip(weights, state, strict=True)) + bias
                for weights, bias in zip(self.out, self.out_bias, strict=True)
            ]
            for state in states
        ]

    def layer(self, states, at, near, mix, bias, ends, apart):
        seen = [0.0] * WIDTH
        for n in range(REACH):
            other = at + (n - REACH // 2) * apart
            if 0 <= other < len(states):
                seen = [s + w * x for s, w, x in zip(seen, near[n], states[other], strict=True)]
        made = [sum(mix[c][n] * seen[c] for c in range(WIDTH)) + bias[n] for n in range(2 * WIDTH)]
        total = [
            x + max(0.0, made[n]) / (1 + exp(-made[WIDTH + n])) for n, x in enumerate(states[at])
        ]
        return self.scaled(total, *ends)


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_in_whole_numbers_are_those_in_floating_point(seed):
    network = Reference(seed)
    numbers = network.numbers()
    tagger = Tagger(pack(f"<{len(numbers)}h", *(round(1024 * x) for x in numbers)))
    rng = random.Random(seed)
    rows = [[rng.randrange(size) for size in SIZES] for _ in range(30)]
    for told, wanted in zip(tagger.scores(rows), network.scores(rows), strict=True):
        assert told == pytest.approx(wanted, abs=0.05)


@given(TEXTS, st.sampled_from([PHP, WIKIDIFF2]))
def test_every_feature_of_a_word_has_a_place_in_its_table(text, engine):
    line = ShownLine(text, engine, "en", model().grams, Vocabulary([text]))
    rows = word_features(line)
    assert len(rows) == max(0, len(line.borders) - 1)
    for row in rows:
        assert len(row) == len(SIZES)
        assert all(0 <= value < size for value, size in zip(row, SIZES, strict=True))


def some_tags(seed, count, size=3):
    rng = random.Random(seed)
    scores = [[rng.gauss(0, 2) for _ in range(LABELS)] for _ in range(count)]
    steps = [[rng.gauss(0, 1) + NEVER[a][b] for b in range(LABELS)] for a in range(LABELS)]
    borders = [size * n for n in range(count + 1)]
    return scores, steps, borders, Tags(scores, steps, borders)


def odds(scores, steps, labels):
    """Return the log-odds of labels against all words being common, a common word around them."""

    def total(found):
        own = sum(row[label] for row, label in zip(scores, found, strict=True))
        return own + sum(steps[a][b] for a, b in pairwise((COMMON, *found, COMMON)))

    return total(labels) - total((COMMON,) * len(labels))


@given(st.integers(0, 10**6))
def test_a_site_has_the_odds_of_the_labels_that_it_stands_for(seed):
    scores, steps, _, tags = some_tags(seed, 6)
    gone, come, both, stay = DELETED, INSERTED, BOTH, COMMON
    cases = {
        (3, 9, 12): (stay, gone, gone, come, stay, stay),
        (3, 3, 9): (stay, come, come, stay, stay, stay),
        (6, 12, 12): (stay, stay, gone, gone, stay, stay),
        (3, 7, 12): (stay, gone, both, come, stay, stay),
        (6, 8, 9): (stay, stay, both, stay, stay, stay),
    }
    for site, labels in cases.items():
        assert tags.site(*site) == pytest.approx(odds(scores, steps, labels))


@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.3, -0.5]))
def test_the_likeliest_labels_are_found(seed, pull):
    scores, steps, _, tags = some_tags(seed, 4)
    sizes = [1, 2, 3, 4]

    def worth(labels):
        bytes_ = sum(
            size * ((label == INSERTED) - (label == DELETED))
            for size, label in zip(sizes, labels, strict=True)
        )
        return odds(scores, steps, labels) + pull * bytes_

    best = max(map(worth, product(range(LABELS), repeat=4)))
    assert worth(tags.path(sizes, pull)) == pytest.approx(best)


@pytest.mark.parametrize(
    ("engine", "old", "new"), [(PHP, "1987 ", "1989 "), (WIKIDIFF2, "1987", "1989")]
)
def test_the_shipped_networks_find_a_word_put_in_place_of_another(engine, old, new):
    text = f"The station opened in {old}{new}and the line was closed in 1999."
    line = ShownLine(text, engine, "en", model().grams, Vocabulary([text]))
    tags = model().tagger(engine).tags(word_features(line), line.borders)
    at = text.index("1987")
    found = tags.site(at, at + len(old), at + len(old + new))
    rest = [(a, b) for a, b in pairwise(line.borders) if not at <= a < at + len(old + new)]
    assert found > max(max(tags.site(a, a, b), tags.site(a, b, b)) for a, b in rest)
