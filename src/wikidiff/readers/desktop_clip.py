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
from typing import Any

from wikidiff import limits, text
from wikidiff.errors import ReadError
from wikidiff.model import Line, PageWarning
from wikidiff.readers.base import Input, Marked
from wikidiff.readers.clip_article import Article
from wikidiff.readers.desktop_head import (
    Head,
    article_at,
    find_head,
    lines_of,
    shows_none,
    stand_twice,
)
from wikidiff.readers.unshown import with_empty_side

NAME = "desktop-clip"
ABOUT = "a desktop diff page as copied from a browser, without the tabs of its table"
EVIDENCE = "the head of both revisions, and below it lines that stand twice"

# What each way to take a line costs, in tenths; found on real pages.
_UNLIKE, _DELETED, _INSERTED, _TURN, _AGAINST = 25, 16, 15, 8, 15
_ALIKE = 0.5  # least likeness of a line's old and new text
_SURE = 0.8  # likeness from which two lines are one edited for certain


def decline(source: Input) -> str | None:
    """Return why this is no copied desktop diff."""
    lines = lines_of(source.text)
    head = find_head(lines, None)
    if head is None:
        return "no two lines near the top tell the times of two revisions"
    below = lines[head.end : article_at(lines, head, head.end)]
    if head.rendered:
        return "a tab parts the two revisions: rendered, not copied"
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
    made = tuple(_taken(lines[start:end], Article(lines[start:end], lines[end:])))
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


@dataclass(frozen=True, slots=True)
class _Way:
    """The best way to take the lines up to some index: `cost`, the last lines, the way before."""

    cost: int
    lines: tuple[Line, ...] = ()
    before: _Way | None = None


def _taken(lines: Sequence[str], article: Article) -> Iterator[Line]:
    """Return the lines as the cheapest way to take them has it."""
    ways: list[dict[str, _Way]] = [{} for _ in range(len(lines) + 1)]
    ways[0] = {"context": _Way(0)}
    for at in range(len(lines)):
        for width, cost, *made in _choices(lines, at, article):
            there, ends = ways[at + width], made[-1].kind
            for kind, way in ways[at].items():
                turns = {kind, made[0].kind} == {"deleted", "inserted"}
                total = way.cost + cost + _TURN * turns
                if ends not in there or total < there[ends].cost:
                    there[ends] = _Way(total, tuple(made), way)
        ways[at] = {}
    last: _Way | None = min(ways[-1].values(), key=lambda one: one.cost)
    found: list[Line] = []
    while last and last.lines:
        found += reversed(last.lines)
        last = last.before
    return reversed(found)


def _choices(lines: Sequence[str], at: int, article: Article) -> Iterator[tuple[Any, ...]]:
    """Yield the ways to take the line at an index: how many lines it takes, its cost, the lines."""
    line = lines[at]
    against = round(_AGAINST * article.shows(at))
    yield 1, _DELETED + against, _deleted(line)
    yield 1, _INSERTED - against, _inserted(line)
    if at + 1 == len(lines):
        return
    after = lines[at + 1]
    if line == after:
        yield 2, -3 * _AGAINST, Line("context", line, line)
    elif (alike := _likeness(line, after)) >= _ALIKE:
        old, new = article.shows_pair(at)
        told = old - new if alike < _SURE or old - new == 2 else -2
        yield (
            2,
            round(_UNLIKE * (1 - alike) + _AGAINST * told),
            Line("changed", line, after, certain=alike >= _SURE),
        )
    elif bool(article.shows(at)) == bool(article.shows(at + 1)) and _is_alone(lines, at):
        against -= round(_AGAINST * article.shows(at + 1))
        yield 2, _UNLIKE - against, _inserted(line), _deleted(after)
        yield 2, _UNLIKE + against, _deleted(line), _inserted(after)


def _deleted(line: str) -> Line:
    return Line("deleted", line, None, certain=False)


def _inserted(line: str) -> Line:
    return Line("inserted", None, line, certain=False)


def _is_alone(lines: Sequence[str], at: int) -> bool:
    """Tell whether two lines stand between context: one was put in another's place."""
    before = at == 0 or (at > 1 and lines[at - 2] == lines[at - 1])
    end = at + 2
    after = end == len(lines) or (end + 1 < len(lines) and lines[end] == lines[end + 1])
    if not (before and after and bool(lines[at].strip()) == bool(lines[at + 1].strip())):
        return False
    return not any(
        lines[at].count(opener) > lines[at].count(closer)
        and lines[at + 1].count(opener) < lines[at + 1].count(closer)
        for opener, closer in _BRACKETS
    )


_BRACKETS = (("<!--", "-->"), ("{{", "}}"), ("{|", "|}"))
_PARAMETER = re.compile(r"\s*\|\s*([^|=\[\]{}<>]{1,100}?)\s*=(?!\s*[\"'])")


def _likeness(old: str, new: str) -> float:
    """Return the share of two lines' words that they have in common, by length, 0 to 1."""
    names = [_PARAMETER.match(side) for side in (old, new)]
    if names[0] and names[1] and names[0][1] == names[1][1]:
        return _SURE  # another value of the same parameter
    bags = [
        Counter(text.tokens(side.strip()[: limits.CLIP_CHARS].casefold())) for side in (old, new)
    ]
    sizes = [sum(len(word) * count for word, count in bag.items()) for bag in bags]
    common = sum(len(word) * count for word, count in (bags[0] & bags[1]).items())
    return 2 * common / max(sum(sizes), 1)
