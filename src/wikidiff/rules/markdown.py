"""W211 to W214: Markdown in wikitext."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wikidiff.rules.base import Hit, text_rule
from wikidiff.rules.edit import Side, Span

_LINK = re.compile(
    r"!?(?<!\[)\[(?P<label>[^\[\]\n\x00]{1,300})\]\((?P<url>(?:https?://|www\.|mailto:)[^\s()<>]+"
    r"|[\w./%-]+\.(?:md|html?)(?:#[\w-]+)?)\)"
)
_HEADING = re.compile(r"^#{1,6} +\S[^\n]*", re.MULTILINE)
_TITLE = re.compile(r"# +[^\W\d_][^.,;:!?{}\[\]<>|=]{0,60}$")
_EMPHASIS = re.compile(r"(?<![^\s(\[“\"'’])\*\*(?=[^\s*])[^*\n]{1,300}(?<=[^\s*])\*\*(?![\w*/])")
_FENCE = re.compile(r"^[ \t]*```[\w+-]*[ \t]*$", re.MULTILINE)
_CODE = re.compile(r"(?<![`\w\\])`(?=[^\s`])[^`\n]{1,200}(?<=[^\s`])`(?![`\w'])")


@text_rule("W211", "markdown-link", "error", fixable=False, signs=("](",))
def link(side: Side) -> Iterator[Hit]:
    """A link is written as in Markdown.

    It shows as it is typed. Wikitext has the address first, in one pair of brackets.

    Old:
        The mole is long.
    Bad:
        The mole is long, says [the survey](https://example.org/survey).
    Good:
        The mole is long, says [https://example.org/survey the survey].
    """
    for span in side.find(_LINK):
        meant = f"[{span.match['url']} {span.match['label']}]"
        yield side.hit(span, f"Markdown link; in wikitext: {meant}")


@text_rule("W212", "markdown-heading", local=False, signs=("# ",))
def heading(side: Side) -> Iterator[Hit]:
    """A heading is written as in Markdown.

    `##` at a line's start is a numbered list in a numbered list. It is told where no list item
    stands above it, so where it cannot be meant as one. `#` begins a numbered list: it is told
    where the line reads like a title and stands alone, blank lines around it.

    Old:
        The mole is long.
    Bad:
        ## Harbour
        The mole is long.
    Good:
        == Harbour ==
        The mole is long.
    """
    if side.edit.joins_lines:
        return
    for span in side.find(_HEADING):
        source = span.passage.source
        above = source[: span.start].rstrip("\n").rpartition("\n")[2]
        if above.startswith("#") or (side.page is None and not span.start):
            continue
        if span.match[0].startswith("##") or _is_alone(source, span):
            yield side.hit(span, "Markdown heading; in wikitext: == … ==")


def _is_alone(source: str, span: Span) -> bool:
    """Tell whether a list item reads like a title and has blank lines around it."""
    before, after = source[: span.start], source[span.end :]
    blank_above = not before or before.endswith("\n\n")
    text_below = after.startswith("\n\n") and not after.lstrip("\n").startswith("#")
    return blank_above and text_below and bool(_TITLE.match(span.match[0]))


@text_rule("W213", "markdown-emphasis", signs=("**",))
def emphasis(side: Side) -> Iterator[Hit]:
    """Bold text is written as in Markdown.

    It shows with its asterisks. Wikitext has three apostrophes on either side.

    Ignore it in formulas with powers, or put those into `<code>` or `<math>`.

    Old:
        The mole is long.
    Bad:
        The mole is **very** long.
    Good:
        The mole is '''very''' long.
    """
    for span in side.find(_EMPHASIS):
        yield side.hit(span, "Markdown bold; in wikitext: '''…'''")


@text_rule("W214", "markdown-code", signs=("`",))
def code(side: Side) -> Iterator[Hit]:
    """Code is written as in Markdown, in backticks.

    It shows with its backticks. Wikitext has `<code>` for words and `<syntaxhighlight>` for
    blocks.

    Old:
        The mole is long.
    Bad:
        Call `harbour.open()` first.
    Good:
        Call <code>harbour.open()</code> first.
    """
    for span in side.find(_FENCE):
        yield side.hit(span, "Markdown code block; in wikitext: <syntaxhighlight>")
    for span in side.find(_CODE):
        yield side.hit(span, "Markdown code; in wikitext: <code>…</code>")
