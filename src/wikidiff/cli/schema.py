"""`wikidiff schema`."""

from __future__ import annotations

import click

from wikidiff.cli import output
from wikidiff.report.schema import schema_text


@click.command()
def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of what --json prints."""
    output.write_utf8(schema_text())
