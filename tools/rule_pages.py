"""Make docs/rules.md and docs/rules/ from the docstrings of the rules; --check only looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from wikidiff.findings import Example, RuleInfo
from wikidiff.report.safe import visible
from wikidiff.rules import registry

DOCS = Path(__file__).parent.parent / "docs"
GROUPS = {
    "W0": "The comments that silence rules",
    "W1": "Structure",
    "W2": "Markup",
    "W3": "References and addresses",
    "W4": "Text integrity",
    "W5": "Size and shape",
    "W6": "Policy",
}
TABLE = "\n## {}\n\n| code | rule | severity | default | what it catches |\n|---|---|---|---|---|\n"
HEAD = """\
# `wikidiff rules`

```
wikidiff rules          all rules, a line each
wikidiff rules CODE     one rule with its reasons, options and examples; of W3 all that begin so
```

The rules of [`wikidiff check`](check.md). Those marked “off” run when they are selected; those of
the group “Policy” also want to be configured. This page and those that it links to are made from
the rules' docstrings by `tools/rule_pages.py`.
"""


def index(rules: list[RuleInfo]) -> str:
    """Return the page of all rules."""
    parts = [HEAD]
    for start, title in GROUPS.items():
        parts.append(TABLE.format(title))
        parts += [_row(rule) for rule in rules if rule.code.startswith(start)]
    return "".join(parts)


def _row(rule: RuleInfo) -> str:
    default = "on" if rule.default else "off"
    cells = rule.code, f"[{rule.name}](rules/{rule.code}.md)", rule.severity, default, rule.summary
    return f"| {' | '.join(cells)} |\n"


def page(rule: RuleInfo) -> str:
    """Return the page of one rule."""
    return "\n".join(_page(rule)) + "\n"


def _page(rule: RuleInfo) -> Iterator[str]:
    yield f"# {rule.code} {rule.name}\n"
    yield f"{rule.summary}\n"
    fix = " `--fix` repairs it where that is certain." if rule.fixable else ""
    yield f"Severity: {rule.severity}. {'On' if rule.default else 'Off'} by default.{fix}\n"
    if rule.explanation:
        yield f"{rule.explanation}\n"
    if rule.options:
        yield "| option | default | what |\n|---|---|---|"
        for name, value in rule.options.items():
            told = list(value) if isinstance(value, tuple) else value
            yield f"| `{name.replace('_', '-')}` | {_default(told)} | {rule.option_help[name]} |"
        yield ""
    for example in rule.examples:
        yield from _example(rule, example)


def _default(value: object) -> str:
    return "see below" if isinstance(value, list) and value else f"`{value}`"


def _example(rule: RuleInfo, example: Example) -> Iterator[str]:
    if example.options:
        yield "With\n\n```toml"
        yield f"[tool.wikidiff.rules.{rule.name}]"
        for name, value in example.options.items():
            told = list(value) if isinstance(value, (list, tuple)) else value
            yield f"{name.replace('_', '-')} = {str(told).replace(chr(39), chr(34))}"
        yield "```\n"
    for name, value in example.facts.items():
        if name != "partial":
            yield f"The edit's `{name}` is {value or 'empty'}.\n"
    for title, text in (("Before", example.old), ("Bad", example.bad), ("Good", example.good)):
        yield f"{title}:\n\n```wikitext\n{visible(text, keep_newlines=True)}\n```\n"


def pages() -> dict[Path, str]:
    """Return all pages and what is to stand in them."""
    rules = [rule.info for rule in registry.all_rules() if rule.code.startswith("W")]
    made = {DOCS / "rules" / f"{rule.code}.md": page(rule).rstrip("\n") + "\n" for rule in rules}
    return {DOCS / "rules.md": index(rules), **made}


def main() -> int:
    """Write the pages, or with --check return 1 where one is not as it would be written."""
    made = pages()
    extra = sorted(set((DOCS / "rules").glob("*.md")) - set(made))
    if "--check" in sys.argv:
        stale = [p for p, text in made.items() if not p.exists() or p.read_text("utf-8") != text]
        for path in (*stale, *extra):
            print(f"not current: {path.relative_to(DOCS.parent)}; run python tools/rule_pages.py")
        return int(bool(stale or extra))
    (DOCS / "rules").mkdir(exist_ok=True)
    for path, text in made.items():
        path.write_text(text, "utf-8")
    for path in extra:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
