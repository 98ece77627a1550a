"""The command group; each command's module is imported only when it is run."""

from __future__ import annotations

from importlib import import_module

import click

from wikidiff.version import VERSION, is_compiled

_COMMANDS = {
    "apply": "Make a diff page's change in a text, like patch.",
    "batch": "Compare all edits of dumps, histories or pairs: a row for each.",
    "blame": "Show who wrote each word of a page.",
    "check": "Check what an edit introduced, like a linter.",
    "log": "Show what each edit of a page did, and who reverted whom.",
    "readers": "List the forms that can be read and how each is told.",
    "rules": "List the rules of check, or explain one.",
    "schema": "Print the JSON Schema of what --json prints.",
    "show": "Show what an edit changed.",
    "textconv": "Print wikitext a sentence a line, for git's diffs and blame.",
}


class _Lazy(click.Group):
    """A group that knows its commands' names and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"wikidiff.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


EPILOG = """\b
Examples:
  wikidiff show page.txt             a diff page, copied from a browser
  wikidiff show old.wiki new.wiki    two wikitexts
  wikidiff show --json page.txt      for other programs
  wikidiff check old.wiki new.wiki   what the edit broke

Exit codes: 0 done, 1 differences with --exit-code or findings of check, 2 trouble,
130 interrupted, 141 closed pipe.
"""


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        how = "compiled" if is_compiled() else "pure Python"
        click.echo(f"wikidiff, version {VERSION} ({how})")
        ctx.exit()


@click.group(
    cls=_Lazy,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version, and whether the engine is compiled, and exit.",
)
def root() -> None:
    """Read a wiki's revision diff in whatever form you have it, and see what really changed."""
