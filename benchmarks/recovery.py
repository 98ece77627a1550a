"""What reading a page that lost its marks costs, as a ratio to comparing its two true texts.

A page is a folder with `old.wiki` and `new.wiki`; both formatters' views of it are made by our own
models of them, or are its files `seedlike.*`. Without a corpus the samples are read. The last line
is a page of 200 changed lines, made up.

    python benchmarks/recovery.py [CORPUS] [--each N] [--rounds N]
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import wikidiff
from wikidiff.recover import FlatPage, php_inline, recover, wikidiff2_inline
from wikidiff.recover.page import PHP, WIKIDIFF2

SAMPLES = Path(__file__).parent.parent / "samples"
Job = tuple[str, str, str, Callable[[], object]]
"""A page's name, its two texts, and how it is read."""


def pages(corpus: Path | None, each: int) -> Iterator[Job]:
    """Yield every so many pages of a corpus, or the samples."""
    if corpus is None:
        for path in sorted(SAMPLES.glob("*.old.wiki")):
            name = path.name.removesuffix(".old.wiki")
            old, new = path.read_text("utf-8"), (SAMPLES / f"{name}.new.wiki").read_text("utf-8")
            yield from ((f"{name} {job[0]}", *job[1:]) for job in both(old, new))
        return
    for folder in sorted(path.parent for path in corpus.rglob("old.wiki"))[::each]:
        old, new = (
            (folder / f"{side}.wiki").read_bytes().decode("utf-8") for side in ("old", "new")
        )
        for path in sorted(folder.glob("seedlike.*")):
            yield f"{folder.name}/{path.name}", old, new, lambda path=path: wikidiff.read(path)


def both(old: str, new: str) -> Iterator[Job]:
    """Yield what both formatters show of two texts."""
    delta = len(new.encode()) - len(old.encode())
    for engine, shown in ((PHP, php_inline.shown), (WIKIDIFF2, wikidiff2_inline.shown)):
        page = FlatPage(tuple(shown(old, new)), delta, engine)
        yield engine, old, new, lambda page=page: recover(page)


def many_lines(count: int) -> tuple[str, str]:
    """Return two texts of which so many lines differ in a word or two."""
    names = ("harbour", "lighthouse", "orchard", "quarry", "meadow", "ferry", "windmill")
    lines = [
        f"The {names[n % 7]} of {names[n * 3 % 5]} number {n} was built in {1800 + n % 90} by the"
        f" people of the {names[n * 5 % 7]}, who kept it for {n % 13 + 2} years."
        for n in range(count)
    ]
    edited = [
        line.replace("was built", "was finished").replace("people", "owners" if n % 3 else "people")
        for n, line in enumerate(lines)
    ]
    return "\n".join(lines), "\n".join(edited)


def least(jobs: list[Callable[[], object]], rounds: int) -> list[float]:
    """Return the least CPU seconds of each job, all of them in turn in every round."""
    best = [float("inf")] * len(jobs)
    for _ in range(rounds):
        for n, job in enumerate(jobs):
            start = process_time()
            job()
            best[n] = min(best[n], process_time() - start)
    return best


def main() -> int:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--each", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    made = list(pages(options.corpus, options.each))
    ratios = []
    for name, old, new, job in made:
        read, compared = least([job, lambda: wikidiff.diff(old, new).to_dict()], options.rounds)  # noqa: B023
        ratios.append((read / compared, name))
    print(f"{len(ratios)} pages, times wikidiff.diff of the true texts:")
    print(f"  median {statistics.median(ratio for ratio, _ in ratios):.1f}")
    print("  most   {:.1f} ({})".format(*max(ratios)))
    old, new = many_lines(200)
    for name, _, _, job in both(old, new):
        read, compared = least([job, lambda: wikidiff.diff(old, new).to_dict()], 1)
        print(f"  200 changed lines, {name}: {read / compared:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
