"""Fit the weights of reading a flattened page with one side's text known.

    python tools/one_side.py PAIRS.jsonl.xz... --out src/wikidiff/recover/data/one_side.json

What both formatters show of each edit is made by our own models of them. Every page is searched
with the weights there are; a conditional logit over what the search finds gives new ones, held
near those before (ridge), twice. Then the outcome that none is right is fitted on all pages. Pages
are parted by the CRC-32 of their name as for the other weights: two tenths fit, one tenth is kept
apart and told of. Needs numpy and scipy. The same files give the same weights.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from recover_examples import Example, examples, read_pairs
from scipy.optimize import minimize

from wikidiff import limits
from wikidiff.errors import ContradictionError
from wikidiff.recover import one_side_rank, one_side_weights
from wikidiff.recover.one_side_shown import key_of, shown_lines
from wikidiff.recover.one_side_solve import Found, Solver
from wikidiff.recover.one_side_weights import GROUPS
from wikidiff.recover.page import PHP, WIKIDIFF2, FlatPage

SIDES = [(engine, is_old) for engine in (WIKIDIFF2, PHP) for is_old in (True, False)]
RIDGE = 0.01
MOST_LINES, MOST_CHARS = 25, 40_000


@dataclass
class Page:
    """What the search finds of one page: features of readings, of none, which are right."""

    rows: np.ndarray
    none: np.ndarray
    hits: list[int]


def pages(
    paths: Sequence[Path], parts: str, count: int
) -> Iterator[tuple[dict[str, str], dict[str, Example]]]:
    """Yield edits of some parts of the data, as many of each file, and what is shown of them."""
    for path in paths:
        edits = [x for x in read_pairs([path]) if max(len(x["old"]), len(x["new"])) < MOST_CHARS]
        random.Random(1).shuffle(edits)
        left = count // len(paths)
        for edit in edits:
            if not left:
                break
            if Example(edit["page"], edit["language"], 0, ()).part not in parts:
                continue
            shown = examples(edit)
            if shown.keys() >= {PHP, WIKIDIFF2} and len(shown[WIKIDIFF2].lines) <= MOST_LINES:
                left -= 1
                yield edit, shown


def search(edit: dict[str, str], example: Example, engine: str, *, is_old: bool) -> Page | None:
    """Return what the search finds of one page with one side known."""
    page = FlatPage(example.shown(), example.delta, engine, example.language)
    known, other = (edit["old"], edit["new"]) if is_old else (edit["new"], edit["old"])
    solver = Solver(page, shown_lines(page.lines), known, engine, is_old=is_old)
    try:
        found = solver.ranked(solver.drafts())
    except ContradictionError:
        return None
    if not found:
        return None
    right = key_of(other)
    near = found[: limits.ONE_SIDE_PROOFS]
    near += [one for one in found[limits.ONE_SIDE_PROOFS :] if key_of(one.text) == right][:1]
    near = [solver.proof(one) for one in near]
    near.sort(key=lambda one: -one.score)
    hits = [n for n, one in enumerate(near) if key_of(one.text) == right]
    return Page(np.array([one.features for one in near]), _none(solver, near), hits)


def _none(solver: Solver, found: list[Found]) -> np.ndarray:
    return np.array(one_side_rank.none_features(solver, found[0]))


def fit(data: Sequence[Page], start: np.ndarray) -> np.ndarray:
    """Return the weights of readings (conditional logit), held near the start."""
    useful = [page for page in data if page.hits]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = 0.0, np.zeros_like(w)
        for page in useful:
            chance = _softmax(page.rows @ w)
            mass = max(1e-12, chance[page.hits].sum())
            wanted = np.zeros(len(chance))
            wanted[page.hits] = chance[page.hits] / mass
            value -= math.log(mass)
            slope += page.rows.T @ (chance - wanted)
        off = w - start
        return value / len(useful) + RIDGE * off @ off, slope / len(useful) + 2 * RIDGE * off

    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x


def fit_none(data: Sequence[Page], weights: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return the scale of scores and the weights of the outcome that none is right."""

    def loss(v: np.ndarray) -> float:
        value = 0.0
        for page in data:
            scores = page.rows @ weights
            chance = _softmax(np.append((scores - scores.max()) * v[0], page.none @ v[1:]))
            right = page.hits or [len(chance) - 1]
            value -= math.log(max(1e-12, chance[right].sum()))
        return value / len(data) + 0.002 * float((v - start) @ (v - start))

    return minimize(loss, start, method="L-BFGS-B", options={"maxiter": 200}).x


def _softmax(scores: np.ndarray) -> np.ndarray:
    odds = np.exp(scores - scores.max())
    return odds / odds.sum()


def told(name: str, data: Sequence[Page], weights: np.ndarray, none: np.ndarray) -> None:
    """Print how many pages are read right."""
    first = within = among = sure = sure_right = 0
    brier = 0.0
    for page in data:
        scores = page.rows @ weights
        order = np.argsort(-scores, kind="stable")
        hits = [int(np.where(order == n)[0][0]) for n in page.hits]
        chance = _softmax(np.append((scores - scores.max()) * none[0], page.none @ none[1:]))
        top = float(chance[order[0]])
        right = 0 in hits
        first += right
        within += any(n < 5 for n in hits)
        among += bool(hits)
        sure += top >= 0.8
        sure_right += top >= 0.8 and right
        brier += (top - right) ** 2
    n = max(1, len(data))
    print(
        f"{name}: {len(data)} pages, first {first / n:.1%}, within five {within / n:.1%}, "
        f"among all {among / n:.1%}; sure {sure / n:.1%}, right {sure_right / max(1, sure):.1%}; "
        f"Brier {brier / n:.3f}",
        flush=True,
    )


def _vector(table: dict[str, list[float]]) -> np.ndarray:
    return np.array([x for group in GROUPS for x in table[group]])


def _table(vector: np.ndarray, none: np.ndarray) -> dict[str, list[float]]:
    made, at = {}, 0
    for group, names in GROUPS.items():
        made[group] = [round(float(x), 3) for x in vector[at : at + len(names)]]
        at += len(names)
    made["none"] = [round(float(x), 3) for x in none]
    return made


def main() -> None:
    """Fit, tell, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pairs", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=400, help="pages that fit")
    parser.add_argument("--apart", type=int, default=100, help="pages kept apart")
    parser.add_argument("--rounds", type=int, default=2)
    args = parser.parse_args()
    tables = json.loads(args.out.read_text("utf-8"))
    for turn in range(args.rounds):
        for engine, is_old in SIDES:
            name = f"{engine}.{'old' if is_old else 'new'}"
            sets = {}
            for label, parts, count in (("fitted", "B", args.pages), ("apart", "T", args.apart)):
                found = (
                    search(edit, shown[engine], engine, is_old=is_old)
                    for edit, shown in pages(args.pairs, parts, count)
                )
                sets[label] = [page for page in found if page is not None]
            before = _vector(tables[name]), np.array(tables[name]["none"])
            told(f"{name} apart, before round {turn + 1}", sets["apart"], *before)
            weights = fit(sets["fitted"], before[0])
            none = fit_none(sets["fitted"], weights, before[1])
            for label, data in sets.items():
                told(f"{name} {label}, after round {turn + 1}", data, weights, none)
            tables[name] = _table(weights, none)
        args.out.write_text(json.dumps(tables, indent=1) + "\n", "utf-8")
        one_side_weights.forget()


if __name__ == "__main__":
    main()
