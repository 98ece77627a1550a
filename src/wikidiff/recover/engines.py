"""Which formatter made a page, told from its shown lines alone.

wikidiff2 shows blank lines as a no-break space and marks moves; the old PHP formatter hides blank
context lines and joins all lines of a hunk, and loses spaces where a mark ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp, log1p

from wikidiff.recover.evidence import BLANK
from wikidiff.recover.moves import MARKS
from wikidiff.recover.page import PHP, WIKIDIFF2, FlatPage
from wikidiff.recover.sides import heading_form
from wikidiff.recover.weights import Model

FEATURES = 15
UNLIKELY = 0.15
"""Chance of an engine below which a page is not read by its rules too."""
_GLUED = re.compile(r"[^\W\d_]\.[^\W\d_]|[,;:!?)\]}][^\W\d_]|\w==|[a-zа-я][A-ZА-Я]")
_JOINED = re.compile(r"[^\s*#:=|{\[][*#:]{1,3} ?[\[{'\w]|\}\}\{\{|\}\}==|\S\{\||\|-\|")
_SPACED = re.compile(r"\w [,.;:!?)\]] ?| [,.;:]$")


def features(lines: Sequence[str]) -> list[float]:
    """Return a page's features: counts of what only one of the formatters does."""
    blanks = [n for n, line in enumerate(lines) if line.strip(" ") == BLANK]
    inked = [line for line in lines if line.strip(" ") != BLANK]
    chars = sum(map(len, inked)) + 1
    last = len(lines) - 1
    headings = [n for n, line in enumerate(lines) if heading_form(line)]
    beside = sum(n - 1 in blanks or n + 1 in blanks for n in headings)
    return [
        1.0,
        float(any(line and (line[0] in MARKS or line[-1] in MARKS) for line in lines)),
        float(any(BLANK in line.strip(BLANK + " ") for line in inked)),
        len(blanks) / max(1, len(lines)),
        float(bool(blanks)),
        float(any(n < 2 or n > last - 2 for n in blanks)),
        log1p(len(lines)),
        log1p(max(map(len, inked), default=0)),
        float(any(heading_form(line) == 3 for line in inked)),
        min(5.0, 400 * sum(len(_GLUED.findall(line)) for line in inked) / chars),
        min(5.0, 400 * sum(len(_JOINED.findall(line)) for line in inked) / chars),
        min(5.0, 400 * sum(len(_SPACED.findall(line)) for line in inked) / chars),
        float(len(headings) - beside > 0),
        float(beside > 0),
        float(len(lines) <= 3),
    ]


def chance_of_php(lines: Sequence[str], weights: Sequence[float]) -> float:
    """Return the probability that the old PHP formatter made the page, by a logistic regression."""
    score = sum(w * x for w, x in zip(weights, features(lines), strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


def engine_chances(page: FlatPage, model: Model) -> dict[str, float]:
    """Return the engines that may have made a page with their chances, the likelier first.

    One that is very unlikely is left out.
    """
    if page.engine:
        return {page.engine: 1.0}
    php = chance_of_php(page.lines, model.tables["engine"])
    chances = {PHP: php, WIKIDIFF2: 1 - php}
    best, other = sorted(chances, key=lambda engine: -chances[engine])
    if chances[other] < UNLIKELY:
        return {best: 1.0}
    return {best: chances[best], other: chances[other]}
