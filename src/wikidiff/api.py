"""What programs call: read, diff, apply, check. Wires sources, readers and engine together."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from wikidiff import documents, sources
from wikidiff.errors import ContradictionError, ReadError
from wikidiff.model import Document, PageWarning, Revision
from wikidiff.sources import Choice, Readable, Web

if TYPE_CHECKING:
    from wikidiff.blamed import Blame
    from wikidiff.findings import Checked, Finding
    from wikidiff.past import Entry, History
    from wikidiff.readers import Found, Pair
    from wikidiff.rules.config import Config


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
    complete_from: str | None = None,
) -> Document:
    """Read a diff page: a path, its bytes, an open file, or an address on a live wiki.

    `reader` names the form instead of having it told, `language` the code of the page's own
    words. `old` and `new` are the true whole text of a side where one has it: a page whose marks
    are gone is then read by it. `reading` (1 is the best) chooses what `sections` show of such
    a page; `page` (a title) and `revisions` ("A..B": ids, "first", "prev", "last") choose where
    a source holds more than one edit. `name` is what messages call the source.

    `complete_from` is the host name of, or an address on, the live wiki of a page that has lost
    something: the edit is looked for there by title, time, size and user, and its texts make the
    Document exact; where that fails, a warning says why.

    Only an address (https://...), or a title with its `wiki`, is fetched. `token` is an OAuth 2
    access token of a private wiki; `allow` holds what else may be done: "private" (addresses of
    private networks), "http" (no encryption), "redirects" (to other hosts).

    Raises ReadError (UnrecognisedError with every reader's reason) where the source cannot be
    read, ContradictionError where `old` or `new` is not a text of this page.
    """
    choice = Choice(reader, language, page, revisions)
    found = sources.edits(source, choice, Web(wiki, token, allow), name=name)
    (made,) = _documents(found, old, new, reading, complete_from, Web(None, token, allow))
    return made


def read_for(
    source: Readable,
    text: str,
    *,
    reverse: bool = False,
    fuzz: bool = False,
    reader: str | None = None,
    language: str | None = None,
    reading: int = 1,
    page: str | None = None,
    revisions: str | None = None,
    name: str | None = None,
    wiki: str | None = None,
    token: str | None = None,
    allow: Collection[str] = (),
    complete_from: str | None = None,
) -> Document:
    """Read a diff page that is to be applied to `text`: one whose marks are gone is read by it.

    `text` is the whole old text, or the new one with `reverse`, as a file has it: lines may end
    with carriage returns, the last one with a line feed, which no page of a wiki has. With `fuzz`
    a page that is not of this text is read by itself. All else is as for `read`.

    Raises ReadError, and without `fuzz` ContradictionError where `text` is not one of the page.
    """
    choice = Choice(reader, language, page, revisions)
    found = sources.edits(source, choice, Web(wiki, token, allow), name=name)
    (edit,) = found.found
    failed: tuple[PageWarning, ...] = ()
    if complete_from is not None:
        web = Web(None, token, allow)
        called = found._replace(found=[edit])
        (made,) = _documents(called, None, None, reading, complete_from, web)
        failed = tuple(one for one in made.warnings if one.code == "not-completed")
        if not failed:
            return made
    made = _read_for(found, edit, text, reverse=reverse, fuzz=fuzz, reading=reading)
    return made.replace(warnings=(*made.warnings, *failed))


def _read_for(
    edits: sources.Edits, edit: Found, text: str, *, reverse: bool, fuzz: bool, reading: int
) -> Document:
    """Return the Document of an edit by the text of a file, as a wiki has it or as it is."""
    lines = text.replace("\r\n", "\n")
    trouble: ContradictionError | None = None
    for known in dict.fromkeys((lines.rstrip("\n"), lines)):  # no page of a wiki ends in one
        try:
            return documents.of_known(
                edits.name, edits.reader, edit, known, is_new=reverse, reading=reading
            )
        except ContradictionError as error:
            trouble = trouble or error
    if not fuzz and trouble is not None:
        raise trouble
    return documents.of_found(edits.name, edits.reader, edit, old=None, new=None, reading=reading)


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
    complete_from: str | None = None,
) -> Iterator[Document]:
    """Yield a Document for each edit that a source holds, such as each file of a patch.

    Arguments and errors are those of `read`. Where `page` or `revisions` choose one edit, and of a
    form that holds one only, it is one Document.
    """
    choice = Choice(reader, language, page, revisions)
    found = sources.edits(source, choice, Web(wiki, token, allow), name=name, each=True)
    yield from _documents(found, old, new, reading, complete_from, Web(None, token, allow))


def _documents(
    edits: sources.Edits,
    old: str | None,
    new: str | None,
    reading: int,
    complete_from: str | None,
    web: Web,
) -> Iterator[Document]:
    name, reader = edits.name, edits.reader
    for found in edits.found:
        if complete_from is None:
            yield documents.of_found(name, reader, found, old=old, new=new, reading=reading)
            continue
        from wikidiff.readers.live import Access

        access = Access(web.token, sources.allowed(web.allow))
        yield documents.completed(name, reader, found, complete_from, access, reading=reading)


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
    for path, found in git_pairs(revisions, staged=staged, paths=paths, folder=folder):
        yield git_document(path, found, language=language, context=context)


def git_pairs(
    revisions: str | None = None,
    *,
    staged: bool = False,
    paths: Sequence[str] = (),
    folder: str | os.PathLike[str] | None = None,
) -> Iterator[tuple[str, Pair]]:
    """Yield what `read_git` makes Documents of: each file's path and both its texts."""
    from wikidiff.readers import git

    place = None if folder is None else os.fspath(folder)
    yield from git.edits(git.Asked(revisions, staged=staged, paths=tuple(paths), folder=place))


def git_document(
    path: str, found: Pair, *, language: str | None = None, context: int = 2
) -> Document:
    """Return the Document of a file in a git repository."""
    from wikidiff.readers import git

    return documents.of_pair(path, git.NAME, found, language=language, context=context)


Revised = Iterable[tuple[Revision, str | None]]
"""A history at hand: revisions with their texts, the oldest first, None where a text is hidden."""


def history(
    source: Readable | Revised,
    *,
    page: str | None = None,
    language: str | None = None,
    name: str | None = None,
    wiki: str | None = None,
    token: str | None = None,
    allow: Collection[str] = (),
    git: str | None = None,
    folder: str | os.PathLike[str] | None = None,
    since: str | None = None,
    until: str | None = None,
    user: str | None = None,
    section: str | None = None,
    added: str | None = None,
    removed: str | None = None,
    limit: int | None = None,
) -> Iterator[Entry]:
    """Yield what each edit of a page did, the oldest first.

    `source` is an export, a dump or a saved answer of a wiki's API, as a path, bytes or an open
    file; an address on a live wiki, or a title with its `wiki`; with `git` ("HEAD", a commit or
    "A..B") a file of a repository, of which `folder` is one inside it; or pairs of a Revision and
    its text. `page` is the title where there are several. `wiki`, `token`, `allow` and `name` are
    as for `read`.

    `since` and `until` are times in UTC as far as they go ("2024-05"), `section` a heading that the
    section had at some time, `added` and `removed` a text that the edit brought in or took out,
    compared by words. `limit` gives the last ones only. Revisions are read as they are needed, and
    a text only where it is. Raises ReadError where the source cannot be read.
    """
    from wikidiff.histories import Filter, log

    wanted = Filter(since, until, user, section, added, removed)
    opened = open_history(
        source,
        page=page,
        language=language,
        name=name,
        wiki=wiki,
        token=token,
        allow=allow,
        git=git,
        folder=folder,
    )
    return log(opened, wanted, limit=limit)


def blame(
    source: Readable | Revised,
    *,
    page: str | None = None,
    language: str | None = None,
    name: str | None = None,
    wiki: str | None = None,
    token: str | None = None,
    allow: Collection[str] = (),
    git: str | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> Blame:
    """Return who wrote each word that stands on a page, and in which revision.

    Arguments and errors are those of `history`. What was moved, and what was taken out and put
    back, stays with its first writer.
    """
    from wikidiff.histories import blame

    opened = open_history(
        source,
        page=page,
        language=language,
        name=name,
        wiki=wiki,
        token=token,
        allow=allow,
        git=git,
        folder=folder,
    )
    return blame(opened)


def open_history(
    source: Readable | Revised,
    *,
    page: str | None = None,
    language: str | None = None,
    name: str | None = None,
    wiki: str | None = None,
    token: str | None = None,
    allow: Collection[str] = (),
    git: str | None = None,
    folder: str | os.PathLike[str] | None = None,
) -> History:
    """Return the history that `history` tells of."""
    if git is not None:
        if not isinstance(source, str | os.PathLike):
            raise ReadError(name or "input", "no path in a git repository", "give a path")
        return sources.git_history(os.fspath(source), git, folder, language)
    if _is_revised(source):
        return sources.revised(cast("Revised", source), name or "input", page, language)
    choice = Choice(None, language, page)
    return sources.history(cast("Readable", source), choice, Web(wiki, token, allow), name=name)


def _is_revised(source: object) -> bool:
    return not isinstance(source, str | bytes | os.PathLike) and not hasattr(source, "read")


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
    return documents.of_texts(
        old, new, language=language, context=context, source=source, title=title
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


def apply(document: Document, text: str, *, reverse: bool = False, fuzz: bool = False) -> str:
    """Return the new text from the old one; with `reverse` the old from the new.

    Raises ApplyError, and changes nothing, where `text` is not the one that the Document is of.
    With `fuzz` it may have moved on since: each hunk goes where its lines stand now, or stand
    edited; the error holds as `rejects` those that fit nowhere.
    """
    from wikidiff.engine import patched

    return patched(document, text, reverse=reverse, fuzz=fuzz)


def by_character(document: Document) -> Document:
    """Return the Document with each replaced word compared by character: `--chars`."""
    from wikidiff.engine import by_character

    return by_character(document)


def by_word(document: Document) -> Document:
    """Return the Document with scripts without spaces marked by word: `--segment`."""
    from wikidiff.engine import by_word

    return by_word(document)


def check(document: Document, config: Mapping[str, Any] | None = None) -> tuple[Finding, ...]:
    """Return what the rules have to say of a Document's edit, in page order.

    `config` holds the keys of the configuration file (docs/check.md), such as
    `{"extend-select": ["W102"], "all-lines": True}`. Raises ConfigError for a key, a rule or a
    value that is not known.
    """
    from wikidiff.rules.config import DEFAULT, Config

    return checked(document, Config.of(config) if config else DEFAULT).findings


def checked(document: Document, config: Config, path: str | None = None) -> Checked:
    """Return the findings of a Document, what its edit fixed, and how much was silenced.

    `path` is what findings call the source, by default its own name.
    """
    from wikidiff.rules import run

    return run.check(document, config, path)
