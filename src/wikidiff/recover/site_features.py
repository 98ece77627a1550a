"""What an edit site of a shown line shows: where deleted and inserted words may stand, as weights.

A site is (i, m, j): text[i:m] was deleted, text[m:j] inserted in its place; either may be empty.
Both formatters show deleted before inserted, at most one of each between two common words.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rapidfuzz.distance import Indel

from wikidiff.recover.borders import CLASSES, PLACES, SCRIPTS, script
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

_PAIRS = CLASSES * CLASSES
_LENGTHS, _COUNTS, _FORMS, _KNOWN = 10, 7, 8, 13
_CUT = SEAM_KINDS * SEAM_WIDTH
_ALIKE = _CUT + CUT_WIDTH
_REPLACE = _ALIKE + 13
_SIMILAR = _REPLACE + _LENGTHS * _LENGTHS
_EDGES = _SIMILAR + 4 * 12
_BALANCE = _EDGES + 2 * 25
_STARTS = _BALANCE + 4
_ENDS = _STARTS + _PAIRS
_WORDS_BOTH = _ENDS + _PAIRS
_FORM_BOTH = _WORDS_BOTH + _COUNTS * _COUNTS
_SINGLE = _FORM_BOTH + _FORMS * _FORMS
_ELSEWHERE = _SINGLE + _KNOWN * _KNOWN
_TOGETHER = _ELSEWHERE + 9
_SCRIPTS_BOTH = _TOGETHER + 4 * 4
_INSIDE = _SCRIPTS_BOTH + SCRIPTS * SCRIPTS
_PURE = _INSIDE + PLACES
_PURE_COUNTS = _LENGTHS + 4
_PURE_FORMS = _PURE_COUNTS + _COUNTS
_PURE_CLASSES = _PURE_FORMS + _FORMS
_PURE_SCRIPTS = _PURE_CLASSES + 3 * _PAIRS + 3
_PURE_INSIDE = _PURE_SCRIPTS + SCRIPTS * SCRIPTS
_PURE_WIDTH = _PURE_INSIDE + PLACES
WIDTH = _PURE + 2 * _PURE_WIDTH
"""Number of weights."""


class Site(NamedTuple):
    """text[i:m] deleted, text[m:j] inserted; `score` is the log-odds of the site, `delta` bytes."""

    score: float
    i: int
    m: int
    j: int
    delta: int


_BUCKETS = (0, 1, 2, 3, 3, 4, 4, 4, *[5] * 5, *[6] * 8, *[7] * 20, *[8] * 40)


def length_bucket(count: int) -> int:
    """Return the class of a length in code points, 0 to 9."""
    return _BUCKETS[count] if count < len(_BUCKETS) else 9


def _word_count(count: int) -> int:
    """Return the class of a number of words, 0 to 6."""
    return count if count < 4 else 4 if count < 7 else 5 if count < 16 else 6


_WORD = re.compile(r"\w+")
_MARKUP = frozenset("[]{}<>|='")


def _form(text: str) -> int:
    """Return what a stretch is made of: 0 nothing, 1 signs, 2 digits, 3 a word in small letters, 4
    one in capitals or with one, 5 words, 6 words and other signs, 7 markup.
    """  # noqa: D205
    text = text.strip()
    if not text:
        return 0
    if text.isalpha():
        return 3 if text == text.lower() else 4
    if text.isdigit():
        return 2
    if not _MARKUP.isdisjoint(text):
        return 7
    bare = text.replace(" ", "")
    if bare.isalpha():
        return 5
    return 6 if any(map(str.isalnum, bare)) else 1


def _similar(old: str, new: str) -> int:
    """Return how alike two stretches are, 0 to 11."""
    if old == new:
        return 11
    old, new = old.lower(), new.lower()
    if old == new:
        return 10
    return int(9.99 * Indel.normalized_similarity(old, new))


def _shared(old: str, new: str) -> tuple[int, int]:
    """Return the classes of the lengths of the common start and end, 0 to 4."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return _SHARES[min(start, 6)], _SHARES[min(end, 6)]


_SHARES = (0, 1, 2, 2, 3, 3, 4)


class _Stretch(NamedTuple):
    """What the features of a stretch of one line are made of, asked once."""

    text: str
    low: str
    words: int
    form: int
    piece: int  # of a single word, else 0
    elsewhere: int
    script: int


def pair_features(line: ShownLine, old: tuple[int, int], new: tuple[int, int]) -> tuple[int, ...]:
    """Return the weight indexes of what a deleted and an inserted stretch show together."""
    (a, b), (c, d) = old, new
    weigh = line.weigh
    gone, come = weigh[b] - weigh[a], weigh[d] - weigh[c]
    out, into = stretch(line, a, b), stretch(line, c, d)
    counts = 0 if out.words == into.words == 1 else 1 if min(out.words, into.words) == 1 else 2
    if not out.words or not into.words:
        counts = 3
    start, end = _shared(out.low, into.low)
    single = counts == 0
    return (
        _REPLACE + length_bucket(b - a) * _LENGTHS + length_bucket(d - c),
        _SIMILAR + counts * 12 + _similar(out.text, into.text),
        _EDGES + (0 if single else 25) + start * 5 + end,
        _BALANCE + (gone == come) * 2 + (gone == 0),
        _STARTS + line.ink_after(a) * CLASSES + line.ink_after(c),
        _ENDS + line.ink_before(b) * CLASSES + line.ink_before(d),
        _WORDS_BOTH + _word_count(out.words) * _COUNTS + _word_count(into.words),
        _FORM_BOTH + out.form * _FORMS + into.form,
        _SINGLE + (out.piece * _KNOWN + into.piece if single else 0),
        _ELSEWHERE + out.elsewhere * 3 + into.elsewhere,
        _TOGETHER + together(line, a, d) * 4 + min(3, out.words + into.words),
        _SCRIPTS_BOTH + out.script * SCRIPTS + into.script,
        _INSIDE + line.places[a],
    )


def together(line: ShownLine, i: int, j: int) -> int:
    """Return how often the page shows a whole site elsewhere, 0 to 3: as one decision edits it."""
    known: dict[tuple[int, int], int] = line.twins
    found = known.get((i, j))
    if found is None:
        text = line.text[i:j].strip()
        found = known[i, j] = min(3, line.elsewhere(text)) if len(text) > 2 else 0
    return found


def stretch(line: ShownLine, a: int, b: int) -> _Stretch:
    """Return what a stretch is like."""
    known: dict[tuple[int, int], _Stretch] = line.stretches
    found = known.get((a, b))
    if found is None:
        text = line.text[a:b].strip()
        words = len(_WORD.findall(text))
        piece = line.piece(text, not line.glued(a) and not line.glued(b)) if words == 1 else 0
        elsewhere = min(2, line.elsewhere(text)) if len(text) > 1 else 0
        found = known[a, b] = _Stretch(
            text, text.lower(), words, _form(text), piece, elsewhere, script(text)
        )
    return found


def split_features(line: ShownLine, m: int) -> tuple[int, ...]:
    """Return the weight indexes of the border between deleted and inserted."""
    whole, before, after = line.cut(m) if line.glued(m) else (0, _KNOWN, 2 * _KNOWN)
    alike = _ALIKE
    if (one := line.word_before(m)) and (other := line.word_after(m)):
        alike += 1 + _similar(one, other)
    return (*line.seam(OLD_NEW, m, m), _CUT + whole, _CUT + before, _CUT + after, alike)


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


def span_features(line: ShownLine, kind: int, i: int, j: int) -> tuple[int, ...]:
    """Return the weight indexes of a stretch that was inserted or deleted alone."""
    base = _PURE + (kind == DELETION) * _PURE_WIDTH
    classes = base + _PURE_CLASSES
    weight = line.weigh[j] - line.weigh[i]
    own = stretch(line, i, j)
    return (
        base + length_bucket(j - i),
        base + _LENGTHS + (weight == 0) * 2 + (weight % QUOTE_WEIGHT == 0),
        base + _PURE_COUNTS + _word_count(own.words),
        base + _PURE_FORMS + own.form,
        classes + line.ink_before(i) * CLASSES + line.ink_before(j),
        classes + _PAIRS + line.ink_after(i) * CLASSES + line.ink_after(j),
        classes + 2 * _PAIRS + line.ink_after(i) * CLASSES + line.ink_before(j),
        classes + 3 * _PAIRS + own.elsewhere,
        base + _PURE_SCRIPTS + own.script * SCRIPTS + script(line.word_before(i)),
        base + _PURE_INSIDE + line.places[i],
    )


def site_features(line: ShownLine, i: int, m: int, j: int) -> tuple[int, ...]:
    """Return all weight indexes of a site: what training counts and what the score sums up."""
    if i < m < j:
        return (
            *split_features(line, m),
            *left_features(line, i, m),
            *right_features(line, m, j),
            *pair_features(line, (i, m), (m, j)),
        )
    return pure_features(line, INSERTION if i == m else DELETION, i, j)
