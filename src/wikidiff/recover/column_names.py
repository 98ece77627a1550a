"""What an article tells of the templates and files that the lines of a copied table name.

Where a wiki has no such template or file the article shows its name instead, after that of the
namespace: "Template:Infobox". Whether it does so is told by the lines that stand twice. The names
of a template that there is are not shown, and tell nothing.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from wikidiff import limits

_CALL = re.compile(
    r"\{\{\s*([^{}|<>\[\]#:\n]{2,100})|\[\[[^\[\]|:]{1,30}:([^\[\]|\n]{1,250}\.\w{3,4})\s*[|\]]"
)
_SHOWN = 2.5  # log-odds for the new side of a name that the article shows in the line's place
_ABSENT_OLD = 0.95  # names of old lines that the article does not show
_FEW = 0.3  # names of new lines that it shows where no line that stands twice tells


def told_by_names(
    lines: Sequence[str],
    twice: Collection[int],
    article: Sequence[str],
    anchors: Sequence[tuple[int, int]],
) -> Iterator[tuple[int, float]]:
    """Yield lines that stand once and what their names tell, in log-odds for the new side.

    `twice` are the lines that the next one is equal to, `anchors` are places of lines and of the
    article that are the same line. Names that several lines of one place have tell nothing.
    """
    named = {at: names for at, line in enumerate(lines) if (names := _names(line))}
    if not named:
        return
    places = _Places(article, anchors, len(lines))
    shown = [places.shows(at, name) for at in sorted(twice) for name in named.get(at, ())]
    rate = (sum(shown) + _FEW) / (len(shown) + 1)
    alone = [at for at in named if at not in twice and at - 1 not in twice]
    counts = Counter((places.number(at), name) for at in alone for name in named[at])
    kept = {(places.number(at), name) for at in sorted(twice) for name in named.get(at, ())}
    for at in alone:
        value = 0.0
        for name in named[at]:
            key = places.number(at), name
            if places.shows(at, name):
                value += _SHOWN * (counts[key] == 1 and key not in kept)
            else:
                value += math.log((1 - rate) / _ABSENT_OLD)
        if value:
            yield at, value


class _Places:
    """The text of an article between two anchors, where a line that stands between them is."""

    def __init__(
        self, article: Sequence[str], anchors: Sequence[tuple[int, int]], lines: int
    ) -> None:
        self._article = [line.casefold() for line in article]
        self._anchors = [*anchors, (lines, len(article))]
        self._texts: dict[int, str] = {}

    def number(self, at: int) -> int:
        """Return the number of a line's place."""
        return bisect_left(self._anchors, (at, -1))

    def shows(self, at: int, name: str) -> bool:
        """Tell whether a name stands after a colon in a line's place, the anchors included."""
        number = self.number(at)
        if number not in self._texts:
            start = self._anchors[number - 1][1] if number else 0
            end = self._anchors[number][1] + 1
            self._texts[number] = "\n".join(self._article[start:end])
        return f":{name}" in self._texts[number]


def _names(line: str) -> frozenset[str]:
    """Return the names of the templates and files that a line calls, as they are looked for."""
    if "{{" not in line and "[[" not in line:
        return frozenset()
    found = _CALL.findall(line[: limits.CLIP_CHARS])
    names = (" ".join((one or other).replace("_", " ").split()) for one, other in found)
    return frozenset(name.casefold() for name in names if len(name) > 1)
