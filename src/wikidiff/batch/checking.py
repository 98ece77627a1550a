"""Many edits in several processes; results come in the order of the edits."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from wikidiff import api
from wikidiff.findings import Checked
from wikidiff.rules.config import Config

if TYPE_CHECKING:
    from wikidiff.model import Document
    from wikidiff.readers import Pair

CHUNK = 16
"""Edits that a process gets at once: passing one alone costs as much as a small edit."""

AHEAD = 4
"""Chunks for each process that are read before the first one's results are taken."""


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
    here: starting a process takes longer.
    """
    jobs = jobs or os.cpu_count() or 1
    tasks = iter(tasks)
    first = list(islice(tasks, 2 * CHUNK)) if jobs > 1 else []
    if jobs == 1 or len(first) < 2 * CHUNK:
        for task in chain(first, tasks):
            yield task.checked(config)
        return
    yield from _in_processes(chain(first, tasks), config, jobs)


def _in_processes(tasks: Iterator[Task], config: Config, jobs: int) -> Iterator[Checked]:
    context = multiprocessing.get_context("spawn")  # a fork would copy whatever threads there are
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting: deque[Future[list[Checked]]] = deque()
        try:
            while chunk := list(islice(tasks, CHUNK)):
                waiting.append(pool.submit(_check, chunk, config))
                if len(waiting) > AHEAD * jobs:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def _check(chunk: Sequence[Task], config: Config) -> list[Checked]:
    return [task.checked(config) for task in chunk]
