"""Tables of words and their neighbours for headings written anew, for tools/train_recover.py.

Two sources add up: the pages of the fit, and general counts of words and pairs of English ("the
1234" a line, tab between), scaled to a corpus of `WEB` words. What stands before the first and
after the last word of a line or sentence counts as a word too, for words met often enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, pairwise
from math import log10
from pathlib import Path

import wordfreq

from wikidiff.recover import grams
from wikidiff.recover.grams import EDGE

WEB = 2e7
WORDS_KEPT = 60_000
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
    often = {pair: float(n) for pair, n in pairs.items() if n >= grams.PAIRS_FROM}
    met = {pair: n for pair, n in often.items() if _all_known(pair, known)}
    for pair, count in _counts(bigrams, WEB / whole):
        if count >= grams.PAIRS_FROM and _all_known(pair, known):
            met[pair] = met.get(pair, 0.0) + count
    _add_edges(known, met, words, edges)
    return {
        "heading_words": _packed(known, grams.WORD_KEY),
        "heading_pairs": _packed(met, grams.PAIR_KEY),
    }, sum(known.values())


LANGUAGES = {
    **{"en": 60_000, "ru": 14_000, "zh": 12_000, "de": 12_000, "hi": 10_000, "fr": 10_000},
    **{"es": 8_000, "nl": 8_000, "it": 6_000, "pt": 6_000, "pl": 6_000, "uk": 6_000},
    **{"cs": 5_000, "sv": 5_000, "fi": 5_000, "tr": 5_000, "hu": 4_000, "ro": 4_000},
    **{"da": 4_000, "nb": 4_000, "bg": 3_000, "el": 3_000, "id": 3_000, "ca": 3_000},
    **{"sk": 3_000, "ar": 3_000, "he": 3_000, "fa": 3_000, "ko": 3_000, "ja": 3_000},
    **{"sh": 3_000, "vi": 2_000, "lt": 2_000, "lv": 2_000, "sl": 2_000, "mk": 1_500, "ms": 1_500},
}
"""How many of a language's most frequent words are known."""


def _packed(counts: Mapping[str, float], width: int) -> bytes:
    return grams.packed({text: grams.stored(count) for text, count in counts.items()}, width)


def lexicon(texts: Iterable[str]) -> bytes:
    """Return the table of known words: twice the Zipf value of each, 1 to 15.

    General words come from the wordfreq package, those of the pages of the fit are added.
    """
    known: dict[str, float] = {}
    for language, count in LANGUAGES.items():
        for word, zipf in islice(_frequent(language), count):
            folded = grams.folded(word)
            if folded.isalpha() and (len(folded) > 1 or language == "en"):
                known[folded] = max(known.get(folded, 0.0), zipf)
    words: Counter[str] = Counter()
    for line in {line for text in texts for line in text.split("\n") if line}:
        words.update(_WORDS.findall(grams.folded(line)))
    for word, count in words.items():
        if count >= 4 and word.isalpha() and len(word) > 1:
            known[word] = max(known.get(word, 0.0), log10(count / words.total() * 1e9) - 1)
    values = {word: min(15, max(1, round(2 * zipf))) for word, zipf in known.items()}
    return grams.packed(values, grams.WORD_KEY)


def _frequent(language: str) -> Iterator[tuple[str, float]]:
    """Yield a language's words with their Zipf values, most frequent first."""
    for centibels, words in enumerate(wordfreq.get_frequency_list(language, "best")):
        for word in words:
            yield word, 9 - centibels / 100


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
