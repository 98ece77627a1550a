"""Very long lines, very many lines: every form is read, or refused with the limit named."""

from __future__ import annotations

import pytest
from large_pages import FLAT, MARKED, PACKED, Row, export_xml

import wikidiff
from wikidiff import ReadError, limits

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


@pytest.mark.parametrize("way", PACKED)
def test_an_export_is_read_packed(way, tmp_path):
    path = tmp_path / "A.xml"
    path.write_bytes(PACKED[way](export_xml(MANY).encode()))
    assert wikidiff.read(path).stats.lines_changed == 100
