"""An edit with both its texts, and the row that tells of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wikidiff import api
from wikidiff.edits.columns import COLUMNS, ERROR, KNOWN
from wikidiff.model import Document, PageWarning

Row = dict[str, Any]
"""Values by the names of the columns, in their order."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Two texts to compare; `known` holds columns.KNOWN by name, `record` its place in the source.

    The names left out are null.
    """

    record: int
    known: Row
    old: str
    new: str

    @property
    def weight(self) -> int:
        """How much it takes to hold it, in code points."""
        return len(self.old) + len(self.new)


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that cannot be compared, and why."""

    record: int
    known: Row
    reason: str

    weight = 0

    def to_dict(self) -> Row:
        """Return it as the file of errors tells it."""
        told = {**self.known, "record": self.record, "reason": self.reason}
        return {column.name: told.get(column.name) for column in ERROR}


def row(edit: Edit) -> Row:
    """Compare an edit's texts and return its row, all columns in their order."""
    known = edit.known
    made = api.diff(
        edit.old,
        edit.new,
        language=known.get("language"),
        source=known.get("source") or "",
        title=known.get("page_title"),
    )
    if known.get("model") not in (None, "wikitext"):
        told = f"The page is {known['model']}, not wikitext: no changes are told."
        made = made.replace(find_changes=None)
        made = made.replace(warnings=(*made.warnings, PageWarning("not-wikitext", told)))
    return of_document(made, known, (edit.old, edit.new))


def of_document(made: Document, known: Row, texts: tuple[str, str] | None = None) -> Row:
    """Return the row of a Document; `texts` are the whole ones, where they are known."""
    found: Row = {name: known.get(name) for name, *_ in KNOWN}
    found["timestamp"] = utc(found["timestamp"])
    found["old_sha1"], found["new_sha1"] = map(sha1, texts) if texts else (None, None)
    old, new = made.revisions.old, made.revisions.new
    found |= {"old_size": old.size, "new_size": new.size, "delta": _delta(made)}
    found |= made.stats.to_dict()
    found["size_class"], found["summary"] = made.size_class, made.summary
    found["changes"] = [change.to_dict() for change in made.changes]
    found["warnings"] = [warning.to_dict() for warning in made.all_warnings]
    return {column.name: found[column.name] for column in COLUMNS}


def _delta(made: Document) -> int:
    """Return the byte delta: what the page declares, else what is counted."""
    return made.delta.counted if made.delta.declared is None else made.delta.declared


_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?Z?")


def utc(time: object) -> str | None:
    """Return a time of a wiki as ISO 8601 in UTC to the second; None where it is none."""
    found = _TIME.fullmatch(time.strip()) if isinstance(time, str) else None
    return f"{found[1]}T{found[2]}{found[3] or ':00'}Z" if found else None


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]


@lru_cache(maxsize=1)  # an edit's new text is most often the next one's old text
def sha1(text: str) -> str:
    """Return a text's SHA-1 as MediaWiki writes it (Manual:Revision table): 31 digits, base 36."""
    digest = hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    number, made = int.from_bytes(digest, "big"), ""
    for _ in range(16):
        number, pair = divmod(number, 36 * 36)
        made = _PAIRS[pair] + made
    return made[1:]
