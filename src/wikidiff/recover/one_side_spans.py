"""Which words of a known line the edit took or brought: the stretches that its other side lacks.

What is extra in the shown line is the other side's for sure; open is which of the known words only
this side has. Such a stretch stands beside an extra one that replaced it (with the old text known
before it, with the new one behind it) or by itself.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import log

from wikidiff import limits
from wikidiff.recover.one_side_embed import Embedding
from wikidiff.recover.one_side_seams import Reads
from wikidiff.text import common_prefix, common_suffix
from wikidiff.text import size as byte_count

_GLUE2 = re.compile("[0-9A-Za-z_\u00c0-\u2fff\ua000-\U0001ffff\U0002a001-\U0010ffff]")
_GLUE_PHP = re.compile(r"[0-9_A-Za-z\x80-\U0010ffff]")
_WORDS2 = re.compile(_GLUE2.pattern + r"+|[^\s]")
_WORDS_PHP = re.compile(_GLUE_PHP.pattern + r"+|[^\s]")
_PAIRS = ("()", "[]", "{}", "<>")

ALONE = (-2.36, 0.18, -0.03, -0.1, -2.27, -2.06, -0.03, -2.37, 1.22, -0.5, -0.6, 1.5)
"""For a stretch by itself: that it is, how the other side reads on at it, how the known text reads
on at its ends, log of its bytes, brackets and quotes left open, beginning or ending with a space,
being whole words, standing at an end of the line, line ends in it, being one sign,
beginning like what follows it or ending like what precedes it."""

PAIR = -1.5
"""For a pair of brackets, quotes or tags around words, or the front of a piped link with them."""

LEVEL = 1.0
"""The same for the equal signs of a heading."""

_AROUND = re.compile(
    r"(\[\[(?:[^\[\]|\n]{1,200}\|)?)[^\[\]|\n]{1,200}(\]\])"
    r"|('{2,5})[^'\n]{1,200}('{2,5})|([(\"\u201c])[^()\"\u201d\n]{1,200}([)\"\u201d])"
    r"|(<[a-z]{1,10}>)[^<>\n]{1,200}(</[a-z]{1,10}>)"
)

BESIDE = (-2.22, 0.12, 0.1, 0.0, -0.34, -2.99, 1.89, -0.99, -1.21, -1.05, 1.44)
"""For one with a replacement: that it is, the same four, same kinds of characters at the ends,
likeness, difference of the log of the bytes, line ends in it, being one word."""


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens `start` to `end` of the known line that the other side lacks; `size` in bytes."""

    start: int
    end: int
    size: int
    score: float


class Spans:
    """The stretches that can be lacking, given what is extra and where."""

    def __init__(
        self, found: Embedding, reads: Reads, *, is_old: bool, php: bool, most: int
    ) -> None:
        self.tokens, self.extra, self.is_old, self.php = found.tokens, found.extra, is_old, php
        self.reads = reads
        self._text = "".join(found.tokens)
        self.places = [0, *accumulate(map(len, found.tokens))]
        self.sizes = [0, *accumulate(map(byte_count, found.tokens))]
        self._most = most
        self._glue = _GLUE_PHP if php else _GLUE2
        self._words = _WORDS_PHP if php else _WORDS2
        self._open = [self._balance(pair) for pair in _PAIRS]
        self.gaps = [gap for gap, extra in enumerate(found.extra) if extra]

    def _balance(self, pair: str) -> list[int]:
        steps = (token.count(pair[0]) - token.count(pair[1]) for token in self.tokens)
        return [0, *accumulate(steps)]

    def before(self, token: int) -> str:
        """Return the end of the known text before a token."""
        return self._text[: self.places[token]][-8:]

    def chunks(self) -> Iterator[tuple[int, int, str]]:
        """Yield the bounds of each run of known tokens, and the extra that a stretch can be for."""
        bounds = [0, *self.gaps, len(self.tokens)]
        for low, high in pairwise(bounds):
            yield low, high, self.extra[high if self.is_old else low]

    def beside(self, low: int, high: int, extra: str) -> list[Span]:
        """Return the stretches of a chunk that its extra can have replaced."""
        if not extra or low == high:
            return []
        words = set(self._words.findall(extra))
        spaced = " " in extra
        made: list[Span] = []
        order = range(high - 1, low - 1, -1) if self.is_old else range(low, high)
        for at in order:
            start, end = (at, high) if self.is_old else (low, at + 1)
            size = self.sizes[end] - self.sizes[start]
            token = self.tokens[at]
            if size > self._most or token in words or len(made) > limits.ONE_SIDE_SPAN:
                break
            if not self.php and spaced and token[0] in " \t":
                break
            inner = start if self.is_old else end
            if inner == (low if self.is_old else high) and inner in self.gaps:
                break
            if (span := self._beside(start, end, size, extra)) is not None:
                made.append(span)
        return made

    def _beside(self, start: int, end: int, size: int, extra: str) -> Span | None:
        left, right = self._text[: self.places[start]], self._text[self.places[end] :]
        if self.is_old:
            if left and self._glued(left[-1], extra[0]) and not self.php:
                return None
            joint = self.reads.joint(left[-8:], extra)
            was = self.reads.joint(self._text[: self.places[end]][-8:], extra)
        else:
            if right and self._glued(extra[-1], right[0]) and not self.php:
                return None
            joint = self.reads.joint(extra[-8:], right[:8])
            was = self.reads.joint(extra[-8:], self._text[self.places[start] :][:8])
        gone = self._text[self.places[start] : self.places[end]]
        opened, odd = self._opened(start, end, extra)
        if self.is_old:
            known = self.reads.joint(left[-8:] or "\n", gone[:8])
        else:
            known = self.reads.joint(gone[-8:], right[:8] or "\n")
        alike = (_kind(gone[0]) == _kind(extra[0])) + (_kind(gone[-1]) == _kind(extra[-1]))
        features = (
            1,
            joint - was,
            known,
            log(size),
            opened,
            odd,
            alike,
            _likeness(gone, extra),
            abs(log(size / byte_count(extra))),
            gone.count("\n"),
            int(end - start == 1),
        )
        return Span(start, end, size, self._score(BESIDE, features))

    def _opened(self, start: int, end: int, extra: str) -> tuple[int, int]:
        """Return how many brackets, and kinds of quotes, do not pair up on the other side."""
        brackets = sum(
            abs(b[end] - b[start] - extra.count(p[0]) + extra.count(p[1]))
            for b, p in zip(self._open, _PAIRS, strict=True)
        )
        gone = self._text[self.places[start] : self.places[end]]
        odd = sum((gone.count(sign) - extra.count(sign)) % 2 for sign in ("''", '"'))
        return brackets, odd

    def alone(self, low: int, high: int, wanted: frozenset[int]) -> list[Span]:
        """Return the stretches of a chunk that can lack without anything in their place.

        Long ones only of the sizes wanted, in bytes.
        """
        gaps = self.gaps
        first = low + 1 if low in gaps else low
        last = high - 1 if high in gaps else high
        made: list[Span] = []
        for start in range(first, last):
            for end in self._ends(start, last, wanted):
                span = self._alone(start, end)
                if span is not None:
                    made.append(span)
        return made

    def _ends(self, start: int, last: int, wanted: frozenset[int]) -> Iterator[int]:
        sizes, base = self.sizes, self.sizes[start]
        stop = min(last, start + limits.ONE_SIDE_SPAN, bisect_right(sizes, base + self._most) - 1)
        yield from range(start + 1, stop + 1)
        for size in wanted:
            end = bisect_right(sizes, base + size) - 1
            if stop < end <= last and sizes[end] == base + size:
                yield end

    def _alone(self, start: int, end: int) -> Span | None:
        a, b = self.places[start], self.places[end]
        text = self._text
        if a and b < len(text) and self._glued(text[a - 1], text[b]):
            return None
        size = self.sizes[end] - self.sizes[start]
        before, after = text[max(0, a - 8) : a] or "\n", text[b : b + 8] or "\n"
        joint = self.reads.joint(before, after)
        opened, odd = self._opened(start, end, "")
        known = self.reads.joint(before, text[a : a + 8])
        known += self.reads.joint(text[max(a, b - 8) : b], after)
        spaced = (text[a] == " ") != (text[b - 1] == " ")
        words = not (a and text[a - 1].isalnum()) or not (b < len(text) and text[b].isalnum())
        features = (
            1,
            joint,
            known,
            log(size),
            opened,
            odd,
            int(spaced),
            int(words),
            int(a == 0) + int(b == len(text)),
            text.count("\n", a, b),
            int(b - a == 1),
            int((b < len(text) and text[a] == text[b]) or (a > 0 and text[a - 1] == text[b - 1])),
        )
        return Span(start, end, size, self._score(ALONE, features))

    def pairs(self, low: int, high: int) -> Iterator[tuple[Span, Span]]:
        """Yield pairs of signs around words of a chunk: what linking or quoting brings."""
        gaps, at = set(self.gaps), {place: n for n, place in enumerate(self.places)}
        first, last = self.places[low], self.places[high]
        found = []
        for match in _AROUND.finditer(self._text, first, last):
            group = next(n for n in (1, 3, 5, 7) if match[n] is not None)
            found.append((*match.span(group), *match.span(group + 1)))
        if first == 0 and last == len(self._text):
            found += _heading_ends(self._text)
        for ends in found:
            a, b, c, d = (at.get(place, -1) for place in ends)
            if min(a, b, c, d) >= 0 and d not in gaps and not (a in gaps and a == low):
                score = (LEVEL if self._text[self.places[a]] == "=" else PAIR) / 2
                one = Span(a, b, self.sizes[b] - self.sizes[a], score)
                yield one, Span(c, d, self.sizes[d] - self.sizes[c], score)

    def _glued(self, left: str, right: str) -> bool:
        return bool(self._glue.match(left) and self._glue.match(right))

    def _score(self, weights: tuple[float, ...], features: tuple[float, ...]) -> float:
        return sum(w * x for w, x in zip(weights, features, strict=True))


def _heading_ends(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield where equally many equal signs begin and end a heading, and one can do without."""
    body = text.rstrip()
    depth = min(len(body) - len(body.lstrip("=")), len(body) - len(body.rstrip("=")))
    if "\n" not in body and depth * 2 < len(body):
        for count in range(1, depth + 1):
            yield 0, count, len(body) - count, len(body)


def _likeness(one: str, other: str) -> float:
    """Return the share of two texts that equal ends make up."""
    start = common_prefix(one, other)
    end = common_suffix(one, other, min(len(one), len(other)) - start)
    return 2 * (start + end) / (len(one) + len(other))


def _kind(char: str) -> int:
    if char.isdigit():
        return 1
    if char.isalpha():
        return 3 if char.isupper() else 2
    return 0 if char.isspace() else ord(char)
