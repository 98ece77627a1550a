"""What MobileFrontend's own inline diff formatter, in use until August 2020, shows of two texts.

Sources: MobileFrontend includes/diff/InlineDiffFormatter.php and InlineDifferenceEngine.php;
MediaWiki 1.39 includes/diff/DiffFormatter.php, WordLevelDiff.php and WordAccumulator.php,
languages/LanguageZh.php. Checked on pages rendered by them.

A changed block holds a whole hunk, its lines joined with nothing between. A word takes the one
space after it along and is compared without it, so common words come with the old side's spaces.
A page's first revision is not made by this formatter (one <ins> with <br />) and is not modelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple

from wikidiff import limits
from wikidiff.recover import php_lcs
from wikidiff.recover.php_lcs import Edit

BlockKind = Literal["context", "added", "deleted", "changed"]
Run = tuple[str, str]
"""("=" | "-" | "+", text)."""

NBSP = "\u00a0"
"""Stands for a blank line in all blocks but context."""

CONTEXT = 2
"""Unchanged lines before and after a hunk; a run of up to twice as many between two is whole."""

BAILOUT = 40_000_000
"""PHP's own: shared old words times shared new words of a hunk; above it none are compared."""

SEGMENTED = frozenset({"zh", "gan"})
"""Languages whose class puts a space before each non-ASCII character for the diff."""

_OTHER = r"\x00-/:-@\[-^`{-\x7f"  # ASCII that is in no word: naming it is compiled far faster
_WORD = re.compile(rf"(([ \t\r\v\f]+|[^{_OTHER}]+|[^\n])[ \t\r\v\f]?)")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_SPACED_FOREIGN = re.compile(r" ([^\x00-\x7f])")
_FOLD = re.compile(r"[ \t\n\r\f]+")
_LINES_KNOWN = 1_000  # of which the words are kept
_BLANK = ""  # the mark, for a while, of the NBSP that the formatter itself writes


class Block(NamedTuple):
    """One block of the page.

    `runs` is ((op, text), ...) with op "=", "-" or "+"; a changed block's common words are the old
    side's. `old` and `new` are half-open 0-based line ranges, empty on the side where it is not.
    """

    kind: BlockKind
    runs: tuple[Run, ...]
    old: tuple[int, int]
    new: tuple[int, int]


def blocks(
    old: str,
    new: str,
    *,
    language: str = "en",
    fallbacks: list[limits.Fallback] | None = None,
) -> list[Block]:
    """Return all blocks of the page in order, before a browser folds white space.

    `language` is the wiki's content language. A line diff stopped at `limits.PHP_STEPS` is added
    to `fallbacks`.
    """
    old_lines, new_lines = old.split("\n"), new.split("\n")
    made: list[Block] = []
    for edit in _in_context(php_lcs.edits(old_lines, new_lines, fallbacks=fallbacks)):
        made += _blocks_of(edit, old_lines, new_lines, language)
    return made


def shown(old: str, new: str, *, language: str = "en") -> list[str]:
    """Return the lines a reader copies: marks dropped, a block a line, blank ones gone, folded."""
    texts = (
        "".join(text for _, text in block.runs) for block in blocks(old, new, language=language)
    )
    return [line for line in map(fold, texts) if line]


def hunk_text(old_lines: Sequence[str], new_lines: Sequence[str], *, language: str = "en") -> str:
    """Return the folded text of one hunk, old lines replaced by new ones, marks dropped.

    With lines on one side only there is a block for each: they come as lines, joined with LF.
    """
    if len(old_lines) == len(new_lines) == 1 and language not in SEGMENTED:
        return fold("".join(text for _, text in _word_stretches(old_lines, new_lines)) or NBSP)
    if old_lines and new_lines:
        return fold("".join(text for _, text in hunk_runs(old_lines, new_lines, language=language)))
    return "\n".join(fold(line) or NBSP for line in (old_lines or new_lines))


def hunk_runs(
    old_lines: Sequence[str], new_lines: Sequence[str], *, language: str = "en"
) -> list[Run]:
    """Return the runs of one changed hunk, white space as the HTML has it.

    A blank line leaves a NBSP that is in neither text, as a "=" run.
    """
    segmented = language in SEGMENTED
    if segmented:
        old_lines, new_lines = _segment(old_lines), _segment(new_lines)
    runs = _joined(_accumulate(_word_stretches(old_lines, new_lines)))
    if segmented:
        runs = [(op, _SPACED_FOREIGN.sub(r"\1", text) if op else text) for op, text in runs]
    return _joined((op or "=", text) for op, text in runs)


def fold(text: str) -> str:
    """Return `text` as a browser shows it: HTML white space folded, none at the ends."""
    if "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text:
        text = _FOLD.sub(" ", text)
    return text.strip(" ")


def _in_context(edits: Sequence[Edit]) -> Iterator[Edit]:
    """Yield the edits with unchanged runs cut to what stands near a change."""
    last = len(edits) - 1
    for at, edit in enumerate(edits):
        if edit.kind != "copy":
            yield edit
            continue
        size = edit.old[1] - edit.old[0]
        if at > 0 and size <= 2 * CONTEXT:  # whole even where nothing follows
            yield edit
            continue
        if at > 0:
            yield _part(edit, 0, CONTEXT)
        if at < last:
            yield _part(edit, max(0, size - CONTEXT), size)


def _part(edit: Edit, start: int, end: int) -> Edit:
    """Return lines `start` to `end` of an unchanged run."""
    (old, _), (new, _) = edit.old, edit.new
    return Edit(edit.kind, (old + start, old + end), (new + start, new + end))


def _blocks_of(
    edit: Edit, old_lines: list[str], new_lines: list[str], language: str
) -> Iterator[Block]:
    """Yield the blocks of one edit: one for each line, or one for a changed hunk."""
    (a, b), (c, d) = edit.old, edit.new
    if edit.kind == "change":
        runs = hunk_runs(old_lines[a:b], new_lines[c:d], language=language)
        yield Block("changed", tuple(runs), edit.old, edit.new)
    elif edit.kind == "copy":
        for i, j in zip(range(a, b), range(c, d), strict=True):
            text = old_lines[i]
            yield Block("context", (("=", text),) if text else (), (i, i + 1), (j, j + 1))
    elif edit.kind == "delete":
        for i in range(a, b):
            yield Block("deleted", (("-", old_lines[i] or NBSP),), (i, i + 1), (c, c))
    else:
        for j in range(c, d):
            yield Block("added", (("+", new_lines[j] or NBSP),), (a, a), (j, j + 1))


def _segment(lines: Sequence[str]) -> list[str]:
    return [_FOREIGN.sub(r" \g<0>", line) for line in lines]


_Words = tuple[list[str], list[str]]
"""Words with the space after them, and without."""


@lru_cache(maxsize=_LINES_KNOWN)
def _words_of(line: str) -> _Words:
    """Return the words of a line, which nobody may change: one line is asked again and again."""
    found: list[tuple[str, str]] = _WORD.findall(line)
    return [full for full, _ in found], [bare for _, bare in found]


def _words(lines: Sequence[str]) -> _Words:
    """Return the words of joined lines; LF is a word."""
    if len(lines) == 1:
        return _words_of(lines[0])
    full, bare = [*_words_of(lines[0])[0]], [*_words_of(lines[0])[1]]
    for line in lines[1:]:
        more = _words_of(line)
        full += ["\n", *more[0]]
        bare += ["\n", *more[1]]
    return full, bare


def _word_stretches(old_lines: Sequence[str], new_lines: Sequence[str]) -> list[Run]:
    """Return (op, text) of the word diff, deleted before added; LF stands between lines."""
    old, bare_old = _words(old_lines)
    new, bare_new = _words(new_lines)
    try:
        edits = php_lcs.edits(bare_old, bare_new, bailout=BAILOUT)
    except php_lcs.TooComplexError:  # PHP then takes as many words as there are lines: its own slip
        edits = [Edit("change", (0, len(old_lines)), (0, len(new_lines)))]
    made: list[Run] = []
    for kind, (a, b), (c, d) in edits:
        if kind == "copy":
            made.append(("=", "".join(old[a:b])))
            continue
        if b > a:
            made.append(("-", "".join(old[a:b])))
        if d > c:
            made.append(("+", "".join(new[c:d])))
    return made


def _accumulate(stretches: Sequence[Run]) -> Iterator[Run]:
    """Yield the runs between line ends; a line with nothing on it becomes a NBSP."""
    empty = True
    for op, text in stretches:
        for number, part in enumerate(text.split("\n")):
            if number:
                if empty:
                    yield _BLANK, NBSP
                empty = True
            if part:
                yield op, part
                empty = False
    if empty:
        yield _BLANK, NBSP


def _joined(runs: Iterator[Run]) -> list[Run]:
    """Join neighbours that no tag parts: only common text is untagged."""
    made: list[Run] = []
    for op, group in groupby(runs, key=lambda run: run[0]):
        texts = [text for _, text in group]
        made += [(op, "".join(texts))] if op == "=" else [(op, text) for text in texts]
    return made
