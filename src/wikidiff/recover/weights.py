"""The trained model: weights and gram tables in one packed file, read when first needed.

The file is one JSON line (names and sizes of what follows) and the raw parts; it is made by
tools/train_recover.py and described in docs/recovery-model.md. It is not packed, since a wheel
packs it anyway and what packs it itself is unpacked at every start.
"""

from __future__ import annotations

import io
import json
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, BinaryIO

from wikidiff.recover.grams import Grams
from wikidiff.recover.tagger import Tagger

NAME = "recovery.bin"


class Model:
    """Gram tables, per engine the vectors and tables that were fitted, the weights of taggers."""

    def __init__(
        self,
        grams: Grams,
        vectors: Mapping[str, Sequence[float]],
        tables: Any,  # noqa: ANN401
        taggers: Mapping[str, bytes],
    ) -> None:
        self.grams = grams
        self.vectors = vectors
        self.tables: dict[str, Any] = tables
        self._weights = taggers
        self._taggers: dict[str, Tagger] = {}

    def tagger(self, engine: str) -> Tagger | None:
        """Return the network that tags the words of an engine's lines, None before it is fitted."""
        if engine not in self._taggers and engine in self._weights:
            trust = self.tables[engine]["trust"]
            self._taggers[engine] = Tagger(self._weights[engine], trust)
        return self._taggers.get(engine)


TAGGER = ".tagger"
"""How a part's name ends that holds a tagger's weights."""
GRAMS = ("fours", "twos", "ones", "lexicon", "heading_words", "heading_pairs", "contexts")


def pack(parts: Mapping[str, bytes], tables: object, totals: tuple[float, float]) -> bytes:
    """Return the model file: `parts` are gram tables and float16 vectors, `tables` is JSON."""
    head = {"parts": [[k, len(v)] for k, v in parts.items()], "totals": totals, "tables": tables}
    line = json.dumps(head, separators=(",", ":"), sort_keys=True).encode()
    return line + b"\n" + b"".join(parts.values())


def unpack(data: bytes) -> Model:
    """Return the model that `pack` wrote."""
    return read(io.BytesIO(data))


def read(file: BinaryIO) -> Model:
    """Return the model that a file holds; its parts, three megabytes, are copied no second time."""
    head = json.loads(file.readline())
    parts = {name: file.read(size) for name, size in head["parts"]}
    grams = Grams({name: parts.pop(name) for name in GRAMS if name in parts}, *head["totals"])
    taggers = {
        name.removesuffix(TAGGER): parts.pop(name) for name in list(parts) if name.endswith(TAGGER)
    }
    return Model(grams, _Vectors(parts), head["tables"], taggers)


class _Vectors(Mapping[str, Sequence[float]]):
    """Vectors by name, each read when first asked for: a page needs those of one engine."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._read: dict[str, tuple[float, ...]] = {}

    def __getitem__(self, name: str) -> tuple[float, ...]:
        if name not in self._read:
            data = self._parts[name]
            self._read[name] = struct.unpack(f"<{len(data) // 2}e", data)  # half precision
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


@lru_cache(maxsize=1)
def model() -> Model:
    """Return the shipped model."""
    with open(os.path.join(os.path.dirname(__file__), "data", NAME), "rb") as file:
        return read(file)
