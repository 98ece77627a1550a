"""What to say of a page that can be read in more than one way."""

from __future__ import annotations

from collections.abc import Iterator

from wikidiff.model import Document, Reading, ReadingLine, Segment
from wikidiff.report.lines import FOCUS, changed_stretches
from wikidiff.report.rows import BLANK, Layout, Row, Stretch, joined, plural, signed, signed_bytes
from wikidiff.text import common_prefix, common_suffix

_KEEP = 24  # code points kept beside each change of a line in another reading


def caption_rows(document: Document, layout: Layout) -> Iterator[Row]:
    """Yield which reading is shown, how likely it is, and why."""
    at = layout.view.reading - 1
    if not 0 <= at < len(document.readings):
        return
    reading = document.readings[at]
    yield BLANK
    words = f"Reading {at + 1} of {len(document.readings)}"
    yield Row(body=((words, "label"), (", ", "dim"), *_figures(reading)), indent=2)
    yield from _why_rows(reading, layout, "  ")


def _why_rows(reading: Reading, layout: Layout, indent: str) -> Iterator[Row]:
    for reason in reading.why:
        yield Row(((f"{indent}{layout.glyphs.bullet} ", "dim"),), ((reason, ""),))


def _figures(reading: Reading) -> tuple[Stretch, ...]:
    parts: list[tuple[Stretch, ...]] = [
        ((f"probability {percent(reading.probability)}", "figure"),),
        (*signed_bytes(reading.counted), (" counted", "")),
    ]
    if reading.unexplained is not None:
        style = "doubt" if reading.unexplained else ""
        parts.append(((f"{signed(reading.unexplained)} unexplained", style),))
    return joined(parts, ", ")


def percent(probability: float) -> str:
    """Return a chance in whole per cent; what is neither 0 nor 1 never looks so."""
    percent = round(probability * 100)
    if percent == 0 and probability > 0:
        return "under 1%"
    if percent == 100 and probability < 1:
        return "over 99%"
    return f"{percent}%"


def other_rows(document: Document, layout: Layout) -> Iterator[Row]:
    """Yield the readings that are not shown, each with the lines that differ from the one shown."""
    at = layout.view.reading - 1
    if len(document.readings) < 2 or not 0 <= at < len(document.readings):
        return
    yield BLANK
    yield Row(body=(("Other readings", "label"), (", where they differ", "dim")))
    here = {line.shown: line for line in document.readings[at].lines}
    for number, reading in enumerate(document.readings, 1):
        if number == at + 1:
            continue
        way = ((f"--reading {number}", "option"),)
        yield Row(((f"{number:>3}  ", "figure"),), _figures(reading), way)
        for line in reading.lines:
            if line != here.get(line.shown):
                yield from _line_rows(line, here.get(line.shown), layout)
        if layout.view.verbose:
            yield from _why_rows(reading, layout, "     ")


def _line_rows(line: ReadingLine, here: ReadingLine | None, layout: Layout) -> Iterator[Row]:
    """Yield what a reading makes of one shown line, its equal stretches shortened.

    `here` is the same line in the reading that the page shows.
    """
    if len(line.old) != len(line.new):
        for text in line.old:
            yield Row(_lead("-", "old-mark"), _whole(text, "old"))
        for text in line.new:
            yield Row(_lead("+", "new-mark"), _whole(text, "new"))
        return
    for at, (old, new) in enumerate(zip(line.old, line.new, strict=True)):
        shown = (_nth(here.old, at), _nth(here.new, at)) if here else (None, None)
        segments = _focused((old, new), shown)
        body = changed_stretches(segments, layout, keep=_KEEP) or _whole("", "")
        mark = ("=", "dim") if old == new else ("~", "changed-mark")
        yield Row(_lead(*mark), body)


def _whole(text: str, style: str) -> tuple[Stretch, ...]:
    return ((text, style),) if text else (("(blank line)", "dim"),)


def _nth(texts: tuple[str, ...], at: int) -> str | None:
    return texts[at] if at < len(texts) else None


def _focused(pair: tuple[str, str], shown: tuple[str | None, str | None]) -> list[Segment]:
    """Return the segments of a pair of texts; what is equal there but not in `shown` in focus."""
    from wikidiff.engine import line_ops

    old, new = pair
    ours, theirs = _unlike(old, shown[0]), _unlike(new, shown[1])
    segments: list[Segment] = []
    for op in line_ops(old, new, []):
        (a, b), (c, d) = op.old, op.new
        if c == d:
            segments.append(("-", old[a:b]))
        elif a == b:
            segments.append(("+", new[c:d]))
        else:
            inside = [_clip(ours, a, b), _clip(theirs, c, d)]
            ranges = [part for part in inside if part[0] < part[1]]
            first = min((part[0] for part in ranges), default=b - a)
            last = max((part[1] for part in ranges), default=b - a)
            stretch = old[a:b]
            segments += [("=", stretch[:first]), (FOCUS, stretch[first:last])]
            segments.append(("=", stretch[last:]))
    return segments


def _clip(part: tuple[int, int], start: int, end: int) -> tuple[int, int]:
    """Return what of a range lies from `start` to `end`, counted from `start`."""
    return max(part[0], start) - start, min(part[1], end) - start


def _unlike(text: str, other: str | None) -> tuple[int, int]:
    """Return the range of a text, in whole words, that another reading's text does not share."""
    if other is None or text == other:
        return 0, 0
    start = common_prefix(text, other)
    end = len(text) - common_suffix(text[start:], other[start:])
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _lead(mark: str, style: str) -> tuple[Stretch, ...]:
    return ("     ", ""), (mark, style), (" ", "")


_SAYS_IT = {
    "marks-lost",
    "no-reading",
    "one-side-known",
}  # warnings that tell what would settle a page


def settling_rows(document: Document) -> Iterator[Row]:
    """Yield what the sign of doubt means, and what would settle it unless a warning says that."""
    doubtful = sum(not line.certain for line in document.lines())
    said = any(warning.code in _SAYS_IT for warning in document.warnings)
    if doubtful or (len(document.readings) > 1 and not said):
        yield BLANK
    if doubtful:
        words = f" marks {plural(doubtful, 'line')} where this reading is less than 95% certain."
        yield Row(body=(("?", "doubt"), (words, "")), indent=2)
    if said or not (doubtful or len(document.readings) > 1):
        return
    old, new = ("--old FILE", "option"), ("--new FILE", "option")
    body = (("The true text of one side tells more: ", ""), old, (" or ", ""), new, (".", ""))
    yield Row(body=body, indent=2)
