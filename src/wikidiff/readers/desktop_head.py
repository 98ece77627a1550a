"""What stands above the diff table of a copied desktop page: the title and both revisions.

Each revision has four lines: "Revision as of TIME (edit)", "USER (talk | contribs)", the comment in
brackets or a word that there is none, and the links to the neighbours (SkinTemplate and
DifferenceEngine of MediaWiki; the same in all skins).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from wikidiff import limits
from wikidiff.model import Page, PageWarning, Revision, Revisions
from wikidiff.readers import paged
from wikidiff.readers.addresses import stored
from wikidiff.readers.base import Meta, revisions_between
from wikidiff.readers.localised import Language, fold, languages

_LINKS = re.compile(r"\s*[(（][^()（）]{1,200}[)）]\s*$")
_PIECE = re.compile(r"\d+|[^\W\d]+|\S")
_BETWEEN = 8  # lines from the old revision's first line to the new one's, tabs of the table too
_TRIES = 8  # lines that tell a revision's time and are looked at as the old one's
_NOTICE_WITHIN = 3  # lines below the head in which the notice on revisions between stands
_PREFIX = 8  # characters of a heading that must be the same to be that of the article below


class Head(NamedTuple):
    """The head of a page; `end` is the index of the first line below it.

    `article` is what the line above the article says, which repeats the new revision's first.
    `rendered` where a tab parts the two, as in rendered text and not in what a browser copies.
    """

    meta: Meta
    end: int
    article: str
    rendered: bool


def lines_of(text: str) -> list[str]:
    """Return a copied text's lines; a CR before every line feed belongs to the line ends."""
    lines = text.split("\n")
    ended = lines[:-1]
    if ended and all(line.endswith("\r") for line in ended):
        lines = [line.removesuffix("\r") for line in lines]
    return lines


def find_head(lines: Sequence[str], first: str | None) -> Head | None:
    """Return the head of the page, None where there is none; `first` is the language to try."""
    tried = 0
    for at, line in enumerate(lines[: limits.HEADER_LINES]):
        if tried == _TRIES or not _is_dated(line) or not _LINKS.search(line):
            continue
        folded = fold(_without_links(line))
        for language in languages(first):
            if when := language.revision_time(folded):
                tried += 1
                new = _new_at(lines, at, language)
                if new is not None:
                    return _head(lines, (at, when), new, language)
    return None


def _is_dated(line: str) -> bool:
    """Tell whether a line may hold a date: it has a day's and a year's digits."""
    return len(line) <= limits.HEADER_CHARS and sum(map(str.isdigit, line)) >= 5


def _without_links(line: str) -> str:
    """Return the line without the links in brackets at its end."""
    while found := _LINKS.search(line):
        line = line[: found.start()]
    return line.strip()


def _new_at(lines: Sequence[str], old: int, language: Language) -> tuple[int, str] | None:
    """Return index and time of the new revision's first line, below the old one's."""
    for at in range(old + 1, min(old + 1 + _BETWEEN, len(lines))):
        dated = _is_dated(lines[at]) and _LINKS.search(lines[at])
        if dated and (when := _time(_without_links(lines[at]), language)):
            return at, when
    return None


def _time(words: str, language: Language) -> str | None:
    """Return the time that stands somewhere in a line, the most exact of those found."""
    folded = fold(words)
    if when := language.revision_time(folded):
        return when
    found = (language.date(span) for span in _spans(folded))
    return max(filter(None, found), key=len, default=None)


def _spans(folded: str) -> Iterator[str]:
    """Yield the stretches of a line that may be a date, from word to word."""
    pieces = list(_PIECE.finditer(folded))[: limits.HEADER_WORDS]
    for i, start in enumerate(pieces):
        for end in pieces[i + 2 : i + limits.HEADER_WORDS]:
            if start[0].isdigit() or end[0].isdigit():
                yield folded[start.start() : end.end()]


def _head(
    lines: Sequence[str], old: tuple[int, str], new: tuple[int, str], language: Language
) -> Head:
    sides = [_revision(lines, at, when, language) for at, when in (old, new)]
    above = [line for line in lines[: old[0]] if len(line) <= limits.HEADER_CHARS]
    titles = map(language.difference_title, reversed(above))
    title = next(filter(None, titles), None)
    end = min(new[0] + 4 + _mark_alone(lines, new[0], language), len(lines))  # neighbours too
    end, warnings = _between(lines, end, language)
    meta = Meta(Page(title), Revisions(*sides), language=language.code, warnings=warnings)
    rendered = "\t" in lines[old[0] : new[0]]
    return Head(meta, end, _without_links(lines[new[0]]), rendered)


def _between(
    lines: Sequence[str], end: int, language: Language
) -> tuple[int, tuple[PageWarning, ...]]:
    """Return the index below the notice that revisions between are not shown, and the warning."""
    for at in range(end, min(end + _NOTICE_WITHIN, len(lines))):
        told = lines[at].strip()
        if told and len(told) <= limits.HEADER_CHARS and language.tells_between(fold(told)):
            return at + 1, (revisions_between(told),)
        if told:
            break
    return end, ()


def _mark_alone(lines: Sequence[str], at: int, language: Language) -> bool:
    """Tell whether the mark of a minor edit has a line of its own, before the comment's."""
    return at + 3 < len(lines) and fold(lines[at + 2]) in language.words("minor")


def _revision(lines: Sequence[str], at: int, when: str, language: Language) -> Revision:
    """Return what the lines from `at` tell of a revision."""
    user = lines[at + 1] if at + 1 < len(lines) else ""
    if alone := _mark_alone(lines, at, language):
        at += 1
    told = lines[at + 2].strip() if at + 2 < len(lines) else ""
    mark, _, rest = told.partition(" ")
    minor = alone or fold(mark) in language.words("minor")
    told = rest.strip() if minor and not alone else told
    if not minor and fold(told[1:]) in language.words("no_comment"):  # copied without the space
        minor = fold(told[:1]) in language.words("minor")
    inside = told[:1] in ("(", "（") and told[-1:] in (")", "）")
    name = _without_links(user) if _LINKS.search(user) else None
    name = name and (stored(name) or name)
    return Revision(timestamp=when, user=name, comment=told[1:-1] if inside else "", minor=minor)


def shows_none(lines: Sequence[str], head: Head) -> bool:
    """Tell whether the article, or the end, follows the head at once: a page without a diff.

    MediaWiki says "(No difference)" there, in brackets in most languages, or nothing.
    """
    below = [line.strip() for line in lines[head.end : article_at(lines, head, head.end)]]
    told = [line for line in below if line]
    return not told or (len(told) == 1 and told[0][0] in "(（" and told[0][-1] in ")）")


def stand_twice(lines: Sequence[str]) -> bool:
    """Tell whether copied lines are those of a table of two columns: one that stays stands twice.

    A blank cell is copied as an empty line, a blank block of an inline diff as a space. Where no
    line stays, all are edited ones, old and new in turn.
    """
    if ("" in lines) != (" " in lines):
        return "" in lines
    return any(a == b for a, b in pairwise(lines)) or _are_pairs(lines)


def are_cut(lines: Sequence[str]) -> bool:
    """Tell whether a page lost the white space at its lines' ends, as mail programs cut it off.

    Between both revisions browsers copy a line of one space.
    """
    return not any(line.endswith((" ", "\t", "\u00a0")) for line in lines)


def printed(lines: Sequence[str], head: Head) -> str | None:
    """Return why a page that has no tabs is the text of a PDF or a print, None where it is none.

    A browser copies no line numbers, a comment in one line, and white space at some lines' ends.
    """
    if head.rendered:
        return None
    near = lines[max(head.end - _BETWEEN, 0) : head.end]
    first = next((line for line in lines[head.end :] if line.strip()), "")
    if any(_tells_numbers(line, head.meta.language) for line in (*near, first)):
        return paged.NUMBERS
    if not are_cut(lines):
        return None
    if any(map(_is_torn, near)):
        return paged.BROKEN
    return paged.broken(lines[head.end :], doubted=True)


def _tells_numbers(line: str, language: str | None) -> bool:
    """Tell whether a line has one line number, or one of either side, and nothing else."""
    if len(line) > limits.HEADER_CHARS:
        return False
    folded = fold(line)
    spoken = next(languages(language))
    for form in spoken.line_forms:
        if len(form) == 2:
            one = rf"{re.escape(form[0])}[\d.,'’٬٫ ]+{re.escape(form[1])}"
            if re.fullmatch(rf"{one}(?:\s*{one})?", folded):
                return True
    return False


def _is_torn(line: str) -> bool:
    """Tell whether a line begins a comment that it does not end."""
    told = line.strip()
    return told[:1] in ("(", "（") and told.count(told[0]) > sum(map(told.count, ")）"))


_PAIRS = 100  # lines of a page of which not one stayed
_ALIKE = 0.8


def _are_pairs(lines: Sequence[str]) -> bool:
    """Tell whether each two lines are alike, and none is as much like the line after the two."""
    if not 2 <= len(lines) <= _PAIRS or len(lines) % 2:
        return False
    from rapidfuzz.distance import Indel

    found = [
        Indel.normalized_similarity(a[: limits.CLIP_CHARS], b[: limits.CLIP_CHARS])
        for a, b in pairwise(lines)
    ]
    return min(found[::2]) >= _ALIKE and min(found[::2]) > max(found[1::2], default=0.0)


def article_at(lines: Sequence[str], head: Head, start: int) -> int:
    """Return the index of the line that begins the article below the diff, or the end."""
    if len(head.article) < _PREFIX:
        return len(lines)
    for at in range(start, len(lines)):
        if lines[at].strip() == head.article:
            return at
    return len(lines)
