"""Rules told to people: the list, and one rule with its examples."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from wikidiff.findings import Example, RuleInfo
from wikidiff.report.safe import visible


def listed(rules: Sequence[RuleInfo]) -> str:
    """Return a line for each rule: code, name, severity, whether it is off, what it catches."""
    width = max(len(rule.name) for rule in rules)
    lines = (
        f"{rule.code} {rule.name:<{width}} {rule.severity:<8}"
        f"{'' if rule.default else 'off  '}{rule.summary}"
        for rule in rules
    )
    return "".join(f"{visible(line)}\n" for line in lines)


def explained(rule: RuleInfo) -> str:
    """Return a rule with its reasons, options and examples."""
    return "".join(f"{line}\n" for line in _lines(rule))


def _lines(rule: RuleInfo) -> Iterator[str]:
    default = "on" if rule.default else "off"
    fix = ", --fix repairs it" if rule.fixable else ""
    yield visible(f"{rule.code} {rule.name} ({rule.severity}, {default} by default{fix})")
    yield visible(rule.summary)
    if rule.explanation:
        yield ""
        yield visible(rule.explanation, keep_newlines=True)
    if rule.options:
        yield "\nOptions:"
        for name, default in rule.options.items():
            yield visible(f"  {name} = {default!r}: {rule.option_help.get(name, '')}")
    for example in rule.examples:
        yield from _example(example)


def _example(example: Example) -> Iterator[str]:
    for name, text in (("Before", example.old), ("Bad", example.bad), ("Good", example.good)):
        yield f"\n{name}:"
        yield textwrap.indent(visible(text, keep_newlines=True), "    ") or "    (an empty page)"
    for title, told in (("With", example.options), ("Edit", example.facts)):
        for name, value in told.items():
            yield visible(f"\n{title} {name}: {value}")
