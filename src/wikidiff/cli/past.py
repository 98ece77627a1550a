"""What the commands on whole histories share: their source, and a picture of how far they are."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from wikidiff import api
from wikidiff.cli import given
from wikidiff.errors import WikidiffError

if TYPE_CHECKING:
    from wikidiff.past import History

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


@contextmanager
def progress(history: History, doing: str) -> Iterator[History]:
    """Yield a history that shows on standard error how far it is read, if that is a terminal."""
    if not sys.stderr.isatty():
        yield history
        return
    from dataclasses import replace

    from wikidiff.report.progress import counter

    with counter(sys.stderr, doing, history.count) as step:
        yield replace(history, pasts=_counted(history.pasts, step))


def _counted(pasts: Iterable[Any], step: Callable[[], object]) -> Iterator[Any]:
    for past in pasts:
        yield past
        step()
