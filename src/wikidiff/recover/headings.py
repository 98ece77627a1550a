"""Edited headings, built by their grammar instead of guessed.

Both sides of a heading have as many `=` at its beginning as at its end. Where a page shows a
heading with its level changed, the `=` that went or came stand next to the first and the last
common ones: `====Old ==New ==` can only be an old heading of level 4 and a new one of level 2.
Such headings, written anew, are read word by word in rewritten.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nlargest

from wikidiff import limits
from wikidiff.recover.chains import Chainer
from wikidiff.recover.heading_words import Heading, HeadingModel
from wikidiff.recover.options import Option, log_sum
from wikidiff.recover.proof import Prover
from wikidiff.recover.rewritten import provable, rewritten_options
from wikidiff.recover.sides import heading_form, heading_level, new_side, old_side
from wikidiff.recover.site_features import Site
from wikidiff.recover.sites import SiteFinder
from wikidiff.text import size as byte_count


class HeadingOptions:
    """All readings of a heading as edited: each makes a heading on both sides."""

    def __init__(self, options: Sequence[Option]) -> None:
        self.evidence = norm = log_sum([option.score for option in options])
        found = nlargest(
            limits.RECOVER_HEADING_OPTIONS, [o._replace(score=o.score - norm) for o in options]
        )
        self.best = found[: limits.RECOVER_CHAINS]
        self._by_delta: dict[int, list[Option]] = {}
        for option in found:
            self._by_delta.setdefault(option.delta, []).append(option)

    def for_delta(self, delta: int) -> list[Option]:
        """Return the best options with exactly this delta, best first."""
        return self._by_delta.get(delta, [])[: limits.RECOVER_PER_DELTA]

    def reaches(self, delta: int, least: float) -> bool:
        """Tell whether an option with this delta scores so much."""
        found = self._by_delta.get(delta)
        return found is not None and found[0].score >= least

    def pass_over(self, delta: int) -> None:
        """Take note that the options with this delta cannot matter: nothing hangs on it."""


def written_anew_options(
    heading: Heading, prover: Prover, model: HeadingModel, pull: float
) -> HeadingOptions | None:
    """Return the ways to take a heading written anew, None if there is none."""
    read = rewritten_options(heading, prover, model, pull)
    return HeadingOptions(read) if read else None


def heading_options(
    finder: SiteFinder,
    weights: Sequence[float],
    prover: Prover,
    level_change: float,
    target: int | None,
) -> HeadingOptions | None:
    """Return the ways to take a plain heading as edited, None if there is none.

    The likeliest of them are kept only where the formatter would show just this line for them.
    `weights` are those of sites and chains, `level_change` is the score of a heading of which only
    the level changed, `target` the page's delta.
    """
    text, php = finder.line.text, finder.line.php
    chainer = Chainer(finder.line, weights)
    sites = finder.sites()
    aimed = [Site(*site) for site in finder.directed(target)] if target is not None else []
    ways: dict[tuple[Site, ...], float]
    ways = {(site,): chainer.score((site,)) for site in (*sites, *aimed)}
    ways |= {c.sites: c.score for c in chainer.best(sites[: limits.RECOVER_CHAIN_SITES])}
    ways |= dict.fromkeys(_level_changes(text), level_change)
    made = []
    for chain, score in nlargest(
        limits.RECOVER_HEADING_OPTIONS, ways.items(), key=lambda way: (way[1], way[0])
    ):
        old, new = old_side(text, chain), new_side(text, chain, php=php)
        if heading_form(old) == heading_form(new) == 1 and old != new:
            made.append(Option(score, byte_count(new) - byte_count(old), chain))
    ranked = sorted(made, reverse=True)
    left = provable(finder.line, ranked, prover, limits.RECOVER_HEADING_PROOFS) or ranked
    return HeadingOptions(left) if left else None


def _level_changes(text: str) -> Iterator[tuple[Site, ...]]:
    """Yield the ways in which only the level of a heading changed."""
    size, shown = len(text), heading_level(text)
    for level in range(1, shown):
        change = shown - level
        start, end = (level, shown), (size - shown, size - level)
        if start[1] < end[0]:
            yield tuple(Site(0.0, a, b, b, -change) for a, b in (start, end))
            yield tuple(Site(0.0, a, a, b, change) for a, b in (start, end))
