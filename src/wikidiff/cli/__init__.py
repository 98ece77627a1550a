"""The command line: options, environment, colour, exit codes."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import NoReturn

import click

from wikidiff.cli.root import root
from wikidiff.errors import ApplyError, UnrecognisedError, WikidiffError
from wikidiff.report.safe import visible

__all__ = ["main", "run"]

_COLLECTIONS = 200_000, 5, 5
"""New objects between two looks for cycles, and looks at younger ones between those at older ones:
nearly all that a command makes lives until it is printed, and holds none. On one page nothing is
looked at then, which saves a thirtieth of its time; in long runs the oldest are every five million.
"""

CLEAN, FOUND, TROUBLE, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141  # 128 + SIGINT, SIGPIPE


def run() -> NoReturn:
    """Run the command of this process and end it: what a console starts.

    Where nothing waits for Python's own end, as after `show`, the process ends without it: to free
    every object one by one takes a tenth of the time, for memory that the system takes back whole.
    """
    code = main()  # has flushed what was written
    if not _is_awaited():
        os._exit(code)
    sys.exit(code)


def _is_awaited() -> bool:
    """Tell whether anything is to be done when Python ends.

    Pools, temporary folders and the log ask for it by `atexit`; others are threads, and profilers
    and debuggers, which see this process through.
    """
    threading, monitoring = sys.modules.get("threading"), getattr(sys, "monitoring", None)
    registered = getattr(atexit, "_ncallbacks", None)  # CPython's own: elsewhere nothing is known
    return bool(
        registered is None
        or registered()
        or (threading and threading.active_count() > 1)
        or sys.gettrace()
        or sys.getprofile()
        or (monitoring and any(map(monitoring.get_tool, range(6))))  # from Python 3.12 on
    )


def main(argv: list[str] | None = None) -> int:
    """Run one command; return the process exit code.

    0 done, 1 differences or findings where asked for, 2 trouble, 130 interrupted, 141 reader gone.
    """
    gc.set_threshold(*_COLLECTIONS)
    if "_WIKIDIFF_COMPLETE" in os.environ:
        root.main(prog_name="wikidiff")  # the shell wants completions: click answers and exits
    if isinstance(sys.stdout, io.TextIOWrapper):  # an ASCII stdout must not end in a traceback
        sys.stdout.reconfigure(errors="backslashreplace")
    code = _run(sys.argv[1:] if argv is None else [*argv])
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:  # Python would meet it again while exiting, and return 120
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return code


def _run(arguments: list[str]) -> int:
    try:  # not root.main(standalone_mode=False): a closed pipe would be SystemExit(1) = FOUND
        with root.make_context("wikidiff", arguments) as context:
            code = int(root.invoke(context) or CLEAN)
        print(end="", flush=True)
    except click.exceptions.Exit as stop:  # --help, --version
        return _flushed(stop.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return PIPE_CLOSED
    except click.ClickException as error:  # its own exit_code may be 1, which means FOUND here
        return _complain(_usage(error, arguments))
    except UnrecognisedError as error:
        lines = [f"  {name}: {reason}" for name, reason in error.reasons]
        return _complain(str(error), *lines)
    except ApplyError as error:
        return _complain(str(error), *_rejects(error))
    except WikidiffError as error:
        return _complain(str(error))
    except OSError as error:  # what could not be read is a ReadError: this is the output
        return _complain(f"output: {(error.strerror or str(error)).lower()}; make room for it")
    except Exception as bug:
        import traceback

        lines = "".join(traceback.format_exception(bug)).rstrip("\n").split("\n")
        return _complain("a bug in wikidiff, please report it with the input:", *lines)
    return code


def _usage(error: click.ClickException, arguments: list[str]) -> str:
    """Return what is wrong with a command line, in the shape of all errors."""
    known = root.list_commands(click.Context(root))
    command = next((one for one in arguments[:1] if one in known), None)
    told = error.format_message().rstrip(".").replace(". (", " (")
    asked = f"wikidiff {command}" if command else "wikidiff"
    return f"{command or 'command line'}: {told[:1].lower()}{told[1:]}; see '{asked} --help'"


def _rejects(error: ApplyError) -> Iterator[str]:
    for number, lines in error.rejects:
        yield f"@ line {number}"
        yield from lines


def _flushed(code: int) -> int:
    """Return the code after --help and the like, or that of the trouble with printing them."""
    try:
        print(end="", flush=True)
    except BrokenPipeError:
        return PIPE_CLOSED
    except OSError as error:
        return _complain(f"output: {(error.strerror or str(error)).lower()}; make room for it")
    return code


def _complain(message: str, *more: str) -> int:
    with suppress(OSError):  # nobody reads stderr: the code still says it
        print(f"wikidiff: {visible(message)}", file=sys.stderr)
        for line in more:
            print(visible(line), file=sys.stderr)
    return TROUBLE
