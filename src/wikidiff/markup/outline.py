"""What the edit did to headings and sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wikidiff import limits, text
from wikidiff.markup.draft import Action, Draft
from wikidiff.markup.names import Names
from wikidiff.model import Document, Heading, HeadingChange, Line, Section
from wikidiff.sections import TextOutline, anchor_of

_SELF_LINK = r"\[\[([^\[\]|#{}<>\n]{0,255})#([^\[\]|{}<>\n]{1,255})(?:\|[^\[\]\n]*)?\]\]"


class Page:
    """Both sides of a Document as lines, whole or as far as they are shown."""

    # What is worked out when asked for is kept by hand: compiled, a cached_property keeps nothing.

    def __init__(self, document: Document, names: Names, lines: Sequence[Line]) -> None:
        self.document = document
        self.names = names
        self.lines = lines
        self._new_text: str | None = None
        self._whole_lines: tuple[list[str], list[str]] | None = None
        self._outlines: tuple[TextOutline, TextOutline] | None = None
        self._anchors: frozenset[str] | None = None
        self._links: list[tuple[str, str]] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of the page is known."""
        return self.document.texts is not None

    @property
    def new_text(self) -> str:
        """The new side's text."""
        if self._new_text is None:
            if self.document.texts:
                self._new_text = self.document.texts[1]
            else:
                lines = [line.new for line in self.lines if line.new is not None]
                self._new_text = "\n".join(lines)
        return self._new_text

    @property
    def whole_lines(self) -> tuple[list[str], list[str]]:
        """The lines of both whole texts; none where they are not known."""
        if self._whole_lines is None:
            old, new = self.document.texts or ("", "")
            self._whole_lines = text.lines(old), text.lines(new)
        return self._whole_lines

    @property
    def outlines(self) -> tuple[TextOutline, TextOutline]:
        """The headings of both whole texts; none where they are not known."""
        if self._outlines is None:
            old, new = self.document.texts or ("", "")
            shared: tuple[TextOutline, TextOutline] | None
            shared = getattr(self.document, "outlines", None)
            self._outlines = shared or (TextOutline(old), TextOutline(new))
        return self._outlines

    def anchor(self, heading: Heading, side: int, at: int | None) -> str:
        """Return the anchor of a heading on a Document line, numbered where the page is known."""
        line = self.lines[at] if at is not None else None
        number = (line.new_line if side else line.old_line) if line else None
        if self.is_whole and number in self.outlines[side].anchors:
            return self.outlines[side].anchors[number]
        return anchor_of(heading.text)

    @property
    def anchors(self) -> frozenset[str]:
        """The anchors of the new side's headings."""
        if self._anchors is None:
            if self.is_whole:
                self._anchors = frozenset(self.outlines[1].anchors.values())
            else:
                found = map(text.heading, text.lines(self.new_text))
                self._anchors = frozenset(anchor_of(heading[1]) for heading in found if heading)
        return self._anchors

    @property
    def links(self) -> list[tuple[str, str]]:
        """The new side's links to its own sections: (anchor, wikitext)."""
        if self._links is None:
            self._links = self._links_to_sections()
        return self._links

    def _links_to_sections(self) -> list[tuple[str, str]]:
        title = (self.document.page.title or "").replace("_", " ")
        found: list[tuple[str, str]] = []
        for match in text.pattern(_SELF_LINK).finditer(self.new_text):
            page = match[1].replace("_", " ").strip()
            if not page or page == title:
                found.append((anchor_of(match[2]), match[0]))
        return found

    def dangling(self, old_anchor: str) -> list[str]:
        """Return the links on the new side to an anchor that is there no more."""
        if old_anchor in self.anchors:
            return []
        return [link for target, link in self.links if target == old_anchor]


def headings(page: Page) -> list[Draft]:
    """Return the changes of headings, in page order."""
    if not page.document.headings:
        return []
    places = _places(page.lines)
    return [_heading(page, one, places) for one in page.document.headings[: limits.CHANGES]]


def _places(lines: Sequence[Line]) -> dict[tuple[str, str, int], list[int]]:
    """Return (side, heading text, level) -> indices of the shown lines that are it, last first."""
    found: dict[tuple[str, str, int], list[int]] = {}
    for at, line in enumerate(lines):
        if line.kind == "context":
            continue
        for side, words in (("old", line.old), ("new", line.new)):
            if words and words[0] == "=" and (parts := text.heading(words)):
                found.setdefault((side, parts[1], parts[0]), []).append(at)
    for places in found.values():
        places.reverse()
    return found


def _heading(
    page: Page, change: HeadingChange, places: dict[tuple[str, str, int], list[int]]
) -> Draft:
    old, new = change.old, change.new
    at = _taken(places, "old", old)
    new_at = _taken(places, "new", new)
    line = new_at if new_at is not None else at
    new_at = at if new_at is None else new_at
    anchors = [
        page.anchor(heading, side, place) if heading else None
        for side, (heading, place) in enumerate(((old, at), (new, new_at)))
    ]
    gone = anchors[0] if anchors[0] != anchors[1] else None
    detail = {
        "changes": list(change.changes),
        "old_level": old.level if old else None,
        "new_level": new.level if new else None,
        "old_anchor": anchors[0],
        "new_anchor": anchors[1],
        "dangling_links": page.dangling(gone) if gone else [],
        "whole_page": page.is_whole,
    }
    if "moved" in change.changes:
        detail["from_line"] = at
    action: Action = "changed"
    if old is None or new is None:
        action = "added" if old is None else "removed"
    elif change.changes == ("moved",):
        action = "moved"
    return Draft(
        "heading",
        action,
        old.text if old else None,
        new.text if new else None,
        line or 0,
        detail,
        certain=change.certain,
    )


def _taken(
    places: dict[tuple[str, str, int], list[int]], side: str, heading: Heading | None
) -> int | None:
    """Return the next line that a heading stands on; equal ones come in page order."""
    if heading is None:
        return None
    waiting = places.get((side, heading.text, heading.level))
    if not waiting:
        return None
    return waiting.pop() if len(waiting) > 1 else waiting[0]


def sections(page: Page) -> list[tuple[Draft, range]]:
    """Return the changes of sections and the Document lines that each holds."""
    found: list[tuple[Draft, range]] = []
    at = 0
    moved: dict[str | None, Draft] = {}
    for section in page.document.sections[: limits.CHANGES]:
        count = sum(len(hunk.lines) for hunk in section.hunks)
        lines = range(at, at + count)
        if lines.stop > len(page.lines):
            break
        draft = _section(page, section, lines)
        if draft and draft.action == "moved":  # its old place and its new one are listed
            draft = _joined(draft, moved, page.lines[draft.line].new is None)
        if draft:
            found.append((draft, lines))
        at += count
    return found


def _joined(draft: Draft, moved: dict[str | None, Draft], is_source: bool) -> Draft:
    """Return the one change that both places of a moved section are."""
    other = moved.setdefault(draft.new, draft)
    if is_source:
        other.detail["from_line"] = draft.line
    else:
        other.line = draft.line
    return other


def _section(page: Page, section: Section, lines: range) -> Draft | None:
    side = section.new or section.old
    if side is None or not lines:
        return None
    detail = {"heading": side.heading, "level": side.level, "with": None}
    old, new = section.old, section.new
    words = old.heading if old else None, new.heading if new else None
    first = next((i for i in lines if page.lines[i].kind != "context"), lines[0])
    if section.status in ("added", "removed"):
        action: Action = "added" if section.status == "added" else "removed"
        detail["change"] = action
        if part_of := section.split_from or section.merged_into:
            detail["change"] = "split" if action == "added" else "merged"
            detail["with"] = part_of.heading
            return Draft("section", "changed", *words, first, detail)
        return Draft("section", action, *words, first, detail)
    if section.status == "moved":
        detail["change"] = "moved"
        return Draft("section", "moved", *words, lines[0], detail)
    if old and new and (blanked := _blanked(page, lines)):
        detail.update(change="blanked", heading=blanked[1] or None, level=blanked[0])
        return Draft("section", "changed", blanked[1] or None, blanked[1] or None, first, detail)
    return None


def _blanked(page: Page, lines: range) -> tuple[int, str] | None:
    """Return level and heading of the section that lost all its text and got none, if one did.

    The lead has level 0 and no heading.
    """
    shown = [page.lines[at] for at in lines]
    if not any(line.kind == "deleted" for line in shown):
        return None
    left = [line for line in shown if _is_text(line.new)]
    gone = [line.old_line for line in shown if line.kind == "deleted" and _is_text(line.old)]
    if left or not gone or gone[0] is None or not page.is_whole:
        return None
    old = page.whole_lines[0]
    top = gone[0] - 1
    while top > 0 and not text.heading(old[top - 1]):
        top -= 1
    if sum(map(_is_text, _until_heading(old, top))) != len(gone):
        return None
    heading = text.heading(old[top - 1]) if top else None
    return None if _has_text(page.whole_lines[1], heading) else heading or (0, "")


def _has_text(lines: Sequence[str], heading: tuple[int, str] | None) -> bool:
    """Tell whether text stands under a heading, None for the lead, wherever the hunks show it."""
    starts = [n + 1 for n, line in enumerate(lines) if heading and text.heading(line) == heading]
    return any(map(_is_text, _until_heading(lines, starts[0] if starts else 0)))


def _is_text(line: str | None) -> bool:
    """Tell whether a line is neither blank nor a heading."""
    return line is not None and bool(line.strip()) and text.heading(line) is None


def _until_heading(lines: Sequence[str], start: int) -> Iterator[str]:
    for line in lines[start:]:
        if text.heading(line):
            return
        yield line
