"""From what a user has in hand to what a reader finds in it: paths, bytes, files, addresses."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import field, replace
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TextIO, cast

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import Page
from wikidiff.values import value

if TYPE_CHECKING:
    from wikidiff.model import PageWarning, Revision
    from wikidiff.past import History
    from wikidiff.readers import Found, Input, Pair, Reader, packed
    from wikidiff.readers.live import Access

Readable = str | os.PathLike[str] | bytes | BinaryIO | TextIO

ALLOWED = ("private", "http", "redirects")
"""What a live wiki may be allowed: see `readers.live_session`."""


class Choice(NamedTuple):
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


@value
class Web:
    """How a live wiki may be asked: `wiki` where the source is a title on it."""

    wiki: str | None = None
    token: str | None = field(default=None, repr=False)
    allow: Collection[str] = ()


class Edits(NamedTuple):
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

    if isinstance(source, str) and (web.wiki is not None or is_url(source)):
        return _from_wiki(source, choice, web, name or source, each=each)
    with _opened(source) as (found_name, data, dump):
        called = name or found_name
        if dump is not None:
            return Edits(called, "export-xml", [_streamed(called, dump, choice)])
    return _read(readers.Input(called, data), choice, each=each)


def history(source: Readable, choice: Choice, web: Web, *, name: str | None = None) -> History:
    """Return the history of the one page of a source, or of the page that `choice` names.

    A source is an export or dump, a saved answer of the API, or a page of a live wiki. Raises
    ReadError where it cannot be had or read, and where it holds no history.
    """
    from wikidiff import readers

    if isinstance(source, str) and (web.wiki is not None or is_url(source)):
        return _live_history(source, choice, web, name or source)
    stack = ExitStack()
    found_name, data, dump = stack.enter_context(_opened(source))
    given = readers.Input(name or found_name, data)
    if dump is not None:
        return _export_history(lambda: _last(dump, stack), given.name, choice)
    stack.close()
    return _read_history(given, readers.recognise(given).NAME, choice)


@contextmanager
def _last(file: packed.Readable, stack: ExitStack) -> Iterator[packed.Readable]:
    """Yield an open file that is closed with what it stands in."""
    with stack:
        yield file


def _export_history(
    opener: Callable[[], AbstractContextManager[packed.Readable]], name: str, choice: Choice
) -> History:
    from wikidiff.readers import export_history

    return export_history.history(opener, name, page=choice.page, language=choice.language)


def _read_history(given: Input, reader: str, choice: Choice) -> History:
    from wikidiff.readers import export_xml, query_json

    if reader == export_xml.NAME:
        return _export_history(lambda: nullcontext(io.BytesIO(given.data)), given.name, choice)
    if reader != query_json.NAME:
        way_out = "give an export or dump, a page of a wiki, or a path with --git"
        raise ReadError(given.name, f"a {reader} holds no history", way_out)
    return query_json.history(given, language=choice.language, page=choice.page)


def git_history(
    path: str, revisions: str, folder: str | os.PathLike[str] | None, language: str | None
) -> History:
    """Return the history of a file in a git repository; raises ReadError where it has none."""
    from wikidiff.readers import git_history

    place = None if folder is None else os.fspath(folder)
    found = git_history.history(git_history.Asked(path, revisions, place))
    return replace(found, language=language)


def revised(
    given: Iterable[tuple[Revision, str | None]],
    name: str,
    title: str | None,
    language: str | None,
) -> History:
    """Return the history that revisions and their texts at hand are."""
    from wikidiff.past import Content, History, Past

    pasts = (
        Past(
            told,
            Content.of(text, "" if text is not None else f"hidden {at}"),
            hidden=frozenset(() if text is not None else ("text",)),
        )
        for at, (told, text) in enumerate(given)
    )
    return History(name, "revisions", Page(title), pasts, language)


def _live_history(source: str, choice: Choice, web: Web, name: str) -> History:
    from wikidiff.readers import Input, live, live_address, live_history, recognise

    if web.wiki is None:
        address = live_address.address(source)
    else:
        address = live_address.of_title(web.wiki, source)
    access = live.Access(web.token, allowed(web.allow))
    if not address.file:
        return live_history.history(name, address, access)
    given = Input(name, _fetched(name, source, access))
    return _read_history(given, recognise(given).NAME, choice)


def _from_wiki(source: str, choice: Choice, web: Web, name: str, *, each: bool) -> Edits:
    from wikidiff import readers
    from wikidiff.readers import live, live_address

    if web.wiki is None:
        address = live_address.address(source)
    else:
        address = live_address.of_title(web.wiki, source)
    access = live.Access(web.token, allowed(web.allow))
    if not address.file:
        return Edits(name, live.NAME, [live.edit(name, address, access)])
    return _read(readers.Input(name, _fetched(name, source, access)), choice, each=each)


def _fetched(name: str, url: str, access: Access) -> bytes:
    """Return what stands at an address, as of a file: the API may answer with a page."""
    from wikidiff.readers import live

    return _unwrapped(name, _within_limit(name, live.fetched(url, access)))


def _read(given: Input, choice: Choice, *, each: bool) -> Edits:
    bare = _bared(given, choice.reader)
    made = _read_plain(bare, choice, each=each)
    if bare is given:
        return made
    return made._replace(found=(_warned(found, bare.warnings) for found in made.found))


def _bared(given: Input, reader: str | None = None) -> Input:
    """Return a page without what a mail or a chat put before its lines and around it."""
    from wikidiff.readers import quoted

    if bare := quoted.bared(given.data):
        return _bared(_within(given, *bare), reader)
    for_it = quoted.inside(given.data)
    if for_it is None or _taker(given, reader):
        return given
    inner = _bared(_within(given, *for_it), reader)
    return inner if _taker(inner, reader) else given


def page_reader(name: str, data: bytes) -> Reader | None:
    """Return the reader that takes bytes for a diff page; None where none does."""
    from wikidiff import readers

    return _taker(_bared(readers.Input(name, data)), None)


def _within(given: Input, data: bytes, warning: PageWarning) -> Input:
    from wikidiff import readers

    quoted = given.quoted or b">" in given.data[:1]
    return readers.Input(given.name, data, quoted, (*given.warnings, warning))


def _taker(given: Input, name: str | None) -> Reader | None:
    """Return the reader that takes a source, of all or the one named; None where none does."""
    from wikidiff import readers

    try:
        if name is None:
            return readers.recognise(given)
        named = readers.get(name)
        return named if named.decline(given) is None else None
    except ReadError:
        return None


def _warned(found: Found, warnings: tuple[PageWarning, ...]) -> Found:
    meta = found.meta._replace(warnings=(*found.meta.warnings, *warnings))
    return found._replace(meta=meta)


def _read_plain(given: Input, choice: Choice, *, each: bool) -> Edits:
    from wikidiff import readers
    from wikidiff.readers import paged

    chosen = readers.get(choice.reader) if choice.reader else readers.recognise(given)
    reason = chosen.decline(given) if choice.reader else None
    if reason and reason != paged.BROKEN:  # who names the form may know its lines to be whole
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
    return source[:8].lower().startswith(("https://", "http://"))


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
    return _unwrapped(name, _within_limit(name, _start(source, name, limits.INPUT_BYTES + 1)))


def _open(name: str) -> BinaryIO:
    try:
        return open(name, "rb")
    except ValueError as error:  # a NUL in the name
        raise ReadError(name, str(error), "check the name") from error
    except OSError as error:
        raise _cannot(name, error) from error


def _start(source: BinaryIO | TextIO, name: str, size: int) -> bytes:
    """Return the next bytes of a file, up to a size (of text: in code points)."""
    try:
        data = source.read(size)
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
    if error.errno == errno.ENOENT and "://" in name:
        return ReadError(name, "no address that is fetched", "give https://…, or a file")
    told = (error.strerror or str(error)).lower()
    return ReadError(name, told, _WAYS_OUT.get(error.errno or 0, "check it"))


def _within_limit(name: str, data: bytes) -> bytes:
    if len(data) > limits.INPUT_BYTES:
        size = f"larger than {limits.INPUT_BYTES >> 20} MiB"
        raise ReadError(name, size, "give the page alone, without what stands around it")
    return data


def _unwrapped(name: str, data: bytes) -> bytes:
    """Return what bytes hold: in UTF-8, out of a browser's single file, a mail, the API's page.

    Raises ReadError where that cannot be had; `name` is what messages call the source.
    """
    if data[:1] in (b"\xff", b"\xfe"):
        from wikidiff.readers.decode import as_utf8

        data = as_utf8(data)
    if b"multipart/related" in data[:_SINGLE_FILE]:
        from wikidiff.readers import mhtml

        data = mhtml.page(data) if mhtml.begins(data) else data
    if b"ontent-" in data[:_MAIL_HEAD]:
        from wikidiff.readers import mail

        data = _mailed(name, data) if mail.begins(data) else data
    if b"api-pretty-content" in data[:_API_PAGE]:
        from wikidiff.readers import api_page

        return api_page.answer(data, name)
    return data


def _mailed(name: str, data: bytes) -> bytes:
    """Return the part of a mail that a reader takes, else the mail's own text."""
    from wikidiff import readers
    from wikidiff.readers import mail

    found = [part for part in mail.parts(data) if part.strip()]
    for part in found:
        bare = _bared(readers.Input(name, part))
        if _taker(bare, None):
            return part
    return found[0] if found else data


_SINGLE_FILE = 4_096  # bytes in which the head of a browser's single file tells its kind
_MAIL_HEAD = 65_536  # and in which that of a mail does, which has all its stations
_API_PAGE = 200_000  # bytes in which the API's page begins to show its answer


class Stream:
    """An open dump of which the start was read already and cannot be read again."""

    def __init__(self, start: bytes, file: BinaryIO) -> None:
        self._start = memoryview(start)
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes."""
        if not self._start:
            return self._file.read(size)
        made = bytes(self._start[: size if size >= 0 else None])
        self._start = self._start[len(made) :]
        return made

    def seekable(self) -> bool:
        """Tell that there is no way back."""
        return False

    def seek(self, offset: int, whence: int = 0) -> int:
        """Raise: there is no way back."""
        raise io.UnsupportedOperation("seek")


@contextmanager
def _opened(source: Readable) -> Iterator[tuple[str, bytes, packed.Readable | None]]:
    """Yield a source's name and bytes; of a dump instead of these the file to read it from."""
    if isinstance(source, bytes):
        yield "input", _unwrapped("input", _within_limit("input", source)), None
    elif isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        with _open(name) as file:
            yield name, *_read_or_stream(file, name, again=file.seekable())
    else:
        told = getattr(source, "name", None)
        name = told if isinstance(told, str) else "input"
        yield name, *_read_or_stream(source, name, again=False)


def _read_or_stream(
    file: BinaryIO | TextIO, name: str, *, again: bool
) -> tuple[bytes, packed.Readable | None]:
    """Return all bytes of a file; of a dump the file itself, at its start.

    `again` tells that the file can be read from its start again.
    """
    start = _start(file, name, _START)
    more = len(start) >= _START and not isinstance(file, io.TextIOBase)
    if more and _is_dump(start, name, again=again):
        if again:
            file.seek(0)
        return b"", cast(BinaryIO, file) if again else Stream(start, cast(BinaryIO, file))
    rest = _start(file, name, max(limits.INPUT_BYTES + 1 - len(start), 0)) if start else b""
    return _unwrapped(name, _within_limit(name, start + rest)), None


_START = 2 << 20
"""Bytes by which a dump is told: bzip2 packs in blocks of up to 900 kB."""


def _is_dump(start: bytes, name: str, *, again: bool) -> bool:
    """Tell whether a file that begins so is an export: the one form that may be large."""
    from wikidiff.readers import Input, export_xml, packed

    if packed.form(start[:8]) == "7z":
        return again  # its table stands at its end: a pipe is read whole
    try:
        return export_xml.decline(Input(name, start)) is None
    except ReadError:  # an extra is missing: the reader says so
        return False


def _streamed(name: str, file: packed.Readable, choice: Choice) -> Pair:
    """Return two revisions of a dump that is read as a stream."""
    from wikidiff.readers import export_xml

    if choice.reader not in (None, export_xml.NAME):
        trouble = f"not {choice.reader}: an XML export"
        raise ReadError(name, trouble, "leave --as away to have it told")
    return export_xml.read_file(
        file,
        name,
        language=choice.language,
        page=choice.page,
        revisions=choice.revisions,
    )
