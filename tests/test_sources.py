"""Sources as they come: paths, open files, pipes, and dumps larger than what is read whole."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import threading
from pathlib import Path

import pytest

import wikidiff
from wikidiff import ReadError, limits, sources

PAGES = 40


def dump(*, newest_first=False, filler=60_000):
    """Yield an export of some MB: pages of two revisions, each with much to skip."""
    yield '<mediawiki xml:lang="en">'
    order = (2, 1) if newest_first else (1, 2)
    for number in range(PAGES):
        yield f"<page><title>Light {number}</title><ns>0</ns><id>{number + 1}</id>"
        for nth in order:
            told = f"<id>{number * 2 + nth}</id><timestamp>2021-05-0{nth}T10:00:00Z</timestamp>"
            words = f"Keeper {nth} of {number}\n" + f"line {nth}\n" * (filler // 8)
            yield f"<revision>{told}<text>{words}</text></revision>"
        yield "</page>"
    yield "</mediawiki>"


def text(number, nth, filler=60_000):
    return f"Keeper {nth} of {number}\n" + f"line {nth}\n" * (filler // 8)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Return the path of a dump that is larger than what is read whole in these tests."""
    path = tmp_path_factory.mktemp("dump") / "dump.xml"
    path.write_text("".join(dump()))
    assert path.stat().st_size > sources._START
    return path


@pytest.fixture
def small_limit(monkeypatch):
    """Let nothing but a dump be larger than 3 MiB."""
    monkeypatch.setattr(limits, "INPUT_BYTES", 3 << 20)


def is_whole(document, number):
    return wikidiff.apply(document, text(number, 1)) == text(number, 2)


def test_a_dump_is_streamed_from_a_path(large, small_limit):
    assert large.stat().st_size > limits.INPUT_BYTES
    for number in (0, PAGES - 1):
        assert is_whole(wikidiff.read(large, page=f"Light {number}"), number)
    with pytest.raises(ReadError, match="several pages: Light 0, Light 1"):
        wikidiff.read(large)
    with pytest.raises(ReadError, match="no page 'Dark'"):
        wikidiff.read(str(large), page="Dark")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_packed_dump_is_streamed_from_a_path(large, small_limit, tmp_path, pack, monkeypatch):
    packed = tmp_path / "dump.packed"
    packed.write_bytes(pack(large.read_bytes()))
    monkeypatch.setattr(sources, "_START", min(1000, packed.stat().st_size // 2))
    if pack is bz2.compress:
        monkeypatch.setattr(sources, "_START", packed.stat().st_size - 100)
    assert is_whole(wikidiff.read(packed, page="Light 7"), 7)


def test_a_dump_in_a_7z_archive_is_read_from_a_path(large, small_limit, tmp_path, monkeypatch):
    py7zr = pytest.importorskip("py7zr")
    packed = tmp_path / "dump.7z"
    with py7zr.SevenZipFile(packed, "w") as archive:
        archive.write(large, "dump.xml")
    monkeypatch.setattr(sources, "_START", packed.stat().st_size // 2)
    assert is_whole(wikidiff.read(packed, page="Light 7"), 7)


def test_a_dump_is_streamed_from_an_open_file_and_a_pipe(large, small_limit):
    with large.open("rb") as file:
        assert is_whole(wikidiff.read(file, page="Light 7"), 7)
        assert not file.closed
    reading, writing = os.pipe()
    thread = threading.Thread(target=pour, args=(writing, large.read_bytes()))
    thread.start()
    with open(reading, "rb") as pipe:
        assert is_whole(wikidiff.read(pipe, page=f"Light {PAGES - 1}"), PAGES - 1)
    thread.join()


def pour(writing, data):
    with open(writing, "wb") as file:
        try:
            file.write(data)
        except BrokenPipeError:
            return


def test_a_history_out_of_order_needs_a_file_that_can_be_read_again(tmp_path, small_limit):
    path = tmp_path / "dump.xml"
    path.write_text("".join(dump(newest_first=True)))
    chosen = {"page": "Light 30", "revisions": "first..last"}
    assert is_whole(wikidiff.read(path, **chosen), 30)


def test_memory_holds_no_dump(large, small_limit, monkeypatch):
    """Counted in bytes asked for at once, not in megabytes of a process."""
    asked: list[int] = []
    read = sources.Stream.read

    def counted(self, size=-1):
        asked.append(size)
        return read(self, size)

    monkeypatch.setattr(sources.Stream, "read", counted)
    with large.open("rb") as file:
        wikidiff.read(file, page=f"Light {PAGES - 1}")
    assert 0 < max(asked) <= 1 << 16
    assert min(asked) > 0


def test_what_is_no_dump_is_refused_where_it_is_larger_than_allowed(tmp_path, small_limit):
    path = tmp_path / "page.txt"
    path.write_bytes(b"a line of it\n" * (1 << 18))
    for source in (path, io.BytesIO(path.read_bytes()), path.read_bytes()):
        with pytest.raises(ReadError, match="larger than 3 MiB; give the page alone"):
            wikidiff.read(source)


def test_an_open_text_file_is_read_whole(large):
    with large.open(encoding="utf-8") as file:
        assert is_whole(wikidiff.read(file, page="Light 7"), 7)


def test_a_dump_is_not_read_as_another_form(large, small_limit):
    with pytest.raises(ReadError, match="not mobile-text: an XML export"):
        wikidiff.read(large, page="Light 1", reader="mobile-text")
    assert is_whole(wikidiff.read(large, page="Light 1", reader="export-xml"), 1)


def test_a_path_is_closed_whatever_comes(large, small_limit, tmp_path, monkeypatch):
    opened = []
    plain = sources._open
    monkeypatch.setattr(sources, "_open", lambda name: opened.append(plain(name)) or opened[-1])
    wikidiff.read(large, page="Light 1")
    for wrong in ({}, {"page": "Dark"}):
        with pytest.raises(ReadError):
            wikidiff.read(large, **wrong)
    (tmp_path / "x").write_text("x")
    with pytest.raises(ReadError):
        wikidiff.read(tmp_path / "x")
    assert len(opened) == 4
    assert all(file.closed for file in opened)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "no such file"),
        ("no/such/file", "no such file or directory; check the name"),
        ("ftp://wiki.example.org/x", "no address that is fetched; give https://…, or a file"),
        (str(Path(__file__).parent), "is a directory; give a file in it"),
        ("a\0b", "embedded null byte"),
        (io.BytesIO(b""), "is empty"),
        (io.StringIO(""), "is empty"),
    ],
)
def test_what_cannot_be_had_is_one_line(source, told):
    with pytest.raises(ReadError) as raised:
        wikidiff.read(source)
    assert told in str(raised.value)
