"""What `check` says: the rules as data, the findings, and what one Document's check came to.

Frozen and picklable; attributes carry the names of the JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
Status = Literal["introduced", "present"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Example:
    """A rule's example: the text before the edit, after a bad one and after a good one.

    `options` are rule options, `facts` what is known of the edit besides its texts (see
    `rules.docs`).
    """

    old: str
    bad: str
    good: str
    options: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule as people and reports know it.

    `summary` is one line, `explanation` paragraphs in Markdown. `default`: whether it runs unless
    told otherwise. `options` maps each option to its default and `option_help` to its meaning.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    explanation: str = ""
    examples: tuple[Example, ...] = ()
    default: bool = True
    fixable: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    option_help: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands on one side of a Document.

    `line` is the 1-based line number, None where the form has none; `at` the index of the
    Document's line, None where that line is not shown. `start` and `end` are half-open offsets in
    code points into `text`, the line's own.
    """

    side: Literal["old", "new"]
    line: int | None
    at: int | None
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fix:
    """Code points `start` to `end` of line `line` (1-based) of the new text become `replacement`.

    `replacement` None takes the whole line out.
    """

    line: int
    start: int
    end: int
    replacement: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say of an edit.

    `path` is the source's name. `place` is on the side the finding is of: the old one where
    something is gone. `section` is the heading that it stands under, None in the lead. `status`
    is "present" where all shown lines were asked for and the edit did not introduce it.
    """

    rule: RuleInfo
    severity: Severity
    message: str
    path: str
    place: Place
    page: str | None = None
    section: str | None = None
    status: Status = "introduced"
    fingerprint: str = ""
    nearest: int | None = None
    shown: int | None = None
    fix: Fix | None = None

    @property
    def code(self) -> str:
        """The rule's code, such as W401."""
        return self.rule.code

    @property
    def line(self) -> int | None:
        """The 1-based line of the new text to point at; None where the form has no numbers.

        For what is gone, that of the line that now stands in its place.
        """
        return self.place.line if self.place.side == "new" else self.nearest

    @property
    def columns(self) -> tuple[int, int] | None:
        """First and last column, 1-based code points, None where it is of no line of the new text.

        An empty place has one column.
        """
        if self.place.side == "old":
            return None
        return self.place.start + 1, max(self.place.end, self.place.start + 1)

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as in the JSON."""
        first, last = self.columns or (None, None)
        return {
            "code": self.rule.code,
            "name": self.rule.name,
            "severity": self.severity,
            "message": self.message,
            "path": self.path,
            "page": self.page,
            "section": self.section,
            "side": self.place.side,
            "line": self.line,
            "old_line": self.place.line if self.place.side == "old" else None,
            "column": first,
            "end_column": last,
            "shown": self.shown,
            "excerpt": self.place.text[self.place.start : self.place.end],
            "text": self.place.text,
            "status": self.status,
            "fix": None if self.fix is None else {"replacement": self.fix.replacement},
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking one Document came to; `fixed` counts the problems that the edit took away.

    `stopped` are the codes of rules that found more than `limits.FINDINGS` and were ended there.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    fixed: Mapping[str, int] = field(default_factory=dict)
    suppressed: int = 0
    stopped: tuple[str, ...] = ()


def rank(severity: Severity) -> int:
    """Return 0 for the worst severity, rising."""
    return SEVERITIES.index(severity)
