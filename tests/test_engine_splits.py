"""Paragraphs that were split or merged: told as such, and only what was edited in them marked."""

from __future__ import annotations

import io
import re

import pytest

import wikidiff
from wikidiff.report.terminal import View, show

MILL = "The mill stands on the left bank. It was built of oak in 1743, of the old kind."
FIRE = "The second fire took the granary too, and nobody rebuilt it."
KILN = "A kiln was put up in its place by the last of the millers."
NEXT = "Nothing else is known."
OTHER = "Below the weir there are eels in spring, which the miller's children sold in town."


def page(*paragraphs: str, between: str = "\n\n") -> str:
    return between.join(paragraphs)


def parts(old: str, new: str) -> list[str]:
    """The parts that a diff tells, marked; both sides must be what the parts' segments join to."""
    made = wikidiff.diff(old, new)
    assert wikidiff.apply(made, old) == new
    assert wikidiff.apply(made, new, reverse=True) == old
    marks = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return [
        "".join(marks[mark].format(text) for mark, text in line.split.segments)
        for line in made.lines()
        if line.split and line.split.segments
    ]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("after", [(), (NEXT,), (NEXT, OTHER)])
def test_a_paragraph_cut_in_two_is_told_wherever_its_blank_line_came_from(between, after):
    old = page(OTHER, f"{MILL} {FIRE}", *after)
    new = page(OTHER, page(MILL, FIRE, between=between), *after)
    assert parts(old, new) == [f"{MILL}[- -]", FIRE]
    assert parts(new, old) == [MILL, f"{{+ +}}{FIRE}"]


def test_words_edited_on_the_way_are_marked_in_their_part():
    new = page(MILL.replace("left", "right"), FIRE.replace("second", "second great"), NEXT)
    assert parts(page(f"{MILL} {FIRE}", NEXT), new) == [
        MILL.replace("left", "[-left-]{+right+}") + "[- -]",
        FIRE.replace("second ", "second {+great +}"),
    ]


def test_the_part_that_stands_on_both_sides_may_be_any():
    short, long = "It burned.", f"{FIRE} {KILN} {OTHER}"
    assert parts(page(f"{short} {long}", NEXT), page(short, long, NEXT)) == [f"{short}[- -]", long]
    one = f"{MILL} {OTHER} {KILN}"
    assert parts(one, page(MILL, OTHER, KILN)) == [f"{MILL}[- -]", f"{OTHER}[- -]", KILN]


def test_a_part_is_told_by_what_it_has_and_the_others_lack():
    kept = "If there was a shift of the calendar, the years of the common era were 424 and 69."
    part = "If there was no shift, the years were 423 and 68."
    assert parts(page(f"{part} {kept}", NEXT), page(part, kept, NEXT)) == [f"{part}[- -]", kept]


def test_chinese_among_latin_names_is_told_as_well():
    kept = "歐石楠是灌木類植物，高度大概有20-150厘米，但部份品種如''E. arborea''可以達6-7米。"
    part = "現存最多歐石楠的群生地，以德國北部的自然保護區最為聞名。"
    assert parts(kept + part, page(kept, part)) == [kept, part]


def test_a_new_paragraph_beside_an_edited_one_is_no_part_of_it():
    assert parts(page(f"{MILL} {FIRE}", NEXT), page(MILL, OTHER, NEXT)) == []
    assert parts(page(f"{MILL} {FIRE}", NEXT), page(f"{MILL} {FIRE} {KILN}", KILN, NEXT)) == []


def shown(old: str, new: str, **how: object) -> str:
    file = io.StringIO()
    show(wikidiff.diff(old, new), View(**how), file)
    return re.sub(r" +$", "", file.getvalue(), flags=re.MULTILINE)


def test_show_marks_only_the_edit_of_a_split_paragraph():
    old = page(f"{MILL} {FIRE}", NEXT)
    new = page(MILL, FIRE.replace("second", "third"), NEXT)
    assert shown(old, new).split("§ Lead")[1].split("\n", 1)[1] == (
        "      paragraph split in 2\n"
        f"1 1 ~ {MILL}[- -]\n"
        "2 2\n"
        "  3 ~ The [-second-]{+third+} fire took the granary too, and nobody rebuilt it.\n"
        "  4 +\n"
        f"3 5   {NEXT}\n"
    )
    assert "      2 paragraphs merged\n" in shown(new, old)


def test_show_puts_the_whole_paragraph_beside_its_parts():
    old, new = page(f"{MILL} {FIRE}", NEXT), page(MILL.replace("left", "right"), FIRE, NEXT)
    rows = [row.split(" │ ") for row in shown(old, new, side_by_side=True).split("\n")]
    whole, one = next(row for row in rows if row[0].startswith("1 -"))
    assert whole.endswith(f"of the old kind.[- -]{FIRE}")
    assert "[-left-]" in whole
    assert one == f"1 + {MILL.replace('left', '{+right+}')}"
    assert ["", f"3 + {FIRE}"] in [[row[0].strip(), *row[1:]] for row in rows]


def test_show_marks_the_words_edited_in_a_moved_line():
    old = page(MILL, FIRE, OTHER, KILN)
    new = page(FIRE.replace("second", "third"), OTHER, KILN, MILL.replace("left", "right"))
    assert "The mill stands on the [-left-]{+right+} bank" in shown(old, new)
