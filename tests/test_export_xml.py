"""XML exports and dumps: the right two revisions, in any packing, and none of the traps."""

from __future__ import annotations

import bz2
import gzip
import io
import itertools
import json
import lzma
import pickle
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import pytest
import reader_cases
from hypothesis import given, settings
from hypothesis import strategies as st

import wikidiff
from wikidiff import limits, readers
from wikidiff.errors import ReadError
from wikidiff.readers import Input, export_xml, packed

CASES = reader_cases.inputs("export_xml")
TWO = (reader_cases.CASES / "export_xml" / "two_revisions.xml").read_bytes()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_an_export_gives_what_its_case_says(path):
    assert json.loads(json.dumps(reader_cases.got(path))) == reader_cases.want(path)


def export(*pages: tuple[str, list[tuple[int, str, str]]]) -> bytes:
    """Return an export of pages of (id, time, text)."""
    made = ['<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xml:lang="en">']
    for title, revisions in pages:
        made.append(f"<page><title>{title}</title><ns>0</ns>")
        made += [
            f"<revision><id>{number}</id><timestamp>{time}</timestamp><text>{text}</text></revision>"
            for number, time, text in revisions
        ]
        made.append("</page>")
    return "\n".join([*made, "</mediawiki>"]).encode()


def read(data: bytes, **choice: str):
    return export_xml.read(Input("dump.xml", data), **choice)


HISTORY = [(n, f"2020-01-{n:02}T00:00:00Z", f"text {n}") for n in range(1, 8)]


@pytest.mark.parametrize("order", ["forward", "backward", "shuffled"])
@pytest.mark.parametrize(
    ("revisions", "two"),
    [
        ("2..5", (2, 5)),
        ("5..2", (5, 2)),
        ("prev..4", (3, 4)),
        ("4", (3, 4)),
        ("prev..last", (6, 7)),
        ("last", (6, 7)),
        ("3..", (3, 7)),
        ("first..last", (1, 7)),
        ("first..3", (1, 3)),
    ],
)
def test_revisions_are_chosen_by_their_place_in_time_not_in_the_file(order, revisions, two):
    history = HISTORY[::-1] if order == "backward" else list(HISTORY)
    if order == "shuffled":
        Random(3).shuffle(history)
    found = read(
        export(("Oil", [(9, "x", "y")]), ("Fog", history)), page="Fog", revisions=revisions
    )
    assert (found.old, found.new) == tuple(f"text {n}" for n in two)
    assert (found.meta.revisions.old.id, found.meta.revisions.new.id) == two


def test_an_imported_revision_with_a_higher_id_is_still_the_older_one():
    history = [(50, "2001-01-01T00:00:00Z", "oldest"), *HISTORY]
    assert read(export(("Fog", history)), revisions="first..7").old == "oldest"
    assert read(export(("Fog", history)), revisions="prev..1").old == "oldest"


@given(st.permutations(range(6)), st.integers(1, 5))
def test_the_revision_before_is_found_in_any_order(order, number):
    history = [(n, f"2020-01-{n + 1:02}T00:00:00Z", f"text {n}") for n in order]
    found = read(export(("Fog", history)), revisions=f"prev..{number}")
    assert (found.old, found.new) == (f"text {number - 1}", f"text {number}")


@pytest.mark.parametrize("revisions", ["prev..1", "8..9", "first..9", "nonsense", "3..2..1", "0"])
def test_revisions_that_are_not_there_are_an_error(revisions):
    with pytest.raises(ReadError):
        read(export(("Fog", HISTORY)), revisions=revisions)


def test_a_single_revision_has_none_before_it():
    with pytest.raises(ReadError, match="has no revision before it here"):
        read(export(("Fog", HISTORY[:1])), revisions="prev..last")


def test_a_page_that_is_not_there_is_told_with_the_first_titles():
    with pytest.raises(ReadError, match="no page 'Salt'; it begins with: Fog, Oil"):
        read(export(("Fog", HISTORY), ("Oil", HISTORY)), page="Salt")


def test_titles_are_the_same_with_underscores_and_a_small_first_letter():
    found = read(export(("Fog bell", HISTORY), ("Oil", HISTORY)), page="fog_bell", revisions="2..3")
    assert found.meta.page.title == "Fog bell"


def test_nothing_after_the_page_that_was_asked_for_is_read():
    data = export(("Fog", HISTORY[:2]), ("Oil", HISTORY)).replace(b"<title>Oil", b"<broken <<<")
    assert read(data, page="Fog").new == "text 2"
    with pytest.raises(ReadError, match="broken XML"):
        read(data)


def zstandard(data: bytes) -> bytes:
    return pytest.importorskip("backports.zstd").compress(data)


def seven(data: bytes, *, files: int = 1) -> bytes:
    library = pytest.importorskip("py7zr")
    made = io.BytesIO()
    with library.SevenZipFile(made, "w") as archive:
        for n in range(files):
            archive.writestr(data, f"dump{n}.xml")
    return made.getvalue()


PACKERS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "Zstandard": zstandard,
    "7z": seven,
}


@pytest.mark.parametrize("name", PACKERS)
def test_a_packed_export_is_read_like_a_plain_one(name):
    source = Input("dump", PACKERS[name](TWO))
    assert packed.form(source.data) == name
    assert readers.recognise(source).NAME == "export-xml"
    assert export_xml.read(source) == export_xml.read(Input("dump", TWO))


@pytest.mark.parametrize("name", PACKERS)
@pytest.mark.parametrize("left", [0.3, 0.6, 0.95])
def test_a_truncated_archive_is_a_read_error(name, left):
    data = PACKERS[name](TWO + b"<!-- " + bytes(Random(1).choices(range(48, 58), k=5000)) + b"-->")
    source = Input("dump", data[: int(len(data) * left)])
    with pytest.raises(ReadError):
        export_xml.read(source)
    with pytest.raises(ReadError):
        readers.recognise(source).read(source)


@pytest.mark.parametrize("name", PACKERS)
@settings(max_examples=30, deadline=None)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_damaged_archive_is_read_or_refused(name, place, byte):
    data = bytearray(PACKERS[name](TWO))
    data[place % len(data)] = byte
    with suppress(ReadError):
        export_xml.read(Input("dump", bytes(data)))


def test_errors_of_unpacking_survive_a_pickle():
    with pytest.raises(ReadError) as caught:
        export_xml.read(Input("dump", gzip.compress(TWO)[:60]))
    assert pickle.loads(pickle.dumps(caught.value)).args == caught.value.args


@pytest.mark.parametrize(("name", "module"), [("Zstandard", "backports.zstd"), ("7z", "py7zr")])
def test_a_missing_extra_is_named(monkeypatch, name, module):
    source = Input("dump", PACKERS[name](TWO))
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "compression.zstd", None)
    for ask in (export_xml.decline, export_xml.read):
        with pytest.raises(ReadError, match=r"pip install 'wikidiff\[dumps\]'"):
            ask(source)


def test_a_7z_archive_of_several_files_is_refused():
    with pytest.raises(ReadError, match="a 7z archive of 2 files, not one"):
        export_xml.read(Input("dump", seven(TWO, files=2)))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_packed_file_of_something_else_is_declined(pack):
    assert "no <mediawiki> in it" in export_xml.decline(Input("x", pack(b"<html>" * 100)))


@pytest.mark.parametrize("name", ["gzip", "bzip2", "xz"])
def test_a_decompression_bomb_is_refused_by_its_size(name, monkeypatch):
    monkeypatch.setattr(limits, "EXPORT_FREE_BYTES", 1 << 20)
    monkeypatch.setattr(limits, "EXPORT_RATIO", 100)
    bomb = PACKERS[name](export(("Fog", HISTORY[:2])) + b" " * (32 << 20))
    with pytest.raises(ReadError, match="more than 100 times its own size"):
        export_xml.read(Input("dump", bomb))
    monkeypatch.setattr(limits, "EXPORT_RATIO", 1 << 40)
    monkeypatch.setattr(limits, "EXPORT_BYTES", 16 << 20)
    with pytest.raises(ReadError, match="unpacks to more than"):
        export_xml.read(Input("dump", bomb))


def test_a_text_larger_than_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "INPUT_BYTES", 1000)
    data = export(("Fog", [(1, "a", "x" * 2000), (2, "b", "y")]))
    with pytest.raises(ReadError, match="a text of more than"):
        read(data)


def test_a_tag_or_comment_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "EXPORT_TOKEN_BYTES", 1 << 18)
    for open_ended in (b"<!-- ", b'<page a="'):
        data = TWO.replace(b"<siteinfo>", open_ended + b"x" * (1 << 20), 1)
        with pytest.raises(ReadError, match="a tag or comment longer than"):
            read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><title>The mediawiki element</title>",
        b"<html><body>&lt;mediawiki&gt;</body></html>",
        b"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'></feed>",
        b"== Exports ==\n<mediawiki> is the root",
        b"",
        b"{}",
    ],
)
def test_what_is_no_export_is_declined(data):
    assert export_xml.decline(Input("x", data)) == "does not begin with <mediawiki>"


def test_a_history_streams_in_memory_that_does_not_grow_with_it():
    """Only the candidates' texts are kept: counted, since memory would be noisy."""
    kept: list[int] = []

    class Watched(export_xml._Chooser):
        def take(self, stored: export_xml.Stored) -> None:
            super().take(stored)
            chosen = vars(self.picker)
            stored = [chosen[key] for key in ("_old", "_new", "_prev") if chosen[key]]
            kept.append(sum(len(one.text or "") for one in stored))

    history = [(n, f"2020-{n:06}", "x" * 1000) for n in range(1, 2000)]
    data = export(("Fog", history))
    seen = Watched("x", "Fog", export_xml.picker("x", export_xml.selection.wanted("x", "7..last")))
    packed.unpack(io.BytesIO(data), "x", export_xml.Walk("x", seen).feed)
    assert max(kept) <= 3000
    assert seen.picker.two("Fog")[1].revision.id == 1999


class Endless(io.RawIOBase):
    """A stream that never ends: read is to stop at the page's end."""

    def __init__(self, start: bytes) -> None:
        self._blocks: Iterator[bytes] = itertools.chain([start], itertools.repeat(b"<x/>" * 1000))

    def read(self, size: int = -1) -> bytes:
        return next(self._blocks)

    def seekable(self) -> bool:
        return False


def test_a_stream_is_read_no_further_than_needed():
    start = export(("Fog", HISTORY[:2])).replace(b"</mediawiki>", b"")
    found = export_xml.read_file(Endless(start), "stdin", page="Fog")
    assert (found.old, found.new) == ("text 1", "text 2")


def test_a_stream_out_of_order_says_that_it_must_be_a_file():
    history = [HISTORY[1], HISTORY[6], HISTORY[3]]  # what 4 follows was let go for 7
    stream = Endless(export(("Fog", history)).replace(b"</mediawiki>", b""))
    with pytest.raises(ReadError, match="save it to a file first"):
        export_xml.read_file(stream, "stdin", page="Fog", revisions="prev..4")


def test_the_corpus_s_exports_give_both_texts(corpus):
    seen = 0
    for path in sorted(corpus.glob("*/export.xml")):
        meta = json.loads((path.parent / "meta.json").read_bytes())
        found = export_xml.read(Input(str(path), path.read_bytes()))
        for side in ("old", "new"):
            text = (path.parent / f"{side}.wiki").read_bytes().decode()
            text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
            assert getattr(found, side) == text
        assert found.meta.language == meta["language"]
        assert wikidiff.read(path).delta.declared == meta["delta"]
        seen += 1
    assert seen >= 50
