"""`wikidiff rules`."""

from __future__ import annotations

import difflib

import click

from wikidiff.errors import WikidiffError
from wikidiff.report.check import explain


@click.command()
@click.argument("code", required=False)
def rules(code: str | None) -> None:
    """List the rules of 'wikidiff check'; with a CODE or name, explain one with an example.

    With the beginning of a code, such as W3, list those that begin so.
    """
    from wikidiff.rules import registry
    from wikidiff.rules.config import codes_of

    if code is None:
        click.echo(explain.listed([rule.info for rule in registry.all_rules()]), nl=False)
        return
    known = registry.by_code()
    rule = known.get(code) or known.get(code.upper())
    if rule is None and (begun := codes_of(code)):
        click.echo(explain.listed([known[one].info for one in begun]), nl=False)
        return
    if rule is None:
        close = difflib.get_close_matches(code, known, 1, 0.4)
        close = close or difflib.get_close_matches(code.upper(), known, 1, 0.4)
        way_out = f"did you mean {close[0]!r}?" if close else "see 'wikidiff rules'"
        raise WikidiffError(code, "no such rule", way_out)
    click.echo(explain.explained(rule.info), nl=False)
