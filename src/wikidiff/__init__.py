"""Read a wiki's revision diff in whatever form one has it, and see what the edit really changed.

    doc = wikidiff.read("page.txt")
    doc = wikidiff.diff(old_text, new_text)

The names below are all there is to know; each is imported when first used, so that importing
wikidiff costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wikidiff.version import VERSION as __version__

if TYPE_CHECKING:
    from wikidiff.api import apply, blame, check, diff, history, read, read_all, read_git
    from wikidiff.blamed import Blame
    from wikidiff.errors import (
        ApplyError,
        ConfigError,
        ContradictionError,
        DecodeError,
        ReadError,
        UnrecognisedError,
        WikidiffError,
    )
    from wikidiff.findings import Finding, Place, RuleInfo
    from wikidiff.model import (
        Change,
        Delta,
        Document,
        Heading,
        HeadingChange,
        Hunk,
        Line,
        Move,
        Op,
        Page,
        PageWarning,
        Reading,
        ReadingLine,
        Revision,
        Revisions,
        Section,
        SectionSide,
        Source,
        Stats,
    )
    from wikidiff.past import Entry

__all__ = [
    "ApplyError",
    "Blame",
    "Change",
    "ConfigError",
    "ContradictionError",
    "DecodeError",
    "Delta",
    "Document",
    "Entry",
    "Finding",
    "Heading",
    "HeadingChange",
    "Hunk",
    "Line",
    "Move",
    "Op",
    "Page",
    "PageWarning",
    "Place",
    "ReadError",
    "Reading",
    "ReadingLine",
    "Revision",
    "Revisions",
    "RuleInfo",
    "Section",
    "SectionSide",
    "Source",
    "Stats",
    "UnrecognisedError",
    "WikidiffError",
    "__version__",
    "apply",
    "blame",
    "check",
    "diff",
    "history",
    "read",
    "read_all",
    "read_git",
]

_HOMES = {
    **dict.fromkeys(
        ("apply", "blame", "check", "diff", "history", "read", "read_all", "read_git"), "api"
    ),
    **dict.fromkeys(("Finding", "Place", "RuleInfo"), "findings"),
    "Blame": "blamed",
    "Entry": "past",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'wikidiff' has no attribute {name!r}")
    from importlib import import_module

    home = _HOMES.get(name) or ("errors" if name.endswith("Error") else "model")
    value: object = getattr(import_module(f"wikidiff.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
