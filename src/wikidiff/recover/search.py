"""The joint search: the kinds of all lines and the sites of the edited ones, under the byte delta.

Forward and backward beams over the lines keep the likeliest partial readings by state and delta.
Each line in turn is then the pivot: what the readings on both its sides leave of the declared delta
is looked up among all its options, however unlikely they were by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace, nlargest
from typing import Final, NamedTuple, Protocol

from wikidiff import limits
from wikidiff.recover.options import Option
from wikidiff.recover.order import CONTEXT, EDITED, KINDS, START, STATES, step

_NEVER: Final = float("-inf")
_ROUNDING: Final = 1e-6
"""More than floats can round away in a score."""


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

    def reaches(self, delta: int, least: float) -> bool:
        """Tell whether an option with this delta may score so much, rounding aside.

        False says that none does; True is cheap to say.
        """
        ...

    def pass_over(self, delta: int) -> None:
        """Take note that the options with this delta cannot matter."""
        ...


@dataclass(slots=True, eq=False, repr=False)
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


class _Part:
    """A reading of the lines from one end of the page up to here.

    `state` is that of the search there, `pick` the number of the choice for the last line.
    """

    __slots__ = ("delta", "pick", "rest", "score", "state")

    def __init__(self, score: float, state: int, delta: int, pick: int, rest: _Part | None) -> None:
        self.score: float = score
        self.state: int = state
        self.delta: int = delta
        self.pick: int = pick
        self.rest: _Part | None = rest


class _Pick:
    """One way to take one line: what it is worth besides its kind, and its delta."""

    __slots__ = ("choice", "delta", "kind", "number", "score")

    def __init__(self, score: float, delta: int, kind: int, choice: Choice, number: int) -> None:
        self.score: float = score
        self.delta: int = delta
        self.kind: int = kind
        self.choice: Choice = choice
        self.number: int = number


class _Source:
    """A sorted list of partial readings, and what each of them gets: score, delta, choice.

    A number below 0 leaves them the choices that they have.
    """

    __slots__ = ("delta", "number", "parts", "score")

    def __init__(self, score: float, delta: int, number: int, parts: list[_Part]) -> None:
        self.score: float = score
        self.delta: int = delta
        self.number: int = number
        self.parts: list[_Part] = parts


_Join = tuple[float, _Part, _Part]
_Numbers = tuple[int, ...]


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
        self._lines = list(lines)
        self._ends = list(ends)
        self._residual = residual
        self._declared = declared
        self._choices: list[list[Choice]] = []
        """The ways to take each line that were met, by number."""
        self._numbers: list[dict[Choice, int]] = []
        for _ in self._lines:
            self._choices.append([])
            self._numbers.append({})
        self._made: dict[_Numbers, tuple[float, int]] = {}
        self._tops: list[float] = []
        """A heap of the best scores so far, as many as readings are asked for."""
        self._floor = _NEVER
        self._keep = 0
        self._best = _NEVER

    def run(self, keep: int) -> list[Found]:
        """Return the best readings of the page, distinct, best first."""
        self._keep = keep
        forward = self._forward()
        for part in forward[-1]:
            score = part.score + self._ends[part.state] + self._explained(part.delta)
            if score >= self._floor:
                self._add(tuple(_unwound(part)), score, part.delta)
        if self._declared is not None:
            backward = self._backward()
            for at in range(1, len(self._lines)):
                self._join(forward[at], backward[at])
            for at in range(len(self._lines)):
                options = self._lines[at].options
                if options is not None:
                    self._pivot(at, options, forward[at], backward[at + 1][step(0, EDITED)])
        return self._found()

    def _found(self) -> list[Found]:
        """Return the best of what was made."""
        found = []
        for numbers, (score, delta) in self._made.items():
            if score >= self._floor:
                choices = [row[n] for row, n in zip(self._choices, numbers, strict=True)]
                found.append(Found(score, delta, tuple(choices)))
        return nlargest(self._keep, found, key=_by_choices)

    def _add(self, numbers: _Numbers, score: float, delta: int) -> None:
        """Keep a reading, and note below which score none is needed any more."""
        if numbers in self._made:
            return
        self._made[numbers] = score, delta
        self._best = max(self._best, score)
        if len(self._tops) < self._keep:
            heappush(self._tops, score)
        else:
            heapreplace(self._tops, score)
        if len(self._tops) == self._keep:
            self._floor = self._tops[0]

    def _number(self, at: int, choice: Choice) -> int:
        """Return the number of a way to take a line."""
        numbers = self._numbers[at]
        known = numbers.get(choice)
        if known is None:
            known = numbers[choice] = len(self._choices[at])
            self._choices[at].append(choice)
        return known

    def _picks(self, at: int, count: int) -> list[_Pick]:
        """Return the ways to take a line, of those as edited the best ones."""
        line = self._lines[at]
        made: list[_Pick] = []
        for kind in line.kinds:
            if kind != EDITED:
                choice = Choice(kind, None)
                number = self._number(at, choice)
                made.append(_Pick(0.0, line.deltas[kind], kind, choice, number))
            elif line.options is not None:
                for option in line.options.best[:count]:
                    choice = Choice(kind, option)
                    number = self._number(at, choice)
                    made.append(_Pick(option.score, option.delta, kind, choice, number))
        return made

    def _to_come(self) -> list[list[float]]:
        """Return what lines from each one on are worth at most, by the state before it.

        The delta aside, so that partial readings can be compared (A*).
        """
        after = self._ends
        layers = [after]
        for line in reversed(self._lines):
            top = line.options.best[0].score if line.options and line.options.best else 0.0
            row: list[float] = []
            for state in range(STATES):
                steps = line.steps[state]
                best = _NEVER
                for kind in line.kinds:
                    total = steps[kind] + after[step(state, kind)]
                    if kind == EDITED:
                        total += top
                    best = max(best, total)
                row.append(best)
            layers.append(row)
            after = row
        return layers[::-1]

    def _forward(self) -> list[list[_Part]]:
        parts = [_Part(0.0, START, 0, -1, None)]
        layers = [parts]
        ahead = self._to_come()
        for at in range(len(self._lines)):
            parts = self._next(at, parts, ahead[at + 1])
            layers.append(parts)
        return layers

    def _next(self, at: int, parts: list[_Part], ahead: list[float]) -> list[_Part]:
        """Return the likeliest partial readings with one more line, one of each state and delta.

        They are met in order, the likeliest first.
        """
        picks = self._picks(at, limits.RECOVER_BLIND)
        rows = _gains(picks, self._lines[at].steps, ahead, {part.state for part in parts})
        heap = [(-(part.score + rows[part.state][0][0]), n, 0) for n, part in enumerate(parts)]
        heapify(heap)
        seen: set[int] = set()
        found: list[tuple[float, int, int, _Part]] = []
        most, last = limits.RECOVER_BEAM, 0.0
        while heap:
            promise, n, rank = heap[0]
            if len(found) >= most and promise > last:
                break
            part = parts[n]
            row = rows[part.state]
            _, number, gain = row[rank]
            if rank + 1 < len(row):
                heapreplace(heap, (-(part.score + row[rank + 1][0]), n, rank + 1))
            else:
                heappop(heap)
            pick = picks[number]
            to, delta = step(part.state, pick.kind), part.delta + pick.delta
            key = delta * STATES + to
            if key not in seen:
                seen.add(key)
                made = _Part(part.score + gain, to, delta, pick.number, part)
                found.append((-promise, -to, delta, made))
                last = promise
        found.sort(key=_by_rank, reverse=True)
        return [made for _, _, _, made in found[:most]]

    def _backward(self) -> list[list[list[_Part]]]:
        states = self._reached()
        after = [[_Part(self._ends[state], state, 0, -1, None)] for state in range(STATES)]
        layers = [after]
        for at in range(len(self._lines) - 1, -1, -1):
            after = self._previous(at, states[at], after)
            layers.append(after)
        return layers[::-1]

    def _reached(self) -> list[set[int]]:
        """Return the states that the search may be in before each line."""
        states = {START}
        made = [states]
        for line in self._lines:
            states = {step(state, kind) for state in states for kind in line.kinds}
            made.append(states)
        return made

    def _previous(self, at: int, states: set[int], after: list[list[_Part]]) -> list[list[_Part]]:
        """Return the likeliest partial readings with one more line before them, by state.

        What a change leads to does not hang on the state before it, so that the best of each kind
        are found once.
        """
        view = self._lines[at].steps
        sources: list[list[_Source]] = [[] for _ in range(KINDS)]
        for pick in self._picks(at, limits.RECOVER_BLIND_BACK):
            parts = after[step(0, pick.kind)] if pick.kind != CONTEXT else []
            sources[pick.kind].append(_Source(pick.score, pick.delta, pick.number, parts))
        changed = [_merged(0, one, limits.RECOVER_BEAM_BACK) for one in sources]
        made: list[list[_Part]] = []
        for state in range(STATES):
            if state not in states:
                made.append([])
                continue
            steps = view[state]
            joined = [
                _Source(one.score + steps[CONTEXT], one.delta, one.number, after[step(state, 0)])
                for one in sources[CONTEXT]
            ]
            joined += [_Source(steps[kind], 0, -1, changed[kind]) for kind in range(1, KINDS)]
            made.append(_merged(state, joined, limits.RECOVER_BEAM_BACK))
        return made

    def _explained(self, delta: int) -> float:
        return 0.0 if self._declared is None else self._residual.score(self._declared - delta)

    def _join(self, before: list[_Part], after: list[list[_Part]]) -> None:
        """Add the readings that meet between two lines and explain the delta together."""
        known = [{part.delta: part for part in parts} for parts in after]
        tops = [max([part.score for part in parts], default=_NEVER) for parts in after]
        declared = self._declared or 0
        rests = [(declared - rest, self._residual.score(rest)) for rest in self._residual.likely]
        most = max([explained for _, explained in rests])
        for left in before:
            if left.score + tops[left.state] + most < self._floor:
                continue
            row = known[left.state]
            for wanted, explained in rests:
                right = row.get(wanted - left.delta)
                if right is not None:
                    score = left.score + right.score + explained
                    if score >= self._floor:
                        numbers = (*_unwound(left), *_wound(right))
                        self._add(numbers, score, left.delta + right.delta)

    def _pivot(self, at: int, options: Options, before: list[_Part], after: list[_Part]) -> None:
        """Add the readings in which one line's option is looked up by what is left of the delta.

        An option's score is at most 0, and often it can be told that it is less than what is
        needed: what cannot reach the floor is not looked up.
        """
        floor = self._best - limits.RECOVER_SLACK
        lefts = before[: limits.RECOVER_JOIN]
        view = self._lines[at].steps
        gains = [left.score + view[left.state][EDITED] for left in lefts]
        by_delta = {right.delta: right for right in after}
        residual = self._residual
        rests = [(rest, residual.score(rest)) for rest in residual.likely]
        for top, need in self._wanted(lefts, gains, after):
            best: list[_Join] = []
            for rest, explained in rests:
                if top + explained < floor:
                    continue
                least = self._floor - top - explained - _ROUNDING
                if top + explained < self._floor or not options.reaches(need - rest, least):
                    options.pass_over(need - rest)
                    continue
                for option in options.for_delta(need - rest):
                    if top + option.score + explained < self._floor:
                        continue
                    if not best:
                        best = _joins((self._declared or 0) - need, lefts, gains, by_delta)
                    number = self._number(at, Choice(EDITED, option))
                    for gain, left, right in best:
                        score = gain + option.score + explained
                        if score >= self._floor:
                            numbers = (*_unwound(left), number, *_wound(right))
                            self._add(numbers, score, left.delta + right.delta + option.delta)

    def _wanted(
        self, lefts: list[_Part], gains: list[float], after: list[_Part]
    ) -> list[tuple[float, int]]:
        """Return the deltas left to a line by readings on both its sides, likeliest first.

        Each comes after the score of the likeliest such readings.
        """
        declared = self._declared or 0
        found: list[tuple[float, int, int]] = []
        if not after:
            return []
        heap = [(-(gain + after[0].score), n, 0) for n, gain in enumerate(gains)]
        heapify(heap)
        seen: set[int] = set()
        most, last = limits.RECOVER_NEEDS, 0.0
        while heap:
            promise, n, rank = heap[0]
            if len(found) >= most and promise > last:
                break
            if rank + 1 < len(after):
                heapreplace(heap, (-(gains[n] + after[rank + 1].score), n, rank + 1))
            else:
                heappop(heap)
            need = declared - lefts[n].delta - after[rank].delta
            if need not in seen:
                seen.add(need)
                found.append((-promise, -abs(need), need))
                last = promise
        found.sort(reverse=True)
        return [(gain, need) for gain, _, need in found[:most]]


def _joins(
    delta: int, lefts: list[_Part], gains: list[float], by_delta: dict[int, _Part]
) -> list[_Join]:
    """Return the two likeliest pairs of readings before and behind a line that have a delta."""
    found: list[tuple[float, int, _Part]] = []
    for n in range(len(lefts)):
        right = by_delta.get(delta - lefts[n].delta)
        if right is not None:
            found.append((gains[n] + right.score, -n, right))
    found.sort(key=_by_gain, reverse=True)
    return [(gain, lefts[-n], right) for gain, n, right in found[:2]]


def _gains(
    picks: list[_Pick],
    view: Sequence[Sequence[float]],
    ahead: list[float],
    states: set[int],
) -> list[list[tuple[float, int, float]]]:
    """Return for each of the states what each way to take a line adds, the best first.

    First with what may come after it, then the way's number, then without.
    """
    rows: list[list[tuple[float, int, float]]] = []
    for state in range(STATES):
        row: list[tuple[float, int, float]] = []
        if state in states:
            steps = view[state]
            for number, pick in enumerate(picks):
                gain = pick.score + steps[pick.kind]
                row.append((-(gain + ahead[step(state, pick.kind)]), number, gain))
            row.sort()
        rows.append([(-promise, number, gain) for promise, number, gain in row])
    return rows


def _merged(state: int, sources: list[_Source], most: int) -> list[_Part]:
    """Return the best parts of several lists that are sorted, one of each delta, best first."""
    heap: list[tuple[float, int, int, int]] = []
    for n, source in enumerate(sources):
        if source.parts:
            first = source.parts[0]
            heap.append((-(first.score + source.score), -first.delta - source.delta, n, 0))
    heapify(heap)
    seen: set[int] = set()
    made: list[_Part] = []
    while heap and len(made) < most:
        score, delta, n, rank = heap[0]
        source = sources[n]
        if rank + 1 < len(source.parts):
            following = source.parts[rank + 1]
            there = -following.delta - source.delta
            heapreplace(heap, (-(following.score + source.score), there, n, rank + 1))
        else:
            heappop(heap)
        if delta not in seen:
            seen.add(delta)
            part = source.parts[rank]
            if source.number < 0:
                made.append(_Part(-score, state, -delta, part.pick, part.rest))
            else:
                made.append(_Part(-score, state, -delta, source.number, part))
    return made


def _by_rank(ranked: tuple[float, int, int, _Part]) -> tuple[float, int, int]:
    return ranked[0], ranked[1], ranked[2]


def _by_gain(join: tuple[float, int, _Part]) -> tuple[float, int]:
    return join[0], join[1]


def _by_choices(found: Found) -> tuple[float, tuple[Choice, ...]]:
    return found.score, found.choices


def _unwound(part: _Part) -> list[int]:
    """Return the numbers of the choices of the lines before a place, in order."""
    return _wound(part)[::-1]


def _wound(part: _Part) -> list[int]:
    """Return the numbers of the choices of the lines behind a place, in order."""
    found: list[int] = []
    here: _Part | None = part
    while here is not None and here.pick >= 0:
        found.append(here.pick)
        here = here.rest
    return found
