"""W311 to W318: addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from wikidiff.rules.base import Hit, edit_rule, text_rule
from wikidiff.rules.edit import Edit, Side, Span

_URL = re.compile(r"(?<![\w:/])(?:https?|ftp)://[^\s\[\]<>\"{}|\x00]+", re.IGNORECASE)
# A scheme written twice, without its colon or slash, with other signs, misspelt, or with nothing
# behind it; found by its first letter.
_BROKEN = re.compile(
    r"[fhtFHT](?<![\w/:.=?&%-].)(?i:"
    r"(?:(?<=h)ttps?|(?<=f)tp)://(?:https?|ftp)(?::?//|:/)\S*"
    r"|(?<=h)ttps?:/(?!/)[\w-]+\.\w[^\s|\]}<]*|(?<=h)ttps?//[\w-]+\.\w[^\s|\]}<]*"
    r"|(?<=h)ttps?(?::\\\\|;//)\S+|(?<=h)ttps?:(?=[\w-]+\.[a-z]{2,}\b)[^\s|\]}<]+"
    r"|(?<=h)(?:tps?|tttps?|httpp?s?|tpps?|ppts?|htps?)://\S+|(?<=t)tps?://\S+"
    r"|(?:(?<=h)ttps?|(?<=f)tp)://(?=[\s\]|}<]|$)"
    r")",
    re.MULTILINE,
)
_DOUBLE = re.compile(r"\[\[(?:https?|ftp)://[^\[\]\n]+\]\]", re.IGNORECASE)
_PIPED = re.compile(
    r"(?<!\[)\[(?:https?|ftp)://[^\s\[\]|{}<>]+\|[^\[\]\n{}]+\](?!\])", re.IGNORECASE
)
_SPACED = re.compile(
    r"\[(?:https?|ftp)://[^\s\[\]<>\"{}|]+ [^\s\[\]<>\"{}|]+\.(?:pdf|html?|jpe?g|png|docx?)\]", re.I
)
_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|gclsrc|dclid|msclkid|yclid|mc_eid|igshid|twclid|wbraid|gbraid|_hsenc"
    r"|_hsmi|mkt_tok|vero_id|srsltid|ref_src)$",
    re.IGNORECASE,
)
_TRACKING_SIGNS = (  # each name has one
    *(
        "utm_",
        "clid",
        "gclsrc",
        "mc_eid",
        "igshid",
        "braid",
        "_hs",
        "mkt_tok",
        "vero_id",
        "ref_src",
    ),
)
_LOCAL = re.compile(
    r"(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan)$", re.IGNORECASE
)
_SHOWN = re.compile(r"(?<![\w:/])file://[^\s\[\]<>\"{}|\x00]+", re.IGNORECASE)


def urls(side: Side) -> Iterator[Span]:
    """Yield the addresses in the lines that are looked at."""
    yield from side.find(_URL)


def host_of(url: str) -> str:
    """Return an address's host, empty where it has none that can be told."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".,;:")
    except ValueError:  # a bracket that is no IPv6 address
        return ""


@edit_rule("W311", "url-domain-changed", "info", default=False)
def domain_changed(edit: Edit) -> Iterator[Hit]:
    """A link leads to another site and its text is the same.

    Most often a site has moved. It is also how link spam is put where nobody looks, so a
    patroller may want to see it: off by default.

    Old:
        See [https://example.org/survey the survey].
    Bad:
        See [https://example.net/survey the survey].
    Good:
        See [https://example.org/survey-2 the survey].
    """
    for change in edit.changes:
        if change.kind != "external-link" or change.action != "changed":
            continue
        old, new = change.detail["old"], change.detail["new"]
        if _site(old["domain"]) != _site(new["domain"]) and old["label"] == new["label"]:
            message = f"link leads to {new['domain']}, before to {old['domain']}"
            yield Hit(edit.place(change), message, str(new["domain"]))


def _site(domain: str | None) -> str:
    return (domain or "").lower().removeprefix("www.")


@text_rule("W312", "url-duplicate", "info", default=False, local=False, signs=("://",))
def duplicate(side: Side) -> Iterator[Hit]:
    """The page links to the same address twice.

    In references it is usually one source that could have a name; else it may be meant. Off by
    default.

    Old:
        See [https://example.org/survey the survey].
    Bad:
        See [https://example.org/survey the survey] and [https://example.org/survey the chart].
    Good:
        See [https://example.org/survey the survey] and [https://example.org/chart the chart].
    """
    if side.page is None or not side.has("://"):
        return
    seen: set[str] = set()
    for match in _URL.finditer(side.page):
        url = match[0].rstrip(".,;:!?")
        if url in seen:
            place = side.page_place(match.start(), match.start() + len(url))
            yield Hit(place, f"the page links to {url} twice", url)
        seen.add(url)


@text_rule("W313", "url-broken", "error", signs=("//", ":/", ":\\\\", "ttp:", "ttps:"))
def broken(side: Side) -> Iterator[Hit]:
    """An address cannot work as it is written.

    Its scheme is misspelt, stands twice, or lacks a colon or slash; or nothing follows it.

    Old:
        The mole is long.
    Bad:
        See [http://https://example.org/survey the survey].
    Good:
        See [https://example.org/survey the survey].

    Old:
        The mole is long.
    Bad:
        See http//example.org/survey for it.
    Good:
        See http://example.org/survey for it.
    """
    for span in side.find(_BROKEN):
        yield side.hit(span, "this address cannot work as it is written")


@text_rule("W314", "url-double-brackets", signs=("[[h", "[[H", "[[f", "[[F"))
def double(side: Side) -> Iterator[Hit]:
    """A link to another site has two pairs of brackets.

    Two pairs are for pages of the wiki; the inner link works and the outer brackets show.

    Old:
        The mole is long.
    Bad:
        See [[https://example.org/survey the survey]].
    Good:
        See [https://example.org/survey the survey].
    """
    for span in side.find(_DOUBLE):
        yield side.hit(span, "link to another site in two pairs of brackets")


@text_rule("W315", "url-piped", signs=("://",))
def piped(side: Side) -> Iterator[Hit]:
    """A vertical bar stands between an address and its label.

    Links to other sites have a space there. The bar becomes a part of the address.

    Old:
        The mole is long.
    Bad:
        See [https://example.org/survey|the survey].
    Good:
        See [https://example.org/survey the survey].
    """
    for span in side.find(_PIPED):
        yield side.hit(span, "a bar between address and label, where a space is needed")


@text_rule("W316", "url-tracking", signs=_TRACKING_SIGNS)
def tracking(side: Side) -> Iterator[Hit]:
    """An address carries parameters that say where its reader came from.

    They tell the site's owner of the person who made the link, and are no part of the address.

    Old:
        The mole is long.
    Bad:
        See [https://example.org/survey?utm_source=feed&page=2 the survey].
    Good:
        See [https://example.org/survey?page=2 the survey].
    """
    for span in urls(side):
        query = span.match[0].partition("?")[2]
        if not query:
            continue
        names = [name for name, _ in parse_qsl(query.partition("#")[0].replace("&amp;", "&"))]
        told = [name for name in names if _TRACKING.match(name)]
        if told:
            key = f"{host_of(span.match[0])}\0{' '.join(told)}"
            yield side.hit(span, f"address with the tracking parameter {', '.join(told)}", key=key)


@text_rule("W317", "url-private", signs=("://",))
def private(side: Side) -> Iterator[Hit]:
    """An address leads to the reader's own machine or network.

    `localhost`, private ranges of addresses (RFC 1918, RFC 4193), names that end in `.local`, and
    `file:` mean another place for each reader.

    Ignore it in instructions that tell readers to open such an address, or write it in `<code>`.

    Old:
        The mole is long.
    Bad:
        See [http://192.168.0.12/survey the survey].
    Good:
        See [https://example.org/survey the survey].
    """
    for span in urls(side):
        host = host_of(span.match[0])
        if host and (_LOCAL.search(host) or _is_private(host)):
            yield side.hit(span, f"{host} is a place in the reader's own network", key=host)
    for span in side.find(_SHOWN):
        yield side.hit(span, "file: leads into the reader's own machine")


def _is_private(host: str) -> bool:
    if not host[-1].isdigit() and ":" not in host:
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    documented = any(address in net for net in _DOCUMENTED if net.version == address.version)
    return not documented and (address.is_private or address.is_loopback or address.is_link_local)


_DOCUMENTED = [
    ipaddress.ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "0.0.0.0/8")
]


@text_rule("W318", "url-unencoded", "info", default=False, signs=("://",))
def unencoded(side: Side) -> Iterator[Hit]:
    """An address has a space in it that should have been `%20`.

    The address ends at the space, and the rest becomes its label. It is told where the label ends
    as a file's name does. A label may be a file's name on purpose, so the rule is off by default.

    Old:
        The mole is long.
    Bad:
        See [https://example.org/survey of.pdf].
    Good:
        See [https://example.org/survey%20of.pdf].
    """
    for span in side.find(_SPACED):
        yield side.hit(span, "an address ends at its first space; write %20")
