"""The recipes of docs/queries.md, run on the edits of a dump made here, beside plain counting."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import dump_maker
import pytest
from dump_maker import Plan

from wikidiff.batch import run
from wikidiff.batch.run import Job

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

PAGE = Path(__file__).parent.parent / "docs" / "queries.md"
RECIPES = {
    name: re.search(r"```sql\n(.*?)```", body, re.DOTALL)[1]
    for name, _, body in (
        part.partition("\n") for part in PAGE.read_text("utf-8").split("\n## ")[1:]
    )
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the edits as Parquet, and as rows."""
    place = tmp_path_factory.mktemp("queries")
    (place / "dump.xml").write_bytes(dump_maker.dump(Plan(pages=8, revisions=30, chars=900)))
    for suffix in ("parquet", "jsonl"):
        run.run(Job((str(place / "dump.xml"),), str(place / f"edits.{suffix}")))
    lines = (place / "edits.jsonl").read_text("utf-8").split("\n")[:-1]
    return place / "edits.parquet", [json.loads(line) for line in lines]


def ask(made, name, limit=None):
    query = RECIPES[name].replace("edits.parquet", str(made[0]))
    if limit is None:
        query = re.sub(r"LIMIT \d+", "", query)
    return duckdb.sql(query).to_arrow_table().to_pylist()


def changes(rows, kind, action):
    for row in rows:
        for change in row["changes"]:
            if (change["kind"], change["action"]) == (kind, action):
                yield row, change


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_runs_as_it_stands_and_finds_something(made, name):
    assert ask(made, name, limit=20)


def test_the_largest_removals_come_first(made):
    found = [row["rev_id"] for row in ask(made, "The largest removals")]
    cuts = sorted((row["delta"], row["rev_id"]) for row in made[1] if row["delta"] < 0)
    assert found == [number for _, number in cuts]


def test_renamed_headings_are_counted_by_wiki(made):
    renamed = changes(made[1], "heading", "changed")
    want = Counter((c["old"], c["new"]) for _, c in renamed if c["old"] != c["new"])
    found = ask(made, "Headings renamed, by wiki")
    assert {(row["old_heading"], row["new_heading"]): row["times"] for row in found} == want
    assert {row["wiki"] for row in found} == {"harbourwiki"}


def test_lost_references_are_those_that_never_came_back(made):
    back = defaultdict(list)
    for row, change in changes(made[1], "reference", "added"):
        back[row["page_title"], change["new"]].append(row["rev_id"])
    want = [
        (row["rev_id"], change["old"])
        for row, change in changes(made[1], "reference", "removed")
        if all(later < row["rev_id"] for later in back[row["page_title"], change["old"]])
    ]
    found = ask(made, "References lost")
    assert sorted((row["rev_id"], row["reference"]) for row in found) == sorted(want)


def test_reverts_are_those_that_hashes_tell(made):
    pages = defaultdict(list)
    for row in made[1]:
        pages[row["page_title"]].append(row["new_sha1"])
    want = {}
    for title, hashes in pages.items():
        undone = []
        for at, mine in enumerate(hashes):
            earlier = [n for n in range(max(at - 16, 0), at) if hashes[n] == mine]
            if earlier and hashes[at - 1] != mine:
                undone.append(at - earlier[-1] - 1)
        if undone:
            want[title] = (len(undone), sum(undone))
    found = ask(made, "The most reverted pages")
    assert {row["page_title"]: (row["reverts"], row["revisions_undone"]) for row in found} == want
    assert found[0]["reverts"] == max(count for count, _ in want.values())
