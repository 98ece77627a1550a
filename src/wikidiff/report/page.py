"""A Document as rows: what a person wants to know first, first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from wikidiff.model import Document, Heading, HeadingChange, PageWarning, Revision, Section
from wikidiff.report.changes import change_rows, is_wanted, sentence
from wikidiff.report.hunks import section_figures, section_name, section_rows
from wikidiff.report.readings import caption_rows, other_rows, settling_rows
from wikidiff.report.rows import (
    BLANK,
    Layout,
    Pair,
    Row,
    Stretch,
    joined,
    plain,
    plural,
    signed,
    signed_bytes,
)

_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d")
_FIDELITY = {
    "exact": "",
    "spaces": "runs of spaces and blank lines were lost",
    "flattened": "its marks were lost",
}


def page_rows(document: Document, layout: Layout) -> Iterator[Row | Pair]:
    """Yield the whole page, top to bottom."""
    if not document.headings and not _differs(document):
        yield _no_difference(document, layout)
        yield from _warning_rows(document.warnings)
        return
    view = layout.view
    yield from _top(document, layout)
    if not view.only:
        yield from caption_rows(document, layout)
    if is_wanted("heading", view.only):
        yield from _heading_rows(document, layout)
    yield from change_rows(document, layout)
    if view.summary:
        yield from _summary_rows(document, layout)
    elif not view.only:
        yield from _explained(section_rows(document, layout), layout)
    if not view.only:
        yield from _unchanged_rows(document)
        if not view.summary:
            yield from other_rows(document, layout)
        yield from settling_rows(document)
    yield from _warning_rows(document.all_warnings)


def _explained(rows: Iterable[Row | Pair], layout: Layout) -> Iterator[Row | Pair]:
    """Yield the rows, and what the sign for a part left out means if one of them has it."""
    cut = False
    for row in rows:
        sides = (row.left, row.right) if isinstance(row, Pair) else (row,)
        cut = cut or any(style == "gap" for side in sides if side for _, style in side.body)
        yield row
    if cut:
        sign = f"[{layout.glyphs.ellipsis}N{layout.glyphs.ellipsis}]"
        yield BLANK
        words = " stands for N characters that did not change; -v shows them."
        yield Row(body=((sign, "gap"), (words, "dim")), indent=2)


def _differs(document: Document) -> bool:
    return any(line.kind != "context" or line.move for line in document.lines())


def _title(document: Document) -> str:
    return document.page.title or document.source.name or "Comparison"


def _no_difference(document: Document, layout: Layout) -> Row:
    title = (_title(document), "title")
    if document.declared:
        figure = signed_bytes(document.declared)
        return Row(body=(title, (": no differences shown; the page declares ", ""), *figure))
    return Row(body=(title, (": no differences", "")), indent=2)


def _top(document: Document, layout: Layout) -> Iterator[Row]:
    """Yield the heading block."""
    dot = f" {layout.glyphs.dot} "
    yield Row(body=((_title(document), "title"),), indent=2)
    old, new = document.revisions.old, document.revisions.new
    both = bool(_revision(old))
    for name, revision in (("old ", old), ("new ", new)):
        parts = _revision(revision)
        if parts:
            lead = ((name, "dim"),) if both else ()
            yield Row(lead, joined(parts, dot))
        if revision.comment:
            opening, closing = layout.glyphs.quotes
            lead = ((" " * 4, ""),) if both else ()
            comment = (opening, "dim"), (revision.comment, "comment"), (closing, "dim")
            yield Row(lead, comment, indent=1)
    yield Row(body=joined(_figures(document, layout), dot))
    yield Row(body=joined(_counts(document), ", "))
    if words := sentence(document):
        yield Row(body=((words, "sentence"),), indent=2)
    if parts := _origin(document):
        yield Row(body=joined(parts, dot), indent=2)


def _revision(revision: Revision) -> list[tuple[Stretch, ...]]:
    """Return what is known of a revision, its size and comment aside."""
    parts: list[tuple[Stretch, ...]] = []
    if revision.timestamp:
        parts.append(((_time(revision.timestamp), "time"),))
    if revision.user:
        parts.append((("by ", "dim"), (revision.user, "user")))
    if revision.minor:
        parts.append((("minor edit", "minor"),))
    if revision.id is not None:
        parts.append(((f"revision {revision.id}", "dim"),))
    return parts


def _time(timestamp: str) -> str:
    if not _ISO_TIME.match(timestamp):
        return timestamp
    return timestamp.replace("T", " ", 1).replace("Z", " UTC")


def _figures(document: Document, layout: Layout) -> Iterator[tuple[Stretch, ...]]:
    """Yield the byte delta and the two sizes."""
    delta = document.delta
    if delta.declared is None:
        yield (*signed_bytes(delta.counted), (" counted", "dim"))
    elif delta.unexplained:
        counted = f" ({signed(delta.counted)} counted, {signed(delta.unexplained)} unexplained)"
        yield (*signed_bytes(delta.declared), (counted, "doubt"))
    elif document.source.engine == "wikidiff":  # we have both texts: there is no more to it
        yield signed_bytes(delta.declared)
    else:
        counted = f" ({signed(delta.counted)} counted, 0 unexplained)"
        yield (*signed_bytes(delta.declared), (counted, "dim"))
    old, new = document.revisions.old.size, document.revisions.new.size
    if old is not None and new is not None:
        yield ((f"{old:,} {layout.glyphs.arrow} {plural(new, 'byte')}", "dim"),)


def _counts(document: Document) -> Iterator[tuple[Stretch, ...]]:
    stats = document.stats
    lines = [
        (stats.lines_changed, "changed", "changed-mark"),
        (stats.lines_inserted, "inserted", "new"),
        (stats.lines_deleted, "deleted", "old"),
        (stats.lines_moved, "moved", "moved-to"),
    ]
    said = [(count, what, style) for count, what, style in lines if count]
    for at, (count, what, style) in enumerate(said):
        noun = plural(count, "line") if at == 0 else f"{count:,}"
        yield ((f"{noun} {what}", style),)
    if doubtful := sum(not line.certain for line in document.lines()):
        yield ((f"{doubtful:,} uncertain", "doubt"),)
    if stats.words_inserted or stats.words_deleted:
        words = f"{signed(stats.words_inserted)} {signed(-stats.words_deleted)} words"
        yield ((words, "dim"),)


def _origin(document: Document) -> list[tuple[Stretch, ...]]:
    """Return where the Document comes from; nothing where the title has said it all."""
    source = document.source
    parts: list[str] = []
    if source.name and source.name != _title(document):
        parts.append(source.name)
    if source.reader != "wikitext-pair":
        parts.append(f"read as {source.reader}")
        parts += [f"made by {source.engine}"] if source.engine else []
    parts += [_FIDELITY[source.fidelity]] if _FIDELITY[source.fidelity] else []
    return [((part, "dim"),) for part in parts]


def _heading_rows(document: Document, layout: Layout) -> Iterator[Row]:
    if document.headings:
        yield BLANK
        yield Row(body=(("Headings", "label"),))
    for change in document.headings:
        yield from _heading(change, layout)


def _heading(change: HeadingChange, layout: Layout) -> Iterator[Row]:
    """Yield a heading's change: in one row where it fits, else old over new."""
    sign = (" " if change.certain else "?", "doubt") if layout.doubtful else ("", "")
    arrow = f"{layout.glyphs.arrow} "
    note = ((f"  {_heading_note(change, layout)}", "dim"),)
    if change.old is None or change.new is None or change.changes == ("moved",):
        mark = ("+", "new-mark") if change.old is None else ("-", "old-mark")
        style = "new" if change.old is None else "old"
        if change.old and change.new:
            mark, style = (">", "moved-to"), "moved-to"
        shown = change.new or change.old
        body = ((_wikitext(shown), style),) if shown else ()
        yield Row((mark, sign, (" ", "")), (*body, *note), indent=2)
        return
    lead = (("~", "changed-mark"), sign, (" ", ""))
    old, new = (_wikitext(change.old), "old"), (_wikitext(change.new), "new")
    width = sum(len(text) for text in plain((old, new, *note))) + len(arrow) + 1
    if layout.view.width is None or width <= layout.view.width - 2 - layout.doubtful:
        yield Row(lead, (old, (f" {arrow}", "dim"), new, *note))
        return
    hang = " " * (2 + layout.doubtful)
    yield Row(lead, (old,), indent=2)
    yield Row(((hang + arrow, "dim"),), (new, *note))


def _wikitext(heading: Heading | None) -> str:
    if heading is None:
        return ""
    signs = "=" * heading.level
    return f"{signs} {heading.text} {signs}"


_NOTES = {"split": "split off", "merged": "merged into"}


def _heading_note(change: HeadingChange, layout: Layout) -> str:
    names = [_NOTES.get(name, name) for name in change.changes if name != "level"]
    if part_of := change.split_from or change.merged_into:
        opening, closing = layout.glyphs.quotes
        is_lead = part_of.level == 0
        name = "the lead" if is_lead else f"{opening}{part_of.heading}{closing}"
        names[-1] += f" {name}" if is_lead or part_of.heading is not None else " one not shown"
    if change.old and change.new and change.old.level != change.new.level:
        names.append(f"level {change.old.level} {layout.glyphs.arrow} {change.new.level}")
    return ", ".join(names)


def _summary_rows(document: Document, layout: Layout) -> Iterator[Row]:
    """Yield a row for each section: its status, what changed in it, its byte delta."""
    sections = [section for section in document.sections if section.status != "unchanged"]
    if sections:
        yield BLANK
        yield Row(body=(("Sections", "label"),))
    dot = f" {layout.glyphs.dot} "
    for section in sections:
        tail = joined(section_figures(section, joined(_section_counts(section), ", ")), dot)
        yield Row(((" " * 2, ""),), (section_name(section),), tail, 2, ruled=True)


def _section_counts(section: Section) -> Iterator[tuple[Stretch, ...]]:
    styles = {"changed": "changed-mark", "inserted": "new", "deleted": "old"}
    lines = [line for hunk in section.hunks for line in hunk.lines]
    for kind, style in styles.items():
        count = sum(line.kind == kind and not line.move for line in lines)
        if count:
            yield ((f"{count:,} {kind}", style),)
    if moved := sum(line.move is not None for line in lines):
        yield ((f"{moved:,} moved", "moved-to"),)


def _unchanged_rows(document: Document) -> Iterator[Row]:
    if document.sections_unchanged:
        yield BLANK
        yield Row(body=((f"{plural(document.sections_unchanged, 'section')} unchanged", "dim"),))


def _warning_rows(warnings: Sequence[PageWarning]) -> Iterator[Row]:
    if warnings:
        yield BLANK
    for warning in warnings:
        code = ((f"  ({warning.code})", "dim"),)
        yield Row((("! ", "warning"),), ((warning.message, "warning-text"), *code), indent=2)
