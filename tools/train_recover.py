r"""Make the model file of recovery from pairs of wikitext.

    python tools/train_recover.py PAIRS.jsonl.xz... --unigrams FILE --bigrams FILE --prose FILE \
        --out MODEL

Each line of a pair file is a JSON object with `page`, `language`, `old` and `new`. What both
formatters show of a pair comes from our own models of them, so the truth of every line is known.
Pages are parted by the hash of their name: seven tenths fit the weights and the networks that tag
words, two tenths what those of sites and of the order of lines are beside the network, then the
ranking and what is certain, one tenth nothing. Needs numpy, scipy, scikit-learn, torch and
wordfreq; the same files give the same model.
"""

from __future__ import annotations

import argparse
import math
import random
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from recover_contexts import fit_contexts
from recover_examples import Example, examples, read_pairs
from recover_headings import fit_headings
from recover_more import more
from recover_order import Page, fit_order
from recover_ranking import fit_certain, fit_ranking, ranked
from recover_sites import fit_beside, fit_sites
from recover_tagger import held_out, tagged_lines, train_tagger, weights_of
from recover_words import heading_tables, lexicon
from sklearn.linear_model import LogisticRegression

from wikidiff.recover import engines, grams, order
from wikidiff.recover.evidence import line_features
from wikidiff.recover.page import PHP, WIKIDIFF2, FlatPage
from wikidiff.recover.sides import heading_form, heading_level
from wikidiff.recover.tagger import Tagger
from wikidiff.recover.weights import Model, pack, unpack

Data = Sequence[Example]
TRUST = 0.5
"""What the network's odds count: it learnt from lines that were edited, most of them."""
BESIDE = {WIKIDIFF2: 1.0, PHP: 0.5}
"""How far the weights of sites go to what they are beside the network: as lines kept apart told."""
TIMES = 3
"""Halfway and made-up edits of each real one that the network learns from."""


def gram_tables(texts: Iterable[str]) -> tuple[dict[str, bytes], float]:
    """Return the hashed tables of characters, and how many there were."""
    sizes = {"fours": (4, grams.FOURS), "twos": (2, grams.TWOS), "ones": (1, grams.ONES)}
    counts: dict[str, Counter[str]] = {name: Counter() for name in sizes}
    for line in {line for text in texts for line in text.split("\n") if line}:
        text = grams.folded(" ".join(line.split()))
        for name, (width, _) in sizes.items():
            counts[name].update(text[n : n + width] for n in range(len(text) - width + 1))
    tables = {name: _table(counts[name], size) for name, (_, size) in sizes.items()}
    return tables, float(counts["ones"].total())


def _table(counts: dict[str, int], size: int) -> bytes:
    made = [0] * size
    for gram, count in counts.items():
        at = grams.slot(gram, size)
        made[at] = max(made[at], count)
    return bytes(map(grams.stored, made))


def fit_residual(data: Data, half: int = 40) -> list[tuple[list[float], float]]:
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


def level_change(data: Data) -> float:
    """Return the log-odds that a heading's level changed and nothing else, against no change."""
    changed, unchanged = 0.5, 1.0
    for line in (line for e in data if e.part == "A" for line in e.lines):
        if heading_form(line.text) and line.kind in "CX":
            old, new = line.side(new=False), line.side(new=True)
            same = old.strip("= ") == new.strip("= ")
            changed += line.kind == "X" and same and heading_level(old) != heading_level(new)
            unchanged += line.kind == "C"
    return round(math.log(changed / unchanged), 3)


def order_pages(engine: str, data: Data, model: Model, count: int) -> list[Page]:
    """Return what some pages' lines say of their kinds, and their true kinds."""
    usable = [e for e in data if len(e.lines) <= 40 and _chars(e) < 8000]
    made = []
    for example in random.Random(3).sample(usable, min(count, len(usable))):
        page = FlatPage(example.shown(), example.delta, engine, example.language)
        found = list(line_features(page, engine, model))
        kinds = [line.number for line in example.lines]
        allowed = [(*f.kinds, kind) for f, kind in zip(found, kinds, strict=True)]
        made.append(Page([f.alone for f in found], [f.both for f in found], kinds, allowed))
    return made


def _chars(example: Example) -> int:
    return sum(len(line.text) for line in example.lines)


def _ranks(example: Example) -> bool:
    """Whether a page of part B fits the ranking, not what is fitted beside the network."""
    return zlib.crc32(f"refit{example.page}".encode()) % 5 >= 3


def fit_engines(data: dict[str, list[Example]]) -> list[float]:
    """Return the weights of the logistic regression that tells the engines apart."""
    rows, truth = [], []
    for engine, found in data.items():
        used = [e for e in found if e.part != "T"]
        rows += [engines.features(example.shown()) for example in used]
        truth += [int(engine == PHP)] * len(used)
    fitted = LogisticRegression(C=10, fit_intercept=False, max_iter=500).fit(rows, truth)
    return [round(float(x), 4) for x in fitted.coef_[0]]


def fit_engine(
    engine: str,
    data: Data,
    edits: Sequence[dict[str, str]],
    parts: dict[str, bytes],
    tables: dict[str, Any],
    totals: tuple[float, float],
    size: float,
) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Return the vectors and the tables of one engine; `size` scales the pages of each step."""
    own: dict[str, bytes] = {f"{engine}.order": np.zeros(order.WIDTH, "<f2").tobytes()}
    made: dict[str, Any] = {"residual": fit_residual(data), "level_change": level_change(data)}

    def model() -> Model:
        return unpack(pack(parts | own, tables | {engine: made}, totals))

    known = unpack(pack(parts, tables, totals)).grams
    fitting = [e for e in data if e.part == "A"]
    beside = [e for e in data if e.part == "B" and not _ranks(e)]
    sites = fit_sites(engine, fitting, known, int(3000 * size))
    own[f"{engine}.sites"] = sites.astype("<f2").tobytes()
    kinds = fit_order(order_pages(engine, fitting, model(), int(1400 * size)))
    own[f"{engine}.order"] = kinds.astype("<f2").tobytes()
    new = [x for edit in more(edits, TIMES) if (x := examples(edit).get(engine))]
    lines = [*tagged_lines(engine, fitting, known), *tagged_lines(engine, new, known, edited=True)]
    network = train_tagger(lines)
    apart = [*tagged_lines(engine, [e for e in data if e.part == "T"], known)]
    print(f"{engine}: tagger, lines kept apart: {held_out(network, apart):.3f}", flush=True)
    tagger = weights_of(network).tobytes()
    own[f"{engine}.tagger"], made["trust"] = tagger, TRUST
    moved = fit_beside(engine, beside, known, sites, Tagger(tagger, TRUST), int(2400 * size))
    moved = sites + BESIDE[engine] * (moved - sites)
    own[f"{engine}.tagged"] = moved.astype("<f2").tobytes()
    kinds = fit_order(order_pages(engine, beside, model(), int(700 * size)), kinds)
    own[f"{engine}.order"] = kinds.astype("<f2").tobytes()
    pages = ranked(engine, model(), [e for e in data if e.part == "B" and _ranks(e)], 900)
    made["rank"], made["rank_none"] = fit_ranking(pages)
    made["certain"] = fit_certain(pages, made["rank"], made["rank_none"])
    return own, made


def train(
    data: dict[str, list[Example]],
    texts: Sequence[str],
    edits: Sequence[dict[str, str]],
    counts: tuple[Path, Path],
    prose: Sequence[str],
    size: float,
) -> bytes:
    """Return the model file, the engines fitted side by side."""
    parts, total = gram_tables(texts)
    headings, heading_total = heading_tables(texts, *counts)
    parts |= headings | {"lexicon": lexicon(texts)}
    pages = (page for edit in edits for page in (edit["old"], edit["new"]))
    lines = dict.fromkeys(line.strip() for page in pages for line in page.split("\n"))
    parts["contexts"] = fit_contexts(prose, [line for line in lines if len(line) > 2], size)
    totals = total, heading_total
    background = grams.Grams(parts, *totals)
    tables: dict[str, Any] = {
        "engine": fit_engines(data),
        "headings": fit_headings(edits, texts, background),
    }
    with ProcessPoolExecutor(len(data)) as pool:
        jobs = {
            engine: pool.submit(fit_engine, engine, found, edits, parts, tables, totals, size)
            for engine, found in data.items()
        }
        for engine, job in jobs.items():
            own, tables[engine] = job.result()
            parts |= own
    return pack(parts, tables, totals)


def main() -> None:
    """Read the pair files, fit everything, write the model."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pairs", nargs="+", type=Path, help="pair files, JSON lines with xz")
    parser.add_argument("--out", type=Path, required=True, help="the model file")
    parser.add_argument("--unigrams", type=Path, required=True, help="counts of English words")
    parser.add_argument("--bigrams", type=Path, required=True, help="counts of pairs of them")
    parser.add_argument("--prose", type=Path, required=True, help="English text, as lines")
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
    prose = args.prose.read_text("utf-8").split("\n")
    args.out.write_bytes(train(data, list(texts.values()), fitted, counts, prose, args.size))


if __name__ == "__main__":
    main()
