"""`wikidiff blame`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from wikidiff.cli import output, past

if TYPE_CHECKING:
    from wikidiff.past import History

EPILOG = """\b
Examples:
  wikidiff blame --git -- docs/Lighthouse.wiki       a file in a git repository
  wikidiff blame Lighthouse --wiki wiki.example.org  a page of a live wiki
  wikidiff blame dump.xml.bz2 --page Lighthouse      a page of an export or dump
  wikidiff blame export.xml --summary                who wrote how much of it
  wikidiff blame export.xml --by revision            marks for revisions, not users
  wikidiff blame export.xml --json | jq '.users[0]'
"""


@click.command(epilog=EPILOG)
@past.options
@click.option(
    "--by",
    type=click.Choice(["user", "revision"]),
    default="user",
    help="Whether a mark stands for a user or for one revision.",
)
@click.option("--summary", is_flag=True, help="Only who wrote how much, not the text.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@past.view_options
@click.option("--verbose", "-v", is_flag=True, help="List all who wrote something.")
def blame(
    opened: Callable[[], History],
    by: str,
    summary: bool,
    as_json: bool,
    color: str,
    width: int | None,
    pager: bool,
    verbose: bool,
) -> int:
    """Show who wrote each word that stands on a page, and when.

    SOURCE is as for 'wikidiff log'. What was moved or put back stays with its first writer.
    """
    from wikidiff.histories import blame
    from wikidiff.report import blame as report

    with past.progress(opened(), "Reading the history") as watched:
        made = blame(watched)
    if as_json:
        from wikidiff.model import json_text

        output.write_utf8(json_text(made.to_dict(), indent=1) + "\n")
        return 0
    is_terminal = sys.stdout.isatty()
    view = report.View(
        color=output.wants_color(color, os.environ, is_terminal=is_terminal),
        width=output.width(width, is_terminal=is_terminal),
        summary=summary,
        verbose=verbose,
    )
    with output.pager(os.environ, use=pager and is_terminal) as file:
        report.show(made, view, file, by=by)
    return 0
