"""Measure `check`: false alarms on real edits, defects found and missed, and what it costs.

    python benchmarks/check.py alarms  PAIRS… [--every N] [-v]
    python benchmarks/check.py defects PAIRS… [--every N] [-v]
    python benchmarks/check.py cost    PAIRS… [--every N]

PAIRS are {"en": [[old, new], …]} as JSON, or JSON lines with `language`, `old` and `new`; xz or
plain. `--every N` takes each Nth edit. CPU is time.process_time, the minimum of five rounds in
turn; the ratio is (diff + changes + check) / (diff + changes) in one run.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from injection import DEFECTS, Bad, Pair, document

import wikidiff
from wikidiff import api
from wikidiff.rules import registry
from wikidiff.rules.config import Config

ROUNDS = 5
Edit = tuple[str, str, str, str]
"""(name, language, old, new)."""


def main() -> None:
    """Run the measurement asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["alarms", "defects", "cost"])
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    found = [edit for path in given.pairs for edit in edits(path)][:: given.every]
    {"alarms": alarms, "defects": defects, "cost": cost}[given.what](found, given.verbose)


def edits(path: Path) -> Iterator[Edit]:
    """Yield the edits of a file."""
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode()
    if ".jsonl" in path.name:
        for at, line in enumerate(filter(None, text.split("\n"))):
            edit = json.loads(line)
            yield f"{path.name}:{at}", edit["language"], edit["old"], edit["new"]
        return
    for language, pairs in json.loads(text).items():
        for at, (old, new) in enumerate(pairs):
            yield f"{language}:{at}", language, old, new


def alarms(found: list[Edit], verbose: bool) -> None:
    """Print on how many real edits the default rules fire, and how often each."""
    config = Config.of({})
    fired = 0
    by_rule: Counter[str] = Counter()
    for name, language, old, new in found:
        result = api.checked(wikidiff.diff(old, new, language=language, source=name), config)
        fired += bool(result.findings)
        by_rule.update({f"{f.code} {f.rule.name}" for f in result.findings})
        for finding in result.findings if verbose else ():
            place = finding.place
            print(f"{name}:{finding.line} {finding.code} {finding.message}")
            print(f"    {place.text[max(place.start - 60, 0) : place.end + 60]}")
    print(f"fired on {fired} of {len(found)} edits = {fired / len(found):.1%}")
    for rule, count in sorted(by_rule.items()):
        print(f"  {rule:<28} {count}")


def defects(found: list[Edit], verbose: bool) -> None:
    """Print how many defects each default rule finds, and how often it tells of untouched ones."""
    active = [rule for rule in registry.all_rules() if rule.default]
    worst = 1.0
    for rule in active:
        config = Config.of({"select": [rule.code]})
        made = hit = still = false = 0
        for at, (name, language, old, new) in enumerate(found):
            bad = DEFECTS[rule.code](old, new, random.Random(f"{rule.code} {at}"))
            if bad is None:
                continue
            clean = count(config, (old, new), language, Bad((old, new)))
            made += 1
            told = count(config, bad.pair, language, bad)
            hit += told > clean or (told > 0 and rule.kind == "edit")
            if verbose and told <= clean:
                print(f"missed: {rule.code} in {name}")
            if bad.still:
                still += 1
                told = count(config, bad.still, language, Bad(bad.still))
                false += told > clean
                if verbose and told > clean:
                    print(f"told of what is untouched: {rule.code} in {name}")
        share = hit / made if made else 0.0
        worst = min(worst, share)
        print(f"{rule.code} {rule.name:<24} {hit:5} of {made:5} = {share:6.1%}", end="")
        print(f"   untouched: {false} of {still}")
    print(f"the least: {worst:.1%}")


def count(config: Config, pair: Pair, language: str, bad: Bad) -> int:
    """Return the number of findings of an edit."""
    return len(api.checked(document(pair, language, dict(bad.facts)), config).findings)


def cost(found: list[Edit], verbose: bool) -> None:
    """Print what checking adds to diffing and finding the changes."""
    config = Config.of({})
    best = [[float("inf")] * 2 for _ in found]
    for _ in range(ROUNDS):
        for at, (_name, language, old, new) in enumerate(found):
            start = time.process_time()
            made = wikidiff.diff(old, new, language=language)
            _ = made.changes
            middle = time.process_time()
            api.checked(made, config)
            end = time.process_time()
            best[at] = [min(best[at][0], middle - start), min(best[at][1], end - middle)]
    alone, more = (sum(row[at] for row in best) for at in (0, 1))
    ratios = [(a + b) / a for a, b in best if a]
    print(f"{len(found)} edits, ms: diff and changes {alone * 1e3:.1f}, check {more * 1e3:.1f}")
    print(f"ratio in all {(alone + more) / alone:.2f}, median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
