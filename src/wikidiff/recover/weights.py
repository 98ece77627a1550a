"""The trained model: weights and gram tables in one packed file, read when first needed.

The file is zlib over one JSON line (names and sizes of what follows) and the raw parts; it is
made by tools/train_recover.py and described in docs/recovery-model.md.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pkgutil import get_data
from typing import Any

from wikidiff.recover.grams import Grams
from wikidiff.recover.tagger import Tagger

NAME = "recovery.bin"


class Model:
    """Gram tables, and per engine the vectors and tables that were fitted."""

    def __init__(self, grams: Grams, vectors: Mapping[str, Sequence[float]], tables: Any) -> None:  # noqa: ANN401
        self.grams = grams
        self.vectors = vectors
        self.tables: dict[str, Any] = tables
        self._taggers: dict[str, Tagger] = {}

    def tagger(self, engine: str) -> Tagger | None:
        """Return the network that tags the words of an engine's lines, None before it is fitted."""
        known = self._taggers.get(engine)
        weights = self.vectors.get(f"{engine}.tagger")
        if known is None and weights is not None:
            known = self._taggers[engine] = Tagger(weights, self.tables[engine]["trust"])
        return known


GRAMS = ("fours", "twos", "ones", "lexicon", "heading_words", "heading_pairs")


def pack(parts: Mapping[str, bytes], tables: object, totals: tuple[float, float]) -> bytes:
    """Return the model file: `parts` are gram tables and float16 vectors, `tables` is JSON."""
    head = {"parts": [[k, len(v)] for k, v in parts.items()], "totals": totals, "tables": tables}
    line = json.dumps(head, separators=(",", ":"), sort_keys=True).encode()
    return zlib.compress(line + b"\n" + b"".join(parts.values()), 9)


def unpack(data: bytes) -> Model:
    """Return the model that `pack` wrote."""
    line, _, raw = zlib.decompress(data).partition(b"\n")
    head = json.loads(line)
    parts, at = {}, 0
    for name, size in head["parts"]:
        parts[name] = raw[at : at + size]
        at += size
    grams = Grams({name: parts.pop(name) for name in GRAMS}, *head["totals"])
    return Model(grams, {name: _floats(part) for name, part in parts.items()}, head["tables"])


def _floats(data: bytes) -> tuple[float, ...]:
    """Return little-endian half-precision numbers as floats."""
    return struct.unpack(f"<{len(data) // 2}e", data)


@lru_cache(maxsize=1)
def model() -> Model:
    """Return the shipped model."""
    return unpack(get_data("wikidiff.recover", f"data/{NAME}") or b"")
