"""Edit sites of one line that belong together: one decision made in two or more places.

A bracket or quotes put around something are two insertions, each of which leaves its side
unbalanced; a word replaced throughout a line is the same replacement again and again. Each of
their sites alone is unlikely, so chains of the likeliest sites do not meet them.
"""

from __future__ import annotations

from collections.abc import Sequence

from wikidiff import limits
from wikidiff.recover.line import QUOTE_WEIGHT, ShownLine
from wikidiff.recover.site_features import Plain

Chain = tuple[Plain, ...]
_Lack = tuple[int, int, int, int]


def partners(line: ShownLine, sites: Sequence[Plain]) -> list[Chain]:
    """Return chains of sites that belong together; `sites` are best first."""
    return _around(line, sites) + _again(line, sites)


def _around(line: ShownLine, sites: Sequence[Plain]) -> list[Chain]:
    """Return the likeliest pairs that add or remove brackets or quotes around something."""
    lacking: dict[_Lack, list[Plain]] = {}
    for site in sites[: limits.RECOVER_PARTNERS]:
        lack = _lack(line, site)
        if lack != (0, 0, 0, 0):
            lacking.setdefault(lack, []).append(site)
    found: list[tuple[float, Chain]] = []
    most = limits.RECOVER_PARTNERS_EACH
    for lack, openers in lacking.items():
        closers = lacking.get((-lack[0], lack[1], -lack[2], lack[3]), [])
        for one in openers[:most]:
            score, _, _, end, _ = one
            count = 0
            for other in closers:
                if other[1] > end:
                    found.append((score + other[0], (one, other)))
                    count += 1
                    if count == most:
                        break
    found.sort(reverse=True)
    return [chain for _, chain in found[: limits.RECOVER_PARTNERS_KEPT]]


def _lack(line: ShownLine, site: Plain) -> _Lack:
    """Return what a site removes and adds of brackets and of quotes: signed sums and counts."""
    weigh = line.weigh
    _, i, m, j, _ = site
    gone, come = weigh[m] - weigh[i], weigh[j] - weigh[m]
    out, into = (
        (gone + QUOTE_WEIGHT // 2) // QUOTE_WEIGHT,
        (come + QUOTE_WEIGHT // 2) // QUOTE_WEIGHT,
    )
    return gone - out * QUOTE_WEIGHT, out, come - into * QUOTE_WEIGHT, into


def _again(line: ShownLine, sites: Sequence[Plain]) -> list[Chain]:
    """Return the chains of one edit made at every place of the line where it may stand."""
    alike: dict[tuple[str, str], list[Plain]] = {}
    stretches = line.stretches
    for site in sites:
        _, i, m, j, _ = site
        if stretches.sole(i, m) or stretches.sole(m, j):
            continue  # any like it would lie over it
        key = stretches.text(i, m), stretches.text(m, j)
        group = alike.get(key)
        if group is None:
            alike[key] = [site]
        else:
            group.append(site)
    chains: list[tuple[float, Chain]] = []
    for group in alike.values():
        if len(group) > 1:
            chain = _apart(group)
            if len(chain) > 1:
                chains.append((sum([site[0] for site in chain]), chain))
    chains.sort(reverse=True)
    return [chain for _, chain in chains[: limits.RECOVER_PARTNERS_KEPT]]


def _apart(sites: list[Plain]) -> Chain:
    """Return sites in order, those left out that touch a better one."""
    kept: list[Plain] = []
    for site in sites:
        _, i, _, j, _ = site
        if all(i > other[3] or other[1] > j for other in kept):
            kept.append(site)
    return tuple(sorted(kept, key=_by_start))


def _by_start(site: Plain) -> int:
    return site[1]
