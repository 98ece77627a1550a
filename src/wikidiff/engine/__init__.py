"""The engine: two texts in, aligned lines and words out. It alone knows the diff libraries.

Each name is imported when first used: what reads a page needs the alignment of words only.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_HOMES = {
    "PairDocument": "pair",
    "by_character": "chars",
    "by_word": "dictionary",
    "completed": "complete",
    "diff_lines": "document",
    "line_ops": "words",
    "patched": "patch",
    "refined": "chars",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a name from its module and keep it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"wikidiff.engine.{_HOMES[name]}"), name)
    return found
