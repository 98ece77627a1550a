"""Which revisions of a history are wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from wikidiff import limits
from wikidiff.errors import WikidiffError
from wikidiff.histories.grep import Phrase
from wikidiff.model import Revision

_TIME = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:[T ]\d\d(?::\d\d(?::\d\d)?)?)?)?)?Z?")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a revision must be, to be told of; None where it may be anything.

    `since` and `until` are times in UTC as far as they go, such as "2024" or "2024-05-06T07:08",
    and both included. `section` is a heading that the section had at some time. `added` and
    `removed` are texts that the edit must have brought in or taken out, compared by words.
    Raises WikidiffError for what is no time, and for a text without words.
    """

    since: str | None = None
    until: str | None = None
    user: str | None = None
    section: str | None = None
    added: str | None = None
    removed: str | None = None
    phrases: dict[str, Phrase] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in ("since", "until"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, _time(name, given))
        looked_for = {
            name: Phrase(f"--grep-{name}", given)
            for name in ("added", "removed")
            if (given := getattr(self, name)) is not None
        }
        object.__setattr__(self, "phrases", looked_for)

    def takes(self, told: Revision) -> bool:
        """Tell whether a revision's head is as wanted."""
        if self.user is not None and _name(told.user or "") != _name(self.user):
            return False
        if self.since is None and self.until is None:
            return True
        time = utc(told.timestamp)
        if time is None:
            return False
        late = self.until is not None and time[: len(self.until)] > self.until
        return not late and (self.since is None or time >= self.since)

    def counts(self, old: str, new: str) -> dict[str, int] | None:
        """Return how often each text looked for came in or went; None where one did not."""
        made: dict[str, int] = {}
        for name, phrase in self.phrases.items():
            before, after = phrase.counts(old, new)
            made[name] = after - before if name == "added" else before - after
        return made if all(count > 0 for count in made.values()) else None


def _time(name: str, given: str) -> str:
    if not _TIME.fullmatch(given.strip()):
        quoted = given[: limits.QUOTED_CHARS]
        way_out = "give a date such as 2024-05-06, or as much of 2024-05-06T07:08:09 as you know"
        raise WikidiffError(f"--{name}", f"no time: {quoted!r}", way_out)
    return given.strip().replace(" ", "T").removesuffix("Z")


def _name(user: str) -> str:
    return user.replace("_", " ").strip()


def utc(timestamp: str | None) -> str | None:
    """Return a time as `YYYY-MM-DDTHH:MM:SS` in UTC; what tells no zone counts as UTC."""
    if timestamp is None:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", timestamp):
        return timestamp[:-1]
    try:
        time = datetime.fromisoformat(timestamp)
        zoned = time.astimezone(UTC) if time.tzinfo else time
    except (ValueError, OverflowError):
        return None
    return zoned.strftime("%Y-%m-%dT%H:%M:%S")
