"""The parser: MediaWiki's rules, linear time, and that the guards lose nothing."""

from __future__ import annotations

import sys
import time  # noqa: TID251 - this measures, nothing is decided by it but the test
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wikidiff
from wikidiff import limits
from wikidiff.markup import names, oracle, plain, tokens
from wikidiff.markup.grammar import doubled, first_of, last_of, table_balance, table_signs
from wikidiff.markup.nodes import split
from wikidiff.markup.parse import parse
from wikidiff.markup.scan import both, scan
from wikidiff.markup.tokens import nodes_of

CASES = [
    ("{{a|b}}", ["template {{a|b}}"]),
    ("{{{1|}}}", ["argument {{{1|}}}"]),
    ("{{{{{1}}}|x}}", ["template {{{{{1}}}|x}}", "argument {{{1}}}"]),
    ("{{a|{{b}}}}", ["template {{a|{{b}}}}", "template {{b}}"]),
    ("{{a", []),
    ("{{a|[[b}}", []),  # the innermost opener decides (Preprocessor_Hash)
    ("[[a|b]]", ["link [[a|b]]"]),
    ("[[a [[b]]", ["link [[b]]"]),
    ("[[File:a.jpg|x [[b]]]]", ["link [[File:a.jpg|x [[b]]]]", "link [[b]]"]),
    ("[http://a.b c]", ["external [http://a.b c]"]),
    ("[http://a.b [[c]]]", ["external [http://a.b [[c]]]", "link [[c]]"]),
    ("[http://a.b\nc]", []),
    ("see http://a.b/c.", ["external http://a.b/c"]),
    ("<ref>a {{b</ref> c }}", ["tag <ref>a {{b</ref>"]),
    ("<ref name=x />", ["tag <ref name=x />"]),
    ("<nowiki>[[a]]</nowiki>", ["tag <nowiki>[[a]]</nowiki>"]),
    ("<nowiki>[[a]]", ["link [[a]]"]),
    ("<!-- [[a]] -->[[b]]", ["comment <!-- [[a]] -->", "link [[b]]"]),
    ("<!-- [[a]]", ["comment <!-- [[a]]"]),
    ("<b><i>x</b></i>", ["tag <b><i>x</b>", "tag <i>", "tag </i>"]),
    ("{|\n| a\n|}", ["table {|\n| a\n|}", "cell | a\n"]),
    ("{|\n| [[a\n|}", ["table {|\n| [[a\n|}", "cell | [[a\n"]),
    ("{{a|\n|}}", ["template {{a|\n|}}"]),
    ("'''a''' ''b''", ["quotes '''a'''", "quotes ''b''"]),
    ("'''a\nb'''", []),
    ("== [[a]] ==\n* x", ["link [[a]]"]),  # headings and lists follow from the line
    ("__NOTOC__ ~~~~", ["switch __NOTOC__", "signature ~~~~"]),
]


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[case[0][:20] for case in CASES])
def test_a_text_is_taken_apart_by_the_rules_of_mediawiki(source, expected):
    found = [f"{node.form} {source[node.start : node.end]}" for node in parse(source).walk()]
    assert found == expected


def test_parts_are_cut_outside_of_what_is_nested():
    source = "{{x|a=[[b|c]]|{{d|e}}|f}}"
    node = parse(source).roots[0]
    assert [source[a:b] for a, b in split(source, node)] == ["x", "a=[[b|c]]", "{{d|e}}", "f"]


PIECES = st.sampled_from(
    [
        *("{{", "}}", "{", "}", "[[", "]]", "[", "]", "<ref>", "</ref>", "<b>", "</b>", "<!--"),
        *(
            "-->",
            "\n",
            "{|",
            "|}",
            "''",
            "'''",
            "=",
            "a",
            " ",
            "http://a.b",
            "<nowiki>",
            "</nowiki>",
            "*",
        ),
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_nodes_lie_in_one_another_and_in_order(source):
    def check(nodes, low, high):
        at = low
        for node in nodes:
            assert low <= node.start < node.end <= high
            assert node.start >= at or node.form == "quotes"
            assert node.start <= node.inner[0] <= node.inner[1] <= node.end
            check(node.children, node.start, node.end)
            at = node.start

    check(parse(source).roots, 0, len(source))


WORDS = st.sampled_from(["", "a", "word", " ", "a b", ". ", "é", "http", "ref", "//"])


@given(st.lists(PIECES, max_size=14).map("".join), WORDS, WORDS, st.lists(PIECES, max_size=14))
def test_the_scan_of_a_text_follows_from_one_that_differs_in_words(head, old, new, tail):
    source = "".join((head, new, *tail))
    assert shape(both("".join((head, old, *tail)), source)[1]) == shape(scan(source))


def shape(found):
    names = "spans", "lone", "pairs", "tags", "quotes", "urls", "leaves", "whole", "fallbacks"
    return [getattr(found, name) for name in names]


TOKENS = st.sampled_from(
    [
        *("{{", "}}", "{{{", "}}}", "[[", "]]", "[http://a.b ", "]", "|", "=", "a", " ", "\n"),
        *("<ref>", "</ref>", '<ref name="x" >', "<ref name = 'y'/>", "\n{|", "\n|}", "\n|-"),
        *("\n|", "\n|+", "||", "\n!", "!!", "\n* ", ":", ";", "\n----", "\n== h ==\n", "&amp;"),
        *("&#x41;", "<!--", "-->", "<br>", "</br>", "<li>", "<nowiki>", "</nowiki>", "<td a=1>"),
        *("http://c.d/e", "mailto:x", 'style="{{b}}" ', "''"),
    ]
)


@given(st.lists(TOKENS, max_size=16).map("".join))
def test_tokens_are_counted_to_the_end_of_the_text(source):
    """nodes_of returns False where it lost count: then offsets would be wrong."""
    assert nodes_of(source, 7, [])


PLAIN = st.sampled_from(
    [
        *("{{a", "}}", "{{{b", "}}}", "[[c", "]]", "[http://a.b ", "]", "|", "|", "=", "a", " "),
        *("\n", "<ref>", "</ref>", '<ref name="x">', "<ref name=y/>", "<ref name='q'>", "<br>"),
        *("\n{|", "\n|}", "\n|-", "\n|-\n", "\n|", "\n| ", "\n|+", "||", "\n!", "!!", "\n* "),
        *(":", ";", "\n----", "\n== h ==\n", "&amp;", "<!-- x -->", "<nowiki>|</nowiki>", "''"),
        *("http://c.d/e", "http://c.d/(e).", "mailto:x", "class=x", 'style="a"', "style=a:b "),
        *("(", ")", ".", "{{d|e=f}}", "[[g|h]]", "<ref name=z>u</ref>", "{{{{v}}|w=x}}"),
        *("[[y{{z}}|a]]", "{{b<!-- c -->|d}}", "{{e\n<!-- f -->\n|g=h}}", "{{[[x]]|y}}"),
        *("[http://a.b/c?d=e&f=g h]", "http://i.j/k?l=m&n=o ", "{{{{{z}}}|y}}", "-{}-", "[x]"),
        *(" [ ", " ] ", " { ", " } ", "<span a=b>", "</span>"),
        "{|\n|-\n| a || b\n| c | d\n! e !! f || g\n|}",
        "{{i|j=k|l|http://m.n/o?p=q |r=http://s.t}}",
    ]
)
AROUND = st.sampled_from(
    [
        *(("", ""), ("{{q|", "}}"), ("{|\n", "\n|}"), ("{|\n|-\n| ", "\n|}")),
        *(("[[r|", "]]"), ("<ref>", "</ref>"), ("{{s|t=", "}}")),
    ]
)


@given(st.lists(PLAIN, max_size=30).map("".join), AROUND)
def test_what_is_taken_apart_without_the_parser_is_what_the_parser_makes_of_it(inside, around):
    source = inside.join(around)
    found = taken_apart(parse(source).roots)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "nodes_of", lambda *_: None)
        patch.setattr(plain, "address", lambda *_: None)
        assert taken_apart(parse(source).roots) == found


def taken_apart(nodes):
    return [
        (
            *(node.form, node.start, node.end, node.inner, node.name),
            *([*node.pipes], [*node.equals], taken_apart(node.children)),
        )
        for node in nodes
    ]


@pytest.mark.parametrize(
    "source",
    [
        "{{Infobox port\n<!-- of the sea -->\n| name = [[Quay]] -{}-\n| url = http://a.b/c?d=e\n}}",
        '{| class="a"\n|+ Ports\n|-\n! Name !! Depth\n|-\n| [[a|b]] || class=c | {{d|e}}\n|}',
        "<ref name='x'>{{cite web|url=https://a.b/c&d=e|title=f}}, http://g.h.</ref>",
        "[[File:a.jpg|thumb|of [[b]]<ref name=c />]]",
        "{{#if:{{{1|}}}|[http://a.b {{{1}}}]|{{b}}}}",
    ],
)
def test_what_most_pages_are_made_of_needs_no_parser(source, monkeypatch):
    monkeypatch.setattr(tokens, "nodes_of", None)  # calling it fails
    assert parse(source).roots


TWO = st.text("{}|[ \n=a", max_size=30)


@given(TWO, st.integers(0, 31), st.integers(0, 31))
def test_pairs_of_signs_are_found_as_str_finds_them(text, start, end):
    for sign in "{}[":
        assert doubled(text, sign, start, end) == text.count(sign * 2, start, end)
    for sign in ("}}", "|}"):
        assert first_of(text, sign, start, end) == text.find(sign, start, end)
    for sign in ("}}", "|}", "{{", "{|", "\n="):
        assert last_of(text, sign, start, end) == text.rfind(sign, start, end)


def test_tables_open_and_close_at_the_start_of_a_line():
    text = "{| a\n :{|\n|}\n| {| |}\n{{b|}}\n|}}\n|}"
    found = [text[:at].split("\n")[-1] for at, step in table_signs(text) if step < 0]
    assert [step for _, step in table_signs(text)] == [1, 1, -1, -1]
    assert found == ["|}", "|}"]
    assert table_balance(text) == 0
    assert table_balance(text[:-2]) == 1


@pytest.mark.parametrize(
    "piece",
    [
        *("{{a|", "[[a|", "{|\n", "<ref>", "<ref name=x>y ", "<div>", "</div>", "<!--", "[[a]]"),
        *("[http://a.b ", "[", "}", "{{}}", "''", "__a", "=", "* a\n", "<div a=", "~~~~", "://"),
        "<gallery>",
    ],
)
def test_hostile_text_is_parsed_in_linear_time(piece):
    def cpu(size):
        source = piece * (size // len(piece))
        start = time.process_time()
        parse(source)
        return time.process_time() - start

    cpu(20_000)
    small = min(cpu(50_000), cpu(50_100))
    assert cpu(400_000) < max(40 * small, 0.5)  # 8 times the size; quadratic would be 64 times


def test_too_many_signs_of_markup_are_taken_as_text_with_a_warning():
    text = "[[a]] " * limits.MARKUP_TOKENS
    document = wikidiff.diff("", text)
    assert [change.kind for change in document.changes][-1] == "text"
    assert "wikilink" not in {change.kind for change in document.changes}
    assert [warning.code for warning in document.all_warnings] == ["limit-reached"]


def test_too_deep_nesting_is_taken_as_text_with_a_warning():
    deep = "{{a|" * 150 + "x" + "}}" * 150
    document = wikidiff.diff("", deep)
    assert "limit-reached" in {warning.code for warning in document.all_warnings}
    assert document.to_dict()["warnings"]


def test_without_its_compiled_part_mwparserfromhell_finds_the_same(monkeypatch):
    source = "{{a|b=[[c|d]]|<ref name=x>[http://e.f g]</ref>}}"
    compiled, plain = [], []
    nodes_of(source, 0, compiled)
    monkeypatch.setitem(sys.modules, "mwparserfromhell.parser._tokenizer", None)
    tokens._parser.cache_clear()
    try:
        nodes_of(source, 0, plain)
    finally:
        tokens._parser.cache_clear()
    assert list(map(parts, plain)) == list(map(parts, compiled))
    assert len(plain) == 4


def parts(node):
    names = "form", "start", "end", "inner", "name", "pipes", "equals"
    return [getattr(node, name) for name in names]


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("{{a|", "}}"), ("[[a|", "]]"), ("{|\n|\n", "\n|}"), ("{{{a|", "}}}")],
)
def test_nesting_up_to_the_limit_is_told_apart_to_its_depth(opening, closing):
    depth = limits.MARKUP_DEPTH
    tree = parse(opening * depth + "x" + closing * depth)
    assert sum(node.form != "cell" for node in tree.walk()) == depth
    assert not tree.fallbacks


def test_a_construct_over_the_limit_is_plain_text_with_a_warning(monkeypatch):
    monkeypatch.setattr(limits, "MARKUP_UNIT_CHARS", 20)
    document = wikidiff.diff("", "{{a|" + "b " * 20 + "}}\n[[c]]\n")
    assert [change.kind for change in document.changes] == ["text", "wikilink"]
    assert [warning.code for warning in document.all_warnings] == ["limit-reached"]


def test_a_line_longer_than_any_paragraph_is_plain_text_with_a_warning():
    long = "[[a]] " * (limits.MARKUP_LINE_CHARS // 6 + 1)
    document = wikidiff.diff(long + "b", long + "c")
    assert [change.kind for change in document.changes] == ["text"]
    assert [warning.code for warning in document.all_warnings] == ["limit-reached"]


def test_what_opened_too_many_lines_above_is_not_looked_for(monkeypatch):
    monkeypatch.setattr(limits, "MARKUP_PIECE_LINES", 10)
    lines = "".join(f"| p{n} = {{{{b|{n}}}}} {{{{\n" for n in range(30))
    document = wikidiff.diff(f"{{{{a\n{lines}| x = 1\n", f"{{{{a\n{lines}| x = 2\n")
    assert [change.kind for change in document.changes] == ["text"]
    assert [warning.code for warning in document.all_warnings] == ["limit-reached"]


def test_changed_lines_over_the_limit_are_left_away_with_a_warning(monkeypatch):
    monkeypatch.setattr(limits, "MARKUP_LINES", 5)
    document = wikidiff.diff("", "".join(f"[[a{n}]]\n" for n in range(9)))
    assert sum(change.kind == "wikilink" for change in document.changes) == 5
    assert [warning.code for warning in document.all_warnings] == ["limit-reached"]


def test_an_opener_without_a_closer_never_reaches_mwparserfromhell():
    """Lone brackets of every kind, and those that cross, are blanked out of what it is given."""
    source = "{{a|[[b|<ref>{{c}}[http://d e\n{|\n| [[f]] <i>x}} }}]]</ref>|g={{h}}}}"
    seen = []
    tokenizer, *rest = tokens._parser()

    class Recorder:
        def tokenize(self, text, *options):
            seen.append(text)
            return tokenizer().tokenize(text, *options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "_parser", lambda: (Recorder, *rest))
        parse(source)
    assert seen
    for text in seen:
        assert text.count("{{") == text.count("}}")
        assert text.count("[[") == text.count("]]")


def test_mwparserfromhell_finds_the_same_parts_of_real_pages(corpus):
    differing, found = 0, 0
    for page in sorted(corpus.glob("*_0[02468]")):
        source = (page / "new.wiki").read_bytes().decode()
        theirs = oracle.texts(source)
        if theirs is None:
            continue
        ours = {form: Counter() for form in theirs}
        for node in parse(source).walk():
            form = node.name if node.form == "tag" else node.form
            if form in ours:
                ours[form][source[node.start : node.end]] += 1
        for form, texts in theirs.items():
            other = Counter(texts)
            differing += max((ours[form] - other).total(), (other - ours[form]).total())
            found += other.total()
    assert found > 1000
    assert differing <= 0.005 * found


def test_the_oracle_refuses_what_would_take_it_minutes():
    assert oracle.texts("{{a|" * 50) is None


def test_the_words_of_a_language_come_with_those_of_its_fallbacks_and_of_english():
    ours = names.of("be-tarask")
    assert ours.link_kind("Category:x") == "category"
    assert ours.link_kind("Катэгорыя:x") == "category"
    assert names.of("de-at").link_kind("Datei:x.jpg") == "file"
    assert names.of("zh").link_kind("分類:x") == "category"
    assert names.of("no-such-code").link_kind("File:x") == "file"


def test_a_colon_in_front_makes_a_category_a_link():
    assert names.of("en").link_kind(":Category:x") == "wikilink"


def test_prefixes_of_other_wikis_are_told_from_namespaces():
    english = names.of("en")
    assert english.prefix("de:Hafen") == ("de", None)
    assert english.prefix("wikt:mole") == ("wikt", None)
    assert english.prefix("User:Ana") == (None, "User")
    assert english.prefix("Star Wars: A") == (None, None)


def test_options_of_a_file_are_told_from_its_caption():
    german = names.of("de")
    assert [german.is_image_option(x) for x in ("mini", "links", "200px", "alt=x", "Die Mole")] == [
        *(True, True, True, True, False)
    ]
