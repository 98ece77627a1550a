"""One hunk of a unified diff: its body's lines to the model's.

Source of the format: GNU diffutils manual ("Detailed Description of Unified Format") and
git-diff(1), also for `--word-diff`. A text that ends with a line feed has an empty last line here,
as everywhere in the model, so "No newline at end of file" on one side only is such a line less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from wikidiff.model import Line, Op

_CLOSING = {"[-": "-]", "{+": "+}"}
NO_NEWLINE = "\\ "


@dataclass(frozen=True, slots=True)
class Start:
    """What a line like `@@ -8,3 +8,4 @@` says: first line and number of lines of either side."""

    old: int
    old_count: int
    new: int
    new_count: int

    @property
    def first(self) -> tuple[int, int]:
        """The 1-based numbers of the first lines; where a side has none, of the line after it."""
        return self.old + (not self.old_count), self.new + (not self.new_count)


@dataclass(slots=True)
class _Body:
    """The lines made so far; `gone` and `come` wait for the end of their stretch of changes."""

    old: int
    new: int
    lines: list[Line] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    come: list[str] = field(default_factory=list)
    bare: set[str] = field(default_factory=set)  # the sides that end without a line feed

    def flush(self) -> None:
        """Add the stretch of changes, as deleted before inserted."""
        last = self._only_line_end_differs()
        for words in self.gone[: len(self.gone) - last]:
            self.add(words, None)
        for words in self.come[: len(self.come) - last]:
            self.add(None, words)
        if last:
            self.add(self.gone[-1], self.come[-1])
        self.gone, self.come = [], []

    def _only_line_end_differs(self) -> bool:
        ends = bool(self.gone and self.come) and len(self.bare) == 1
        return ends and self.gone[-1] == self.come[-1]

    def add(self, old: str | None, new: str | None) -> None:
        """Add one line."""
        numbers = (None if old is None else self.old, None if new is None else self.new)
        kind = "deleted" if new is None else "inserted" if old is None else "context"
        self.lines.append(Line(kind, old, new, *numbers))  # type: ignore[arg-type]
        self.old += old is not None
        self.new += new is not None


def plain(start: Start, lines: Sequence[str], at: int) -> tuple[list[Line], int] | None:
    """Return a hunk's lines and the index below it; None where its lines are not as it counts.

    `lines` are the whole diff's, `at` is the index of the hunk's first one.
    """
    made = _Body(*start.first)
    counts = [start.old_count, start.new_count]
    sign = " "
    while at < len(lines):
        line = lines[at]
        if not any(counts) and not line.startswith(NO_NEWLINE):
            break
        at += 1
        if line.startswith(NO_NEWLINE):
            made.bare |= {" ": {"old", "new"}, "-": {"old"}, "+": {"new"}}[sign]
            continue
        sign, words = (line[0], line[1:]) if line else (" ", "")  # trailing blanks were cut off
        if sign not in " -+" or counts[0] < (sign != "+") or counts[1] < (sign != "-"):
            return None
        counts[0] -= sign != "+"
        counts[1] -= sign != "-"
        _take(made, sign, words)
    if any(counts):
        return None
    made.flush()
    if len(made.bare) == 1:
        made.add("" if "new" in made.bare else None, "" if "old" in made.bare else None)
    return made.lines, at


def _take(made: _Body, sign: str, words: str) -> None:
    if sign == "-":
        if made.come:  # an inserted line before a deleted one: another stretch
            made.flush()
        made.gone.append(words)
    elif sign == "+":
        made.come.append(words)
    else:
        made.flush()
        made.add(words, words)


Piece = tuple[str, str]
"""("=" | "-" | "+", text)."""


def words_plain(body: Sequence[str]) -> list[list[Piece]]:
    """Return each line's pieces in `--word-diff=plain`."""
    return [list(_pieces(line)) for line in body if not line.startswith(NO_NEWLINE)]


def _pieces(line: str) -> Iterator[Piece]:
    """Yield a line's pieces; each sign is looked for once, so that no line takes long."""
    start = 0
    opens = {"[-": line.find("[-"), "{+": line.find("{+")}
    while places := [(place, sign) for sign, place in opens.items() if place >= 0]:
        begin, sign = min(places)
        end = line.find(_CLOSING[sign], begin + 2)
        if end < 0:
            opens[sign] = -1  # nothing closes it, nor any after it
            continue
        if start < begin:
            yield "=", line[start:begin]
        yield sign[1], line[begin + 2 : end]
        start = end + 2
        opens = {
            other: place if place < 0 or place >= start else line.find(other, start)
            for other, place in opens.items()
        }
    if start < len(line):
        yield "=", line[start:]


def words_porcelain(body: Sequence[str]) -> list[list[Piece]] | None:
    """Return each line's pieces in `--word-diff=porcelain`, None where it is no such."""
    made: list[list[Piece]] = [[]]
    for line in body:
        if line == "~":
            made.append([])
        elif line[:1] in ("-", "+", " ") and line:
            made[-1].append(("=" if line[0] == " " else line[0], line[1:]))
        elif not line.startswith(NO_NEWLINE):
            return None
    return made[:-1] if not made[-1] else made


def from_words(start: Start, pieces: Sequence[Sequence[Piece]]) -> tuple[list[Line], bool]:
    """Return a word diff's lines, and whether they are as many as the hunk says.

    A line feed between two stretches of one sign is that side's alone. Blank lines that were
    taken out are not shown at all: then the old lines are fewer, and have no numbers.
    """
    made = _Words()
    pieces = _with_spaces(pieces)
    for at, line in enumerate(pieces):
        below = pieces[at + 1] if at + 1 < len(pieces) else ()
        made.take(line)
        made.end(line[-1][0] if line else "=", below[0][0] if below else "=")
    lines = made.lines
    news = sum(line.new is not None for line in lines)
    olds = sum(line.old is not None for line in lines)
    exact = (olds, news) == (start.old_count, start.new_count)
    return list(_numbered(start, lines, old=exact, new=news == start.new_count)), exact


def _with_spaces(lines: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """Return the lines with the old side's spaces as they must have been.

    git takes the space between words from the new side only: a deleted stretch gets the one that
    kept it apart, an inserted one takes along the one that it brought. Where words are not what
    stands between spaces (`--word-diff-regex`), inserted stretches show it, and nothing is done.
    """
    if not all(_is_apart(line, at) for line in lines for at in _places(line, "+")):
        return [list(line) for line in lines]
    made = []
    for line in lines:
        apart = list(line)
        for at in _places(line, "-"):
            before, after = _around(line, at, "+")
            left = " " * bool(before and not before[-1:].isspace())
            right = " " * bool(after and not after[:1].isspace())
            apart[at] = ("-", left + line[at][1] + right)
        for at in _places(line, "+"):
            _take_space(apart, at)
        made.append(apart)
    return made


def _take_space(line: list[Piece], at: int) -> None:
    """Give an inserted stretch that replaces nothing one of the two spaces around it."""
    around = [*line[at - 1 : at], *line[at + 1 : at + 2]]
    if [sign for sign, _ in around] != ["=", "="]:
        return
    before, after = around[0][1], around[1][1]
    if before.endswith(" ") and after.startswith(" "):
        line[at] = ("+", line[at][1] + " ")
        line[at + 1] = ("=", after[1:])


def _places(line: Sequence[Piece], wanted: str) -> list[int]:
    return [at for at, (sign, words) in enumerate(line) if sign == wanted and words]


def _around(line: Sequence[Piece], at: int, without: str) -> tuple[str, str]:
    """Return the pieces next to one on its own side of the diff, "" at the line's ends."""
    before, after = at - 1, at + 1
    while before >= 0 and line[before][0] == without:
        before -= 1
    while after < len(line) and line[after][0] == without:
        after += 1
    return line[before][1] if before >= 0 else "", line[after][1] if after < len(line) else ""


def _is_apart(line: Sequence[Piece], at: int) -> bool:
    before, after = _around(line, at, "-")
    words = line[at][1]
    return (not before or before[-1:].isspace() or words[:1].isspace()) and (
        not after or after[:1].isspace() or words[-1:].isspace()
    )


def _numbered(start: Start, lines: Sequence[Line], *, old: bool, new: bool) -> Iterator[Line]:
    at_old, at_new = start.first
    for line in lines:
        old_line = at_old if old and line.old is not None else None
        new_line = at_new if new and line.new is not None else None
        yield replace(line, old_line=old_line, new_line=new_line)
        at_old += line.old is not None
        at_new += line.new is not None


class _Words:
    """Puts a word diff's pieces together to lines; `lines` are those done."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._pieces: list[Piece] = []
        self._split = False  # one side has gone on to another line since the last common end

    def take(self, pieces: Sequence[Piece]) -> None:
        """Add the pieces of one shown line."""
        self._pieces += [piece for piece in pieces if piece[1]]

    def _side(self, without: str) -> str:
        return "".join(words for sign, words in self._pieces if sign != without)

    def end(self, last: str, below: str) -> None:
        """End a shown line whose last piece has one sign and the next line's first another."""
        old, new = self._side("+"), self._side("-")
        alone = {sign for sign, _ in self._pieces} == {last}
        if last == "-" and (below == "-" or alone):
            self._end_one(Line("deleted", old, None), "-")
        elif last == "+" and (below == "+" or alone):
            self._end_one(Line("inserted", None, new), "+")
        else:
            self.lines.append(self._whole(old, new))
            self._pieces, self._split = [], False

    def _end_one(self, line: Line, sign: str) -> None:
        """End one side's line; what the other side has so far waits for its own end."""
        other = "+" if sign == "-" else "-"
        self.lines.append(line)
        self._pieces = [(other, words) for kept, words in self._pieces if kept != sign]
        self._split = bool(self._pieces)

    def _whole(self, old: str, new: str) -> Line:
        if old == new:
            return Line("context", old, new)
        ops: list[Op] = []
        a = c = 0
        for sign, words in self._pieces if not self._split else ():
            b, d = a + len(words) * (sign != "+"), c + len(words) * (sign != "-")
            ops.append(Op((a, b), (c, d)))
            a, c = b, d
        return Line("changed", old, new, ops=tuple(ops))
