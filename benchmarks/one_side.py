"""Measure how often a flattened page is read right when one side's true text is given.

    python benchmarks/one_side.py CORPUS [--forms GLOB] [--every N] [--pages N]
                                           [--side old|new|both] [-v]

CORPUS holds a folder a page with old.wiki, new.wiki and flattened forms of their diff. A reading
is right when applying it to the text given makes the other text, white space aside. Told for each
form: pages; right at once; right within the readings listed; pages with a probability of 0.8 or
more and how many of those are right; the Brier score of the first probability; pages refused;
pages whose first reading, right or not, cannot be applied since its lines fit in two places;
median and longest CPU seconds a page. Told anew whenever five more pages are done. `--pages` takes
so many pages, spread evenly over those that `--every` leaves.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import wikidiff
from wikidiff.recover.sides import bare

TOLD_EVERY = 5


@dataclass(frozen=True)
class Outcome:
    """What came of one page: the place of the right reading from 1 on, 0 if it is not listed.

    `placed` tells that the first reading could be applied to the text given.
    """

    place: int
    probability: float
    seconds: float
    refused: str
    placed: bool = True


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--forms", default="seedlike.*.txt", metavar="GLOB")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--pages", type=int, default=0, metavar="N")
    parser.add_argument("--side", choices=["old", "new", "both"], default="both")
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    sides = ["old", "new"] if given.side == "both" else [given.side]
    found: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    folders = sorted(path.parent for path in given.corpus.rglob("old.wiki"))[:: given.every]
    if 0 < given.pages < len(folders):
        folders = [folders[n * len(folders) // given.pages] for n in range(given.pages)]
    for done, folder in enumerate(folders, 1):
        old, new = ((folder / f"{x}.wiki").read_bytes().decode() for x in ("old", "new"))
        if bare(old) == bare(new) or "\r" in old + new:
            continue  # nothing to find, or a line end that no text keeps
        for path in sorted(folder.iterdir()):
            if fnmatch(path.name, given.forms):
                for side in sides:
                    one = outcome(path, old, new, side)
                    found[path.name, side].append(one)
                    if given.verbose and one.place != 1:
                        told = one.refused or f"p {one.probability:.2f}, place {one.place}"
                        print(f"  {folder.name}/{path.name} {side}: {told}", flush=True)
        if done % TOLD_EVERY == 0 and done < len(folders):
            tell(f"after {done} of {len(folders)} folders", found)
    tell(f"all {len(folders)} folders", found)


def tell(head: str, found: dict[tuple[str, str], list[Outcome]]) -> None:
    """Print the figures so far."""
    print(head, flush=True)
    for (form, side), outcomes in sorted(found.items()):
        print(f"  {form} {side}: {summary(outcomes)}", flush=True)


def outcome(path: Path, old: str, new: str, side: str) -> Outcome:
    """Read one page with one side given."""
    known, wanted = (old, new) if side == "old" else (new, old)
    given = {"old": old, "new": None} if side == "old" else {"old": None, "new": new}
    start = time.process_time()
    try:
        document = wikidiff.read(path, **given)
    except wikidiff.WikidiffError as error:
        return Outcome(0, 0.0, time.process_time() - start, str(error))
    seconds = time.process_time() - start
    place, placed = 0, True
    for n in range(1, len(document.readings) + 1):
        one = document if n == 1 else wikidiff.read(path, reading=n, **given)
        made = other(one, known, side)
        placed = placed and (n > 1 or made is not None)
        if made is not None and bare(made) == bare(wanted):
            place = n
            break
    probability = document.readings[0].probability if document.readings else 0.0
    return Outcome(place, probability, seconds, "", placed)


def other(document: wikidiff.Document, known: str, side: str) -> str | None:
    """Return what a reading makes of the text given; None where its lines fit in two places."""
    try:
        return wikidiff.apply(document, known, reverse=side == "new")
    except wikidiff.WikidiffError:
        return None


def summary(outcomes: list[Outcome]) -> str:
    """Return the figures of one form and side."""
    n = len(outcomes)
    right = [one.place == 1 for one in outcomes]
    sure = [one.place == 1 for one in outcomes if one.probability >= 0.8]
    brier = sum((one.probability - ok) ** 2 for one, ok in zip(outcomes, right, strict=True)) / n
    listed = sum(one.place > 0 for one in outcomes)
    seconds = [one.seconds for one in outcomes]
    return (
        f"{n} pages, right {sum(right) / n:.1%}, listed {listed / n:.1%}, "
        f"sure {len(sure) / n:.1%} of which right {sum(sure) / max(1, len(sure)):.1%}, "
        f"Brier {brier:.3f}, refused {sum(bool(x.refused) for x in outcomes)}, "
        f"not applied {sum(not x.placed for x in outcomes)}, "
        f"{statistics.median(seconds):.2f} s, longest {max(seconds):.1f} s"
    )


if __name__ == "__main__":
    main()
