"""The records of an input, in its order: histories from dumps, pairs from JSON lines and Parquet.

Whatever is wrong with a record, or with what is left of an input, is a record too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wikidiff import limits
from wikidiff.batch.inputs import Count, Source, opened
from wikidiff.edits import Bad, Edit, pairing
from wikidiff.edits.columns import KNOWN
from wikidiff.edits.edit import Row
from wikidiff.errors import ReadError
from wikidiff.readers import history, json_fields, packed


@dataclass(frozen=True, slots=True)
class Raw:
    """A file that may be a diff page: read by who compares."""

    record: int
    known: Row
    data: bytes = field(repr=False)

    @property
    def weight(self) -> int:
        """How much it takes to hold it."""
        return len(self.data)


Record = Edit | Bad | Raw


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the inputs is wanted; `page` says it of a title, `space` of a namespace."""

    language: str | None = None
    page: Callable[[str | None], bool] | None = None
    spaces: frozenset[int] = frozenset()

    def wants(self, title: str | None, space: int | None) -> bool:
        """Tell whether a page is wanted."""
        return (self.page is None or self.page(title)) and (not self.spaces or space in self.spaces)


def records(source: Source, asked: Asked, count: Count) -> Iterator[Record]:
    """Yield the records of a source; where it breaks off, the last one says why."""
    record: Record | None = None
    try:
        with opened(source, count) as (form, file):
            for record in _READ[form](source, file, asked):
                yield record
    except ReadError as error:
        number = record.record + 1 if record else 1
        yield Bad(number, {"source": source.name}, f"{error.trouble}; {error.way_out}")


def _dump(source: Source, file: packed.Readable, asked: Asked) -> Iterator[Record]:
    found = history.revisions(
        file, source.name, wants=lambda page: asked.wants(page.title, page.namespace)
    )
    yield from pairing.edits(found, source.name, language=asked.language)


def revisions_of(source: Source, language: str | None) -> Iterator[Row]:
    """Yield the revisions of a dump, unpaired: columns, `record`, `text`, and `reason` without it.

    Where the dump breaks off, the last one has the reason only.
    """
    number = 0
    try:
        with opened(source, lambda count: None) as (form, file):
            if form != "dump":
                raise ReadError(source.name, "no XML export or dump", "give one")
            for number, stored in enumerate(history.revisions(file, source.name), 1):
                known = pairing.known_of(stored, source.name, language)
                reason = stored.missing
                text = None if reason else stored.text
                yield {**known, "record": number, "text": text, "reason": reason}
    except ReadError as error:
        reason = f"{error.trouble}; {error.way_out}"
        yield {"source": source.name, "record": number + 1, "reason": reason}


# --- pairs


def _pairs(source: Source, file: packed.Readable, asked: Asked) -> Iterator[Record]:
    for number, line in enumerate(_lines(file, source.name), 1):
        if line.strip():
            yield from _wanted(_line(number, line, source, asked.language), asked)


def _line(number: int, line: bytes, source: Source, language: str | None) -> Edit | Bad:
    try:
        fields = json_fields.parse(line.decode("utf-8"))
    except ValueError as error:
        reason = "not UTF-8" if isinstance(error, UnicodeDecodeError) else f"not JSON: {error}"
        return Bad(number, {"source": source.name}, reason)
    return pair(number, fields, source.name, language)


def _lines(file: packed.Readable, name: str) -> Iterator[bytes]:
    """Yield the lines of a file, plain or packed; raises ReadError at one that is too long."""
    rest: list[bytes] = []
    size = 0
    with closing(packed.blocks(file, name)) as blocks:
        for block in blocks:
            first, *lines = block.split(b"\n")
            rest.append(first)
            size += len(first)
            if size > limits.INPUT_BYTES:
                told = f"a line of more than {limits.INPUT_BYTES >> 20} MiB"
                raise ReadError(name, told, "take it out")
            if lines:
                yield b"".join(rest)
                yield from lines[:-1]
                rest, size = [lines[-1]], len(lines[-1])
    yield b"".join(rest)


_TYPES: dict[str, type] = {"text": str, "time": str, "int": int, "flag": bool}


def pair(number: int, fields: dict[str, Any], source: str, language: str | None) -> Edit | Bad:
    """Return the edit that a pair's fields tell of: `old`, `new`, columns by name, and others."""
    known: Row = {"source": source, "language": language, "compared_with": "given"}
    try:
        known |= {name: _value(fields[name], name, kind) for name, kind in _given(fields)}
        old, new = (_text(fields, side) for side in ("old", "new"))
    except ValueError as error:
        return Bad(number, known, str(error))
    others = {name: value for name, value in fields.items() if name not in _NAMES}
    known["extra"] = others or None
    return Edit(number, known, old, new)


_NAMES = {"old", "new", *(column.name for column in KNOWN)}
_OURS = {"source", "compared_with", "extra"}
"""Columns that a pair does not bring."""


def _given(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the names and kinds of the columns that a pair tells."""
    for name, kind, _ in KNOWN:
        if name not in _OURS and fields.get(name) is not None:
            yield name, kind


def _value(value: object, name: str, kind: str) -> object:
    """Return a column's value; raises ValueError where it is not of its kind."""
    if kind == "int" and isinstance(value, float) and value.is_integer():
        value = int(value)  # a table with gaps holds its numbers so
    if not isinstance(value, _TYPES[kind]) or (kind == "int" and isinstance(value, bool)):
        raise ValueError(f"{name} is {type(value).__name__}, not {kind}")
    if isinstance(value, int) and abs(value) > limits.JSON_NUMBER:
        raise ValueError(f"{name} is too large a number")
    return value


def _text(fields: dict[str, Any], side: str) -> str:
    """Return one of the texts, null being none; raises ValueError where it is missing."""
    text = fields.get(side)
    if side not in fields or not isinstance(text, str | None):
        raise ValueError(f"{side} is no text")
    return text or ""


def _parquet(source: Source, file: packed.Readable, asked: Asked) -> Iterator[Record]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        told = "is Parquet, which needs an extra"
        raise ReadError(source.name, told, "pip install 'wikidiff[batch]'") from None
    if source.size is None:
        raise ReadError(source.name, "Parquet from a pipe", "save it to a file first")
    number = 0
    try:
        with parquet.ParquetFile(source.path) as table:
            for batch in table.iter_batches(batch_size=limits.BATCH_RECORDS):
                for fields in map(_plain, batch.to_pylist()):
                    number += 1
                    yield from _wanted(pair(number, fields, source.name, asked.language), asked)
    except ArrowException as error:
        told = " ".join(str(error).split())[: limits.QUOTED_CHARS]
        raise ReadError(source.name, f"broken Parquet: {told}", "fetch it again") from error


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a Parquet row's fields as JSON could have them."""
    made: dict[str, Any] = json.loads(json.dumps(fields, default=told))
    return {name: value for name, value in made.items() if value is not None or name in _SIDES}


_SIDES = {"old", "new"}


def told(value: object) -> str:
    """Return a value that JSON has no kind for, a time as ISO 8601 in UTC."""
    if isinstance(value, datetime):
        known = value if value.tzinfo else value.replace(tzinfo=UTC)
        return f"{known.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return str(value)


def _wanted(record: Edit | Bad, asked: Asked) -> Iterable[Edit | Bad]:
    title, space = record.known.get("page_title"), record.known.get("page_namespace")
    if isinstance(record, Bad) or asked.wants(title, space):
        yield record


def _page(source: Source, file: packed.Readable, asked: Asked) -> Iterator[Record]:
    known = {"source": source.name, "language": asked.language}
    data = b""
    while more := file.read(limits.INPUT_BYTES + 1 - len(data)):
        data += more
    if len(data) > limits.INPUT_BYTES:
        told = f"larger than {limits.INPUT_BYTES >> 20} MiB"
        raise ReadError(source.name, told, "give the page alone, without what stands around it")
    yield Raw(1, known, data)


_READ: dict[str, Callable[[Source, packed.Readable, Asked], Iterator[Record]]] = {
    "dump": _dump,
    "pairs": _pairs,
    "parquet": _parquet,
    "page": _page,
}
