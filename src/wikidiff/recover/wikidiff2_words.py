"""What wikidiff2 shows of one changed line: its words, their alignment and their likeness.

A word is a run of letters, digits and underscores; every other character, a space and a Chinese or
Japanese character too, stands alone. Every code point from U+00C0 on counts as a letter, save
U+3000 to U+9FFF and U+20000 to U+2A000. In a line that holds a Thai letter further borders come
from a dictionary (libthai's `th_brk`).

Source: `TextUtil.cpp`, `TextUtil.h` and `WordDiffStats.cpp` of wikimedia/mediawiki-php-wikidiff2
1.13.0. (A NUL would end the line there; no wikitext holds one.)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from wikidiff import limits
from wikidiff.recover.wikidiff2_sequence import Alignment, align
from wikidiff.text import pattern
from wikidiff.text import size as byte_count

Run = tuple[str, str]
"""("=" | "-" | "+", text), text never empty."""

Breaker = Callable[[str], list[int]]
"""Offsets in code points where a new word begins in a line that holds Thai letters."""

CHANGE_THRESHOLD = 0.2
"""Lines less alike than this are not shown as one: `wikidiff2.change_threshold` as shipped."""

# All but CJK and the signs of ASCII and Latin-1: these are fewer, which is compiled faster.
_LETTER = r"[^\x00-/:-@\[-^`{-\xbf\u3000-\u9fff\U00020000-\U0002a000]"
_WORD = re.compile(_LETTER + "+|.", re.DOTALL)
_LONG = 300  # characters from which the search for equal ends pays
_REACH = 80  # characters of an equal end in which a word to bound the window is looked for
_BLANKS = (" ", "\t")
_THAI = re.compile("[\u0e01-\u0e3a\u0e3f-\u0e5b]")
_THAI_CLUSTER = "[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]*"


def thai_clusters(line: str) -> list[int]:
    """Return where each Thai consonant with its vowels and marks begins: far too many borders.

    A stand-in for the dictionary, whose borders are nearly all among these: 23 of 25 changed Thai
    lines of real edits come out with the true marks, 18 with no borders inside Thai text at all.
    """
    return [found.start() for found in pattern(_THAI_CLUSTER).finditer(line)]


def has_thai(line: str) -> bool:
    """Tell whether a line holds a letter that makes word borders depend on a `Breaker`."""
    return not line.isascii() and _THAI.search(line) is not None


def split_words(line: str, breaker: Breaker = thai_clusters) -> list[str]:
    """Return the words of one line; joined they are the line. The breaker sees Thai lines only."""
    words: list[str] = _WORD.findall(line)
    if not has_thai(line):
        return words
    borders, at = set(breaker(line)), 0
    for word in words:
        borders.add(at)
        at += len(word)
    stops = [*sorted(border for border in borders if 0 < border < at), at]
    return [line[a:b] for a, b in pairwise([0, *stops])]


@dataclass(frozen=True, slots=True)
class WordDiff:
    """The words of two lines and which of them stand in both.

    `before` and `after` are common text around the words, left out of the alignment.
    """

    old: list[str]
    new: list[str]
    alignment: Alignment
    before: str = ""
    after: str = ""

    @classmethod
    def of(cls, old: list[str], new: list[str], limit: int = limits.WIKIDIFF2_CELLS) -> WordDiff:
        """Align two lines' words; above `limit` cells nothing is aligned."""
        return cls(old, new, align(_keys(old), _keys(new), limit))

    @classmethod
    def between(
        cls,
        old: str,
        new: str,
        breaker: Breaker = thai_clusters,
        limit: int = limits.WIKIDIFF2_CELLS,
    ) -> WordDiff:
        """Align the words of two lines, of long ones only those that can matter."""
        if min(len(old), len(new)) < _LONG or has_thai(old) or has_thai(new):
            return cls.of(split_words(old, breaker), split_words(new, breaker), limit)
        start, end = _window(old, new)
        ours, theirs = (split_words(line[start : len(line) - end]) for line in (old, new))
        pair = (ours, theirs) if start else (_keys(ours), _keys(theirs))
        return cls(ours, theirs, align(*pair, limit), old[:start], old[len(old) - end :])

    @property
    def is_whole(self) -> bool:
        """Whether the lines are too long to be shown with less than all of both."""
        return self.alignment.cells > limits.WIKIDIFF2_WORD_CELLS

    def runs(self) -> tuple[Run, ...]:
        """Return the stretches as shown: at each place deleted before inserted."""
        if self.is_whole:
            sides = ("-", self.old), ("+", self.new)
            return tuple((mark, self.before + "".join(side) + self.after) for mark, side in sides)
        made = [("=", self.before)] if self.before else []
        for i, gone, i_end, _, came, j_end in self.alignment.groups():
            for mark, words in (
                ("=", self.old[i:gone]),
                ("-", self.old[gone:i_end]),
                ("+", self.new[came:j_end]),
            ):
                if words:
                    _append(made, mark, "".join(words))
        if self.after:
            _append(made, "=", self.after)
        return tuple(made)

    def similarity(self) -> float:
        """Return the share, 0 to 1, of bytes that are common; a replacement counts its longer side.

        0.0 too where the words were not aligned.
        """
        common = total = byte_count(self.before) + byte_count(self.after)
        for i, gone, i_end, _, came, j_end in self.alignment.groups():
            same = byte_count("".join(self.old[i:gone]))
            common += same
            total += same + max(
                byte_count("".join(self.old[gone:i_end])), byte_count("".join(self.new[came:j_end]))
            )
        return 0.0 if self.alignment.stopped or not common else common / total

    def is_one_line(self) -> bool:
        """Tell whether the two lines are shown as one changed line; wikidiff2 aligns any length."""
        return self.alignment.stopped or self.similarity() > CHANGE_THRESHOLD


def _keys(words: list[str]) -> list[str]:
    """Return what is compared: a lone space or tab that begins a line equals only another such one.

    Between such two lines a tab that became a space is shown as the old one, unmarked.
    """
    if words and words[0] in _BLANKS and (len(words) == 1 or words[1] not in _BLANKS):
        return ["", *words[1:]]
    return words


def _append(runs: list[Run], mark: str, text: str) -> None:
    if runs and runs[-1][0] == mark:
        text = runs.pop()[1] + text
    runs.append((mark, text))


def _window(old: str, new: str) -> tuple[int, int]:
    """Return how much of two lines, from the start and from the end, may stay out of the alignment.

    Changed words come from between the equal ends, or are the first word of the equal end. A run
    of them slides over a word only if it holds the same one, so nothing slides over a word that is
    none of these: the nearest such word on each side bounds the window.
    """
    start = _equal_start(old, new)
    is_letter = pattern(_LETTER).match
    while start and is_letter(old, start - 1):
        start -= 1
    end = _equal_end(old, new, start)
    while end and is_letter(old, len(old) - end):
        end -= 1
    changed = {w for line in (old, new) for w in _WORD.findall(line, start, len(line) - end)}
    head, tail = old[max(0, start - _REACH) : start], old[len(old) - end :][:_REACH]
    words = _WORD.findall(tail)[:-1]  # the last one may be cut
    changed.update(words[:1])
    reach = next((n for n in range(1, len(words)) if words[n] not in changed), None)
    end = 0 if reach is None else end - len("".join(words[: reach + 1]))
    words = _WORD.findall(head)[1:]
    reach = next((n for n in reversed(range(len(words))) if words[n] not in changed), None)
    return 0 if reach is None else start - len("".join(words[reach:])), end


def _equal_start(old: str, new: str) -> int:
    low, high = 0, min(len(old), len(new)) + 1  # equal up to low, unequal up to high
    while high - low > 1:
        middle = (low + high) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _equal_end(old: str, new: str, start: int) -> int:
    low, high = 0, min(len(old), len(new)) - start + 1
    a, b = len(old), len(new)
    while high - low > 1:
        middle = (low + high) // 2
        if old[a - middle : a - low] == new[b - middle : b - low]:
            low = middle
        else:
            high = middle
    return low
