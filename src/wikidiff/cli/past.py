"""What the commands on whole histories share: their source, and a picture of how far they are."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import click

from wikidiff import api
from wikidiff.cli import given, output
from wikidiff.errors import WikidiffError

if TYPE_CHECKING:
    from wikidiff.past import History, Past

_GIVEN = ("page", "wiki", "token", "allow", "language")

_GIT = click.option(
    "--git",
    is_flag=False,
    flag_value="HEAD",
    metavar="[REV|A..B]",
    help="SOURCE is a file in a git repository: its history up to a commit, or between two.",
)


def options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the source and its options to a command; it gets what opens the history."""

    @functools.wraps(command)
    def gathered(source: str, git: str | None, **values: Any) -> int:  # noqa: ANN401
        chosen = {name: values.pop(name) for name in _GIVEN}
        _check(git, chosen)
        is_title = chosen["wiki"] is not None
        opened = functools.partial(
            api.open_history,
            source if git is not None else given.readable(source, is_title=is_title),
            git=git,
            name=given.name(source),
            **chosen,
        )
        return command(opened=opened, **values)

    made = given.some_options(*_GIVEN)(gathered)
    return click.argument("source")(_GIT(made))


def _check(git: str | None, chosen: dict[str, Any]) -> None:
    if git is not None and (chosen["page"] or chosen["wiki"]):
        raise WikidiffError("--git", "--page and --wiki are for wikis", "give a path after --")


def view_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options of how a history is shown."""
    color = click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="When to use colour.",
    )
    width = click.option(
        "--width", type=click.IntRange(0), metavar="N", help="Columns to fill; 0: never wrap."
    )
    pager = click.option("--pager", is_flag=True, help="Show through $PAGER on a terminal.")
    return color(width(pager(command)))


LONG = 200
"""Revisions from which on reading them counts as long work."""


@contextmanager
def progress(history: History, doing: str) -> Iterator[History]:
    """Yield a history that shows on standard error how far it is read.

    That is if standard error is a terminal, and the history is long.
    """
    from dataclasses import replace

    if not sys.stderr.isatty():
        yield history
        return
    with ExitStack() as stack:
        yield replace(history, pasts=_counted(history, doing, stack))


def _counted(history: History, doing: str, stack: ExitStack) -> Iterator[Past]:
    """Yield the revisions, with a bar that begins at the one that makes them many."""
    pasts = iter(history.pasts)
    yield from islice(pasts, LONG)
    first = next(pasts, None)
    if first is None:
        return
    from wikidiff.report.progress import counter

    color = output.wants_color("auto", os.environ, is_terminal=True)
    shown = counter(sys.stderr, doing, history.count, done=LONG, color=color)
    step = stack.enter_context(shown)
    for past in chain([first], pasts):
        yield past
        step()
