"""What the XML formats share."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from wikidiff.report.safe import visible


def element(
    parent: Element | None, tag: str, text: str | None = None, **fields: str | int
) -> Element:
    """Return a new element with attributes, in `parent` if there is one.

    All text is made visible: XML 1.0 has no place for most control characters, not even escaped.
    """
    told = {name.rstrip("_"): visible(str(value)) for name, value in fields.items()}
    made = Element(tag, told)
    if text is not None:
        made.text = visible(text, keep_newlines=True)
    if parent is not None:
        parent.append(made)
    return made


def document(root: Element) -> str:
    """Return an element as an XML document."""
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
