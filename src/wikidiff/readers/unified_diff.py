"""Unified diffs: `diff -u`, `git diff`, `git show`, `git format-patch`, with or without words.

Source of the format: GNU diffutils manual, git-diff(1) and diff-generate-patch in git's own docs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import Line, Page, PageWarning, Revision, Revisions
from wikidiff.readers.base import Input, Marked, Meta
from wikidiff.readers.commit_head import revision_of
from wikidiff.readers.selection import renamed, title_of_file
from wikidiff.readers.unified_hunk import (
    Start,
    from_words,
    plain,
    words_plain,
    words_porcelain,
)

NAME = "unified-diff"
ABOUT = "a unified diff of wikitext: diff -u, git diff, git show (also with --word-diff)"
EVIDENCE = "a line @@ -8,3 +8,4 @@ below the names of two files, and lines as it counts them"
SELECTS = ("page",)

_HUNK = re.compile(r"@@ -([0-9]{1,9})(?:,([0-9]{1,9}))? \+([0-9]{1,9})(?:,([0-9]{1,9}))? @@")
_HEAD = re.compile(
    r"diff |index |--- |\+\+\+ |(?:old|new|deleted file|new file) mode |similarity index "
    r"|(?:rename|copy) (?:from|to) |dissimilarity index |Index: |={20,}$|Binary files .* differ$"
)
_COMMIT = re.compile(r"(?:commit |From )[0-9a-f]{7,64}\b")
_WHOLE_COMMIT = re.compile(r"(?:commit|From) [0-9a-f]{40,64}(?: .*)?")
_QUOTED = re.compile(r'\\(?:([0-7]{3})|(["\\abtnvfr]))')
_PLAIN = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_PREFIX = re.compile(r"[abciow]/")  # git's own and its mnemonic ones
_PORCELAIN_END = "~"  # a line feed in --word-diff=porcelain
_NOWHERE = "/dev/null"


@dataclass(slots=True)
class File:
    """One file's part of a diff: names, and the hunks' starts and bodies."""

    old: str = ""
    new: str = ""
    git: bool = False
    renamed: bool = False
    hunks: list[tuple[Start, list[str]]] = field(default_factory=list)
    commit: Sequence[str] = ()
    """The lines above its part that tell of the commit, as far as they do."""

    @property
    def name(self) -> str:
        """The new name, the old one where the file was deleted."""
        return self.old if self.new in ("", _NOWHERE) else self.new


def decline(source: Input) -> str | None:
    """Return why this is no unified diff."""
    start = source.text[: limits.TABLE_HEAD_CHARS]
    if "\n@@ -" not in start and not start.startswith("@@ -"):
        return "no line like @@ -8,3 +8,4 @@"
    files, strange = _files(_lines(source.text))
    if not any(file.hunks for file in files):
        return "no @@ line below the names of two files"
    if strange is not None:
        if sum(len(file.hunks) for file in files) >= limits.DIFF_HUNKS:
            return f"more than {limits.DIFF_HUNKS:,} hunks"
        return f"has @@ lines, but line {strange + 1} belongs to no diff"
    return None


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    ended = lines[:-1]
    headed = next((line for line in ended if line.startswith("@@ ")), "")
    if headed.endswith("\r") and all(line.endswith("\r") for line in ended if _HEAD.match(line)):
        lines = [line.removesuffix("\r") for line in lines]  # the whole diff was converted
    return lines


def read(source: Input, *, language: str | None = None, page: str | None = None) -> Marked:
    """Read the diff of one file; `page` names it where there are several.

    Lines come as deleted and inserted, not paired, save from a word diff. Raises ReadError where
    there are several files and none was named, and where a hunk is not as its first line counts.
    """
    files, _ = _files(_lines(source.text))
    return _marked(source.name, _chosen(source.name, files, page), language)


def read_each(source: Input, *, language: str | None = None) -> Iterator[Marked]:
    """Yield what `read` gives of each file that has hunks, in the diff's order.

    Raises ReadError where no file has any, and at a file whose hunks are not as they count.
    """
    files, _ = _files(_lines(source.text))
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
    return tuple(file.name for file in _files(_lines(source.text))[0] if file.hunks)


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


def _files(lines: Sequence[str]) -> tuple[list[File], int | None]:
    """Return the files of a diff, and the index of the first line that belongs to none."""
    files: list[File] = []
    strange: int | None = None
    free = bool(lines) and bool(_COMMIT.match(lines[0]))  # a commit's message may say anything
    at = hunks = commit = 0
    while at < len(lines):
        line = lines[at]
        if found := _HUNK.match(line):
            if not files or not files[-1].old:
                return files, at
            hunks += 1
            if hunks > limits.DIFF_HUNKS:
                return files, at
            at = _take_hunk(files[-1], _start(found), lines, at + 1)
            continue
        if _begins_file(files, lines, at):
            files.append(
                File(git=line.startswith("diff --git "), commit=lines[commit : commit + 40])
            )
            free = False
        if line.startswith("--- ") and files and not files[-1].old and _is_name(lines, at):
            files[-1].old = _name(line[4:], files[-1])
            files[-1].new = _name(lines[at + 1][4:], files[-1])
        elif line.startswith("rename from ") and files and not files[-1].old:
            files[-1].renamed = True
        elif _COMMIT.match(line) or line == "-- ":
            if not free or _WHOLE_COMMIT.fullmatch(line):  # else it is of a message
                commit = at
            free = True
        elif line.strip() and not free and not _HEAD.match(line) and strange is None:
            strange = at
        at += 1
    return files, strange


def _begins_file(files: Sequence[File], lines: Sequence[str], at: int) -> bool:
    """Tell whether a file's part begins: at "diff ...", or at "--- " where that is missing."""
    if lines[at].startswith("--- "):
        return _is_name(lines, at) and (not files or bool(files[-1].old))
    return lines[at].startswith("diff ")


def _is_name(lines: Sequence[str], at: int) -> bool:
    return at + 1 < len(lines) and lines[at + 1].startswith("+++ ")


def _start(found: re.Match[str]) -> Start:
    old, old_count, new, new_count = found.groups()
    return Start(int(old), int(old_count or 1), int(new), int(new_count or 1))


def _take_hunk(file: File, start: Start, lines: Sequence[str], at: int) -> int:
    """Add a hunk to a file; return the index of the line below it.

    A word diff has no signs to count by: it goes on to the next line that a diff may have.
    """
    made = plain(start, lines, at)
    if made and lines[made[1] : made[1] + 1] == [_PORCELAIN_END]:
        made = None
    end = made[1] if made else _word_end(lines, at, start.new_count)
    file.hunks.append((start, list(lines[at:end])))
    return end


def _word_end(lines: Sequence[str], at: int, least: int) -> int:
    end = min(at + least, len(lines))
    while end < len(lines):
        line = lines[end]
        if _HUNK.match(line) or line.startswith("diff --git ") or _COMMIT.match(line):
            break
        end += 1
    while end > at + least and not lines[end - 1]:
        end -= 1
    return end


def _name(field: str, file: File) -> str:
    """Return a file's name from a --- or +++ line: without time, quotes and git's prefix."""
    name = field.split("\t")[0].strip()
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        name = _unquoted(name[1:-1])
    return _PREFIX.sub("", name, count=1) if file.git else name


def _unquoted(name: str) -> str:
    """Return a name that git wrote in C's way (core.quotePath)."""
    data = bytearray()
    at = 0
    for found in _QUOTED.finditer(name):
        data += name[at : found.start()].encode("utf-8", "surrogatepass")
        data += (
            bytes([int(found[1], 8) & 255]) if found[1] else _PLAIN.get(found[2], found[2]).encode()
        )
        at = found.end()
    data += name[at:].encode("utf-8", "surrogatepass")
    return data.decode("utf-8", "replace")


def _runs(source: str, file: File) -> tuple[tuple[tuple[Line, ...], ...], bool, bool]:
    """Return a file's runs, whether they are a word diff's, and whether all counts are right."""
    whole = [plain(start, body, 0) for start, body in file.hunks]
    if all(whole):
        return tuple(tuple(made[0]) for made in whole if made), False, True
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
    pieces = words_porcelain(body) if _PORCELAIN_END in body else None
    return from_words(start, words_plain(body) if pieces is None else pieces)
