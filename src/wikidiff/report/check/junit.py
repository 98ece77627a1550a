"""JUnit XML, in the shape that Jenkins and GitLab read: a suite a page, a test case a finding."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from wikidiff.findings import Checked
from wikidiff.report.check import xml


def junit(results: Sequence[Checked]) -> str:
    """Return a report with a suite for each edit; one without findings has a case that passed."""
    failures = sum(len(result.findings) for result in results)
    tests = sum(len(result.findings) or 1 for result in results)
    root = xml.element(
        None, "testsuites", name="wikidiff", tests=tests, failures=failures, errors=0, time="0"
    )
    for result in results:
        _suite(root, result)
    return xml.document(root)


def _suite(root: Element, result: Checked) -> None:
    count = len(result.findings)
    suite = xml.element(
        root,
        "testsuite",
        name=result.path or "wikidiff",
        tests=count or 1,
        failures=count,
        errors=0,
        skipped=0,
        time="0",
    )
    if not count:
        xml.element(suite, "testcase", name="wikidiff check", classname=result.path, time="0")
    for finding in result.findings:
        name = f"{finding.code} {finding.rule.name}"
        if finding.line is not None:
            name += f", line {finding.line}"
        case = xml.element(suite, "testcase", name=name, classname=result.path, time="0")
        told = f"{finding.path}:{finding.line or ''}\n{finding.place.text}"
        xml.element(case, "failure", told, message=finding.message, type=finding.severity)
