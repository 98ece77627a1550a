"""Annotations of GitHub Actions.

Source: GitHub's documentation of workflow commands, and actions/toolkit `command.ts` for what is
escaped. A step shows ten annotations of each level and drops the rest, so the worst come first and
what is beyond ten is told as plain lines of the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from wikidiff.findings import Checked, Finding, rank
from wikidiff.report.safe import visible

MOST_OF_A_LEVEL = 10
_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def github(results: Sequence[Checked]) -> str:
    """Return workflow commands, worst first, and a plain line for each finding beyond the limit."""
    return "".join(f"{line}\n" for line in _lines(results))


def _lines(results: Sequence[Checked]) -> Iterator[str]:
    found = [finding for result in results for finding in result.findings]
    found.sort(key=lambda finding: rank(finding.severity))
    shown: Counter[str] = Counter()
    rest: list[Finding] = []
    for finding in found:
        shown[finding.severity] += 1
        if shown[finding.severity] <= MOST_OF_A_LEVEL:
            yield _command(finding)
        else:
            rest.append(finding)
    if rest:
        yield f"{len(rest)} more findings:"
    for finding in rest:
        place = f"{finding.path}:{finding.line or 1}"
        yield visible(f"  {place}: {finding.severity} {finding.code} {finding.message}")


def _command(finding: Finding) -> str:
    fields = {"title": f"{finding.code} {finding.rule.name}", "file": finding.path}
    if finding.line is not None:
        fields["line"] = str(finding.line)
        if finding.columns:
            fields["col"], fields["endColumn"] = map(str, finding.columns)
    told = ",".join(f"{name}={_property(value)}" for name, value in fields.items())
    return f"::{_LEVELS[finding.severity]} {told}::{_data(finding.message)}"


def _data(text: str) -> str:
    """Return a message escaped: what could end the command or begin another one."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(text)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
