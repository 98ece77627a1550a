"""Finds, proves and weighs the readings of one page of which one side's text is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from typing import NamedTuple

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.recover import php_inline, wikidiff2_inline
from wikidiff.recover.one_side_beams import Open, Step
from wikidiff.recover.one_side_fill import Filled, Filler
from wikidiff.recover.one_side_lines import Edits, LineWays, Pick, uneven
from wikidiff.recover.one_side_page import Layout
from wikidiff.recover.one_side_seams import Reads
from wikidiff.recover.one_side_shown import MARKS, Shown, key_of
from wikidiff.recover.one_side_weights import (
    ALONE,
    BESIDE,
    INDENT,
    LINE_UNPROVEN,
    MISFIT,
    PAGES,
    PER_BYTE,
    SAME_EDIT,
    STEPS,
    TOP_LEVEL,
    UNEVEN,
    UNPROVEN,
    WAYS,
    dot,
)
from wikidiff.recover.page import PHP, WIKIDIFF2, FlatPage
from wikidiff.recover.sides import heading_level
from wikidiff.recover.wikidiff2_words import WordDiff

NEAR = {PHP: (1, -1, 2, -2, 3, -3), WIKIDIFF2: (1, -1)}
"""Bytes that may be left unexplained where a reading is looked for on purpose."""

SLACK = 12.0
"""How much less likely than the best a reading is looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """A reading: `delta` is the bytes that the other side has more, `text` its whole text."""

    score: float
    delta: int
    steps: tuple[Step, ...]
    text: str
    proven: bool
    features: tuple[float, ...]


class Skeleton(NamedTuple):
    """The lines of a page as whole, edited or unchanged; `score` and `delta` leave edited ones out.

    `promise` is what it is worth at most.
    """

    promise: float
    score: float
    delta: int
    steps: list[Step | Open]
    opens: tuple[Open, ...]


class Draft(NamedTuple):
    """A way to read the page, its edited lines not yet filled in."""

    score: float
    delta: int
    skeleton: Skeleton
    picks: tuple[Pick, ...]


class Solver:
    """Finds the readings of one page for one formatter."""

    def __init__(
        self, page: FlatPage, shown: list[Shown], text: str, engine: str, *, is_old: bool
    ) -> None:
        self.page, self.engine, self.text, self.is_old = page, engine, text, is_old
        self.php = engine == PHP
        self.shown = [s for s in shown if s.key or s.raw] if self.php else shown
        told = {s.index for s in shown}
        self.marks = [n for n in range(len(page.lines)) if n not in told]
        self.target = page.declared
        if page.declared is not None and not is_old:
            self.target = -page.declared
        self.furthest = 0
        self.fallbacks: list[Fallback] = []
        self._proofs: dict[tuple[int, str, str], bool] = {}
        self._proof_chars = 0

    def solve(self) -> list[Found]:
        """Return the readings, best first."""
        return self._proven(self.drafts())

    def drafts(self) -> list[Draft]:
        """Return the ways to read the page, best first."""
        edits = Edits(
            Reads(self.text),
            is_old=self.is_old,
            php=self.php,
            segmented=self.php and self.page.language in php_inline.SEGMENTED,
            language=self.page.language,
            lines=[shown.text for shown in self.shown],
        )
        self.weights = edits.weights
        layout = Layout(self.shown, self.text, edits, self.is_old, self.php, self.target)
        self._layout = layout
        skeletons = self._skeletons(layout)
        filler = Filler(self._ways)
        drafts: list[Draft] = []
        for _ in range(limits.ONE_SIDE_ROUNDS):
            drafts = self._drafts(skeletons, filler)
            spent = filler.lookups >= limits.ONE_SIDE_LOOKUPS
            if not self._doubted(drafts) or spent:
                break
            filler.forget()
        self.furthest = layout.furthest
        self.fallbacks += layout.fallbacks + edits.fallbacks
        self.lines, self.keys, self.hidden = layout.lines, layout.keys, layout.hidden
        return drafts

    def _ways(self, one: Open) -> LineWays:
        found = self._layout.ways(one.shown, one.known)
        assert found is not None  # or the line would not have been left open
        return found

    def _skeletons(self, layout: Layout) -> list[Skeleton]:
        made: dict[tuple[Step | Open, ...], Skeleton] = {}
        for delta, score, steps in layout.skeletons():
            opens = tuple(step for step in steps if isinstance(step, Open))
            top = 0.0
            for one in opens:
                ways = self._ways(one)
                delta -= ways.base
                top += ways.top
            misfit = 0.0 if opens else self._misfit(delta, steps)
            made[tuple(steps)] = Skeleton(score + misfit, score - top, delta, steps, opens)
        return nlargest(limits.ONE_SIDE_SKELETONS, made.values(), key=_promise)

    def _drafts(self, skeletons: Sequence[Skeleton], filler: Filler) -> list[Draft]:
        """Return the readings, best first."""
        made: list[Draft] = []
        best = -1e9
        for rank, skeleton in enumerate(skeletons):
            if skeleton.promise < best - SLACK:
                break
            for delta, filled in self._filled(skeleton, filler, rank):
                score = skeleton.score + filled.score + self._misfit(delta, skeleton.steps)
                if score > best - SLACK - 6.0:
                    made.append(Draft(score, delta, skeleton, filled.picks))
                    best = max(best, score)
        made.sort(key=lambda x: -x.score)
        return made[: limits.ONE_SIDE_DRAFTS]

    def _filled(
        self, skeleton: Skeleton, filler: Filler, rank: int
    ) -> Iterator[tuple[int, Filled]]:
        opens, whole = skeleton.opens, skeleton.delta
        some = filler.best(opens)
        yield from ((whole + delta, filled) for delta, filled in some[: limits.ONE_SIDE_PROOFS])
        if self.target is None or not opens:
            return
        near = NEAR[self.engine] if rank < limits.ONE_SIDE_NEAR else ()
        for off in (0, *near):
            for filled in filler.exactly(opens, self.target - off - whole):
                yield self.target - off, filled

    def _misfit(self, delta: int, steps: Sequence[Step | Open]) -> float:
        if self.target is None or delta == self.target:
            return 0.0
        return dot(self.weights.pages, self._page_features(delta, steps))

    def _page_features(self, delta: int, steps: Sequence[Step | Open]) -> list[float]:
        made = [0.0] * len(PAGES)
        if self.target is not None and delta != self.target:
            off = self.target - delta
            made[MISFIT] = 1.0
            made[PER_BYTE] = float(min(200, abs(off)))
            if off > 0 and any(s.start == s.end and isinstance(s, Step) and s.other for s in steps):
                made[INDENT] = 1.0
        return made

    def _doubted(self, drafts: Sequence[Draft]) -> bool:
        """Tell whether the likeliest readings have lines that the formatter would not show.

        What was picked of these becomes less likely.
        """
        doubted = False
        for draft in drafts[: limits.ONE_SIDE_PROOFS]:
            for one, pick in zip(draft.skeleton.opens, draft.picks, strict=True):
                ways = self._ways(one)
                text = ways.text(pick)
                if text is None:
                    doubted = ways.mark(pick, -1e6) or doubted
                elif not self._shows(one, text) and ways.mark(
                    pick, self.weights.pages[LINE_UNPROVEN]
                ):
                    doubted = True
        return doubted

    def _shows(self, one: Open, text: str) -> bool:
        """Tell whether the formatter shows this line for the known text and the other side's."""
        key = one.shown, one.known, text
        if key not in self._proofs:
            wanted = self.shown[one.shown].key
            self._proof_chars += len(wanted)
            if self._proof_chars > limits.ONE_SIDE_PROOF_CHARS:
                return True
            old, new = (one.known, text) if self.is_old else (text, one.known)
            if self.php:
                pair = old.split("\n"), new.split("\n")
                made = php_inline.hunk_text(*pair, language=self.page.language)
            else:
                made = self._line(old, new, is_moved=one.start == one.end)
            self._proofs[key] = key_of(made) == wanted
        return self._proofs[key]

    def _line(self, old: str, new: str, *, is_moved: bool) -> str:
        made = WordDiff.between(old, new)
        if not is_moved and not made.is_one_line():
            return ""
        return "".join(text for _, text in made.runs())

    def _proven(self, drafts: Sequence[Draft]) -> list[Found]:
        """Return the likeliest readings, those that the formatter would not show less likely."""
        found: list[Found] = []
        best = None
        for one in self.ranked(drafts)[: limits.ONE_SIDE_PROOFS]:
            if best is not None and one.score < best - 8.0:
                break
            proven = self.proof(one)
            if proven.proven and best is None:
                best = one.score
            found.append(proven)
        return sorted(found, key=_order)

    def ranked(self, drafts: Sequence[Draft]) -> list[Found]:
        """Return the readings filled in, best first, not yet proven.

        They are distinct in more than white space, which the page does not show.
        """
        every = [built for draft in drafts if (built := self._built(draft)) is not None]
        made: dict[str, Found] = {}
        for one in sorted(every, key=_order):
            made.setdefault(_inked(one.text), one)
        return list(made.values())

    def proof(self, one: Found) -> Found:
        """Return a reading as it is where the formatter shows this very page, else less likely."""
        if self._regenerates(one.text):
            return one
        features = list(one.features)
        features[-len(PAGES) + UNPROVEN] = 1.0
        score = one.score + self.weights.pages[UNPROVEN]
        return replace(one, score=score, proven=False, features=tuple(features))

    def _built(self, draft: Draft) -> Found | None:
        """Return a reading with its edited lines filled in; None where one contradicts itself."""
        picks = iter(draft.picks)
        steps: list[Step] = []
        sums = [[0.0] * len(group) for group in (STEPS, WAYS, ALONE, BESIDE)]
        page = self._page_features(draft.delta, draft.skeleton.steps)
        edits: list[tuple[str, str]] = []
        for step in draft.skeleton.steps:
            for kind in step.kinds:
                sums[0][kind] += 1.0
            if isinstance(step, Step):
                steps.append(step)
                continue
            pick = next(picks)
            ways = self._ways(step)
            text = ways.text(pick)
            if text is None:
                return None
            way = ways.ways[pick.way]
            for total, part in zip(sums[1:], way.features_of(pick.choice), strict=True):
                for n, x in enumerate(part):
                    total[n] += x
            sums[1][UNEVEN] += uneven(text, step.known)
            sums[1][TOP_LEVEL] += heading_level(text) == 1 < heading_level(step.known)
            page[LINE_UNPROVEN] += not self._shows(step, text)
            edits += set(way.edits_of(pick.choice))
            steps.append(Step(step.shown, step.start, step.end, text))
        page[SAME_EDIT] = float(len(edits) - len(set(edits)))
        features = (*[x for part in sums for x in part], *page)
        w = self.weights
        score = dot((*w.steps, *w.ways, *w.alone, *w.beside, *w.pages), features)
        return Found(score, draft.delta, tuple(steps), self._other(steps), True, features)

    def _other(self, steps: Iterable[Step]) -> str:
        """Return the other side's whole text."""
        lines: list[str] = []
        at = 0
        for step in steps:
            lines += self.lines[at : step.start]
            at = step.end
            if step.other is not None:
                lines.append(step.other)
        return "\n".join([*lines, *self.lines[at:]])

    def _regenerates(self, text: str) -> bool:
        old, new = (self.text, text) if self.is_old else (text, self.text)
        if self.php:
            lines = php_inline.shown(old, new, language=self.page.language)
        else:
            lines = wikidiff2_inline.shown(old, new)
        keys = [key_of(line.strip(MARKS)) for line in lines]
        return [key for key in keys if key] == [s.key for s in self.shown if s.key]


def _promise(skeleton: Skeleton) -> float:
    return skeleton.promise


def _inked(text: str) -> str:
    """Return a text's lines without white space, blank ones left out."""
    return "\n".join(key for line in text.split("\n") if (key := key_of(line)))


def _order(found: Found) -> tuple[float, str]:
    return -found.score, found.text
