"""A page with something before each of its lines: quoted in a mail, indented as code."""

from __future__ import annotations

import pytest
import reader_cases

import wikidiff
from wikidiff import readers
from wikidiff.errors import ReadError
from wikidiff.readers import Input
from wikidiff.readers.quoted import bared

FORMS = ("desktop_clip", "desktop_text", "inline_text", "mobile_text", "unified_diff")
CASES = [
    path
    for form in FORMS
    for path in reader_cases.inputs(form)
    if path.read_bytes().count(b"\n") > 3 and b"\r" not in path.read_bytes()
]


def documents(text: str) -> list[str]:
    try:
        return [told(document) for document in wikidiff.read_all(text.encode())]
    except ReadError as error:
        return [error.trouble]


def told(document: wikidiff.Document) -> str:
    kept = [one for one in document.warnings if one.code != "prefix-removed"]
    return document.replace(warnings=tuple(kept)).to_json()


@pytest.mark.parametrize("mark", ["> ", ">> ", "    ", "\t"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_page_quoted_or_indented_is_read_as_the_page(path, mark):
    text = path.read_bytes().decode("utf-8-sig")
    assert documents("\n".join(f"{mark}{line}" for line in text.split("\n"))) == documents(text)


def test_what_was_before_each_line_is_told():
    page = (reader_cases.CASES / "desktop_clip" / "german.txt").read_text(encoding="utf-8")
    quoted = "\n".join(f"> > {line}" for line in page.split("\n"))
    (warning,) = (
        one for one in wikidiff.read(quoted.encode()).warnings if one.code == "prefix-removed"
    )
    assert "'> > '" in warning.message


@pytest.mark.parametrize(
    "data",
    [
        b"a\nb\nc\n",
        b"> a\nb\n> c\n",
        b" a\nb\n c\n",
        b"> a\n> b\n",
        b"  <html>\n  <body>\n  <p>\n",
        b'  {\n  "compare": 1\n  }\n',
        b"",
        b"\n\n\n",
        "\ufeff> a\n> b\n> c".encode("utf-16"),
    ],
)
def test_a_source_whose_lines_do_not_all_begin_so_stays(data):
    assert bared(data) is None


@pytest.mark.parametrize(
    ("data", "bare"),
    [
        (b"> a\n>\n> b\n> c\n", b"a\n\nb\nc\n"),
        (b">a\n>b\n> c\n", b"a\nb\n c\n"),
        (b"  a\n\n   b\n  c", b"a\n\n b\nc"),
        (b"\n> a\r\n>\r\n> b\r\n> c\r\n", b"\na\r\n\r\nb\r\nc\r\n"),
    ],
)
def test_what_all_lines_begin_with_is_taken_away(data, bare):
    found = bared(data)
    assert found is not None
    assert found[0] == bare


@pytest.mark.parametrize("form", ["desktop_text", "inline_text"])
def test_a_page_whose_line_ends_were_cut_off_is_not_taken_for_a_copied_table(form):
    for path in reader_cases.inputs(form):
        text = path.read_bytes().decode("utf-8-sig")
        cut = "\n".join(line.rstrip() for line in text.split("\n")).encode()
        assert readers.get("desktop-clip").decline(Input("x", cut))
