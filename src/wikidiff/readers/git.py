"""Wikitext in a git repository, read with git itself: two commits, a commit, the index, the files.

How git runs: git_command.py. Sources: git-diff-tree(1), gitrevisions(7).
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from wikidiff.errors import ReadError
from wikidiff.model import Page, Revision, Revisions
from wikidiff.readers.base import Meta, Pair
from wikidiff.readers.git_command import Git, Objects, utc
from wikidiff.readers.selection import renamed, title_of_file

NAME = "git"
SUFFIXES = (".wiki", ".mediawiki", ".wikitext", ".mw")
"""What the names of wikitext files end in; other files count only where a path is given."""

_RANGE = re.compile(r"(?P<old>.*?)(?P<dots>\.\.\.?)(?P<new>.*)", re.DOTALL)
_NO_FILE = b"000000"
_FILES = (b"100644", b"100755", _NO_FILE)  # modes: neither symbolic links nor submodules
_ARGUMENTS = 100  # paths of one command
_DIFF = ("--raw", "-r", "-z", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-relative")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared; `folder` is inside the repository, None the current one.

    `revisions` is A..B, A...B (B with where it branched off from A) or a commit, which is compared
    with its first parent. Without it the files are compared with the index, and with `staged` the
    index with the last commit (or with the one that `revisions` names).
    """

    revisions: str | None = None
    staged: bool = False
    paths: tuple[str, ...] = ()
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class _Changed:
    """A file that differs: its names and object ids, b"" on the side where it is not.

    A `new` id of zeros is that of a file of which git has not made an object.
    """

    old_path: bytes
    new_path: bytes
    old: bytes
    new: bytes

    @property
    def path(self) -> bytes:
        """The new name, the old one where the file is gone."""
        return self.new_path if self.new else self.old_path


def edits(asked: Asked) -> Iterator[tuple[str, Pair]]:
    """Yield each changed file's path, from the top of the repository, and both its texts.

    They come in git's order, by path. Raises ReadError where git is missing or has no such
    revision, and where a file is unmerged, too large or no text.
    """
    with ExitStack() as stack:
        git = Git(asked.folder, _name(asked), {})
        compared = _compared(git, asked)
        files = _changed(git, compared.command, asked.paths)
        if compared.has_files:
            place = stack.enter_context(tempfile.TemporaryDirectory(prefix="wikidiff-"))
            git = git.with_objects(place)
            files = _as_objects(git, files)
        objects = stack.enter_context(Objects(git))
        for file in files:
            yield os.fsdecode(file.path), _pair(objects, file, compared.revisions)


def _name(asked: Asked) -> str:
    """Return what messages call the whole."""
    words = ["git"]
    words += [asked.revisions] if asked.revisions else []
    return " ".join(words + (["--staged"] if asked.staged else []))


@dataclass(frozen=True, slots=True)
class _Compared:
    """The command that lists the changed files, and what is known of both sides.

    `has_files` tells that the new side is what stands in the working tree.
    """

    command: tuple[str, ...]
    revisions: Revisions
    has_files: bool = False


def _compared(git: Git, asked: Asked) -> _Compared:
    if asked.paths and asked.revisions is None:
        _check_paths(git, asked.paths)
    if asked.staged:
        return _staged(git, asked.revisions)
    if asked.revisions is None:
        return _Compared(("diff-files",), Revisions(), has_files=True)
    found = _RANGE.fullmatch(asked.revisions)
    if found is None:
        new = git.object_of(asked.revisions)
        old = _parent(git, new)
    else:
        old, new = (git.object_of(found[side] or "HEAD") for side in ("old", "new"))
        if found["dots"] == "...":
            old = git.ask("merge-base", old, new).split()[0].decode()
    return _Compared(("diff-tree", old, new), Revisions(_revision(git, old), _revision(git, new)))


def _check_paths(git: Git, paths: Sequence[str]) -> None:
    """Raise ReadError where a path names nothing that git knows: it may be meant as a revision."""
    known = ("ls-files", "--error-unmatch", "-z", "--with-tree", _last(git), "--")
    for path in paths:
        if git.run([*known, path]).returncode:
            way_out = "check it; a revision stands right after --git"
            raise ReadError(path, "no such file known to git", way_out)


def _last(git: Git) -> str:
    """Return the last commit, the empty tree where there is none yet."""
    found = git.run(["rev-parse", "--verify", "--quiet", "HEAD"])
    return found.stdout.strip().decode() if not found.returncode else _nothing(git)


def _staged(git: Git, revision: str | None) -> _Compared:
    old = _last(git) if revision is None else git.object_of(revision)
    return _Compared(("diff-index", "--cached", old), Revisions(_revision(git, old), Revision()))


def _parent(git: Git, commit: str) -> str:
    """Return the first parent of a commit, the empty tree where it has none."""
    parents = git.ask("rev-list", "--parents", "--max-count=1", commit).split()[1:]
    return parents[0].decode() if parents else _nothing(git)


def _nothing(git: Git) -> str:
    return git.ask("hash-object", "-t", "tree", "--stdin").strip().decode()


def _revision(git: Git, name: str) -> Revision:
    """Return a commit's author, author date and subject; nothing of the empty tree."""
    if git.ask("cat-file", "-t", name).strip() != b"commit":
        return Revision()
    shape = "--format=%an%x00%at%x00%s"
    told = git.ask("log", "--no-show-signature", "--max-count=1", shape, "--encoding=UTF-8", name)
    user, seconds, subject = told.decode("utf-8", "replace").removesuffix("\n").split("\0", 2)
    return Revision(timestamp=utc(seconds), user=user, comment=subject)


def _changed(git: Git, command: tuple[str, ...], paths: Sequence[str]) -> list[_Changed]:
    """Return the changed files: those under `paths`, else those named as wikitext is.

    Renames are looked for among all files: git itself would not see a name outside of `paths`.
    """
    files = _listed(git, (command[0], "--find-renames", *_DIFF, *command[1:]))
    if not paths:
        return [file for file in files if os.fsdecode(file.path).lower().endswith(SUFFIXES)]
    under = _listed(git, (command[0], "--no-renames", *_DIFF, *command[1:], "--", *paths))
    names = {file.path for file in under}
    return [file for file in files if names & {file.old_path, file.new_path}]


def _listed(git: Git, command: Sequence[str]) -> list[_Changed]:
    fields = git.ask(*command).split(b"\0")
    made: list[_Changed] = []
    at = 0
    while at < len(fields) - 1:
        old_mode, new_mode, old, new, status = fields[at].removeprefix(b":").split(b" ")
        names = fields[at + 1 : at + 2 + (status[:1] in b"RC")]
        at += 1 + len(names)
        if status == b"U":
            path = os.fsdecode(names[0])
            raise ReadError(path, "has conflicts that are not resolved", "resolve them first")
        if old_mode in _FILES and new_mode in _FILES:
            sides = (old if old_mode != _NO_FILE else b"", new if new_mode != _NO_FILE else b"")
            made.append(_Changed(names[0], names[-1], *sides))
    return made


def _as_objects(git: Git, files: Sequence[_Changed]) -> list[_Changed]:
    """Return the files with objects made of those that stand in the working tree.

    So line ends and filters are undone as git itself does it when it commits a file.
    """
    bare = [file for file in files if file.new and not file.new.strip(b"0")]
    ids: dict[bytes, bytes] = {}
    for at in range(0, len(bare), _ARGUMENTS):
        paths = [file.new_path for file in bare[at : at + _ARGUMENTS]]
        line = ("-c", "core.safecrlf=false", "hash-object", "-w", "--", *map(os.fsdecode, paths))
        ids.update(zip(paths, git.ask(*line).split(), strict=True))
    made = [_Changed(x.old_path, x.new_path, x.old, ids.get(x.new_path, x.new)) for x in files]
    return [file for file in made if file.old != file.new]  # only touched, not changed


def _pair(objects: Objects, file: _Changed, revisions: Revisions) -> Pair:
    path = os.fsdecode(file.path)
    names = os.fsdecode(file.old_path), os.fsdecode(file.new_path)
    warnings = renamed(*names) if file.old and file.new else ()
    old, new = (objects.text(name, path) for name in (file.old, file.new))
    return Pair(Meta(Page(title_of_file(path)), revisions, warnings=warnings), old, new)
