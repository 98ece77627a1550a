"""More edits to learn from, made of real ones, for tools/recover_tagger.py.

A network learns from more edits than there are at hand: the real ones backwards, halfway (each of
their changes taken or not), several in a row as one, and made-up ones of the kinds that people
often make. Only the network sees them; what it is measured on is real.
"""

from __future__ import annotations

import difflib
import random
import re
import zlib
from collections.abc import Callable, Iterator, Sequence

Edit = dict[str, str]
"""`page`, `language`, `old` and `new`."""

LONGEST = 15_000
"""Code points of a text that more is made of."""
_ROWS = 12
"""Lines of a change that are taken halfway one by one."""
_TOKENS = 600
_AT_ONCE = (2, 4)
"""How many edits in a row are made one."""
_SHARE = 0.6
"""Of how many edits, in a row or made up, one more is made."""
_TOKEN = re.compile(r"\w+|\s+|.", re.S)
_WORD = re.compile(r"[^\W\d_]{3,}")
_SENTENCE = re.compile(r"[.!?。] ")
_NUMBER = re.compile(r"\d+")
_MARK = re.compile(r"[,;:.!?'\"*#|]")
_AROUND = (
    ("[[", "]]"), ("''", "''"), ("'''", "'''"), ('"', '"'), ("(", ")"), ("<code>", "</code>"),
    ("{{", "}}"),
)  # fmt: skip


def more(edits: Sequence[Edit], times: int) -> Iterator[Edit]:
    """Yield edits made of real ones; `times` halfway and made-up ones of each, in order."""
    row: list[Edit] = []
    for number, edit in enumerate(edits):
        rng = random.Random(zlib.crc32(f"{number} {edit['page']}".encode()))
        yield _changed(edit, edit["new"], edit["old"])
        if row and (row[-1]["page"], row[-1]["new"]) != (edit["page"], edit["old"]):
            row = []
        row = [*row[-max(_AT_ONCE) + 1 :], edit]
        for count in _AT_ONCE:
            if len(row) >= count and rng.random() < _SHARE:
                yield _changed(edit, row[-count]["old"], edit["new"])
        for _ in range(times):
            if max(len(edit["old"]), len(edit["new"])) < LONGEST:
                yield from _halfway(edit, rng)
                yield from _made_up(edit, rng)


def _changed(edit: Edit, old: str, new: str) -> Edit:
    return edit | {"old": old, "new": new}


def _halfway(edit: Edit, rng: random.Random) -> Iterator[Edit]:
    """Yield the way to a text between the two, and from there on."""
    between = halfway(edit["old"], edit["new"], rng)
    if between not in (edit["old"], edit["new"]):
        yield _changed(edit, edit["old"], between)
        yield _changed(edit, between, edit["new"])


def halfway(old: str, new: str, rng: random.Random) -> str:
    """Return a text that has each change of `new` or not, the words of a line one by one."""
    one, other = old.split("\n"), new.split("\n")
    made: list[str] = []
    for op, i, j, k, m in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if op == "equal":
            made += one[i:j]
        elif op == "replace" and j - i == m - k <= _ROWS:
            made += [_between(a, b, rng) for a, b in zip(one[i:j], other[k:m], strict=True)]
        else:
            made += one[i:j] if rng.random() < 0.5 else other[k:m]
    return "\n".join(made)


def _between(old: str, new: str, rng: random.Random) -> str:
    one, other = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(one), len(other)) > _TOKENS:
        return old if rng.random() < 0.5 else new
    made = ""
    for op, i, j, k, m in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        taken = op == "equal" or rng.random() < 0.5
        made += "".join(one[i:j] if taken else other[k:m])
    return made


def _made_up(edit: Edit, rng: random.Random) -> Iterator[Edit]:
    """Yield an edit of the new text of the kinds that people often make, there or back."""
    words = _WORD.findall(edit["new"])
    if len(words) > 30 and rng.random() < _SHARE:
        made = made_up(edit["new"], words, rng)
        if made != edit["new"]:
            there = rng.random() < 0.5
            yield _changed(edit, *((edit["new"], made) if there else (made, edit["new"])))


def made_up(text: str, words: Sequence[str], rng: random.Random) -> str:
    """Return a text with a few lines changed in one to three places."""
    lines = text.split("\n")
    long = [n for n, line in enumerate(lines) if len(line) > 25]
    for n in rng.sample(long, min(len(long), rng.choice((1, 1, 2, 3)))):
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
            found = list(_WORD.finditer(lines[n]))
            if found:
                lines[n] = rng.choice(_KINDS)(lines[n], found, words, rng)
    return "\n".join(lines)


_Matches = list[re.Match[str]]
_Kind = Callable[[str, _Matches, Sequence[str], random.Random], str]


def _cut(line: str, start: int, end: int, new: str) -> str:
    return line[:start] + new + line[end:]


def _stretch(found: _Matches, sizes: Sequence[int], rng: random.Random) -> tuple[int, int]:
    """Return a random stretch that so many words more than one end."""
    n = rng.randrange(len(found))
    return found[n].start(), found[min(len(found) - 1, n + rng.choice(sizes))].end()


def _sentence(line: str, found: _Matches, words: Sequence[str], rng: random.Random) -> str:
    starts = [0, *(match.end() for match in _SENTENCE.finditer(line)), len(line)]
    n = rng.randrange(len(starts) - 1)
    return _cut(line, starts[n], starts[n + 1], "") if len(starts) > 2 else line


def _other_word(line: str, found: _Matches, words: Sequence[str], rng: random.Random) -> str:
    start, end = rng.choice(found).span()
    return _cut(line, start, end, rng.choice(words))


def _slip(line: str, found: _Matches, words: Sequence[str], rng: random.Random) -> str:
    match = rng.choice(found)
    word = match.group()
    n = rng.randrange(len(word) - 1)
    made = rng.choice((
        word[:n] + word[n + 1] + word[n] + word[n + 2 :],
        word[:n] + word[n + 1 :],
        word[:n] + word[n] + word[n:],
        word[:1].swapcase() + word[1:],
        word.removesuffix("s") if word.endswith("s") else word + "s",
    ))  # fmt: skip
    return _cut(line, *match.span(), made)


def _number(line: str, found: _Matches, words: Sequence[str], rng: random.Random) -> str:
    numbers = list(_NUMBER.finditer(line))
    if not numbers:
        return line
    match = rng.choice(numbers)
    value = int(match.group()[:9])
    made = rng.choice((value + 1, max(0, value - 1), 2 * value, rng.randrange(1, 3000)))
    return _cut(line, *match.span(), str(made))


def _wrapped(line: str, found: _Matches, words: Sequence[str], rng: random.Random) -> str:
    start, end = _stretch(found, (0, 0, 1, 2), rng)
    before, after = rng.choice(_AROUND)
    return _cut(line, start, end, before + line[start:end] + after)


def _left_out(line: str, found: _Matches, words: Sequence[str], rng: random.Random) -> str:
    start, end = _stretch(found, (0, 0, 1, 1, 2, 3, 5, 8), rng)
    return line[:start] + line[end:].removeprefix(" ")


def _sign(line: str, found: _Matches, words: Sequence[str], rng: random.Random) -> str:
    signs = list(_MARK.finditer(line))
    return _cut(line, *rng.choice(signs).span(), rng.choice(("", ",", ";", "."))) if signs else line


def _phrase(line: str, found: _Matches, words: Sequence[str], rng: random.Random) -> str:
    start, end = _stretch(found, (0, 1, 2, 4), rng)
    made = " ".join(rng.choice(words) for _ in range(rng.choice((1, 2, 3))))
    return _cut(line, start, end, made)


_KINDS: tuple[_Kind, ...] = (
    _sentence, _other_word, _slip, _number, _wrapped, _left_out, _left_out, _sign, _phrase,
)  # fmt: skip
