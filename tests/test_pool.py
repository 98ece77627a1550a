"""Processes that work in lots: in order, and whatever becomes of one of them."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from wikidiff import limits
from wikidiff.batch import Task, checked, pool
from wikidiff.errors import WikidiffError
from wikidiff.readers import Meta, Pair
from wikidiff.rules.config import DEFAULT


def double(lot):
    return [2 * number for number in lot]


def die_on_seven(lot):
    """End the process as the system does when memory runs out."""
    if 7 in lot:
        os.kill(os.getpid(), signal.SIGKILL)
    return double(lot)


def slow_first(lot):
    if 0 in lot:
        time.sleep(0.5)
    return double(lot)


def minus(number):
    return [-number]


def lots(count, size):
    numbers = iter(range(count))
    while lot := list(islice(numbers, size)):
        yield lot


def ran(work, count, size, jobs, **options):
    with pool.processes(work, minus, jobs=jobs, **options) as results:
        return [n for result in results(lots(count, size)) for n in result]


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_the_order_of_the_lots(jobs):
    assert ran(slow_first, 50, 3, jobs) == [2 * n for n in range(50)]


def test_only_the_item_on_which_a_process_dies_is_lost():
    assert ran(die_on_seven, 30, 4, 2) == [-7 if n == 7 else 2 * n for n in range(30)]


def fill(lot):
    return [b"x" * 1000 for _ in lot]


def fill_slow_first(lot):
    return fill(slow_first(lot))


def test_no_more_lots_are_taken_than_can_be_held(monkeypatch):
    """While one process is at the first lot, the other goes on for as long as results fit."""
    monkeypatch.setattr(limits, "POOL_HELD_BYTES", 10_000)
    taken = []

    def watched():
        for lot in lots(100, 1):
            taken.append(lot)
            yield lot

    with pool.processes(fill_slow_first, minus, jobs=2) as results:
        found = results(watched())
        next(found)
        assert 10 <= len(taken) <= 20


def test_what_the_lots_raise_is_raised():
    def broken():
        yield [1]
        raise ValueError("no more")

    with (
        pytest.raises(ValueError, match="no more"),
        pool.processes(double, minus, jobs=2) as results,
    ):
        list(results(broken()))


def refuse(lot):
    raise WikidiffError("page", "is odd", f"leave {lot} out")


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_the_work_raises_is_raised(jobs):
    with pytest.raises(WikidiffError, match=r"page: is odd; leave \[0, 1\] out"):
        ran(refuse, 30, 2, jobs)


def loaded(lot):
    return [len(LOADED) for _ in lot if not LOADED.append(1)]


LOADED: list[int] = []
SHARED = "import test_pool; print(test_pool.ran(test_pool.loaded, 2, 1, 2, first=[0]))"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are not forked")
def test_processes_share_what_the_first_lot_loads():
    """Seen from a process of its own: one with threads, as this may be, is not forked."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run(
        [sys.executable, "-c", SHARED], env=environment, check=True, capture_output=True, text=True
    )
    assert set(ast.literal_eval(done.stdout)) <= {2, 3}


class Deadly:
    """Ends the process that it is sent to."""

    def __reduce__(self):
        return os._exit, (1,)


def test_an_edit_on_which_checking_dies_is_named():
    tasks = [Task(f"page {at}", pair=Pair(Meta(), "a", f"a {at}")) for at in range(40)]
    assert len(list(checked(tasks, DEFAULT, jobs=2))) == 40
    tasks[35] = Task("page 35", document=Deadly())
    found = checked(tasks, DEFAULT, jobs=2)
    assert len(list(islice(found, 35))) == 35
    with pytest.raises(WikidiffError, match="page 35: the process that checked it died"):
        next(found)


PROGRAM = """
import itertools, sys, test_pool
from wikidiff.batch import pool
if __name__ == "__main__":
    with pool.processes(test_pool.double, None, jobs=2) as results:
        for (number,) in results([n] for n in itertools.count()):
            print(number, flush=True)
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc to look into")
def test_the_processes_end_when_their_parent_is_killed(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    parent = subprocess.Popen(
        [sys.executable, str(tmp_path / "program.py")], stdout=subprocess.PIPE, env=environment
    )
    parent.stdout.readline()
    told = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text()
    children = [int(pid) for pid in told.split()]
    assert len(children) >= 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(200):
        if not any(is_running(pid) for pid in children):
            return
        time.sleep(0.05)
    raise AssertionError("a process is left")


def is_running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
