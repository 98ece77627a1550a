"""Edit sites of one line that belong together: one decision made in two or more places.

A bracket or quotes put around something are two insertions, each of which leaves its side
unbalanced; a word replaced throughout a line is the same replacement again and again. Each of
their sites alone is unlikely, so chains of the likeliest sites do not meet them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import islice

from wikidiff import limits
from wikidiff.recover.line import QUOTE_WEIGHT, ShownLine
from wikidiff.recover.site_features import Site

Chain = tuple[Site, ...]
_Lack = tuple[int, int, int, int]


def partners(line: ShownLine, sites: Sequence[Site]) -> Iterator[Chain]:
    """Yield chains of sites that belong together; `sites` are best first."""
    yield from _around(line, sites)
    yield from _again(line, sites)


def _around(line: ShownLine, sites: Sequence[Site]) -> Iterator[Chain]:
    """Yield the likeliest pairs that add or remove brackets or quotes around something."""
    lacking: dict[_Lack, list[Site]] = {}
    for site in sites[: limits.RECOVER_PARTNERS]:
        lack = _lack(line, site)
        if any(lack):
            lacking.setdefault(lack, []).append(site)
    found = []
    for lack, openers in lacking.items():
        closers = lacking.get((-lack[0], lack[1], -lack[2], lack[3]), ())
        for one in openers[: limits.RECOVER_PARTNERS_EACH]:
            after = (x for x in closers if x.i > one.j)
            found += [
                (one.score + other.score, (one, other))
                for other in islice(after, limits.RECOVER_PARTNERS_EACH)
            ]
    for _, chain in nlargest(limits.RECOVER_PARTNERS_KEPT, found):
        yield chain


def _lack(line: ShownLine, site: Site) -> _Lack:
    """Return what a site removes and adds of brackets and of quotes: signed sums and counts."""
    weigh = line.weigh
    gone, come = weigh[site.m] - weigh[site.i], weigh[site.j] - weigh[site.m]
    quotes = (gone + QUOTE_WEIGHT // 2) // QUOTE_WEIGHT, (come + QUOTE_WEIGHT // 2) // QUOTE_WEIGHT
    return (
        gone - quotes[0] * QUOTE_WEIGHT,
        quotes[0],
        come - quotes[1] * QUOTE_WEIGHT,
        quotes[1],
    )


def _again(line: ShownLine, sites: Sequence[Site]) -> Iterator[Chain]:
    """Yield the chains of one edit made at every place of the line where it may stand."""
    alike: dict[tuple[str, str], list[Site]] = {}
    for site in sites:
        old, new = line.text[site.i : site.m], line.text[site.m : site.j]
        alike.setdefault((old.strip(), new.strip()), []).append(site)
    chains = []
    for group in alike.values():
        if len(group) > 1:
            chain = _apart(group)
            if len(chain) > 1:
                chains.append((sum(site.score for site in chain), chain))
    for _, chain in nlargest(limits.RECOVER_PARTNERS_KEPT, chains):
        yield chain


def _apart(sites: Sequence[Site]) -> Chain:
    """Return sites in order, those left out that touch a better one."""
    kept: list[Site] = []
    for site in sites:
        if all(site.i > other.j or other.i > site.j for other in kept):
            kept.append(site)
    return tuple(sorted(kept, key=lambda s: s.i))
