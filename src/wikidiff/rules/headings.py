"""W101 to W105, W111: headings and links to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wikidiff.rules.base import Hit, edit_rule, text_rule
from wikidiff.rules.edit import Edit, Side
from wikidiff.rules.passage import MASK

_LINE = re.compile(r"^=[^\n]*=(?=[ \t\x00]*$)", re.MULTILINE)
_DEEPEST = 6  # equal signs of a heading; more of them are a line that was drawn
_EMPTY = re.compile(r"^(?:={2,6}[ \t]+={2,6}|====)(?=[ \t]*$)", re.MULTILINE)
_TRAILING = re.compile(
    r"^(={2,6})(?!=)[^=\n]{1,300}(?<!=)\1(?!=)[ \t]*(?P<rest>[^\s=\x00][^\n=]*)$", re.MULTILINE
)


@text_rule("W101", "heading-unequal", fixable=True, signs=("=",))
def unequal(side: Side) -> Iterator[Hit]:
    """A heading has more equal signs on one end than on the other.

    MediaWiki takes the shorter end for the level and shows the other end's signs as text, so the
    heading gets a level that was not meant and an anchor that nobody links to.

    Ignore it where a heading's text is to begin or end with an equal sign.

    Old:
        The mole is long.
    Bad:
        === Harbour ==
        The mole is long.
    Good:
        == Harbour ==
        The mole is long.
    """
    for span in side.find(_LINE) if _has_heading(side) else ():
        line = span.match[0]
        text = line.strip("=")
        left = len(line) - len(line.lstrip("="))
        right = len(line) - len(line.rstrip("="))
        if left == right or not text.strip() or max(left, right) > _DEEPEST:
            continue
        signs = "=" * min(left, right)
        fixed = None if MASK in text else f"{signs}{text}{signs}"
        message = f"heading has {left} equal signs before it and {right} after it"
        yield side.hit(span, message, fix=fixed)


@text_rule("W102", "heading-level-skipped", "info", default=False, local=False, signs=("=",))
def level_skipped(side: Side) -> Iterator[Hit]:
    """A heading is more than one level below the heading above it.

    The table of contents and screen readers then show a level that holds nothing. Many wikis do
    not mind, so the rule is off by default.

    Old:
        == Harbour ==
        The mole is long.
    Bad:
        == Harbour ==
        The mole is long.
        ==== Depth ====
        It is deep.
    Good:
        == Harbour ==
        The mole is long.
        === Depth ===
        It is deep.
    """
    if not _touches_heading(side):
        return
    above = None
    for number, heading in side.outline.headings.items():
        if above is not None and heading.level > above + 1:
            message = f"heading of level {heading.level} under one of level {above}"
            yield Hit(side.line_place(number), message, f"{heading.text}\0{above}")
        above = heading.level


@text_rule("W103", "heading-empty", signs=("=",))
def empty(side: Side) -> Iterator[Hit]:
    """A heading has no text.

    It shows as an empty line with an edit link, or as equal signs.

    Old:
        The mole is long.
    Bad:
        == ==
        The mole is long.
    Good:
        == Harbour ==
        The mole is long.
    """
    for span in side.find(_EMPTY) if _has_heading(side) else ():
        yield side.hit(span, "heading without a text")


@text_rule("W104", "heading-duplicate", local=False, signs=("=",))
def duplicate(side: Side) -> Iterator[Hit]:
    """Two sections beside each other have the same heading.

    Links to the heading reach the first one only, and an edit summary does not tell which one is
    meant. Usually a section was pasted twice. Headings of the same text under different parents
    are not told.

    Old:
        == Harbour ==
        The mole is long.
    Bad:
        == Harbour ==
        The mole is long.
        == Harbour ==
        The mole is long.
    Good:
        == Harbour ==
        The mole is long.
        == Quay ==
        The quay is short.
    """
    if not _touches_heading(side):
        return
    seen: dict[tuple[str, ...], int] = {}
    path: list[tuple[int, str]] = []
    for number, heading in side.outline.headings.items():
        while path and path[-1][0] >= heading.level:
            path.pop()
        path.append((heading.level, heading.text))
        key = tuple(f"{level} {text}" for level, text in path)
        if not heading.text or key not in seen:
            seen[key] = number
            continue
        message = f"heading “{heading.text}” stands on line {seen[key]} too"
        yield Hit(side.line_place(number), message, "\0".join(key))


def _touches_heading(side: Side) -> bool:
    """Tell whether a line looked at on either side may be a heading."""
    return _has_heading(side.edit.new) or _has_heading(side.edit.old)


def _has_heading(side: Side) -> bool:
    if side.edit.joins_lines:
        return False
    return "\n=" in side.touched or side.touched.startswith("=")


@edit_rule("W105", "anchor-dangling")
def dangling(edit: Edit) -> Iterator[Hit]:
    """A heading that is linked to on the page was renamed or removed.

    The link then leads to the page's top. Links from other pages cannot be seen here; a template
    for anchors, where the wiki has one, keeps both kinds alive.

    Old:
        See [[#Harbour]].
        == Harbour ==
        The mole is long.
    Bad:
        See [[#Harbour]].
        == Old harbour ==
        The mole is long.
    Good:
        See [[#Old harbour]].
        == Old harbour ==
        The mole is long.
    """
    for change in edit.changes:
        links = change.detail.get("dangling_links") if change.kind == "heading" else None
        if links and change.detail["whole_page"]:
            count = f"{len(links)} links lead" if len(links) > 1 else "a link leads"
            message = f"{count} to the heading “{change.old}”, which is there no more: {links[0]}"
            yield Hit(edit.place(change), message, str(change.old))


@text_rule("W111", "heading-trailing-text", signs=("=",))
def trailing(side: Side) -> Iterator[Hit]:
    """Text follows a heading on its line.

    MediaWiki then takes the whole line for text and shows the equal signs. Only comments may
    follow.

    Old:
        The mole is long.
    Bad:
        == Harbour == The mole is long.
    Good:
        == Harbour ==
        The mole is long.
    """
    for span in side.find(_TRAILING) if _has_heading(side) else ():
        yield side.hit(span, f"no heading: “{_cut(span.match['rest'])}” follows its equal signs")


def _cut(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
