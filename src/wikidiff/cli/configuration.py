"""Where the configuration of `check` and its baseline are kept."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from wikidiff.errors import ReadError, WikidiffError
from wikidiff.findings import Checked, Finding
from wikidiff.model import json_text
from wikidiff.sources import load as load_bytes

FILES = ("wikidiff.toml", "pyproject.toml")
BASELINE_VERSION = 1


def load(path: str | None, *, search: bool) -> tuple[dict[str, Any], str]:
    """Return a configuration and the name of its file.

    That is `path`, or with `search` the first file in the current folder or one above it that is
    a wikidiff.toml or a pyproject.toml with a table [tool.wikidiff]; the search ends at the top of
    a repository. Raises ReadError for a file that is no TOML.
    """
    if path is not None:
        table = _table(Path(path))
        if table is None:
            raise ReadError(path, "has no table [tool.wikidiff]", "add it, or leave --config away")
        return table, path
    for found in _candidates() if search else ():
        table = _table(found)
        if table is not None:
            return table, str(found)
    return {}, "config"


def _candidates() -> Iterator[Path]:
    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in FILES:
            if (folder / name).is_file():
                yield folder / name
        if (folder / ".git").exists():
            return


def _table(path: Path) -> dict[str, Any] | None:
    """Return a file's configuration; None for a pyproject.toml that has none."""
    data = load_bytes(path)
    try:
        value = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReadError(str(path), f"no TOML: {error}", "repair it") from error
    if path.name != "pyproject.toml":
        return value
    tool = value.get("tool")
    table = tool.get("wikidiff") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def read_baseline(path: str) -> frozenset[str]:
    """Return the fingerprints of a baseline; raises ReadError."""
    try:
        value = json.loads(load_bytes(path))
        version, known = value["schema_version"], value["findings"]
        if version != BASELINE_VERSION:
            raise ReadError(
                path, f"baseline of version {version}", "write it with --update-baseline"
            )
        return frozenset(known)
    except (ValueError, KeyError, TypeError) as error:
        way_out = "write it with --update-baseline"
        raise ReadError(path, f"no baseline ({type(error).__name__})", way_out) from error


def write_baseline(path: str, results: Iterable[Checked]) -> None:
    """Write the fingerprints of all findings, sorted, with what a person wants to see in a diff."""
    found = {f.fingerprint: _remembered(f) for result in results for f in result.findings}
    value = {"schema_version": BASELINE_VERSION, "findings": dict(sorted(found.items()))}
    write(path, json_text(value, indent=1) + "\n")


def _remembered(finding: Finding) -> Mapping[str, str]:
    return {"code": finding.code, "path": finding.path, "message": finding.message}


def write(path: str, text: str) -> None:
    """Write a file as UTF-8; raises WikidiffError where that cannot be done."""
    try:
        Path(path).write_bytes(text.encode("utf-8", "surrogatepass"))
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or str(error)
        raise WikidiffError(path, told.lower(), "give a place that can be written") from error
