"""W301 to W305: references and what they are of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from wikidiff.markup.units import attributes
from wikidiff.rules.base import Hit, edit_rule, text_rule
from wikidiff.rules.edit import Edit, Side

_REF = re.compile(r"<ref(?=[\s/>])([^<>]*)>", re.IGNORECASE)
_END = re.compile(r"</ref\s*>", re.IGNORECASE)
_EMPTY = re.compile(r"<ref(?:\s[^<>/]*)?>\s*</ref\s*>", re.IGNORECASE)
_BARE = re.compile(r"<ref(?:\s[^<>/]*)?>\s*\[?(?:https?|ftp)://[^\s\[\]<>]+\]?\s*</ref\s*>", re.I)
_WORDS_BEFORE = 30  # code points before a reference by which its claim is known again


@dataclass(frozen=True, slots=True)
class Reference:
    """A `<ref>` of a page; `content` is None where it is only used."""

    start: int
    end: int
    name: str
    group: str
    content: str | None


_OPENER = re.compile(r"<(?:!--|nowiki>|ref(?=[\s/>])([^<>]*)>)", re.IGNORECASE)
_CLOSERS = {"<!--": re.compile("-->"), "<nowiki>": re.compile("</nowiki>", re.IGNORECASE)}


def references(page: str, names: Collection[str]) -> Iterator[Reference]:
    """Yield the references of some names, in linear time; not those in comments and nowiki."""
    at, closes = 0, True
    while match := _OPENER.search(page, at):
        at = match.end()
        if match[1] is None:
            end = _CLOSERS[match[0].lower()].search(page, at)
            if match[0] == "<!--" or end:
                at = end.end() if end else len(page)
            continue
        told = attributes(match[0]) if any(name in match[1] for name in names) else {}
        content = None
        if not match[1].rstrip().endswith("/") and closes:
            end = _END.search(page, at)
            closes = end is not None
            if end:
                content = page[at : end.start()]
                at = end.end()
        name, group = (told.get(key, "").strip() for key in ("name", "group"))
        if name in names:
            yield Reference(match.start(), at, name, group, content)


def _named(side: Side) -> list[Reference]:
    """Return the named references of the page whose names the touched lines of either side have.

    Of a page that is not whole, none.
    """
    if side.page is None or not side.edit.has("<ref"):
        return []
    edit = side.edit
    if "names" not in edit.memo:
        both = (match[0] for s in (edit.old, edit.new) for match in _REF.finditer(s.touched))
        named = (attributes(tag) for tag in both if "name" in tag.lower())
        edit.memo["names"] = {told.get("name", "").strip() for told in named} - {""}
    names: set[str] = edit.memo["names"]
    if names and "references" not in side.memo:
        side.memo["references"] = list(references(side.page, names))
    found: list[Reference] = side.memo.get("references", [])
    return found


@edit_rule("W301", "reference-removed")
def removed(edit: Edit) -> Iterator[Hit]:
    """A reference was removed and the words that it stood behind were not.

    The claim is still there and nothing says any more where it comes from. It is not told where
    the line got another reference in its place.

    Old:
        The mole was built in 1956 by hand.<ref>Port book, p. 3</ref> It is long.
    Bad:
        The mole was built in 1956 by hand. It is long.
    Good:
        It is long.
    """
    for change in edit.changes:
        if change.kind != "reference" or change.action != "removed":
            continue
        line = edit.lines[change.line]
        if line.old is None or line.new is None or not change.old:
            continue
        if change.detail["inside"] or len(_REF.findall(line.new)) >= len(_REF.findall(line.old)):
            continue
        place = edit.place(change)
        claim = _REF.split(line.old[: place.start])[-1].rpartition(">")[2]
        claim = claim.strip()[-_WORDS_BEFORE:]
        if len(claim) >= _WORDS_BEFORE // 2 and claim in line.new:
            yield Hit(place, f"reference removed behind “…{claim}”", change.old)


@text_rule("W302", "reference-undefined", "error", local=False, signs=("<ref",))
def undefined(side: Side) -> Iterator[Hit]:
    """A named reference is used and nowhere defined.

    The page then shows an error in place of the footnote. Most often the definition was removed
    with the sentence in which it stood. Only whole pages are looked at.

    One that a template may define (`{{refn|name=port|…}}`, `{{#tag:ref|…|name=port}}`) is not told.

    Old:
        It is long.<ref name="port">Port book</ref> It is deep.<ref name="port" />
        <references />
    Bad:
        It is deep.<ref name="port" />
        <references />
    Good:
        It is deep.<ref name="port">Port book</ref>
        <references />
    """
    found = _named(side)
    defined = {ref.name for ref in found if (ref.content or "").strip()}
    for ref in found:
        if ref.name not in defined and not _is_parameter(side.page or "", ref.name):
            place = side.page_place(ref.start, ref.end)
            yield Hit(place, f"reference “{ref.name}” is not defined", ref.name)


def _is_parameter(page: str, name: str) -> bool:
    """Tell whether a template has a parameter `name` of that value: it may define the reference."""
    return bool(re.search(rf"\|\s*name\s*=\s*[\"']?{re.escape(name)}", page))


@text_rule("W303", "reference-redefined", "error", local=False, signs=("<ref",))
def redefined(side: Side) -> Iterator[Hit]:
    """Two references of one name have different contents.

    The page shows an error, and one of the two sources is lost.

    Old:
        It is long.<ref name="port">Port book</ref>
        <references />
    Bad:
        It is long.<ref name="port">Port book</ref> It is deep.<ref name="port">Chart</ref>
        <references />
    Good:
        It is long.<ref name="port">Port book</ref> It is deep.<ref name="chart">Chart</ref>
        <references />
    """
    first: dict[tuple[str, str], str] = {}
    for ref in _named(side):
        content = (ref.content or "").strip()
        if not content:
            continue
        known = first.setdefault((ref.group, ref.name), content)
        if known != content:
            place = side.page_place(ref.start, ref.end)
            yield Hit(place, f"reference “{ref.name}” is defined twice", ref.name)


@text_rule("W304", "reference-bare", "info", default=False, signs=("<ref",))
def bare(side: Side) -> Iterator[Hit]:
    """A reference is a URL and nothing else.

    When the page behind it goes, nobody can tell what it was. Many wikis live with them, so the
    rule is off by default.

    Old:
        The mole is long.
    Bad:
        The mole is long.<ref>https://example.org/survey</ref>
    Good:
        The mole is long.<ref>[https://example.org/survey Survey of the mole], 1956</ref>
    """
    for span in side.find(_BARE):
        yield side.hit(span, "reference with nothing but a URL")


@text_rule("W305", "reference-empty", "error", signs=("<ref",))
def empty(side: Side) -> Iterator[Hit]:
    """A reference has no content.

    The page shows an error in place of the footnote.

    Old:
        The mole is long.
    Bad:
        The mole is long.<ref></ref>
    Good:
        The mole is long.<ref>Port book</ref>
    """
    for span in side.find(_EMPTY):
        if "name" not in span.match[0] or not _is_named(span.match[0]):
            yield side.hit(span, "reference without a content")


def _is_named(tag: str) -> bool:
    return bool(attributes(tag[: tag.find(">") + 1]).get("name"))
