"""DataFrames of revisions, of pairs by parent id, and of rows.

The functions that run on the nodes take and give Arrow batches (mapInArrow): pandas would make
floats of numbers with gaps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from wikidiff import limits
from wikidiff.batch import parquet
from wikidiff.batch.inputs import Source
from wikidiff.batch.reading import revisions_of, told
from wikidiff.batch.run import outcome
from wikidiff.edits import Bad, Edit
from wikidiff.edits.columns import CHANGE, COLUMNS, ERROR, KNOWN, WARNING, Column
from wikidiff.edits.edit import Row

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SETTINGS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(limits.BATCH_RECORDS),
    "spark.sql.session.timeZone": "UTC",
}
"""What a session should be set to: texts are large, so that few go to Python at once."""

_SHIFT = 40  # a revision's position: the number of its split, then its own there
_TYPES = {
    "text": "string",
    "int": "bigint",
    "flag": "boolean",
    "time": "timestamp",
    "json": "string",
}


def _type(column: Column) -> str:
    inside = {"changes": CHANGE, "warnings": WARNING}.get(column.kind)
    if inside is None:
        return _TYPES[column.kind]
    return f"array<struct<{', '.join(f'`{one.name}`: {_type(one)}' for one in inside)}>>"


def _ddl(columns: Iterable[Column]) -> str:
    return ", ".join(f"`{column.name}` {_type(column)}" for column in columns)


_PAIRED = ("old_rev_id", "compared_with", "extra")
_TOLD = tuple(one for one in KNOWN if one.name not in _PAIRED)
_RECORD = Column("record", "int", "the record in its source, from 1")
_REASON = Column("reason", "text", "why there is no row; null where there is one")
REVISION = (
    Column("position", "int", "its place among all revisions"),
    _RECORD,
    *_TOLD,
    Column("text", "text", "its wikitext"),
    _REASON,
)
"""The columns of a table of revisions."""

_RESULT = (*COLUMNS, _RECORD, _REASON)


def revisions(
    session: SparkSession, paths: Sequence[str], *, language: str | None = None
) -> DataFrame:
    """Return the revisions of dumps or of their splits, one task a file, in the order given.

    Each node must be able to open the paths. A revision without a text has its `reason`. What
    comes is read again each time it is asked for: write it to Parquet before it is paired.
    """

    def read(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for split in batch.to_pylist():
                yield from _read(split["number"], split["path"], language)

    splits = session.createDataFrame(list(enumerate(paths)), "number bigint, path string")
    return splits.repartitionByRange(len(paths), "number").mapInArrow(read, _ddl(REVISION))


def _read(number: int, path: str, language: str | None) -> Iterator[pa.RecordBatch]:
    """Yield the revisions of a split, as many at a time as can be held."""
    held: list[Row] = []
    weight = 0
    for found in revisions_of(Source(path), language):
        held.append({**found, "position": (number << _SHIFT) + found["record"]})
        weight += len(found.get("text") or "")
        if weight > limits.BATCH_CHARS or len(held) >= limits.BATCH_RECORDS:
            yield from parquet.table(held, REVISION).to_batches()
            held, weight = [], 0
    yield from parquet.table(held, REVISION).to_batches()


def pairs(revisions: DataFrame) -> DataFrame:
    """Return each revision with the text that it is compared with, paired as `batch` does.

    That is the parent's text where it came before in the page's history, in whatever split, else
    the predecessor's. A table of your own has the columns of REVISION, `rev_id` and `text` at
    least; where `position` is missing, revisions are in the order of their ids.
    """
    from pyspark.sql import functions as f

    table = _filled(revisions)
    plan = _plan(table.select("page", "position", "rev_id", "parent_id"))
    old = table.select(
        f.col("page").alias("old_page"),
        f.col("position").alias("old_place"),
        f.col("text").alias("old"),
    )
    same = (f.col("page") == f.col("old_page")) & (f.col("old_position") == f.col("old_place"))
    found = table.join(plan, ["page", "position"]).join(old, same, "left")
    made = _with_reason(found).withColumn("extra", f.lit(None).cast("string"))
    old_text = f.when(f.col("compared_with") == "nothing", "").otherwise(f.col("old"))
    return made.select(
        *(column.name for column in KNOWN),
        "record",
        old_text.alias("old"),
        f.col("text").alias("new"),
        "reason",
    )


def _filled(revisions: DataFrame) -> DataFrame:
    """Return a table with all columns of a revision, and `page`, which tells pages apart."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    there = set(revisions.columns)
    table = revisions
    for column in REVISION:
        if column.name not in there:
            table = table.withColumn(column.name, f.lit(None).cast(_type(column)))
    name = f.coalesce(f.col("page_id").cast("string"), f.col("page_title"), f.lit(""))
    table = table.withColumn("page", f.concat_ws("\n", f.coalesce("wiki", f.lit("")), name))
    if "position" not in there:
        order = Window.partitionBy("page").orderBy("rev_id")
        table = table.withColumn("position", f.row_number().over(order).cast("bigint"))
    if "record" not in there:
        table = table.withColumn("record", f.col("position"))
    none = f.when(f.col("text").isNull(), f.coalesce("reason", f.lit("no text")))
    return table.withColumn("reason", none)


def _plan(light: DataFrame) -> DataFrame:
    """Return what each revision is compared with, worked out without any text."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    order = Window.partitionBy("page").orderBy("position")
    parents = light.groupBy(f.col("page").alias("of"), f.col("rev_id").alias("parent")).agg(
        f.min("position").alias("parent_position")
    )
    same = (f.col("page") == f.col("of")) & (f.col("parent_id") == f.col("parent"))
    earlier = f.col("parent_position") < f.col("position")
    found = (
        light.withColumn("before", f.lag("position").over(order))
        .withColumn("before_id", f.lag("rev_id").over(order))
        .withColumn("parent_id", f.when(f.col("parent_id") != 0, f.col("parent_id")))
        .join(parents, same & earlier, "left")
    )
    parent, before = f.col("parent_position"), f.col("before")
    how = (
        f.when(parent.isNotNull(), "parent")
        .when(before.isNotNull(), "predecessor")
        .when(f.col("parent_id").isNull(), "nothing")
        .otherwise("unknown")
    )
    is_before = f.col("compared_with") == "predecessor"
    return found.withColumn("compared_with", how).select(
        "page",
        "position",
        "compared_with",
        f.coalesce(parent, before).alias("old_position"),
        f.when(is_before, f.col("before_id")).otherwise(f.col("parent_id")).alias("old_rev_id"),
    )


def _with_reason(found: DataFrame) -> DataFrame:
    """Return pairs with why they cannot be compared."""
    from pyspark.sql import functions as f

    how, number = f.col("compared_with"), f.col("old_rev_id")
    unknown = f.format_string("its parent, revision %d, is not in the dump", number)
    lost = f.format_string("the text of its %s, revision %d, cannot be had", how, number)
    reason = (
        f.when(f.col("reason").isNotNull(), f.col("reason"))
        .when(how == "unknown", unknown)
        .when((how != "nothing") & f.col("old").isNull(), lost)
    )
    return found.withColumn("reason", reason)


def compared(pairs: DataFrame) -> DataFrame:
    """Return a row for each pair: the columns of `batch`, and `reason` where there is none.

    `pairs` has `old` and `new`, and of the other columns those that are known.
    """

    def compare(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = [_result(fields) for fields in batch.to_pylist()]
            yield from parquet.table(made, _RESULT).to_batches()

    return pairs.mapInArrow(compare, _ddl(_RESULT))


def _result(fields: Row) -> Row:
    """Return what there is to tell of one pair."""
    record = fields.get("record") or 0
    known = {column.name: fields.get(column.name) for column in KNOWN}
    if known["timestamp"] is not None:
        known["timestamp"] = told(known["timestamp"])
    reason = fields.get("reason")
    if reason is None:
        pair = Edit(record, known, fields["old"] or "", fields["new"] or "")
        rows, bad = outcome(pair)
    else:
        rows, bad = outcome(Bad(record, known, reason))
    return rows[0] if rows else bad[0]


def rows(compared: DataFrame) -> DataFrame:
    """Return the rows."""
    return compared.where("reason is null").select(*(column.name for column in COLUMNS))


def errors(compared: DataFrame) -> DataFrame:
    """Return what could not be compared, with the reason."""
    return compared.where("reason is not null").select(*(column.name for column in ERROR))
