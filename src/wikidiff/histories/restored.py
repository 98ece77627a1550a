"""Text put back: lines that an edit of late had taken out, and lines moved back."""

from __future__ import annotations

from collections.abc import Sequence

from wikidiff import text
from wikidiff.histories.kept import Kept, tells
from wikidiff.model import Document
from wikidiff.past import Ref, Restored


def restored(document: Document, kept: Kept, before: Sequence[Kept]) -> Restored | None:
    """Return the lines that came in and were on the page not long ago.

    `before` are the revisions before this one, the nearest last. A line counts that says something
    and is whole. The edit that took it out is the last one that did.
    """
    come = [
        line.new
        for line in document.lines()
        if line.kind in ("inserted", "changed") and line.move is None and line.new
    ]
    come = [line for line in come if tells(line)]
    if not come or len(before) < 2:
        return None
    found: list[tuple[int, str]] = []
    for line in come:
        at = _removed_at(line, before)
        if at is not None:
            found.append((at, line))
    if not found:
        return None
    by = before[max(at for at, _ in found)].past
    words = sum(text.count_words(line) for _, line in found)
    return Restored(len(found), words, Ref.of(by))


def _removed_at(line: str, before: Sequence[Kept]) -> int | None:
    """Return which of the revisions before was the last to take a line out."""
    if line in before[-1].lines:
        return None
    for at in range(len(before) - 2, -1, -1):
        if line in before[at].lines:
            return at + 1
    return None


def moved_back(document: Document, kept: Kept, before: Sequence[Kept]) -> int:
    """Return how many moved lines stand again after the line after which they stood before.

    That is a line before which the last revision had another one, and an earlier one the same.
    """
    lines = [
        line.new
        for line in document.lines()
        if line.move and line.move.role == "to" and line.new and tells(line.new)
    ]
    if not lines or len(before) < 2:
        return 0
    return sum(_is_back(line, kept, before) for line in lines)


def _is_back(line: str, kept: Kept, before: Sequence[Kept]) -> bool:
    now = _neighbour(line, kept.text)
    if now is None or _neighbour(line, before[-1].text) in (None, now):
        return False
    return any(_neighbour(line, one.text) == now for one in before[:-1])


def _neighbour(line: str, whole: str | None) -> str | None:
    """Return the line before a line, blank ones left out, "" at the top; None where it is not."""
    at = f"\n{whole}\n".find(f"\n{line}\n")
    if whole is None or at < 0:
        return None
    return whole[:at].rstrip().rpartition("\n")[2]
