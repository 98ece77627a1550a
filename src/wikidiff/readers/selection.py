"""Which page and which two revisions of a source that holds more: `--page` and `--revisions`.

Revisions are ordered by time, then id, as MediaWiki does (RevisionStore, previous and next
revision).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import PageWarning

_RANGE = re.compile(r"(?:(first|prev|[0-9]{1,16})\.\.)?(last|[0-9]{1,16})?")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The two revisions asked for: ids, or "first", "prev" (the one before `new`) and "last"."""

    old: int | str
    new: int | str


def wanted(source: str, revisions: str | None) -> Wanted | None:
    """Return what `--revisions A..B` asks for, None where nothing is asked.

    A is an id, "first" or "prev", B an id or "last"; "B" alone is "prev..B", "A.." is "A..last".
    Raises ReadError for anything else.
    """
    if revisions is None:
        return None
    found = _RANGE.fullmatch(revisions)
    if not found or not revisions:
        raise ReadError(
            source,
            f"no revisions: {revisions[: limits.QUOTED_CHARS]!r}",
            "give two ids as 12..34, or first, prev (on the left) and last: prev..last, first..34",
        )
    old, new = found[1] or "prev", found[2] or "last"
    return Wanted(int(old) if old.isdigit() else old, int(new) if new.isdigit() else new)


def same_title(asked: str, title: str) -> bool:
    """Tell whether a title is the one asked for.

    Underscores stand for spaces and the first letter may be small (Manual:Page title).
    """
    return plain(asked) == plain(title)


def plain(title: str) -> str:
    """Return what is the same of all ways to write a title."""
    words = " ".join(title.replace("_", " ").split())
    return words[:1].upper() + words[1:]


def title_of_file(path: str) -> str:
    """Return a file's name without folders and the suffix of wikitext: a page's title."""
    name = path.rsplit("/", 1)[-1]
    return re.sub(r"(?<=.)\.(?:wiki|mediawiki|wikitext|mw|txt)$", "", name)


def renamed(old: str, new: str) -> tuple[PageWarning, ...]:
    """Return what is to be said where a file's two paths are not the same."""
    if old == new:
        return ()
    return (PageWarning("file-renamed", f"The file was renamed from {old} to {new}."),)


def several(source: str, titles: Sequence[str], *, more: bool = False) -> ReadError:
    """Return the error for a source of several pages when none was chosen."""
    told = ", ".join(titles[: limits.EXPORT_TITLES])
    more = more or len(titles) > limits.EXPORT_TITLES
    return ReadError(
        source, f"several pages: {told}{', …' if more else ''}", "choose one with --page TITLE"
    )


def not_two(source: str, title: str, count: str) -> ReadError:
    """Return the error for a page without exactly two revisions when none were chosen."""
    return ReadError(
        source,
        f"{title!r} has {count} here, not two",
        "choose two with --revisions A..B, for example prev..last",
    )
