"""What recovery takes and gives: a page that lost its marks, and the ways to read it."""

from __future__ import annotations

from typing import NamedTuple

from wikidiff.limits import Fallback
from wikidiff.model import Reading

PHP, WIKIDIFF2 = "php-inline", "wikidiff2"


class FlatPage(NamedTuple):
    """A flattened diff page.

    `lines` are the shown lines in page order, verbatim as read, marks gone. `declared` is the byte
    delta the page states. `engine` is "wikidiff2", "php-inline" or None: to be told from the page.
    """

    lines: tuple[str, ...]
    declared: int | None
    engine: str | None = None
    language: str = "en"
    minor: bool | None = None
    comment: str | None = None
    title: str | None = None


class Place(NamedTuple):
    """Which lines of the two texts a shown line stands for: half-open ranges counted from 0.

    `shown` is -1 for blank lines, of which the page shows nothing.
    """

    shown: int
    old: tuple[int, int]
    new: tuple[int, int]


class Placed(NamedTuple):
    """A reading's two texts, line ends as LF, and its places: a run for what is shown unbroken."""

    old: str
    new: str
    runs: tuple[tuple[Place, ...], ...]


class Recovery(NamedTuple):
    """The readings of a page, at most 5, distinct, best first.

    `certain` says for each shown line whether its first reading is right with a probability of at
    least 0.95; `fallbacks` are the limits that were reached. `placed` tells of each reading where
    its lines stand, None where that is not known; it is empty where no text was given.
    """

    engine: str
    readings: tuple[Reading, ...]
    certain: tuple[bool, ...]
    fallbacks: tuple[Fallback, ...]
    placed: tuple[Placed | None, ...] = ()
