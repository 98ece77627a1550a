"""Putting a Document into a text: exactly, into a text that has moved on, and not at all."""

from __future__ import annotations

import pytest
from engine_texts import LINES, PAIRS
from hypothesis import given, settings
from hypothesis import strategies as st

import wikidiff
from wikidiff.engine import patched

OLD = "\n".join(
    f"Mile {n}: an inn called {name}."
    for n, name in enumerate(
        ["Swan", "Plough", "Three Tuns", "Anchor", "Royal Oak", "Mitre", "Bell", "Ship", "Crown"], 1
    )
)
NEW = OLD.replace("Anchor", "Old Anchor").replace("called Ship", "named Ship")
CHANGE = wikidiff.diff(OLD, NEW)


def test_the_exact_text_is_patched_both_ways():
    assert wikidiff.apply(CHANGE, OLD) == NEW
    assert wikidiff.apply(CHANGE, NEW, reverse=True) == OLD


@pytest.mark.parametrize("text", ["", "something else", NEW, OLD.replace("Royal", "Ancient")])
def test_another_text_is_refused(text: str):
    with pytest.raises(wikidiff.ApplyError, match="nothing was applied"):
        wikidiff.apply(CHANGE, text)


def test_lines_that_moved_down_are_found_with_fuzz():
    moved = "A line.\nAnother line.\n\n" + OLD
    assert patched(CHANGE, moved, fuzz=True) == "A line.\nAnother line.\n\n" + NEW


def test_a_changed_neighbour_does_not_hide_the_place():
    near = OLD.replace("Three Tuns", "Four Tuns")
    assert patched(CHANGE, near, fuzz=True) == NEW.replace("Three Tuns", "Four Tuns")


def test_a_line_that_was_edited_itself_is_patched_by_its_characters():
    edited = OLD.replace("an inn called Anchor.", "an inn called Anchor, with stables.")
    made = patched(CHANGE, edited, fuzz=True)
    assert made == NEW.replace("called Old Anchor.", "called Old Anchor, with stables.")


def test_all_rejects_are_told_and_nothing_is_applied():
    lost = OLD.replace("Mile 8: an inn called Ship.", "Nothing stands here any more, not one brick")
    with pytest.raises(wikidiff.ApplyError, match=r"of \d hunks do not fit: the one at line") as no:
        patched(CHANGE, lost.replace("Anchor", "Bush").replace("Mile 4", "x"), fuzz=True)
    assert no.value.way_out == "nothing was applied"
    assert no.value.rejects
    for number, shown in no.value.rejects:
        assert OLD.split("\n")[number - 1] in {line[1:] for line in shown}


@settings(max_examples=100, deadline=None)
@given(PAIRS, st.lists(st.sampled_from(["New above.", ""]), max_size=3))
def test_fuzz_changes_nothing_where_the_text_fits(pair: tuple[str, str], above: list[str]):
    made = wikidiff.diff(*pair)
    assert patched(made, pair[0], fuzz=True) == pair[1]


@settings(max_examples=100, deadline=None)
@given(PAIRS, LINES)
def test_fuzz_patches_or_refuses_any_text(pair: tuple[str, str], other: list[str]):
    made = wikidiff.diff(*pair)
    try:
        text = patched(made, "\n".join(other), fuzz=True)
    except wikidiff.ApplyError:
        return
    assert isinstance(text, str)
