"""Headings written anew with another level: the likeliest labellings of their words.

A beam keeps the best of them (k-best decoding), with what may still come added, and with what each
byte of the page's delta is worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wikidiff import limits
from wikidiff.recover.heading_words import (
    ALONE,
    COMMON,
    DELETED,
    INSERTED,
    KIN,
    RARE_SHAPE,
    SHAPE,
    SWITCHES,
    WORD_COME,
    WORD_GONE,
    Features,
    Heading,
    HeadingModel,
    Way,
    end_features,
    ends,
    followers,
    label_of,
    labels,
    start,
    step,
)
from wikidiff.recover.line import ShownLine
from wikidiff.recover.options import Option
from wikidiff.recover.proof import NO, Prover
from wikidiff.recover.sides import new_side, old_side
from wikidiff.recover.site_features import Site
from wikidiff.text import size as byte_count


def rewritten_options(
    heading: Heading, prover: Prover, model: HeadingModel, pull: float = 0.0
) -> list[Option]:
    """Return the likeliest ways to read a heading written anew, best first; [] if it is none.

    `pull` is what a byte of the delta is worth on the page.
    """
    line = heading.line
    made: dict[tuple[Site, ...], float] = {}
    for way in decode(heading, model, pull=pull):
        sites = _sites(heading, labels(way))
        if sites and made.get(sites, float("-inf")) < way.score:
            made[sites] = way.score
    options = [Option(score, _delta(line, sites), sites) for sites, score in made.items()]
    ranked = sorted(options, key=lambda o: max(o.score, o.score + pull * o.delta), reverse=True)
    return provable(line, ranked, prover, limits.RECOVER_REWRITTEN_PROOFS)


def headings_of(lines: Iterable[ShownLine]) -> list[Heading | None]:
    """Return what each line is as a heading written anew, None where it is none."""
    made = map(Heading, lines)
    most = limits.RECOVER_REWRITTEN_WORDS
    return [found if found.fits and 0 < len(found.words) <= most else None for found in made]


def worth_of_bytes(
    headings: Sequence[Heading], model: HeadingModel, declared: int, around: int = 12
) -> float:
    """Return what each byte must count for that headings explain a page's delta by themselves.

    It is the multiplier of Lagrange of that constraint, found by bisection until the likeliest
    readings come within `around` bytes of the delta.
    """
    scorers = [Scorer(heading, model) for heading in headings]
    low, high = -limits.RECOVER_PULL, limits.RECOVER_PULL
    pull = 0.0
    for _ in range(limits.RECOVER_PULL_STEPS):
        found = sum(scorer.best_delta(pull) for scorer in scorers)
        if abs(found - declared) <= around:
            break
        low, high = (pull, high) if found < declared else (low, pull)
        pull = (low + high) / 2
    return pull


def decode(
    heading: Heading,
    model: HeadingModel,
    keep: int = limits.RECOVER_REWRITTEN_BEAM,
    *,
    pull: float = 0.0,
) -> list[Way]:
    """Return the best labellings of all words, best first, the best of each delta among them.

    With `pull` the beam takes each byte of the delta as worth that much; scores stay without it.
    """
    scorer = Scorer(heading, model)
    ahead = scorer.ahead(pull)
    beam = [start()]
    for at in range(len(heading.words)):
        made = _grown(heading, scorer, beam, at)
        worth = [(way.score + pull * way.delta + ahead[at].of(way)[0], way) for way in made]
        beam = _spread(worth, keep)
    joint, weights = scorer.joint, model.weights
    for way in beam:
        way.score += _dot(weights, end_features(heading, model, joint, way))
    return sorted(beam, key=_by_score, reverse=True)


def _by_score(way: Way) -> float:
    return way.score


def _grown(heading: Heading, scorer: Scorer, beam: list[Way], at: int) -> list[Way]:
    """Return the labellings with one more word, the best of those that nothing tells apart."""
    made: dict[tuple[int, int, int, int, str], Way] = {}
    for way in beam:
        for kind in scorer.followers[at][way.label]:
            nxt = step(heading, way, kind, at, way.score + scorer.step(way, kind, at))
            key = nxt.label, nxt.old, nxt.new, nxt.delta, nxt.begins
            known = made.get(key)
            if known is None or known.score < nxt.score:
                made[key] = nxt
    return list(made.values())


def _spread(ways: list[tuple[float, Way]], keep: int) -> list[Way]:
    """Return the best labellings, few of any one delta: the page's delta may ask for any."""
    met: dict[int, int] = {}
    kept: list[Way] = []
    alike = limits.RECOVER_REWRITTEN_ALIKE
    for _, way in sorted(ways, key=_by_worth, reverse=True):
        count = met.get(way.delta, 0)
        if count < alike:
            met[way.delta] = count + 1
            kept.append(way)
            if len(kept) == keep:
                break
    return kept


def _by_worth(ranked: tuple[float, Way]) -> float:
    return ranked[0]


class Rest:
    """The best that may still come behind a word, and its delta, by what stands there.

    That is the word's label and, one further on for "none", the last word of the other side.
    """

    __slots__ = ("common", "deleted", "inserted")

    def __init__(self) -> None:
        self.common: tuple[float, int] = (0.0, 0)
        self.deleted: list[tuple[float, int]] = []
        self.inserted: list[tuple[float, int]] = []

    def of(self, way: Way) -> tuple[float, int]:
        """Return what may come behind a labelling."""
        if way.label == COMMON:
            return self.common
        return self.deleted[way.new + 1] if way.label == DELETED else self.inserted[way.old + 1]


class Scorer:
    """Scores the next word of a labelling: the weighted sum of its `step_features`, made fast."""

    def __init__(self, heading: Heading, model: HeadingModel) -> None:
        weights = model.weights
        self.joint = heading.joints()
        self._heading, self._weights = heading, weights
        starts = model.starts
        begun = [starts.get(sign, RARE_SHAPE) for sign in heading.begins]
        self._begun_old = [weights[SHAPE] * x for x in begun]
        self._begun_new = [weights[SHAPE + 1] * x for x in begun]
        self._word = [0.0, weights[WORD_GONE], weights[WORD_COME]]
        self._switch = [0.0] * 9
        for (one, other), n in SWITCHES.items():
            self._switch[one * 3 + other] = weights[n]
        count = len(heading.words)
        self._reads = [
            [_dot(weights, self.joint(before, at)) for before in range(-1, min(at, count))]
            for at in range(count + 1)
        ]
        """For each word, and the end, how well it follows each earlier one, the beginning first."""
        self.followers = [
            [followers(heading, label, at - 1, at) for label in range(3)] for at in range(count)
        ]
        self._ends: dict[str, float] = {}
        for key, value in model.shapes.items():
            given = value - starts[key[0]]
            self._ends[key[1]] = max(given, self._ends.get(key[1], RARE_SHAPE))

    def step(self, way: Way, kind: int, at: int) -> float:
        """Return the score of one more word."""
        weights = self._weights
        total = self._plain(way.label, way.old, way.new, kind, at)
        if way.label == COMMON and kind != COMMON and at and way.run < 3:
            total += weights[ALONE + way.run - 1]
        for other in self._heading.kin[at]:
            one = label_of(way, other)
            apart = one != kind and one != COMMON and kind != COMMON
            total += weights[KIN if apart else KIN + 1]
        return total

    def ahead(self, pull: float) -> list[Rest]:
        """Return, for each word, the best that may still come behind it and its delta.

        Runs and kin words are left out. The beam keeps what is best with this added (A*, Hart,
        Nilsson and Raphael 1968).
        """
        last = len(self._heading.words) - 1
        rest = Rest()
        rest.common = self._end(last, last), 0
        for other in range(-1, last):
            rest.deleted.append((self._end(last, other), 0))
            rest.inserted.append((self._end(other, last), 0))
        table = [rest]
        for at in range(last - 1, -1, -1):
            before = Rest()
            before.common = self._next(COMMON, at, at, at + 1, pull, rest)
            for other in range(-1, at):
                before.deleted.append(self._next(DELETED, at, other, at + 1, pull, rest))
                before.inserted.append(self._next(INSERTED, other, at, at + 1, pull, rest))
            rest = before
            table.append(rest)
        return table[::-1]

    def best_delta(self, pull: float) -> int:
        """Return the delta of the likeliest labelling, runs and kin words left out."""
        return self._next(COMMON, -1, -1, 0, pull, self.ahead(pull)[0])[1]

    def _next(
        self, label: int, old: int, new: int, at: int, pull: float, after: Rest
    ) -> tuple[float, int]:
        """Return the best that may come from a word on, and its delta."""
        best, delta = float("-inf"), 0
        for kind in self.followers[at][label]:
            change = 0
            if kind == COMMON:
                rest, more = after.common
            elif kind == DELETED:
                rest, more = after.deleted[new + 1]
                change = -self._heading.sizes[at]
            else:
                rest, more = after.inserted[old + 1]
                change = self._heading.sizes[at]
            total = self._plain(label, old, new, kind, at) + pull * change + rest
            if total > best:
                best, delta = total, change + more
        return best, delta

    def _end(self, old: int, new: int) -> float:
        words, weights, total = self._heading.words, self._weights, 0.0
        reads = self._reads[len(words)]
        for n, last in enumerate((old, new)):
            skipped = last >= 0 and not words[last].isalnum()
            total += reads[last + 1 - int(skipped)]
            sign = ends(words[last]) if last >= 0 else " "
            total += weights[SHAPE + n] * self._ends.get(sign, RARE_SHAPE)
        return total

    def _plain(self, label: int, old: int, new: int, kind: int, at: int) -> float:
        """Return the score of one more word, runs and kin words left out."""
        total = self._word[kind]
        sides, reads = self._heading.sides, self._reads[at]
        if at and label != kind and sides[at - 1] == sides[at]:
            total += self._switch[label * 3 + kind]
        if kind != INSERTED:
            total += reads[old + 1]
            if old < 0:
                total += self._begun_old[at]
        if kind != DELETED:
            if new < 0:
                total += self._begun_new[at]
            if not (kind == COMMON and old == new):
                total += reads[new + 1]
        return total


def _dot(weights: list[float], features: Features) -> float:
    total = 0.0
    for n, value in features:
        total += weights[n] * value
    return total


def _sites(heading: Heading, labelled: Sequence[int]) -> tuple[Site, ...]:
    """Return a labelling as edit sites, the equal signs at both ends and inside with them."""
    marks = [COMMON] * len(heading.line.text)
    for (a, b), label in zip(heading.spans, labelled, strict=True):
        marks[a:b] = [label] * (b - a)
    kept = min(heading.first, heading.last)
    outer = DELETED if heading.lowered else INSERTED
    if heading.lowered:
        marks[kept : heading.first] = [outer] * (heading.first - kept)
    else:
        end = len(marks)
        marks[end - heading.last : end - kept] = [outer] * (heading.last - kept)
    a, b = heading.inner
    marks[a:b] = [outer] * (b - a)
    return tuple(_runs(heading.line, marks))


def _runs(line: ShownLine, marks: list[int]) -> list[Site]:
    made: list[Site] = []
    at, size = 0, len(marks)
    while at < size:
        if marks[at] == COMMON:
            at += 1
            continue
        i = at
        while at < size and marks[at] == DELETED:
            at += 1
        m = at
        while at < size and marks[at] == INSERTED:
            at += 1
        delta = (line.bytes[at] - line.bytes[m]) - (line.bytes[m] - line.bytes[i])
        made.append(Site(0.0, i, m, at, delta))
    return made


def _delta(line: ShownLine, sites: tuple[Site, ...]) -> int:
    old = old_side(line.text, sites)
    new = new_side(line.text, sites, php=line.php)
    return byte_count(new) - byte_count(old)


def provable(line: ShownLine, options: Sequence[Option], prover: Prover, most: int) -> list[Option]:
    """Return the options of which the formatter makes the line again, a few of each delta.

    They are tried in order, at most `most` of them.
    """
    met: dict[int, int] = {}
    kept: list[Option] = []
    tried = 0
    for option in options:
        if met.get(option.delta, 0) >= limits.RECOVER_PER_DELTA:
            continue
        tried += 1
        if tried > most:
            break
        old = old_side(line.text, option.sites)
        new = new_side(line.text, option.sites, php=line.php)
        if prover.line(line.text, old, new) != NO:
            met[option.delta] = met.get(option.delta, 0) + 1
            kept.append(option)
    return kept
