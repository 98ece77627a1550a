"""What one shown line by itself says of its kind: context, deleted, inserted or edited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import exp, log

from wikidiff.recover.borders import CLASSES
from wikidiff.recover.line import ShownLine, balanced
from wikidiff.recover.search import Options
from wikidiff.recover.sides import heading_form
from wikidiff.recover.site_features import length_bucket

_WORD = re.compile(r"\w+")
_CLASSES = 14
_EVIDENCE, _COUNT = 1, 1 + 6 * _CLASSES
_LENGTH = _COUNT + 6
_FIRST = _LENGTH + 10
_LAST = _FIRST + CLASSES
_HEADING = _LAST + CLASSES
_NEIGHBOUR = _HEADING + 4
_TWIN = _NEIGHBOUR + 16
WIDTH = _TWIN + 6
"""Number of binary features."""


def alike(one: frozenset[str], other: frozenset[str]) -> int:
    """Return how many words two lines share: 0 few, 1 some, 2 most, 3 all."""
    if not one or not other:
        return 0
    share = len(one & other) / max(len(one), len(other))
    return 0 if share < 0.35 else 1 if share < 0.65 else 2 if share < 1 else 3


def word_set(text: str) -> frozenset[str]:
    """Return the distinct words of a line."""
    return frozenset(_WORD.findall(text))


def features(
    line: ShownLine, options: Options | None, before: int, after: int, twins: int
) -> tuple[int, ...]:
    """Return a line's binary features; `before` and `after` say how alike its neighbours are."""
    evidence = options.evidence if options else -9.0
    likely = sum(option.score > -1.5 for option in options.best[:8]) if options else 0
    size = len(line.text)
    return (
        0,
        _EVIDENCE + _size_class(size) * _CLASSES + max(0, min(_CLASSES - 1, int(evidence + 4))),
        _COUNT + min(5, likely),
        _LENGTH + length_bucket(size),
        _FIRST + line.ink_after(0),
        _LAST + line.ink_before(size),
        _HEADING + heading_form(line.text),
        _NEIGHBOUR + before * 4 + after,
        _TWIN + min(2, twins) * 2 + balanced(line.text),
    )


def _size_class(size: int) -> int:
    """Return the class of a line's length: the longer it is, the more in it looks edited."""
    return sum(size >= bound for bound in (30, 80, 200, 450, 900))


def neighbour_features(
    texts: Sequence[str], index: int, sets: Sequence[frozenset[str]], counts: Counter[str]
) -> tuple[int, int, int]:
    """Return how alike the line before and after are, and how often the line stands elsewhere."""
    before = alike(sets[index - 1], sets[index]) if index else 0
    after = alike(sets[index + 1], sets[index]) if index + 1 < len(texts) else 0
    return before, after, counts[texts[index]] - 1


def log_odds(
    found: Sequence[int], weights: Sequence[float], prior: Sequence[float]
) -> tuple[float, float, float, float]:
    """Return for each kind log P(kind | line) - log P(kind): what the line adds to its place."""
    sums = [sum(weights[kind * WIDTH + f] for f in found) for kind in range(4)]
    top = max(sums)
    norm = top + log(sum(exp(s - top) for s in sums))
    a, b, c, d = (s - norm - p for s, p in zip(sums, prior, strict=True))
    return a, b, c, d
