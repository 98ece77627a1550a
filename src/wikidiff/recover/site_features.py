"""What an edit site of a shown line shows: where deleted and inserted words may stand, as weights.

A site is (i, m, j): text[i:m] was deleted, text[m:j] inserted in its place; either may be empty.
Both formatters show deleted before inserted, at most one of each between two common words.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from rapidfuzz.distance import Indel

from wikidiff.recover.borders import CLASSES, PLACES, SCRIPTS
from wikidiff.recover.line import (
    CUT_WIDTH,
    DELETION,
    INSERTION,
    LEFT_NEW,
    LEFT_OLD,
    NEW_RIGHT,
    OLD_NEW,
    OLD_RIGHT,
    QUOTE_WEIGHT,
    SEAM_KINDS,
    SEAM_WIDTH,
    ShownLine,
)
from wikidiff.recover.stretches import elsewhere_of, form_of, piece_of, script_of, words_of

_PAIRS: Final = CLASSES * CLASSES
_LENGTHS: Final = 10
_COUNTS: Final = 7
_FORMS: Final = 8
_KNOWN: Final = 13
_CUT: Final = SEAM_KINDS * SEAM_WIDTH
_ALIKE: Final = _CUT + CUT_WIDTH
_REPLACE: Final = _ALIKE + 13
_SIMILAR: Final = _REPLACE + _LENGTHS * _LENGTHS
_EDGES: Final = _SIMILAR + 4 * 12
_BALANCE: Final = _EDGES + 2 * 25
_STARTS: Final = _BALANCE + 4
_ENDS: Final = _STARTS + _PAIRS
_WORDS_BOTH: Final = _ENDS + _PAIRS
_FORM_BOTH: Final = _WORDS_BOTH + _COUNTS * _COUNTS
_SINGLE: Final = _FORM_BOTH + _FORMS * _FORMS
_ELSEWHERE: Final = _SINGLE + _KNOWN * _KNOWN
_TOGETHER: Final = _ELSEWHERE + 9
_SCRIPTS_BOTH: Final = _TOGETHER + 4 * 4
_INSIDE: Final = _SCRIPTS_BOTH + SCRIPTS * SCRIPTS
_PURE: Final = _INSIDE + PLACES
_PURE_COUNTS: Final = _LENGTHS + 4
_PURE_FORMS: Final = _PURE_COUNTS + _COUNTS
_PURE_CLASSES: Final = _PURE_FORMS + _FORMS
_PURE_SCRIPTS: Final = _PURE_CLASSES + 3 * _PAIRS + 3
_PURE_INSIDE: Final = _PURE_SCRIPTS + SCRIPTS * SCRIPTS
_PURE_WIDTH: Final = _PURE_INSIDE + PLACES
WIDTH: Final = _PURE + 2 * _PURE_WIDTH
"""Number of weights."""


class Site(NamedTuple):
    """text[i:m] deleted, text[m:j] inserted; `score` is the log-odds of the site, `delta` bytes."""

    score: float
    i: int
    m: int
    j: int
    delta: int


Plain = tuple[float, int, int, int, int]
"""What a Site holds: sites are found by the thousand, and named where they matter."""

_BUCKETS: Final = [0, 1, 2, 3, 3, 4, 4, 4, *[5] * 5, *[6] * 8, *[7] * 20, *[8] * 40]


def length_bucket(count: int) -> int:
    """Return the class of a length in code points, 0 to 9."""
    return _BUCKETS[count] if count < len(_BUCKETS) else 9


def _word_count(count: int) -> int:
    """Return the class of a number of words, 0 to 6."""
    return count if count < 4 else 4 if count < 7 else 5 if count < 16 else 6


def similar(old: str, new: str, low_old: str, low_new: str) -> int:
    """Return how alike two stretches are, 0 to 11; they are given in small letters too."""
    if old == new:
        return 11
    if low_old == low_new:
        return 10
    return int(9.99 * Indel.normalized_similarity(low_old, low_new))


def _shared(old: str, new: str) -> int:
    """Return the classes of the lengths of the common start and end, 0 to 4, as one number."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end, last, other = 0, len(old) - 1, len(new) - 1
    while end < shorter - start and old[last - end] == new[other - end]:
        end += 1
    return _SHARES[min(start, 6)] * 5 + _SHARES[min(end, 6)]


_SHARES: Final = [0, 1, 2, 2, 3, 3, 4]


Pair = tuple[int, int, int, int, int, int, int, int, int, int, int, int, int]


def pair_features(line: ShownLine, a: int, b: int, c: int, d: int) -> Pair:
    """Return the weight indexes of what deleted text[a:b] and inserted text[c:d] show together."""
    weigh = line.weigh
    gone, come = weigh[b] - weigh[a], weigh[d] - weigh[c]
    stretches = line.stretches
    out, into = stretches.of(a, b), stretches.of(c, d)
    words, others = words_of(out), words_of(into)
    counts = 0 if words == others == 1 else 1 if min(words, others) == 1 else 2
    if not words or not others:
        counts = 3
    text, other = stretches.text(a, b), stretches.text(c, d)
    low, other_low = text.lower(), other.lower()
    single = counts == 0
    return (
        _REPLACE + length_bucket(b - a) * _LENGTHS + length_bucket(d - c),
        _SIMILAR + counts * 12 + similar(text, other, low, other_low),
        _EDGES + (0 if single else 25) + _shared(low, other_low),
        _BALANCE + (gone == come) * 2 + (gone == 0),
        _STARTS + line.ink_after(a) * CLASSES + line.ink_after(c),
        _ENDS + line.ink_before(b) * CLASSES + line.ink_before(d),
        _WORDS_BOTH + _word_count(words) * _COUNTS + _word_count(others),
        _FORM_BOTH + form_of(out) * _FORMS + form_of(into),
        _SINGLE + (piece_of(out) * _KNOWN + piece_of(into) if single else 0),
        _ELSEWHERE + elsewhere_of(out) * 3 + elsewhere_of(into),
        _TOGETHER + stretches.together(a, d) * 4 + min(3, words + others),
        _SCRIPTS_BOTH + script_of(out) * SCRIPTS + script_of(into),
        _INSIDE + line.places[a],
    )


Split = tuple[int, int, int, int, int, int, int, int, int, int]


def split_features(line: ShownLine, m: int) -> Split:
    """Return the weight indexes of the border between deleted and inserted."""
    whole, before, after = line.cut(m) if line.glued(m) else (0, _KNOWN, 2 * _KNOWN)
    alike = _ALIKE
    one, other = line.word_before(m), line.word_after(m)
    if one and other:
        alike += 1 + similar(one, other, one.lower(), other.lower())
    near, ink, grams, words, formed, context = line.met(OLD_NEW, m, m)
    cut = _CUT + whole, _CUT + before, _CUT + after
    return near, ink, grams, words, formed, context, *cut, alike


def left_features(line: ShownLine, i: int, m: int) -> tuple[int, ...]:
    """Return the weight indexes of the replacement's beginning."""
    return (*line.seam(LEFT_OLD, i, i), *line.seam(LEFT_NEW, i, m))


def right_features(line: ShownLine, m: int, j: int) -> tuple[int, ...]:
    """Return the weight indexes of the replacement's end."""
    return (*line.seam(NEW_RIGHT, j, j), *line.seam(OLD_RIGHT, m, j))


def pure_features(line: ShownLine, kind: int, i: int, j: int) -> tuple[int, ...]:
    """Return the weight indexes of an insertion or a deletion alone."""
    return (
        *line.seam(kind, i, i),
        *line.seam(kind + 1, j, j),
        *line.seam(kind + 2, i, j),
        *span_features(line, kind, i, j),
    )


Span = tuple[int, int, int, int, int, int, int, int, int, int]


def span_features(line: ShownLine, kind: int, i: int, j: int) -> Span:
    """Return the weight indexes of a stretch that was inserted or deleted alone."""
    base = _PURE + (_PURE_WIDTH if kind == DELETION else 0)
    classes = base + _PURE_CLASSES
    weight = line.weigh[j] - line.weigh[i]
    own = line.stretches.of(i, j)
    first, last = line.ink_after(i), line.ink_before(j)
    return (
        base + length_bucket(j - i),
        base + _LENGTHS + (weight == 0) * 2 + (weight % QUOTE_WEIGHT == 0),
        base + _PURE_COUNTS + _word_count(words_of(own)),
        base + _PURE_FORMS + form_of(own),
        classes + line.ink_before(i) * CLASSES + last,
        classes + _PAIRS + first * CLASSES + line.ink_after(j),
        classes + 2 * _PAIRS + first * CLASSES + last,
        classes + 3 * _PAIRS + elsewhere_of(own),
        base + _PURE_SCRIPTS + script_of(own) * SCRIPTS + line.script_before(i),
        base + _PURE_INSIDE + line.places[i],
    )


def site_features(line: ShownLine, i: int, m: int, j: int) -> tuple[int, ...]:
    """Return all weight indexes of a site: what training counts and what the score sums up."""
    if i < m < j:
        return (
            *split_features(line, m),
            *left_features(line, i, m),
            *right_features(line, m, j),
            *pair_features(line, i, m, m, j),
        )
    return pure_features(line, INSERTION if i == m else DELETION, i, j)
