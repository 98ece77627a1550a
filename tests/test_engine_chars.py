"""Changed words compared by character."""

from __future__ import annotations

import pytest
from engine_texts import LINE
from hypothesis import given, settings

import wikidiff
from wikidiff import text
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
