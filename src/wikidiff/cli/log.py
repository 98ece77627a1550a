"""`wikidiff log`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from wikidiff.cli import output, past
from wikidiff.errors import WikidiffError

if TYPE_CHECKING:
    from wikidiff.past import Entry, History

EPILOG = """\b
Examples:
  wikidiff log --git -- docs/Lighthouse.wiki       a file in a git repository
  wikidiff log --git v1.0..main -- page.wiki       what happened to it in between
  wikidiff log Lighthouse --wiki wiki.example.org  a page of a live wiki
  wikidiff log dump.xml.bz2 --page Lighthouse      a page of an export or dump
  wikidiff log export.xml --since 2024-05 --user Ada
  wikidiff log export.xml --section History        that section alone, whatever its name was
  wikidiff log export.xml --grep-added 'lamp was lit'   who wrote that?
  wikidiff log export.xml --csv > edits.csv
"""


@click.command(epilog=EPILOG)
@past.options
@click.option("--since", metavar="TIME", help="From this time on (UTC): 2024, 2024-05-06, …")
@click.option("--until", metavar="TIME", help="Up to this time, all of it.")
@click.option("--user", metavar="NAME", help="Edits of this user.")
@click.option("--section", metavar="HEADING", help="Edits of this section, through its renames.")
@click.option("--grep-added", "added", metavar="TEXT", help="Edits that brought TEXT in.")
@click.option("--grep-removed", "removed", metavar="TEXT", help="Edits that took TEXT out.")
@click.option("--limit", "-n", type=click.IntRange(0), metavar="N", help="The last N of them.")
@click.option("--reverse", is_flag=True, help="The oldest first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--jsonl", is_flag=True, help="Print one line of JSON for each edit.")
@click.option("--csv", is_flag=True, help="Print a table for spreadsheets.")
@past.view_options
def log(
    opened: Callable[[], History],
    since: str | None,
    until: str | None,
    user: str | None,
    section: str | None,
    added: str | None,
    removed: str | None,
    limit: int | None,
    reverse: bool,
    as_json: bool,
    jsonl: bool,
    csv: bool,
    color: str,
    width: int | None,
    pager: bool,
) -> int:
    """Show what each edit of a page did, who reverted whom, and what was put back.

    SOURCE is an export, a dump or a saved answer of a wiki's API, the address of a page on a wiki
    or with --wiki its title, or with --git a file, best given after --.
    """
    if as_json + jsonl + csv > 1:
        raise WikidiffError("log", "--json, --jsonl and --csv contradict each other", "give one")
    from wikidiff.histories import Filter, log
    from wikidiff.report import log as report

    wanted = Filter(since, until, user, section, added, removed)
    history = opened()
    counted = report.Counted(history)
    with past.progress(counted.history, "Reading the history") as watched:
        made = log(watched, wanted, limit=limit)
        if reverse and (jsonl or csv):
            _print_each(made, csv=csv)
            return 0
        entries = list(made)
    if not reverse:
        entries.reverse()
    if jsonl or csv:
        _print_each(iter(entries), csv=csv)
        return 0
    shown = report.Log(history, entries, counted.count, newest_first=not reverse)
    if as_json:
        output.write_utf8(report.to_json(shown) + "\n")
        return 0
    is_terminal = sys.stdout.isatty()
    view = report.View(
        color=output.wants_color(color, os.environ, is_terminal=is_terminal),
        width=output.width(width, is_terminal=is_terminal),
    )
    with output.pager(os.environ, use=pager and is_terminal) as file:
        report.show(shown, view, file)
    return 0


def _print_each(entries: Iterator[Entry], *, csv: bool) -> None:
    from wikidiff.report import log as report

    lines = report.csv_lines(entries) if csv else report.json_lines(entries)
    for line in lines:
        output.write_utf8(line)
