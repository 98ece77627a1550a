"""`wikidiff readers`."""

from __future__ import annotations

import click

from wikidiff import readers as forms


@click.command()
def readers() -> None:
    """List the forms that can be read and how each is told."""
    for name in forms.NAMES:
        reader = forms.get(name)
        click.echo(f"{name}\n    {reader.ABOUT}\n    Told by: {reader.EVIDENCE}")
    click.echo("live-wiki\n    An edit on a wiki.\n    Told by: https:// or http://, or --wiki")
    click.echo("git\n    Wikitext in a git repository.\n    Told by: --git")
    click.echo("OLD NEW\n    Two wikitext files.\n    Told by: two sources, neither a diff page")
