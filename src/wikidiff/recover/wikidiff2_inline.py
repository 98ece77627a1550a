"""An exact model of wikidiff2's inline format, which Special:MobileDiff shows.

Given both texts it returns the page's blocks with their marks (`blocks`), or what is left of them
on a page copied as text (`shown`). The rules are those of wikidiff2 1.13.0 (`Wikidiff2.cpp` and
`InlineDiff.cpp` of wikimedia/mediawiki-php-wikidiff2) with the settings it ships with, and of
MediaWiki 1.39, which asks for two lines of context and turns CR LF into LF first.

Word borders inside Thai text come there from a dictionary; here from a `Breaker`, by default a
crude one without a dictionary, so that changed Thai lines are approximate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from wikidiff.limits import Fallback
from wikidiff.recover.wikidiff2_lines import (
    LineOp,
    Lines,
    MoveFinder,
    Place,
    line_ops,
    split_lines,
)
from wikidiff.recover.wikidiff2_words import Breaker, Run, WordDiff, thai_clusters

CONTEXT_LINES = 2
DOWN, UP = "\u25bc", "\u25b2"
"""The links to the other end of a move: down after the text, up before it."""

_SPACES = re.compile("[ \t\r\n\f]+")  # white space as HTML knows it: NBSP stays

BlockKind = Literal["context", "added", "deleted", "changed", "moved-from", "moved-to"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the page.

    `runs` holds (op, text) with op "=", "-" or "+"; equal and deleted joined are the old line,
    equal and inserted the new one; a blank line has none. A "moved-from" block, shown there without
    marks, has its line as deleted, "moved-to" holds the edit. `old` and `new` are 0-based line
    numbers, None on a side that is not shown here. `move` joins the two ends, and `upwards` tells
    that the other end comes earlier; it may have been shown as a whole line by then.
    """

    kind: BlockKind
    runs: tuple[Run, ...]
    old: int | None
    new: int | None
    move: int | None = None
    upwards: bool = False


def blocks(
    old: str,
    new: str,
    *,
    breaker: Breaker = thai_clusters,
    fallbacks: list[Fallback] | None = None,
) -> list[Block]:
    """Return the blocks of the page for two wikitexts; limits that were reached go to `fallbacks`.

    CR LF counts as a line break, a lone CR does not; a final line break cannot be seen.
    """
    old_lines, new_lines = (split_lines(text.replace("\r\n", "\n")) for text in (old, new))
    return _page(Lines(old_lines, new_lines, breaker, fallbacks))


def shown(
    old: str,
    new: str,
    *,
    breaker: Breaker = thai_clusters,
    fallbacks: list[Fallback] | None = None,
) -> list[str]:
    """Return the lines of the page copied as text: marks dropped, white space folded.

    A blank line is one NBSP; a block of white space alone is no line. A move's link is glued to its
    line.
    """
    return flatten(blocks(old, new, breaker=breaker, fallbacks=fallbacks))


def hunk_blocks(
    old_lines: list[str], new_lines: list[str], *, breaker: Breaker = thai_clusters
) -> list[Block]:
    """Return what a run of old lines replaced by a run of new lines shows, by itself.

    Line numbers count from the hunk's first line. On a page with other hunks a line may be moved
    between them, which cannot be seen from here.
    """
    return _page(Lines(old_lines, new_lines, breaker))


def line_runs(old_line: str, new_line: str, *, breaker: Breaker = thai_clusters) -> list[Run]:
    """Return the marked stretches of one changed line, whether or not it is shown as one."""
    return list(WordDiff.between(old_line, new_line, breaker).runs())


def line_text(old_line: str, new_line: str, *, breaker: Breaker = thai_clusters) -> str:
    """Return one changed line copied as text."""
    return fold("".join(text for _, text in line_runs(old_line, new_line, breaker=breaker)))


def are_shown_as_one(old_line: str, new_line: str, *, breaker: Breaker = thai_clusters) -> bool:
    """Tell whether two lines paired in a hunk are alike enough to be one changed line."""
    return WordDiff.between(old_line, new_line, breaker).is_one_line()


def flatten(page: list[Block]) -> list[str]:
    """Return the lines that blocks leave on a page copied as text."""
    made = []
    for block in page:
        text = "".join(text for _, text in block.runs) or "\u00a0"
        if block.move is not None:
            text = UP + text if block.upwards else text + DOWN
        made.append(fold(text))
    return [line for line in made if line]


def fold(text: str) -> str:
    """Fold white space as a browser shows it; NBSP is not white space."""
    if "  " in text or "\t" in text or "\r" in text or "\n" in text or "\f" in text:
        text = _SPACES.sub(" ", text)
    return text.strip(" ")


def _page(lines: Lines) -> list[Block]:
    made: list[Block] = []
    ops = line_ops(lines)
    moves = MoveFinder(lines, ops)
    ids: dict[frozenset[Place], int] = {}
    for i, op in enumerate(ops):
        if op.kind == "same":
            made += _context(lines, op, is_first=i == 0, is_last=i == len(ops) - 1)
        elif op.kind == "changed":
            made += [_changed(lines, a, b) for a, b in zip(op.old, op.new, strict=True)]
        else:
            for n in range(max(len(op.old), len(op.new))):
                made += _end(lines, ops, moves, (i, n), ids)
    return made


def _context(lines: Lines, op: LineOp, *, is_first: bool, is_last: bool) -> list[Block]:
    count = len(op.old)
    after = 0 if is_first else min(CONTEXT_LINES, count)
    before = count if is_last else max(after, count - CONTEXT_LINES)
    return [
        Block("context", _runs("=", lines.old[op.old[n]]), op.old[n], op.new[n])
        for n in (*range(after), *range(before, count))
    ]


def _changed(lines: Lines, old: int, new: int) -> Block:
    runs = lines.word_diff(lines.old[old], lines.new[new]).runs()
    return Block("changed", runs, old, new)


def _end(
    lines: Lines,
    ops: list[LineOp],
    moves: MoveFinder,
    place: Place,
    ids: dict[frozenset[Place], int],
) -> list[Block]:
    """Return the block of one added or deleted line, if it has one."""
    kind, (old, new) = ops[place[0]].kind, _numbers(ops, place)
    line = lines.new[new] if old is None and new is not None else lines.old[old or 0]
    how, other = moves.ask(place, line)
    if how == "hidden":
        return []
    if other is None:
        mark = "+" if kind == "added" else "-"
        return [Block("added" if kind == "added" else "deleted", _runs(mark, line), old, new)]
    far_old, far_new = _numbers(ops, other)
    pair = old if old is not None else far_old, new if new is not None else far_new
    whole = _changed(lines, pair[0] or 0, pair[1] or 0)
    if how == "changed":
        return [whole]
    move = ids.setdefault(frozenset((place, other)), len(ids))
    if kind == "deleted":
        return [Block("moved-from", _runs("-", line), old, None, move, other < place)]
    return [replace(whole, kind="moved-to", move=move, upwards=other < place)]


def _numbers(ops: list[LineOp], place: Place) -> tuple[int | None, int | None]:
    """Return the line number of an added or deleted line on its side."""
    op, n = ops[place[0]], place[1]
    return (op.old[n], None) if op.kind == "deleted" else (None, op.new[n])


def _runs(mark: str, line: str) -> tuple[Run, ...]:
    return ((mark, line),) if line else ()
