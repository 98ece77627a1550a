"""Which edit of a live wiki a copied page shows: by title, time, size and user.

A page tells its time in its reader's time zone, mostly to the minute, and of the sizes only their
difference. Source: API:Revisions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.readers.base import Meta, Pair
from wikidiff.readers.json_fields import Fields
from wikidiff.readers.live import Access, Wiki
from wikidiff.readers.live_address import of_title

_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:T(?P<minute>\d\d:\d\d)(?::(?P<second>\d\d))?)?(?P<utc>Z)?"
)
_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)  # the zones there are
_ZONE = 15  # minutes by which zones differ
_LISTED = "ids|timestamp|user|flags|size"
_BATCH = 50  # ids of one query
_TRIED = 5  # edits of which the texts are asked for


@dataclass(frozen=True, slots=True)
class Time:
    """A time as a page tells it: from `start` up to `end`, in UTC where `utc`."""

    start: datetime
    end: datetime
    utc: bool


def fitting(place: str, meta: Meta, access: Access) -> Iterator[Pair]:
    """Yield the edits of a wiki that a page with this head may show, the latest first.

    `place` is a host name or an address on the wiki. Raises ReadError where the page tells too
    little, the wiki cannot be asked, or no edit fits.
    """
    title, new = meta.page.title, meta.revisions.new
    if title is None:
        raise ReadError(place, "the page tells no title", "give both texts by --old and --new")
    wiki = Wiki(place, of_title(place, title), access)
    time = parsed(new.timestamp)
    if new.id is None and time is None and meta.declared is None:
        trouble = "the page tells neither a time nor a size"
        raise ReadError(place, trouble, "give both texts by --old and --new")
    listed = _listed(wiki, title, time, new.id)
    sizes = _sizes(wiki, listed)
    edits = [one for one in listed if _fits(one, sizes, meta, time)]
    if not edits:
        what = f"{len(listed)} edits of {title!r} looked at, none with this time, size and user"
        raise ReadError(place, what, "check the wiki and the page's title")
    for one in edits[:_TRIED]:
        old, number = one.number("parentid") or None, one.number("revid")
        ids = "|".join(str(x) for x in (old, number) if x)
        yield wiki.pair(
            wiki.revisions(revids=ids, rvprop=f"{_LISTED}|comment|content"), old, number
        )


def parsed(told: str | None) -> Time | None:
    """Return a page's time, None where it tells none."""
    found = _TIME.fullmatch(told or "")
    if found is None:
        return None
    clock = f"{found['minute'] or '00:00'}:{found['second'] or '00'}"
    try:
        start = datetime.fromisoformat(f"{found['day']}T{clock}").replace(tzinfo=UTC)
    except ValueError:
        return None
    width = timedelta(days=1) if not found["minute"] else timedelta(minutes=1)
    return Time(
        start, start + (timedelta(seconds=1) if found["second"] else width), bool(found["utc"])
    )


def _listed(wiki: Wiki, title: str, time: Time | None, number: int | None) -> list[Fields]:
    """Return the revisions that may be the page's, the latest first."""
    if number is not None:
        return [one for _, one in wiki.revisions(revids=str(number), rvprop=_LISTED)]
    asked = {"titles": title, "rvprop": _LISTED, "rvlimit": str(limits.LIVE_HISTORY)}
    return [one for _, one in wiki.revisions(**asked, **_window(time))]


def _window(time: Time | None) -> dict[str, str]:
    """Return between which times, in UTC, a page's time may be."""
    if time is None:
        return {}
    first, last = (time.start, time.end) if time.utc else (time.start - _EAST, time.end - _WEST)
    return {"rvstart": f"{last:%Y-%m-%dT%H:%M:%SZ}", "rvend": f"{first:%Y-%m-%dT%H:%M:%SZ}"}


def _sizes(wiki: Wiki, listed: Sequence[Fields]) -> dict[int, int | None]:
    """Return the sizes of revisions and their parents by id; that of no page is 0."""
    sizes = {one.number("revid"): one.number_or_none("size") for one in listed}
    parents = sorted({one.number("parentid") for one in listed} - {0, *sizes})
    for at in range(0, len(parents), _BATCH):
        batch = "|".join(map(str, parents[at : at + _BATCH]))
        for _, one in wiki.revisions(revids=batch, rvprop="ids|size"):
            sizes[one.number("revid")] = one.number_or_none("size")
    return {**sizes, 0: 0}


def _fits(one: Fields, sizes: Mapping[int, int | None], meta: Meta, time: Time | None) -> bool:
    """Tell whether a revision is as the page tells it, as far as both tell."""
    told = meta.revisions.new
    old, new = sizes.get(one.number("parentid")), sizes[one.number("revid")]
    delta = None if old is None or new is None else new - old
    minor = one.flag("minor") if one.has("minor") else None
    both = ((meta.declared, delta), (told.user, one.text_or_none("user")), (told.minor, minor))
    if any(mine != its for mine, its in both if mine is not None and its is not None):
        return False
    return time is None or _is_at(one.text_or_none("timestamp"), time)


def _is_at(timestamp: str | None, time: Time) -> bool:
    """Tell whether a revision's time is the page's, in a zone that there is."""
    true = parsed(timestamp)
    if true is None:
        return True
    if time.utc:
        return time.start <= true.start < time.end
    if time.end - time.start > timedelta(hours=1):  # a day: the window has been asked for
        return True
    minutes = (time.start - true.start.replace(second=0)) // timedelta(minutes=1)
    return minutes % _ZONE == 0 and _WEST <= timedelta(minutes=minutes) <= _EAST
