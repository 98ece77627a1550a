"""What a reader sees of a line: its text without markup, and what changed in it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Any

from rapidfuzz.distance import LCSseq, Levenshtein

from wikidiff import limits, text
from wikidiff.markup.names import Names, fold, set_of
from wikidiff.markup.nodes import Node, Range, Tree
from wikidiff.markup.tables import grid_of

_UNSEEN_TAGS = set_of(
    "ref references gallery indicator math chem ce score timeline templatedata templatestyles "
    "graph mapframe maplink categorytree inputbox imagemap noinclude syntaxhighlight source hiero"
)
_UNSEEN = frozenset({"template", "argument", "comment", "switch", "signature"})
_QUOTES = re.compile("'{2,}")
_SENTENCE_END = (  # one set of first characters, which is searched at full speed
    r"[.!?…。？！｡।॥։؟](?:(?<=[.!?…])[\"'”’»)\]]*+\s++|(?<=[。？！｡।॥։؟]))"
)
_NUMBER = r"[+\-−]?[0-9]+(?:[.,:/][0-9]+)*%?"


def is_unseen(node: Node) -> bool:
    """Tell whether nothing shows of a node on its line."""
    return node.form in _UNSEEN or (node.form == "tag" and node.name in _UNSEEN_TAGS)


class Visible:
    """What shows of one side's text."""

    def __init__(self, tree: Tree, names: Names, lines: Sequence[Range]) -> None:
        self.source, self.names, self.tree = tree.source, names, tree
        self.wanted = lines  # offsets of the lines asked for, rising: nothing else is looked at
        self.lows = [low for low, _ in lines]
        self.hidden: list[Range] = []
        waiting = tree.roots[::-1]
        while waiting:
            node = waiting.pop()
            if self._is_wanted(node.start, node.end):
                waiting += self._hide(node)[::-1]
        self.hidden.sort()
        self.starts = [start for start, _ in self.hidden]
        self.reach = list(accumulate((end for _, end in self.hidden), max))

    def _is_wanted(self, start: int, end: int) -> bool:
        at = bisect_right(self.lows, end) - 1
        return at >= 0 and self.wanted[at][1] >= start

    def _hide(self, node: Node) -> list[Node]:
        """Hide what a node does not show; return the children that may still hide something."""
        inner = node.inner
        if node.form == "switch" and not self._is_switch(node):
            return []
        if is_unseen(node):
            inner = node.end, node.end
        elif node.form == "link":
            inner = self._label(node)
        elif node.form == "external":
            inner = self._url_label(node)
        elif node.form == "table":
            self._hide_table(node)
            return node.children
        self.hidden += (node.start, inner[0]), (inner[1], node.end)
        return [child for child in node.children if child.start < inner[1] and child.end > inner[0]]

    def _is_switch(self, node: Node) -> bool:
        return fold(self.source[node.start : node.end]) in self.names.switches

    def _label(self, node: Node) -> Range:
        start, end = node.inner
        cut = self.source.find("|", start, end)
        if self.source.find(":", start, end) < 0:
            return (cut + 1 if cut >= 0 else start), end
        target = self.source[start:end]
        if self.names.link_kind(target.strip()) != "wikilink":
            return node.end, node.end
        if self.names.is_interlanguage(target.strip()):
            return node.end, node.end
        return (cut + 1 if cut >= 0 else start + target.startswith(":")), end

    def _url_label(self, node: Node) -> Range:
        start, end = node.inner
        cut = self.source.find(" ", start, end)
        return (cut + 1, end) if cut >= 0 and node.name != "bare" else (node.end, node.end)

    def _hide_table(self, node: Node) -> None:
        made = grid_of(self.source, node)
        shown = [(cell.start, cell.end) for row in made.rows for cell in row.cells]
        shown += [(made.caption.start, made.caption.end)] if made.caption else []
        at = node.start
        for start, end in sorted(shown):
            self.hidden.append((at, start))
            at = end
        self.hidden.append((at, node.end))

    def _is_heading(self, start: int, end: int) -> bool:
        return not self.tree.is_raw(start) and text.heading(self.source[start:end]) is not None

    def hides(self, offset: int) -> bool:
        """Tell whether a place is inside of something that does not show."""
        before = bisect_right(self.starts, offset)
        return before > 0 and self.reach[before - 1] > offset

    def line(self, start: int, end: int) -> str:
        """Return what shows of a line, given its offsets; a heading is told of by itself."""
        if self.source.startswith("=", start) and self._is_heading(start, end):
            return ""
        parts: list[str] = []
        at = start
        first = bisect_left(self.starts, start)
        if first and self.reach[first - 1] > start:  # one that began before the line
            at = min(self.reach[first - 1], end)
        for low, high in self.hidden[first : bisect_left(self.starts, end)]:
            if low > at:
                parts.append(self.source[at:low])
            at = max(at, high)
        parts.append(self.source[at:end])
        shown = "".join(parts)
        if "''" in shown:
            shown = _QUOTES.sub("", shown)
        if "&" not in shown or len(shown) > limits.MARKUP_LINE_CHARS:
            return shown  # of a longer line no markup is looked at
        from html import unescape  # its table of entities is long, and seldom asked

        return unescape(shown)


Detail = dict[str, Any]


def compare(old: str, new: str) -> Detail:
    """Return what changed between two lines of visible text, which are not the same.

    `class` is the narrowest of: whitespace, punctuation, case, numbers, spelling, order, words.
    Counts are of multisets, so that words that only changed places are none.
    """
    head = text.common_prefix(old, new)
    tail = text.common_suffix(old, new, min(len(old), len(new)) - head)
    low, high = _word_ends(old, head, tail)
    middle, other = old[low : len(old) - high], new[low : len(new) - high]
    olds, news = text.tokens(middle), text.tokens(other)
    replaced = _replaced(olds, news)
    gone, come = _left(olds, news)
    words, signs, blanks = _sorted(gone, come)
    detail = {
        "class": _kind(gone, come, replaced, middle, other, words, signs),
        "words": words,
        "punctuation": signs,
        "whitespace": blanks,
        "sentences": _sentences(old, new, head, tail),
        "paragraphs": {"added": 0, "removed": 0, "changed": 1},
        "numbers": [list(p) for p in replaced if _is_number(p[0]) and _is_number(p[1])],
        "spelling": [
            list(p) for p in replaced if p[0].casefold() != p[1].casefold() and _is_spelling(*p)
        ],
    }
    return detail


def _left(olds: Sequence[str], news: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """Return how often each token is there more often on one side than on the other."""
    counts: dict[str, int] = {}
    for token in olds:
        counts[token] = counts.get(token, 0) + 1
    come: dict[str, int] = {}
    for token in news:
        if left := counts.get(token, 0):
            counts[token] = left - 1
        else:
            come[token] = come.get(token, 0) + 1
    return {token: n for token, n in counts.items() if n}, come


_Sides = dict[str, int]


def _sorted(gone: dict[str, int], come: dict[str, int]) -> tuple[_Sides, _Sides, _Sides]:
    """Return how many words, signs and blanks were added and removed."""
    added, removed = _totals(come), _totals(gone)
    return (
        {"added": added[0], "removed": removed[0]},
        {"added": added[1], "removed": removed[1]},
        {"added": added[2], "removed": removed[2]},
    )


def _totals(counts: dict[str, int]) -> tuple[int, int, int]:
    """Return how many of some tokens are words, signs and blanks."""
    words = signs = blanks = 0
    for token, n in counts.items():
        if token[0].isalnum():
            words += n
        elif token.isspace():
            blanks += n
        elif token[1:] and text.is_word(token):
            words += n
        else:
            signs += n
    return words, signs, blanks


_NEAR = 2_000  # code points in which the end of a word or sentence is looked for


def _word_ends(line: str, head: int, tail: int) -> tuple[int, int]:
    """Return how much of the start and end that two lines share to leave away: whole words."""
    near = max(head - _NEAR, 0)
    low = max(line.rfind(" ", near, head) + 1, near)
    last = len(line) - tail
    cut = line.find(" ", last, last + _NEAR)
    return low, len(line) - cut if cut >= 0 else max(tail - _NEAR, 0)


def _sentences(old: str, new: str, head: int, tail: int) -> dict[str, int]:
    """Return how many sentences were added, removed and changed of two lines.

    What both share of their start and end is left away up to a sentence's end: as often as a
    sentence stands there it does on the other side.
    """
    low = near = head
    for reach in (_NEAR // 8, _NEAR):
        if low == near:
            low = near = max(head - reach, 0)
            for found in text.pattern(_SENTENCE_END).finditer(old, max(near - 1, 0), head):
                low = found.end()
    last = len(old) - tail
    end = text.pattern(_SENTENCE_END).search(old, last, last + _NEAR)
    high = len(old) - end.end() if end else max(tail - _NEAR, 0)
    return _parts(sentences(old[low : len(old) - high]), sentences(new[low : len(new) - high]))


def count(lines: Sequence[str], action: str) -> Detail:
    """Return the detail of lines that were added or removed."""
    counted = Counter(chain.from_iterable(map(text.tokens, lines)))
    parts = [sentence for line in lines for sentence in sentences(line)]
    gone, come = ({}, counted) if action == "added" else (counted, {})
    full = sum(bool(line.strip()) for line in lines)
    sides = {"added": 0, "removed": 0, "changed": 0}
    words, signs, blanks = _sorted(gone, come)
    kind = (
        "words" if any(words.values()) else "punctuation" if any(signs.values()) else "whitespace"
    )
    return {
        "class": kind,
        "words": words,
        "punctuation": signs,
        "whitespace": blanks,
        "sentences": {**sides, action: len(parts)},
        "paragraphs": {**sides, action: full},
        "numbers": [],
        "spelling": [],
    }


def sentences(line: str) -> list[str]:
    """Return a line's sentences, cut after the signs that end one in the scripts that have some."""
    found: list[str] = []
    at = 0
    for match in text.pattern(_SENTENCE_END).finditer(line):
        found.append(line[at : match.start() + 1].strip())
        at = match.end()
    found.append(line[at:].strip())
    return [part for part in found if part]


def _parts(old: list[str], new: list[str]) -> dict[str, int]:
    gone, come = _left(old, new)
    removed, added = sum(gone.values()), sum(come.values())
    changed = min(removed, added)
    return {"added": added - changed, "removed": removed - changed, "changed": changed}


def _replaced(olds: list[str], news: list[str]) -> list[tuple[str, str]]:
    """Return the words that stand for one another, where as many came as went."""
    start, old_end, new_end = 0, len(olds), len(news)
    while start < old_end and start < new_end and olds[start] == news[start]:
        start += 1
    while old_end > start and new_end > start and olds[old_end - 1] == news[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
    middle, other = olds[start:old_end], news[start:new_end]
    if not middle or not other or len(middle) * len(other) > limits.MARKUP_CELLS:
        return []
    found: list[tuple[str, str]] = []
    for a, b, c, d in _gaps(middle, other):
        gone = [t for t in middle[a:b] if text.is_word(t)]
        come = [t for t in other[c:d] if text.is_word(t)]
        if len(gone) == len(come):
            found += zip(gone, come, strict=True)
    return found


def _gaps(olds: list[str], news: list[str]) -> list[tuple[int, int, int, int]]:
    """Return the stretches between the tokens that stay: old start, old end, new start, new end."""
    if len(olds) == 1 or len(news) == 1:  # begin and end differ: nothing stays but one inside
        one, others = (olds, news) if len(olds) == 1 else (news, olds)
        if one[0] not in others:
            return [(0, len(olds), 0, len(news))]
    numbers: dict[str, int] = {}
    first = [numbers.setdefault(token, len(numbers)) for token in olds]
    second = [numbers.setdefault(token, len(numbers)) for token in news]
    found: list[tuple[int, int, int, int]] = []
    a = c = 0
    for block in LCSseq.opcodes(first, second):
        if block.tag == "equal":
            if a < block.src_start or c < block.dest_start:
                found.append((a, block.src_start, c, block.dest_start))
            a, c = block.src_end, block.dest_end
    if a < len(first) or c < len(second):
        found.append((a, len(first), c, len(second)))
    return found


def _kind(
    gone: dict[str, int],
    come: dict[str, int],
    replaced: list[tuple[str, str]],
    old: str,
    new: str,
    words: _Sides,
    signs: _Sides,
) -> str:
    if not any(words.values()):
        if not gone and not come:
            return "order"
        return "punctuation" if any(signs.values()) else "whitespace"
    if words["added"] == words["removed"] and old.casefold() == new.casefold():
        return "case"
    if "".join(old.split()) == "".join(new.split()):
        return "whitespace"
    if words["removed"] == words["added"] == len(replaced):
        if all(a.casefold() == b.casefold() for a, b in replaced):
            return "case"
        if all(_is_number(a) and _is_number(b) for a, b in replaced):
            return "numbers"
        if all(_is_spelling(a, b) for a, b in replaced):
            return "spelling"
    return "words"


def _is_number(word: str) -> bool:
    return bool(text.pattern(_NUMBER).fullmatch(word)) or word.isdecimal()


def _is_spelling(old: str, new: str) -> bool:
    """Tell whether one word may be the other spelt right: at most two signs, a third, differ."""
    if _is_number(old) or _is_number(new) or min(len(old), len(new)) < 3:
        return False
    most = min(2, max(len(old), len(new)) // 3)
    return Levenshtein.distance(old.casefold(), new.casefold(), score_cutoff=most) <= most
