"""Readers of saved HTML pages: what each says, what they decline, and that nothing breaks them."""

from __future__ import annotations

import base64
import html
import json
import quopri
import re
from ipaddress import ip_address
from itertools import groupby
from pathlib import Path

import pytest
import reader_cases
from hypothesis import given
from hypothesis import strategies as st

import wikidiff
from wikidiff import limits, readers
from wikidiff.errors import ReadError, UnrecognisedError
from wikidiff.readers import Input, Marked, html_marks, html_spaces
from wikidiff.readers.desktop_html import table_runs
from wikidiff.readers.html_events import Feeder

FORMS = ("mobile-html", "inline-html", "desktop-html")
CASES = reader_cases.inputs("html")
DECLINED = json.loads((reader_cases.CASES / "html_declined" / "reasons.want.json").read_bytes())


def read(markup: str | bytes) -> Marked:
    data = markup.encode() if isinstance(markup, str) else markup
    source = Input("page.html", data)
    found = readers.recognise(source, FORMS).read(source)
    assert isinstance(found, Marked)
    return found


def stem(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", CASES, ids=stem)
def test_a_page_gives_what_its_case_says(path):
    assert json.loads(json.dumps(reader_cases.got(path))) == reader_cases.want(path)


@pytest.mark.parametrize("path", CASES, ids=stem)
def test_a_page_is_taken_by_one_reader_and_declined_by_all_others(path):
    source = Input(path.name, path.read_bytes())
    taken = [name for name in readers.NAMES if readers.get(name).decline(source) is None]
    assert taken == [reader_cases.want(path)["reader"]]


@pytest.mark.parametrize("name", sorted(DECLINED))
def test_what_only_looks_like_a_diff_page_is_declined_with_the_true_reason(name):
    source = Input(name, (reader_cases.CASES / "html_declined" / name).read_bytes())
    assert {readers.get(form).decline(source) for form in FORMS} == {DECLINED[name]}
    with pytest.raises(UnrecognisedError):
        readers.recognise(source)


@pytest.mark.parametrize("path", CASES, ids=stem)
def test_the_way_a_page_is_saved_changes_nothing(path):
    text = path.read_bytes().decode()
    plain = reader_cases.told(read(text))
    assert reader_cases.told(read(text.replace("\n", "\r\n"))) == plain
    assert reader_cases.told(read(b"\xff\xfe" + text.encode("utf-16-le"))) == plain
    assert reader_cases.told(read("\ufeff" + text)) == plain


@pytest.mark.parametrize("path", CASES, ids=stem)
def test_a_page_cut_off_or_with_a_part_missing_is_read_or_refused(path):
    text = path.read_bytes().decode()
    step = max(len(text) // 150, 1)
    for at in range(0, len(text), step):
        for part in (text[:at], text[:at] + text[at + step :]):
            source = Input("page.html", part.encode() or b" ")
            try:
                found = readers.recognise(source, FORMS).read(source)
            except ReadError:
                continue
            for run in found.runs:
                for line in run:
                    adds_up(line)


def adds_up(line):
    for side, other in ((line.old, "+"), (line.new, "-")):
        assert "".join(words for mark, words in line.segments if mark != other) == (side or "")


def test_the_table_alone_gives_the_same_lines_as_its_page():
    text = (reader_cases.CASES / "html" / "desktop_wikidiff2.html").read_text("utf-8")
    whole = read(text).runs
    body = text[text.index("<hr") :]
    table = text[text.rindex("<table", 0, text.index("diff-title")) :].removesuffix(body)
    assert read(table).runs == whole
    rows = table[table.index("<tr>") : table.index("</table>")]
    assert table_runs(rows) == (whole, "wikidiff2")


def test_a_body_without_rows_gives_no_runs():
    assert table_runs("") == ((), None)
    key = "\n<!-- diff cache key w:diff:1.12:old-1:rev-2 -->\n"
    assert table_runs(key) == ((), "php")


# --- laws: what the formatters write comes back

TEXT = st.text(alphabet="ab é塔\u00a0\t<>&\"'=[]|\r\u200e\U0001f3e0", min_size=1, max_size=12)
PIECES = st.lists(st.tuples(st.sampled_from("=-+"), TEXT), max_size=6)
ROW = st.one_of(
    st.tuples(st.just("both"), PIECES),
    st.tuples(st.just("deleted"), st.one_of(st.just(""), TEXT)),
    st.tuples(st.just("inserted"), st.one_of(st.just(""), TEXT)),
)


def block(pieces, *sides):
    """The markup of the pieces of these marks, neighbours of one mark in one element."""
    made = ""
    for mark, group in groupby((p for p in pieces if p[0] in sides), lambda piece: piece[0]):
        text = html.escape("".join(words for _, words in group), quote=False)
        tag = {"=": "", "-": "del", "+": "ins"}[mark]
        made += f"<{tag}>{text}</{tag}>" if tag else text
    return made


def side(pieces, *marks):
    return "".join(words for mark, words in pieces if mark in marks)


def in_cell(markup):
    return f"<div>{markup}</div>" if markup else "<br />"


def table_row(kind, given_):
    if kind != "both":
        name = "deletedline" if kind == "deleted" else "addedline"
        cell = f'<td class="diff-{name}">{in_cell(html.escape(given_, quote=False))}</td>'
        empty = '<td colspan="2" class="diff-empty"></td>'
        return cell + empty if kind == "deleted" else empty + cell
    changed = any(mark != "=" for mark, _ in given_)
    names = ("deletedline", "addedline") if changed else ("context", "context")
    cells = in_cell(block(given_, "=", "-")), in_cell(block(given_, "=", "+"))
    return "".join(
        f'<td class="diff-marker"></td><td class="diff-{name} diff-side-{where}">{cell}</td>'
        for name, where, cell in zip(names, ("deleted", "added"), cells, strict=True)
    )


@given(st.lists(ROW, min_size=1, max_size=6))
def test_what_wikidiff2_writes_in_two_columns_comes_back(rows):
    number = '<td colspan="2" class="diff-lineno">Line 2:</td>' * 2
    markup = "".join(f"<tr>{row}</tr>\n" for row in (number, *(table_row(*row) for row in rows)))
    runs, _ = table_runs(f"<table>{markup}<!-- diff cache key w:diff:wikidiff2:1.12:x --></table>")
    assert [(line.old, line.new) for line in runs[0]] == [wanted(*row) for row in rows]
    for line in runs[0]:
        adds_up(line)


def wanted(kind, given_):
    if kind == "both":
        return side(given_, "=", "-"), side(given_, "=", "+")
    return (given_, None) if kind == "deleted" else (None, given_)


@given(st.lists(PIECES.filter(bool), min_size=1, max_size=6))
def test_what_wikidiff2_writes_inline_comes_back(lines):
    blocks = "\n".join(
        f'<div class="mw-diff-inline-changed">{block(pieces, "=", "-", "+")}</div>'
        for pieces in lines
    )
    found = read(f'<td><div class="mw-diff-inline-header"><!-- LINES 3,4 --></div>{blocks}</td>')
    shown = found.runs[0]
    assert [(line.old, line.new) for line in shown] == [wanted("both", pieces) for pieces in lines]
    assert [(line.old_line, line.new_line) for line in shown] == [
        (3 + n, 4 + n) for n in range(len(lines))
    ]
    for line in shown:
        adds_up(line)


def as_core_writes(text):
    text = re.sub(r"^ ", "\u00a0 ", text)
    return re.sub(r" $", " \u00a0", text).replace("  ", "\u00a0 ")


@given(st.text(alphabet="ab .=", max_size=12).filter(str.strip))
def test_the_spaces_of_core_s_formatter_are_undone(text):
    assert html_spaces.undone([("=", as_core_writes(text))]) == [("=", text)]


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("\u00a0燈塔", "燈塔"),  # the space put before the first character
        ("\u00a0\u00a0燈塔", " 燈塔"),
        ("a\u00a0 b", "a  b"),
        ("|\u00a0燈塔\u00a0", "| 燈塔 "),
    ],
)
def test_the_spaces_of_core_s_formatter_on_a_chinese_wiki_are_undone(shown, meant):
    made = html_spaces.unsegmented(html_spaces.undone([("=", shown)], chinese=True))
    assert "".join(text for _, text in made) == meant


@given(PIECES, PIECES)
def test_two_sides_in_one_are_both_sides(old, new):
    old = [(mark, text) for mark, text in old if mark != "+"]
    new = [(mark, text) for mark, text in new if mark != "-"]
    made = html_marks.merged(old, new)
    if made is not None:
        assert (side(made, "=", "-"), side(made, "=", "+")) == (
            side(old, "=", "-"),
            side(new, "=", "+"),
        )
        for mark, pieces in (("-", old), ("+", new)):  # nothing but white space is marked besides
            assert "".join(side(made, mark).split()) == "".join(side(pieces, mark).split())


# --- hostile pages: counted limits, linear work


def number_row(old=1, new=1):
    cell = '<td colspan="2" class="diff-lineno">Line {}:</td>'
    return f"<tr>{cell.format(old)}{cell.format(new)}</tr>"


class Events(list):
    """The events of a page in a row, text in one however the parser cuts it."""

    def start(self, tag, attributes):
        self.append(("start", tag, dict(attributes)))

    def end(self, tag):
        self.append(("end", tag))

    def data(self, text):
        if self and self[-1][0] == "data":
            text = self.pop()[1] + text
        self.append(("data", text))

    def comment(self, text):
        self.append(("comment", text))

    def close(self):
        self.append(("close",))


def events(markup, enough=0):
    made = Events()
    Feeder(made).feed(markup, "page.html", enough)
    return made


@pytest.mark.parametrize(
    "markup",
    [
        "<table class='a&amp;b' id=\"<>\"><td>a &lt; b &none; &#x1F600; ä\U0001f600</td></table>",
        "<title>a<b</title><script>if (a</b>) {}</script><textarea>&lt;p></textarea>t &eacute <b>",
        "<!-- a <td> --> <td>b<br/>c<!doctype html><?d ?></ e><a<f g></td>",
        "<td>a &#13;\n\n b\ud800</td>",
    ],
)
def test_where_the_first_part_of_a_page_ends_changes_no_event(markup):
    whole = events(markup)
    assert len(whole) > 5
    assert all(events(markup, at) == whole for at in range(len(markup) + 1))


@pytest.mark.parametrize("path", CASES, ids=stem)
def test_what_follows_the_diff_is_parsed_only_where_the_diff_may_go_on(path):
    markup = path.read_text("utf-8")
    wanted = read(markup)
    assert read(markup.replace("</table>", "</table><!-- mw-mf-userinfo </table> -->")) == wanted
    begins = r"(?<!<!-- )(<table class=[^<>]*\bdiff\b[^<>]*>)"
    assert read(re.sub(begins, r"\1<!-- </table> -->", markup)) == wanted


PARTS = st.lists(
    st.lists(
        st.tuples(st.sampled_from("=-+"), st.sampled_from(["a", "b ", " ", "c d", "&<", "ä"])),
        max_size=4,
    ),
    min_size=2,
    max_size=4,
)
SPLIT_ROW = (
    '<tr><td class="diff-marker"></td><td class="diff-deletedline diff-side-deleted"><div>{}</div>'
    '</td><td class="diff-marker"></td><td class="diff-addedline diff-side-added"><div>{}</div>'
    "</td></tr>"
)
PUT_IN_ROW = (
    '<tr><td colspan="2" class="diff-empty diff-side-deleted"></td><td class="diff-marker"></td>'
    '<td class="diff-addedline diff-side-added"><div>{}</div></td></tr>'
)
KEY = "<!-- diff cache key w:diff:wikidiff2:1.14:old-1:rev-2:1.14.1 -->"
SIGNS = {"=": "{}", "-": "<del>{}</del>", "+": "<ins>{}</ins>"}


def shown_marks(part, without=""):
    return "".join(SIGNS[mark].format(html.escape(text)) for mark, text in part if mark != without)


@given(PARTS, st.lists(st.sampled_from(["a", "c d", ""]), max_size=2))
def test_a_paragraph_that_wikidiff2_shows_split_is_one_old_line_and_several_new_ones(parts, more):
    """As 1.14 and later write it, in two columns and inline; `more` lines were put in below."""
    olds = ["".join(text for part in parts for mark, text in part if mark != "+")]
    news = ["".join(text for mark, text in part if mark != "-") for part in parts]
    left = "".join(shown_marks(part, "+") for part in parts)
    first, *below = (shown_marks(part, "-") for part in parts)
    put_in = "".join(PUT_IN_ROW.format(html.escape(text)) for text in more)
    table = SPLIT_ROW.format(left, first) + "".join(map(PUT_IN_ROW.format, below)) + put_in
    newline = '<span class="mw-inline-diff-newline"></span><br>'
    changed = newline.join(map(shown_marks, parts))
    inline = f'<div class="mw-diff-inline-changed">{changed}</div>'
    for markup, wanted in ((number_row() + table + KEY, news + more), (inline + KEY, news)):
        document = wikidiff.read(markup.encode())
        lines = list(document.lines())
        for line in lines:
            adds_up(line)
        assert [line.old for line in lines if line.old is not None] == olds
        assert [line.new for line in lines if line.new is not None] == wanted


def test_the_parts_of_a_split_paragraph_say_so():
    left = "Ada lit the lamp.<del> </del>Ida put it out."
    rows = SPLIT_ROW.format(left, "Ada lit the lamp.") + PUT_IN_ROW.format("")
    rows += PUT_IN_ROW.format("Ida put it <ins>all </ins>out.") + PUT_IN_ROW.format("Nobody saw.")
    document = wikidiff.read((number_row() + rows + KEY).encode())
    first, blank, second, other = document.lines()
    assert [line.kind for line in (first, blank, second, other)] == ["changed", *["inserted"] * 3]
    assert [bool(x.split) for x in (first, blank, second, other)] == [True, True, True, False]
    assert first.split.segments == (("=", "Ada lit the lamp."), ("-", " "))
    assert second.split.segments == (("=", "Ida put it "), ("+", "all "), ("=", "out."))


URL = "https://wiki.example.org/index.php?title=A&diff=12&oldid=11"
MHTML = """From: <Saved by a browser>
Snapshot-Content-Location: {url}
Subject: A
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="--b=_1"


----b=_1
Content-Type: text/html{charset}
Content-Transfer-Encoding: {way}
Content-Location: {url}

{page}
----b=_1
Content-Type: text/css
Content-Location: cid:css

.diff-context {{}}
----b=_1--
"""


@pytest.mark.parametrize("path", CASES, ids=stem)
@pytest.mark.parametrize("way", ["quoted-printable", "base64", "8bit"])
def test_a_page_in_a_browser_s_single_file_is_the_page(path, way):
    markup = path.read_bytes()
    put = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}.get(way, bytes)
    head, _, tail = MHTML.format(url=URL, charset="", way=way, page="{page}").partition("{page}")
    data = head.replace("\n", "\r\n").encode() + put(markup) + tail.replace("\n", "\r\n").encode()
    address = f"<!-- saved from url=({len(URL):04}){URL} -->\n".encode()
    assert wikidiff.read(data).to_dict() == wikidiff.read(address + markup).to_dict()


def test_a_single_file_may_be_in_another_encoding():
    row = (
        number_row()
        + '<tr><td class="diff-context">Brücke</td><td class="diff-context">Brücke</td>'
    )
    page = MHTML.format(url=URL, charset='; charset="iso-8859-1"', way="8bit", page=row)
    document = wikidiff.read(page.encode("iso-8859-1"))
    assert [line.new for line in document.lines()] == ["Brücke"]


@pytest.mark.parametrize(
    "text",
    [
        "Content-Type: multipart/related\n\nno boundary",
        'Content-Type: multipart/related; boundary="b"\n\n--b\nno end',
        'Content-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/css\n\n--b--\n',
        'Content-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n'
        "Content-Transfer-Encoding: base64\n\na\n--b--\n",
        "A mail: multipart/related is a kind of it.\n\nText",
    ],
)
def test_a_single_file_without_a_page_is_declined_as_it_is(text):
    with pytest.raises(UnrecognisedError):
        wikidiff.read(text.encode())


def test_fifty_thousand_rows_are_read():
    row = '<tr><td class="diff-context"><div>a</div></td><td class="diff-context"><div>a</div></td>'
    runs, _ = table_runs(number_row() + row * 50_000)
    assert len(runs[0]) == 50_000
    assert runs[0][-1].new_line == 50_000


def test_a_line_of_ten_megabytes_is_read():
    text = "word " * 2_100_000
    cells = (
        f'<td class="diff-deletedline"><div>{text}</div></td>'
        f'<td class="diff-addedline"><div>{text}<ins>x</ins></div></td>'
    )
    ((line,),), _ = table_runs(f"<tr>{cells}</tr>")
    assert line.segments == [("=", text), ("+", "x")]


def test_a_line_of_many_marks_takes_no_more_steps_than_it_has_pieces(monkeypatch):
    steps = 0
    take = html_marks._Rest.take

    def counted(rest, count=None):
        nonlocal steps
        steps += 1
        return take(rest, count)

    monkeypatch.setattr(html_marks._Rest, "take", counted)
    old = "a" * 60_000
    new = "".join(f"a<ins>{n % 10}</ins>" for n in range(60_000))
    cells = f'<td class="diff-deletedline">{old}</td><td class="diff-addedline">{new}</td>'
    ((line,),), _ = table_runs(f"<tr>{cells}</tr>")
    adds_up(line)
    assert steps <= 4 * 60_000


def test_elements_too_deep_in_each_other_are_refused_with_the_limit():
    deep = '<td class="diff-context">' + "<b>" * 1_000_000
    with pytest.raises(ReadError, match=f"more than {limits.HTML_DEPTH} deep"):
        read(deep)


def test_too_many_lines_are_refused_with_the_limit(monkeypatch):
    monkeypatch.setattr(limits, "HTML_CELLS", 10)
    with pytest.raises(ReadError, match="more than 10 cells"):
        read('<td class="diff-context">' * 11)


def test_a_header_without_end_is_kept_only_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(limits, "HTML_FRAME", 50)
    cell = '<div id="mw-diff-ntitle1"></div><div id="mw-diff-ntitle3"><span class="comment">'
    found = read(f'<table class="diff"><tr><td>{cell}{"<i>x</i>" * 1_000}</td></tr></table>')
    comment = found.meta.revisions.new.comment
    assert comment
    assert len(comment) < 50


@pytest.mark.parametrize(
    "part",
    [
        "<table class=diff>",
        "<tr>",
        "</div>",
        "<!-- diff cache key ",
        '<td class="diff-',
        "<ins>",
        "diff-",
        "<a name=x>",
        "&#160;",
        "<script>",
    ],
)
def test_one_part_a_hundred_thousand_times_is_read_or_refused(part):
    start = '<table class="diff"><tr><td class="diff-context diff-side-deleted"><div>'
    for markup in (start + part * 100_000, part * 100_000 + start + "x"):
        source = Input("page.html", markup.encode())
        try:
            found = readers.recognise(source, FORMS).read(source)
        except ReadError:
            continue
        assert isinstance(found, Marked)


def test_an_element_of_fifty_thousand_attributes_is_read():
    many = " ".join(f"a{n}=1" for n in range(50_000))
    cell = '<td class="diff-deletedline"><div>gone</div></td>'
    runs, _ = table_runs(f"{number_row()}<tr>{cell}</tr><tr {many}>{cell}</tr>")
    assert [line.old for line in runs[0]] == ["gone", "gone"]


def test_a_number_that_no_page_has_is_none():
    cells = '<td class="diff-context">a</td>' * 2
    for told in ("Line 99999999999999999999:", "Line:", "Line 0:"):
        number = f'<td class="diff-lineno">{told}</td>' * 2
        runs, _ = table_runs(f"<tr>{number}</tr><tr>{cells}</tr>")
        assert (runs[0][0].old_line, runs[0][0].new_line) == (None, None)


# --- the corpus: what real software shows


def corpus_pages(corpus, pattern):
    paths = sorted(corpus.glob(f"*/{pattern}"))
    assert paths
    for path in paths:
        source = Input(str(path), path.read_bytes())
        reader = readers.recognise(source)
        yield path, reader.NAME, reader.read(source)


@pytest.mark.parametrize("form", ["desktop", "inline", "mobile.wikidiff2", "mobile.oldphp"])
def test_the_corpus_s_pages_tell_their_address_engine_and_language(corpus, form):
    for path, name, found in corpus_pages(corpus, f"{form}*.html"):
        meta = found.meta
        assert name == f"{form.split('.')[0]}-html" or not found.runs, path
        assert (meta.page.url or "").startswith("https://wiki.example.org/"), path
        engine = {"desktop.php.html": "php"}.get(path.name, "wikidiff2")
        engine = "php-inline" if "oldphp" in form else engine
        assert meta.engine == engine or not found.runs, path
        assert meta.language, path


@pytest.mark.parametrize("form", ["desktop.wikidiff2", "inline", "mobile.wikidiff2"])
def test_the_corpus_s_lines_are_the_texts_lines_at_their_numbers(corpus, form):
    for path, _, found in corpus_pages(corpus, f"{form}*.html"):
        old, new = (texts(path, where) for where in ("old", "new"))
        assert found.fidelity == "exact"
        for line in (line for run in found.runs for line in run):
            adds_up(line)
            for shown, number, true in (
                (line.old, line.old_line, old),
                (line.new, line.new_line, new),
            ):
                if shown is None or not line.certain:
                    continue
                if "inline" in form or "mobile" in form:  # a real NBSP looks like a blank line
                    assert (shown or "\u00a0") == (true[number - 1] or "\u00a0"), path
                else:
                    assert shown == true[number - 1], path


def texts(path, where):
    return (path.parent / f"{where}.wiki").read_bytes().decode().split("\n")


def test_the_corpus_s_lines_of_core_s_php_are_the_texts_lines_but_for_spaces(corpus):
    right = lines = 0
    for path, _, found in corpus_pages(corpus, "desktop.php.html"):
        for line in (line for run in found.runs for line in run):
            adds_up(line)
            for shown, number, where in (
                (line.old, line.old_line, "old"),
                (line.new, line.new_line, "new"),
            ):
                if shown is not None:
                    true = texts(path, where)[number - 1]
                    assert "".join(shown.split()) == "".join(true.split()), path
                    lines += 1
                    right += shown == true
    assert right >= 0.99 * lines


def test_an_address_is_told_as_mediawiki_stores_it():
    cell = (
        '<div id="mw-diff-ntitle1">x</div><div id="mw-diff-ntitle2"><a class="mw-userlink">{}</a>'
    )
    found = read(f'<table class="diff"><tr><td>{cell.format("2001:db8::f")}</td></tr></table>')
    user = found.meta.revisions.new.user
    assert user == "2001:DB8:0:0:0:0:0:F"
    assert ip_address(user) == ip_address("2001:db8::f")


def test_the_language_is_that_of_the_page_and_not_that_of_the_interface():
    table = (
        '<table class="diff"><tr><td class="diff-deletedline diff-side-deleted"><div>a</div></td>'
        '<td class="diff-addedline diff-side-added"><div>[[ไฟล์:A.jpg]]</div></td></tr></table>'
    )
    for interface, page, told, kind in (
        ("en", "th", "th", "file"),
        ("zh-hans", "zh", "zh-hans", "wikilink"),
        ("ar", "", "ar", "wikilink"),
    ):
        script = f'<script>RLCONF={{"wgPageContentLanguage":"{page}"}}</script>' if page else ""
        source = f'<html lang="{interface}"><head>{script}</head><body>{table}</body></html>'
        document = wikidiff.read(source.encode())
        assert document.source.language == told
        assert kind in {change.kind for change in document.changes}
