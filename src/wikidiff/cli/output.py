"""How results leave: colour, width, pager, bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TextIO, cast

from wikidiff.report.safe import visible


def wants_color(choice: str, environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Return whether to colour: the option, NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, the terminal.

    The first of them that speaks decides. A terminal is coloured unless TERM is "dumb" or CLICOLOR
    is 0; git's pager counts as one. Sources: no-color.org, bixense.com/clicolors.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if any(
        environment.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")
    ):
        return True
    if environment.get("TERM") == "dumb" or environment.get("CLICOLOR") == "0":
        return False
    return is_terminal or environment.get("GIT_PAGER_IN_USE") == "true"


def width(choice: int | None, *, is_terminal: bool) -> int | None:
    """Return the columns to fill; None where lines are neither wrapped nor cut (no terminal)."""
    if choice is not None:
        return choice or None
    if not is_terminal:
        return None
    import shutil

    return shutil.get_terminal_size().columns


def write_utf8(text: str) -> None:
    """Write to standard output as UTF-8 whatever its encoding is: JSON has no other."""
    sys.stdout.flush()
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        sys.stdout.write(text)
        return
    binary.write(text.encode("utf-8", "surrogatepass"))
    binary.flush()


def warn(message: str) -> None:
    """Write a line to standard error, if that can be written."""
    with suppress(OSError):
        print(f"wikidiff: {visible(message)}", file=sys.stderr)


@contextmanager
def pager(environment: Mapping[str, str], *, use: bool) -> Iterator[TextIO]:
    """Yield where to write: the user's pager when `use` is set, else standard output.

    $WIKIDIFF_PAGER, else $PAGER, else `less` with colours passed through.
    """
    if not use:
        yield sys.stdout
        return
    import shlex
    import subprocess

    command = environment.get("WIKIDIFF_PAGER") or environment.get("PAGER") or "less"
    surroundings = {**environment, "LESS": environment.get("LESS", "FRX")}
    process = subprocess.Popen(
        shlex.split(command), stdin=subprocess.PIPE, env=surroundings, text=True, encoding="utf-8"
    )
    assert process.stdin is not None
    try:
        with suppress(BrokenPipeError):  # the user has seen enough
            yield cast(TextIO, process.stdin)
    finally:
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()
