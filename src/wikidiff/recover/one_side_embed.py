"""Where a known text stands in a shown line that holds all its words and more.

The known text is cut into tokens (words, single signs, runs of white space); a path takes each
token to a place of the shown line, in order, and what it leaves is extra. Paths with few extra
stretches are best. A run of white space may be missing in the shown line (the old PHP formatter
shows common words with the old side's spaces), and a line break always is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.recover.wikidiff2_words import has_thai, thai_clusters

_TOKEN = re.compile(r"\n|[^\S\n\u00a0]+|\w+|.", re.DOTALL)
_LETTERS = re.compile(
    "[0-9A-Za-z_\u00c0-\u2fff\ua000-\U0001ffff\U0002a001-\U0010ffff]+|\n|[ \t\r\f\v]+|.", re.DOTALL
)
_PHP_WORDS = re.compile(r"\n|[ \t\r\f\v]+|[0-9_A-Za-z\x80-\U0010ffff]+|.", re.DOTALL)

RUN_COST = 1.0
MISSING_SPACE = 0.4
ODD_BORDER = 0.3


@dataclass(frozen=True, slots=True)
class Embedding:
    """Tokens of the known text and, for each gap before, between and after them, what is extra.

    `cost` is small where the extra stretches are few and end with words.
    """

    tokens: tuple[str, ...]
    extra: tuple[str, ...]
    present: tuple[bool, ...]
    cost: float


def tokens_of(text: str, *, php: bool, segmented: bool = False) -> list[str]:
    """Return the tokens of a text at whose borders an edit can begin; joined they are the text."""
    if php:
        made = _PHP_WORDS.findall(text)
        if not segmented:
            return list(made)
        return [x for token in made for x in ([token] if token.isascii() else _signs(token))]
    made = _LETTERS.findall(text)
    if not has_thai(text):
        return list(made)
    return [part for token in made for part in _thai(token)]


def _signs(token: str) -> list[str]:
    return re.findall(r"[\x00-\x7f]+|.", token, re.DOTALL)


def _thai(token: str) -> list[str]:
    stops = [0, *(n for n in thai_clusters(token) if n), len(token)]
    return [token[a:b] for a, b in pairwise(stops) if b > a]


_GLUE = re.compile("[0-9A-Za-z_\u00c0-\u2fff\ua000-\U0001ffff\U0002a001-\U0010ffff]{2}")


class Borders(NamedTuple):
    """Whether a known word may be cut off by an extra stretch right before, and right behind it.

    wikidiff2 shows deleted before inserted, and words whole: where the letters of a known word of
    the old side follow those of an extra stretch, or an extra one those of the new side's, neither
    can be.
    """

    before: bool = True
    behind: bool = True


ANY_BORDER = Borders()

State = tuple[float, "State | None", int, int]
"""(cost, state of the token before, start in the shown line or -1 where missing, end)."""


def embeddings(
    shown: str,
    tokens: list[str],
    fallbacks: list[Fallback] | None = None,
    borders: Borders = ANY_BORDER,
) -> list[Embedding]:
    """Return the best ways to find all tokens in a shown line, best first; none if there is none.

    `shown` has its runs of white space folded and none at its ends. None are returned either, and
    `fallbacks` told, where more than `limits.ONE_SIDE_STEPS` places would have to be tried.
    """
    room = _room(shown, tokens)
    if room is None:
        return []
    states: dict[int, list[State]] = {0: [(0.0, None, -1, 0)]}
    steps = 0
    for token, (low, high) in zip(tokens, room, strict=True):
        states = _advance(shown, token, low, high, states, borders)
        steps += len(states)
        if steps > limits.ONE_SIDE_STEPS and fallbacks is not None:
            fallbacks.append(Fallback("known line", limits.ONE_SIDE_STEPS, steps))
        if not states or steps > limits.ONE_SIDE_STEPS:
            return []
    ends = [
        (state[0] + (RUN_COST if end < len(shown) else 0.0), n, state)
        for end, found in sorted(states.items())
        for n, state in enumerate(found)
        if borders.behind or not _GLUE.match(shown, max(0, end - 1))
    ]
    ends.sort(key=lambda x: x[0])
    made: dict[tuple[str, ...], Embedding] = {}
    others: list[Embedding] = []
    for cost, _, state in ends[: 2 * limits.ONE_SIDE_EMBEDDINGS]:
        found = _embedding(shown, tokens, state, cost)
        back = _moved_back(found)
        made.setdefault(back.extra, back)
        others.append(found)
    for found in others:
        made.setdefault(found.extra, found)
    return list(made.values())[: limits.ONE_SIDE_EMBEDDINGS]


def _moved_back(found: Embedding) -> Embedding:
    """Return an embedding with each extra stretch as far back as it goes, as formatters show it."""
    extra = list(found.extra)
    for gap in range(1, len(extra)):
        at = gap
        while at and extra[at] and found.present[at - 1]:
            token = " " if found.tokens[at - 1].isspace() else found.tokens[at - 1]
            rest = extra[at][: -len(token)]
            if not extra[at].endswith(token) or (rest and _glued(rest[-1], token[0])):
                break
            extra[at - 1] += token + rest
            extra[at] = ""
            at -= 1
    return Embedding(found.tokens, tuple(extra), found.present, found.cost)


def _glued(one: str, other: str) -> bool:
    return one.isalnum() and other.isalnum()


def _room(shown: str, tokens: list[str]) -> list[tuple[int, int]] | None:
    """Return for each token the places where it can begin at all: greedy from either end."""
    lows, at = [], 0
    for token in tokens:
        if token.isspace():
            lows.append(at)
            continue
        at = shown.find(token, at)
        if at < 0:
            return None
        lows.append(at)
        at += len(token)
    highs, at = [], len(shown)
    for token in reversed(tokens):
        if token.isspace():
            highs.append(at)
            continue
        at = shown.rfind(token, 0, at)
        highs.append(at)
    highs.reverse()
    return list(zip(lows, highs, strict=True))


def _advance(
    shown: str,
    token: str,
    low: int,
    high: int,
    states: dict[int, list[State]],
    borders: Borders,
) -> dict[int, list[State]]:
    """Return the states after one more token."""
    made: dict[int, list[State]] = {}
    ends = sorted(states)
    if token.isspace():
        for end in ends:  # not shown, at no cost for a line break
            price = 0.0 if token == "\n" or end in (0, len(shown)) else MISSING_SPACE
            missing: list[State] = [(s[0] + price, s, -1, end) for s in states[end]]
            _keep(made, end, missing)
        if token == "\n":
            return made
        token = " "
    best: list[State] = []
    behind = 0
    at = shown.find(token, low)
    while 0 <= at <= high:
        stop = bisect_left(ends, at)
        while behind < stop:
            end = ends[behind]
            if borders.behind or not end or not _GLUE.match(shown, end - 1):
                best = sorted([*best, *states[end]], key=_cost)[:2]
            behind += 1
        price = RUN_COST + (ODD_BORDER if _splits(shown, at) else 0.0)
        cut = not borders.before and at > 0 and _GLUE.match(shown, at - 1)
        found: list[State] = []
        if not cut:
            found = [(s[0] + price, s, at, at + len(token)) for s in best]
        found += [(s[0], s, at, at + len(token)) for s in states.get(at, ())]
        if found:
            _keep(made, at + len(token), found)
        at = shown.find(token, at + 1)
    return made


def _cost(state: State) -> float:
    return state[0]


def _keep(made: dict[int, list[State]], end: int, found: list[State]) -> None:
    kept = [*made.get(end, ()), *found]
    kept.sort(key=_cost)
    made[end] = kept[:2]


def _splits(shown: str, at: int) -> bool:
    return shown[at - 1].isalnum() and shown[at].isalnum()


def _embedding(shown: str, tokens: list[str], state: State, cost: float) -> Embedding:
    extra = [shown[state[3] :]]
    present = []
    at: State | None = state
    while at is not None:
        _, before, start, end = at
        if before is None:
            break
        present.append(start >= 0)
        begin = end if start < 0 else start
        extra.append(shown[before[3] : begin])
        at = before
    extra.reverse()
    present.reverse()
    return Embedding(tuple(tokens), tuple(extra), tuple(present), cost)
