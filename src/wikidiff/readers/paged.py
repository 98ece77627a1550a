"""The text of a PDF or a print: a page's lines broken anew, headers and footers among them.

Which break is the page's own cannot be told, so that such a text is no form of a diff. It is known
by its page breaks, form feeds, as `pdftotext` ends each page: no text of a wiki has one, since
MediaWiki replaces them in what is saved (UtfNormal's Validator::cleanUp).
"""

from __future__ import annotations

REASON = "page breaks (form feeds): the text of a PDF or a print, whose lines are broken anew"
WAY_OUT = "save the diff page as HTML, or copy it from the browser"


def decline(text: str) -> str | None:
    """Return why a text is no diff page's, where it has page breaks."""
    return REASON if "\f" in text else None
