"""The spaces that core's PHP diff leaves on Chinese wikis, undone in text where no mark tells."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from wikidiff.readers import chinese_spaces

NBSP = "\u00a0"
WIDE = re.compile(r"[^\x00-\x7f]")
WORD = re.compile(r"([^\S\n]+|[0-9_A-Za-z\x80-\uffff]+|.)[^\S\n]?")


def shown(old, new):
    """Return how the text of a row shows two lines: split, compared, spaced and put together.

    LanguageZh::segmentForDiff, WordLevelDiff's words, the NBSPs of DifferenceEngine, and
    unsegmentForDiff, with a tag for each mark that the text then has not.
    """
    words = [list(WORD.finditer(WIDE.sub(r" \g<0>", side))) for side in (old, new)]
    made = ["", ""]
    for kind, a, b, c, d in Indel.opcodes(*([word[1] for word in side] for side in words)):
        for side, found in enumerate((words[0][a:b], words[1][c:d])):
            part = "".join(word[0] for word in found)
            made[side] += part if kind == "equal" else part and f"<{part}>"
    return tuple(re.sub("[<>]", "", unsegmented(spaced(side))) for side in made)


def spaced(side):
    side = re.sub("^ ", f"{NBSP} ", side)
    return re.sub(" $", f" {NBSP}", side).replace("  ", f"{NBSP} ")


def unsegmented(side):
    return re.sub(r" (?=[^\x00-\x7f])", "", side)


def context(line):
    return shown(line, line)[:1] * 2


LINES = st.lists(
    st.sampled_from([*"船礁石海圖夜", "| ", "[[", "3", "Ada "]),
    min_size=4,
    max_size=10,
    unique=True,
)  # no character twice: then it is not told which of them an edit left


@given(LINES, st.lists(st.sampled_from("霧人島"), min_size=1, max_size=2), st.data())
def test_what_such_a_page_shows_comes_back_as_it_was(line, words, data):
    """Three lines edited in the middle show enough."""
    line = [*"燈塔", *line, *"看守"]
    at = data.draw(st.integers(2, len(line) - 2))
    old = "".join(line).strip()
    new = "".join([*line[:at], *words, *line[at + 1 :]]).strip()
    pairs = [context("燈塔在| 礁石上。"), *[shown(old, new)] * 3]
    made = chinese_spaces.without(pairs)
    assert made[0] == ("燈塔在| 礁石上。",) * 2  # a space of the text's own, an NBSP by then
    left = any(chinese_spaces._LEFT.search(text) for pair in pairs for text in pair)
    assert {plain(text) for text in made[1]} == {plain(old), plain(new)} or not left


def plain(text):
    """Return a text without the spaces of which the page does not tell whose they are."""
    return text.replace(" ", "")


@pytest.mark.parametrize(
    "pairs",
    [
        [("a 燈塔 b", "a 礁石 b"), ("x 燈", "x 燈")],  # a space in context: the text's own
        [("燈塔 在 礁石 上", "燈塔 在 礁石 下")],  # not where the change is
        [("燈塔在礁石上", "燈塔在海圖上")],
        [("A b c", "A d c")],
    ],
)
def test_a_page_of_another_engine_stays_as_it_is(pairs):
    assert chinese_spaces.without(pairs) == pairs


def test_rows_of_numbers_stay():
    rows = [None, shown("燈塔看守阿達在", "燈船看守伊達在"), None]
    assert chinese_spaces.without(rows) == [None, ("燈塔看守阿達在", "燈船看守伊達在"), None]


def test_a_space_that_the_other_side_has_too_is_kept():
    assert chinese_spaces.proven(f"|{NBSP}燈塔", ": 燈塔") == ([], [1])
    assert chinese_spaces.proven("| 燈塔", ": 燈塔") == ([], [])
