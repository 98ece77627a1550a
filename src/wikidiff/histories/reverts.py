"""Identity reverts: edits that give the page a text that it had before.

As mwreverts (Aaron Halfaker, MIT) has it: where one of the RADIUS + 1
revisions before has the same content, those between are reverted. Where nothing stands between,
the edit changed nothing and is none.
"""

from __future__ import annotations

from collections import deque

from wikidiff import limits
from wikidiff.past import Past, Ref, Revert

RADIUS = limits.REVERT_RADIUS


class Detector:
    """Is given a history, oldest first."""

    def __init__(self, radius: int = RADIUS) -> None:
        self._last: deque[tuple[str, Ref]] = deque(maxlen=radius + 1)

    def take(self, past: Past) -> Revert | None:
        """Return what a revision reverts, None where it does not.

        What is reverted are the revisions right before it.
        """
        key = past.content.key
        found = self._found(key)
        self._last.append((key, Ref.of(past)))
        return found

    def _found(self, key: str) -> Revert | None:
        between: list[Ref] = []
        for known, ref in reversed(self._last):
            if known == key:
                return Revert(ref, tuple(reversed(between))) if between else None
            between.append(ref)
        return None
