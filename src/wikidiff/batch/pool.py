"""Work in processes that may die: lots go out ahead, results come back in order.

The standard library's executor gives up as a whole when one of its processes is killed, and leaves
its processes behind when it is killed itself. These end with their parent.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from wikidiff import limits
from wikidiff.batch import memory

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Sequence[Item]], Result]
Lost = Callable[[Item], Result]
Results = Callable[[Iterable[list[Item]]], Iterator[Result]]

_SPAWN = "spawn"
"""How a process is started that has nothing of this one, as one for one that died: there are
threads by then."""


@contextmanager
def processes(
    work: Work[Item, Result],
    lost: Lost[Item, Result],
    *,
    jobs: int,
    first: Sequence[Item] = (),
) -> Iterator[Results[Item, Result]]:
    """Yield what makes results of lots, in their order, in so many processes; with one, here.

    `work` and `lost` must be functions of a module, or partials of one. What `work` raises is
    raised. Where a process dies, each item of its lot has a result of its own: that of `work`, or
    of `lost` where it dies again.

    `first` is a lot that costs little and loads all that others need. With it the processes are
    forked, where that can be done, and share the memory of what it loads; what is open here is
    open in them too.
    """
    if jobs == 1:
        yield lambda lots: map(work, lots)
        return
    method = _SPAWN
    if first and _is_alone():
        method = "fork"
        work(first)
        memory.prepare()
    pool = _Pool(work, lost, [_Worker(work, method) for _ in range(jobs)])
    try:
        yield pool.results
    finally:
        pool.end()


def _is_alone() -> bool:
    """Tell whether this process has one thread, those of libraries counted: forks have no other.

    Only Linux tells.
    """
    with suppress(OSError):
        return len(os.listdir("/proc/self/task")) == 1
    return False


class _Pool(Generic[Item, Result]):
    """Processes and what they were given."""

    def __init__(
        self,
        work: Work[Item, Result],
        lost: Lost[Item, Result],
        workers: list[_Worker[Item, Result]],
    ) -> None:
        self._work = work
        self._lost = lost
        self._workers = workers
        self._waiting: deque[_Lot[Item, Result]] = deque()  # in order, done or not
        self._held = 0  # bytes of the results that wait for earlier ones

    def results(self, lots: Iterable[list[Item]]) -> Iterator[Result]:
        """Yield the results of lots, which are taken as there is something to do for them.

        After the last one the processes end.
        """
        left = iter(lots)
        more = True
        while more or self._waiting:
            while more and (worker := self._free()):
                items = next(left, None)
                more = items is not None
                if items is not None:
                    self._give(worker, items)
            while self._waiting and self._waiting[0].found:
                lot = self._waiting.popleft()
                self._held -= lot.size
                for result in lot.found:  # what was raised is raised in its place
                    yield result()
            if self._waiting:
                self._receive()
        self.end()

    def _free(self) -> _Worker[Item, Result] | None:
        """Return the process with the least to do, None where all have enough."""
        if self._held > limits.POOL_HELD_BYTES:
            return None
        worker = min(self._workers, key=lambda one: len(one.given))
        return worker if len(worker.given) < limits.POOL_AHEAD else None

    def _give(self, worker: _Worker[Item, Result], items: list[Item]) -> None:
        lot: _Lot[Item, Result] = _Lot(items)
        self._waiting.append(lot)
        worker.give(lot)

    def _receive(self) -> None:
        """Take the results of processes that have some; wait for one."""
        busy = {one.connection: one for one in self._workers if one.given}
        for ready in wait(list(busy)):
            worker = busy[ready]
            answer = worker.answer()
            if answer is None:
                self._replace(worker)
            else:
                lot = worker.given.popleft()
                lot.done([partial(_result, answer)], len(answer))
                self._held += lot.size

    def _replace(self, worker: _Worker[Item, Result]) -> None:
        """Start another process for one that died; do its first lot item by item."""
        worker.end()
        first, *lots = worker.given
        first.done([self._alone(item) for item in first.items])
        worker.start(_SPAWN)
        for lot in lots:  # where this one dies too, that is seen when its results are waited for
            worker.give(lot)

    def _alone(self, item: Item) -> Callable[[], Result]:
        """Return what gives the result of one item, worked on in a process of its own."""
        worker = _Worker(self._work, _SPAWN)
        try:
            worker.give(_Lot([item]))
            answer = worker.answer()
        finally:
            worker.end()
        return partial(self._lost, item) if answer is None else partial(_result, answer)

    def end(self) -> None:
        """End the processes, whatever they are at."""
        while self._workers:
            self._workers.pop().end()


class _Lot(Generic[Item, Result]):
    """Some items until they are done, then what gives their results; `size` is in bytes."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.found: list[Callable[[], Result]] = []
        self.size = 0

    def done(self, found: list[Callable[[], Result]], size: int = 0) -> None:
        """Take what gives the results, and let go of the items."""
        self.items, self.found, self.size = [], found, size


class _Worker(Generic[Item, Result]):
    """A process and the lots that it was given, the one it is at first."""

    def __init__(self, work: Work[Item, Result], method: str) -> None:
        self._work = work
        self.start(method)

    def start(self, method: str) -> None:
        """Start the process; it has nothing to do yet."""
        context: Any = multiprocessing.get_context(method)
        self.given: deque[_Lot[Item, Result]] = deque()
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._work), daemon=True)
        self._process.start()
        theirs.close()
        self._lots: SimpleQueue[list[Item] | None] = SimpleQueue()
        self._sender: Thread | None = None

    def give(self, lot: _Lot[Item, Result]) -> None:
        """Give a lot; a thread sends it, since that lasts until the process has done the last."""
        self.given.append(lot)
        if self._sender is None:  # no thread is started before all processes are
            given = (self.connection, self._lots)
            self._sender = Thread(target=_send, args=given, daemon=True)
            self._sender.start()
        self._lots.put(lot.items)

    def answer(self) -> bytes | None:
        """Return what came of a lot; None where the process has died."""
        try:
            answer: bytes = self.connection.recv_bytes()
        except (EOFError, OSError):
            return None
        return answer

    def end(self) -> None:
        """End the process, and the thread that would send more."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self._lots.put(None)
        if self._sender is not None:
            self._sender.join()
        self.connection.close()


def _result(answer: bytes) -> Any:  # noqa: ANN401 - what the work returned
    """Return the result that an answer is, or raise the error."""
    is_error, found = pickle.loads(answer)
    if is_error:
        raise found
    return found


def _send(connection: Connection, lots: SimpleQueue[list[Any] | None]) -> None:
    """Send lots through a pipe, until there are no more or nobody takes them."""
    while (items := lots.get()) is not None:
        try:
            connection.send_bytes(pickle.dumps(items, pickle.HIGHEST_PROTOCOL))
        except OSError:  # the process has died: its answer is missed
            return
        del items


# --- what the processes do


def _serve(connection: Connection, work: Work[Any, Any]) -> None:
    """Do the work that comes through a pipe, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this one
    Thread(target=_end_with_parent, daemon=True).start()
    memory.prepare()
    while True:
        try:
            data = connection.recv_bytes()
        except (EOFError, OSError):
            return
        size, lot = len(data), pickle.loads(data)
        del data
        answer = _answer(work, lot)
        del lot
        connection.send_bytes(answer)
        if max(size, len(answer)) > limits.POOL_LARGE_BYTES:
            del answer
            memory.give_back()


def _answer(work: Work[Any, Any], lot: Sequence[Any]) -> bytes:
    try:
        return pickle.dumps((False, work(lot)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # raised again in the parent
        return pickle.dumps((True, error), pickle.HIGHEST_PROTOCOL)


def _end_with_parent() -> None:
    """Wait for the parent's end, which a process at work would notice late."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
