"""Why a change that a page shows is not certain, in words for one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wikidiff.model import Document, Reading
from wikidiff.report.readings import percent
from wikidiff.report.rows import plural, signed

_CERTAIN = 0.95  # DESIGN: what a Document calls certain is at least so


def doubts(document: Document, number: int) -> str:
    """Return why the change is not certain, of a page without marks in the reading `number`.

    It is "" where it is certain.
    """
    return "; ".join(_doubts(document, number))


def _doubts(document: Document, number: int) -> Iterator[str]:
    told = {warning.code: warning.message.rstrip(".") for warning in document.warnings}
    if "not-completed" in told:
        yield told["not-completed"]
    if document.readings:
        yield from _of_reading(document.readings, number)
        return
    changed = [line for line in document.lines() if line.kind != "context"]
    doubtful = sum(not line.certain for line in changed)
    if doubtful:
        yield f"{doubtful} of {plural(len(changed), 'changed line')} may be otherwise"
    if "lines-joined" in told:
        yield "its changed lines are run together, and where new ones ended is lost"
    if "delta-unexplained" in told:
        yield told["delta-unexplained"]


def _of_reading(readings: Sequence[Reading], number: int) -> Iterator[str]:
    reading = readings[number - 1]
    if reading.probability < _CERTAIN:
        others = [percent(one.probability) for one in readings if one is not reading]
        rest = f", the other{'s' * (len(others) > 1)} {', '.join(others)}" if others else ""
        likely = percent(reading.probability)
        yield f"reading {number} of {len(readings)} is {likely} likely to be right{rest}"
    if reading.unexplained:
        yield f"{signed(reading.unexplained)} bytes that the page tells of are not in it"


def settling(document: Document) -> str:
    """Return what would make such a change certain."""
    asked = any(warning.code == "not-completed" for warning in document.warnings)
    wiki = "" if asked else " or --complete-from its wiki"
    settles = f"the page saved as HTML{wiki} settles it"
    return f"--reading takes another, {settles}" if len(document.readings) > 1 else settles
