"""How likely the readings of a page of which one side is known are, and that none is right."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log1p

from wikidiff.recover.one_side_solve import Found, Solver
from wikidiff.recover.one_side_weights import (
    ALONE,
    BESIDE,
    EDITED_LINE,
    MISFIT,
    STEPS,
    UNPROVEN,
    WAYS,
    dot,
)

_ALONE = len(STEPS) + len(WAYS)
_PAGES = _ALONE + len(ALONE) + len(BESIDE)


def none_features(solver: Solver, best: Found) -> list[float]:
    """Return the features of the outcome that no reading is right, in the order of NONE."""
    features = best.features
    edited = features[EDITED_LINE]
    lacks = features[_ALONE] + features[_ALONE + len(ALONE)]
    return [
        1.0,
        log1p(len(solver.shown)),
        features[_PAGES + MISFIT],
        features[_PAGES + UNPROVEN],
        log1p(edited),
        log1p(lacks),
        max(-10.0, best.score / (1.0 + sum(features[: len(STEPS)]))),
        float(features[_ALONE] > 0),
    ]


def chances(solver: Solver, found: Sequence[Found]) -> list[float]:
    """Return the chance of each reading, best first; what is missing is that none is right."""
    scale, *weights = solver.weights.none
    top = found[0].score
    odds = [exp(max(-50.0, (one.score - top) * scale)) for one in found]
    none = exp(min(50.0, dot(weights, none_features(solver, found[0]))))
    total = sum(odds) + none
    return [one / total for one in odds]
