"""The cells that a desktop diff table has for two wikitexts, in the order in which it is copied.

The table and the inline view of wikidiff2 share their lines (`Wikidiff2.cpp`), and so do core's PHP
formatters (`DiffFormatter.php`): what differs is how a line is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from wikidiff.recover import php_inline, wikidiff2_inline
from wikidiff.recover.column_table import Engine


def cells(old: str, new: str, engine: Engine) -> Iterator[str]:
    """Yield the text of each cell: the old side's before the new one's, a line of context twice."""
    return _wikidiff2(old, new) if engine == "wikidiff2" else _php(old, new)


def _wikidiff2(old: str, new: str) -> Iterator[str]:
    for block in wikidiff2_inline.blocks(old, new):
        if block.kind in ("context", "changed", "deleted", "moved-from"):
            yield "".join(text for op, text in block.runs if op != "+")
        if block.kind in ("context", "changed", "added", "moved-to"):
            yield "".join(text for op, text in block.runs if op != "-")


def _php(old: str, new: str) -> Iterator[str]:
    sides = old.split("\n"), new.split("\n")
    for block in php_inline.blocks(old, new):
        left, right = (
            side[a:b] for side, (a, b) in zip(sides, (block.old, block.new), strict=True)
        )
        for row in zip_longest(left, right):
            yield from (cell for cell in row if cell is not None)
