"""Scripts without spaces marked by word, from ICU's dictionaries; by character without them."""

from __future__ import annotations

import subprocess
import sys

import pytest
from engine_texts import PAIRS
from hypothesis import given, settings

import wikidiff
from wikidiff import api, text

CASES = {
    "Thai": ("สะพานในสมัยอยุธยาและพังลง", "สะพานในสมัยอยุทยาและพังลง", "-อยุธยา", "+อยุทยา"),
    "Chinese": ("石橋建於明朝末年。", "石橋建於明代末年。", "-明朝", "+明代"),
    "Japanese": ("昨日東京タワーへ行きました", "昨日東京タウンへ行きました", "-タワー", "+タウン"),
    "Khmer": ("ខ្ញុំចង់ទៅផ្សារ", "ខ្ញុំចង់ទៅផ្ទះ", "-ផ្សារ", "+ផ្ទះ"),
    "Burmese": ("ကျွန်တော်မြန်မာစာဖတ်တယ်", "ကျွန်တော်မြန်မာစကားဖတ်တယ်", "-စာ", "+စကား"),
    "Lao": ("ຂ້ອຍກິນເຂົ້າ", "ຂ້ອຍກິນນ້ຳ", "-ກິນເຂົ້າ", "+ກິນນ້ຳ"),
    "words with spaces stay": ("a colour, ok", "a color, ok", "-colour", "+color"),
}


def marks(document: wikidiff.Document) -> list[str]:
    """What is marked, line by line."""
    return [mark + x for line in document.lines() for mark, x in line.segments if mark != "="]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_change_is_marked_by_word(case: tuple[str, ...]):
    old, new, *expected = case
    made = api.by_word(wikidiff.diff(old, new))
    assert marks(made) == expected
    assert not made.warnings


@settings(max_examples=150, deadline=None)
@given(PAIRS)
def test_marks_by_word_hold_those_by_character_and_turn_one_text_into_the_other(
    pair: tuple[str, str],
):
    old, new = pair
    plain = wikidiff.diff(old, new)
    made = api.by_word(plain)
    assert wikidiff.apply(made, old) == new
    assert wikidiff.apply(made, new, reverse=True) == old
    assert made.changes == plain.changes
    assert made.stats.chars_inserted >= plain.stats.chars_inserted
    assert made.stats.chars_deleted >= plain.stats.chars_deleted
    for line in made.lines():
        assert all(stretch for _, stretch in line.segments)
        at = 0
        for stretch in [x for mark, x in line.segments if mark != "+"][:-1]:
            at += len(stretch)
            assert not text.joined(line.old or "", at)


def test_a_line_too_long_for_the_dictionaries_is_told():
    long = "石" * 60_000
    plain = wikidiff.diff("明朝" + long, "明代" + long)
    made = api.by_word(plain)
    assert [x.message.startswith("finding words stopped") for x in made.warnings] == [True]
    assert marks(made) == marks(plain)


BLOCKED = """
import sys
sys.modules["icu4py"] = None  # as where it is not installed
import wikidiff
from wikidiff import api
made = api.by_word(wikidiff.diff("明朝末年", "明代末年"))
print([x.code for x in made.warnings], sum(line.kind == "changed" for line in made.lines()))
print(api.by_word(wikidiff.diff("a b", "a c")).warnings)
"""


def test_without_the_dictionaries_the_document_says_that_it_is_by_character():
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["['words-by-character'] 1", "()"]


def test_marks_by_character_and_by_word_contradict_each_other(tmp_path):
    (tmp_path / "a").write_text("x", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "wikidiff", "show", "--chars", "--segment", tmp_path / "a"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "contradict" in done.stderr
