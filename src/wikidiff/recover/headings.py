"""Edited headings, built by their grammar instead of guessed.

Both sides of a heading have as many `=` at its beginning as at its end. Where a page shows a
heading with its level changed, the `=` that went or came stand next to the first and the last
common ones: `====Old ==New ==` can only be an old heading of level 4 and a new one of level 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from heapq import nlargest

from wikidiff import limits
from wikidiff.recover.options import Chain, Option, chains, log_sum
from wikidiff.recover.proof import NO, Prover
from wikidiff.recover.sides import heading_form, new_side, old_side, written_anew
from wikidiff.recover.sites import Site, SiteFinder

_WORD = re.compile(r"\w+")
LEVELS = range(1, 7)

ODD_BEGINNINGS = frozenset(",.;:!?)]}’”»-–—/|")
QUESTION_WORDS = frozenset(
    (
        *("what", "why", "when", "where", "who", "whom", "whose", "which"),
        *("warum", "wann", "wo", "wer", "welche"),
        *("quoi", "pourquoi", "quand", "où", "qui", "comment"),
        *("qué", "cuándo", "dónde", "quién", "cómo"),
        *("что", "почему", "когда", "где", "кто", "зачем"),
    )
)
"""Of the languages that ask with a word in front; closed classes, all in common use."""
ODD_ENDS = frozenset(",;([{“«-–—/|")


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
    finder: SiteFinder, sites: Sequence[Site], first: float, further: float, prover: Prover
) -> HeadingOptions | None:
    """Return the ways to take a heading as edited, None if there is none.

    The likeliest of them are kept only where the formatter would show just this line for them.
    """
    text, php = finder.line.text, finder.line.php
    plain = [(site.score, (site,)) for site in sites]
    together = chains(sites[: limits.RECOVER_CHAIN_SITES], further)
    several = [(score - further, chain) for score, chain in together if len(chain) > 1]
    framed = [(s - further, c) for s, c in heading_options(finder, sites, further)]
    anew = written_anew(text)
    if anew:
        cost = limits.LONG_COMMON
        framed = [(score - cost * _long_common(text, chain), chain) for score, chain in framed]
    likely = nlargest(limits.RECOVER_HEADING_OPTIONS, {*plain, *several, *framed})
    made = []
    for score, chain in likely:
        old, new = old_side(text, chain), new_side(text, chain, php=php)
        if heading_form(old) == heading_form(new) == 1 and old != new:
            score -= limits.ODD_HEADING * (oddness(old, new) + oddness(new, old))
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


def oddness(text: str, other: str) -> int:
    """Return in how many ways a heading looks unlike one: 0 to 3.

    It has no letter or digit; it is half a question, by its first word or its last sign; it begins
    with a sign or in small letters, or ends in a comma or the like, where the other side does not.
    """
    body, rival = text.strip("= "), other.strip("= ")
    if not any(char.isalnum() for char in body):
        return 3
    begins = _begins_oddly(body) and not _begins_oddly(rival)
    asks = _asks(body) != (body[-1] in "?？؟")
    return begins + asks + (body[-1] in ODD_ENDS and rival[-1:] not in ODD_ENDS)


def _asks(body: str) -> bool:
    """Whether a heading opens with a question word."""
    opening = _WORD.match(body)
    return opening is not None and opening[0].lower() in QUESTION_WORDS


def _anew(finder: SiteFinder, site: Site) -> Site:
    """Return a site as one of a heading written anew, where edits of any length are common.

    `=` inside the line tell that the heading was written anew.
    """
    text = finder.line.text
    if not written_anew(text):
        return site
    i, m, j = site.i, site.m, site.j
    while i < m and text[i] == "=":
        i += 1
    end = m
    while end > i and text[end - 1] == "=":
        end -= 1
    start = m
    while start < j and text[start] == "=":
        start += 1
    stop = j
    while stop > start and text[stop - 1] == "=":
        stop -= 1
    score = site.score - finder.commonness((i, end), (start, stop))
    return site._replace(score=score - limits.REWRITTEN_SITE)


def _begins_oddly(body: str) -> bool:
    return body[:1].islower() or body[:1] in ODD_BEGINNINGS


def _long_common(text: str, chain: Sequence[Site]) -> int:
    """Return the words beyond the third of each common stretch.

    The two sides of a heading written anew share words, but seldom long stretches.
    """
    ends = [0, *(site.j for site in chain)]
    starts = [*(site.i for site in chain), len(text)]
    runs = (len(_WORD.findall(text[a:b])) for a, b in zip(ends, starts, strict=True))
    return sum(max(0, run - 3) for run in runs)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _run(text: str) -> int:
    """Return the length of the run of `=` at the beginning."""
    return len(text) - len(text.lstrip("="))


def heading_options(
    finder: SiteFinder, sites: Sequence[Site], further: float
) -> Iterator[tuple[float, tuple[Site, ...]]]:
    """Yield scored sets of sites that change the level of a heading; all sides are headings."""
    text = finder.line.text
    first, last = _run(text), _run(text[::-1])
    inner = [
        _anew(finder, site)
        for site in sites[: limits.RECOVER_HEADING_SITES]
        if site.i > first and site.j < len(text) - last and "=" not in text[site.i : site.j]
    ]
    inner.sort(reverse=True)
    for levels in [(first, last)] if written_anew(text) else _other_levels(first):
        yield from _framed(finder, inner, levels, further)


def _other_levels(shown: int) -> list[tuple[int, int]]:
    """Return the changes of level, words aside, that show a plain heading of this level."""
    others = [level for level in LEVELS if level < shown]
    return [(shown, level) for level in others] + [(level, shown) for level in others]


def _framed(
    finder: SiteFinder, inner: Sequence[Site], levels: tuple[int, int], further: float
) -> Iterator[tuple[float, tuple[Site, ...]]]:
    """Yield the ways to take the heading as one whose level went from `levels[0]` to the other."""
    keep = limits.RECOVER_FRAMES
    if not written_anew(finder.line.text):
        yield from _level_alone(finder, levels, further)
        return
    starts = nlargest(keep, [_anew(finder, site) for site in _starts(finder, *levels)])
    ends = nlargest(keep, [_anew(finder, site) for site in _ends(finder, *levels)])
    for whole in (_anew(finder, site) for site in _rewritten(finder, *levels)):
        yield whole.score + further, (whole,)
    frames = [
        (start.score + end.score + 2 * further, start, end)
        for start in starts
        for end in ends
        if start.j < end.i
    ]
    for frame, start, end in nlargest(limits.RECOVER_FRAME_PAIRS, frames):
        yield frame, (start, end)
        between = [s for s in inner if s.i > start.j and s.j < end.i]
        for score, chain in _inside(between, further):
            yield frame + score, (start, *chain, end)


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


def _inside(sites: Sequence[Site], further: float) -> Iterator[Chain]:
    """Yield the likeliest edits between a heading's first and last one, and some of each delta."""
    yield from chains(sites[: limits.RECOVER_FRAME_SITES], further)[: limits.RECOVER_FRAME_CHAINS]
    met: dict[int, int] = {}
    for site in sites:
        rank = met[site.delta] = met.get(site.delta, 0) + 1
        if rank <= limits.RECOVER_FRAME_PER_DELTA:
            yield site.score + further, (site,)


def _starts(finder: SiteFinder, old: int, new: int) -> Iterator[Site]:
    """Yield the sites at the heading's beginning that turn `old` equal signs into `new`."""
    text = finder.line.text
    i, change = min(old, new), abs(old - new)
    first = _run(text)
    if old > new:
        start = i + change
        if first == old:
            for m in (start, *(s for s in finder.splits() if s > start)):
                for j in (m, *_after(finder, m)):
                    yield finder.worded((i, m, j), (start, m), (m, j))
        return
    if first == new:  # nothing was deleted here: the new signs follow the old ones
        for j in (i + change, *_after(finder, i + change)):
            yield finder.worded((i, i, j), (i, i), (i + change, j))
    for m in finder.splits() if first == old else ():
        if m > i and _run(text[m:]) == change:
            for j in (m + change, *_after(finder, m + change)):
                yield finder.worded((i, m, j), (i, m), (m + change, j))


def _ends(finder: SiteFinder, old: int, new: int) -> Iterator[Site]:
    """Yield the sites at the heading's end that turn `old` equal signs into `new`."""
    text = finder.line.text
    change, j = abs(old - new), len(text) - min(old, new)
    if old > new:
        for m in _closings(finder, "=" * change, j):
            for i in (m - change, *_before(finder, m - change)):
                yield finder.worded((i, m, j), (i, m - change), (m, j))
    elif _run(text[::-1]) == new:
        end = j - change
        for m in (*(s for s in finder.splits() if s < end), end):
            for i in (m, *_before(finder, m)):
                yield finder.worded((i, m, j), (i, m), (m, end))


def _rewritten(finder: SiteFinder, old: int, new: int) -> Iterator[Site]:
    """Yield the one site of a heading of which nothing but the outer equal signs is left."""
    text = finder.line.text
    kept, change = min(old, new), abs(old - new)
    first, last = _run(text), _run(text[::-1])
    end = len(text) - kept
    if first != old or last != new:
        return
    for m in finder.line.borders:
        if not kept < m < end or _run(text[m:]) not in (0, change):
            continue
        if old > new and text.endswith("=" * change, 0, m):
            yield finder.worded((kept, m, end), (old, m - change), (m, end))
        elif old < new and text.startswith("=" * change, m):
            yield finder.worded((kept, m, end), (kept, m), (m + change, end - change))


def _after(finder: SiteFinder, at: int) -> list[int]:
    return [b for b in finder.line.borders if b > at][: limits.RECOVER_SPAN_WORDS]


def _before(finder: SiteFinder, at: int) -> list[int]:
    return [b for b in finder.line.borders if b < at][-limits.RECOVER_SPAN_WORDS :]


def _closings(finder: SiteFinder, signs: str, j: int) -> Iterator[int]:
    """Yield where the old heading's closing signs end: inside the line, or before its last ones."""
    text = finder.line.text
    if _run(text[::-1]) == len(text) - j + len(signs):
        yield j
    for m in finder.line.borders:
        whole = text.endswith(signs, 0, m) and not text.endswith("=" + signs, 0, m)
        if m < j and whole and text[m : m + 1] != "=":
            yield m
