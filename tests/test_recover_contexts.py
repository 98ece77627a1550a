"""The network that tells how well a line goes on at a place."""

import random
from bisect import bisect_left
from itertools import pairwise
from math import exp, log, tanh
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff import limits
from wikidiff.recover.contexts import (
    COMMON,
    ENDINGS,
    HIDDEN,
    REACH,
    SHAPES,
    WIDTH,
    Contexts,
    ending,
    folded,
    shape,
    spans,
)
from wikidiff.recover.slots import slot
from wikidiff.recover.weights import model

TEXTS = st.text(alphabet="ab cé.=[]12中文ไทย'’A-_\u0301\U0001f600", max_size=60)

SENTENCES = [
    "The old mill was built by the river in 1820 and burned down ten years later.",
    "When the harbour froze, the boats could not leave before the end of March.",
    "It is one of the largest islands in the north of the country.",
    "She wrote a letter to the king, who did not answer it for two months.",
    "== What was the reason for the war? ==",
    "* A list of the bridges that were opened to trains after the flood",
]


class Reference:
    """The network in floating point, from the numbers that contexts.py reads."""

    def __init__(self, seed):
        rng = random.Random(seed)
        self.keys = sorted(rng.sample(range(1 << 32), COMMON - 2))
        self.tables = [self.whole(rng, n, WIDTH, 20) for n in (COMMON, ENDINGS, SHAPES)]
        lanes = 2 * REACH * HIDDEN
        self.into = self.whole(rng, WIDTH, lanes, 200)
        self.bias = self.whole(rng, 2, HIDDEN, 300)
        self.mix = self.whole(rng, HIDDEN + 1, HIDDEN + 1, 200)  # the last row is the bias

    @staticmethod
    def whole(rng, count, width, spread):
        return [[round(rng.gauss(0, spread)) for _ in range(width)] for _ in range(count)]

    def packed(self):
        rows = [x for table in self.tables for row in table for x in row]
        numbers = [x for table in (self.into, self.bias, self.mix) for row in table for x in row]
        return (
            pack(f"<{len(self.keys)}I", *self.keys)
            + pack(f"<{len(rows)}b", *(max(-128, min(127, x)) for x in rows))
            + pack(f"<{len(numbers)}h", *numbers)
        )

    def word(self, word):
        if not word:
            found = [self.tables[0][0], self.tables[1][0], self.tables[2][0]]
        else:
            key = slot(folded(word), 1 << 32)
            at = bisect_left(self.keys, key)
            known = at < len(self.keys) and self.keys[at] == key
            row = self.tables[0][at + 2 if known else 1]
            found = [row, self.tables[1][ending(word)], self.tables[2][shape(word)]]
        return [sum(column) / 64 for column in zip(*found, strict=True)]

    def hidden(self, words, side):
        sums = [x / 1024 for x in self.bias[side]]
        for distance, word in enumerate(words):
            vector, first = self.word(word), (side * REACH + distance) * HIDDEN
            for h in range(HIDDEN):
                sums[h] += sum(vector[d] * self.into[d][first + h] / 1024 for d in range(WIDTH))
        return [tanh(x) for x in sums]

    def values(self, text):
        words = [text[a:b] for a, b in spans(text)]
        padded = [""] * REACH + words + [""] * REACH
        lefts, rights = [], []
        for n in range(len(words) + 1):
            before = self.hidden([padded[n + REACH - 1 - p] for p in range(REACH)], 0)
            mixed = [
                sum(before[h] * self.mix[h][n] for h in range(HIDDEN)) / 1024
                + self.mix[HIDDEN][n] / 1024
                for n in range(HIDDEN + 1)
            ]
            lefts.append(mixed)
            rights.append([*self.hidden([padded[n + REACH + p] for p in range(REACH)], 1), 1.0])
        products = [[sum(x * y for x, y in zip(a, b, strict=True)) for b in rights] for a in lefts]
        rows = [log(sum(map(exp, row))) for row in products]
        columns = [log(sum(exp(row[n]) for row in products)) for n in range(len(rights))]
        return [
            [value - (rows[a] + columns[b]) / 2 for b, value in enumerate(row)]
            for a, row in enumerate(products)
        ]


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_in_whole_numbers_are_those_in_floating_point(seed):
    network = Reference(seed)
    text = "The River's 12 boats, 北 and _x_"
    context = Contexts(network.packed()).context(text)
    borders = [0, *(b for _, b in spans(text))]
    wanted = network.values(text)
    for a, left in enumerate(borders):
        for b, right in enumerate(borders):
            assert context.value(left, right) == pytest.approx(max(-9.0, wanted[a][b]), abs=0.06)


@given(TEXTS)
def test_words_cover_all_that_is_no_space(text):
    found = spans(text)
    assert all(a < b for a, b in found)
    assert all(b <= c for (_, b), (c, _) in pairwise(found))
    covered = {n for a, b in found for n in range(a, b)}
    assert all(char.isspace() for n, char in enumerate(text) if n not in covered)


@given(TEXTS)
def test_every_line_is_judged_at_the_borders_of_its_words_and_nowhere_else(text):
    context = model().grams.contexts.context(text)
    inside = {n for a, b in spans(text) for n in range(a + 1, b)}
    for left in range(len(text) + 1):
        for right in range(len(text) + 1):
            told = context.of(left, right)
            assert (told == 0) == (left in inside or right in inside)
            assert 0 <= told <= 12
            assert -9.0 <= context.value(left, right) <= 0.0


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_goes_on_best_as_it_is_written(text):
    context = model().grams.contexts.context(text)
    borders = [0, *(b for _, b in spans(text))]
    best = [max(borders, key=lambda right, at=left: context.value(at, right)) for left in borders]
    right = sum(left == found for left, found in zip(borders, best, strict=True))
    assert right >= 0.5 * len(borders)  # by chance it would be one


def test_a_line_of_too_many_words_is_not_judged():
    words = "word " * limits.RECOVER_CONTEXT_WORDS
    assert model().grams.contexts.context(words) is not None
    assert model().grams.contexts.context(words + "more") is None


@pytest.mark.parametrize(
    ("word", "told"),
    [("7", 1), ("1956", 4), ("19567", 4), ("=", 5), ("the", 6), ("NATO", 7), ("A", 8), ("The", 8)],
)
def test_a_words_shape_is_told_from_its_characters(word, told):
    assert shape(word) == told
