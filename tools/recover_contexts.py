"""Train the network that tells how well a line goes on at a place, for tools/train_recover.py.

It reads running text (tools/recover_prose.py) and wikitext, line by line: of 32 neighbouring places
each beginning has to find the end that goes with it, and each end its beginning (a contrastive loss
over neighbours: van den Oord, Li and Vinyals 2018; both ways as Radford et al. 2021). Needs torch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from wikidiff.recover.contexts import (
    COMMON,
    ENDINGS,
    HIDDEN,
    REACH,
    SHAPES,
    WIDTH,
    ending,
    folded,
    key,
    shape,
    spans,
)

LONGEST = 400
"""Words of a line that are read."""
PLACES, BATCH, STEPS, RATE = 32, 192, 13_000, 3e-3
WIKITEXT = 2, 5
"""So many of so many batches are of wikitext, the others of prose."""
WEIGHT = 4
"""What a word of wikitext counts where the common words are chosen: of prose there is more."""
WORD_PART, PART = 64, 1024
"""Into how many parts numbers of words and weights are cut."""
MOST = 6_500


class Tokens(NamedTuple):
    """Lines of text, one behind another: rows of words, endings and shapes, and where the line of
    each word begins. An edge stands behind each line.
    """  # noqa: D205

    words: torch.Tensor
    endings: torch.Tensor
    shapes: torch.Tensor
    starts: torch.Tensor


def cut(line: str) -> list[str]:
    """Return the words of a line."""
    return [line[a:b] for a, b in spans(line)[:LONGEST]]


def common_words(prose: Iterable[str], wikitext: Iterable[str]) -> list[str]:
    """Return the words that have rows of their own, by their hash."""
    counts: Counter[str] = Counter()
    for lines, weight in ((prose, 1), (wikitext, WEIGHT)):
        for line in lines:
            for word in cut(line):
                counts[folded(word)] += weight
    best = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[: COMMON - 2]
    return sorted((word for word, _ in best), key=key)


def tokens(lines: Iterable[str], words: list[str]) -> Tokens:
    """Return lines as numbers."""
    rows = {word: n + 2 for n, word in enumerate(words)}
    known: dict[str, tuple[int, int, int]] = {}
    found: list[tuple[int, int, int]] = []
    starts: list[int] = []
    for line in lines:
        start = len(found)
        for word in cut(line):
            if word not in known:
                known[word] = rows.get(folded(word), 1), ending(word), shape(word)
            found.append(known[word])
        found.append((0, 0, 0))
        starts += [start] * (len(found) - start)
    columns = np.array(found, np.int64).T
    return Tokens(*(torch.from_numpy(x.copy()) for x in columns), torch.tensor(starts))


class Network(nn.Module):
    """What contexts.py reads, while it is trained."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(COMMON, WIDTH)
        self.endings = nn.Embedding(ENDINGS, WIDTH)
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        for table in (self.words, self.endings, self.shapes):
            nn.init.normal_(table.weight, std=0.15)
        self.left = nn.Linear(REACH * WIDTH, HIDDEN)
        self.right = nn.Linear(REACH * WIDTH, HIDDEN)
        self.mix = nn.Linear(HIDDEN, HIDDEN + 1)

    def forward(self, text: Tokens, first: torch.Tensor) -> torch.Tensor:
        """Return the products of all beginnings and ends at places from each of `first` on."""
        places = first[:, None] + torch.arange(PLACES)[None]
        around = first[:, None] + torch.arange(-REACH, PLACES + REACH)[None]
        known = self._words(text, around)
        lines, line = text.starts[around], text.starts[places]
        edge = self.words.weight[0] + self.endings.weight[0] + self.shapes.weight[0]
        before, after = [], []
        for n in range(1, REACH + 1):
            at = slice(REACH - n, REACH - n + PLACES)
            inside = (lines[:, at] == line)[..., None]
            before.append(torch.where(inside, known[:, at], edge))
        for n in range(REACH):
            at = slice(REACH + n, REACH + n + PLACES)
            inside = (lines[:, at] == line)[..., None]
            after.append(torch.where(inside, known[:, at], edge))
        left = self.mix(torch.tanh(self.left(torch.cat(before, -1))))
        right = torch.tanh(self.right(torch.cat(after, -1)))
        right = torch.cat([right, torch.ones_like(right[..., :1])], -1)
        return torch.bmm(left, right.transpose(1, 2))

    def _words(self, text: Tokens, at: torch.Tensor) -> torch.Tensor:
        words = self.words(text.words[at]) + self.endings(text.endings[at])
        return words + self.shapes(text.shapes[at])


def loss_of(network: Network, text: Tokens, first: torch.Tensor) -> torch.Tensor:
    """Return the mean loss of finding ends and beginnings."""
    products = network(text, first)
    aim = torch.arange(PLACES).expand(len(first), PLACES).reshape(-1)
    ends = nn.functional.cross_entropy(products.reshape(-1, PLACES), aim)
    begins = nn.functional.cross_entropy(products.transpose(1, 2).reshape(-1, PLACES), aim)
    return (ends + begins) / 2


def fit_contexts(prose: Sequence[str], wikitext: Sequence[str], size: float) -> bytes:
    """Return the weights of the network, trained on both kinds of text; `size` scales the steps."""
    words = common_words(prose, wikitext)
    network = train_contexts(tokens(prose, words), tokens(wikitext, words), int(STEPS * size))
    return packed(network, words)


def train_contexts(prose: Tokens, wikitext: Tokens, steps: int) -> Network:
    """Return the network; the same text gives the same network on one machine."""
    torch.manual_seed(1)
    network = Network()
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 300) * (1 - step / steps) + 1e-5
        text = wikitext if step % WIKITEXT[1] < WIKITEXT[0] else prose
        first = torch.randint(REACH, len(text.words) - PLACES - REACH, (BATCH,))
        loss = loss_of(network, text, first)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 500 == 499:
            print(f"contexts: step {step + 1}, loss {loss.item():.3f}", flush=True)
    return network


def packed(network: Network, words: list[str]) -> bytes:
    """Return the weights as contexts.py takes them.

    The hashes of the common words, in order; rows of words, endings and shapes in bytes; then
    numbers of 16 bits: for each number of a word what it gives to the places before and behind it,
    by distance, biases, what mixes the left vector and its bias.
    """
    tables = (network.words, network.endings, network.shapes)
    rows = [_whole(table.weight, WORD_PART, 127).astype("<i1") for table in tables]
    sides = [
        part.weight.reshape(HIDDEN, REACH, WIDTH).permute(2, 1, 0).reshape(WIDTH, REACH * HIDDEN)
        for part in (network.left, network.right)
    ]
    inner = [
        _whole(torch.cat(sides, 1), PART, MOST).astype("<i2"),
        # the sums of both layers have the grain of a word's number times a weight's
        _whole(torch.cat([network.left.bias, network.right.bias]), PART, 32_000).astype("<i2"),
        _whole(network.mix.weight.T, PART, MOST).astype("<i2"),
        _whole(network.mix.bias, PART, 32_000).astype("<i2"),
    ]
    keys = np.array([key(word) for word in words], "<u4")
    return b"".join(part.tobytes() for part in (keys, *rows, *inner))


def _whole(numbers: torch.Tensor, parts: int, most: int) -> np.ndarray:
    return np.clip(np.rint(numbers.detach().numpy() * parts), -most, most)
