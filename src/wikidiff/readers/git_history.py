"""The history of one file in a git repository, through its renames.

`git log --follow` lists the commits that changed the file, merges only where their result is that
of no parent. Each tells the blob before and after, so that a commit on a branch is compared with
what it was made from. Source: git-log(1), git-diff-tree(1) "Raw output format".
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from wikidiff.errors import ReadError
from wikidiff.model import Page, Revision
from wikidiff.past import NOTHING, Content, History, Past
from wikidiff.readers.git_command import Git, Objects, utc
from wikidiff.readers.selection import title_of_file

NAME = "git"

_LOG = (
    "--literal-pathspecs", "log", "--follow", "-c", "--raw", "-z", "--no-abbrev", "--topo-order",
    "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes", "--no-mailmap",
    "--encoding=UTF-8", "--format=%H%x00%an%x00%at%x00%s",
)  # fmt: skip
_FILES = (b"100644", b"100755")  # neither symbolic links nor submodules
_RAW = re.compile(rb":+")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which file, by a path from `folder` on; `revisions` is A..B or a commit, None for HEAD."""

    path: str
    revisions: str | None = None
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class _Commit:
    """A commit that changed the file; a blob is b"" where the file is not."""

    id: str
    user: str
    timestamp: str | None
    subject: str
    old: bytes
    new: bytes
    paths: tuple[str, ...]


def history(asked: Asked) -> History:
    """Return a file's history; raises ReadError where git has no such commit or file."""
    git = Git(asked.folder, asked.path, {})
    listed = git.ask(*_LOG, *_range(git, asked.revisions), "--", asked.path)
    commits = list(_commits(listed))[::-1]
    if not commits:
        trouble = "no commit changed such a file"
        way_out = "check the path; a revision stands right after --git"
        raise ReadError(asked.path, trouble, way_out)
    newest = commits[-1].id
    if git.run(["cat-file", "-t", f"{newest}:./{asked.path}"]).stdout.strip() == b"tree":
        there = f"give one of its files, such as {commits[-1].paths[-1]}"
        raise ReadError(asked.path, "a folder, not a file", there)
    page = Page(title_of_file(commits[-1].paths[-1]))
    return History(asked.path, NAME, page, _pasts(git, commits), count=len(commits))


def _range(git: Git, revisions: str | None) -> list[str]:
    """Return the range as object ids, for no revision is to become an option."""
    if revisions is None:
        return [git.object_of("HEAD")]
    if "..." in revisions:
        way_out = "give a commit or A..B, and the path after --"
        raise ReadError(git.name, f"no range of one history: {revisions!r}", way_out)
    old, dots, new = revisions.partition("..")
    if not dots:
        return [git.object_of(old)]
    return [f"^{git.object_of(old or 'HEAD')}", git.object_of(new or "HEAD")]


def _commits(listed: bytes) -> Iterator[_Commit]:
    """Yield the commits that git listed, in its order."""
    fields = listed.split(b"\0")
    at = 0
    while at + 4 < len(fields):
        name, user, seconds, subject = (
            one.decode("utf-8", "replace") for one in fields[at : at + 4]
        )
        at += 4
        files, at = _files(fields, at)
        if files:
            paths = tuple(os.fsdecode(path) for *_, names in files for path in names)
            old, new, _ = files[0]
            yield _Commit(name.strip(), user, utc(seconds), subject, old, new, paths)


def _files(
    fields: Sequence[bytes], at: int
) -> tuple[list[tuple[bytes, bytes, Sequence[bytes]]], int]:
    """Return the blobs, before and after, and names of the files of one commit, and the next place.

    Of a merge (as many colons as parents) what was before is what the first parent has.
    """
    files: list[tuple[bytes, bytes, Sequence[bytes]]] = []
    while at < len(fields):
        line = fields[at].lstrip(b"\n")
        if not line and fields[at + 1 : at + 2] and fields[at + 1].startswith(b"::"):
            at += 1
            continue
        colons = _RAW.match(line)
        if not colons:
            break
        parents = len(colons[0])
        parts = line[parents:].split(b" ")
        modes, blobs, status = parts[: parents + 1], parts[parents + 1 : -1], parts[-1]
        names = fields[at + 1 : at + 2 + (parents == 1 and status[:1] in b"RC")]
        sides = [
            blob if mode in _FILES else b""
            for mode, blob in ((modes[0], blobs[0]), (modes[-1], blobs[-1]))
        ]
        files.append((sides[0], sides[1], names))
        at += 1 + len(names)
    return files, at


def _pasts(git: Git, commits: Sequence[_Commit]) -> Iterator[Past]:
    with ExitStack() as stack:
        objects = stack.enter_context(Objects(git))
        for one in commits:
            path = one.paths[-1]
            told = Revision(timestamp=one.timestamp, user=one.user, comment=one.subject)
            new, old = (_content(objects, blob, path) for blob in (one.new, one.old))
            yield Past(told, new, old, commit=one.id)


def _content(objects: Objects, blob: bytes, path: str) -> Content:
    if not blob:
        return NOTHING
    return Content(blob.decode(), lambda: objects.text(blob, path))
