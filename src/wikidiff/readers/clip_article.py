"""What the article below a copied diff tells of its lines: it is the new revision as it is shown.

The lines that stand twice in the table are on both sides, so they stand in the article in the same
order. Between them a line of the new side alone is found among what is left of the article, one of
the old side alone is not. Each line of the article is found once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from wikidiff import limits, text

_MARKUP = re.compile(
    r"<!--.*?-->|\{\{[^{}]{0,300}\}\}|<ref[^<>/]{0,200}>[^<>]{0,2000}</ref>|<[^<>]{1,200}>"
    r"|\[\[[^\[\]|]{1,200}\||\[https?://\S+|'{2,5}|&[a-z]+;|^[|!](?:[^|=\[\]{}]{0,200}=[^|]{0,200}\|)?"
)
_NOTE = re.compile(r"\[[^\W_]{1,3}\]")
_CATEGORY = re.compile(
    r"\[\[\s*([^\[\]|:]{1,100}):\s*([^\[\]|]{1,250}?)\s*(?:\|[^\[\]]{0,250})?\]\]\s*"
)
_HIDDEN = re.compile(r"[|{!<}]|\[\[|#|__|[^{}]{0,200}-->")  # what no article shows as such
_SHINGLE = 3  # words in a row that are looked for
_MUCH = 0.8  # share of a hidden line's words that tells for it all the same

Words = tuple[str, ...]


class Article:
    """What an article tells of the lines of a table: -1 for what it does not show, 1 for what it
    shows, 0 where it tells nothing.
    """  # noqa: D205

    def __init__(self, lines: Sequence[str], article: Sequence[str]) -> None:
        self._own = {at: key for at in range(len(lines)) if (key := _key(lines[at]))}
        self._values: dict[int, float] = {}
        self._left: dict[int, set[Words]] = {}
        keys = [_key(_NOTE.sub("", line)) for line in article]
        shown = [at for at, key in enumerate(keys) if key]
        twice = _twice(lines)
        both = [(at, self._own[at]) for at in sorted(twice) if at in self._own]
        anchors = list(_common(both, [(at, keys[at]) for at in shown]))
        alone = [at for at in self._own if at not in twice and at - 1 not in twice]
        for low, high, first, last in _gaps(anchors, len(lines), len(article)):
            if mine := _between(alone, low, high):
                rest = [(at, keys[at]) for at in _between(shown, first, last)]
                self._tell(lines, mine, rest, menus=last == len(article))
        for at, value in _categories(lines, article):
            if at in alone:
                self._values[at] = value

    def shows(self, at: int) -> float:
        """Return how surely the article shows a line that stands once."""
        return self._values.get(at, 0)

    def shows_pair(self, at: int) -> tuple[float, float]:
        """Return how surely it shows a line and the next one as the old and the new of one.

        Of the old one only the words count that the new one has not.
        """
        value = self.shows(at + 1)
        if self._own.get(at) == self._own.get(at + 1):
            return 0, max(value, self.shows(at))
        size = min(_SHINGLE, len(self._own.get(at, ())))
        gone = set(self._shingles(at)).difference(_shingled(self._own.get(at + 1, ()), size))
        if not gone or at not in self._values:
            return 0, value
        if self._values[at] == 1 or at not in self._left:
            return self._values[at], value
        return _share(gone, self._left[at]), value

    def _shingles(self, at: int) -> list[Words]:
        words = self._own.get(at, ())
        return list(_shingled(words, min(_SHINGLE, len(words)))) if words else []

    def _tell(
        self,
        lines: Sequence[str],
        mine: Sequence[int],
        rest: Sequence[tuple[int, Words]],
        *,
        menus: bool,
    ) -> None:
        """Tell of lines between two anchors; what the article has between them is `rest`.

        `menus`: below the article stand the page's menus, whose words may be those of a line.
        """
        same = dict(_common([(at, self._own[at]) for at in mine], rest))
        taken = set(same.values())
        left = {
            shingle
            for at, key in rest
            if at not in taken
            for size in range(1, _SHINGLE + 1)
            for shingle in _shingled(key, size)
        }
        for at in mine:
            if any(self._own[at] == self._own.get(near) for near in (at - 1, at + 1)):
                continue  # which of the two the article shows, it does not tell
            value = 1 if at in same else _share(self._shingles(at), left)
            if menus and value > 0 and len(self._own[at]) == 1:
                value /= 2
            if at in same or value >= _MUCH or not _HIDDEN.match(lines[at].lstrip()):
                self._values[at] = value
                self._left[at] = left


def _share(wanted: Collection[Words], left: Collection[Words]) -> float:
    return 2 * sum(shingle in left for shingle in wanted) / len(wanted) - 1


def _twice(lines: Sequence[str]) -> set[int]:
    """Return the lines that the next one is equal to, each line taken once."""
    found: set[int] = set()
    for at, (one, other) in enumerate(pairwise(lines)):
        if one == other and at - 1 not in found:
            found.add(at)
    return found


def _key(line: str) -> Words:
    words = text.tokens(_MARKUP.sub(" ", line[: limits.CLIP_CHARS]))
    return tuple(word.casefold() for word in words if text.is_word(word))


def _common(
    ours: Sequence[tuple[int, Words]], theirs: Sequence[tuple[int, Words]]
) -> Iterator[tuple[int, int]]:
    """Yield the longest run of equal keys in order: (place, place)."""
    from rapidfuzz.distance import LCSseq

    if len(ours) * len(theirs) > limits.CLIP_CELLS:
        return
    numbers: dict[Words, int] = {}
    one, other = (
        [numbers.setdefault(key, len(numbers)) for _, key in side] for side in (ours, theirs)
    )
    for code in LCSseq.opcodes(one, other):
        if code.tag == "equal":
            for step in range(code.src_end - code.src_start):
                yield ours[code.src_start + step][0], theirs[code.dest_start + step][0]


def _gaps(
    anchors: Sequence[tuple[int, int]], lines: int, article: int
) -> Iterator[tuple[int, int, int, int]]:
    """Yield what lies between two anchors: first and last line, first and last of the article."""
    yield from (
        (low + 1, high, first + 1, last)
        for (low, first), (high, last) in pairwise([(-1, -1), *anchors, (lines, article)])
    )


def _between(places: Sequence[int], low: int, high: int) -> Sequence[int]:
    return places[bisect_left(places, low) : bisect_left(places, high)]


def _shingled(words: Sequence[str], size: int) -> Iterator[Words]:
    return zip(*(words[n:] for n in range(size)), strict=False)


def _categories(lines: Sequence[str], article: Sequence[str]) -> Iterator[tuple[int, float]]:
    """Yield what the list of categories at the article's end tells of lines that are one.

    The list gives their names one after the other; it is the line that holds most of them.
    """
    named: dict[str, dict[str, list[int]]] = {}
    for at, line in enumerate(lines):
        if match := _CATEGORY.fullmatch(line):
            named.setdefault(match[1], {}).setdefault(match[2], []).append(at)
    last = article[-limits.CLIP_LISTED :]
    for space, names in named.items():
        if len(names) > limits.CLIP_LISTED:
            continue
        listed = [line for line in last if ":" in line and f"{space}:" not in line]
        found = max((_listed(line, names) for line in listed), key=len, default=set[str]())
        for name, places in names.items() if len(found) * 2 >= len(names) else ():
            yield from ((at, 1 if name in found else -1) for at in places)


def _listed(line: str, names: Collection[str]) -> set[str]:
    """Return which names a list holds; one of several that lie in one another is the longest."""
    found: set[str] = set()
    for name in sorted(names, key=len, reverse=True):
        sign = re.compile(rf"(?:(?<!\s)|(?<=:\s)){re.escape(name)}(?!\s)")
        if sign.search(line):
            found.add(name)
            line = sign.sub("\0", line)
    return found
