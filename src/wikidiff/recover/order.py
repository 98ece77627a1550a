"""Which shown lines are context, deleted, inserted or edited: what they and their order say.

A linear-chain conditional random field (Lafferty, McCallum and Pereira 2001). Each line by itself
has features, so has each pair of neighbours under the kinds of both, and so has each kind after a
number of context lines: both formatters show at most two lines of context before a change, four
between two and two after (the PHP one hides blank ones). The weights are fitted by
tools/recover_order.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from wikidiff.recover.borders import CLASSES, char_class
from wikidiff.recover.line import balanced
from wikidiff.recover.sides import heading_form, heading_level

CONTEXT, DELETED, INSERTED, EDITED = range(4)
KINDS = 4

START = 0
"""States: 0-5 are that many context lines since the page's beginning (5: or more), 6-10 are 1-5
context lines since a change, 11-13 the change itself."""
STATES = 14

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|\S")
_FIELD = re.compile(r"[\w-]+(?: \w+)?: ")
_STARTS = (
    "{|", "|-", "|}", "{{", "}}", "**", "##", "[[", "*", "#", ":", ";", "|", "!", "<", "[", "'",
)  # fmt: skip
_BLANK, _NO_LINE, _HEADING, _OTHERS = 0, 1, 2, 5
_SIGNS = _OTHERS + 6
TYPES = _SIGNS + len(_STARTS)

_EVIDENCES = 14
_SIZES = 10
_EVIDENCE = 1
_LIKELY = _EVIDENCE + 6 * _EVIDENCES
_LENGTH = _LIKELY + 6
_FIRST = _LENGTH + _SIZES * 2
_LAST = _FIRST + CLASSES
_FORM = _LAST + CLASSES
_NEAR = _FORM + 4
_TWIN = _NEAR + 16
_BEFORE = _TWIN + 6
_AFTER = _BEFORE + TYPES * TYPES
_TO_END = _AFTER + TYPES * TYPES
_PAGE = _TO_END + 4
LINE_WIDTH = _PAGE + 5
"""Number of binary features of a line, each with a weight for each kind."""

_ALIKE = 1
_ALIKE_TWO = _ALIKE + 4
_SAME_START = _ALIKE_TWO + 4
_SAME_TYPE = _SAME_START + 4
_LENGTHS = _SAME_TYPE + 2
_TYPES = _LENGTHS + 9
PAIR_WIDTH = _TYPES + TYPES * TYPES
"""Number of binary features of two neighbours, each with a weight for both kinds together."""

WIDTH = LINE_WIDTH * KINDS + PAIR_WIDTH * KINDS * KINDS + STATES * (KINDS + 1)
"""Number of weights: of lines, of pairs, of states with each kind and with the page's end."""


def step(state: int, kind: int) -> int:
    """Return the state after a line of a kind."""
    if kind != CONTEXT:
        return 10 + kind
    if state <= 5:
        return min(5, state + 1)
    if state <= 10:
        return min(10, state + 1)
    return 6


def kind_at(state: int) -> int:
    """Return the kind of the line that led to a state."""
    return state - 10 if state > 10 else CONTEXT


def line_type(text: str) -> int:
    """Return what a shown line looks like by its beginning, below TYPES."""
    if not text.strip("\u00a0 "):
        return _BLANK
    if heading_form(text):
        return _HEADING + min(2, max(0, heading_level(text) - 2))
    for number, sign in enumerate(_STARTS):
        if text.startswith(sign):
            return _SIGNS + number
    if _FIELD.match(text):
        return _OTHERS
    kind = char_class(text[0])
    return _OTHERS + {2: 1, 3: 2, 4: 3, 5: 4}.get(kind, 5)


def alike(one: frozenset[str], other: frozenset[str]) -> int:
    """Return how many words two lines share: 0 few, 1 some, 2 most, 3 all."""
    if not one or not other:
        return 0
    share = len(one & other) / max(len(one), len(other))
    return 0 if share < 0.35 else 1 if share < 0.65 else 2 if share < 1 else 3


class Lines:
    """The shown lines of a page, as their kinds are asked for."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._sets = [frozenset(_WORD.findall(text)) for text in texts]
        self._types = [line_type(text) for text in texts]
        self._counts = Counter(texts)

    def of_line(self, n: int, evidence: float, likely: int) -> tuple[int, ...]:
        """Return the features of one line.

        `evidence` are the log-odds that it is edited rather than context, by its edit sites;
        `likely` is how many ways to take it as edited stand out.
        """
        text, own = self._texts[n], self._types[n]
        size = _size(text)
        at = _length_class(text) * _EVIDENCES + max(0, min(_EVIDENCES - 1, int(evidence + 4)))
        return (
            0,
            _EVIDENCE + at,
            _LIKELY + min(5, likely),
            _LENGTH + size + _SIZES * (own >= _SIGNS),
            _FIRST + char_class(text[:1].replace("\u00a0", "")),
            _LAST + (0 if own == _BLANK else char_class(text[-1])),
            _FORM + heading_form(text),
            _NEAR + self._alike(n, n - 1) * 4 + self._alike(n, n + 1),
            _TWIN + min(2, self._counts[text] - 1) * 2 + balanced(text),
            _BEFORE + self._type(n - 1) * TYPES + own,
            _AFTER + own * TYPES + self._type(n + 1),
            _TO_END + min(3, len(self._texts) - 1 - n),
            _PAGE + sum(len(self._texts) > bound for bound in (4, 6, 9, 16)),
        )

    def of_pair(self, n: int) -> tuple[int, ...]:
        """Return the features of a line and the one before it."""
        one, other = self._texts[n - 1], self._texts[n]
        start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(
            _TOKEN.findall(one[:80]), _TOKEN.findall(other[:80]), strict=False)))  # fmt: skip
        sizes = _length(one) * 3 + _length(other)
        return (
            0,
            _ALIKE + self._alike(n - 1, n),
            _ALIKE_TWO + self._alike(n - 2, n),
            _SAME_START + min(3, start),
            _SAME_TYPE + (self._types[n - 1] == self._types[n]),
            _LENGTHS + sizes,
            _TYPES + self._types[n - 1] * TYPES + self._types[n],
        )

    def _alike(self, n: int, other: int) -> int:
        inside = 0 <= n < len(self._sets) and 0 <= other < len(self._sets)
        return alike(self._sets[n], self._sets[other]) if inside else 0

    def _type(self, n: int) -> int:
        return self._types[n] if 0 <= n < len(self._types) else _NO_LINE


class Order:
    """The fitted weights: what each kind of a line is worth after each state."""

    def __init__(self, weights: Sequence[float]) -> None:
        one = LINE_WIDTH * KINDS
        two = one + PAIR_WIDTH * KINDS * KINDS
        self._lines, self._pairs = weights[:one], weights[one:two]
        rows = [weights[n : n + KINDS + 1] for n in range(two, len(weights), KINDS + 1)]
        self._states = [row[:KINDS] for row in rows]
        self.ends = [row[KINDS] for row in rows]
        """What the page's end is worth in each state."""

    def steps(self, alone: Sequence[int], both: Sequence[int]) -> list[list[float]]:
        """Return for each state what each kind of a line is worth there; the kinds of the line
        before are known from the state. `both` are the features of the two, none of the first line.
        """  # noqa: D205
        lines, pairs = self._lines, self._pairs
        own = [sum([lines[f * KINDS + kind] for f in alone]) for kind in range(KINDS)]
        rows = []
        for before in range(KINDS):
            at = before * KINDS
            sums = [
                sum([pairs[f * KINDS * KINDS + at + kind] for f in both]) for kind in range(KINDS)
            ]
            rows.append([one + other for one, other in zip(own, sums, strict=True)])
        return [
            [x + y for x, y in zip(row, rows[kind_at(state)], strict=True)]
            for state, row in enumerate(self._states)
        ]


def changes(steps: Sequence[Sequence[Sequence[float]]], ends: Sequence[float]) -> int:
    """Return how many lines the likeliest kinds change, each line's `steps` given (Viterbi)."""
    best: dict[int, tuple[float, int]] = {START: (0.0, 0)}
    for rows in steps:
        after: dict[int, tuple[float, int]] = {}
        for state, (score, count) in best.items():
            for kind in range(KINDS):
                made = score + rows[state][kind], count + (kind != CONTEXT)
                to = step(state, kind)
                after[to] = max(after.get(to, made), made)
        best = after
    return max((score + ends[state], count) for state, (score, count) in best.items())[1]


def _length_class(text: str) -> int:
    """Return the class of a line's length: the longer it is, the more in it looks edited."""
    return sum(len(text) >= bound for bound in (30, 80, 200, 450, 900))


def _length(text: str) -> int:
    return sum(len(text) >= bound for bound in (20, 120))


def _size(text: str) -> int:
    return min(_SIZES - 1, len(text).bit_length())
