"""What an address of a wiki asks for: an edit by its revisions, a page, or a file to be read.

Source of the forms: Manual:Parameters to index.php, Help:Diff, Special:Diff and Special:MobileDiff
(whose names are translated: what follows them tells).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from wikidiff import limits
from wikidiff.errors import ReadError

Which = int | str
"""A revision: its id, or "prev", "next" or "cur" beside another one."""

_SPECIAL = re.compile(
    r"[^/:]{1,60}:[^/]{1,60}/(?:prev/)?(?P<one>[0-9]{1,15})"
    r"(?:(?:/|\.\.\.)(?P<two>[0-9]{1,15}|prev|next|cur))?/?"
)
_SCRIPT = re.compile(r"(?P<path>.*/)(?P<script>index|api|rest)\.php(?P<rest>/.*)?$")
_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Address:
    """A wiki and what is asked of it; `new` and `old` are None where the address says nothing.

    `home` is scheme and host, `scripts` the paths where api.php may be, likeliest first. `file`
    where the address is that of an answer or feed, to be read as it is.
    """

    home: str
    scripts: tuple[str, ...]
    old: Which | None = None
    new: Which | None = None
    title: str | None = None
    file: bool = False


def address(url: str) -> Address:
    """Return what an address asks for; raises ReadError where it names neither page nor edit."""
    home, there = _home(url)
    query = {key: values[-1] for key, values in parse_qs(there.query).items()}
    script = _SCRIPT.fullmatch(there.path)
    if script and (script["script"] != "index" or "feed" in query):
        return Address(home, (), file=True)
    if script:
        title = (script["rest"] or "")[1:]
    else:
        title = there.path.rpartition("/wiki/")[2] if "/wiki/" in there.path else there.path
    title = query.get("title") or unquote(title)
    return _asked(home, _scripts(there.path, script), query, title.strip("/"))


def of_title(place: str, title: str) -> Address:
    """Return what a page's title, or a special page's, asks for on a wiki.

    `place` is a host name or any address on the wiki.
    """
    home, there = _home(place if "://" in place else f"https://{place}")
    return _asked(home, _scripts(there.path, _SCRIPT.fullmatch(there.path)), {}, title)


def _home(url: str) -> tuple[str, SplitResult]:
    """Return an address's scheme and host, and its parts; raises ReadError where it is none."""
    try:
        there = urlsplit(url)
        host, port = there.hostname, there.port
    except ValueError as error:
        raise ReadError(url[: limits.QUOTED_CHARS], f"no address: {error}", "check it") from None
    if not host or there.scheme.lower() not in ("https", "http"):
        raise ReadError(url[: limits.QUOTED_CHARS], "no host in it", "give https://HOST/…")
    if there.username is not None:
        raise ReadError(f"https://{host}/…", "holds a name or password", "give --token instead")
    shown = f"[{host}]" if ":" in host else host
    return f"{there.scheme.lower()}://{shown}{f':{port}' if port else ''}", there


def _asked(home: str, scripts: tuple[str, ...], query: dict[str, str], title: str) -> Address:
    special = _SPECIAL.fullmatch(title.replace(" ", "_"))
    if special:
        one, two = special["one"], special["two"]
        if two is None:
            return Address(home, scripts, "prev", int(one))
        if two == "prev":  # Special:Diff/12/prev is the edit that made 12
            return Address(home, scripts, "prev", int(one))
        return Address(home, scripts, int(one), _which(two))
    title = title.replace("_", " ").strip()
    old, new = _by_query(query)
    if new is None and not title:
        way_out = "give a page's address, Special:Diff/…, or one with diff= or oldid="
        raise ReadError(f"{home}/", "names no page and no edit", way_out)
    return Address(home, scripts, old, new, title or None)


def _by_query(query: dict[str, str]) -> tuple[Which | None, Which | None]:
    """Return the old and the new revision that diff= and oldid= ask for.

    `oldid=12` is the edit that made 12, with `diff=prev` too; with `diff=next` the one after it.
    `diff=13` alone is the edit that made 13, `diff=0` or `cur` the latest revision.
    """
    diff, old = query.get("diff"), query.get("oldid")
    oldid = int(old) if old and _NUMBER.fullmatch(old) else None
    if diff is None or diff == "prev":
        return ("prev", oldid) if oldid is not None else (None, None)
    new = _which(diff) if _NUMBER.fullmatch(diff) else {"next": "next"}.get(diff, "cur")
    if new == 0:
        new = "cur"
    if oldid:
        return oldid, new
    return "prev", new


def _which(word: str) -> Which:
    return int(word) if word.isdecimal() else word


def _scripts(path: str, script: re.Match[str] | None) -> tuple[str, ...]:
    """Return where api.php may be: beside the script that is named, else where it is usual.

    Source: Manual:Short URL; wikis commonly have their scripts in /w/, in the root or in /wiki/.
    """
    if script:
        return (script["path"],)
    before = path.partition("/wiki/")[0] if "/wiki/" in path else ""
    return tuple(dict.fromkeys((f"{before}/w/", f"{before}/", f"{before}/wiki/")))
