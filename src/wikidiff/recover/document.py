"""From a flattened page and its readings to a Document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from wikidiff.errors import WikidiffError
from wikidiff.limits import Fallback
from wikidiff.model import Document, Line, Move, PageWarning, Reading, Source
from wikidiff.readers import Flat
from wikidiff.recover import Recovery, recover, recover_known
from wikidiff.recover.moves import move_ends
from wikidiff.recover.page import WIKIDIFF2, FlatPage
from wikidiff.recover.read_lines import compared, numbered
from wikidiff.sections import Assembled, assemble


def document(
    name: str,
    reader: str,
    flat: Flat,
    *,
    old: str | None = None,
    new: str | None = None,
    reading: int = 1,
) -> tuple[Document, tuple[Fallback, ...]]:
    """Return the Document of a flattened page and the limits that were reached on the way.

    Its sections show the reading of that number, 1 being the best. With the true text of a side,
    `old` or `new`, the readings are of the other; with both there is one and it is right. Raises
    ContradictionError where such a text does not fit the page and WikidiffError where there is no
    reading of that number.
    """
    page = _page(flat)
    known = old is not None or new is not None
    recovery = recover_known(page, old=old, new=new) if known else recover(page)
    readings = recovery.readings
    if reading != 1 and not 0 < reading <= len(readings):
        count = f"{len(readings)} reading{'s' * (len(readings) != 1)}"
        raise WikidiffError(name, f"no reading {reading}: the page has {count}", "take one of them")
    chosen = readings[reading - 1] if readings else None
    made = _assembled(page, recovery, reading)
    meta = flat.meta
    return Document(
        Source(name, reader, recovery.engine, meta.language, "flattened"),
        made.sections,
        made.headings,
        page=meta.page,
        revisions=meta.revisions,
        declared=meta.declared,
        readings=readings,
        warnings=(*meta.warnings, *_warnings(recovery, chosen, known=known)),
    ), recovery.fallbacks


def _page(flat: Flat) -> FlatPage:
    meta, new = flat.meta, flat.meta.revisions.new
    return FlatPage(
        lines=flat.lines,
        declared=meta.declared,
        engine=meta.engine,
        language=meta.language or "en",
        minor=new.minor,
        comment=new.comment,
        title=meta.page.title,
    )


def _assembled(page: FlatPage, recovery: Recovery, reading: int) -> Assembled:
    """Return the sections of a reading, with line numbers where it is known where it stands."""
    placed = recovery.placed[reading - 1] if recovery.placed else None
    if placed and placed.runs:
        moves = _moves(page) if recovery.engine == WIKIDIFF2 else {}
        return numbered(placed, recovery.certain, moves)
    chosen = recovery.readings[reading - 1] if recovery.readings else None
    return assemble([list(_lines(page, recovery, chosen))])


def _lines(page: FlatPage, recovery: Recovery, reading: Reading | None) -> Iterator[Line]:
    """Yield the wikitext lines that the shown lines stand for."""
    read = {line.shown: line for line in reading.lines} if reading else {}
    moves = _moves(page) if recovery.engine == WIKIDIFF2 else {}
    for shown, words in enumerate(page.lines):
        certain = recovery.certain[shown]
        line = read.get(shown)
        if line is None or line.old == line.new:
            for same in line.old if line else (words if words.strip() else "",):
                yield Line("context", same, same, shown=shown, certain=certain)
            continue
        for made in compared(line.old, line.new):
            made = replace(made, old_line=None, new_line=None, shown=shown, certain=certain)
            yield replace(made, move=moves.get(shown)) if made.kind != "context" else made


def _moves(page: FlatPage) -> dict[int, Move]:
    """Return the move that each marked shown line is an end of; wikidiff2 marks both."""
    made: dict[int, Move] = {}
    for n, end in move_ends(page.lines).items():
        if n not in made:
            name = f"m{len(made) // 2 + 1}"
            made[n] = Move(name, end.role)
            made[end.other] = Move(name, "to" if end.role == "from" else "from")
    return made


def _warnings(recovery: Recovery, reading: Reading | None, *, known: bool) -> Iterator[PageWarning]:
    if known:
        if not all(recovery.certain):
            yield PageWarning(
                "one-side-known",
                "One side is as it was given; which of its words the other side kept was worked "
                "out, and is not certain everywhere.",
            )
        return
    if reading is None:
        yield PageWarning(
            "no-reading",
            "The page's insert and delete marks are gone and no reading of it was found: all "
            "lines are shown as unchanged. The text of either side (--old, --new) tells more.",
        )
        return
    if not all(recovery.certain):
        yield PageWarning(
            "marks-lost",
            "The page's insert and delete marks are gone: which words are old and which new was "
            "worked out. The text of either side (--old, --new) tells more.",
        )
    if reading.unexplained:
        yield PageWarning(
            "delta-unexplained",
            f"{reading.unexplained:+,} bytes of the declared change are not in the shown lines, "
            "such as line breaks and blank lines, which this form does not show.",
        )
