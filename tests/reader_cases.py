"""Cases of the readers as data: tests/cases/FORM/NAME.EXT and beside it NAME.want.json.

To write what a new case gives, run this file with the paths of its inputs; then read it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from wikidiff import readers
from wikidiff.errors import ReadError
from wikidiff.readers import Columns, Flat, Found, Input, Marked, Pair

CASES = Path(__file__).parent / "cases"


def inputs(folder: str) -> list[Path]:
    """Return the inputs of a form's cases."""
    return sorted(p for p in (CASES / folder).iterdir() if not p.name.endswith(".want.json"))


def want(path: Path) -> Any:
    """Return what a case's input is to give."""
    return json.loads(_want_path(path).read_bytes())


def _want_path(path: Path) -> Path:
    return path.with_name(path.name.split(".")[0] + ".want.json")


def got(path: Path) -> Any:
    """Return what a case's input gives: its reader as it is recognised, and what that finds."""
    source = Input(path.name, path.read_bytes())
    try:
        reader = readers.recognise(source)
        return {"reader": reader.NAME, **told(reader.read(source))}
    except ReadError as error:
        return {"error": [error.trouble, error.way_out]}


def told(found: Found) -> dict[str, Any]:
    """Return what a reader found as plain values, short enough to be read."""
    meta = found.meta
    made: dict[str, Any] = {
        "title": meta.page.title,
        "old": _filled(meta.revisions.old.to_dict()),
        "new": _filled(meta.revisions.new.to_dict()),
        "declared": meta.declared,
        "engine": meta.engine,
        "language": meta.language,
        "warnings": [[warning.code, warning.message] for warning in meta.warnings],
    }
    if isinstance(found, Pair):
        made |= {"old_text": found.old, "new_text": found.new}
    if isinstance(found, Columns):
        made |= {"cells": list(found.cells), "article": list(found.article)}
    if isinstance(found, Flat):
        made |= {"lines": list(found.lines)}
    if isinstance(found, Marked):
        made |= {"fidelity": found.fidelity, "runs": [list(map(_line, run)) for run in found.runs]}
    return made


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _line(line: Any) -> Any:
    made = [line.kind, line.old_line, line.new_line, line.old]
    made += [line.new] if line.old != line.new else []
    if line.kind == "changed":
        made.append(["".join(segment) for segment in line.segments])
    if line.move:
        made.append(f"{line.move.id} {line.move.role}")
    return made if line.certain else [*made, "?"]


def _dumped(value: dict[str, Any]) -> str:
    """Return JSON with a field, and each shown line, on a line of its own."""
    fields = []
    for key, field in value.items():
        text = json.dumps(field, ensure_ascii=False)
        if key == "runs":
            runs = [
                "\n  " + ",\n  ".join(json.dumps(line, ensure_ascii=False) for line in run)
                for run in field
            ]
            text = f"[{', '.join(f'[{run}]' for run in runs)}]"
        fields.append(f" {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(fields) + "\n}\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        _want_path(Path(name)).write_text(_dumped(got(Path(name))), encoding="utf-8")
