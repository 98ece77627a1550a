"""Which words of the article the lines of a copied table can be, if they are new ones.

The article shows each line of the new revision once. So words that two lines have can be only one
of them where the article has them once: of the lines of a changed run, taken as new one after the
other, each takes its words from what the ones before it left. What an old line has and the article
shows, though no new line is that, speaks against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from wikidiff.recover.column_article import Article, Words


class Claim(NamedTuple):
    """The words in a row of a line: how many of them no other line near it has, and how many of
    these the article shows; `shared` are those that others have too.
    """  # noqa: D205

    own: int
    found: int
    shared: tuple[Words, ...]


class Claims:
    """The claims of lines that stand once, by their places in the table."""

    def __init__(self, article: Article, alone: Sequence[int]) -> None:
        self._article = article
        self._claims: dict[int, Claim] = {}
        having: Counter[tuple[int, Words]] = Counter()
        own = {at: list(dict.fromkeys(article.shingles(at))) for at in alone}
        numbers = {at: article.window(at).number for at, words in own.items() if words}
        for at, number in numbers.items():
            having.update((number, words) for words in own[at])
        for at, number in numbers.items():
            counts = article.window(at).counts
            shared = tuple(words for words in own[at] if having[number, words] > 1)
            others = set(shared)
            found = sum(words in counts for words in own[at] if words not in others)
            self._claims[at] = Claim(len(own[at]) - len(shared), found, shared)

    def shares(self, olds: Sequence[int], news: Sequence[int]) -> dict[int, tuple[float, int]]:
        """Return what share of its words the article shows for each line, and how many words tell.

        For new lines what those before them left, for old ones what all of them left, of the words
        that no new line has.
        """
        made: dict[int, tuple[float, int]] = {}
        taken: Counter[Words] = Counter()
        for at in news:
            if claim := self._claims.get(at):
                found = claim.found
                if claim.shared:
                    counts = self._article.window(at).counts
                    for words in claim.shared:
                        found += counts[words] > taken[words] if words in counts else 0
                        taken[words] += 1
                count = claim.own + len(claim.shared)
                made[at] = found / count, count
        for at in olds:
            if claim := self._claims.get(at):
                found, count = claim.found, claim.own
                if claim.shared:
                    counts = self._article.window(at).counts
                    for words in claim.shared:
                        if words not in taken:
                            count += 1
                            found += words in counts
                        elif counts.get(words, 0) > taken[words]:
                            count += 1
                            found += 1
                if count:
                    made[at] = found / count, count
        return made
