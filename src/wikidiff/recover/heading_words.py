"""The words of a heading written anew, and what labels them: of the old one, the new one, or both.

`====Old words New words==more? ==` holds three kinds of words. Grammar fixes the ends; a labelling
of the rest is scored by how well either side's words follow each other (pointwise mutual
information, Church and Hanks 1990), by how often it switches, and by how headings begin and end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import exp, log
from typing import Final

from wikidiff.recover.grams import EDGE
from wikidiff.recover.line import ShownLine
from wikidiff.text import common_prefix, common_suffix

COMMON: Final = 0
DELETED: Final = 1
INSERTED: Final = 2

FEATURES = (
    "reads on", "never met", "page's own", "common to deleted", "common to inserted",
    "deleted to inserted", "deleted to common", "inserted to common", "deleted word",
    "inserted word", "old's shape", "new's shape", "common at both ends", "kin apart",
    "kin together", "one common word alone", "two common words alone", "stands at the edge",
    "never at the edge", "begins inside", "goes on", "goes on at the edge",
)  # fmt: skip
"""What a labelling is scored by: counts and sums over its words."""

_READS: Final = 0
_NEVER: Final = 1
_OWN: Final = 2
WORD_GONE: Final = 8
WORD_COME: Final = 9
SHAPE: Final = 10
_WHOLE: Final = 12
KIN: Final = 13
ALONE: Final = 15
_EDGE: Final = 17
_INSIDE: Final = 19
_GOES_ON: Final = 20
SWITCHES: Final = {
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

_STOPS: Final = frozenset('.:?!-–—("“')

_ODD_ENDS: Final = frozenset(",;:([{-–—/|")
RARE_SHAPE: Final = -9.0


class HeadingModel:
    """What headings written anew are read by.

    `weights` are those of FEATURES; `shapes` the log-probabilities of how headings begin and end:
    `begins` then `ends`; `starts` those of how they begin.
    """

    def __init__(self, weights: Sequence[float], shapes: Mapping[str, float]) -> None:
        self.weights: list[float] = list(weights)
        self.shapes: dict[str, float] = dict(shapes)
        made: dict[str, float] = {}
        for key, value in shapes.items():
            made[key[0]] = made.get(key[0], 0.0) + exp(value)
        self.starts: dict[str, float] = {key: log(value) for key, value in made.items()}


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


class Way:
    """A labelling of the words so far.

    `label` is the last word's, `old` and `new` are the last words of both sides (-1: their
    beginning), `at` is the last word, `run` how many common words it ends with, `begins` how the
    old and the new side begin, blank where they have not.
    """

    __slots__ = ("at", "before", "begins", "delta", "label", "new", "old", "run", "score")

    def __init__(
        self,
        score: float,
        label: int,
        old: int,
        new: int,
        delta: int,
        before: Way | None,
        at: int,
        run: int,
        begins: str,
    ) -> None:
        self.score: float = score
        self.label: int = label
        self.old: int = old
        self.new: int = new
        self.delta: int = delta
        self.before: Way | None = before
        self.at: int = at
        self.run: int = run
        self.begins: str = begins


class Heading:
    """A shown heading with `=` inside, cut into words between its equal signs."""

    def __init__(self, line: ShownLine) -> None:
        self.line = line
        found = _FRAME.fullmatch(line.text)
        first, inner, last = [len(found[n]) if found else 0 for n in (1, 3, 5)]
        self.first: int = first
        self.last: int = last
        self.inner: tuple[int, int] = found.span(3) if found else (0, 0)
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
        self.sizes = [line.bytes[b] - line.bytes[a] for a, b in self.spans]

    def _is_inner(self, a: int, b: int) -> bool:
        return a < self.inner[1] and b > self.inner[0]

    def joints(self) -> Joints:
        """Return what tells how well its words follow each other."""
        return Joints(self)

    def size(self, at: int) -> int:
        """Return a word's bytes, the space after it with them."""
        return self.sizes[at]

    def side(self, at: int) -> int:
        """Return 0 for words before the inner signs, 1 for those after."""
        return self.sides[at]


def label_of(way: Way, at: int) -> int:
    """Return the label of an earlier word."""
    here = way
    while here.before is not None and here.at > at:
        here = here.before
    return here.label


def labels(way: Way) -> list[int]:
    """Return the labels of the words, in order."""
    made: list[int] = []
    here: Way | None = way
    while here is not None and here.at >= 0:
        made.append(here.label)
        here = here.before
    return made[::-1]


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


def start() -> Way:
    """Return the labelling of no word yet."""
    return Way(0.0, COMMON, -1, -1, 0, None, -1, 0, "  ")


def step(heading: Heading, way: Way, kind: int, at: int, score: float = 0.0) -> Way:
    """Return a labelling with one more word."""
    size = heading.sizes[at]
    return Way(
        score,
        kind,
        at if kind != INSERTED else way.old,
        at if kind != DELETED else way.new,
        way.delta + (0 if kind == COMMON else -size if kind == DELETED else size),
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


def allowed(heading: Heading, way: Way, at: int) -> list[int]:
    """Return the labels that the next word may have.

    What was deleted stands before what was inserted. With more signs at the beginning than at the
    end the inner ones close the old heading, so that only new words follow them; with fewer they
    open the new one, so that only old words stand before them.
    """
    return followers(heading, way.label, way.at, at)


def followers(heading: Heading, label: int, last: int, at: int) -> list[int]:
    """Return the labels that a word may have behind word `last` (-1: none) with its label."""
    crosses = last >= 0 and heading.side(last) != heading.side(at)
    return [
        kind
        for kind in _by_place(heading, at)
        if not (kind == DELETED and label == INSERTED and last >= 0)
        and not (crosses and not _crosses(heading, label, kind))
    ]


def step_features(
    heading: Heading, model: HeadingModel, joint: Joints, way: Way, kind: int, at: int
) -> Features:
    """Return the features of one more word."""
    found: Features = []
    begun = model.starts.get(heading.begins[at], RARE_SHAPE)
    if way.old < 0 and kind != INSERTED:
        found.append((SHAPE, begun))
    if way.new < 0 and kind != DELETED:
        found.append((SHAPE + 1, begun))
    if way.at >= 0 and way.label != kind and heading.side(way.at) == heading.side(at):
        found.append((SWITCHES[way.label, kind], 1.0))  # at the inner signs an edit is anyway
    if way.label == COMMON != kind and way.at >= 0 and way.run < 3:
        found.append((ALONE + way.run - 1, 1.0))
    for other in heading.kin[at]:
        one = label_of(way, other)
        apart = one != kind and COMMON not in (one, kind)
        found.append((KIN if apart else KIN + 1, 1.0))
    if kind == DELETED:
        found.append((WORD_GONE, 1.0))
    elif kind == INSERTED:
        found.append((WORD_COME, 1.0))
    if kind != INSERTED:
        found += joint(way.old, at)
    if kind != DELETED and not (kind == COMMON and way.old == way.new):
        found += joint(way.new, at)
    return found


def end_features(heading: Heading, model: HeadingModel, joint: Joints, way: Way) -> Features:
    """Return the features of a whole labelling: how both sides end, given how they begin."""
    words, starts = heading.words, model.starts
    found: Features = []
    for n, last in enumerate((way.old, way.new)):
        found += joint(last - (last >= 0 and not words[last].isalnum()), len(words))
        first = way.begins[n]
        made = model.shapes.get(first + ends(words[last]), RARE_SHAPE) if last >= 0 else RARE_SHAPE
        found.append((SHAPE + n, made - starts.get(first, 0.0)))
    marks = labels(way)
    if marks and marks[0] == COMMON == marks[-1]:
        found.append((_WHOLE, 1.0))
    return found


def _by_place(heading: Heading, at: int) -> list[int]:
    after = heading.side(at)
    if heading.lowered:
        return [INSERTED] if after else [COMMON, DELETED, INSERTED]
    return [COMMON, DELETED, INSERTED] if after else [DELETED]


def _crosses(heading: Heading, label: int, kind: int) -> bool:
    """Whether labels may meet over the inner signs: they are deleted, or inserted, themselves."""
    return label != INSERTED if heading.lowered else kind != DELETED


class Joints:
    """How well two words follow each other, from the page's own words and the background."""

    def __init__(self, heading: Heading) -> None:
        self._words = heading.words
        self._line = heading.line
        self._starts = [*(a for a, _ in heading.spans), len(heading.line.text) - heading.last]
        self._ends = [*(b for _, b in heading.spans), heading.first]  # -1: the beginning
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
        found: Features = [(well, known)] if known > 0 else [(ill, known)] if known < 0 else []
        if met > 0:
            found.append((_OWN, 1.0))
        if before >= 0 and left not in _STOPS and _is_first_word(right):
            found.append((_INSIDE, 1.0))
        goes = self._line.goes_on(self._ends[before], self._starts[after])
        if goes:
            found.append((_GOES_ON + at_edge, goes))
        return found


def _is_first_word(word: str) -> bool:
    """Whether a word is one that has a capital only where a heading or a sentence begins."""
    return word[:1].isupper() and word[1:].islower() and word.lower() in _SMALL_WORDS
