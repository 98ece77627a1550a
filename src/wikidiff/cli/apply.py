"""`wikidiff apply`."""

from __future__ import annotations

import click

from wikidiff import api
from wikidiff.cli import given, output
from wikidiff.errors import WikidiffError

EPILOG = """\b
Examples:
  wikidiff apply page.txt old.wiki > new.wiki
  wikidiff apply page.txt new.wiki --reverse > old.wiki
  wikidiff apply page.html today.wiki --fuzz       the text has moved on
"""


@click.command(epilog=EPILOG)
@click.argument("page")
@click.argument("file")
@click.option("--reverse", "-R", is_flag=True, help="FILE is the new text; print the old one.")
@click.option("--fuzz", is_flag=True, help="FILE may have moved on: look for where hunks fit.")
@click.option(
    "--reading",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Take the Nth reading of a page without marks.",
)
def apply(page: str, file: str, reverse: bool, fuzz: bool, reading: int) -> None:
    """Make a diff PAGE's change in the text of FILE, like patch, and print the result.

    Where the text is not the one that the page is of, nothing is printed and the exit code is 2;
    with --fuzz, where a hunk fits nowhere: each of those is told.
    """
    if page == file == "-":
        raise WikidiffError("-", "standard input can be read only once", "give one '-'")
    document = api.read(given.readable(page), reading=reading, name=given.name(page))
    output.write_utf8(api.apply(document, given.text(file), reverse=reverse, fuzz=fuzz))
