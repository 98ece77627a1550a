"""Hostile texts: the work stops at counted limits, says so, and the result is right."""

from __future__ import annotations

import pytest

import wikidiff

NUMBERS = [f"{n * 7919 % 10007} {n * 104729 % 10009} and {n}" for n in range(3000)]
OTHERS = [f"{n * 6151 % 10037} {n * 3571 % 10039} or {n + 5000}" for n in range(3000)]

HOSTILE = {
    "brackets": ("[" * 30_000 + " x", "]" * 30_000 + " x", "word alignment"),
    "alternating lines of another beat": (
        "\n".join(["aaaa", "bbbb"] * 4000),
        "\n".join(["bbbb", "cccc", "aaaa"] * 3000),
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
