"""Rendered and copied text of the desktop diff table."""

from __future__ import annotations

import json
import re

import pytest
import reader_cases
from hypothesis import given
from hypothesis import strategies as st

from wikidiff import limits, readers
from wikidiff.errors import ReadError
from wikidiff.readers import Input, desktop_clip, desktop_head, desktop_text, inline_text
from wikidiff.readers.localised import fold, languages

CASES = [
    path
    for form in ("desktop_text", "desktop_clip", "inline_text")
    for path in reader_cases.inputs(form)
]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_page_gives_what_its_case_says(path):
    assert json.loads(json.dumps(reader_cases.got(path))) == reader_cases.want(path)


Row = tuple[str | None, str | None]


def rendered(rows: list[Row], number: int = 8) -> str:
    """Return a table's text, as a browser renders rows and cells of one block each."""
    made = [f"Line {number}:\tLine {number}:"]
    for old, new in rows:
        left = "" if old is None else f"\n{old}\n" if old else "\n"
        right = "" if new is None else f"\n{new}\n" if new else "\n"
        row = "\t" if old is None else f"\t{left}\t"
        made.append(row + ("" if new is None else f"\t{right}"))
    return "\n".join(made)


PUT_IN = re.compile("[ \u00a0][⚫燈]")  # core's PHP on a Chinese wiki puts spaces there
WORDS = st.text(st.sampled_from("ab =*⚫\u00a0Line8:燈"), min_size=1, max_size=8).filter(
    lambda words: words != "⚫" and not PUT_IN.search(words)
)
CONTEXT = st.one_of(WORDS, st.just("")).map(lambda words: (words, words))
EDITED = st.tuples(WORDS, WORDS)
ONE_SIDE = st.one_of(WORDS, st.just("")).flatmap(
    lambda words: st.sampled_from([(words, None), (None, words)])
)


@given(st.lists(st.one_of(CONTEXT, EDITED, ONE_SIDE), min_size=1, max_size=12), EDITED)
def test_any_table_s_rows_come_back_from_its_text(rows, last):
    text = rendered([*rows, last])
    found = desktop_text.read(Input("x", text.encode()))
    assert [(line.old, line.new) for line in found.runs[0]] == [*rows, last]
    for side, attribute in ((0, "old_line"), (1, "new_line")):
        numbers = [getattr(line, attribute) for line in found.runs[0]]
        there = [number for number in numbers if number is not None]
        assert there == list(range(8, 8 + len(there)))
        assert len(there) == sum(row[side] is not None for row in [*rows, last])


def test_a_row_of_numbers_must_stand_on_both_sides_in_the_same_words():
    for line in ("Line 8:\tRow 8:", "8\t8", "Line 8:", "Line 8:\tLine 8:\tLine 8:", "Line:\tLine:"):
        assert desktop_text.row_numbers(line) is None
    assert desktop_text.row_numbers(
        "Ligne\u00a01\u202f235\u202f:\tLigne\u00a01\u202f236\u202f:"
    ) == (
        1235,
        1236,
    )


@pytest.mark.parametrize("form", ["desktop-text", "desktop-clip", "inline-text"])
@pytest.mark.parametrize(
    "text",
    [
        "== Lamp ==\nIt burned oil.\n",
        "{|\n|-\n|\ta\n|}\n",
        "Line 8:\tLine 8:\nis what a diff says\n",
        "<html><body>Line 8:\tLine 8:\n\t\n</body></html>",
        "a\tb\tc\n1\t2\t3\n",
        "Revision history of 'Lamp'\n10:00, 5 March 2019 Ada (talk | contribs) (1,234 bytes)\n"
        "10:00, 4 March 2019 Ada (talk | contribs) (1,230 bytes)\n",
        "Editing Lamp\nSomeone else has changed this page\nYour text\nStored text\n",
    ],
)
def test_what_is_no_copied_diff_is_declined(form, text):
    assert readers.get(form).decline(Input("x", text.encode()))


def test_tables_with_too_many_rows_are_read_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(limits, "TEXT_ROWS", 50)
    text = rendered([("a", "a")] * 100)
    found = desktop_text.read(Input("x", text.encode()))
    assert len(found.runs[0]) < 60
    assert "limit-reached" in [warning.code for warning in found.meta.warnings]


def test_a_copied_table_with_too_many_lines_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "CLIP_LINES", 3)
    path = reader_cases.CASES / "desktop_clip" / "with_a_notice.txt"
    with pytest.raises(ReadError, match="more than the 3 that are taken apart"):
        desktop_clip.read(Input("x", path.read_bytes()))


@pytest.mark.parametrize("line", ["\t", "\t\t", "", "⚫", "x", "Line 8:\tLine 8:"])
def test_a_long_run_of_one_line_is_gone_through_once(line):
    """Counted in steps of the walk, not in time."""
    steps = 0
    lines = ["Line 8:\tLine 8:", *[line] * 20_000]
    counted = desktop_text._steps

    def count(*given):
        nonlocal steps
        steps += 1
        return counted(*given)

    desktop_text._steps = count
    try:
        desktop_text._rows(lines, 0, len(lines))
    finally:
        desktop_text._steps = counted
    assert steps <= len(lines)


def _meta(page):
    return json.loads((page / "meta.json").read_bytes())


FORMS = {
    "desktop.wikidiff2.txt": "desktop-text",
    "desktop.php.txt": "desktop-text",
    "desktop.wikidiff2.clip.txt": "desktop-clip",
    "inline.txt": "inline-text",
    "inline.clip.txt": "inline-text",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_corpus_s_pages_tell_their_language(corpus, form):
    seen = others = 0
    for path in sorted(corpus.glob(f"*/{form}")):
        source = Input(str(path), path.read_bytes())
        reader = readers.recognise(source)
        others += FORMS[form] != reader.NAME
        assert reader.read(source).meta.language == _meta(path.parent)["ui_language"]
        seen += 1
    assert seen >= 50
    assert others <= 2  # pages that show no line, or only lines that a table might show so


def test_the_corpus_s_rendered_lines_stand_at_their_numbers(corpus):
    for path in sorted(corpus.glob("*/desktop.wikidiff2.txt")):
        found = desktop_text.read(Input(str(path), path.read_bytes()))
        for side in ("old", "new"):
            text = (path.parent / f"{side}.wiki").read_bytes().decode()
            if "\r" in text:
                continue
            lines = text.split("\n")
            for line in (line for run in found.runs for line in run):
                if getattr(line, side) is not None:
                    assert lines[getattr(line, f"{side}_line") - 1] == getattr(line, side)


def test_a_head_is_found_in_languages_whose_words_are_known():
    german = (reader_cases.CASES / "desktop_text" / "german.txt").read_text(encoding="utf-8")
    head = desktop_head.find_head(german.split("\n"), None)
    assert head is not None
    assert head.meta.language == "de"
    assert head.meta.revisions.new.minor is True


def test_heads_without_end_are_tried_a_few_times_only(monkeypatch):
    tries = 0
    inner = desktop_head._new_at

    def count(*given):
        nonlocal tries
        tries += 1
        return inner(*given)

    monkeypatch.setattr(desktop_head, "_new_at", count)
    lines = ["Revision as of 05:06, 4 March 2019 (edit)", *["x"] * 9] * 20
    assert desktop_head.find_head(lines, None) is None
    assert 0 < tries <= 30


NOTICES = {
    "en": "(One intermediate revision by the same user not shown)",
    "de": "(Eine dazwischenliegende Version desselben Benutzers wird nicht angezeigt)",
    "ru": "(не показано 12 промежуточных версий этого же участника)",
    "he": "(3 גרסאות ביניים של אותו משתמש אינן מוצגות)",
    "zh-hans": "（未显示同一用户的2个中间版本）",
}


@pytest.mark.parametrize("code", NOTICES)
def test_the_notice_on_revisions_between_is_known_in_its_language(code):
    language = next(languages(code))
    assert language.tells_between(fold(NOTICES[code]))
    assert not language.tells_between(fold(NOTICES[code])[:-4] + "x)")


@pytest.mark.parametrize("language", list(languages()), ids=lambda language: language.code)
def test_every_language_s_notice_is_told_with_any_of_its_choices(language):
    for message in language._data["between"]:
        for nth in range(3):

            def chosen(found, nth=nth):
                forms = found[1].split("|")
                return re.sub(r"^\d+=", "", forms[min(nth, len(forms) - 1)])

            spoken = re.sub(r"\{\{\w+:[^|{}]*\|([^{}]*)\}\}", chosen, message)
            spoken = spoken.replace("$1", "1,024").replace("$2", "7")
            assert language.tells_between(fold(spoken)), spoken


@pytest.mark.parametrize(
    "notice", [NOTICES["en"], "(3 intermediate revisions by 2 users not shown)"]
)
def test_a_copied_page_says_that_it_is_several_edits_in_one(notice):
    path = reader_cases.CASES / "desktop_clip" / "with_a_notice.txt"
    text = path.read_text(encoding="utf-8")
    told = text.replace("(3 intermediate revisions by 2 users not shown)", notice)
    page = desktop_clip.read(Input("x", told.encode()))
    assert page.cells[:2] == ("a", "a")
    (warning,) = (one for one in page.meta.warnings if one.code == "revisions-between")
    assert warning.message.endswith(notice)


def test_the_notice_on_revisions_between_is_no_line_of_an_inline_diff():
    path = reader_cases.CASES / "desktop_clip" / "with_a_notice.txt"
    lines = path.read_text(encoding="utf-8").split("\n")
    at = lines.index("a")
    text = "\n".join([*lines[:at], "one line", " ", "a two words", *lines[at + 6 :]])
    page = inline_text.read(Input("x", text.encode()))
    assert page.lines == ("one line", " ", "a two words")
    assert [warning.code for warning in page.meta.warnings] == ["revisions-between"]
