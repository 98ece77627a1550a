"""From candidate readings to the answer: probabilities, reasons, certain lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wikidiff import limits
from wikidiff.model import Reading, ReadingLine
from wikidiff.recover import proof, rank
from wikidiff.recover.evidence import Evidence
from wikidiff.recover.explain import Case, reasons
from wikidiff.recover.order import EDITED
from wikidiff.recover.page import FlatPage, Recovery
from wikidiff.recover.proof import Prover
from wikidiff.recover.readings import reading_line
from wikidiff.recover.search import Found
from wikidiff.recover.sides import bare
from wikidiff.recover.weights import Model
from wikidiff.text import size as byte_count
from wikidiff.values import value

CERTAIN = 0.95
LISTED = 5
"""Readings that are listed at most."""


@value
class Account:
    """A page's candidate readings under one engine's rules, best first and at least one.

    `chance` is the probability that this engine made the page.
    """

    engine: str
    chance: float
    evidence: Evidence
    found: Sequence[Found]
    prover: Prover


@value
class Judged:
    """One distinct reading: its lines, its probability and its bytes."""

    lines: tuple[ReadingLine, ...]
    probability: float
    delta: int
    found: Found
    account: Account


def judge(page: FlatPage, accounts: Sequence[Account], shipped: Model) -> Recovery:
    """Return the answer; readings that are the same under either engine add up."""
    judged = merged([one for account in accounts for one in _judged(page, account, shipped)])
    first = judged[0].account
    proofs = (account.prover.fallback for account in accounts)
    fallbacks = (*first.evidence.fallbacks, *dict.fromkeys(filter(None, proofs)))
    cut = shipped.tables[first.engine]["certain"]
    return Recovery(
        first.engine, _readings(page, judged[:LISTED]), _certain(judged, cut), fallbacks
    )


def _judged(page: FlatPage, account: Account, shipped: Model) -> list[Judged]:
    """Return the readings under one engine's rules, their chances times that engine's."""
    tables, evidence = shipped.tables[account.engine], account.evidence
    found = account.found[: limits.RECOVER_RANKED]
    rows = [rank.features(evidence, f, page.declared, account.prover) for f in found]
    none = rank.none_features(evidence, found, rows, page.declared is not None)
    chances = rank.probabilities(rows, none, tables["rank"], tables["rank_none"])
    made = []
    for one, chance in zip(found, chances, strict=True):
        lines = tuple(reading_line(evidence, n, c) for n, c in enumerate(one.choices))
        counted = _counted(lines, evidence)
        made.append(Judged(lines, account.chance * chance, counted, one, account))
    return made


def merged(judged: Sequence[Judged]) -> list[Judged]:
    """Return the readings with different texts, white space aside, best first; chances add up."""
    made: dict[tuple[tuple[int | str | None, ...], ...], Judged] = {}
    for one in sorted(judged, key=lambda j: -j.probability):
        key = tuple(
            (line.shown, *map(bare, line.old), None, *map(bare, line.new))
            for line in one.lines
            if line.old != line.new
        )
        known = made.get(key)
        made[key] = (
            replace(known, probability=known.probability + one.probability) if known else one
        )
    return sorted(made.values(), key=lambda j: -j.probability)


def _counted(lines: Sequence[ReadingLine], evidence: Evidence) -> int:
    """Return the bytes that a reading's lines add up to, line breaks of whole lines included."""
    total = 0
    for line in lines:
        total += sum(map(byte_count, line.new)) - sum(map(byte_count, line.old))
        if not line.old or not line.new:
            total += len(line.new) - len(line.old)
    return total


def _readings(page: FlatPage, judged: Sequence[Judged]) -> tuple[Reading, ...]:
    shown = {x.shown for one in judged for x in one.lines if x.old != x.new}
    made = []
    for k, one in enumerate(judged):
        lines = tuple(x for x in one.lines if x.shown in shown)
        after = judged[k + 1].probability if k + 1 < len(judged) else None
        case = Case(
            one.account.engine,
            page.declared,
            one.delta,
            [x for x in lines if x.old != x.new],
            *_proofs(one),
            one.probability / after if after else None,
        )
        rest = None if page.declared is None else page.declared - one.delta
        made.append(Reading(round(one.probability, 4), one.delta, rest, reasons(case), lines))
    return tuple(made)


def _proofs(one: Judged) -> tuple[int, int]:
    """Return how many edited lines are made again by the engine's rules and how many are not."""
    account = one.account
    results = [
        account.prover.line(account.evidence.texts[n], one.lines[n].old[0], one.lines[n].new[0])
        for n, choice in enumerate(one.found.choices)
        if choice.kind == EDITED
    ]
    return (
        sum(r in (proof.EXACT, proof.BUT_SPACES) for r in results),
        sum(r == proof.NO for r in results),
    )


def line_beliefs(judged: Sequence[Judged]) -> list[float]:
    """Return for each shown line the share of belief in readings that agree with the first."""
    total = sum(one.probability for one in judged)
    first = judged[0]
    return [
        sum(one.probability for one in judged if one.lines[n] == line) / max(total, 1e-9)
        for n, line in enumerate(first.lines)
    ]


def _certain(judged: Sequence[Judged], cut: Sequence[float]) -> tuple[bool, ...]:
    """Return which lines are certain, as the first reading takes them.

    A changed line is where the readings that agree on it are 95 in 100 likely together. For
    context `cut` holds, by fifths of the belief that any reading at all is right, the agreement
    from which lines were right that often.
    """
    total = sum(one.probability for one in judged)
    needed = cut[min(len(cut) - 1, int(total * len(cut)))]
    return tuple(
        belief >= needed if line.old == line.new else belief * total >= CERTAIN
        for belief, line in zip(line_beliefs(judged), judged[0].lines, strict=True)
    )
