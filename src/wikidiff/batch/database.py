"""Rows as a DuckDB file: the tables `edits` and `errors`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from wikidiff.edits.columns import ERROR

_MEMORY = "SET memory_limit = '128MB'"  # loading spills to the disk above it
_TYPES = {"text": "VARCHAR", "int": "BIGINT"}


def join(parts: Sequence[Path], errors: Sequence[Path], target: Path) -> None:
    """Make a database of the parts, which are Parquet, and of the errors, which are JSON lines."""
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target)) as database:
        database.execute(_MEMORY)
        database.execute("SET threads = 1")
        database.execute("CREATE TABLE edits AS SELECT * FROM read_parquet(?)", [_names(parts)])
        columns = {column.name: _TYPES[column.kind] for column in ERROR}
        names = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        database.execute(f"CREATE TABLE errors ({names})")
        if errors:
            read = f"SELECT * FROM read_json(?, format = 'newline_delimited', columns = {columns})"
            database.execute(f"INSERT INTO errors {read}", [_names(errors)])


def _names(paths: Sequence[Path]) -> list[str]:
    return [str(path) for path in paths]
