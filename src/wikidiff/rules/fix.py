"""Fixes that are certain, made in a text."""

from __future__ import annotations

from collections.abc import Iterable

from wikidiff.findings import Fix


def fixed(text: str, fixes: Iterable[Fix]) -> str:
    """Return a text with fixes made; of two that overlap the first one is.

    A line that a fix takes out goes with its line end.
    """
    lines: list[str | None] = [*text.split("\n")]
    done: dict[int, int] = {}  # where the last fix of a line begins
    for fix in sorted(fixes, key=lambda fix: (-fix.line, -fix.start)):
        at = fix.line - 1
        line = lines[at]
        if line is None or fix.end > done.get(at, len(line)):
            continue
        if fix.replacement is None:
            lines[at] = None
        else:
            lines[at] = line[: fix.start] + fix.replacement + line[fix.end :]
            done[at] = fix.start
    return "\n".join(line for line in lines if line is not None)
