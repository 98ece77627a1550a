"""Sections split off others or merged into them, and renamed ones that only their text tells."""

from __future__ import annotations

import io

import pytest

import wikidiff
from wikidiff.report.terminal import View, show

MILL = "The mill was founded by two brothers, who had come up the river."
FIRE = "A fire took the granary, and the wheel with it, in the second winter."
WORK = "Both were put up again by the parish, which needed the flour."
LAST = "The last miller left in 1921."
LEAD = "A mill at the weir.\n\n"
HISTORY = "== History ==\n"
TODAY = "\n\n== Today ==\nA museum is there now, open in summer."


def told(old: str, new: str, context: int = 2) -> list[tuple[str | None, tuple[str, ...], object]]:
    """Each heading that changed: its text, its changes, the section it is or was a part of."""
    made = wikidiff.diff(old, new, context=context)
    assert wikidiff.apply(made, old) == new
    found = []
    for x in made.headings:
        part_of = x.split_from or x.merged_into
        heading = x.new or x.old
        assert heading
        found.append((heading.text, x.changes, part_of and (part_of.heading, part_of.level)))
    for section in made.sections:  # sections say the same as headings
        side = section.new or section.old
        known = [x for x in made.headings if side in (_side(x.new), _side(x.old))]
        if section.status in ("added", "removed") and known:
            assert section.split_from == known[0].split_from
            assert section.merged_into == known[0].merged_into
    return found


def _side(heading: wikidiff.Heading | None) -> wikidiff.SectionSide | None:
    return wikidiff.SectionSide(heading.text, heading.level) if heading else None


@pytest.mark.parametrize("context", [0, 2, 9])
@pytest.mark.parametrize("heading", ["=== Fire ===", "== Fire =="])
def test_a_heading_put_into_a_text_splits_its_section(context, heading):
    whole = f"{LEAD}{HISTORY}{MILL}\n\n{FIRE}\n\n{WORK}{TODAY}"
    parts = f"{LEAD}{HISTORY}{MILL}\n\n{heading}\n{FIRE}\n\n{WORK}{TODAY}"
    assert told(whole, parts, context) == [("Fire", ("added", "split"), ("History", 2))]
    assert told(parts, whole, context) == [("Fire", ("removed", "merged"), ("History", 2))]


def test_two_headings_split_the_same_old_section():
    whole = f"{LEAD}{HISTORY}{MILL}\n\n{FIRE}\n\n{WORK}{TODAY}"
    parts = f"{LEAD}{HISTORY}{MILL}\n\n=== Fire ===\n{FIRE}\n\n=== Work ===\n{WORK}{TODAY}"
    assert told(whole, parts) == [
        ("Fire", ("added", "split"), ("History", 2)),
        ("Work", ("added", "split"), ("History", 2)),
    ]
    assert told(parts, whole) == [
        ("Fire", ("removed", "merged"), ("History", 2)),
        ("Work", ("removed", "merged"), ("History", 2)),
    ]


def test_a_first_heading_splits_the_lead():
    assert told(f"{LEAD}{MILL}", f"{LEAD}{HISTORY}{MILL}") == [
        ("History", ("added", "split"), (None, 0))
    ]


def test_text_moved_under_a_new_heading_was_split_off_where_it_stood():
    old = f"{LEAD}{HISTORY}{MILL}\n\n{FIRE}\n\n{WORK}{TODAY}"
    new = f"{LEAD}{HISTORY}{MILL}\n\n{WORK}{TODAY}\n\n== Disasters ==\n{FIRE}"
    assert told(old, new) == [("Disasters", ("added", "split"), ("History", 2))]
    assert told(new, old) == [("Disasters", ("removed", "merged"), ("History", 2))]


def test_a_new_section_among_others_is_no_split():
    old = f"{LEAD}{HISTORY}{MILL}\n\n{FIRE}{TODAY}"
    for body in (WORK, f"{WORK}\n\n{LAST}", ""):
        new = old.replace(TODAY, f"\n\n== Work ==\n{body}{TODAY}")
        assert told(old, new) == [("Work", ("added",), None)]
        assert told(new, old) == [("Work", ("removed",), None)]


def test_a_section_mostly_written_anew_is_no_split():
    old = f"{LEAD}{HISTORY}{MILL}\n\n{LAST}{TODAY}"
    new = f"{LEAD}{HISTORY}{MILL}\n\n== Later ==\n{WORK}\n\n{LAST}{TODAY}"
    assert told(old, new) == [("Later", ("added",), None)]


def test_a_section_moved_and_renamed_is_known_by_its_text():
    old = f"{LEAD}{HISTORY}{MILL}\n\n== Today ==\n{FIRE}\n\n{WORK}\n\n{LAST}"
    moved = MILL.replace("two", "three")
    new = f"{LEAD}== Today ==\n{FIRE}\n\n{WORK}\n\n{LAST}\n\n== Beginnings ==\n{moved}"
    assert told(old, new) == [("Beginnings", ("renamed", "moved"), None)]


def test_a_section_renamed_and_passed_by_another_is_known_by_its_text():
    body = f"{MILL}\n\n{FIRE}\n\n{WORK}"
    old = f"{LEAD}{HISTORY}{body}{TODAY}"
    new = f"{LEAD}{TODAY.strip()}\n\n== Beginnings ==\n{body}"
    assert told(old, new) == [
        ("Beginnings", ("renamed",), None),
        ("Today", ("moved",), None),
    ]


def test_of_a_page_that_is_not_whole_what_it_shows_counts():
    patch = (
        "--- a/Mill.wiki\n+++ b/Mill.wiki\n@@ -10,3 +10,5 @@\n"
        f" {MILL}\n \n+=== Fire ===\n {FIRE}\n+{LAST}\n"
    )
    made = wikidiff.read(patch.encode())
    assert [(x.changes, x.split_from) for x in made.headings] == [
        (("added", "split"), wikidiff.SectionSide(None, None))
    ]


def test_show_tells_what_a_section_was_split_off():
    whole = f"{LEAD}{HISTORY}{MILL}\n\n{FIRE}{TODAY}"
    parts = f"{LEAD}{HISTORY}{MILL}\n\n=== Fire ===\n{FIRE}{TODAY}"
    for old, new, row in (
        (whole, parts, "+ === Fire ===  added, split off “History”\n"),
        (parts, whole, "- === Fire ===  removed, merged into “History”\n"),
        (MILL, f"== Mill ==\n{MILL}", "+ == Mill ==  added, split off the lead\n"),
    ):
        file = io.StringIO()
        show(wikidiff.diff(old, new), View(), file)
        assert row in file.getvalue()


def test_very_many_headings_put_into_a_text_are_told_in_one_walk():
    lines = [f"Line {n} of the text, one of many." for n in range(2_000)]
    made = wikidiff.diff(
        "\n".join(lines), "\n".join(f"== {n} ==\n{x}" for n, x in enumerate(lines))
    )
    assert {x.changes for x in made.headings} == {("added", "split")}
    assert {x.split_from for x in made.headings} == {wikidiff.SectionSide(None, 0)}
