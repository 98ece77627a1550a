"""What wikidiff2 cannot show and what can yet be concluded.

It takes an empty text for one without lines, and does not show the line end at the end of a text
(wikidiff2, `DiffEngine` splits at line feeds and drops the last, empty line).
"""

from __future__ import annotations

from collections.abc import Sequence

from wikidiff.model import Line, PageWarning

Runs = tuple[tuple[Line, ...], ...]


def with_empty_side(runs: Sequence[Sequence[Line]]) -> Runs:
    """Return the runs with the one line of an empty text, where a side shows no line at all.

    A text with anything left in it would show it: every change stands between lines of context.
    """
    lines = [line for run in runs for line in run]
    made = tuple(map(tuple, runs))
    if lines and all(line.new is None for line in lines):
        return (*made[:-1], (*made[-1], Line("inserted", None, "", None, 1)))
    if lines and all(line.old is None for line in lines):
        return ((Line("deleted", "", None, 1, None), *made[0]), *made[1:])
    return made


def final_newline(runs: Runs, declared: int | None) -> tuple[Runs, tuple[PageWarning, ...]]:
    """Return runs and warnings where a diff shows no line though the sizes differ by one byte.

    That byte is the line feed at the end, or a carriage return: the line is marked uncertain.
    """
    if runs or declared not in (1, -1):
        return runs, ()
    line = Line("inserted", None, "", certain=False)
    if declared < 0:
        line = Line("deleted", "", None, certain=False)
    told = "The sizes differ by one byte and no line does: it is the line end of the last line."
    return ((line,),), (PageWarning("final-newline", told),)
