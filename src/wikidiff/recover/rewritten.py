"""Headings written anew with another level: the likeliest labellings of their words.

A beam keeps the best of them (k-best decoding), with what may still come added, and with what each
byte of the page's delta is worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

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
    State,
    Way,
    end_features,
    ends,
    followers,
    label_of,
    labels,
    start,
    states,
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
    weights = model.weights
    scorer = Scorer(heading, model)
    ahead = scorer.ahead(pull)
    beam = [start()]
    for at in range(len(heading.words)):
        made: dict[tuple[int, int, int, int, str], Way] = {}
        for way in beam:
            for kind in scorer.followers[at][way.label]:
                nxt = step(heading, way, kind, at, way.score + scorer.step(way, kind, at))
                key = (*nxt[1:5], nxt.begins)
                known = made.get(key)
                if known is None or known.score < nxt.score:
                    made[key] = nxt
        worth = [(w.score + pull * w.delta + ahead[at][w[1:4]][0], w) for w in made.values()]
        beam = _spread(worth, keep)
    joint = scorer.joint
    whole = [
        way._replace(score=way.score + _dot(weights, end_features(heading, model, joint, way)))
        for way in beam
    ]
    return sorted(whole, key=lambda w: -w.score)


def _spread(ways: Iterable[tuple[float, Way]], keep: int) -> list[Way]:
    """Return the best labellings, few of any one delta: the page's delta may ask for any."""
    met: dict[int, int] = {}
    kept = []
    for _, way in sorted(ways, key=itemgetter(0), reverse=True):
        count = met.get(way.delta, 0)
        if count < limits.RECOVER_REWRITTEN_ALIKE:
            met[way.delta] = count + 1
            kept.append(way)
            if len(kept) == keep:
                break
    return kept


class Scorer:
    """Scores the next word of a labelling: the weighted sum of its `step_features`, made fast."""

    def __init__(self, heading: Heading, model: HeadingModel) -> None:
        weights = model.weights
        self.joint = heading.joints()
        self._heading, self._weights = heading, weights
        starts = model.starts
        begun = [starts.get(sign, RARE_SHAPE) for sign in heading.begins]
        self._begun = [weights[SHAPE] * x for x in begun], [weights[SHAPE + 1] * x for x in begun]
        self._word = (0.0, weights[WORD_GONE], weights[WORD_COME])
        self._switch = {pair: weights[n] for pair, n in SWITCHES.items()}
        self._met: dict[tuple[int, int], float] = {}
        count = len(heading.words)
        self.followers = [
            [tuple(followers(heading, label, at - 1, at)) for label in range(3)]
            for at in range(count)
        ]
        self._changes = [(0, -size, size) for size in map(heading.size, range(count))]
        self._ends: dict[str, float] = {}
        for key, value in model.shapes.items():
            given = value - starts[key[0]]
            self._ends[key[1]] = max(given, self._ends.get(key[1], RARE_SHAPE))

    def step(self, way: Way, kind: int, at: int) -> float:
        """Return the score of one more word."""
        weights = self._weights
        total = self._plain(way.label, way.old, way.new, kind, at)
        if way.label == COMMON != kind and at and way.run < 3:
            total += weights[ALONE + way.run - 1]
        for other in self._heading.kin[at]:
            one = label_of(way, other)
            apart = one != kind and COMMON not in (one, kind)
            total += weights[KIN if apart else KIN + 1]
        return total

    def ahead(self, pull: float) -> list[dict[State, tuple[float, int]]]:
        """Return, for each word and state behind it, the best that may still come and its delta.

        States are (label, last old word, last new word); runs and kin words are left out. The beam
        keeps what is best with this added (A*, Hart, Nilsson and Raphael 1968).
        """
        last = len(self._heading.words) - 1
        table = [{state: (self._end(state), 0) for state in states(last)}]
        for at in range(last - 1, -1, -1):
            row = {state: self._next(state, at + 1, pull, table[-1]) for state in states(at)}
            table.append(row)
        return table[::-1]

    def best_delta(self, pull: float) -> int:
        """Return the delta of the likeliest labelling, runs and kin words left out."""
        return self._next((COMMON, -1, -1), 0, pull, self.ahead(pull)[0])[1]

    def _next(
        self, state: State, at: int, pull: float, after: Mapping[State, tuple[float, int]]
    ) -> tuple[float, int]:
        """Return the best that may come from a word on, and its delta."""
        label, old, new = state
        best, delta = float("-inf"), 0
        for kind in self.followers[at][label]:
            nxt = kind, at if kind != INSERTED else old, at if kind != DELETED else new
            rest, more = after[nxt]
            change = self._changes[at][kind]
            total = self._plain(label, old, new, kind, at) + pull * change + rest
            if total > best:
                best, delta = total, change + more
        return best, delta

    def _end(self, state: State) -> float:
        words, total = self._heading.words, 0.0
        for n, last in enumerate(state[1:]):
            total += self._reads(last - (last >= 0 and not words[last].isalnum()), len(words))
            sign = ends(words[last]) if last >= 0 else " "
            total += self._weights[SHAPE + n] * self._ends.get(sign, RARE_SHAPE)
        return total

    def _plain(self, label: int, old: int, new: int, kind: int, at: int) -> float:
        """Return the score of one more word, runs and kin words left out."""
        total = self._word[kind]
        if at and label != kind and self._heading.sides[at - 1] == self._heading.sides[at]:
            total += self._switch[label, kind]
        if kind != INSERTED:
            total += self._reads(old, at)
            if old < 0:
                total += self._begun[0][at]
        if kind != DELETED:
            if new < 0:
                total += self._begun[1][at]
            if not (kind == COMMON and old == new):
                total += self._reads(new, at)
        return total

    def _reads(self, before: int, after: int) -> float:
        found = self._met.get((before, after))
        if found is None:
            found = self._met[before, after] = _dot(self._weights, self.joint(before, after))
        return found


def _dot(weights: Sequence[float], features: Features) -> float:
    return sum(weights[n] * value for n, value in features)


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


def _runs(line: ShownLine, marks: Sequence[int]) -> Iterator[Site]:
    at = 0
    while at < len(marks):
        if marks[at] == COMMON:
            at += 1
            continue
        i = at
        while at < len(marks) and marks[at] == DELETED:
            at += 1
        m = at
        while at < len(marks) and marks[at] == INSERTED:
            at += 1
        delta = (line.bytes[at] - line.bytes[m]) - (line.bytes[m] - line.bytes[i])
        yield Site(0.0, i, m, at, delta)


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
