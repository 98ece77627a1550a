"""Copied mobile diff pages: cases/mobile_text/NAME.txt is a page, NAME.json what is read of it."""

import datetime
import html
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.readers import Input, mobile_text, recognise
from wikidiff.readers.localised import fold, languages
from wikidiff.readers.mobile_frame import find_size_line

CASES = Path(__file__).parent / "cases" / "mobile_text"
NAMES = sorted(path.stem for path in CASES.glob("*.txt"))
PAGE = "Heron\n\n12 bytes added, 08:05, 3 March 2019\n"


def page(text: str) -> Input:
    return Input("page.txt", text.encode())


def told(found):
    new = found.meta.revisions.new
    return {
        "title": found.meta.page.title,
        "language": found.meta.language,
        "declared": found.meta.declared,
        "engine": found.meta.engine,
        "timestamp": new.timestamp,
        "user": new.user,
        "minor": new.minor,
        "comment": new.comment,
        "lines": list(found.lines),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_read_as_its_case_says(name):
    source = Input(name, (CASES / f"{name}.txt").read_bytes())
    assert mobile_text.decline(source) is None
    expected = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    assert told(mobile_text.read(source)) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_byte_order_mark_or_utf_16_changes_nothing(name):
    data = (CASES / f"{name}.txt").read_bytes()
    expected = told(mobile_text.read(Input(name, data)))
    assert told(mobile_text.read(Input(name, b"\xef\xbb\xbf" + data))) == expected
    wide = data.decode().encode("utf-16")
    assert told(mobile_text.read(Input(name, wide))) == expected


@pytest.mark.parametrize("name", [name for name in NAMES if "unknown-words" not in name])
def test_what_stands_above_the_bytes_may_be_cut_off(name):
    text = (CASES / f"{name}.txt").read_bytes().decode()
    whole = mobile_text.read(page(text))
    lines = text.split("\n")
    size = find_size_line(lines, None)
    assert size is not None
    for start in range(size.at if size.certain else 0):
        cut = mobile_text.read(page("\n".join(lines[start:])))
        assert cut.lines == whole.lines
        assert cut.meta.declared == whole.meta.declared


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_below_the_diff_may_be_cut_off(name):
    lines = (CASES / f"{name}.txt").read_bytes().decode().split("\n")
    whole = mobile_text.read(page("\n".join(lines)))
    last = next((line for line in reversed(lines) if line.rstrip("\r") in whole.lines[-1:]), None)
    if last is not None:
        end = len(lines) - lines[::-1].index(last)
        assert mobile_text.read(page("\n".join(lines[:end]))).lines == whole.lines


def test_every_language_reads_its_own_words_for_the_bytes():
    for language in languages():
        for key, sign in (("added", 1), ("removed", -1)):
            for wording in language._data[key]:
                said = language.size_change(fold(wording.replace("$1", "1,234")))
                assert said is not None
                assert said.delta == sign * (1234 if "$1" in wording else 1)


def test_no_wording_means_added_in_one_language_and_removed_in_another():
    signs = {}
    for language in languages():
        for key in ("added", "removed", "same"):
            for wording in language._data[key]:
                signs.setdefault(fold(wording), set()).add(key)
    assert [wording for wording, keys in signs.items() if len(keys) > 1] == []


@given(st.sampled_from(sorted(language.code for language in languages())), st.data())
def test_every_date_that_mediawiki_writes_is_read_back(code, data):
    language = next(languages(code))
    day = data.draw(st.dates(datetime.date(2001, 1, 15), datetime.date(2399, 12, 31)))
    hour, minute = data.draw(st.integers(0, 23)), data.draw(st.integers(0, 59))
    form = data.draw(st.sampled_from(language._data["dates"]))
    names = language._data["months"][day.month - 1]
    name = data.draw(st.sampled_from(names))
    written = write_date(form, day, hour, minute, name)
    expected = f"{day}T{hour:02}:{minute:02}" if "H" in form else f"{day}"
    assert language.date(fold(written)) == expected


def write_date(form, day, hour, minute, name):
    """Write a date in MediaWiki's notation, as far as the formats of the data need it."""
    values = {
        "H": f"{hour:02}",
        "i": f"{minute:02}",
        "s": "59",
        "j": str(day.day),
        "d": f"{day.day:02}",
        "n": str(day.month),
        "m": f"{day.month:02}",
        "F": name,
        "M": name,
        "xg": name,
        "Y": str(day.year),
        "xkY": str(day.year + 543),
        "xoY": str(day.year - 1911),
        "D": "Wd",
        "l": "Wday",
    }
    pieces = re.findall(r'"[^"]*"|\\.|xkY|xoY|xg|xn(?=.)|.', form)
    return "".join(
        piece[1:-1]
        if piece.startswith('"')
        else piece[1:]
        if piece.startswith("\\")
        else ""
        if piece == "xn"
        else values.get(piece, piece)
        for piece in pieces
    )


SHOWN = st.text(
    st.characters(blacklist_characters="\n\r\0", blacklist_categories=("Cs", "Zs", "Nd")),
    min_size=1,
    max_size=40,
)


@given(st.lists(SHOWN, min_size=1, max_size=8))
def test_shown_lines_come_back_verbatim(shown):
    shown = ["First shown line.", *shown, "Last shown line."]
    found = mobile_text.read(page(PAGE + "\n".join(shown)))
    assert list(found.lines) == shown
    assert mobile_text.read(page(PAGE + "\n".join(shown))) == found


@given(st.text(), st.text())
def test_no_text_around_a_size_line_breaks_the_reader(above, below):
    source = page(f"{above}\n12 bytes added, 08:05, 3 March 2019\n{below}".replace("\0", ""))
    said = mobile_text.decline(source)
    try:
        trouble = None if said else mobile_text.read(source) and None
    except ReadError as error:
        trouble = error.trouble
    assert trouble in (None, "a page with no diff lines")


@given(st.text(min_size=1))
def test_any_text_is_declined_or_read(text):
    source = page(text)
    try:
        reason = mobile_text.decline(source)
    except ReadError:
        return
    assert reason is None or len(reason) < 100


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("'''Heron''' is a bird. The patch has 5 bytes added, 3 May 2020 or so.\n", "no line"),
        ("5 bytes added, 3 bytes removed\n", "a line tells"),
        ("12 bytes removed\n", "a line tells"),
        ("No change in size\n", "a line tells"),
        ("<!DOCTYPE html>\n<p>\n5 bytes added, 3 May 2020\n", "HTML"),
        ('{\n"a": 1}', "JSON"),
        ("<?xml version='1.0'?><mediawiki/>", "XML"),
        ("diff --git a/x b/x\n5 bytes added, 3 May 2020\n", "a patch"),
        ("def added(n):\n    return f'{n} bytes added, 3 May 2020'\n", "no line"),
        ("[[Heron]] is a bird.\n" * 300 + "5 bytes added, 3 May 2020\n", "no line"),
        ("== Heron ==\n* 5 bytes added, 3 May 2020\n", "no line"),
        ("A shown line.\nAnother shown line.\n", "no line"),
    ],
)
def test_other_texts_are_declined_with_the_reason(text, reason):
    said = mobile_text.decline(page(text))
    assert said is not None
    assert said.startswith(reason)


def test_a_page_is_recognised_by_its_contents():
    assert recognise(page(PAGE + "A line.")).NAME == "mobile-text"


def test_a_frame_without_a_diff_is_an_error():
    with pytest.raises(ReadError, match="no diff lines"):
        mobile_text.read(page(PAGE))


def test_an_unknown_wording_is_warned_of():
    name = "nl-unknown-words-with-a-number"
    found = mobile_text.read(Input(name, (CASES / f"{name}.txt").read_bytes()))
    assert [warning.code for warning in found.meta.warnings] == ["delta-unknown"]


def test_a_change_of_line_ends_only_is_warned_of():
    name = "en-last-line-end-only"
    found = mobile_text.read(Input(name, (CASES / f"{name}.txt").read_bytes()))
    assert [warning.code for warning in found.meta.warnings] == ["no-lines"]


def test_the_language_given_is_tried_first():
    text = "1 byte added\nm\nA line."  # as good in several languages
    assert mobile_text.read(page(text), language="en-gb").meta.language == "en"
    text = "Vuur\n5 byte adicionado, 3 May 2019\nA line."
    assert mobile_text.read(page(text), language="pt").meta.language == "pt"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000_000,
        PAGE + "y\n" * 1_000_000,
        "m\n" * 1_000_000,
        "5 bytes added, " * 700_000,
        "\n".join(f"{n} bytes added, {n}" for n in range(200_000)),
        PAGE + "\n".join(str(n) for n in range(500_000)),
    ],
    ids=["one line", "short lines", "no size line", "long size line", "size lines", "counts"],
)
def test_only_the_lines_near_both_ends_are_looked_at(text):
    fold.cache_clear()
    source = page(text)
    if mobile_text.decline(source) is None:
        mobile_text.read(source)
    wordings = 30 * sum(1 for _ in languages())  # the data itself is folded too
    assert fold.cache_info().misses <= 3 * limits.HEADER_LINES + wordings


def flat(text: str) -> str:
    return " ".join(text.split())


def of_html(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def shown_of(markup: str) -> list[str]:
    """Return the shown lines of a page's HTML as its text has them, blanks folded away."""
    blocks = re.findall(r'<div class="mw-diff-inline-(?!header)[^"]*">(.*?)</div>', markup, re.S)
    return [flat(of_html(block)) for block in blocks]


def test_every_copied_page_of_the_corpus_is_read_right(corpus):
    wrong, count = [], 0
    for path in sorted([*corpus.glob("*/seedlike.*.txt"), *corpus.glob("*/mobile.*.txt")], key=str):
        count += 1
        engine = path.name.split(".")[1]
        markup = (path.parent / f"mobile.{engine}.html").read_bytes().decode()
        meta = json.loads((path.parent / "meta.json").read_bytes())
        source = Input(path.name, path.read_bytes())
        assert mobile_text.decline(source) is None
        found = told(mobile_text.read(source))
        expected = {
            "title": meta["title"],
            "declared": meta["delta"],
            "timestamp": meta["new"]["timestamp"][:16],
            "minor": meta["new"]["minor"],
        }
        if not path.name.startswith("seedlike"):
            comment = re.search(r'class="mw-mf-diff-comment">(.*?)</div>', markup, re.S)[1]
            comment = flat(of_html(comment)) if meta["new"]["comment"] else ""
            expected |= {"user": meta["new"]["user"], "comment": comment}
        marks = "▲▼" if path.name.startswith("mobile.") else ""
        lines = [flat(line).strip(marks) for line in found["lines"]]
        shown = [line.strip(marks) for line in shown_of(markup)]
        # blank lines are in some forms only, and a carriage return breaks a line in two
        same = "".join("".join(shown).split()) == "".join("".join(lines).split())
        got = {key: found[key] for key in expected}
        if got != expected or not same:
            wrong.append((path.parent.name, path.name, got, expected))
    assert count > 0
    assert wrong == []


def copied(markup: str) -> str:
    """Return the text of a mobile page's HTML, from its heading to the user's number of edits."""

    def part(pattern: str, ends: str = "") -> str:
        found = re.search(pattern, markup, re.S)
        text = re.sub(ends, "\n", found[1]) if found and ends else found[1] if found else ""
        return re.sub(r"[ \t\n]+" if not ends else r"[ \t]+", " ", of_html(text)).strip(" ")

    size = part(r'(<span class="mw-ui-icon mw-ui-icon-before mw-ui-icon-mf.*?)</div>')
    lines = [
        part(r"<h1[^>]*>(.*?)</h1>"),
        part(r'link-latest">(.*?)</h2>'),
        part(r'link-revision">(.*?)</h3>'),
        " " + size.replace(" ,", ","),
        *([minor] if (minor := part(r'(<abbr class="minoredit.*?</abbr>)')) else []),
        part(r'class="mw-mf-diff-comment">(.*?)</div>'),
        *shown_of(markup),
        part(
            r'id="mw-mf-userinfo"[^>]*>(.*?)<div class="printfooter', ends=r"</?(?:div|p)\b[^>]*>"
        ),
    ]
    return "\n".join(lines)


def test_the_pages_of_the_corpus_in_other_languages_are_read_right(corpus):
    wrong, codes = [], set()
    for path in sorted(corpus.glob("*/mobile.*.*.html"), key=str):
        code = path.name.split(".")[2]
        markup = path.read_bytes().decode()
        meta = json.loads((path.parent / "meta.json").read_bytes())
        text = copied(markup)
        for source in (page(text), page(text.replace("\u00a0", " "))):
            assert mobile_text.decline(source) is None
            found = told(mobile_text.read(source))
            expected = {
                "title": meta["title"],
                "declared": meta["delta"],
                "timestamp": meta["new"]["timestamp"][:16],
                "minor": meta["new"]["minor"],
                "user": meta["new"]["user"],
                "language": "zh-hans" if code == "zh" else code,
            }
            got = {key: found[key] for key in expected}
            shown = "".join("".join(shown_of(markup)).split())
            if got != expected or "".join("".join(found["lines"]).split()) != shown:
                wrong.append((path.parent.name, path.name, got, expected))
        codes.add(code)
    assert len(codes) > 20
    assert wrong == []
