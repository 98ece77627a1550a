"""The model of the old PHP inline formatter: hand-worked cases, laws, and rendered pages."""

from __future__ import annotations

import html
import json
import lzma
import os
import re
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff import limits
from wikidiff.recover import php_inline, php_lcs

CASES = json.loads(Path(__file__).with_name("cases").joinpath("php_inline.json").read_text("utf-8"))

# No digits: words that are one number by value may stand for each other (case "equal numbers").
# No NBSP: the formatter writes some of its own.
TEXT = st.text(alphabet="ab éл塔 \t\n.=[]'_", max_size=40)
LINES = st.lists(TEXT.map(lambda text: text.replace("\n", "")), min_size=1, max_size=5)
NUMBERED = st.lists(st.sampled_from(["a", "b", "c", "1", "01", "1e0", "1.0"]), max_size=30)
LANGUAGES = st.sampled_from(["en", "zh"])


def side(runs: list[tuple[str, str]], mark: str) -> str:
    """The text of one side of a hunk, without any white space."""
    return "".join("".join(text.split()) for op, text in runs if op in ("=", mark))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_page_is_shown_as_the_rules_say(case: dict[str, Any]):
    made = php_inline.blocks(case["old"], case["new"], language=case["language"])
    assert [[block.kind, [list(run) for run in block.runs]] for block in made] == case["blocks"]
    assert php_inline.shown(case["old"], case["new"], language=case["language"]) == case["shown"]


def test_blocks_name_the_lines_they_stand_for():
    made = php_inline.blocks("a\nb\nc\nd", "a\nB\nC\nX\nc\ne")
    assert [(block.kind, block.old, block.new) for block in made] == [
        ("context", (0, 1), (0, 1)),
        ("changed", (1, 2), (1, 4)),
        ("context", (2, 3), (4, 5)),
        ("changed", (3, 4), (5, 6)),
    ]


def test_lines_on_one_side_only_are_a_block_each():
    assert php_inline.hunk_text([], ["one  two", ""]) == "one two\n\u00a0"
    assert php_inline.hunk_text(["", "one"], []) == "\u00a0\none"


def test_a_hunk_with_too_many_words_shows_as_many_words_as_it_has_lines():
    words = [f"w{number}" for number in range(6_400)]  # 6,400 squared is above 40 million
    runs = php_inline.hunk_runs([" ".join(words), "end"], [" ".join(reversed(words)), "fin"])
    assert runs == [("-", "w0 w1 "), ("+", "w6399 w6398 ")]


def test_a_long_search_is_cut_short_but_loses_no_word():
    old = [f"{number * 7_919 % 3_001}x" for number in range(3_000)]
    new = [f"{number * 104_729 % 3_001}x" for number in range(3_000)]
    assert len(old) * len(new) > php_lcs.TOO_LONG
    runs = php_inline.hunk_runs([" ".join(old)], [" ".join(new)])
    assert side(runs, "-") == "".join(old)
    assert side(runs, "+") == "".join(new)
    assert any(op == "=" for op, _ in runs)


def test_a_line_diff_past_the_limit_says_so_and_stays_true(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "PHP_STEPS", 100)
    old = [f"{number * 31 % 101}x" for number in range(100)]
    new = [f"{number * 57 % 101}x" for number in range(100)]
    fallbacks: list[limits.Fallback] = []
    made = php_inline.blocks("\n".join(old), "\n".join(new), fallbacks=fallbacks)
    assert [(fallback.step, fallback.limit) for fallback in fallbacks] == [("php diff", 100)]
    assert rebuilt(old, new, made) == new


def rebuilt(old: list[str], new: list[str], made: list[php_inline.Block]) -> list[str]:
    """The new lines: those of the blocks, and the old ones where no block is."""
    lines: list[str] = []
    at = 0
    for block in made:
        lines += old[at : block.old[0]]
        lines += new[slice(*block.new)]
        at = block.old[1]
    return lines + old[at:]


@given(TEXT, TEXT)
def test_blocks_hold_every_change(old: str, new: str):
    made = php_inline.blocks(old, new)
    assert "\n".join(rebuilt(old.split("\n"), new.split("\n"), made)) == new


@given(LINES, LINES, LANGUAGES)
def test_the_runs_of_a_hunk_give_both_texts_white_space_aside(
    old: list[str], new: list[str], language: str
):
    runs = php_inline.hunk_runs(old, new, language=language)
    assert side(runs, "-") == "".join("".join(line.split()) for line in old)
    assert side(runs, "+") == "".join("".join(line.split()) for line in new)


@given(LINES, LINES)
def test_the_old_side_keeps_its_spaces(old: list[str], new: list[str]):
    runs = php_inline.hunk_runs(old, new)
    kept = "".join(text for op, text in runs if op != "+")
    assert kept.replace("\u00a0", "") == "".join(old)


@given(LINES, LINES, LANGUAGES)
def test_the_text_of_a_hunk_is_its_runs_folded(old: list[str], new: list[str], language: str):
    runs = php_inline.hunk_runs(old, new, language=language)
    folded = php_inline.fold("".join(text for _, text in runs))
    assert php_inline.hunk_text(old, new, language=language) == folded


@given(NUMBERED, NUMBERED)
def test_a_short_search_finds_a_longest_common_run_of_words(old: list[str], new: list[str]):
    edits = php_lcs.edits(old, new)
    assert [edit.old[0] for edit in edits[1:]] == [edit.old[1] for edit in edits[:-1]]
    assert [edit.new[0] for edit in edits[1:]] == [edit.new[1] for edit in edits[:-1]]
    copied = sum(edit.old[1] - edit.old[0] for edit in edits if edit.kind == "copy")
    assert copied == longest_common(old, new)


def longest_common(old: list[str], new: list[str]) -> int:
    """The length of a longest common subsequence, by the textbook's table."""
    row = [0] * (len(new) + 1)
    for word in old:
        above = row
        row = [0]
        for number, other in enumerate(new):
            row.append(above[number] + 1 if word == other else max(above[number + 1], row[number]))
    return row[-1]


@cache
def corpus() -> Path:
    """Return the folder of real diff pages, or skip the test."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpus"
    folder = Path(os.environ.get("WIKIDIFF_CORPUS", beside))
    if not (folder / "edits").is_dir():
        pytest.skip(f"no corpus of diff pages at {folder} (set WIKIDIFF_CORPUS)")
    return folder


def records(name: str) -> list[dict[str, Any]]:
    path = corpus() / "edits" / f"{name}.jsonl.xz"
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def pages() -> Iterator[dict[str, str]]:
    """The files of each rendered page, by name, read without newline translation."""
    wanted = ("old.wiki", "new.wiki", "meta.json", "mobile.oldphp.html", "seedlike.oldphp.txt")
    found: dict[str, dict[str, str]] = {}
    with tarfile.open(corpus() / "dev.tar.xz", "r|xz") as archive:
        for member in archive:
            folder, _, name = member.name.rpartition("/")
            if name in wanted:
                data = archive.extractfile(member)
                assert data is not None
                found.setdefault(folder, {})[name] = data.read().decode("utf-8")
    assert found
    yield from (found[folder] for folder in sorted(found))


def html_blocks(page: str) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """The blocks that a rendered page holds."""
    diff = page.partition('<div id="mw-mf-minidiff">')[2]
    pattern = r'<div class="mw-diff-inline-(context|added|deleted|changed)">(.*?)</div>\n'
    marks = {"": "=", "del": "-", "ins": "+"}
    return [
        (
            block[1],
            tuple(
                (marks[run[1] or ""], html.unescape(run[2] or run[3] or ""))
                for run in re.finditer(r"<(ins|del)>([^<]*)</|([^<>]+)(?=<|$)", block[2])
            ),
        )
        for block in re.finditer(pattern, diff, re.DOTALL)
    ]


def test_rendered_pages_are_made_again_byte_for_byte():
    wrong = []
    for page in pages():
        meta = json.loads(page["meta.json"])
        texts = page["old.wiki"], page["new.wiki"]
        made = php_inline.blocks(*texts, language=meta["language"])
        shown = php_inline.shown(*texts, language=meta["language"])
        body = page["seedlike.oldphp.txt"].partition("\n\nNavigation menu")[0].split("\n")
        same = [(block.kind, block.runs) for block in made] == html_blocks(
            page["mobile.oldphp.html"]
        )
        if not same or (shown and body[-len(shown) :] != shown):
            wrong.append(meta["key"])
    assert wrong == []


def test_flattened_real_edits_are_made_again():
    sources = {name: records(name) for name in ("bips-dev", "openttd-dev")}
    wrong = []
    for flat in records("flattened-dev")[::20]:
        edit = sources[flat["source"]][flat["line"]]
        shown = php_inline.shown(edit["old"], edit["new"], language=edit["language"])
        if shown != flat["php_inline"]:
            wrong.append((flat["source"], flat["line"]))
    assert wrong == []
