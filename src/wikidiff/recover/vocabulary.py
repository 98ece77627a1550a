"""A page's own words: how often it shows a word, two words side by side, a stretch of text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from wikidiff import limits

WORDS = re.compile(r"\w+|[^\w\s]")


class Vocabulary:
    """The page's own words and pairs of neighbours, counted over all its shown lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.words: dict[str, int] = {}
        self.pairs: dict[str, dict[str, int]] = {}
        shown = list(lines)
        self.whole = "\n".join(shown)[: limits.RECOVER_WHOLE_CHARS]
        self._elsewhere: dict[str, int] = {}
        words, pairs = self.words, self.pairs
        for line in shown:
            found: list[str] = WORDS.findall(line)
            for word in found:
                words[word] = words.get(word, 0) + 1
            for before, after in pairwise(found):
                row = pairs.get(before)
                if row is None:
                    pairs[before] = {after: 1}
                else:
                    row[after] = row.get(after, 0) + 1

    def elsewhere(self, text: str) -> int:
        """Return how often the page shows a stretch besides where it is asked for."""
        found = self._elsewhere.get(text)
        if found is None:
            found = self._elsewhere[text] = max(self.whole.count(text) - 1, 0)
        return found

    def met(self, before: str, after: str) -> int:
        """Return how often the page shows two words side by side."""
        row = self.pairs.get(before)
        return row.get(after, 0) if row is not None else 0
