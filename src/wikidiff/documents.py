"""From what a reader finds to a Document: flattened pages by recovery, two texts by the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from wikidiff import limits, markup
from wikidiff.errors import ContradictionError, ReadError, WikidiffError
from wikidiff.limits import Fallback
from wikidiff.model import (
    Document,
    Line,
    Page,
    PageWarning,
    Revisions,
    Source,
    limit_warnings,
)
from wikidiff.sections import Assembled, Outline, assemble

if TYPE_CHECKING:
    from wikidiff.engine import PairDocument
    from wikidiff.readers import Columns, Flat, Found, Marked, Meta, Pair
    from wikidiff.readers.live import Access
    from wikidiff.recover.column_table import Engine


def of_texts(
    old: str,
    new: str,
    *,
    language: str | None = None,
    context: int = 2,
    source: str = "",
    title: str | None = None,
) -> Document:
    """Return the Document of two wikitexts: see `api.diff`."""
    return _pair_document()(
        old,
        new,
        context=context,
        source=Source(source, "wikitext-pair", "wikidiff", language),
        page=_NO_PAGE if title is None else Page(title),
        find_changes=markup.find,
    )


_NO_PAGE = Page()


@cache
def _pair_document() -> type[PairDocument]:
    """Return the class that compares: its libraries are loaded when first asked for."""
    from wikidiff.engine import PairDocument

    return PairDocument


def of_found(
    name: str, reader: str, found: Found, *, old: str | None, new: str | None, reading: int
) -> Document:
    """Return the Document of what a reader found in the source called `name`.

    `old` and `new` are true texts of a page whose marks are gone, `reading` the number of the
    reading that is shown of such a page. Raises WikidiffError where the page keeps its marks.
    """
    from wikidiff import readers

    if isinstance(found, readers.Flat):
        return _flattened(name, reader, found, old, new, reading)
    if old is not None or new is not None:
        raise WikidiffError(name, "the page keeps its marks", "leave --old and --new away")
    if reading != 1:
        raise WikidiffError(name, f"no reading {reading}: the page keeps its marks", "use 1")
    if isinstance(found, readers.Pair):
        return of_pair(name, reader, found)
    return _marked(name, reader, _sided(found) if isinstance(found, readers.Columns) else found)


def of_known(
    name: str, reader: str, found: Found, known: str, *, is_new: bool, reading: int
) -> Document:
    """Return the Document of what a reader found, read with a whole text where that helps.

    `known` is the old text, or the new one if `is_new`. A page that keeps its marks needs none.
    Raises ContradictionError where it is not the text of a page whose marks are gone.
    """
    from wikidiff import readers

    if not isinstance(found, readers.Flat):
        return of_found(name, reader, found, old=None, new=None, reading=reading)
    old, new = (None, known) if is_new else (known, None)
    return _flattened(name, reader, found, old, new, reading)


def _sided(found: Columns) -> Marked:
    """Return a table whose columns were run together with each cell on its side.

    The borders of its hunks are lost, so all lines are one run.
    """
    from wikidiff.readers import Marked
    from wikidiff.readers.unshown import with_empty_side
    from wikidiff.recover.columns import concluded

    lines = concluded(found.cells, found.article)
    return Marked(found.meta, with_empty_side([lines]), "spaces")


def _flattened(
    name: str, reader: str, found: Flat, old: str | None, new: str | None, reading: int
) -> Document:
    from wikidiff.recover.document import document

    counts = {"lines": len(found.lines), "characters": sum(map(len, found.lines))}
    for what, limit in (("lines", limits.FLAT_LINES), ("characters", limits.FLAT_CHARS)):
        if counts[what] > limit:
            told = f"{counts[what]:,} {what} without marks, more than the {limit:,} allowed"
            raise ReadError(name, told, "save the page as HTML, which keeps the marks")
    made, fallbacks = document(name, reader, found, old=old, new=new, reading=reading)
    warnings = (*made.warnings, *limit_warnings(fallbacks))
    return made.replace(warnings=warnings, find_changes=markup.find)


def of_pair(
    name: str, reader: str, found: Pair, *, language: str | None = None, context: int = 2
) -> Document:
    """Return the Document of a source that holds both whole texts."""
    meta = found.meta
    spoken = language or meta.language
    made = of_texts(found.old, found.new, language=spoken, source=name, context=context)
    return made.replace(
        source=replace(made.source, reader=reader),
        page=meta.page,
        revisions=_sized(meta.revisions, made.revisions),
        declared=made.declared if meta.declared is None else meta.declared,
        warnings=(*meta.warnings, *made.warnings),
    )


def _sized(told: Revisions, counted: Revisions) -> Revisions:
    """Return revisions with the sizes of the whole texts where the source tells none."""
    sides = [
        side if side.size is not None else replace(side, size=true.size)
        for side, true in ((told.old, counted.old), (told.new, counted.new))
    ]
    return Revisions(*sides)


def _marked(name: str, reader: str, found: Marked) -> Document:
    """Return the Document of a page that shows pieces of both texts with their marks."""
    meta = found.meta
    made, reached = _assembled(found)
    document = Document(
        Source(name, reader, meta.engine, meta.language, found.fidelity),
        made.sections,
        made.headings,
        page=meta.page,
        revisions=meta.revisions,
        declared=meta.declared,
        warnings=(*meta.warnings, *limit_warnings(reached)),
        sections_unchanged=made.sections_unchanged,
        find_changes=markup.find,
    )
    left = document.delta.unexplained if meta.declared is not None else None
    if not left or found.fidelity != "exact":
        return document
    told = (
        f"{left:+,} bytes of the declared change are in no shown line: a carriage return at a "
        "line's end or the last line's end, which such a table does not show, characters that the "
        "wiki composed, or a part of the page that is missing."
    )
    warnings = (*document.warnings, PageWarning("delta-unexplained", told))
    return document.replace(warnings=warnings)


def _assembled(found: Marked) -> tuple[Assembled, list[Fallback]]:
    """Return the sections of a page with marks, words marked where the form lost them."""
    reached: list[Fallback] = []
    runs: Sequence[Sequence[Line]] = found.runs
    if not found.paired or any(x.kind == "changed" and not x.ops for run in runs for x in run):
        from wikidiff.engine import completed

        runs = completed(runs, reached, paired=found.paired)
    outlines = None
    if found.headings:
        outlines = Outline(found.headings[0]), Outline(found.headings[1])
    return assemble(runs, outlines=outlines), reached


# --- a lossy page made whole by its wiki


def completed(
    name: str, reader: str, found: Found, place: str, access: Access, *, reading: int
) -> Document:
    """Return the exact Document of an edit that a lossy page shows, its texts from a live wiki.

    `place` is the wiki's host name or an address on it. Where the wiki has no such edit, or more
    than one, it is the page's own Document, and a warning (`not-completed`) says why.
    """
    from wikidiff import readers

    if isinstance(found, readers.Pair):
        return of_pair(name, reader, found)
    plain = of_found(name, reader, found, old=None, new=None, reading=reading)
    if plain.source.fidelity == "exact":
        return plain
    try:
        pairs = list(_shown_by(name, reader, found, place, access))
    except ReadError as error:
        return _not_completed(plain, f"{error.source}: {error.trouble}")
    if len(pairs) != 1:
        told = ", ".join(str(pair.meta.revisions.new.id) for pair in pairs)
        why = f"several edits fit, revisions {told}" if pairs else "no edit of this time shows it"
        return _not_completed(plain, f"{place}: {why}")
    return _whole(name, reader, found.meta, pairs[0])


def _not_completed(plain: Document, why: str) -> Document:
    warning = PageWarning("not-completed", f"The page was not completed: {why}.")
    return plain.replace(warnings=(*plain.warnings, warning))


_MADE_GOOD = ("marks-lost", "columns-lost", "line-ends-cut")
"""Warnings of a page that both true texts settle."""


def _whole(name: str, reader: str, told: Meta, pair: Pair) -> Document:
    """Return the Document of both texts, with what the page itself said kept apart."""
    made = of_pair(name, reader, pair)
    ids = pair.meta.revisions
    words = f"Both texts are from {pair.meta.page.url}: revisions {ids.old.id} and {ids.new.id}."
    kept = tuple(one for one in told.warnings if one.code not in _MADE_GOOD)
    warnings = (*made.warnings, *kept, PageWarning("completed", words))
    return made.replace(declared=_declared(told, made), warnings=warnings)


def _declared(told: Meta, made: Document) -> int | None:
    return made.declared if told.declared is None else told.declared


def _shown_by(
    name: str, reader: str, found: Flat | Marked | Columns, place: str, access: Access
) -> Iterator[Pair]:
    """Yield the edits that show what the page shows, made again by the rules of its formatter."""
    from wikidiff import readers
    from wikidiff.readers.live_find import fitting

    for pair in fitting(place, found.meta, access):
        if isinstance(found, readers.Flat):
            try:
                _flattened(name, reader, found, pair.old, pair.new, 1)
            except ContradictionError:
                continue
            yield pair
        elif isinstance(found, readers.Columns):
            if _shows(found, pair):
                yield pair
        elif _holds(found, pair):
            yield pair


def _shows(found: Columns, pair: Pair) -> bool:
    """Tell whether the diff of two texts has the cells of a table, white space aside.

    In any order: which cell of a Thai pair comes first hangs on the wiki's own dictionary. Some
    blank cells of core's PHP are not copied.
    """
    from wikidiff.recover.column_cells import cells

    def told(shown: Iterable[str]) -> Counter[str]:
        return Counter(filter(None, map(bare, shown)))

    wanted = told(found.cells)
    engines: tuple[Engine, ...] = ("wikidiff2", "php")
    return any(told(cells(pair.old, pair.new, engine)) == wanted for engine in engines)


def _holds(found: Marked, pair: Pair) -> bool:
    """Tell whether two texts hold the lines of a page, white space aside."""
    old, new = bare(pair.old), bare(pair.new)
    return all(
        bare(line.old or "") in old and bare(line.new or "") in new
        for run in found.runs
        for line in run
    )


def bare(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())
