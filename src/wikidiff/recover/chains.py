"""Several edits of one line: what one edit site makes of the next, and the whole line of them.

A chain is a set of sites that do not touch, in order. Its score is the sum of its sites', of what
each two neighbours show (edits come in runs: a phrase rewritten word by word), and of what both
sides look like as a whole; the weights are fitted together with those of the sites.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from heapq import nlargest
from itertools import pairwise
from typing import NamedTuple

from wikidiff import limits
from wikidiff.recover.line import QUOTE_WEIGHT, ShownLine
from wikidiff.recover.site_features import WIDTH as SITES_WIDTH
from wikidiff.recover.site_features import Site

_GAPS = 6
_COUNT = SITES_WIDTH
_NEXT = _COUNT + 8
_BALANCED = _NEXT + 9 * _GAPS
_SHARE = _BALANCED + 8
_AGAIN = _SHARE + 8
_SPACED = _AGAIN + 3
WIDTH = _SPACED + 3
"""Number of weights of sites and chains."""

_GAP_CLASS = (1, 2, 3, 4, 4, 5)


class Chain(NamedTuple):
    """Sites of one line that do not touch, in order, after the sum of their scores."""

    score: float
    sites: tuple[Site, ...]


def kind(site: Site) -> int:
    """Return 0 for a replacement, 1 for an insertion, 2 for a deletion."""
    return 1 if site.i == site.m else 2 if site.m == site.j else 0


def gap(line: ShownLine, before: int, after: int) -> int:
    """Return the class of the common text between two sites: 0 a space, 1 signs, 2-5 words."""
    words = line.word_starts[after] - line.word_starts[before]
    if not words:
        return 0 if line.text[before:after] == " " else 1
    return _GAP_CLASS[min(words, 5)]


def next_feature(line: ShownLine, one: Site, other: Site) -> int:
    """Return the weight index of two neighbouring sites."""
    return _NEXT + (kind(one) * 3 + kind(other)) * _GAPS + gap(line, one.j, other.i)


def whole_features(line: ShownLine, sites: Sequence[Site]) -> list[int]:
    """Return the weight indexes of a chain as a whole, its neighbours' aside."""
    weigh, size = line.weigh, len(line.text)
    old = new = weigh[size]
    gone = come = 0
    pairs = []
    for site in sites:
        i, m, j = site.i, site.m, site.j
        old -= weigh[j] - weigh[m]
        new -= weigh[m] - weigh[i]
        gone += m - i
        come += j - m
        pairs.append(line.text[i:j])
    even = (old % QUOTE_WEIGHT == 0) * 2 + (new % QUOTE_WEIGHT == 0)
    kept = size - gone - come
    share = 10 * kept // max(1, size)
    again = len(pairs) - len(set(pairs))
    return [
        _COUNT + min(7, len(sites)),
        _BALANCED + (weigh[size] % QUOTE_WEIGHT == 0) * 4 + even,
        _SHARE + (7 if share >= 9 else 6 if share >= 8 else min(5, share // 2)),
        _AGAIN + min(2, again),
        _SPACED + (0 if kept else 1 if gone + kept and come + kept else 2),
    ]


def chain_features(line: ShownLine, sites: Sequence[Site]) -> list[int]:
    """Return all weight indexes of a chain besides its sites' own."""
    found = whole_features(line, sites)
    found += [next_feature(line, a, b) for a, b in pairwise(sites)]
    return found


class Chainer:
    """Puts the sites of one line together."""

    def __init__(self, line: ShownLine, weights: Sequence[float]) -> None:
        self._line, self._weights = line, weights

    def whole(self, sites: Sequence[Site]) -> float:
        """Return the score of a chain as a whole, sites and neighbours aside."""
        weights = self._weights
        return sum([weights[n] for n in whole_features(self._line, sites)])

    def next(self, one: Site, other: Site) -> float:
        """Return the score of two neighbouring sites."""
        return self._weights[next_feature(self._line, one, other)]

    def score(self, sites: Sequence[Site]) -> float:
        """Return the score of a chain."""
        total = sum([site.score for site in sites]) + self.whole(sites)
        for one, other in pairwise(sites):
            total += self.next(one, other)
        return total

    def best(self, sites: Sequence[Site]) -> list[Chain]:
        """Return the best chains, singles among them (k-best weighted interval scheduling)."""
        keep = limits.RECOVER_CHAINS
        ends: list[int] = []
        at_end: list[list[Chain]] = []
        upto: list[list[Chain]] = []
        for site in sorted(sites, key=lambda s: (s.j, -s.score)):
            made = self._extended(site, ends, at_end, upto)
            if ends and ends[-1] == site.j:
                at_end[-1] = nlargest(limits.RECOVER_CHAIN_ENDS, at_end[-1] + made)
                upto[-1] = _merge(upto[-1], made, keep)
            else:
                ends.append(site.j)
                at_end.append(nlargest(limits.RECOVER_CHAIN_ENDS, made))
                upto.append(_merge(upto[-1] if upto else [], made, keep))
        made = [Chain(c.score + self.whole(c.sites), c.sites) for c in (upto[-1] if upto else [])]
        return sorted(made, reverse=True)

    def _extended(
        self,
        site: Site,
        ends: Sequence[int],
        at_end: Sequence[list[Chain]],
        upto: Sequence[list[Chain]],
    ) -> list[Chain]:
        """Return the chains that end with a site: alone, after near ones, after any far one."""
        made = [Chain(site.score, (site,))]
        place = bisect_left(ends, site.i) - 1
        near = max(-1, place - limits.RECOVER_CHAIN_NEAR)
        before = [chain for row in at_end[near + 1 : place + 1] for chain in row]
        if near >= 0:
            before += upto[near][: limits.RECOVER_CHAIN_ENDS]
        own, weights, line = site.score, self._weights, self._line
        for chain in before:
            score = chain.score + own + weights[next_feature(line, chain.sites[-1], site)]
            made.append(Chain(score, (*chain.sites, site)))
        return nlargest(limits.RECOVER_CHAIN_ENDS, made) if len(made) > 1 else made


def _merge(one: list[Chain], other: list[Chain], keep: int) -> list[Chain]:
    floor = one[-1].score if len(one) >= keep else float("-inf")
    better = [chain for chain in other if chain.score > floor]
    return sorted(one + better, reverse=True)[:keep] if better else one
