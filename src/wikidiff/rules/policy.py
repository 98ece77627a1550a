"""W601 to W609: what a wiki asks for. Off by default, and silent until configured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from wikidiff.markup.names import fold
from wikidiff.markup.nodes import first_part
from wikidiff.rules.base import Hit, edit_rule, text_rule
from wikidiff.rules.edit import Edit, Side, Span
from wikidiff.rules.passage import Passage
from wikidiff.rules.urls import host_of, urls
from wikidiff.rules.wording import links_of


@text_rule("W601", "word-avoided", default=False)
def word(side: Side, *, words: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A word to avoid was used.

    Options:
        words: words or phrases; case does not count, `*` stands for letters

    Settings:
        words = ["very unique", "obvious*"]
    Old:
        The mole is long.
    Bad:
        The mole is very unique.
    Good:
        The mole is unlike others.
    """
    if not words:
        return
    inner = "|".join(re.escape(w).replace(r"\*", r"\w*") for w in words)
    for span in side.find(re.compile(rf"(?<!\w)(?:{inner})(?!\w)", re.IGNORECASE), "prose"):
        yield side.hit(span, f"“{span.match[0]}” is a word to avoid")


@edit_rule("W602", "template-missing", default=False)
def template_missing(edit: Edit, *, templates: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A template that each page must have is not there after the edit.

    Options:
        templates: names of templates

    Settings:
        templates = ["Infobox port"]
    Old:
        {{Infobox port}}
        The mole is long.
    Bad:
        The mole is long.
    Good:
        {{Infobox port}}
        The mole is very long.
    """
    yield from _missing(edit, templates, _template_names, "template")


@edit_rule("W603", "section-missing", default=False)
def section_missing(edit: Edit, *, sections: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A section that each page must have is not there after the edit.

    Options:
        sections: texts of headings

    Settings:
        sections = ["References"]
    Old:
        The mole is long.
        == References ==
    Bad:
        The mole is long.
    Good:
        The mole is very long.
        == References ==
    """

    def headings(side: Side) -> list[str]:
        return [heading.text for heading in side.outline.headings.values()]

    yield from _missing(edit, sections, headings, "section")


@edit_rule("W604", "category-missing", default=False)
def category_missing(edit: Edit, *, categories: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A category that each page must have is not there after the edit.

    Options:
        categories: names of categories, `*` for any

    Settings:
        categories = ["*"]
    Old:
        The mole is long.
        [[Category:Ports]]
    Bad:
        The mole is long.
    Good:
        The mole is long.
        [[Category:Moles]]
    """

    def names(side: Side) -> list[str]:
        found = links_of(side.page or "", side.names, "category")
        return [target.partition(":")[2].strip() for _, _, target in found]

    yield from _missing(edit, categories, names, "category")


def _missing(edit: Edit, wanted: Sequence[str], names: object, what: str) -> Iterator[Hit]:
    """Yield what must be on the new page and is not; only whole pages with a text are judged."""
    if not wanted or not (edit.new.page or "").strip() or not callable(names):
        return
    there = [fold(name) for name in names(edit.new)]
    for name in wanted:
        if not any(fnmatchcase(found, fold(name)) for found in there):
            yield Hit(edit.first_place, f"the page has no {what} “{name}”", name)


def _template_names(side: Side) -> list[str]:
    page = side.page or ""
    tree = Passage(page, {}, 1, whole=True).tree
    return [page[slice(*first_part(page, n))] for n in tree.walk() if n.form == "template"]


@text_rule("W605", "template-forbidden", default=False)
def template_forbidden(side: Side, *, templates: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A template was used that pages must not have.

    Options:
        templates: names of templates, `*` for any letters

    Settings:
        templates = ["Under construction"]
    Old:
        The mole is long.
    Bad:
        {{Under construction}}
        The mole is long.
    Good:
        {{Infobox port}}
        The mole is long.
    """
    if not templates or not side.has("{{"):
        return
    unwanted = [fold(name) for name in templates]
    for passage in side.passages:
        for node in passage.tree.walk():
            if node.form != "template" or not passage.is_looked_at(node.start):
                continue
            name = fold(passage.source[slice(*first_part(passage.source, node))])
            if any(fnmatchcase(name, pattern) for pattern in unwanted):
                place = side.place(passage, node.start, node.end)
                yield Hit(place, f"template “{name}” must not be used", name)


@text_rule("W606", "link-denied", default=False)
def link_denied(side: Side, *, domains: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A link leads to a site that must not be linked to.

    Options:
        domains: names of sites; those under them count too

    Settings:
        domains = ["example.net"]
    Old:
        The mole is long.
    Bad:
        See [https://www.example.net/survey the survey].
    Good:
        See [https://www.example.org/survey the survey].
    """
    for span, host in _linked(side, domains, under=True):
        yield side.hit(span, f"links to {host} are not wanted", key=host)


@text_rule("W607", "link-not-allowed", default=False)
def link_not_allowed(side: Side, *, domains: tuple[str, ...] = ()) -> Iterator[Hit]:
    """A link leads to a site that is not on the list of those allowed.

    Options:
        domains: names of sites; those under them count too

    Settings:
        domains = ["example.org"]
    Old:
        The mole is long.
    Bad:
        See [https://www.example.net/survey the survey].
    Good:
        See [https://www.example.org/survey the survey].
    """
    for span, host in _linked(side, domains, under=False):
        yield side.hit(span, f"{host} is not on the list of allowed sites", key=host)


def _linked(side: Side, domains: tuple[str, ...], *, under: bool) -> Iterator[tuple[Span, str]]:
    """Yield the addresses, with their hosts, that are `under` some domains or not; none without."""
    for span in urls(side) if domains else ():
        host = host_of(span.match[0])
        if _is_under(host, domains) == under:
            yield span, host


def _is_under(host: str, domains: Sequence[str]) -> bool:
    host = host.lower()
    return any(host == name or host.endswith(f".{name}") for name in map(str.lower, domains))


@text_rule("W608", "line-too-long", "info", default=False)
def line_too_long(side: Side, *, most: int = 2000) -> Iterator[Hit]:
    """A line is longer than it may be.

    For wikis kept in git, where a paragraph of one line makes changes hard to read.

    Options:
        most: code points that a line may have

    Settings:
        most = 20
    Old:
        The mole is long.
    Bad:
        The mole is long, and the quay is short.
    Good:
        The mole is long,
        the quay is short.
    """
    for passage in side.passages:
        for start, end in side.spans(passage):
            if end - start > most:
                place = side.place(passage, start + most, end)
                yield Hit(place, f"line of {end - start:,} characters, {most:,} allowed", "long")


@edit_rule("W609", "summary-missing", "info", default=False)
def summary_missing(edit: Edit) -> Iterator[Hit]:
    """The edit has no summary.

    Told only where the source has a place for a summary: two texts have none.

    Edit:
        comment:
    Old:
        The mole is long.
    Bad:
        The mole is very long.
    Good:
        The mole is long.
    """
    comment = edit.document.revisions.new.comment
    missing = comment is not None and not re.sub(r"/\*.*?\*/", "", comment).strip()
    if missing and edit.document.differs:
        yield Hit(edit.first_place, "the edit has no summary", "summary")
