"""Every rule on its own examples, and what the framework promises of all rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

import wikidiff
from wikidiff.model import Revision
from wikidiff.rules import registry
from wikidiff.rules.config import Config
from wikidiff.rules.run import check

RULES = registry.all_rules()
EXAMPLES = [(rule, n, e) for rule in RULES for n, e in enumerate(rule.info.examples, 1)]
NAMES = [f"{rule.name}-{n}" for rule, n, _ in EXAMPLES]


def document(example, new):
    """Return the edit of an example, with what is known of it besides its texts."""
    made = wikidiff.diff(example.old, new, source="page.wiki", title="Astra")
    facts = example.facts
    if not facts:
        return made
    minor = {"true": True, "false": False}.get(facts.get("minor", ""))
    told = Revision(minor=minor, comment=facts.get("comment"))
    changes = {"revisions": replace(made.revisions, new=told)}
    if "declared" in facts and new == example.bad:
        changes["declared"] = int(facts["declared"])
    if facts.get("partial") == "true":
        changes["texts"] = None
    return made.replace(**changes)


def found(rule, example, new):
    config = Config.of({"select": [rule.code], "rules": {rule.name: dict(example.options)}})
    return check(document(example, new), config).findings


@pytest.mark.parametrize(("rule", "number", "example"), EXAMPLES, ids=NAMES)
def test_a_rule_finds_its_bad_example(rule, number, example):
    assert {finding.code for finding in found(rule, example, example.bad)} == {rule.code}


@pytest.mark.parametrize(("rule", "number", "example"), EXAMPLES, ids=NAMES)
def test_a_rule_is_silent_about_its_good_example(rule, number, example):
    assert found(rule, example, example.good) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_tells_what_it_catches_with_an_example_and_its_options(rule):
    info = rule.info
    assert info.examples
    assert info.summary.endswith(".")
    assert set(info.option_help) == set(info.options)
    assert info.code[0] == "W"
    assert info.name == info.name.lower()


def in_an_unchanged_line(rule):
    """Return edits that leave what a text rule finds where it was and change another line."""
    for example in rule.info.examples:
        if example.facts or not example.bad.strip():
            continue
        yield example, f"First line.\n\n{example.bad}\n", f"Line one.\n\n{example.bad}\n"


@pytest.mark.parametrize("rule", [r for r in RULES if r.kind == "text"], ids=lambda rule: rule.name)
def test_what_stands_in_an_unchanged_line_is_told_with_all_lines_only(rule):
    options = {"select": [rule.code]}
    for example, old, new in in_an_unchanged_line(rule):
        given = {**options, "rules": {rule.name: dict(example.options)}}
        made = wikidiff.diff(old, new)
        assert wikidiff.check(made, given) == ()
        if rule.code != "W001":
            told = wikidiff.check(made, {**given, "all-lines": True})
            assert {finding.status for finding in told} <= {"present"}
            assert told or rule.name == "redirect-doubled"  # a redirect is a page's first line


@pytest.mark.parametrize("rule", [r for r in RULES if r.kind == "text"], ids=lambda rule: rule.name)
def test_what_moved_is_not_introduced(rule):
    filler = "\n".join(f"This is the line number {n} of the page." for n in range(8))
    for example in rule.info.examples:
        if example.facts or rule.code in ("W001", "W224"):
            continue
        made = wikidiff.diff(f"{example.bad}\n{filler}\n", f"{filler}\n{example.bad}\n")
        config = {"select": [rule.code], "rules": {rule.name: dict(example.options)}}
        if rule.name not in ("heading-level-skipped", "list-depth-skipped", "markdown-heading"):
            assert wikidiff.check(made, config) == ()  # those look at what stands above


@pytest.mark.parametrize("rule", [r for r in RULES if r.kind == "text"], ids=lambda rule: rule.name)
def test_what_an_edit_repairs_is_counted_as_fixed(rule):
    for example in rule.info.examples:
        if example.facts or rule.code == "W001":
            continue
        options = {"select": [rule.code], "rules": {rule.name: dict(example.options)}}
        result = check(wikidiff.diff(example.bad, example.good), Config.of(options))
        assert result.findings == ()
        assert set(result.fixed) == {rule.code}
