"""A copied table's cells on their sides: what the engines can show, and what the article tells."""

from __future__ import annotations

import itertools
from pathlib import Path

import mediawiki
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff.recover import column_table
from wikidiff.recover.column_article import Article
from wikidiff.recover.column_cells import cells
from wikidiff.recover.column_claims import Claims
from wikidiff.recover.column_names import told_by_names
from wikidiff.recover.columns import concluded
from wikidiff.recover.wikidiff2_words import WordDiff

CELLS = ["a", "a b c d", "a b c e", "", "x y", "== h ==", "ปลา", "<!-- a", "b -->"]


def kinds(lines, article=()):
    return [line.kind[0] for line in concluded(lines, article)]


def sides(lines):
    old = [line.old for line in lines if line.old is not None]
    return old, [line.new for line in lines if line.new is not None]


def read(old, new, engine="wikidiff2"):
    """Return the lines concluded of the cells that an engine makes of two texts."""
    return concluded(list(cells(old, new, engine)), new.split("\n"))


@given(st.lists(st.sampled_from(CELLS), max_size=12))
def test_every_copied_line_is_taken_once_and_in_order(lines):
    made = concluded(lines, ["a b c d and more"])
    assert [side for line in made for side in (line.old, line.new) if side is not None] == lines


@pytest.mark.parametrize("engine", ["wikidiff2", "php"])
@pytest.mark.parametrize("title", sorted(mediawiki.EDITS))
def test_the_cells_of_an_edit_are_context_twice_and_each_line_once(title, engine):
    old, new = mediawiki.EDITS[title]
    made = list(cells(old, new, engine))
    assert {cell for cell in made if cell} <= {*old.split("\n"), *new.split("\n")}
    assert list(cells(old, old, engine)) == []


def test_a_pair_too_unlike_to_be_one_row_has_the_new_line_first():
    old = "k\nThe first of all lines.\nl\n"
    new = "k\nQuite another one stands here.\nl\n"
    assert list(cells(old, new, "wikidiff2"))[2:4] == [new.split("\n")[1], old.split("\n")[1]]
    assert kinds(list(cells(old, new, "wikidiff2")), ["k", "Quite another one stands here."]) == [
        *"cidc"
    ]


def test_core_php_shows_the_old_line_of_any_pair_first():
    pairs = [(f"An old line about {x}.", f"Nothing alike: {y}!") for x, y in ("ab", "cd", "ef")]
    old = "".join(f"{one}\nkept {n}\n" for n, (one, _) in enumerate(pairs))
    new = "".join(f"{other}\nkept {n}\n" for n, (_, other) in enumerate(pairs))
    assert sides(read(old, new, "php")) == (old.split("\n"), new.split("\n"))


@given(st.lists(st.sampled_from(CELLS), max_size=12), st.lists(st.sampled_from(CELLS), max_size=4))
def test_no_line_is_on_both_sides_of_a_changed_run(lines, article):
    """It would have been found unchanged there."""
    for is_context, run in itertools.groupby(
        concluded(lines, article), lambda line: line.kind == "context"
    ):
        old, new = sides(list(run))
        assert is_context or not set(old) & set(new)


def test_an_old_line_like_the_new_one_after_its_pair_is_found():
    """wikidiff2 pairs the old line with the first new one; its move search finds the second."""
    old = "k\nStandards are needed for the paths of derivation.\nl\n"
    added = "Wallets have more to back up, as the scripts are redundant.\n"
    new = f"k\n{added}Modern standards are needed for the paths of derivation.\nl\n"
    old_side, new_side = sides(read(old, new))
    assert (old_side, new_side) == (old.split("\n")[:-1], new.split("\n")[:-1])


def test_what_a_line_opens_and_the_next_one_closes_is_of_one_side():
    lines = ["k", "k", "<!-- please add no", "hotels here -->", "l", "l"]
    assert kinds(lines, ["k", "l"])[1:3] in (["d", "d"], ["i", "i"])


def test_of_a_line_that_moved_the_article_tells_which_end_is_the_new_one():
    lines = ["* Fish", "* Boats", "* Salt", "* Salt", "* Fish", "* Boats"]
    assert kinds(lines, ["Salt", "Fish", "Boats"]) == list("ddcii")
    assert kinds(lines, ["Fish", "Boats", "Salt"]) == list("iicdd")


def test_a_line_merged_into_another_is_not_found_in_the_article_twice():
    lines = ["One stands here.", "One stands here. Two too, as said.", "", "Two too, as said."]
    made = kinds(lines, ["One stands here. Two too, as said."])
    assert (made[0], made[-1]) == ("c", "d")


def test_the_list_of_categories_tells_which_one_is_there_no_more():
    kept = "[[Category:Towns of Ada Province]]"
    lines = ["[[Category:Ada]]", kept, kept, "[[Category:Ports]]"]
    assert kinds(lines, ["Categories: PortsTowns of Ada Province"]) == list("dci")


def test_parameters_that_the_article_does_not_show_tell_nothing_by_being_absent():
    """A template's parameters that stand twice are not shown either."""
    kept = [f"|Part{n}=some {n} words" for n in range(4) for _ in "on"]
    paragraphs = ["Where the article shows it.", "Where the article shows it."]
    lines = ["|Speed=112 km/h at most", "|Speed=112 km/h, or 70 miles", *kept, *paragraphs]
    assert kinds(lines, ["Where the article shows it."])[0] == "c"


@pytest.mark.parametrize("lines", [["x"] * 3_000, [f"line {n} of many" for n in range(3_000)]])
def test_two_cells_are_compared_once_whatever_stands_in_the_table(monkeypatch, lines):
    """Counted in alignments of words, three for each pair of neighbours, not in time."""
    compared = 0
    between = WordDiff.between

    def count(*given):
        nonlocal compared
        compared += 1
        return between(*given)

    monkeypatch.setattr(column_table.WordDiff, "between", count)
    made = concluded(lines, [])
    assert compared < 3 * len(lines)
    assert sum((line.old is not None) + (line.new is not None) for line in made) == len(lines)


def test_the_name_of_a_missing_template_in_the_article_tells_the_new_side():
    page = ["{{Stone}}", "{{Stone}}", "Kept text stands here.", "Kept text stands here."]
    shown = ["Template:Stone", "Kept text stands here."]
    assert kinds([*page, "{{Quarry}}"], [*shown, "Template:Quarry"]) == [*"cci"]
    assert kinds([*page, "{{Quarry}}"], shown) == [*"ccd"]


def test_a_template_that_a_wiki_has_tells_nothing_by_its_name():
    page = ["{{Stone}}", "{{Stone}}", "Kept text stands here.", "Kept text stands here."]
    found = list(told_by_names([*page, "{{Quarry}}"], {0, 2}, ["Kept text stands here."], []))
    (told,) = found
    assert told[0] == 4
    assert abs(told[1]) < 0.2


def test_both_sides_of_a_run_leave_as_many_templates_open():
    below = ["| a = 1", "| a = 1", "}}", "}}"]
    assert kinds(["{{Top}}{{Box", "{{Top}}", "{{Box", *below]) == [*"cicc"]


def test_the_parts_of_a_split_line_are_the_side_that_the_whole_one_is_not():
    whole = "The wall was built by the monks of the abbey. It fell twice and was rebuilt."
    parts = ["The wall was built by the monks of the abbey.", "It fell twice and was rebuilt."]
    kept = ["Kept text stands here.", "Kept text stands here."]
    lines = [*kept, "New words.", whole, "", *parts, *kept]
    assert kinds(lines, ["Kept text stands here.", "New words.", whole]) == [*"cidiiic"]


def test_an_article_that_is_a_redirect_now_is_found_by_its_target():
    old = ["The '''Quarry''' is one of grey stone.", "", "== Stone ==", "Cut by hand."]
    assert kinds(["#REDIRECT [[Lamp post]]", *old], ["Redirect to:", "Lamp post"]) == [*"idddd"]


def test_two_equal_lines_of_some_words_are_one_that_stayed():
    long = "A line of so many words that no text has it twice, one after the other."
    assert kinds(["", "One.", long, long, "", "Two."], ["One.", long, "Two."])[-3] == "c"


def test_of_lines_that_differ_in_case_the_article_tells_which_one_is_there():
    kept = ["Kept text stands here.", "Kept text stands here."]
    lines = [*kept, "The Lamp Room is high.", "A moth.", "The lamp room is high.", *kept]
    above = ["Kept text stands here.", "A moth."]
    told = {shown: Article(lines, [*above, shown, kept[0]]) for shown in (lines[2], lines[4])}
    assert told[lines[2]].tells(2) > 0 > told[lines[2]].tells(4)
    assert told[lines[4]].tells(4) > 0 > told[lines[4]].tells(2)


KEPT = ["Kept text stands here.", "Kept text stands here."]


def test_what_the_article_has_once_is_one_of_two_lines_that_have_it():
    lines = ["An example of it", "===An example of it==="]
    claims = Claims(Article(lines, ["An example of it"]), [0, 1])
    assert claims.shares([], [0, 1]) == {0: (1.0, 2), 1: (0.0, 2)}
    assert claims.shares([1], [0]) == {0: (1.0, 2)}


def test_the_words_of_an_old_line_that_a_new_one_has_too_do_not_speak_against_it():
    claims = Claims(Article(["a b c d", "a b c e"], ["a b c e"]), [0, 1])
    assert claims.shares([0], [1]) == {1: (1.0, 2), 0: (0.0, 1)}
    assert claims.shares([1], [0])[1] == (1.0, 1)


def test_a_category_is_found_in_the_list_by_the_capital_letter_that_the_wiki_gives_it():
    kept = "[[Category:towns of Ada_Province]]"
    lines = ["[[Category:ada]]", kept, kept, "[[Category:ports]]"]
    assert kinds(lines, ["Categories: PortsTowns of Ada Province"]) == list("dci")


def test_each_category_of_a_line_is_looked_for_in_the_list():
    kept = "[[Category:Towns]]"
    lines = [kept, kept, "[[Category:Ports]] [[Category:Piers]]", "[[Category:Docks]]"]
    article = Article(lines, ["Categories: TownsPortsPiers"])
    assert article.listed == {2: 1.0, 3: -1.0}


def test_a_file_s_caption_is_what_the_article_shows_of_it():
    line = "[[File:Quay.jpg|thumb|left|The old quay and [[Pier|its pier]], seen from the bay]]"
    assert Article([line], []).words(0) == (
        *("the", "old", "quay", "and", "its", "pier", "seen", "from", "the", "bay"),
    )


def test_a_context_line_that_may_be_two_of_one_side_is_not_certain():
    """Three blank lines are one that stayed and one of a side, in either order."""
    told = concluded(["== x ==", "", "", "", "<!-- y -->"], ["x"])
    assert not all(line.certain for line in told)
    paragraph = "A line of so many words that no text has it twice, one after the other."
    assert all(line.certain for line in concluded([paragraph, paragraph], [paragraph]))


def open_edits():
    """Return the pairs of texts of which docs/inputs-data.md says that nobody can tell the way."""
    text = (Path(__file__).parents[1] / "docs" / "inputs-data.md").read_text("utf-8")
    block = text.split("```text\none: ")[1].split("```")[0]
    pairs = [pair.strip().split("\n") for pair in ("one: " + block).strip().split("\n\n")]
    return [
        tuple("\n".join(side.split(": ", 1)[1].split(" / ")) for side in pair) for pair in pairs
    ]


@pytest.mark.parametrize("engine", ["wikidiff2", "php"])
@pytest.mark.parametrize("pair", open_edits(), ids=lambda pair: pair[1][:20])
def test_edits_that_are_copied_alike_have_the_same_cells(pair, engine):
    """That the article shows both texts alike a real wiki tells (test_wiki.py)."""
    there, back = (list(cells(*way, engine)) for way in (pair, pair[::-1]))
    assert there == back
