"""The one model: readers make it, the engine makes it from two texts, all else consumes it.

Everything is frozen and keeps the page's raw text. Attributes carry the names of the JSON.
"""

from wikidiff.model.changes import Change, Reading, ReadingLine, make_change
from wikidiff.model.document import SCHEMA_VERSION, Document, Found, Stats
from wikidiff.model.json_text import json_text
from wikidiff.model.lines import (
    Hunk,
    Line,
    LineKind,
    Move,
    Op,
    Segment,
    Split,
    make_line,
    make_op,
    moved,
)
from wikidiff.model.page import (
    Delta,
    Fidelity,
    Page,
    PageWarning,
    Revision,
    Revisions,
    Source,
    limit_warnings,
)
from wikidiff.model.sections import Heading, HeadingChange, Section, SectionSide, SectionStatus

__all__ = [
    "SCHEMA_VERSION",
    "Change",
    "Delta",
    "Document",
    "Fidelity",
    "Found",
    "Heading",
    "HeadingChange",
    "Hunk",
    "Line",
    "LineKind",
    "Move",
    "Op",
    "Page",
    "PageWarning",
    "Reading",
    "ReadingLine",
    "Revision",
    "Revisions",
    "Section",
    "SectionSide",
    "SectionStatus",
    "Segment",
    "Source",
    "Split",
    "Stats",
    "json_text",
    "limit_warnings",
    "make_change",
    "make_line",
    "make_op",
    "moved",
]
