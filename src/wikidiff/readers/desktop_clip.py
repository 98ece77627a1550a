"""The desktop diff table as copied: each cell a plain line, the old side's before the new one's.

A browser that copies the table gives no line numbers, no tabs and no marks: a line of context
stands twice, an edited one old then new, one of one side alone once. What is which is concluded:
two equal lines are context, two alike are one line edited, and whether a single line was taken
out or put in tells the article below, which is the new revision. Lines so concluded are marked
uncertain where the page allows another way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from wikidiff import limits, text
from wikidiff.errors import ReadError
from wikidiff.model import Line, PageWarning
from wikidiff.readers.base import Input, Marked
from wikidiff.readers.desktop_head import Head, article_at, find_head, lines_of, shows_none, stand_twice
from wikidiff.readers.unshown import with_empty_side

NAME = "desktop-clip"
ABOUT = "a desktop diff page as copied from a browser, without the tabs of its table"
EVIDENCE = "the head of both revisions, and below it lines that stand twice"

_MARKUP = re.compile(
    r"<!--.*?-->|<[^<>]{1,200}>|\[\[[^\[\]|]{1,200}\||\[https?://\S+|'{2,5}|&[a-z]+;"
)
_HIDDEN = ("|", "{", "!", "<", "}", "[[", "#", "__")  # lines that an article does not show as such
_SHINGLE = 3  # words in a row that are looked for in the article

# What each way to take a line costs, in tenths; found on real pages.
_UNLIKE, _DELETED, _INSERTED, _TURN, _AGAINST = 25, 16, 15, 4, 7
_ALIKE = 0.35  # least likeness of a line's old and new text


def decline(source: Input) -> str | None:
    """Return why this is no copied desktop diff."""
    lines = lines_of(source.text)
    head = find_head(lines, None)
    if head is None:
        return "no two lines near the top tell the times of two revisions"
    below = lines[head.end : article_at(lines, head, head.end)]
    if stand_twice(below) or shows_none(lines, head):
        return None
    return "no line below the two revisions stands twice, as a diff's context does"


def read(source: Input, *, language: str | None = None) -> Marked:
    """Read the page; its hunks' borders are lost, so all lines come as one run.

    Changed lines come without ops. Raises ReadError where there is no head of two revisions, or
    more than `limits.CLIP_LINES` lines.
    """
    lines = lines_of(source.text)
    head = find_head(lines, language)
    if head is None:
        raise ReadError(source.name, "no two revisions' times", "copy the page from its title on")
    if shows_none(lines, head):
        return Marked(head.meta, (), "spaces")
    end = article_at(lines, head, head.end)
    start = _after_notice(lines, head)
    if end - start > limits.CLIP_LINES:
        told = f"{end - start:,} lines, more than the {limits.CLIP_LINES:,} that are taken apart"
        raise ReadError(source.name, told, "save the page as HTML instead")
    made = tuple(_taken(lines[start:end], Article(lines[end:])))
    warnings = (*head.meta.warnings, *_WARNINGS)
    return Marked(replace(head.meta, warnings=warnings), with_empty_side([made]), "spaces")


_WARNINGS = (
    PageWarning("marks-lost", "The marks inside of changed lines are lost: compared anew."),
    PageWarning(
        "columns-lost",
        "Copying ran both columns together: which lines were taken out or put in is concluded.",
    ),
)


def _after_notice(lines: Sequence[str], head: Head) -> int:
    """Return the index below the notice on revisions not shown, "(3 intermediate ...)"."""
    if head.end + 1 < len(lines):
        line, after = lines[head.end].strip(), lines[head.end + 1].strip()
        if line != after and line[:1] in ("(", "（") and line[-1:] in (")", "）"):
            return head.end + any(map(str.isdecimal, line))
    return head.end


class Article:
    """The article below the diff: the new revision as it is shown."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    @cached_property
    def _shingles(self) -> frozenset[tuple[str, ...]]:
        words = [word for line in self._lines for word in _words(line)][: limits.CLIP_WORDS]
        return frozenset(s for size in range(1, _SHINGLE + 1) for s in _shingled(words, size))

    def shows(self, line: str) -> float | None:
        """Return how much of a line the article shows, 0 to 1, None where that says nothing."""
        if not self._lines or line.startswith(_HIDDEN):
            return None
        words = _words(_MARKUP.sub("", line[: limits.CLIP_CHARS]))
        if not words:
            return None
        wanted = list(_shingled(words, min(_SHINGLE, len(words))))
        return sum(shingle in self._shingles for shingle in wanted) / len(wanted)


def _words(line: str) -> list[str]:
    return [token.casefold() for token in text.tokens(line) if text.is_word(token)]


def _shingled(words: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[n:] for n in range(size)), strict=False)


@dataclass(frozen=True, slots=True)
class _Way:
    """The best way to take the lines up to some index: `cost`, the last line, the way before."""

    cost: int
    line: Line | None = None
    before: _Way | None = None


def _taken(lines: Sequence[str], article: Article) -> Iterator[Line]:
    """Return the lines as the cheapest way to take them has it."""
    ways: list[dict[str, _Way]] = [{} for _ in range(len(lines) + 1)]
    ways[0] = {"context": _Way(0)}
    for at in range(len(lines)):
        for width, cost, line in _choices(lines, at, article):
            there = ways[at + width]
            for kind, way in ways[at].items():
                turns = {kind, line.kind} == {"deleted", "inserted"}
                total = way.cost + cost + _TURN * turns
                if line.kind not in there or total < there[line.kind].cost:
                    there[line.kind] = _Way(total, line, way)
        if at:
            ways[at - 1] = {}
    last: _Way | None = min(ways[-1].values(), key=lambda one: one.cost)
    found: list[Line] = []
    while last and last.line:
        found.append(last.line)
        last = last.before
    return reversed(found)


def _choices(lines: Sequence[str], at: int, article: Article) -> Iterator[tuple[int, int, Line]]:
    """Yield the ways to take the line at an index: how many lines it takes, its cost, the line."""
    line = lines[at]
    if at + 1 < len(lines):
        after = lines[at + 1]
        if line == after:
            yield 2, 0, Line("context", line, line)
        elif (alike := _likeness(line, after)) >= _ALIKE:
            yield 2, round(_UNLIKE * (1 - alike)), Line("changed", line, after)
    shown = article.shows(line)
    against = 0 if shown is None else round(_AGAINST * (2 * shown - 1))
    yield 1, _DELETED + against, Line("deleted", line, None, certain=False)
    yield 1, _INSERTED - against, Line("inserted", None, line, certain=False)


def _likeness(old: str, new: str) -> float:
    """Return the share of two lines' words that they have in common, by length, 0 to 1."""
    bags = [Counter(text.tokens(side.strip()[: limits.CLIP_CHARS])) for side in (old, new)]
    sizes = [sum(len(word) * count for word, count in bag.items()) for bag in bags]
    common = sum(len(word) * count for word, count in (bags[0] & bags[1]).items())
    return 2 * common / max(sum(sizes), 1)
