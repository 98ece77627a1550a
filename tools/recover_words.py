"""Tables of words and their neighbours for headings written anew, for tools/train_recover.py.

Two sources add up: the pages of the fit, and general counts of words and pairs of English ("the
1234" a line, tab between), scaled to a corpus of `WEB` words. What stands before the first and
after the last word of a line or sentence counts as a word too, for words met often enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from wikidiff.recover import grams
from wikidiff.recover.grams import EDGE

WEB = 2e7
WORDS_KEPT, PAIRS_KEPT = 50_000, 110_000
LEAST, LEAST_AT_EDGE = 8, 2_000
_WORDS = re.compile(r"\w+|[^\w\s]")
_STOPS = set(".?!=*#:|")


def _counts(path: Path, total: float) -> list[tuple[str, float]]:
    """Return a file's words or pairs with their scaled counts, most frequent first."""
    lines = (line.split("\t") for line in path.read_text("utf-8").split("\n") if "\t" in line)
    found = [(name, float(count) * total) for name, count in lines if "<" not in name]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def heading_tables(
    texts: Iterable[str], unigrams: Path, bigrams: Path
) -> tuple[dict[str, bytes], float]:
    """Return the packed tables "heading_words" and "heading_pairs", and the number of words."""
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    edges: Counter[str] = Counter()
    for line in {line for text in texts for line in text.split("\n") if line}:
        found = _WORDS.findall(grams.folded(" ".join(line.split())))
        words.update(found)
        pairs.update(f"{a} {b}" for a, b in pairwise(found))
        cut = [EDGE if word in _STOPS else word for word in ["=", *found, "="]]
        edges.update(f"{a} {b}" for a, b in pairwise(cut) if (a == EDGE) != (b == EDGE))
    whole = sum(float(line.split("\t")[1]) for line in unigrams.open(encoding="utf-8"))
    known = {word: float(count) for word, count in words.items() if count >= LEAST}
    for word, count in _counts(unigrams, WEB / whole)[:WORDS_KEPT]:
        known[word] = known.get(word, 0.0) + count
    met = {pair: float(n) for pair, n in pairs.items() if n >= 2 and _all_known(pair, known)}
    for pair, count in _counts(bigrams, WEB / whole)[:PAIRS_KEPT]:
        if _all_known(pair, known):
            met[pair] = met.get(pair, 0.0) + count
    _add_edges(known, met, words, edges)
    return {
        "heading_words": _table(known, grams.HEADING_WORDS),
        "heading_pairs": _table(met, grams.HEADING_PAIRS),
    }, sum(known.values())


def _all_known(pair: str, known: Mapping[str, float]) -> bool:
    return all(word in known for word in pair.split(" "))


def _add_edges(
    known: dict[str, float], met: dict[str, float], words: Counter[str], edges: Counter[str]
) -> None:
    """Add the edge as a word: each frequent word's share of uses beside it."""
    at_end = sum(count for pair, count in edges.items() if pair.endswith(EDGE))
    known[EDGE] = at_end * sum(known.values()) / words.total()
    for pair, count in edges.items():
        word = pair.replace(EDGE, "").strip(" ")
        if word in known and words[word] >= LEAST_AT_EDGE:
            met[pair] = count / words[word] * known[word]


def _table(counts: Mapping[str, float], size: int) -> bytes:
    made = [0.0] * size
    for gram, count in counts.items():
        at = grams.slot(gram, size)
        made[at] = max(made[at], count)
    return bytes(map(grams.stored, made))
