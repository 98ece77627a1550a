"""A rule's docstring, taken apart: the page, `wikidiff rules` and the tests are made from it.

After the summary and the paragraphs come blocks, each a word and a colon on a line of their own
with indented lines under it: `Old:` (the text before the edit; none: an empty page), `Bad:`,
`Good:` (after it), `Options:` (`name: meaning`), `Settings:` (TOML, the options an example is run
with) and `Edit:` (`name: value`, what is known of the edit besides its texts: `minor`, `comment`,
`declared`, `partial`). A second `Bad:` begins a second example.
"""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from wikidiff.findings import Example

_BLOCK = re.compile(
    r"^(Old|Bad|Good|Options|Settings|Edit):\n((?:(?:[ ]{4}.*)?(?:\n|$))*)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Told:
    """A docstring's parts."""

    summary: str
    explanation: str
    examples: tuple[Example, ...]
    option_help: dict[str, str]


def parse(docstring: str) -> Told:
    """Return the parts of a rule's docstring."""
    first = _BLOCK.search(docstring)
    prose = docstring[: first.start()] if first else docstring
    summary, _, explanation = prose.partition("\n")
    blocks = [(m[1], textwrap.dedent(m[2]).strip("\n")) for m in _BLOCK.finditer(docstring)]
    helps = next((text for name, text in blocks if name == "Options"), "")
    return Told(
        summary.strip(),
        explanation.strip(),
        tuple(_examples(blocks)),
        dict(_pairs(helps)),
    )


def _examples(blocks: list[tuple[str, str]]) -> Iterator[Example]:
    """Yield the examples: each ends with its `Good:`."""
    given: dict[str, str] = {}
    for name, text in blocks:
        if name != "Options":
            given[name] = text
        if name == "Good":
            yield Example(
                given.get("Old", ""),
                given["Bad"],
                text,
                tomllib.loads(given.get("Settings", "")),
                dict(_pairs(given.get("Edit", ""))),
            )
            given = {}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield `name: value` lines; an indented line goes on with the value above it."""
    joined = re.sub(r"\n\s+", " ", text)
    for line in joined.split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()
