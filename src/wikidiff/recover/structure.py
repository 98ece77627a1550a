"""Which shown lines are context, deleted, inserted or edited: what their order says.

Both formatters show at most two lines of context before a change, four between two and two after
(the PHP one hides blank ones), so the number of context lines tells where changes are. States and
their transitions are counted on training pages.
"""

from __future__ import annotations

from collections.abc import Sequence

CONTEXT, DELETED, INSERTED, EDITED = range(4)
KINDS = 4

START = 0
"""States: 0-5 are that many context lines since the page's beginning (5: or more), 6-10 are 1-5
context lines since a change, 11-13 the change itself."""
STATES = 14


def step(state: int, kind: int) -> int:
    """Return the state after a line of a kind."""
    if kind != CONTEXT:
        return 10 + kind
    if state <= 5:
        return min(5, state + 1)
    if state <= 10:
        return min(10, state + 1)
    return 6


class Structure:
    """Log-probabilities of the next line's kind, and of the page's end, in each state."""

    def __init__(self, rows: Sequence[Sequence[float]]) -> None:
        self._rows = rows

    def next(self, state: int, kind: int) -> float:
        """Return the log-probability of a kind of line after a state."""
        return self._rows[state][kind]

    def end(self, state: int) -> float:
        """Return the log-probability that the page ends in a state."""
        return self._rows[state][KINDS]
