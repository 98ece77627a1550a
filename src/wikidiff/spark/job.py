"""A job for spark-submit: the edits of dumps, or of a table of revisions, as Parquet.

    spark-submit --properties-file spark.conf src/wikidiff/spark/job.py --to OUT DUMP…
    spark-submit src/wikidiff/spark/job.py --to OUT --revisions TABLE

OUT gets `edits` and `errors`, and `revisions` where dumps are read, with the texts.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wikidiff import spark as edits

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def run(
    session: SparkSession,
    to: str,
    dumps: Sequence[str],
    *,
    revisions: str | None = None,
    language: str | None = None,
) -> None:
    """Write the edits of dumps, or of a Parquet table of revisions, below the place `to`.

    Three steps, each of which ends on the disk: the dumps are read once, however their revisions
    are joined, and each pair is compared once.
    """
    if revisions is None:
        revisions = f"{to}/revisions"
        edits.revisions(session, dumps, language=language).write.parquet(revisions)
    table = edits.pairs(session.read.parquet(revisions))
    edits.compared(table).write.parquet(f"{to}/compared")
    found = session.read.parquet(f"{to}/compared")
    edits.rows(found).write.parquet(f"{to}/edits")
    edits.errors(found).write.parquet(f"{to}/errors")


def main() -> None:
    """Run the job that the command line asks for."""
    from pyspark.sql import SparkSession

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dumps", nargs="*", metavar="DUMP", help="paths that each node can open")
    parser.add_argument("--to", required=True, metavar="OUT", help="where to write")
    parser.add_argument("--revisions", metavar="TABLE", help="a table of revisions, as Parquet")
    parser.add_argument("--language", metavar="CODE", help="where the dumps tell none")
    given = parser.parse_args()
    if bool(given.dumps) == bool(given.revisions):
        parser.error("give dumps, or a table with --revisions")
    builder = SparkSession.builder.appName("wikidiff")
    for name, value in edits.SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    run(session, given.to, given.dumps, revisions=given.revisions, language=given.language)
    session.stop()


if __name__ == "__main__":
    main()
