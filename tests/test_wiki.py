"""One edit through every door of a real wiki, one answer: saved, asked for, copied, live."""

from __future__ import annotations

import functools
import io
import json
import urllib.parse

import chromium
import jsonschema
import mediawiki
import pytest
from test_cli import run as command
from test_columns import open_edits
from test_log import rows as log_rows

import wikidiff
from wikidiff import Document
from wikidiff.batch import run
from wikidiff.readers import Input, desktop_clip, history
from wikidiff.report.schema import schema_text

TITLES = sorted(mediawiki.edits())
ALLOW = ("private",)

pytestmark = pytest.mark.wiki


@pytest.fixture(scope="session")
def wiki(tmp_path_factory):
    if reason := mediawiki.missing():
        pytest.skip(reason)
    made = mediawiki.MediaWiki(tmp_path_factory.mktemp("wiki"))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def saved(wiki):
    """Return what a door gives of a page, asked for once."""
    return functools.cache(lambda door, title: wiki.get(DOORS[door](title, *wiki.ids(title))))


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    if reason := chromium.missing():
        pytest.skip(reason)
    made = chromium.Chromium(tmp_path_factory.mktemp("browser"))
    yield made
    made.stop()


def page(title, old, new, **more):
    query = {"title": title, "oldid": old, "diff": new, **more}
    return f"index.php?{urllib.parse.urlencode(query)}"


def api(**query):
    return f"api.php?{urllib.parse.urlencode({'format': 'json', **query})}"


COMPARE = {"action": "compare", "prop": "diff|ids|title|user|comment|size|timestamp"}
QUERY = {"action": "query", "prop": "revisions", "rvslots": "main", "formatversion": "2"}
QUERY_DIFF = {"action": "query", "prop": "revisions", "rvprop": "ids", "rvdiffto": "prev"}
WHOLE = "ids|timestamp|user|comment|flags|size|content"

DOORS = {
    "desktop page, wikidiff2": lambda t, a, b: page(t, a, b),
    "desktop page, without styles": lambda t, a, b: page(t, a, b, useskin="fallback"),
    "desktop page, monobook": lambda t, a, b: page(t, a, b, useskin="monobook"),
    "desktop page, timeless": lambda t, a, b: page(t, a, b, useskin="timeless"),
    "desktop page, minerva": lambda t, a, b: page(t, a, b, useskin="minerva"),
    "desktop page, vector-2022": lambda t, a, b: page(t, a, b, useskin="vector-2022"),
    "desktop page, German": lambda t, a, b: page(t, a, b, uselang="de"),
    "desktop page, Arabic": lambda t, a, b: page(t, a, b, uselang="ar"),
    "desktop page, diff only": lambda t, a, b: page(t, a, b, diffonly="1"),
    "desktop page, php": lambda t, a, b: page(t, a, b, testengine="php"),
    "inline page": lambda t, a, b: page(t, a, b, **{"diff-type": "inline"}),
    "compare, formatversion 1": lambda t, a, b: api(**COMPARE, fromrev=a, torev=b),
    "compare, formatversion 2": lambda t, a, b: api(**COMPARE, fromrev=a, torev=b, formatversion=2),
    "compare, slots": lambda t, a, b: api(**COMPARE, fromrev=a, torev=b, slots="main"),
    "compare, shown in a browser": lambda t, a, b: api(
        **COMPARE | {"format": "jsonfm"}, fromrev=a, torev=b
    ),
    "compare, inline": lambda t, a, b: api(**COMPARE, fromrev=a, torev=b, difftype="inline"),
    "REST": lambda t, a, b: f"rest.php/v1/revision/{a}/compare/{b}",
    "query": lambda t, a, b: api(**QUERY, rvprop=WHOLE, revids=f"{a}|{b}"),
    "query, rvdiffto": lambda t, a, b: api(**QUERY_DIFF, revids=b),
    "history feed, Atom": lambda t, a, b: page(t, "", "", action="history", feed="atom"),
    "history feed, RSS": lambda t, a, b: page(t, "", "", action="history", feed="rss"),
}

FRAMES = {door for door in DOORS if door.startswith("desktop page, ")} - {
    "desktop page, wikidiff2",
    "desktop page, php",
}
SOME = ("Words", "Moved", "Markup", "Blank lines", "Blanked", "Tramway")
WAYS = [(t, door) for t in TITLES for door in sorted(DOORS) if t in SOME or door not in FRAMES]
"""Every page through every door; skins and languages, which differ in the frame, with some."""

FEEDS = {"history feed, Atom", "history feed, RSS"}
SPACES = {"desktop page, php"}
TEXTS = {"query"}
SIZED = {door for door in DOORS if door.startswith("compare, ")}


def read(data, door, ids) -> Document:
    return wikidiff.read(data, revisions=str(ids[1]) if door in FEEDS else None)


def turns(document, old, new):
    """Tell whether a Document turns one text into the other, both ways."""
    return (
        wikidiff.apply(document, old) == new and wikidiff.apply(document, new, reverse=True) == old
    )


@pytest.mark.parametrize(("title", "door"), WAYS)
def test_a_form_that_keeps_the_marks_turns_the_old_text_into_the_new(wiki, saved, title, door):
    old, new = mediawiki.edits()[title]
    ids = wiki.ids(title)
    document = read(saved(door, title), door, ids)
    if title == "End of the text" and door not in TEXTS | SPACES:
        # wikidiff2 shows no end of the last line; where the sizes are told, it is concluded
        assert document.delta.counted == (1 if door in SIZED else 0)
        assert document.differs == (door in SIZED)
        return
    assert turns(document, old, new)
    if door not in SPACES:
        assert document.source.fidelity == "exact"


@pytest.mark.parametrize(("title", "door"), WAYS)
def test_a_form_tells_all_that_it_knows_of_the_revisions(wiki, saved, title, door):
    ids = wiki.ids(title)
    document = read(saved(door, title), door, ids)
    old, new = document.revisions.old, document.revisions.new
    assert new.id == ids[1]
    if door == "REST":
        return
    assert document.page.title == title
    if door == "query, rvdiffto":
        return
    history = mediawiki.histories()[title]
    assert history.time.startswith((new.timestamp or "").removesuffix("Z"))
    assert new.timestamp
    assert new.user == "192.0.2.2"
    assert new.comment == f"/* Stone */ edit 1 of [[{title}]]"
    if door in FEEDS:
        return
    assert (old.id, old.user) == (ids[0], "192.0.2.1")
    if door in TEXTS | SIZED:
        assert document.delta.declared == size(title, 1) - size(title, 0)
    if door not in SIZED:
        assert new.minor is history.minor


def size(title, side):
    return len(mediawiki.edits()[title][side].encode())


@pytest.mark.parametrize("title", TITLES)
def test_every_door_gives_one_answer(wiki, saved, title):
    """Headings and bytes are the same whatever the edit is read from."""
    ids = wiki.ids(title)
    wanted = wikidiff.diff(*mediawiki.edits()[title])
    if title == "End of the text":
        pytest.skip("a page shows no line of this edit")
    for door in (door for one, door in WAYS if one == title):
        document = read(saved(door, title), door, ids)
        assert {told(heading) for heading in document.headings} == {
            told(heading) for heading in wanted.headings
        }, door
        assert document.delta.counted == wanted.delta.counted, door


def told(heading):
    return heading.old, heading.new


@pytest.mark.parametrize("title", TITLES)
def test_an_export_of_the_history_is_the_two_texts(wiki, title):
    data = wiki.get("index.php?title=Special:Export", {"pages": title, "history": "1"})
    old, new = wiki.ids(title)
    document = wikidiff.read(data, revisions=f"{old}..{new}")
    assert turns(document, *mediawiki.edits()[title])
    assert document.page.title == title


def addresses(title, old, new):
    words = urllib.parse.quote(title.replace(" ", "_"))
    yield f"index.php?title={words}&diff={new}&oldid={old}"
    yield f"index.php?title={words}&diff=prev&oldid={new}"
    yield f"index.php?title={words}&diff=next&oldid={old}"
    yield f"index.php?title={words}&diff=cur&oldid={old}"
    yield f"index.php?title={words}&oldid={new}"
    yield f"index.php?diff={new}"
    yield f"index.php/Special:Diff/{new}"
    yield f"index.php/Special:Diff/{old}/{new}"
    yield f"index.php/Special:Diff/prev/{new}"
    yield f"index.php/Special:Diff/{old}/next"
    yield f"index.php/Special:Diff/{old}/cur"
    yield f"index.php/Special:MobileDiff/{new}"
    yield f"index.php/Special:MobileDiff/{old}...{new}"
    yield f"index.php/{words}"
    yield f"index.php?title={words}"


@pytest.mark.parametrize("title", [*SOME, "End of the text"])
def test_an_address_on_the_live_wiki_is_the_two_texts(wiki, title):
    old, new = mediawiki.edits()[title]
    ids = wiki.ids(title)
    for address in addresses(title, *ids):
        document = wikidiff.read(f"{wiki.url}/{address}", allow=ALLOW)
        assert turns(document, old, new), address
        assert (document.revisions.old.id, document.revisions.new.id) == ids
        assert document.source.reader == "live-wiki"
        assert document.source.language == "en"
        assert document.page.title == title
        assert document.delta.unexplained == 0


@pytest.mark.parametrize("title", SOME)
def test_a_title_with_its_wiki_is_the_latest_edit(wiki, title):
    document = wikidiff.read(title, wiki=f"{wiki.url}/index.php", allow=ALLOW)
    assert turns(document, *mediawiki.edits()[title])


def test_the_first_revision_of_a_page_comes_from_nothing(wiki):
    old, _ = wiki.ids("Words")
    document = wikidiff.read(f"{wiki.url}/index.php/Special:Diff/{old}", allow=ALLOW)
    assert wikidiff.apply(document, "") == mediawiki.EDITS["Words"][0]
    assert document.revisions.old.id is None


def test_an_answer_or_feed_on_the_live_wiki_is_read_as_it_is(wiki):
    ids = wiki.ids("Words")
    doors = ("REST", "compare, formatversion 2", "compare, shown in a browser")
    for door in (*doors, "history feed, Atom"):
        url = f"{wiki.url}/{DOORS[door]('Words', *ids)}"
        choice = str(ids[1]) if door in FEEDS else None
        document = wikidiff.read(url, allow=ALLOW, revisions=choice)
        assert turns(document, *mediawiki.EDITS["Words"])


def test_recent_changes_are_a_document_for_each_edit(wiki):
    data = wiki.get(api(action="feedrecentchanges", days=36500, limit=50, feedformat="atom"))
    found: dict[str | None, Document] = {}
    for document in wikidiff.read_all(data):  # the latest first
        found.setdefault(document.page.title, document)
    assert found.keys() >= set(TITLES)
    assert turns(found["Words"], *mediawiki.EDITS["Words"])


@pytest.mark.parametrize(
    ("path", "trouble"),
    [
        ("index.php/Special:Diff/999999", "the wiki has no such revision: 999999"),
        ("index.php/No_such_page", "the wiki says that the page is missing: 'No such page'"),
        ("index.php/Special:Export/Words", "a special page, which has no revisions"),
        ("index.php?title=%5B%5D", "the wiki says that the page is invalid"),
        ("index.php", "names no page and no edit"),
        ("nowhere/index.php/Words", "status 404"),
    ],
)
def test_what_the_wiki_has_not_is_one_line(wiki, path, trouble):
    with pytest.raises(wikidiff.ReadError) as raised:
        wikidiff.read(f"{wiki.url}/{path}", allow=ALLOW)
    assert trouble in str(raised.value)


def test_a_diff_across_two_pages_is_read_too(wiki):
    (old, _), (_, new) = wiki.ids("Words"), wiki.ids("Headings")
    document = wikidiff.read(f"{wiki.url}/index.php/Special:Diff/{old}/{new}", allow=ALLOW)
    assert turns(document, mediawiki.EDITS["Words"][0], mediawiki.EDITS["Headings"][1])
    (warning,) = wikidiff.read(wiki.get(page("Words", old, new))).warnings
    assert warning.message == "Revisions of two pages: Words and Headings."


def test_other_pages_with_a_diff_are_read_too(wiki):
    old, new = wiki.ids("Words")
    before, after = mediawiki.EDITS["Words"]
    two = {"rev1": old, "rev2": new, "action": "submit", "title": "Special:ComparePages"}
    compared = wikidiff.read(wiki.get(f"index.php?{urllib.parse.urlencode(two)}"))
    assert turns(compared, before, after)
    undo = page("Words", "", "", action="edit", undo=new, undoafter=old)
    assert turns(wikidiff.read(wiki.get(undo)), after, before)


SAMPLES = {
    "Hale Quarry": "quarry",
    "Oxmouth ferry": "ferry",
    "Gullhorn Light": "lighthouse",
    "Pell Orchard": "orchard",
    "Bockwindmühle Elmstorf": "windmuehle",
}


@pytest.mark.parametrize("title", SAMPLES)
def test_a_page_copied_from_a_phone_is_made_whole_by_its_wiki(wiki, title):
    page = mediawiki.SAMPLES / f"{SAMPLES[title]}.txt"
    document = wikidiff.read(str(page), complete_from=f"{wiki.url}/index.php", allow=ALLOW)
    assert document.source.fidelity == "exact"
    assert turns(document, *mediawiki.edits()[title])
    assert (document.revisions.old.id, document.revisions.new.id) == wiki.ids(title)
    assert document.source.reader == "mobile-text"
    assert not document.readings
    assert [warning.code for warning in document.warnings][-1] == "completed"


def test_a_page_that_the_wiki_lacks_is_read_as_it_is_and_says_so(wiki):
    page = (mediawiki.SAMPLES / "quarry.txt").read_text("utf-8")
    for changed, why in (
        (page.replace("Hale Quarry", "Hail Quarry"), "the wiki says that the page is missing"),
        (page.replace("11:30, 28 June 2021", "11:31, 28 June 2021"), "none with this time"),
        (page.replace("No change in size", "7 bytes added"), "none with this time, size and user"),
        (page.replace("granite", "marble"), "no edit of this time shows it"),
    ):
        assert changed != page
        url = f"{wiki.url}/index.php"
        document = wikidiff.read(changed.encode(), complete_from=url, allow=ALLOW)
        assert document.source.fidelity == "flattened"
        warning = document.warnings[-1]
        assert warning.code == "not-completed"
        assert why in warning.message


def test_a_page_without_marks_on_the_desktop_is_made_whole_too(wiki, browser):
    ids = wiki.ids("Headings")
    url = f"{wiki.url}/index.php"
    for copied in (
        browser.copied(f"{wiki.url}/{page('Headings', *ids)}"),
        browser.shown(f"{wiki.url}/{page('Headings', *ids)}"),
        browser.copied(f"{wiki.url}/{page('Headings', *ids, **{'diff-type': 'inline'})}"),
    ):
        document = wikidiff.read(copied.encode(), complete_from=url, allow=ALLOW)
        assert document.source.fidelity == "exact", document.warnings
        assert turns(document, *mediawiki.EDITS["Headings"])


COPIED = ("Words", "Headings", "Markup", "Table", "Tramway")


@pytest.mark.parametrize("title", COPIED)
def test_a_page_as_a_browser_renders_it_has_the_edit(wiki, browser, title):
    old, new = mediawiki.edits()[title]
    ids = wiki.ids(title)
    document = wikidiff.read(browser.shown(f"{wiki.url}/{page(title, *ids)}").encode())
    assert document.source.reader == "desktop-text"
    assert turns(document, old, new)
    assert document.revisions.new.user == "192.0.2.2"


@pytest.mark.parametrize("skin", ["vector", "vector-2022", "monobook", "timeless", "minerva"])
def test_a_page_as_a_browser_saves_it_in_one_file_is_the_page(wiki, browser, skin):
    ids = wiki.ids("Words")
    address = page("Words", *ids, useskin=skin)
    document = wikidiff.read(browser.saved(f"{wiki.url}/{address}").encode())
    plain = wikidiff.read(wiki.get(address))
    assert document.source.reader == "desktop-html"
    assert turns(document, *mediawiki.edits()["Words"])
    assert document.to_dict() == plain.to_dict() | {"page": document.page.to_dict()}
    assert (document.page.title, plain.page.title) == ("Words", "Words")
    assert (document.page.url or "").startswith(wiki.url)


@pytest.mark.parametrize("title", COPIED)
def test_a_page_as_a_person_copies_it_has_the_edit(wiki, browser, title):
    ids = wiki.ids(title)
    document = wikidiff.read(browser.copied(f"{wiki.url}/{page(title, *ids)}").encode())
    assert document.source.reader == "desktop-clip"
    assert document.page.title == title
    wanted = wikidiff.diff(*mediawiki.edits()[title])
    assert {told(heading) for heading in document.headings} == {
        told(heading) for heading in wanted.headings
    }
    assert document.delta.counted == wanted.delta.counted


def test_edits_that_nobody_can_tell_from_their_way_back_are_copied_alike(wiki, browser):
    """A page of each pair that docs/inputs-data.md gives has one text, the other, and the first."""
    pages = {
        f"Unseen {n}": mediawiki.History((one, other, one), minor=False)
        for n, (one, other) in enumerate(open_edits())
    }
    wiki.add(pages)
    for title in pages:
        first, second = wiki.ids(title)
        copied = browser.copied(f"{wiki.url}/{page(title, first, second)}")
        told = wikidiff.read(copied.encode()).sections[0].hunks[0].lines
        assert not all(line.certain for line in told if line.kind != "context"), title
        there = copied_table(copied)
        back = copied_table(browser.copied(f"{wiki.url}/{page(title, second, 'next')}"))
        assert there == back, title
        assert there[0]


def copied_table(text):
    """Return the cells of a copied page and what stands in the article, without its head."""
    found = desktop_clip.read(Input("page", text.encode()))
    return found.cells, [line for line in found.article[1:] if "edited on" not in line]


@pytest.mark.parametrize("language", ["en", "ru", "ar", "zh-hans"])
def test_a_page_of_several_edits_says_so_however_it_is_taken(wiki, browser, language):
    title = next(title for title, history in mediawiki.histories().items() if history.texts[2:])
    url = f"{wiki.url}/{page(title, wiki.ids(title)[0], 'cur', uselang=language)}"
    inline = f"{url}&diff-type=inline"
    taken = {
        "desktop-html": browser.saved(url),
        "desktop-clip": browser.copied(url),
        "desktop-text": browser.shown(url),
        "inline-html": browser.saved(inline),
        "inline-text": browser.copied(inline),
    }
    for reader, text in taken.items():
        document = wikidiff.read(text.encode())
        assert document.source.reader == reader
        assert "revisions-between" in [warning.code for warning in document.warnings]


def test_the_json_of_a_live_edit_is_the_schema_s(wiki):
    document = wikidiff.read("Words", wiki=f"{wiki.url}/index.php", allow=ALLOW)
    jsonschema.validate(json.loads(document.to_json()), json.loads(schema_text()))


# --- dumps


def rows_of(given, folder):
    made = run.run(run.Job((str(given),), str(folder / "rows.jsonl"), restart=True))
    lines = (folder / "rows.jsonl").read_text("utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines], made


def test_batch_tells_each_edit_of_the_wiki_s_own_dump(wiki, tmp_path):
    path = tmp_path / "dump.xml"
    path.write_bytes(wiki.dump("--full"))
    rows, made = rows_of(path, tmp_path)
    assert made.errors is None
    hashes = {
        one.revision.id: one.sha1 for one in history.revisions(io.BytesIO(path.read_bytes()), "")
    }
    assert {row["rev_id"]: row["new_sha1"] for row in rows} == hashes
    for title, known in mediawiki.histories().items():
        found = [row for row in rows if row["page_title"] == title]
        sizes = [len(text.encode()) for text in known.texts]
        assert [row["new_size"] for row in found] == sizes
        assert [row["old_size"] for row in found] == [0, *sizes[:-1]]
        assert [row["parent_id"] for row in found] == [None, *(row["rev_id"] for row in found[:-1])]
        assert [row["minor"] for row in found][1:] == [known.minor] * (len(found) - 1)


def test_dumps_of_the_wiki_s_latest_texts_and_stubs_are_bad_records(wiki, tmp_path):
    path = tmp_path / "dump.xml"
    path.write_bytes(wiki.dump("--current"))
    rows, made = rows_of(path, tmp_path)
    assert all(row["compared_with"] == "nothing" for row in rows)  # pages of one revision
    told = made.errors.read_text("utf-8")
    assert told.count("is not in the dump") == made.done.errors > len(TITLES) // 2
    path.write_bytes(wiki.dump("--full", "--stub"))
    rows, made = rows_of(path, tmp_path)
    assert rows == [row for row in rows if row["new_size"] == 0]
    assert "a stub dump" in made.errors.read_text("utf-8")


# --- whole histories


def export_of(title):
    return mediawiki.export({title: mediawiki.histories()[title]})


@pytest.mark.parametrize("title", TITLES)
def test_a_live_history_is_told_as_an_export_of_it(wiki, title):
    live = list(wikidiff.history(title, wiki=f"{wiki.url}/index.php", allow=ALLOW))
    assert log_rows(live) == log_rows(wikidiff.history(export_of(title)))
    assert [one.revision.id for one in live[:2]] == list(wiki.ids(title))
    blamed = wikidiff.blame(title, wiki=f"{wiki.url}/index.php", allow=ALLOW)
    assert blamed.lines == wikidiff.blame(export_of(title)).lines
    words = urllib.parse.quote(title.replace(" ", "_"))
    assert blamed.page.url == f"{wiki.url}/index.php?title={words}&action=history"


def test_what_the_wiki_exports_is_told_as_what_it_answers(wiki):
    for title in ("Words", "Hale Quarry"):
        data = wiki.get("index.php?title=Special:Export", {"pages": title, "history": "1"})
        live = list(wikidiff.history(title, wiki=f"{wiki.url}/index.php", allow=ALLOW))
        assert list(wikidiff.history(data)) == live
        query = api(**QUERY, titles=title, rvprop=WHOLE, rvlimit=50)
        assert list(wikidiff.history(wiki.get(query))) == live
        assert list(wikidiff.history(f"{wiki.url}/{query}", allow=ALLOW)) == live


def test_a_page_s_history_is_found_by_any_address_of_it(wiki):
    wanted = list(wikidiff.history("Hale Quarry", wiki=f"{wiki.url}/index.php", allow=ALLOW))
    assert wanted[3].reverts.to.id == wanted[1].revision.id
    old, new = wiki.ids("Hale Quarry")
    for address in (
        "index.php/Hale_Quarry",
        "index.php?title=Hale_Quarry&action=history",
        f"index.php?diff={new}&oldid={old}",
        f"index.php/Special:Diff/{new}",
    ):
        assert list(wikidiff.history(f"{wiki.url}/{address}", allow=ALLOW)) == wanted


def test_a_live_history_comes_in_as_many_answers_as_it_takes(wiki, monkeypatch):
    from wikidiff import limits

    asked = {"wiki": f"{wiki.url}/index.php", "allow": ALLOW}
    wanted = list(wikidiff.history("Hale Quarry", **asked))
    monkeypatch.setattr(limits, "LIVE_HEADS", 1)
    monkeypatch.setattr(limits, "LIVE_BATCH_BYTES", 1)
    assert list(wikidiff.history("Hale Quarry", **asked)) == wanted
    monkeypatch.setattr(limits, "LIVE_REVISIONS", 3)
    with pytest.raises(wikidiff.ReadError, match="more than 3 revisions"):
        list(wikidiff.history("Hale Quarry", **asked))


def test_a_page_that_is_not_there_has_no_history(wiki):
    with pytest.raises(wikidiff.ReadError, match="missing"):
        wikidiff.history("Nowhere", wiki=f"{wiki.url}/index.php", allow=ALLOW)


def test_the_command_asks_a_wiki_for_a_title(wiki):
    made = command("log", "Hale Quarry", "--wiki", f"{wiki.url}/index.php", "--allow", "private")
    assert made.returncode == 0, made.stderr
    assert "Reverts 1 edit by 192.0.2.3" in made.stdout.decode()
    made = command("blame", "Hale Quarry", "--wiki", f"{wiki.url}/index.php", "--allow", "private")
    assert "121 words" in made.stdout.decode()
