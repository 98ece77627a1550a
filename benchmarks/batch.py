"""Hold `wikidiff batch` against mwxml and mwedittypes, and look at its memory and at kills.

    python benchmarks/batch.py speed --peers PYTHON [--size 100M] [--pairs 1000] [--svg FILE]
    python benchmarks/batch.py jobs [--size 100M]
    python benchmarks/batch.py memory [--size 5G]
    python benchmarks/batch.py kills [--count 100]

PYTHON is that of an environment with `pip install mwedittypes mwxml`. Dumps are made by
tests/dump_maker.py. Times of `speed` are CPU seconds, user and system, of processes of their own,
the fewest of some rounds; those of `jobs` are seconds by the clock, so that the machine must have
nothing else to do (what the CPU seconds of each process allow is told beside it). Peak memory is
the sum over all processes, each page counted once (PSS), as seen five times a second.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import BinaryIO

HERE = Path(__file__).parent
MAKER = [sys.executable, str(HERE.parent / "tests" / "dump_maker.py")]
BATCH = [sys.executable, "-m", "wikidiff", "batch"]
PEERS = str(HERE / "batch_peers.py")


def cpu(command: list[str]) -> tuple[float, str]:
    """Return the CPU seconds that a command and its children took, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, made.stdout


def make(path: Path, *options: str) -> None:
    """Write a dump."""
    with path.open("wb") as file:
        subprocess.run([*MAKER, *options], check=True, stdout=file)


# --- speed


def speed(given: argparse.Namespace, place: Path) -> None:
    """Print rates and their ratios: reading, and comparing, in one process each."""
    dump = place / "dump.xml"
    make(dump, "--bytes", given.size, "--chars", "10K")
    size = dump.stat().st_size / 1e6
    steps = {
        "expat alone": [sys.executable, PEERS, "expat", str(dump)],
        "mwxml": [given.peers, PEERS, "mwxml", str(dump)],
        "reading and pairing": [sys.executable, PEERS, "pairs", str(dump)],
        "batch": [*BATCH, str(dump), "--to", str(place / "o.jsonl"), "-q", "-j1", "--restart"],
    }
    spent: dict[str, float] = {}
    for _ in range(given.rounds):
        for name, command in steps.items():
            taken, _ = cpu(command)
            spent[name] = min(taken, spent.get(name, taken))
    rows = sum(1 for _ in (place / "o.jsonl").open("rb"))
    same, _ = cpu([*steps["batch"], "--limit", str(given.pairs)])
    nothing, _ = cpu([*steps["batch"], "--limit", "0"])
    peer = float(
        cpu([given.peers, PEERS, "mwedittypes", str(dump), str(given.pairs)])[1].split()[-1]
    )
    print(f"a dump of {size:.0f} MB with {rows:,} revisions; {given.rounds} rounds")
    for name, taken in spent.items():
        print(f"  {name}: {size / taken:.1f} MB, {rows / taken:.0f} revisions a CPU second")
    reading = spent["mwxml"] / spent["reading and pairing"]
    comparing = peer / (same - nothing)
    print(f"reading and pairing / mwxml's bare iteration: {reading:.2f} times its rate")
    print(f"the first {given.pairs} pairs: batch {same - nothing:.2f} s without its start,")
    print(f"  mwedittypes {peer:.2f} s without start and reading: {comparing:.1f} times its rate")
    if given.svg:
        given.svg.write_text(picture(reading, comparing, spent), "utf-8")


def picture(reading: float, comparing: float, spent: dict[str, float]) -> str:
    """Return an SVG of the rates beside the peers'."""
    share = spent["mwxml"] / spent["batch"]
    bars = [
        ("mwxml: iterating", 1.0, "peer"),
        ("wikidiff: reading and pairing", reading, "ours"),
        ("wikidiff batch: all of it", share, "ours"),
        ("mwedittypes: comparing", 1.0, "peer"),
        ("wikidiff batch: all of it", comparing, "ours"),
    ]
    rows = []
    for at, (name, value, kind) in enumerate(bars):
        top = 44 + 30 * at + 24 * (at > 2)
        most = max(comparing, 1) if at > 2 else max(reading, 1)
        width = 360 * value / most
        rows.append(
            f'<text x="228" y="{top + 14}" text-anchor="end">{name}</text>'
            f'<rect class="{kind}" x="236" y="{top}" width="{width:.0f}" height="20" rx="2"/>'
            f'<text x="{242 + width:.0f}" y="{top + 14}">{value:.1f}</text>'
        )
    style = (
        "text{font:12px sans-serif;fill:#333}.peer{fill:#a9b4c0}.ours{fill:#2f7d5b}"
        "@media(prefers-color-scheme:dark){text{fill:#ccc}.peer{fill:#667}.ours{fill:#5cb88f}}"
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 226" role="img" '
        'aria-label="Rates beside mwxml and mwedittypes">'
        f'<style>{style}</style><text x="12" y="24">Rates in one process, as multiples of the '
        f"peer's: a dump read (above), pairs compared (below)</text>{''.join(rows)}</svg>\n"
    )


# --- processes


def jobs(given: argparse.Namespace, place: Path) -> None:
    """Print how much faster two processes are than one, and what each of them did meanwhile."""
    dump = place / "dump.xml"
    make(dump, "--bytes", given.size, "--chars", "10K")
    best: dict[int, Ran] = {}
    for _ in range(given.rounds):
        for count in (1, 2):
            run = [*BATCH, str(dump), "--to", str(place / f"o{given.suffix}"), "-q", "--restart"]
            made = watched([*run, "-j", str(count)])
            best[count] = min(made, best.get(count, made), key=lambda one: one.clock)
    one, two = best[1], best[2]
    print(f"{given.size} to {given.suffix}: one process {one}")
    print(f"  two processes and the one that reads: {two}")
    print(f"two processes / one: {one.clock / two.clock:.2f} times the rate by the clock")
    least = max(sum(two.cpu) / 2, *two.cpu)
    print(f"  {sum(one.cpu) / least:.2f} by CPU seconds, were two processors free all the time")


@dataclass
class Ran:
    """What a run took in seconds; of each of its processes the CPU, and how long it was idle.

    Idle is neither running nor waiting for a processor that others have.
    """

    clock: float
    cpu: list[float]
    idle: list[float]

    def __str__(self) -> str:
        each = ", ".join(
            f"{cpu:.2f} s CPU and {idle:.2f} idle"
            for cpu, idle in zip(self.cpu, self.idle, strict=True)
        )
        return f"{self.clock:.2f} s ({each})"


def watched(command: list[str]) -> Ran:
    """Run a command and look at its processes as it goes on (proc(5): stat, schedstat)."""
    begun = time.perf_counter()
    process = subprocess.Popen(command)
    first: dict[int, float] = {}
    last: dict[int, tuple[float, float]] = {}
    while process.poll() is None:
        for pid in family(process.pid):
            with suppress(OSError):
                seen = time.perf_counter()
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                waited = int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
                first.setdefault(pid, seen)
                last[pid] = cpu, max(seen - first[pid] - cpu - waited, 0)
        time.sleep(0.02)
    assert process.returncode == 0
    long = time.perf_counter() - begun
    return Ran(long, [cpu for cpu, _ in last.values()], [idle for _, idle in last.values()])


# --- memory


def memory(given: argparse.Namespace, place: Path) -> None:
    """Print the peak memory over a dump that is made as a stream, one page of it large.

    The peak so far is printed at each GB of the dump: it should not grow from the first on.
    """
    options = ["--bytes", given.size, "--large", given.large, "--chars", "60K"]
    maker = subprocess.Popen([*MAKER, *options], stdout=subprocess.PIPE)
    out = place / f"o{given.suffix}"
    command = [*BATCH, "-", "--to", str(out), "-j", str(given.jobs)]
    batch = subprocess.Popen(command, stdin=subprocess.PIPE)
    passed = Passed()
    Thread(target=hand_on, args=(maker.stdout, batch.stdin, passed)).start()
    most: dict[int, int] = {}
    alone: dict[int, int] = {}
    step = 1
    while batch.poll() is None:
        now = {pid: pss(pid) for pid in family(batch.pid)}
        most = max(most, now, key=lambda one: sum(one.values()))
        alone |= {pid: high for pid in now if (high := peak(pid))}
        if passed.size >= step << 30:
            print(f"  {step} GB: {sum(most.values()) / 1e3:.0f} MB so far", flush=True)
            step += 1
        time.sleep(0.2)
    shares = " + ".join(f"{each / 1e3:.0f}" for each in most.values())
    highs = " + ".join(f"{alone.get(pid, 0) / 1e3:.0f}" for pid in most)
    total = sum(most.values()) / 1e3
    print(
        f"{passed.size / (1 << 30):.2f} GB to {given.suffix}, {given.jobs} processes and one more:"
    )
    print(f"  peak {total:.0f} MB ({shares}), each page counted once")
    print(f"  each one's own peak, shared pages counted in each: {highs} MB")
    assert batch.returncode == 0
    bad = Path(f"{out}.errors.jsonl")
    assert not bad.exists(), bad.read_text()


@dataclass
class Passed:
    """How many bytes of a dump were handed on."""

    size: int = 0


def hand_on(source: BinaryIO, target: BinaryIO, passed: Passed) -> None:
    """Copy a stream and count."""
    with target:
        while block := source.read1(1 << 20):
            target.write(block)
            passed.size += len(block)


def family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for each in found:
        try:
            told = Path(f"/proc/{each}/task/{each}/children").read_text()
        except OSError:
            continue
        found += map(int, told.split())
    return found


def pss(pid: int) -> int:
    """Return the memory of a process in kB, shared pages divided among those who share them."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in told.split("\n") if line.startswith("Pss:"))


def peak(pid: int) -> int:
    """Return the most memory in kB that a process has had so far, shared pages and all."""
    try:
        told = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in told.split("\n") if line.startswith("VmHWM:"))


# --- kills


def kills(given: argparse.Namespace, place: Path) -> None:
    """Kill runs at random moments until so many were killed; compare the output."""
    dump = place / "dump.xml"
    make(dump, "--bytes", given.size, "--odd", "--seed", "4")
    run = [*BATCH, str(dump), "--part", "25", "-q"]
    whole, out = place / "whole.jsonl", place / "o.jsonl"
    begun = time.perf_counter()
    subprocess.run([*run, "--to", str(whole), "-j1"], check=True)
    long = time.perf_counter() - begun
    rng = random.Random(given.seed)
    count = rounds = 0
    while count < given.count:
        rounds += 1
        count += killed(run, out, rng, long / 2, given.count - count)
        same = filecmp.cmp(whole, out, shallow=False) and filecmp.cmp(
            f"{whole}.errors.jsonl", f"{out}.errors.jsonl", shallow=False
        )
        left = sorted(path.name for path in place.glob("o.jsonl*"))
        assert same, "the output differs"
        assert left == ["o.jsonl", "o.jsonl.errors.jsonl"], left
        out.unlink()
    print(f"{count} kills in {rounds} runs of {sum(1 for _ in whole.open())} rows: no row differs")


def killed(run: list[str], out: Path, rng: random.Random, longest: float, most: int) -> int:
    """Run to the end, killing on the way up to so many times; return how often."""
    count = 0
    while True:
        jobs = str(rng.choice((1, 2)))
        process = subprocess.Popen([*run, "--to", str(out), "-j", jobs], stderr=subprocess.DEVNULL)
        try:
            code = process.wait(rng.random() * longest + 0.2 if count < most else None)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            count += 1
            continue
        if code == 0 or (out.exists() and not Path(f"{out}.parts").exists()):
            shutil.rmtree(f"{out}.parts.old", ignore_errors=True)  # killed while it was removed
            return count


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["speed", "jobs", "memory", "kills"])
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--size")
    parser.add_argument("--pairs", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--large", default="2000x1M")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--suffix", default=".parquet")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    sizes = {"speed": "100M", "jobs": "100M", "memory": "5G", "kills": "2M"}
    given.size = given.size or sizes[given.what]
    with tempfile.TemporaryDirectory() as place:
        globals()[given.what](given, Path(place))


if __name__ == "__main__":
    main()
