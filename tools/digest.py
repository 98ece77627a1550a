"""Print where the engine's code comes from, and a digest of what is told of texts and pages.

    python tools/digest.py            # the same digest compiled or not, whatever rapidfuzz is

Three words: the module that aligns, how the engine runs ("compiled" or "python"), the digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from rapidfuzz.distance import LCSseq

import wikidiff
from wikidiff.engine import words
from wikidiff.recover import FlatPage, php_inline, recover, wikidiff2_inline
from wikidiff.recover.page import PHP, WIKIDIFF2

ROOT = Path(__file__).parents[1]


def texts() -> Iterator[str]:
    """Yield texts to compare: made-up ones, and those of samples and tests."""
    a = [f"line {i} of {i % 7} words {'x' * (i % 5)} and of {i * i % 11}" for i in range(90)]
    b = [f"line {i} of {i % 9} words {'x' * (i % 4)} and of {i * i % 13}" for i in range(95, 3, -1)]
    yield from ("\n".join(a), "\n".join(b), " ".join(a[:30]), " ".join(b[:30]))
    yield "\n".join(a[::2] + b[::3])
    for path in sorted((ROOT / "samples").glob("*.wiki")):
        yield path.read_text("utf-8")
    cases = ROOT / "tests" / "cases" / "engine"
    for block in (cases / "hard.txt").read_text("utf-8").split("#### ")[1:]:
        yield from block.split("\n==== ")
    for path in (cases / "sections.json", *sorted((ROOT / "tests/cases/markup").glob("*.json"))):
        for case in json.loads(path.read_text("utf-8")):
            yield from (case["old"], case["new"])


def readings() -> Iterator[str]:
    """Yield what is read of samples that lost their marks, by the rules of both formatters.

    Probabilities are told with all their digits.
    """
    samples = ROOT / "samples"
    for name in ("ferry", "lighthouse", "orchard", "quarry", "windmuehle"):
        yield repr(wikidiff.read(samples / f"{name}.txt").to_dict())
        old, new = ((samples / f"{name}.{side}.wiki").read_text("utf-8") for side in ("old", "new"))
        delta = len(new.encode()) - len(old.encode())
        for engine, shown in ((PHP, php_inline.shown), (WIKIDIFF2, wikidiff2_inline.shown)):
            yield repr(recover(FlatPage(tuple(shown(old, new)), delta, engine)))


def main() -> None:
    """Print the three words."""
    found = list(texts())
    pairs = [*pairwise(found), *((new, old) for old, new in pairwise(found))]
    pairs += [(old, new) for old in found[:5] for new in found[:5]]
    made = "".join([*(wikidiff.diff(old, new).to_json() for old, new in pairs), *readings()])
    how = "python" if words.__file__.endswith(".py") else "compiled"
    print(LCSseq.editops.__module__, how, hashlib.sha256(made.encode()).hexdigest())


if __name__ == "__main__":
    main()
