"""A flattened page whose two texts are both given: the formatter says which lines are what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from wikidiff.errors import ContradictionError
from wikidiff.limits import Fallback
from wikidiff.model import Reading, ReadingLine
from wikidiff.recover import php_inline, wikidiff2_inline
from wikidiff.recover.one_side_places import runs_between
from wikidiff.recover.one_side_shown import MARKS, Shown, key_of, shown_lines, tries
from wikidiff.recover.page import PHP, WIKIDIFF2, FlatPage, Place, Placed, Recovery
from wikidiff.recover.wikidiff2_words import has_thai
from wikidiff.text import size as byte_count

WAY_OUT = "give the text of the very revision that the page compares"
QUOTED = 80
"""Code points of a shown line that a message repeats."""

Sides = tuple[tuple[str, ...], tuple[str, ...]]

Range = tuple[int, int]


class Made(NamedTuple):
    """A block that the formatter makes: its text and the lines that it stands for.

    `old` and `new` are their half-open ranges, counted from 0, empty where it has none. `pair` are
    the two lines of an edited one whose words our model of the formatter cuts at other places than
    the formatter: in Thai a dictionary says where words begin.
    """

    text: str
    sides: Sides
    old: Range
    new: Range
    pair: tuple[str, str] | None = None


def from_both(page: FlatPage, old: str, new: str) -> Recovery:
    """Return the one reading of a page whose texts are both given.

    Raises ContradictionError, naming the first shown line that their diff does not show.
    """
    shown = shown_lines(page.lines)
    furthest = 0
    engines = (page.engine,) if page.engine else (WIKIDIFF2, PHP)
    for engine, variant in tries(page, engines, old + new):
        reached: list[Fallback] = []
        found = list(_blocks(engine, variant.language, old, new, reached))
        lines, stand, read = _laid(shown, found)
        if lines is not None:
            placed = _placed(old, new, stand)
            return _certain(page, engine, old, new, lines, placed, tuple(reached))
        furthest = max(furthest, read)
    if furthest < len(shown):
        line = shown[furthest]
        trouble = f"their diff does not show line {line.index + 1}: {quoted(line.raw)}"
    else:
        trouble = "their diff shows more lines than the page"
    raise ContradictionError("--old and --new", trouble, WAY_OUT)


def quoted(text: str) -> str:
    """Return the beginning of a line as a message shows it."""
    return repr(text if len(text) <= QUOTED else text[: QUOTED - 1] + "\u2026")


def _blocks(
    engine: str, language: str, old: str, new: str, reached: list[Fallback]
) -> Iterator[Made]:
    """Yield what the engine shows of two texts, and the lines that each block stands for."""
    was, now = ([*text.replace("\r\n", "\n").split("\n")] for text in (old, new))
    if engine == PHP:
        pair = "\n".join(was), "\n".join(now)
        for block in php_inline.blocks(*pair, language=language, fallbacks=reached):
            text = "".join(text for _, text in block.runs)
            sides = tuple(was[slice(*block.old)]), tuple(now[slice(*block.new)])
            yield Made(text, sides, block.old, block.new)
        return
    for part in wikidiff2_inline.blocks(old, new, fallbacks=reached):
        text = "".join(text for _, text in part.runs) or "\u00a0"
        before = _one(None if part.kind == "moved-to" else part.old)
        after = _one(part.new)
        lines = None
        if part.kind in ("changed", "moved-to") and has_thai(text):
            lines = was[part.old or 0], now[part.new or 0]
        sides = tuple(was[slice(*before)]), tuple(now[slice(*after)])
        yield Made(text, sides, before, after, lines)


def _one(line: int | None) -> Range:
    return (0, 0) if line is None else (line, line + 1)


def _placed(old: str, new: str, stand: Iterable[Place]) -> tuple[Placed, ...]:
    """Return where the lines stand, to the letter, if they go in order and are all that differs."""
    runs = None if "\r\n" in old + new else runs_between(stand, old.split("\n"), new.split("\n"))
    return () if runs is None else (Placed(old, new, runs),)


def _laid(
    shown: Sequence[Shown], found: Sequence[Made]
) -> tuple[list[ReadingLine] | None, list[Place], int]:
    """Return the shown lines with their sides, None where they differ, and how many did fit.

    Besides them where the blocks stand.

    Blocks without ink may or may not have come over as lines.
    """
    made: list[ReadingLine] = []
    stand: list[Place] = []
    at = 0
    for text, sides, old, new, pair in found:
        key = key_of(text).strip(MARKS)
        while key and at < len(shown) and not shown[at].key:
            made.append(ReadingLine(shown[at].index, ("",), ("",)))
            at += 1
        if at < len(shown) and (shown[at].key == key or _holds(shown[at].key, pair)):
            made.append(ReadingLine(shown[at].index, *sides))
            stand.append(Place(shown[at].index, old, new))
            at += 1
        elif key:
            return None, stand, at
        else:
            stand.append(Place(-1, old, new))
    rest = shown[at:]
    if any(line.key for line in rest):
        return None, stand, at
    made += [ReadingLine(line.index, ("",), ("",)) for line in rest]
    return made, stand, len(shown)


def _holds(key: str, pair: tuple[str, str] | None) -> bool:
    """Tell whether a shown line can be an edit of two lines, wherever their words begin.

    It holds both in order, and no character more often than they do together.
    """
    if pair is None:
        return False
    old, new = map(key_of, pair)
    marks = iter(key), iter(key)
    if not all(all(c in mark for c in text) for mark, text in zip(marks, (old, new), strict=True)):
        return False
    return Counter(key) <= Counter(old + new)


def _certain(
    page: FlatPage,
    engine: str,
    old: str,
    new: str,
    lines: list[ReadingLine],
    placed: tuple[Placed, ...],
    reached: tuple[Fallback, ...],
) -> Recovery:
    told = {line.shown for line in lines}
    marks = [ReadingLine(n, (), ()) for n in range(len(page.lines)) if n not in told]
    changed = sorted([x for x in lines if x.old != x.new] + marks, key=lambda x: x.shown)
    counted = byte_count(new) - byte_count(old)
    unexplained = None if page.declared is None else page.declared - counted
    why = ["Both texts are given.", "The formatter, given them, shows this very page."]
    if unexplained:
        why.append(f"{unexplained:+,} bytes of the declared delta are not explained.")
    reading = Reading(1.0, counted, unexplained, tuple(why), tuple(changed))
    return Recovery(engine, (reading,), tuple(True for _ in page.lines), reached, placed)
