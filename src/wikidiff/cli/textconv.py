"""`wikidiff textconv`."""

from __future__ import annotations

import click

from wikidiff.cli import given, output

EPILOG = """\b
Examples:
  git config diff.wikitext.textconv 'wikidiff textconv'
  echo '*.wiki diff=wikitext' >> .gitattributes
  git log -p, git blame --textconv, git diff       go by sentences then
"""


@click.command(epilog=EPILOG)
@click.argument("file")
def textconv(file: str) -> None:
    """Print the wikitext of FILE with each sentence on a line of its own.

    A paragraph of wikitext is one long line, and git compares lines: as git's text conversion this
    makes its diffs and blame speak of sentences. No word is left out; what is printed is for
    reading and comparing, not for saving.
    """
    from wikidiff.markup.prose import sentences

    made = []
    for line in given.text(file).split("\n"):
        parts = sentences(line)
        indent = line[: len(line) - len(line.lstrip())]
        made.append(indent + "\n".join(parts) if len(parts) > 1 else line)
    output.write_utf8("\n".join(made))
