"""Which lines are one line edited: pairs by likeness, without crossing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from wikidiff import limits, text
from wikidiff.engine.sequence import common_prefix, common_suffix
from wikidiff.limits import Fallback

ALIKE = 0.35
"""Least share of words in common (by length) for two lines to be one line edited: found on real
edits as the value between a rewritten sentence and two sentences on one subject."""

KIN = 0.2
"""The same for two lines that begin alike, as the rows of a table and the fields of a template do:
there a value was replaced."""

TURNED = 0.6
"""The same for a heading and a line that is none: lists and bold lines are turned into headings,
but a heading also has the words of the sentence next to it."""

Bag = tuple[set[str], int]
"""The different words of a line, and their total length."""

_SPOKEN = 10  # of that many words of a line, one at least must speak for the same other line
_ENDS = 0.6  # share of two lines that their common ends must be where words are not looked at
_LITTLE = 100  # characters of lines with so few words that they are looked for in other lines
_MANY = 20  # lines for which that is cheaper than cutting them into words
_TRIED = 3  # lines compared with a line
_BETWEEN = 60  # lines between two pairs, old and new, that are looked at once more
_SIGNS = "|=[]{},.;'"  # that words of wikitext are often glued to
_MARKS = "=*#:;' "  # that make a line a heading, a list item, or bold
_TO_SPACES = str.maketrans(_SIGNS, " " * len(_SIGNS))
_MEAN = 8  # characters a word, on average, from which on words may be too long to tell anything
_LONG = 12  # characters of a word without spaces from which on it tells nothing as a whole


def pairs(
    old: list[str],
    new: list[str],
    fallbacks: list[Fallback],
    *,
    heads_on: bool = False,
    again: bool = True,
) -> list[tuple[int, int]]:
    """Return which lines of an area are one line edited: rising (old, new) indices.

    Headings that only took another's place are paired whatever their words; other lines by
    likeness, as many and as like as can be without crossing; what lies between them is looked
    at `again`, once. With `heads_on` text that stays follows right on the area.
    """
    if len(old) == len(new) == 1:
        return [(0, 0)] if _are_one(old[0], new[0]) else []
    if not old or not new:
        return []
    if (named := _heading_pairs(old, new)) or (named := _row_pairs(old, new)):
        return named
    if heads_on and _end_in_headings(old, new):
        above = pairs(old[:-1], new[:-1], fallbacks)
        return [*above, (len(old) - 1, len(new) - 1)]
    found = _best_chain(_candidates(old, new, fallbacks))
    return _with_pairs_between(old, new, found, fallbacks) if found and again else found


def _end_in_headings(old: list[str], new: list[str]) -> bool:
    """Tell whether both sides end in their only heading: that of the text that follows on."""
    if old[-1][:1] != "=" or new[-1][:1] != "=":
        return False
    for side in (old, new):
        if not is_heading(side[-1]) or any(map(is_heading, side[:-1])):
            return False
    return True


def _with_pairs_between(
    old: list[str],
    new: list[str],
    found: list[tuple[int, int]],
    fallbacks: list[Fallback],
) -> list[tuple[int, int]]:
    """Return the pairs with those of what lies between them, where both sides have lines.

    There the words of lines like others, as of a second table, speak for them alone.
    """
    made: list[tuple[int, int]] = []
    i = j = 0
    for a, b in (*found, (len(old), len(new))):
        if i < a and j < b and a - i + b - j <= _BETWEEN:
            made += [(i + x, j + y) for x, y in pairs(old[i:a], new[j:b], fallbacks, again=False)]
        if a < len(old):
            made.append((a, b))
        i, j = a + 1, b + 1
    return made


def _row_pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Pair all lines in order where each is plainly the other edited, told by its ends alone.

    That spares looking at the words of a template or table whose every line was touched. Blank
    lines do not count.
    """
    olds = [i for i, line in enumerate(old) if line.strip()]
    news = [j for j, line in enumerate(new) if line.strip()]
    if len(olds) != len(news):
        return []
    for i, j in zip(olds, news, strict=True):
        if not _has_like_ends(old[i], new[j]):
            return []
    return list(zip(olds, news, strict=True))


def _has_like_ends(old: str, new: str) -> bool:
    shorter = min(len(old), len(new))
    same = common_prefix(old, new)
    same += min(common_suffix(old, new), shorter - same)
    if not same:  # two blank lines are no line edited
        return False
    return 2 * same >= _ENDS * (len(old) + len(new)) and is_heading(old) == is_heading(new)


def _are_one(old: str, new: str) -> bool:
    head = common_prefix(old, new)
    same = head + min(common_suffix(old, new), min(len(old), len(new)) - head)
    return are_one(old, new, same)


def are_one(old: str, new: str, same: int) -> bool:
    """Tell whether two lines that replace each other are one line edited.

    `same` is how many characters they share at their ends.
    """
    heads = is_heading(old)
    if heads or new[:1] == "=":
        if heads == is_heading(new):
            return heads or _are_alike(old, new, same)
        return likeness(bag(old.strip(_MARKS)), bag(new.strip(_MARKS))) >= TURNED
    return _are_alike(old, new, same)


def _are_alike(old: str, new: str, same: int) -> bool:
    if not old.strip() or not new.strip():
        return False
    ends = 2 * same / (len(old) + len(new))
    return _is_enough(ends, old, new) or _is_enough(likeness(bag(old), bag(new)), old, new)


def _is_enough(like: float, old: str, new: str) -> bool:
    """Tell whether lines of that likeness are one line edited."""
    if like >= ALIKE or like < KIN:
        return like >= ALIKE
    head = common_prefix(old, new)
    return bool(head) and (not old[0].isalnum() or " " in old[:head])


def is_heading(line: str) -> bool:
    """Tell whether a line has the form of a heading."""
    return line[:1] == "=" and text.heading(line) is not None


def _heading_pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Pair headings in order where both sides of an area hold nothing else, equally many."""
    if (old[0] and old[0][0] != "=") or (new[0] and new[0][0] != "="):
        return []
    olds = [i for i, line in enumerate(old) if line.strip()]
    news = [j for j, line in enumerate(new) if line.strip()]
    if len(olds) != len(news):
        return []
    if all(is_heading(old[i]) for i in olds) and all(is_heading(new[j]) for j in news):
        return list(zip(olds, news, strict=True))
    return []


def words_of(line: str) -> list[str]:
    """Return the line's words; long ones, of scripts without spaces, by pairs of characters."""
    words = words_in([line])[0]
    return words if line.isascii() else _cut(words)


def words_in(lines: list[str]) -> list[list[str]]:
    """Return the words of each line, as `words_of`; many lines at once cost less.

    Words are cut where a line's are long on average: of many lines no more is looked at.
    """
    bare = "\n".join(lines)
    if bare.isascii():
        return [line.split() for line in bare.translate(_TO_SPACES).split("\n")]
    for sign in _SIGNS:
        bare = bare.replace(sign, " ")
    found: list[list[str]] = []
    for line in bare.split("\n"):
        words = line.split()
        found.append(_cut(words) if len(line) >= _MEAN * len(words) else words)
    return found


def _cut(words: list[str]) -> list[str]:
    """Return the words with long ones of scripts without spaces by pairs of characters."""
    long = [word for word in words if len(word) > _LONG]
    if not long or not text.is_spaceless(" ".join(long)):
        return words
    cut: list[str] = []
    for word in words:
        if len(word) > _LONG and text.is_spaceless(word):
            cut += [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            cut.append(word)
    return cut


def bag(line: str) -> Bag:
    """Return the line's different words and their total length."""
    return bag_of(words_of(line))


def bag_of(words: list[str]) -> Bag:
    """Return the different words of a list and their total length."""
    different = set(words)
    return different, sum(map(len, different))


def likeness(a: Bag, b: Bag) -> float:
    """Return the share of two lines' words that they have in common, by length, 0 to 1."""
    total = a[1] + b[1]
    return 2 * sum(map(len, a[0] & b[0])) / total if total else 0.0


def _candidates(
    old: list[str], new: list[str], fallbacks: list[Fallback]
) -> list[tuple[int, int, float]]:
    """Return (old, new, likeness) of the lines that may be one.

    Each word of an old line speaks for the last new line that has it; those that most words speak
    for are compared. Words that many lines have speak for the wrong one, the telling ones do not.
    """
    cells = len(old) + len(new)
    if cells > limits.PAIRING_LINES:
        fallbacks.append(Fallback("line pairing", limits.PAIRING_LINES, cells))
        return _in_order(old, new)
    if _say_little(old, new) or _say_little(new, old):
        return []
    place_of: dict[str, int] = {}
    news = words_in(new)
    for j, words in enumerate(news):
        for word in words:
            place_of[word] = j
    known = place_of.keys()
    bags: dict[int, Bag] = {}
    found: list[tuple[int, int, float]] = []
    follower = 0
    for i, words in enumerate(words_in(old)):
        if known.isdisjoint(words):
            continue
        chosen = _spoken_for(words, place_of, follower, len(new))
        if not chosen:
            continue
        mine, heads, best = set(words), is_heading(old[i]), 0.0
        size = -1
        for j in chosen:
            if j not in bags:
                bags[j] = bag_of(news[j])
            both = mine & bags[j][0]
            if not both:
                continue
            if size < 0:
                size = sum(map(len, mine))
            like = 2 * sum(map(len, both)) / (size + bags[j][1])
            same_kind = heads == is_heading(new[j])
            if like >= (KIN if same_kind else TURNED) and _is_enough(like, old[i], new[j]):
                found.append((i, j, like))
                if like > best:
                    best, follower = like, j + 1
    return _with_lone_headings(old, new, found)


def _say_little(few: list[str], many: list[str]) -> bool:
    """Tell whether lines have few words, none of which is in many other lines.

    That spares cutting the others into words.
    """
    if sum(map(len, few)) > _LITTLE or len(many) < _MANY:
        return False
    whole = "\n".join(many)
    for line in words_in(few):
        for word in line:
            if word in whole:
                return False
    return True


def _in_order(old: list[str], new: list[str]) -> list[tuple[int, int, float]]:
    """Return the lines that are alike at their ends, each with the one of its number."""
    if len(old) != len(new):
        return []
    alike = map(_has_like_ends, old, new)
    return [(i, i, 1.0) for i, fits in enumerate(alike) if fits]


def _spoken_for(words: list[str], place_of: dict[str, int], follower: int, size: int) -> list[int]:
    """Return the new lines to compare a line of these words with.

    They are the ones that most words speak for, and the one after the line found last.
    """
    votes: dict[int, int] = {}
    for word in words:
        j = place_of.get(word, -1)
        if j >= 0:
            votes[j] = votes.get(j, 0) + 1
    if not votes:
        return []
    most = max(votes.values())
    chosen: list[int] = []
    if most * _SPOKEN >= len(words):
        chosen = [j for j, count in votes.items() if 2 * count >= most][:_TRIED]
    if follower < size and follower not in chosen:
        chosen.append(follower)
    return chosen


def _with_lone_headings(
    old: list[str], new: list[str], found: list[tuple[int, int, float]]
) -> list[tuple[int, int, float]]:
    """Add the pair of the only heading on either side, where lines under both are alike."""
    olds = [i for i, line in enumerate(old) if line[:1] == "=" and is_heading(line)]
    if len(olds) != 1:
        return found
    news = [j for j, line in enumerate(new) if line[:1] == "=" and is_heading(line)]
    if len(news) != 1:
        return found
    i, j = olds[0], news[0]
    if any(a > i and b > j for a, b, _ in found) and not any(a == i for a, _, _ in found):
        return sorted([*found, (i, j, ALIKE)])
    return found


def _best_chain(candidates: Sequence[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """Return the crossing-free pairs with the largest sum of likeness, n log n.

    `ends` holds the new lines that a chain can end with, rising, each worth more than the one
    before. Candidates of one old line are taken together, the last new line first.
    """
    ends: list[int] = []
    worth: list[float] = []
    of: list[int] = []
    before: list[int] = []
    order = sorted(range(len(candidates)), key=lambda k: (candidates[k][0], -candidates[k][1]))
    link: dict[int, int] = {}
    for k in order:
        _, j, like = candidates[k]
        place = bisect_left(ends, j)
        value = like + (worth[place - 1] if place else 0.0)
        link[k] = of[place - 1] if place else -1
        last = place
        while last < len(ends) and worth[last] <= value:
            last += 1
        if place < len(ends) and ends[place] == j and worth[place] > value:
            continue
        ends[place:last], worth[place:last], of[place:last] = [j], [value], [k]
    before.clear()
    at = of[-1] if of else -1
    while at >= 0:
        before.append(at)
        at = link[at]
    return [candidates[k][:2] for k in reversed(before)]
