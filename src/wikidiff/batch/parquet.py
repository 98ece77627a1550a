"""Rows as Parquet: the schema of the columns, and files made of parts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa  # alone: who encodes needs nothing of what reads and writes files

from wikidiff import limits
from wikidiff.edits.columns import CHANGE, COLUMNS, WARNING, Column
from wikidiff.edits.edit import Row

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetWriter

_TYPES = {
    "text": pa.string(),
    "int": pa.int64(),
    "flag": pa.bool_(),
    "time": pa.timestamp("us", tz="UTC"),
    "json": pa.string(),
}


def _type(column: Column) -> pa.DataType:
    inside = {"changes": CHANGE, "warnings": WARNING}.get(column.kind)
    if inside is None:
        return _TYPES[column.kind]
    inner = pa.struct([(field.name, _type(field)) for field in inside])
    return pa.list_(pa.field("element", inner))


def schema(columns: Iterable[Column]) -> pa.Schema:
    """Return the schema of a table with these columns."""
    return pa.schema([(column.name, _type(column)) for column in columns])


SCHEMA = schema(COLUMNS)


_REPEATED = [
    *("source", "wiki", "language", "page_title", "compared_with", "user", "comment", "model"),
    *("size_class", "changes.list.element.kind", "changes.list.element.action"),
    *("changes.list.element.side", "warnings.list.element.code", "warnings.list.element.message"),
]
"""Columns whose values come again and again: stored once. Of the others a dictionary is waste."""


def settle() -> None:
    """Have Arrow hold no more memory than it must, in a process of ours alone."""
    pa.set_memory_pool(pa.system_memory_pool())  # the others keep much of what was given back
    pa.set_cpu_count(1)  # threads would have heaps of their own; the processors are busy comparing
    pa.set_io_thread_count(1)


def writer(path: Path) -> ParquetWriter:
    """Return a writer of a file of rows."""
    from pyarrow import parquet

    return parquet.ParquetWriter(path, SCHEMA, compression="zstd", use_dictionary=_REPEATED)


def table(rows: Sequence[Row], columns: Sequence[Column] = COLUMNS) -> pa.Table:
    """Return rows as a table; what a row does not hold is null."""
    arrays = [_column(column, [row.get(column.name) for row in rows]) for column in columns]
    return pa.Table.from_arrays(arrays, schema=schema(columns))


def _column(column: Column, values: list[Any]) -> pa.Array:
    """Return a column's values as Arrow; what is nested goes field by field, without copies."""
    fields = _INSIDE.get(column.kind)
    if fields is None:
        return pa.array([_value(column.kind, value) for value in values], _type(column))
    kind = _type(column)
    flat = [one for value in values for one in value or ()]
    inside = [_column(field, [one[field.name] for one in flat]) for field in fields]
    ends = list(accumulate((len(value or ()) for value in values), initial=0))
    return pa.ListArray.from_arrays(
        pa.array(ends, pa.int32()),
        pa.StructArray.from_arrays(inside, fields=list(kind.value_type)),
        type=kind,
        mask=pa.array([value is None for value in values], pa.bool_()),
    )


_INSIDE = {"changes": CHANGE, "warnings": WARNING}


def _value(kind: str, value: Any) -> Any:  # noqa: ANN401 - of a row
    """Return a value as its column's type takes it."""
    if value is None:
        return None
    if kind == "text":
        return _valid(value)
    if kind == "json":
        return _valid(json.dumps(value, ensure_ascii=False))
    return datetime.fromisoformat(value) if kind == "time" else value


_SURROGATE = re.compile("[\ud800-\udfff]")


def _valid(text: str) -> str:
    """Return a text with lone surrogates, which UTF-8 cannot hold, replaced."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def encoded(rows: Iterable[Row]) -> bytes:
    """Return rows as bytes that `decoded` makes a table of; not all are held until then."""
    stream = pa.BufferOutputStream()
    with pa.ipc.new_stream(stream, SCHEMA) as file:
        for some in _some(rows):
            file.write_table(table(some))
    return bytes(stream.getvalue())


def _some(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield rows in lists that hold few changes."""
    held: list[Row] = []
    changes = 0
    for row in rows:
        held.append(row)
        changes += len(row["changes"])
        if changes > limits.BATCH_CHANGES:
            yield held
            held, changes = [], 0
    if held:
        yield held


def decoded(data: bytes) -> pa.Table:
    """Return the table that bytes are; it stands in them."""
    with pa.ipc.open_stream(data) as file:
        return file.read_all()


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the rows of tables as one."""
    return pa.concat_tables(tables)


def join(parts: Iterable[Path], target: Path) -> None:
    """Write the rows of the parts, in order, to one file."""
    with writer(target) as whole:
        for group in _groups(parts):
            whole.write_table(group)
    with open(target, "rb") as file:
        os.fsync(file.fileno())


def _groups(parts: Iterable[Path]) -> Iterator[pa.Table]:
    from pyarrow import parquet

    for path in parts:
        with parquet.ParquetFile(path) as part:
            for number in range(part.num_row_groups):
                yield part.read_row_group(number, use_threads=False)
