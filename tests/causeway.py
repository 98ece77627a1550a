"""A page history of our own; samples/causeway-history.xml is its export.

python tests/causeway.py    writes that file
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

SAMPLE = Path(__file__).parent.parent / "samples" / "causeway-history.xml"
TITLE = "Selwick causeway"


@dataclass(frozen=True)
class Edit:
    """A revision: who, when (UTC), what they said of it, its text."""

    user: str
    time: str
    comment: str
    text: str
    minor: bool = False


LEAD = "The '''Selwick causeway''' joins Gull Rock to the mainland at low water."
STONES = "It is laid of grey stone from [[Hale Quarry]] and is 740 metres long."
TIDES = "It is dry for about four hours either side of low water at springs."
BELL = "A bell on the beacon is rung when the tide turns."
BUILT = "The first causeway was laid in 1786 by the monks of Oxmouth."
STORM = "The storm of 1871 carried off its seaward end, which was laid again within the year."
RUBBISH = "the causeway smells of fish fish fish"
CARTS = "Carts paid two pence, and the post went free."


def page(*parts: str) -> str:
    return "\n\n".join(parts)


def _edits() -> list[Edit]:
    first = page(LEAD, STONES, "== History ==", BUILT)
    crossing = page(LEAD, STONES, "== Crossing ==", TIDES, "== History ==", BUILT)
    storm = page(crossing, STORM)
    bell = storm.replace(TIDES, f"{TIDES} {BELL}")
    metres = bell.replace("740 metres", "1,100 metres")
    tolls = page(metres, "=== Tolls ===", CARTS)
    gone = tolls.replace(f" {BELL}", "")
    back = gone.replace(TIDES, f"{TIDES} {BELL}").replace("monks of", "monks at")
    past = back.replace("== History ==", "== Building and repair ==")
    moved = page(
        LEAD, STONES, "== Building and repair ==", BUILT.replace("monks of", "monks at"), STORM,
        "=== Tolls ===", CARTS, "== Crossing ==", f"{TIDES} {BELL}",
    )  # fmt: skip
    link = moved.replace("monks at Oxmouth", "monks of [[Oxmouth]]")
    return [
        Edit("Ada Grint", "2021-03-02T09:14:00Z", "a page for the causeway", first),
        Edit("Ben Tolley", "2021-03-04T17:40:11Z", "when one can cross", crossing),
        Edit("Ada Grint", "2021-03-09T08:02:45Z", "the storm", storm),
        Edit("192.0.2.17", "2021-04-01T13:22:07Z", "", RUBBISH),
        Edit("Ben Tolley", "2021-04-01T13:25:30Z", "rv", storm, minor=True),
        Edit("Carla", "2021-06-12T19:51:00Z", "/* Crossing */ the bell", bell),
        Edit("Ida Pell", "2021-09-30T07:30:02Z", "measured it", metres, minor=True),
        Edit("Ben Tolley", "2022-01-15T10:11:12Z", "/* History */ tolls", tolls),
        Edit("192.0.2.98", "2022-02-03T23:05:41Z", "no bell there", gone),
        Edit("Carla", "2022-02-04T06:45:19Z", "there is one", back),
        Edit("Ida Pell", "2022-05-20T16:00:00Z", "a better name", past, minor=True),
        Edit("Ada Grint", "2022-08-08T12:34:56Z", "history first", moved),
        Edit("Dov Ansell", "2023-01-03T20:16:00Z", "link", link, minor=True),
    ]


EDITS = _edits()


def export(edits: list[Edit] = EDITS, title: str = TITLE) -> str:
    """Return an XML export of the history."""
    revisions = "".join(_revision(number, edit) for number, edit in enumerate(edits, 1))
    return (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" '
        'xml:lang="en">\n'
        f"  <page>\n    <title>{escape(title)}</title>\n    <ns>0</ns>\n    <id>1</id>\n"
        f"{revisions}  </page>\n</mediawiki>\n"
    )


def _revision(number: int, edit: Edit) -> str:
    kind = "ip" if edit.user[:1].isdigit() else "username"
    parent = f"      <parentid>{number - 1}</parentid>\n" if number > 1 else ""
    return (
        f"    <revision>\n      <id>{number}</id>\n{parent}"
        f"      <timestamp>{edit.time}</timestamp>\n"
        f"      <contributor><{kind}>{escape(edit.user)}</{kind}></contributor>\n"
        + ("      <minor/>\n" if edit.minor else "")
        + f"      <comment>{escape(edit.comment)}</comment>\n"
        "      <model>wikitext</model>\n      <format>text/x-wiki</format>\n"
        f'      <text xml:space="preserve">{escape(edit.text)}</text>\n    </revision>\n'
    )


if __name__ == "__main__":
    SAMPLE.write_text(export(), "utf-8", newline="\n")
    sys.exit()
