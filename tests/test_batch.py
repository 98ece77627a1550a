"""`wikidiff batch`: every edit of its inputs is a row, in order, whatever happens on the way."""

from __future__ import annotations

import bz2
import gzip
import json
import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import dump_maker
import pytest
from dump_maker import Plan

import wikidiff
from wikidiff import limits
from wikidiff.batch import run
from wikidiff.batch.run import Job
from wikidiff.cli import main
from wikidiff.edits.columns import CHANGE, COLUMNS, ERROR, WARNING
from wikidiff.errors import WikidiffError

PLAN = Plan(pages=5, revisions=12, chars=500, seed=30, odd=True)


@pytest.fixture(scope="module")
def dump(tmp_path_factory):
    path = tmp_path_factory.mktemp("dump") / "dump.xml"
    path.write_bytes(dump_maker.dump(PLAN))
    return path


@pytest.fixture(scope="module")
def whole(dump):
    """Return the rows and the errors of the dump, made in one process and one part."""
    return rows_of(Job((str(dump),), str(dump.with_name("whole.jsonl"))))


def rows_of(job):
    made = run.run(job)
    return read(made, job.to)


def read(made, to):
    return lines_of(to), lines_of(made.errors) if made.errors else []


def lines_of(path):
    return [json.loads(line) for line in Path(path).read_text("utf-8").split("\n")[:-1]]


def test_every_revision_of_a_dump_is_a_row_or_an_error(whole, dump):
    rows, bad = whole
    data = dump.read_bytes()
    assert len(rows) + len(bad) == data.count(b"<revision>")
    assert {row["rev_id"] for row in rows}.isdisjoint(one["rev_id"] for one in bad)
    assert [row["rev_id"] for row in rows if row["page_id"] == 1] == sorted(
        row["rev_id"] for row in rows if row["page_id"] == 1
    )
    assert all(list(row) == [column.name for column in COLUMNS] for row in rows)


def texts(plan):
    """Return title, id and text of each revision that the plan makes, in order."""
    import io

    from wikidiff.readers import history

    found = history.revisions(io.BytesIO(dump_maker.dump(plan)), "x")
    return {one.revision.id: one for one in found}


def test_a_row_tells_what_the_document_of_both_texts_tells(whole):
    known = texts(PLAN)
    for row in whole[0][:40]:
        old = known[row["old_rev_id"]].text if row["old_rev_id"] else ""
        made = wikidiff.diff(old, known[row["rev_id"]].text, language="en")
        told = made.to_dict()
        assert row["delta"] == told["delta"]["counted"] == row["new_size"] - row["old_size"]
        for name, value in told["stats"].items():
            assert row[name] == value
        if row["model"] == "wikitext":
            assert (row["changes"], row["summary"]) == (told["changes"], told["summary"])
        assert row["new_sha1"] == known[row["rev_id"]].sha1


def test_a_revision_is_compared_with_its_parent_else_with_its_predecessor(whole):
    known = texts(PLAN)
    seen = set()
    for row in whole[0]:
        here = [r for r in known.values() if r.page.id == row["page_id"]]
        ids = [one.revision.id for one in here]
        before = ids[: ids.index(row["rev_id"])]
        if row["parent_id"] in before:
            want = ("parent", row["parent_id"])
        else:
            want = ("predecessor", before[-1]) if before else ("nothing", None)
        assert (row["compared_with"], row["old_rev_id"]) == want
        seen.add((want[0], bool(before) and want[1] == before[-1]))
    assert ("parent", False) in seen  # of three revisions before
    assert ("predecessor", True) in seen
    assert ("nothing", False) in seen  # a new page


def test_deleted_texts_are_errors_with_their_reason_and_so_are_their_children(whole):
    reasons = [one["reason"] for one in whole[1]]
    assert any(told.startswith("the text of revision") for told in reasons)
    assert any("cannot be had" in told for told in reasons)


def test_other_models_have_no_changes_and_say_so(whole):
    found = [row for row in whole[0] if row["model"] == "css"]
    assert found
    assert all(row["changes"] == [] for row in found)
    assert all(row["warnings"][-1]["code"] == "not-wikitext" for row in found)


@pytest.mark.parametrize("suffix", [".xml.gz", ".xml.bz2"])
def test_packed_dumps_folders_and_patterns_give_the_same(dump, whole, tmp_path, suffix):
    data = dump.read_bytes()
    pack = gzip.compress if suffix.endswith("gz") else bz2.compress
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / f"dump{suffix}").write_bytes(pack(data))
    for given in (str(tmp_path / "in"), str(tmp_path / "in" / "d*")):
        rows, bad = rows_of(Job((given,), str(tmp_path / "out.jsonl"), restart=True))
        for one in (*rows, *bad):
            one["source"] = str(dump)
        assert (rows, bad) == whole


def test_processes_and_parts_change_nothing(dump, whole, tmp_path):
    job = Job((str(dump),), str(tmp_path / "out.jsonl"), jobs=2, part=7)
    assert rows_of(job) == whole


def test_parquet_and_duckdb_hold_the_same_rows(dump, whole, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    duckdb = pytest.importorskip("duckdb")
    run.run(Job((str(dump),), str(tmp_path / "out.parquet"), part=30))
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column_names == [column.name for column in COLUMNS]
    rows = [plain(row) for row in table.to_pylist()]
    assert rows == whole[0]
    run.run(Job((str(dump),), str(tmp_path / "out.duckdb"), part=30))
    with duckdb.connect(str(tmp_path / "out.duckdb"), read_only=True) as database:
        assert plain_all(database.sql("SELECT * FROM edits").to_arrow_table()) == whole[0]
        bad = database.sql("SELECT * FROM errors").to_arrow_table().to_pylist()
    assert bad == whole[1]


def plain_all(table):
    return [plain(row) for row in table.to_pylist()]


def plain(row):
    """Return a row of Parquet as JSON tells it."""
    made = dict(row)
    made["timestamp"] = row["timestamp"] and f"{row['timestamp']:%Y-%m-%dT%H:%M:%SZ}"
    made["extra"] = row["extra"] and json.loads(row["extra"])
    made["changes"] = [
        {**change, "detail": json.loads(change["detail"])} for change in row["changes"]
    ]
    return made


def test_a_folder_keeps_the_parts_and_the_errors_beside_them(dump, whole, tmp_path):
    made = run.run(Job((str(dump),), f"{tmp_path}/out/", format="jsonl", part=20))
    parts = sorted((tmp_path / "out").glob("part-*.jsonl"))
    assert len(parts) == made.done.parts > 2
    rows = [row for part in parts for row in lines_of(part)]
    assert rows == whole[0]
    assert made.errors == tmp_path / "out" / "_errors.jsonl"
    assert not (tmp_path / "out.parts").exists()


def test_limit_sample_pages_and_namespace_choose_rows(dump, whole, tmp_path):
    out = str(tmp_path / "out.jsonl")
    job = Job((str(dump),), out, restart=True)
    assert rows_of(replace(job, limit=9))[0] == whole[0][:9]
    title = whole[0][-1]["page_title"]
    rows, _ = rows_of(replace(job, pages=(title.replace(" ", "_"),)))
    assert rows == [row for row in whole[0] if row["page_title"] == title]
    rows, _ = rows_of(replace(job, namespaces=(1, 10)))
    assert rows == [row for row in whole[0] if row["page_namespace"] in (1, 10)]
    half, _ = rows_of(replace(job, sample=0.5))
    assert [row for row in whole[0] if row in half] == half
    assert 0.3 < len(half) / len(whole[0]) < 0.7
    other, _ = rows_of(replace(job, sample=0.5, seed=1))
    assert other != half
    more, _ = rows_of(replace(job, sample=0.7))
    assert all(row in more for row in half)


PAIR = {"old": "a b", "new": "a c", "rev_id": 5, "page_title": "Fog", "mark": [1]}


def test_pairs_come_from_json_lines_with_their_columns_and_extra_fields(tmp_path):
    path = tmp_path / "pairs.jsonl.gz"
    lines = [
        json.dumps(PAIR),
        "",
        json.dumps({"new": "x", "old": None}),
        json.dumps({"old": "x"}),
        "nonsense",
        json.dumps({**PAIR, "rev_id": "five"}),
        json.dumps({**PAIR, "page_id": 2.0, "timestamp": "2020-01-01 10:00"}),
        json.dumps({**PAIR, "new": "\ud800"}),
    ]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    rows, bad = rows_of(Job((str(path),), str(tmp_path / "out.jsonl")))
    assert [row["words_inserted"] for row in rows] == [1, 1, 1, 0]
    assert rows[0]["extra"] == {"mark": [1]}
    assert (rows[2]["page_id"], rows[2]["timestamp"]) == (2, "2020-01-01T10:00:00Z")
    assert [(one["record"], one["reason"].partition(":")[0]) for one in bad] == [
        (4, "new is no text"),
        (5, "not JSON"),
        (6, "rev_id is str, not int"),
    ]


def test_pairs_come_from_parquet(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = pa.table({"old": ["a", None], "new": ["b", "c"], "rev_id": [1.0, None], "n": [7, 8]})
    parquet.write_table(table, tmp_path / "pairs.parquet")
    rows, bad = rows_of(Job((str(tmp_path / "pairs.parquet"),), str(tmp_path / "out.jsonl")))
    assert bad == []
    assert [(row["rev_id"], row["old_size"], row["extra"]) for row in rows] == [
        (1, 1, {"n": 7}),
        (None, 0, {"n": 8}),
    ]
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    job = Job((str(tmp_path / "broken.parquet"),), str(tmp_path / "out2.jsonl"))
    assert rows_of(job)[1][0]["reason"].startswith("broken Parquet")


def test_lone_surrogates_do_not_stop_parquet(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "p.jsonl").write_text(json.dumps({"old": "a", "new": "a \ud800 [[\udfff]]"}))
    run.run(Job((str(tmp_path / "p.jsonl"),), str(tmp_path / "out.parquet")))
    (row,) = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert "\ufffd" in row["changes"][0]["new"]


def test_saved_diff_pages_are_rows_too(tmp_path):
    rows, bad = rows_of(Job(("samples/qu*.txt",), str(tmp_path / "out.jsonl")))
    assert bad == []
    (quarry,) = rows
    assert (quarry["page_title"], quarry["lines_moved"]) == ("Hale Quarry", 1)
    assert (quarry["compared_with"], quarry["timestamp"]) == ("given", "2021-06-28T11:30:00Z")


def test_a_dump_that_breaks_off_gives_its_rows_and_the_next_input_its_own(dump, whole, tmp_path):
    data = dump.read_bytes()
    (tmp_path / "a.xml").write_bytes(data[: len(data) // 2])
    (tmp_path / "b.xml").write_bytes(data)
    rows, bad = rows_of(Job((str(tmp_path),), str(tmp_path / "out.jsonl")))
    first = [row for row in rows if row["source"].endswith("a.xml")]
    assert 0 < len(first) < len(whole[0])
    assert len(rows) == len(first) + len(whole[0])
    assert any("broken XML" in one["reason"] for one in bad)


def test_a_partial_history_does_not_pass_its_first_revision_for_a_new_page(tmp_path):
    text = dump_maker.dump(Plan(pages=1, revisions=9, seed=5)).decode()
    head, _, rest = text.partition("    <revision>")
    (tmp_path / "part.xml").write_text(head + "    <revision>" + rest.partition("<revision>")[2])
    rows, bad = rows_of(Job((str(tmp_path / "part.xml"),), str(tmp_path / "out.jsonl")))
    assert bad[0]["reason"] == "its parent, revision 1000001, is not in the dump"
    assert rows[0]["compared_with"] == "parent"


def test_an_output_among_its_inputs_is_no_input(dump, whole, tmp_path, monkeypatch):
    (tmp_path / "dump.xml").write_bytes(dump.read_bytes())
    job = Job((str(tmp_path),), str(tmp_path / "a.jsonl"), part=10)
    monkeypatch.setattr(run.Folder, "finish", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.run(job)
    monkeypatch.undo()
    assert len(rows_of(job)[0]) == len(whole[0])
    again = run.run(replace(job, given=(f"{tmp_path}/*",), restart=True))
    assert again.done.rows == len(whole[0])


# --- kills


def test_a_run_goes_on_where_a_kill_left_it(dump, whole, tmp_path):
    """The processes are killed for good, at moments drawn at random."""
    rng = random.Random(2)
    out = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "wikidiff", "batch", str(dump), "--to", str(out)]
    command += ["--part", "5", "-j", "2", "-q"]
    kills = 0
    while True:
        process = subprocess.Popen(command, start_new_session=True)
        try:
            code = process.wait(1.2 + rng.random() * 1.5 if kills < 4 else None)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            kills += 1
            continue
        assert code == 0
        break
    assert (lines_of(out), lines_of(f"{out}.errors.jsonl")) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "out.jsonl",
        "out.jsonl.errors.jsonl",
    ]


@pytest.mark.parametrize("torn", ["manifest", "part", "finish"])
def test_what_a_kill_tore_is_made_again(dump, whole, tmp_path, monkeypatch, torn):
    out = tmp_path / "out.jsonl"
    job = Job((str(dump),), str(out), part=10)
    stop = 3 if torn != "finish" else 10_000

    def told(state):
        if state.done.parts > stop:
            raise KeyboardInterrupt

    if torn == "finish":
        monkeypatch.setattr(run.Folder, "finish", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.run(job, told)
    monkeypatch.undo()
    place = tmp_path / "out.jsonl.parts"
    if torn == "manifest":
        with open(place / "_manifest.jsonl", "ab") as file:
            file.write(b'{"parts": 99, "sou')
    if torn == "part":
        (place / "part-000050.jsonl").write_text("{}\n")
        (place / "part-000050.errors.jsonl").write_text("{}\n")
    assert rows_of(job) == whole


def interrupted(*_, **__):
    raise KeyboardInterrupt


def test_parts_of_another_job_are_not_gone_on_with(dump, tmp_path, monkeypatch):
    job = Job((str(dump),), str(tmp_path / "out.jsonl"), part=10)
    monkeypatch.setattr(run.Folder, "finish", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.run(job)
    monkeypatch.undo()
    with pytest.raises(WikidiffError, match=r"parts of another run \(limit\)"):
        run.run(replace(job, limit=3))
    assert run.run(replace(job, limit=3, restart=True)).done.rows == 3
    with pytest.raises(WikidiffError, match="is there already"):
        run.run(job)


def test_two_runs_do_not_write_the_same_output(dump, tmp_path):
    job = Job((str(dump),), str(tmp_path / "out.jsonl"), part=10)

    def told(_):
        with pytest.raises(WikidiffError, match="being written by another process"):
            run.run(job)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.run(job, told)


# --- the command


def test_the_command_counts_on_stderr_and_prints_nothing(dump, tmp_path, capsys):
    out = tmp_path / "out.jsonl"
    assert main(["batch", str(dump), "--to", str(out), "--limit", "3", "-j", "1"]) == 0
    assert capsys.readouterr() == ("", f"{out}: 3 edits\n")
    assert main(["batch", str(dump), "--to", str(out), "--restart", "-j", "1", "--exit-code"]) == 1
    assert " bad records in " in capsys.readouterr().err


def test_a_terminal_shows_how_far_it_is_and_a_pipe_nothing(dump, tmp_path):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "wikidiff", "batch", str(dump), "--to", f"{tmp_path}/o.jsonl"]
    made = subprocess.run([*command, "-j", "1"], stderr=theirs, stdout=subprocess.PIPE, check=True)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # how Linux tells the end of a terminal
        while more := os.read(ours, 1 << 16):
            shown += more
    os.close(ours)
    assert made.stdout == b""
    assert b"edits," in shown
    assert b"left:" in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing.xml", "--to", "o.jsonl"], "nothing.xml: nothing there"),
        (["samples", "--to", "o.txt"], "o.txt: its suffix tells no format"),
        (["samples", "--to", "o.jsonl", "--sample", "2"], "--sample"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_read(arguments, told, capsys):
    assert main(["batch", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_titles_come_from_a_file(dump, whole, tmp_path):
    titles = sorted({row["page_title"] for row in whole[0]})[:2]
    (tmp_path / "titles").write_text("\n".join(titles) + "\n")
    out = tmp_path / "out.jsonl"
    assert (
        main(["batch", str(dump), "--to", str(out), "--pages", f"@{tmp_path}/titles", "-j1"]) == 0
    )
    rows = lines_of(out)
    assert rows == [row for row in whole[0] if row["page_title"] in titles]


def test_a_dump_comes_from_a_pipe(dump, whole, tmp_path):
    out = tmp_path / "out.jsonl"
    command = [sys.executable, "-m", "wikidiff", "batch", "-", "--to", str(out), "-j", "1"]
    subprocess.run(command, input=dump.read_bytes(), check=True, capture_output=True)
    rows = lines_of(out)
    assert [{**row, "source": str(dump)} for row in rows] == whole[0]


def test_a_text_longer_than_its_limit_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "INPUT_BYTES", 1000)
    (tmp_path / "dump.xml").write_bytes(dump_maker.dump(Plan(pages=0, large=(3, 4000))))
    rows, bad = rows_of(Job((str(tmp_path / "dump.xml"),), str(tmp_path / "out.jsonl")))
    assert rows == []
    assert [one["reason"] for one in bad] == ["a text of more than 0 MiB"] * 3


# --- the docs

PAGE = (Path(__file__).parent.parent / "docs" / "batch.md").read_text("utf-8")


@pytest.mark.parametrize("group", [COLUMNS, CHANGE, WARNING, ERROR], ids=len)
def test_the_page_of_the_command_lists_each_column_in_order(group):
    rows = "".join(f"| `{one.name}` | {one.kind} | {one.about} |\n" for one in group)
    assert rows in PAGE
