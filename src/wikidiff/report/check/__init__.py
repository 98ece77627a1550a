"""Findings of `check` in every format that CI systems and people read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from wikidiff.findings import Checked

FORMATS = {
    "text": "for people, with an excerpt and a caret",
    "json": "one JSON value with all findings",
    "jsonl": "a line of JSON for each finding",
    "github": "annotations of GitHub Actions",
    "sarif": "SARIF 2.1.0",
    "junit": "JUnit XML",
    "codeclimate": "Code Climate, as GitLab reads it",
    "checkstyle": "Checkstyle XML",
}
"""What `--format` takes."""

Writer = Callable[[Sequence[Checked]], str]


def rendered(name: str, results: Sequence[Checked]) -> str:
    """Return results in one of the formats, ending in a line feed unless empty."""
    from wikidiff.report.check import text

    if name == "text":
        return text.plain(results)
    module = "data" if name in ("json", "jsonl") else name
    writer: Writer = getattr(import_module(f"wikidiff.report.check.{module}"), name)
    return writer(results)
