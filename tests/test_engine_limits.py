"""Hostile texts: the work stops at counted limits, says so, and the result is right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wikidiff
from wikidiff.engine.sequence import shared_runs

NUMBERS = [f"{n * 7919 % 10007} {n * 104729 % 10009} and {n}" for n in range(3000)]
OTHERS = [f"{n * 6151 % 10037} {n * 3571 % 10039} or {n + 5000}" for n in range(3000)]

HOSTILE = {
    "brackets": ("[" * 30_000 + " x", "]" * 30_000 + " x", "word alignment"),
    "alternating lines of another beat": (
        "\n".join(["aaaa", "bbbb"] * 4000),
        "\n".join(["bbbb", "aaaa", "aaaa"] * 3000),
        "line alignment",
    ),
    "all lines different": ("\n".join(NUMBERS), "\n".join(OTHERS), "line pairing"),
    "equal lines": ("\n".join(["x"] * 50_000), "\n".join(["x"] * 45_000), None),
    "alternating lines": ("\n".join(["one", "two"] * 2000), "\n".join(["two", "one"] * 2000), None),
    "marks": ("e" + "\u0301" * 50_000, "f" + "\u0301" * 50_001, None),
    "open tags": ("<a " * 20_000, "<a " * 20_000 + "b <", None),
    "open comments": ("<!--" * 20_000 + "\n== A ==\nx", "<!--" * 20_000 + "\n== A ==\ny", None),
    "unclosed tags": ("<pre>" * 5_000 + "\n== A ==\nx", "<pre>" * 5_000 + "\n== A ==\ny", None),
    "one long word": ("a" * 100_000, "a" * 99_990 + "b", None),
    "headings": (
        "\n".join(f"== H{n} ==" for n in range(1500)),
        "\n".join(f"== G{n} ==" for n in range(1500)),
        None,
    ),
    "lines all moved": ("\n".join(NUMBERS), "\n".join(NUMBERS[::-1]), None),
}


@pytest.mark.parametrize(("old", "new", "step"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_is_compared_within_the_limits(old: str, new: str, step: str | None):
    made = wikidiff.diff(old, new)
    assert wikidiff.apply(made, old) == new
    assert wikidiff.apply(made, new, reverse=True) == old
    assert made.delta.unexplained == 0
    told = [warning.message for warning in made.warnings if warning.code == "limit-reached"]
    assert bool(told) == bool(step)
    if step:
        assert any(message.startswith(step) for message in told)


def test_few_edits_of_a_page_over_the_limit_are_told_as_on_a_short_one():
    lines = [line for n in range(6_000) for line in (f"Line {n} of a page, {n * 7919}.", "", "|-")]
    edited = [*lines]
    edited[3] = "Line 1 of a page, edited."
    edited.insert(9_000, "A row more")
    del edited[15_001]
    edited[-3] = "The last line of a page, 47506081."
    made = wikidiff.diff("\n".join(lines), "\n".join(edited), context=0)
    assert not made.warnings
    assert [(line.kind, line.old_line, line.new_line) for line in made.lines()] == [
        ("changed", 4, 4),
        ("inserted", None, 9_001),
        ("deleted", 15_001, None),
        ("changed", 17_998, 17_998),
    ]


@settings(max_examples=300, deadline=None)
@given(st.text("abcd", max_size=60), st.text("abcd", max_size=60), st.integers(0, 200))
def test_what_sequences_share_rises_on_both_sides_whatever_the_limit(old: str, new: str, cells):
    i = j = 0
    for a, b, size in shared_runs([*old], [*new], ("a step", cells), []):
        assert a >= i
        assert b >= j
        assert old[a : a + size] == new[b : b + size]
        assert size > 0
        i, j = a + size, b + size
