"""A page's history on a live wiki: the heads of all its revisions, then the texts asked for.

Heads come 500 a request, texts by id in batches, each about as large as MediaWiki answers at once.
Source: API:Revisions, API:Continue, $wgAPIMaxResultSize.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import Page
from wikidiff.past import Content, History, Past
from wikidiff.readers import query_json
from wikidiff.readers.json_fields import Fields
from wikidiff.readers.live import NAME, Access, Wiki
from wikidiff.readers.live_address import Address

_HEADS = "ids|timestamp|user|comment|flags|size|sha1"
_IDS = 50  # of one request, for those without higher limits


def history(name: str, asked: Address, access: Access) -> History:
    """Return the history of the page that an address names, or of which it shows an edit.

    Raises ReadError where the wiki cannot be asked, or has no such page, and where a text that is
    asked for cannot be had.
    """
    wiki = Wiki(name, asked, access)
    page, heads = _heads(wiki, _which(wiki, asked))
    texts = _Texts(wiki, heads)
    pasts = (_past(head, texts, at) for at, head in enumerate(heads))
    title = page.text("title")
    made = Page(title, wiki.history_of(title))
    return History(name, NAME, made, pasts, language=wiki.language, count=len(heads))


def _which(wiki: Wiki, asked: Address) -> dict[str, str]:
    """Return how a query names the page: by its title, or by a revision of it."""
    revision = next((one for one in (asked.new, asked.old) if isinstance(one, int)), None)
    if revision is None:
        if asked.title is None:
            raise ReadError(wiki.name, "names no page", "give its title or a revision's id")
        return {"titles": asked.title}
    found = wiki.revisions(revids=str(revision), rvprop="ids")
    if not found:
        raise ReadError(wiki.name, "the wiki has no such revision", "check the address")
    return {"pageids": str(found[0][0].number("pageid"))}


def _heads(wiki: Wiki, which: dict[str, str]) -> tuple[Fields, list[Fields]]:
    """Return the page and the heads of its revisions, the oldest first."""
    asked = {**which, "rvprop": _HEADS, "rvlimit": str(limits.LIVE_HEADS), "rvdir": "newer"}
    heads: list[Fields] = []
    page: Fields | None = None
    for found in wiki.all_revisions(**asked):
        for page_of, head in found:
            page = page_of
            heads.append(head)
        if len(heads) > limits.LIVE_REVISIONS:
            told = f"has more than {limits.LIVE_REVISIONS:,} revisions"
            raise ReadError(wiki.name, told, "take an export or a dump of it")
    if page is None:
        raise ReadError(wiki.name, "the wiki has no such page", "check the title")
    return page, heads


def _past(head: Fields, texts: _Texts, at: int) -> Past:
    hidden = {
        name for name in ("user", "comment", "text", "sha1") if head.flag(f"{name}hidden")
    } | ({"text"} if head.flag("suppressed") and not head.has("sha1") else set())
    told = query_json.revision_of(head)
    key = head.text_or_none("sha1") or f"revision {told.id}"
    hidden = {"text" if name == "sha1" else name for name in hidden}
    return Past(told, Content(key, lambda: texts.text(at)), hidden=frozenset(hidden))


@dataclass(slots=True)
class _Texts:
    """The texts of revisions by their place, had in batches as they are asked for in order."""

    wiki: Wiki
    heads: Sequence[Fields]
    had: dict[int, str | None] = field(default_factory=dict)

    def text(self, at: int) -> str | None:
        """Return a revision's text, None where it is hidden."""
        if at not in self.had:
            self.had = {}
            for id_and_text in self._batch(at):
                self.had.update([id_and_text])
        if at not in self.had:
            number = self.heads[at].number("revid")
            raise ReadError(self.wiki.name, f"the wiki did not send revision {number}", "ask again")
        return self.had.pop(at)

    def _batch(self, at: int) -> Iterator[tuple[int, str | None]]:
        """Yield the texts from a place on, as many as one answer holds."""
        wanted: dict[int, int] = {}
        size = 0
        for place in range(at, min(at + _IDS, len(self.heads))):
            size += self.heads[place].number_or_none("size") or 0
            if wanted and size > limits.LIVE_BATCH_BYTES:
                break
            wanted[self.heads[place].number("revid")] = place
        ids = "|".join(map(str, wanted))
        for _, one in self.wiki.revisions(revids=ids, rvprop="ids|content"):
            place_of = wanted.get(one.number("revid"))
            if place_of is not None:
                yield place_of, query_json.content_or_none(one)
