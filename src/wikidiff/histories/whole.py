"""The blame of a whole history."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from wikidiff.blamed import Blame, Writer
from wikidiff.errors import ReadError
from wikidiff.histories.blame import Authors
from wikidiff.histories.buried import Words, writers_at
from wikidiff.model import PageWarning, Revision
from wikidiff.past import NOTHING, Content, History, Past, sized


def blame(history: History) -> Blame:
    """Return who wrote each word that stands at the end of a history.

    What stood there before its first revision is an empty Revision's. A revision of which the text
    is hidden is passed over: what it wrote counts as the next one's, and a warning says so. Raises
    ReadError where a history has no text at all, and as its reader does.
    """
    authors = Authors()
    heads: list[Past] = []
    last: Past | None = None
    warnings: list[PageWarning] = []
    hidden = count = 0
    for past in history.pasts:
        if not count and past.base is not None:
            warnings += _earlier(authors, heads, past.base)
        count += 1
        content = past.content.load()
        if content is None:
            hidden += 1
        else:
            authors.take(content, past.content.key, len(heads))
            last = past
        heads.append(replace(past, content=NOTHING, base=None))
    if last is None:
        raise ReadError(history.name, "its history holds no text", "take one with texts")
    if hidden:
        told = (
            f"The text of {hidden:,} revisions is hidden: the next one's takes in what they wrote."
        )
        warnings.append(PageWarning("revision-hidden", told))
    return _made(history, authors, heads, last, count, tuple(warnings))


def _earlier(authors: Authors, heads: list[Past], base: Content) -> list[PageWarning]:
    """Take what stood there before the first revision; return a warning where that is not known."""
    content = base.load()
    if content:
        authors.take(content, base.key, 0)
        heads.append(Past(Revision(), NOTHING))
    if content is not None:
        return []
    told = (
        "The history begins with a page that was there: all of it counts as the first revision's."
    )
    return [PageWarning("begins-late", told)]


def _made(
    history: History,
    authors: Authors,
    heads: list[Past],
    last: Past,
    count: int,
    warnings: tuple[PageWarning, ...],
) -> Blame:
    lines = authors.text.split("\n")
    words: Counter[int] = Counter()
    for line, runs in zip(lines, authors.lines, strict=True):
        if runs:
            words.update(writers_at(runs, Words.of(line, 0, len(line)).starts))
    standing = sorted({who for runs in authors.lines for _, who in runs})
    place = {who: at for at, who in enumerate(standing)}
    return Blame(
        history.name,
        history.reader,
        history.page,
        sized(last.revision, authors.text),
        last.commit,
        count,
        tuple(Writer(heads[who].revision, heads[who].commit, words[who]) for who in standing),
        tuple(
            tuple(
                (line[start:end], place[who])
                for start, (end, who) in zip((0, *(end for end, _ in runs)), runs, strict=False)
            )
            for line, runs in zip(lines, authors.lines, strict=True)
        ),
        history.language,
        warnings,
    )
