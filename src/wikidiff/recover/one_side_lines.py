"""What the other side of an edited line can be, when one side of it is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.recover.one_side_embed import Embedding, embeddings, tokens_of
from wikidiff.recover.one_side_extra import spaced, variants
from wikidiff.recover.one_side_seams import Reads
from wikidiff.recover.one_side_spans import Span, Spans
from wikidiff.text import size as byte_count


@dataclass(frozen=True, slots=True)
class Other:
    """One possible other side: `delta` is its bytes less the known side's."""

    score: float
    delta: int
    text: str


Choice = tuple[float, tuple[Span, ...], tuple[tuple[int, str], ...]]
"""(score, what lacks, (gap, text) of the extras put otherwise than the page shows them)."""

Table = dict[int, list[Choice]]
"""By delta in bytes, best first."""

RUN = -0.6
"""For each extra stretch and each further cost of an embedding."""


UNEVEN = -6.0
"""For a heading that comes out with more equal signs at one end than at the other."""


class Edits:
    """Works out the other sides of edited lines of one page; limits reached are in `fallbacks`."""

    def __init__(self, reads: Reads, *, is_old: bool, php: bool, segmented: bool) -> None:
        self._reads, self.is_old, self.php, self.segmented = reads, is_old, php, segmented
        self.fallbacks: list[Fallback] = []

    def others(
        self, shown: str, known: str, most: int, wanted: frozenset[int] = frozenset()
    ) -> list[Other]:
        """Return the other sides, best first; none where the shown line does not hold the known.

        At most `most` bytes of the known side lack on the other; `wanted` are the deltas that
        would explain the page by themselves.
        """
        tokens = tokens_of(known, php=self.php, segmented=self.segmented)
        made: dict[str, Other] = {}
        for found in embeddings(shown, tokens, self.fallbacks):
            for other in self._of(found, known, most, wanted):
                if other.text not in made or made[other.text].score < other.score:
                    made[other.text] = other
        made.pop(known, None)
        ranked = sorted(made.values(), key=lambda x: (-x.score, x.text))
        return ranked[: limits.ONE_SIDE_OTHERS]

    def _of(
        self, found: Embedding, known: str, most: int, wanted: frozenset[int]
    ) -> Iterable[Other]:
        if self.php:
            found = _without_blanks(found)
        spans = Spans(found, self._reads, is_old=self.is_old, php=self.php, most=most)
        base = sum(map(byte_count, found.extra))
        missing = frozenset(
            n
            for n, (token, there) in enumerate(zip(found.tokens, found.present, strict=True))
            if self.php and not self.is_old and not there and token != "\n"
        )
        base -= sum(byte_count(found.tokens[n]) for n in missing)
        sizes = frozenset(base - delta for delta in wanted if base > delta)
        table: Table = {base: [(RUN * found.cost, (), ())]}
        parts = [_chunk(spans, low, high, extra, sizes) for low, high, extra in spans.chunks()]
        if self.php:
            parts += [self._placed(found, gap) for gap in spans.gaps]
        parts = [part for part in parts if len(part) > 1 or len(part[0]) > 1]
        for n, part in enumerate(parts):
            table = _sum(table, part, wanted if n == len(parts) - 1 else frozenset())
        size = byte_count(known)
        for _, (score, gone, put) in _worth(table, wanted):
            text = _built(found, gone, dict(put), missing)
            if text is not None:
                score += UNEVEN * _uneven(text, known)
                yield Other(score, byte_count(text) - size, text)

    def _placed(self, found: Embedding, gap: int) -> Table:
        """Return how the extra text of a gap can be divided into lines."""
        left, right = "".join(found.tokens[:gap]), "".join(found.tokens[gap:])
        made: Table = {}
        for score, delta, text in variants(found.extra[gap], left, right, self._reads):
            put = ((gap, text),) if text != found.extra[gap] else ()
            made.setdefault(delta, []).append((score, (), put))
        return made


def _without_blanks(found: Embedding) -> Embedding:
    """Take out of the extras the no-break spaces that stand for the known side's blank lines."""
    extra = list(found.extra)
    for gap, text in enumerate(extra):
        if text and not text.strip("\u00a0 ") and "\n" in found.tokens[max(0, gap - 1) : gap + 1]:
            extra[gap] = ""
    return Embedding(found.tokens, tuple(extra), found.present, found.cost)


def _chunk(spans: Spans, low: int, high: int, extra: str, sizes: frozenset[int]) -> Table:
    """Return what can lack of one run of known tokens."""
    sizes = frozenset(-size for size in sizes)
    beside = spans.beside(low, high, extra)
    alone = spans.alone(low, high, frozenset(-size for size in sizes))
    made: Table = {0: [(0.0, (), ())]}
    if extra and spans.php and spans.is_old:
        for end, span_score, gone in [(high, 0.0, ()), *((s.start, s.score, (s,)) for s in beside)]:
            score = spaced(extra, spans.before(end), spans.reads)
            if score is not None:
                size = sum(span.size for span in gone)
                _add(made, 1 - size, (span_score + score, gone, ((high, " " + extra),)), sizes)
    for span in (*beside, *alone):
        _add(made, -span.size, (span.score, (span,), ()), sizes)
    for one, other in spans.pairs(low, high):
        _add(made, -one.size - other.size, (one.score + other.score, (one, other), ()), sizes)
    best = nlargest(limits.ONE_SIDE_PAIRED, alone, key=lambda s: (s.score, -s.start, -s.end))
    near = nlargest(limits.ONE_SIDE_PAIRED, beside, key=lambda s: (s.score, -s.start, -s.end))
    for n, one in enumerate(best):
        for other in (*best[n + 1 :], *near):
            first, second = (one, other) if one.start < other.start else (other, one)
            if first.end < second.start:
                score = one.score + other.score
                _add(made, -one.size - other.size, (score, (first, second), ()), sizes)
    return made


def _add(table: Table, delta: int, choice: Choice, wanted: frozenset[int] = frozenset()) -> None:
    kept = table.setdefault(delta, [])
    most = limits.ONE_SIDE_AT_TARGET if delta in wanted else limits.ONE_SIDE_PER_DELTA
    if len(kept) < most:
        kept.append(choice)
    elif choice[0] > kept[-1][0]:
        kept[-1] = choice
    else:
        return
    if len(kept) > 1:
        kept.sort(key=_score)


def _score(choice: Choice) -> float:
    return -choice[0]


def _sum(one: Table, other: Table, wanted: frozenset[int]) -> Table:
    """Return the choices of both together."""
    made: Table = {}
    ones, others = _best(one), _best(other)
    room = max(limits.ONE_SIDE_SUMS // max(1, min(len(ones), len(others))), 30)
    for delta, a in ones[:room]:
        for more, b in others[:room]:
            _add(made, delta + more, (a[0] + b[0], a[1] + b[1], a[2] + b[2]), wanted)
    return made


def _best(table: Table) -> list[tuple[int, Choice]]:
    every = [(delta, choice) for delta, choices in table.items() for choice in choices]
    every.sort(key=lambda x: -x[1][0])
    return every


def _uneven(text: str, known: str) -> bool:
    """Tell whether a heading of one line lost its balance."""
    body, was = text.strip(), known.strip()
    if not (was.startswith("=") and was.endswith("=")) or "\n" in body:
        return False
    return len(body) - len(body.lstrip("=")) != len(body) - len(body.rstrip("="))


def _worth(table: Table, wanted: frozenset[int]) -> list[tuple[int, Choice]]:
    """Return the choices worth building: the best, and all that explain the page."""
    every = _best(table)
    most = limits.ONE_SIDE_OTHERS
    return every[:most] + [found for found in every[most:] if found[0] in wanted]


def _built(
    found: Embedding, gone: Sequence[Span], put: dict[int, str], missing: frozenset[int]
) -> str | None:
    """Return the other side's text."""
    parts: list[str] = []
    lacking = set(missing)
    for span in gone:
        lacking.update(range(span.start, span.end))
    for gap, extra in enumerate(found.extra):
        if extra:
            text = put.get(gap, extra)
            if text.startswith("\n\b"):  # the line break before it is part of the text
                if not parts or parts[-1] != "\n":
                    return None
                parts.pop()
                text = text[2:]
            parts.append(text)
        if gap < len(found.tokens) and gap not in lacking:
            parts.append(found.tokens[gap])
    return "".join(parts)
