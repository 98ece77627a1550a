"""Unpacking of dumps as a stream: gzip, bzip2, xz from Python itself, Zstandard and 7z by extras.

Told by first bytes: RFC 1952 (gzip), "BZh" (bzip2), the XZ file format, RFC 8878 (Zstandard),
7zFormat.txt. What is unpacked is handed over block by block, since 7z's library does so itself.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
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

    Raises UnpackError, and whatever `feed` raises. 7z needs a file that can be sought in.
    """
    first = file.read(_BLOCK)
    packed = _Counted(file, first)
    gate = _Gate(packed, name, feed)
    try:
        _UNPACK[form(first)](packed, name, gate.take)
    except Stop:
        return
    except EOFError:
        raise UnpackError(name, "the archive ends too soon", "fetch it again") from None
    except Exception as error:  # each library has errors of its own
        if error is gate.raised or isinstance(error, UnpackError):
            raise
        told = " ".join(str(error).split())[: limits.QUOTED_CHARS] or type(error).__name__
        raise UnpackError(name, f"cannot be unpacked: {told}", "fetch it again") from error


class _Gate:
    """Counts what passes on its way to `feed`, and keeps what that raises."""

    def __init__(self, packed: _Counted, name: str, feed: Feed) -> None:
        self._packed = packed
        self._name = name
        self._feed = feed
        self._seen = 0
        self.raised: Exception | None = None

    def take(self, block: bytes) -> None:
        self._seen += len(block)
        if self._seen > limits.EXPORT_BYTES:
            raise self._bomb(f"more than {limits.EXPORT_BYTES >> 40} TiB")
        most = self._packed.seen * limits.EXPORT_RATIO + limits.EXPORT_FREE_BYTES
        if self._seen > most:
            raise self._bomb(f"more than {limits.EXPORT_RATIO:,} times its own size")
        try:
            self._feed(block)
        except Exception as error:
            self.raised = error
            raise

    def _bomb(self, amount: str) -> UnpackError:
        return UnpackError(self._name, f"unpacks to {amount}", "check where it comes from")


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


def _plain(packed: _Counted, name: str, take: Feed) -> None:
    while block := packed.read(_BLOCK):
        take(block)


def _with(module: str) -> Callable[[_Counted, str, Feed], None]:
    """Return what unpacks with a module of Python's own."""

    def stream(packed: _Counted, name: str, take: Feed) -> None:
        _read(import_module(module).open(packed), take)

    return stream


def _read(opened: Any, take: Feed) -> None:  # noqa: ANN401 - one of several libraries' files
    while block := opened.read(_BLOCK):
        take(block)


def _extra(name: str, kind: str, *modules: str) -> Any:  # noqa: ANN401 - a library or another
    for module in modules:
        try:
            return import_module(module)
        except ImportError:
            continue
    raise MissingExtra(
        name, f"is packed with {kind}, which needs an extra", "pip install 'wikidiff[dumps]'"
    )


def _zstandard(packed: _Counted, name: str, take: Feed) -> None:
    library = _extra(name, "Zstandard", "compression.zstd", "backports.zstd")
    _read(library.ZstdFile(packed), take)


def _seven(packed: _Counted, name: str, take: Feed) -> None:
    """Feed the one file of a 7z archive."""
    library = _extra(name, "7z", "py7zr")
    packed.file.seek(0)
    with library.SevenZipFile(packed.file) as archive:
        packed.seen = packed.file.seek(0, 2)
        files = [member.filename for member in archive.list() if member.is_file]
        if len(files) != 1:
            told = f"a 7z archive of {len(files)} files, not one"
            raise UnpackError(name, told, "take the export out of it")
        archive.extract(targets=files, factory=_factory(take))


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


_UNPACK: dict[str | None, Callable[[_Counted, str, Feed], None]] = {
    None: _plain,
    "gzip": _with("gzip"),
    "bzip2": _with("bz2"),
    "xz": _with("lzma"),
    "Zstandard": _zstandard,
    "7z": _seven,
}
