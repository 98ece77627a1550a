"""Laws of the engine that hold for any two texts."""

from __future__ import annotations

import json
import lzma
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from engine_texts import ANY, LINE, PAIRS, PIECES, TEXTS
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import wikidiff
from wikidiff import limits, text
from wikidiff.engine import line_ops
from wikidiff.model import Op

CASES = int(os.environ.get("WIKIDIFF_LAW_CASES", "400"))


def corpus() -> Path:
    """The folder of real revision pairs; the test is skipped where it is absent."""
    given_path = os.environ.get("WIKIDIFF_CORPUS")
    at = Path(given_path) if given_path else Path(__file__).parents[1] / "../shared/corpus"
    if not (at / "revisions-dev.json.xz").exists():
        pytest.skip("no corpus: set WIKIDIFF_CORPUS")
    return at


def check(old: str, new: str, context: int = 2) -> None:
    made = wikidiff.diff(old, new, context=context)
    assert wikidiff.apply(made, old) == new
    assert wikidiff.apply(made, new, reverse=True) == old
    sizes = text.size(new) - text.size(old)
    assert made.delta.counted == sizes
    assert made.delta.unexplained == 0
    for line in made.lines():
        marks = line.segments
        assert "".join(t for mark, t in marks if mark in "=-") == (line.old or "")
        assert "".join(t for mark, t in marks if mark in "=+") == (line.new or "")
        assert all(stretch for _, stretch in marks)
        assert all(a[0] != b[0] for a, b in pairwise(marks))
        assert (line.kind == "context") == (line.old == line.new and line.old is not None)
    check_numbers(made, old, new)
    check_moves(made)


def check_numbers(made: wikidiff.Document, old: str, new: str) -> None:
    """Line numbers are those of the texts and rise; hunks start where they say."""
    old_lines, new_lines = old.split("\n"), new.split("\n")
    last_old = last_new = 0
    for section in made.sections:
        assert section.hunks
        for hunk in section.hunks:
            assert hunk.lines
            assert hunk.old_start is not None
            assert hunk.new_start is not None
            at_old, at_new = hunk.old_start, hunk.new_start
            for line in hunk.lines:
                if line.old is not None:
                    assert line.old_line == at_old > last_old
                    assert old_lines[at_old - 1] == line.old
                    last_old, at_old = at_old, at_old + 1
                if line.new is not None:
                    assert line.new_line == at_new > last_new
                    assert new_lines[at_new - 1] == line.new
                    last_new, at_new = at_new, at_new + 1


def check_moves(made: wikidiff.Document) -> None:
    """Every move has one end on either side."""
    ends: dict[str, list[str]] = {}
    for line in made.lines():
        if line.move:
            ends.setdefault(line.move.id, []).append(line.move.role)
            assert line.kind == ("deleted" if line.move.role == "from" else "inserted")
    assert all(sorted(roles) == ["from", "to"] for roles in ends.values())


@settings(max_examples=CASES, deadline=None)
@given(PAIRS, st.sampled_from([0, 1, 2, 2, 2, 5, 1000]))
def test_the_new_text_comes_back_and_the_old_one_too(pair: tuple[str, str], context: int):
    check(*pair, context=context)
    check(pair[1], pair[0], context=context)


@st.composite
def far_apart(draw: st.DrawFn) -> tuple[str, str]:
    """Draw two texts with edits far apart, as far as lines go."""
    olds, news = [], []
    for at in range(draw(st.integers(1, 3))):
        stays = draw(st.lists(LINE, max_size=3)) + [f"{at} {n}" for n in range(draw(FEW))]
        gone, come = draw(st.tuples(TEXTS, TEXTS))
        olds += [gone, *stays]
        news += [come, *stays]
    return "\n".join(olds), "\n".join(news)


FEW = st.integers(0, 40)


@settings(
    max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(far_apart(), PAIRS), st.sampled_from([0, 1, 2, 2, 5]))
def test_edits_far_apart_come_back_each_by_itself(
    monkeypatch: pytest.MonkeyPatch, pair: tuple[str, str], context: int
):
    monkeypatch.setattr(limits, "STRETCH_CHARACTERS", 0)
    check(*pair, context=context)
    check(pair[1], pair[0], context=context)


def test_edits_far_apart_are_told_as_if_they_were_near(monkeypatch: pytest.MonkeyPatch):
    lines = [f"Line {n} of a page, {n * 7919 % 101}." for n in range(900)]
    edited = [*lines]
    edited[100:101] = ["A new one.", "", lines[100][:8], lines[100][8:]]
    edited[300] += " Edited."
    del edited[500:503]
    edited[703:703] = edited[200:202]
    del edited[200:202]
    texts = "\n".join(lines), "\n".join(edited)
    monkeypatch.setattr(limits, "STRETCH_CHARACTERS", 0)
    apart = wikidiff.diff(*texts)
    assert sum(line.kind != "context" for line in apart.lines()) == 12
    monkeypatch.setattr(limits, "STRETCH_CHARACTERS", 10**9)
    assert wikidiff.diff(*texts).to_json() == apart.to_json()


@settings(max_examples=CASES, deadline=None)
@given(st.one_of(st.tuples(ANY, ANY), st.tuples(LINE, LINE)))
def test_the_ops_of_a_line_add_up(pair: tuple[str, str]):
    old, new = pair
    ops = line_ops(old, new)
    assert "".join(old[op.old[0] : op.old[1]] for op in ops) == old
    assert "".join(new[op.new[0] : op.new[1]] for op in ops) == new
    for op in ops:
        (a, b), (c, d) = op.old, op.new
        assert a < b or c < d
        assert (a == b or c == d) or old[a:b] == new[c:d]


@settings(max_examples=CASES // 2, deadline=None)
@given(PAIRS)
def test_no_mark_parts_a_character_from_what_joins_it(pair: tuple[str, str]):
    for line in wikidiff.diff(*pair).lines():
        if line.kind != "changed":
            continue
        for whole, marks in ((line.old, "=-"), (line.new, "=+")):
            at = 0
            for stretch in [t for mark, t in line.segments if mark in marks][:-1]:
                at += len(stretch)
                assert not text.joined(whole or "", at), line


SPACELESS = [piece for piece in PIECES if not any(map(str.isspace, piece))]


@st.composite
def long_lines(draw: st.DrawFn) -> tuple[str, str, int, int]:
    """Draw two lines without spaces, what they share at both ends longer than any look for one.

    With them how much the ends are.
    """
    least = limits.BORDER_CHARACTERS + draw(st.integers(1, 40))
    ends = []
    for _ in range(2):
        piece = "".join(draw(st.lists(st.sampled_from(SPACELESS), min_size=1, max_size=4)))
        ends.append(piece * (least // len(piece) + 1))
        assume(text.loose_after(ends[-1], 0, len(ends[-1])) >= 0)
    words = st.lists(st.sampled_from(SPACELESS), max_size=3).map("".join)
    old, new = (ends[0] + draw(words) + ends[1] for _ in range(2))
    return old, new, len(ends[0]), len(ends[1])


@settings(max_examples=CASES, deadline=None)
@given(long_lines())
def test_an_edit_of_a_line_without_spaces_is_marked_near_and_parts_nothing(
    case: tuple[str, str, int, int],
):
    old, new, first, last = case
    check(old, new)
    made = [op for op in line_ops(old, new) if op.old[0] == op.old[1] or op.new[0] == op.new[1]]
    for op in made:
        (a, b), (c, d) = op.old, op.new
        assert not text.joined(old, a)
        assert not text.joined(old, b)
        assert not text.joined(new, c)
        assert not text.joined(new, d)
        near = 2 * limits.BORDER_CHARACTERS
        assert a >= first - near
        assert b <= len(old) - last + near


@settings(max_examples=CASES // 4, deadline=None)
@given(st.tuples(LINE, LINE), st.sampled_from(SPACELESS))
def test_what_stands_far_off_changes_no_mark(pair: tuple[str, str], piece: str):
    far = piece * (2 * limits.BORDER_CHARACTERS // len(piece))
    old, new = (f"a {line} b" for line in pair)
    by = len(far) + 1
    moved = [
        Op((a + by, b + by), (c + by, d + by))
        for (a, b), (c, d) in ((op.old, op.new) for op in line_ops(old, new))
    ]
    made = [*line_ops(f"{far} {old} {far}", f"{far} {new} {far}")]
    if old == new:
        assert len(made) == 1
    else:
        assert made[1:-1] == moved[1:-1]


@settings(max_examples=CASES // 4, deadline=None)
@given(PAIRS)
def test_the_same_texts_give_the_same_bytes(pair: tuple[str, str]):
    first = wikidiff.diff(*pair).to_json()
    assert wikidiff.diff(*pair).to_json() == first
    json.loads(first)


DIGEST = Path(__file__).parents[1] / "tools" / "digest.py"


def run_program(**env: str) -> tuple[str, str]:
    """Where the alignment comes from, and a digest of many diffs, in a process of its own."""
    done = subprocess.run(
        [sys.executable, DIGEST],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    module, _, digest = done.stdout.split()
    return module, digest


def test_the_hash_seed_of_python_changes_nothing():
    assert len({run_program(PYTHONHASHSEED=seed) for seed in ("0", "1", "4711")}) == 1


def test_the_compiled_alignment_and_the_one_in_python_give_the_same_bytes():
    compiled = run_program(RAPIDFUZZ_IMPLEMENTATION="cpp")
    plain = run_program(RAPIDFUZZ_IMPLEMENTATION="python")
    assert compiled[0] != plain[0]
    assert compiled[1] == plain[1]


def test_real_revision_pairs_come_back_both_ways():
    with lzma.open(corpus() / "revisions-dev.json.xz", "rt", encoding="utf-8") as file:
        languages = json.load(file)
    for pairs in languages.values():
        for old, new in pairs:
            check(old, new)
            check(new, old)
