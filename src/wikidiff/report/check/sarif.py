"""SARIF 2.1.0 (OASIS Standard; the schema's constraints are checked in the tests)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wikidiff.findings import Checked, Finding, RuleInfo
from wikidiff.model import json_text
from wikidiff.report.check.uri import relative
from wikidiff.report.safe import visible
from wikidiff.version import VERSION

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def sarif(results: Sequence[Checked]) -> str:
    """Return a SARIF log of one run.

    Columns are code points. Addresses are relative to the folder that `%SRCROOT%` stands for, and
    fingerprints hold no line number, so that a result is known again when lines move.
    """
    found = [finding for result in results for finding in result.findings]
    rules = {finding.code: finding.rule for finding in found}
    index = {code: at for at, code in enumerate(sorted(rules))}
    run = {
        "tool": {
            "driver": {
                "name": "wikidiff",
                "semanticVersion": VERSION,
                "rules": [_rule(rules[code]) for code in index],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The repository's root."}}},
        "results": [_result(finding, index) for finding in found],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(rule: RuleInfo) -> dict[str, Any]:
    explanation = rule.explanation or rule.summary
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": explanation},
        "help": {"text": explanation, "markdown": explanation},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.default},
    }


def _result(finding: Finding, index: Mapping[str, int]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": visible(finding.message)},
        "locations": [{"physicalLocation": _place(finding)}],
        "partialFingerprints": {"wikidiff/v1": finding.fingerprint},
        "properties": {"status": finding.status},
    }
    if finding.section:
        section = {"name": visible(finding.section), "kind": "module"}
        made["locations"][0]["logicalLocations"] = [section]
    return made


def _place(finding: Finding) -> dict[str, Any]:
    artifact = {"uri": relative(finding.path), "uriBaseId": "%SRCROOT%"}
    if artifact["uri"].startswith(("https:", "http:")):
        del artifact["uriBaseId"]
    made: dict[str, Any] = {"artifactLocation": artifact}
    if finding.line is None:
        return made
    region: dict[str, Any] = {"startLine": finding.line}
    if finding.columns:
        first, last = finding.columns
        place = finding.place
        end = last + 1 if place.end > place.start else first
        region |= {"startColumn": first, "endColumn": end}
        region["snippet"] = {"text": visible(place.text[place.start : place.end])}
    made["region"] = region
    return made
