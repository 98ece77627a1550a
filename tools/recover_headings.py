"""Fit how headings written anew are read, for tools/train_recover.py.

Every renamed heading of the pairs becomes one whose level changed too; the formatter's model shows
it, so that the true label of each word is known. A conditional logit over the beam's labellings,
once free and once near the true delta, gives the weights (McFadden 1974).
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from math import log
from typing import Any

import numpy as np
from rapidfuzz.distance import Indel
from scipy.optimize import minimize

from wikidiff import text
from wikidiff.engine import diff_lines
from wikidiff.model import Line
from wikidiff.recover import php_inline
from wikidiff.recover.grams import Grams
from wikidiff.recover.heading_words import (
    COMMON,
    FEATURES,
    Features,
    Heading,
    HeadingModel,
    allowed,
    begins,
    end_features,
    ends,
    labels,
    start,
    step,
    step_features,
)
from wikidiff.recover.line import ShownLine, Vocabulary
from wikidiff.recover.page import PHP
from wikidiff.recover.rewritten import decode

START = (
    *(1.0, 1.0, 3.0, -2.0, -2.0, -2.0, -2.0, -2.0, 0.0, 0.0),
    *(1.0, 1.0, 0.0, 1.0, -1.0, -1.0, 0.0, 0.5, 1.0, -2.0, 0.5, 0.5),
)
NEAR = 4  # bytes that stay unexplained at most among the candidates near the true delta
LISTED = 60
MARKUP = frozenset("[]{}<>|='&")
PROSE = 28
"""Most words of a line of prose that stands in for a heading."""
REWRITTEN = 0.1, 0.85
"""Least and greatest share of words that such a line keeps."""
_TAGS = re.compile(r"\[\[(?:[^|\]]*\|)?([^|\]]*)\]\]|'{2,}|\[\S+ ?|\]|</?\w+/?>|\"")
BEAM = 120
CASES, ROUNDS = 2500, 8
SHARE = 0.3
"""How much of the fitted weights is used: pages are read as well, and what is sure is right."""
ODD = 0.003


def renamed(edits: Iterable[dict[str, str]]) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield (page, old heading, new heading, the lines around it) with unlike levels.

    Real renamed headings come first; short lines of prose that were rewritten by a good part, in
    one language, stand in for more of them.
    """
    seen: set[tuple[str, str]] = set()
    for edit in edits:
        for run in diff_lines(edit["old"], edit["new"], context=0).runs:
            for line in run:
                if line.kind != "changed" or line.old is None or line.new is None:
                    continue
                pair = _heading_pair(line.old, line.new) or _prose_pair(line.old, line.new)
                if pair and pair not in seen:
                    seen.add(pair)
                    yield edit["page"], *pair, _near(edit["new"], line)


def _near(page: str, line: Line) -> list[str]:
    """Return what a diff page shows around a line of the new page."""
    lines, at = text.lines(page), (line.new_line or 1) - 1
    return lines[max(0, at - 3) : at] + lines[at + 1 : at + 4]


def _heading_pair(old: str, new: str) -> tuple[str, str] | None:
    one, other = text.heading(old), text.heading(new)
    if not one or not other or one[1] == other[1] or not one[1] or not other[1]:
        return None
    if not set(one[1].lower().split()) & set(other[1].lower().split()):
        return None  # a translation, most often
    return _levelled(old.strip(), new.strip(), one[0], other[0])


def _prose_pair(old: str, new: str) -> tuple[str, str] | None:
    sides = [" ".join(_TAGS.sub(r"\1", side).strip("*#:;. ").split()) for side in (old, new)]
    words = [side.lower().split() for side in sides]
    if any(MARKUP & set(s) or not 3 <= len(s.split()) <= PROSE or s[0].islower() for s in sides):
        return None
    kept = Indel.similarity(*words) / max(map(len, words))
    if not REWRITTEN[0] <= kept <= REWRITTEN[1]:
        return None
    return _levelled(*(f"== {side} ==" for side in sides), 2, 2)


def shapes(texts: Iterable[str]) -> dict[str, float]:
    """Return the log-probabilities of how headings begin and end."""
    counts: Counter[str] = Counter()
    for line in (line for page in texts for line in page.split("\n")):
        found = text.heading(line)
        if found and found[1]:
            words = re.findall(r"\w+|[^\w\s]", found[1].replace("''", ""))
            if words:
                counts[begins(words[0]) + ends(words[-1])] += 1
    total = counts.total()
    return {key: round(log(count / total), 3) for key, count in sorted(counts.items()) if count > 2}


def _levelled(old: str, new: str, one: int, other: int) -> tuple[str, str]:
    """Return both headings with unlike levels, one or two apart by the hash of their words."""
    if one != other:
        return old, new
    number = zlib.crc32((old + new).encode())
    more = "=" * (1 + number % 2)
    return (more + old + more, new) if number // 2 % 3 else (old, more + new + more)


def _truth(heading: Heading, old: str, new: str) -> list[int] | None:
    """Return the true labels of a shown heading's words, None where runs cut words."""
    marks: list[int] = []
    for op, stretch in php_inline.hunk_runs([old], [new]):
        marks += [{"=": 0, "-": 1, "+": 2}[op]] * len(stretch)
    if len(marks) != len(heading.line.text):
        return None
    made = []
    for a, b in heading.spans:
        inked = {marks[at] for at in range(a, b) if heading.line.text[at] != " "}
        if len(inked) != 1:
            return None
        made.append(inked.pop())
    return made


def _features(heading: Heading, model: HeadingModel, marks: Sequence[int]) -> np.ndarray | None:
    """Return the summed features of a labelling, None where the rules forbid it."""
    joint, way, total = heading.joints(), start(), np.zeros(len(FEATURES))
    for at, kind in enumerate(marks):
        if kind not in allowed(heading, way, at):
            return None
        _add(total, step_features(heading, model, joint, way, kind, at))
        way = step(heading, way, kind, at)
    _add(total, end_features(heading, model, joint, way))
    return total


def _add(total: np.ndarray, found: Features) -> None:
    for n, value in found:
        total[n] += value


def cases(
    pairs: Iterable[tuple[str, str, str, list[str]]], grams: Grams, model: HeadingModel
) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Yield (page, candidates' features) with the truth first, free and near the true delta."""
    for page, old, new, lines in pairs:
        shown = php_inline.hunk_text([old], [new])
        line = ShownLine(shown, PHP, "en", grams, Vocabulary([*lines, shown]))
        line.add_context()
        heading = Heading(line)
        marks = _truth(heading, old, new) if heading.fits else None
        if marks is None or len(marks) > 40 or all(mark == COMMON for mark in marks):
            continue
        right = _features(heading, model, marks)
        if right is None:
            continue
        size = sum(heading.size(at) * (0, -1, 1)[kind] for at, kind in enumerate(marks))
        ways = [way for way in decode(heading, model, BEAM) if labels(way) != marks]
        for chosen in (ways, [way for way in ways if abs(way.delta - size) <= NEAR]):
            made = [_features(heading, model, labels(way)) for way in chosen[:LISTED]]
            yield page, [right, *(x for x in made if x is not None)]


def fit(data: Sequence[list[np.ndarray]], start: Sequence[float] = START) -> list[float]:
    """Return the weights that make the true labellings likeliest.

    A truth that no weights make likely, such as a translation, costs no more than `ODD` allows, so
    that it does not drown the others.
    """
    tables = [np.array(rows) for rows in data if len(rows) > 1]

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = 0.02 * float(w @ w), 0.04 * w
        for rows in tables:
            scores = rows @ w
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            right = chances[0]
            value -= np.log(right + ODD)
            slope = slope + right / (right + ODD) * (chances @ rows - rows[0])
        return value, slope

    found = minimize(loss, np.array(start), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return [round(float(x), 3) for x in found.x]


def fit_headings(
    edits: Iterable[dict[str, str]], texts: Iterable[str], grams: Grams
) -> dict[str, Any]:
    """Return the model of headings written anew, as `wikidiff.recover.heading_words` takes it.

    Again and again against what the weights so far find likeliest, earlier rivals kept.
    """
    pairs = list(islice(renamed(edits), CASES))
    model = HeadingModel(START, shapes(texts))
    pool: list[list[np.ndarray]] = []
    for _ in range(ROUNDS):
        found = [rows for _, rows in cases(pairs, grams, model)]
        pool = [a + b[1:] for a, b in zip(pool, found, strict=True)] if pool else found
        model = HeadingModel(fit(pool, model.weights), model.shapes)
    weights = [round(SHARE * weight, 3) for weight in model.weights]
    return {"weights": weights, "shapes": model.shapes}
