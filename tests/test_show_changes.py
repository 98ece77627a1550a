"""How `show` tells of changes: grouped, folded into the outermost, by kind."""

from __future__ import annotations

import io

import pytest

import wikidiff
from wikidiff.report.terminal import View, show

OLD = """\
The mole is long. See [[Suez Crisis|it]].

{{Infobox port
| date = 1956
}}
"""
NEW = """\
The mole is long. See [[Suez|it]].<ref>{{cite web|url=http://example.org/a|title=[[Mole]]}}</ref>

{{Infobox port
| date = 1957
}}

== Quay ==
A [[link]].
"""


def told(old=OLD, new=NEW, **view):
    file = io.StringIO()
    show(wikidiff.diff(old, new), View(**view), file)
    return [line.strip() for line in file.getvalue().split("\n")]


def test_what_stands_inside_a_change_is_counted_in_the_row_of_the_outermost():
    lines = told()
    assert "+ Reference added  with 1 template, 1 external link, 1 link  line 1" in lines
    assert "+ Section “Quay” added  with 1 heading, 1 link, 1 change of text  line 7" in lines
    assert "wikilink  1 changed" in lines  # those inside have no row


def test_verbose_lists_them_below_it():
    lines = told(verbose=True)
    at = lines.index("+ Reference added  line 1")
    assert lines[at + 1 : at + 4] == [
        "+ Template “cite web” added  line 1",
        "+ External link added: http://example.org/a  line 1",
        "+ Link to “Mole” added  line 1",
    ]


def test_a_kind_that_is_asked_for_is_told_wherever_it_stands():
    lines = told(only=frozenset({"wikilink"}))
    assert "wikilink  2 added, 1 changed" in lines
    assert "+ Link to “Mole” added  in a template  line 1" in lines
    assert "+ Link to “link” added  in a section  line 8" in lines


def test_a_kind_that_does_not_come_is_said_to_be_missing():
    assert "No changes of this kind: category" in told(only=frozenset({"category"}))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "==== One ====\na\n==== Two ====\nb\n",
            "== Who ==\na\n== Why ==\nb\n",
            "2 headings renamed and lifted 2 levels.",
        ),
        (
            "a<ref>x</ref> b<ref>y</ref> c\n",
            "a b c\n",
            "2 references removed.",
        ),
        (
            "[[A|a]] and [[B|b]] and c.\n",
            "[[AA|a]] and [[B|bb]] and c.\n",
            "Links: 1 retargeted and 1 relabelled, text changed, 1 word added, 1 word removed: "
            "“a and bb and c.”.",
        ),
        (
            "[[File:A.jpg|thumb|The mole]]\n",
            "[[File:A.jpg|thumb|The old mole]]\n[[Category:B]]\n",
            "Caption of file “A.jpg”: “The mole” → “The old mole”, category “B” added.",
        ),
    ],
    ids=["headings", "references", "links", "caption"],
)
def test_the_sentence_says_what_an_edit_summary_should_have_said(old, new, sentence):
    assert wikidiff.diff(old, new).summary == sentence


def test_the_json_has_the_sentence_and_the_size_class():
    found = wikidiff.diff(OLD, NEW).to_dict()
    assert found["summary"].startswith("Section “Quay” added, ")
    assert found["size_class"] == "small"
    assert wikidiff.diff(OLD, OLD).to_dict()["size_class"] == "none"
