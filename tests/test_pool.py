"""Processes that work in lots: in order, and whatever becomes of one of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest

from wikidiff.batch import pool


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


def ran(work, count, size, jobs):
    found = list(pool.results(lots(count, size), work, minus, jobs=jobs))
    return [n for lot, _ in found for n in lot], [
        n for _, results in found for one in results for n in one
    ]


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_the_order_of_the_lots(jobs):
    assert ran(slow_first, 50, 3, jobs) == (list(range(50)), [2 * n for n in range(50)])


def test_only_the_item_on_which_a_process_dies_is_lost():
    items, results = ran(die_on_seven, 30, 4, 2)
    assert items == list(range(30))
    assert results == [-7 if n == 7 else 2 * n for n in range(30)]


def test_no_more_lots_are_taken_than_can_be_held():
    taken = []

    def watched():
        for lot in lots(100, 1):
            taken.append(lot)
            yield lot

    found = pool.results(watched(), double, minus, jobs=2)
    next(found)
    assert len(taken) <= 8
    found.close()


def test_what_the_lots_raise_is_raised():
    def broken():
        yield [1]
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        list(pool.results(broken(), double, minus, jobs=2))


PROGRAM = """
import itertools, sys, test_pool
from wikidiff.batch import pool
if __name__ == "__main__":
    for lot, _ in pool.results(([n] for n in itertools.count()), test_pool.double, None, jobs=2):
        print(lot[0], flush=True)
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
