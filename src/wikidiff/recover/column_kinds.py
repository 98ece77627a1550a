"""What kind of line of wikitext a line is, and which brackets it opens and leaves open."""

from __future__ import annotations

import re

_FORMS = (
    ("redirect", r"#\w+\s*:?\s*\[\["),
    ("heading", r"=+.*=+\s*$"),
    ("table", r"\{\|"),
    ("table end", r"\|\}(?!\})"),
    ("row", r"\|-"),
    ("head cell", r"!"),
    ("template end", r"\|?\}\}"),
    ("parameter", r"\|\s*(?!(?:class|style|width|align|valign|bgcolor|colspan|rowspan)\b)"
     r"[^\W_][\w .\-]{0,40}=(?!.*\|\|)"),
    ("cell", r"\|"),
    ("comment", r"<!--"),
    ("tag", r"<"),
    ("link", r"\[\[[^\[\]|:]{1,30}:"),
    ("item", r"\*"),
    ("number", r"#"),
    ("term", r";"),
    ("indent", r":"),
    ("rule", r"----|__"),
)  # fmt: skip
_PATTERN = re.compile("|".join(f"(?P<f{n}>{form})" for n, (_, form) in enumerate(_FORMS)))
_FEW_WORDS = 4

BRACKETS = (("{{", "}}"), ("{|", "|}"), ("<!--", "-->"), ("[[", "]]"), ("<ref", "</ref"))
_OWN_END = re.compile(r"<ref[^<>]*/>")


def kind(line: str) -> str:
    """Return the kind of a line by how it begins; "blank", and "text" or "words" for prose."""
    begin = line.lstrip()
    if not begin:
        return "blank"
    if found := _PATTERN.match(begin):
        return _FORMS[int(str(found.lastgroup)[1:])][0]
    if begin.startswith("{{"):
        return "template" if begin.count("{{") <= begin.count("}}") else "template start"
    return "text" if begin.count(" ") >= _FEW_WORDS else "words"


def open_brackets(line: str) -> tuple[int, ...]:
    """Return for each of `BRACKETS` how many more a line opens than it closes."""
    bare = _OWN_END.sub("", line) if "<ref" in line else line
    return tuple(bare.count(opener) - bare.count(closer) for opener, closer in BRACKETS)
