"""W221 to W225: what tools and hasty hands leave behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wikidiff.rules.base import Hit, text_rule
from wikidiff.rules.edit import Side

_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: \S[^\n]*)?$", re.MULTILINE)
# MediaWiki's toolbar inserts these (resources: WikiEditor jquery.wikiEditor.toolbar.config, and
# mediawiki.action.edit's old toolbar); the words are those of the English interface.
_SAMPLE = re.compile(
    r"'''Bold text'''|''Italic text''|\[\[Link title\]\]"
    r"|\[\[(?:File|Image):Example\.(?:jpg|ogg)(?:\|[^\[\]\n]*)?\]\]"
    r"|\[\[Media:Example\.ogg\]\]|\[https?://www\.example\.com link title\]"
    r"|<nowiki>Insert non-formatted text here</nowiki>|Insert non-formatted text here"
    r"|<math>Insert formula here</math>|<big>Big text</big>|<small>Small text</small>"
    r"|<s>Strike-through text</s>|<sup>Superscript text</sup>|<sub>Subscript text</sub>"
    r"|<!-- Comment -->|<blockquote>\s*Block quote\s*</blockquote>"
    r"|<ref>Insert footnote text here</ref>|#REDIRECT \[\[Insert text\]\]"
    r"|==+ *(?:Headline text|Heading text) *==+|^[*#] *(?:Bulleted|Numbered) list item$"
    r"|\{\| class=\"wikitable\"(?: border=\"1\")?\n\|-\n! header 1\n! header 2",
    re.MULTILINE,
)
_SAMPLE_SIGNS = (
    "text",
    "Example.",
    "ink title",
    "formula",
    "Comment",
    "quote",
    "list item",
    "header 1",
)
_LEFT = re.compile(
    r"♙|:?contentReference\[oaicite:\d+\]|oai_?citation|citeturn\d+\w*|turn\d+(?:search|view)\d+"
    r"|\[oaicite:\d+\]|data-ve-\w+=|class=\"(?:mw-editsection|ve-ce-)[^\"\n]*\""
)
_LEFT_SIGNS = ("♙", "oai", "turn", "data-ve-", "mw-editsection", "ve-ce-")  # each has one
_REDIRECT = re.compile(r"^\s*#\s*(\w+)\s*:?\s*\[\[[^\[\]\n]+\]\]", re.IGNORECASE)
_MORE = re.compile(r"#\s*(\w+)\s*:?\s*\[\[[^\[\]\n]+\]\]|\[\[[^\[\]\n]+\]\]", re.IGNORECASE)
_BREAKS = re.compile(r"(?:<br\s*/?>\s*){3,}", re.IGNORECASE)


@text_rule("W221", "conflict-marker", "error", signs=("<<<<<<<", "|||||||", ">>>>>>>"))
def conflict(side: Side) -> Iterator[Hit]:
    """A marker of a merge conflict was left in the text.

    The line of equal signs between the two versions is not told by itself: it may be a heading.

    Old:
        The mole is long.
    Bad:
        <<<<<<< HEAD
        The mole is long.
        =======
        The mole is short.
        >>>>>>> other
    Good:
        The mole is short.
    """
    for span in side.find(_CONFLICT, "source"):
        yield side.hit(span, "marker of a merge conflict")


@text_rule("W222", "editor-sample", signs=_SAMPLE_SIGNS)
def sample(side: Side) -> Iterator[Hit]:
    """The sample text of an editor's button was saved.

    It comes from trying out the toolbar, or from a click too many.

    Old:
        The mole is long.
    Bad:
        The mole is long.'''Bold text'''
    Good:
        The mole is '''long'''.
    """
    for span in side.find(_SAMPLE, "source"):
        first = span.match[0].partition("\n")[0]
        yield side.hit(span, f"sample of the editor's toolbar: {first}")


@text_rule("W223", "editor-leftover", signs=_LEFT_SIGNS)
def leftover(side: Side) -> Iterator[Hit]:
    """A sign that only tools use among themselves was saved.

    The visual editor's pawn for a place that it cannot edit, its attributes, or the citation marks
    of a chat program.

    Old:
        The mole is long.
    Bad:
        The mole is long. :contentReference[oaicite:2]
    Good:
        The mole is long.<ref>Port book</ref>
    """
    for span in side.find(_LEFT):
        yield side.hit(span, "left behind by an editor or another tool")


@text_rule("W224", "redirect-doubled", "error", signs=("#",))
def redirect(side: Side) -> Iterator[Hit]:
    """A redirect names more than one page.

    MediaWiki follows the first link only; the rest is never seen.

    Old:
        #REDIRECT [[Astra]]
    Bad:
        #REDIRECT [[Astra]] #REDIRECT [[Port of Astra]]
    Good:
        #REDIRECT [[Port of Astra]]
    """
    for passage in side.passages:
        first = _REDIRECT.match(passage.plain) if passage.first == 1 else None
        if first is None or first[1].lower() not in _bare(side.names.redirect):
            continue
        more = _MORE.search(passage.plain, first.end())
        if more is None:
            continue
        if (more[1] or "").lower() in _bare(side.names.redirect) or (
            not passage.plain[first.end() : more.start()].strip() and ":" not in more[0]
        ):
            place = side.place(passage, *more.span())
            yield Hit(place, "a redirect leads to its first link only", "redirect")


def _bare(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.removeprefix("#") for word in words)


@text_rule("W225", "br-storm", "info", signs=("<br", "<BR"))
def br_storm(side: Side, *, most: int = 2) -> Iterator[Hit]:
    """Line breaks stand in a row to make room.

    How much room they make depends on the skin and the screen. A new paragraph or `{{clear}}` says
    what is meant.

    Options:
        most: `<br>` that may stand in a row

    Old:
        The mole is long.
    Bad:
        The mole is long.<br><br><br><br>The quay is short.
    Good:
        The mole is long.

        The quay is short.
    """
    for span in side.find(_BREAKS):
        count = span.match[0].lower().count("<br")
        if count > most:
            yield side.hit(span, f"{count} line breaks in a row", key="br")
