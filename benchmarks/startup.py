"""What starting wikidiff and its main job cost, as ratios of CPU time to bare imports.

Each command runs in a process of its own, all of them in turn in every round; a command's cost is
the least user + system time of all rounds, which a busy machine disturbs least.

    python benchmarks/startup.py [PAGE] [--rounds N]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from pathlib import Path

SAMPLE = Path(__file__).parent.parent / "samples" / "lighthouse.txt"
RATIOS = [  # name, what is measured, against what, bound
    ("wikidiff --version", ["-m", "wikidiff", "--version"], "import click", 1.3),
    ("wikidiff show PAGE", ["-m", "wikidiff", "show", "PAGE"], "import click, rich.console", 4.0),
]


def cpu(arguments: list[str]) -> float:
    """Return the CPU seconds, user and system, of one run of this Python."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print each ratio; return 1 where one is over its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", nargs="?", default=str(SAMPLE))
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    runs = {name: [options.page if a == "PAGE" else a for a in args] for name, args, _, _ in RATIOS}
    runs |= {peer: ["-c", peer] for _, _, peer, _ in RATIOS}
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(options.rounds):
        for name, arguments in runs.items():
            best[name] = min(best[name], cpu(arguments))
    over = False
    for name, _, peer, bound in RATIOS:
        ratio = best[name] / best[peer]
        over = over or ratio > bound
        print(f"{name:22} {ratio:5.2f} times python -c {peer!r} (bound {bound})")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
