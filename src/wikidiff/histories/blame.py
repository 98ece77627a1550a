"""Who wrote each word that stands, and in which revision.

The page is followed from its first revision to its last. A text that the page had before gives all
its words back to whom they were of; else our own engine tells what stayed, what was moved and what
is new, and what is new but was taken out before goes back to its writer. The method is that of
WikiWho (Flöck and Acosta, WWW 2014), which looks for paragraphs, sentences and then words that were
there before, and of mwpersistence (Halfaker), which follows words through reverts by content, with
an engine that knows moves in place of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wikidiff import limits, text
from wikidiff.engine import diff_lines
from wikidiff.engine.sequence import shared_runs
from wikidiff.histories.buried import Buried, Run, Runs, joined, sliced, writers_at
from wikidiff.model import Line

_KEPT = 3  # words taken for kept, of every so many of a rewritten stretch's shorter side
_CELLS = ("blame", limits.WORD_CELLS)


class Authors:
    """Who wrote each stretch of each line of a page, as its revisions are taken one by one.

    Revisions go by the numbers that they are given.
    """

    def __init__(self) -> None:
        self.text = ""
        self.lines: list[Runs] = [()]
        self._key = ""
        self._buried = Buried()
        self._known: dict[str, list[Runs]] = {}
        self._held = 0

    def take(self, new: str, key: str, now: int) -> None:
        """Take the next text, by revision `now`; `key` is the same for the same text only."""
        if new == self.text:
            return
        if key in self._known:
            self._take_back(new, self._known[key], now)
        else:
            made = diff_lines(self.text, new, context=0)
            changed = [line for run in made.runs for line in run]
            self._bury(changed, now)
            self._buried.index(sum(len(line.new or "") for line in changed))
            self.lines = self._built(changed, new, now)
        self.text = new
        self._remember(key)

    def _remember(self, key: str) -> None:
        """Keep who wrote the lines of a text, in case it comes back; the oldest is forgotten."""
        if key not in self._known:
            self._held += len(self.lines)
        self._known[key] = self.lines
        while self._held > limits.BLAME_KEPT and len(self._known) > 1:
            oldest = next(iter(self._known))
            self._held -= len(self._known.pop(oldest))

    def _take_back(self, new: str, lines: list[Runs], now: int) -> None:
        stay = set(new.split("\n"))
        for line in stay:
            self._buried.back(line)
        for line, runs in zip(self.text.split("\n"), self.lines, strict=True):
            if line not in stay:
                self._buried.bury_line(line, runs, now)
        self.lines = lines

    def _bury(self, changed: Sequence[Line], now: int) -> None:
        for line in changed:
            if not line.old or line.old_line is None:
                continue
            runs = self.lines[line.old_line - 1]
            if line.kind == "deleted" and line.move is None:
                self._buried.bury_line(line.old, runs, now)
            elif line.kind == "changed":
                gone = [op.old for op in line.ops if op.new[0] == op.new[1]]
                if gone:
                    self._buried.bury_edited(line.old, runs, gone, now)

    def _built(self, changed: Sequence[Line], new: str, now: int) -> list[Runs]:
        """Return who wrote the lines of the new text."""
        old, made = self.lines, list[Runs]()
        at = 0  # old lines up to here are dealt with
        together = self._together(changed)
        moved = {line.move.id: line for line in changed if line.move and line.move.role == "from"}
        for line in changed:
            stay = self._before(line, at, len(made))
            made += old[at:stay]
            at = stay
            if line.old_line is not None:
                at += 1
            if line.new is None:
                continue
            if line.old is not None:
                made.append(self._edited(line, old[stay], now))
            elif line.move is not None and line.move.id in moved:
                made.append(self._moved(line, moved[line.move.id], now))
            else:
                made.append(self._come(line.new, now, together))
        return made + old[at:]

    @staticmethod
    def _before(line: Line, at: int, made: int) -> int:
        """Return the old line up to which nothing changed before a line."""
        if line.old_line is not None:
            return line.old_line - 1
        assert line.new_line is not None
        return at + line.new_line - 1 - made

    def _together(self, changed: Sequence[Line]) -> set[int]:
        """Return which revisions took out lines that come back now."""
        found = {
            self._buried.taken_by(line.new) for line in changed if line.old is None and line.new
        }
        return {one for one in found if one is not None}

    def _come(self, line: str, now: int, together: set[int]) -> Runs:
        if not line:
            return ()
        back = self._buried.line(line, now, together)
        return back or joined(self._buried.stretch(line, 0, len(line), now))

    def _moved(self, line: Line, source: Line, now: int) -> Runs:
        assert line.move is not None
        assert line.new is not None
        assert source.old is not None
        assert source.old_line is not None
        runs = self.lines[source.old_line - 1]
        if not line.move.segments:
            return runs
        stretches = list[tuple[tuple[int, int], tuple[int, int]]]()
        a = c = 0
        for mark, piece in line.move.segments:
            b = a + len(piece) * (mark != "+")
            d = c + len(piece) * (mark != "-")
            stretches.append(((a, b), (c, d)))
            a, c = b, d
        return self._mixed(source.old, line.new, runs, stretches, now)

    def _edited(self, line: Line, runs: Runs, now: int) -> Runs:
        assert line.old is not None
        assert line.new is not None
        if back := self._buried.line(line.new, now):
            return back
        ops = [(op.old, op.new) for op in line.ops]
        return self._mixed(line.old, line.new, runs, ops, now)

    def _mixed(
        self,
        old: str,
        new: str,
        runs: Runs,
        ops: Sequence[tuple[tuple[int, int], tuple[int, int]]],
        now: int,
    ) -> Runs:
        """Return who wrote a line that was made from another one by ops."""
        made: list[Run] = []
        gone: tuple[int, int] | None = None
        for (a, b), (c, d) in ops:
            if c == d:
                gone = (a, b)
            elif a == b:
                if gone is None:
                    made += self._buried.stretch(new, c, d, now)
                else:
                    made += self._replaced(old, new, runs, gone, (c, d), now)
                gone = None
            else:
                made += sliced(runs, a, b, c - a)
                gone = None
        return joined(made)

    def _replaced(
        self,
        old: str,
        new: str,
        runs: Runs,
        gone: tuple[int, int],
        come: tuple[int, int],
        now: int,
    ) -> Iterator[Run]:
        """Yield who wrote a stretch that came in the place of another.

        The engine drops small equal stretches between changes: a reader does not miss them, but
        their words were not written anew where they are many.
        """
        olds, news = text.tokens(old[slice(*gone)]), text.tokens(new[slice(*come)])
        pairs = _same(olds, news)
        kept = sum(text.is_word(news[j]) for _, j in pairs)
        least = min(sum(map(text.is_word, olds)), sum(map(text.is_word, news)))
        if not kept or kept * _KEPT < least:
            yield from self._buried.stretch(new, *come, now)
            return
        x, y = _ends(olds, gone[0]), _ends(news, come[0])
        writers = writers_at(runs, [x[i] for i, _ in pairs])
        at = come[0]
        for (_, j), who in zip(pairs, writers, strict=True):
            if y[j] > at:
                yield from self._buried.stretch(new, at, y[j], now)
            at = y[j + 1]
            yield at, who
        if at < come[1]:
            yield from self._buried.stretch(new, at, come[1], now)


def _same(olds: Sequence[str], news: Sequence[str]) -> list[tuple[int, int]]:
    """Return which tokens are the same, upper and lower case aside as WikiWho has it.

    Of spaces and signs those beside a word that is the same.
    """
    folded = [one.casefold() for one in olds], [one.casefold() for one in news]
    found = shared_runs(*folded, _CELLS, None)
    pairs = [(i + k, j + k) for i, j, size in found for k in range(size)]
    words = {pair for pair in pairs if text.is_word(news[pair[1]])}
    beside = {(i + step, j + step) for i, j in words for step in (-1, 0, 1)}
    return [pair for pair in pairs if pair in beside]


def _ends(tokens: Sequence[str], start: int) -> list[int]:
    """Return where each token starts, and the last one ends."""
    made = [start]
    for token in tokens:
        made.append(made[-1] + len(token))
    return made
