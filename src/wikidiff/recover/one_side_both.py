"""A flattened page whose two texts are both given: the formatter says which lines are what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wikidiff.errors import ContradictionError
from wikidiff.limits import Fallback
from wikidiff.model import Reading, ReadingLine
from wikidiff.recover import php_inline, wikidiff2_inline
from wikidiff.recover.one_side_shown import MARKS, Shown, key_of, shown_lines, tries
from wikidiff.recover.page import PHP, WIKIDIFF2, FlatPage, Recovery
from wikidiff.recover.wikidiff2_words import has_thai
from wikidiff.text import size as byte_count

WAY_OUT = "give the text of the very revision that the page compares"
QUOTED = 80
"""Code points of a shown line that a message repeats."""

Sides = tuple[tuple[str, ...], tuple[str, ...]]


class Made(NamedTuple):
    """A block that the formatter makes: its text and the lines that it stands for.

    `pair` are the two lines of an edited one whose words our model of the formatter cuts at other
    places than the formatter: in Thai a dictionary says where words begin.
    """

    text: str
    sides: Sides
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
        lines, read = _laid(shown, found)
        if lines is not None:
            return _certain(page, engine, old, new, lines, tuple(reached))
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
            yield Made(text, (tuple(was[slice(*block.old)]), tuple(now[slice(*block.new)])))
        return
    for part in wikidiff2_inline.blocks(old, new, fallbacks=reached):
        text = "".join(text for _, text in part.runs) or "\u00a0"
        before = () if part.old is None or part.kind == "moved-to" else (was[part.old],)
        after = () if part.new is None else (now[part.new],)
        lines = None
        if part.kind in ("changed", "moved-to") and has_thai(text):
            lines = was[part.old or 0], now[part.new or 0]
        yield Made(text, (before, after), lines)


def _laid(shown: Sequence[Shown], found: Sequence[Made]) -> tuple[list[ReadingLine] | None, int]:
    """Return the shown lines with their sides, None where they differ, and how many did fit.

    Blocks without ink may or may not have come over as lines.
    """
    made: list[ReadingLine] = []
    at = 0
    for text, sides, pair in found:
        key = key_of(text).strip(MARKS)
        while key and at < len(shown) and not shown[at].key:
            made.append(ReadingLine(shown[at].index, ("",), ("",)))
            at += 1
        if at < len(shown) and (shown[at].key == key or _holds(shown[at].key, pair)):
            made.append(ReadingLine(shown[at].index, *sides))
            at += 1
        elif key:
            return None, at
    rest = shown[at:]
    if any(line.key for line in rest):
        return None, at
    return [*made, *(ReadingLine(line.index, ("",), ("",)) for line in rest)], len(shown)


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
    return Recovery(engine, (reading,), tuple(True for _ in page.lines), reached)
