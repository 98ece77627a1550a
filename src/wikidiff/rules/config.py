"""Which rules run, how bad they are, and with what options: from a mapping as TOML has it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, cast

from wikidiff.errors import ConfigError
from wikidiff.findings import SEVERITIES, Severity
from wikidiff.rules import registry
from wikidiff.rules.base import Rule

PROFILES: Mapping[str, tuple[str, ...]] = {
    "mediawiki": (),
    "wikipedia": ("reference-bare", "notice-removed"),
    "git": ("heading-level-skipped", "trailing-space"),
}
"""What `wiki` takes, and the rules that it adds to the default ones."""

FAIL_ON = (*SEVERITIES, "never")
_CHOICES: tuple[tuple[str, type], ...] = (
    ("select", list),
    ("extend-select", list),
    ("ignore", list),
    ("severity", dict),
    ("rules", dict),
)
_KEYS: tuple[tuple[str, type], ...] = (
    *_CHOICES,
    ("per-path", dict),
    ("language", str),
    ("wiki", str),
    ("all-lines", bool),
    ("fail-on", str),
    ("max-findings", int),
    ("baseline", str),
)


@dataclass(frozen=True, slots=True)
class Active:
    """A rule that runs, and how."""

    rule: Rule
    severity: Severity
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a configuration, or a part of it for some paths, says of rules."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Config:
    """A configuration of `check`; made by `Config.of`."""

    choices: tuple[tuple[str, Choice], ...] = (("*", Choice()),)
    """(pattern of paths, what it says), later ones over earlier ones."""

    language: str | None = None
    wiki: str = "mediawiki"
    all_lines: bool = False
    fail_on: str = "info"
    max_findings: int | None = None
    baseline: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any], source: str = "config") -> Config:
        """Return the configuration that a mapping holds.

        Raises ConfigError for an unknown key, code or value, with the nearest known one.
        """
        _check_keys(given, _KEYS, source)
        wiki = _one_of(given.get("wiki", "mediawiki"), PROFILES, source, "wiki")
        choices = [("*", _choice(given, source))]
        for pattern, part in given.get("per-path", {}).items():
            if not isinstance(part, Mapping):
                raise ConfigError(source, f"per-path {pattern!r} is no table", "make it one")
            _check_keys(part, _CHOICES, source)
            choices.append((pattern, _choice(part, source)))
        most = given.get("max-findings")
        if most is not None and most < 0:
            raise ConfigError(source, "max-findings is negative", "give 0 or more")
        return cls(
            tuple(choices),
            given.get("language"),
            wiki,
            given.get("all-lines", False),
            _one_of(given.get("fail-on", "info"), FAIL_ON, source, "fail-on"),
            most,
            given.get("baseline"),
        )

    def active(self, path: str) -> tuple[Active, ...]:
        """Return the rules that run on a path, in order of their codes."""
        path = path.replace("\\", "/")
        fitting = tuple(n for n, (pattern, _) in enumerate(self.choices) if _fits(path, pattern))
        if fitting not in self._known:
            chosen = [self.choices[n][1] for n in fitting]
            self._known[fitting] = tuple(_active(chosen, PROFILES[self.wiki]))
        return self._known[fitting]

    @cached_property
    def _known(self) -> dict[tuple[int, ...], tuple[Active, ...]]:
        """The rules that run, by the choices that fit."""
        return {}

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "_known"}


def _fits(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"*/{pattern}")


def _active(choices: Sequence[Choice], profile: Sequence[str]) -> Iterable[Active]:
    on = {rule.code for rule in registry.all_rules() if rule.default}
    on |= {code for name in profile for code in codes_of(name)}
    severity: dict[str, Severity] = {}
    options: dict[str, dict[str, Any]] = {}
    for choice in choices:
        if choice.select is not None:
            on = {code for selector in choice.select for code in codes_of(selector)}
        on |= {code for selector in choice.extend_select for code in codes_of(selector)}
        on -= {code for selector in choice.ignore for code in codes_of(selector)}
        for selector, value in choice.severity.items():
            severity |= dict.fromkeys(codes_of(selector), value)
        for name, given in choice.options.items():
            options.setdefault(registry.rule_of(name).code, {}).update(given)
    for rule in registry.all_rules():
        if rule.code in on:
            yield Active(rule, severity.get(rule.code, rule.severity), options.get(rule.code, {}))


def codes_of(selector: str) -> list[str]:
    """Return the codes that a code, a name, the beginning of a code or ALL stands for."""
    if selector.upper() == "ALL":
        return [rule.code for rule in registry.all_rules()]
    if rule := registry.by_code().get(selector) or registry.by_code().get(selector.upper()):
        return [rule.code]
    start = selector.upper()
    return [rule.code for rule in registry.all_rules() if start and rule.code.startswith(start)]


def check_selector(selector: str, source: str) -> str:
    """Return a selector that stands for some rule; raises ConfigError with the nearest one."""
    if isinstance(selector, str) and codes_of(selector):
        return selector
    known = [*registry.by_code(), "ALL"]
    raise ConfigError(source, f"no rule {selector!r}", _nearest(str(selector), known, "rules"))


def _choice(given: Mapping[str, Any], source: str) -> Choice:
    def selectors(key: str) -> tuple[str, ...]:
        return tuple(check_selector(selector, source) for selector in given.get(key, ()))

    severity = {
        check_selector(selector, source): cast(
            Severity, _one_of(value, SEVERITIES, source, selector)
        )
        for selector, value in given.get("severity", {}).items()
    }
    options = {
        name: _options(name, value, source) for name, value in given.get("rules", {}).items()
    }
    select = selectors("select") if "select" in given else None
    return Choice(select, selectors("extend-select"), selectors("ignore"), severity, options)


def _options(name: str, given: Any, source: str) -> dict[str, Any]:  # noqa: ANN401 - from TOML
    if name not in registry.by_code():
        known = [rule.name for rule in registry.all_rules() if rule.options]
        raise ConfigError(source, f"no rule {name!r}", _nearest(name, known, "rules"))
    rule = registry.rule_of(name)
    if not isinstance(given, Mapping):
        raise ConfigError(source, f"rules.{name} is no table", "make it one")
    made: dict[str, Any] = {}
    for key, value in given.items():
        option = key.replace("-", "_")
        if option not in rule.options:
            trouble = f"rule {rule.name} has no option {key!r}"
            raise ConfigError(source, trouble, _nearest(option, list(rule.options), "rules"))
        made[option] = _typed(value, rule.options[option], source, f"rules.{name}.{key}")
    return made


def _typed(value: Any, default: Any, source: str, name: str) -> Any:  # noqa: ANN401
    """Return a value of the default's type; lists become tuples, whole numbers may be floats."""
    if isinstance(default, tuple) and isinstance(value, list | tuple):
        if all(isinstance(item, str) for item in value):
            return tuple(value)
    elif isinstance(default, float) and isinstance(value, int | float):
        if not isinstance(value, bool):
            return float(value)
    elif type(value) is type(default):
        return value
    wanted = {tuple: "a list of strings", float: "a number", int: "a whole number"}
    raise ConfigError(source, f"{name} is {value!r}", f"give {wanted.get(type(default), 'text')}")


def _check_keys(given: Mapping[str, Any], known: Sequence[tuple[str, type]], source: str) -> None:
    types = dict(known)
    for key, value in given.items():
        if key not in types:
            raise ConfigError(source, f"unknown key {key!r}", _nearest(key, list(types), "docs"))
        kind = types[key]
        if kind is dict and isinstance(value, Mapping):
            continue
        if kind is list and isinstance(value, list | tuple):
            continue
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            name = {list: "a list", dict: "a table", str: "text", bool: "true or false"}
            raise ConfigError(source, f"{key} is {value!r}", f"give {name.get(kind, 'a number')}")


def _one_of(value: Any, known: Iterable[str], source: str, key: str) -> str:  # noqa: ANN401
    if value in (known := list(known)):
        return str(value)
    raise ConfigError(source, f"{key} is {value!r}", _nearest(str(value), known, "docs"))


def _nearest(word: str, known: Sequence[str], place: str) -> str:
    close = difflib.get_close_matches(word, known, 1, 0.4)
    close = close or difflib.get_close_matches(word.upper(), known, 1, 0.4)
    if close:
        return f"did you mean {close[0]!r}?"
    if place == "rules":
        return "see 'wikidiff rules'"
    return f"there are {', '.join(known)}"


DEFAULT = Config.of({})
"""What runs where nothing is configured."""
