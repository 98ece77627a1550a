"""What programs call: read, diff, apply. Wires readers, recovery and engine to one Document."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, TextIO

from wikidiff import limits, markup
from wikidiff.errors import ReadError, WikidiffError
from wikidiff.limits import Fallback
from wikidiff.model import (
    Document,
    Line,
    Page,
    Revisions,
    Source,
    limit_warnings,
)
from wikidiff.sections import Assembled, Outline, assemble

if TYPE_CHECKING:
    from wikidiff.readers import Flat, Found, Input, Marked, Pair, Reader

Readable = str | os.PathLike[str] | bytes | BinaryIO | TextIO


def read(
    source: Readable,
    *,
    reader: str | None = None,
    language: str | None = None,
    old: str | None = None,
    new: str | None = None,
    reading: int = 1,
    page: str | None = None,
    revisions: str | None = None,
    name: str | None = None,
    wiki: str | None = None,
    token: str | None = None,
    allow: Collection[str] = (),
) -> Document:
    """Read a diff page: a path, its bytes, an open file, or an address on a live wiki.

    `reader` names the form instead of having it told, `language` the code of the page's own
    words. `old` and `new` are the true whole text of a side where one has it: a page whose marks
    are gone is then read by it. `reading` (1 is the best) chooses what `sections` show of such
    a page; `page` (a title) and `revisions` ("A..B": ids, "first", "prev", "last") choose where
    a source holds more than one edit. `name` is what messages call the source.

    Only an address (https://...), or a title with its `wiki`, is fetched. `token` is an OAuth 2
    access token of a private wiki; `allow` holds what else may be done: "private" (addresses of
    private networks), "http" (no encryption), "redirects" (to other hosts).

    Raises ReadError (UnrecognisedError with every reader's reason) where the source cannot be
    read, ContradictionError where `old` or `new` is not a text of this page.
    """
    opened = _opened(source, reader, name, _Web(wiki, token, allow))
    found = opened.pair or _chosen_edit(opened, language, page, revisions)
    return _document(opened, found, old, new, reading)


def read_all(
    source: Readable,
    *,
    reader: str | None = None,
    language: str | None = None,
    old: str | None = None,
    new: str | None = None,
    reading: int = 1,
    page: str | None = None,
    revisions: str | None = None,
    name: str | None = None,
    wiki: str | None = None,
    token: str | None = None,
    allow: Collection[str] = (),
) -> Iterator[Document]:
    """Yield a Document for each edit that a source holds, such as each file of a patch.

    Arguments and errors are those of `read`. Where `page` or `revisions` choose one edit, and of a
    form that holds one only, it is one Document.
    """
    opened = _opened(source, reader, name, _Web(wiki, token, allow))
    read_each = getattr(opened.reader, "read_each", None)
    all_found: Iterable[Found]
    if read_each and page is None and revisions is None:
        all_found = read_each(opened.given, language=language)
    else:
        all_found = [opened.pair or _chosen_edit(opened, language, page, revisions)]
    for found in all_found:
        yield _document(opened, found, old, new, reading)


def read_git(
    revisions: str | None = None,
    *,
    staged: bool = False,
    paths: Sequence[str] = (),
    folder: str | os.PathLike[str] | None = None,
    language: str | None = None,
    context: int = 2,
) -> Iterator[Document]:
    """Yield a Document for each wikitext file that differs in a git repository, by path.

    `revisions` is a commit (compared with its first parent), A..B, or A...B (B with where it
    branched off from A). Without it the files in the working tree are compared with the index;
    with `staged` the index with the last commit, or with the one that `revisions` names. `paths`
    are git's pathspecs; without them files count that are named .wiki, .mediawiki, .wikitext or
    .mw. `folder` is one inside the repository, the current one by default. Renames are followed.

    `source.name` is the file's path from the top of the repository. Raises ReadError where git is
    missing or does not know a revision, and at a file that is no text.
    """
    from wikidiff.readers import git

    place = None if folder is None else os.fspath(folder)
    asked = git.Asked(revisions, staged=staged, paths=tuple(paths), folder=place)
    for path, found in git.edits(asked):
        yield _paired(path, git.NAME, found, language=language, context=context)


@dataclass(frozen=True, slots=True)
class _Web:
    """How a live wiki may be asked, if the source is on one."""

    wiki: str | None
    token: str | None
    allow: Collection[str]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A source that is at hand: its bytes and their reader, or the texts that a wiki sent."""

    name: str
    reader_name: str
    given: Input | None = None
    reader: Reader | None = None
    pair: Pair | None = None


def _opened(source: Readable, reader: str | None, name: str | None, web: _Web) -> _Opened:
    from wikidiff import readers
    from wikidiff.readers import live_address

    address = None
    if isinstance(source, str) and web.wiki is not None:
        address = live_address.of_title(web.wiki, source)
    elif isinstance(source, str) and live_address.is_url(source):
        address = live_address.address(source)
    if address is None:
        found_name, data = _load(source)
    else:
        from wikidiff.readers import live

        found_name = str(source)
        access = live.Access(web.token, _allowed(web.allow))
        if not address.file:
            called = name or found_name
            return _Opened(called, live.NAME, pair=live.edit(called, address, access))
        data = _within_limit(found_name, live.fetched(found_name, access))
    given = readers.Input(name or found_name, data)
    chosen = readers.get(reader) if reader else readers.recognise(given)
    if reader and (reason := chosen.decline(given)):
        raise ReadError(given.name, f"not {reader}: {reason}", "leave --as away to have it told")
    return _Opened(given.name, chosen.NAME, given, chosen)


def is_url(source: str) -> bool:
    """Tell whether a source is an address that `read` fetches."""
    from wikidiff.readers import live_address

    return live_address.is_url(source)


ALLOWED = ("private", "http", "redirects")
"""What `allow` may hold."""


def _allowed(names: Collection[str]) -> frozenset[str]:
    for name in names:
        if name not in ALLOWED:
            raise ReadError(name, "cannot be allowed", f"take one of: {', '.join(ALLOWED)}")
    return frozenset(names)


def _document(
    opened: _Opened, found: Found, old: str | None, new: str | None, reading: int
) -> Document:
    from wikidiff import readers

    name, reader = opened.name, opened.reader_name
    if isinstance(found, readers.Flat):
        return _flattened(name, reader, found, old, new, reading)
    if old is not None or new is not None:
        raise WikidiffError(name, "the page keeps its marks", "leave --old and --new away")
    if reading != 1:
        raise WikidiffError(name, f"no reading {reading}: the page keeps its marks", "use 1")
    if isinstance(found, readers.Pair):
        return _paired(name, reader, found)
    return _marked(name, reader, found)


def _chosen_edit(
    opened: _Opened, language: str | None, page: str | None, revisions: str | None
) -> Found:
    """Return what a reader finds, of the edit asked for; raises ReadError where it has just one."""
    given, reader = opened.given, opened.reader
    assert given is not None
    assert reader is not None
    choice = {"page": page, "revisions": revisions}
    asked = {name: value for name, value in choice.items() if value is not None}
    if asked.keys() <= set(getattr(reader, "SELECTS", ())):
        return reader.read(given, language=language, **asked)
    options = " and ".join(f"--{name}" for name in asked)
    raise ReadError(given.name, f"a {reader.NAME} holds one edit only", f"leave {options} away")


def _flattened(
    name: str, reader: str, found: Flat, old: str | None, new: str | None, reading: int
) -> Document:
    from wikidiff.recover.document import document

    made, fallbacks = document(name, reader, found, old=old, new=new, reading=reading)
    warnings = (*made.warnings, *limit_warnings(fallbacks))
    return made.replace(warnings=warnings, find_changes=markup.find)


def _paired(
    name: str, reader: str, found: Pair, *, language: str | None = None, context: int = 2
) -> Document:
    """Return the Document of a source that holds both whole texts."""
    meta = found.meta
    made = diff(
        found.old, found.new, language=language or meta.language, source=name, context=context
    )
    return made.replace(
        source=replace(made.source, reader=reader),
        page=meta.page,
        revisions=_sized(meta.revisions, made.revisions),
        declared=made.declared if meta.declared is None else meta.declared,
        warnings=(*meta.warnings, *made.warnings),
    )


def _sized(told: Revisions, counted: Revisions) -> Revisions:
    """Return revisions with the sizes of the whole texts where the source tells none."""
    sides = [
        side if side.size is not None else replace(side, size=true.size)
        for side, true in ((told.old, counted.old), (told.new, counted.new))
    ]
    return Revisions(*sides)


def _marked(name: str, reader: str, found: Marked) -> Document:
    """Return the Document of a page that shows pieces of both texts with their marks."""
    meta = found.meta
    made, reached = _assembled(found)
    return Document(
        Source(name, reader, meta.engine, meta.language, found.fidelity),
        made.sections,
        made.headings,
        page=meta.page,
        revisions=meta.revisions,
        declared=meta.declared,
        warnings=(*meta.warnings, *limit_warnings(reached)),
        sections_unchanged=made.sections_unchanged,
        find_changes=markup.find,
    )


def _assembled(found: Marked) -> tuple[Assembled, list[Fallback]]:
    """Return the sections of a page with marks, words marked where the form lost them."""
    reached: list[Fallback] = []
    runs: Sequence[Sequence[Line]] = found.runs
    if not found.paired or any(x.kind == "changed" and not x.ops for run in runs for x in run):
        from wikidiff.engine import completed

        runs = completed(runs, reached, paired=found.paired)
    outlines = None
    if found.headings:
        outlines = Outline(found.headings[0]), Outline(found.headings[1])
    return assemble(runs, outlines=outlines), reached


def diff(
    old: str,
    new: str,
    *,
    language: str | None = None,
    context: int = 2,
    source: str = "",
    title: str | None = None,
) -> Document:
    """Compare two wikitexts and return the Document, with `context` lines around each change.

    `language` is the content language's code, as for the wiki; `source` and `title` are names to
    show. Never fails: where a counted limit is reached the Document is coarser and says so.
    """
    from wikidiff.engine import PairDocument

    return PairDocument(
        old,
        new,
        context=context,
        source=Source(source, "wikitext-pair", "wikidiff", language),
        page=Page(title),
        find_changes=markup.find,
    )


def diff_files(
    texts: tuple[str, str],
    paths: tuple[str, str],
    *,
    language: str | None = None,
    context: int = 2,
) -> Document:
    """Compare two states of one file under version control; `paths` are its old and new name."""
    from wikidiff.readers import selection

    title = selection.title_of_file(paths[1])
    made = diff(*texts, language=language, context=context, source=paths[1], title=title)
    renamed = selection.renamed(*paths)
    return made.replace(warnings=(*renamed, *made.warnings)) if renamed else made


def apply(document: Document, text: str, *, reverse: bool = False) -> str:
    """Return the new text from the old one; with `reverse` the old from the new.

    Raises ApplyError, and changes nothing, where `text` is not the one that the Document is of.
    """
    from wikidiff.engine import patched

    return patched(document, text, reverse=reverse)


def load(path: str | os.PathLike[str]) -> bytes:
    """Return a file's bytes; raises ReadError where it cannot be had or is larger than allowed."""
    name = os.fspath(path)
    try:
        with open(path, "rb") as file:
            data = file.read(limits.INPUT_BYTES + 1)
    except ValueError as error:  # a NUL in the name
        raise ReadError(name, str(error), "check the name") from error
    except OSError as error:
        raise ReadError(name, _plain(error), _WAYS_OUT.get(error.errno or 0, "check it")) from error
    return _within_limit(name, data)


_WAYS_OUT = {
    errno.ENOENT: "check the name",
    errno.EISDIR: "give a file in it",
    errno.EACCES: "ask for the right to read it",
}


def _plain(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _within_limit(name: str, data: bytes) -> bytes:
    if len(data) > limits.INPUT_BYTES:
        size = f"larger than {limits.INPUT_BYTES >> 20} MiB"
        raise ReadError(name, size, "give the page alone, without what stands around it")
    return data


def _load(source: Readable) -> tuple[str, bytes]:
    """Return a source's name and bytes."""
    if isinstance(source, bytes):
        return "input", _within_limit("input", source)
    if isinstance(source, str | os.PathLike):
        return os.fspath(source), load(source)
    name = getattr(source, "name", None)
    name = name if isinstance(name, str) else "input"
    return name, load_stream(source, name)


def load_stream(source: BinaryIO | TextIO, name: str = "standard input") -> bytes:
    """Return all bytes of an open file (text as UTF-8); raises ReadError as `load` does."""
    try:
        data = source.read(limits.INPUT_BYTES + 1)
    except UnicodeDecodeError as error:
        raise ReadError(name, str(error), "open it in binary mode") from error
    except OSError as error:
        raise ReadError(name, _plain(error), "check it") from error
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    return _within_limit(name, data)
