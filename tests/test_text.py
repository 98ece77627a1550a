"""Tokens, borders, sizes and common ends of texts."""

from __future__ import annotations

import re

import pytest
from engine_texts import ANY, LINE
from hypothesis import given, settings
from hypothesis import strategies as st

from wikidiff import text

CASES = {
    "words and signs": ("The cat, sat.", ["The", " ", "cat", ",", " ", "sat", "."]),
    "links": ("[[Mill|mills]]", ["[[", "Mill", "|", "mills", "]]"]),
    "templates": ("{{a|{{{b}}}}}", ["{{", "a", "|", "{{{", "b", "}}}", "}}"]),
    "quotes": ("'''b''' ''i''", ["'''", "b", "'''", " ", "''", "i", "''"]),
    "a reference": ('x<ref name="a b">y</ref>', ["x", '<ref name="a b">', "y", "</ref>"]),
    "an entity": ("a&nbsp;b&#160;c", ["a", "&nbsp;", "b", "&#160;", "c"]),
    "a bare ampersand": ("a & b", ["a", " ", "&", " ", "b"]),
    "a URL": ("[https://a.example/b?c=d,e f]", ["[", "https://a.example/b?c=d,e", " ", "f", "]"]),
    "numbers": ("1,234.5 and 3", ["1,234.5", " ", "and", " ", "3"]),
    "an apostrophe": ("don't it’s", ["don't", " ", "it’s"]),
    "runs of spaces": ("a  \t b", ["a", " ", " ", "\t", " ", "b"]),
    "combining marks": ("cafe\u0301s e\u0301", ["cafe\u0301s", " ", "e\u0301"]),
    "Hindi": ("हिन्दी भाषा", ["हिन्दी", " ", "भाषा"]),
    "Arabic": ("مُراجعة", ["مُراجعة"]),
    "Chinese goes by character": ("修訂版", ["修", "訂", "版"]),
    "Thai keeps its vowel signs": ("เก่า", ["เก่", "า"]),
    "a family of emoji": ("👩\u200d👩\u200d👧👍🏽", ["👩\u200d👩\u200d👧", "👍🏽"]),
    "flags": ("🇭🇺🇩🇪", ["🇭🇺", "🇩🇪"]),
    "line separators are no line ends": ("a\u2028b\rc", ["a", "\u2028", "b", "\r", "c"]),
}


@pytest.mark.parametrize(("line", "tokens"), CASES.values(), ids=CASES.keys())
def test_tokens_are_whole(line: str, tokens: list[str]):
    assert text.tokens(line) == tokens


@settings(max_examples=300, deadline=None)
@given(st.one_of(LINE, ANY))
def test_tokens_add_up_and_part_nothing_that_is_joined(line: str):
    made = text.tokens(line)
    assert "".join(made) == line
    assert all(made)
    at = 0
    for token in made[:-1]:
        at += len(token)
        assert not text.joined(line, at)


@settings(max_examples=300, deadline=None)
@given(LINE)
def test_plain_text_has_the_tokens_of_any_text(line: str):
    plain = "".join(re.findall(text._PLAIN, line))
    assert text._plain_pattern().findall(plain) == text._token_pattern().findall(plain)


@settings(max_examples=300, deadline=None)
@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=12))
def test_common_ends_are_the_longest(a: str, b: str):
    assert text.common_prefix(a, b) == max(
        n for n in range(min(len(a), len(b)) + 1) if a[:n] == b[:n]
    )
    assert text.common_suffix(a, b) == max(
        n for n in range(min(len(a), len(b)) + 1) if a[len(a) - n :] == b[len(b) - n :]
    )


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("== A ==", (2, "A")), ("=A=", (1, "A")), ("======= A =======", (6, "= A =")),
        ("== A ==  ", (2, "A")), ("== A == <!-- x -->", (2, "A")), ("==A", None), ("= =", (1, "")),
        ("===", (1, "=")), ("==", None), ("== A == x", None), (" == A ==", None), ("", None),
    ],
)  # fmt: skip
def test_headings_follow_the_line_rule(line: str, found: tuple[int, str] | None):
    assert text.heading(line) == found


def test_sizes_are_bytes_of_utf_8():
    assert [text.size(x) for x in ("", "a", "é", "版", "👍", "\ud800")] == [0, 1, 2, 3, 4, 3]
