"""Bytes to text: what is certain is decoded, all else is refused with place and way out."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikidiff import limits
from wikidiff.errors import DecodeError, ReadError
from wikidiff.readers.decode import decode

TEXT = "Tern\u00a0Rock light\r\n«Крачка» 灯台\n\n🐦"
TEXTS = st.text(st.characters(blacklist_characters="\0\ufeff", blacklist_categories=("Cs",)))


def trouble(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        decode(data, "page.txt")
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf_8_and_marked_utf_16_are_decoded(encoding):
    assert decode(TEXT.encode(encoding), "page.txt") == TEXT


def test_utf_16_is_decoded_in_both_byte_orders():
    assert decode(b"\xff\xfe" + TEXT.encode("utf-16-le"), "page.txt") == TEXT
    assert decode(b"\xfe\xff" + TEXT.encode("utf-16-be"), "page.txt") == TEXT


@given(TEXTS.filter(bool))
def test_every_text_comes_back_with_its_line_ends(text):
    assert decode(text.encode(), "page.txt") == text
    assert decode(text.encode("utf-8-sig"), "page.txt") == text
    assert decode(b"\xfe\xff" + text.encode("utf-16-be"), "page.txt") == text


@given(st.binary())
def test_any_bytes_are_decoded_or_refused(data):
    try:
        told = decode(data, "page.txt"), ""
    except ReadError as error:
        told = error.trouble, error.way_out
    assert all(told) or (told[0] and "\0" not in told[0])


def test_a_wrong_byte_is_told_with_line_and_offset():
    error = trouble("first\nsecond\nthird é\n".encode("latin-1"))
    assert isinstance(error, DecodeError)
    assert "in line 3, byte 19" in error.trouble
    assert "iconv -f ISO-8859-1 -t UTF-8 page.txt" in error.way_out


def test_a_wrong_unit_of_utf_16_is_told_with_line_and_offset():
    assert "in line 2, byte 6" in trouble(b"\xff\xfe" + b"a\0\n\0" + b"\x00\xd8b\0").trouble


def test_a_cut_character_at_the_end_is_refused():
    assert "in line 2" in trouble("a\né".encode()[:-1]).trouble


def test_utf_32_is_refused_by_name():
    assert trouble(TEXT.encode("utf-32")).trouble == "is UTF-32"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
        (b"PK\x03\x04\x14\0\0\0", "a zip archive"),
        (b"\x1f\x8b\x08\0\0", "a gzip file"),
        (b"BZh91AY&SY\x9d\xc6", "a bzip2 file"),
        (b"\xfd7zXZ\0\0\x04", "an xz file"),
        (b"\x28\xb5\x2f\xfd\x04", "a Zstandard file"),
    ],
)
def test_binary_formats_are_named(data, kind):
    error = trouble(data)
    assert isinstance(error, DecodeError)
    assert kind in error.trouble


def test_a_pdf_is_not_to_be_made_text_of():
    way_out = trouble(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n").way_out
    assert way_out == "save the diff page as HTML, or copy it from the browser"


def test_a_nul_is_binary_data():
    assert "a NUL in line 2" in trouble(b"first\nsec\0ond").trouble


@pytest.mark.parametrize("text", ["GIF89a is a format", "%PDF- begins a file", "BZh and more"])
def test_an_article_that_begins_like_a_binary_format_is_text(text):
    assert decode(text.encode(), "page.txt") == text


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_an_empty_input_is_refused_as_such(data):
    error = trouble(data)
    assert not isinstance(error, DecodeError)
    assert error.trouble.startswith("is empty")


def test_an_input_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "INPUT_BYTES", 10)
    assert decode(b"x" * 10, "page.txt") == "x" * 10
    assert "more than the 10" in trouble(b"x" * 11).trouble


def test_the_error_survives_pickling():
    error = trouble(b"\xff")
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error)
    assert copy.source == "page.txt"
