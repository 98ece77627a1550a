"""The ways to read one line as edited: sets of sites that do not touch, best first or by delta."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import NamedTuple

from wikidiff import limits
from wikidiff.recover.chains import Begun, Chainer
from wikidiff.recover.partners import partners
from wikidiff.recover.site_features import Plain, Site
from wikidiff.recover.sites import SiteFinder


class Option(NamedTuple):
    """A set of sites in one line, in order, its log-probability there and its delta in bytes."""

    score: float
    delta: int
    sites: tuple[Site, ...]


class LineOptions:
    """All readings of one line as edited that are worth a look.

    Those that explain `target`, the page's delta, by themselves are looked for farther; whether
    the line is edited is told without them. Scores are log-odds against the line being context, as
    fitted; an option's `score` is its log-probability among the options. `evidence` are the
    log-odds that the line is edited at all.
    """

    def __init__(
        self, finder: SiteFinder, weights: Sequence[float], target: int | None = None
    ) -> None:
        self._finder = finder
        self._chainer = Chainer(finder.line, weights)
        sites = finder.found()
        aimed = finder.directed(target) if target is not None else []
        self._by_delta = _grouped(sorted({*sites, *aimed}, reverse=True) if aimed else sites)
        worth = [s for s in sites[: limits.RECOVER_CHAIN_SITES] if s[0] > limits.RECOVER_WORTH]
        made = [Option(c.score, _delta(c.sites), c.sites) for c in self._chainer.best(worth)]
        known: set[tuple[Plain, ...]] = {option.sites for option in made}
        chains: list[tuple[Plain, ...]] = [(site,) for site in sites[: limits.RECOVER_CHAINS]]
        for chain in chains + partners(finder.line, sites) + finder.tagged():
            if chain not in known:
                known.add(chain)
                made.append(Option(self._chainer.score(chain), _delta(chain), _named(chain)))
        made.sort(reverse=True)
        self.evidence = log_sum([option.score for option in made])
        self.best = [Option(o.score - self.evidence, o.delta, o.sites) for o in made]
        self._asked: dict[int, list[Option]] = {}
        self._most: dict[int, float] = {}
        self._size = len(finder.line.text) + 1
        self._ranks: dict[int, int] = {}
        begun = self._chainer.begun
        self._bases: list[_Base] = [
            _Base(o.score + self.evidence, o, [self._key(site) for site in o.sites], begun(o.sites))
            for o in self.best[: limits.RECOVER_CHAINS]
        ]
        self._alone = begun(())

    def for_delta(self, delta: int, keep: int = limits.RECOVER_PER_DELTA) -> list[Option]:
        """Return the best options with exactly this delta, best first."""
        if keep != limits.RECOVER_PER_DELTA:
            return self._options(delta, keep)
        found = self._asked.get(delta)
        if found is None:
            found = self._asked[delta] = self._options(delta, keep)
        return found

    def _options(self, delta: int, keep: int) -> list[Option]:
        found = self._with_delta(delta)[:keep]
        return [Option(score, delta, _named(chain)) for score, chain in found]

    def reaches(self, delta: int, least: float) -> bool:
        """Tell whether an option with this delta may score so much, rounding aside.

        False says that none does; how much the likeliest scores is told in a tenth of the time
        that it takes to find it.
        """
        known = self._asked.get(delta)
        if known is not None:
            return bool(known) and known[0].score >= least
        if self._ranks.get(delta, len(self._ranks)) < limits.RECOVER_EXACT_ASKED:
            return True  # more sites are looked for
        most = self._most.get(delta)
        if most is None:
            most = self._most_of(delta, least)
            if most < least:  # what is reached is not asked again
                self._most[delta] = most
        return most >= least

    def _most_of(self, delta: int, enough: float) -> float:
        """Return what the likeliest option scores that `_with_delta` may meet, or one enough."""
        chainer, by_delta, most = self._chainer, self._by_delta, float("-inf")
        joined = limits.RECOVER_SITES_JOINED
        for site in by_delta.get(delta, [])[: limits.RECOVER_SITES_ASKED]:
            most = max(most, chainer.joined(self._alone, site))
        for base in self._bases:
            if most - self.evidence >= enough:
                break
            if base.delta == delta:
                most = max(most, base.score)
            fitting = by_delta.get(delta - base.delta)
            if fitting is not None:
                for at in range(min(joined, len(fitting))):
                    most = max(most, chainer.joined(base.begun, fitting[at]))
        return most - self.evidence

    def pass_over(self, delta: int) -> None:
        """Take note that the options with this delta cannot matter."""
        self._ranks.setdefault(delta, len(self._ranks))

    def _with_delta(self, delta: int) -> list[_Scored]:
        """Return the best chains with a delta: sites alone, and good chains with one site more."""
        alone = self._by_delta.get(delta, [])[: limits.RECOVER_SITES_ASKED]
        if self._ranks.setdefault(delta, len(self._ranks)) < limits.RECOVER_EXACT_ASKED:
            alone += self._finder.exact(delta)
        found: dict[tuple[int, ...], _Joined] = {}
        for at in range(len(alone)):
            found[self._key(alone[at]),] = alone[at][0], -1, 0, at
        measured: dict[tuple[Plain, ...], float] = {}
        by_delta, most = self._by_delta, limits.RECOVER_SITES_JOINED
        for n in range(len(self._bases)):
            base = self._bases[n]
            if base.delta == delta:
                measured[base.sites] = base.score - self.evidence
            fitting = by_delta.get(delta - base.delta)
            if fitting is None:
                continue
            for at in range(min(most, len(fitting))):
                worth, i, m, j, _ = fitting[at]
                place = base.place(i, j)
                if place >= 0:
                    key = base.heads[place] + (self._number(i, m, j),) + base.tails[place]
                    found[key] = base.score + worth, n, place, at
        for chain in self._likeliest(list(found.values()), alone, delta):
            measured[chain] = self._chainer.score(chain) - self.evidence
        return sorted([(score, chain) for chain, score in measured.items()], reverse=True)

    def _likeliest(
        self, found: list[_Joined], alone: list[Plain], delta: int
    ) -> list[tuple[Plain, ...]]:
        """Return the likeliest chains of those that a base and one site more make."""
        most = limits.RECOVER_CHAINS_ASKED
        scores = sorted([one[0] for one in found], reverse=True)
        floor = scores[most - 1] if len(scores) > most else float("-inf")
        ranked: list[_Scored] = []
        for score, n, place, at in found:
            if score < floor:
                continue
            if n < 0:
                ranked.append((score, (alone[at],)))
            else:
                base = self._bases[n]
                site = self._by_delta[delta - base.delta][at]
                ranked.append((score, (*base.sites[:place], site, *base.sites[place:])))
        ranked.sort(reverse=True)
        return [chain for _, chain in ranked[:most]]

    def _key(self, site: Plain) -> int:
        """Return a number that no other site of the line has."""
        _, i, m, j, _ = site
        return self._number(i, m, j)

    def _number(self, i: int, m: int, j: int) -> int:
        return (i * self._size + m) * self._size + j


_Scored = tuple[float, tuple[Plain, ...]]
_Joined = tuple[float, int, int, int]
"""What a chain and one site more may be worth: the score, the number of the chain (-1: none), the
place of the site in it, and its number among those with its delta."""


class _Base:
    """A chain that others are made of; its sites' numbers, cut at each place."""

    __slots__ = ("begun", "delta", "heads", "score", "sites", "spans", "tails")

    def __init__(self, score: float, option: Option, keys: list[int], begun: Begun) -> None:
        self.score: float = score
        self.begun: Begun = begun
        self.delta: int = option.delta
        self.sites: tuple[Plain, ...] = option.sites
        self.spans = [(site.i, site.j) for site in option.sites]
        self.heads: list[tuple[int, ...]] = [tuple(keys[:at]) for at in range(len(keys) + 1)]
        self.tails: list[tuple[int, ...]] = [tuple(keys[at:]) for at in range(len(keys) + 1)]

    def place(self, i: int, j: int) -> int:
        """Return the place of one more site in the chain, -1 where it touches another."""
        place = 0
        for start, end in self.spans:
            if i <= end and start <= j:
                return -1
            if start < i:
                place += 1
        return place


def _named(chain: tuple[Plain, ...]) -> tuple[Site, ...]:
    return tuple([Site(*site) for site in chain])


def _grouped(sites: list[Plain]) -> dict[int, list[Plain]]:
    found: dict[int, list[Plain]] = {}
    for site in sites:
        group = found.get(site[4])
        if group is None:
            found[site[4]] = [site]
        else:
            group.append(site)
    return found


def _delta(sites: tuple[Plain, ...]) -> int:
    total = 0
    for site in sites:
        total += site[4]
    return total


def log_sum(values: Sequence[float]) -> float:
    """Return the logarithm of the sum of what the values are logarithms of."""
    if not values:
        return 0.0
    top = max(values)
    return top + log(sum(exp(v - top) for v in values))
