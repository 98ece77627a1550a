"""What was taken out of a page, and who wrote it: so that it is theirs again when it comes back.

A line that comes back whole is known by itself. For less than a line every four words in a row that
hold a word taken out are remembered, the words around it included; where they come in again, they
are followed as far as they go.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from wikidiff import limits, text
from wikidiff.engine.sequence import shared_runs
from wikidiff.histories.kept import tells

Run = tuple[int, int]
"""Where a stretch of a line ends, in code points, and the revision that wrote it, by its number."""

Runs = tuple[Run, ...]

_GRAM = 4  # words in a row
_SLACK = 2  # words more than come in that are looked at, at either end
_CELLS = ("blame", limits.WORD_CELLS)
_WAIT, _WAIT_CHARS = 16, 4096
_AROUND = 64  # code points of a line, before and after a stretch, in which the words around it are


def sliced(runs: Runs, start: int, end: int, shift: int = 0) -> Iterator[Run]:
    """Yield the runs of a stretch of a line, moved by `shift`."""
    for stop, who in runs:
        if stop <= start:
            continue
        yield min(stop, end) + shift, who
        if stop >= end:
            return


def joined(runs: Iterator[Run] | Sequence[Run]) -> Runs:
    """Return runs with those of one revision that touch made one."""
    made: list[Run] = []
    for end, who in runs:
        if made and made[-1][1] == who:
            made[-1] = (end, who)
        elif not made or end > made[-1][0]:
            made.append((end, who))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a stretch, case folded, and where they start and end in the line."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, line: str, start: int, end: int) -> Words:
        """Return the words that stand between two offsets of a line."""
        tokens = text.tokens(line[start:end])
        places = list(accumulate(map(len, tokens), initial=start))
        at = [
            i
            for i, one in enumerate(tokens)
            if one.isalnum() or (len(one) > 1 and text.is_word(one))
        ]
        return cls(
            tuple([tokens[i].casefold() for i in at]),
            tuple([places[i] for i in at]),
            tuple([places[i + 1] for i in at]),
        )

    def inside(self, start: int, end: int) -> range:
        """Return which words stand between two offsets."""
        return range(bisect_right(self.ends, start), bisect_left(self.starts, end))


def _window(line: str, start: int, end: int) -> Words:
    """Return the words of a stretch and those close around it; cut ones are left out."""
    low, high = max(start - _AROUND, 0), min(end + _AROUND, len(line))
    if low:
        low = max(line.find(" ", low, start), low) if line.find(" ", low, start) >= 0 else start
    if high < len(line):
        high = line.rfind(" ", end, high) if line.rfind(" ", end, high) >= 0 else end
    return Words.of(line, low, high)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words that were taken out, with those around them, and who wrote each."""

    words: tuple[str, ...]
    who: tuple[int, ...]


_Place = tuple[_Stretch, int]


class Buried:
    """What was taken out of a page so far, up to counted limits; the oldest is forgotten first."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[Runs, int]] = {}
        self._chars = 0
        self._waiting: dict[str, Runs] = {}
        self._waiting_chars = 0
        self._grams: dict[int, tuple[_Stretch, int]] = {}

    def bury_line(self, line: str, runs: Runs, now: int) -> None:
        """Take in a line that was taken out, or that became another one, by revision `now`."""
        self._keep(line, runs, now)
        if line not in self._waiting:
            self._waiting_chars += len(line)
        self._waiting[line] = runs

    def bury_edited(self, line: str, runs: Runs, gone: Sequence[tuple[int, int]], now: int) -> None:
        """Take in a line of which stretches were taken out."""
        self._keep(line, runs, now)
        for start, end in gone:
            words = _window(line, start, end)
            self._index(words, runs, words.inside(start, end))

    def _keep(self, line: str, runs: Runs, now: int) -> None:
        if line not in self._lines:
            self._chars += len(line)
        self._lines[line] = runs, now
        while self._chars > limits.BLAME_CHARS:
            oldest = next(iter(self._lines))
            del self._lines[oldest]
            self._chars -= len(oldest)

    def line(self, line: str, now: int, together: Collection[int] = ()) -> Runs | None:
        """Return who wrote a line that was taken out.

        A short one only if that was not long ago, or was done by one of the revisions `together`.
        """
        found = self._lines.get(line)
        if found is None:
            return None
        runs, gone = found
        self.back(line)
        near = now - gone <= limits.REVERT_RADIUS or gone in together
        return runs if near or tells(line) else None

    def taken_by(self, line: str) -> int | None:
        """Return which revision took out a line that says enough to be known by itself."""
        found = self._lines.get(line)
        return found[1] if found and tells(line) else None

    def _index(self, words: Words, runs: Runs, gone: range) -> None:
        who = tuple(writers_at(runs, words.starts))
        stretch = _Stretch(words.words, who)
        first = max(gone.start - _GRAM + 1, 0)
        for at in range(first, min(gone.stop, len(words.words) - _GRAM + 1)):
            self._grams[hash(words.words[at : at + _GRAM])] = stretch, at
        while len(self._grams) > limits.BLAME_GRAMS:
            del self._grams[next(iter(self._grams))]

    def index(self, come: int) -> None:
        """Make the words of whole lines known, before `come` code points of new text are told of.

        Not where far more waits than comes in: a page that was blanked comes back as it was.
        """
        if self._waiting_chars > _WAIT * come + _WAIT_CHARS:
            return
        for line, runs in self._waiting.items():
            words = Words.of(line, 0, len(line))
            self._index(words, runs, range(len(words.words)))
        self._forget_waiting()

    def _forget_waiting(self) -> None:
        self._waiting.clear()
        self._waiting_chars = 0

    def back(self, line: str) -> None:
        """Take note that a line stands again: its words need not be known by themselves."""
        if self._waiting.pop(line, None) is not None:
            self._waiting_chars -= len(line)

    def stretch(self, line: str, start: int, end: int, now: int) -> Iterator[Run]:
        """Yield who wrote a stretch that came in: revision `now` what was never taken out."""
        found: dict[int, _Place] = {}
        if self._grams:
            words = _window(line, start, end)
            found = self._known(words.words, words.inside(start, end))
        if not found:
            yield end, now
            return
        at, before = start, -2
        for i, (stretch, place) in sorted(found.items()):
            who = stretch.who[place]
            begin, stop = words.starts[i], words.ends[i]
            if begin > at:  # what stands between two words that come back came back as well
                yield begin, who if i == before + 1 else now
            yield stop, who
            at, before = stop, i
        if at < end:
            yield end, now

    def _known(self, words: tuple[str, ...], come: range) -> dict[int, _Place]:
        """Return where those of the words stood that were taken out before."""
        found: dict[int, _Place] = {}
        at = max(come.start - _GRAM + 1, 0)
        last = min(come.stop, len(words) - _GRAM + 1)
        while at < last:
            length = self._follow(words, at, come, found)
            at += max(length - _GRAM + 1, 1)
        for (i, one), (j, other) in pairwise(sorted(found.items())):
            if one[0] is other[0] and i + 1 < j and one[1] + 1 < other[1]:
                _fill(words, range(i + 1, j), one[0], range(one[1] + 1, other[1]), found)
        if 2 * len(found) > len(come):
            _fill_ends(words, come, found)
        return found

    def _follow(
        self, words: tuple[str, ...], at: int, come: range, found: dict[int, _Place]
    ) -> int:
        """Note where words from a place on stood; return how many are known there."""
        known = self._grams.get(hash(words[at : at + _GRAM]))
        if known is None:
            return 0
        stretch, place = known
        length = 0
        for word, old in zip(words[at:], stretch.words[place:], strict=False):
            if word != old:
                break
            length += 1
        if length < _GRAM:  # another four words with the same hash
            return 0
        for i in range(length):
            if at + i in come:
                found.setdefault(at + i, (stretch, place + i))
        return length


def _fill(
    words: tuple[str, ...],
    come: range,
    stretch: _Stretch,
    gone: range,
    found: dict[int, _Place],
) -> None:
    """Note the known ones of some words by those of a stretch that was edited as it came back."""
    olds, news = [*stretch.words[gone.start : gone.stop]], [*words[come.start : come.stop]]
    for a, b, size in shared_runs(olds, news, _CELLS, None):
        for k in range(size):
            found[come.start + b + k] = stretch, gone.start + a + k


def _fill_ends(words: tuple[str, ...], come: range, found: dict[int, _Place]) -> None:
    """Note the known words before the first that was found and after the last."""
    first, last = min(found), max(found)
    stretch, place = found[first]
    if first > come.start:
        gone = range(max(place - (first - come.start) - _SLACK, 0), place)
        _fill(words, range(come.start, first), stretch, gone, found)
    stretch, place = found[last]
    if last + 1 < come.stop:
        end = min(place + come.stop - last + _SLACK, len(stretch.words))
        _fill(words, range(last + 1, come.stop), stretch, range(place + 1, end), found)


def writers_at(runs: Runs, starts: Sequence[int]) -> Iterator[int]:
    """Yield who wrote what starts at each of the rising offsets."""
    at = 0
    for start in starts:
        while runs[at][0] <= start:
            at += 1
        yield runs[at][1]
