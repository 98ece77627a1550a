"""Unified diffs: `diff -u`, `git diff`, `git show`, `git format-patch`, with or without words.

Source of the format: GNU diffutils manual, git-diff(1) and diff-generate-patch in git's own docs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import Line, Page, PageWarning, Revision, Revisions
from wikidiff.readers.base import Input, Marked, Meta
from wikidiff.readers.coloured_diff import uncoloured
from wikidiff.readers.commit_head import revision_of
from wikidiff.readers.diff_files import PORCELAIN_END, File, files_of, lines_of, whole_hunk
from wikidiff.readers.selection import renamed, title_of_file
from wikidiff.readers.unified_hunk import Start, from_words, words_plain, words_porcelain

NAME = "unified-diff"
ABOUT = "a unified diff of wikitext: diff -u, git diff, git show (also with --word-diff)"
EVIDENCE = "a line @@ -8,3 +8,4 @@ below the names of two files, and lines as it counts them"
SELECTS = ("page",)


def decline(source: Input) -> str | None:
    """Return why this is no unified diff."""
    start = uncoloured(source.text[: limits.TABLE_HEAD_CHARS])
    if "\n@@ -" not in start and not start.startswith("@@ -"):
        if "\n@@@ -" in start:
            return "a merge beside all its parents: give its diff from one, as of git diff A B"
        return "no line like @@ -8,3 +8,4 @@"
    files, strange = files_of(lines_of(source.text))
    if not any(file.hunks for file in files):
        return "no @@ line below the names of two files"
    if strange is not None:
        if sum(len(file.hunks) for file in files) >= limits.DIFF_HUNKS:
            return f"more than {limits.DIFF_HUNKS:,} hunks"
        return f"has @@ lines, but line {strange + 1} belongs to no diff"
    return None


def read(source: Input, *, language: str | None = None, page: str | None = None) -> Marked:
    """Read the diff of one file; `page` names it where there are several.

    Lines come as deleted and inserted, not paired, save from a word diff. Raises ReadError where
    there are several files and none was named, and where a hunk is not as its first line counts.
    """
    files, _ = files_of(lines_of(source.text))
    return _marked(source.name, _chosen(source.name, files, page), language)


def read_each(source: Input, *, language: str | None = None) -> Iterator[Marked]:
    """Yield what `read` gives of each file that has hunks, in the diff's order.

    Raises ReadError where no file has any, and at a file whose hunks are not as they count.
    """
    files, _ = files_of(lines_of(source.text))
    filled = [file for file in files if file.hunks]
    if not filled:
        raise _no_lines(source.name)
    for file in filled:
        yield _marked(source.name, file, language)


def _marked(source: str, file: File, language: str | None) -> Marked:
    runs, worded, exact = _runs(source, file)
    revisions = Revisions(Revision(), revision_of(file.commit))
    warnings = () if exact else (_UNSURE,)
    if file.renamed:
        warnings = (*warnings, *renamed(file.old, file.new))
    meta = Meta(Page(title_of_file(file.name)), revisions, None, None, language, warnings)
    return Marked(meta, runs, "spaces" if worded else "exact", paired=worded)


def _no_lines(source: str) -> ReadError:
    return ReadError(source, "no changed lines: files renamed or binary only", "give others")


_UNSURE = PageWarning(
    "word-diff-lines",
    "The words of this word diff do not tell where old lines ended: some were split or joined.",
)


def pages(source: Input) -> tuple[str, ...]:
    """Return the names of the files that have hunks, as `read` takes them for `page`."""
    return tuple(file.name for file in files_of(lines_of(source.text))[0] if file.hunks)


def _chosen(source: str, files: Sequence[File], page: str | None) -> File:
    """Return the one file with hunks, or the one that is named, by path or by title."""
    filled = [file for file in files if file.hunks]
    names = [file.name for file in filled]
    if page is not None:
        filled = [file for file in filled if page in (file.name, title_of_file(file.name))]
    if len(filled) == 1:
        return filled[0]
    told = ", ".join(names[: limits.EXPORT_TITLES]) + ", …" * (len(names) > limits.EXPORT_TITLES)
    if page is not None:
        trouble = f"{len(filled)} files {page!r}" if filled else f"no file {page!r}"
        raise ReadError(source, trouble, f"it has: {told}")
    if not filled:
        raise _no_lines(source)
    raise ReadError(source, f"several files: {told}", "choose one with --page NAME")


def _runs(source: str, file: File) -> tuple[tuple[tuple[Line, ...], ...], bool, bool]:
    """Return a file's runs, whether they are a word diff's, and whether all counts are right."""
    whole = [whole_hunk(start, body) for start, body in file.hunks]
    if None not in whole:
        return tuple(tuple(lines) for lines in whole if lines is not None), False, True
    worded = [_word_lines(start, body) for start, body in file.hunks]
    runs = tuple(tuple(lines) for lines, _ in worded)
    for (start, body), run in zip(file.hunks, runs, strict=True):
        if any(line.kind != "context" for line in run):
            continue
        if len(run) != start.new_count or any(line[:1] in ("-", "+") for line in body):
            trouble = f"the hunk at line {start.new} has other lines than it counts"
            raise ReadError(source, trouble, "give the diff as it was made")
    return runs, True, all(exact for _, exact in worded)


def _word_lines(start: Start, body: Sequence[str]) -> tuple[list[Line], bool]:
    pieces = words_porcelain(body) if PORCELAIN_END in body else None
    return from_words(start, words_plain(body) if pieces is None else pieces)
