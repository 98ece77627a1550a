"""What the other side of an edited line can be, when one side of it is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.recover.line import ShownLine, Vocabulary
from wikidiff.recover.one_side_embed import Borders, embeddings, tokens_of
from wikidiff.recover.one_side_seams import Reads
from wikidiff.recover.one_side_ways import Choice, Way
from wikidiff.recover.one_side_weights import UNEVEN, weights
from wikidiff.recover.page import PHP, WIKIDIFF2
from wikidiff.recover.weights import model
from wikidiff.recover.wikidiff2_words import has_thai
from wikidiff.text import size as byte_count

_EDGE = re.compile(" (?=[^\\x00-\\x7f])")
"""What is left, at the edges of an edit, of the spaces by which Chinese characters were parted."""


class Other(NamedTuple):
    """One possible other side: `delta` is its bytes less the known side's."""

    score: float
    delta: int
    text: str


class Pick(NamedTuple):
    """One way to take an edited line: a choice for one of the ways to find the known text in it."""

    score: float
    delta: int
    way: int
    choice: Choice


class LineWays:
    """The ways to take one shown line as an edit of one known text."""

    def __init__(self, known: str, ways: Sequence[Way]) -> None:
        self.known, self.ways = known, ways
        self.base = ways[0].base
        self._size = byte_count(known)
        self._texts: dict[tuple[int, Choice], str | None] = {}
        self._marked: dict[tuple[int, Choice], float] = {}
        self._by_delta: dict[int, list[Pick]] = {}
        for n, way in enumerate(ways):
            for delta, choices in way.table.items():
                picks = [Pick(choice[0], delta, n, choice) for choice in choices]
                self._by_delta.setdefault(delta, []).extend(picks)
        self._sized: dict[int, list[Pick]] = {}
        self._longs: dict[int, list[Pick]] = {}
        self._best: list[Pick] | None = None
        best = self.best()
        self.top = best[0].score if best else ways[0].score
        """The score of the likeliest pick, whatever its delta."""

    def best(self) -> list[Pick]:
        """Return the likeliest picks, best first, those that change nothing aside."""
        if self._best is None:
            every = [self._now(pick) for picks in self._by_delta.values() for pick in picks]
            every.sort(key=_pick_order)
            self._best = every[: limits.ONE_SIDE_OTHERS]
        return self._best

    def for_delta(self, delta: int) -> list[Pick]:
        """Return the likeliest picks of exactly this delta, best first."""
        found = self._sized.get(delta)
        if found is None:
            made = [*self._by_delta.get(delta, ()), *self._long(delta)]
            distinct = {(pick.way, pick.choice[1:]): self._now(pick) for pick in made}
            found = sorted(distinct.values(), key=_pick_order)
            found = self._sized[delta] = found[: limits.ONE_SIDE_AT_TARGET]
        return found

    def _long(self, delta: int) -> list[Pick]:
        """Return the picks with one stretch lacking, of the size that makes up the delta."""
        made = self._longs.get(delta)
        if made is None:
            made = self._longs[delta] = []
            for n, way in enumerate(self.ways):
                if way.base > delta:
                    for span in way.spans.sized(way.base - delta):
                        choice = (way.score + span.score, (span,), ())
                        made.append(Pick(choice[0], delta, n, choice))
        return made

    def _now(self, pick: Pick) -> Pick:
        less = self._marked.get((pick.way, pick.choice))
        return pick if less is None else Pick(pick.score + less, *pick[1:])

    def text(self, pick: Pick) -> str | None:
        """Return the other side's text; None where the pick contradicts itself."""
        key = pick.way, pick.choice
        if key not in self._texts:
            text = self.ways[pick.way].text(pick.choice)
            if text is None or byte_count(text) - self._size != pick.delta or text == self.known:
                text = None
            self._texts[key] = text
        return self._texts[key]

    def mark(self, pick: Pick, less: float) -> bool:
        """Make a pick less likely from now on; tell whether it was not yet."""
        if (pick.way, pick.choice) in self._marked:
            return False
        self._marked[pick.way, pick.choice] = less
        self._sized.clear()
        self._best = None
        return True


class Edits:
    """Works out the other sides of edited lines of one page; limits reached are in `fallbacks`."""

    def __init__(
        self,
        reads: Reads,
        *,
        is_old: bool,
        php: bool,
        segmented: bool,
        language: str = "en",
        lines: Sequence[str] = (),
    ) -> None:
        self._reads, self.is_old, self.php = reads, is_old, php
        self.weights = weights(PHP if php else WIKIDIFF2, is_old=is_old)
        self._language = language
        self._segmented = segmented
        self._vocabulary = Vocabulary(line[: limits.RECOVER_LINE_CHARS] for line in lines)
        self._shown: dict[str, ShownLine] = {}
        self.fallbacks: list[Fallback] = []

    def ways(self, shown: str, known: str, most: int) -> LineWays | None:
        """Return the ways to take a shown line; None where it does not hold the known text.

        At most `most` bytes of the known side lack on the other.
        """
        if self._segmented:
            shown = _EDGE.sub("", shown)
        tokens = tokens_of(known, php=self.php, segmented=self._segmented)
        exact = not self.php and not has_thai(shown)
        borders = Borders(before=not (exact and self.is_old), behind=not exact or self.is_old)
        found = [
            Way(
                one,
                self._reads,
                self.weights,
                self._line(shown),
                most,
                is_old=self.is_old,
                php=self.php,
            )
            for one in embeddings(shown, tokens, self.fallbacks, borders)
        ]
        return LineWays(known, found) if found else None

    def _line(self, shown: str) -> ShownLine | None:
        """Return a shown line as the models of edit sites ask it, None of a very long one."""
        if len(shown) > limits.RECOVER_LINE_CHARS:
            return None
        made = self._shown.get(shown)
        if made is None:
            engine = PHP if self.php else WIKIDIFF2
            made = ShownLine(shown, engine, self._language, model().grams, self._vocabulary)
            self._shown[shown] = made
        return made

    def others(self, shown: str, known: str, most: int) -> list[Other]:
        """Return the other sides, best first."""
        ways = self.ways(shown, known, most)
        made: dict[str, Other] = {}
        for pick in ways.best() if ways else ():
            text = ways.text(pick) if ways else None
            if text is not None and text not in made:
                made[text] = Other(
                    pick.score + self.weights.ways[UNEVEN] * uneven(text, known), pick.delta, text
                )
        return sorted(made.values(), key=lambda x: (-x.score, x.text))


def _pick_order(pick: Pick) -> tuple[float, int, int]:
    return -pick.score, abs(pick.delta), pick.way


def uneven(text: str, known: str) -> bool:
    """Tell whether a heading of one line lost its balance."""
    body, was = text.strip(), known.strip()
    if not (was.startswith("=") and was.endswith("=")) or "\n" in body:
        return False
    return len(body) - len(body.lstrip("=")) != len(body) - len(body.rstrip("="))
