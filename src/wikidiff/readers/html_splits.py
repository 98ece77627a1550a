"""Paragraphs that were split, as wikidiff2 shows them since 1.14: the old line once, all new ones.

Source: wikidiff2's TableFormatter and InlineFormatter (printConcatDiff).
"""

from __future__ import annotations

from wikidiff.readers.html_marks import LINE_FEED, Piece, joined, merged, pieces
from wikidiff.readers.html_page import Shown


def split_at(rows: list[list[Shown]], at: int) -> tuple[list[Piece], int] | None:
    """Return the pieces of a paragraph that was split, both sides in one, and how many rows it has.

    Since 1.14 wikidiff2 shows the old line beside its first part and the others below, alone. Of
    theirs only what came is marked: what is not stands in the old line, in this order, up to its
    end. A row that was put in has no mark at all, so that this cannot be such rows.
    """
    if at + 1 == len(rows) or not _is_alone(rows[at + 1]):
        return None
    sides = [(shown.cell.side, shown.link) for shown in rows[at]]
    if sides != [("old", ""), ("new", "")]:
        return None
    left, right = (pieces(shown.parts) for shown in rows[at])
    rest = joined(left, "-")
    if not rest.startswith(first := joined(right, "+")) or len(first) == len(rest):
        return None
    seen, below = len(first), at + 1
    while below < len(rows) and _is_alone(rows[below]):
        part = pieces(rows[below][0].parts)
        shown = joined(part, "+")
        if not rest.startswith(shown, seen) or (seen == len(rest) and not part):
            break
        right += [LINE_FEED, *part]
        seen += len(shown)
        below += 1
    both = merged(left, right) if seen == len(rest) else None
    return None if both is None else (both, below - at)


def _is_alone(row: list[Shown]) -> bool:
    """Tell whether a row has nothing but a line that came."""
    return len(row) == 1 and row[0].cell.kind == "inserted" and not row[0].link


def parts_of(made: list[Piece]) -> list[list[Piece]]:
    """Return the pieces of each line of the new side: LINE_FEED ends one."""
    parts: list[list[Piece]] = [[]]
    for piece in made:
        if piece == LINE_FEED:
            parts.append([])
        else:
            parts[-1].append(piece)
    return parts


def flat(parts: list[list[Piece]]) -> list[Piece]:
    """Return the pieces of several lines as one."""
    return [piece for part in parts for piece in part]
