"""Word-level alignment of one line's old and new text."""

from __future__ import annotations

from wikidiff import limits, text
from wikidiff.engine.align import Same, add, add_shared
from wikidiff.engine.borders import best_shift, tag_end, token_end, token_start
from wikidiff.engine.sequence import common_prefix, common_suffix
from wikidiff.limits import Fallback
from wikidiff.model import Op, make_op

_IDEOGRAPHS = "\u2e80"  # from here on a letter may be a word
_FEW = 40  # characters of two texts of which it is cheap to see that they share none


def line_ops(old: str, new: str, fallbacks: list[Fallback] | None = None) -> tuple[Op, ...]:
    """Return the ops that turn a line's old text into its new one, at word borders.

    What both share at either end is found first and never cut into tokens. Between them stands
    the longest common run of words (LCS over tokens, bit-parallel: Hyyrö 2004), from which the
    equal stretches that are too small to help a reader are dropped. Deleted comes before inserted
    at each place. A line over `limits.WORD_CELLS` gets one deletion and one insertion, and a
    Fallback is added to `fallbacks`.
    """
    if old == new:
        return (make_op((0, len(old)), (0, len(new))),) if old else ()
    head = common_prefix(old, new)
    tail = min(common_suffix(old, new), min(len(old), len(new)) - head)
    return edge_ops(old, new, head, tail, fallbacks)


def edge_ops(
    old: str, new: str, head: int, tail: int, fallbacks: list[Fallback] | None
) -> tuple[Op, ...]:
    """Return the ops of two different lines of which the first `head` characters are known to be
    the same, and the last `tail`, which may not overlap.
    """  # noqa: D205
    shorter = min(len(old), len(new))
    if head + tail == shorter:
        longer = new if len(new) > shorter else old
        reach = min(head, limits.SHIFT_CHARACTERS)
        shift = best_shift(longer, head, len(longer) - shorter, reach, 0)
        if shift is not None:
            head += shift
            tail = shorter - head
            return _ops([(0, 0, head), (len(old) - tail, len(new) - tail, tail)])
    return _ops(_replaced(old, new, head, tail, fallbacks))


def _replaced(
    old: str, new: str, head: int, tail: int, fallbacks: list[Fallback] | None
) -> list[Same]:
    """Return what two texts share, word by word between the ends they share."""
    start = token_start(old, head)
    end = token_end(old, len(old) - tail)
    shift = len(new) - len(old)
    if old.find(">", end, end + text.TAG_CHARACTERS) >= 0:
        end = max(tag_end(old, start, end), tag_end(new, start, end + shift) - shift)
    gone, come = old[start:end], new[start : end + shift]
    was, now = gone.strip(" "), come.strip(" ")
    if _is_exchanged(was, now):  # many edits are just that
        lead = len(gone) - len(gone.lstrip(" "))
        kept = len(gone) - lead - len(was)
        if gone[:lead] == come[:lead] and kept == len(come) - lead - len(now):
            first, last = start + lead, len(old) - end + kept
            return [(0, 0, first), (first + len(was), first + len(now), last)]
    found: list[Same] = [(0, 0, start)]
    add_shared(old, new, (start, end, start, end + shift), found, fallbacks)
    add(found, (end, end + shift, len(old) - end))
    return _readable(old, new, found) if len(found) > 2 else found


def _is_exchanged(was: str, now: str) -> bool:
    """Tell whether one text stands for the other as a whole, seen without cutting it into tokens.

    That is a word for a word, or a few ideographs for others.
    """
    few = len(was) + len(now) <= _FEW
    # Letters and digits alone: no mark at either end that joins what is next.
    if few and set(was).isdisjoint(now) and was.isalnum() and now.isalnum():
        return True
    return text.is_one_word(was) and text.is_one_word(now)


def _readable(old: str, new: str, found: list[Same]) -> list[Same]:
    """Return the stretches worth showing as equal, insertions and deletions shifted to borders.

    A stretch no longer than the edit on either side of it is dropped, as in diff-match-patch's
    semantic clean-up (Neil Fraser, "Diff Strategies"), if it says little. What is replaced is
    narrowed down to what is only put in or taken away there, as where it is a line's only edit.
    """
    kept = found[:1]
    for same in found[1:]:
        while len(kept) > 1 and _is_confetti(old, kept[-2], kept[-1], same):
            kept.pop()
        kept.append(same)
    for at in range(len(kept) - 1):
        _narrow(old, new, kept, at)
        _shift(old, new, kept, at)
    return kept


def _is_confetti(old: str, before: Same, same: Same, after: Same) -> bool:
    size = same[2]
    gone, come = same[0] - before[0] - before[2], same[1] - before[1] - before[2]
    if size > gone and size > come:
        return False
    lost, won = after[0] - same[0] - size, after[1] - same[1] - size
    if size > lost and size > won:
        return False
    if size == 1 and old[same[0]].isalpha():  # a letter is no word; an ideograph may well be one
        return old[same[0]] < _IDEOGRAPHS or bool((gone or lost) and (come or won))
    if not (come or won) or not (gone or lost):  # only taken away, or only put in: what stays reads
        return False
    if gone + come == 1 or lost + won == 1:  # a lone space or sign swallows nothing
        return False
    replaced = int(gone > 0 and come > 0) + int(lost > 0 and won > 0)
    stretch = text.tokens(old[same[0] : same[0] + size])
    return len(stretch) - stretch.count(" ") <= replaced


def _narrow(old: str, new: str, kept: list[Same], at: int) -> None:
    """Narrow a replacement down where one text is the other with something put in at borders."""
    (a, b, size), (c, d, following) = kept[at], kept[at + 1]
    if a + size == c or b + size == d:
        return
    if old[a + size] != new[b + size] and old[c - 1] != new[d - 1]:
        return
    gone, come = old[a + size : c], new[b + size : d]
    less = min(len(gone), len(come))
    head = common_prefix(gone, come)
    tail = min(common_suffix(gone, come), less - head)
    if head + tail < less or len(gone) == len(come):
        return
    line, start = (old, a + size + head) if len(gone) > less else (new, b + size + head)
    left = min(head, limits.SHIFT_CHARACTERS)
    right = min(tail, limits.SHIFT_CHARACTERS)
    shift = best_shift(line, start, abs(len(gone) - len(come)), left, right)
    if shift is not None:
        kept[at] = (a, b, size + head + shift)
        tail = less - head - shift
        kept[at + 1] = (c - tail, d - tail, following + tail)


def _shift(old: str, new: str, kept: list[Same], at: int) -> None:
    """Shift what is inserted or deleted alone between two stretches to where it reads best."""
    (a, b, size), (c, d, following) = kept[at], kept[at + 1]
    gone, come = c - a - size, d - b - size
    if (gone > 0) == (come > 0):
        return
    line, start = (old, a + size) if gone else (new, b + size)
    # Only the first and the last stretch may be used up: between two edits something must stay.
    left = min(size - (at > 0), limits.SHIFT_CHARACTERS)
    right = min(following - (at < len(kept) - 2), limits.SHIFT_CHARACTERS)
    shift = best_shift(line, start, gone or come, left, right)
    if shift:
        kept[at] = (a, b, size + shift)
        kept[at + 1] = (c + shift, d + shift, following - shift)


def _ops(found: list[Same]) -> tuple[Op, ...]:
    """Return the ops of what is shared, first and last stretch possibly empty."""
    made: list[Op] = []
    i = j = 0
    for a, b, size in found:
        if i < a:
            made.append(make_op((i, a), (j, j)))
        if j < b:
            made.append(make_op((a, a), (j, b)))
        i, j = a + size, b + size
        if size:
            made.append(make_op((a, i), (b, j)))
    return tuple(made)
