"""The folder of an output's parts, and the manifest that says which are whole.

A part is written under another name, forced to the disk and renamed; then a line of the manifest
says what it holds and where its inputs go on. What a kill leaves beyond the last whole line is
written again. The finished output takes its place by a rename too.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from wikidiff.batch.formats import Format, JsonLines, append, lines
from wikidiff.edits.edit import Row
from wikidiff.errors import WikidiffError


@dataclass(frozen=True, slots=True)
class Done:
    """What the parts so far hold: how many there are, the records they were made of, rows, errors.

    The next record to read is `record` (from 0) of the input `source` (from 0).
    """

    parts: int = 0
    source: int = 0
    record: int = 0
    records: int = 0
    rows: int = 0
    errors: int = 0


class Folder:
    """The parts of an output, in a folder beside it."""

    def __init__(self, target: Path, form: Format) -> None:
        self.target = target
        self.form = form
        self.place = target.with_name(f"{target.name}.parts")
        self._manifest = self.place / "_manifest.jsonl"

    @property
    def errors(self) -> Path:
        """The file of bad records of the finished output."""
        if self.target.is_dir():
            return self.target / ERRORS
        return self.target.with_name(f"{self.target.name}.errors.jsonl")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder; raises WikidiffError where another process does."""
        self.place.mkdir(parents=True, exist_ok=True)
        with open(self.place / "_lock", "wb") as file:
            _lock(file, self.target)
            yield

    def begun(self, job: Mapping[str, Any]) -> Done:
        """Return what is done of a job; raises WikidiffError where it is another job."""
        lines = self._lines()
        told = json.loads(lines[0]) if lines else None
        if told is not None and told != json.loads(json.dumps(job)):
            differs = ", ".join(key for key in job if told.get(key) != job[key])
            raise WikidiffError(
                str(self.place),
                f"holds parts of another run ({differs})",
                "take --restart to drop them, or another --to",
            )
        done = Done(**json.loads(lines[-1])) if len(lines) > 1 else Done()
        for path in self.place.glob("part-*"):
            if int(path.name[5:].partition(".")[0]) >= done.parts:  # renamed, but not told of
                path.unlink()
        if told is None:
            self._append(job, fresh=True)
        return done

    def _lines(self) -> list[bytes]:
        """Return the manifest's whole lines, and cut off what a kill left of another."""
        if not self._manifest.exists():
            return []
        data = self._manifest.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) < len(data):
            os.truncate(self._manifest, len(whole))
        return whole.split(b"\n")[:-1]

    def _append(self, told: Mapping[str, Any], *, fresh: bool = False) -> None:
        with open(self._manifest, "wb" if fresh else "ab") as file:
            file.write(json.dumps(told).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _part(self, number: int) -> Path:
        return self.place / f"part-{number:06}{self.form.suffix}"

    def _part_errors(self, number: int) -> Path:
        return self.place / f"part-{number:06}.errors.jsonl"

    def commit(self, made: NewPart, done: Done) -> None:
        """Make a part count; `done` is what is done with it."""
        made.close()
        for path, final in made.paths:
            os.replace(path, final)
        self.tell(done)

    def tell(self, done: Done) -> None:
        """Write down what is done."""
        self._append(asdict(done))

    def new(self, number: int) -> NewPart:
        """Begin a part."""
        return NewPart(self.form, self._part(number), self._part_errors(number))

    def finish(self, done: Done, *, keep: bool) -> None:
        """Put the output into its place: one file, or with `keep` the folder of the parts.

        Each step can be done again after a kill.
        """
        told = [self._part_errors(number) for number in range(done.parts)]
        errors = [path for path in told if path.exists()]
        if keep:
            self._keep(errors)
            return
        parts = [self._part(number) for number in range(done.parts)]
        self.errors.unlink(missing_ok=True)
        if errors:
            _placed(self.errors, lambda path: append(errors, path))
        _placed(self.target, lambda path: self.form.joined(parts, errors, path))
        self.drop()

    def _keep(self, errors: Sequence[Path]) -> None:
        whole = self.place / ERRORS
        if errors and not whole.exists():  # else a kill came while they were removed
            _placed(whole, lambda path: append(errors, path))
        for path in (*errors, self.place / "_lock"):
            path.unlink(missing_ok=True)
        os.replace(self.place, self.target)

    def drop(self) -> None:
        """Remove the folder; a kill leaves it either whole or under another name."""
        gone = self.place.with_name(f"{self.place.name}.old")
        shutil.rmtree(gone, ignore_errors=True)
        if self.place.exists():
            os.replace(self.place, gone)
            shutil.rmtree(gone, ignore_errors=True)


ERRORS = "_errors.jsonl"


def _placed(target: Path, write: Callable[[Path], None]) -> None:
    """Write a file that takes its place when it is whole."""
    made = target.with_name(f"{target.name}.tmp")
    write(made)
    os.replace(made, target)


class NewPart:
    """A part that is being written, with its bad records."""

    def __init__(self, form: Format, path: Path, errors: Path) -> None:
        self.paths = [(path.with_name(f"_new{form.suffix}"), path)]
        self.size = 0
        self.records = 0
        self.rows = 0
        self.errors = 0
        self._part = form.part(self.paths[0][0])
        self._error_path = errors
        self._errors: JsonLines | None = None

    def add(self, rows: bytes, count: int, errors: Sequence[Row]) -> None:
        """Write rows, so many of them, and bad records."""
        self._part.add(rows)
        self.size += len(rows)
        self.rows += count
        self.errors += len(errors)
        if errors and self._errors is None:
            self.paths.append((self._error_path.with_name("_new.errors.jsonl"), self._error_path))
            self._errors = JsonLines(self.paths[1][0])
        if self._errors is not None:
            self._errors.add(lines(errors))

    def close(self) -> None:
        """Write what is left to the disk."""
        self._part.close()
        if self._errors is not None:
            self._errors.close()


def _lock(file: BinaryIO, target: Path) -> None:
    """Lock a file as long as it is open, where the system can; the system lets go at a kill."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        told = "is being written by another process"
        raise WikidiffError(str(target), told, "wait for it, or take another --to") from None
