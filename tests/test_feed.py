"""Feeds: each entry's edit, which of them, and XML that means harm."""

from __future__ import annotations

import json

import pytest
import reader_cases
from hypothesis import given
from hypothesis import strategies as st

import wikidiff
from wikidiff import ReadError, limits
from wikidiff.readers import Input, feed, feed_table

FOLDER = reader_cases.CASES / "feed"
SEVERAL = (FOLDER / "several.atom").read_bytes()


@pytest.mark.parametrize("path", reader_cases.inputs("feed"), ids=lambda path: path.name)
def test_a_feed_gives_what_its_case_says(path):
    assert json.loads(json.dumps(reader_cases.got(path))) == reader_cases.want(path)


def test_each_entry_is_a_document_in_the_feed_s_order():
    made = list(wikidiff.read_all(SEVERAL))
    assert [document.revisions.new.id for document in made] == [9, 8]


@pytest.mark.parametrize(
    ("revisions", "found"),
    [("9", 9), ("8", 8), ("8..9", 9), ("7..8", 8), ("last", 9), ("prev..8", 8)],
)
def test_an_entry_is_chosen_by_its_ids(revisions, found):
    assert wikidiff.read(SEVERAL, revisions=revisions).revisions.new.id == found


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({}, "several edits: Turm 9, Turm 8; choose one"),
        ({"page": "turm"}, "several edits: Turm 9, Turm 8; choose one"),
        ({"page": "Tor"}, "no such edit; it has Turm 9, Turm 8"),
        ({"revisions": "7"}, "no such edit"),
        ({"revisions": "7..9"}, "no such edit"),
        ({"revisions": "x"}, "no revisions: 'x'"),
    ],
)
def test_an_entry_that_is_not_one_is_said_so(choice, told):
    with pytest.raises(ReadError) as raised:
        wikidiff.read(SEVERAL, **choice)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<rss>" + b"<a>" * 99 + b"diff-lineno", "elements more than 16 deep"),
        (b"<rss><item>diff-lineno</rss>", "broken XML: mismatched tag"),
        (b"<rss><item>&lol;diff-lineno</item></rss>", "broken XML: undefined entity"),
        (b"<feed>diff-lineno</feed>", "a feed without entries"),
    ],
)
def test_a_broken_feed_is_one_line(data, told):
    with pytest.raises(ReadError) as raised:
        list(feed.read_each(Input("x", data)))
    assert told in str(raised.value)


def test_more_entries_than_allowed_are_refused(monkeypatch):
    monkeypatch.setattr(limits, "FEED_ENTRIES", 2)
    with pytest.raises(ReadError, match="more than 2 entries"):
        list(feed.read_each(Input("x", b"<rss>" + b"<item/>" * 3 + b"</rss>")))


PARTS = [
    "<td>",
    "</td>",
    "<td/class='diff-marker'>",
    "+",
    "−",
    "<tr>",
    "<p>",
    "<div>",
    "</div>",
    "<table>",
    "</table>",
    "<ins>",
    "x",
    "<a/class='mw-diff-movedpara-left'/href='#a'>",
    "<a/name='a'>",
    "</a>",
]


@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_any_markup_of_an_entry_is_read(parts):
    made = feed_table.entry_of("".join(parts), "x")
    for run in made.runs or ():
        for line in run:
            segments = line.segments
            assert "".join(t for m, t in segments if m in "=-") == (line.old or "")
            assert "".join(t for m, t in segments if m in "=+") == (line.new or "")


def test_a_deep_or_long_entry_is_refused_with_the_limit(monkeypatch):
    with pytest.raises(ReadError, match=f"more than {limits.HTML_DEPTH} deep"):
        feed_table.entry_of("<b>" * 9_999, "x")
    monkeypatch.setattr(limits, "HTML_CELLS", 3)
    with pytest.raises(ReadError, match="more than 3 cells"):
        feed_table.entry_of("<td class=diff-lineno></td>" * 4, "x")
