"""The weights of reading a page with one side's text known, per formatter and side.

They are fitted by tools/one_side.py and described in docs/recovery-model.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

from wikidiff.recover.weights import model

NAME = "one_side.json"

STEPS = (
    "known line", "further known line", "other line", "further other line", "blank line",
    "edited line", "only lacking", "moved end", "line not shown", "white space only",
    "blank at an end", "indented", "line also in the known text",
)  # fmt: skip
"""What the lines of a page are taken for."""
(KNOWN_LINE, FURTHER_KNOWN, OTHER_LINE, FURTHER_OTHER, BLANK_LINE, EDITED_LINE, ONLY_LACKING,
 MOVED_END, NOT_SHOWN, SPACE_ONLY, BLANK_END, INDENTED_LINE, TWIN_LINE) = range(13)  # fmt: skip

WAYS = (
    "cost of the embedding", "odds of its extras", "share of extras", "extras put otherwise",
    "uneven heading", "the same again", "signs around words", "level of a heading",
    "heading becomes level one",
)  # fmt: skip
"""What an edited line is, besides the stretches that lack."""
COST, EXTRA_ODDS, EXTRA_SHARE, PUT, UNEVEN, AGAIN, AROUND, LEVEL, TOP_LEVEL = range(9)

ALONE = (
    "lacks", "other side reads on", "known side reads on", "log bytes", "open brackets",
    "open quotes", "space at one end", "whole words", "ends of the line", "line ends", "one sign",
    "equal ends", "spaces meet", "odds of the site",
)  # fmt: skip
"""A stretch that lacks by itself."""

BESIDE = (
    "lacks", "other side reads on", "known side reads on", "log bytes", "open brackets",
    "open quotes", "alike at the ends", "likeness", "difference of logs of bytes", "line ends",
    "one word", "odds of the site", "spaces meet",
)  # fmt: skip
"""A stretch that lacks where an extra one stands."""

PAGES = (
    "delta not explained", "bytes of it", "less may be indent", "not shown again",
    "an edited line not shown again", "same edit again",
)  # fmt: skip
"""The page as a whole."""
MISFIT, PER_BYTE, INDENT, UNPROVEN, LINE_UNPROVEN, SAME_EDIT = range(6)

NONE = (
    "scale of scores", "bias", "log lines", "unexplained", "not shown again", "log edited lines",
    "log stretches lacking", "score by line", "lacks alone",
)  # fmt: skip
"""How far scores are believed, and the outcome that none of the readings is right."""

GROUPS = {"steps": STEPS, "ways": WAYS, "alone": ALONE, "beside": BESIDE, "pages": PAGES}


class Weights:
    """The weights for one formatter and one known side, and those of edit sites besides."""

    def __init__(self, table: Mapping[str, Sequence[float]], sites: Sequence[float]) -> None:
        self.steps, self.ways = tuple(table["steps"]), tuple(table["ways"])
        self.alone, self.beside = tuple(table["alone"]), tuple(table["beside"])
        self.pages, self.none = tuple(table["pages"]), tuple(table["none"])
        self.sites = sites


def dot(weights: Sequence[float], features: Sequence[float]) -> float:
    """Return the sum of products of two vectors of one length."""
    return sum([w * x for w, x in zip(weights, features, strict=True)])


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    path = resources.files("wikidiff.recover") / "data" / NAME
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def forget() -> None:
    """Read the file anew when next asked: tools write it."""
    _tables.cache_clear()


def weights(engine: str, *, is_old: bool) -> Weights:
    """Return the shipped weights."""
    table = _tables()[f"{engine}.{'old' if is_old else 'new'}"]
    return Weights(table, model().vectors[f"{engine}.sites"])
