"""The model of wikidiff2's inline format: hand-worked cases, laws, limits, and real edits."""

from __future__ import annotations

import html
import json
import lzma
import os
import re
import tarfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff import limits
from wikidiff.recover import wikidiff2_inline as inline
from wikidiff.recover import wikidiff2_words as words
from wikidiff.recover.wikidiff2_sequence import align

CASES = json.loads(
    Path(__file__).with_name("cases").joinpath("wikidiff2_inline.json").read_text("utf-8")
)
EDIT_STEP = 60  # every 60th real edit: 214 of them

PIECE = st.sampled_from(["a", "b", "lamp", "é", "塔", " ", "  ", "\t", ".", "==", "_1", "\u00a0"])
LINE = st.lists(PIECE, max_size=12).map("".join)
# A lone tab and a lone space at the start of a line are equal, and the old one is shown: no law.
LAWFUL = LINE.filter(lambda line: not re.match("[ \t](?![ \t])", line))
PAGE = st.lists(LAWFUL, max_size=8).map("\n".join)
LETTERS = st.lists(st.sampled_from("abc"), max_size=40)


def corpus() -> Path:
    """The shared corpus, or skip."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpus"
    found = Path(os.environ.get("WIKIDIFF_CORPUS", beside))
    if not (found / "edits").is_dir():
        pytest.skip("no corpus: set WIKIDIFF_CORPUS to its folder")
    return found


def side(runs: Any, mark: str) -> str:
    """The old ("-") or new ("+") text of runs."""
    return "".join(text for op, text in runs if op in ("=", mark))


def common_length(old: list[str], new: list[str]) -> int:
    """The length of a longest common subsequence, by the textbook."""
    row = [0] * (len(new) + 1)
    for one in old:
        last = row
        row = [0]
        for j, other in enumerate(new):
            row.append(last[j] + 1 if one == other else max(last[j + 1], row[j]))
    return row[-1]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_page_is_shown_as_the_rules_say(case: dict[str, Any]):
    made = inline.blocks(case["old"], case["new"])
    shape = [
        [block.kind, block.old, block.new, [list(run) for run in block.runs]] for block in made
    ]
    assert shape == case["blocks"]
    assert inline.shown(case["old"], case["new"]) == case["shown"]


@given(LAWFUL, LAWFUL)
def test_the_runs_of_a_line_hold_both_its_texts(old: str, new: str):
    runs = inline.line_runs(old, new)
    assert side(runs, "-") == old
    assert side(runs, "+") == new
    assert all(text for _, text in runs)


@given(LINE, LINE)
def test_a_deleted_run_and_the_inserted_one_after_it_share_no_word(old: str, new: str):
    runs = inline.line_runs(old, new)
    for (mark, gone), (next_mark, came) in pairwise(runs):
        assert (mark, next_mark) != ("+", "-"), "deleted comes first"
        if (mark, next_mark) == ("-", "+"):
            # a space that begins the line is a word of its own kind
            at_start = old.startswith(gone) or new.startswith(came)
            shared = set(words.split_words(gone)) & set(words.split_words(came))
            assert not shared or (at_start and shared <= {" ", "\t"})


@given(LINE, LINE)
def test_line_text_is_the_runs_without_marks(old: str, new: str):
    joined = "".join(text for _, text in inline.line_runs(old, new))
    assert inline.line_text(old, new) == re.sub("[ \t]+", " ", joined).strip(" ")


@given(PAGE, PAGE)
def test_a_page_shows_every_changed_line_once(old: str, new: str):
    made = inline.blocks(old, new)
    for name, kinds in (
        ("old", ("deleted", "changed", "moved-from")),
        ("new", ("added", "changed", "moved-to")),
    ):
        lines = (old if name == "old" else new).split("\n")
        numbers = [getattr(block, name) for block in made if block.kind in kinds]
        assert len(numbers) == len(set(numbers))
        mark = "-" if name == "old" else "+"
        for block in made:
            if block.kind in (*kinds, "context"):
                assert side(block.runs, mark) == lines[getattr(block, name)]


@given(PAGE)
def test_two_equal_pages_show_nothing(page: str):
    assert inline.blocks(page, page) == []


@given(LETTERS, LETTERS)
def test_an_alignment_keeps_a_longest_common_subsequence(old: list[str], new: list[str]):
    made = align(old, new, 10_000)
    kept = [item for item, mark in zip(old, made.old, strict=True) if not mark]
    assert kept == [item for item, mark in zip(new, made.new, strict=True) if not mark]
    assert len(kept) == common_length(old, new)


@given(st.lists(PIECE, min_size=1, max_size=8), st.lists(PIECE, max_size=8))
def test_leaving_out_equal_ends_of_long_lines_changes_nothing(old: list[str], new: list[str]):
    head, tail = (
        "Granite steps lead up, step by step. " * 9,
        " a lamp. b lamp. " * 9 + "At dusk it is lit.",
    )
    sides = ["".join([head, *middle, tail]) for middle in (old, new)]
    windowed = words.WordDiff.between(*sides)
    whole = words.WordDiff.of(*map(words.split_words, sides))
    assert windowed.before
    assert windowed.runs() == whole.runs()
    assert windowed.similarity() == whole.similarity()


def test_a_hunk_by_itself_shows_what_it_shows_on_a_page():
    made = inline.hunk_blocks(["The tower has nine floors.", "gone"], ["The tower has ten floors."])
    assert [(block.kind, block.old, block.new) for block in made] == [
        ("changed", 0, 0),
        ("deleted", 1, None),
    ]


def test_lines_are_shown_as_one_above_a_fifth_of_common_bytes():
    assert not inline.are_shown_as_one("ab cdefghijk", "xy lmnopqrst")
    assert inline.are_shown_as_one("ab cdefghijk", "ab lmnopqrst")
    assert not inline.are_shown_as_one("ab cdefghijklmno", "ab pqrstuvwxyz0123")  # 3 of 18
    assert not inline.are_shown_as_one("", "anything")


def test_the_two_ends_of_a_move_carry_one_number():
    old = "The keeper lit the lamp at dusk.\nuno\nThe boat came in on Friday.\ndos\ntres\n"
    new = "uno\ndos\ntres\nThe boat came in on Friday.\nThe keeper lit the lamp at dusk.\n"
    moved = [block for block in inline.blocks(old, new) if block.move is not None]
    assert [(block.kind, block.move, block.upwards) for block in moved] == [
        ("moved-from", 0, False),
        ("moved-from", 1, False),
        ("moved-to", 1, True),
        ("moved-to", 0, True),
    ]


def test_moves_are_not_looked_for_among_more_than_a_hundred_lines():
    def page(extra: int) -> list[inline.Block]:
        kept = "\n".join(f"line {'abcdefghij'[n % 10] * n} stays" for n in range(3))
        added = "\n".join("x" * (n + 2) for n in range(extra))
        return inline.blocks(
            f"A long line that moves\n{kept}", f"{kept}\n{added}\nA long line that moves"
        )

    assert any(block.move is not None for block in page(98))
    assert all(block.move is None for block in page(99))


def test_a_line_with_too_many_words_is_shown_deleted_and_inserted_whole():
    many = " ".join(f"w{n}" for n in range(3200))
    made = inline.blocks(f"x {many} y", f"z {many} q")
    assert [[mark for mark, _ in block.runs] for block in made] == [["-", "+"]]


def test_a_page_above_the_limit_of_cells_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "WIKIDIFF2_CELLS", 100)
    old = "\n".join(f"old {n}" for n in range(20))
    new = "\n".join(f"new {n}" for n in range(20))
    fallbacks: list[limits.Fallback] = []
    made = inline.blocks(old, new, fallbacks=fallbacks)
    assert limits.Fallback("line diff", 100, 400) in fallbacks
    assert {block.kind for block in made} == {"changed"}


def test_a_breaker_decides_where_thai_words_end():
    old, new = "เรือเก่า", "เรือใหม่"
    assert inline.line_runs(old, new, breaker=lambda line: []) == [("-", old), ("+", new)]
    assert inline.line_runs(old, new, breaker=lambda line: [4]) == [
        ("=", "เรือ"),
        ("-", "เก่า"),
        ("+", "ใหม่"),
    ]


def test_long_and_repetitive_texts_end_soon():
    spaced = inline.line_runs("a " * 50_000, "a " * 25_000 + "b " + "a " * 25_000)
    assert [(mark, len(text)) for mark, text in spaced][-1][0] == "="
    lines = [str(n * 7919 % 5000) for n in range(5000)]
    assert inline.blocks("\n".join(sorted(lines)), "\n".join(lines))


# Edits of which the corpus's list leaves out the rule for a space that begins a line: the extension
# itself shows them as this model does.
LISTED_WRONGLY = {("openttd-dev", 3396), ("openttd-dev", 3433), ("openttd-dev", 3935)}
LISTED_WRONGLY |= {("bips-dev", 2809)}


def test_real_edits_are_shown_as_wikidiff2_shows_them():
    folder = corpus() / "edits"
    texts: dict[str, list[str]] = {}
    with lzma.open(
        folder / "flattened-dev.jsonl.xz", "rt", encoding="utf-8", newline="\n"
    ) as lines:
        for number, line in enumerate(lines):
            if number % EDIT_STEP:
                continue
            flat = json.loads(line)
            source = flat["source"]
            if source not in texts:
                raw = lzma.decompress((folder / f"{source}.jsonl.xz").read_bytes())
                texts[source] = raw.decode().split("\n")
            edit = json.loads(texts[source][flat["line"]])
            if (source, flat["line"]) not in LISTED_WRONGLY:
                assert inline.shown(edit["old"], edit["new"]) == flat["wikidiff2"], flat["line"]


BLOCK = re.compile(r'<div class="mw-diff-inline-(?!header)([^"]*)">(.*?)</div>', re.DOTALL)
RUN = re.compile(r"<(?:ins|del)>.*?</(?:ins|del)>|[^<]+", re.DOTALL)
MARKS = {"<i": "+", "<d": "-"}


def rendered_blocks(page: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The blocks of a rendered mobile diff page."""
    made = []
    for classes, body in BLOCK.findall(page):
        kind = classes.split()[0]
        if kind == "moved":
            kind = "moved-from" if "source" in classes else "moved-to"
        runs = [
            (MARKS.get(run[:2], "="), html.unescape(re.sub("</?(?:ins|del)>", "", run)))
            for run in RUN.findall(re.sub("<a .*?</a>", "", body, flags=re.DOTALL))
        ]
        made.append((kind, runs))
    return made


def as_rendered(block: inline.Block) -> tuple[str, list[tuple[str, str]]]:
    """A block of ours as the page has it: blank lines as NBSP, the source of a move unmarked."""
    mark = {"added": "+", "deleted": "-"}.get(block.kind, "=")
    runs = list(block.runs) or [(mark, "\u00a0")]
    return block.kind, [("=", runs[0][1])] if block.kind == "moved-from" else runs


def test_rendered_pages_hold_the_same_blocks():
    wanted = re.compile(
        r"(?:dev/)?(?:torture_(?!thai)|(?:en|ru|zh|hi)_0)[^/]*/(old|new|mobile)[^/]*"
    )
    found: dict[str, dict[str, str]] = {}
    with tarfile.open(corpus() / "dev.tar.xz") as archive:
        for member in archive:
            name = member.name.removeprefix("./")
            last = name.rpartition("/")[2]
            if wanted.fullmatch(name) and last in ("old.wiki", "new.wiki", "mobile.wikidiff2.html"):
                page = found.setdefault(name.rpartition("/")[0], {})
                page[last] = archive.extractfile(member).read().decode()
    assert len(found) > 40
    for name, page in found.items():
        made = inline.blocks(page["old.wiki"], page["new.wiki"])
        assert [as_rendered(block) for block in made] == rendered_blocks(
            page["mobile.wikidiff2.html"]
        ), name
