"""Findings for people: a line that says it, then the place with a caret under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TextIO

from wikidiff.findings import SEVERITIES, Checked, Finding, RuleInfo
from wikidiff.report.check.data import summary
from wikidiff.report.rows import Glyphs, Layout, Row, Stretch, View, glyphs_for
from wikidiff.report.safe import visible

_AROUND = 48  # code points of a line shown on either side of what was found
_MOST = 60  # code points shown of what was found


def plain(results: Sequence[Checked]) -> str:
    """Return the findings and the summary without colour."""
    rows = (*_findings(results, Glyphs()), *_summary(results))
    return "".join(f"{_joined(row)}\n" for row in rows)


def show(results: Sequence[Checked], file: TextIO, *, color: bool, statistics: bool) -> None:
    """Write the findings and the summary; `statistics` adds a count for each rule."""
    glyphs = glyphs_for(getattr(file, "encoding", None))
    rows = [*_findings(results, glyphs), *(_statistics(results) if statistics else ())]
    rows += _summary(results)
    if not color:
        file.writelines(f"{_joined(row)}\n" for row in rows)
        return
    from wikidiff.report.console import terminal, write

    view = View(color=True)
    write(rows, Layout(view, glyphs, 0, doubtful=False), terminal(view, file))


def _joined(row: Row) -> str:
    return "".join(visible(text) for text, _ in (*row.lead, *row.body)).rstrip(" ")


def _findings(results: Sequence[Checked], glyphs: Glyphs) -> Iterator[Row]:
    for result in results:
        for finding in result.findings:
            yield from _rows(finding, glyphs)


def _rows(finding: Finding, glyphs: Glyphs) -> Iterator[Row]:
    severity = finding.severity
    head: list[Stretch] = [
        (f"{_where(finding)}: ", "label"),
        (severity, severity),
        (f" {finding.code} {finding.rule.name}: ", "kind"),
        (finding.message, ""),
    ]
    if finding.status == "present":
        head.append((" (was there before)", "dim"))
    yield Row((), tuple(head))
    yield from _excerpt(finding, glyphs)


def _where(finding: Finding) -> str:
    """Return where a finding is, as editors and terminals make links of it where they can."""
    place = finding.place
    if finding.line is None:
        shown = "" if finding.shown is None else f", shown line {finding.shown + 1}"
        side = "old text, " if place.side == "old" else ""
        column = f"column {place.start + 1}" if finding.columns or place.side == "old" else ""
        under = f"section “{finding.section}”, " if finding.section else ""
        return f"{finding.path}: {under}{side}{column}{shown}"
    if finding.columns is None:
        return f"{finding.path}:{finding.line}"
    return f"{finding.path}:{finding.line}:{finding.columns[0]}"


def _excerpt(finding: Finding, glyphs: Glyphs) -> Iterator[Row]:
    """Yield the line, cut around what was found, and carets under it."""
    place = finding.place
    if not place.text.strip():
        return
    old = place.side == "old"
    number = "" if place.line is None else str(place.line)
    gutter = f"{'-' if old else ''}{number}".rjust(5)
    before, found, after = _cut(place.text, place.start, place.end, glyphs)
    style = "old" if old else ""
    shown = ((before, style), (found, severity := finding.severity), (after, style))
    yield Row(((f"{gutter} {glyphs.bar} ", "number"),), shown)
    blank = " " * (len(gutter) + 1)
    carets = "^" * max(_width(found), 1)
    lead = ((f"{blank}{glyphs.bar} ", "number"),)
    yield Row(lead, ((" " * _width(before), ""), (carets, severity)))


def _cut(text: str, start: int, end: int, glyphs: Glyphs) -> tuple[str, str, str]:
    before, found, after = text[:start], text[start:end], text[end:]
    if len(before) > _AROUND:
        before = glyphs.ellipsis + before[-_AROUND:]
    if len(found) > _MOST:
        found = found[:_MOST] + glyphs.ellipsis
    if len(after) > _AROUND:
        after = after[:_AROUND] + glyphs.ellipsis
    return before, found, after


def _width(text: str) -> int:
    """Return the cells that a text takes as it is printed."""
    shown = visible(text)
    if shown.isascii():
        return len(shown)
    from rich.cells import cell_len

    return cell_len(shown)


def _summary(results: Sequence[Checked]) -> Iterator[Row]:
    """Yield one line that sums up; none where there is nothing to say."""
    told = summary(results)
    counts = {name: told["findings"][name] for name in SEVERITIES}
    parts: list[str] = []
    if any(counts.values()):
        kinds = ", ".join(_plural(counts[name], name) for name in SEVERITIES if counts[name])
        edits = f"{told['edits_with_findings']} of {_plural(told['edits'], 'edit')}"
        parts.append(f"{_plural(sum(counts.values()), 'finding')} in {edits}: {kinds}")
    if told["fixed"]:
        fixed: Counter[str] = Counter()
        for result in results:
            fixed.update(result.fixed)
        codes = ", ".join(f"{code} {count}" for code, count in sorted(fixed.items()))
        parts.append(f"{_plural(told['fixed'], 'problem')} fixed ({codes})")
    if told["silenced"]:
        parts.append(f"{told['silenced']} silenced")
    if told["stopped"]:
        parts.append(f"not all that there are: {', '.join(told['stopped'])}")
    if parts:
        yield Row((), (("; ".join(parts), "sentence"),))


def _plural(count: int, word: str) -> str:
    if word == "info":
        return f"{count:,} info"
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _statistics(results: Sequence[Checked]) -> Iterator[Row]:
    """Yield the number of findings, of edits with one, and of problems fixed, by rule."""
    found: Counter[str] = Counter()
    edits: Counter[str] = Counter()
    fixed: Counter[str] = Counter()
    rules: dict[str, RuleInfo] = {}
    for result in results:
        found.update(finding.code for finding in result.findings)
        edits.update({finding.code for finding in result.findings})
        fixed.update(result.fixed)
        rules |= {finding.code: finding.rule for finding in result.findings}
    for code in sorted({*found, *fixed}):
        name = rules[code].name if code in rules else ""
        counts = f"{found[code]:6,} found in {edits[code]:,}, {fixed[code]:,} fixed"
        yield Row(((f"{code} ", "kind"),), ((f"{name:<24} {counts}", ""),))
