"""What `batch` is given: files, folders, patterns and standard input, told apart by their bytes."""

from __future__ import annotations

import glob
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO, Literal, Protocol

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.readers import Input, packed
from wikidiff.sources import Stream

Form = Literal["dump", "pairs", "parquet", "page"]


@dataclass(frozen=True, slots=True)
class Source:
    """An input: its path ("-" is standard input), its size in bytes, when it was last written.

    `size` and `written` (nanoseconds) are None where they are not known.
    """

    path: str
    size: int | None = None
    written: int | None = None

    @property
    def name(self) -> str:
        """What rows and messages call it."""
        return "standard input" if self.path == "-" else self.path


def sources(given: Sequence[str], target: str) -> list[Source]:
    """Return the inputs that are meant, in the order given, those of a folder by name.

    In folders and patterns files are passed over that begin with a dot or an underscore, and the
    output `target` with what stands beside it. Raises ReadError where nothing is there.
    """
    return [_source(path) for name in given for path in _paths(name, os.path.abspath(target))]


def _paths(name: str, target: str) -> Iterable[str]:
    if name == "-" or (os.path.exists(name) and not os.path.isdir(name)):
        return [name]
    if os.path.isdir(name):
        met = _walked(name)
    else:
        met = (path for path in glob.glob(name, recursive=True) if os.path.isfile(path))
    ours = tuple(f"{target}{ending}{os.sep}" for ending in _OURS)
    found = sorted(path for path in met if not f"{os.path.abspath(path)}{os.sep}".startswith(ours))
    if not found:
        raise ReadError(name, "nothing there", "check the name")
    return found


_OURS = ("", ".parts", ".parts.old", ".tmp", ".errors.jsonl", ".errors.jsonl.tmp")
"""What a run writes: the output, and beside it what ends so."""


def _walked(folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if one[0] not in "._"]
        yield from (os.path.join(place, one) for one in files if one[0] not in "._")


def _source(path: str) -> Source:
    if path == "-" or not os.path.isfile(path):
        return Source(path)
    told = os.stat(path)
    return Source(path, told.st_size, told.st_mtime_ns)


class Count(Protocol):
    """Is told how many bytes of the inputs were read."""

    def __call__(self, count: int, /) -> object:
        """Take a number of bytes more."""
        ...


class Counted:
    """An open file that tells of the bytes read from it."""

    def __init__(self, file: packed.Readable, count: Count) -> None:
        self._file = file
        self._count = count

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes."""
        data = self._file.read(size)
        self._count(len(data))
        return data

    def seekable(self) -> bool:
        """Tell whether `seek` can be used."""
        return self._file.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to an offset."""
        return self._file.seek(offset, whence)


@contextmanager
def opened(source: Source, count: Count) -> Iterator[tuple[Form, packed.Readable]]:
    """Open a source and tell its form; raises ReadError where it cannot be opened."""
    try:
        with _open(source) as file:
            start = _filled(file, limits.BATCH_HEAD)
            form = _form(source.name, start)
            again: packed.Readable = file
            if file.seekable():
                file.seek(0)
            else:
                again = Stream(start, file)
            yield form, Counted(again, count)
    except OSError as error:
        told = (error.strerror or str(error)).lower()
        raise ReadError(source.name, told, "check it") from error


@contextmanager
def _open(source: Source) -> Iterator[BinaryIO]:
    if source.path == "-":
        yield sys.stdin.buffer
        return
    with open(source.path, "rb") as file:
        yield file


def _filled(file: BinaryIO, size: int) -> bytes:
    """Return the first bytes of a file; a pipe gives less at a time."""
    made = b""
    while len(made) < size and (more := file.read(size - len(made))):
        made += more
    return made


def _form(name: str, start: bytes) -> Form:
    """Tell a form by the first bytes."""
    from wikidiff.readers import export_xml

    if start.startswith(b"PAR1"):
        return "parquet"
    if packed.form(start[:8]) == "7z" or export_xml.decline(Input(name, start)) is None:
        return "dump"
    return "pairs" if _LINE.match(_unpacked_start(name, start)) else "page"


_LINE = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{[ \t]*"'
    rb"(?!(?:batchcomplete|compare|continue|diff|errors?|from|query|servedby|to|warnings)\")"
)
"""A JSON object on a line; answers of MediaWiki's API, which a reader takes, begin so."""


def _unpacked_start(name: str, start: bytes) -> bytes:
    with suppress(packed.UnpackError):
        return next(packed.blocks(io.BytesIO(start), name), b"")
    return b""
