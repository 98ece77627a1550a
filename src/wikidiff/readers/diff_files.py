"""The files of a unified diff: their names, their hunks, and the commit above each.

Source of the format: GNU diffutils manual, git-diff(1) and diff-generate-patch in git's own docs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from wikidiff import limits
from wikidiff.model import Line
from wikidiff.readers.coloured_diff import ESCAPE, porcelain, uncoloured
from wikidiff.readers.unified_hunk import NO_NEWLINE, Start, plain

_HUNK = re.compile(r"@@ -([0-9]{1,9})(?:,([0-9]{1,9}))? \+([0-9]{1,9})(?:,([0-9]{1,9}))? @@")
_HEAD = re.compile(
    r"diff |index |--- |\+\+\+ |(?:old|new|deleted file|new file) mode |similarity index "
    r"|(?:rename|copy) (?:from|to) |dissimilarity index |Index: |={20,}$|Binary files .* differ$"
    r"|Only in .*: |Submodule |  [<>] "
)
_SUMMARY = re.compile(  # what --stat, --numstat, --raw and --summary tell of all files
    r" .* \| +(?:[0-9]+(?: [+-]+)?|Bin .*|Unmerged)$| [0-9]+ files? changed"
    r"|(?:[0-9]+|-)\t(?:[0-9]+|-)\t|:[0-7]{6} [0-7]{6} "
    r"| (?:create|delete) mode [0-7]{6} | (?:rename|copy|rewrite|mode change) "
)
_ONE_LINE = re.compile(r"[0-9a-f]{7,64} \S")  # git log --oneline -p
_BINARY = "GIT binary patch"
_SUBMODULE = re.compile(r"(?:index [0-9a-f]+\.\.[0-9a-f]+|new file mode|deleted file mode) 160000$")
_COMMIT = re.compile(r"(?:commit |From )[0-9a-f]{7,64}\b")
_WHOLE_COMMIT = re.compile(r"(?:commit|From) [0-9a-f]{40,64}(?: .*)?")
_QUOTED = re.compile(r'\\(?:([0-7]{3})|(["\\abtnvfr]))')
_PLAIN = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_PREFIX = re.compile(r"[abciow]/")  # git's own and its mnemonic ones
PORCELAIN_END = "~"  # a line feed in --word-diff=porcelain
_GOES_ON = re.compile(r"~$|\+(?!\+\+ )|-(?!-- |- $)")  # a word's piece, no line below a hunk
_NOWHERE = "/dev/null"


@dataclass(slots=True)
class File:
    """One file's part of a diff: names, and the hunks' starts and bodies."""

    old: str = ""
    new: str = ""
    git: bool = False
    renamed: bool = False
    link: bool = False
    """Whether it is no file but another repository's commit."""
    hunks: list[tuple[Start, list[str]]] = field(default_factory=list)
    commit: Sequence[str] = ()
    """The lines above its part that tell of the commit, as far as they do."""

    @property
    def name(self) -> str:
        """The new name, the old one where the file was deleted."""
        return self.old if self.new in ("", _NOWHERE) else self.new


def lines_of(text: str) -> list[str]:
    """Return the lines of a diff, without colours and what a conversion put at their ends."""
    lines = uncoloured(text).split("\n")
    if ESCAPE in text and not all(map(_is_plain, files_of(lines)[0])):
        lines = [*_worded(text.split("\n"))]
    ended = lines[:-1]
    headed = next((line for line in ended if line.startswith("@@ ")), "")
    if headed.endswith("\r") and all(line.endswith("\r") for line in ended if _HEAD.match(line)):
        lines = [line.removesuffix("\r") for line in lines]  # the whole diff was converted
    return lines


def _is_plain(file: File) -> bool:
    """Tell whether each hunk of a file has a sign before each line, as many as it counts."""
    return all(whole_hunk(start, body) is not None for start, body in file.hunks)


def whole_hunk(start: Start, body: Sequence[str]) -> list[Line] | None:
    """Return the lines of a hunk that is not of a word diff, None where it is."""
    made = plain(start, body, 0)
    return made[0] if made and made[1] == len(body) else None


def _worded(coloured: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a word diff whose only marks are colours, as one that has signs."""
    inside = False
    for line, below in zip_longest(coloured, coloured[1:]):
        bare = uncoloured(line)
        starts = bool(_HUNK.match(bare))
        inside = starts or (inside and not _ends_hunk(bare))
        if not bare and (below is None or _COMMIT.match(uncoloured(below))):
            inside = False  # the end, or the blank line above a commit
        if inside and not starts and not bare.startswith(NO_NEWLINE):
            yield from porcelain(line)
        else:
            yield bare


def _ends_hunk(line: str) -> bool:
    return line.startswith("diff --git ") or bool(_COMMIT.match(line))


def files_of(lines: Sequence[str]) -> tuple[list[File], int | None]:
    """Return the files of a diff, and the index of the first line that belongs to none."""
    files, strange = _parts(lines)
    return [file for file in files if not file.link], strange


def _parts(lines: Sequence[str]) -> tuple[list[File], int | None]:
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
        elif _SUBMODULE.match(line) and files and not files[-1].old:
            files[-1].link = True
        elif line == _BINARY:
            free = True
        elif _COMMIT.match(line) or line == "-- " or _is_one_line(lines, at):
            if not free or _WHOLE_COMMIT.fullmatch(line):  # else it is of a message
                commit = at
            free = True
        elif strange is None and line.strip() and not (free or _is_known(line)):
            strange = at
        at += 1
    return files, strange


def _is_known(line: str) -> bool:
    return bool(_HEAD.match(line) or _SUMMARY.match(line))


def _is_one_line(lines: Sequence[str], at: int) -> bool:
    """Tell whether a line is a commit's id and subject, right above its diff."""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    begins = below.startswith("diff --git ") or bool(_SUMMARY.match(below))
    return begins and bool(_ONE_LINE.match(lines[at]))


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
    if made and made[1] < len(lines) and _GOES_ON.match(lines[made[1]]):
        made = None
    end = made[1] if made else _word_end(lines, at, start.new_count)
    file.hunks.append((start, list(lines[at:end])))
    return end


def _word_end(lines: Sequence[str], at: int, least: int) -> int:
    end = min(at + least, len(lines))
    while end < len(lines):
        line = lines[end]
        if _HUNK.match(line) or _ends_hunk(line):
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
