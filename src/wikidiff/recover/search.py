"""The joint search: the kinds of all lines and the sites of the edited ones, under the byte delta.

Forward and backward beams over the lines keep the likeliest partial readings by state and delta.
Each line in turn is then the pivot: what the readings on both its sides leave of the declared delta
is looked up among all its options, however unlikely they were by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import NamedTuple, Protocol

from wikidiff import limits
from wikidiff.recover.options import Option
from wikidiff.recover.order import EDITED, START, STATES, step


class Choice(NamedTuple):
    """How one line is taken: its kind, and its option where it is edited."""

    kind: int
    option: Option | None


class Options(Protocol):
    """The ways to take one line as edited; `evidence` are the log-odds that it is."""

    best: list[Option]
    evidence: float

    def for_delta(self, delta: int) -> list[Option]:
        """Return the best options with exactly this delta, best first."""
        ...


@dataclass(frozen=True, slots=True)
class LineView:
    """What the search knows of a line: what each kind is worth in each state, the deltas by kind,
    which kinds are possible, and the ways to take it as edited.
    """  # noqa: D205

    steps: Sequence[Sequence[float]]
    deltas: Sequence[int]
    kinds: Sequence[int]
    options: Options | None


class Found(NamedTuple):
    """A reading of the whole page."""

    score: float
    delta: int
    choices: tuple[Choice, ...]


class _Part(NamedTuple):
    score: float
    state: int
    delta: int
    choice: Choice | None
    rest: _Part | None


class Residual:
    """Log-likelihood of the bytes that no shown line explains."""

    def __init__(self, table: Sequence[float], beyond: float) -> None:
        self._table = table
        self._beyond = beyond
        self._half = len(table) // 2
        order = sorted(range(len(table)), key=lambda k: (-table[k], k))
        self.likely = [k - self._half for k in order[: limits.RECOVER_RESIDUALS]]

    def score(self, unexplained: int) -> float:
        """Return the log-likelihood of a residual in bytes."""
        at = unexplained + self._half
        if 0 <= at < len(self._table):
            return self._table[at]
        return self._beyond - 0.5 * (abs(unexplained).bit_length())


class Search:
    """One page's search."""

    def __init__(
        self,
        lines: Sequence[LineView],
        ends: Sequence[float],
        residual: Residual,
        declared: int | None,
    ) -> None:
        self._lines = lines
        self._ends = ends
        self._residual = residual
        self._declared = declared

    def run(self, keep: int) -> list[Found]:
        """Return the best readings of the page, distinct, best first."""
        forward = self._forward()
        made = {found.choices: found for found in self._complete(forward[-1])}
        if self._declared is not None:
            backward = self._backward()
            for left, right in zip(forward[1:-1], backward[1:-1], strict=True):
                for found in self._joined(left, right):
                    made.setdefault(found.choices, found)
            for at, line in enumerate(self._lines):
                if line.options is not None:
                    floor = max((f.score for f in made.values()), default=-1e9)
                    floor -= limits.RECOVER_SLACK
                    for found in self._pivot(at, forward[at], backward[at + 1], floor):
                        made.setdefault(found.choices, found)
        return nlargest(keep, made.values(), key=lambda f: (f.score, f.choices))

    def _choices(self, line: LineView, count: int) -> Iterator[tuple[float, int, Choice]]:
        for kind in line.kinds:
            if kind != EDITED:
                yield 0.0, line.deltas[kind], Choice(kind, None)
            elif line.options is not None:
                for option in line.options.best[:count]:
                    yield option.score, option.delta, Choice(kind, option)

    def _to_come(self) -> list[list[float]]:
        """Return what lines from each one on are worth at most, by the state before it.

        The delta aside, so that partial readings can be compared (A*).
        """
        layers = [list(self._ends)]
        for line in reversed(self._lines):
            top = line.options.best[0].score if line.options and line.options.best else 0.0
            layers.append(
                [
                    max(
                        line.steps[state][kind]
                        + layers[-1][step(state, kind)]
                        + (top if kind == EDITED else 0.0)
                        for kind in line.kinds
                    )
                    for state in range(STATES)
                ]
            )
        return layers[::-1]

    def _forward(self) -> list[list[_Part]]:
        layers = [[_Part(0.0, START, 0, None, None)]]
        for line, after in zip(self._lines, self._to_come()[1:], strict=True):
            best: dict[tuple[int, int], _Part] = {}
            choices = list(self._choices(line, limits.RECOVER_BLIND))
            for part in layers[-1]:
                steps = line.steps[part.state]
                for score, delta, choice in choices:
                    total = part.score + score + steps[choice.kind]
                    key = step(part.state, choice.kind), part.delta + delta
                    known = best.get(key)
                    if known is None or total > known.score:
                        best[key] = _Part(total, *key, choice, part)
            ranked = [(part.score + after[part.state], part) for part in best.values()]
            kept = nlargest(limits.RECOVER_BEAM, ranked, key=_by_promise)
            layers.append([part for _, part in kept])
        return layers

    def _backward(self) -> list[list[list[_Part]]]:
        layers = [[[_Part(self._ends[state], state, 0, None, None)] for state in range(STATES)]]
        for line in reversed(self._lines):
            choices = list(self._choices(line, limits.RECOVER_BLIND_BACK))
            layers.append(
                [
                    self._before(state, line.steps[state], choices, layers[-1])
                    for state in range(STATES)
                ]
            )
        return layers[::-1]

    def _before(
        self,
        state: int,
        steps: Sequence[float],
        choices: Sequence[tuple[float, int, Choice]],
        after: Sequence[Sequence[_Part]],
    ) -> list[_Part]:
        best: dict[int, _Part] = {}
        for score, delta, choice in choices:
            gain = score + steps[choice.kind]
            for part in after[step(state, choice.kind)]:
                total, sum_delta = part.score + gain, part.delta + delta
                known = best.get(sum_delta)
                if known is None or total > known.score:
                    best[sum_delta] = _Part(total, state, sum_delta, choice, part)
        return nlargest(limits.RECOVER_BEAM_BACK, best.values(), key=_by_score)

    def _complete(self, parts: Sequence[_Part]) -> Iterator[Found]:
        for part in parts:
            score = part.score + self._ends[part.state] + self._explained(part.delta)
            yield Found(score, part.delta, tuple(_unwind(part)))

    def _explained(self, delta: int) -> float:
        return 0.0 if self._declared is None else self._residual.score(self._declared - delta)

    def _joined(self, before: Sequence[_Part], after: Sequence[Sequence[_Part]]) -> Iterator[Found]:
        """Yield the readings that meet between two lines and explain the delta together."""
        known = [{part.delta: part for part in parts} for parts in after]
        declared = self._declared or 0
        rests = [(declared - rest, self._residual.score(rest)) for rest in self._residual.likely]
        for left in before:
            for wanted, explained in rests:
                right = known[left.state].get(wanted - left.delta)
                if right is not None:
                    score = left.score + right.score + explained
                    choices = (*_unwind(left), *_wind(right))
                    yield Found(score, left.delta + right.delta, choices)

    def _pivot(
        self,
        at: int,
        before: Sequence[_Part],
        after: Sequence[Sequence[_Part]],
        floor: float,
    ) -> Iterator[Found]:
        """Yield the readings in which one line's option is looked up by what is left of the delta.

        An option's score is at most 0, so what cannot reach the floor is not looked up.
        """
        line = self._lines[at]
        if line.options is None or self._declared is None:
            return
        for need, pairs in self._wanted(line, before, after[step(0, EDITED)]):
            best = nlargest(2, pairs, key=_by_gain)
            for rest in self._residual.likely:
                explained = self._residual.score(rest)
                if best[0][0] + explained < floor:
                    continue
                for option in line.options.for_delta(need - rest):
                    choice = Choice(EDITED, option)
                    for gain, left, right in best:
                        yield Found(
                            gain + option.score + explained,
                            left.delta + right.delta + option.delta,
                            (*_unwind(left), choice, *_wind(right)),
                        )

    def _wanted(
        self, line: LineView, before: Sequence[_Part], after: Sequence[_Part]
    ) -> list[tuple[int, list[_Join]]]:
        """Return the deltas left to a line by readings on both its sides, likeliest first."""
        wanted: dict[int, list[_Join]] = {}
        declared = self._declared or 0
        for left in before[: limits.RECOVER_JOIN]:
            gain = left.score + line.steps[left.state][EDITED]
            for right in after:
                need = declared - left.delta - right.delta
                wanted.setdefault(need, []).append((gain + right.score, left, right))
        return nlargest(limits.RECOVER_NEEDS, wanted.items(), key=_by_best)


_Join = tuple[float, _Part, _Part]


def _by_score(part: _Part) -> tuple[float, int, int]:
    return part.score, -part.state, part.delta


def _by_promise(ranked: tuple[float, _Part]) -> tuple[float, int, int]:
    promise, part = ranked
    return promise, -part.state, part.delta


def _by_best(wanted: tuple[int, list[_Join]]) -> tuple[float, int, int]:
    need, pairs = wanted
    return max(pair[0] for pair in pairs), -abs(need), need


def _by_gain(join: _Join) -> float:
    return join[0]


def _unwind(part: _Part | None) -> list[Choice]:
    found = []
    while part is not None and part.choice is not None:
        found.append(part.choice)
        part = part.rest
    return found[::-1]


def _wind(part: _Part | None) -> list[Choice]:
    return _unwind(part)[::-1]
