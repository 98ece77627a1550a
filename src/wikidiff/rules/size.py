"""W501 to W504: how much an edit changes, and what it says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wikidiff import text
from wikidiff.engine import PairDocument
from wikidiff.rules.base import Hit, edit_rule
from wikidiff.rules.edit import Edit


@edit_rule("W501", "large-removal")
def large_removal(
    edit: Edit, *, least_bytes: int = 1000, least_share: float = 0.8
) -> Iterator[Hit]:
    """The page lost most of its text.

    Both the bytes and the share of the page must be passed. A page that lost everything is told
    by `page-blanked`; one that became a redirect, and one that was rid of text which was mostly
    links to other sites, are not told.

    Options:
        least_bytes: bytes that the page must have become smaller by
        least_share: share of the old page, 0 to 1

    Settings:
        least_bytes = 20
        least_share = 0.5
    Old:
        The mole is long.

        The quay is short.

        The port is old.
    Bad:
        The mole is long.
    Good:
        The mole is long.

        The quay is short.
    """
    texts = edit.document.texts
    if texts and len(texts[1]) > len(texts[0]) * (1 - least_share) * _MOST_BYTES:
        return  # told without counting bytes
    delta = edit.document.delta
    lost = -(delta.counted if delta.declared is None else delta.declared)
    before = text.size(texts[0]) if texts else _size(edit)
    if not before or lost < least_bytes or lost < least_share * before:
        return
    if (texts and not texts[1].strip()) or edit.document.revisions.new.size == 0:
        return
    if any(change.kind == "redirect" and change.action == "added" for change in edit.changes):
        return
    if _mostly_links(edit):
        return
    share = min(round(100 * lost / before), 100)
    yield Hit(edit.first_place, f"{lost:,} bytes were removed, {share}% of the page", "removal")


_MOST_BYTES = 4  # of a character in UTF-8
_URL = re.compile(r"(?:https?:)?//[^\s\[\]<>|]+")


def _mostly_links(edit: Edit) -> bool:
    """Tell whether most of the removed lines hold a link to another site, as link spam does."""
    gone = [line.old for line in edit.lines if line.old and line.new is None and line.old.strip()]
    return 2 * sum(bool(_URL.search(line)) for line in gone) > len(gone)


def _size(edit: Edit) -> int | None:
    old, new = edit.document.revisions.old.size, edit.document.revisions.new.size
    delta = edit.document.delta
    declared = delta.counted if delta.declared is None else delta.declared
    return old if old is not None else None if new is None else new - declared


@edit_rule("W502", "delta-unexplained", "info")
def unexplained(edit: Edit, *, least_bytes: int = 100) -> Iterator[Hit]:
    """The page says that more bytes changed than the lines it shows.

    A part of the page was not copied, or it was made by a tool that hides changes. Pages that lost
    their marks are not judged.

    Options:
        least_bytes: bytes that the shown lines must leave unexplained

    Edit:
        partial: true
        declared: 400
    Old:
        The mole is long.
    Bad:
        The mole is very long.
    Good:
        The mole is very, very long.
    """
    if edit.is_whole or edit.joins_lines or edit.document.source.fidelity == "flattened":
        return  # or the form does not show the line ends that came or went
    left = edit.document.delta.unexplained
    if left is not None and abs(left) >= least_bytes:
        message = f"the page declares {left:+,} bytes that no shown line explains"
        yield Hit(edit.first_place, message, "unexplained")


@edit_rule("W503", "large-minor")
def large_minor(edit: Edit, *, least: int = 2000) -> Iterator[Hit]:
    """A large change is marked as minor.

    Minor edits are hidden from many watchlists; a minor edit is one that nobody could object to.

    Options:
        least: characters that must have been inserted and deleted

    Settings:
        least = 20
    Edit:
        minor: true
    Old:
        The mole is long.
    Bad:
        The mole was never built, and the port is a fraud.
    Good:
        The mole is long!
    """
    if isinstance(edit.document, PairDocument) or not edit.document.revisions.new.minor:
        return
    delta = edit.document.delta
    if edit.document.source.fidelity == "flattened":
        changed = abs(delta.declared or 0)
    else:
        moved = [line for line in edit.lines if line.move]
        stats = edit.document.stats
        changed = stats.chars_inserted + stats.chars_deleted
        changed -= sum(len(line.old or line.new or "") for line in moved)
    if changed >= least:
        yield Hit(edit.first_place, f"marked as minor, and {changed:,} characters changed", "minor")


@edit_rule("W504", "delta-contradicted")
def contradicted(edit: Edit, *, most_bytes: int = 2) -> Iterator[Hit]:
    """The page declares another change of size than its texts have.

    Both whole texts are known and do not differ by as many bytes as is said. One of them is not
    what the page is of.

    Options:
        most_bytes: difference that is let pass, for line ends

    Edit:
        declared: 400
    Old:
        The mole is long.
    Bad:
        The mole is very long.
    Good:
        The mole is long.
    """
    if not edit.is_whole or isinstance(edit.document, PairDocument):
        return  # of two texts the delta is counted, not declared
    delta = edit.document.delta
    if delta.unexplained is not None and abs(delta.unexplained) > most_bytes:
        if not edit.document.differs and not delta.counted:
            return
        message = (
            f"{delta.declared:+,} bytes are declared, and the texts differ by {delta.counted:+,}"
        )
        yield Hit(edit.first_place, message, "contradicted")
