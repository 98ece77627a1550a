"""Pairs of wikitext as flattened pages whose truth is known, for tools/train_recover.py."""

from __future__ import annotations

import json
import lzma
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wikidiff.recover import php_inline, wikidiff2_inline
from wikidiff.recover.evidence import BLANK
from wikidiff.recover.page import PHP, WIKIDIFF2
from wikidiff.recover.sides import bare

_SPACES = re.compile("[ \t\n\r\f\v]+")
Runs = list[tuple[str, str]]


@dataclass(frozen=True)
class TrueLine:
    """A shown line and the truth: `kind` is C, D, I, X, or < and > for the ends of a move."""

    text: str
    kind: str
    sites: tuple[tuple[int, int, int], ...]
    shown: str

    @property
    def number(self) -> int:
        """The kind as order.py counts it."""
        return {"C": 0, "D": 1, "<": 1, "I": 2, ">": 2, "X": 3}[self.kind]

    def side(self, *, new: bool) -> str:
        """Return one side of the line."""
        made, at = "", 0
        for i, m, j in self.sites:
            made += self.text[at:i] + (self.text[m:j] if new else self.text[i:m])
            at = j
        return made + self.text[at:]

    def sides(self) -> tuple[str | None, str | None]:
        """Return both sides without white space, None where the line is not."""
        old = (
            None
            if self.kind in "I>"
            else bare(self.text if self.kind != "X" else self.side(new=False))
        )
        new = (
            None
            if self.kind in "D<"
            else bare(self.text if self.kind in "CI" else self.side(new=True))
        )
        return old or None, new or None

    @property
    def delta(self) -> int:
        """The line's bytes, its line break included where it is whole."""
        size = 1 if self.text == BLANK else len(self.text.encode()) + 1
        if self.kind in "D<":
            return -size
        if self.kind == "I":
            return size
        if self.kind == ">":
            return len(self.side(new=True).encode()) + 1
        return len(self.side(new=True).encode()) - len(self.side(new=False).encode())


@dataclass(frozen=True)
class Example:
    """One flattened page with its truth."""

    page: str
    language: str
    delta: int
    lines: tuple[TrueLine, ...]

    def sides(self) -> list[tuple[str | None, str | None]]:
        """Return both sides of each shown line, white space aside."""
        return [line.sides() for line in self.lines]

    def shown(self) -> tuple[str, ...]:
        """Return the lines as the page shows them."""
        return tuple(line.shown for line in self.lines)

    @property
    def part(self) -> str:
        """To which part of the data the page belongs: A fits, B ranks, T is kept apart."""
        number = zlib.crc32(self.page.encode()) % 10
        return "T" if number == 0 else "B" if number <= 2 else "A"


def read_pairs(paths: Iterable[Path]) -> Iterator[dict[str, str]]:
    """Yield the edits of pair files."""
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            yield from map(json.loads, lines)


def examples(edit: dict[str, str]) -> dict[str, Example]:
    """Return what both engines show of one edit."""
    old, new, language = edit["old"], edit["new"], edit["language"]
    delta = len(new.encode()) - len(old.encode())
    made = {}
    for engine, blocks in ((PHP, _php(old, new, language)), (WIKIDIFF2, _wikidiff2(old, new))):
        lines = tuple(line for runs, mark in blocks if (line := _line(runs, mark)) is not None)
        if any(line.kind != "C" for line in lines):
            made[engine] = Example(edit["page"], language, delta, lines)
    return made


def _php(old: str, new: str, language: str) -> Iterator[tuple[Runs, str]]:
    for block in php_inline.blocks(old, new, language=language):
        yield list(block.runs), ""


def _wikidiff2(old: str, new: str) -> Iterator[tuple[Runs, str]]:
    """Yield runs and, for an end of a move, its role and where its link points to."""
    for block in wikidiff2_inline.blocks(old, new):
        runs = list(block.runs) or [_blank(block.kind)]
        role = {"moved-from": "<", "moved-to": ">"}.get(block.kind, "")
        yield runs, role + ("^" if block.upwards else "v") if block.move is not None else ""


def _blank(kind: str) -> tuple[str, str]:
    return {"added": "+", "deleted": "-"}.get(kind, "="), BLANK


def _line(runs: Runs, role: str) -> TrueLine | None:
    """Return a block as a shown line: white space folded, each run's place known."""
    folded = _folded(runs)
    text = "".join(part for _, part in folded)
    if not text:
        return None
    kinds = {op for op, _ in folded}
    kind = role[:1] or (
        "C" if kinds <= {"="} else "D" if kinds == {"-"} else "I" if kinds == {"+"} else "X"
    )
    shown = {"": text, "v": text + "\u25bc", "^": "\u25b2" + text}[role[1:]]
    return TrueLine(text, kind, tuple(_sites(folded)), shown)


def _folded(runs: Runs) -> Runs:
    made, spaced = [], True
    for op, text in runs:
        part = _SPACES.sub(" ", text)
        part = part[1:] if spaced and part.startswith(" ") else part
        if part:
            made.append((op, part))
            spaced = part.endswith(" ")
    while made and made[-1][1].endswith(" "):
        op, text = made.pop()
        if text.rstrip(" "):
            made.append((op, text.rstrip(" ")))
    return made


def _sites(runs: Runs) -> Iterator[tuple[int, int, int]]:
    at, start, split = 0, -1, -1
    for op, text in [*runs, ("=", "")]:
        if op == "=":
            if start >= 0:
                yield start, split, at
            start = -1
        else:
            start, split = (at, at) if start < 0 else (start, split)
            split = at + len(text) if op == "-" else split
        at += len(text)
