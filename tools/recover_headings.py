"""Fit how headings written anew are read, for tools/train_recover.py.

Every renamed heading of the pairs becomes one whose level changed too; the formatter's model shows
it, so that the true label of each word is known. A conditional logit over the beam's labellings,
once free and once near the true delta, gives the weights (McFadden 1974).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from scipy.optimize import minimize

from wikidiff import text
from wikidiff.engine import diff_lines
from wikidiff.recover import php_inline
from wikidiff.recover.grams import Grams
from wikidiff.recover.line import ShownLine, Vocabulary
from wikidiff.recover.page import PHP
from wikidiff.recover.rewritten import (
    COMMON,
    FEATURES,
    Features,
    Heading,
    allowed,
    decode,
    end_features,
    labels,
    start,
    step,
    step_features,
)

START = (
    *(1.0, 1.0, 3.0, -2.0, -2.0, -2.0, -2.0, -2.0, 0.0, 0.0),
    *(-1.0, -1.0, -1.0, -1.0, -1.0, 0.0, 1.0, -1.0, -1.0, 0.0, 0.5, 1.0),
)
NEAR = 4  # bytes that stay unexplained at most among the candidates near the true delta
LISTED = 60


def renamed(edits: Iterable[dict[str, str]]) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield (page, old heading, new heading, the new page's lines) with unlike levels."""
    seen: set[tuple[str, str]] = set()
    for edit in edits:
        for run in diff_lines(edit["old"], edit["new"], context=0).runs:
            for line in run:
                if line.kind != "changed" or line.old is None or line.new is None:
                    continue
                old, new = text.heading(line.old), text.heading(line.new)
                if not old or not new or old[1] == new[1] or not old[1] or not new[1]:
                    continue
                if (old[1], new[1]) not in seen:
                    seen.add((old[1], new[1]))
                    pair = _levelled(line.old.strip(), line.new.strip(), old[0], new[0])
                    yield edit["page"], *pair, text.lines(edit["new"])[:60]


def _levelled(old: str, new: str, one: int, other: int) -> tuple[str, str]:
    """Return both headings with unlike levels, one or two apart by the hash of their words."""
    if one != other:
        return old, new
    number = zlib.crc32((old + new).encode())
    more = "=" * (1 + number % 2)
    return (more + old + more, new) if number // 2 % 3 else (old, more + new + more)


def _truth(heading: Heading, old: str, new: str) -> list[int] | None:
    """Return the true labels of a shown heading's words, None where runs cut words."""
    marks: list[int] = []
    for op, stretch in php_inline.hunk_runs([old], [new]):
        marks += [{"=": 0, "-": 1, "+": 2}[op]] * len(stretch)
    if len(marks) != len(heading.line.text):
        return None
    made = []
    for a, b in heading.spans:
        inked = {marks[at] for at in range(a, b) if heading.line.text[at] != " "}
        if len(inked) != 1:
            return None
        made.append(inked.pop())
    return made


def _features(heading: Heading, marks: Sequence[int]) -> np.ndarray | None:
    """Return the summed features of a labelling, None where the rules forbid it."""
    joint, way, total = heading.joints(), start(), np.zeros(len(FEATURES))
    for at, kind in enumerate(marks):
        if kind not in allowed(heading, way, at):
            return None
        _add(total, step_features(heading, joint, way, kind, at))
        way = step(heading, way, kind, at)
    _add(total, end_features(heading, joint, way))
    return total


def _add(total: np.ndarray, found: Features) -> None:
    for n, value in found:
        total[n] += value


def cases(
    pairs: Iterable[tuple[str, str, str, list[str]]], grams: Grams, weights: Sequence[float]
) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Yield (page, candidates' features) with the truth first, free and near the true delta."""
    for page, old, new, lines in pairs:
        shown = php_inline.hunk_text([old], [new])
        line = ShownLine(shown, PHP, "en", grams, Vocabulary([*lines, shown]))
        heading = Heading(line)
        marks = _truth(heading, old, new) if heading.fits else None
        if marks is None or len(marks) > 40 or all(mark == COMMON for mark in marks):
            continue
        right = _features(heading, marks)
        if right is None:
            continue
        size = sum(heading.size(at) * (0, -1, 1)[kind] for at, kind in enumerate(marks))
        ways = [way for way in decode(heading, weights) if labels(way) != marks]
        for chosen in (ways, [way for way in ways if abs(way.delta - size) <= NEAR]):
            made = [_features(heading, labels(way)) for way in chosen[:LISTED]]
            yield page, [right, *(x for x in made if x is not None)]


def fit(data: Sequence[list[np.ndarray]]) -> list[float]:
    """Return the weights that make the true labellings likeliest."""
    tables = [np.array(rows) for rows in data if len(rows) > 1]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = 0.02 * float(w @ w), 0.04 * w
        for rows in tables:
            scores = rows @ w
            top = scores.max()
            chances = np.exp(scores - top)
            total = chances.sum()
            value += top + np.log(total) - scores[0]
            slope = slope + (chances / total) @ rows - rows[0]
        return value, slope

    found = minimize(loss, np.array(START), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return [round(float(x), 3) for x in found.x]


def fit_headings(edits: Iterable[dict[str, str]], grams: Grams) -> list[float]:
    """Return the weights of `wikidiff.recover.rewritten`, in the order of its FEATURES.

    Twice more against what the weights so far find likeliest, earlier rivals kept.
    """
    pairs = list(renamed(edits))
    weights: Sequence[float] = START
    pool: list[list[np.ndarray]] = []
    for _ in range(3):
        found = [rows for _, rows in cases(pairs, grams, weights)]
        pool = [a + b[1:] for a, b in zip(pool, found, strict=True)] if pool else found
        weights = fit(pool)
    return list(weights)
