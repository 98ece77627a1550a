"""`wikidiff check`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from wikidiff import api, batch
from wikidiff.cli import configuration, given, output
from wikidiff.errors import WikidiffError
from wikidiff.findings import SEVERITIES, Checked, rank
from wikidiff.report.check import FORMATS, rendered
from wikidiff.report.doubts import settling
from wikidiff.report.rows import plural
from wikidiff.sources import is_url, load, page_reader

if TYPE_CHECKING:
    from wikidiff.model import Document
    from wikidiff.rules.config import Config

EPILOG = """\b
Examples:
  wikidiff check old.wiki new.wiki           what the edit broke
  wikidiff check page.txt --all-lines        all that the page shows
  wikidiff check --git main...HEAD           what a branch changed
  wikidiff check --git --staged              what the next commit will change
  wikidiff check --output sarif=report.sarif old.wiki new.wiki
  wikidiff check --fix old.wiki new.wiki     a patch of what can be repaired

Exit codes: 0 nothing found, 1 findings, 2 trouble.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """How findings are told."""

    format: str
    output: tuple[str, ...]
    statistics: bool
    color: str
    quiet: bool


@click.command(epilog=EPILOG)
@given.sources
@given.options
@click.option("--all-lines", is_flag=True, help="Look at all that is known, not only at the edit.")
@click.option("--config", metavar="FILE", help="The configuration, instead of the one found.")
@click.option("--no-config", is_flag=True, help="Look for no configuration.")
@click.option("--select", multiple=True, metavar="RULES", help="Run only these rules.")
@click.option("--extend-select", multiple=True, metavar="RULES", help="Run these rules as well.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Do not run these rules.")
@click.option(
    "--format", type=click.Choice(list(FORMATS)), default="text", help="How to tell of findings."
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="[FORMAT=]FILE",
    help="Write to a file; with a format, besides what is printed.",
)
@click.option("--statistics", is_flag=True, help="Count by rule.")
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    help="Exit with 1 from this severity on (default: info).",
)
@click.option("--max-findings", type=click.IntRange(0), metavar="N", help="Let pass N findings.")
@click.option("--baseline", metavar="FILE", help="Leave out the findings that it holds.")
@click.option("--update-baseline", is_flag=True, help="Write the baseline and exit with 0.")
@click.option("--fix", is_flag=True, help="Print a patch of what can be repaired for sure.")
@click.option("--write", is_flag=True, help="With --fix: repair the files.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="When to use colour.",
)
@click.option("--jobs", "-j", type=click.IntRange(1), metavar="N", help="Processes to use.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing.")
def check(
    sources: Sequence[str],
    choices: given.Choices,
    all_lines: bool,
    config: str | None,
    no_config: bool,
    select: Sequence[str],
    extend_select: Sequence[str],
    ignore: Sequence[str],
    format: str,
    outputs: tuple[str, ...],
    statistics: bool,
    fail_on: str | None,
    max_findings: int | None,
    baseline: str | None,
    update_baseline: bool,
    fix: bool,
    write: bool,
    color: str,
    jobs: int | None,
    quiet: bool,
) -> int:
    """Check what an edit introduced, like a linter.

    Sources are those of 'wikidiff show', any number of them; two wikitexts are an old and a new
    one. RULES are codes, names or beginnings of codes, such as W401, mixed-script or W4.
    """
    asked = {
        "all-lines": all_lines or None,
        "select": _split(select),
        "extend-select": _split(extend_select),
        "ignore": _split(ignore),
        "fail-on": fail_on,
        "max-findings": max_findings,
        "baseline": baseline,
    }
    chosen = _config(asked, config, search=not no_config)
    unjudged: list[str] = []
    tasks = _tasks(sources, choices, chosen.language, unjudged)
    if write and not fix:
        raise WikidiffError("--write", "is for fixes", "give --fix --write")
    if fix:
        return _fix(tasks, chosen, choices, write=write)
    results = list(_progress(batch.checked(tasks, chosen, jobs=jobs), quiet=quiet))
    if update_baseline:
        if chosen.baseline is None:
            raise WikidiffError("--update-baseline", "no baseline is named", "give --baseline FILE")
        configuration.write_baseline(chosen.baseline, results)
        return 0
    results = _without_known(results, chosen.baseline)
    _tell(results, Told(format, outputs, statistics, color, quiet))
    for line in unjudged if not quiet else ():
        output.warn(line)
    return _code(results, chosen)


def _split(given: Sequence[str]) -> list[str] | None:
    """Return selectors, which may be joined by commas; None for none."""
    return [word for text in given for word in text.replace(",", " ").split()] or None


def _config(asked: dict[str, Any], path: str | None, *, search: bool) -> Config:
    """Return the configuration of the file with what the command line asks for laid over it."""
    from wikidiff.rules.config import Config

    told, source = configuration.load(path, search=search)
    config = Config.of(told, source)
    over = {key: value for key, value in asked.items() if value is not None}
    if not over:
        return config
    own = Config.of(over, "check")
    return replace(
        config,
        choices=(*config.choices, *own.choices),
        all_lines=own.all_lines or config.all_lines,
        fail_on=own.fail_on if "fail-on" in over else config.fail_on,
        max_findings=own.max_findings if "max-findings" in over else config.max_findings,
        baseline=own.baseline or config.baseline,
    )


def _tasks(
    sources: Sequence[str], choices: given.Choices, language: str | None, unjudged: list[str]
) -> Iterator[batch.Task]:
    """Return the edits of what was given; raises WikidiffError at once for what does not fit.

    `language` is that of the wiki, for texts of which --language does not say it. A diff page's
    own words may be in another one.
    """
    several = len(sources) != 2 or choices.wiki is not None or any(map(_is_page, sources))
    if (choices.git is not None or not several) and choices.language is None:
        choices = replace(choices, language=language)
    found = given.documents(sources, choices, several=several, environment=os.environ)
    if choices.git is not None:  # the texts alone: they are compared where there is a processor
        pairs = api.git_pairs(choices.git or None, staged=choices.staged, paths=sources)
        return (batch.Task(path, pair=p, language=choices.language) for path, p in pairs)
    path = None if several else _called(given.name(sources[1]))
    noted = _noted(found, unjudged)
    return (batch.Task(path or _called(d.source.name), d) for d in noted)


def _noted(found: Iterable[Document], unjudged: list[str]) -> Iterator[Document]:
    """Yield Documents; note of which some lines are not judged, since they are not certain."""
    for document in found:
        changed = [line for line in document.lines() if line.kind != "context"]
        doubtful = sum(not line.certain for line in changed)
        if doubtful:
            told = (
                f"{doubtful} of {plural(len(changed), 'changed line')} not judged, being uncertain"
            )
            unjudged.append(f"{document.source.name}: {told}; {settling(document)}")
        yield document


def _called(path: str) -> str:
    """Return what findings call a file: relative to the current folder where it is inside."""
    here = os.getcwd() + os.sep
    return path[len(here) :] if path.startswith(here) else path


def _progress(results: Iterator[Checked], *, quiet: bool) -> Iterator[Checked]:
    """Count results on a terminal while they come."""
    shown = sys.stderr.isatty() and not quiet
    count = 0
    for count, result in enumerate(results, 1):
        if shown and count % _EACH == 0:
            print(f"\r{count:,} edits checked", end="", file=sys.stderr, flush=True)
        yield result
    if shown and count >= _EACH:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


_EACH = 16  # results between two counts


def _is_page(source: str) -> bool:
    """Tell whether a source is a diff page; standard input is left unread."""
    if source == "-" or is_url(source):
        return source != "-"
    try:
        return page_reader(source, load(source)) is not None
    except WikidiffError:  # told when it is read
        return False


def _without_known(results: Sequence[Checked], baseline: str | None) -> list[Checked]:
    if baseline is None:
        return list(results)
    known = configuration.read_baseline(baseline)
    return [
        replace(result, findings=tuple(f for f in result.findings if f.fingerprint not in known))
        for result in results
    ]


def _tell(results: Sequence[Checked], told: Told) -> None:
    """Print findings and write them to files."""
    printed = True
    for place in told.output:
        name, equals, path = place.partition("=")
        if equals and name in FORMATS:
            configuration.write(path, rendered(name, results))
        else:
            printed = False
            configuration.write(place, rendered(told.format, results))
    if told.quiet or not printed:
        return
    if told.format == "text":
        from wikidiff.report.check import text

        color = output.wants_color(told.color, os.environ, is_terminal=sys.stdout.isatty())
        text.show(results, sys.stdout, color=color, statistics=told.statistics)
    else:
        output.write_utf8(rendered(told.format, results))


def _code(results: Iterable[Checked], config: Config) -> int:
    """Return 1 where more findings than allowed are as bad as what one may fail on."""
    if config.fail_on == "never":
        return 0
    worst = SEVERITIES.index(config.fail_on)
    count = sum(rank(f.severity) <= worst for result in results for f in result.findings)
    return int(count > (config.max_findings or 0))


def _fix(
    tasks: Iterable[batch.Task],
    config: Config,
    choices: given.Choices,
    *,
    write: bool,
) -> int:
    """Print a patch of the fixes, or make them in the files; return 1 where there are any."""
    from wikidiff.cli import fixing

    found = False
    for task in tasks:
        document = task.made()
        result = api.checked(document, config, task.path)
        found = fixing.fix(result, document, choices, write=write) or found
    return int(found and not write)
