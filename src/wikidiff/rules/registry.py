"""All rules: our own, and those of other packages through the entry points `wikidiff.rules`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from wikidiff.errors import WikidiffError
from wikidiff.rules.base import Rule

_MODULES = (
    "suppress",
    "headings",
    "page",
    "brackets",
    "quotes",
    "markdown",
    "leftovers",
    "references",
    "urls",
    "characters",
    "scripts",
    "size",
    "wording",
    "policy",
)
GROUP = "wikidiff.rules"
"""The entry point group; each entry is a Rule or a sequence of them."""


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule in order of its code; raises WikidiffError for two of one code or name."""
    found: dict[str, Rule] = {}
    for rule in (*_own(), *_others()):
        for known in (found.get(rule.code), *(r for r in found.values() if r.name == rule.name)):
            if known:
                trouble = f"the rules {known.name} and {rule.name} have one code or name"
                raise WikidiffError(rule.code, trouble, "uninstall one of the two packages")
        found[rule.code] = rule
    return tuple(found[code] for code in sorted(found))


def _own() -> Iterator[Rule]:
    for name in _MODULES:
        module = import_module(f"wikidiff.rules.{name}")
        yield from (value for value in vars(module).values() if isinstance(value, Rule))


def _others() -> Iterator[Rule]:
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            loaded = point.load()
        except Exception as error:
            trouble = f"its rules cannot be loaded ({type(error).__name__}: {error})"
            raise WikidiffError(point.value, trouble, "repair or uninstall that package") from error
        given = [loaded] if isinstance(loaded, Rule) else list(loaded)
        for rule in given:
            if not isinstance(rule, Rule):
                trouble = f"{rule!r} is no rule"
                raise WikidiffError(point.value, trouble, "make it with text_rule or edit_rule")
            yield rule


@cache
def by_code() -> dict[str, Rule]:
    """Return the rules by code and by name."""
    return {name: rule for rule in all_rules() for name in (rule.code, rule.name)}


def rule_of(code: str) -> Rule:
    """Return the rule of a code or name; raises KeyError."""
    return by_code()[code]
