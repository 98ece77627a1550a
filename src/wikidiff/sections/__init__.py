"""Sections: which heading a line stands under, and what became of headings."""

from wikidiff.sections.anchors import anchor_of, anchors
from wikidiff.sections.assemble import Assembled, assemble, assemble_any
from wikidiff.sections.marks import Start
from wikidiff.sections.outline import Outline, Outlines, TextOutline, as_heading
from wikidiff.sections.parted import NOT_SHOWN
from wikidiff.sections.plain import LEAD

__all__ = [
    "LEAD",
    "NOT_SHOWN",
    "Assembled",
    "Outline",
    "Outlines",
    "Start",
    "TextOutline",
    "anchor_of",
    "anchors",
    "as_heading",
    "assemble",
    "assemble_any",
]
