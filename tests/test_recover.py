"""Recovery of flattened pages: small pages of our own, laws, and limits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wikidiff import limits
from wikidiff.errors import ContradictionError
from wikidiff.recover import FlatPage, recover, recover_known
from wikidiff.recover.page import PHP, WIKIDIFF2
from wikidiff.recover.php_inline import shown as php_shown
from wikidiff.recover.wikidiff2_inline import shown as wikidiff2_shown

CASES = json.loads((Path(__file__).parent / "cases" / "recover.json").read_text("utf-8"))
SHOWN = {PHP: php_shown, WIKIDIFF2: wikidiff2_shown}


def flat(old, new, engine, *, declared=True, language="en"):
    lines = SHOWN[engine](old, new)
    delta = len(new.encode()) - len(old.encode()) if declared else None
    return FlatPage(tuple(lines), delta, engine, language)


def bare(text):
    return "".join(text.replace("\u00a0", " ").split())


def sides(reading):
    changed = [line for line in reading.lines if line.old != line.new]
    old = bare("".join(text for line in changed for text in line.old))
    new = bare("".join(text for line in changed for text in line.new))
    return old, new


def truth(case):
    old, new = case["old"].split("\n"), case["new"].split("\n")
    gone = [line for line in old if line not in new]
    come = [line for line in new if line not in old]
    return bare("".join(gone)), bare("".join(come))


@pytest.mark.parametrize("engine", [PHP, WIKIDIFF2])
@pytest.mark.parametrize("case", CASES["first"], ids=lambda case: case["name"])
def test_the_first_reading_of_a_plain_edit_is_right(case, engine):
    if engine not in case["engines"]:
        pytest.skip("this engine leaves the case open")
    found = recover(flat(case["old"], case["new"], engine))
    assert sides(found.readings[0]) == truth(case)


@pytest.mark.parametrize("case", CASES["headings"], ids=lambda case: case["name"])
@pytest.mark.parametrize("engine", [PHP, WIKIDIFF2])
def test_an_edited_heading_is_among_the_readings(case, engine):
    if engine not in case["engines"]:
        pytest.skip("this engine leaves the case open")
    found = recover(flat(case["old"], case["new"], engine))
    assert truth(case) in [sides(reading) for reading in found.readings]


@pytest.mark.parametrize("engine", [PHP, WIKIDIFF2])
@pytest.mark.parametrize("case", CASES["first"] + CASES["headings"], ids=lambda case: case["name"])
def test_readings_are_distinct_and_probabilities_add_up_to_at_most_one(case, engine):
    found = recover(flat(case["old"], case["new"], engine))
    chances = [reading.probability for reading in found.readings]
    assert 1 <= len(chances) <= 5
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) <= 1.0001
    assert len({reading.lines for reading in found.readings}) == len(chances)
    assert len({tuple(x.shown for x in r.lines) for r in found.readings}) == 1
    assert all(2 <= len(reading.why) <= 6 for reading in found.readings)
    assert len(found.certain) == len(flat(case["old"], case["new"], engine).lines)


@pytest.mark.parametrize("engine", [PHP, WIKIDIFF2])
@pytest.mark.parametrize("case", CASES["first"] + CASES["headings"], ids=lambda case: case["name"])
def test_with_both_texts_the_reading_is_sure(case, engine):
    page = flat(case["old"], case["new"], engine)
    found = recover_known(page, old=case["old"], new=case["new"])
    assert found.readings[0].probability == 1.0
    assert found.readings[0].unexplained == 0
    assert sides(found.readings[0]) == truth(case)
    assert all(found.certain)


@pytest.mark.parametrize("engine", [PHP, WIKIDIFF2])
@pytest.mark.parametrize("side", ["old", "new"])
@pytest.mark.parametrize("case", CASES["first"] + CASES["headings"], ids=lambda case: case["name"])
def test_with_one_text_that_side_of_every_reading_is_true(case, side, engine):
    page = flat(case["old"], case["new"], engine)
    found = recover_known(page, **{"old": None, "new": None, side: case[side]})
    known = [bare(line) for line in case[side].split("\n")]
    for line in found.readings[0].lines:
        for text in line.old if side == "old" else line.new:
            assert bare(text) in "".join(known)


def test_a_text_of_another_page_is_a_contradiction():
    page = flat("One line here.\nTwo.", "One line there.\nTwo.", WIKIDIFF2)
    with pytest.raises(ContradictionError):
        recover_known(page, old="Nothing of the kind\nat all", new=None)
    with pytest.raises(ContradictionError):
        recover_known(page, old="Some other text", new="Some more text")


def test_a_page_without_lines_has_no_readings():
    assert recover(FlatPage((), 12)).readings == ()


def test_a_page_without_a_delta_says_so():
    page = flat("The cat sat.\nOn a mat.", "The cat slept.\nOn a mat.", WIKIDIFF2, declared=False)
    found = recover(page)
    assert found.readings[0].unexplained is None
    assert any("no byte delta" in why for why in found.readings[0].why)


def test_a_moved_line_is_told_by_its_mark():
    first, second = "The ferry leaves the harbour at nine every day.", "Tickets are sold on board."
    filler = [f"Filler paragraph number {n} of the timetable page." for n in range(6)]
    old = "\n".join([first, *filler, second])
    new = "\n".join([*filler, second, first])
    page = flat(old, new, WIKIDIFF2)
    assert any(line.endswith("\u25bc") for line in page.lines)
    reading = recover(page).readings[0]
    moved = {(line.old, line.new) for line in reading.lines}
    assert moved >= {((first,), ()), ((), (first,))}


def test_wikidiff2_is_told_by_its_move_marks():
    lines = ("Some line of text.\u25bc", "Another line.", "\u25b2Some line of text.")
    assert recover(FlatPage(lines, 0)).engine == WIKIDIFF2


def test_a_joined_pair_of_headings_tells_the_old_formatter():
    old, new = "A.\n====Trade and tolls====\nB.", "A.\n== The age of trade ==\nB."
    assert recover(FlatPage(tuple(php_shown(old, new)), 0)).engine == PHP


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.text(max_size=60), max_size=6), st.integers(-80, 80), st.sampled_from([PHP, None])
)
def test_any_lines_give_an_answer(lines, declared, engine):
    found = recover(FlatPage(tuple(lines), declared, engine))
    assert len(found.certain) == len(lines)
    for reading in found.readings:
        assert all(line.shown < len(lines) for line in reading.lines)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["a b c", "== h ==", "x, y", "\u00a0", "foo bar baz"]), min_size=1))
def test_context_has_two_equal_sides(lines):
    for reading in recover(FlatPage(tuple(lines[:8]), 3, WIKIDIFF2)).readings:
        for line in reading.lines:
            if line.old and line.new and line.old != line.new:
                assert bare(line.old[0]) != "" or bare(line.new[0]) != ""


def test_a_huge_line_ends_with_a_recorded_fallback():
    found = recover(FlatPage(("word " * 200_000,), 5, PHP))
    assert found.fallbacks
    assert found.fallbacks[0].seen > found.fallbacks[0].limit


def test_a_page_of_many_lines_ends_with_a_recorded_fallback():
    lines = tuple(
        f"Paragraph {n} says that value {n * 7} was changed to {n * 9}." for n in range(300)
    )
    found = recover(FlatPage(lines, 40, WIKIDIFF2))
    assert any(f.limit == limits.RECOVER_PAGE_LINES for f in found.fallbacks)
    assert len(found.certain) == 300


def test_readings_do_not_depend_on_the_hash_seed():
    script = (
        "from wikidiff.recover import *\n"
        "lines = ('Intro text here.', 'The red blue boat sails at at noon.', 'End of text.')\n"
        "for engine in ('php-inline', 'wikidiff2'):\n"
        "    print(recover(FlatPage(lines, 1, engine)))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1
