"""Several edits of one line: what one edit site makes of the next, and the whole line of them.

A chain is a set of sites that do not touch, in order. Its score is the sum of its sites', of what
each two neighbours show (edits come in runs: a phrase rewritten word by word), and of what both
sides look like as a whole; the weights are fitted together with those of the sites.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from wikidiff import limits
from wikidiff.recover.line import QUOTE_WEIGHT, ShownLine
from wikidiff.recover.site_features import WIDTH as SITES_WIDTH
from wikidiff.recover.site_features import Plain, Site

_GAPS: Final = 6
_COUNT: Final = SITES_WIDTH
_NEXT: Final = _COUNT + 8
_BALANCED: Final = _NEXT + 9 * _GAPS
_SHARE: Final = _BALANCED + 8
_AGAIN: Final = _SHARE + 8
_SPACED: Final = _AGAIN + 3
WIDTH: Final = _SPACED + 3
"""Number of weights of sites and chains."""

NEVER: Final = float("-inf")

_GAP_CLASS: Final = [1, 2, 3, 4, 4, 5]


class Chain(NamedTuple):
    """Sites of one line that do not touch, in order, after the sum of their scores."""

    score: float
    sites: tuple[Site, ...]


def kind(site: Site) -> int:
    """Return 0 for a replacement, 1 for an insertion, 2 for a deletion."""
    return _kind(site.i, site.m, site.j)


def _kind(i: int, m: int, j: int) -> int:
    return 1 if i == m else 2 if m == j else 0


def gap(line: ShownLine, before: int, after: int) -> int:
    """Return the class of the common text between two sites: 0 a space, 1 signs, 2-5 words."""
    words = line.word_starts[after] - line.word_starts[before]
    if not words:
        return 0 if line.text[before:after] == " " else 1
    return _GAP_CLASS[min(words, 5)]


def next_feature(line: ShownLine, one: Site, other: Site) -> int:
    """Return the weight index of two neighbouring sites."""
    return _NEXT + (kind(one) * 3 + kind(other)) * _GAPS + gap(line, one.j, other.i)


Whole = tuple[int, int, int, int, int]


def whole_features(line: ShownLine, sites: Sequence[Plain]) -> Whole:
    """Return the weight indexes of a chain as a whole, its neighbours' aside."""
    weigh, text = line.weigh, line.text
    lost, won = 0, 0
    gone, come, count = 0, 0, 0
    met: set[str] = set()
    for site in sites:
        _, i, m, j, _ = site
        lost += weigh[m] - weigh[i]
        won += weigh[j] - weigh[m]
        gone += m - i
        come += j - m
        count += 1
        met.add(text[i:j])
    return _whole(line, lost, won, gone, come, count, count - len(met))


def _whole(
    line: ShownLine, lost: int, won: int, gone: int, come: int, count: int, again: int
) -> Whole:
    """Return the weight indexes of so many sites: the weights of brackets and the characters that
    they delete and insert, and how many of them show what another one shows.
    """  # noqa: D205
    size = len(line.text)
    everything = line.weigh[size]
    even = ((everything - won) % QUOTE_WEIGHT == 0) * 2 + ((everything - lost) % QUOTE_WEIGHT == 0)
    kept = size - gone - come
    share = 10 * kept // max(1, size)
    return (
        _COUNT + min(7, count),
        _BALANCED + (everything % QUOTE_WEIGHT == 0) * 4 + even,
        _SHARE + (7 if share >= 9 else 6 if share >= 8 else min(5, share // 2)),
        _AGAIN + min(2, again),
        _SPACED + (0 if kept else 1 if gone + kept and come + kept else 2),
    )


def chain_features(line: ShownLine, sites: Sequence[Site]) -> list[int]:
    """Return all weight indexes of a chain besides its sites' own."""
    found = list(whole_features(line, sites))
    found += [next_feature(line, a, b) for a, b in pairwise(sites)]
    return found


_Link = tuple[float, tuple[Plain, ...], int]
"""A chain with its score and the kind of its last site."""


class Begun:
    """A chain that one more site may join, and the sums that its score is made of."""

    __slots__ = (
        "again",
        "come",
        "ends",
        "gone",
        "kinds",
        "lost",
        "nexts",
        "starts",
        "total",
        "won",
    )

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.kinds: list[int] = []
        self.nexts: list[float] = []
        """What each site and the next one are worth."""
        self.total: float = 0.0
        """The scores of the sites and of their neighbours."""
        self.lost: int = 0
        self.won: int = 0
        self.gone: int = 0
        self.come: int = 0
        self.again: int = 0
        """How many sites show what another one shows."""


class Chainer:
    """Puts the sites of one line together."""

    def __init__(self, line: ShownLine, weights: Sequence[float]) -> None:
        self._line = line
        self._weights: tuple[float, ...] = tuple(weights)

    def begun(self, sites: Sequence[Plain]) -> Begun:
        """Return a chain as `joined` takes it."""
        made, weigh = Begun(), self._line.weigh
        for site in sites:
            score, i, m, j, _ = site
            own = _kind(i, m, j)
            if made.ends:
                worth = self._next(made.kinds[-1], own, made.ends[-1], i)
                made.nexts.append(worth)
                made.total += worth
            made.total += score
            made.starts.append(i)
            made.ends.append(j)
            made.kinds.append(own)
            made.lost += weigh[m] - weigh[i]
            made.won += weigh[j] - weigh[m]
            made.gone += m - i
            made.come += j - m
        text = self._line.text
        met = {text[a:b] for a, b in zip(made.starts, made.ends, strict=True)}
        made.again = len(made.starts) - len(met)
        return made

    def joined(self, chain: Begun, site: Plain) -> float:
        """Return the `score` of a chain and one site more, but for how floats round.

        It is -inf where the site touches the chain.
        """
        worth, i, m, j, _ = site
        starts, ends, text = chain.starts, chain.ends, self._line.text
        count, place, again = len(starts), 0, chain.again
        for at in range(count):
            if i <= ends[at] and starts[at] <= j:
                return NEVER
            if starts[at] < i:
                place += 1
            if ends[at] - starts[at] == j - i and text[starts[at] : ends[at]] == text[i:j]:
                again = chain.again + 1
        weights, weigh = self._weights, self._line.weigh
        total = chain.total + worth
        if count:
            own = _kind(i, m, j)
            if place:
                total += self._next(chain.kinds[place - 1], own, ends[place - 1], i)
            if place < count:
                total += self._next(own, chain.kinds[place], j, starts[place])
                if place:
                    total -= chain.nexts[place - 1]
        a, b, c, d, e = _whole(
            self._line,
            chain.lost + weigh[m] - weigh[i],
            chain.won + weigh[j] - weigh[m],
            chain.gone + m - i,
            chain.come + j - m,
            count + 1,
            again,
        )
        return total + weights[a] + weights[b] + weights[c] + weights[d] + weights[e]

    def _next(self, one: int, other: int, end: int, start: int) -> float:
        """Return the score of two neighbours of these kinds, given where their gap is."""
        return self._weights[_NEXT + (one * 3 + other) * _GAPS + gap(self._line, end, start)]

    def whole(self, sites: Sequence[Plain]) -> float:
        """Return the score of a chain as a whole, sites and neighbours aside."""
        weights = self._weights
        a, b, c, d, e = whole_features(self._line, sites)
        return weights[a] + weights[b] + weights[c] + weights[d] + weights[e]

    def next(self, one: Site, other: Site) -> float:
        """Return the score of two neighbouring sites."""
        return self._weights[next_feature(self._line, one, other)]

    def score(self, sites: Sequence[Plain]) -> float:
        """Return the score of a chain."""
        total = self.whole(sites)
        end, before = -1, 0
        for site in sites:
            score, i, m, j, _ = site
            own = _kind(i, m, j)
            total += score
            if end >= 0:
                total += self._next(before, own, end, i)
            end, before = j, own
        return total

    def best(self, sites: Sequence[Plain]) -> list[Chain]:
        """Return the best chains, singles among them (k-best weighted interval scheduling)."""
        keep, most = limits.RECOVER_CHAINS, limits.RECOVER_CHAIN_ENDS
        ends: list[int] = []
        at_end: list[list[_Link]] = []
        upto: list[list[_Link]] = []
        for site in sorted(sites, key=_by_end):
            made = self._extended(site, ends, at_end, upto)
            if ends and ends[-1] == site[3]:
                at_end[-1] = sorted(at_end[-1] + made, reverse=True)[:most]
                upto[-1] = _merge(upto[-1], made, keep)
            else:
                ends.append(site[3])
                at_end.append(made)
                upto.append(_merge(upto[-1] if upto else [], made, keep))
        last = upto[-1] if upto else []
        whole = [(score + self.whole(chain), chain) for score, chain, _ in last]
        whole.sort(reverse=True)
        return [Chain(score, tuple([Site(*site) for site in chain])) for score, chain in whole]

    def _extended(
        self, site: Plain, ends: list[int], at_end: list[list[_Link]], upto: list[list[_Link]]
    ) -> list[_Link]:
        """Return the chains that end with a site: alone, after near ones, after any far one.

        They are few, the best first.
        """
        own, i, m, j, _ = site
        kind = _kind(i, m, j)
        alone: _Link = own, (site,), kind
        place = bisect_left(ends, i) - 1
        if place < 0:
            return [alone]
        most = limits.RECOVER_CHAIN_ENDS
        near = max(-1, place - limits.RECOVER_CHAIN_NEAR)
        weights, line = self._weights, self._line
        scores: list[float] = [own]
        before: list[tuple[Plain, ...]] = [()]
        for at in range(near + 1, place + 1):
            first = _NEXT + kind * _GAPS + gap(line, ends[at], i)
            for score, chain, last in at_end[at]:
                scores.append(score + own + weights[first + last * 3 * _GAPS])
                before.append(chain)
        if near >= 0:
            for score, chain, last in upto[near][:most]:
                _, _, _, end, _ = chain[-1]
                scores.append(score + own + self._next(last, kind, end, i))
                before.append(chain)
        floor = sorted(scores, reverse=True)[most - 1] if len(scores) > most else min(scores)
        made: list[_Link] = []
        for at in range(len(scores)):
            if scores[at] >= floor:
                made.append((scores[at], (*before[at], site), kind))
        made.sort(reverse=True)
        return made[:most]


def _by_end(site: Plain) -> tuple[int, float]:
    return site[3], -site[0]


def _merge(one: list[_Link], other: list[_Link], keep: int) -> list[_Link]:
    floor = one[-1][0] if len(one) >= keep else float("-inf")
    better = [link for link in other if link[0] > floor]
    return sorted(one + better, reverse=True)[:keep] if better else one
