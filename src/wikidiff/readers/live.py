"""A live wiki, asked through its API: the two texts of an edit, or an answer as it is.

mwclient speaks to the API, over a session that waits and distrusts (`live_session`). What comes
back is read by the reader of such answers (`query_json`). Source: API:Query, API:Revisions.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from wikidiff import limits, text
from wikidiff.errors import ReadError
from wikidiff.model import Page, Revision, Revisions
from wikidiff.readers import json_fields, query_json
from wikidiff.readers.base import Meta, Pair
from wikidiff.readers.json_fields import Fields
from wikidiff.readers.live_address import Address, Which

NAME = "live-wiki"

_WHOLE = "ids|timestamp|user|comment|flags|size|content"


@dataclass(frozen=True, slots=True)
class Access:
    """How a wiki may be reached: see `live_session` for what can be `allowed`."""

    token: str | None = field(default=None, repr=False)
    allowed: frozenset[str] = frozenset()


def fetched(url: str, access: Access) -> bytes:
    """Return what stands at an address; raises ReadError."""
    made = _session(url, access).request("GET", url)
    if made.status_code >= 400:
        raise _answered(url, made.status_code)
    return bytes(made.content)


def edit(name: str, asked: Address, access: Access) -> Pair:
    """Return both texts of the edit that an address asks for, and all that is known of both.

    `name` is what messages call it. Raises ReadError where the wiki cannot be asked or has no such
    page or revision, and where a text is deleted.
    """
    wiki = Wiki(name, asked, access)
    old, new = _resolved(wiki, asked)
    found = wiki.revisions(revids="|".join(str(one) for one in (old, new) if one), rvprop=_WHOLE)
    return wiki.pair(found, old, new)


class Wiki:
    """A wiki whose API was found; `name` is what messages call the source."""

    def __init__(self, name: str, asked: Address, access: Access) -> None:
        self.name = name
        self._home = asked.home
        self.language: str | None = None
        self._site, self._script = self._found(asked, _session(asked.home, access))

    def _found(self, asked: Address, session: Any) -> tuple[Any, str]:  # noqa: ANN401
        """Return the client of the first place that has an api.php, and that place."""
        import mwclient

        logging.getLogger("mwclient").addHandler(logging.NullHandler())  # it logs whole answers
        there = urlsplit(asked.home)
        trouble: ReadError | None = None
        for script in asked.scripts:
            site = mwclient.Site(
                there.netloc,
                script,
                scheme=there.scheme,
                pool=session,
                do_init=False,
                max_retries=0,
            )
            try:
                told = self._ask(site, {"action": "query", "meta": "siteinfo"})
            except _NoApi as error:
                trouble = trouble or error
                continue
            self.language = told.child("query").child("general").text_or_none("lang")
            return site, script
        places = ", ".join(f"{script}api.php" for script in asked.scripts)
        if trouble is None or len(asked.scripts) == 1:
            raise trouble or ReadError(self.name, f"no API at {places}", "give its address")
        raise ReadError(self.name, f"no API at {places}", "give the address of api.php by --wiki")

    def ask(self, **asked: str) -> Fields:
        """Return the answer to a query; raises ReadError where it is an error."""
        return self._ask(self._site, {"action": "query", **asked})

    def _ask(self, site: Any, asked: Mapping[str, str]) -> Fields:  # noqa: ANN401
        import requests

        fixed = {"format": "json", "formatversion": "2", "maxlag": str(limits.LIVE_MAXLAG)}
        try:
            answer = site.raw_call("api", {**asked, **fixed}, http_method="GET")
        except requests.HTTPError as error:
            status = getattr(error.response, "status_code", 0)  # typed as if it might be None
            raise _answered(self.name, status) from None
        try:
            top = Fields(self.name, "", json_fields.parse(answer))
        except ValueError as error:
            told = f"its API does not answer with JSON: {error}"
            raise _NoApi(self.name, told, "check that it is a MediaWiki wiki") from None
        if trouble := json_fields.api_error(top):
            way_out = "give a --token" if "readapidenied" in trouble else "check what is asked"
            raise ReadError(self.name, f"the wiki answered with an error: {trouble}", way_out)
        return top

    def revisions(self, **asked: str) -> list[tuple[Fields, Fields]]:
        """Return (page, revision) of what a query finds; raises ReadError where it finds none."""
        return self._listed(self._revisions(asked))

    def all_revisions(self, **asked: str) -> Iterator[list[tuple[Fields, Fields]]]:
        """Yield what a query finds, answer after answer as long as the wiki has more."""
        more: dict[str, str] = {}
        while True:
            top = self._revisions({**asked, **more})
            yield self._listed(top)
            if not top.has("continue"):
                return
            told = top.child("continue")
            again = {key: told.text(key) for key in told.value}
            if again == more:
                raise ReadError(self.name, "the wiki sends the same again and again", "ask later")
            more = again

    def _revisions(self, asked: Mapping[str, str]) -> Fields:
        return self.ask(prop="revisions", rvslots="main", **asked)

    def _listed(self, top: Fields) -> list[tuple[Fields, Fields]]:
        query = top.child("query")
        if query.has("badrevids"):
            bad = ", ".join(str(one.value.get("revid")) for one in query.children("badrevids"))
            raise ReadError(self.name, f"the wiki has no such revision: {bad}", "check the ids")
        pages = query.children("pages") if query.has("pages") else []
        for page in pages:
            if page.flag("special"):
                told = f"a special page, which has no revisions: {page.text('title')!r}"
                raise ReadError(self.name, told, "give the address of a diff or of a page")
            for fault in ("missing", "invalid"):
                if page.flag(fault):
                    told = f"the wiki says that the page is {fault}: {page.text('title')!r}"
                    raise ReadError(self.name, told, "check the title")
        return [
            (page, revision)
            for page in pages
            for revision in (page.children("revisions") if page.has("revisions") else [])
        ]

    def pair(self, found: Iterable[tuple[Fields, Fields]], old: int | None, new: int) -> Pair:
        """Return the two texts of revisions that were found; `old` None is a page not yet there."""
        by_id = {revision.number("revid"): (page, revision) for page, revision in found}
        for wanted in (old, new):
            if wanted is not None and wanted not in by_id:
                raise ReadError(self.name, f"the wiki did not send revision {wanted}", "ask again")
        before = by_id[old][1] if old is not None else None
        page, after = by_id[new]
        texts = query_json.content(before) if before else "", query_json.content(after)
        sides = Revisions(
            query_json.revision_of(before) if before else Revision(size=0),
            query_json.revision_of(after),
        )
        title = page.text("title")
        made = Page(title, self.address_of(title, old, new))
        declared = text.size(texts[1]) - text.size(texts[0])
        return Pair(Meta(made, sides, declared, language=self.language), *texts)

    def address_of(self, title: str, old: int | None, new: int) -> str:
        """Return the address of an edit's page."""
        words = quote(title.replace(" ", "_"), safe="/:")
        query = f"title={words}&diff={new}&oldid={old or 'prev'}"
        return f"{self._home}{self._script}index.php?{query}"

    def history_of(self, title: str) -> str:
        """Return the address of a page's history."""
        words = quote(title.replace(" ", "_"), safe="/:")
        return f"{self._home}{self._script}index.php?title={words}&action=history"


class _NoApi(ReadError):
    """There is nothing like an API at an address."""


def _resolved(wiki: Wiki, asked: Address) -> tuple[int | None, int]:
    """Return the ids of both revisions; None for the old one of a page just made."""
    new: Which = asked.new or "cur"
    old: Which = asked.old or "prev"
    if isinstance(old, int) and isinstance(new, str):
        page, _ = _one(wiki, wiki.revisions(revids=str(old), rvprop="ids"))
        number = str(page.number("pageid"))
        if new == "cur":
            latest = wiki.revisions(pageids=number, rvprop="ids", rvlimit="1")
            return old, _one(wiki, latest)[1].number("revid")
        both = {"rvstartid": str(old), "rvdir": "newer", "rvlimit": "2"}
        later = wiki.revisions(pageids=number, rvprop="ids", **both)
        if len(later) < 2:
            raise ReadError(wiki.name, f"no revision after {old}", "choose an earlier one")
        return old, later[1][1].number("revid")
    if isinstance(old, int) and isinstance(new, int):
        return old, new
    if isinstance(new, int):
        found = wiki.revisions(revids=str(new), rvprop="ids")
    elif asked.title:
        found = wiki.revisions(titles=asked.title, rvprop="ids", rvlimit="1")
    else:
        raise ReadError(wiki.name, "names no page", "give its title or a revision's id")
    revision = _one(wiki, found)[1]
    return revision.number("parentid") or None, revision.number("revid")


def _one(wiki: Wiki, found: list[tuple[Fields, Fields]]) -> tuple[Fields, Fields]:
    if not found:
        raise ReadError(wiki.name, "the wiki has no such page or revision", "check the address")
    return found[0]


def _answered(name: str, status: int) -> ReadError:
    way_out = {401: "give a --token", 403: "give a --token", 404: "check the address"}
    kind = _NoApi if status in (404, 405, 410) else ReadError
    return kind(name, f"the wiki answered with status {status}", way_out.get(status, "ask later"))


def _session(home: str, access: Access) -> Any:  # noqa: ANN401 - of an extra's library
    try:
        import mwclient  # noqa: F401 - both are needed, and come together

        from wikidiff.readers.live_session import Session
    except ImportError:
        way_out = "pip install 'wikidiff[wiki]'"
        raise ReadError(home, "live wikis need an extra", way_out) from None
    return Session(home, token=access.token, allowed=access.allowed)
