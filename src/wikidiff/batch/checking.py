"""Many edits checked in several processes; results come in the order of the edits."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, NoReturn

from wikidiff import api
from wikidiff.batch import pool
from wikidiff.errors import WikidiffError
from wikidiff.findings import Checked
from wikidiff.rules.config import Config

if TYPE_CHECKING:
    from wikidiff.model import Document
    from wikidiff.readers import Pair

CHUNK = 16
"""Edits that a process gets at once: passing one alone costs as much as a small edit."""


@dataclass(frozen=True, slots=True)
class Task:
    """An edit to check: a Document, or both texts of a file, which are then compared there.

    `path` is what findings call it, None: the Document's own name.
    """

    path: str | None
    document: Document | None = None
    pair: Pair | None = None
    language: str | None = None

    def made(self) -> Document:
        """Return the Document."""
        if self.document is not None:
            return self.document
        assert self.pair is not None
        return api.git_document(self.path or "", self.pair, language=self.language)

    def checked(self, config: Config) -> Checked:
        """Return what the rules have to say of it."""
        return api.checked(self.made(), config, self.path)


def checked(tasks: Iterable[Task], config: Config, *, jobs: int | None = None) -> Iterator[Checked]:
    """Yield the results of tasks in their order.

    `jobs` is the number of processes, by default that of the processors. Few edits are checked
    here: starting a process takes longer. Raises WikidiffError at an edit on which a process dies.
    """
    jobs = jobs or os.cpu_count() or 1
    tasks = iter(tasks)
    first = list(islice(tasks, 2 * CHUNK if jobs > 1 else 0))
    if len(first) < 2 * CHUNK:
        jobs = 1
    size = 1 if jobs == 1 else CHUNK
    with pool.processes(partial(_check, config), _lost, jobs=jobs) as results:
        for found in results(_chunks(chain(first, tasks), size)):
            yield from found


def _chunks(tasks: Iterator[Task], size: int) -> Iterator[list[Task]]:
    while chunk := list(islice(tasks, size)):
        yield chunk


def _check(config: Config, chunk: Sequence[Task]) -> list[Checked]:
    return [task.checked(config) for task in chunk]


def _lost(task: Task) -> NoReturn:
    name = task.path or (task.document.source.name if task.document else "input")
    told = "the process that checked it died, perhaps for want of memory"
    raise WikidiffError(name, told, "check it by itself, or leave it out")
