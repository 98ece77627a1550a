"""Sections and headings: which belong together, what became of them, and their anchors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from engine_texts import PAIRS, TEXTS
from hypothesis import given, settings
from hypothesis import strategies as st

import wikidiff
from wikidiff.engine import diff_lines
from wikidiff.model import Heading, Line
from wikidiff.sections import Outline, TextOutline, anchors, assemble, assemble_any

CASES = Path(__file__).with_name("cases") / "engine"


def load(name: str) -> list[dict[str, Any]]:
    """The cases of one file."""
    found: list[dict[str, Any]] = json.loads((CASES / name).read_text("utf-8"))
    return found


def told(heading: wikidiff.Heading | None) -> list[Any]:
    """A heading as the cases write it."""
    return [heading.text, heading.level] if heading else [None, None]


@pytest.mark.parametrize("case", load("sections.json"), ids=lambda case: case["name"])
def test_headings_and_sections_are_told_as_they_changed(case: dict[str, Any]):
    made = wikidiff.diff(case["old"], case["new"], context=0)
    assert [[*told(x.old), *told(x.new), list(x.changes)] for x in made.headings] == case[
        "headings"
    ]
    if case["sections"] is not None:
        assert [
            [x.status, x.old.heading if x.old else None, x.new.heading if x.new else None]
            for x in made.sections
        ] == case["sections"]


def test_the_lines_of_a_moved_section_are_moves():
    case = next(x for x in load("sections.json") if "a moved" in x["name"])
    made = wikidiff.diff(case["old"], case["new"])
    moved = [line for line in made.lines() if line.move]
    assert [line.old or line.new for line in moved if line.move and line.move.role == "from"] == [
        "== First one ==",
        "A text that is about the first one.",
    ]
    assert {x.status for x in made.sections if x.old and x.old.heading == "First one"} == {"moved"}


def test_every_section_is_listed_or_counted_as_unchanged():
    text = "\n".join(f"== Part {n} ==\nText of part {n}.\n\nEnd of it.\n\n" for n in range(9))
    made = wikidiff.diff(text, text.replace("Text of part 4", "Words on part 4"), context=0)
    assert made.stats.sections_unchanged == 9  # eight of nine, and the empty lead
    assert [x.new.heading for x in made.sections if x.new] == ["Part 4"]


@pytest.mark.parametrize("case", load("anchors.json"), ids=lambda case: case["headings"][0])
def test_anchors_are_those_of_mediawiki(case: dict[str, Any]):
    assert anchors(Heading(text, 2) for text in case["headings"]) == case["anchors"]


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_looking_up_one_line_agrees_with_the_whole_outline(text: str):
    lines = text.split("\n")
    whole = Outline.of(lines)
    looked, backwards = TextOutline(text), TextOutline(text)
    offsets = [sum(len(x) + 1 for x in lines[:n]) for n in range(len(lines))]
    for number, at in enumerate(offsets, 1):
        assert looked.heading_at(number, at) == whole.headings.get(number)
        in_force = whole.in_force(number)
        expected = whole.headings[in_force] if in_force else None
        assert looked.section_of(number, at)[1] == expected
    for number, at in reversed(list(enumerate(offsets, 1))):
        assert backwards.heading_at(number, at) == whole.headings.get(number)
    assert list(looked.anchors) == list(whole.headings)


@settings(max_examples=800, deadline=None)
@given(
    st.one_of(PAIRS, st.tuples(st.just(""), TEXTS), st.tuples(TEXTS, st.just(""))),
    st.sampled_from([0, 1, 2, 2, 5]),
)
def test_the_short_way_finds_the_sections_that_the_long_way_does(pair: tuple[str, str], context):
    found = diff_lines(*pair, context=context)
    short = assemble(
        found.runs, outlines=(TextOutline(pair[0]), TextOutline(pair[1])), starts=found.starts
    )
    outlines = TextOutline(pair[0]), TextOutline(pair[1])
    long = assemble_any(found.runs, outlines, found.starts)
    assert short.sections == long.sections
    assert short.headings == long.headings
    assert short.sections_unchanged == long.sections_unchanged


def test_of_rising_places_each_knows_its_section_among_comments_and_tags():
    text = "\n".join(
        f"<!-- {n} -->\n== Part {n} ==\n<!--\n== Hidden {n} ==\n-->\nx" for n in range(50)
    )
    whole = Outline.of(text.split("\n"))
    looked = TextOutline(text)
    at = 0
    for number, line in enumerate(text.split("\n"), 1):
        assert looked.section_of(number, at)[1] == whole.section_of(number, at)[1]
        at += len(line) + 1


@pytest.mark.parametrize("context", [0, 2])
@pytest.mark.parametrize(
    ("old", "new", "heading"),
    [
        ("x\n== A ==\ny", "== A ==\ny", None),
        ("== Q ==\nx\n\n== A ==\ny", "== Q ==\nx\n== A ==\ny", "Q"),
        ("== A ==\ny\nx", "== A ==\ny", "A"),
    ],
)
def test_a_line_deleted_right_before_a_heading_is_not_under_it(old, new, heading, context):
    made = wikidiff.diff(old, new, context=context)
    assert [
        section.new.heading
        for section in made.sections
        for hunk in section.hunks
        for line in hunk.lines
        if section.new and line.kind == "deleted"
    ] == [heading]


def test_a_section_whose_heading_was_taken_out_above_its_new_one_is_counted_once():
    old = "The pier is long.\n== Pavilion ==\nIt held 300.\n== Today ==\nIt is open."
    came = "A storm came.\n\n=== The pavilion ===\nIt held 200."
    new = f"The pier is long.\n{came}\n== Today ==\nIt is open."
    run = [
        Line("context", "The pier is long.", "The pier is long.", 1, 1),
        Line("inserted", None, "A storm came.", None, 2),
        Line("deleted", "== Pavilion ==", None, 2, None),
        Line("inserted", None, "", None, 3),
        Line("deleted", "It held 300.", None, 3, None),
        Line("inserted", None, "=== The pavilion ===", None, 4),
        Line("inserted", None, "It held 200.", None, 5),
        Line("context", "== Today ==", "== Today ==", 4, 6),
        Line("context", "It is open.", "It is open.", 5, 7),
    ]
    outlines = Outline.of(old.split("\n")), Outline.of(new.split("\n"))
    made = assemble([run], outlines=outlines)
    assert [section.status for section in made.sections] == ["changed", "renamed", "unchanged"]
    assert made.sections_unchanged == 0
