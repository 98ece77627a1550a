"""W106 to W110: what happens to whole sections, pages, tables and lists."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from wikidiff.findings import Place
from wikidiff.markup.scan import scan
from wikidiff.rules.base import Hit, edit_rule, text_rule
from wikidiff.rules.edit import Edit, Side
from wikidiff.rules.passage import MASK, Passage, masked
from wikidiff.text import heading

_ROW = re.compile(r"^[ \t]*\|-[^\n]*$", re.MULTILINE)
_DEEPEST = 40  # markers of a list item that are counted
_ITEM = re.compile(r"^[*#:;]+")
_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"<[^<>]*>")
_NO_PROSE = ("{", "{|", "!", "[[", "[")


@edit_rule("W106", "section-blanked")
def section_blanked(edit: Edit) -> Iterator[Hit]:
    """A section lost all its text and kept its heading.

    A section that was renamed as well is not told: it may be another one. Nor is one whose text
    got a heading of its own, or that held templates only.

    Ignore it where sections wait for a text on purpose.

    Old:
        == Harbour ==
        The mole is long and the quay is short.
        == Quay ==
        It is short.
    Bad:
        == Harbour ==
        == Quay ==
        It is short.
    Good:
        == Quay ==
        It is short.
    """
    if not edit.is_whole or not (edit.new.page or "").strip():
        return
    for change in edit.changes:
        blanked = change.kind == "section" and change.detail.get("change") == "blanked"
        if not blanked or change.new is None:
            continue  # a lead is lead-removed's
        if change.old != change.new or not _lost_words(edit, change.new):
            continue
        if not _went_below(edit, change.new):
            message = f"section “{change.new}” lost all its text"
            yield Hit(edit.place(change), message, change.new)


def _lost_words(edit: Edit, heading: str | None) -> bool:
    """Tell whether words outside of templates and the like were removed under a heading."""
    for section in edit.document.sections:
        if section.new and section.new.heading == heading:
            lines = (line for hunk in section.hunks for line in hunk.lines)
            gone = [line.old for line in lines if line.old and line.new is None]
            if _words("\n".join(gone)):
                return True
    return False


def _went_below(edit: Edit, heading: str | None) -> bool:
    """Tell whether the edit put the next heading in, so that the text stands under that."""
    headings = list(edit.new.outline.headings.items())
    touched = {line.new_line for line in edit.lines if line.kind != "context"}
    after = {below[0] for above, below in pairwise(headings) if above[1].text == heading}
    return bool(after & touched)


@edit_rule("W107", "lead-removed")
def lead_removed(edit: Edit, *, least_words: int = 8) -> Iterator[Hit]:
    """The text above the first heading is gone.

    A page without a lead does not say what it is about. Templates and links alone are no text, and
    what was put under a heading is not gone.

    Options:
        least_words: words outside of links that the lead must have had

    Old:
        Astra is a port with a long mole and a short quay.
        == Harbour ==
        The mole is long.
    Bad:
        == Harbour ==
        The mole is long.
    Good:
        Astra is a port.
        == Harbour ==
        The mole is long.
    """
    texts = edit.document.texts
    if texts is None or not _touches_lead(edit):
        return
    old, new = map(_lead, texts)
    if old is None or new is None or _PROSE.search(new) or _words(new):
        return
    words = _words(old)
    left = set(_WORD.findall(texts[1]))
    if len(words) >= least_words and sum(word in left for word in words) < len(words) * _KEPT:
        place = edit.old.page_place(0, 0)
        place = Place("old", place.line, edit.first_place.at, place.text, 0, len(place.text))
        yield Hit(place, "the text above the first heading was removed", "lead")


_KEPT = 0.8  # share of the lead's words that stand elsewhere when it was only put under a heading
_PROSE = re.compile(r"^(?:''+)?[^\W\d_][^\n]{20}", re.MULTILINE)


def _touches_lead(edit: Edit) -> bool:
    """Tell whether a line above the first heading was changed or removed."""
    lead = _lead(edit.old.page or "")
    touched = (line.old_line for line in edit.lines if line.kind in ("changed", "deleted"))
    first = next(touched, None)
    return first is not None and (lead is None or first <= lead.count("\n") + 1)


def _lead(page: str) -> str | None:
    """Return what stands above the first heading line, None where there is none."""
    at = 0 if page.startswith("=") else page.find("\n=") + 1
    while at or page.startswith("="):
        end = page.find("\n", at)
        if heading(page[at : end if end >= 0 else len(page)]):
            return page[:at]
        at = page.find("\n=", at) + 1
        if not at:
            break
    return None


def _words(lead: str) -> list[str]:
    """Return the words of a lead without templates, tables, comments, links and tags."""
    spans = sorted(span[:2] for span in scan(lead).spans if span[2] in _NO_PROSE)
    return _WORD.findall(_TAG.sub(" ", masked(lead, spans)).replace(MASK, " "))


@edit_rule("W108", "page-blanked", "error")
def page_blanked(edit: Edit) -> Iterator[Hit]:
    """The page lost all its text.

    Old:
        Astra is a port with a long mole.
    Bad:

    Good:
        Astra is a port.
    """
    texts = edit.document.texts
    if texts is None:
        size = edit.document.revisions.new.size
        gone = size == 0 and any(line.old for line in edit.lines)
    else:
        gone = bool(texts[0].strip()) and not texts[1].strip()
    if gone:
        yield Hit(edit.first_place, "the page lost all its text", "blanked")


@text_rule("W109", "row-outside-table", local=False, signs=("|-", "{|", "|}", "<!--", "-->"))
def row_outside(side: Side) -> Iterator[Hit]:
    """A line that begins a table row stands in no table.

    The opening `{|` was lost, or the table was closed above. Rows inside templates are not told:
    the template may have opened the table.

    Old:
        {| class="wikitable"
        | 1956 || 12
        |}
    Bad:
        {| class="wikitable"
        | 1956 || 12
        |}
        |-
        | 1957 || 9
    Good:
        {| class="wikitable"
        | 1956 || 12
        |-
        | 1957 || 9
        |}
    """
    if side.page is None:
        return
    if not any(side.edit.has(sign) for sign in ("|-", "{|", "|}", "<!--", "-->")):
        return
    for passage in side.passages:  # whole: what the edit left may have lost its table
        rows = [match.span() for match in _ROW.finditer(passage.plain)]
        holders = _holders(passage) if rows else []
        lost = [row for row in rows if not _is_inside(holders, row[0])]
        if lost:
            more = f", and {len(lost) - 1} more below" if len(lost) > 1 else ""
            message = f"table row outside of a table{more}"
            yield Hit(side.place(passage, *lost[0]), message, "row")


def _holders(passage: Passage) -> list[tuple[int, int]]:
    """Return where tables and what may hold one stand, outermost ones only, in order."""
    made: list[tuple[int, int]] = []
    for start, end, kind, _, _ in sorted(passage.constructs.spans):
        if kind not in ("[[", "[") and (not made or end > made[-1][1]):
            made.append((start, end))
    return made


def _is_inside(holders: list[tuple[int, int]], offset: int) -> bool:
    at = bisect_right(holders, (offset, offset)) - 1
    return at >= 0 and offset < holders[at][1]


@text_rule("W110", "list-depth-skipped", "info", default=False, local=False)
def depth_skipped(side: Side) -> Iterator[Hit]:
    """A list item is more than one level deeper than the item above it.

    MediaWiki opens empty lists between them, which screen readers announce. Talk pages are full of
    it, so the rule is off by default.

    Old:
        * Mole
    Bad:
        * Mole
        *** Stones
    Good:
        * Mole
        ** Stones
    """
    page = (side.page or "").split("\n")
    for passage in side.passages:
        if passage.first is None:
            continue
        for number in passage.rows:
            line = passage.first + number - 1
            depth = _depth(passage.plain[passage.starts[number] :][:_DEEPEST])
            above = _depth(page[line - 1]) if 0 < line < len(page) else 0
            if depth > above + 1:
                start = passage.starts[number]
                message = f"list item of depth {depth} under one of depth {above}"
                place = side.place(passage, start, start + depth)
                yield Hit(place, message, f"{place.text}\0{above}")


def _depth(line: str) -> int:
    match = _ITEM.match(line)
    return len(match[0]) if match else 0
