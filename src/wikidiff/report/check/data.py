"""Findings as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wikidiff.findings import SEVERITIES, Checked, Finding
from wikidiff.model import json_text

SCHEMA_VERSION = 1


def summary(results: Sequence[Checked]) -> dict[str, Any]:
    """Return the counts over all results."""
    found = [finding for result in results for finding in result.findings]
    return {
        "edits": len(results),
        "edits_with_findings": sum(bool(result.findings) for result in results),
        "findings": {name: sum(f.severity == name for f in found) for name in SEVERITIES},
        "fixed": sum(sum(result.fixed.values()) for result in results),
        "silenced": sum(result.suppressed for result in results),
        "stopped": sorted({code for result in results for code in result.stopped}),
    }


def json(results: Sequence[Checked]) -> str:
    """Return one JSON value: the schema's version, all findings, what was fixed, the summary."""
    value = {
        "schema_version": SCHEMA_VERSION,
        "findings": [f.to_dict() for result in results for f in result.findings],
        "fixed": [
            {"path": result.path, "code": code, "count": count}
            for result in results
            for code, count in result.fixed.items()
        ],
        "summary": summary(results),
    }
    return json_text(value, indent=1) + "\n"


def jsonl(results: Sequence[Checked]) -> str:
    """Return a line of JSON for each finding."""
    return "".join(line(finding) for result in results for finding in result.findings)


def line(finding: Finding) -> str:
    """Return a finding as one line."""
    return json_text(finding.to_dict()) + "\n"
