"""Which cells of a copied diff table are old lines and which are new ones.

Copying runs both columns together. What the engines can show leaves few ways to take the cells:
changed runs (column_runs.py), and around and between them a few lines of context, which are copied
twice. All these ways together are a lattice: an edge is one way to take one changed run, or one
line of context. Each edge is worth what its signs are worth (column_signs.py), and the likeliest
way through the lattice is taken. How likely a cell is on its side is the sum over all ways on which
it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wikidiff.model import Line
from wikidiff.recover import column_weights
from wikidiff.recover.column_article import Article
from wikidiff.recover.column_runs import Run, Runs
from wikidiff.recover.column_signs import Signs, context_signs, run_signs
from wikidiff.recover.column_table import Engine, Table

ENGINES: tuple[Engine, ...] = ("wikidiff2", "php")
_EDGE_CONTEXT, _INNER_CONTEXT = 2, 4  # lines of context that the engines show at most
_SURE = 0.95


class State(NamedTuple):
    """A place in the table: the next cell, and what stands before it.

    `context` is how many lines of context (0 after a changed run), `first` whether from the page's
    beginning on.
    """

    at: int
    context: int
    first: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """One step: a changed run, or two cells of context (None)."""

    before: State
    after: State
    run: Run | None
    signs: Signs


class Lattice:
    """All ways to take a table that are looked at, by the rules of one engine.

    `edges` are in the order of the cells they start at; `ends` has the signs of each state in which
    the table may end.
    """

    def __init__(self, table: Table, engine: Engine) -> None:
        self.table, self.engine = table, engine
        self.edges: list[Edge] = []
        self.ends: dict[State, Signs] = {}
        runs = Runs(table, engine)
        size = len(table.cells)
        states: list[dict[State, None]] = [{} for _ in range(size + 1)]
        states[0][State(0, 0, True)] = None
        for at in range(size):
            steps = list(self._steps(at, states[at], runs))
            self.edges += steps
            for step in steps:
                states[step.after.at][step.after] = None
        for state in states[size]:
            over = 0 if state.first else max(state.context - _EDGE_CONTEXT, 0)
            self.ends[state] = {f"over {engine}": float(over), f"engine {engine}": 1.0}

    def _steps(self, at: int, states: Mapping[State, None], runs: Runs) -> Iterator[Edge]:
        if states and self.table.twin[at]:
            signs = context_signs(self.table, at)
            for state in states:
                yield self._context(state, signs)
        open_ = [state for state in states if state.context or state.first]
        if open_:
            for run in runs.starting(at):
                signs = run_signs(self.table, run)
                for state in open_:
                    yield Edge(state, State(run.end, 0, False), run, signs)

    def _context(self, state: State, signs: Signs) -> Edge:
        most = _EDGE_CONTEXT if state.first else _INNER_CONTEXT
        if not state.context:
            signs = {**signs, "stay begins" if not state.first else "stay edge": 1.0}
        over = state.context == most
        if over:
            signs = {**signs, f"over {self.engine}": 1.0}
        context = state.context + (not over)
        return Edge(state, State(state.at + 2, context, state.first), None, signs)


class Weighed:
    """A lattice with the worth of its edges: the likeliest way, and how likely all are."""

    def __init__(self, lattice: Lattice, weights: Mapping[str, float]) -> None:
        self.lattice = lattice
        self._worth = [_worth(edge.signs, weights) for edge in lattice.edges]
        self._ends = {state: _worth(signs, weights) for state, signs in lattice.ends.items()}

    def best(self) -> tuple[float, list[Edge]]:
        """Return the worth of the likeliest way, and its edges."""
        found: dict[State, tuple[float, Edge | None]] = {State(0, 0, True): (0.0, None)}
        for edge, worth in zip(self.lattice.edges, self._worth, strict=True):
            value = found[edge.before][0] + worth
            if edge.after not in found or value > found[edge.after][0]:
                found[edge.after] = value, edge
        end = max(self._ends, key=lambda state: found[state][0] + self._ends[state])
        total = found[end][0] + self._ends[end]
        way: list[Edge] = []
        while (step := found[end][1]) is not None:
            way.append(step)
            end = step.before
        return total, way[::-1]

    def sums(self) -> tuple[float, list[float]]:
        """Return log of the worth of all ways together, and the share that goes by each edge."""
        ahead: dict[State, float] = {State(0, 0, True): 0.0}
        for edge, worth in zip(self.lattice.edges, self._worth, strict=True):
            ahead[edge.after] = _add(ahead.get(edge.after), ahead[edge.before] + worth)
        total: float | None = None
        for state, worth in self._ends.items():
            total = _add(total, ahead[state] + worth)
        left = dict(self._ends)
        shares = [0.0] * len(self._worth)
        for n in reversed(range(len(self._worth))):
            edge, worth = self.lattice.edges[n], self._worth[n]
            if edge.after in left:
                value = worth + left[edge.after]
                shares[n] = math.exp(ahead[edge.before] + value - (total or 0.0))
                left[edge.before] = _add(left.get(edge.before), value)
        return total or 0.0, shares


def concluded(cells: Sequence[str], article: Sequence[str]) -> tuple[Line, ...]:
    """Return the lines that the cells of a table are, each cell taken once and in order.

    `article` has the lines below the table. Lines that could be taken otherwise are not `certain`.
    """
    table = Table(cells, Article(cells, article))
    weights = column_weights.weights()
    weighed = [Weighed(Lattice(table, engine), weights) for engine in ENGINES]
    _, way = max((one.best() for one in weighed), key=lambda found: found[0])
    certain = [share >= _SURE for share in _shares(weighed, sides_of(way))]
    return tuple(_lines(table, way, certain))


def _lines(table: Table, way: Sequence[Edge], certain: Sequence[bool]) -> Iterator[Line]:
    for edge in way:
        if edge.run is not None:
            yield from edge.run.lines(table, certain)
        else:
            at = edge.before.at
            yield Line("context", table.cells[at], table.cells[at], certain=certain[at])


def sides_of(way: Sequence[Edge]) -> str:
    """Return "-", "+" or "=" for each cell."""
    return "".join("==" if edge.run is None else edge.run.sides() for edge in way)


def _shares(lattices: Sequence[Weighed], sides: str) -> list[float]:
    """Return for each cell the share of all ways that have it on this side."""
    sums = [one.sums() for one in lattices]
    most = max(total for total, _ in sums)
    scale = [math.exp(total - most) for total, _ in sums]
    found = [0.0] * len(sides)
    for one, (_, shares), factor in zip(lattices, sums, scale, strict=True):
        for edge, share in zip(one.lattice.edges, shares, strict=True):
            at = edge.before.at
            for n, side in enumerate("==" if edge.run is None else edge.run.sides(), at):
                if side == sides[n]:
                    found[n] += share * factor / sum(scale)
    return found


def _worth(signs: Signs, weights: Mapping[str, float]) -> float:
    return sum(value * weights.get(name, 0.0) for name, value in signs.items())


def _add(one: float | None, other: float) -> float:
    """Return log(exp(one) + exp(other)); None is log 0."""
    if one is None:
        return other
    high, low = (one, other) if one >= other else (other, one)
    return high + math.log1p(math.exp(low - high))
