"""The Document of two whole texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from wikidiff import text
from wikidiff.engine.document import diff_lines
from wikidiff.model import (
    Document,
    Found,
    Page,
    Revision,
    Revisions,
    Source,
    limit_warnings,
)
from wikidiff.sections import Assembled, Start, TextOutline, assemble


class PairDocument(Document):
    """A Document that keeps both texts, so that what is seldom asked for is measured when asked.

    That is: the sizes in bytes, what they declare, and how many sections did not change. A copy
    made with `replace` is a plain Document.
    """

    def __init__(
        self,
        old: str,
        new: str,
        *,
        context: int,
        source: Source,
        page: Page,
        find_changes: Callable[[Document], Found] | None,
    ) -> None:
        compared = diff_lines(old, new, context=context)
        outlines = TextOutline(old), TextOutline(new)
        made = assemble(compared.runs, outlines=outlines, starts=compared.starts)
        self.__dict__.update(  # frozen: set once, here, as the fields of a Document
            source=source,
            sections=made.sections,
            headings=made.headings,
            page=page,
            readings=(),
            warnings=tuple(limit_warnings(compared.fallbacks)) if compared.fallbacks else (),
            find_changes=find_changes,
            texts=(old, new),
            assembled=made,
            starts=compared.starts,
            outlines=outlines,
        )

    texts: tuple[str, str]
    assembled: Assembled
    starts: tuple[Start, ...]
    """Where each run of shown lines starts."""
    outlines: tuple[TextOutline, TextOutline]
    """The headings of both texts, as far as they have been looked up."""

    @cached_property
    def revisions(self) -> Revisions:
        """Both revisions: their sizes in bytes of UTF-8."""
        old, new = self.texts
        return Revisions(Revision(size=text.size(old)), Revision(size=text.size(new)))

    @cached_property
    def declared(self) -> int:
        """The difference of the sizes in bytes."""
        return (self.revisions.new.size or 0) - (self.revisions.old.size or 0)

    @cached_property
    def sections_unchanged(self) -> int | None:
        """How many sections of the new text are not listed, the lead counted as one."""
        return self.assembled.sections_unchanged

    def replace(self, **changes: Any) -> Document:  # noqa: ANN401 - any field
        """Return a plain Document with some fields changed and nothing cached."""
        values = {name: getattr(self, name) for name in Document.__dataclass_fields__}
        return Document(**{**values, **changes})
