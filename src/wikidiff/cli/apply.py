"""`wikidiff apply`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from wikidiff import api
from wikidiff.cli import given, output
from wikidiff.errors import ApplyError, ContradictionError, WikidiffError
from wikidiff.report.doubts import doubts, settling
from wikidiff.report.readings import percent

if TYPE_CHECKING:
    from wikidiff.model import Document, Reading

EPILOG = """\b
Examples:
  wikidiff apply page.txt old.wiki > new.wiki
  wikidiff apply page.txt new.wiki --reverse > old.wiki
  wikidiff apply page.html today.wiki --fuzz       the text has moved on
  wikidiff apply page.txt old.wiki --certain       nothing rather than a guess

Exit codes: 0 the change was made, also where that is not certain: standard error says so;
2 nothing was printed.
"""

_READ = ("page", "revisions", "reader", "wiki", "token", "allow", "complete_from", "language")


_OTHER_WAY = (
    (
        "is the new text: it has the change already",
        "give --reverse to undo it",
    ),
    ("is the old text: it has not the change", "leave --reverse away"),
)
"""What is told where a text is that of the other side: without --reverse, and with it."""


@click.command(epilog=EPILOG)
@click.argument("page_", metavar="PAGE")
@click.argument("file")
@click.option("--reverse", "-R", is_flag=True, help="FILE is the new text; print the old one.")
@click.option("--fuzz", is_flag=True, help="FILE may have moved on: look for where hunks fit.")
@click.option("--certain", is_flag=True, help="Print nothing where the result is not certain.")
@given.some_options("reading", *_READ)
def apply(
    page_: str,
    file: str,
    reverse: bool,
    fuzz: bool,
    certain: bool,
    **choices: Any,  # noqa: ANN401 - as click gives them
) -> int:
    """Make a diff PAGE's change in the text of FILE, like patch, and print the result.

    A page that has lost its marks is read by that text. Where the result is not certain, one line
    on standard error says so, and what would settle it.

    Where the text is not the one that the page is of, nothing is printed and the exit code is 2;
    with --fuzz, where a hunk fits nowhere: each of those is told.
    """
    if page_ == file == "-":
        raise WikidiffError("-", "standard input can be read only once", "give one '-'")
    text = given.text(file)
    document, made = _tried(page_, file, text, reverse, fuzz, choices)
    number = choices["reading"]
    if why := doubts(document, number):
        settles = settling(document)
        if other := _likelier(page_, text, document.readings[number - 1 :], not reverse, choices):
            why, settles = f"{why}; {other}", f"{_OTHER_WAY[reverse][1]}, or {settles}"
        if certain:
            way_out = f"{settles}; nothing was applied"
            raise ApplyError(given.name(page_), f"not certain: {why}", way_out)
        output.warn(f"{given.name(page_)}: applied, but not certain: {why}; {settles}")
    output.write_utf8(made)
    return 0


def _tried(
    page: str, file: str, text: str, reverse: bool, fuzz: bool, choices: Mapping[str, Any]
) -> tuple[Document, str]:
    """Return what `_applied` does; raises ApplyError with what may be wrong with the file."""
    try:
        return _applied(page, text, reverse, fuzz, choices)
    except (ApplyError, ContradictionError) as error:
        if page != "-" and _fits(page, text, not reverse, choices):
            told, way_out = _OTHER_WAY[reverse]
            raise ApplyError(given.name(file), told, f"{way_out}; nothing was applied") from error
        if isinstance(error, ApplyError):
            raise
        way_out = f"{error.way_out}, or --fuzz where it has moved on; nothing was applied"
        raise ApplyError(given.name(file), error.trouble, way_out) from error


def _applied(
    page: str, text: str, reverse: bool, fuzz: bool, choices: Mapping[str, Any]
) -> tuple[Document, str]:
    """Return the page's Document, and the text with its change made."""
    document = _read(page, text, reverse, fuzz, choices)
    return document, api.apply(document, text, reverse=reverse, fuzz=fuzz)


def _read(page: str, text: str, reverse: bool, fuzz: bool, choices: Mapping[str, Any]) -> Document:
    source = given.readable(page, is_title=choices["wiki"] is not None)
    return api.read_for(source, text, reverse=reverse, fuzz=fuzz, name=given.name(page), **choices)


def _fits(page: str, text: str, reverse: bool, choices: Mapping[str, Any]) -> bool:
    """Tell whether a text is that of the other side, as where a change was made already."""
    try:
        _applied(page, text, reverse, False, choices)
    except WikidiffError:
        return False
    return True


def _likelier(
    page: str, text: str, readings: Sequence[Reading], reverse: bool, choices: Mapping[str, Any]
) -> str:
    """Return what to say where a text is likelier that of the other side, "" where it is not."""
    if page == "-" or not readings:
        return ""
    try:
        other = _read(page, text, reverse, False, {**choices, "reading": 1})
    except WikidiffError:
        return ""
    chance = other.readings[0].probability if other.readings else 0.0
    if chance <= readings[0].probability:
        return ""
    return f"as the {'new' if reverse else 'old'} text it is {percent(chance)} likely"
