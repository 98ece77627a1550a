"""Which words of a known line the edit took or brought: the stretches that its other side lacks.

What is extra in the shown line is the other side's for sure; open is which of the known words only
this side has. Such a stretch stands beside an extra one that replaced it (with the old text known
before it, with the new one behind it) or by itself.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from heapq import nlargest
from itertools import accumulate, pairwise
from math import log
from typing import NamedTuple

from wikidiff import limits
from wikidiff.recover.one_side_embed import Embedding
from wikidiff.recover.one_side_odds import Odds
from wikidiff.recover.one_side_seams import Reads
from wikidiff.recover.one_side_weights import AROUND, LEVEL, Weights, dot
from wikidiff.recover.wikidiff2_words import has_thai
from wikidiff.text import common_prefix, common_suffix
from wikidiff.text import size as byte_count

_GLUE2 = re.compile("[0-9A-Za-z_\u00c0-\u2fff\ua000-\U0001ffff\U0002a001-\U0010ffff]")
_GLUE_PHP = re.compile(r"[0-9_A-Za-z\x80-\U0010ffff]")
_WORDS2 = re.compile(_GLUE2.pattern + r"+|[^\s]")
_WORDS_PHP = re.compile(_GLUE_PHP.pattern + r"+|[^\s]")
_PAIRS = ("()", "[]", "{}", "<>")

_AROUND = re.compile(
    r"(\[\[(?:[^\[\]|\n]{1,200}\|)?)[^\[\]|\n]{1,200}(\]\])"
    r"|('{2,5})[^'\n]{1,200}('{2,5})|([(\"\u201c])[^()\"\u201d\n]{1,200}([)\"\u201d])"
    r"|(<[a-z]{1,10}>)[^<>\n]{1,200}(</[a-z]{1,10}>)"
)

LACKS_ALONE, LACKS_BESIDE, LACKS_AROUND, LACKS_LEVEL = range(4)


class Span(NamedTuple):
    """Tokens `start` to `end` of the known line that the other side lacks; `size` in bytes.

    `kind` says of which group of weights the `features` are.
    """

    start: int
    end: int
    size: int
    score: float
    kind: int
    features: tuple[float, ...]


class Spans:
    """The stretches that can be lacking, given what is extra and where."""

    def __init__(
        self,
        found: Embedding,
        reads: Reads,
        weights: Weights,
        odds: Odds,
        *,
        is_old: bool,
        php: bool,
        most: int,
    ) -> None:
        self.weights, self._odds = weights, odds
        self.tokens, self.extra, self.is_old, self.php = found.tokens, found.extra, is_old, php
        self.reads = reads
        self._text = "".join(found.tokens)
        self.places = [0, *accumulate(map(len, found.tokens))]
        self.sizes = [0, *accumulate(map(byte_count, found.tokens))]
        self._ends = {size: n for n, size in enumerate(self.sizes)}
        self._most = most
        self._thai = has_thai(self._text)
        self._glue = _GLUE_PHP if php else _GLUE2
        self._words = _WORDS_PHP if php else _WORDS2
        self._open = [self._balance(pair) for pair in _PAIRS]
        # what the old PHP formatter shows of a space is a common word's, and stands in no one's way
        self.gaps = [gap for gap, extra in enumerate(found.extra) if extra.strip(" " * php)]

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
            if size > self._most or token in words or len(made) > limits.ONE_SIDE_BESIDE:
                break
            if not self.php and spaced and token[0] in " \t":
                break
            inner = start if self.is_old else end
            if inner == (low if self.is_old else high) and inner in self.gaps:
                break
            if (span := self._beside(start, end, size, extra)) is not None:
                made.append(span)
        return made

    def must_lack(self, low: int, high: int, extra: str) -> bool:
        """Tell whether a word must have been replaced: its letters run into the extra ones."""
        if self.php or not extra or low == high or self._thai:
            return False
        if self.is_old:
            return self._glued(self._text[self.places[high] - 1], extra[0])
        return self._glued(extra[-1], self._text[self.places[low]])

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
            self._odds.beside(start, end),
            int(_spaces(left, extra) or _spaces(extra, right)),
        )
        score = dot(self.weights.beside, features)
        return Span(start, end, size, score, LACKS_BESIDE, features)

    def _opened(self, start: int, end: int, extra: str) -> tuple[int, int]:
        """Return how many brackets, and kinds of quotes, do not pair up on the other side."""
        brackets = sum(
            abs(b[end] - b[start] - extra.count(p[0]) + extra.count(p[1]))
            for b, p in zip(self._open, _PAIRS, strict=True)
        )
        gone = self._text[self.places[start] : self.places[end]]
        odd = sum((gone.count(sign) - extra.count(sign)) % 2 for sign in ("''", '"'))
        return brackets, odd

    def alone(self, low: int, high: int) -> list[Span]:
        """Return the stretches of a chunk that can lack without anything in their place."""
        first, last = self._inside(low, high)
        made: list[Span] = []
        for start in range(first, last):
            stop = bisect_right(self.sizes, self.sizes[start] + self._most) - 1
            for end in range(start + 1, min(last, start + limits.ONE_SIDE_SPAN, stop) + 1):
                if self._stands_back(start, end, first, low):
                    span = self._alone(start, end)
                    if span is not None:
                        made.append(span)
        best = nlargest(limits.ONE_SIDE_WEIGHED, made, key=span_order)
        counts = Counter(self.of(span) for span in made)
        again = [span for span in made if counts[self.of(span)] > 1]
        best += nlargest(limits.ONE_SIDE_PAIRED, again, key=span_order)
        return [self._weighed(span) for span in sorted(set(best))]

    def sized(self, size: int) -> list[Span]:
        """Return the stretches of exactly this size in bytes, however long, that can lack alone."""
        made: list[Span] = []
        for low, high, _ in self.chunks():
            first, last = self._inside(low, high)
            for start in range(first, last):
                end = self._ends.get(self.sizes[start] + size, 0)
                if start < end <= last and self._stands_back(start, end, first, low):
                    span = self._alone(start, end)
                    if span is not None:
                        made.append(span)
        best = nlargest(limits.ONE_SIDE_AT_TARGET, made, key=span_order)
        return [self._weighed(span) for span in best]

    def _inside(self, low: int, high: int) -> tuple[int, int]:
        """Return the tokens of a chunk that touch no extra."""
        gaps = self.gaps
        return low + 1 if low in gaps else low, high - 1 if high in gaps else high

    def _stands_back(self, start: int, end: int, first: int, low: int) -> bool:
        """Tell whether a stretch stands as far back as it goes, as the formatters show it.

        Moved on it would leave the same text.
        """
        tokens = self.tokens
        if start <= (first if self.php else low):
            return True
        return tokens[start - 1] != tokens[end - 1]

    def of(self, span: Span) -> str:
        """Return the words of a stretch."""
        return self._text[self.places[span.start] : self.places[span.end]]

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
            int(_spaces(before, after) or text[a:b].isspace()),
            0.0,
        )
        score = dot(self.weights.alone, features)
        return Span(start, end, size, score, LACKS_ALONE, features)

    def _weighed(self, span: Span) -> Span:
        """Return a stretch that lacks alone with the odds of its edit site, which take a while."""
        odds = self._odds.alone(span.start, span.end)
        features = (*span.features[:-1], odds)
        score = dot(self.weights.alone, features)
        return Span(span.start, span.end, span.size, score, LACKS_ALONE, features)

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
                level = self._text[self.places[a]] == "="
                score = self.weights.ways[LEVEL if level else AROUND]
                kind = LACKS_LEVEL if level else LACKS_AROUND
                one = Span(a, b, self.sizes[b] - self.sizes[a], score, kind, (1.0,))
                yield one, Span(c, d, self.sizes[d] - self.sizes[c], score, kind, (1.0,))

    def _glued(self, left: str, right: str) -> bool:
        return bool(self._glue.match(left) and self._glue.match(right))


def _spaces(before: str, after: str) -> bool:
    """Tell whether two spaces meet, or one begins or ends the line."""
    return before[-1:] in ("", "\n", " ") and after[:1] in ("", "\n", " ")


def span_order(span: Span) -> tuple[float, int, int]:
    """Return what sorts stretches, the likeliest last."""
    return span.score, -span.start, -span.end


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
