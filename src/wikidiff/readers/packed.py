"""Unpacking of dumps as a stream: gzip, bzip2, xz from Python itself, Zstandard and 7z by extras.

Told by first bytes: RFC 1952 (gzip), "BZh" (bzip2), the XZ file format, RFC 8878 (Zstandard),
7zFormat.txt. Never more than some blocks are held.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from importlib import import_module
from queue import Queue
from threading import Event, Thread
from typing import Any, Protocol

from wikidiff import limits
from wikidiff.errors import ReadError

Feed = Callable[[bytes], object]


class Readable(Protocol):
    """What is needed of an open file; only 7z and a second pass go back in it."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes."""
        ...

    def seekable(self) -> bool:
        """Tell whether `seek` can be used."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to an offset."""
        ...


_BLOCK = 1 << 16
_AHEAD = 4  # blocks that 7z's library unpacks before they are asked for
_FORMS = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
)


class Stop(Exception):
    """Raised by who is fed when it has all it wants."""


class UnpackError(ReadError):
    """An archive that is broken, ends too soon or is a bomb."""


class MissingExtra(UnpackError):
    """An archive that takes an optional library to unpack."""


def form(first: bytes) -> str | None:
    """Return how data that begins with these bytes is packed, None where it is not."""
    return next((name for mark, name in _FORMS if first.startswith(mark)), None)


def unpack(file: Readable, name: str, feed: Feed) -> None:
    """Feed the unpacked bytes of an open file, block by block, until the end or `Stop`.

    Raises as `blocks`, and whatever `feed` raises.
    """
    with closing(blocks(file, name)) as unpacked, suppress(Stop):
        for block in unpacked:
            feed(block)


def blocks(file: Readable, name: str) -> Generator[bytes]:
    """Yield the unpacked bytes of an open file, block by block.

    Raises UnpackError. 7z needs a file that can be sought in.
    """
    first = file.read(_BLOCK)
    packed = _Counted(file, first)
    seen = 0
    try:
        for block in _UNPACK[form(first)](packed, name):
            seen += len(block)
            _check_size(name, seen, packed.seen)
            yield block
    except EOFError:
        raise UnpackError(name, "the archive ends too soon", "fetch it again") from None
    except UnpackError:
        raise
    except Exception as error:  # each library has errors of its own
        told = " ".join(str(error).split())[: limits.QUOTED_CHARS] or type(error).__name__
        raise UnpackError(name, f"cannot be unpacked: {told}", "fetch it again") from error


def _check_size(name: str, unpacked: int, packed: int) -> None:
    """Raise UnpackError where bytes come out that no export has."""
    amount = None
    if unpacked > limits.EXPORT_BYTES:
        amount = f"more than {limits.EXPORT_BYTES >> 40} TiB"
    elif unpacked > packed * limits.EXPORT_RATIO + limits.EXPORT_FREE_BYTES:
        amount = f"more than {limits.EXPORT_RATIO:,} times its own size"
    if amount:
        raise UnpackError(name, f"unpacks to {amount}", "check where it comes from")


class _Counted:
    """A file whose first bytes were read already; counts what has been read of it."""

    def __init__(self, file: Readable, first: bytes) -> None:
        self.file = file
        self._first = first
        self.seen = 0

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes."""
        if self._first:
            size = len(self._first) if size < 0 else size
            data, self._first = self._first[:size], self._first[size:]
        else:
            data = self.file.read(size)
        self.seen += len(data)
        return data


def _plain(packed: _Counted, name: str) -> Iterator[bytes]:
    return _read(packed)


def _with(module: str) -> Callable[[_Counted, str], Iterator[bytes]]:
    """Return what unpacks with a module of Python's own."""
    return lambda packed, name: _read(import_module(module).open(packed))


def _read(opened: Any) -> Iterator[bytes]:  # noqa: ANN401 - one of several libraries' files
    while block := opened.read(_BLOCK):
        yield block


def _extra(name: str, kind: str, *modules: str) -> Any:  # noqa: ANN401 - a library or another
    for module in modules:
        try:
            return import_module(module)
        except ImportError:
            continue
    raise MissingExtra(
        name, f"is packed with {kind}, which needs an extra", "pip install 'wikidiff[dumps]'"
    )


def _zstandard(packed: _Counted, name: str) -> Iterator[bytes]:
    library = _extra(name, "Zstandard", "compression.zstd", "backports.zstd")
    return _read(library.ZstdFile(packed))


def _seven(packed: _Counted, name: str) -> Iterator[bytes]:
    """Yield the blocks of the one file of a 7z archive."""
    library = _extra(name, "7z", "py7zr")
    packed.file.seek(0)
    with library.SevenZipFile(packed.file) as archive:
        packed.seen = packed.file.seek(0, 2)
        files = [member.filename for member in archive.list() if member.is_file]
        if len(files) != 1:
            told = f"a 7z archive of {len(files)} files, not one"
            raise UnpackError(name, told, "take the export out of it")
        yield from _handed_over(lambda take: archive.extract(targets=files, factory=_factory(take)))


def _handed_over(push: Callable[[Feed], object]) -> Iterator[bytes]:
    """Yield what a library hands over in calls of its own: it runs in a thread, a little ahead."""
    ready: Queue[bytes | Exception | None] = Queue(_AHEAD)
    unwanted = Event()

    def take(block: bytes) -> None:
        if unwanted.is_set():
            raise Stop
        ready.put(block)

    def run() -> None:
        end = None
        try:
            push(take)
        except Exception as error:  # raised where the blocks are asked for
            end = error
        ready.put(end)

    thread = Thread(target=run, daemon=True)
    thread.start()
    found: bytes | Exception | None = b""
    try:
        while isinstance(found := ready.get(), bytes):
            yield found
        if found is not None:
            raise found
    finally:
        unwanted.set()
        while isinstance(found, bytes):
            found = ready.get()
        thread.join()


def _factory(take: Feed) -> Any:  # noqa: ANN401 - classes of a library that is an extra
    """Return what py7zr asks for a file to write to; this one hands on what is written."""
    base = import_module("py7zr.io")

    class Writer(base.Py7zIO):  # type: ignore[misc, name-defined]
        def write(self, s: bytes) -> int:
            for start in range(0, len(s), _BLOCK):
                take(bytes(s[start : start + _BLOCK]))
            return len(s)

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None:
            return None

        def size(self) -> int:
            return 0

    class Factory(base.WriterFactory):  # type: ignore[misc, name-defined]
        def create(self, filename: str) -> Writer:
            return Writer()

    return Factory()


_UNPACK: dict[str | None, Callable[[_Counted, str], Iterator[bytes]]] = {
    None: _plain,
    "gzip": _with("gzip"),
    "bzip2": _with("bz2"),
    "xz": _with("lzma"),
    "Zstandard": _zstandard,
    "7z": _seven,
}
