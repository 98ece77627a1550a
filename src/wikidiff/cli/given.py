"""Sources as they are named on the command line, and the options of how they are read.

"-" is standard input. Commands that read diff pages share all of it: `sources` is their argument,
`options` gives them the rest as one `Choices`, `documents` reads.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

import click

from wikidiff import api
from wikidiff.errors import WikidiffError
from wikidiff.sources import ALLOWED, Readable, is_url, load, load_stream, page_reader
from wikidiff.values import value

if TYPE_CHECKING:
    from wikidiff.model import Document


def name(source: str) -> str:
    """Return what messages call a source."""
    return "standard input" if source == "-" else source


def data(source: str) -> bytes:
    """Return a source's bytes; raises ReadError."""
    return load_stream(sys.stdin.buffer) if source == "-" else load(source)


def readable(source: str, *, is_title: bool = False) -> Readable:
    """Return a source as `api.read` takes it: a path, an address, a title, or standard input."""
    return sys.stdin.buffer if source == "-" and not is_title else source


def text(source: str) -> str:
    """Return the text of a wikitext source, which may be empty; raises ReadError."""
    from wikidiff import readers

    found = data(source)
    return readers.Input(name(source), found).text if found else ""


def text_of(source: str | None) -> str | None:
    """Return the text of a source that may not be given."""
    return None if source is None else text(source)


@value
class Choices:
    """How sources are to be read; `git` is "" where no revision was given, None without --git."""

    reader: str | None = None
    language: str | None = None
    context: int | None = None
    reading: int = 1
    old: str | None = None
    new: str | None = None
    page: str | None = None
    revisions: str | None = None
    git: str | None = None
    staged: bool = False
    wiki: str | None = None
    token: str | None = field(default=None, repr=False)
    allow: tuple[str, ...] = ()
    complete_from: str | None = None


_OPTIONS = {
    "git": click.option(
        "--git",
        is_flag=False,
        flag_value="",
        metavar="[REV[..REV]]",
        help="Wikitext in a git repository: a commit, two, or the files not added yet.",
    ),
    "staged": click.option(
        "--staged", is_flag=True, help="With --git: what is added for the next commit."
    ),
    "context": click.option(
        "--context", "-C", type=click.IntRange(0), metavar="N", help="Unchanged lines around it."
    ),
    "reading": click.option(
        "--reading",
        type=click.IntRange(1),
        default=1,
        metavar="N",
        help="Take the Nth reading of a page without marks.",
    ),
    "old": click.option(
        "--old", metavar="FILE", help="The true old text, to read a markless page by."
    ),
    "new": click.option(
        "--new", metavar="FILE", help="The true new text, to read a markless page by."
    ),
    "page": click.option(
        "--page", metavar="TITLE", help="The page, where the source holds several."
    ),
    "revisions": click.option(
        "--revisions",
        metavar="A..B",
        help="Two revisions of a history: ids, first or prev on the left, last on the right.",
    ),
    "reader": click.option(
        "--as", "reader", metavar="READER", help="The form of the source (see 'wikidiff readers')."
    ),
    "wiki": click.option(
        "--wiki",
        metavar="HOST",
        help="The wiki of a page that is given by its title, such as 'de.example.org'.",
    ),
    "token": click.option(
        "--token",
        metavar="TOKEN",
        envvar="WIKIDIFF_TOKEN",
        help="OAuth 2 access token of a private wiki; better by $WIKIDIFF_TOKEN.",
    ),
    "allow": click.option(
        "--allow",
        multiple=True,
        type=click.Choice(ALLOWED),
        help="What a live wiki may do: be on a private network, unencrypted, redirect elsewhere.",
    ),
    "complete_from": click.option(
        "--complete-from",
        metavar="URL",
        help="The wiki of a page that has lost something: its texts make the page exact.",
    ),
    "language": click.option(
        "--language", metavar="CODE", help="Language of the page's words, such as 'de'."
    ),
}


def options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of sources to a command; it gets them as `choices`."""

    @functools.wraps(command)
    def gathered(**values: Any) -> int:  # noqa: ANN401 - as click gives them
        chosen = {name: values.pop(name) for name in Choices.__dataclass_fields__}
        chosen |= {side: text_of(chosen[side]) for side in ("old", "new")}
        return command(choices=Choices(**chosen), **values)

    for option in reversed(_OPTIONS.values()):
        gathered = option(gathered)
    return gathered


def some_options(*names: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return what adds some of the options, under their own names, to a command."""

    def add(command: Callable[..., int]) -> Callable[..., int]:
        for name in reversed(names):
            command = _OPTIONS[name](command)
        return command

    return add


sources = click.argument("sources", nargs=-1, metavar="SOURCE [NEW]")
"""The argument of commands that read diff pages; with --git the sources are paths."""


def documents(
    sources: Sequence[str], choices: Choices, *, several: bool, environment: Mapping[str, str]
) -> Iterator[Document]:
    """Return the Documents of what a command was given, read one after the other.

    One source may hold several edits; two sources are an old and a new wikitext, unless `several`
    sources may be given, each by itself. As an external diff driver of git (told by `environment`)
    the sources are what git passes to one. Raises WikidiffError at once where the sources and
    choices do not go together, and as `api.read` does while reading.
    """
    if driven := _driven(sources, environment):
        return iter([_driver(driven, choices)])
    if choices.git is not None or choices.staged:
        _check_git(choices)
        return api.read_git(
            choices.git or None,
            staged=choices.staged,
            paths=sources,
            language=choices.language,
            context=_context(choices),
        )
    _check(sources, choices, several=several)
    if len(sources) == 2 and not several:
        return iter([_pair(sources, choices)])
    return _each(sources, choices)


def _context(choices: Choices) -> int:
    return 2 if choices.context is None else choices.context


def _check_git(choices: Choices) -> None:
    if choices.git is None:
        raise WikidiffError("--staged", "is for git", "give --git --staged")
    alone = replace(choices, git=None, staged=False, language=None, context=None, token=None)
    if alone != Choices():
        options = "--as, --reading, --old, --new, --page and --revisions"
        raise WikidiffError("--git", f"{options} are for diff pages", "give paths after --")


def _check(sources: Sequence[str], choices: Choices, *, several: bool) -> None:
    if not sources:
        raise click.UsageError("Missing argument 'SOURCE'.")
    if sources.count("-") > 1:
        raise WikidiffError("-", "standard input can be read only once", "give one '-'")
    if several:
        return
    if len(sources) > 2:
        many = f"{len(sources)} sources"
        raise WikidiffError(many, "are too many", "give a page, two wikitexts, or --jsonl")
    alone = replace(choices, language=None, context=None, token=None)
    if len(sources) == 2 and alone != Choices():
        options = "--as, --reading, --old, --new, --page, --revisions, --wiki and --complete-from"
        raise WikidiffError("2 sources", f"{options} are for one diff page", "give it alone")


def _each(sources: Sequence[str], choices: Choices) -> Iterator[Document]:
    for source in sources:
        yield from api.read_all(
            readable(source, is_title=choices.wiki is not None),
            reader=choices.reader,
            language=choices.language,
            old=choices.old,
            new=choices.new,
            reading=choices.reading,
            page=choices.page,
            revisions=choices.revisions,
            name=name(source),
            wiki=choices.wiki,
            token=choices.token,
            allow=choices.allow,
            complete_from=choices.complete_from,
        )


def _pair(sources: Sequence[str], choices: Choices) -> Document:
    """Return the Document of two wikitexts; neither may be a diff page."""
    texts = [_wikitext(source) for source in sources]
    return api.diff(
        *texts,
        language=choices.language,
        context=_context(choices),
        source=" ".join(map(name, sources)),
    )


def _wikitext(source: str) -> str:
    from wikidiff import readers

    if is_url(source):
        raise WikidiffError(source, "an address, not one of two wikitexts", "give it alone")
    found = readers.Input(name(source), data(source))
    if not found.data:
        return ""
    reader = page_reader(found.name, found.data)
    if reader is None:
        return found.text
    trouble = f"a diff page ({reader.NAME}), not one of two wikitexts"
    raise WikidiffError(found.name, trouble, "give it alone")


def _driven(sources: Sequence[str], environment: Mapping[str, str]) -> Sequence[str]:
    """Return git's arguments of an external diff driver, () where this is none.

    PATH OLD-FILE OLD-HEX OLD-MODE NEW-FILE NEW-HEX NEW-MODE, of a renamed file also NEW-PATH and
    what git says of it; PATH alone where it has conflicts (git(1), GIT_EXTERNAL_DIFF).
    """
    given = "GIT_DIFF_PATH_TOTAL" in environment and len(sources) in (1, 7, 9)
    return sources if given else ()


def _driver(arguments: Sequence[str], choices: Choices) -> Document:
    if len(arguments) == 1:
        raise WikidiffError(arguments[0], "has conflicts that are not resolved", "resolve them")
    old, new = arguments[1], arguments[4]
    return api.diff_files(
        (text(old), text(new)),
        paths=(arguments[0], arguments[7] if len(arguments) == 9 else arguments[0]),
        language=choices.language,
        context=_context(choices),
    )
