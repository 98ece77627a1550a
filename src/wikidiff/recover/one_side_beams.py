"""The best readings of a page up to a place in it, for each byte delta."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wikidiff import limits


@dataclass(frozen=True, slots=True)
class Step:
    """What one shown line stands for: known lines `start` to `end`, and the other side's text.

    `other` is None where the other side has no line there; `shown` is -1 for a known line of white
    space that went without being shown. `kinds` are the weights of steps that it counts for.
    """

    shown: int
    start: int
    end: int
    other: str | None
    kinds: tuple[int, ...] = ()


class Open(NamedTuple):
    """An edited shown line: of the known text from `start` to `end`, what lacks is still open.

    `offset` are the bytes that the other side has besides what it has more than `known`: of the
    end of a move, whose known text stands elsewhere, all.
    """

    shown: int
    start: int
    end: int
    known: str
    offset: int
    kinds: tuple[int, ...] = ()


class Option(NamedTuple):
    """One way to take a step: `delta` is the bytes that the other side has more."""

    score: float
    delta: int
    step: Step | Open | None


Entry = tuple[float, "Entry | None", Step | Open | None]


Beam = dict[int, list[Entry]]
"""The best readings up to a node by the bytes that the other side has more."""


def extend(
    made: Beam,
    beam: Sequence[tuple[int, Entry]],
    score: float,
    options: Sequence[Option],
    sums: int,
) -> None:
    """Add to a beam another one lengthened by each option."""
    if len(options) * len(beam) > sums:
        room = max(30, sums // min(len(options), len(beam)))
        beam = beam[:room]
        options = sorted(options, key=_option_score)[:room]
    most = limits.ONE_SIDE_PER_DELTA
    for delta, entry in beam:
        base = entry[0] + score
        for more, change, step in options:
            total = base + more
            kept = made.get(delta + change)
            if kept is None:
                made[delta + change] = [(total, entry, step)]
            elif len(kept) < most:
                kept.append((total, entry, step))
                kept.sort(key=_score)
            elif total > kept[-1][0]:
                kept[-1] = (total, entry, step)
                kept.sort(key=_score)


def _option_score(option: Option) -> float:
    return -option[0]


def merge(ends: Beam, beam: Sequence[tuple[int, Entry]]) -> None:
    """Add the readings of a page that ends here."""
    for delta, entry in beam:
        kept = ends.setdefault(delta, [])
        kept.append(entry)
        kept.sort(key=_score)
        del kept[limits.ONE_SIDE_KEPT :]


def pruned(beam: Beam) -> list[tuple[int, Entry]]:
    """Return the best of a beam, best first."""
    every = [(delta, entry) for delta, entries in beam.items() for entry in entries]
    every.sort(key=lambda x: -x[1][0])
    return every[: limits.ONE_SIDE_BEAM]


def _score(entry: Entry) -> float:
    return -entry[0]


def walked(entry: Entry | None) -> list[Step | Open]:
    """Return the steps of a reading in page order."""
    made: list[Step | Open] = []
    while entry is not None:
        if entry[2] is not None:
            made.append(entry[2])
        entry = entry[1]
    made.reverse()
    return made
