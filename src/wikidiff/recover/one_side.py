"""Reading a flattened page exactly when the true text of one side is known.

The page is laid on the known text, which says where a change must be and what the other side has
besides; which of the known words only this side has is chosen by the declared byte delta, by how
the other side reads on, and by the formatter's own rules: a reading is proven when the formatter,
given the known text and the one found, shows this very page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wikidiff import limits
from wikidiff.errors import ContradictionError
from wikidiff.model import Reading, ReadingLine
from wikidiff.recover.engines import engine_chances
from wikidiff.recover.one_side_beams import Step
from wikidiff.recover.one_side_both import WAY_OUT, from_both, quoted
from wikidiff.recover.one_side_places import places
from wikidiff.recover.one_side_rank import chances
from wikidiff.recover.one_side_shown import Shown, key_of, shown_lines, tries
from wikidiff.recover.one_side_solve import Found, Solver
from wikidiff.recover.page import PHP, WIKIDIFF2, FlatPage, Placed, Recovery
from wikidiff.recover.weights import model


def recover_known(page: FlatPage, *, old: str | None, new: str | None) -> Recovery:
    """Return the readings of a page of which one side's whole text, or both, is given.

    There is no reading where a counted limit stopped the search; `fallbacks` tells it. Raises
    ContradictionError when a text given cannot be that side of the page.
    """
    if old is not None and new is not None:
        return from_both(page, old, new)
    if old is None and new is None:
        raise ValueError("recover_known needs the text of at least one side")
    given, is_old = (old, True) if old is not None else (new or "", False)
    text = given.replace("\r\n", "\n")
    shown = shown_lines(page.lines)
    if not shown:
        return Recovery(_engines(page)[0], (), tuple(True for _ in page.lines), ())
    engines = _engines(page)
    furthest = -1
    for engine, variant in tries(page, engines, text):
        solver = Solver(variant, shown, text, engine, is_old=is_old)
        found = solver.solve()
        if found:
            return _Answer(solver, is_placed=text == given).recovery(found)
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


class _Answer:
    """Turns the readings that a solver found into what is told of them.

    `is_placed` tells that its text has the lines of the one given to the letter.
    """

    def __init__(self, solver: Solver, *, is_placed: bool) -> None:
        self.solver = solver
        self.page, self.engine, self.is_old = solver.page, solver.engine, solver.is_old
        self.shown, self.lines, self.marks = solver.shown, solver.lines, solver.marks
        self.target, self.fallbacks = solver.target, solver.fallbacks
        self.is_placed = is_placed

    def recovery(self, found: list[Found]) -> Recovery:
        """Return the readings with their chances."""
        made = chances(self.solver, found)
        listed = found[: limits.ONE_SIDE_READINGS]
        changed = sorted({s.shown for one in listed for s in one.steps if s.shown >= 0})
        readings = tuple(
            self._reading(one, chance, changed, sum(other.proven for other in found))
            for one, chance in zip(listed, made, strict=False)
        )
        certain = self._certain(found, made)
        placed = tuple(self._placed(one) for one in listed) if self.is_placed else ()
        return Recovery(self.engine, readings, certain, tuple(self.fallbacks), placed)

    def _placed(self, one: Found) -> Placed | None:
        solver = self.solver
        runs = places(
            self.shown, solver.keys, solver.hidden, one.steps, is_old=self.is_old, php=solver.php
        )
        texts = (solver.text, one.text) if self.is_old else (one.text, solver.text)
        return None if runs is None else Placed(*texts, runs)

    def _certain(self, found: list[Found], made: list[float]) -> tuple[bool, ...]:
        first = {s.shown: s for s in found[0].steps}
        certain = [True] * len(self.page.lines)
        for n, shown in enumerate(self.shown):
            agree = sum(
                chance
                for one, chance in zip(found, made, strict=True)
                if _same(first.get(n), {s.shown: s for s in one.steps}.get(n))
            )
            certain[shown.index] = agree >= 0.95
        return tuple(certain)

    def _reading(self, one: Found, chance: float, changed: list[int], proven: int) -> Reading:
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

    def _why(self, one: Found, unexplained: int | None, proven: int) -> Iterator[str]:
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
    """Tell whether two readings take a line alike, white space aside."""
    if one is None or other is None:
        return one is other
    same = key_of(one.other or "") == key_of(other.other or "")
    return same and (one.other is None) == (other.other is None) and _known(one) == _known(other)


def _known(step: Step) -> tuple[int, int]:
    return step.start, step.end
