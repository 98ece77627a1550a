"""A form taken for another is worse than none: the matrix of all samples and all readers."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
import reader_cases

import wikidiff
from wikidiff import readers
from wikidiff.errors import DecodeError, ReadError, UnrecognisedError
from wikidiff.readers import Input

NEAR = reader_cases.CASES / "near_misses"
REASONS = json.loads((NEAR / "reasons.want.json").read_bytes())
SAMPLES = Path(__file__).parent.parent / "samples"


def taken_by(source: Input) -> list[str]:
    """Return the readers that take a source; none may fail on what is not its own."""
    return [name for name in readers.NAMES if reason(name, source) is None]


def reason(name: str, source: Input) -> str | None:
    """Return why a reader declines; that a packed file is no text is a reason too."""
    try:
        return readers.get(name).decline(source)
    except DecodeError as error:
        return error.trouble


FOLDERS = {
    folder.name: folder
    for folder in sorted(reader_cases.CASES.iterdir())
    if folder.is_dir() and any(folder.glob("*.want.json")) and folder != NEAR
}
CASES = [path for name in FOLDERS if name != "html_declined" for path in reader_cases.inputs(name)]


def expected(path: Path) -> str | None:
    """Return the reader that a case's input is for; None where it is for none."""
    want = reader_cases.want(path)
    if "reader" in want:
        return str(want["reader"])
    trouble = want["error"][0]
    if trouble == "no reader takes it for a diff page":
        return None
    return path.parent.name.replace("_", "-")  # of this form, and broken


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_case_goes_to_exactly_its_reader(path):
    source = Input(path.name, path.read_bytes())
    wanted = expected(path)
    assert taken_by(source) == ([] if wanted is None else [wanted])


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_case_in_utf_16_gives_the_same(path):
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        pytest.skip("packed")
    declared = text.replace('encoding="utf-8"', 'encoding="utf-16"')
    assert _documents(declared.encode("utf-16")) == _documents(text.encode())


def _documents(data: bytes) -> list[str]:
    try:
        return [document.to_json() for document in wikidiff.read_all(data)]
    except ReadError as error:
        return [error.trouble]


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_the_first_characters_rule_out_declines(path):
    data = path.read_bytes()
    assert readers.excluded(data).isdisjoint(taken_by(Input(path.name, data)))


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf\r\n {}", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc", b""]
)
def test_json_and_what_may_be_packed_are_not_ruled_out(data):
    assert readers.excluded(data).isdisjoint({"export-xml"} if b"{" not in data else {"query-json"})


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.name)
def test_each_copied_sample_goes_to_exactly_its_reader(path):
    assert taken_by(Input(path.name, path.read_bytes())) == ["mobile-text"]


def test_every_reader_has_cases():
    assert {wanted for path in CASES if (wanted := expected(path))} | {"mobile-text"} == set(
        readers.NAMES
    )


@pytest.mark.parametrize("name", sorted(path.name for path in NEAR.iterdir()))
def test_a_near_miss_goes_to_none_and_every_reader_says_why(name):
    if name == "reasons.want.json":
        assert set(REASONS) == {path.name for path in NEAR.iterdir()} - {name}
        return
    source = Input(name, (NEAR / name).read_bytes())
    with pytest.raises(UnrecognisedError) as raised:
        readers.recognise(source)
    given = dict(raised.value.reasons)
    assert list(given) == list(readers.NAMES)
    assert all(reason and "\n" not in reason and len(reason) < 120 for reason in given.values())
    assert {form: given[form] for form in REASONS[name]} == REASONS[name]


PRINTED = sorted(path.name for path in (*NEAR.glob("printed_*"), *NEAR.glob("unpaged_*")))


@pytest.mark.parametrize("name", PRINTED)
def test_the_text_of_a_pdf_is_told_the_way_out(name):
    with pytest.raises(UnrecognisedError, match="save the diff page as HTML, or copy it"):
        wikidiff.read(NEAR / name)


def test_who_names_the_form_may_have_broken_lines_read_but_no_page_breaks():
    broken = wikidiff.read(NEAR / "unpaged_mobile_other.txt", reader="mobile-text")
    assert broken.delta.declared == -20
    with pytest.raises(ReadError, match="not mobile-text: page breaks"):
        wikidiff.read(NEAR / "printed_mobile.txt", reader="mobile-text")


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.wiki")), ids=lambda path: path.name)
def test_a_wikitext_goes_to_none(path):
    assert taken_by(Input(path.name, path.read_bytes())) == []


FORMS = {
    "compare.fv1.json": "compare-json",
    "compare.fv2.json": "compare-json",
    "rest_compare.json": "rest-json",
    "export.xml": "export-xml",
    "inline.html": "inline-html",
    "inline.txt": "inline-text",
    "inline.clip.txt": "inline-text",
    "desktop.*.html": "desktop-html",
    "mobile.*.html": "mobile-html",
    "mobile.*.txt": "mobile-text",
    "desktop.wikidiff2.txt": "desktop-text",
    "desktop.php.txt": "desktop-text",
    "desktop.wikidiff2.clip.txt": "desktop-clip",
    "old.wiki": None,
    "new.wiki": None,
    "truth.json": None,
    "meta.json": None,
}


def shows_no_line(page: Path) -> bool:
    """Tell whether the two texts are the same but for the end of the last line."""
    old, new = ((page / f"{side}.wiki").read_bytes() for side in ("old", "new"))
    return old.rstrip(b"\n") == new.rstrip(b"\n")


@pytest.mark.parametrize("pattern", FORMS)
def test_the_corpus_s_pages_go_to_exactly_their_readers(corpus, pattern):
    wanted = FORMS[pattern]
    wrong, seen = [], 0
    for path in sorted(corpus.glob(f"*/{pattern}")):
        data = path.read_bytes()
        if not data or (pattern.startswith("inline") and shows_no_line(path.parent)):
            continue  # a page without a line is the same in all views
        seen += 1
        taken = taken_by(Input(path.name, data))
        if taken != ([wanted] if wanted else []):
            wrong.append((f"{path.parent.name}/{path.name}", taken))
    assert seen >= 50
    assert wrong == []


@pytest.mark.parametrize("name", readers.NAMES)
@pytest.mark.parametrize(
    "data", [b" ", b"\n\n", b"{", b"<", b"{}", b"<a>", b"@@ -1 +1 @@\n", b"\xff"]
)
def test_next_to_nothing_goes_to_none(name, data):
    with suppress(ReadError):
        assert readers.get(name).decline(Input("x", data))
