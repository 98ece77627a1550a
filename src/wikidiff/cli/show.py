"""`wikidiff show`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TextIO

import click

from wikidiff import api
from wikidiff.cli import given, output
from wikidiff.errors import WikidiffError

if TYPE_CHECKING:
    from wikidiff.model import Document
    from wikidiff.report.terminal import View

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
"""What --only takes beside the kinds themselves, and the kinds that each stands for."""

ONLY = {**{kind: (kind,) for group in KINDS.values() for kind in group}, **KINDS}

EPILOG = """\b
Examples:
  wikidiff show page.txt                   a copied diff page
  xclip -o | wikidiff show -               what you have just copied
  wikidiff show old.wiki new.wiki          two wikitexts
  wikidiff show page.txt --reading 2       another way to take a page without marks
  wikidiff show page.txt --old old.wiki    the same page, the old text known
  wikidiff show --jsonl *.txt | jq .delta  one line of JSON for each page
  wikidiff show https://de.wikipedia.org/wiki/Spezial:Diff/12345
  wikidiff show --git HEAD~3..HEAD         wikitext in a git repository
  wikidiff show --git --staged             what the next commit will change
"""


@click.command(epilog=EPILOG)
@given.sources
@click.option("--json", "as_json", is_flag=True, help="Print the Document as JSON.")
@click.option("--jsonl", is_flag=True, help="One line of JSON for each source, each by itself.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl"]),
    help="The same by name; text is for people.",
)
@click.option("--summary", is_flag=True, help="Headings and figures only, no lines.")
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(ONLY)),
    metavar="KIND",
    help="Only changes of this kind, such as links or reference.",
)
@click.option("--chars", is_flag=True, help="Mark changed words by character.")
@click.option(
    "--segment", is_flag=True, help="Chinese, Japanese, Thai and their like by word, not character."
)
@click.option("--side-by-side", "-s", is_flag=True, help="Old text left, new text right.")
@given.options
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
    choices: given.Choices,
    as_json: bool,
    jsonl: bool,
    form: str | None,
    summary: bool,
    only: Sequence[str],
    chars: bool,
    segment: bool,
    side_by_side: bool,
    color: str,
    width: int | None,
    pager: bool,
    exit_code: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Show what an edit changed.

    SOURCE is a diff page in any form that 'wikidiff readers' lists ('-' is standard input), or
    its address on a wiki; with NEW, the two are an old and a new wikitext. With --git they are
    paths, best given after --.
    """
    if chars and segment:
        raise WikidiffError("show", "--chars and --segment contradict each other", "give one")
    form = _format(form, {"json": as_json, "jsonl": jsonl})
    found = given.documents(sources, choices, several=form == "jsonl", environment=os.environ)
    if chars or segment:
        found = map(api.by_character if chars else api.by_word, found)
    if quiet:
        differs = [document.differs for document in found]  # all are read: one may be trouble
        return int(any(differs) and exit_code)
    if form != "text":
        return int(_print_json(found, one=form == "json") and exit_code)
    from wikidiff.report import terminal

    is_terminal = sys.stdout.isatty()
    view = terminal.View(
        color=output.wants_color(color, os.environ, is_terminal=is_terminal),
        width=output.width(width, is_terminal=is_terminal),
        side_by_side=side_by_side,
        summary=summary,
        context=choices.context,
        only=frozenset(kind for name in only for kind in ONLY[name]),
        reading=choices.reading,
        verbose=verbose,
    )
    with output.pager(os.environ, use=pager and is_terminal) as file:
        return int(_print(found, view, file) and exit_code)


def _format(form: str | None, flags: Mapping[str, bool]) -> str:
    """Return the format asked for by `--format` or by a flag of its own, text by default.

    Raises WikidiffError where several are.
    """
    asked = {name: f"--{name}" for name, given in flags.items() if given}
    if form is not None:
        asked.setdefault(form, f"--format {form}")
    if len(asked) > 1:
        told = " and ".join(asked.values())
        raise WikidiffError("show", f"{told} contradict each other", "give one")
    return next(iter(asked), "text")


def _print_json(found: Iterator[Document], *, one: bool) -> bool:
    """Print a Document, or several a line each; tell whether any differs.

    Raises WikidiffError, before anything is printed, where there are several and only one may be.
    """
    differs = False
    if one:
        first = list(islice(found, 2))
        if len(first) > 1:
            way_out = "take --jsonl, or choose one with --page or a path"
            raise WikidiffError(first[0].source.name, "holds several edits", way_out)
        found = iter(first)
    for document in found:
        output.write_utf8(document.to_json(indent=1 if one else None) + "\n")
        differs = differs or document.differs
    return differs


def _print(found: Iterator[Document], view: View, file: TextIO) -> bool:
    """Write the Documents for people, an empty line between two; tell whether any differs.

    As git's external diff driver each file is a run of its own, and git tells which.
    """
    from wikidiff.report import terminal

    differs = False
    apart = os.environ.get("GIT_DIFF_PATH_COUNTER", "1") != "1"
    for document in found:
        file.write("\n" * apart)
        terminal.show(document, view, file)
        differs = differs or document.differs
        apart = True
    return differs
