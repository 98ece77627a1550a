"""A log for other programs: JSON, JSON lines, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wikidiff.model import SCHEMA_VERSION, json_text
from wikidiff.past import Entry, History, Ref
from wikidiff.report.safe import visible

COLUMNS = (
    "id", "commit", "timestamp", "user", "comment", "minor", "size", "delta", "sha1", "summary",
    "size_class", "words_inserted", "words_deleted", "lines_moved", "reverts_to", "reverted_count",
    "reverted_users", "reverted_by", "reverted_by_user", "restored_lines", "moved_back",
    "section", "section_delta", "found_added", "found_removed",
)  # fmt: skip
"""The columns of the CSV, in order."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_dict(history: History, entries: Sequence[Entry], count: int) -> dict[str, Any]:
    """Return a log as its JSON: `revisions` counts all of the history, `entries` those told of."""
    return {
        "schema_version": SCHEMA_VERSION,
        "source": {
            "name": history.name,
            "reader": history.reader,
            "language": history.language,
        },
        "page": history.page.to_dict(),
        "revisions": count,
        "entries": [entry.to_dict() for entry in entries],
    }


def json_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield each entry as one line of JSON."""
    for entry in entries:
        yield json_text(entry.to_dict()) + "\n"


def csv_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a CSV (RFC 4180) with a head: no cell can steer a terminal or begin a formula.

    What begins with a sign that spreadsheets take for a formula gets an apostrophe before it
    (OWASP, CSV Injection); numbers of ours do not.
    """
    yield _row(COLUMNS)
    for entry in entries:
        values = _values(entry)
        yield _row([_cell(values[name]) for name in COLUMNS])


def _row(cells: Sequence[str]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerow(cells)
    return file.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    shown = visible(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _values(entry: Entry) -> dict[str, object]:
    told = entry.to_dict()
    reverts, by, restored = entry.reverts, entry.reverted_by, entry.restored
    section, found = entry.section, entry.found or {}
    users = dict.fromkeys(one.user or "" for one in reverts.reverted) if reverts else ()
    return {
        **told,
        "reverts_to": _name(reverts.to) if reverts else None,
        "reverted_count": len(reverts.reverted) if reverts else None,
        "reverted_users": "|".join(users) if reverts else None,
        "reverted_by": _name(by) if by else None,
        "reverted_by_user": by.user if by else None,
        "restored_lines": restored.lines if restored else None,
        "section": section.heading if section else None,
        "section_delta": section.delta if section else None,
        "found_added": found.get("added"),
        "found_removed": found.get("removed"),
    }


def _name(one: Ref) -> str | None:
    return str(one.id) if one.id is not None else one.commit or one.timestamp
