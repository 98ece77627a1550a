"""The ways to read one line as edited: sets of sites that do not touch, best first or by delta."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nlargest
from math import exp, log
from typing import NamedTuple

from wikidiff import limits
from wikidiff.recover.chains import Chainer
from wikidiff.recover.partners import partners
from wikidiff.recover.site_features import Site
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
        sites = finder.sites()
        aimed = finder.directed(target) if target is not None else []
        self._by_delta = _grouped(sorted({*sites, *aimed}, reverse=True) if aimed else sites)
        worth = [s for s in sites[: limits.RECOVER_CHAIN_SITES] if s.score > limits.RECOVER_WORTH]
        made = [Option(c.score, _delta(c.sites), c.sites) for c in self._chainer.best(worth)]
        known = {option.sites for option in made}
        for chain in (
            *((s,) for s in sites[: limits.RECOVER_CHAINS]),
            *partners(finder.line, sites),
        ):
            if chain not in known:
                known.add(chain)
                made.append(Option(self._chainer.score(chain), _delta(chain), chain))
        made.sort(reverse=True)
        self.evidence = log_sum([option.score for option in made])
        self.best = [o._replace(score=o.score - self.evidence) for o in made]
        self._asked: dict[int, list[Option]] = {}

    def for_delta(self, delta: int, keep: int = limits.RECOVER_PER_DELTA) -> list[Option]:
        """Return the best options with exactly this delta, best first."""
        found = self._asked.get(delta)
        if found is None:
            made = {o.sites: o for o in self._with_delta(delta)}
            found = self._asked[delta] = sorted(made.values(), reverse=True)
        return found[:keep]

    def _with_delta(self, delta: int) -> Iterator[Option]:
        alone = self._by_delta.get(delta, [])[: limits.RECOVER_SITES_ASKED]
        if len(self._asked) < limits.RECOVER_EXACT_ASKED:
            alone += self._finder.exact(delta)
        found: dict[tuple[Site, ...], float] = {(site,): site.score for site in alone}
        for base in self.best[: limits.RECOVER_CHAINS]:
            if base.delta == delta:
                yield base
            for site in self._by_delta.get(delta - base.delta, ())[: limits.RECOVER_SITES_JOINED]:
                joined = _insert(base.sites, site)
                if joined:
                    found[joined] = base.score + self.evidence + site.score
        for sites in nlargest(limits.RECOVER_CHAINS_ASKED, found, key=lambda s: (found[s], s)):
            yield self._option(delta, sites)

    def _option(self, delta: int, sites: tuple[Site, ...]) -> Option:
        return Option(self._chainer.score(sites) - self.evidence, delta, sites)


def _grouped(sites: Sequence[Site]) -> dict[int, list[Site]]:
    found: dict[int, list[Site]] = {}
    for site in sites:
        found.setdefault(site.delta, []).append(site)
    return found


def _insert(sites: tuple[Site, ...], site: Site) -> tuple[Site, ...] | None:
    """Return the sites with one more in its place, None where it touches another."""
    for other in sites:
        if site.i <= other.j and other.i <= site.j:
            return None
    return tuple(sorted((*sites, site), key=lambda s: s.i))


def _delta(sites: Sequence[Site]) -> int:
    return sum(site.delta for site in sites)


def log_sum(values: Sequence[float]) -> float:
    """Return the logarithm of the sum of what the values are logarithms of."""
    if not values:
        return 0.0
    top = max(values)
    return top + log(sum(exp(v - top) for v in values))
