"""Weights of edit sites and their chains, for tools/train_recover.py.

A conditional logit over the ways to take a shown line: what was really edited against what the
weights so far find likeliest, once among all ways (unchanged is one of them), once among those of
the true byte delta. Rivals of earlier rounds are kept. Once there is a network that tags words, the
weights are fitted again beside it, near where they were, on lines that it has not seen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import minimize

from wikidiff.recover import chains
from wikidiff.recover.chains import chain_features
from wikidiff.recover.grams import Grams
from wikidiff.recover.line import ShownLine, Vocabulary
from wikidiff.recover.options import LineOptions
from wikidiff.recover.sides import bare, new_side, old_side
from wikidiff.recover.site_features import Site, site_features
from wikidiff.recover.sites import SiteFinder
from wikidiff.recover.tag_features import word_features
from wikidiff.recover.tagger import Tagger, Tags

LINE_CHARS, LISTED, RANDOM = 1500, 40, 40
PENALTY = 1e-4
SITES = 6
NEAR, NEAR_ROUNDS = 3e-3, 2
"""How dear it is to move weights away from where they were, and rounds of it."""
Way = tuple[tuple[int, int, int], ...]
"""Sites of a line as offsets; none where it is unchanged."""


class TrueLine(Protocol):
    """A shown line whose truth is known, as recover_examples.TrueLine."""

    text: str
    kind: str
    sites: Way

    @property
    def delta(self) -> int:
        """The line's bytes."""
        ...

    def sides(self) -> tuple[str | None, str | None]:
        """Return both sides without white space."""
        ...


class Example(Protocol):
    """A page whose truth is known, as recover_examples.Example."""

    language: str
    delta: int
    lines: tuple[TrueLine, ...]
    part: str


@dataclass
class Case:
    """One line and its rivals: `free` among all ways, `fitting` among those of its delta.

    What the search meets only because the delta asks for it must not stand against what it meets
    anyway, or all of its kind would look likely: `reached` is whether the truth is of the latter.
    """

    line: TrueLine
    page: Example
    free: dict[Way, None] = field(default_factory=dict)
    fitting: dict[Way, None] = field(default_factory=dict)
    reached: bool = False


def cases(data: Sequence[Example], count: int) -> list[Case]:
    """Return lines to learn from: edited ones, and some that are context."""
    rng = random.Random(7)
    usable = [e for e in data if len(e.lines) <= 60]
    made: list[Case] = []
    for page in rng.sample(usable, len(usable)):
        fit = [x for x in page.lines if 1 < len(x.text) < LINE_CHARS]
        edited = [x for x in fit if x.kind == "X" and len(x.sites) <= SITES]
        context = [x for x in fit if x.kind == "C"]
        for line in rng.sample(edited, min(2, len(edited))):
            made.append(Case(line, page))
        if rng.random() < 0.4:
            made += [Case(line, page) for line in rng.sample(context, min(1, len(context)))]
        if len(made) >= count:
            break
    return made


def prepared(case: Case, engine: str, grams: Grams) -> ShownLine:
    """Return the line as recovery prepares it."""
    vocabulary = Vocabulary(x.text for x in case.page.lines)
    return ShownLine(case.line.text, engine, case.page.language, grams, vocabulary)


def add_rivals(
    case: Case, line: ShownLine, weights: Sequence[float], tags: Tags | None = None
) -> None:
    """Add the likeliest ways to take the line, as the search meets them."""
    finder = SiteFinder(line, weights, tags)
    options = LineOptions(finder, weights, case.page.delta)
    if not case.reached:
        found = {(s.i, s.m, s.j) for s in finder.sites()}
        case.reached = case.line.kind != "X" or found.issuperset(case.line.sites)
    case.free |= dict.fromkeys(_way(o.sites) for o in options.best[:LISTED])
    if case.line.kind == "X":
        found = options.for_delta(case.line.delta, LISTED)
        case.fitting |= dict.fromkeys(_way(o.sites) for o in found)


def _way(sites: Sequence[Site]) -> Way:
    return tuple((s.i, s.m, s.j) for s in sites)


def add_random(case: Case, line: ShownLine, rng: random.Random) -> None:
    """Add random ways with one site each."""
    borders = line.borders
    for _ in range(RANDOM if len(borders) > 2 else 0):
        n = rng.randrange(len(borders) - 1)
        i, j = borders[n], borders[min(len(borders) - 1, n + 1 + rng.randrange(8))]
        m = rng.choice((i, j, rng.randrange(i, j + 1)))
        case.free[((i, m, j),)] = None


@dataclass
class Set:
    """Ways to take a line: the weight indexes of each, which are right, what tags say of each."""

    found: list[list[int]]
    right: list[bool]
    tags: list[float]


def rows(case: Case, line: ShownLine, tags: Tags | None, *, fitting: bool) -> Set:
    """Return the ways to take the line, with their features."""
    truth = case.line.sides()
    own = tuple(case.line.sites) if case.line.kind == "X" else ()
    ways = dict.fromkeys((own, *(case.fitting if fitting else ((), *case.free))))
    found, right = [], []
    for way in ways:
        sites = tuple(Site(0.0, *site, 0) for site in way)
        found.append(way_features(line, sites))
        text = line.text
        sides = bare(old_side(text, sites)), bare(new_side(text, sites, php=False))
        right.append(way == own or (sides[0] or None, sides[1] or None) == truth)
    return Set(found, right, [sum(tags.site(*site) for site in way) if tags else 0 for way in ways])


def way_features(line: ShownLine, sites: Sequence[Site]) -> list[int]:
    """Return all weight indexes of a way; none where the line is unchanged."""
    if not sites:
        return []
    found = chain_features(line, sites)
    for site in sites:
        found += site_features(line, site.i, site.m, site.j)
    return found


class Groups:
    """Sets of ways, of each of which some are right, as a sparse matrix."""

    def __init__(self) -> None:
        self.index: list[np.ndarray] = []
        self.sizes: list[int] = []
        self.right: list[bool] = []
        self.tags: list[float] = []
        self.starts: list[int] = [0]

    def add(self, one: Set) -> None:
        """Add a set."""
        if len(one.found) < 2 or all(one.right):
            return
        self.index.append(np.fromiter((n for row in one.found for n in row), np.int32))
        self.sizes += [len(row) for row in one.found]
        self.right += one.right
        self.tags += one.tags
        self.starts.append(len(self.right))

    def matrix(self) -> sparse.csr_matrix:
        """Return a row for each way."""
        index = np.concatenate(self.index)
        starts = np.concatenate([[0], np.cumsum(self.sizes)])
        ones = np.ones(len(index), np.float32)
        return sparse.csr_matrix((ones, index, starts), (len(self.sizes), chains.WIDTH))


def fit(
    groups: Groups, start: np.ndarray, penalty: float, near: np.ndarray | None = None
) -> np.ndarray:
    """Return the weights under which the right ways are likeliest, near zero or what is given.

    What tags say is taken as it is.
    """
    x, told = groups.matrix(), np.array(groups.tags)
    back = x.T.tocsr()
    starts = np.array(groups.starts[:-1])
    counts = np.diff(groups.starts)
    right = np.where(np.array(groups.right), 0.0, -1e9)
    number = len(starts)
    centre = np.zeros_like(start) if near is None else near

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w + told
        everything = _log_sums(z, starts, counts)
        wanted = _log_sums(z + right, starts, counts)
        chance = np.exp(z - np.repeat(everything, counts))
        aim = np.exp(np.minimum(0, z + right - np.repeat(wanted, counts)))
        away = w - centre
        value = (everything - wanted).sum() / number + penalty / 2 * away @ away
        return value, back @ (chance - aim) / number + penalty * away

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150})
    print(f"  {number} sets, {len(groups.right)} ways, loss {found.fun:.3f}", flush=True)
    return found.x


def _log_sums(z: np.ndarray, starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    top = np.maximum.reduceat(z, starts)
    return top + np.log(np.add.reduceat(np.exp(z - np.repeat(top, counts)), starts))


def fit_sites(
    engine: str, data: Sequence[Example], grams: Grams, count: int, rounds: int = 5
) -> np.ndarray:
    """Return the weights of sites and chains of one engine.

    Against random ways first, then against what the weights so far find likeliest: twice on half
    of the lines, then on all of them.
    """
    found = cases(data, count)
    weights = np.zeros(chains.WIDTH)
    rng = random.Random(5)
    for number in range(rounds + 1):
        groups = Groups()
        guide = [float(w) for w in weights]
        for case in found if number > 2 else found[: count // 2]:
            line = prepared(case, engine, grams)
            if number:
                add_rivals(case, line, guide)
            else:
                add_random(case, line, rng)
            for one in _sets(case, line, None, first=not number):
                groups.add(one)
        print(f"{engine}: edit sites, round {number}", flush=True)
        weights = fit(groups, weights, PENALTY)
    return weights


def fit_beside(
    engine: str,
    data: Sequence[Example],
    grams: Grams,
    weights: np.ndarray,
    tagger: Tagger,
    count: int,
) -> np.ndarray:
    """Return the weights of sites and chains beside a network, near those without it."""
    found = cases(data, count)
    moved = weights.copy()
    for number in range(NEAR_ROUNDS):
        groups = Groups()
        guide = [float(w) for w in moved]
        for case in found:
            line = prepared(case, engine, grams)
            line.add_context()
            tags = tagger.tags(word_features(line), line.borders) if len(line.borders) > 1 else None
            add_rivals(case, line, guide, tags)
            for one in _sets(case, line, tags, first=False):
                groups.add(one)
        print(f"{engine}: edit sites beside tags, round {number}", flush=True)
        moved = fit(groups, moved, NEAR, weights)
    return moved


def _sets(case: Case, line: ShownLine, tags: Tags | None, *, first: bool) -> Iterator[Set]:
    if case.reached or first:
        yield rows(case, line, tags, fitting=False)
    if case.fitting:
        yield rows(case, line, tags, fitting=True)
