"""What each sign is worth, and how often a line of one kind follows another."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pkgutil import get_data

NAME = "columns.json"


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Mapping[str, float]]:
    data: Mapping[str, Mapping[str, float]] = json.loads(
        get_data("wikidiff.recover", f"data/{NAME}") or b"{}"
    )
    return data


@lru_cache(maxsize=4096)
def order(one: str, other: str) -> float:
    """Return -log P that a line of a kind is followed by one of another."""
    counts = _data()["order"]
    total = counts.get(one, 0)
    return -math.log((counts.get(f"{one}>{other}", 0) + 0.5) / (total + 12.0))


def weights() -> Mapping[str, float]:
    """Return the worth of each sign, in log-odds."""
    return _data()["signs"]
