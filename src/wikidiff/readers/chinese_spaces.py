"""What core's PHP diff leaves of its spaces in the text of a table, on a Chinese wiki.

There a space is put before each character that is not ASCII, so that each is a word; after the
comparison those right before such a character are taken out again (LanguageZh::segmentForDiff).
Where a mark begins or ends between the two, the space stays. A space of the text's own before such
a character was one of two by then, and is a no-break space now (`html_spaces`). In HTML the marks
tell; in text it is for the whole table to tell whether it was made so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from rapidfuzz.distance import Indel

from wikidiff import limits
from wikidiff.readers.html_spaces import NBSP, undone, unsegmented

Sides = tuple[str | None, str | None]
"""A row's old and new text, None where it has none."""

_LEFT = re.compile(rf"(?<=[^ {NBSP}]) (?=[^\x00-\x7f{NBSP}])")
_KEPT = re.compile(rf"{NBSP}(?=[^\x00-\x7f{NBSP}])")
_WIDE = re.compile(rf"[^\x00-\x7f{NBSP}]")
_PUT = "\x1f"  # stands for a space put in: white space to a pattern, and in no wikitext
_WORDS = re.compile(r"([^\S\n]+|[0-9_A-Za-z\x80-\U0010ffff]+|.|\n)[^\S\n]?")
_SHARE = 0.7  # of the borders; where an edit begins is not always told by its two texts
_FEW = 2
_HABIT = 3  # places that show how the text itself does it


def without(rows: Sequence[Sides | None]) -> list[Sides | None]:
    """Return a table's rows as they were before the diff's spaces; None is a row of numbers.

    They stay as they are where the table does not show that core's PHP made it on a Chinese wiki.
    """
    if not _is_chinese(rows):
        return list(rows)
    made: list[Sides | None] = []
    for _, run in groupby(rows, _is_changed):
        found = list(run)
        sides = _marked(_side(found, 0), _side(found, 1))
        old, new = (iter(side.split("\n")) for side in sides)
        for row in found:
            made.append(row and (_next(row[0], old), _next(row[1], new)))
    return made


def _next(text: str | None, lines: Iterator[str]) -> str | None:
    """Return the next line of a side where the row has a text there, without the diff's spaces."""
    if text is None:
        return None
    bare = [("=", _LEFT.sub("", next(lines)))]
    return "".join(piece for _, piece in unsegmented(undone(bare, chinese=True)))


def _is_chinese(rows: Sequence[Sides | None]) -> bool:
    """Tell whether spaces stand before wide characters just where changes begin and end."""
    left = borders = both = 0
    for changed, run in groupby(rows, _is_changed):
        found = list(run) if changed else []
        for there, expected in _compared(_side(found, 0), _side(found, 1)):
            left += len(there)
            borders += len(expected)
            both += len(there & expected)
    if both < _SHARE * max(left, borders if left else 0):
        return False
    if any(row and row[0] == row[1] and _LEFT.search(row[0] or "") for row in rows):
        return False  # nothing begins or ends in context
    if not left:  # a line seldom begins with an NBSP of its own
        return any(map(_KEPT.match, _texts(rows)))
    return left > _FEW or any(map(_KEPT.search, _texts(rows))) or _is_habit(rows)


def _is_habit(rows: Sequence[Sides | None]) -> bool:
    """Tell whether the text elsewhere has no space after the characters that have one."""
    texts = list(_texts(rows))
    before = {text[found.start() - 1] for text in texts for found in _LEFT.finditer(text)}
    close = [re.compile(rf"{re.escape(character)}(?=[^\x00-\x7f])") for character in before]
    return all(sum(len(one.findall(text)) for text in texts) >= _HABIT for one in close)


def _texts(rows: Iterable[Sides | None]) -> Iterator[str]:
    for row in rows:
        yield from (text for text in dict.fromkeys(row or ()) if text is not None)


def _is_changed(row: Sides | None) -> bool:
    return row is not None and row[0] != row[1]


def _side(rows: Sequence[Sides | None], side: int) -> str:
    return "\n".join(text for row in rows if row and (text := row[side]) is not None)


@dataclass(frozen=True, slots=True)
class _Block:
    """One side of a block: its text as shown, without the spaces left, and its words' offsets."""

    whole: str
    bare: str
    words: list[str]
    offsets: list[int]

    @classmethod
    def of(cls, text: str) -> _Block:
        """Return the side with the words that the engine compared (WordLevelDiff)."""
        bare = _LEFT.sub("", text)
        words = list(_WORDS.finditer(_WIDE.sub(rf"{_PUT}\g<0>", _KEPT.sub(" ", bare))))
        sizes = [len(word[0]) - word[0].count(_PUT) for word in words]
        compared = [word[1].replace(_PUT, " ") for word in words]  # without the space after
        return cls(text, bare, compared, list(accumulate(sizes, initial=0)))


def _aligned(old: _Block, new: _Block) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Return what the words of both sides have in common, and what not, as ranges of words."""
    if len(old.words) * len(new.words) > limits.WORD_CELLS:
        return []
    found = Indel.opcodes(old.words, new.words)
    return [(op.tag, (op.src_start, op.src_end), (op.dest_start, op.dest_end)) for op in found]


def _compared(old: str, new: str) -> Iterator[tuple[set[int], set[int]]]:
    """Yield of each side where a space was left, and where a change should leave one."""
    blocks = _Block.of(old), _Block.of(new)
    expected: tuple[set[int], set[int]] = set(), set()
    for kind, *ranges in _aligned(*blocks):
        for side, block, (start, end) in zip(expected, blocks, ranges, strict=True):
            if kind != "equal" and start < end:
                side.update(block.offsets[at] for at in (start, end))
    for side, block in zip(expected, blocks, strict=True):
        yield _left(block.whole), {at for at in side if _may_have(block.bare, at)}


def proven(old: str, new: str) -> tuple[list[int], list[int]]:
    """Return where the spaces that look left are the text's own, by the other side.

    The words that both sides have in common are the same: where one shows a space of the text's
    own before a character (an NBSP), the other has it too. Offsets into the two texts, which are
    the lines of a block joined by line feeds.
    """
    blocks = _Block.of(old), _Block.of(new)
    found: tuple[set[int], set[int]] = set(), set()
    for kind, *ranges in _aligned(*blocks):
        if kind == "equal":
            for at in zip(*(range(*ends) for ends in ranges), strict=True):
                for side, other in ((0, 1), (1, 0)):
                    if _follows_own_space(blocks[other], at[other]):
                        found[side].add(blocks[side].offsets[at[side]])
    made = [
        [
            one.start()
            for gone, one in enumerate(_LEFT.finditer(block.whole))
            if one.start() - gone in side
        ]
        for side, block in zip(found, blocks, strict=True)
    ]
    return made[0], made[1]


def _follows_own_space(block: _Block, at: int) -> bool:
    """Tell whether a word begins with a wide character after a space of the text's own."""
    offset = block.offsets[at]
    return offset > 0 and bool(_KEPT.match(block.bare, offset - 1))


def _marked(old: str, new: str) -> Iterator[str]:
    """Yield both sides with an NBSP, as `unsegmented` takes it, for each space proven."""
    for text, places in zip((old, new), proven(old, new), strict=True):
        characters = list(text)
        for at in places:
            characters[at] = NBSP
        yield "".join(characters)


def _left(text: str) -> set[int]:
    return {found.start() - gone for gone, found in enumerate(_LEFT.finditer(text))}


def _may_have(text: str, at: int) -> bool:
    """Tell whether a space could be left before a character: a wide one, not at a line's start."""
    return 0 < at < len(text) and not text[at].isascii() and not text[at - 1].isspace()
