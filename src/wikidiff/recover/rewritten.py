"""Headings written anew with another level: read word by word, both sides by their language.

`====Old words New words==more? ==` holds three kinds of words: those of the old heading, those of
the new one, and those of both. Grammar fixes the ends; between them each way to label the words
is scored by how well either side's words follow each other (pointwise mutual information, Church
and Hanks 1990), and a beam keeps the best (k-best decoding).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import exp, log
from operator import itemgetter
from typing import NamedTuple

from wikidiff import limits
from wikidiff.recover.grams import EDGE
from wikidiff.recover.line import ShownLine
from wikidiff.recover.options import Option
from wikidiff.recover.proof import NO, Prover
from wikidiff.recover.sides import new_side, old_side
from wikidiff.recover.sites import Site
from wikidiff.text import common_prefix, common_suffix

COMMON, DELETED, INSERTED = 0, 1, 2

FEATURES = (
    "reads on", "never met", "page's own", "common to deleted", "common to inserted",
    "deleted to inserted", "deleted to common", "inserted to common", "deleted word",
    "inserted word", "old's shape", "new's shape", "common at both ends", "kin apart",
    "kin together", "one common word alone", "two common words alone", "stands at the edge",
    "never at the edge", "begins inside",
)  # fmt: skip
"""What a labelling is scored by: counts and sums over its words."""

_READS, _NEVER, _OWN, _WORD_GONE, _WORD_COME, _SHAPE = 0, 1, 2, 8, 9, 10
_WHOLE, _KIN, _ALONE, _EDGE, _INSIDE = 12, 13, 15, 17, 19
_SWITCHES = {
    (COMMON, DELETED): 3,
    (COMMON, INSERTED): 4,
    (DELETED, INSERTED): 5,
    (DELETED, COMMON): 6,
    (INSERTED, COMMON): 7,
}
Features = list[tuple[int, float]]
_State = tuple[int, int, int]
"""Label of the last word, the last old and the last new word."""

QUESTION_WORDS = frozenset(
    (
        *("what", "why", "when", "where", "who", "whom", "whose", "which", "how"),
        *("is", "are", "was", "were", "do", "does", "did", "has", "have", "can", "could"),
        *("will", "would", "shall", "should", "may", "might", "must"),
        *("warum", "wann", "wo", "wer", "welche", "wie"),
        *("quoi", "pourquoi", "quand", "où", "qui", "comment"),
        *("qué", "cuándo", "dónde", "quién", "cómo"),
        *("что", "почему", "когда", "где", "кто", "зачем", "как"),
    )
)
"""Of languages that ask with a word in front: closed classes."""

_SMALL_WORDS = QUESTION_WORDS | {
    *("a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and"),
    *("or", "but", "as", "if", "not", "its", "their", "this", "that"),
}
"""Closed classes of English that even title case leaves small, and the words that ask."""

_STOPS = frozenset('.:?!-–—("“')

_ODD_ENDS = frozenset(",;:([{-–—/|")
RARE_SHAPE = -9.0


class HeadingModel(NamedTuple):
    """What headings written anew are read by.

    `weights` are those of FEATURES; `shapes` the log-probabilities of how headings begin and end:
    `begins` then `ends`.
    """

    weights: Sequence[float]
    shapes: Mapping[str, float]

    def starts(self) -> dict[str, float]:
        """Return the log-probabilities of how headings begin."""
        made: dict[str, float] = {}
        for key, value in self.shapes.items():
            made[key[0]] = made.get(key[0], 0.0) + exp(value)
        return {key: log(value) for key, value in made.items()}


def begins(word: str) -> str:
    """Return how a heading begins: Q with a word that asks, C or c with another that has a capital
    or a small letter, 0 with a digit, . with a sign.
    """  # noqa: D205
    if word.lower() in QUESTION_WORDS:
        return "Q"
    first = word[:1]
    return "c" if first.islower() else "C" if first.isalpha() else "0" if first.isdigit() else "."


def ends(word: str) -> str:
    """Return how a heading ends: ? for a question mark, a for a letter or digit, - for a sign that
    nothing ends with, . for another.
    """  # noqa: D205
    last = word[-1:]
    return "?" if last in "?？؟" else "-" if last in _ODD_ENDS else "a" if last.isalnum() else "."


_FRAME = re.compile(r"(=+)([^=].*?[^=])(=+)([^=].*?[^=]|)(=+)")


class Way(NamedTuple):
    """A labelling of the words so far."""

    score: float
    label: int
    old: int  # index of the old side's last word, -1: its beginning
    new: int
    delta: int
    before: Way | None
    at: int
    run: int  # common words that it ends with
    begins: str  # how the old and the new side begin, blank where they have not


class Heading:
    """A shown heading with `=` inside, cut into words between its equal signs."""

    def __init__(self, line: ShownLine) -> None:
        self.line = line
        found = _FRAME.fullmatch(line.text)
        self.fits = False
        if not found:
            return
        first, inner, last = (len(found[n]) for n in (1, 3, 5))
        self.first, self.last = first, last
        self.inner = (found.start(3), found.end(3))
        self.lowered = first > last  # the old heading's signs were more
        self.fits = inner == abs(first - last) and first != last and max(first, last) <= 6
        self.spans = [
            (a, b)
            for a, b in pairwise(line.borders)
            if first <= a and b <= len(line.text) - last and not self._is_inner(a, b)
        ]
        self.words = [line.text[a:b].strip() for a, b in self.spans]
        self.kin = _kin(self.words)
        self.begins = [begins(word) for word in self.words]
        self.sides = [int(a >= self.inner[1]) for a, _ in self.spans]

    def _is_inner(self, a: int, b: int) -> bool:
        return a < self.inner[1] and b > self.inner[0]

    def joints(self) -> Joints:
        """Return what tells how well its words follow each other."""
        return Joints(self)

    def size(self, at: int) -> int:
        """Return a word's bytes, the space after it with them."""
        a, b = self.spans[at]
        return self.line.bytes[b] - self.line.bytes[a]

    def side(self, at: int) -> int:
        """Return 0 for words before the inner signs, 1 for those after."""
        return self.sides[at]


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
    return _provable(line, ranked, prover)


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
            for kind in allowed(heading, way, at):
                nxt = step(heading, way, kind, at, way.score + scorer.step(way, kind, at))
                key = (*nxt[1:5], nxt.begins)
                known = made.get(key)
                if known is None or known.score < nxt.score:
                    made[key] = nxt
        worth = [(w.score + pull * w.delta + ahead[at][w[1:4]][0], w) for w in made.values()]
        beam = _spread(worth, keep)
    joint = scorer.joint
    ends = [
        way._replace(score=way.score + _dot(weights, end_features(heading, model, joint, way)))
        for way in beam
    ]
    return sorted(ends, key=lambda w: -w.score)


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
        starts = model.starts()
        begun = [starts.get(sign, RARE_SHAPE) for sign in heading.begins]
        self._begun = [weights[_SHAPE] * x for x in begun], [weights[_SHAPE + 1] * x for x in begun]
        self._word = (0.0, weights[_WORD_GONE], weights[_WORD_COME])
        self._switch = {pair: weights[n] for pair, n in _SWITCHES.items()}
        self._met: dict[tuple[int, int], float] = {}
        count = len(heading.words)
        self._followers = [
            [tuple(_followers(heading, label, at - 1, at)) for label in range(3)]
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
            total += weights[_ALONE + way.run - 1]
        for other in self._heading.kin[at]:
            one = label_of(way, other)
            apart = one != kind and COMMON not in (one, kind)
            total += weights[_KIN if apart else _KIN + 1]
        return total

    def ahead(self, pull: float) -> list[dict[_State, tuple[float, int]]]:
        """Return, for each word and state behind it, the best that may still come and its delta.

        States are (label, last old word, last new word); runs and kin words are left out. The beam
        keeps what is best with this added (A*, Hart, Nilsson and Raphael 1968).
        """
        last = len(self._heading.words) - 1
        table = [{state: (self._end(state), 0) for state in _states(last)}]
        for at in range(last - 1, -1, -1):
            row = {state: self._next(state, at + 1, pull, table[-1]) for state in _states(at)}
            table.append(row)
        return table[::-1]

    def best_delta(self, pull: float) -> int:
        """Return the delta of the likeliest labelling, runs and kin words left out."""
        return self._next((COMMON, -1, -1), 0, pull, self.ahead(pull)[0])[1]

    def _next(
        self, state: _State, at: int, pull: float, after: Mapping[_State, tuple[float, int]]
    ) -> tuple[float, int]:
        """Return the best that may come from a word on, and its delta."""
        label, old, new = state
        best, delta = float("-inf"), 0
        for kind in self._followers[at][label]:
            nxt = kind, at if kind != INSERTED else old, at if kind != DELETED else new
            rest, more = after[nxt]
            change = self._changes[at][kind]
            total = self._plain(label, old, new, kind, at) + pull * change + rest
            if total > best:
                best, delta = total, change + more
        return best, delta

    def _end(self, state: _State) -> float:
        words, total = self._heading.words, 0.0
        for n, last in enumerate(state[1:]):
            total += self._reads(last - (last >= 0 and not words[last].isalnum()), len(words))
            sign = ends(words[last]) if last >= 0 else " "
            total += self._weights[_SHAPE + n] * self._ends.get(sign, RARE_SHAPE)
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


def label_of(way: Way, at: int) -> int:
    """Return the label of an earlier word."""
    here = way
    while here.before is not None and here.at > at:
        here = here.before
    return here.label


def _kin(words: Sequence[str]) -> list[list[int]]:
    """Return for each word the earlier ones that are forms of it: they share most letters."""
    low = [word.lower() for word in words]
    return [[i for i in range(at) if _akin(low[i], word)] for at, word in enumerate(low)]


def _akin(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 4:
        return False
    shared = common_prefix(shorter, longer)
    shared = min(shared + common_suffix(shorter[shared:], longer[shared:]), len(shorter))
    return shared >= 3 and shared * 4 >= len(longer) * 3


def _dot(weights: Sequence[float], features: Features) -> float:
    return sum(weights[n] * value for n, value in features)


def start() -> Way:
    """Return the labelling of no word yet."""
    return Way(0.0, COMMON, -1, -1, 0, None, -1, 0, "  ")


def step(heading: Heading, way: Way, kind: int, at: int, score: float = 0.0) -> Way:
    """Return a labelling with one more word."""
    return Way(
        score,
        kind,
        at if kind != INSERTED else way.old,
        at if kind != DELETED else way.new,
        way.delta + heading.size(at) * (0, -1, 1)[kind],
        way,
        at,
        way.run + 1 if kind == COMMON else 0,
        way.begins if way.old >= 0 <= way.new else _begun(heading, way, kind, at),
    )


def _begun(heading: Heading, way: Way, kind: int, at: int) -> str:
    """Return how both sides begin with one more word."""
    old, new = way.begins[0], way.begins[1]
    here = heading.begins[at]
    old = here if way.old < 0 and kind != INSERTED else old
    new = here if way.new < 0 and kind != DELETED else new
    return old + new


def allowed(heading: Heading, way: Way, at: int) -> Iterator[int]:
    """Yield the labels that the next word may have.

    What was deleted stands before what was inserted. With more signs at the beginning than at the
    end the inner ones close the old heading, so that only new words follow them; with fewer they
    open the new one, so that only old words stand before them.
    """
    return _followers(heading, way.label, way.at, at)


def _followers(heading: Heading, label: int, last: int, at: int) -> Iterator[int]:
    crosses = last >= 0 and heading.side(last) != heading.side(at)
    for kind in _by_place(heading, at):
        if kind == DELETED and label == INSERTED and last >= 0:
            continue
        if crosses and not _crosses(heading, label, kind):
            continue
        yield kind


def _states(at: int) -> Iterator[_State]:
    """Yield the states that a labelling may be in behind a word."""
    yield COMMON, at, at
    for other in range(-1, at):
        yield DELETED, at, other
        yield INSERTED, other, at


def step_features(
    heading: Heading, model: HeadingModel, joint: Joints, way: Way, kind: int, at: int
) -> Features:
    """Return the features of one more word."""
    found: Features = []
    begun = model.starts().get(heading.begins[at], RARE_SHAPE)
    if way.old < 0 and kind != INSERTED:
        found.append((_SHAPE, begun))
    if way.new < 0 and kind != DELETED:
        found.append((_SHAPE + 1, begun))
    if way.at >= 0 and way.label != kind and heading.side(way.at) == heading.side(at):
        found.append((_SWITCHES[way.label, kind], 1.0))  # at the inner signs an edit is anyway
    if way.label == COMMON != kind and way.at >= 0 and way.run < 3:
        found.append((_ALONE + way.run - 1, 1.0))
    for other in heading.kin[at]:
        one = label_of(way, other)
        apart = one != kind and COMMON not in (one, kind)
        found.append((_KIN if apart else _KIN + 1, 1.0))
    if kind == DELETED:
        found.append((_WORD_GONE, 1.0))
    elif kind == INSERTED:
        found.append((_WORD_COME, 1.0))
    if kind != INSERTED:
        found += joint(way.old, at)
    if kind != DELETED and not (kind == COMMON and way.old == way.new):
        found += joint(way.new, at)
    return found


def end_features(heading: Heading, model: HeadingModel, joint: Joints, way: Way) -> Features:
    """Return the features of a whole labelling: how both sides end, given how they begin."""
    words, starts = heading.words, model.starts()
    found: Features = []
    for n, last in enumerate((way.old, way.new)):
        found += joint(last - (last >= 0 and not words[last].isalnum()), len(words))
        first = way.begins[n]
        made = model.shapes.get(first + ends(words[last]), RARE_SHAPE) if last >= 0 else RARE_SHAPE
        found.append((_SHAPE + n, made - starts.get(first, 0.0)))
    marks = labels(way)
    if marks and marks[0] == COMMON == marks[-1]:
        found.append((_WHOLE, 1.0))
    return found


def _by_place(heading: Heading, at: int) -> tuple[int, ...]:
    after = heading.side(at)
    if heading.lowered:
        return (INSERTED,) if after else (COMMON, DELETED, INSERTED)
    return (COMMON, DELETED, INSERTED) if after else (DELETED,)


def _crosses(heading: Heading, label: int, kind: int) -> bool:
    """Whether labels may meet over the inner signs: they are deleted, or inserted, themselves."""
    return label != INSERTED if heading.lowered else kind != DELETED


class Joints:
    """How well two words follow each other, from the page's own words and the background."""

    def __init__(self, heading: Heading) -> None:
        self._words = heading.words
        self._line = heading.line
        self._known: dict[tuple[int, int], Features] = {}

    def __call__(self, before: int, after: int) -> Features:
        """Return the features of two words by index that follow each other.

        -1 is the heading's beginning, the number of its words its end.
        """
        key = before, after
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._features(before, after)
        return found

    def _features(self, before: int, after: int) -> Features:
        left = self._words[before] if before >= 0 else EDGE
        right = self._words[after] if after < len(self._words) else EDGE
        met = self._line.met_on_page(left, right) - (after == before + 1)
        known = self._line.follows(left, right)
        at_edge = EDGE in (left, right)
        well, ill = (_EDGE, _EDGE + 1) if at_edge else (_READS, _NEVER)
        found = [(well, known)] if known > 0 else [(ill, known)] if known < 0 else []
        if met > 0:
            found.append((_OWN, 1.0))
        if before >= 0 and left not in _STOPS and _is_first_word(right):
            found.append((_INSIDE, 1.0))
        return found


def _is_first_word(word: str) -> bool:
    """Whether a word is one that has a capital only where a heading or a sentence begins."""
    return word[:1].isupper() and word[1:].islower() and word.lower() in _SMALL_WORDS


def labels(way: Way) -> list[int]:
    """Return the labels of the words, in order."""
    made: list[int] = []
    here: Way | None = way
    while here is not None and here.at >= 0:
        made.append(here.label)
        here = here.before
    return made[::-1]


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
    return len(new.encode("utf-8", "surrogatepass")) - len(old.encode("utf-8", "surrogatepass"))


def _provable(line: ShownLine, options: Sequence[Option], prover: Prover) -> list[Option]:
    """Return the options of which the formatter makes the heading again, a few of each delta."""
    met: dict[int, int] = {}
    kept: list[Option] = []
    tried = 0
    for option in options:
        if met.get(option.delta, 0) >= limits.RECOVER_PER_DELTA:
            continue
        tried += 1
        if tried > limits.RECOVER_REWRITTEN_PROOFS:
            break
        old = old_side(line.text, option.sites)
        new = new_side(line.text, option.sites, php=line.php)
        if prover.line(line.text, old, new) != NO:
            met[option.delta] = met.get(option.delta, 0) + 1
            kept.append(option)
    return kept
