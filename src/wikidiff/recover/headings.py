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
from wikidiff.recover.options import Chain, Option, chains, log_sum
from wikidiff.recover.proof import NO, Prover
from wikidiff.recover.rewritten import rewritten_options
from wikidiff.recover.sides import heading_form, new_side, old_side, written_anew
from wikidiff.recover.sites import Site, SiteFinder

LEVELS = range(1, 7)


class HeadingOptions:
    """All readings of a heading as edited: each makes a heading on both sides."""

    def __init__(self, options: Sequence[Option]) -> None:
        norm = log_sum([option.score for option in options])
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


def heading_line_options(
    finder: SiteFinder,
    sites: Sequence[Site],
    costs: tuple[float, float],
    prover: Prover,
    weights: Sequence[float],
) -> HeadingOptions | None:
    """Return the ways to take a heading as edited, None if there is none.

    The likeliest of them are kept only where the formatter would show just this line for them.
    `costs` are the log-probabilities of a first and of each further site, `weights` those of
    headings written anew.
    """
    text, php = finder.line.text, finder.line.php
    if written_anew(text):
        read = rewritten_options(finder.line, prover, weights)
        return HeadingOptions(read) if read else None
    first, further = costs
    plain = [(site.score, (site,)) for site in sites]
    together = chains(sites[: limits.RECOVER_CHAIN_SITES], further)
    several = [(score - further, chain) for score, chain in together if len(chain) > 1]
    framed = [(s - further, c) for s, c in _level_changes(finder, further)]
    made = []
    for score, chain in nlargest(limits.RECOVER_HEADING_OPTIONS, {*plain, *several, *framed}):
        old, new = old_side(text, chain), new_side(text, chain, php=php)
        if heading_form(old) == heading_form(new) == 1 and old != new:
            made.append(Option(first + score, _size(new) - _size(old), chain))
    ranked = sorted(made, reverse=True)
    left = _proven(text, ranked, php, prover) or ranked
    return HeadingOptions(left) if left else None


def _proven(text: str, ranked: Sequence[Option], php: bool, prover: Prover) -> list[Option]:
    """Return the options of which the formatter makes the heading again, a few of each delta."""
    found: dict[int, list[Option]] = {}
    tried = 0
    for option in ranked:
        same = found.setdefault(option.delta, [])
        if len(same) < limits.RECOVER_PER_DELTA and tried < limits.RECOVER_HEADING_PROOFS:
            tried += 1
            if _shows(text, option, php, prover):
                same.append(option)
    return sorted((option for same in found.values() for option in same), reverse=True)


def _shows(text: str, option: Option, php: bool, prover: Prover) -> bool:
    """Whether the formatter makes the shown heading from the option's two sides."""
    old, new = old_side(text, option.sites), new_side(text, option.sites, php=php)
    return prover.line(text, old, new) != NO


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _run(text: str) -> int:
    """Return the length of the run of `=` at the beginning."""
    return len(text) - len(text.lstrip("="))


def _level_changes(finder: SiteFinder, further: float) -> Iterator[Chain]:
    """Yield the ways in which only the level of a heading changed."""
    for levels in _other_levels(_run(finder.line.text)):
        yield from _level_alone(finder, levels, further)


def _other_levels(shown: int) -> list[tuple[int, int]]:
    """Return the changes of level, words aside, that show a plain heading of this level."""
    others = [level for level in LEVELS if level < shown]
    return [(shown, level) for level in others] + [(level, shown) for level in others]


def _level_alone(finder: SiteFinder, levels: tuple[int, int], further: float) -> Iterator[Chain]:
    """Yield the two sites of a heading of which only the level changed."""
    old, new = levels
    size, kept, change = len(finder.line.text), min(levels), abs(old - new)
    start, end = (kept, kept + change), (size - kept - change, size - kept)
    sites = []
    for first, last in (start, end):
        split = last if old > new else first
        sites.append(finder.worded((first, split, last), (first, first), (first, first)))
    if start[1] < end[0]:
        yield 2 * further, (sites[0], sites[1])
