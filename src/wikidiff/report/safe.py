r"""The one place where text of others is made fit to print.

A diff page, a file name, a comment may hold anything: escape sequences that drive the terminal,
controls that reverse the reading order, characters that show as nothing. Here they come out as
`\u{1b}`, so that they can be seen and do nothing. JSON keeps them as data, escaped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wikidiff.text import STEERING, pattern

if TYPE_CHECKING:
    from rich.text import Text

# Nothing is seen of these either: harmless in running text, shown where they are all that changed.
_BLANK = (
    "\u00a0\u034f\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180d\u180f\u2000-\u200a\u202f\u205f\u2800"
    "\u3000\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
)
_UNSEEN = f"[{STEERING}]"
_UNSEEN_OR_BLANK = f"[{STEERING}{_BLANK}]"
_ONLY_BLANK = rf"[\s{STEERING}{_BLANK}]+"
_JOINERS = "\u200c\u200d"
_VIRAMA = 9  # canonical combining class


def visible(text: str, *, keep_newlines: bool = False) -> str:
    r"""Return the text with everything that has no glyph of its own shown as `\u{1b}`.

    That is: controls (C0, also TAB, and C1; LF too, unless `keep_newlines`), format characters
    (bidi controls, zero-width space, soft hyphen, tags), lone surrogates, U+2028 and U+2029,
    noncharacters. U+200C and U+200D pass where scripts and emoji need them: between two letters,
    marks or emoji, and after a virama (UAX #31, 2.3). Spaces of any width, variation selectors and
    private use characters pass. What passes is not changed, so `visible` twice is `visible` once.
    """
    if text.isprintable():
        return text
    return "".join(piece for piece, _ in _pieces(text, _UNSEEN, "\n" if keep_newlines else ""))


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen: spaces of any kind, formats, selectors."""
    if "!" <= text[:1] <= "~":  # as most begins
        return False
    if "!" <= text[:1] <= "~":  # as most begin
        return False
    return pattern(_ONLY_BLANK).fullmatch(text) is not None


def distinct(text: str) -> str:
    """Return the text as `visible`, and each blank other than U+0020 by its code as well.

    For a blank stretch that an edit changed: one kind of space for another, a selector added.
    """
    return "".join(piece for piece, _ in _pieces(text, _UNSEEN_OR_BLANK, "", joiners=False))


def styled(text: str, style: str = "", *, escape_style: str = "") -> Text:
    """Return a rich Text of the `visible` text: the only way to make one.

    `escape_style` is laid over the escapes, so that they differ from the same signs typed.
    """
    from rich.text import Text

    if text.isprintable():
        return Text(text, style, end="")
    made = Text(style=style, end="")
    for piece, is_escape in _pieces(text, _UNSEEN, ""):
        made.append(piece, escape_style if is_escape else None)
    return made


def _pieces(
    text: str, unseen: str, keep: str, *, joiners: bool = True
) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces as (what to show, whether it stands for an unseen character)."""
    at = 0
    for match in pattern(unseen).finditer(text):
        start = match.start()
        character = match[0]
        if character == keep or (joiners and character in _JOINERS and _joins(text, start)):
            continue
        if at < start:
            yield text[at:start], False
        yield f"\\u{{{ord(character):x}}}", True
        at = match.end()
    if at < len(text):
        yield text[at:], False


def _joins(text: str, at: int) -> bool:
    """Tell whether the joiner at `at` stands where writing needs one."""
    if at == 0:
        return False
    if unicodedata.combining(text[at - 1]) == _VIRAMA:
        return True
    return at + 1 < len(text) and _joinable(text[at - 1]) and _joinable(text[at + 1])


def _joinable(character: str) -> bool:
    """Tell whether it is a letter, a mark, an emoji (some arrows are) or an emoji's skin tone."""
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "So" or character in "↔↕🏻🏼🏽🏾🏿"
