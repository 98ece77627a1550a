"""`api.php?action=query&prop=revisions`: two revisions' content, or one with `rvdiffto`.

Source of the format: API:Revisions. The content stands in `slots.main` (`rvslots`), before
MediaWiki 1.32 in the revision itself, under "content" or (`formatversion=1`) "*".
"""

from __future__ import annotations

from collections.abc import Sequence

from wikidiff.errors import ReadError
from wikidiff.model import Page, PageWarning, Revision, Revisions
from wikidiff.past import Content, History, Past, parent
from wikidiff.readers import selection
from wikidiff.readers.base import Input, Marked, Meta, Pair, hidden, told_delta
from wikidiff.readers.json_fields import Fields, api_error, api_warnings, wiki_error

NAME = "query-json"
ABOUT = "an answer of api.php?action=query with two revisions' content, or with rvdiffto"
EVIDENCE = "JSON with query.pages"
SELECTS = ("page", "revisions")


def decline(source: Input) -> str | None:
    """Return why this is no answer to an API query."""
    top = source.json
    if isinstance(top, str):
        return top
    return None if isinstance(top.get("query"), dict) else "JSON without query"


def read(
    source: Input,
    *,
    language: str | None = None,
    page: str | None = None,
    revisions: str | None = None,
) -> Pair | Marked:
    """Read the answer; `page` and `revisions` choose where there are several.

    Raises ReadError where the answer tells an error, or has no two texts and no diff.
    """
    top = source.json
    if isinstance(top, str):
        raise ReadError(source.name, top, "save the wiki's answer as it comes")
    fields = Fields(source.name, "", top)
    if error := api_error(fields):
        raise wiki_error(source.name, error)
    wanted = selection.wanted(source.name, revisions)
    chosen = page_of(fields, page)
    meta = Meta(Page(chosen.text("title")), language=language, warnings=api_warnings(fields))
    found = chosen.children("revisions") if chosen.has("revisions") else []
    with_diff = [revision for revision in found if revision.has("diff")]
    if wanted is None and len(with_diff) == 1:
        return _diff(with_diff[0], meta)
    old, new = _two(chosen, found, wanted)
    texts = content(old), content(new)
    sides = Revisions(revision_of(old), revision_of(new))
    warnings = (*meta.warnings, *_hidden(old, "old"), *_hidden(new, "new"))
    declared = told_delta(sides, *texts)
    return Pair(meta._replace(revisions=sides, declared=declared, warnings=warnings), *texts)


def _hidden(revision: Fields, side: str) -> list[PageWarning]:
    return [hidden(what, side) for what in ("user", "comment") if revision.flag(f"{what}hidden")]


def page_of(top: Fields, title: str | None) -> Fields:
    """Return the one page of the answer, or the one asked for."""
    query = top.child("query")
    if query.has("badrevids"):
        numbers = ", ".join(str(one.value.get("revid")) for one in query.children("badrevids")[:5])
        raise ReadError(top.source, f"the wiki has no such revision: {numbers}", "check the ids")
    pages = query.children("pages") if query.has("pages") else []
    titles = [page.text("title") for page in pages if page.has("title")]
    if title is not None:
        pages = [page for page in pages if selection.same_title(title, page.text("title"))]
        if not pages:
            raise ReadError(top.source, f"no page {title!r}", f"it has: {', '.join(titles[:5])}")
    if not pages:
        raise ReadError(top.source, "the answer has no page", "ask with prop=revisions")
    if len(pages) > 1:
        raise selection.several(top.source, titles)
    for fault in ("missing", "invalid"):
        if pages[0].flag(fault):
            told = f"the wiki says that the page is {fault}"
            raise ReadError(top.source, told, "check the title")
    return pages[0]


def _two(
    page: Fields, found: Sequence[Fields], wanted: selection.Wanted | None
) -> tuple[Fields, Fields]:
    """Return the old and the new revision: the two that there are, or those asked for."""
    ordered = sorted(found, key=place)
    if wanted is None:
        if len(ordered) != 2:
            count = "no revision" if not ordered else f"{len(ordered)} revisions"
            count = "one revision" if len(ordered) == 1 else count
            raise selection.not_two(page.source, page.text("title"), count)
        return ordered[0], ordered[1]
    ids = [revision.number("revid") for revision in ordered]
    new = _index(page.source, ids, wanted.new)
    old = new - 1 if wanted.old == "prev" else _index(page.source, ids, wanted.old)
    if old < 0:
        raise ReadError(page.source, f"no revision before {ids[new]} here", "choose a later one")
    return ordered[old], ordered[new]


def place(revision: Fields) -> tuple[str, int]:
    """Return what orders a page's revisions: time, then id."""
    return revision.text_or_none("timestamp") or "", revision.number_or_none("revid") or 0


def _index(source: str, ids: Sequence[int], name: int | str) -> int:
    if name == "first" and ids:
        return 0
    if name == "last" and ids:
        return len(ids) - 1
    if isinstance(name, int) and name in ids:
        return ids.index(name)
    there = ", ".join(map(str, ids[:5])) or "none"
    raise ReadError(source, f"no revision {name} here", f"choose of these: {there}")


def revision_of(fields: Fields) -> Revision:
    """Return what the answer tells of a revision; what is hidden there is None."""
    return Revision(
        id=fields.number_or_none("revid"),
        timestamp=fields.text_or_none("timestamp"),
        user=fields.text_or_none("user"),
        comment=fields.text_or_none("comment"),
        minor=fields.flag("minor") if fields.has("minor") else None,
        size=fields.number_or_none("size"),
    )


def content(revision: Fields) -> str:
    """Return a revision's wikitext; raises ReadError where it is hidden or was not asked for."""
    found = content_or_none(revision)
    if found is None:
        number = revision.number_or_none("revid")
        told = f"the text of revision {number} is deleted or missing"
        raise ReadError(revision.source, told, "choose other revisions")
    return found


def content_or_none(revision: Fields) -> str | None:
    """Return a revision's wikitext, None where it is hidden; raises ReadError as `content` does."""
    slot = revision
    if revision.has("slots"):
        slot = revision.child("slots").child("main")
    for key in ("content", "*"):
        if slot.has(key):
            return slot.text(key)
    if any(where.flag(key) for where in (slot, revision) for key in ("texthidden", "textmissing")):
        return None
    raise ReadError(
        revision.source,
        f"the answer has no text of revision {revision.number_or_none('revid')}",
        "ask with rvprop=ids|timestamp|user|comment|flags|size|content&rvslots=main",
    )


def history(source: Input, *, language: str | None = None, page: str | None = None) -> History:
    """Return the history that an answer with any number of revisions of a page holds.

    Raises ReadError as `read` does; a hidden text is None.
    """
    top = source.json
    if isinstance(top, str):
        raise ReadError(source.name, top, "save the wiki's answer as it comes")
    fields = Fields(source.name, "", top)
    if error := api_error(fields):
        raise wiki_error(source.name, error)
    chosen = page_of(fields, page)
    found = sorted(chosen.children("revisions") if chosen.has("revisions") else [], key=place)
    made = Page(chosen.text("title"))
    pasts = (_past(one, is_first=at == 0) for at, one in enumerate(found))
    return History(source.name, NAME, made, pasts, language=language, count=len(found))


def _past(revision: Fields, *, is_first: bool) -> Past:
    told = revision_of(revision)
    text_or_none = content_or_none(revision)
    hidden = {name for name in ("user", "comment") if revision.flag(f"{name}hidden")}
    hidden |= {"text"} if text_or_none is None else set()
    content = Content.of(text_or_none, f"revision {told.id}" if text_or_none is None else "")
    base = parent(revision.number_or_none("parentid")) if is_first else None
    return Past(told, content, base, hidden=frozenset(hidden))


def _diff(revision: Fields, meta: Meta) -> Marked:
    """Return the diff that `rvdiffto` put beside a revision; which of the two is new, it tells."""
    from wikidiff.readers.compare_json import marked

    diff = revision.child("diff")
    numbers = diff.number_or_none("from"), diff.number_or_none("to")
    told = revision_of(revision)
    sides = [told if told.id == number else Revision(id=number) for number in numbers]
    for key in ("body", "*"):
        if diff.has(key):
            return marked(diff.source, diff.text(key), meta._replace(revisions=Revisions(*sides)))
    raise ReadError(
        revision.source,
        "the answer has no diff: the wiki could not make it",
        "ask again, or with action=compare",
    )
