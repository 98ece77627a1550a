"""What an edit did: cases as data, the documentation's examples, the laws."""

from __future__ import annotations

import gc
import json
import re
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wikidiff
from wikidiff import limits, markup
from wikidiff.markup import pieces, tables
from wikidiff.report.schema import schema_text

ROOT = Path(__file__).parents[1]
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['name']}")
    for path in sorted((ROOT / "tests/cases/markup").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]
SCHEMA = json.loads(schema_text())
CHANGE = jsonschema.Draft202012Validator({"$ref": "#/$defs/change", "$defs": SCHEMA["$defs"]})
KINDS = SCHEMA["$defs"]["change"]["properties"]["kind"]["enum"]


def changed(case):
    return wikidiff.diff(case["old"], case["new"], language=case.get("language"))


def told(change):
    found = {name: getattr(change, name) for name in ("kind", "action", "description")}
    if change.detail["inside"]:
        found["inside"] = change.detail["inside"]["change"]
    return found


def kinds(old, new, **options):
    return [(c.kind, c.action) for c in wikidiff.diff(old, new, **options).changes]


def only(old, new, kind, **options):
    found = [c for c in wikidiff.diff(old, new, **options).changes if c.kind == kind]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("case", CASES)
def test_an_edit_is_told_in_wiki_terms(case):
    assert [told(change) for change in changed(case).changes] == case["changes"]


@pytest.mark.parametrize("case", CASES)
def test_every_change_fits_the_schema_of_its_kind(case):
    for change in changed(case).changes:
        CHANGE.validate(change.to_dict())


@pytest.mark.parametrize("case", CASES)
def test_the_schema_names_every_field_of_a_change(case):
    common = SCHEMA["$defs"]["change"]["properties"]["detail"]["properties"].keys()
    for change in changed(case).changes:
        own = SCHEMA["$defs"][f"{change.kind}Detail"]["properties"].keys()
        assert change.detail.keys() <= common | own, change.kind


@pytest.mark.parametrize("case", CASES)
def test_parsing_only_what_changed_finds_what_parsing_both_pages_finds(case):
    document = changed(case)
    assert markup.find(document) == markup.find(document, whole_pages=True)


@pytest.mark.parametrize("case", CASES)
def test_the_edit_the_other_way_round_is_told_as_often(case):
    back = wikidiff.diff(case["new"], case["old"], language=case.get("language"))
    here, there = (
        Counter(change.kind for change in document.changes if change.kind != "section")
        for document in (changed(case), back)
    )
    assert here == there


def test_every_kind_has_a_case():
    assert {change["kind"] for case in CASES for change in case.values[0]["changes"]} == set(KINDS)


DOCUMENTED = re.findall(
    r"^### (\S+)$.*?^```wikitext\n(.*?)^```$.*?^```wikitext\n(.*?)^```$.*?^```json\n(.*?)^```$",
    (ROOT / "docs/changes.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)


def test_every_kind_is_documented():
    assert [kind for kind, *_ in DOCUMENTED] == [
        *("heading", "section", "wikilink", "external-link", "template", "parser-function"),
        *("reference", "category", "file", "gallery", "table", "list", "formatting", "comment"),
        *("nowiki", "tag", "redirect", "behaviour-switch", "signature", "text"),
    ]


@pytest.mark.parametrize(("kind", "old", "new", "shown"), DOCUMENTED, ids=lambda x: x[:20])
def test_the_documented_example_comes_out_as_documented(kind, old, new, shown):
    found = [c.to_dict() for c in wikidiff.diff(old, new).changes if c.kind == kind]
    assert json.loads(shown) in found


def test_an_unchanged_page_has_no_changes():
    document = wikidiff.diff("a [[b]]\n", "a [[b]]\n")
    assert document.changes == ()
    assert markup.summary(document) == "Nothing changed."
    assert markup.size_class(document) == "none"


@pytest.mark.parametrize("whole", [True, False], ids=["texts", "page"])
def test_an_empty_text_is_no_blank_line(whole):
    text = "One [[two]].\n\n== Three ==\nfour"
    for old, new, action in (("", text, "added"), (text, "", "removed")):
        made = wikidiff.diff(old, new)
        if not whole:  # as a page shows it
            made = made.replace(texts=None)
        told = {
            change.action for change in made.changes if change.detail.get("change") != "blanked"
        }
        assert told == {action}
        assert all(change.old or change.new for change in made.changes if change.kind == "text")
        assert {made.stats.lines_inserted, made.stats.lines_deleted} == {4, 0}
        assert made.delta.counted == made.delta.declared


def test_a_blank_line_between_others_is_one():
    assert kinds("\n", "") == [("text", "removed")]
    assert kinds("one\n\ntwo", "one\ntwo") == [("text", "removed")]


def test_a_parameter_is_told_by_name_with_both_values():
    change = only("{{x\n|a=1\n|b=2}}", "{{x\n|a=1\n|b=3}}", "template")
    assert change.detail["parameters"] == [
        {"action": "changed", "name": "b", "new_name": None, "old": "2", "new": "3"}
    ]


def test_each_renamed_parameter_is_told_once_though_others_stand_between():
    old = "{{box|a=one two three|x=1|c=four five six}}\n"
    new = "{{box|b=one two three|x=2|d=four five six}}\n"
    [change] = wikidiff.diff(old, new).changes
    assert change.description == (
        "Template “box”: parameter “a” renamed “b”, parameter “x” changed, "
        "parameter “c” renamed “d”"
    )


def test_a_pipe_in_a_link_or_an_inner_template_does_not_end_a_parameter():
    old, new = (f"{{{{x|a=[[b|c]] {{{{e|f}}}}|d={n}}}}}" for n in (1, 2))
    change = only(old, new, "template")
    assert [p["name"] for p in change.detail["parameters"]] == ["d"]


def test_a_cell_is_told_with_its_row_and_column():
    old = "{|\n! A !! B\n|-\n| 1 || 2\n|-\n| 3 || 4\n|}"
    change = only(old, old.replace("4", "5"), "table")
    cell = change.detail["cells"][0]
    assert (cell["row"], cell["column"], cell["old"], cell["new"]) == (3, 2, "4", "5")


def test_a_moved_template_says_where_it_stood():
    first, second = "The mole is long and old.\n\n", "The quay is short and new.\n\n"
    change = only(f"{{{{a}}}}\n\n{first}{second}", f"{first}{second}{{{{a}}}}\n\n", "template")
    assert change.action == "moved"
    assert change.detail["from_line"] != change.line


def test_a_long_change_is_cut_with_an_ellipsis():
    change = only("x\n", "x\n{{t|" + "a" * 5000 + "}}\n", "template")
    assert len(change.new) == limits.CHANGE_CHARS
    assert change.new.endswith("…")


def test_of_a_long_line_the_part_that_changed_is_quoted():
    words = "The mole is long and the quay is short. " * 40
    change = only(f"{words}It is old. {words}\n", f"{words}It is new. {words}\n", "text")
    assert change.description.startswith("Text changed, 1 word added, 1 word removed: “…")
    assert "It is new." in change.description
    assert "It is old." in change.old
    assert "It is new." in change.new
    assert len(change.new) == limits.CHANGE_CHARS
    assert change.new[0] == change.new[-1] == "…"


def test_the_summary_is_one_sentence_and_leaves_out_what_stands_inside():
    document = wikidiff.diff("A.\n", "A.<ref>{{cite|url=http://example.org/}}</ref>\n")
    assert markup.summary(document) == "Reference added."


def test_the_size_of_an_edit_has_a_name():
    sizes = [markup.size_class(wikidiff.diff("", "a" * n)) for n in (5, 50, 500, 5000, 50000)]
    assert sizes == ["tiny", "small", "medium", "large", "huge"]


# Where mwedittypes 3.1.0 says something else


def test_a_div_is_not_changed_by_what_stands_in_it():
    """mwedittypes compares a tag with all its content, so each edit inside changes it."""
    assert ("tag", "changed") not in kinds("<div>\nOne.\n</div>\n", "<div>\nTwo.\n</div>\n")


def test_a_template_named_by_a_substitution_is_a_template():
    """mwedittypes takes it as text, and its braces as punctuation that was added."""
    new = "{{<includeonly>safesubst:</includeonly>#invoke:RfD|month = April}}\n"
    assert ("template", "added") in kinds("", new)
    assert not any(kind == "text" for kind, _ in kinds("", new))


def test_an_indented_line_that_changes_keeps_its_indentation():
    """mwedittypes takes the markers of a changed line out and puts them in again."""
    assert "list" not in {kind for kind, _ in kinds(":A b c d.\n:x y\n", ":A b c e.\n:x y\n")}


def test_a_blank_line_is_told_as_white_space():
    change = only("One.\nTwo.\n", "One.\n\nTwo.\n", "text")
    assert (change.detail["class"], change.detail["whitespace"]["added"]) == ("whitespace", 1)


# Diff pages show pieces


def shown(lines):
    """Return a Document of lines as a diff page shows them, without the rest of the page."""
    from wikidiff.model import Document, Hunk, Line, Section, Source
    from wikidiff.sections import NOT_SHOWN

    hunk = Hunk(tuple(Line(*line) for line in lines))
    section = Section("changed", NOT_SHOWN, NOT_SHOWN, (hunk,))
    return Document(Source("x", "desktop-html"), (section,), find_changes=markup.find)


def test_a_parameter_whose_template_opens_above_is_told_but_not_certain():
    document = shown(
        [
            ("context", "| name = Astra", "| name = Astra"),
            ("changed", "| date = 1956", "| date = 1957"),
            ("context", "}}", "}}"),
        ]
    )
    assert [told(c)["kind"] for c in document.changes] == ["template"]
    assert document.changes[0].detail["parameters"][0]["name"] == "date"
    assert document.changes[0].detail["old"] == {"name": ""}
    assert not document.changes[0].detail["certain"]


def test_a_row_whose_table_opens_above_is_told():
    document = shown(
        [
            ("context", "|-", "|-"),
            ("changed", "| 1956 || 12", "| 1956 || 14"),
            ("context", "|}", "|}"),
        ]
    )
    assert [c.kind for c in document.changes] == ["table", "text"]


def test_a_paragraph_of_a_piece_needs_nothing_above():
    document = shown([("changed", "The [[mole]].", "The [[pier]].")])
    assert [c.kind for c in document.changes] == ["wikilink", "text"]
    assert all(c.detail["certain"] for c in document.changes)


# Laws

WORDS = st.sampled_from(
    [
        *(
            "a",
            "b ",
            "1956",
            " ",
            "\n",
            "\n\n",
            "== h ==\n",
            "* ",
            ": ",
            "'''",
            "''",
            "|",
            "=",
            "!",
        ),
        *(
            "{{",
            "}}",
            "{{{",
            "}}}",
            "[[",
            "]]",
            "[http://a.b ",
            "]",
            "http://c.d/e",
            "{|\n",
            "\n|}",
        ),
        *("\n|-\n", "||", "<ref>", '<ref name="x">', "</ref>", "<ref name=x />", "<!--", "-->"),
        *("<nowiki>", "</nowiki>", "<div>", "</div>", "<b>", "</b>", "<gallery>\n", "</gallery>"),
        *("__NOTOC__", "~~~~", "File:x.jpg", "Category:y", "&amp;", "#REDIRECT [[x]]", "\0", "他"),
    ]
)
TEXTS = st.lists(WORDS, max_size=25).map("".join)


@given(TEXTS, TEXTS)
def test_any_two_texts_have_changes_that_fit_the_schema(old, new):
    document = wikidiff.diff(old, new)
    for change in document.changes:
        CHANGE.validate(change.to_dict())
        assert change.description
    assert markup.summary(document)


@given(TEXTS, TEXTS)
def test_a_change_that_stands_inside_names_one_that_is_there(old, new):
    changes = wikidiff.diff(old, new).changes
    for at, change in enumerate(changes):
        if inside := change.detail["inside"]:
            assert inside["change"] != at
            assert changes[inside["change"]].kind == inside["kind"]


@given(TEXTS)
def test_a_text_against_itself_has_no_changes(text):
    assert wikidiff.diff(text, text).changes == ()


VALUES = st.sampled_from(
    [
        "x",
        "[[Mole|mole]]",
        "{{flag|Teal}} a",
        "<ref name=a />",
        "<ref>{{cite|url=http://a.b/c}}</ref>",
        "a | b",
        "{{b|[[c]]",
        "''q'' <small>s</small>",
        "",
        "{{b|{{c|d=e}}}}",
        "<!-- n -->",
        "http://a.b",
        "y\nz",
    ]
)
NAMED = st.tuples(st.sampled_from("abcdefgh"), VALUES).map(
    "| long name {0[0]} = {0[1]} and more\n".format
)
CELLS = st.lists(VALUES, min_size=1, max_size=3).map(lambda x: "|-\n| " + " || ".join(x) + "\n")
LONG_CELLS = st.lists(
    VALUES
    | st.sampled_from(
        [
            "{{a|{{b|{{c}}\n|d=[[e|f]]}}}}",
            "<ref group=g>{{cite|url=http://a.b/c|title=d}}</ref>\n----\n<small>e\n</small>",
            "<!-- - > [[ -->",
            "Hello!!",
            "{{#if:a|b}}",
            "\n* [[File:a.jpg|thumb|of [[b]]]]\n* c",
            '\n{| class="inner"\n|-\n| a || b\n|-\n! c !! d\n|}',
        ]
    ),
    min_size=1,
    max_size=3,
).map(lambda cells: "|- class=a\n|" + "\n|| ".join(cells) + "\n")
ITEMS = VALUES.map("* {} is an item of a list of things\n".format)


@pytest.mark.parametrize(
    ("head", "line", "tail"),
    [
        ("{{Infobox port\n", NAMED, "}}\n"),
        ('{| class="a"\n! A !! B\n', CELLS, "|}\n"),
        ('{{numbered|{{\n{| class="a"\n! A !! B\n', LONG_CELLS, "|}\n}}}}\n"),
        ("{{columns|\n", ITEMS, "}}\n"),
        ("<gallery>\n", ITEMS, "</gallery>\n"),
    ],
    ids=["parameters", "rows", "rows over lines", "items", "gallery"],
)
@given(data=st.data())
def test_what_is_folded_changes_nothing_of_what_is_told(head, line, tail, data):
    """With whole pages nothing is folded."""
    lines = data.draw(st.lists(line, min_size=4, max_size=24))
    at = data.draw(st.integers(0, len(lines) - 1))
    others = data.draw(st.lists(line, max_size=2))
    old = head + "".join(lines) + tail
    new = head + "".join([*lines[:at], *others, *lines[at + 1 :]]) + tail
    document = wikidiff.diff(old, new)
    assert markup.find(document) == markup.find(document, whole_pages=True)


def test_a_value_that_goes_on_below_folded_parameters_keeps_its_name():
    head = "{{Infobox port\n| mole = long and old and made of stone\n| note = The quay is short.\n"
    old = f"{head}It was built of wood.\n{'| x = ' + 'y' * 300}\n}}}}"
    change = wikidiff.diff(old, old.replace("of wood", "of stone")).changes[0]
    assert [one["name"] for one in change.detail["parameters"]] == ["note"]


def test_folded_parameters_that_another_template_took_over_are_told_by_name():
    kept = "".join(f"| {name}{name} = {name * 60}\n" for name in "abcdefgh")
    old = f"{{{{Port|size=large\n| one = 1\n}}}}\n{{{{Quay|size=large\n{kept}}}}}"
    new = f"{{{{Port|size=large\n| one = 2\n{kept}}}}}"
    changes = wikidiff.diff(old, new).changes
    assert changes
    assert "\ufdd1" not in "".join(
        repr(change.to_dict()).encode().decode("unicode_escape") for change in changes
    )


def test_a_row_that_moved_over_folded_ones_is_told_as_with_whole_pages():
    rows = [f"|-\n| {name} || {'x' * 40}\n" for name in "abcdefgh"]
    old = '{| class="a"\n' + "".join(rows) + "|-\n|}"
    new = '{| class="a"\n' + "".join([*rows[3:6], *rows[:3], *rows[6:]]) + "|-\n|}"
    document = wikidiff.diff(old, new)
    assert markup.find(document) == markup.find(document, whole_pages=True)


def test_words_that_differ_in_case_only_are_not_told_as_spelt_anew():
    detail = only("the Mole is fyne", "The mole is fine", "text").detail
    assert detail["spelling"] == [["fyne", "fine"]]


FAR = "The quay is short and the mole is long, as the port book says.\n" * 8


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "It is <ref>''one'' of\n* the quay<ref>short</ref> and the longest of all moles here\n"
            + FAR.replace("The", "* The")
            + "* It is old.",
            "It is <ref>''two'' of\n* the quay<ref>short</ref> and the longest of all moles here\n"
            + FAR.replace("The", "* The")
            + "* It is new.",
        ),
        (
            f"<pre>\n{FAR}=======\n{FAR}It is old.\n</pre>",
            f"<pre>\n{FAR}=======\n{FAR}New.\n</pre>",
        ),
        (
            f"<table>\n<tr><td>\n{FAR}one\n{FAR}</td></tr>\n",
            f"<table>\n<tr><td>\n{FAR}two</td><td>\n{FAR}</td></tr></table>\n",
        ),
        (
            f"<source>\n{FAR}one\n</source>\n{FAR}<source>\n{FAR}three\n</source>\n",
            f"<pre>\n{FAR}two\n</source>\n{FAR}<source>\n{FAR}four\n</pre>\n",
        ),
    ],
    ids=["reference in a reference", "rule in pre", "tags closed elsewhere", "tags that cross"],
)
def test_what_reaches_far_is_told_as_with_whole_pages(old, new):
    for document in (wikidiff.diff(old, new), wikidiff.diff(new, old)):
        assert markup.find(document) == markup.find(document, whole_pages=True)
        assert document.changes


STONE = "The mole is long and made of stone, as the port book of the year 1880 says."
WOOD = "The quay is short and was built of wood by the people of the town, who had little money."


@pytest.mark.parametrize(
    ("old", "new", "description", "words"),
    [
        (f"{STONE} {WOOD}", f"{STONE}\n\n{WOOD}", "Paragraph split in two", (0, 0)),
        (f"{STONE}\n\n{WOOD}", f"{STONE} {WOOD}", "Two paragraphs merged", (0, 0)),
        (
            f"x\n{STONE} {WOOD}\ny",
            f"x\n{STONE}\n\n{WOOD} Later of stone.\ny",
            "Paragraph split in two, 3 words added",
            (3, 0),
        ),
        (f"* {STONE} {WOOD}", f"* {STONE}\n* {WOOD}", "Paragraph split in two", (0, 0)),
    ],
)
def test_of_a_paragraph_split_or_merged_only_words_that_went_or_came_count(
    old, new, description, words
):
    document = wikidiff.diff(old, new)
    change = only(old, new, "text")
    assert change.description.startswith(f"{description}: ")
    assert (change.detail["words"]["added"], change.detail["words"]["removed"]) == words
    assert markup.find(document) == markup.find(document, whole_pages=True)


def test_more_closed_than_opened_above_a_change_needs_nothing_from_there():
    old = f"a }}}} b\n{FAR}x }} y\n{FAR}[[Category:Mole]]"
    new = old.replace("Mole", "Quay")
    document = wikidiff.diff(old, new)
    lines = list(document.lines())
    [piece] = pieces.pieces(document, lines, [])
    assert piece.old.text == "[[Category:Mole]]"
    assert markup.find(document) == markup.find(document, whole_pages=True)


def test_tables_taken_apart_are_let_go_with_their_page():
    old = "{|\n|-\n| a || b\n|}"
    assert wikidiff.diff(old, old.replace("b", "c")).changes[0].detail["cells"]
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, tables.Grid)]


def test_the_corpus_is_told_alike_from_pieces_and_from_whole_pages(corpus):
    differing = []
    for page in sorted(corpus.iterdir())[::3]:
        old, new = ((page / name).read_bytes().decode() for name in ("old.wiki", "new.wiki"))
        document = wikidiff.diff(old, new, language=page.name[:2])
        if markup.find(document) != markup.find(document, whole_pages=True):
            differing.append(page.name)
    assert differing == []
