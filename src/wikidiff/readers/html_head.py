"""What an HTML diff page says besides its lines: both revisions, title, address, byte delta.

Sources: MediaWiki's DifferenceEngine (`mw-diff-otitle1` to 5 and `mw-diff-ntitle1` to 5) and
MobileFrontend's SpecialMobileDiff (`mw-mf-diff-info` and its neighbours; ids before 2020).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from wikidiff import limits
from wikidiff.model import Page, PageWarning, Revision, Revisions
from wikidiff.readers.addresses import stored
from wikidiff.readers.base import Meta, hidden, revisions_between
from wikidiff.readers.html_comment import comment_text, urlsplit_or_none
from wikidiff.readers.html_element import Element, words
from wikidiff.readers.html_page import Page as HtmlPage
from wikidiff.readers.localised import Language, fold, languages

_CONFIG = re.compile(r'"(?:[^"\\]|\\.){0,1000}"|\d{1,15}')
_STAMP = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)T?(\d\d):?(\d\d):?(\d\d)Z?")
_COMMAS = ",\u060c\u3001 "
_HEADING = re.compile(r"(?s)<h1\b[^<>]{0,400}>(.{0,600}?)</h1>")
_TAG = re.compile(r"<[^<>]*>")
_CANONICAL = re.compile(r"<link\b[^<>]{0,4000}\brel=\"canonical\"[^<>]{0,4000}>")
_API = re.compile(r"<link\b[^<>]{0,4000}\brel=\"EditURI\"[^<>]{0,4000}>")
_HREF = re.compile(r"\shref=\"([^\"<>]{0,4000})\"")
_SAVED_SIGN = "<!-- saved from url="
_SAVED = re.compile(r"<!-- saved from url=\(\d{1,6}\)(\S{1,4000})")
_HOST = re.compile(r"https?://[^/?#\s]+")
_OLDID = re.compile(r"[?&]oldid=(\d{1,15})(?!\d)")
_DIFF = re.compile(r"[?&]diff=(\d{1,15})(?!\d)")
_IDS = re.compile(r"/(\d{1,15})\.\.\.(\d{1,15})(?![^?#])")
_SIGNS = {"mw-mf-bytesadded": 1, "mw-mf-bytesremoved": -1, "mw-mf-bytesneutral": 0}


_CONTENT_LANGUAGE = "wgPageContentLanguage"


def meta(page: HtmlPage, engine: str | None, language: str | None) -> Meta:
    """Return what a page says; `language` is the code of its own words where one was given."""
    code = (language or page.language or "").lower() or None
    old, new = (_revision(page, side, code) for side in ("o", "n"))
    declared = None
    if page.mobile:
        new, declared = _mobile(page, new, code)
    if old.id is None or new.id is None:
        ids = _ids(page)
        old, new = replace(old, id=old.id or ids[0]), replace(new, id=new.id or ids[1])
    warnings = (*_hidden(page, "old", old), *_hidden(page, "new", new), *_warnings(page))
    where = Page(_title(page, code), _url(page))
    spoken = code if language else _content_language(page, code)
    return Meta(where, Revisions(old, new), declared, engine, spoken, warnings)


def _content_language(page: HtmlPage, code: str | None) -> str | None:
    """Return the language that the page is written in; `code` is the interface's.

    A special page, such as the mobile diff, tells the interface's. One that is only a variant of
    the other (zh-hans of zh) is kept: it says more.
    """
    told = ((_CONTENT_LANGUAGE in page.head and config(page, _CONTENT_LANGUAGE)) or "").lower()
    if not told or (code or "").split("-")[0] == told.split("-")[0]:
        return code
    return told


def _number(text: str | None) -> int | None:
    digits = "".join(filter(str.isdecimal, text or ""))
    return int(digits) if 0 < len(digits) <= limits.ID_DIGITS else None


def config(page: HtmlPage, name: str) -> str | None:
    """Return a text or number of the page's configuration, which its scripts read, or None."""
    import json  # only where no link tells

    at = page.head.find(f'"{name}":')
    found = _CONFIG.match(page.head, at + len(name) + 3) if at >= 0 else None
    try:
        return str(json.loads(found[0])) if found else None
    except ValueError:
        return None


def _ids(page: HtmlPage) -> tuple[int | None, int | None]:
    """Return the ids by the page's configuration or its own address."""
    old, new = _number(config(page, "wgDiffOldId")), _number(config(page, "wgDiffNewId"))
    for address in (page.footer, _saved_from(page)):
        if found := _IDS.search(address):
            return old or _number(found[1]), new or _number(found[2])
        if (before := _OLDID.search(address)) and (after := _DIFF.search(address)):
            return old or _number(before[1]), new or _number(after[1])
    return old, new


def _revision(page: HtmlPage, letter: str, language: str | None) -> Revision:
    """Return what the title cell of one side ("o" or "n") tells."""
    head, user, comment = (page.frames.get(f"mw-diff-{letter}title{nth}") for nth in (1, 2, 3))
    if head is None:
        return Revision()
    return Revision(
        id=_number(_oldid(head)),
        timestamp=_time(head, language),
        user=_user(user),
        comment=_comment(comment),
        minor=_minor(comment) if comment else None,
    )


def _minor(cell: Element) -> bool:
    """Tell whether a cell has the mark of a minor edit; before 2012 it had another class."""
    return bool(cell.first("minoredit") or cell.first("minor"))


def _oldid(element: Element | None) -> str:
    """Return the id in the first link to a revision, empty where there is none."""
    for link in element.every("a") if element else ():
        if found := _OLDID.search(link.get("href")):
            return found[1]
    return ""


def _time(head: Element, language: str | None) -> str | None:
    """Return the time of a heading like "Revision as of ...", in UTC where the page says it so."""
    for item in (head, *head.below):
        if found := _STAMP.fullmatch(item.get("data-timestamp")):
            return "{}-{}-{}T{}:{}:{}Z".format(*found.groups())
    link = head.first("a") or head.first("history-deleted")
    for text in (words(link), words(head)):
        if text and (when := _local_time(text, language)):
            return when
    return None


def _local_time(text: str, language: str | None) -> str | None:
    """Return the time in a localised heading, by the words of the page's language or of any."""
    if len(text) > limits.HEADER_CHARS:
        return None
    folded = fold(text)
    for known in _spoken(language):
        if when := known.revision_time(folded) or known.date(folded.lstrip(_COMMAS)):
            return when
    return None


@lru_cache(limits.HTML_CLASSES)
def _spoken(language: str | None) -> tuple[Language, ...]:
    """Return the known variants of a language, this one first; all languages where none is said."""
    base = language.split("-")[0] if language else None
    return tuple(known for known in languages(language) if base in (None, known.code.split("-")[0]))


def _user(cell: Element | None) -> str | None:
    link = cell.first("mw-userlink") if cell else None
    if link is None or link.has("history-deleted"):
        return None
    return stored(words(link)) or words(link) or None


def _comment(cell: Element | None) -> str | None:
    """Return a comment; "" where the cell has none, None where it is hidden or not shown."""
    if cell is None:
        return None
    comment = cell.first("comment")
    if comment is None:
        return None if cell.first("history-deleted") else ""
    return None if comment.first("history-deleted") else comment_text(comment)


def _mobile(page: HtmlPage, new: Revision, language: str | None) -> tuple[Revision, int | None]:
    """Return the new revision and the byte delta that the mobile frame tells."""
    info, user = page.frames.get("mw-mf-diff-info"), page.frames.get("mw-mf-userinfo")
    told = user.first("mw-mf-user") if user else None
    name = told.get("data-user-name") if told else ""
    comment = page.frames.get("mw-mf-diff-comment")
    minor = "minoredit" in page.signs or bool(info and info.first("minoredit"))
    new = replace(
        new,
        id=new.id or _number(_oldid(info)),
        timestamp=new.timestamp or (_info_time(info, language) if info else None),
        user=new.user or name or _anonymous(user),
        minor=minor if new.minor is None else new.minor,
    )
    if new.comment is None and comment is not None:
        new = replace(new, comment=_mobile_comment(comment, language))
    return new, _declared(info) if info else None


def _info_time(info: Element, language: str | None) -> str | None:
    headings = (*info.every("h3"), *info.every("mw-mf-diff-date"))
    return next(filter(None, (_time(heading, language) for heading in headings)), None)


def _mobile_comment(element: Element, language: str | None) -> str:
    """Return the comment; "" where the page says in its language that there is none."""
    text = comment_text(element)
    plain = fold(text) if len(text) <= limits.HEADER_CHARS else ""
    none = plain and any(plain in known.words("no_comment") for known in _spoken(language))
    return "" if none else text


def _anonymous(user: Element | None) -> str | None:
    """Return the address of a user without a name."""
    texts = map(str.strip, user.texts()) if user else ()
    return next(filter(None, map(stored, texts)), None)


def _declared(info: Element) -> int | None:
    """Return the byte delta: the class tells the sign, the digits of any script the number."""
    for name, sign in _SIGNS.items():
        if element := info.first(name):
            number = _number(words(element))
            return sign * number if number is not None else (None if sign else 0)
    return None


def _title(page: HtmlPage, language: str | None) -> str | None:
    for link in _title_links(page):
        if title := link.get("title") or _query_title(link.get("href")):
            return title
    info = page.frames.get("mw-mf-diff-info")
    if info and (title := words(info.first("a"))):
        return title
    if name := config(page, "wgRelevantPageName"):
        return name.replace("_", " ")
    if not (found := _HEADING.search(page.head)):
        return None
    from html import unescape  # only where nothing else tells

    heading = " ".join(unescape(_TAG.sub("", found[1])).split())
    titles = (known.difference_title(heading) for known in languages(language))
    return next(filter(None, titles), None)


def _title_links(page: HtmlPage) -> Iterator[Element]:
    for letter in "no":
        head = page.frames.get(f"mw-diff-{letter}title1")
        if head and (link := head.first("a")):
            yield link


def _query_title(address: str) -> str:
    from urllib.parse import parse_qs

    parts = urlsplit_or_none(address)
    values = parse_qs(parts[1]).get("title") if parts else None
    return values[0].replace("_", " ") if values else ""


def _url(page: HtmlPage) -> str | None:
    """Return the page's canonical address, or that of its new revision."""
    if "canonical" in page.head and (canonical := _absolute("", _linked(page, _CANONICAL))):
        return canonical
    link = next(_title_links(page), None)
    if link is None and (info := page.frames.get("mw-mf-diff-info")):
        links = [*info.every("a")]
        link = next(
            (link for link in links if "oldid=" in link.get("href")), next(iter(links), None)
        )
    if link is None:
        return None
    return _absolute(page.footer or _saved_from(page) or _linked(page, _API), link.get("href"))


def _linked(page: HtmlPage, pattern: re.Pattern[str]) -> str:
    found = pattern.search(page.head)
    address = _HREF.search(found[0]) if found else None
    return address[1].replace("&amp;", "&") if address else ""


def _saved_from(page: HtmlPage) -> str:
    """Return the address that a browser says it saved the page from."""
    at = page.head.find(_SAVED_SIGN)
    found = _SAVED.match(page.head, at) if at >= 0 else None
    return found[1] if found else ""


def _absolute(base: str, address: str) -> str | None:
    """Return a web address made absolute, None where that gives none."""
    if not address or _HOST.match(address):
        return address or None
    host = _HOST.match(base)
    if host is None:
        return None
    if address.startswith("/") and not address.startswith("//"):
        return host[0] + address
    from urllib.parse import urljoin

    try:
        whole = urljoin(base, address)
    except ValueError:  # such as a broken IPv6 host
        return None
    return whole if _HOST.match(whole) else None


def _hidden(page: HtmlPage, side: str, told: Revision) -> Iterator[PageWarning]:
    """Yield what of a revision the page strikes out: its time stands for its text."""
    for nth, what, value in (1, "text", None), (2, "user", told.user), (3, "comment", told.comment):
        cell = page.frames.get(f"mw-diff-{side[0]}title{nth}") if value is None else None
        if cell and cell.first("history-deleted"):
            yield hidden(what, side)


def _warnings(page: HtmlPage) -> Iterator[PageWarning]:
    titles = [link.get("title") for link in _title_links(page)]
    if len(titles) == 2 and all(titles) and titles[0] != titles[1]:
        yield PageWarning("two-pages", f"Revisions of two pages: {titles[1]} and {titles[0]}.")
    if text := words(page.frames.get("diff-multi"))[: limits.HEADER_CHARS]:
        yield revisions_between(text)
    if "several" in page.signs:
        yield PageWarning("several-diffs", "the page has several diff tables: the first was read")
