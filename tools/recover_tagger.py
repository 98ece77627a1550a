"""Train the network that tags the words of a shown line, for tools/train_recover.py.

A convolutional network over words with a linear-chain conditional random field on top (Lample et
al. 2016 put one on a recurrent network): separable dilated convolutions with gates, since what
reads them runs in plain Python. Needs torch.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from recover_examples import Example, TrueLine
from torch import nn

from wikidiff.recover.grams import Grams
from wikidiff.recover.line import ShownLine, Vocabulary
from wikidiff.recover.tag_features import HASHED, SIZES, word_features
from wikidiff.recover.tagger import BOTH, DILATIONS, LABELS, NEVER, REACH, WIDTH

LONGEST = 500
"""Words of a line to learn from at most."""
EACH, LINES = 8, 60
"""Edited lines of a page, and shown lines of it, at most."""
BATCH = 6000
RATE, DECAY, DROPPED = 4e-3, 0.02, 0.12
MOST = 6_500
"""1024ths of a weight at most: what tagger.py packs has no more room."""


class Tagged(NamedTuple):
    """One line to learn from: a row of features and a label a word."""

    rows: np.ndarray
    labels: np.ndarray


def tagged_lines(
    engine: str, data: Sequence[Example], grams: Grams, *, edited: bool = False
) -> Iterator[Tagged]:
    """Yield edited lines, and context lines of some pages if not only `edited` ones are wanted."""
    for page in data:
        found = [x for x in page.lines if x.kind == "X" and 1 < len(x.text) < 1500]
        if not found or len(page.lines) > LINES:
            continue
        rng = random.Random(zlib.crc32(f"{page.page}{page.delta}".encode()))
        chosen = rng.sample(found, EACH) if len(found) > EACH else found
        context = [x for x in page.lines if x.kind == "C" and 20 < len(x.text) < 800]
        if context and not edited and rng.random() < 0.3:
            chosen = [*chosen, rng.choice(context)]
        vocabulary = Vocabulary(x.text for x in page.lines)
        for line in chosen:
            shown = ShownLine(line.text, engine, page.language, grams, vocabulary)
            if 2 < len(shown.borders) <= LONGEST:
                shown.add_context()
                rows = np.array(word_features(shown), np.int16)
                yield Tagged(rows, _labels(shown, line))


def _labels(shown: ShownLine, line: TrueLine) -> np.ndarray:
    """Return the true label of each word; one of which parts differ is BOTH."""
    marks = np.zeros(len(line.text), np.int8)
    for i, m, j in line.sites if line.kind == "X" else ():
        marks[i:m], marks[m:j] = 1, 2
    made = []
    for a, b in zip(shown.borders, shown.borders[1:], strict=False):
        core = line.text[a:b].rstrip() or " "
        found = set(marks[a : a + len(core)].tolist())
        made.append(found.pop() if len(found) == 1 else BOTH)
    return np.array(made, np.int8)


class Network(nn.Module):
    """What tagger.py runs: see there for the shapes."""

    def __init__(self) -> None:
        super().__init__()
        self.tables = nn.ModuleList([nn.Embedding(size, WIDTH) for size in SIZES])
        self.near = nn.ParameterList(
            [nn.Parameter(0.3 * torch.randn(REACH, WIDTH)) for _ in DILATIONS]
        )
        self.mix = nn.ModuleList([nn.Linear(WIDTH, 2 * WIDTH) for _ in DILATIONS])
        self.scale = nn.ModuleList([nn.LayerNorm(WIDTH) for _ in range(len(DILATIONS) + 1)])
        self.out = nn.Linear(WIDTH, LABELS)
        self.steps = nn.Parameter(torch.zeros(LABELS, LABELS))
        self.drop = nn.Dropout(DROPPED)
        for table in self.tables:
            nn.init.normal_(table.weight, 0, 0.1)

    def forward(self, rows: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the scores of each word's labels: (lines, words, LABELS)."""
        inked = mask[..., None]
        plain = len(SIZES) - HASHED
        state = sum(
            table(rows[..., n]) if n < plain else self.drop(table(rows[..., n]))
            for n, table in enumerate(self.tables)
        )
        state = self.scale[0](state) * inked
        for near, mix, scale, apart in zip(
            self.near, self.mix, self.scale[1:], DILATIONS, strict=True
        ):
            half = REACH // 2 * apart
            padded = nn.functional.pad(state, (0, 0, half, half))
            seen = sum(
                padded[:, n * apart : n * apart + state.shape[1]] * near[n] for n in range(REACH)
            )
            value, gate = mix(seen).chunk(2, -1)
            new = torch.relu(value) * torch.sigmoid(gate)
            state = scale(state + self.drop(new)) * inked
        return self.out(state)

    def loss(self, rows: torch.Tensor, marks: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the negative log-likelihoods of the true labels, a line each."""
        scores, steps = self(rows, mask), self.steps + torch.tensor(NEVER)
        right = (scores.gather(2, marks[..., None])[..., 0] * mask).sum(1)
        right = right + (steps[marks[:, :-1], marks[:, 1:]] * mask[:, 1:]).sum(1)
        total = scores[:, 0]
        for n in range(1, scores.shape[1]):
            more = torch.logsumexp(total[:, :, None] + steps, 1) + scores[:, n]
            total = torch.where(mask[:, n, None] > 0, more, total)
        return torch.logsumexp(total, 1) - right


def _batches(
    lines: Sequence[Tagged], rng: random.Random
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Yield features, labels and mask of lines of like length, in random order."""
    ordered = sorted(lines, key=lambda x: len(x.labels) + 10 * rng.random())
    batches: list[list[Tagged]] = [[]]
    for line in ordered:
        if batches[-1] and (len(batches[-1]) + 1) * len(line.labels) > BATCH:
            batches.append([])
        batches[-1].append(line)
    rng.shuffle(batches)
    for batch in batches:
        longest = max(len(x.labels) for x in batch)
        rows = np.zeros((len(batch), longest, len(SIZES)), np.int64)
        marks, mask = np.zeros((len(batch), longest), np.int64), np.zeros((len(batch), longest))
        for n, line in enumerate(batch):
            size = len(line.labels)
            rows[n, :size], marks[n, :size], mask[n, :size] = line.rows, line.labels, 1
        yield torch.from_numpy(rows), torch.from_numpy(marks), torch.from_numpy(mask).float()


def train_tagger(lines: Sequence[Tagged], rounds: int = 6) -> Network:
    """Return a network trained on lines; the same lines give the same network on one machine."""
    torch.manual_seed(1)
    torch.set_num_threads(1)
    rng = random.Random(1)
    net = Network()
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE / 2, weight_decay=DECAY)
    count = sum(1 for _ in _batches(lines, random.Random(0))) * rounds + 20 * rounds
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=count, pct_start=0.15
    )
    for number in range(rounds):
        total = 0.0
        for rows, marks, mask in _batches(lines, rng):
            loss = net.loss(rows, marks, mask)
            optimizer.zero_grad()
            loss.mean().backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += float(loss.detach().sum())
        print(f"  tagger, round {number}: {total / len(lines):.3f} a line", flush=True)
    return net


def held_out(net: Network, lines: Sequence[Tagged]) -> float:
    """Return the mean negative log-likelihood of lines that nothing was fitted to."""
    net.eval()
    with torch.no_grad():
        losses = [net.loss(*batch) for batch in _batches(lines, random.Random(0))]
    net.train()
    return float(torch.cat(losses).mean())


def weights_of(net: Network) -> np.ndarray:
    """Return the network as tagger.py reads it: one vector of 1024ths."""
    parts = [table.weight for table in net.tables]
    parts += [net.scale[0].weight, net.scale[0].bias]
    for near, mix, scale in zip(net.near, net.mix, net.scale[1:], strict=True):
        parts += [near, mix.weight.T, mix.bias, scale.weight, scale.bias]
    parts += [net.out.weight, net.out.bias, net.steps]
    numbers = np.concatenate([part.detach().numpy().ravel() for part in parts])
    return np.clip(np.rint(numbers * 1024), -MOST, MOST).astype("<i2")
