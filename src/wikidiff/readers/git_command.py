"""git itself: how its commands run, and contents by object id.

Only plumbing commands run, without a shell: `rev-parse` turns every revision into an object id
before anything else sees it, lists are asked for with -z, contents by object id. Neither diff
drivers nor text conversions run. Sources: git-cat-file(1), gitrevisions(7).
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.readers.decode import decode

_OBJECT = re.compile(rb"[0-9a-f]{40,64}")


class Git:
    """Runs git in one folder."""

    def __init__(self, folder: str | None, name: str, more: Mapping[str, str]) -> None:
        self.name = name
        self._folder = folder
        self._more = more
        self.environment = {
            **os.environ,
            "GIT_NO_LAZY_FETCH": "1",  # a partial clone must not reach for the network
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
            **more,
        }

    @property
    def line(self) -> list[str]:
        """The beginning of each command."""
        return ["git", *(["-C", self._folder] if self._folder else [])]

    def ask(self, *arguments: str, data: bytes = b"") -> bytes:
        """Return what a command prints; raises ReadError with git's words where it fails."""
        made = self.run(arguments, data)
        if made.returncode:
            raise ReadError(self.name, self._told(made.stderr), "check it with git")
        return made.stdout

    def run(
        self, arguments: Sequence[str], data: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command that may fail; raises ReadError where git cannot be run."""
        try:
            return subprocess.run(
                [*self.line, *arguments],
                input=data,
                capture_output=True,
                env=self.environment,
                check=False,
            )
        except OSError as error:
            raise self._missing(error) from error
        except ValueError as error:  # a NUL in a name
            raise ReadError(self.name, str(error), "check the name") from error

    def _missing(self, error: OSError) -> ReadError:
        told = (error.strerror or str(error)).lower()
        return ReadError(self.name, f"git cannot be run: {told}", "install git")

    def _told(self, words: bytes) -> str:
        lines = words.decode("utf-8", "replace").strip().split("\n")
        told = next((line for line in lines if line.startswith("fatal: ")), lines[0])
        return (told.removeprefix("fatal: ") or "git failed")[: limits.QUOTED_CHARS]

    def object_of(self, revision: str, kind: str = "commit") -> str:
        """Return the id of what a revision names; raises ReadError where there is no such thing."""
        if not revision.startswith("-"):  # no option may come in by this way
            asked = (
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                f"{revision}^{{{kind}}}",
            )
            found = self.run(asked).stdout.strip()
            if _OBJECT.fullmatch(found):
                return found.decode()
        self.ask("rev-parse", "--git-dir")  # then this is the trouble: no repository here
        quoted = revision[: limits.QUOTED_CHARS]
        way_out = "give a commit, A..B or A...B, and paths after --"
        raise ReadError(self.name, f"no commit {quoted!r}", way_out)

    def with_objects(self, place: str) -> Git:
        """Return this git with new objects going to a folder of their own."""
        there = self.ask("rev-parse", "--path-format=absolute", "--git-path", "objects")
        others = [os.fsdecode(there.removesuffix(b"\n"))]
        others += filter(None, [self.environment.get("GIT_ALTERNATE_OBJECT_DIRECTORIES")])
        more = {
            "GIT_OBJECT_DIRECTORY": place,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": os.pathsep.join(others),
        }
        top = self.ask("rev-parse", "--show-toplevel").removesuffix(b"\n")
        return Git(os.fsdecode(top), self.name, more)


class Objects:
    """Contents by object id, from one process that is asked again and again."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process = subprocess.Popen(
            [*git.line, "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=git.environment,
        )

    def __enter__(self) -> Objects:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError), self._process:  # closes both ends and waits
            pass

    def text(self, name: bytes, path: str) -> str:
        """Return an object's text, "" for no object; raises ReadError where it is none."""
        if not name:
            return ""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        head: list[bytes] = []
        with suppress(OSError):  # git has ended: then there is no head
            stdin.write(name + b"\n")
            stdin.flush()
            head = stdout.readline().split()
        if len(head) != 3:
            raise ReadError(path, f"git lacks object {name.decode()}", "fetch it with git")
        if int(head[2]) > limits.INPUT_BYTES:
            told = f"larger than {limits.INPUT_BYTES >> 20} MiB"
            raise ReadError(path, told, "leave it out by giving the paths of others")
        data = stdout.read(int(head[2]) + 1)[:-1]  # a line feed ends it
        return decode(data, path) if data else ""


def utc(seconds: str) -> str | None:
    """Return a time in seconds as ISO 8601, None for what is no time."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):  # a commit may tell any number
        return None
