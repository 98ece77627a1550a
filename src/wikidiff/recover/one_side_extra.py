"""Where lines end in a stretch that the old PHP formatter shows joined."""

from __future__ import annotations

from wikidiff import limits
from wikidiff.recover.one_side_seams import Reads

NBSP = "\u00a0"
LINE_END = -3.0
"""For each line end put into a stretch, beside how well it reads."""

TOGGLE = -2.5
"""For a space that the formatter does not show, beside how well it reads."""

READS = 0.3
"""Weight of how well it reads."""

TAKES_BREAK = "\n\b"
"""Begins a text that has taken in the known line break before it."""


def variants(extra: str, left: str, right: str, reads: Reads) -> list[tuple[float, int, str]]:
    """Return (score, bytes more than shown, text) of the ways to write an extra stretch.

    `left` and `right` are the known text around it.
    """
    made = [(0.0, 0, extra)]
    plain = extra.replace(NBSP, "\n\n")
    if plain != extra:
        made.append((1.0, 0, plain))
        for drop in (plain.lstrip("\n"), plain.rstrip("\n"), plain.strip("\n")):
            if drop and drop != plain:
                made.append((0.5, len(drop) - len(plain), drop))
    made += _broken(plain, left, right, reads)
    return made


def spaced(extra: str, left: str, reads: Reads) -> float | None:
    """Return the score of a hidden space between known text and an extra stretch, None if none."""
    if not left or left[-1].isspace() or extra[0].isspace():
        return None
    gain = reads.joint(left[-8:], " " + extra) - reads.joint(left[-8:], extra)
    return TOGGLE + READS * gain


def _broken(extra: str, left: str, right: str, reads: Reads) -> list[tuple[float, int, str]]:
    """Return the stretch with line ends put in."""
    ranked = _places(extra, left, right, reads)
    made = []
    takes = left.endswith("\n")
    for count in range(1, min(len(ranked), limits.ONE_SIDE_BREAKS) + 1):
        picks = [ranked[:count]]
        picks += [[*ranked[: count - 1], other] for other in ranked[count : count + 3]]
        for pick in picks:
            score = sum(score for score, _ in pick)
            text = _with_breaks(extra, [at for _, at in pick])
            made.append((score, count, text))
            if takes:
                made.append((score - LINE_END, count - 1, TAKES_BREAK + text))
    return made


def _places(extra: str, left: str, right: str, reads: Reads) -> list[tuple[float, int]]:
    """Return the likeliest places of a line end: (score, offset), best first."""
    whole = left[-8:] + extra + right[:8]
    shift = len(left[-8:])
    found = []
    for at in range(len(extra) + 1):
        before, after = whole[: at + shift], whole[at + shift :]
        if before and after and before[-1].isalnum() and after[0].isalnum() and 0 < at < len(extra):
            continue
        if before.endswith(("\n", " ")) or after.startswith(("\n", " ")):
            continue
        gain = reads.joint(before[-8:], "\n" + after[:2]) - reads.joint(before[-8:], after[:2])
        gain += reads.joint(before[-8:] + "\n", after[:3])
        found.append((LINE_END + READS * gain, at))
    found.sort(key=lambda x: (-x[0], x[1]))
    return found[: limits.ONE_SIDE_BREAKS + 6]


def _with_breaks(extra: str, places: list[int]) -> str:
    parts, at = [], 0
    for place in sorted(places):
        parts.append(extra[at:place])
        at = place
    parts.append(extra[at:])
    return "\n".join(parts)
