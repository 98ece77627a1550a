"""Which edit brought a text in, or took it out: by its words, whatever markup stands among them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wikidiff import limits, text
from wikidiff.engine import diff_lines
from wikidiff.errors import WikidiffError
from wikidiff.model import Line

# What shows nothing between two words; bounded, so that no text costs more than its length.
_HIDDEN = (
    (re.compile(r"<!--[^<>]{0,5000}(?<=--)>"), ""),
    (re.compile(r"\[\[(?:[^\[\]|\n]{0,300}\|)?([^\[\]\n]{0,2000})\]\]"), r"\1"),
    (re.compile(r"\[(?:https?:|ftp:)?//[^\s\[\]]{1,2000} ([^\[\]\n]{0,2000})\]"), r"\1"),
    (re.compile(r"<[A-Za-z/][^<>]{0,200}>"), ""),
    (re.compile(r"'{2,5}"), ""),
    (re.compile(r"&nbsp;", re.I), " "),
)


class Phrase:
    """A text that is looked for; raises WikidiffError where it holds no word."""

    def __init__(self, option: str, wanted: str) -> None:
        self._plain, self._raw = _joined(_plain(wanted)), _joined(wanted)
        if not self._plain and not self._raw:
            quoted = wanted[: limits.QUOTED_CHARS]
            raise WikidiffError(option, f"no word in it: {quoted!r}", "give words of the page")

    def counts(self, old: str, new: str) -> tuple[int, int]:
        """Return how often the lines that changed between two texts hold it, before and after.

        As it reads; where it never does, as it stands in the wikitext, such as a link's target.
        """
        sides = _sides(old, new)
        found = [sum(_joined(_plain(one)).count(self._plain) for one in side) for side in sides]
        if not any(found) or not self._plain:
            found = [sum(_joined(one).count(self._raw) for one in side) for side in sides]
        return found[0], found[1]


def _sides(old: str, new: str) -> tuple[list[str], list[str]]:
    """Return the stretches around what changed, of each text."""
    runs = diff_lines(old, new).runs
    return [_text(run, "old") for run in runs], [_text(run, "new") for run in runs]


def _text(run: Sequence[Line], side: str) -> str:
    lines = (getattr(line, side) for line in run)
    return "\n".join(line for line in lines if line is not None)


def _plain(wikitext: str) -> str:
    """Return a wikitext as it reads, as far as running words go."""
    for pattern, shown in _HIDDEN:
        wikitext = pattern.sub(shown, wikitext)
    return wikitext


def _joined(wikitext: str) -> str:
    """Return the words, each between signs of its own, so that words can be looked for in a row."""
    words = filter(text.is_word, text.tokens(wikitext.casefold()))
    return "".join(f"\0{word}\1" for word in words)
