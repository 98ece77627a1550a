"""What holds for any edit that is checked, hostile ones among them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wikidiff

PIECES = [
    *("{{", "}}", "[[", "]]", "{|", "|}", "|-", "<!--", "-->", "<ref>", "</ref>", "<nowiki>"),
    *(
        "\n",
        "\n\n",
        "== ",
        " ==",
        "\n=== A ==",
        "''",
        "'''",
        "</nowiki>",
        "<div>",
        "</div>",
        "<br>",
    ),
    *("the ", "the ", "wоrd ", "\u200b", "\x08", "Ã©", "aaaaaaaaa", "## ", "`x`", "**b**", "quay "),
    *("http://a.b/?fbclid=1 ", "[http://a|b]", "[[Category:A]]", "<ref name=a />", "♙"),
    *("<ref name=a>x</ref>", "<!-- wikidiff: ignore -->", "\n<!-- wikidiff: ignore-start W2 -->"),
]
MARKUP = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
EVERYTHING = {"select": ["ALL"]}


@given(MARKUP, MARKUP)
def test_any_edit_can_be_checked_with_the_same_result_each_time(old, new):
    found = wikidiff.check(wikidiff.diff(old, new), EVERYTHING)
    assert wikidiff.check(wikidiff.diff(old, new), EVERYTHING) == found
    assert all(finding.status == "introduced" for finding in found)


@given(MARKUP, MARKUP, st.booleans())
def test_each_finding_has_a_place_that_is_there_and_a_fingerprint_of_its_own(old, new, all_lines):
    config = {**EVERYTHING, "all-lines": all_lines}
    found = wikidiff.check(wikidiff.diff(old, new), config)
    assert len({finding.fingerprint for finding in found}) == len(found)
    for finding in found:
        place = finding.place
        side = old if place.side == "old" else new
        if place.line is not None:
            assert side.split("\n")[place.line - 1] == place.text
        assert 0 <= place.start <= place.end <= len(place.text)


@given(MARKUP)
def test_an_edit_that_changes_nothing_has_no_findings(text):
    assert wikidiff.check(wikidiff.diff(text, text), EVERYTHING) == ()


@given(MARKUP)
def test_a_harmless_line_at_the_end_says_nothing_of_the_page(page):
    document = wikidiff.diff(f"{page}\n\nEnd.", f"{page}\n\nEnd.\nA quiet line about the quay.")
    assert wikidiff.check(document, {"select": ["W1", "W2", "W3", "W4"]}) == ()


@given(MARKUP, MARKUP)
def test_all_lines_tell_all_that_the_edit_introduced(old, new):
    document = wikidiff.diff(old, new)
    introduced = wikidiff.check(document, {"select": ["W4"]})
    everything = wikidiff.check(document, {"select": ["W4"], "all-lines": True})
    places = {(finding.code, finding.place.line, finding.place.start) for finding in everything}
    for finding in introduced:
        assert (finding.code, finding.place.line, finding.place.start) in places


def hostile():
    """Texts that make careless patterns take quadratic time or worse."""
    yield from (sign * 40_000 for sign in "=[{'<|*#:-`\u200bа ")
    yield from (sign * 10_000 for sign in ("[[", "<ref>", "<!--", "http://", "{{", "aа", "~ "))
    yield from ("<ref name=a " * 4000, "[http://a " * 4000, "<br>\n" * 8000, "a a " * 9000)
    yield from ("==a" * 9000, "\n==" * 9000, "**a" * 9000, "[a](" * 9000, "`a" * 9000)
    yield from ("\n* [[Category:A" * 4000, "\n{|" * 9000, "\n|-" * 9000, "Ã©" * 9000)
    yield from ("<!-- wikidiff: ignore W1 -->\n" * 3000, "http:/" * 9000, "<ref name=a />" * 1500)


@pytest.mark.parametrize("text", [*hostile()], ids=lambda text: repr(text[:8]))
def test_hostile_text_is_checked(text):
    """Each takes a second at most; one quadratic pattern would take minutes."""
    for old, new in (("", text), (text, text[: len(text) // 2] + "\nx"), (text, "")):
        wikidiff.check(wikidiff.diff(old, new), EVERYTHING)


def test_a_rule_that_finds_too_many_is_ended_and_says_so():
    from wikidiff.api import checked
    from wikidiff.limits import FINDINGS
    from wikidiff.rules.config import Config

    text = "[https://a.example/|x]\n" * (FINDINGS + 5)
    result = checked(wikidiff.diff("", text), Config.of({"select": ["W315"]}))
    assert (len(result.findings), result.stopped) == (FINDINGS, ("W315",))
