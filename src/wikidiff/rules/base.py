"""What a rule is made of: hits in, a rule out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from wikidiff.findings import Place, RuleInfo, Severity
from wikidiff.rules import docs

Kind = Literal["text", "edit"]
"""A text rule looks at one side and is asked of both; an edit rule looks at what was done."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a rule found.

    `key` tells whether the other side has the same one: hits that both sides have are not
    introduced. `weight` is +1 for an opener without its closer and -1 for a closer without its
    opener, for rules of brackets, and `group` tells which of them may close each other. `fix` is
    what the place is to become, None where no fix is
    certain, and `drops_line` takes its line out.
    """

    place: Place
    message: str
    key: str
    weight: int = 0
    group: str = ""
    fix: str | None = None
    drops_line: bool = False


@dataclass(frozen=True)
class Rule:
    """A rule: what is told of it, and the function that finds hits.

    `local`: what a hit's own text decides, so that words which the edit left alone are never
    introduced. `paired`: brackets, of which a page that is not whole shows a part only; `far`: they
    may close each other over any distance, so what stands around the changed lines does not tell.
    `signs`: texts of which one stands in the lines looked at where there is anything to find, and
    `in_ascii` whether these may be of ASCII only: elsewhere the rule is not asked.
    """

    code: str
    name: str
    severity: Severity
    find: Callable[..., Iterable[Hit]]
    kind: Kind = "text"
    default: bool = True
    fixable: bool = False
    local: bool = True
    paired: bool = False
    far: bool = False
    signs: tuple[str, ...] = ()
    in_ascii: bool = True

    def may_find(self, text: str, *, is_ascii: bool) -> bool:
        """Tell whether there may be anything to find in a text."""
        if is_ascii and not self.in_ascii:
            return False
        return not self.signs or any(sign in text for sign in self.signs)

    @cached_property
    def options(self) -> dict[str, Any]:
        """The rule's options and their defaults: the function's keyword-only parameters."""
        parameters = inspect.signature(self.find).parameters.values()
        return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}

    @cached_property
    def info(self) -> RuleInfo:
        """What is told of the rule, from its docstring."""
        told = docs.parse(inspect.getdoc(self.find) or self.name)
        return RuleInfo(
            self.code,
            self.name,
            self.severity,
            told.summary,
            told.explanation,
            told.examples,
            self.default,
            self.fixable,
            self.options,
            told.option_help,
        )

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        from wikidiff.rules import registry

        return registry.rule_of, (self.code,)


def text_rule(
    code: str,
    name: str,
    severity: Severity = "warning",
    *,
    default: bool = True,
    fixable: bool = False,
    local: bool = True,
    paired: bool = False,
    far: bool = False,
    signs: tuple[str, ...] = (),
    in_ascii: bool = True,
) -> Callable[[Callable[..., Iterable[Hit]]], Rule]:
    """Make a rule of a function `(side, *, options…) -> hits`, which is asked of both sides."""

    def made(find: Callable[..., Iterable[Hit]]) -> Rule:
        return Rule(
            code,
            name,
            severity,
            find,
            "text",
            default,
            fixable,
            local,
            paired,
            far,
            signs,
            in_ascii,
        )

    return made


def edit_rule(
    code: str, name: str, severity: Severity = "warning", *, default: bool = True
) -> Callable[[Callable[..., Iterable[Hit]]], Rule]:
    """Make a rule of a function `(edit, *, options…) -> hits`."""

    def made(find: Callable[..., Iterable[Hit]]) -> Rule:
        return Rule(code, name, severity, find, "edit", default)

    return made
