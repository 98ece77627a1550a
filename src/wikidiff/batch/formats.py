"""What rows are written as: JSON lines, Parquet, or the table of a DuckDB file.

A part of the output is a file of its own; `joined` makes the whole of the parts.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from wikidiff import limits
from wikidiff.batch import memory
from wikidiff.edits.edit import Row
from wikidiff.errors import WikidiffError
from wikidiff.model import json_text


class Part(Protocol):
    """A part that is being written."""

    def add(self, rows: bytes) -> None:
        """Write rows, as the format encodes them."""
        ...

    def close(self) -> None:
        """Write what is left and make sure that it is on the disk."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the suffix of its parts, what writes one, and what joins them to a file.

    `encoded` makes bytes of rows where they are compared, so that the process that writes makes no
    objects of them. `joined` is given the parts of rows and of errors, in order, and the path.
    """

    name: str
    suffix: str
    encoded: Callable[[Iterable[Row]], bytes]
    part: Callable[[Path], Part]
    joined: Callable[[Sequence[Path], Sequence[Path], Path], None]


def lines(rows: Iterable[Row]) -> bytes:
    """Return rows as JSON objects, one a line."""
    made: list[bytes] = []
    for row in rows:
        made += json_text(row).encode("utf-8", "surrogatepass"), b"\n"
        del row  # the next one is made before it would be let go
    return b"".join(made)


class JsonLines:
    """A file of lines."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "wb")  # noqa: SIM115 - close() closes it

    def add(self, rows: bytes) -> None:
        """Write lines."""
        self._file.write(rows)

    def close(self) -> None:
        """Write what is left."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


def append(parts: Sequence[Path], target: Path) -> None:
    """Write the parts one after the other."""
    with open(target, "wb") as whole:
        for path in parts:
            with open(path, "rb") as part:
                shutil.copyfileobj(part, whole, 1 << 20)
        whole.flush()
        os.fsync(whole.fileno())


def _joined_lines(parts: Sequence[Path], errors: Sequence[Path], target: Path) -> None:
    append(parts, target)


def columns(rows: Iterable[Row]) -> bytes:
    """Return rows as a stream of Arrow."""
    made: bytes = _parquet().encoded(rows)
    return made


class ParquetPart:
    """A Parquet file."""

    def __init__(self, path: Path) -> None:
        self._waiting: list[Any] = []
        self._rows = 0
        self._size = 0
        self._path = path
        self._parquet = _parquet()
        self._writer = self._parquet.writer(path)

    def add(self, rows: bytes) -> None:
        """Take rows; they are written as many at once as a row group holds."""
        table = self._parquet.decoded(rows)
        self._waiting.append(table)
        self._rows += table.num_rows
        self._size += len(rows)
        if self._rows >= limits.BATCH_GROUP or self._size >= limits.BATCH_GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(self._parquet.joined(self._waiting))
        self._waiting, self._rows, self._size = [], 0, 0
        memory.give_back()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._writer.close()
        with open(self._path, "rb") as file:
            os.fsync(file.fileno())


def _joined_parquet(parts: Sequence[Path], errors: Sequence[Path], target: Path) -> None:
    _parquet().join(parts, target)


def _joined_duckdb(parts: Sequence[Path], errors: Sequence[Path], target: Path) -> None:
    from wikidiff.batch import database

    database.join(parts, errors, target)


FORMATS = {
    "jsonl": Format("jsonl", ".jsonl", lines, JsonLines, _joined_lines),
    "parquet": Format("parquet", ".parquet", columns, ParquetPart, _joined_parquet),
    "duckdb": Format("duckdb", ".parquet", columns, ParquetPart, _joined_duckdb),
}

SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".duckdb": "duckdb",
    ".db": "duckdb",
}


def chosen(target: str, name: str | None) -> Format:
    """Return the format that is named, else that of the target's suffix; raises WikidiffError."""
    found = name or SUFFIXES.get(Path(target).suffix.lower())
    if found is None:
        names = ", ".join(FORMATS)
        raise WikidiffError(target, "its suffix tells no format", f"give --format: {names}")
    needed: dict[str, tuple[str, ...]] = {
        "parquet": ("pyarrow",),
        "duckdb": ("pyarrow", "duckdb"),
    }
    for module in needed.get(found, ()):
        _import(module, target)
    return FORMATS[found]


def _import(module: str, target: str) -> Any:  # noqa: ANN401 - a module
    from importlib import import_module

    for name, value in _ARROW.items():
        os.environ.setdefault(name, value)
    try:
        return import_module(module)
    except ImportError:
        told = f"takes {module}, which is an extra"
        raise WikidiffError(target, told, "pip install 'wikidiff[batch]'") from None


@cache
def _parquet() -> ModuleType:
    """Return the module for Parquet, Arrow settled: who only imports it keeps Arrow as it was."""
    from wikidiff.batch import parquet

    parquet.settle()
    return parquet


_ARROW = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others keep much of what was given back
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # one that has threads cannot be forked
}
"""What pyarrow is told where it is loaded. Source: its documentation of environment variables."""
