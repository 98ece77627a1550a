"""Weights of the kinds of shown lines, for tools/train_recover.py.

The likelihood of a linear-chain conditional random field is maximised over pages whose kinds are
known (forward and backward sums in logarithms, all pages at once).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import minimize

from wikidiff.recover.order import (
    KINDS,
    LINE_WIDTH,
    PAIR_WIDTH,
    STATES,
    WIDTH,
    kind_at,
    step,
)

PENALTY, NEAR = 4.0, 30.0
_FORBIDDEN = -1e9
_TO = np.array([[step(s, k) for k in range(KINDS)] for s in range(STATES)])
_KIND_AT = np.array([kind_at(s) for s in range(STATES)])
_ONE_HOT = np.eye(KINDS)[_KIND_AT]
_WAYS = [np.flatnonzero(_TO.ravel() == s) for s in range(STATES)]
_MOST = max(map(len, _WAYS))
_INTO = np.array([np.pad(w, (0, _MOST - len(w)), constant_values=_TO.size) for w in _WAYS])
"""For each state the numbers of the (state, kind) that lead to it, one past the last to fill up."""


@dataclass(frozen=True)
class Page:
    """The features of a page's lines and pairs, the kinds, and which kinds each line may be of."""

    lines: list[Sequence[int]]
    pairs: list[Sequence[int]]
    kinds: list[int]
    allowed: list[Sequence[int]]


class Fit:
    """The negative log-likelihood of some pages and its slope."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages
        self._lengths = np.array([len(p.kinds) for p in pages])
        self._starts = np.concatenate([[0], np.cumsum(self._lengths)])
        self._lines = _matrix([f for p in pages for f in p.lines], LINE_WIDTH)
        self._pairs = _matrix([f for p in pages for f in p.pairs], PAIR_WIDTH)
        self._kinds = np.array([k for p in pages for k in p.kinds])
        self._mask = np.full((len(self._kinds), KINDS), _FORBIDDEN)
        for n, allowed in enumerate(a for p in pages for a in p.allowed):
            self._mask[n, list(allowed)] = 0.0
        self._cut = LINE_WIDTH * KINDS, LINE_WIDTH * KINDS + PAIR_WIDTH * KINDS * KINDS
        self.width = WIDTH

    def parts(self, w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the weights of lines, pairs and states."""
        one, two = self._cut
        return (
            w[:one].reshape(LINE_WIDTH, KINDS),
            w[one:two].reshape(PAIR_WIDTH, KINDS * KINDS),
            w[two:].reshape(STATES, KINDS + 1),
        )

    def loss(self, w: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the loss, the penalty aside, and its slope."""
        lines, pairs, states = self.parts(w)
        alone = self._lines @ lines + self._mask
        both = (self._pairs @ pairs).reshape(-1, KINDS, KINDS)
        both[self._starts[:-1]] = 0.0
        value, d_alone, d_both, d_states = self._sums(alone, both, states)
        slope = np.concatenate([
            (self._lines.T @ d_alone).ravel(),
            (self._pairs.T @ d_both.reshape(-1, KINDS * KINDS)).ravel(),
            d_states.ravel(),
        ])  # fmt: skip
        return value, slope

    def _sums(
        self, alone: np.ndarray, both: np.ndarray, states: np.ndarray
    ) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        """Return the sum over all kinds in logarithms, less that of the truth, and its slopes."""
        count, longest = len(self._lengths), int(self._lengths.max())
        forward = np.full((longest + 1, count, STATES), _FORBIDDEN)
        forward[0, :, 0] = 0.0
        steps = []
        for t in range(longest):
            rows = np.flatnonzero(self._lengths > t)
            at = self._starts[rows] + t
            scores = states[:, :KINDS] + alone[at][:, None, :] + both[at][:, _KIND_AT, :]
            steps.append((rows, at, scores))
            reached = (forward[t, rows][:, :, None] + scores).reshape(len(rows), -1)
            padded = np.concatenate([reached, np.full((len(rows), 1), _FORBIDDEN)], axis=1)
            forward[t + 1, rows] = _log_sum(padded[:, _INTO], 2)
        ends = forward[self._lengths, np.arange(count)] + states[:, KINDS]
        total = _log_sum(ends, 1)
        backward = np.tile(states[:, KINDS], (count, 1))
        d_alone, d_both, d_states = np.zeros_like(alone), np.zeros_like(both), np.zeros_like(states)
        d_states[:, KINDS] += np.exp(ends - total[:, None]).sum(0)
        for t in range(longest - 1, -1, -1):
            rows, at, scores = steps[t]
            through = scores + backward[rows][:, _TO]
            chance = np.exp(forward[t, rows][:, :, None] + through - total[rows, None, None])
            d_alone[at] = chance.sum(1)
            d_both[at] = np.einsum("sb,psk->pbk", _ONE_HOT, chance)
            d_states[:, :KINDS] += chance.sum(0)
            backward[rows] = _log_sum(through, 2)
        value = float(total.sum()) - self._of_truth(alone, both, states, d_alone, d_both, d_states)
        d_both[self._starts[:-1]] = 0.0
        return value, d_alone, d_both, d_states

    def _of_truth(
        self,
        alone: np.ndarray,
        both: np.ndarray,
        states: np.ndarray,
        d_alone: np.ndarray,
        d_both: np.ndarray,
        d_states: np.ndarray,
    ) -> float:
        """Return the score of the true kinds, and take them from the slopes."""
        value = 0.0
        for page, start in zip(self._pages, self._starts, strict=False):
            state = 0
            for t, kind in enumerate(page.kinds):
                n = start + t
                value += states[state, kind] + alone[n, kind]
                d_states[state, kind] -= 1
                d_alone[n, kind] -= 1
                if t:
                    value += both[n, kind_at(state), kind]
                    d_both[n, kind_at(state), kind] -= 1
                state = step(state, kind)
            value += states[state, KINDS]
            d_states[state, KINDS] -= 1
        return value


def _log_sum(values: np.ndarray, axis: int) -> np.ndarray:
    top = values.max(axis, keepdims=True)
    return (top + np.log(np.exp(values - top).sum(axis, keepdims=True))).squeeze(axis)


def _matrix(rows: Sequence[Sequence[int]], width: int) -> sparse.csr_matrix:
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    index = np.concatenate([np.array(row, int) for row in rows])
    return sparse.csr_matrix((np.ones(len(index)), index, starts), (len(rows), width))


def fit_order(
    pages: Sequence[Page], near: np.ndarray | None = None, steps: int = 120
) -> np.ndarray:
    """Return the weights: of lines by feature and kind, of pairs by both kinds, of states.

    Where some are known they are fitted near those, and moving them is dearer.
    """
    fit = Fit(pages)
    centre = np.zeros(fit.width) if near is None else near
    penalty = PENALTY if near is None else NEAR

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = fit.loss(w)
        away = w - centre
        return value + penalty / 2 * away @ away, slope + penalty * away

    options = {"maxiter": steps}
    return minimize(loss, centre, jac=True, method="L-BFGS-B", options=options).x
