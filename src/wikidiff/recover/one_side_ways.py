"""What can lack of one known text that stands in one shown line, for each byte delta."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from heapq import nlargest

from wikidiff import limits
from wikidiff.recover.line import ShownLine
from wikidiff.recover.one_side_embed import Embedding
from wikidiff.recover.one_side_extra import spaced, variants
from wikidiff.recover.one_side_odds import Odds
from wikidiff.recover.one_side_seams import Reads
from wikidiff.recover.one_side_spans import (
    LACKS_ALONE,
    LACKS_BESIDE,
    LACKS_LEVEL,
    Span,
    Spans,
    span_order,
)
from wikidiff.recover.one_side_weights import (
    AGAIN,
    ALONE,
    AROUND,
    BESIDE,
    LEVEL,
    PUT,
    WAYS,
    Weights,
    dot,
)
from wikidiff.text import size as byte_count

Put = tuple[int, str, float]
"""A gap, its extra put otherwise than the page shows it, and how well that reads."""

Choice = tuple[float, tuple[Span, ...], tuple[Put, ...]]
"""(score, what lacks, extras put otherwise)."""

Table = dict[int, list[Choice]]
"""By delta in bytes, best first."""


class Way:
    """One place of the known text in the shown line, and what can lack of it, up to `most` bytes.

    `line` is the shown line as the model of edit sites asks it.
    """

    def __init__(
        self,
        found: Embedding,
        reads: Reads,
        weights: Weights,
        line: ShownLine | None,
        most: int,
        *,
        is_old: bool,
        php: bool,
    ) -> None:
        odds = Odds(line, found, weights.sites, is_old=is_old)
        if php:
            found = _without_blanks(found)
        self.found = found
        self.weights = weights
        self.spans = Spans(found, reads, weights, odds, is_old=is_old, php=php, most=most)
        self._reads = reads
        self.missing = frozenset(
            n
            for n, (token, there) in enumerate(zip(found.tokens, found.present, strict=True))
            if php and not is_old and not there and token != "\n"
        )
        gone = sum(byte_count(found.tokens[n]) for n in self.missing)
        known = sum(map(byte_count, found.tokens))
        shown = sum(map(byte_count, found.extra)) + known
        self.base = shown - gone - known
        extras = sum(map(len, found.extra))
        share = extras / max(1, extras + sum(map(len, found.tokens)))
        self.features = (found.cost, odds.extras(), share)
        self.score = dot(self.weights.ways[: len(self.features)], self.features)
        self.table = self._table(php=php)

    def _table(self, *, php: bool) -> Table:
        spans = self.spans
        table: Table = {self.base: [(self.score, (), ())]}
        every: list[Span] = []
        parts: list[Table] = []
        for low, high, extra in spans.chunks():
            alone = spans.alone(low, high)
            parts.append(_chunk(spans, alone, low, high, extra))
            every += alone
        if php:
            parts += [self._placed(gap) for gap in spans.gaps]
        for part in parts:
            if part != {0: [(0.0, (), ())]}:
                table = _sum(table, part)
        again = self.weights.ways[AGAIN]
        _repeat(table, every, spans, again)
        if not spans.gaps and not self.missing:  # then nothing would be changed
            table[self.base] = [x for x in table[self.base] if x[1] or x[2]]
        return table

    def _placed(self, gap: int) -> Table:
        """Return how the extra text of a gap can be divided into lines."""
        found = self.found
        weight = self.weights.ways[PUT]
        left, right = "".join(found.tokens[:gap]), "".join(found.tokens[gap:])
        made: Table = {}
        for score, delta, text in variants(found.extra[gap], left, right, self._reads):
            put = ((gap, text, score),) if text != found.extra[gap] else ()
            made.setdefault(delta, []).append((weight * score, (), put))
        return made

    def text(self, choice: Choice) -> str | None:
        """Return the other side's text, None where a choice contradicts itself."""
        _, gone, put = choice
        placed = {gap: text for gap, text, _ in put}
        lacking = set(self.missing)
        for span in gone:
            lacking.update(range(span.start, span.end))
        if len(placed) < len(put):
            return None
        parts: list[str] = []
        for gap, extra in enumerate(self.found.extra):
            if extra:
                text = placed.get(gap, extra)
                if text.startswith("\n\b"):  # the line break before it is part of the text
                    if not parts or parts[-1] != "\n":
                        return None
                    parts.pop()
                    text = text[2:]
                parts.append(text)
            if gap < len(self.found.tokens) and gap not in lacking:
                parts.append(self.found.tokens[gap])
        return "".join(parts)

    def features_of(self, choice: Choice) -> list[list[float]]:
        """Return what a choice is made of: the features of ways, alone and beside."""
        ways = [*self.features, *[0.0] * (len(WAYS) - len(self.features))]
        alone, beside = [0.0] * len(ALONE), [0.0] * len(BESIDE)
        texts = Counter(self.spans.of(span) for span in choice[1] if span.kind == LACKS_ALONE)
        for span in choice[1]:
            if span.kind == LACKS_BESIDE:
                beside = [total + x for total, x in zip(beside, span.features, strict=True)]
            elif span.kind == LACKS_ALONE:  # the same words at several places are one decision
                share = 1.0 / texts[self.spans.of(span)]
                alone = [total + share * x for total, x in zip(alone, span.features, strict=True)]
            else:
                ways[LEVEL if span.kind == LACKS_LEVEL else AROUND] += 1.0
        ways[PUT] = sum([score for _, _, score in choice[2]])
        ways[AGAIN] = float(sum(texts.values()) - len(texts))
        return [ways, alone, beside]

    def edits_of(self, choice: Choice) -> list[tuple[str, str]]:
        """Return what lacks, and what stands there instead."""
        extra = self.found.extra
        return [
            (self.spans.of(span), extra[span.end if self.spans.is_old else span.start])
            if span.kind == LACKS_BESIDE
            else (self.spans.of(span), "")
            for span in choice[1]
        ]


def _without_blanks(found: Embedding) -> Embedding:
    """Take out of the extras the no-break spaces that stand for the known side's blank lines."""
    extra = list(found.extra)
    for gap, text in enumerate(extra):
        if text and not text.strip("\u00a0 ") and "\n" in found.tokens[max(0, gap - 1) : gap + 1]:
            extra[gap] = ""
    return Embedding(found.tokens, tuple(extra), found.present, found.cost)


def _chunk(spans: Spans, alone: Sequence[Span], low: int, high: int, extra: str) -> Table:
    """Return what can lack of one run of known tokens."""
    beside = spans.beside(low, high, extra)
    made: Table = {} if spans.must_lack(low, high, extra) and beside else {0: [(0.0, (), ())]}
    weight = spans.weights.ways[PUT]
    if extra and spans.php and spans.is_old:
        for end, span_score, gone in [(high, 0.0, ()), *((s.start, s.score, (s,)) for s in beside)]:
            score = spaced(extra, spans.before(end), spans.reads)
            if score is not None:
                size = sum(span.size for span in gone)
                put = (high, " " + extra, score)
                _add(made, 1 - size, (span_score + weight * score, gone, (put,)))
    for span in (*beside, *alone):
        _add(made, -span.size, (span.score, (span,), ()))
    for one, other in spans.pairs(low, high):
        _add(made, -one.size - other.size, (one.score + other.score, (one, other), ()))
    best = nlargest(limits.ONE_SIDE_PAIRED, alone, key=span_order)
    near = nlargest(limits.ONE_SIDE_PAIRED, beside, key=span_order)
    for n, one in enumerate(best):
        for other in (*best[n + 1 :], *near):
            first, second = (one, other) if one.start < other.start else (other, one)
            if first.end < second.start:
                score = one.score + other.score
                _add(made, -one.size - other.size, (score, (first, second), ()))
    return made


def _repeat(table: Table, alone: Sequence[Span], spans: Spans, again: float) -> None:
    """Add that the same words lack at all places where they stand."""
    places: dict[str, list[Span]] = {}
    for span in alone:
        places.setdefault(spans.of(span), []).append(span)
    several = [_apart(found) for found in places.values() if len(found) > 1]
    ranked = [(_together(found, again), found) for found in several if len(found) > 1]
    best = nlargest(8, _best(table), key=_value)
    for score, found in nlargest(limits.ONE_SIDE_PAIRED, ranked, key=lambda x: x[0]):
        size = sum(span.size for span in found)
        for delta, (base, gone, put) in best:
            if all(a.end < b.start or b.end < a.start for a in gone for b in found):
                _add(table, delta - size, (base + score, (*gone, *found), put))


def _together(found: Sequence[Span], again: float) -> float:
    mean = sum(span.score for span in found) / len(found)
    return mean + again * (len(found) - 1)


def _apart(found: Sequence[Span]) -> list[Span]:
    made: list[Span] = []
    for span in found:
        if not made or made[-1].end < span.start:
            made.append(span)
    return made


def _value(found: tuple[int, Choice]) -> float:
    return found[1][0]


def _add(table: Table, delta: int, choice: Choice) -> None:
    kept = table.setdefault(delta, [])
    if len(kept) < limits.ONE_SIDE_LINE_PER_DELTA:
        kept.append(choice)
    elif choice[0] > kept[-1][0]:
        kept[-1] = choice
    else:
        return
    if len(kept) > 1:
        kept.sort(key=_score)


def _score(choice: Choice) -> float:
    return -choice[0]


def _sum(one: Table, other: Table) -> Table:
    """Return the choices of both together."""
    made: Table = {}
    ones, others = _best(one), _best(other)
    room = max(limits.ONE_SIDE_SUMS // max(1, min(len(ones), len(others))), 30)
    for delta, a in ones[:room]:
        for more, b in others[:room]:
            _add(made, delta + more, (a[0] + b[0], a[1] + b[1], a[2] + b[2]))
    return made


def _best(table: Table) -> list[tuple[int, Choice]]:
    every = [(delta, choice) for delta, choices in table.items() for choice in choices]
    every.sort(key=lambda x: -x[1][0])
    return every
