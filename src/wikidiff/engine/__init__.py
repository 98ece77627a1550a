"""The engine: two texts in, aligned lines and words out. It alone knows the diff libraries."""

from wikidiff.engine.chars import by_character, refined
from wikidiff.engine.complete import completed
from wikidiff.engine.dictionary import by_word
from wikidiff.engine.document import diff_lines
from wikidiff.engine.pair import PairDocument
from wikidiff.engine.patch import patched
from wikidiff.engine.words import line_ops

__all__ = [
    "PairDocument",
    "by_character",
    "by_word",
    "completed",
    "diff_lines",
    "line_ops",
    "patched",
    "refined",
]
