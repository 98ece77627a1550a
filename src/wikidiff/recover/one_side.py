"""Reading a flattened page exactly when the true text of one side is known.

The page is laid on the known text, which says where a change must be and what the other side has
besides; which of the known words only this side has is chosen by the declared byte delta, by how
the other side reads on, and by the formatter's own rules: a reading is proven when the formatter,
given the known text and the one found, shows this very page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp

from wikidiff import limits
from wikidiff.errors import ContradictionError
from wikidiff.limits import Fallback
from wikidiff.model import Reading, ReadingLine
from wikidiff.recover import php_inline, wikidiff2_inline
from wikidiff.recover.engines import engine_chances
from wikidiff.recover.one_side_beams import Step
from wikidiff.recover.one_side_both import WAY_OUT, from_both, quoted
from wikidiff.recover.one_side_lines import Edits
from wikidiff.recover.one_side_page import MARKS, Layout, Shown, key_of, shown_lines
from wikidiff.recover.one_side_seams import Reads
from wikidiff.recover.page import PHP, WIKIDIFF2, FlatPage, Recovery
from wikidiff.recover.weights import model

MISFIT, PER_BYTE = {PHP: -6.0, WIKIDIFF2: -14.0}, -0.25
"""For a byte delta that is not explained, by formatter, and for each byte of it: the old PHP one
hides spaces at the edges of an edit, wikidiff2 none but those of whole lines."""

INDENT = -6.0
"""The same where bytes are missing and whole lines came in that may have been indented."""

UNPROVEN = -6.0
"""For a reading of which the formatter's model does not show this page."""

NONE_RIGHT = -1.5
"""Score, below the best reading's, of all those that were not looked at."""

ONLY_ONE = -5.0
"""The same where no other was found and this one is proven and explains the declared delta."""

SHARPNESS = 0.6
"""How far scores are believed."""


@dataclass(frozen=True, slots=True)
class _Found:
    score: float
    delta: int
    steps: tuple[Step, ...]
    text: str
    proven: bool


def recover_known(page: FlatPage, *, old: str | None, new: str | None) -> Recovery:
    """Return the readings of a page of which one side's whole text, or both, is given.

    There is no reading where a counted limit stopped the search; `fallbacks` tells it. Raises
    ContradictionError when a text given cannot be that side of the page.
    """
    if old is not None and new is not None:
        return from_both(page, old, new)
    if old is None and new is None:
        raise ValueError("recover_known needs the text of at least one side")
    text, is_old = (old, True) if old is not None else (new or "", False)
    text = text.replace("\r\n", "\n")
    shown = shown_lines(page.lines)
    if not shown:
        return Recovery(_engines(page)[0], (), tuple(True for _ in page.lines), ())
    engines = _engines(page)
    furthest = -1
    for engine in engines:
        solver = _Solver(page, shown, text, engine, is_old=is_old)
        found = solver.solve()
        if found:
            return solver.recovery(found)
        if solver.fallbacks:  # nothing was found, but not all was looked at
            unknown = tuple(False for _ in page.lines)
            return Recovery(engine, (), unknown, tuple(solver.fallbacks))
        furthest = max(furthest, solver.furthest)
    raise _contradiction(shown, furthest, is_old=is_old)


def _engines(page: FlatPage) -> tuple[str, ...]:
    if page.engine:
        return (page.engine,)
    likely = next(iter(engine_chances(page, model())))
    return (likely, WIKIDIFF2 if likely == PHP else PHP)


def _contradiction(shown: Sequence[Shown], furthest: int, *, is_old: bool) -> ContradictionError:
    name, side = ("--old", "old") if is_old else ("--new", "new")
    if furthest >= len(shown) or furthest < 0:
        trouble = f"the declared byte delta cannot come from a change of this {side} text"
    else:
        line = shown[furthest]
        trouble = f"line {line.index + 1} of the diff does not fit it: {quoted(line.raw)}"
    return ContradictionError(name, trouble, WAY_OUT)


class _Solver:
    """Finds, proves and weighs the readings of one page for one formatter."""

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

    def solve(self) -> list[_Found]:
        """Return the readings, best first."""
        segmented = self.php and self.page.language in php_inline.SEGMENTED
        edits = Edits(Reads(self.text), is_old=self.is_old, php=self.php, segmented=segmented)
        layout = Layout(self.shown, self.text, edits, self.is_old, self.php, self.target)
        ranked = []
        for delta, score, steps in layout.readings():
            ranked.append((score + self._misfit(delta, steps), delta, tuple(steps)))
        self.furthest = layout.furthest
        self.fallbacks += layout.fallbacks + edits.fallbacks
        self.lines = layout.lines
        ranked.sort(key=lambda x: -x[0])
        return self._proven(ranked)

    def _misfit(self, delta: int, steps: Sequence[Step]) -> float:
        if self.target is None or delta == self.target:
            return 0.0
        off = self.target - delta
        score = MISFIT[self.engine]
        if off > 0 and any(s.start == s.end and s.other for s in steps):
            score = max(score, INDENT)
        return score + PER_BYTE * min(200, abs(off))

    def _proven(self, ranked: list[tuple[float, int, tuple[Step, ...]]]) -> list[_Found]:
        made: dict[str, _Found] = {}
        wanted = [s.key for s in self.shown if s.key]
        proofs = 0
        best = None
        for score, delta, steps in ranked:
            text = self._other(steps)
            if text in made:
                continue
            if proofs >= limits.ONE_SIDE_PROOFS or (best is not None and score < best - 8.0):
                break
            proofs += 1
            proven = self._regenerates(text, wanted)
            if proven and best is None:
                best = score
            made[text] = _Found(score + (0.0 if proven else UNPROVEN), delta, steps, text, proven)
        return sorted(made.values(), key=lambda x: -x.score)

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

    def _regenerates(self, text: str, wanted: list[str]) -> bool:
        old, new = (self.text, text) if self.is_old else (text, self.text)
        if self.php:
            lines = php_inline.shown(old, new, language=self.page.language)
        else:
            lines = wikidiff2_inline.shown(old, new)
        keys = [key_of(line.strip(MARKS)) for line in lines]
        return [key for key in keys if key] == wanted

    def recovery(self, found: list[_Found]) -> Recovery:
        """Return the readings with their chances."""
        chances = self._chances(found)
        listed = found[: limits.ONE_SIDE_READINGS]
        changed = sorted({s.shown for one in listed for s in one.steps if s.shown >= 0})
        readings = tuple(
            self._reading(one, chance, changed, sum(other.proven for other in found))
            for one, chance in zip(listed, chances, strict=False)
        )
        certain = self._certain(found, chances)
        return Recovery(self.engine, readings, certain, tuple(self.fallbacks))

    def _chances(self, found: list[_Found]) -> list[float]:
        """Return the chance of each reading; what is missing is that none of them is right."""
        top = found[0].score
        weights = [exp(max(-50.0, (one.score - top) * SHARPNESS)) for one in found]
        none = exp(NONE_RIGHT)
        if len(found) == 1 and found[0].proven and found[0].delta == self.target:
            none = exp(ONLY_ONE)
        total = sum(weights) + none
        return [weight / total for weight in weights]

    def _certain(self, found: list[_Found], chances: list[float]) -> tuple[bool, ...]:
        first = {s.shown: s for s in found[0].steps}
        made = [True] * len(self.page.lines)
        for n, shown in enumerate(self.shown):
            agree = sum(
                chance
                for one, chance in zip(found, chances, strict=True)
                if _same(first.get(n), {s.shown: s for s in one.steps}.get(n))
            )
            made[shown.index] = agree >= 0.95
        return tuple(made)

    def _reading(self, one: _Found, chance: float, changed: list[int], proven: int) -> Reading:
        steps = {s.shown: s for s in one.steps}
        lines = []
        for n in changed:
            shown = self.shown[n]
            step = steps.get(n)
            if step is None:
                lines.append(ReadingLine(shown.index, (shown.raw,), (shown.raw,)))
                continue
            known = tuple(self.lines[step.start : step.end])
            other = () if step.other is None else tuple(step.other.split("\n"))
            sides = (known, other) if self.is_old else (other, known)
            lines.append(ReadingLine(shown.index, *sides))
        lines += [ReadingLine(n, (), ()) for n in self.marks]
        lines.sort(key=lambda line: line.shown)
        counted = one.delta if self.is_old else -one.delta
        unexplained = None if self.page.declared is None else self.page.declared - counted
        why = tuple(self._why(one, unexplained, proven))
        return Reading(round(chance, 4), counted, unexplained, why, tuple(lines))

    def _why(self, one: _Found, unexplained: int | None, proven: int) -> Iterator[str]:
        yield f"The {'old' if self.is_old else 'new'} text is given; what remains is the other."
        if one.proven:
            yield "The formatter, given both texts, shows this very page."
            if proven > 1:
                yield f"So it does for {proven - 1} other{'s' * (proven > 2)} that were tried."
        else:
            yield "The formatter's rules, as far as they are known, would show another page."
        if unexplained is None:
            yield "The page declares no byte delta."
        elif unexplained:
            yield f"{unexplained:+,} bytes of the declared delta are not explained."
        else:
            yield f"The declared delta of {self.page.declared:+,} bytes is explained exactly."


def _same(one: Step | None, other: Step | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.other == other.other and one.start == other.start and one.end == other.end
