"""Make the model file of recovery from pairs of wikitext.

    python tools/train_recover.py PAIRS.jsonl.xz... --unigrams FILE --bigrams FILE --out MODEL

Each line of a pair file is a JSON object with `page`, `language`, `old` and `new`. What both
formatters show of a pair comes from our own models of them, so the truth of every line is known.
Pages are parted by the hash of their name: seven tenths fit the weights, two tenths the ranking and
what is certain, one tenth nothing. Needs numpy, scipy and scikit-learn; the same files give the
same model.
"""

from __future__ import annotations

import argparse
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from recover_examples import Example, TrueLine, examples, read_pairs
from recover_headings import fit_headings
from recover_ranking import fit_certain, fit_ranking, ranked
from recover_words import heading_tables
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from wikidiff.recover import emission, engines, grams, sites
from wikidiff.recover.line import ShownLine, Vocabulary
from wikidiff.recover.page import PHP, WIKIDIFF2
from wikidiff.recover.sites import SiteFinder, site_features
from wikidiff.recover.structure import STATES, step
from wikidiff.recover.weights import pack, unpack

_WORDS = re.compile(r"\w+|[^\w\s]")


def gram_tables(texts: Iterable[str]) -> tuple[dict[str, bytes], tuple[float, float]]:
    """Return the hashed tables of characters and words, and both totals."""
    counts: dict[str, Counter[str]] = {
        n: Counter() for n in ("fours", "twos", "ones", "words", "pairs")
    }
    seen: set[str] = set()
    for line in (line for text in texts for line in text.split("\n")):
        if line and line not in seen:
            seen.add(line)
            text = grams.folded(" ".join(line.split()))
            counts["fours"].update(text[n : n + 4] for n in range(len(text) - 3))
            counts["twos"].update(text[n : n + 2] for n in range(len(text) - 1))
            counts["ones"].update(text)
            words = _WORDS.findall(text)
            counts["words"].update(words)
            counts["pairs"].update(f"{a} {b}" for a, b in pairwise(words))
    total = float(counts["ones"].total())
    words_known = {w: n for w, n in counts["words"].items() if n >= 8}
    pairs = {
        p: n
        for p, n in counts["pairs"].items()
        if n >= 2 and set(p.split(" ")) <= words_known.keys()
    }
    sizes = {"fours": grams.FOURS, "twos": grams.TWOS, "ones": grams.ONES}
    tables = {name: _table(counts[name], size) for name, size in sizes.items()}
    tables |= {"words": _table(words_known, grams.WORDS), "pairs": _table(pairs, grams.PAIRS)}
    return tables, (total, float(sum(words_known.values())))


def _table(counts: dict[str, int], size: int) -> bytes:
    made = [0] * size
    for gram, count in counts.items():
        at = grams.slot(gram, size)
        made[at] = max(made[at], count)
    return bytes(map(grams.stored, made))


def _matrix(rows: Sequence[Sequence[int]], width: int) -> sparse.csr_matrix:
    index = np.fromiter((i for row in rows for i in row), dtype=np.int32)
    starts = np.cumsum([0, *map(len, rows)])
    return sparse.csr_matrix((np.ones(len(index), np.float32), index, starts), (len(rows), width))


def _logistic(rows: Sequence[Sequence[int]], truth: Sequence[int], start: np.ndarray) -> np.ndarray:
    x, y = _matrix(rows, sites.WIDTH), np.array(truth, float)
    back = x.T.tocsr()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x @ w
        value = (np.logaddexp(0, z) - y * z).sum() / len(y) + 5e-6 * w @ w
        return value, back @ (1 / (1 + np.exp(-z)) - y) / len(y) + 1e-5 * w

    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x


def _random_sites(line: ShownLine, rng: random.Random, count: int) -> list[tuple[int, int, int]]:
    borders, made = line.borders, []
    for _ in range(count if len(borders) > 2 else 0):
        kind = rng.random()
        if kind < 0.5:
            m = (
                rng.choice(borders[1:-1])
                if rng.random() < 0.8
                else rng.randrange(1, len(line.text))
            )
            left, right = [b for b in borders if b < m][-12:], [b for b in borders if b > m][:12]
            if left and right:
                made.append((rng.choice(left), m, rng.choice(right)))
        else:
            n = rng.randrange(len(borders) - 1)
            i, j = borders[n], borders[min(len(borders) - 1, n + 1 + rng.randrange(12))]
            made.append((i, i, j) if kind < 0.75 else (i, j, j))
    return made


def fit_sites(engine: str, data: Sequence[Example], tables: grams.Grams, count: int) -> np.ndarray:
    """Return the weights of edit sites: against random ones first, then against the likeliest."""
    weights = np.zeros(sites.WIDTH)
    usable = [e for e in data if e.part == "A" and _teaches(e)]
    for seed, pages in ((1, count), (2, count // 2), (3, count)):
        rng = random.Random(seed)
        rows: list[Sequence[int]] = []
        truth: list[int] = []
        guide = None if seed == 1 else [float(w) for w in weights]
        for example in rng.sample(usable, min(pages, len(usable))):
            vocabulary = Vocabulary(line.text for line in example.lines)
            for known in _taught(example, rng):
                line = ShownLine(known.text, engine, example.language, tables, vocabulary)
                wrong = _wrong_sites(line, guide, example, rng)
                both = [(s, 1) for s in known.sites] + [
                    (s, 0) for s in wrong if s not in known.sites
                ]
                rows += [site_features(line, *site) for site, _ in both]
                truth += [right for _, right in both]
        weights = _logistic(rows, truth, weights)
        print(f"{engine}: edit sites, round {seed}: {sum(truth)} true of {len(truth)}", flush=True)
    return weights


def _teaches(example: Example) -> bool:
    edited = [line for line in example.lines if line.kind == "X"]
    return 1 <= len(edited) <= 4 and sum(len(line.sites) for line in edited) <= 12


def _taught(example: Example, rng: random.Random) -> list[TrueLine]:
    fit = [line for line in example.lines if len(line.text) < 1500]
    edited = [line for line in fit if line.kind == "X"]
    context = [line for line in fit if line.kind == "C" and len(line.text) > 5]
    return rng.sample(edited, min(3, len(edited))) + rng.sample(context, min(1, len(context)))


def _wrong_sites(
    line: ShownLine, weights: list[float] | None, example: Example, rng: random.Random
) -> list[tuple[int, int, int]]:
    if weights is None:
        return _random_sites(line, rng, 60)
    found = SiteFinder(line, weights).sites(example.delta if rng.random() < 0.5 else None)
    rest = found[40:]
    return [(s.i, s.m, s.j) for s in (*found[:40], *rng.sample(rest, min(40, len(rest))))]


def fit_structure(data: Sequence[Example]) -> list[list[float]]:
    """Return the log-probabilities of the next line's kind, and of the page's end, by state."""
    counts = np.full((STATES, 5), 0.3)
    for example in data:
        if example.part == "A" and len(example.lines) <= 60:
            weight = 1.0 if len(example.lines) < 15 else 0.4
            state = 0
            for line in example.lines:
                counts[state][line.number] += weight
                state = step(state, line.number)
            counts[state][4] += weight
    logs = np.log(counts / counts.sum(1, keepdims=True))
    return [[round(float(x), 3) for x in row] for row in logs]


def fit_residual(data: Sequence[Example], half: int = 40) -> list[tuple[list[float], float]]:
    """Return the log-likelihoods of unexplained bytes, by how many lines changed."""
    made = []
    kernel = [0.05, 0.1, 0.2, 0.3, 0.2, 0.1, 0.05]
    for low, high in ((1, 1), (2, 3), (4, 8), (9, 10**9)):
        counts, beyond = np.full(2 * half + 1, 0.05), 0.5
        for example in data:
            changed = sum(line.kind != "C" for line in example.lines)
            if example.part == "A" and low <= changed <= high:
                rest = example.delta - sum(line.delta for line in example.lines)
                if abs(rest) <= half:
                    counts[rest + half] += 1
                else:
                    beyond += 1
        exact = np.arange(-half, half + 1) == 0
        smooth = np.where(exact, counts, 0.8 * counts + 0.2 * np.convolve(counts, kernel, "same"))
        total = smooth.sum() + beyond
        table = [round(float(x), 3) for x in np.log(smooth / total)]
        made.append((table, round(math.log(beyond / total) - 2, 3)))
    return made


def site_costs(data: Sequence[Example]) -> list[float]:
    """Return the log-probabilities of a line's one edit site and of each further one."""
    counts = [
        min(len(x.sites), 30) for e in data if e.part == "A" for x in e.lines if x.kind == "X"
    ]
    mean = sum(counts) / len(counts)
    return [round(math.log(1 / mean), 3), round(math.log(1 - 1 / mean), 3)]


def fit_emission(
    engine: str, data: Sequence[Example], tables: grams.Grams, weights: list[float], count: int
) -> tuple[np.ndarray, list[float]]:
    """Return the weights of a line's kind by itself, and the kinds' log-frequencies."""
    usable = [e for e in data if e.part == "A" and len(e.lines) <= 14 and _chars(e) < 4000]
    rows, truth = [], []
    for example in random.Random(3).sample(usable, min(count, len(usable))):
        texts = [line.text for line in example.lines]
        vocabulary, counts = Vocabulary(texts), Counter(texts)
        sets = [emission.word_set(text) for text in texts]
        for n, known in enumerate(example.lines):
            line = ShownLine(known.text, engine, example.language, tables, vocabulary)
            near = emission.neighbour_features(texts, n, sets, counts)
            rows.append(emission.features(line, SiteFinder(line, weights).sites(), *near))
            truth.append(known.number)
    fitted = LogisticRegression(C=1.0, max_iter=300, fit_intercept=False)
    fitted.fit(_matrix(rows, emission.WIDTH), truth)
    kinds = np.zeros((4, emission.WIDTH))
    kinds[fitted.classes_] = fitted.coef_
    prior = np.log((np.bincount(truth, minlength=4) + 0.5) / (len(truth) + 2))
    return kinds.ravel(), [round(float(x), 3) for x in prior]


def _chars(example: Example) -> int:
    return sum(len(line.text) for line in example.lines)


def fit_engines(data: dict[str, list[Example]]) -> list[float]:
    """Return the weights of the logistic regression that tells the engines apart."""
    rows, truth = [], []
    for engine, found in data.items():
        used = [e for e in found if e.part != "T"]
        rows += [engines.features(example.shown()) for example in used]
        truth += [int(engine == PHP)] * len(used)
    fitted = LogisticRegression(C=10, fit_intercept=False, max_iter=500).fit(rows, truth)
    return [round(float(x), 4) for x in fitted.coef_[0]]


def train(
    data: dict[str, list[Example]],
    texts: Sequence[str],
    edits: Sequence[dict[str, str]],
    counts: tuple[Path, Path],
    size: float,
) -> bytes:
    """Return the model file; `size` scales the number of pages each step looks at."""
    made, (total, words) = gram_tables(texts)
    headings, heading_total = heading_tables(texts, *counts)
    totals = total, words, heading_total
    background = grams.Grams(made | headings, *totals)
    parts = made | headings
    tables = {"engine": fit_engines(data), "headings": fit_headings(edits, background)}
    for engine, found in data.items():
        weights = fit_sites(engine, found, background, int(2000 * size))
        kinds, prior = fit_emission(engine, found, background, weights.tolist(), int(250 * size))
        parts[f"{engine}.sites"] = weights.astype("<f4").tobytes()
        parts[f"{engine}.emission"] = kinds.astype("<f4").tobytes()
        tables[engine] = {
            "structure": fit_structure(found),
            "residual": fit_residual(found),
            "site_costs": site_costs(found),
            "prior": prior,
        }
    model = unpack(pack(parts, tables, totals))
    for engine, found in data.items():
        pages = ranked(engine, model, [e for e in found if e.part == "B"], int(500 * size))
        weights, none = fit_ranking(pages)
        certain = fit_certain(pages, weights, none)
        tables[engine] |= {"rank": weights, "rank_none": none, "certain": certain}
    return pack(parts, tables, totals)


def main() -> None:
    """Read the pair files, fit everything, write the model."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pairs", nargs="+", type=Path, help="pair files, JSON lines with xz")
    parser.add_argument("--out", type=Path, required=True, help="the model file")
    parser.add_argument("--unigrams", type=Path, required=True, help="counts of English words")
    parser.add_argument("--bigrams", type=Path, required=True, help="counts of pairs of them")
    parser.add_argument("--without", nargs="*", default=[], help="pages kept out of the fit")
    parser.add_argument("--every", type=int, default=1, help="take every Nth edit only")
    parser.add_argument("--size", type=float, default=1.0, help="scales the pages of each step")
    args = parser.parse_args()
    data: dict[str, list[Example]] = {WIKIDIFF2: [], PHP: []}
    texts: dict[str, str] = {}
    fitted: list[dict[str, str]] = []
    for number, edit in enumerate(read_pairs(args.pairs)):
        if number % args.every or edit["page"] in args.without:
            continue
        for engine, example in examples(edit).items():
            data[engine].append(example)
            if example.part != "T":
                texts[example.page] = edit["new"]
                if engine == PHP and example.part == "A":
                    fitted.append(edit)
    counts = args.unigrams, args.bigrams
    args.out.write_bytes(train(data, list(texts.values()), fitted, counts, args.size))


if __name__ == "__main__":
    main()
