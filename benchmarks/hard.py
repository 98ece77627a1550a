"""Write the page of hard edits: our view of each beside wikidiff2's, with our own verdict.

    python benchmarks/hard.py > docs/engine-hard-edits.md      # needs PHP with wikidiff2

The cases stand in tests/cases/engine/hard.txt, the verdicts in tests/cases/engine/verdicts.json.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import wikidiff
from wikidiff.model import Line, Segment

CASES = Path(__file__).parents[1] / "tests" / "cases" / "engine"
HEAD = """# Twenty hard edits

Each edit as this engine shows it and as wikidiff2 1.13 does, `[-deleted-]`, `{+inserted+}`,
unchanged lines left out. `»` and `«` mark a moved line's new and old place, `¶` the lines of a
paragraph that was split or merged, `¤` a blank line. Made by `benchmarks/hard.py`; our half is
checked by the tests.
"""


def cases() -> Iterator[tuple[str, str, str]]:
    """Yield name, old text and new text of every case."""
    for block in (CASES / "hard.txt").read_text("utf-8").split("#### ")[1:]:
        name, _, rest = block.partition("\n==== old\n")
        old, _, new = rest.partition("\n==== new\n")
        yield name, old, new.removesuffix("\n")


def shown(segments: list[Segment] | tuple[Segment, ...]) -> str:
    """Return segments as text."""
    marks = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return "".join(marks[mark].format(stretch) for mark, stretch in segments)


def sign(line: Line) -> str:
    """Return what stands before a line."""
    if line.split:
        return "¶ "
    if line.move:
        return "« " if line.move.role == "from" else "» "
    return "  "


def our_view(old: str, new: str) -> str:
    """Return our diff of two texts; moved and split lines with the edit that was made to them."""
    rows: list[str] = []
    for line in wikidiff.diff(old, new).lines():
        if line.kind == "context":
            continue
        segments = line.segments
        if line.split:
            segments = list(line.split.segments)
        elif line.move and line.move.role == "to":
            segments = list(line.move.segments) or [("=", line.new or "")]
        elif line.move:
            segments = [("=", line.old or "")]
        elif not segments:
            segments = [("-" if line.new is None else "+", "¤")]
        rows.append(sign(line) + shown(segments))
    return "\n".join(rows)


def their_view(old: str, new: str) -> str:
    """Return wikidiff2's inline diff of two texts."""
    code = (
        "$p = json_decode(stream_get_contents(STDIN)); "
        "echo wikidiff2_inline_json_diff($p[0], $p[1], 2);"
    )
    made = subprocess.run(
        ["php", "-r", code],
        input=json.dumps([old, new]),
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(filter(None, map(row_text, json.loads(made.stdout)["diff"])))


def row_text(row: dict[str, object]) -> str:
    """Return one row of wikidiff2's JSON as text, "" for context."""
    kind, text = row["type"], str(row["text"])
    if kind == 0:
        return ""
    if kind in (1, 2):
        return "  " + shown([("+" if kind == 1 else "-", text or "¤")])
    if kind == 4:
        return "« " + text
    data, at = text.encode(), 0
    segments: list[Segment] = []
    for mark in row.get("highlightRanges") or ():  # type: ignore[attr-defined]
        end = mark["start"] + mark["length"]
        segments.append(("=", data[at : mark["start"]].decode()))
        segments.append(("+" if mark["type"] == 0 else "-", data[mark["start"] : end].decode()))
        at = end
    segments.append(("=", data[at:].decode()))
    return ("» " if kind == 5 else "  ") + shown([x for x in segments if x[1]])


def main() -> int:
    """Print the page."""
    verdicts: dict[str, str] = json.loads((CASES / "verdicts.json").read_text("utf-8"))
    parts = [HEAD]
    for number, (name, old, new) in enumerate(cases(), 1):
        parts.append(f"## {number}. {name[0].upper()}{name[1:]}\n")
        parts.append(f"wikidiff:\n\n```text\n{our_view(old, new)}\n```\n")
        parts.append(f"wikidiff2:\n\n```text\n{their_view(old, new)}\n```\n")
        parts.append(f"Verdict: {verdicts[name]}\n")
    print("\n".join(parts), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
