"""The last word on readings: a conditional logit over whole readings, with "none of these".

Each reading has features of the page as a whole; the softmax over the page's readings and the
outcome that none is right gives calibrated probabilities (McFadden 1974).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import exp, log, log1p

from wikidiff import limits
from wikidiff.recover import proof
from wikidiff.recover.evidence import Evidence
from wikidiff.recover.line import balanced
from wikidiff.recover.order import CONTEXT, EDITED
from wikidiff.recover.proof import Prover
from wikidiff.recover.search import Choice, Found
from wikidiff.recover.sides import heading_form, new_side, old_side

FEATURES = (
    "score", "edited", "whole", "sites", "insertions", "deletions", "changed chars",
    "made again", "made but spaces", "not made", "explained", "off by one", "off by few",
    "unbalanced by it", "balanced by it", "bad headings", "repeated", "good headings",
    "one edited", "site odds", "only whole lines", "ways", "left out",
    "explained by edits", "off by one by edits", "least site",
)  # fmt: skip
NONE_FEATURES = (
    "bias", "lines", "chars", "best score", "gap", "edited in best", "sites in best", "no delta",
    "unexplained in best", "proven best", "whole in best",
)  # fmt: skip


def features(evidence: Evidence, found: Found, declared: int | None, prover: Prover) -> list[float]:
    """Return the features of one reading, in the order of FEATURES."""
    edited = [(n, c) for n, c in enumerate(found.choices) if c.kind == EDITED]
    whole = sum(c.kind not in (CONTEXT, EDITED) for c in found.choices)
    plain = [c for n, c in edited if not heading_form(evidence.texts[n])]
    sites = [s for c in plain if c.option for s in c.option.sites]
    made = [0, 0, 0, 0]
    form = [0, 0, 0, 0]
    stretches: Counter[tuple[str, str]] = Counter()
    whole_sites: Counter[str] = Counter()
    for n, choice in edited:
        text = evidence.texts[n]
        _look(text, choice, evidence.php, prover, made, form)
        for s in choice.option.sites if choice.option else ():
            stretches[text[s.i : s.m].strip(), text[s.m : s.j].strip()] += 1
            whole_sites[text[s.i : s.j].strip()] += 1
    rest = None if declared is None else declared - found.delta
    return [
        found.score,
        float(len(edited)),
        float(min(whole, 12)),
        float(min(len(sites), 12)),
        float(sum(s.i == s.m for s in sites)),
        float(sum(s.m == s.j for s in sites)),
        log1p(sum(s.j - s.i for s in sites)),
        float(made[proof.EXACT]),
        float(made[proof.BUT_SPACES]),
        float(made[proof.NO]),
        float(rest == 0),
        float(rest in (1, -1)),
        float(rest is not None and 1 < abs(rest) <= 4),
        float(form[0]),
        float(form[1]),
        float(form[2]),
        float(sum(count - 1 for count in stretches.values())),
        float(form[3]),
        float(len(edited) == 1),
        sum(max(-6.0, s.score) for s in sites),
        float(not edited),
        sum(max(-12.0, c.option.score) for c in plain if c.option),
        float(min(6, _left_out(evidence, whole_sites))),
        float(rest == 0 and not whole),
        float(rest in (1, -1) and not whole),
        min((max(-9.0, s.score) for s in sites), default=0.0),
    ]


def _left_out(evidence: Evidence, sites: Counter[str]) -> int:
    """Return at how many other places the page shows what a reading takes as edited."""
    return sum(
        max(0, evidence.shown(site) - taken)
        for site, taken in sites.items()
        if len(site) > limits.RECOVER_TWIN_CHARS
    )


def _look(
    text: str, choice: Choice, php: bool, prover: Prover, made: list[int], form: list[int]
) -> None:
    """Count one edited line's proof and the form of its two sides."""
    sites = choice.option.sites if choice.option else ()
    old, new = old_side(text, sites), new_side(text, sites, php=php)
    made[prover.line(text, old, new)] += 1
    was, is_now = balanced(old), balanced(new)
    form[0] += was and not is_now
    form[1] += is_now and not was
    if heading_form(text):
        good = all(heading_form(side) in (0, 1) and side for side in (old, new))
        both = all(heading_form(side) == 1 for side in (old, new))
        form[2] += not good
        form[3] += both


def none_features(
    evidence: Evidence, found: Sequence[Found], rows: Sequence[Sequence[float]], known: bool
) -> list[float]:
    """Return the features of the outcome that no reading is right; `found` is best first."""
    best = rows[0]
    gap = found[0].score - found[1].score if len(found) > 1 else 5.0
    return [
        1.0,
        log1p(len(evidence.texts)),
        log1p(sum(len(t) for t in evidence.texts)),
        best[0],
        min(gap, 5.0),
        min(best[1], 6.0),
        min(best[3], 8.0),
        float(not known),
        float(best[10] == 0),
        float(best[7] > 0 and best[8] + best[9] == 0),
        min(best[2], 6.0),
    ]


def probabilities(
    rows: Sequence[Sequence[float]],
    none: Sequence[float],
    weights: Sequence[float],
    none_weights: Sequence[float],
) -> list[float]:
    """Return each reading's probability; what they lack to 1 is that none is right."""
    scores = [sum(w * x for w, x in zip(weights, row, strict=True)) for row in rows]
    scores.append(sum(w * x for w, x in zip(none_weights, none, strict=True)))
    top = max(scores)
    total = top + log(sum(exp(s - top) for s in scores))
    return [exp(s - total) for s in scores[:-1]]
