"""Code Climate's issues as GitLab's code quality reads them: a JSON array.

Source: GitLab's documentation "Code Quality", section on custom tools: `description`, `check_name`,
`fingerprint` (unique), `location.path` (relative, no leading ./), `location.lines.begin`,
`severity` (info, minor, major, critical, blocker).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from wikidiff.findings import Checked, Finding
from wikidiff.model import json_text
from wikidiff.report.safe import visible

_SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def codeclimate(results: Sequence[Checked]) -> str:
    """Return a JSON array of issues."""
    issues = [_issue(finding) for result in results for finding in result.findings]
    return json_text(issues, indent=1) + "\n"


def _issue(finding: Finding) -> dict[str, Any]:
    path = finding.path.replace("\\", "/").removeprefix("./").lstrip("/")
    unique = f"{path}\0{finding.fingerprint}".encode("utf-8", "surrogatepass")
    return {
        "type": "issue",
        "check_name": f"{finding.code} {finding.rule.name}",
        "description": visible(finding.message),
        "categories": ["Style"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": hashlib.sha256(unique).hexdigest()[:32],
        "location": {"path": path, "lines": {"begin": finding.line or 1}},
    }
