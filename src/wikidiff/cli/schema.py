"""`wikidiff schema`."""

from __future__ import annotations

import click

from wikidiff.cli import output
from wikidiff.report.schema import schema_text


@click.command()
@click.argument(
    "of", type=click.Choice(["document", "findings", "log", "blame"]), default="document"
)
def schema(of: str) -> None:
    """Print the JSON Schema (draft 2020-12) of what --json prints.

    With 'findings', of what 'wikidiff check --format json' prints; with 'log' and 'blame', of what
    those commands print.
    """
    output.write_utf8(schema_text(of))
