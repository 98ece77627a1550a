"""`wikidiff log`: what each edit did, who reverted whom, what was looked for; on every source."""

from __future__ import annotations

import csv
import io
import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import causeway
import history_maker
import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import complaint, run
from test_git import CONFIG, KEPT, Repository

import wikidiff
from wikidiff import Revision
from wikidiff.histories.reverts import Detector
from wikidiff.past import Content, Entry, History, Page, Past
from wikidiff.report import log as report
from wikidiff.report.rows import Glyphs
from wikidiff.report.schema import schema_text

SAMPLE = causeway.SAMPLE
SCHEMA = json.loads(schema_text("log"))


def entries(**wanted):
    """Return what `history` tells of the sample, by the number of the revision."""
    return {entry.revision.id: entry for entry in wikidiff.history(SAMPLE, **wanted)}


def of_texts(*texts, **wanted):
    """Return what `history` tells of texts at hand."""
    pairs = [(Revision(id=at, user=f"User {at}"), text) for at, text in enumerate(texts)]
    return list(wikidiff.history(pairs, **wanted))


def test_the_sample_is_what_the_texts_make():
    assert SAMPLE.read_bytes().decode() == causeway.export()


# --- as people see it

VIEWS = {
    "piped": {},
    "100": {"width": 100},
    "60": {"width": 60},
    "colour": {"width": 80, "color": True},
}


class Out(io.StringIO):
    def __init__(self, encoding):
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self):
        return self._encoding


def shown(history, encoding="utf-8", *, reverse=False, wanted=None, **view):
    counted = report.Counted(history)
    from wikidiff.histories import Filter, log

    made = list(log(counted.history, wanted or Filter()))
    file = Out(encoding)
    told = report.Log(history, made if reverse else made[::-1], counted.count, not reverse)
    report.show(told, report.View(**view), file)
    return file.getvalue()


def opened(source=SAMPLE, **more):
    from wikidiff.api import open_history

    return open_history(source, **more)


@pytest.mark.parametrize("name", VIEWS)
def test_a_log_is_shown_as_its_golden(name, golden):
    golden(f"log/causeway.{name}.txt", shown(opened(), **VIEWS[name]).replace("\x1b", "␛"))


def test_an_output_that_has_only_ascii_gets_ascii_signs(golden):
    text = shown(opened(), encoding="ascii", width=80)
    golden("log/causeway.ascii.txt", text)


def test_one_section_is_shown_through_its_renames(golden):
    from wikidiff.histories import Filter

    golden("log/causeway.section.txt", shown(opened(), wanted=Filter(section="History")))


EVIL = "x\x1b[31m\u202e\u2066=HYPERLINK\n"


def evil():
    told = Revision(id=7, timestamp="2024-05-06T07:08:09Z", user=EVIL, comment=EVIL)
    texts = [f"== {EVIL.strip()} ==\n{EVIL}", f"== {EVIL.strip()} ==\n{EVIL} {EVIL}", "gone", "x"]
    pasts = [Past(replace(told, id=at), Content.of(text)) for at, text in enumerate(texts)]
    return History(EVIL, EVIL, Page(EVIL), [*pasts, Past(told, Content.of(texts[0]))])


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_of_strangers_steers_the_terminal(name, golden):
    text = shown(evil(), **VIEWS[name])
    plain = text.replace("\x1b[", "␛[") if VIEWS[name].get("color") else text
    assert all(sign == "\n" or sign.isprintable() for sign in plain if sign != "\x1b")
    assert "\x1b[31m\\u{202e}" not in text
    golden(f"log/evil.{name}.txt", text.replace("\x1b", "␛"))


def test_json_and_csv_of_strangers_steer_nothing():
    from wikidiff.histories import Filter, log

    made = list(log(evil(), Filter()))
    told = report.Log(evil(), made, len(made))
    lines = [report.to_json(told), *report.json_lines(made), *report.csv_lines(made)]
    for text in lines:
        assert all(sign in "\r\n" or sign.isprintable() for sign in text)
    assert json.loads(lines[0])["entries"][0]["user"] == EVIL


@pytest.mark.parametrize("sign", "=+-@\t\r")
def test_no_cell_of_the_csv_is_a_formula(sign):
    told = Revision(user=f"{sign}cmd|' /C calc'!A0", comment=f'{sign}1,"2"', size=-1)
    rows = list(csv.reader(io.StringIO("".join(report.csv_lines([Entry(told, delta=-5)])))))
    row = dict(zip(*rows, strict=True))
    assert not row["user"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not row["comment"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row["delta"] == "-5"


def test_a_bar_grows_with_the_bytes_and_tells_their_sign():
    assert [report.bar(n) for n in (0, None, 1, -1, 4, -16, 70_000, -(10**9))] == [
        *("", "", "+", "-", "++", "---", "++++++++", "--------")
    ]


def test_the_picture_of_the_sizes_has_one_sign_for_each_up_to_a_width():
    assert report.spark([5], Glyphs()) == ()
    assert report.spark([0, 50, 100], Glyphs())[0][0] == "▁▅█"
    assert len(report.spark(range(1000), Glyphs())[0][0]) == 60
    assert report.spark([0, 0], Glyphs())[0][0] == "▁▁"


# --- reverts


def test_a_revert_names_what_it_undoes_and_what_it_goes_back_to():
    made = entries()
    assert [one.user for one in made[5].reverts.reverted] == ["192.0.2.17"]
    assert made[5].reverts.to.id == 3
    assert made[4].reverted_by.user == "Ben Tolley"
    assert made[4].reverted_by.id == 5
    assert made[6].reverts is None
    assert made[3].reverted_by is None


def test_the_same_text_twice_in_a_row_is_no_revert():
    made = of_texts("a", "a", "b", "b", "a")
    assert [one.reverts is not None for one in made] == [False, False, False, False, True]
    assert len(made[4].reverts.reverted) == 2
    assert made[1].summary is None


def test_a_revert_undoes_no_more_than_the_radius():
    for between, is_revert in ((14, True), (15, True), (16, False)):
        made = of_texts("start", *(f"text {at}" for at in range(between)), "start")
        assert (made[-1].reverts is not None) is is_revert


@given(st.lists(st.sampled_from("abcd"), max_size=40), st.integers(1, 15))
def test_reverts_are_those_of_the_definition(keys, radius):
    """As Halfaker's mwreverts defines them, said in one line: it keeps radius + 1 revisions."""
    detector = Detector(radius)
    for at, key in enumerate(keys):
        past = Past(Revision(id=at), Content(key, lambda: None))
        found = detector.take(past)
        low = max(at - radius - 1, 0)
        same = [i for i in range(low, at) if keys[i] == key]
        wanted = list(range(same[-1] + 1, at)) if same else []
        assert ([one.id for one in found.reverted] if found else []) == wanted


def test_who_was_reverted_twice_names_the_first_to_do_it():
    made = of_texts("a", "b", "a", "c", "a")
    assert made[1].reverted_by.id == 2
    assert made[2].reverted_by is None or made[2].reverted_by.id == 4


# --- text put back


def test_a_line_that_is_put_back_names_who_took_it_out():
    made = entries()
    assert made[10].restored is None or made[10].restored.lines == 1
    told = made[9].restored
    assert (told.lines, told.removed_by.user) == (1, "Carla")


def test_lines_moved_back_are_told_apart_from_lines_moved():
    first, second = "One line of five words.", "Another line of five words."
    here = f"{first}\n\nx\n\ny\n\n{second}"
    there = f"x\n\ny\n\n{second}\n\n{first}"
    edited = f"x\n\ny and z\n\n{second}\n\n{first}"
    back = f"{first}\n\nx\n\ny and z\n\n{second}"
    made = of_texts(here, there, edited, back)
    assert made[1].lines_moved >= 1
    assert made[1].moved_back == 0
    assert made[3].moved_back >= 1
    assert made[3].reverts is None


# --- which rows


def test_times_are_taken_as_far_as_they_go():
    assert list(entries(since="2022")) == [8, 9, 10, 11, 12, 13]
    assert list(entries(until="2021")) == [1, 2, 3, 4, 5, 6, 7]
    assert list(entries(since="2021-04-01", until="2021-04-01")) == [4, 5]
    assert list(entries(since="2021-04-01T13:25:30Z", until="2021-06")) == [5, 6]


def test_the_last_of_the_wanted_are_taken():
    assert list(entries(limit=2)) == [12, 13]
    assert list(entries(limit=0)) == []
    assert list(entries(user="Ben Tolley", limit=2)) == [5, 8]
    assert list(entries(user="Ben_Tolley")) == [2, 5, 8]


FILTERS = [
    {"user": "Ben Tolley"},
    {"since": "2021-06"},
    {"until": "2021-05"},
    {"limit": 3},
    {"limit": 9},
    {"user": "Carla", "limit": 1},
]


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_a_row_is_the_same_whatever_else_is_asked_for(wanted):
    whole = entries()
    chosen = entries(**wanted)
    assert chosen
    assert chosen == {number: whole[number] for number in chosen}


def test_a_row_is_the_same_where_too_much_would_be_held(monkeypatch):
    from wikidiff import limits

    whole = entries(limit=5)
    monkeypatch.setattr(limits, "HISTORY_CHARS", 700)
    assert entries(limit=5) == whole


def test_texts_are_loaded_only_where_they_are_needed():
    loaded = []

    def content(at):
        return Content(f"key {at}", lambda: loaded.append(at) or f"text {at}")

    from wikidiff.histories import Filter, log

    pasts = [Past(Revision(id=at), content(at)) for at in range(100)]
    made = list(log(History("x", "x", Page("x"), pasts, count=100), Filter(), limit=2))
    assert [one.revision.id for one in made] == [98, 99]
    assert min(loaded) >= 98 - 17
    assert len(loaded) == len(set(loaded))


def test_a_section_is_followed_through_its_renames_both_ways():
    for name in ("History", "Building and repair", "building_and repair"):
        made = entries(section=name)
        assert list(made) == [1, 3, 4, 5, 8, 10, 11, 12, 13]
        assert made[11].section.heading == "Building and repair"
        assert made[8].section.heading == "History"
    assert list(entries(section="Crossing")) == [2, 4, 5, 6, 9, 10, 12]
    assert made[8].section.delta > 0


def test_the_last_edits_of_a_section_are_taken():
    assert list(entries(section="History", limit=2)) == [12, 13]
    assert len(entries(section="History", limit=50)) == 9
    assert list(entries(added="a bell", limit=1)) == [10]


def test_a_section_that_was_gone_is_the_same_when_it_is_back():
    with_it = "lead\n\n== Old ==\n\nA line of its own text."
    made = of_texts(with_it, "lead", f"{with_it} More of it.", section="Old")
    assert [one.revision.id for one in made] == [0, 1, 2]


def test_a_section_that_never_was_is_told_with_those_that_are():
    with pytest.raises(wikidiff.WikidiffError, match="'Crossing'"):
        entries(section="Nowhere")


def test_the_edit_that_brought_a_text_in_is_found_across_markup():
    assert list(entries(added="a bell on the BEACON")) == [6, 10]
    assert list(entries(removed="a bell on the beacon")) == [9]
    assert entries(added="a bell")[6].found == {"added": 1}
    assert list(entries(added="monks of Oxmouth")) == [1, 5, 13]
    assert list(entries(added="stone from Hale Quarry and")) == [1, 5]


@pytest.mark.parametrize(
    "shown",
    [
        "the '''red''' fox",
        "the <!-- or so -->red<!----> fox",
        "the [[colour|red]] [[fox]]",
        "the [https://example.org/x red] fox",
        "the&nbsp;<span class='x'>red</span> fox",
        "The, Red: fox",
    ],
)
def test_markup_does_not_hide_a_text(shown):
    made = of_texts("", f"See {shown}.", "See it.", added="the red fox")
    assert [one.revision.id for one in made] == [1]
    made = of_texts("", f"See {shown}.", "See it.", removed="The '''red''' fox")
    assert [one.revision.id for one in made] == [2]


def test_a_link_s_target_is_looked_for_where_no_text_shows_it():
    made = of_texts("see it", "see [[The other page|it]]", added="the other page")
    assert [one.revision.id for one in made] == [1]


def test_a_text_without_words_cannot_be_looked_for():
    with pytest.raises(wikidiff.WikidiffError, match="no word"):
        entries(added="''' …")


def test_a_hidden_text_makes_no_row_wrong():
    made = of_texts("one", None, "one two")
    assert made[1].delta is None
    assert made[1].sha1 is None
    assert made[1].hidden == ("text",)
    assert made[2].delta is None


# --- the same history from every source

SAME = ("timestamp", "user", "comment", "size", "delta", "sha1", "summary", "changes", "restored")


def rows(made):
    """Return what every source tells alike."""
    told = [one.to_dict() for one in made]
    for row in told:
        if row["restored"]:
            row["restored"]["removed_by"] = row["restored"]["removed_by"]["user"]
        row["reverts"] = row["reverts"] and [one["user"] for one in row["reverts"]["reverted"]]
    return [{name: row[name] for name in (*SAME, "reverts")} for row in told]


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path)


def commit(repository, path, edit):
    repository.write(path, edit.text)
    repository.git("add", "-A")
    who = {"GIT_AUTHOR_NAME": edit.user, "GIT_AUTHOR_DATE": edit.time}
    repository.git(
        *("commit", "-q", "--allow-empty-message", "--cleanup=verbatim", "-m", edit.comment), **who
    )


def test_git_tells_the_same_rows_as_an_export(repository):
    for at, edit in enumerate(causeway.EDITS):
        if at == 5:
            repository.git("mv", "page.wiki", "Selwick causeway.wiki")
            repository.git("commit", "-q", "-m", "moved")
        commit(repository, "Selwick causeway.wiki" if at >= 5 else "page.wiki", edit)
    made = list(wikidiff.history("Selwick causeway.wiki", git="HEAD", folder=repository.folder))
    moved = made.pop(5)
    assert (moved.delta, moved.revision.comment) == (0, "moved")
    assert rows(made) == rows(wikidiff.history(SAMPLE))
    assert all(len(one.commit) == 40 for one in made)


def test_a_range_of_git_begins_with_what_was_there(repository):
    for edit in causeway.EDITS[:6]:
        commit(repository, "page.wiki", edit)
    made = list(wikidiff.history("page.wiki", git="HEAD~3..HEAD", folder=repository.folder))
    assert rows(made)[0] == rows(wikidiff.history(SAMPLE))[3]
    assert len(made) == 3


def test_a_branch_is_compared_with_what_it_came_from(repository):
    lines = [f"Line {at} of the page." for at in range(9)]
    repository.write("page.wiki", "\n".join(lines))
    repository.commit("first")
    repository.git("checkout", "-q", "-b", "topic")
    repository.write("page.wiki", "\n".join([*lines, "From the branch."]))
    repository.commit("branch")
    repository.git("checkout", "-q", "main")
    repository.write("page.wiki", "\n".join(["From the trunk.", *lines]))
    repository.commit("trunk")
    repository.git("merge", "-q", "-m", "merged", "topic")
    made = {
        one.revision.comment: one.delta
        for one in wikidiff.history("page.wiki", git="HEAD", folder=repository.folder)
    }
    assert made.pop("merged") == len("\nFrom the branch.")
    assert made == {"first": 179, "branch": 17, "trunk": 16}


def log_in(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "wikidiff", "log", *arguments],
        cwd=folder,
        env=KEPT | CONFIG,
        capture_output=True,
        check=False,
    )


def test_git_knows_neither_such_a_file_nor_a_folder(repository):
    repository.write("docs/page.wiki", "x")
    repository.commit("first")
    for source, trouble in (
        (("--", "nothing.wiki"), "no commit changed such a file"),
        (("--", "docs"), "a folder, not a file"),
        (("nowhere", "--", "docs/page.wiki"), "no commit 'nowhere'"),
        (("HEAD...main", "--", "docs/page.wiki"), "no range"),
    ):
        revision, *path = source if source[0] != "--" else ("HEAD", *source)
        option = (f"--git={revision}", *path)
        assert trouble in complaint(log_in(repository.folder, *option))
    (repository.folder / "empty").mkdir()
    assert "not a git repository" in complaint(log_in("/", "--git", "--", "x.wiki"))


def test_a_path_with_signs_of_patterns_is_that_file(repository):
    for name in ("a[1]*.wiki", "-n.wiki", ":(top)x.wiki"):
        repository.write(name, f"text of {name}")
        repository.write("a1x.wiki", name)
        repository.commit("one")
        (only,) = wikidiff.history(name, git="HEAD", folder=repository.folder)
        assert only.revision.size == len(f"text of {name}")


def test_an_export_with_the_newest_first_is_put_in_order(tmp_path):
    text = causeway.export()
    head, *parts = text.split("    <revision>")
    last, tail = parts[-1].split("  </page>")
    parts[-1] = last
    turned = "".join(f"    <revision>{part}" for part in reversed(parts))
    path = tmp_path / "turned.xml"
    path.write_text(f"{head}{turned}  </page>{tail}", "utf-8")
    assert list(wikidiff.history(path)) == list(wikidiff.history(SAMPLE))


def test_a_long_history_must_be_in_order(tmp_path, monkeypatch):
    from wikidiff import limits

    monkeypatch.setattr(limits, "HISTORY_SORTED_CHARS", 600)
    assert len(list(wikidiff.history(SAMPLE))) == 13
    edits = [*causeway.EDITS[:8], causeway.EDITS[2], *causeway.EDITS[8:]]
    with pytest.raises(wikidiff.ReadError, match="stands after one that is newer"):
        list(wikidiff.history(causeway.export(edits).encode()))


def test_a_saved_answer_of_the_api_is_a_history_too():
    listed = [
        {
            "revid": at, "parentid": at - 1, "user": edit.user, "timestamp": edit.time,
            "comment": edit.comment, "minor": edit.minor, "size": len(edit.text.encode()),
            "slots": {"main": {"contentmodel": "wikitext", "content": edit.text}},
        }
        for at, edit in enumerate(causeway.EDITS, 1)
    ]  # fmt: skip
    pages = [{"pageid": 1, "title": causeway.TITLE, "revisions": listed[::-1]}]
    answer = json.dumps({"query": {"pages": pages}}).encode()
    assert list(wikidiff.history(answer)) == list(wikidiff.history(SAMPLE))


def two_pages():
    return causeway.export().replace(
        "</mediawiki>",
        causeway.export(title="Other").partition("  <page>")[1]
        + causeway.export(title="Other").partition("  <page>")[2],
    )


def test_one_of_several_pages_is_chosen_by_its_title(tmp_path):
    path = tmp_path / "two.xml"
    path.write_text(two_pages(), "utf-8")
    made = list(wikidiff.history(path, page="other"))
    assert rows(made) == rows(wikidiff.history(SAMPLE))
    assert "pages" in complaint(run("log", path))
    assert "no page 'Nowhere'" in complaint(run("log", path, "--page", "Nowhere"))


def test_what_holds_no_history_is_told_in_one_line(tmp_path):
    stub = tmp_path / "stub.xml"
    stub.write_text(causeway.export().replace(causeway.RUBBISH, ""), "utf-8")
    samples = SAMPLE.parent
    for source, trouble in (
        ((samples / "lighthouse.txt",), "holds no history"),
        ((tmp_path / "missing.xml",), "no such file"),
        ((SAMPLE, "--since", "yesterday"), "no time"),
        ((SAMPLE, "--json", "--csv"), "contradict"),
        ((SAMPLE, "--git", "--page", "x"), "--page"),
        ((SAMPLE, "--section", "Nowhere"), "no section ever was"),
    ):
        assert trouble in complaint(run("log", *source))


def test_a_dump_without_texts_is_told():
    export = causeway.export()
    at = export.index('      <text xml:space="preserve">')
    stub = export[:at] + '      <text bytes="99" />\n' + export[export.index("</text>", at) + 8 :]
    with pytest.raises(wikidiff.ReadError, match="stub"):
        list(wikidiff.history(stub.encode()))


def test_a_deleted_text_is_a_row_without_a_text():
    export = causeway.export()
    at = export.index('      <text xml:space="preserve">')
    end = export.index("</text>", at) + 7
    made = list(
        wikidiff.history((export[:at] + '<text deleted="deleted" />' + export[end:]).encode())
    )
    assert made[0].sha1 is None
    assert made[1].delta is None
    assert made[2].delta == 86


def test_a_history_that_begins_late_says_nothing_of_what_was_before():
    late = causeway.export()
    at, to = late.index("    <revision>"), late.index("    <revision>", 600)
    made = list(wikidiff.history((late[:at] + late[to:]).encode()))
    assert made[0].delta is None
    assert made[1] == list(wikidiff.history(SAMPLE))[made[1].revision.id - 1]
    blamed = wikidiff.blame((late[:at] + late[to:]).encode())
    assert [one.code for one in blamed.warnings] == ["begins-late"]


def test_an_empty_history_is_told():
    export = causeway.export([])
    with pytest.raises(wikidiff.ReadError, match="no revision"):
        list(wikidiff.history(export.encode()))


# --- the command


def test_json_is_the_schema_s_and_the_newest_comes_first():
    made = json.loads(run("log", SAMPLE, "--json").stdout)
    jsonschema.validate(made, SCHEMA)
    assert [one["id"] for one in made["entries"]] == list(range(13, 0, -1))
    assert made["revisions"] == 13
    made = json.loads(run("log", SAMPLE, "--json", "--reverse", "-n", "2").stdout)
    assert [one["id"] for one in made["entries"]] == [12, 13]
    assert made["revisions"] == 13
    for more in (["--section", "History"], ["--grep-added", "bell"], ["--user", "Nobody"]):
        jsonschema.validate(json.loads(run("log", SAMPLE, "--json", *more).stdout), SCHEMA)


def test_jsonl_is_an_entry_a_line():
    entry = {**SCHEMA["$defs"]["entry"], "$defs": SCHEMA["$defs"]}
    lines = run("log", SAMPLE, "--jsonl").stdout.decode().split("\n")
    assert lines.pop() == ""
    for line in lines:
        jsonschema.validate(json.loads(line), entry)
    back = run("log", SAMPLE, "--jsonl", "--reverse").stdout.decode().split("\n")[:-1]
    assert back == lines[::-1]


def test_csv_has_a_head_and_a_row_for_each_edit():
    text = run("log", SAMPLE, "--csv").stdout.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["id"] for row in rows] == [str(at) for at in range(13, 0, -1)]
    assert rows[8]["reverts_to"] == "3"
    assert rows[8]["reverted_users"] == "192.0.2.17"


def test_standard_input_is_a_source_too():
    made = run("log", "-", data=SAMPLE.read_bytes())
    assert made.stdout.split(b"\n")[1:] == run("log", SAMPLE).stdout.split(b"\n")[1:]


def test_a_progress_bar_is_for_terminals_only():
    made = run("log", SAMPLE, FORCE_COLOR="1")
    assert made.stderr == b""


def test_the_output_is_the_same_whatever_the_hash_order():
    told = {run("log", SAMPLE, "--json", PYTHONHASHSEED=seed).stdout for seed in ("0", "1", "2")}
    assert len(told) == 1


# --- real histories

OPENTTD = Path(__file__).parents[2] / "shared/corpus/edits/openttd-histories-dev.jsonl.xz"


def real(count):
    """Return real histories as (Revision, text); skip where there are none."""
    import lzma

    if not OPENTTD.is_file():
        pytest.skip(f"no histories at {OPENTTD}")
    with lzma.open(OPENTTD, "rt", encoding="utf-8", newline="\n") as lines:
        for line in itertools.islice(lines, count):
            yield [
                (Revision(id=at, timestamp=one["timestamp"], user=one["user"]), one["text"])
                for at, one in enumerate(json.loads(line)["revisions"])
            ]


def test_real_histories_add_up():
    for history in real(4):
        made = list(wikidiff.history(history))
        assert sum(one.delta for one in made) == made[-1].revision.size
        for one in made:
            if one.reverts:
                assert history[one.revision.id][1] == history[one.reverts.to.id][1]
                for gone in one.reverts.reverted:
                    assert made[gone.id].reverted_by.id <= one.revision.id


def test_a_made_history_tells_its_reverts():
    made = history_maker.Writer(1, sections=3, paragraphs=2).history(80)
    pairs = [(Revision(id=at, user=one.user), one.text) for at, one in enumerate(made)]
    told = list(wikidiff.history(pairs))
    undone = [at for at, one in enumerate(made) if one.done == "reverts"]
    assert undone
    assert all(told[at].reverts for at in undone)
