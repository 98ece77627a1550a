"""What finding an edit at the end of a dump costs, as a ratio to its XML parser alone.

    python tests/dump_maker.py --bytes 1G > dump.xml
    python benchmarks/dump_reading.py dump.xml [--rounds N]

"expat" parses the dump with no handlers, "read" finds the last edit of its last page. Each run is a
process of its own, in turn; CPU is user and system, the least of all rounds. Peak memory is that of
the whole process.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections import deque
from pathlib import Path

HERE = Path(__file__).parent
TAIL = 16 << 20  # bytes of the dump's end in which its last page is looked for
READ = """
import sys, wikidiff
dump, page = sys.argv[1:]
assert wikidiff.read(dump, page=page, revisions="prev..last").page.title == page
"""


def last_title(dump: Path) -> str:
    """Return the title of the last page."""
    with dump.open("rb") as file:
        file.seek(max(0, dump.stat().st_size - TAIL))
        (found,) = deque(re.finditer(rb"<title>([^<]+)</title>", file.read()), maxlen=1)
    return found[1].decode()


def run(command: list[str]) -> tuple[float, float]:
    """Return the CPU seconds and the peak MB of a process."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command[:3]} ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Print both and their ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("dump", type=Path)
    options.add_argument("--rounds", type=int, default=2)
    given = options.parse_args()
    dump = str(given.dump)
    commands = {
        "expat": [sys.executable, str(HERE / "batch_peers.py"), "expat", dump],
        "read": [sys.executable, "-c", READ, dump, last_title(given.dump)],
    }
    best: dict[str, tuple[float, float]] = {}
    for _ in range(given.rounds):
        for name, command in commands.items():
            best[name] = min(best.get(name, (float("inf"), 0.0)), run(command))
    for name, (seconds, peak) in best.items():
        print(f"{name:6}{seconds:8.2f} s{peak:8.1f} MB")
    print(f"speed of read, expat's being 1: {best['expat'][0] / best['read'][0]:.2f}")


if __name__ == "__main__":
    main()
