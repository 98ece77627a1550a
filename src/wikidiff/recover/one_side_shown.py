"""The lines of a flattened page as they are compared with a known text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wikidiff.recover.page import PHP, FlatPage
from wikidiff.recover.php_inline import SEGMENTED

MARKS = "\u25bc\u25b2"
_HAN = re.compile("[\u4e00-\u9fff]{2}")


@dataclass(frozen=True, slots=True)
class Shown:
    """One shown line: `key` has no white space, `text` is folded, `raw` as read; no move mark.

    `moved` tells that it may be an end of a move, `marked` that it bears the mark itself.
    """

    index: int
    raw: str
    text: str
    key: str
    moved: bool
    marked: bool


def key_of(text: str) -> str:
    """Return the text without white space."""
    return "".join(text.replace("\u00a0", " ").split())


def folded(text: str) -> str:
    """Return the text with its runs of HTML white space folded, none at the ends."""
    return " ".join(part for part in text.replace("\u00a0", "\x00").split() if part).replace(
        "\x00", "\u00a0"
    )


def shown_lines(lines: Sequence[str]) -> list[Shown]:
    """Return the shown lines without move marks; a line of nothing but such a mark is left out.

    Which line a mark by itself belongs to is not asked: before it stands a move's source, behind
    it a destination, and both are marked.
    """
    alone = {n for n, line in enumerate(lines) if line.strip(" \u00a0") in (*MARKS,)}
    made = []
    for n, line in enumerate(lines):
        if n in alone:
            continue
        body = line.strip(" ")
        moved = len(body) > 1 and (body[0] in MARKS or body[-1] in MARKS)
        raw = body.strip(MARKS) if moved else line
        near = moved or n - 1 in alone or n + 1 in alone
        made.append(Shown(n, raw, folded(raw), key_of(raw), near, moved))
    return made


def tries(page: FlatPage, engines: Iterable[str], text: str) -> Iterator[tuple[str, FlatPage]]:
    """Yield the formatters, and the page as each may have made it.

    A page's interface says nothing of the wiki's own language, for which the old PHP formatter
    parts Chinese characters: a known text in these may be of such a wiki.
    """
    for engine in engines:
        yield engine, page
        if engine == PHP and page.language not in SEGMENTED and _HAN.search(text):
            yield engine, page._replace(language="zh")
