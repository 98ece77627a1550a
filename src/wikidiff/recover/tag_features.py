"""What a word of a shown line shows of itself and its neighbourhood, for the network of tagger.py.

A row of small whole numbers a word, each an index into a table of the network: what the word is
made of, how common it is, where else the line and the page show it, how well it reads on from the
words before it, near and farther. Words are what stands between two borders of the engine's.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from wikidiff.recover.borders import CLASSES, PLACES, SCRIPTS
from wikidiff.recover.contexts import CLASSES as CONTEXTS
from wikidiff.recover.grams import BUCKETS, FOLLOW_BUCKETS, KNOWN, folded
from wikidiff.recover.line import QUOTE_WEIGHT, ShownLine
from wikidiff.recover.site_features import length_bucket, similar
from wikidiff.recover.slots import slot
from wikidiff.recover.stretches import form_of

FAR = (2, 3, 4, 5, 6)
"""How many words back a word's following is asked, besides the one before."""
ON = (1, 2, 3, 4, 5, 6)
"""How many words or signs back it is asked whether the line goes on with a word."""
_AROUND, _SIGNS_AROUND = 6, 8
"""Words and signs looked at on either side for one that is alike."""
_COMMON = 3
"""How common (`Grams.known`) a word must be to be told from others by its hash."""
_ALIKE = 12
_JOINTS, _MET, _FOLLOWS = 1 + BUCKETS, 1 + 3 * FOLLOW_BUCKETS, 1 + 2 * FOLLOW_BUCKETS
_LENGTHS, _FORMS, _WORDS, _ENDINGS = 10, 8, 1024, 512

SIZES = (
    *(CLASSES, CLASSES, _LENGTHS, _FORMS, KNOWN + 1, PLACES, 4, 3, 4, 4, SCRIPTS),
    *(2 + 2 * KNOWN, 1 + _ALIKE, 5, 2, 8, 8, 3, _JOINTS, _MET, _JOINTS, _JOINTS),
    *(_ALIKE + 5, _ALIKE + 5, *[_FOLLOWS] * len(FAR), *[CONTEXTS] * len(ON)),
    *(_WORDS, _ENDINGS, _ENDINGS),
)
"""How many values each column has."""
HASHED = 3
"""How many of the last columns are hashes: of common words, of how words end and begin."""

_LETTER = re.compile(r"\w")
_HUMP = re.compile(r"[^\W\d_A-Z][A-Z]")
_DIGIT_EDGE = re.compile(r"\d[^\W\d_]|[^\W\d_]\d")


def word_features(line: ShownLine) -> list[list[int]]:
    """Return a row for each word of a line, as wide as SIZES."""
    bare = [line.text[a:b].strip() for a, b in pairwise(line.borders)]
    counts = Counter(bare)
    before = _distances(bare)
    after = _distances(bare[::-1])[::-1]
    near, far = _neighbours(line, bare)
    on = _goes_on(line, bare)
    made = []
    for n, word in enumerate(bare):
        row = _own(line, n, word, counts[word])
        script = line.stretches.script(line.borders[n], line.borders[n + 1])
        row += (before[n], after[n], script, *_inside(line, word))
        row += _place(line, n, len(bare))
        row += near[n]
        row += far[n]
        row += on[n]
        row += _hashes(line, word)
        made.append(row)
    return made


def _own(line: ShownLine, n: int, word: str, count: int) -> list[int]:
    """Return what a word is made of, how common it is, where it stands, how often it is shown."""
    start, end = line.borders[n], line.borders[n + 1]
    lettered = bool(_LETTER.search(word))
    met = line.vocabulary.words.get(word, 0) if lettered else count
    return [
        line.class_after(start),
        line.class_after(end - 1),
        length_bucket(end - start),
        form_of(line.stretches.of(start, end)),
        line.known(word) if word else KNOWN,
        line.places[start],
        min(3, max(0, met - 1)),
        min(2, count - 1) if word else 0,
    ]


def _distances(words: list[str]) -> list[int]:
    """Return how far before each word the same one stands: 0 nowhere, 1 near to 3 far."""
    last: dict[str, int] = {}
    made = []
    for n, word in enumerate(words):
        apart = n - last[word] if word and word in last else 0
        made.append(0 if not apart else 1 if apart < 4 else 2 if apart < 12 else 3)
        last[word] = n
    return made


def _inside(line: ShownLine, word: str) -> tuple[int, int, int, int]:
    """Return what tells that a word is two: its best two parts, changes of letters inside it,
    whether the page shows it as a part of others.
    """  # noqa: D205
    if len(word) < 3 or not _LETTER.search(word):
        return 0, 0, 0, 0
    found = line.vocabulary.whole.count(word) > line.vocabulary.words.get(word, 0)
    if len(word) < 4 or not word.isalnum() or len(word) > 60:
        return 0, 0, 0, int(found)
    best, at = max(
        (_worth(line, word[:at]) + _worth(line, word[at:]), at) for at in range(1, len(word))
    )
    edges = (_HUMP.search(word) is not None) + 2 * (_DIGIT_EDGE.search(word) is not None)
    return 1 + best, 1 + _likeness(word[:at], word[at:]), 1 + edges, int(found)


def _likeness(one: str, other: str) -> int:
    return similar(one, other, one.lower(), other.lower())


def _worth(line: ShownLine, part: str) -> int:
    known = line.known(part)
    return (known if known < KNOWN - 1 else KNOWN - 2) + (part in line.vocabulary.words)


def _place(line: ShownLine, n: int, count: int) -> tuple[int, int, int]:
    """Return how near a word stands to the ends of its line, and whether it is a bracket."""
    weight = line.weigh[line.borders[n + 1]] - line.weigh[line.borders[n]]
    return min(7, n), min(7, count - 1 - n), (1 + (weight % QUOTE_WEIGHT == 0)) if weight else 0


def _neighbours(line: ShownLine, bare: list[str]) -> tuple[list[list[int]], list[list[int]]]:
    """Return how well each word reads on from what stands before it, near and farther, and what
    is like it around.
    """  # noqa: D205
    borders = line.borders
    near: list[list[int]] = [[0, 0, 0, 0, 0, 0] for _ in bare]
    far: list[list[int]] = [[0] * len(FAR) for _ in bare]
    inked = [n for n, word in enumerate(bare) if word]
    lettered = [n for n in inked if _LETTER.search(bare[n])]
    for n, border in enumerate(borders[1:-1], start=1):
        near[n][0] = 1 + line.gram_class(border, border)
        near[n][1] = 1 + _reads_on(line, line.word_before(border), line.word_after(border))
    for at, n in enumerate(inked):
        for back in (2, 3):
            if at >= back:
                end = borders[inked[at - back]] + len(bare[inked[at - back]])
                near[n][back] = 1 + line.gram_class(end, borders[n])
    low = [word.lower() for word in bare]
    words = [low[n] for n in lettered]
    for at, n in enumerate(lettered):
        near[n][4] = 1 + _alike(words[max(0, at - _AROUND) : at], low[n])
        near[n][5] = 1 + _alike(words[at + 1 : at + 1 + _AROUND], low[n])
        for column, back in enumerate(FAR):
            if at >= back:
                before = bare[lettered[at - back]]
                met = line.met_on_page(before, bare[n]) > 0
                far[n][column] = 1 + 2 * line.follow_class(before, bare[n]) + met
    is_word = set(lettered)
    for at, n in enumerate(inked):
        if n not in is_word:
            behind = [bare[k] for k in inked[max(0, at - _SIGNS_AROUND) : at]]
            ahead = [bare[k] for k in inked[at + 1 : at + 1 + _SIGNS_AROUND]]
            near[n][4] = _same_sign(behind[::-1], bare[n])
            near[n][5] = _same_sign(ahead, bare[n])
    return near, far


def _goes_on(line: ShownLine, bare: list[str]) -> list[list[int]]:
    """Return how well the line goes on with each word behind those before it."""
    borders = line.borders
    made: list[list[int]] = [[0] * len(ON) for _ in bare]
    inked = [n for n, word in enumerate(bare) if word]
    for at, n in enumerate(inked):
        for column, back in enumerate(ON):
            end = borders[inked[at - back]] + len(bare[inked[at - back]]) if at >= back else 0
            if at >= back - 1:
                made[n][column] = line.context_class(end, borders[n])
    return made


def _reads_on(line: ShownLine, before: str, after: str) -> int:
    """Return how well two words that meet follow each other, here and elsewhere on the page."""
    elsewhere = line.met_on_page(before, after) - 1
    return 3 * line.follow_class(before, after) + min(2, max(0, elsewhere))


def _alike(words: list[str], word: str) -> int:
    """Return how alike the likest of some words is, 0 to _ALIKE - 1."""
    if len(word) < 2:
        return 0
    return max((similar(other, word, other, word) for other in words), default=0)


def _same_sign(signs: list[str], sign: str) -> int:
    """Return how near the same sign stands: 0 nowhere."""
    for at, other in enumerate(signs):
        if other == sign:
            return _ALIKE + 1 + min(3, (at + 1) // 2)
    return 0


def _hashes(line: ShownLine, word: str) -> tuple[int, int, int]:
    if not _LETTER.search(word):
        return (slot(word, _WORDS) if word else 0), 0, 0
    low = folded(word)
    common = _COMMON <= line.known(word) < KNOWN - 1
    return (
        slot(low, _WORDS) if common else 0,
        slot("-" + low[-3:], _ENDINGS),
        slot(low[:3] + "-", _ENDINGS),
    )
