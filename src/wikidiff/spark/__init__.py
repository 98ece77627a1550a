"""The rows of `batch` on a Spark cluster: dumps or a table of revisions in, a table of edits out.

    from wikidiff import spark as edits
    found = edits.compared(edits.pairs(edits.revisions(session, ["a.xml.bz2", "b.xml.bz2"])))
    edits.rows(found).write.parquet("edits")

Takes the extra `spark`. `wikidiff/spark/job.py` does the same for spark-submit.
"""

from __future__ import annotations

from wikidiff.spark.frames import SETTINGS, compared, errors, pairs, revisions, rows

__all__ = ["SETTINGS", "compared", "errors", "pairs", "revisions", "rows"]
