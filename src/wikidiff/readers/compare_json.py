"""`api.php?action=compare`: the desktop diff table's rows in JSON, with what the wiki knows.

Source of the format: API:Compare. The rows are in `compare["*"]` with formatversion 1, in
`compare.body` with 2, and in `compare.bodies` by slot where `slots` was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import Page, PageWarning, Revision, Revisions
from wikidiff.readers.base import Input, Marked, Meta, hidden
from wikidiff.readers.json_fields import Fields, api_error, api_warnings, wiki_error
from wikidiff.readers.unshown import final_newline, with_empty_side

NAME = "compare-json"
ABOUT = "an answer of api.php?action=compare"
EVIDENCE = "JSON with compare, or an API error"

_HIDDEN = {"texthidden": "text", "userhidden": "user", "commenthidden": "comment"}


def decline(source: Input) -> str | None:
    """Return why this is no answer to an API comparison."""
    top = source.json
    if isinstance(top, str):
        return top
    if isinstance(top.get("compare"), dict) or _is_error(top):
        return None
    return "JSON without compare"


def _is_error(top: dict[str, object]) -> bool:
    """Tell an action API's error, whatever was asked: no other reader would report it."""
    error, errors = top.get("error"), top.get("errors")
    one = errors[0] if isinstance(errors, list) and errors else error
    return isinstance(one, dict) and "code" in one and "query" not in top


def read(source: Input, *, language: str | None = None) -> Marked:
    """Read the answer; raises ReadError where it is an error's or has no diff."""
    top = source.json
    if isinstance(top, str):
        raise ReadError(source.name, top, "save the wiki's answer as it comes")
    fields = Fields(source.name, "", top)
    if error := api_error(fields):
        raise wiki_error(source.name, error)
    compare = fields.child("compare")
    warnings = (*api_warnings(fields), *_warnings(compare))
    sides = Revisions(_revision(compare, "from"), _revision(compare, "to"))
    sizes = sides.old.size, sides.new.size
    declared = None if None in sizes else (sizes[1] or 0) - (sizes[0] or 0)
    title = compare.text_or_none("totitle") or compare.text_or_none("fromtitle")
    meta = Meta(Page(title), sides, declared, language=language, warnings=warnings)
    return marked(source.name, _body(compare), meta)


def _revision(compare: Fields, side: str) -> Revision:
    return Revision(
        id=compare.number_or_none(f"{side}revid"),
        timestamp=compare.text_or_none(f"{side}timestamp"),
        user=compare.text_or_none(f"{side}user"),
        comment=compare.text_or_none(f"{side}comment"),
        size=compare.number_or_none(f"{side}size"),
    )


def _warnings(compare: Fields) -> Iterator[PageWarning]:
    """Yield what of the two revisions is hidden, and that they are of two pages."""
    for side, name in (("from", "old"), ("to", "new")):
        for flag, what in _HIDDEN.items():
            if compare.flag(f"{side}{flag}"):
                yield hidden(what, name)
    titles = compare.text_or_none("fromtitle"), compare.text_or_none("totitle")
    if None not in titles and titles[0] != titles[1]:
        yield PageWarning("two-pages", f"Revisions of two pages: {titles[0]} and {titles[1]}.")


def _body(compare: Fields) -> str:
    """Return the rows; raises ReadError where the answer was made without them."""
    for key in ("body", "*"):
        if compare.has(key):
            return compare.text(key)
    if compare.has("bodies"):
        bodies = compare.child("bodies") if compare.value["bodies"] else None
        if bodies is None or bodies.value.get("main") is False:  # no row: `{}` or `[]`, and false
            return ""
        if bodies.has("main"):
            return bodies.text("main")
        slots = ", ".join(list(bodies.value)[:5])[: limits.QUOTED_CHARS] or "none"
        raise ReadError(
            compare.source, f"no diff of the main slot, only of: {slots}", "ask with slots=main"
        )
    raise ReadError(
        compare.source,
        "the answer has no diff",
        "ask with prop=diff|diffsize|rel|ids|title|user|comment|size|timestamp",
    )


def marked(source: str, body: str, meta: Meta) -> Marked:
    """Return what the rows of a diff table show, with what their answer says besides."""
    from wikidiff.readers.desktop_html import table_runs
    from wikidiff.readers.inline_html import inline_runs

    inline = "mw-diff-inline-" in body and "diff-side-" not in body  # difftype=inline
    made = (inline_runs(body, source), "wikidiff2") if inline else table_runs(body, source)
    runs, engine = made
    if engine != "php":
        runs, more = final_newline(with_empty_side(runs), meta.declared)
        meta = meta._replace(warnings=(*meta.warnings, *more))
    meta = meta._replace(engine=engine)
    return Marked(meta, runs, "spaces" if engine == "php" else "exact")
