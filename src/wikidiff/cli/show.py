"""`wikidiff show`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from wikidiff import api
from wikidiff.cli import given, output
from wikidiff.errors import UnrecognisedError, WikidiffError

if TYPE_CHECKING:
    from wikidiff.model import Document

KINDS = {
    "headings": ("heading",),
    "sections": ("section",),
    "links": ("wikilink", "external-link"),
    "templates": ("template", "parser-function"),
    "references": ("reference",),
    "categories": ("category",),
    "files": ("file", "gallery"),
    "tables": ("table",),
    "lists": ("list",),
    "formatting": ("formatting", "signature"),
    "comments": ("comment",),
    "tags": ("tag", "nowiki", "behaviour-switch", "redirect"),
    "text": ("text",),
}
"""What --only takes, and the kinds of changes that each stands for."""

EPILOG = """\b
Examples:
  wikidiff show page.txt                   a copied diff page
  xclip -o | wikidiff show -               what you have just copied
  wikidiff show old.wiki new.wiki          two wikitexts
  wikidiff show page.txt --reading 2       another way to take a page without marks
  wikidiff show page.txt --old old.wiki    the same page, the old text known
  wikidiff show --jsonl *.txt | jq .delta  one line of JSON for each page
"""


@dataclass(frozen=True, slots=True)
class Choices:
    """How sources are to be read."""

    reader: str | None = None
    language: str | None = None
    context: int | None = None
    reading: int = 1
    old: str | None = None
    new: str | None = None
    page: str | None = None
    revisions: str | None = None


@click.command(epilog=EPILOG)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE [NEW]")
@click.option("--json", "as_json", is_flag=True, help="Print the Document as JSON.")
@click.option("--jsonl", is_flag=True, help="One line of JSON for each source, each by itself.")
@click.option("--summary", is_flag=True, help="Headings and figures only, no lines.")
@click.option(
    "--only", multiple=True, type=click.Choice(list(KINDS)), help="Only changes of this kind."
)
@click.option("--side-by-side", "-s", is_flag=True, help="Old text left, new text right.")
@click.option(
    "--context", "-C", type=click.IntRange(0), metavar="N", help="Unchanged lines around changes."
)
@click.option(
    "--reading",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Show the Nth reading of a page without marks.",
)
@click.option("--old", metavar="FILE", help="The true old text, to read a page without marks by.")
@click.option("--new", metavar="FILE", help="The true new text, to read a page without marks by.")
@click.option("--page", metavar="TITLE", help="The page, where the source holds several.")
@click.option(
    "--revisions",
    metavar="A..B",
    help="Two revisions of a history: ids, first or prev on the left, last on the right.",
)
@click.option(
    "--as", "reader", metavar="READER", help="The form of the source (see 'wikidiff readers')."
)
@click.option("--language", metavar="CODE", help="Language of the page's own words, such as 'de'.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="When to use colour.",
)
@click.option(
    "--width", type=click.IntRange(0), metavar="N", help="Columns to fill; 0: never wrap."
)
@click.option("--pager", is_flag=True, help="Show through $PAGER on a terminal.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 where there are differences.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing.")
@click.option("--verbose", "-v", is_flag=True, help="Tell more: reasons, all readings.")
def show(
    sources: Sequence[str],
    as_json: bool,
    jsonl: bool,
    summary: bool,
    only: Sequence[str],
    side_by_side: bool,
    context: int | None,
    reading: int,
    old: str | None,
    new: str | None,
    page: str | None,
    revisions: str | None,
    reader: str | None,
    language: str | None,
    color: str,
    width: int | None,
    pager: bool,
    exit_code: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Show what an edit changed.

    SOURCE is a diff page in any form that 'wikidiff readers' lists ('-' is standard input); with
    NEW, the two are an old and a new wikitext.
    """
    choices = Choices(
        reader, language, context, reading, given.text_of(old), given.text_of(new), page, revisions
    )
    _check_sources(sources, choices, jsonl=jsonl)
    differs = False
    for document in _documents(sources, choices, jsonl=jsonl):
        differs = differs or document.differs
        if quiet:
            continue
        if as_json or jsonl:
            output.write_utf8(document.to_json(indent=None if jsonl else 1) + "\n")
            continue
        from wikidiff.report import terminal

        is_terminal = sys.stdout.isatty()
        view = terminal.View(
            color=output.wants_color(color, os.environ, is_terminal=is_terminal),
            width=output.width(width, is_terminal=is_terminal),
            side_by_side=side_by_side,
            summary=summary,
            context=context,
            only=frozenset(kind for name in only for kind in KINDS[name]),
            reading=reading,
            verbose=verbose,
        )
        with output.pager(os.environ, use=pager and is_terminal) as file:
            terminal.show(document, view, file)
    return int(exit_code and differs)


def _check_sources(sources: Sequence[str], choices: Choices, *, jsonl: bool) -> None:
    if sources.count("-") > 1:
        raise WikidiffError("-", "standard input can be read only once", "give one '-'")
    if jsonl:
        return
    if len(sources) > 2:
        count = f"{len(sources)} sources"
        raise WikidiffError("show", count, "give a page, two wikitexts, or --jsonl")
    alone = replace(choices, language=None, context=None)
    if len(sources) == 2 and alone != Choices():
        options = "--as, --reading, --old, --new, --page and --revisions"
        raise WikidiffError("show", f"{options} are for one diff page", "give it alone")


def _documents(sources: Sequence[str], choices: Choices, *, jsonl: bool) -> Iterator[Document]:
    if len(sources) == 2 and not jsonl:
        yield _pair(sources, choices)
        return
    for source in sources:
        yield api.read(
            given.data(source),
            reader=choices.reader,
            language=choices.language,
            old=choices.old,
            new=choices.new,
            reading=choices.reading,
            page=choices.page,
            revisions=choices.revisions,
            name=given.name(source),
        )


def _pair(sources: Sequence[str], choices: Choices) -> Document:
    """Return the Document of two wikitexts; neither may be a diff page."""
    from wikidiff import readers

    old, new = (readers.Input(given.name(source), given.data(source)) for source in sources)
    for side in (old, new):
        try:
            reader = readers.recognise(side)
        except UnrecognisedError:
            continue
        trouble = f"a diff page ({reader.NAME}), not one of two wikitexts"
        raise WikidiffError(side.name, trouble, "give it alone")
    context = 2 if choices.context is None else choices.context
    return api.diff(
        old.text,
        new.text,
        language=choices.language,
        context=context,
        source=f"{old.name} {new.name}",
    )
