"""Readers of API answers: what each says, and that nothing in them breaks a reader."""

from __future__ import annotations

import copy
import html
import json
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import reader_cases
from hypothesis import given
from hypothesis import strategies as st

import wikidiff
from wikidiff import limits, readers
from wikidiff.errors import ReadError, UnrecognisedError
from wikidiff.readers import Input, Marked, Pair
from wikidiff.sections import Outline, assemble

FORMS = ("compare_json", "rest_json", "query_json")
CASES = [path for form in FORMS for path in reader_cases.inputs(form)]
WRONG = (None, True, -1, 7, 2**70, 1.5, "x", "", [], [1], {}, {"a": 1}, "a\nb", "\ud800")


def ids(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", CASES, ids=ids)
def test_an_answer_gives_what_its_case_says(path):
    assert json.loads(json.dumps(reader_cases.got(path))) == reader_cases.want(path)


@pytest.mark.parametrize("path", CASES, ids=ids)
def test_a_shown_line_adds_up_to_both_its_texts(path):
    for run in getattr(_found(path), "runs", ()):
        for line in run:
            assert "".join(words for mark, words in line.segments if mark != "+") == (
                line.old or ""
            )
            assert "".join(words for mark, words in line.segments if mark != "-") == (
                line.new or ""
            )


def _found(path: Path):
    source = Input(path.name, path.read_bytes())
    try:
        return readers.recognise(source).read(source)
    except ReadError:
        return None


@pytest.mark.parametrize("path", CASES, ids=ids)
def test_a_wrong_type_in_any_field_is_a_read_error_and_nothing_else(path):
    answer = json.loads(path.read_bytes())
    form = readers.get(path.parent.name.replace("_", "-"))
    for way in _ways(answer):
        for wrong in WRONG:
            data = json.dumps(_changed(answer, way, wrong)).encode()
            source = Input(path.name, data)
            if form.decline(source) is None:
                with suppress(ReadError):
                    form.read(source)


def _ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if way:
        yield way
    pairs = value.items() if isinstance(value, dict) else ()
    pairs = enumerate(value) if isinstance(value, list) else pairs
    for key, item in pairs:
        yield from _ways(item, (*way, key))


def _changed(answer: Any, way: tuple[Any, ...], wrong: Any) -> Any:
    made = copy.deepcopy(answer)
    place = made
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = wrong
    return made


@pytest.mark.parametrize("form", [form.replace("_", "-") for form in FORMS])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{Infobox\n| name = x\n}}", "begins as JSON does, but"),
        ('{"compare": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deep"),
        ('{"compare": {"fromrevid": ' + "9" * 5_000 + "}}", "begins as JSON does, but"),
        ('{"compare": {"fromsize": NaN}}', "NaN is no JSON number"),
        ('{"compare": {"body": "cut o', "Unterminated string"),
        ("[1, 2]", "does not begin with {"),
        ("<html></html>", "does not begin with {"),
        ('{"name": "wikidiff", "diff": 3}', "JSON without"),
    ],
)
def test_what_is_no_answer_is_declined_with_a_reason(form, text, reason):
    assert reason in readers.get(form).decline(Input("x", text.encode()))


def test_more_json_than_the_limit_is_declined_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(limits, "JSON_MARKS", 100)
    source = Input("x", json.dumps({"compare": {"body": "," * 101}}).encode())
    assert "over the limit of 100" in readers.get("compare-json").decline(source)


def test_a_source_with_a_byte_order_mark_is_read_the_same():
    path = reader_cases.CASES / "compare_json" / "formatversion2.json"
    marked = Input(path.name, b"\xef\xbb\xbf" + path.read_bytes())
    assert readers.recognise(marked).read(marked) == _found(path)


def test_each_reader_declines_the_others_answers():
    own = {path: path.parent.name.replace("_", "-") for path in CASES}
    for path, name in own.items():
        source = Input(path.name, path.read_bytes())
        taken = [n for n in readers.NAMES if "json" in n and readers.get(n).decline(source) is None]
        assert taken == [name]


def test_the_sections_of_a_rest_answer_are_those_of_the_whole_texts():
    found = _found(reader_cases.CASES / "rest_json" / "all_types.json")
    old, new = found.headings
    assert {number: heading.text for number, heading in old.items() if number < 14} == {
        3: "Keepers",
        7: "Lamp",
        12: "See also",
    }
    made = assemble(found.runs, outlines=(Outline(old), Outline(new)))
    told = [(s.status, s.new.heading if s.new else None) for s in made.sections]
    assert told[:2] == [("unchanged", None), ("changed", "Keepers")]  # the lead shows a line
    assert ("added", "Night") in told
    assert made.sections_unchanged == 0


@pytest.mark.parametrize(
    ("revisions", "texts"),
    [("1..3", ("x", "xxx")), ("prev..last", ("xx", "xxx")), ("first..2", ("x", "xx")),
     ("2", ("x", "xx")), ("1..", ("x", "xxx"))],
)  # fmt: skip
def test_revisions_choose_two_of_a_query_s_answer(revisions, texts):
    path = reader_cases.CASES / "query_json" / "three_revisions.json"
    found = readers.get("query-json").read(Input("x", path.read_bytes()), revisions=revisions)
    assert (found.old, found.new) == texts


@pytest.mark.parametrize("revisions", ["1..9", "prev..1", "last..first", "", "a..b", "1...3", "-1"])
def test_revisions_that_are_not_there_are_an_error(revisions):
    path = reader_cases.CASES / "query_json" / "three_revisions.json"
    with pytest.raises(ReadError):
        readers.get("query-json").read(Input("x", path.read_bytes()), revisions=revisions)


def test_a_page_is_chosen_by_title_with_underscores_and_a_small_first_letter():
    path = reader_cases.CASES / "query_json" / "two_pages.json"
    source = Input("x", path.read_bytes())
    found = readers.get("query-json").read(source, page="lantern_Hill")
    assert isinstance(found, Pair)
    assert found.meta.page.title == "Lantern Hill"
    with pytest.raises(ReadError, match="it has: Lantern Hill, Oil"):
        readers.get("query-json").read(source, page="Salt")


WORDS = st.text(st.sampled_from("aé燈🕯 \u200d=["), max_size=12)


@given(st.lists(st.tuples(st.sampled_from("=-+"), WORDS), max_size=8))
def test_a_rest_line_s_ranges_give_back_its_two_sides(pieces):
    shown, ranges = "", []
    for mark, words in pieces:
        if mark != "=":
            start = len(shown.encode())
            ranges.append({"start": start, "length": len(words.encode()), "type": "+-".index(mark)})
        shown += words
    item = {"type": 3, "lineNumber": 1, "text": shown, "offset": {"from": 0, "to": 0}}
    answer = {"from": {"id": 1}, "to": {"id": 2}, "diff": [{**item, "highlightRanges": ranges}]}
    found = readers.get("rest-json").read(Input("x", json.dumps(answer).encode()))
    (line,) = found.runs[0]
    assert line.old == "".join(words for mark, words in pieces if mark != "+")
    assert line.new == "".join(words for mark, words in pieces if mark != "-")


def _meta(page: Path) -> dict[str, Any]:
    return json.loads((page / "meta.json").read_bytes())


@pytest.mark.parametrize("version", [1, 2])
def test_the_corpus_s_comparisons_tell_their_engine(corpus, version):
    seen = 0
    for path in sorted(corpus.glob(f"*/compare.fv{version}.json")):
        assert _found(path).meta.engine in ("wikidiff2", None)
        seen += 1
    assert seen >= 50


def test_the_corpus_s_rest_answers_have_the_true_lines_at_their_numbers(corpus):
    seen = 0
    for path in sorted(corpus.glob("*/rest_compare.json")):
        meta, found = _meta(path.parent), _found(path)
        assert isinstance(found, Marked)
        assert found.meta.revisions.old.id == meta["old"]["revid"]
        assert found.meta.revisions.new.id == meta["new"]["revid"]
        for side in ("old", "new"):
            lines = (path.parent / f"{side}.wiki").read_bytes().decode().split("\n")
            for line in (line for run in found.runs for line in run):
                if getattr(line, side) is not None:
                    assert lines[getattr(line, f"{side}_line") - 1] == getattr(line, side)
        seen += 1
    assert seen >= 50


def test_the_corpus_s_rest_answers_have_the_headings_of_the_whole_texts(corpus):
    right = seen = 0
    for path in sorted(corpus.glob("*/rest_compare.json")):
        found = _found(path)
        assert isinstance(found, Marked)
        if found.headings is None:
            continue
        for side, headings in zip(("old", "new"), found.headings, strict=True):
            text = (path.parent / f"{side}.wiki").read_bytes().decode()
            true = [heading.text for heading in Outline.of(text.split("\n")).headings.values()]
            told = [heading.text for _, heading in sorted(headings.items())]
            right += [*map(unicodedata.normalize, ["NFC"] * len(true), true)] == [
                *map(unicodedata.normalize, ["NFC"] * len(told), told)
            ]
            seen += 1
    assert right >= 0.9 * seen > 100


ANSWER = {"compare": {"fromrevid": 1, "body": '<tr><td class="diff-addedline">a &amp; b</td></tr>'}}


def test_an_answer_as_a_browser_shows_it_is_the_answer():
    shown = html.escape(json.dumps(ANSWER, indent=4)).replace("body", "<span>body</span>", 1)
    page = f"<!DOCTYPE html>\n<title>API</title><pre class='api-pretty-content x'>\n{shown}</pre>{{"
    found = wikidiff.read(page.encode())
    assert found.to_dict() == wikidiff.read(json.dumps(ANSWER).encode()).to_dict()


@pytest.mark.parametrize("inside", ["", "&lt;api/>", "}", "<b>"])
def test_a_page_of_the_api_without_json_is_declined_as_it_is(inside):
    with pytest.raises(UnrecognisedError):
        wikidiff.read(f"<html><pre class=api-pretty-content>{inside}".encode())


def _compared(old_size: int, new_size: int) -> wikidiff.Document:
    row = '<tr><td class="diff-{}line diff-side-{}"><div>a{}</div></td></tr>'
    body = row.format("deleted", "deleted", "") + row.format("added", "added", "bc")
    told = {"fromsize": old_size, "tosize": new_size, "body": body}
    return wikidiff.read(json.dumps({"compare": told}).encode())


def test_bytes_that_the_sizes_tell_and_no_row_shows_are_a_warning():
    assert _compared(10, 12).warnings == ()
    (warning,) = _compared(10, 11).warnings
    assert warning.code == "delta-unexplained"
    assert warning.message.startswith("-1 bytes")
