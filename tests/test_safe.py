"""Untrusted text: made visible on the way to people, escaped on the way to programs."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff.errors import ReadError, UnrecognisedError
from wikidiff.report.safe import distinct, is_blank, styled, visible

ATTACKS = [
    ("a terminal title", "\x1b]0;pwned\x07", r"\u{1b}]0;pwned\u{7}"),
    ("a colour", "\x1b[31mred\x1b[0m", r"\u{1b}[31mred\u{1b}[0m"),
    ("a link", "\x1b]8;;https://e.example\x1b\\x", "\\u{1b}]8;;https://e.example\\u{1b}\\x"),
    ("a C1 control sequence", "\x9b2J", r"\u{9b}2J"),
    ("a reversed end", "file\u202egnp.exe", r"file\u{202e}gnp.exe"),
    ("an isolate", "\u2066a\u2069", r"\u{2066}a\u{2069}"),
    ("direction marks", "a\u200e\u200f\u061cb", r"a\u{200e}\u{200f}\u{61c}b"),
    ("an overwritten line", "good\rbad", r"good\u{d}bad"),
    ("a backspace", "a\b\x7f", r"a\u{8}\u{7f}"),
    ("a line end", "a\nb\x0b\x0c\x85", r"a\u{a}b\u{b}\u{c}\u{85}"),
    ("line and paragraph separators", "a\u2028b\u2029", r"a\u{2028}b\u{2029}"),
    ("a tab", "a\tb", r"a\u{9}b"),
    ("a zero-width space and a byte order mark", "a\u200bb\ufeff", r"a\u{200b}b\u{feff}"),
    ("a soft hyphen", "soft\u00adhyphen", r"soft\u{ad}hyphen"),
    ("tags, as in smuggled words", "a\U000e0061\U000e007f", r"a\u{e0061}\u{e007f}"),
    ("a lone surrogate", "a\ud800b", r"a\u{d800}b"),
    ("noncharacters", "\ufffe\U0010ffff\ufdd0", r"\u{fffe}\u{10ffff}\u{fdd0}"),
    ("a NUL", "\0", r"\u{0}"),
    ("a joiner in front", "\u200da", r"\u{200d}a"),
    ("joiners at the end", "a\u200c\u200d", r"a\u{200c}\u{200d}"),
    ("a joiner between letter and space", "a\u200d b", r"a\u{200d} b"),
    ("joiners in a row", "a\u200d\u200db", r"a\u{200d}\u{200d}b"),
    ("a joiner between digits", "1\u200c2", r"1\u{200c}2"),
]

HARMLESS = [
    "plain [[wikitext]] with {{templates}} and [/markup] and \\u{1b} typed",
    "می\u200cخواهم",  # Persian: ZWNJ between letters
    "ක්\u200dෂ",  # Sinhala: ZWJ after a virama
    "ന്\u200d, ക",  # Malayalam: an old chillu, ZWJ after a virama at the end of a word
    "👩\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 👩🏽\u200d🚀 🙂\u200d↔\ufe0f",
    "1\u00a0000 km\u202fh\u3000漢字",
    "e\u0301 \u2800 \ue000",
]


@pytest.mark.parametrize(("attack", "text", "shown"), ATTACKS, ids=[a[0] for a in ATTACKS])
def test_what_has_no_glyph_is_shown_by_its_code(attack, text, shown):
    assert visible(text) == shown
    assert styled(text).plain == shown


@pytest.mark.parametrize("text", HARMLESS)
def test_what_people_write_passes_unchanged(text):
    assert visible(text) == text


def test_newlines_pass_where_they_are_kept():
    assert visible("a\nb\r\n", keep_newlines=True) == "a\nb\\u{d}\n"


def test_every_character_of_the_dangerous_categories_is_shown():
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            assert visible(character) == f"\\u{{{code:x}}}"


def test_every_assigned_character_of_the_other_categories_passes():
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"):
            assert visible(character) == character


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_visible_holds_nothing_hostile_and_stays_as_it_is(text):
    shown = visible(text)
    assert not hostile(shown)
    assert visible(shown) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_a_styled_text_shows_what_visible_shows(text):
    assert styled(text, "bold", escape_style="reverse").plain == visible(text)


def test_an_escape_differs_from_the_same_signs_typed():
    made = styled("\x1b \\u{1b}", escape_style="reverse")
    assert [(span.start, span.end) for span in made.spans] == [(0, 6)]


def test_markup_of_rich_is_plain_text():
    assert styled("[bold]x[/] [link=https://e.example]y").plain == (
        "[bold]x[/] [link=https://e.example]y"
    )


def test_a_changed_blank_is_told_apart_from_a_space():
    assert is_blank(" \u00a0\ufe0f")
    assert not is_blank("")
    assert not is_blank("\u00a0x")
    assert distinct(" \u00a0\u2009\u200d") == r" \u{a0}\u{2009}\u{200d}"


@pytest.mark.parametrize(("attack", "text", "shown"), ATTACKS, ids=[a[0] for a in ATTACKS])
def test_an_error_about_a_hostile_source_is_one_harmless_line(attack, text, shown):
    for error in (ReadError(text, text, text), UnrecognisedError(text, text, text)):
        assert visible(str(error)) == visible(f"{text}: {text}; {text}")
        assert not hostile(visible(str(error)))
        assert "\n" not in visible(str(error))


def hostile(text: str, *, joiners: bool = True) -> list[str]:
    """Return what of a text a terminal could obey or a reader could not see."""
    passing = "\n\u200c\u200d" if joiners else "\n"
    return [
        character
        for character in text
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and character not in passing
    ]
