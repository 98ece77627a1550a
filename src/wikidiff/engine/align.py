"""The longest common run of words of two stretches of text, cut into tokens only where needed."""

from __future__ import annotations

from itertools import accumulate

from wikidiff import limits, text
from wikidiff.engine.borders import tag_end
from wikidiff.engine.sequence import Run, shared_runs
from wikidiff.limits import Fallback

Same = tuple[int, int, int]
"""Start in the old text, start in the new text, length: a stretch that both have."""

Span = tuple[int, int, int, int]
"""old start, old end, new start, new end, in code points."""

_LIMIT = ("word alignment", limits.WORD_CELLS)
_SPACED = 12  # words on a side from which on words are aligned before tokens
_SPACED_TAG = r"<[A-Za-z][^<> ]{0,200} "


def add_shared(
    old: str, new: str, span: Span, found: list[Same], fallbacks: list[Fallback] | None
) -> None:
    """Add to `found` what two stretches share, in order.

    Long ones are aligned by what stands between spaces, then the rest of them by tokens: most
    words of an edited paragraph need no look at their characters.
    """
    a, b, c, d = span
    x, y = old[a:b], new[c:d]
    if min(x.count(" "), y.count(" ")) > _SPACED:
        _add_words(old, new, span, found, fallbacks)
    else:
        _add_tokens(text.tokens(x), text.tokens(y), (a, c), found, fallbacks)


def add(found: list[Same], same: Same) -> None:
    """Add a stretch, joined with the one before it where nothing stands between them."""
    x, y, before = found[-1]
    if x + before == same[0] and y + before == same[1]:
        found[-1] = (x, y, before + same[2])
    else:
        found.append(same)


def _add_words(
    old: str, new: str, span: Span, found: list[Same], fallbacks: list[Fallback] | None
) -> None:
    a, b, c, d = span
    gone, come = old[a:b].split(" "), new[c:d].split(" ")
    old_at = [at + k for k, at in enumerate(accumulate(map(len, gone), initial=a))]
    new_at = [at + k for k, at in enumerate(accumulate(map(len, come), initial=c))]
    has_tags = "<" in old[a:b] and text.pattern(_SPACED_TAG).search(old, a, b) is not None
    for run in (*shared_runs(gone, come, _LIMIT, fallbacks), (len(gone), len(come), 0)):
        i, j = old_at[run[0]], new_at[run[1]]
        stop = min(old_at[run[0] + run[2]] - i, b - i, d - j)
        if has_tags and stop > 0:
            i, j, stop = _outside_tags(old, new, (a, c), (i, j, stop))
        if stop < 0 or text.joined(old, i) or text.joined(new, j):
            continue
        if a < i and c < j:
            rest = old[a:i], new[c:j]
            _add_tokens(text.tokens(rest[0]), text.tokens(rest[1]), (a, c), found, fallbacks)
        if stop:
            add(found, (i, j, stop))
        a, c = i + stop, j + stop
    if a < b and c < d:
        _add_tokens(text.tokens(old[a:b]), text.tokens(new[c:d]), (a, c), found, fallbacks)


def _outside_tags(old: str, new: str, low: tuple[int, int], same: Same) -> Same:
    """Return a stretch without the parts of tags at its ends; tags begin at `low` or after it.

    Of one that stands inside a tag nothing is left: its length is -1.
    """
    i, j, size = same
    by = _tag_ends(old, low[0], i) - i
    by = max(by, _tag_ends(new, low[1], j) - j)
    i, j, size = i + by, j + by, size - by
    for line, first, at in ((old, low[0], i), (new, low[1], j)):
        end = at + size
        if size > 0 and _tag_ends(line, first, end) > end:
            size = line.rfind("<", first, end) - at
    return i, j, size if size > 0 else -1


def _tag_ends(line: str, low: int, at: int) -> int:
    return tag_end(line, max(low, at - text.TAG_CHARACTERS), at)


def _add_tokens(
    gone: list[str],
    come: list[str],
    start: tuple[int, int],
    found: list[Same],
    fallbacks: list[Fallback] | None,
) -> None:
    pairs = _token_pairs(gone, come, fallbacks)
    if not pairs:
        return
    old_at = list(accumulate(map(len, gone), initial=start[0]))
    new_at = list(accumulate(map(len, come), initial=start[1]))
    for i, j, size in pairs:
        first = old_at[i]
        add(found, (first, new_at[j], old_at[i + size] - first))


def _token_pairs(gone: list[str], come: list[str], fallbacks: list[Fallback] | None) -> list[Run]:
    """Return the runs of tokens that two lists share.

    Of two ways that share as many tokens one may keep a space or a sign where the other keeps a
    word, which a reader would rather see stay. So where both sides lose the same token the others
    are aligned by their length, without the spaces, which fall into place between them.
    """
    runs = shared_runs(gone, come, _LIMIT, fallbacks)
    if not runs or not _lose_the_same(gone, come, runs):
        return runs
    olds = [i for i, token in enumerate(gone) if token != " "]
    news = [j for j, token in enumerate(come) if token != " "]
    x, y = [gone[i] for i in olds], [come[j] for j in news]
    found: list[Run] = []
    a = c = 0
    is_short = len(x) * len(y) <= limits.WEIGHED_CELLS
    for i, j, size in _heaviest(x, y) if is_short else shared_runs(x, y, _LIMIT, fallbacks):
        for at in range(size):
            b, d = olds[i + at], news[j + at]
            _spaces(gone, come, (a, b, c, d), found)
            found.append((b, d, 1))
            a, c = b + 1, d + 1
    _spaces(gone, come, (a, len(gone), c, len(come)), found)
    return found


def _heaviest(old: list[str], new: list[str]) -> list[Run]:
    """Return what two lists share so that it is as long as can be, in code points and tokens."""
    width = len(new) + 1
    worth = [0] * (width * (len(old) + 1))  # of what follows on each pair of places
    for i in range(len(old) - 1, -1, -1):
        token = old[i]
        weight = len(token) + 1
        at = i * width
        for j in range(len(new) - 1, -1, -1):
            best = max(worth[at + width + j], worth[at + j + 1])
            if token == new[j]:
                best = max(best, worth[at + width + j + 1] + weight)
            worth[at + j] = best
    runs: list[Run] = []
    i = j = 0
    while i < len(old) and j < len(new):
        at = i * width + j
        if old[i] == new[j] and worth[at] == worth[at + width + 1] + len(old[i]) + 1:
            runs.append((i, j, 1))
            i, j = i + 1, j + 1
        elif worth[at + width] >= worth[at + 1]:
            i += 1
        else:
            j += 1
    return runs


def _lose_the_same(gone: list[str], come: list[str], runs: list[Run]) -> bool:
    """Tell whether a token other than a space is in no run on either side."""
    kept = 0
    for _, _, size in runs:
        kept += size
    if kept == len(gone) or kept == len(come):
        return False
    lost: set[str] = set()
    won: set[str] = set()
    a = c = 0
    for i, j, size in (*runs, (len(gone), len(come), 0)):
        lost.update(gone[a:i])
        won.update(come[c:j])
        a, c = i + size, j + size
    lost &= won
    return len(lost) > 1 or bool(lost and " " not in lost)


def _spaces(gone: list[str], come: list[str], span: Span, found: list[Run]) -> None:
    """Add the spaces that two stretches of tokens have in common at their ends."""
    a, b, c, d = span
    while a < b and c < d and gone[a] == come[c] == " ":
        found.append((a, c, 1))
        a, c = a + 1, c + 1
    size = 0
    while a < b - size and c < d - size and gone[b - size - 1] == come[d - size - 1] == " ":
        size += 1
    if size:
        found.append((b - size, d - size, size))
