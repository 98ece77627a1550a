"""Where tokens begin and end in a line, found near a place without cutting the line into tokens."""

from __future__ import annotations

from itertools import accumulate

from wikidiff import limits, text

_SPACELESS = "\u0e00"  # Thai, and nearly all scripts behind it that are written without spaces
_REACH = 40  # characters without a space before a seam between ideographs is looked for


def token_start(line: str, at: int) -> int:
    """Return a token border at or before `at`, told by what stands before `at` alone.

    Where none is near, a place that parts no character from what joins it. Tokens cut from there
    on are soon those of the whole line: what comes after a border is the same wherever one began.
    """
    low = max(0, at - limits.BORDER_CHARACTERS)
    found = line.rfind(" ", low, at) + 1
    if not found:
        found = _loose_before(line, low, at)
    if at - found > _REACH and "://" not in line[found:at]:
        seam = text.seam_before(line, max(found, at - _REACH), at)
        if seam >= 0:
            return seam
    while found > low and line[found - 1] == " ":  # spaces are best taken together
        found -= 1
    opened = line.rfind("<", max(0, found - text.TAG_CHARACTERS), found)
    return found if opened < 0 or line.find(">", opened, found) >= 0 else opened


def token_end(line: str, at: int) -> int:
    """Return a token border at or after `at`, told by what stands behind `at` alone.

    Where `at` stands in a tag that begins before it, the border may stand in the tag. Where none is
    near, it is a place that parts no character from what joins it.
    """
    high = min(len(line), at + limits.BORDER_CHARACTERS)
    found = line.find(" ", at, high)
    if found < 0:
        found = high if high == len(line) else _loose_after(line, at, high)
    if found - at > _REACH and "://" not in line[max(0, at - _REACH) : at]:
        seam = text.seam_after(line, at, found)
        if seam >= 0:
            return seam
    while found < high and line[found] == " ":
        found += 1
    return found


def _loose_before(line: str, low: int, at: int) -> int:
    """Return the first place in between where two characters stand that may be parted, or 0.

    Where there is none, as in many marks on one letter, one is looked for before `low`.
    """
    while low:
        found = text.loose_after(line, low, at)
        if found >= 0:
            return found
        low = max(0, 2 * low - at)
    return 0


def _loose_after(line: str, at: int, high: int) -> int:
    """Return the first place from `high` on where two characters may be parted, or the end."""
    found = text.loose_after(line, max(at, high - 1), len(line))
    return len(line) if found < 0 else found


def tag_end(line: str, start: int, at: int) -> int:
    """Return `at`, or the end of the tag that begins in `line[start:at]` and ends after it."""
    if line.rfind("<", start, at) <= line.rfind(">", start, at):
        return at
    closed = line.find(">", at, at + text.TAG_CHARACTERS)
    return at if closed < 0 or line.find("<", at, closed) >= 0 else closed + 1


def is_border(line: str, at: int) -> bool:
    """Tell whether a token ends at `at`."""
    if not 0 < at < len(line):
        return True
    left, right = line[at - 1], line[at]
    if left.isalpha() and left < _SPACELESS and right.isalnum() and right < _SPACELESS:
        return False  # in a word
    before, behind = left.isspace(), right.isspace()
    if (right >= "\u0300" or left == "\u200d") and text.joined(line, at):
        return False
    if before or behind:  # only a tag goes on over spaces
        start = line.rfind("<", max(0, at - text.TAG_CHARACTERS), at)
        return start < 0 or tag_end(line, start, at) == at
    start = token_start(line, at)
    if start == at:
        return True
    end = tag_end(line, start, token_end(line, at))
    return at in accumulate(map(len, text.tokens(line[start:end])), initial=start)


def best_shift(line: str, start: int, count: int, left: int, right: int) -> int | None:
    """Return by how much to shift an edit of `count` characters so that it reads best, or None.

    The same texts result when an insertion or deletion slides over characters that its other end
    repeats. `left` and `right` are how far it may go. None where no place has both ends at token
    borders.
    """
    least = most = 0
    end = start + count
    while -least < left and line[start + least - 1] == line[end + least - 1]:
        least -= 1
    while most < right and line[start + most] == line[end + most]:
        most += 1
    if least == most:
        return 0 if is_border(line, start) and is_border(line, end) else None
    best, found = 0, None
    for shift in range(least, most + 1):
        first, last = start + shift, end + shift
        value = _readability(line, first, last)
        if value > best and is_border(line, first) and is_border(line, last):
            best, found = value, shift
    return found


def _readability(line: str, start: int, end: int) -> int:
    """Return how naturally an edit reads that is `line[start:end]`, more being better.

    In the spirit of diff-match-patch's lossless clean-up (Neil Fraser), with wikitext's brackets.
    """
    before = line[start - 1] if start else "\n"
    after = line[end] if end < len(line) else "\n"
    first, last = line[start], line[end - 1]
    value = 1 + _edge(before, first) + _edge(last, after)
    if before.isspace() and not first.isspace():
        value += 1
        if line[start - 2 : start - 1] in (".", "!", "?", ";", "|", ">", "\n", ""):
            value += 1
    if before in "[{|" and last in "|]}":  # a whole part of a link or template
        value += 5
    elif first == "|" and after in "|]}":
        value += 4
    edit = line[start:end]
    if all(edit.count(a) == edit.count(b) for a, b in ("[]", "{}", "<>", "()")):
        value += 4
    return value


def _edge(left: str, right: str) -> int:
    if left == "\n" or right == "\n":
        return 3
    if left.isspace() or right.isspace():
        return 2
    return 0 if left.isalnum() and right.isalnum() else 1
