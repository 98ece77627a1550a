"""Readings as the model has them, made of the search's choices."""

from __future__ import annotations

from wikidiff.model import ReadingLine
from wikidiff.recover.evidence import BLANK, Evidence
from wikidiff.recover.order import CONTEXT, DELETED, INSERTED
from wikidiff.recover.search import Choice
from wikidiff.recover.sides import new_side, old_side


def reading_line(evidence: Evidence, n: int, choice: Choice) -> ReadingLine:
    """Return both sides of one shown line under a choice."""
    text = evidence.texts[n]
    whole = "" if text == BLANK else text
    if n in evidence.moves:
        return evidence.moves[n]
    if choice.kind == CONTEXT:
        return ReadingLine(n, (whole,), (whole,))
    if choice.kind == DELETED:
        return ReadingLine(n, (whole,), ())
    if choice.kind == INSERTED:
        return ReadingLine(n, (), (whole,))
    sites = choice.option.sites if choice.option else ()
    return ReadingLine(n, (old_side(text, sites),), (new_side(text, sites, php=evidence.php),))
