"""`wikidiff batch`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import click

from wikidiff.batch import memory
from wikidiff.batch import run as batches
from wikidiff.batch.formats import FORMATS
from wikidiff.cli import given, output
from wikidiff.limits import BATCH_PART
from wikidiff.report.safe import visible

EPILOG = """\b
Examples:
  wikidiff batch history.xml.bz2 --to edits.parquet    every edit of a dump, a row each
  wikidiff batch dumps/ --to edits/ --format parquet   a folder of parts
  wikidiff batch pairs.jsonl --to edits.jsonl          pairs of texts, one a line
  wikidiff batch dump.xml.7z --to edits.duckdb --namespace 0 --sample 0.01
  zcat dump.xml.gz | wikidiff batch - --to edits.jsonl --pages @titles.txt

After a kill the same command goes on where it was.
"""


@click.command(epilog=EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
@click.option("--to", required=True, metavar="OUT", help="The file to write; OUT/: a folder.")
@click.option("--format", type=click.Choice(list(FORMATS)), help="Default: what OUT's suffix says.")
@click.option("--jobs", "-j", type=click.IntRange(1), metavar="N", help="Processes to use.")
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Stop after N records.")
@click.option(
    "--sample",
    type=click.FloatRange(0, 1, min_open=True),
    metavar="SHARE",
    help="Only this share of the revisions, such as 0.01: always the same ones.",
)
@click.option("--seed", type=int, default=0, metavar="N", help="Draw another sample.")
@click.option(
    "--pages", multiple=True, metavar="TITLE", help="Only this page; @FILE: a title a line."
)
@click.option("--namespace", multiple=True, type=int, metavar="N", help="Only this namespace.")
@click.option("--language", metavar="CODE", help="The wiki's language, where an input tells none.")
@click.option(
    "--part",
    type=click.IntRange(1),
    default=BATCH_PART,
    metavar="N",
    help="Records of one part: what a kill may cost.",
)
@click.option("--restart", is_flag=True, help="Begin anew, and write over OUT.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 where records were bad.")
@click.option("--quiet", "-q", is_flag=True, help="Show neither progress nor the count at the end.")
def batch(
    inputs: Sequence[str],
    to: str,
    format: str | None,
    jobs: int | None,
    limit: int | None,
    sample: float | None,
    seed: int,
    pages: Sequence[str],
    namespace: Sequence[int],
    language: str | None,
    part: int,
    restart: bool,
    exit_code: bool,
    quiet: bool,
) -> int:
    """Compare all edits of histories, dumps, pairs or saved pages, and write a row for each.

    INPUT is a file, a folder, a pattern such as 'dumps/*.bz2', or '-' for standard input: an XML
    export or dump, plain or packed, JSON lines or Parquet with `old` and `new`, or a diff page in
    any form.
    """
    job = batches.Job(
        given=tuple(inputs),
        to=to,
        format=format,
        jobs=jobs or os.cpu_count() or 1,
        limit=limit,
        sample=sample,
        seed=seed,
        pages=tuple(_titles(pages)),
        namespaces=tuple(namespace),
        language=language,
        part=part,
        restart=restart,
    )
    memory.prepare()
    with _progress(shown=sys.stderr.isatty() and not quiet) as told:
        made = batches.run(job, told)
    if not quiet:
        print(visible(_count(made, to)), file=sys.stderr)
    return int(exit_code and made.done.errors > 0)


def _titles(pages: Sequence[str]) -> Iterator[str]:
    """Yield the titles that are named, and those of the files that are."""
    for page in pages:
        if page.startswith("@"):
            yield from filter(None, map(str.strip, given.text(page[1:]).split("\n")))
        else:
            yield page


@contextmanager
def _progress(*, shown: bool) -> Iterator[batches.Told]:
    """Yield what is told how far a run is, and shows it on a terminal."""
    if not shown:
        yield lambda state: None
        return
    from wikidiff.report import progress

    color = output.wants_color("auto", os.environ, is_terminal=True)
    step: progress.Step | None = None
    with ExitStack() as shown_now:

        def told(at: batches.State) -> None:
            nonlocal step
            if step is None:  # the bar has a thread: the processes must have been started before
                step = shown_now.enter_context(progress.bar(sys.stderr, color=color))
            step(at.read, at.size, at.done.rows, at.done.errors)

        yield told


def _count(made: batches.Outcome, to: str) -> str:
    """Return what was done in one line."""
    done = made.done
    told = f"{to}: {done.rows:,} edit{'' if done.rows == 1 else 's'}"
    if made.errors is not None:
        told += f"; {done.errors:,} bad record{'' if done.errors == 1 else 's'} in {made.errors}"
    return told
