"""Headings written anew with another level: read word by word, both sides by their language.

`====Old words New words==more? ==` holds three kinds of words: those of the old heading, those of
the new one, and those of both. Grammar fixes the ends; between them each way to label the words
is scored by how well either side's words follow each other (pointwise mutual information, Church
and Hanks 1990), and a beam keeps the best (k-best decoding).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from heapq import nlargest
from itertools import pairwise
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
    "inserted word", "old begins small", "new begins small", "old ends oddly", "new ends oddly",
    "half a question", "common at both ends", "kin apart", "kin together",
    "one common word alone", "two common words alone", "stands at the edge", "never at the edge",
)  # fmt: skip
"""What a labelling is scored by: counts and sums over its words."""

_READS, _NEVER, _OWN, _WORD_GONE, _WORD_COME, _SMALL = 0, 1, 2, 8, 9, 10
_ENDS, _QUESTION, _WHOLE, _KIN, _ALONE, _EDGE = 12, 14, 15, 16, 18, 20
_SWITCHES = {
    (COMMON, DELETED): 3,
    (COMMON, INSERTED): 4,
    (DELETED, INSERTED): 5,
    (DELETED, COMMON): 6,
    (INSERTED, COMMON): 7,
}
Features = list[tuple[int, float]]

QUESTION_WORDS = frozenset(
    (
        *("what", "why", "when", "where", "who", "whom", "whose", "which", "how"),
        *("warum", "wann", "wo", "wer", "welche", "wie"),
        *("quoi", "pourquoi", "quand", "où", "qui", "comment"),
        *("qué", "cuándo", "dónde", "quién", "cómo"),
        *("что", "почему", "когда", "где", "кто", "зачем", "как"),
    )
)
"""Of languages that ask with a word in front: closed classes."""

_ODD_ENDS = frozenset(",;:([{-–—/|")

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
        return int(self.spans[at][0] >= self.inner[1])


def rewritten_options(line: ShownLine, prover: Prover, weights: Sequence[float]) -> list[Option]:
    """Return the likeliest ways to read a heading written anew, best first; [] if it is none."""
    heading = Heading(line)
    if not heading.fits or not 0 < len(heading.words) <= limits.RECOVER_REWRITTEN_WORDS:
        return []
    made: dict[tuple[Site, ...], float] = {}
    for way in decode(heading, weights):
        sites = _sites(heading, labels(way))
        if sites and made.get(sites, float("-inf")) < way.score:
            made[sites] = way.score
    options = [Option(score, _delta(line, sites), sites) for sites, score in made.items()]
    return _provable(line, sorted(options, key=lambda o: -o.score), prover)


def decode(heading: Heading, weights: Sequence[float]) -> list[Way]:
    """Return the best labellings of all words, best first, the best of each delta among them."""
    joint = heading.joints()
    beam = [start()]
    for at in range(len(heading.words)):
        made: dict[tuple[int, int, int, int], Way] = {}
        for way in beam:
            for kind in allowed(heading, way, at):
                score = way.score + _dot(weights, step_features(heading, joint, way, kind, at))
                nxt = step(heading, way, kind, at, score)
                key = nxt.label, nxt.old, nxt.new, nxt.delta
                if key not in made or made[key].score < score:
                    made[key] = nxt
        beam = nlargest(limits.RECOVER_REWRITTEN_BEAM, made.values(), key=lambda w: w.score)
    ends = [
        way._replace(score=way.score + _dot(weights, end_features(heading, joint, way)))
        for way in beam
    ]
    return sorted(ends, key=lambda w: -w.score)


def label_of(way: Way, at: int) -> int:
    """Return the label of an earlier word."""
    here = way
    while here.before is not None and here.at > at:
        here = here.before
    return here.label


def _common_run(way: Way) -> int:
    """Return how many common words a labelling ends with, 3 standing for more."""
    run, here = 0, way
    while here.before is not None and here.label == COMMON and run < 3:
        run, here = run + 1, here.before
    return run


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
    return Way(0.0, COMMON, -1, -1, 0, None, -1)


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
    )


def allowed(heading: Heading, way: Way, at: int) -> Iterator[int]:
    """Yield the labels that the next word may have.

    What was deleted stands before what was inserted. With more signs at the beginning than at the
    end the inner ones close the old heading, so that only new words follow them; with fewer they
    open the new one, so that only old words stand before them.
    """
    crosses = way.at >= 0 and heading.side(way.at) != heading.side(at)
    for kind in _by_place(heading, at):
        if kind == DELETED and way.label == INSERTED and way.at >= 0:
            continue
        if crosses and not _crosses(heading, way.label, kind):
            continue
        yield kind


def step_features(heading: Heading, joint: Joints, way: Way, kind: int, at: int) -> Features:
    """Return the features of one more word."""
    found: Features = []
    if way.at >= 0 and way.label != kind and heading.side(way.at) == heading.side(at):
        found.append((_SWITCHES[way.label, kind], 1.0))  # at the inner signs an edit is anyway
    if way.label == COMMON != kind and way.at >= 0 and (run := _common_run(way)) < 3:
        found.append((_ALONE + run - 1, 1.0))
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
        if way.old < 0 and heading.words[at][:1].islower():
            found.append((_SMALL, 1.0))
    if kind != DELETED:
        if way.new < 0 and heading.words[at][:1].islower():
            found.append((_SMALL + 1, 1.0))
        if not (kind == COMMON and way.old == way.new):
            found += joint(way.new, at)
    return found


def end_features(heading: Heading, joint: Joints, way: Way) -> Features:
    """Return the features of a whole labelling: how both sides end, and if they ask."""
    words = heading.words
    found: Features = []
    for n, last in enumerate((way.old, way.new)):
        found += joint(last - (last >= 0 and not words[last].isalnum()), len(words))
        odd = last < 0 or words[last] in _ODD_ENDS
        found.append((_ENDS + n, float(odd)))
    marks = labels(way)
    for other in (INSERTED, DELETED):
        side = [word for word, mark in zip(words, marks, strict=True) if mark != other]
        if side and (side[0].lower() in QUESTION_WORDS) != (side[-1] in "?？؟"):
            found.append((_QUESTION, 1.0))
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
        return found


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
