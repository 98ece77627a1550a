"""Word borders in scripts that are written without spaces, from ICU's dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate

from wikidiff import limits, text
from wikidiff.engine.remark import ops_of, remarked
from wikidiff.limits import Fallback
from wikidiff.model import Document, PageWarning, Segment, limit_warnings

Same = tuple[int, int, int]
"""Start in the old text, start in the new text, length: a stretch that both have."""

BY_CHARACTER = PageWarning(
    "words-by-character",
    "scripts without spaces are marked by character: install wikidiff[words] to mark them by word",
)


def by_word(document: Document) -> Document:
    """Return the Document with edits in scripts without spaces widened to whole words.

    These are Chinese, Japanese, Thai, Lao, Khmer and Burmese, which are else marked by character.
    Words are those of ICU (Unicode Annex 29 and its dictionaries), which the extra `words` brings.
    Where it is not installed, and on lines over `limits.SEGMENT_CHARACTERS`, the marks stay as
    they are, and the Document says so.
    """
    fallbacks: list[Fallback] = []
    missing: list[PageWarning] = []

    def remark(segments: Sequence[Segment]) -> Sequence[Segment]:
        return _widened(segments, fallbacks, missing)

    def told() -> Iterator[PageWarning]:
        yield from limit_warnings(fallbacks)
        yield from missing[:1]

    return remarked(document, remark, told())


def _widened(
    segments: Sequence[Segment], fallbacks: list[Fallback], missing: list[PageWarning]
) -> Sequence[Segment]:
    old = "".join(stretch for mark, stretch in segments if mark != "+")
    new = "".join(stretch for mark, stretch in segments if mark != "-")
    ops = ops_of(segments)
    if not any(_is_inside(old, op.old[0]) or _is_inside(new, op.new[0]) for op in ops):
        return segments
    size = len(old) + len(new)
    if size > limits.SEGMENT_CHARACTERS:
        fallbacks.append(Fallback("finding words", limits.SEGMENT_CHARACTERS, size))
        return segments
    if (cut := _breaker()) is None:
        missing.append(BY_CHARACTER)
        return segments
    same = [
        (op.old[0], op.new[0], op.old[1] - op.old[0])
        for op in ops
        if op.old[0] < op.old[1] and op.new[0] < op.new[1]
    ]
    ends = frozenset(accumulate(map(len, cut(old)))), frozenset(accumulate(map(len, cut(new))))
    kept = [narrowed for x in same if (narrowed := _narrowed(old, new, x, ends))[2]]
    return list(_rebuilt(old, new, kept))


def _narrowed(old: str, new: str, same: Same, ends: tuple[frozenset[int], frozenset[int]]) -> Same:
    """Return a stretch that stays without the parts of words at its ends."""
    i, j, size = same

    def cuts(by: int) -> bool:
        return (_is_inside(old, i + by) and i + by not in ends[0]) or (
            _is_inside(new, j + by) and j + by not in ends[1]
        )

    low, high = 0, size
    while low < high and cuts(low):
        low += 1
    while low < high and cuts(high):
        high -= 1
    return i + low, j + low, high - low


def _is_inside(line: str, at: int) -> bool:
    """Tell whether signs of a script without spaces stand on both sides of a place."""
    return 0 < at < len(line) and text.is_spaceless(line[at - 1]) and text.is_spaceless(line[at])


def _rebuilt(old: str, new: str, kept: Iterable[Same]) -> Iterator[Segment]:
    i = j = 0
    for a, b, size in (*kept, (len(old), len(new), 0)):
        if i < a:
            yield "-", old[i:a]
        if j < b:
            yield "+", new[j:b]
        if size:
            yield "=", old[a : a + size]
        i, j = a + size, b + size


@cache
def _breaker() -> Callable[[str], Iterable[str]] | None:
    """Return what cuts a line at ICU's word borders, None where it is not installed."""
    try:
        from icu4py.breakers import WordBreaker
    except ImportError:
        return None
    surrogates = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # which ICU does not take

    def cut(line: str) -> Iterable[str]:
        return WordBreaker(line.translate(surrogates), "root")

    return cut
