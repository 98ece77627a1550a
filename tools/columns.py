"""Fit what each sign tells of which cells of a copied table are old lines and which are new ones.

    python tools/columns.py COPIES.jsonl... [--php COPIES.jsonl...] [--thrice COPIES.jsonl...]
        --out src/wikidiff/recover/data/columns.json

Copies are made by `tools/column_copies.py`; those under `--php` are pages of core's PHP engine,
those under `--thrice` count three times (of a kind that there are few of). All ways to take a
page's table that are looked at are a lattice (recover/columns.py); the weights are those that make
the true ways of all pages likeliest, held near zero (ridge). Pages whose true way is not looked at
are left out, and their number is told. How often a line of one kind follows another (`order`) is
kept as it stands in the file written to. Needs numpy and scipy. The same files give the same
weights.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from wikidiff.readers import desktop_clip
from wikidiff.readers.base import Columns, Input
from wikidiff.recover.column_article import Article
from wikidiff.recover.column_table import Table
from wikidiff.recover.columns import ENGINES, Lattice, State, sides_of

RIDGE = 1.0
ITERATIONS = 70
NEVER = -1e300
FAR = 35.0  # nats from which the lesser of two sums adds nothing

Array = Any


class Ways(NamedTuple):
    """A lattice in numbers: `steps` lead from one state to another, each by several `edges`.

    `signs` are (row, name, value) of the distinct sets of signs, `rows` the set of each edge and
    then of each end; `true` tells which edges are of the true way. The first state is 0.
    """

    signs: tuple[Array, Array, Array]
    sets: int
    rows: Array
    order: Array
    starts: Array
    steps: list[tuple[int, int]]
    of_step: Array
    true: Array
    ends: list[int]
    states: int


class Page(NamedTuple):
    """The ways of a page by each engine, which of these is the true one, how often it counts."""

    ways: list[Ways]
    engine: int
    count: float


def rows(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield the objects of JSON lines."""
    for path in paths:
        yield from (json.loads(line) for line in path.read_text("utf-8").split("\n") if line)


def parts(sides: str) -> Iterator[tuple[int, str]]:
    """Yield the steps of a way: where each begins, and the sides of its cells."""
    at = 0
    while at < len(sides):
        end = at + 2
        if sides[at] != "=":
            end = next((n for n in range(at, len(sides)) if sides[n] == "="), len(sides))
        yield at, sides[at:end]
        at = end


def page(row: dict[str, Any], engine: int, count: float, names: dict[str, int]) -> Page | None:
    """Return the ways of a copied page, None where the true one is not among them."""
    source = Input(row["page"], row["copied"].encode())
    if not row["sides"] or desktop_clip.decline(source):
        return None
    found = desktop_clip.read(source)
    if not isinstance(found, Columns) or len(found.cells) != len(row["sides"]):
        return None
    table = Table(found.cells, Article(found.cells, found.article))
    true = set(parts(row["sides"]))
    lattices = [Lattice(table, one) for one in ENGINES]
    if not reaches(lattices[engine], true):
        return None
    made = [ways(one, true if n == engine else set(), names) for n, one in enumerate(lattices)]
    return Page(made, engine, count)


def reaches(lattice: Lattice, true: set[tuple[int, str]]) -> bool:
    """Tell whether steps of the true way lead to the table's end."""
    reached = {State(0, 0, True)}
    for edge in lattice.edges:
        if edge.before in reached and (edge.before.at, sides_of([edge])) in true:
            reached.add(edge.after)
    return any(end in reached for end in lattice.ends)


def ways(lattice: Lattice, true: set[tuple[int, str]], names: dict[str, int]) -> Ways:
    """Return a lattice in numbers; `names` has the number of each sign, new ones are added."""
    states: dict[State, int] = {State(0, 0, True): 0}
    steps: dict[tuple[int, int], int] = {}
    of_step = []
    for edge in lattice.edges:
        step = tuple(states.setdefault(one, len(states)) for one in (edge.before, edge.after))
        of_step.append(steps.setdefault((step[0], step[1]), len(steps)))
    every = [*(edge.signs for edge in lattice.edges), *lattice.ends.values()]
    sets = {id(signs): signs for signs in every}
    numbers = {one: n for n, one in enumerate(sets)}
    told = [
        (n, names.setdefault(name, len(names)), value)
        for n, signs in enumerate(sets.values())
        for name, value in signs.items()
        if value
    ]
    row, column, value = zip(*told, strict=True)
    order = np.argsort(np.array(of_step, int), kind="stable")
    return Ways(
        (np.array(row), np.array(column), np.array(value, float)),
        len(sets),
        np.array([numbers[id(signs)] for signs in every]),
        order,
        np.searchsorted(np.array(of_step, int)[order], np.arange(len(steps))),
        list(steps),
        np.array(of_step, int),
        np.array([(one.before.at, sides_of([one])) in true for one in lattice.edges], bool),
        [states[end] for end in lattice.ends],
        len(states),
    )


def add(one: float, other: float) -> float:
    """Return log(exp(one) + exp(other))."""
    high, low = (one, other) if one >= other else (other, one)
    return high if high - low > FAR else high + math.log1p(math.exp(low - high))


def sums(ways: Ways, worth: Array, *, true: bool) -> tuple[float, Array]:
    """Return log of the worth of all ways, or the true one, and the share by each edge and end."""
    count = len(ways.of_step)
    edges = np.where(ways.true, worth[:count], NEVER) if true else worth[:count]
    shares = np.zeros(len(worth))
    together = worth[:0]
    if count:
        lengths = np.diff(np.append(ways.starts, count))
        sorted_ = edges[ways.order]
        most = np.maximum.reduceat(sorted_, ways.starts)
        parts_ = np.exp(sorted_ - np.repeat(most, lengths))
        whole = np.add.reduceat(parts_, ways.starts)
        together = most + np.log(whole)
        shares[ways.order] = parts_ / np.repeat(whole, lengths)
    ahead = [NEVER] * ways.states
    ahead[0] = 0.0
    told = together.tolist()
    for value, (before, after) in zip(told, ways.steps, strict=True):
        ahead[after] = add(ahead[after], max(ahead[before] + value, NEVER))
    back = [NEVER] * ways.states
    total = NEVER
    for end, value in zip(ways.ends, worth[count:].tolist(), strict=True):
        back[end] = value
        total = add(total, max(ahead[end] + value, NEVER))
    by_step = np.zeros(len(told))
    for n in range(len(told) - 1, -1, -1):
        before, after = ways.steps[n]
        value = max(told[n] + back[after], NEVER)
        back[before] = add(back[before], value)
        by_step[n] = math.exp(min(ahead[before] + value - total, 0.0))
    shares[:count] *= by_step[ways.of_step]
    for n, end in enumerate(ways.ends, count):
        shares[n] = math.exp(min(ahead[end] + float(worth[n]) - total, 0.0))
    return total, shares


def loss(pages: Sequence[Page], values: Array) -> tuple[float, Array]:
    """Return -log P of all true ways and its gradient, the ridge included."""
    total = RIDGE / 2 * float(values @ values)
    slope = RIDGE * values
    for one in pages:
        worths = []
        for ways in one.ways:
            row, column, value = ways.signs
            told = np.bincount(row, weights=value * values[column], minlength=ways.sets)
            worths.append(told[ways.rows])
        free = [sums(ways, worth, true=False) for ways, worth in zip(one.ways, worths, strict=True)]
        bound = sums(one.ways[one.engine], worths[one.engine], true=True)
        whole = free[0][0]
        for other, _ in free[1:]:
            whole = add(whole, other)
        total += one.count * (whole - bound[0])
        for n, (ways, (value_, shares)) in enumerate(zip(one.ways, free, strict=True)):
            part = shares * math.exp(value_ - whole) - (bound[1] if n == one.engine else 0.0)
            by_set = np.bincount(ways.rows, weights=part, minlength=ways.sets)
            row, column, value = ways.signs
            told = np.bincount(column, weights=value * by_set[row], minlength=len(values))
            slope = slope + one.count * told
    return total, slope


def main() -> None:
    """Fit the weights and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("copies", nargs="+", type=Path)
    parser.add_argument("--php", nargs="*", type=Path, default=[])
    parser.add_argument("--thrice", nargs="*", type=Path, default=[])
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    names: dict[str, int] = {}
    made = [page(row, 0, 1.0, names) for row in rows(asked.copies)]
    made += [page(row, 0, 3.0, names) for row in rows(asked.thrice)]
    made += [page(row, 1, 1.0, names) for row in rows(asked.php)]
    pages = [one for one in made if one is not None]
    print(f"{len(pages)} pages, {len(made) - len(pages)} left out, {len(names)} signs")
    found = minimize(
        lambda values: loss(pages, values),
        np.zeros(len(names)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": ITERATIONS},
    )
    print(f"-log P {found.fun:.1f} after {found.nit} steps")
    data = json.loads(asked.out.read_text("utf-8"))
    fitted = sorted(zip(names, map(float, found.x), strict=True))
    data["signs"] = {name: round(value, 3) for name, value in fitted if abs(value) >= 0.0015}
    asked.out.write_text(json.dumps(data, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
