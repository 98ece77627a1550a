"""What the parser knows of tags and quotes, and how parts lie in one another."""

from __future__ import annotations

from operator import attrgetter

from wikidiff.markup.names import set_of
from wikidiff.markup.nodes import Node

OPAQUE = set_of(
    "nowiki pre math chem ce syntaxhighlight source score timeline templatedata templatestyles "
    "hiero graph mapframe maplink categorytree inputbox charinsert imagemap"
)
"""Extension tags whose content is no wikitext."""

NESTING = set_of("ref references gallery poem indicator langconvert")
"""Extension tags whose content is wikitext of its own: brackets never reach across their ends."""

UNPARSED = set_of("gallery indicator")
"""Those of them that mwparserfromhell does not look into, or not as MediaWiki does."""

HTML = set_of(
    "b i u s small big sub sup span div center blockquote code tt kbd var samp del ins strike br "
    "hr p table tr td th caption ul ol li dl dt dd h1 h2 h3 h4 h5 h6 abbr cite q ruby rt rp rb bdi "
    "bdo dfn em strong font mark time wbr data noinclude includeonly onlyinclude section "
    "translate tvar languages"
)
VOID = set_of("br hr wbr section languages templatestyles")


def stretches(marks: list[tuple[int, int]]) -> list[Node]:
    """Return the italic, bold and bold italic stretches of one line's quote marks.

    Two quotes switch italic, three bold, five both; of four one is text, of more than five the
    rest is (Parser::doQuotes). A stretch left open is none here, where MediaWiki ends it with the
    line or takes an apostrophe of it as text.
    """
    open_at: dict[str, int] = {}
    made: list[Node] = []
    for start, count in marks:
        start += max(count - 5, 0) + (count == 4)
        size = 3 if count == 4 else min(count, 5)
        end = start + size
        if size == 5 and not open_at:
            open_at["bold italic"] = start
        elif size == 5 and "bold italic" in open_at:
            begin = open_at.pop("bold italic")
            made.append(Node("quotes", begin, end, (begin + 5, start), "bold italic"))
        elif "bold italic" in open_at and size < 5:
            begin = open_at.pop("bold italic")
            inner, outer = ("bold", "italic") if size == 3 else ("italic", "bold")
            width = 3 if inner == "bold" else 2
            made.append(Node("quotes", begin + 5 - width, end, (begin + 5, start), inner))
            open_at[outer] = begin
        else:
            for name, width in (("italic", 2), ("bold", 3)):
                if size not in (width, 5):
                    continue
                if name in open_at:
                    begin = open_at.pop(name)
                    made.append(Node("quotes", begin, end, (begin + width, start), name))
                else:
                    open_at[name] = start
    return made


# One character is looked for at many times the speed of two, so pairs are found by one of them.


def doubled(text: str, sign: str, start: int = 0, end: int | None = None) -> int:
    """Return how often a character stands twice in a row, as `str.count` counts."""
    stop = len(text) if end is None else min(end, len(text))
    count = 0
    at = text.find(sign, start, stop)
    while at >= 0:
        at += 1
        if at < stop and text[at] == sign:
            count += 1
            at += 1
        at = text.find(sign, at, stop)
    return count


def first_of(text: str, sign: str, start: int, end: int) -> int:
    """Return where a sign of two characters, the second a brace, first stands; -1 if nowhere."""
    at = text.find(sign[1], start + 1, end)
    while at >= 0 and text[at - 1] != sign[0]:
        at = text.find(sign[1], at + 1, end)
    return at - 1 if at >= 0 else -1


def last_of(text: str, sign: str, start: int, end: int) -> int:
    """Return where a sign of two characters with a brace or a line end last stands, or -1."""
    end = min(end, len(text))
    by = 1 if sign[1] == "}" else 0
    other = sign[1 - by]
    at = text.rfind(sign[by], start + by, end - 1 + by)
    while at >= 0 and text[at + 1 - 2 * by] != other:
        at = text.rfind(sign[by], start + by, at)
    return at - by if at >= 0 else -1


def table_signs(text: str) -> list[tuple[int, int]]:
    """Return where tables open (the line's start, 1) and close (the sign's end, -1), in order.

    Their signs stand at a line's start, the text's too, with nothing but indentation before them.
    """
    found: list[tuple[int, int]] = []
    end = len(text)
    at = text.find("{", 0, end - 1)
    while at >= 0:
        if text[at + 1] == "|" and (line := _line_of(text, at)) >= 0:
            found.append((line, 1))
        at = text.find("{", at + 1, end - 1)
    at = text.find("}", 1)
    while at >= 0:
        if text[at - 1] == "|" and text[at + 1 : at + 2] != "}" and _line_of(text, at - 1) >= 0:
            found.append((at + 1, -1))
        at = text.find("}", at + 1)
    found.sort()
    return found


def table_balance(text: str) -> int:
    """Return how many tables a text opens less those it closes."""
    end = len(text)
    found = 0
    at = text.find("{", 0, end - 1)
    while at >= 0:
        if text[at + 1] == "|" and _line_of(text, at) >= 0:
            found += 1
        at = text.find("{", at + 1, end - 1)
    at = text.find("}", 1)
    while at >= 0:
        if text[at - 1] == "|" and text[at + 1 : at + 2] != "}" and _line_of(text, at - 1) >= 0:
            found -= 1
        at = text.find("}", at + 1)
    return found


def _line_of(text: str, at: int) -> int:
    """Return a place's line start, -1 where more than indentation stands before the place."""
    while at and text[at - 1] in _INDENT:
        at -= 1
    return at if at == 0 or text[at - 1] == "\n" else -1


_INDENT = " \t:"
_start, _end = attrgetter("start"), attrgetter("end")


def nested(nodes: list[Node]) -> list[Node]:
    """Return the outermost nodes with all others hung into them by their offsets.

    Quotes enclose nothing: bold and italic may overlap, and what they format is not in them.
    """
    nodes.sort(key=_end, reverse=True)
    nodes.sort(key=_start)
    roots: list[Node] = []
    around: list[Node] = []
    for node in nodes:
        while around and around[-1].end <= node.start:
            around.pop()
        while around and around[-1].end < node.end:  # an overlap, such as tags across a heading
            around.pop()
        (around[-1].children if around else roots).append(node)
        if node.form != "quotes":
            around.append(node)
    return roots
