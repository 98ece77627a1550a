"""The second half of tools/train_recover.py: ranking whole readings, and what is certain."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import minimize

from wikidiff import limits
from wikidiff.model import ReadingLine
from wikidiff.recover import rank
from wikidiff.recover.candidates import candidates
from wikidiff.recover.evidence import gather
from wikidiff.recover.page import FlatPage
from wikidiff.recover.proof import Prover
from wikidiff.recover.readings import reading_line
from wikidiff.recover.sides import bare
from wikidiff.recover.weights import Model

CUTS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999, 0.9999)
NEVER = 1.01
Sides = tuple[str | None, str | None]


class Truth(Protocol):
    """A flattened page with its truth, as train_recover.Example."""

    language: str
    delta: int

    def sides(self) -> list[Sides]:
        """Return both sides of each shown line, white space aside."""
        ...

    def shown(self) -> tuple[str, ...]:
        """Return the shown lines."""
        ...


@dataclass(frozen=True)
class Ranked:
    """The features of a page's candidate readings, and which of them are right."""

    rows: list[list[float]]
    none: list[float]
    hits: list[int]
    right_lines: list[list[bool]]
    lines: list[tuple[ReadingLine, ...]]


def ranked(engine: str, model: Model, data: Sequence[Truth], count: int) -> list[Ranked]:
    """Return the candidate readings of some pages with their features."""
    made: list[Ranked] = []
    rng = random.Random(1)
    for example in rng.sample(list(data), len(data)):
        if len(made) >= count:
            break
        page = FlatPage(example.shown(), example.delta, engine, example.language)
        if len(page.lines) <= 60 or rng.random() < 0.3:
            made.append(_ranked(page, engine, model, example.sides()))
    return made


def _ranked(page: FlatPage, engine: str, model: Model, truth: list[Sides]) -> Ranked:
    evidence = gather(page, engine, model)
    found = candidates(page, engine, evidence, model)[: limits.RECOVER_RANKED]
    prover = Prover(engine, page.language)
    rows = [rank.features(evidence, one, page.declared, prover) for one in found]
    lines = [
        tuple(reading_line(evidence, n, choice) for n, choice in enumerate(one.choices))
        for one in found
    ]
    right = [[_sides(x) == t for x, t in zip(one, truth, strict=True)] for one in lines]
    hits = [n for n, flags in enumerate(right) if all(flags)]
    return Ranked(rows, rank.none_features(evidence, found, rows, True), hits, right, lines)


def _sides(line: ReadingLine) -> Sides:
    return bare("".join(line.old)) or None, bare("".join(line.new)) or None


def fit_ranking(data: Sequence[Ranked]) -> tuple[list[float], list[float]]:
    """Return the weights of readings and of the outcome that none is right (conditional logit)."""
    width, others = len(rank.FEATURES), len(rank.NONE_FEATURES)
    pages = [(np.array(d.rows), np.array(d.none), d.hits) for d in data]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = 0.0, np.zeros_like(w)
        for rows, none, hits in pages:
            scores = np.append(rows @ w[:width], none @ w[width:])
            odds = np.exp(scores - scores.max())
            chance = odds / odds.sum()
            right = hits or [len(chance) - 1]
            mass = max(1e-12, chance[right].sum())
            wanted = np.zeros(len(chance))
            wanted[right] = chance[right] / mass
            value -= math.log(mass)
            slope[:width] += rows.T @ (chance - wanted)[:-1]
            slope[width:] += none * (chance - wanted)[-1]
        return value / len(pages) + 0.0015 * w @ w, slope / len(pages) + 0.003 * w

    start = np.zeros(width + others)
    start[0] = start[width + 3] = 1.0
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 400}).x
    return [round(float(x), 4) for x in found[:width]], [round(float(x), 4) for x in found[width:]]


def fit_certain(
    data: Sequence[Ranked], weights: Sequence[float], none: Sequence[float]
) -> list[float]:
    """Return, by fifths of the belief in all readings, the agreement that makes a line certain."""
    found: list[list[tuple[float, bool]]] = [[] for _ in range(5)]
    for page in data:
        chances = rank.probabilities(page.rows, page.none, weights, none)
        total = sum(chances)
        sums: dict[tuple[ReadingLine, ...], float] = {}
        for lines, chance in zip(page.lines, chances, strict=True):
            sums[lines] = sums.get(lines, 0.0) + chance
        first = max(sums, key=lambda lines: sums[lines])
        right = page.right_lines[page.lines.index(first)]
        for n, line in enumerate(first):
            agreed = sum(chance for lines, chance in sums.items() if lines[n] == line)
            found[min(4, int(total * 5))].append((agreed / max(total, 1e-9), right[n]))
    return [_cut(beliefs) for beliefs in found]


def _cut(beliefs: Sequence[tuple[float, bool]]) -> float:
    for cut in CUTS:
        right = [flag for belief, flag in beliefs if belief >= cut]
        if len(right) >= 40 and sum(right) / len(right) >= 0.957:
            return cut
    return NEVER
