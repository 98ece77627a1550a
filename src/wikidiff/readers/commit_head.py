"""Who made a commit, when and why: the lines above a diff from `git show` and `format-patch`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone

from wikidiff.model import Revision

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DATE = re.compile(
    r"(?:Author)?Date:\s+[A-Z][a-z]{2},? (?:(?P<d1>\d{1,2}) )?(?P<month>[A-Z][a-z]{2}) "
    r"(?:(?P<d2>\d{1,2}) )?"
    r"(?:(?P<y1>\d{4}) )?(?P<h>\d\d):(?P<m>\d\d):(?P<s>\d\d)(?: (?P<y2>\d{4}))?"
    r" (?P<sign>[+-])(?P<zh>\d\d)(?P<zm>\d\d)"
)
_AUTHOR = re.compile(r"(?:Author|From):\s+(?P<name>.*?)\s*<[^<>]*>")
_SUBJECT = re.compile(r"Subject: (?:\[PATCH[^\]]*\] )?(?P<words>.*)")
_SHORT = re.compile(r"[0-9a-f]{7,64} (?:\([^()]*\) )?(?P<words>.+)")
_FIELD = re.compile(r"(?:From|Subject):")
_HEAD_LINES = 40


def revision_of(lines: Sequence[str]) -> Revision:
    """Return user, UTC time and first line of the message, as far as they stand above a diff."""
    if not lines:
        return Revision()
    if not re.match(r"(?:commit |From )[0-9a-f]{7,64}\b", lines[0]):
        short = _SHORT.fullmatch(lines[0])
        return Revision(comment=short["words"]) if short else Revision()
    user = timestamp = comment = None
    for line in _unfolded(lines[1:_HEAD_LINES]):
        if line.startswith(("diff ", "--- ")):
            break
        if found := _AUTHOR.match(line):
            user = user or _decoded(found["name"])
        elif found := _DATE.match(line):
            timestamp = timestamp or _utc(found)
        elif found := _SUBJECT.match(_decoded(line)):
            comment = found["words"]
        elif line.startswith("    ") and line.strip() and comment is None:
            comment = line.strip()
    return Revision(timestamp=timestamp, user=user, comment=comment)


def _unfolded(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines, those of one long field of a mail's head as one (RFC 5322, 2.2.3)."""
    field = ""
    for line in lines:
        if field and line.startswith((" ", "\t")):
            field += line
            continue
        if field:
            yield field
        field = line if _FIELD.match(line) else ""
        if not field:
            yield line
    if field:
        yield field


def _decoded(field: str) -> str:
    """Return a mail's field with words of other alphabets as they were (RFC 2047)."""
    if "=?" not in field:
        return field.strip('"') if field.startswith('"') else field
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(field)))
    except (HeaderParseError, LookupError, ValueError):
        return field


def _utc(found: re.Match[str]) -> str | None:
    """Return git's date as ISO 8601 in UTC; None where there is no such date."""
    given = found.groupdict()
    zone = timedelta(hours=int(given["zh"]), minutes=int(given["zm"]))
    try:
        when = datetime(
            int(given["y1"] or given["y2"] or 0),
            _MONTHS.index(given["month"]) + 1,
            int(given["d1"] or given["d2"] or 0),
            int(given["h"]),
            int(given["m"]),
            int(given["s"]),
            tzinfo=timezone(-zone if given["sign"] == "-" else zone),
        )
        return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return None
