"""Very long lines, very many lines: every form is read, or refused with the limit named."""

from __future__ import annotations

import pytest
from large_pages import FLAT, MARKED, PACKED, Row, export_xml

import wikidiff
from wikidiff import ReadError, limits
from wikidiff.recover.weights import model

WORDS = " ".join(f"w{n % 5000}" for n in range(200_000))
LONG = [Row("above"), Row(WORDS, "", "!"), Row("below")]
MANY = [Row(f"line {n}", "", "!" * (n % 100 == 50)) for n in range(10_000)]


@pytest.mark.parametrize("form", MARKED)
def test_a_line_of_a_megabyte_is_read(form):
    document = wikidiff.read(MARKED[form](LONG).encode())
    assert document.source.reader == form.partition(",")[0]
    (line,) = [line for line in document.lines() if line.kind != "context"]
    assert (line.old, line.new) == (LONG[1].old, LONG[1].new)
    assert document.stats.chars_inserted <= len("w4999!")


@pytest.mark.parametrize("form", MARKED)
def test_ten_thousand_lines_are_read(form):
    document = wikidiff.read(MARKED[form](MANY).encode())
    assert document.source.reader == form.partition(",")[0]
    assert document.stats.lines_changed == 100
    assert document.delta.counted == 100


@pytest.mark.parametrize("form", FLAT)
def test_a_copied_page_without_marks_is_refused_above_its_limits(form, monkeypatch):
    monkeypatch.setattr(limits, "FLAT_CHARS", 50)
    with pytest.raises(ReadError, match="characters without marks, more than the 50 allowed"):
        wikidiff.read(FLAT[form](LONG).encode())
    many = FLAT[form](MANY).encode()
    allowed = f"10,000 lines without marks, more than the {limits.FLAT_LINES:,} allowed"
    with pytest.raises(ReadError, match=allowed):
        wikidiff.read(many)
    assert wikidiff.read(FLAT[form](MANY[48:53]).encode()).source.reader == form


@pytest.mark.parametrize("form", FLAT)
def test_a_very_long_line_without_marks_is_taken_as_a_whole_and_the_others_are_not(form):
    edited = Row("the stone of the ", "pit", "pier", " is red")
    whole = Row(WORDS[: 2 * limits.RECOVER_LONG_LINE])
    document = wikidiff.read(FLAT[form]([whole, edited, Row("below")]).encode())
    told = [warning.message for warning in document.warnings if warning.code == "limit-reached"]
    assert any("edited lines of copied text" in message for message in told)
    lines = [line for reading in document.readings for line in reading.lines]
    changed = {line.shown for line in lines if line.old and line.new and line.old != line.new}
    assert 0 not in changed
    assert 1 in changed or form == "inline-text"  # which tells no byte delta


def test_a_word_longer_than_any_that_was_counted_is_unknown():
    grams = model().grams
    long = "a" * (limits.RECOVER_WORD + 1)
    assert grams.known(long) == grams.known("zqxjvkzqxjvk") == 0
    assert grams.follows(long, "the") == grams.follows("the", long) == 0.0


@pytest.mark.parametrize("way", PACKED)
def test_an_export_is_read_packed(way, tmp_path):
    path = tmp_path / "A.xml"
    path.write_bytes(PACKED[way](export_xml(MANY).encode()))
    assert wikidiff.read(path).stats.lines_changed == 100
