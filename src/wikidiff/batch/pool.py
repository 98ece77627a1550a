"""Work in processes that may die: lots go out ahead, results come back in order.

The standard library's executor gives up as a whole when one of its processes is killed, and leaves
its processes behind when it is killed itself. These end when the pipe to their parent does.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from wikidiff import limits

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Sequence[Item]], Result]
Lost = Callable[[Item], Result]


def results(
    lots: Iterable[list[Item]],
    work: Work[Item, Result],
    lost: Lost[Item, Result],
    *,
    jobs: int,
) -> Iterator[tuple[list[Item], list[Result]]]:
    """Yield each lot with its result, in the order of the lots.

    `work` must be a function of a module, or a partial of one. Where a process dies, each item of
    its lot has a result of its own: that of `work`, or of `lost` where it dies again. With one job
    all is done here.
    """
    if jobs == 1:
        for lot in lots:
            yield lot, [work(lot)]
        return
    pool = _Pool(work, lost, jobs)
    try:
        yield from pool.run(iter(lots))
    finally:
        pool.end()


class _Pool(Generic[Item, Result]):
    """Processes and what they were given."""

    def __init__(self, work: Work[Item, Result], lost: Lost[Item, Result], jobs: int) -> None:
        self._work = work
        self._lost = lost
        self._workers = [_Worker(work) for _ in range(jobs)]
        self._waiting: deque[_Lot[Item, Result]] = deque()  # in order, done or not

    def run(self, lots: Iterator[list[Item]]) -> Iterator[tuple[list[Item], list[Result]]]:
        ahead = len(self._workers) * limits.BATCH_AHEAD + limits.BATCH_AHEAD
        more = True
        while more or self._waiting:
            while more and len(self._waiting) < ahead and (worker := self._free()):
                items = next(lots, None)
                more = items is not None
                if items is not None:
                    self._give(worker, _Lot(items))
            while self._waiting and self._waiting[0].results is not None:
                lot = self._waiting.popleft()
                assert lot.results is not None
                yield lot.items, lot.results
            if self._waiting and (not more or len(self._waiting) >= ahead or not self._free()):
                self._receive()

    def _free(self) -> _Worker[Item, Result] | None:
        """Return the process with the least to do, None where all have enough."""
        worker = min(self._workers, key=lambda one: len(one.given))
        return worker if len(worker.given) < limits.BATCH_AHEAD else None

    def _give(self, worker: _Worker[Item, Result], lot: _Lot[Item, Result]) -> None:
        self._waiting.append(lot)
        worker.given.append(lot)
        if not worker.send(lot.items):
            self._replace(worker)

    def _receive(self) -> None:
        """Take the results of processes that have some; wait for one."""
        busy = {one.connection: one for one in self._workers if one.given}
        for ready in wait(list(busy)):
            worker = busy[ready]  # type: ignore[index]
            found = worker.receive()
            if found is None:
                self._replace(worker)
            else:
                worker.given.popleft().results = [found]

    def _replace(self, worker: _Worker[Item, Result]) -> None:
        """Start another process for one that died; do its first lot item by item."""
        worker.end()
        lots, worker.given = worker.given, deque()
        if lots:
            first = lots.popleft()
            first.results = [self._alone(item) for item in first.items]
        worker.start()
        worker.given = lots
        for lot in lots:  # where this one dies too, that is seen when its results are waited for
            worker.send(lot.items)

    def _alone(self, item: Item) -> Result:
        """Return the result of one item in a process of its own."""
        worker = _Worker(self._work)
        try:
            found = worker.receive() if worker.send([item]) else None
        finally:
            worker.end()
        return self._lost(item) if found is None else found

    def end(self) -> None:
        for worker in self._workers:
            worker.end()


class _Lot(Generic[Item, Result]):
    """Some items, and what came of them when they are done."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.results: list[Result] | None = None


class _Worker(Generic[Item, Result]):
    """A process and the lots that it was given, the one it is at first."""

    def __init__(self, work: Work[Item, Result]) -> None:
        self._work = work
        self.given: deque[_Lot[Item, Result]] = deque()
        self.start()

    def start(self) -> None:
        context = multiprocessing.get_context(
            "spawn"
        )  # a fork would copy whatever threads there are
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._work), daemon=True)
        self._process.start()
        theirs.close()

    def send(self, items: list[Item]) -> bool:
        """Give a lot; tell whether the process is there to take it."""
        try:
            self.connection.send_bytes(pickle.dumps(items, pickle.HIGHEST_PROTOCOL))
        except OSError:
            return False
        return True

    def receive(self) -> Result | None:
        """Return the result of a lot; None where the process has died."""
        try:
            found: Result = pickle.loads(self.connection.recv_bytes())
        except (EOFError, OSError):
            return None
        return found

    def end(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _serve(connection: Connection, work: Work[Any, Any]) -> None:
    """Do the work that comes through a pipe, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this one
    collect_less()
    lots: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_take, args=(connection, lots), daemon=True).start()
    while True:
        found = work(pickle.loads(lots.get()))
        connection.send_bytes(pickle.dumps(found, pickle.HIGHEST_PROTOCOL))


def collect_less() -> None:
    """Look for garbage in cycles less often: a process that compares makes little (a tenth faster).

    Source: gc.set_threshold of Python's library; the default is after 700 objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _take(connection: Connection, lots: SimpleQueue[bytes]) -> None:
    """Take what comes at once, so that neither end waits for the other; end with the parent."""
    while True:
        try:
            lots.put(connection.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)
