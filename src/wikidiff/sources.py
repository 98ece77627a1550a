"""From what a user has in hand to what a reader finds in it: paths, bytes, files, addresses."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, TextIO

from wikidiff import limits
from wikidiff.errors import ReadError

if TYPE_CHECKING:
    from wikidiff.readers import Found, Input, Pair, Reader

Readable = str | os.PathLike[str] | bytes | BinaryIO | TextIO

ALLOWED = ("private", "http", "redirects")
"""What a live wiki may be allowed: see `readers.live_session`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How a source is to be read, and which of its edits: None where nothing is chosen."""

    reader: str | None = None
    language: str | None = None
    page: str | None = None
    revisions: str | None = None

    @property
    def asked(self) -> dict[str, str]:
        """What chooses one of several edits."""
        both = {"page": self.page, "revisions": self.revisions}
        return {name: value for name, value in both.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Web:
    """How a live wiki may be asked: `wiki` where the source is a title on it."""

    wiki: str | None = None
    token: str | None = field(default=None, repr=False)
    allow: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Edits:
    """What was found in a source: its name, its reader's, and its edits, read one by one."""

    name: str
    reader: str
    found: Iterable[Found]


def edits(
    source: Readable, choice: Choice, web: Web, *, name: str | None = None, each: bool = False
) -> Edits:
    """Return the edit of a source; with `each` all of them where none is chosen.

    Raises ReadError where the source cannot be had or read, UnrecognisedError with every reader's
    reason where none takes it.
    """
    from wikidiff import readers
    from wikidiff.readers import live_address

    address = None
    if isinstance(source, str) and web.wiki is not None:
        address = live_address.of_title(web.wiki, source)
    elif isinstance(source, str) and live_address.is_url(source):
        address = live_address.address(source)
    if address is not None:
        from wikidiff.readers import live

        called, access = name or str(source), live.Access(web.token, allowed(web.allow))
        if not address.file:
            return Edits(called, live.NAME, [live.edit(called, address, access)])
        data = _within_limit(called, live.fetched(str(source), access))
        return _read(readers.Input(called, data), choice, each=each)
    found_name, data, rest = _opened(source)
    if rest is not None:
        with rest:
            pair = _streamed(name or found_name, data, rest, choice)
        return Edits(name or found_name, "export-xml", [pair])
    return _read(readers.Input(name or found_name, data), choice, each=each)


def _read(given: Input, choice: Choice, *, each: bool) -> Edits:
    from wikidiff import readers

    chosen = readers.get(choice.reader) if choice.reader else readers.recognise(given)
    if choice.reader and (reason := chosen.decline(given)):
        trouble = f"not {choice.reader}: {reason}"
        raise ReadError(given.name, trouble, "leave --as away to have it told")
    read_each = getattr(chosen, "read_each", None)
    if each and read_each and not choice.asked:
        return Edits(given.name, chosen.NAME, read_each(given, language=choice.language))
    return Edits(given.name, chosen.NAME, [_one(given, chosen, choice)])


def _one(given: Input, reader: Reader, choice: Choice) -> Found:
    """Return what a reader finds, of the edit asked for; raises ReadError where it has just one."""
    asked = choice.asked
    if asked.keys() <= set(getattr(reader, "SELECTS", ())):
        return reader.read(given, language=choice.language, **asked)
    options = " and ".join(f"--{name}" for name in asked)
    raise ReadError(given.name, f"a {reader.NAME} holds one edit only", f"leave {options} away")


def is_url(source: str) -> bool:
    """Tell whether a source is an address on the web."""
    from wikidiff.readers import live_address

    return live_address.is_url(source)


def allowed(names: Collection[str]) -> frozenset[str]:
    """Return what a live wiki is allowed; raises ReadError for what cannot be."""
    for name in names:
        if name not in ALLOWED:
            raise ReadError(name, "cannot be allowed", f"take one of: {', '.join(ALLOWED)}")
    return frozenset(names)


# --- files


def load(path: str | os.PathLike[str]) -> bytes:
    """Return a file's bytes; raises ReadError where it cannot be had or is larger than allowed."""
    name = os.fspath(path)
    with _open(name) as file:
        return load_stream(file, name)


def load_stream(source: BinaryIO | TextIO, name: str = "standard input") -> bytes:
    """Return all bytes of an open file (text as UTF-8); raises ReadError as `load` does."""
    return _within_limit(name, _start(source, name))


def _open(name: str) -> BinaryIO:
    try:
        return open(name, "rb")
    except ValueError as error:  # a NUL in the name
        raise ReadError(name, str(error), "check the name") from error
    except OSError as error:
        raise _cannot(name, error) from error


def _start(source: BinaryIO | TextIO, name: str) -> bytes:
    """Return a file's bytes, one more than allowed where there are more."""
    try:
        data = source.read(limits.INPUT_BYTES + 1)
    except UnicodeDecodeError as error:
        raise ReadError(name, str(error), "open it in binary mode") from error
    except OSError as error:
        raise _cannot(name, error) from error
    return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data


_WAYS_OUT = {
    errno.ENOENT: "check the name",
    errno.EISDIR: "give a file in it",
    errno.EACCES: "ask for the right to read it",
}


def _cannot(name: str, error: OSError) -> ReadError:
    told = (error.strerror or str(error)).lower()
    return ReadError(name, told, _WAYS_OUT.get(error.errno or 0, "check it"))


def _within_limit(name: str, data: bytes) -> bytes:
    if len(data) > limits.INPUT_BYTES:
        size = f"larger than {limits.INPUT_BYTES >> 20} MiB"
        raise ReadError(name, size, "give the page alone, without what stands around it")
    return data


class Stream:
    """An open dump of which the start was read already; it is closed where it was opened here."""

    def __init__(self, start: bytes, file: BinaryIO, *, own: bool) -> None:
        self._start = memoryview(start)
        self._file = file
        self._own = own

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        if self._own:
            self._file.close()

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes."""
        if not self._start:
            return self._file.read(size)
        made = bytes(self._start[: size if size >= 0 else None])
        self._start = self._start[len(made) :]
        return made

    def seekable(self) -> bool:
        """Whether the file can be read again."""
        return self._own

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to an offset of a file opened here."""
        self._start = memoryview(b"")
        return self._file.seek(offset, whence)


def _opened(source: Readable) -> tuple[str, bytes, Stream | None]:
    """Return a source's name and bytes; of a large dump its start, and the file to read on from."""
    if isinstance(source, bytes):
        return "input", _within_limit("input", source), None
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        file = _open(name)
        try:
            data = _start(file, name)
            if len(data) > limits.INPUT_BYTES and _is_dump(data, name):
                return name, data, Stream(data, file, own=True)
        except BaseException:
            file.close()
            raise
        file.close()
        return name, _within_limit(name, data), None
    told = getattr(source, "name", None)
    name = told if isinstance(told, str) else "input"
    data = _start(source, name)
    if len(data) > limits.INPUT_BYTES and not isinstance(source, TextIO) and _is_dump(data, name):
        return name, data, Stream(data, source, own=False)
    return name, _within_limit(name, data), None


def _is_dump(start: bytes, name: str) -> bool:
    """Tell whether a file that begins so is an export: the one form that may be large."""
    from wikidiff.readers import Input, export_xml, packed

    return packed.form(start[:8]) == "7z" or not export_xml.decline(Input(name, start))


def _streamed(name: str, start: bytes, file: Stream, choice: Choice) -> Pair:
    """Return two revisions of a dump that is read as a stream."""
    from wikidiff.readers import export_xml

    if choice.reader not in (None, export_xml.NAME):
        _within_limit(name, start)
    return export_xml.read_file(
        file,
        name,
        language=choice.language,
        page=choice.page,
        revisions=choice.revisions,
    )
