"""The ways to read one line as edited: sets of sites that do not touch, best first or by delta."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from heapq import nlargest
from math import exp, log
from typing import NamedTuple

from wikidiff import limits
from wikidiff.recover.sites import Site


class Option(NamedTuple):
    """A set of sites in one line, in order, its log-probability there and its delta in bytes."""

    score: float
    delta: int
    sites: tuple[Site, ...]


class LineOptions:
    """All readings of one line as edited that are worth a look.

    `first` and `further` are the costs (log-probabilities) of one edit site and of each other one.
    """

    def __init__(self, sites: Sequence[Site], first: float, further: float) -> None:
        self._first, self._further = first, further
        self._by_delta = _grouped(sites)
        together = chains(sites[: limits.RECOVER_CHAIN_SITES], further)
        made = [Option(s + first - further, _delta(c), c) for s, c in together]
        several = [option.score for option in made if len(option.sites) > 1]
        self._norm = log_sum([first + site.score for site in sites] + several)
        self.best = [o._replace(score=o.score - self._norm) for o in made]
        self._asked: dict[int, list[Option]] = {}

    def for_delta(self, delta: int) -> list[Option]:
        """Return the best options with exactly this delta, best first."""
        found = self._asked.get(delta)
        if found is None:
            made = {o.sites: o for o in self._with_delta(delta)}
            found = nlargest(limits.RECOVER_PER_DELTA, made.values())
            self._asked[delta] = found
        return found

    def _with_delta(self, delta: int) -> Iterator[Option]:
        for site in self._by_delta.get(delta, ())[:6]:
            yield Option(self._first + site.score - self._norm, delta, (site,))
        for base in self.best:
            if base.delta == delta:
                yield base
            for site in self._by_delta.get(delta - base.delta, ())[:6]:
                joined = _insert(base.sites, site)
                if joined:
                    yield Option(base.score + site.score + self._further, delta, joined)


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


Chain = tuple[float, tuple[Site, ...]]
"""Sites of one line that do not touch, in order, after the sum of their scores."""


def chains(sites: Sequence[Site], further: float) -> list[Chain]:
    """Return the best chains of sites that do not touch (k-best weighted interval scheduling)."""
    by_end = sorted(sites, key=lambda s: s.j)
    ends = [site.j for site in by_end]
    keep = limits.RECOVER_CHAINS
    upto: list[list[Chain]] = [[]]
    for site in by_end:
        cost = site.score + further
        made: list[Chain] = [(cost, (site,))]
        made += [(s + cost, (*c, site)) for s, c in upto[bisect_left(ends, site.i)]]
        upto.append(_merge(upto[-1], nlargest(keep, made), keep))
    return upto[-1]


def _merge(one: list[Chain], other: list[Chain], keep: int) -> list[Chain]:
    if len(one) >= keep and (not other or other[0][0] <= one[-1][0]):
        return one
    return sorted(one + other, reverse=True)[:keep]


def _delta(sites: Sequence[Site]) -> int:
    return sum(site.delta for site in sites)


def log_sum(values: Sequence[float]) -> float:
    """Return the logarithm of the sum of what the values are logarithms of."""
    if not values:
        return 0.0
    top = max(values)
    return top + log(sum(exp(v - top) for v in values))
