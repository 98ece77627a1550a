"""The blame of a whole history."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from wikidiff.blamed import Blame, Writer
from wikidiff.errors import ReadError
from wikidiff.histories.blame import Authors
from wikidiff.histories.buried import Words, writers_at
from wikidiff.model import PageWarning
from wikidiff.past import History, Past, sized


def blame(history: History) -> Blame:
    """Return who wrote each word that stands at the end of a history.

    A revision of which the text is hidden is passed over: what it wrote counts as the next one's,
    and a warning says so. Raises ReadError where a history has no text at all, and as its reader.
    """
    authors = Authors()
    heads: list[Past] = []
    hidden = 0
    for at, past in enumerate(history.pasts):
        content = past.content.load()
        heads.append(_head(past))
        if content is None:
            hidden += 1
        else:
            authors.take(content, past.content.key, at)
            last = past
    if hidden == len(heads):
        raise ReadError(history.name, "its history holds no text", "take one with texts")
    warnings = (_hidden(hidden),) if hidden else ()
    return _made(history, authors, heads, last, warnings)


def _head(past: Past) -> Past:
    """Return a revision without its text."""
    from wikidiff.past import NOTHING

    return replace(past, content=NOTHING, base=None)


def _hidden(count: int) -> PageWarning:
    told = f"The text of {count:,} revisions is hidden: what they wrote counts as the next one's."
    return PageWarning("revision-hidden", told)


def _made(
    history: History,
    authors: Authors,
    heads: list[Past],
    last: Past,
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
        len(heads),
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
