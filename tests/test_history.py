"""Whole histories out of exports: each revision with all that is told of it, as a stream."""

from __future__ import annotations

import io
import itertools

import pytest
from test_export_xml import PACKERS

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.readers import history

SITE = "<siteinfo><sitename>Harbour</sitename><dbname>harbourwiki</dbname></siteinfo>"
FOG = """<page><title>Fog</title><ns>4</ns><id>7</id><redirect title="Mist" />
<revision><id>11</id><timestamp>2020-01-01T00:00:00Z</timestamp>
<contributor><username>Ada</username><id>3</id></contributor><comment>first</comment>
<model>wikitext</model><format>text/x-wiki</format><text bytes="1">a</text><sha1>abc</sha1>
</revision>
<revision><id>12</id><parentid>11</parentid><timestamp>2020-01-02T00:00:00Z</timestamp>
<contributor><ip>192.0.2.1</ip></contributor><minor/><text>a &amp; ü</text>
<content><role>maps</role><text>{}</text><sha1>not this</sha1></content></revision>
<revision><id>13</id><parentid>12</parentid><contributor deleted="deleted"/>
<comment deleted="deleted"/><text bytes="9" deleted="deleted"/></revision>
</page>"""
OIL = """<page><title>Oil</title><ns>0</ns><id>8</id><revision><id>14</id>
<text bytes="5" /></revision></page>"""


def dump(*parts: str) -> bytes:
    return f'<mediawiki xml:lang="en">{SITE}{"".join(parts)}</mediawiki>'.encode()


def read(data: bytes, **options):
    return list(history.revisions(io.BytesIO(data), "dump.xml", **options))


def test_a_revision_comes_with_its_page_and_all_that_is_told_of_it():
    first, second, third, stub = read(dump(FOG, OIL))
    assert first.page == history.StoredPage("Fog", 7, 4, "Mist", "harbourwiki", "en")
    assert (first.revision.id, first.parent_id, first.revision.user, first.user_id) == (
        11,
        None,
        "Ada",
        3,
    )
    assert (first.model, first.format, first.sha1) == ("wikitext", "text/x-wiki", "abc")
    assert (first.revision.comment, first.revision.minor, first.revision.size) == (
        "first",
        False,
        1,
    )
    assert (second.parent_id, second.text, second.revision.minor) == (11, "a & ü", True)
    assert (second.revision.user, second.user_id, second.sha1) == ("192.0.2.1", None, None)
    assert second.missing is None
    assert third.hidden == {"user", "comment", "text"}
    assert (third.text, third.missing) == ("", "the text of revision 13 is deleted")
    assert stub.page == history.StoredPage("Oil", 8, 0, None, "harbourwiki", "en")
    assert stub.missing == "the text of revision 14 is not in it: a stub dump"


@pytest.mark.parametrize("name", PACKERS)
def test_packed_dumps_give_the_same(name):
    data = dump(FOG, OIL)
    assert read(PACKERS[name](data)) == read(data)


def test_pages_that_are_not_wanted_are_passed_over():
    assert [one.revision.id for one in read(dump(FOG, OIL), wants=lambda p: p.namespace == 0)] == [
        14
    ]


def test_without_texts_the_rest_is_there():
    found = read(dump(FOG), texts=False)
    assert [(one.text, one.revision.id, one.sha1) for one in found] == [
        (None, 11, "abc"),
        (None, 12, None),
        (None, 13, None),
    ]


def test_a_text_that_is_too_long_is_let_go_and_the_rest_is_read(monkeypatch):
    monkeypatch.setattr(limits, "INPUT_BYTES", 1 << 18)
    long = FOG.replace("a &amp; ü", "ü<!-- -->" * ((1 << 18) + 1))
    first, second, _ = read(dump(long))
    assert (first.text, second.text) == ("a", None)
    assert second.missing == "a text of more than 0 MiB"


def test_a_number_that_is_none_is_the_trouble_of_its_revision_only():
    first, second, _ = read(dump(FOG.replace("<id>12</id>", "<id>twelve</id>")))
    assert first.missing is None
    assert second.missing == "no number: 'twelve'"


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (dump(FOG)[:-30], "broken XML"),
        (b"<!DOCTYPE mediawiki [<!ENTITY a 'b'>]>" + dump(FOG), "with a DTD"),
        (dump(FOG).replace(b"<minor/>", b"<x>" * 20), "deep"),
    ],
)
def test_a_broken_dump_gives_what_came_before_and_then_the_error(data, trouble):
    with pytest.raises(ReadError, match=trouble):
        read(data)


def endless():
    """Yield a dump without end, of one page."""
    yield dump(FOG).partition(b"<revision>")[0]
    for number in itertools.count(1):
        yield f"<revision><id>{number}</id><text>{'x' * 20_000}</text></revision>".encode()


class Stream(io.RawIOBase):
    def __init__(self, blocks) -> None:
        self.blocks = blocks

    def read(self, size: int = -1) -> bytes:
        return next(self.blocks)


def test_a_history_comes_as_it_is_read():
    found = history.revisions(Stream(endless()), "stdin")
    assert [one.revision.id for one in itertools.islice(found, 500)] == list(range(1, 501))
    found.close()


def test_a_7z_archive_let_go_of_early_leaves_no_thread(recwarn):
    data = dump(*itertools.repeat(FOG.replace("a &amp; ü", "ü" * 100_000), 20))
    found = history.revisions(io.BytesIO(PACKERS["7z"](data)), "dump.7z")
    assert next(found).revision.id == 11
    found.close()
    assert not recwarn.list
