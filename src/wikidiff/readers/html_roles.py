"""What the classes and ids of a diff page's elements mean.

Sources: MediaWiki's DifferenceEngine and TableDiffFormatter, wikidiff2's TableFormatter and
InlineFormatter, MobileFrontend's SpecialMobileDiff and InlineDiffFormatter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from wikidiff import limits

Side = Literal["old", "new", ""]

FRAMES = frozenset(
    {"mw-mf-diff-info", "mw-mf-diff-comment", "mw-mf-userinfo", "diff-multi", "diff-notice"}
    | {f"mw-diff-{side}title{nth}" for side in "on" for nth in (1, 2, 3)}
)
"""Parts of a page's frame that are kept as they are; older pages give some of them as ids."""

TITLES = frozenset({"mw-diff-otitle1", "mw-diff-ntitle1", "diff-notice"})
"""Parts of the frame that every diff has, at least one of them, even if it shows no line."""

TOOLS = frozenset({"mw-usertoollinks", "mw-diff-edit", "mw-diff-undo", "mw-rollback-link"})
"""Links beside a header's own words, which tell nothing of the revision."""

SIGNS = frozenset({"mw-mf-minidiff", "diff-empty", "minoredit"})

_ARTICLE = "mw-parser-output"  # wraps all that is made from wikitext, since MediaWiki 1.30


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell or an inline block that holds a line, or (`kind` "number") line numbers.

    `side` is empty where only its place in the row tells it. `end` is that of a move, `blank`
    wikidiff2's word for an empty line.
    """

    kind: Literal["context", "deleted", "inserted", "changed", "number"]
    side: Side = ""
    inline: bool = False
    end: Literal["from", "to"] | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done at an element: one of a cell, an article, a part of the frame, signs."""

    cell: Cell | None = None
    article: bool = False
    frame: str = ""
    signs: frozenset[str] = frozenset()


@lru_cache(limits.HTML_CLASSES)
def plan(tag: str, names: str) -> Plan | None:
    """Return what is to be done at an element of these classes, its id among them, if anything."""
    words = names.split()
    if tag == "td" and (found := _table_cell(words)):
        return Plan(cell=found)
    if tag == "div" and (found := _inline_block(words)):
        return Plan(cell=found)
    if _ARTICLE in words:
        return Plan(article=True)
    frame = next((word for word in words if word in FRAMES), "")
    signs = {word for word in words if word in SIGNS}
    if tag == "table" and "diff" in words:
        signs.add("table")
    if "diff-type-inline" in words:
        signs.add("inline")
    if any(word.startswith("mw-diff-movedpara-") for word in words):
        signs.add("move")
    return Plan(frame=frame, signs=frozenset(signs)) if frame or signs else None


def _table_cell(classes: list[str]) -> Cell | None:
    side: Side = ""
    if "diff-side-deleted" in classes:
        side = "old"
    elif "diff-side-added" in classes:
        side = "new"
    if "diff-lineno" in classes:
        return Cell("number", side)
    if "diff-context" in classes:
        return Cell("context", side)
    if "diff-deletedline" in classes:
        return Cell("deleted", "old")
    if "diff-addedline" in classes:
        return Cell("inserted", "new")
    return None


def _inline_block(classes: list[str]) -> Cell | None:
    blank = "mw-diff-empty-line" in classes
    for name in classes:
        if name == "mw-diff-inline-header":
            return Cell("number", inline=True)
        if name == "mw-diff-inline-context":
            return Cell("context", inline=True, blank=blank)
        if name == "mw-diff-inline-changed":
            return Cell("changed", inline=True, blank=blank)
        if name in ("mw-diff-inline-deleted", "mw-diff-inline-moved-source"):
            end: Literal["from"] | None = "from" if name.endswith("source") else None
            return Cell("deleted", "old", True, end, blank)
        if name in ("mw-diff-inline-added", "mw-diff-inline-moved-destination"):
            to: Literal["to"] | None = "to" if name.endswith("destination") else None
            return Cell("inserted", "new", True, to, blank)
    return None
