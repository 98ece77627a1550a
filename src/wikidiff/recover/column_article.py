"""What the article below a copied diff tells of its lines: it is the new revision as it is shown.

The lines that stand twice in the table are on both sides, so they stand in the article in the same
order. Between them a line of the new side alone is found among what is left of the article, one of
the old side alone is not. Each line of the article is found once. How much that tells depends on
what kind of line it is, and on whether the article shows the lines of that kind that stand twice:
of a template's parameters it may show none.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, pairwise

from wikidiff import limits, text
from wikidiff.recover.column_categories import categories_told
from wikidiff.recover.column_names import told_by_names

_MARKUP = re.compile(
    r"<!--.*?-->|\{\{[^{}]{0,300}\}\}|<ref[^<>/]{0,200}>[^<>]{0,2000}</ref>|<[^<>]{1,200}>"
    r"|\[\[[^\[\]|]{1,200}\||\[https?://\S+|'{2,5}|&[a-z]+;|^[|!](?:[^|=\[\]{}]{0,200}=[^|]{0,200}\|)?"
)
_REDIRECT = re.compile(r"#\w+\s*:?\s*(?=\[\[)")  # the word for it is not that of the article
_NOTE = re.compile(r"\[[^\W_]{1,3}\]")
_LINK = re.compile(
    r"\[\[(?![^\[\]|:]{1,30}:[^\[\]|]{1,250}\.\w{3,4}\s*[|\]])(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]"
)
_FILE = re.compile(r"\[\[[^\[\]|:]{1,30}:[^\[\]|]{1,250}\.\w{3,4}\s*((?:\|[^\[\]|]*)*)\]\]")
_SHINGLE = 3  # words in a row that are looked for
_CLUSTERS = 7  # of Thai, where what counts as a word is a letter with its marks
_FEW = 4  # words of a line that may be found by chance, or be missing from menus and the like
_MANY = 12  # of one that is found by chance nowhere
_ALL = 0.8  # share of a line's words from which it counts as shown

Words = tuple[str, ...]

# Kinds of lines by how they begin, and how many of a new text's lines the article shows as such:
# counted on copies made of edits of a wiki and of specifications.
_KINDS = (
    (re.compile(r"<!--|__|[^{}]{0,200}-->"), 0.1),
    (re.compile(r"\[\[[^\[\]|:]{1,30}:"), 0.3),  # files, categories, other languages
    (re.compile(r"\{\{|\}\}"), 0.3),
    (re.compile(r"\|"), 0.6),
    (re.compile(r"[!#<]"), 0.85),
)
_PARAGRAPH, _FEW_WORDS = (len(_KINDS), 0.92), (len(_KINDS) + 1, 0.7)
_NEAR = 4  # lines of a kind that stand twice by which it is told whether the article shows it here
_ABSENT_OLD = 0.93  # old lines that the article does not show
_SAME = 3.2  # log-odds for the new side of a line that is one of the article's, in its place
_SHOWN = 2.6  # of one whose words stand there
_PARTS = 8  # cells from a line that was split to its parts
_ONE_WORD = 1.2  # of a single word that does
_IN_MENUS = 0.5  # what that is worth where it may be of the menus below the article
_MOST_ABSENT = 6.0  # of all lines of one place together
_LISTED = 2.5  # of a category's name in the list of them, or not there


class Article:
    """What an article tells of the lines of a table, in log-odds for the new side."""

    def __init__(self, lines: Sequence[str], article: Sequence[str]) -> None:
        self._own = {at: key for at in range(len(lines)) if (key := _key(lines[at]))}
        self._kinds = {at: _kind(lines[at], key) for at, key in self._own.items()}
        self._values: dict[int, float] = {}
        self._left: dict[int, set[Words]] = {}
        self._article = [_NOTE.sub("", line) for line in article]
        self._keys = keys = [_key(line) for line in self._article]
        shown = [at for at, key in enumerate(keys) if key]
        twice = _twice(lines)
        self._shown = self._shown_of(twice, keys)
        both = [(at, self._own[at]) for at in sorted(twice) if self._has_line(lines, at)]
        self._anchors = anchors = list(_common(both, [(at, keys[at]) for at in shown]))
        self._ends = (len(lines), len(article))
        self._windows: dict[int, Window] = {}
        self._vocabulary = {word for key in keys for word in key}
        alone = [at for at in self._own if at not in twice and at - 1 not in twice]
        for low, high, first, last in _gaps(anchors, len(lines), len(article)):
            if mine := _between(alone, low, high):
                rest = [(at, keys[at]) for at in _between(shown, first, last)]
                self._tell(lines, mine, rest, menus=last == len(article))
        self.listed = {
            at: value for at, value in categories_told(lines, article) if at in set(alone)
        }
        for at, value in self.listed.items():
            self._values[at] = value * _LISTED
        self.named = dict(told_by_names(lines, twice, article, anchors))
        for at, value in self.named.items():
            self._values[at] = self._values.get(at, 0.0) + value
        self.moved: dict[int, float] = {}
        self._join_moved(lines, alone)

    def _has_line(self, lines: Sequence[str], at: int) -> bool:
        """Tell whether an article that shows a line may have a line of these words.

        The cells of a table's row are one line there: those of few words are found by chance.
        """
        words = self._own.get(at, ())
        return len(words) >= _MANY or (bool(words) and not lines[at].startswith(("|", "!")))

    def _join_moved(self, lines: Sequence[str], alone: Sequence[int]) -> None:
        """Let each of two places of one line tell of the other: it moved, so one end is old."""
        places: dict[str, list[int]] = {}
        for at in alone:
            places.setdefault(lines[at], []).append(at)
        for ends in places.values():
            if len(ends) == 2:
                first, second = map(self.tells, ends)
                self._left.pop(ends[0], None)
                self._left.pop(ends[1], None)
                for at, value in zip(ends, (first - second, second - first), strict=True):
                    self._values[at] = self.moved[at] = value

    def tells(self, at: int) -> float:
        """Return the log-odds that a line that stands once is one of the new side."""
        return self._values.get(at, 0.0)

    def words(self, at: int) -> Words:
        """Return the words of a line that an article may show."""
        return self._own.get(at, ())

    def rate(self, at: int) -> float:
        """Return the share of lines of a line's kind that the article shows hereabouts."""
        return self._rate(at) if at in self._kinds else 0.0

    def window(self, at: int) -> Window:
        """Return what the article shows between the anchors that a line stands between."""
        number = bisect_left(self._anchors, (at, -1))
        if number not in self._windows:
            first = self._anchors[number - 1][1] + 1 if number else 0
            self._windows[number] = Window(
                number, self._keys, first, (*self._anchors, self._ends)[number][1]
            )
        return self._windows[number]

    def place(self, at: int) -> int:
        """Return the line of the article that shows a line, or has it among others; -1 for none."""
        number = bisect_left(self._anchors, (at, -1))
        if number < len(self._anchors) and self._anchors[number][0] == at:
            return self._anchors[number][1]
        return self.window(at).place(self._shingles(at))

    def is_whole(self, at: int) -> bool:
        """Tell whether a line of the article between the anchors is this line and no more."""
        return self._own.get(at) in self.window(at).wholes

    def known(self, at: int) -> float:
        """Return how many of a line's words the article has anywhere, -0.5 to 0.5; 0 for few."""
        words = self._own.get(at, ())
        if len(words) < _FEW:
            return 0.0
        share = sum(word in self._vocabulary for word in words) / len(words)
        return (share - 0.5) * min(len(words), _MANY) / _MANY

    def lines_apart(self, one: int, other: int) -> int | None:
        """Return how many blank lines are between two lines of the article, None where text is."""
        if any(self._keys[one + 1 : other]):
            return None
        return other - one - 1

    def shingles(self, at: int) -> list[Words]:
        """Return the words in a row of a line by which it is looked for."""
        return self._shingles(at)

    def tells_pair(self, at: int) -> float:
        """Return the log-odds that a line and the next one are the old and the new of one.

        Of the old one only the words count that the new one has not.
        """
        new = self.tells(at + 1)
        if at in self._own and self._own[at] == self._own.get(at + 1):
            return max(new, self.tells(at))
        size = _size(self._own.get(at, ()))
        gone = set(self._shingles(at)).difference(_shingled(self._own.get(at + 1, ()), size))
        if not gone or at not in self._values:
            return new
        if at not in self._left:
            return new - self._values[at]
        return new - self._worth(at, _share(gone, self._left[at]))

    def _shingles(self, at: int) -> list[Words]:
        words = self._own.get(at, ())
        return list(_shingled(words, _size(words))) if words else []

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
        left = {shingle for at, key in rest if at not in taken for shingle in _all_shingles(key)}
        texts: dict[Words, set[str]] = {}
        for at in mine:
            texts.setdefault(self._own[at], set()).add(lines[at])
        places = [place for place, _ in rest]
        values: dict[int, float] = {}
        for at in mine:
            if len(texts[self._own[at]]) > 1:
                if value := self._told_by_case(lines, at, texts[self._own[at]], rest):
                    values[at] = value
                continue
            value = _SAME if at in same else self._worth(at, _share(self._shingles(at), left))
            if len(self._own[at]) == 1 and not _in_a_row(at, same, places):
                value = min(value, _ONE_WORD * _IN_MENUS if menus else _ONE_WORD)
            values[at] = value
            if at not in same:
                self._left[at] = left
        for at in self._split(mine, same):
            values[at] = 0.0
        total = -sum(values.values())
        if total > _MOST_ABSENT and max(values.values()) <= 0:
            # all taken out, or in a place that the article does not show: many tell no more
            values = {at: value * _MOST_ABSENT / total for at, value in values.items()}
        self._values |= values

    def _told_by_case(
        self,
        lines: Sequence[str],
        at: int,
        texts: Collection[str],
        rest: Sequence[tuple[int, Words]],
    ) -> float:
        """Return what it tells of a line how the article writes words that others have too.

        `texts` are all lines of these words; 0 where it does not tell which of them is there.
        """
        shown = {_words(self._article[place]) for place, key in rest if key == self._own[at]}
        mine = _words(lines[at])
        if not shown or sum(_words(text) == mine for text in texts) > 1:
            return 0.0
        return _SAME if mine in shown else self._worth(at, -1)

    def _split(self, mine: Sequence[int], same: Mapping[int, int]) -> Iterator[int]:
        """Yield lines that together are another one, and that one: the article shows it or them."""
        for whole in same:
            words = set(self._shingles(whole))
            near = _between(mine, whole - _PARTS, whole + _PARTS + 1)
            parts = [at for at in near if at not in same and words.issuperset(self._shingles(at))]
            count = sum(len(self._own[at]) for at in parts)
            if len(parts) > 1 and count >= _ALL * len(self._own[whole]):
                yield from (whole, *parts)

    def _shown_of(
        self, twice: Collection[int], keys: Sequence[Words]
    ) -> dict[int, tuple[list[int], list[int]]]:
        """Return for each kind of line where lines of it stand twice, and how many are shown.

        The counts are of those up to each, from none on.
        """
        words = {shingle for key in keys for shingle in _all_shingles(key)}
        found: dict[int, tuple[list[int], list[int]]] = {}
        for at in sorted(twice):
            if at in self._own:
                places, counts = found.setdefault(self._kinds[at][0], ([], [0]))
                places.append(at)
                is_shown = _share(self._shingles(at), words) >= 2 * _ALL - 1
                counts.append(counts[-1] + is_shown)
        return found

    def _rate(self, at: int) -> float:
        """Return the share of a line's kind that the article shows hereabouts."""
        kind, rate = self._kinds[at]
        places, counts = self._shown.get(kind, ([], [0]))
        middle = bisect_left(places, at)
        low, high = max(0, middle - _NEAR // 2), min(len(places), middle + _NEAR // 2)
        return (counts[high] - counts[low] + rate) / (high - low + 1)

    def _worth(self, at: int, share: float) -> float:
        """Return what it tells that an article shows this share of a line's words, -1 to 1."""
        if share >= 2 * _ALL - 1:
            return _ONE_WORD if len(self._own[at]) == 1 else _SHOWN
        if share > 0:
            return _SHOWN * share / 2
        absent = math.log((1 - self._rate(at)) / _ABSENT_OLD)
        return min(absent, 0.0) * -share


class Window:
    """The lines of an article from `first` to before `end`, by the words in a row they have."""

    def __init__(self, number: int, keys: Sequence[Words], first: int, end: int) -> None:
        self.number = number
        self.counts: Counter[Words] = Counter()
        self._lines: dict[Words, int] = {}
        self.wholes = set(keys[first:end])
        for at in range(first, end):
            for shingle in _all_shingles(keys[at]):
                self.counts[shingle] += 1
                if self._lines.setdefault(shingle, at) != at:
                    self._lines[shingle] = -1

    def place(self, shingles: Sequence[Words]) -> int:
        """Return the one line that has most of these words in a row, -1 where there is none."""
        if not shingles:
            return -1
        found = Counter(self._lines.get(shingle, -1) for shingle in shingles)
        line, count = max(found.items(), key=lambda each: (each[1], each[0]))
        return line if count >= _ALL * len(shingles) else -1


def _in_a_row(at: int, same: Mapping[int, int], places: Sequence[int]) -> bool:
    """Tell whether a line and one next to it are lines of the article that follow each other.

    `same` has the article's place of a line, `places` are those of its lines with words.
    """
    if at not in same:
        return False
    number = bisect_left(places, same[at])
    before, after = places[max(number - 1, 0)], places[min(number + 1, len(places) - 1)]
    return same.get(at - 1) == before or same.get(at + 1) == after


def _kind(line: str, words: Words) -> tuple[int, float]:
    """Return the kind of a line, and how many of its kind an article shows."""
    begin = line.lstrip()
    for kind, (pattern, rate) in enumerate(_KINDS):
        if pattern.match(begin):
            return kind, rate
    return _PARAGRAPH if len(words) >= _FEW else _FEW_WORDS


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
    return tuple(word.casefold() for word in _words(line))


def _words(line: str) -> Words:
    bare = _REDIRECT.sub("", line[: limits.CLIP_CHARS])
    if "[[" in bare and ":" in bare and "." in bare:
        bare = _FILE.sub(_caption, _LINK.sub(r"\1", bare))
    return tuple(word for word in text.tokens(_MARKUP.sub(" ", bare)) if text.is_word(word))


def _caption(match: re.Match[str]) -> str:
    """Return what a file's link shows as text: its caption, which no option of one word is."""
    return " ".join(part for part in match[1].split("|") if " " in part.strip())


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


def _all_shingles(words: Words) -> Iterator[Words]:
    """Yield the words in a row that a line may be looked for by."""
    most = _CLUSTERS if _has_clusters(words) else _SHINGLE
    return chain.from_iterable(_shingled(words, size) for size in range(1, most + 1))


def _size(words: Words) -> int:
    """Return how many words in a row of a line are looked for."""
    return min(_CLUSTERS if _has_clusters(words) else _SHINGLE, len(words))


def _has_clusters(words: Words) -> bool:
    return any("\u0e00" <= word[0] <= "\u0eff" for word in words)  # Thai and Lao
