"""What a diff page leaves out and two texts can tell: lines paired, words marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wikidiff.engine.pairing import pairs
from wikidiff.engine.words import line_ops
from wikidiff.limits import Fallback
from wikidiff.model import Line


def completed(
    runs: Sequence[Sequence[Line]], fallbacks: list[Fallback], *, paired: bool = True
) -> list[list[Line]]:
    """Return the runs with the words of changed lines marked where a page lost its marks.

    Where the form pairs no lines (`paired` is False), deleted and inserted lines of one stretch
    that are alike become one changed line. Limits reached are added to `fallbacks`.
    """
    return [
        [_marked(line, fallbacks) for line in (run if paired else _paired(run, fallbacks))]
        for run in runs
    ]


def _marked(line: Line, fallbacks: list[Fallback]) -> Line:
    if line.kind != "changed" or line.ops or line.old is None or line.new is None:
        return line
    return replace(line, ops=line_ops(line.old, line.new, fallbacks))


def _paired(run: Sequence[Line], fallbacks: list[Fallback]) -> Iterator[Line]:
    stretch: list[Line] = []
    for line in run:
        if line.kind in ("deleted", "inserted") and line.move is None:
            stretch.append(line)
            continue
        yield from _joined(stretch, fallbacks)
        stretch = []
        yield line
    yield from _joined(stretch, fallbacks)


def _joined(stretch: Sequence[Line], fallbacks: list[Fallback]) -> Iterator[Line]:
    """Yield a stretch without context: what is deleted first between two paired lines."""
    gone = [line for line in stretch if line.kind == "deleted"]
    come = [line for line in stretch if line.kind == "inserted"]
    alike = pairs([x.old or "" for x in gone], [x.new or "" for x in come], fallbacks)
    if not alike:  # then the page's own order stands
        yield from stretch
        return
    a = c = 0
    for i, j in (*alike, (len(gone), len(come))):
        yield from gone[a:i]
        yield from come[c:j]
        if i < len(gone):
            old, new = gone[i], come[j]
            yield Line("changed", old.old, new.new, old.old_line, new.new_line)
        a, c = i + 1, j + 1
