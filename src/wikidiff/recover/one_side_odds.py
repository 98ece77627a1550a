"""What the model of edit sites says of the stretches of a shown line that one side lacks."""

from __future__ import annotations

from collections.abc import Sequence

from wikidiff.recover.line import ShownLine
from wikidiff.recover.one_side_embed import Embedding
from wikidiff.recover.site_features import site_features

MOST = 12.0
"""Beyond which odds say nothing more."""


class Odds:
    """Log-odds of edit sites of one shown line, by the tokens of the known text in it.

    A site that replaces is weighed against its extra stretch by itself. Without a line all odds
    are 0.
    """

    def __init__(
        self, line: ShownLine | None, found: Embedding, weights: Sequence[float], *, is_old: bool
    ) -> None:
        self._line, self._weights, self._is_old = line, weights, is_old
        self._extra = found.extra
        self._starts, self._gaps = _places(found)
        if line is not None and self._gaps[-1] + len(found.extra[-1]) != len(line.text):
            self._line = None  # white space was folded otherwise
        self._alone: dict[int, float] = {}

    def alone(self, start: int, end: int) -> float:
        """Return the odds of tokens that lack by themselves."""
        i, j = self._starts[start], self._gaps[end]
        return self._odds(i, j, j) if self._is_old else self._odds(i, i, j)

    def beside(self, start: int, end: int) -> float:
        """Return the odds of tokens that lack where an extra stretch stands."""
        if self._is_old:
            i, m = self._starts[start], self._gaps[end]
            return self._odds(i, m, m + len(self._extra[end])) - self._extra_alone(end)
        i, j = self._gaps[start], self._gaps[end]
        return self._odds(i, i + len(self._extra[start]), j) - self._extra_alone(start)

    def extras(self) -> float:
        """Return the odds of all extra stretches by themselves."""
        return sum([self._extra_alone(gap) for gap, extra in enumerate(self._extra) if extra])

    def _extra_alone(self, gap: int) -> float:
        found = self._alone.get(gap)
        if found is None:
            i = self._gaps[gap]
            j = i + len(self._extra[gap])
            found = self._odds(i, i, j) if self._is_old else self._odds(i, j, j)
            self._alone[gap] = found
        return found

    def _odds(self, i: int, m: int, j: int) -> float:
        if self._line is None or i >= j:
            return 0.0
        weights = self._weights
        found = sum([weights[at] for at in site_features(self._line, i, m, j)])
        return max(-MOST, min(MOST, found))


def _places(found: Embedding) -> tuple[list[int], list[int]]:
    """Return where each token begins in the shown line, and where each gap does."""
    starts, gaps, at = [], [], 0
    for n, extra in enumerate(found.extra):
        gaps.append(at)
        at += len(extra)
        starts.append(at)
        if n < len(found.tokens) and found.present[n]:
            at += 1 if found.tokens[n].isspace() else len(found.tokens[n])
    return starts, gaps
