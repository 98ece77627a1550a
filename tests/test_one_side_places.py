"""Line numbers of a copied page's lines where the text of a side, or of both, is given."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wikidiff import ApplyError, Document, apply
from wikidiff.readers import Flat
from wikidiff.readers.base import Meta
from wikidiff.recover import php_inline, wikidiff2_inline
from wikidiff.recover.document import document
from wikidiff.recover.page import PHP, WIKIDIFF2

TWICE = """== North pier ==
Open from May.
Closed in winter.

== Middle pier ==
Built in 1901.
Boats leave at nine.

Fares are paid on board.

== South pier ==
Open from May.
Closed in winter.

Ask the harbour master."""


def shown(engine: str, old: str, new: str) -> tuple[str, ...]:
    formatter = php_inline.shown if engine == PHP else wikidiff2_inline.shown
    return tuple(formatter(old, new))


def read(engine: str, old: str, new: str, side: str, *, reading: int = 1) -> Document:
    """Return the Document of the copied page of an edit, read with one side or both."""
    declared = len(new.encode()) - len(old.encode())
    meta = Meta(declared=declared, engine=engine)
    sides = {"old": old if side != "new" else None, "new": new if side != "old" else None}
    found = Flat(meta, shown(engine, old, new))
    return document("page", "mobile-text", found, reading=reading, **sides)[0]


def lines_of(document: Document) -> list[tuple[str, int | None, int | None]]:
    return [(x.old or x.new or "", x.old_line, x.new_line) for x in document.lines()]


def bare(text: str) -> list[str]:
    return ["".join(line.split()) for line in text.split("\n")]


ENGINES = pytest.mark.parametrize("engine", [PHP, WIKIDIFF2])
SIDES = pytest.mark.parametrize("side", ["old", "new", "both"])


@ENGINES
@SIDES
def test_a_line_that_stands_twice_is_changed_where_the_page_shows_it(
    engine: str, side: str
) -> None:
    at = TWICE.rindex("Open from May.")
    new = TWICE[:at] + "Open from June." + TWICE[at + len("Open from May.") :]
    made = read(engine, TWICE, new, side)
    assert apply(made, TWICE) == new
    assert apply(made, new, reverse=True) == TWICE
    assert ("Open from May.", 12, 12) in lines_of(made)
    assert made.source.fidelity == "flattened"


@ENGINES
@SIDES
def test_lines_after_one_that_came_in_have_other_numbers_on_the_other_side(
    engine: str, side: str
) -> None:
    new = TWICE.replace("Built in 1901.", "Built in 1901.\nRebuilt after the flood.")
    new = new.replace("harbour master", "harbour office")
    made = read(engine, TWICE, new, side)
    hunks = [hunk for section in made.sections for hunk in section.hunks]
    assert ("Ask the harbour master.", 15, 16) in lines_of(made)
    assert ("Rebuilt after the flood.", None, 7) in lines_of(made)
    assert all(hunk.old_start and hunk.new_start for hunk in hunks)
    assert apply(made, TWICE) == new


@ENGINES
def test_blank_lines_that_no_line_shows_are_lines_of_the_hunk(engine: str) -> None:
    new = TWICE.replace("Fares are paid on board.", "Fares are paid on the boat.")
    made = read(engine, TWICE, new, "old")
    blank = [line for line in made.lines() if not line.old]
    assert [line.old_line for line in blank] == [8, 10]
    if engine == PHP:  # wikidiff2 shows a blank line as a no-break space
        assert [line.shown for line in blank] == [None, None]
    assert all(line.kind == "context" and line.certain for line in blank)


def test_joined_lines_of_the_old_formatter_have_a_number_each() -> None:
    old = "\n".join(["Coal.", "Iron ore.", "Tin was dug here.", "Lead was dug there.", "Salt."])
    new = old.replace("Tin was", "Tin and copper were").replace("there", "over there")
    made = read(PHP, old, new, "both")
    changed = [line for line in made.lines() if line.kind != "context"]
    assert len({line.shown for line in changed}) == 1
    assert {line.old_line for line in changed if line.old} == {3, 4}
    assert apply(made, old) == new


@SIDES
def test_both_ends_of_a_move_have_the_number_of_their_side(side: str) -> None:
    names = ("Alder", "Birch", "Cedar", "Damson", "Elm", "Fig")
    lines = [f"{name} halt of the narrow gauge line." for name in names]
    far = [*lines[:1], *lines[2:5], lines[1], *lines[5:]]
    old, new = "\n".join(lines), "\n".join(far)
    made = read(WIKIDIFF2, old, new, side)
    ends = {x.move.role: (x.old_line, x.new_line) for x in made.lines() if x.move}
    assert ends == {"from": (2, None), "to": (None, 5)}
    assert apply(made, old) == new


@ENGINES
def test_hunks_stand_in_the_sections_of_the_text_given(engine: str) -> None:
    new = TWICE.replace("Built in 1901.", "Built in 1902.").replace("master", "office")
    made = read(engine, TWICE, new, "old")
    changed = [section for section in made.sections if section.status == "changed"]
    headings = [section.new.heading for section in changed if section.new]
    assert headings == ["Middle pier", "South pier"]


@ENGINES
def test_each_reading_has_its_own_numbers_and_can_be_applied(engine: str) -> None:
    old = "A.\nA.\nA grey mill and a grey barn.\nB.\nB.\nC."
    new = old.replace("grey ", "", 1)
    first = read(engine, old, new, "old")
    made = {
        apply(read(engine, old, new, "old", reading=n), old)
        for n in range(1, len(first.readings) + 1)
    }
    assert len(made) == len(first.readings)
    assert new in made


@ENGINES
def test_a_text_with_carriage_returns_leaves_lines_without_numbers(engine: str) -> None:
    old, new = "One.\r\nTwo.\r\nThree.\r\n", "One.\r\nTwo and a half.\r\nThree.\r\n"
    made = read(engine, old, new, "old")
    assert {number for _, *numbers in lines_of(made) for number in numbers} == {None}


def test_a_text_that_is_not_the_one_given_is_refused() -> None:
    old, new = "One.\nTwo.\nThree.\nFour.", "One.\nTwo.\nThree and a half.\nFour."
    made = read(WIKIDIFF2, old, new, "old")
    with pytest.raises(ApplyError, match="not as in the diff"):
        apply(made, "One.\nTwo.\nThree, edited since.\nFour.")


def test_a_mark_of_a_move_that_the_reading_does_not_bear_out_is_none() -> None:
    new = "== Banks ==\nmill\nmill\nthe bridge"
    made = read(WIKIDIFF2, "\na stone bridge", new, "new")
    ends = [(line.move.role, line.kind) for line in made.lines() if line.move]
    assert set(ends) <= {("from", "deleted"), ("to", "inserted")}
    assert len(lines_of(made)) >= 4


FEW = st.sampled_from(["", "mill", "old mill", "the bridge", "a stone bridge", "== Banks =="])
TEXTS = st.lists(FEW, min_size=1, max_size=8).map("\n".join)


@settings(max_examples=60)
@given(old=TEXTS, new=TEXTS, engine=st.sampled_from([PHP, WIKIDIFF2]), is_old=st.booleans())
def test_numbers_are_those_of_the_text_given_and_hunks_go_in(
    old: str, new: str, engine: str, is_old: bool
) -> None:
    assume(shown(engine, old, new))
    given_text = (old if is_old else new).split("\n")
    made = read(engine, old, new, "old" if is_old else "new")
    last = 0
    for line in made.lines():
        number, words = (line.old_line, line.old) if is_old else (line.new_line, line.new)
        assert (number is None) == (words is None)
        if number is not None:
            assert number > last
            assert given_text[number - 1] == words
            last = number
    there = apply(made, "\n".join(given_text), reverse=not is_old)
    assert apply(made, there, reverse=is_old) == "\n".join(given_text)


@settings(max_examples=60)
@given(old=TEXTS, new=TEXTS, engine=st.sampled_from([PHP, WIKIDIFF2]))
def test_with_both_texts_given_one_becomes_the_other(old: str, new: str, engine: str) -> None:
    assume(shown(engine, old, new))
    made = read(engine, old, new, "both")
    if all(hunk.old_start for section in made.sections for hunk in section.hunks):
        assert apply(made, old).rstrip("\n") == new.rstrip("\n")
        assert apply(made, new, reverse=True).rstrip("\n") == old.rstrip("\n")


def test_white_space_changed_on_a_line_that_the_page_does_not_show_is_changed() -> None:
    old = "One.\nTwo.\nThree.\n\n \n\nFour.\nFive."
    new = old.replace("\n \n", "\n\t\n").replace("One", "Once")
    made = read(PHP, old, new, "both")
    assert apply(made, old) == new
