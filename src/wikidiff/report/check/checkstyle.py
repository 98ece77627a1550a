"""Checkstyle XML: a file element a page, an error element a finding."""

from __future__ import annotations

from collections.abc import Sequence

from wikidiff.findings import Checked
from wikidiff.report.check import xml


def checkstyle(results: Sequence[Checked]) -> str:
    """Return a report; files without findings are in it too."""
    root = xml.element(None, "checkstyle", version="4.3")
    for result in results:
        file = xml.element(root, "file", name=result.path)
        for finding in result.findings:
            source = f"wikidiff.{finding.code}.{finding.rule.name}"
            severity, message = finding.severity, finding.message
            made = xml.element(
                file,
                "error",
                line=finding.line or 1,
                severity=severity,
                message=message,
                source=source,
            )
            if finding.columns:
                made.set("column", str(finding.columns[0]))
    return xml.document(root)
