"""Changed words compared by character."""

from __future__ import annotations

import pytest
from engine_texts import LINE, PAIRS
from hypothesis import given, settings

import wikidiff
from wikidiff import api, text
from wikidiff.engine import line_ops, refined


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("the colour", "the color", [("=", "the colo"), ("-", "u"), ("=", "r")]),
        ("in 1998", "in 1999", [("=", "in 199"), ("-", "8"), ("+", "9")]),
        ("a cat", "a dog", [("=", "a "), ("-", "cat"), ("+", "dog")]),
        ("cafe\u0301", "cafe", [("-", "cafe\u0301"), ("+", "cafe")]),
    ],
)  # fmt: skip
def test_a_changed_word_is_marked_by_character(old: str, new: str, shown: list[tuple[str, str]]):
    line = wikidiff.Line("changed", old, new, ops=line_ops(old, new))
    assert refined(line.segments) == shown


@settings(max_examples=200, deadline=None)
@given(LINE, LINE)
def test_refined_segments_add_up_and_part_nothing(old: str, new: str):
    segments = refined(wikidiff.Line("changed", old, new, ops=line_ops(old, new)).segments)
    for whole, marks in ((old, "=-"), (new, "=+")):
        stretches = [stretch for mark, stretch in segments if mark in marks]
        assert "".join(stretches) == whole
        at = 0
        for stretch in stretches[:-1]:
            at += len(stretch)
            assert not text.joined(whole, at)


@settings(max_examples=100, deadline=None)
@given(PAIRS)
def test_a_document_by_character_still_turns_one_text_into_the_other(pair: tuple[str, str]):
    old, new = pair
    made = wikidiff.diff(old, new)
    fine = api.by_character(made)
    assert wikidiff.apply(fine, old) == new
    assert wikidiff.apply(fine, new, reverse=True) == old
    assert fine.changes == made.changes
    assert fine.summary == made.summary
    assert fine.stats.chars_inserted <= made.stats.chars_inserted
    for line in fine.lines():
        assert "".join(t for mark, t in line.segments if mark in "=-") == (line.old or "")
        assert "".join(t for mark, t in line.segments if mark in "=+") == (line.new or "")


def test_a_word_too_long_to_compare_by_character_is_told():
    start = "A line that both of them share but for its end " * 20
    words = wikidiff.diff(start + "bc" * 300, start + "cd" * 300)
    assert not words.warnings
    fine = api.by_character(words)
    assert ["comparing by character" in x.message for x in fine.warnings] == [True]
    assert list(fine.lines()) == list(words.lines())
