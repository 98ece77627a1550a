"""How well text reads on at a joint, and what an edit of a stretch of words is worth.

Character n-grams of the known text itself are the language: there is plenty of it, in the right
language and markup. Probabilities back off by interpolation (Jelinek and Mercer 1980) with one
pseudo-count an order.
"""

from __future__ import annotations

from collections import Counter
from math import log

from wikidiff import limits

ORDER = 5
AHEAD = 3
"""Characters after a joint that are asked how well they follow."""


MOST = 8.0
"""Nats beyond which a joint says nothing more: a short text knows few."""


class Reads:
    """Character n-grams of a text."""

    def __init__(self, text: str) -> None:
        text = "\n" + text[: limits.ONE_SIDE_GRAM_CHARS] + "\n"
        self._counts: list[Counter[str]] = [
            Counter([text[at : at + n] for at in range(len(text) - n + 1)])
            for n in range(1, ORDER + 1)
        ]
        self._total = len(text)
        self._floor = 1.0 / (len(self._counts[0]) + 100)
        self._joints: dict[tuple[str, str], float] = {}

    def joint(self, before: str, after: str) -> float:
        """Return how much likelier the first characters of `after` are behind `before`.

        In nats, against standing anywhere; 0.0 where they say nothing of each other.
        """
        key = before[1 - ORDER :], after[:AHEAD]
        found = self._joints.get(key)
        if found is None:
            found = self._joints[key] = max(-MOST, min(MOST, self._joint(*key)))
        return found

    def _joint(self, before: str, after: str) -> float:
        total = 0.0
        for n, char in enumerate(after):
            total += log(self._chance(before + after[:n], char) / self._chance(after[:n], char))
        return total

    def _chance(self, context: str, char: str) -> float:
        counts = self._counts
        chance = (counts[0].get(char, 0) + self._floor) / (self._total + 1)
        for size in range(1, min(ORDER - 1, len(context)) + 1):
            tail = context[-size:]
            seen = counts[size - 1].get(tail, 0)
            if not seen:
                break
            chance = (counts[size].get(tail + char, 0) + chance) / (seen + 1)
        return chance
