"""Recovery of a flattened page with the true text of one side, or of both, at hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wikidiff import limits
from wikidiff.errors import ContradictionError
from wikidiff.readers import Input, mobile_text
from wikidiff.recover import one_side_weights, php_inline, wikidiff2_inline
from wikidiff.recover.one_side import recover_known
from wikidiff.recover.one_side_embed import embeddings, tokens_of
from wikidiff.recover.one_side_lines import Edits
from wikidiff.recover.one_side_seams import Reads
from wikidiff.recover.page import PHP, WIKIDIFF2, FlatPage, Recovery

SAMPLES = Path(__file__).parents[1] / "samples"
CASES = json.loads((Path(__file__).parent / "cases" / "one_side.json").read_text("utf-8"))


def bare(text: str) -> str:
    return "".join(text.replace("\u00a0", " ").split())


def shown(engine: str, old: str, new: str) -> list[str]:
    if engine == PHP:
        return php_inline.shown(old, new)
    return wikidiff2_inline.shown(old, new)


def page_of(engine: str, old: str, new: str) -> FlatPage:
    delta = len(new.encode()) - len(old.encode())
    return FlatPage(tuple(shown(engine, old, new)), delta, engine)


def known(page: FlatPage, side: str, old: str, new: str) -> Recovery:
    return recover_known(
        page, old=old if side == "old" else None, new=new if side == "new" else None
    )


def sides(answer: Recovery) -> list[tuple[list[str], list[str]]]:
    return [
        ([bare(text) for text in line.old], [bare(text) for text in line.new])
        for line in answer.readings[0].lines
        if [bare(text) for text in line.old] != [bare(text) for text in line.new]
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("side", ["old", "new"])
@pytest.mark.parametrize("engine", [PHP, WIKIDIFF2])
def test_the_other_side_is_found(case: dict[str, Any], side: str, engine: str) -> None:
    if f"{engine}/{side}" in case.get("open", ()):
        pytest.skip("another text explains this page too, and is preferred: " + case["name"])
    old, new = case["old"], case["new"]
    answer = known(page_of(engine, old, new), side, old, new)
    both = recover_known(page_of(engine, old, new), old=old, new=new)
    assert sides(answer) == sides(both)
    assert answer.readings[0].unexplained == 0


@pytest.mark.parametrize("name", ["ferry", "quarry", "windmuehle"])
@pytest.mark.parametrize("side", ["old", "new"])
def test_a_sample_is_read_with_either_side(name: str, side: str) -> None:
    old, new = ((SAMPLES / f"{name}.{x}.wiki").read_text("utf-8") for x in ("old", "new"))
    flat = mobile_text.read(Input(name, (SAMPLES / f"{name}.txt").read_bytes()))
    page = FlatPage(flat.lines, flat.meta.declared)
    assert sides(known(page, side, old, new)) == sides(recover_known(page, old=old, new=new))


@pytest.mark.parametrize("name", ["lighthouse", "orchard"])
@pytest.mark.parametrize("side", ["old", "new"])
def test_what_a_side_does_not_settle_is_not_called_certain(name: str, side: str) -> None:
    old, new = ((SAMPLES / f"{name}.{x}.wiki").read_text("utf-8") for x in ("old", "new"))
    flat = mobile_text.read(Input(name, (SAMPLES / f"{name}.txt").read_bytes()))
    page = FlatPage(flat.lines, flat.meta.declared)
    answer = known(page, side, old, new)
    if sides(answer) != sides(recover_known(page, old=old, new=new)):
        assert not all(answer.certain)
        assert answer.readings[0].probability < 0.8


@pytest.mark.parametrize("side", ["old", "new", "both"])
def test_a_text_of_another_page_is_a_contradiction(side: str) -> None:
    old, new = "Alpha\nBeta\nGamma\nDelta\n", "Alpha\nBeta\nGamma two\nDelta\n"
    page = page_of(WIKIDIFF2, old, new)
    other = "Nothing of that page\nstands here\n"
    given_old = other if side in ("old", "both") else None
    given_new = other if side in ("new", "both") else None
    with pytest.raises(ContradictionError) as caught:
        recover_known(page, old=given_old, new=given_new)
    assert caught.value.source == {"old": "--old", "new": "--new"}.get(side, "--old and --new")
    assert "line 1" in caught.value.trouble
    assert "Alpha" in caught.value.trouble


def test_a_contradiction_names_the_first_line_that_cannot_be() -> None:
    old = "One\nTwo\nThree\nFour\nFive\n"
    page = page_of(WIKIDIFF2, old, old.replace("Three", "Three and more"))
    with pytest.raises(ContradictionError, match=r"line 4 .*Four"):
        recover_known(page, old="One\nTwo\nThree\nOther\nFive\n", new=None)


def test_no_text_at_all_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="at least one side"):
        recover_known(FlatPage(("a",), 1), old=None, new=None)


def test_both_texts_leave_one_certain_reading() -> None:
    old, new = "A hill.\nA lake.\nA road.", "A hill.\nA deep lake.\nA road."
    answer = recover_known(page_of(PHP, old, new), old=old, new=new)
    assert [reading.probability for reading in answer.readings] == [1.0]
    assert answer.readings[0].lines[0].old == ("A lake.",)
    assert answer.readings[0].lines[0].new == ("A deep lake.",)
    assert all(answer.certain)


WORDS = st.sampled_from(["river", "bank", "mill", "stone", "bridge", "of", "the", "old", "1874"])
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
TEXTS = st.lists(LINES, min_size=1, max_size=7).map("\n".join)


@settings(max_examples=150)
@given(old=TEXTS, new=TEXTS, engine=st.sampled_from([PHP, WIKIDIFF2]), is_old=st.booleans())
def test_a_text_of_the_page_is_never_a_contradiction(
    old: str, new: str, engine: str, is_old: bool
) -> None:
    page = page_of(engine, old, new)
    assume(page.lines)
    answer = known(page, "old" if is_old else "new", old, new)
    total = sum(reading.probability for reading in answer.readings)
    assert 0 < total <= 1.0001
    assert len(answer.certain) == len(page.lines)
    for reading in answer.readings:
        assert reading.counted + (reading.unexplained or 0) == page.declared


@settings(max_examples=150)
@given(
    lines=st.lists(LINES, min_size=3, max_size=7, unique=True),
    at=st.integers(0, 6),
    more=st.sampled_from(["quarry", "harbour light", "lock"]),
    is_old=st.booleans(),
)
def test_what_one_edit_brought_regenerates_the_page(
    lines: list[str], at: int, more: str, is_old: bool
) -> None:
    changed = list(lines)
    changed[at % len(lines)] += " " + more
    texts = "\n".join(lines), "\n".join(changed)
    old, new = texts if is_old else texts[::-1]
    page = page_of(WIKIDIFF2, old, new)
    answer = known(page, "old" if is_old else "new", old, new)
    best = answer.readings[0]
    assert best.unexplained == 0
    assert any("shows this very page" in sentence for sentence in best.why)


@given(text=st.text(max_size=60))
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(tokens_of(text, php=True)) == text
    assert "".join(tokens_of(text, php=False)) == text


def test_an_embedding_leaves_what_is_extra() -> None:
    found = embeddings("the oldgreat mill burnt down", tokens_of("the old mill burnt", php=False))
    extras = [extra for extra in found[0].extra if extra]
    assert extras == ["great", " down"]
    assert embeddings("mill the", tokens_of("the mill", php=False)) == []


def test_text_reads_on_better_where_it_was_seen() -> None:
    reads = Reads("the mill by the river, the mill on the hill, the miller of the town")
    assert reads.joint("the mi", "ll ") > reads.joint("the mi", "riv")


def test_a_hostile_page_ends_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ONE_SIDE_NODES", 40)
    old = "\n".join(["a a"] * 60)
    new = "\n".join(["a a a"] * 60)
    answer = recover_known(page_of(WIKIDIFF2, old, new), old=old, new=None)
    assert answer.readings == ()
    assert not any(answer.certain)
    assert [stop.limit for stop in answer.fallbacks] == [40]


def test_the_answer_does_not_hang_on_hash_order() -> None:
    program = (
        "from wikidiff.recover.one_side import recover_known as r\n"
        "from wikidiff.recover.page import FlatPage as F\n"
        "from wikidiff.recover.wikidiff2_inline import shown\n"
        "a='x one\\ny two [[three]] four\\nz five'; b='x one\\ny two three six four\\nz five'\n"
        "print(r(F(tuple(shown(a,b)),len(b)-len(a),'wikidiff2'),old=a,new=None))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(outputs) == 1


def test_corpus_pages_are_no_contradiction_to_their_own_texts(corpus: Path) -> None:
    pages = islice(sorted(corpus.glob("bip_0340_05*")), 6)
    seen = 0
    for folder in pages:
        old, new = ((folder / f"{x}.wiki").read_bytes().decode() for x in ("old", "new"))
        page = page_of(WIKIDIFF2, old, new)
        for side in ("old", "new"):
            answer = known(page, side, old, new)
            assert answer.readings
            seen += 1
    assert seen == 12


def others(engine: str, old: str, new: str, *, is_old: bool) -> list[str]:
    """Return the other sides that are listed, white space aside, where one line changed."""
    answer = known(page_of(engine, old, new), "old" if is_old else "new", old, new)
    return [
        bare("".join(line.new if is_old else line.old))
        for reading in answer.readings
        for line in reading.lines
    ]


def test_letters_that_run_together_part_where_a_word_was_replaced() -> None:
    old, new = "| Music || petert and Tom", "| Music || peterts brother"
    for was, now in ((old, new), (new, old)):
        assert others(WIKIDIFF2, was, now, is_old=True)[0] == bare(now)
        assert others(WIKIDIFF2, was, now, is_old=False)[0] == bare(was)


def test_the_same_word_dropped_at_all_its_places_is_looked_at() -> None:
    old = "The quay office keeps the keys. Ask the quay office for a key to the quay store."
    new = old.replace("quay ", "")
    edits = Edits(Reads(old), is_old=True, php=False, segmented=False, lines=[old])
    ways = edits.ways(old, old, 40)
    assert ways is not None
    found = [ways.text(pick) for pick in ways.for_delta(len(new) - len(old))]
    assert new in found


@pytest.mark.parametrize("engine", [PHP, WIKIDIFF2])
def test_whole_lines_that_explain_the_delta_together_are_found(engine: str) -> None:
    names = ("The mill", "A quay", "The church of the hill", "An inn", "The lower lighthouse")
    rows = [f"* {name} stands there" for name in names]
    old = "\n".join(["Head", rows[0], "Foot", "End"])
    new = "\n".join(["Head", *rows, "Foot", "End"])
    answer = known(page_of(engine, old, new), "new", old, new)
    assert sides(answer) == [([], [bare(row)]) for row in rows[1:]]
    assert answer.readings[0].unexplained == 0


def test_a_line_that_came_in_takes_the_indent_of_its_neighbours() -> None:
    old = "<pre>\n  Title: Quay\n  Status: Draft\n</pre>\nText"
    new = "<pre>\n  Title: Quay\n  Comments: none yet\n  Status: Draft\n</pre>\nText"
    answer = known(page_of(WIKIDIFF2, old, new), "old", old, new)
    assert answer.readings[0].unexplained == 0
    assert answer.readings[0].lines[0].new == ("  Comments: none yet",)


def test_a_page_of_a_chinese_wiki_may_have_an_english_interface() -> None:
    old = "{{頁首}}\n[[Category:日本電視]]\n[[Category:東京電視網]]\n[[Category:漫畫]]"
    new = "{{頁首}}\n[[Category:日本電視]]\n[[Category:東京電台網]]\n[[Category:漫畫]]"
    delta = len(new.encode()) - len(old.encode())
    lines = tuple(php_inline.shown(old, new, language="zh"))
    answer = recover_known(FlatPage(lines, delta, PHP, "en"), old=old, new=None)
    assert sides(answer) == [(["[[Category:東京電視網]]"], ["[[Category:東京電台網]]"])]
    both = recover_known(FlatPage(lines, delta, PHP, "en"), old=old, new=new)
    assert sides(both) == sides(answer)


def test_words_that_could_as_well_be_others_are_not_certain() -> None:
    old = "Doors of oak, gates of ash, beams of elm, posts of yew, stairs of fir."
    new = old.replace(" beams of elm,", "")
    answer = known(page_of(WIKIDIFF2, old, new), "old", old, new)
    assert len(answer.readings) > 1
    assert answer.readings[0].probability < 0.8
    assert not all(answer.certain)


def test_every_weight_has_a_name() -> None:
    for engine in (PHP, WIKIDIFF2):
        for is_old in (True, False):
            found = one_side_weights.weights(engine, is_old=is_old)
            for group, names in one_side_weights.GROUPS.items():
                assert len(getattr(found, group)) == len(names), (engine, is_old, group)
            assert len(found.none) == len(one_side_weights.NONE)


def test_a_line_that_bears_the_mark_of_a_move_is_not_unchanged() -> None:
    lines = [
        "Tiles of slate",
        "The mill was begun in 1802 by the miller of the village",
        "Beams",
        "Oak",
    ]
    old = "\n".join([*lines, "Elm", "Ash"])
    new = "\n".join([lines[0], *lines[2:], "Elm", lines[1] + " himself", "Ash"])
    answer = known(page_of(WIKIDIFF2, old, new), "old", old, new)
    assert (["Themillwasbegunin1802bythemillerofthevillage"], []) in sides(answer)


def test_thai_words_may_begin_where_a_dictionary_says() -> None:
    line = "\u0e42\u0e23\u0e07\u0e2a\u0e35\u0e40\u0e01\u0e48\u0e32 mill of 1802"
    old = f"\u0e2b\u0e31\u0e27\n{line}\nFoot"
    new = old.replace("\u0e40\u0e01\u0e48\u0e32", "\u0e43\u0e2b\u0e21\u0e48\u0e21\u0e32\u0e01")
    lines = wikidiff2_inline.shown(old, new, breaker=lambda line: [])
    assert lines != wikidiff2_inline.shown(old, new)
    page = FlatPage(tuple(lines), len(new.encode()) - len(old.encode()), WIKIDIFF2)
    answer = recover_known(page, old=old, new=new)
    assert answer.readings[0].lines[0].old == (line,)
    assert answer.readings[0].lines[0].new == (new.split("\n")[1],)
    with pytest.raises(ContradictionError):
        recover_known(page, old=old, new=new.replace("1802", "1803"))


def open_pages() -> list[tuple[str, str, list[str]]]:
    """Return the pages that docs/recovery-model.md says nobody can tell."""
    text = (Path(__file__).parents[1] / "docs" / "recovery-model.md").read_text("utf-8")
    block = text.split("```text\nold: ")[1].split("```")[0]
    made = []
    for page in ("old: " + block).strip().split("\n\n"):
        side, *others = (line.strip().split(": ", 1) for line in page.split("\n"))
        made.append((side[0], lines_of(side[1]), [lines_of(text) for _, text in others]))
    return made


def lines_of(text: str) -> str:
    return "\n".join(text.split(" / "))


@pytest.mark.parametrize("page", open_pages(), ids=lambda page: page[1][:20])
@pytest.mark.parametrize("engine", [PHP, WIKIDIFF2])
def test_pages_that_nobody_can_tell_look_the_same(
    page: tuple[str, str, list[str]], engine: str
) -> None:
    side, given_text, others = page
    pairs = [(given_text, text) if side == "old" else (text, given_text) for text in others]
    made = {tuple(shown(engine, *pair)) for pair in pairs}
    assert len(made) == 1
    assert len({len(text.encode()) for text in others}) == 1
    answer = known(page_of(engine, *pairs[0]), side, *pairs[0])
    assert answer.readings[0].probability < 0.8


def test_the_docs_give_ten_pages_that_nobody_can_tell() -> None:
    assert len(open_pages()) == 10
