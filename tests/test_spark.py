"""The same rows on Spark as by `batch`: real Spark in local mode, on dumps made here."""

from __future__ import annotations

import json
import os
import shutil
import sys

import dump_maker
import pytest
from dump_maker import Plan

from wikidiff.batch import run

pyspark = pytest.importorskip("pyspark", reason="no pyspark: pip install -e '.[spark]'")
if shutil.which("java") is None:
    pytest.skip("no Java: apt-get install default-jre-headless", allow_module_level=True)

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

from wikidiff import spark as edits  # noqa: E402 - it takes pyspark
from wikidiff.spark import job  # noqa: E402

PLAN = Plan(pages=5, revisions=12, chars=500, seed=30, odd=True)


@pytest.fixture(scope="module")
def session():
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = pyspark.sql.SparkSession.builder.master("local[2]")
    small = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2"}
    for name, value in {**edits.SETTINGS, **small}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def want(tmp_path_factory):
    """Return the rows and the errors of `batch` over the whole dump."""
    place = tmp_path_factory.mktemp("batch")
    (place / "dump.xml").write_bytes(dump_maker.dump(PLAN))
    made = run.run(run.Job((str(place / "dump.xml"),), str(place / "out.jsonl")))
    assert made.errors
    return [
        [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]
        for path in (place / "out.jsonl", made.errors)
    ]


def splits(folder):
    """Write the dump in three files, each a dump of its own, cut within the histories."""
    head, *pages = dump_maker.dump(PLAN).decode().split("  <page>\n")
    pages[-1] = pages[-1].removesuffix("</mediawiki>\n")
    whole = "  <page>\n".join(["", *pages])
    parts, about, made = [], "", ""
    for piece in whole.split("    <revision>\n"):
        made += piece if not made else f"    <revision>\n{piece}"
        if "<title>" in piece:
            about = "  <page>\n" + piece.rpartition("  <page>\n")[2]
        elif len(made) > len(whole) / 3 and len(parts) < 2:
            open_page = "" if "</page>" in piece else "  </page>\n"
            parts.append(made + open_page)
            made = about if open_page else ""
    parts.append(made)
    assert len(parts) == 3
    paths = [folder / f"split{n}.xml" for n in range(3)]
    for path, part in zip(paths, parts, strict=True):
        path.write_text(f"{head}{part}</mediawiki>\n", "utf-8")
    return [str(path) for path in paths]


def plain(row):
    """Return a row of Spark as JSON tells it, without its split."""
    made = row.asDict(recursive=True)
    made["timestamp"] = made["timestamp"] and f"{made['timestamp']:%Y-%m-%dT%H:%M:%SZ}"
    made["extra"] = made["extra"] and json.loads(made["extra"])
    for change in made["changes"]:
        change["detail"] = json.loads(change["detail"])
    return made


def in_order(rows, *left_out):
    made = [{k: v for k, v in row.items() if k not in left_out} for row in rows]
    return sorted(made, key=lambda row: (row["page_id"], row["rev_id"]))


def test_the_job_over_splits_gives_the_rows_and_errors_of_batch(session, want, tmp_path):
    place = f"file://{tmp_path}/out"
    job.run(session, place, splits(tmp_path))
    rows = [plain(row) for row in session.read.parquet(f"{place}/edits").collect()]
    assert in_order(rows, "source") == in_order(want[0], "source")
    bad = [row.asDict() for row in session.read.parquet(f"{place}/errors").collect()]
    assert in_order(bad, "source", "record") == in_order(want[1], "source", "record")


def test_a_table_of_revisions_is_paired_by_parent_id(session, want):
    data = [
        ("Fog", 1, None, "a", "x"),
        ("Fog", 2, 1, "a b", "y"),
        ("Fog", 3, 1, "a c", None),
        ("Fog", 4, 99, "a c d", None),
        ("Oil", 5, 4, "z", None),
    ]
    table = session.createDataFrame(
        data, "page_title string, rev_id long, parent_id long, text string, user string"
    )
    found = edits.compared(edits.pairs(table)).persist()
    told = {
        row.rev_id: (row.compared_with, row.old_rev_id, row.words_inserted)
        for row in edits.rows(found).collect()
    }
    assert told == {
        1: ("nothing", None, 1),
        2: ("parent", 1, 1),
        3: ("parent", 1, 1),
        4: ("predecessor", 3, 1),
    }
    (bad,) = edits.errors(found).collect()
    assert (bad.rev_id, bad.reason) == (5, "its parent, revision 4, is not in the dump")
    found.unpersist()


def test_a_split_that_cannot_be_read_is_an_error_and_ends_nothing(session, tmp_path):
    (tmp_path / "a.xml").write_bytes(dump_maker.dump(Plan(pages=1, revisions=3)))
    (tmp_path / "b.xml").write_text("no dump")
    table = edits.revisions(session, [str(tmp_path / "a.xml"), str(tmp_path / "b.xml")])
    found = edits.compared(edits.pairs(table)).persist()
    assert edits.rows(found).count() > 0
    (bad,) = edits.errors(found).collect()
    assert (bad.source, bad.record) == (str(tmp_path / "b.xml"), 1)
    assert bad.reason == "no XML export or dump; give one"
    found.unpersist()
