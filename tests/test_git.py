"""Wikitext in real git repositories: what is compared, what is not, and names that mean harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import wikidiff
from wikidiff.errors import ReadError

FIRST = "The lighthouse stands on a rock.\n\n== Keepers ==\nAda Grint kept the light.\n"
SECOND = FIRST.replace("Ada Grint", "Ida Grint").replace("== Keepers ==", "== Its keepers ==")
CONFIG = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_DATE": "2024-05-06T09:08:07+02:00",
    "GIT_COMMITTER_DATE": "2024-05-06T09:08:07+02:00",
}
for who in ("AUTHOR", "COMMITTER"):
    CONFIG |= {f"GIT_{who}_NAME": "Ada Grint", f"GIT_{who}_EMAIL": "ada@example.org"}
KEPT = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


class Repository:
    """A repository of its own in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, **more):
        made = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=KEPT | CONFIG | more,
            capture_output=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        return made.stdout.decode()

    def write(self, path, text):
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, message, **files):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def show(self, *arguments, cwd=None, **more):
        return subprocess.run(
            [sys.executable, "-m", "wikidiff", "show", *arguments],
            cwd=cwd or self.folder,
            env=KEPT | CONFIG | more,
            capture_output=True,
            check=False,
        )

    def told(self, *arguments):
        """Return the Documents that `show --jsonl` prints."""
        made = self.show("--jsonl", *arguments)
        assert made.returncode == 0, made.stderr
        return [json.loads(line) for line in made.stdout.decode().split("\n")[:-1]]

    def read(self, *arguments, **more):
        return list(wikidiff.read_git(*arguments, folder=self.folder, **more))


@pytest.fixture(autouse=True)
def plain_git(monkeypatch):
    """Let no settings of the user's own decide, for the API in this process either."""
    for name in os.environ:
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)


@pytest.fixture
def repository(tmp_path):
    """Return a repository of two commits that edit one page of two."""
    folder = tmp_path / "pages"
    folder.mkdir()
    made = Repository(folder)
    made.write("wiki/Light.wiki", FIRST)
    made.write("notes.txt", "one\n")
    made.commit("Begin")
    made.write("wiki/Light.wiki", SECOND)
    made.write("notes.txt", "two\n")
    made.commit("Rename the keepers\n\nAt length.")
    return made


def names(documents):
    return [document.source.name for document in documents]


def test_a_commit_is_compared_with_its_parent(repository):
    (document,) = repository.read("HEAD")
    assert document.source.name == "wiki/Light.wiki"
    assert document.source.reader == "git"
    assert document.page.title == "Light"
    assert document.headings[0].new.text == "Its keepers"
    assert wikidiff.apply(document, FIRST) == SECOND
    assert document.delta.unexplained == 0
    new = document.revisions.new
    assert (new.user, new.timestamp) == ("Ada Grint", "2024-05-06T07:08:07Z")
    assert (new.comment, new.size) == ("Rename the keepers", len(SECOND))
    assert document.revisions.old.comment == "Begin"


def test_the_first_commit_is_compared_with_nothing(repository):
    (document,) = repository.read("HEAD~1")
    assert wikidiff.apply(document, "") == FIRST
    assert document.revisions.old.user is None


@pytest.mark.parametrize("revisions", ["HEAD~1..HEAD", "HEAD~1..", "main~1..main", "HEAD~1...HEAD"])
def test_a_range_is_what_lies_between_its_ends(repository, revisions):
    assert repository.read(revisions) == repository.read("HEAD")


def test_three_dots_begin_where_the_two_branched(repository):
    repository.git("checkout", "-q", "-b", "side", "HEAD~1")
    repository.write("wiki/Side.wiki", "A side.\n")
    repository.commit("Side")
    assert names(repository.read("main...side")) == ["wiki/Side.wiki"]
    assert names(repository.read("main..side")) == ["wiki/Light.wiki", "wiki/Side.wiki"]


def test_a_merge_is_compared_with_the_branch_it_came_to(repository):
    repository.git("checkout", "-q", "-b", "side", "HEAD~1")
    repository.write("wiki/Side.wiki", "A side.\n")
    repository.commit("Side")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge", "side")
    assert names(repository.read("HEAD")) == ["wiki/Side.wiki"]


def test_files_changed_staged_and_committed_are_three_things(repository):
    repository.write("wiki/Light.wiki", SECOND + "Staged.\n")
    repository.git("add", "wiki/Light.wiki")
    repository.write("wiki/Light.wiki", SECOND + "Staged.\nNot staged.\n")
    (files,), (staged,) = repository.read(), repository.read(staged=True)
    assert wikidiff.apply(staged, SECOND) == SECOND + "Staged.\n"
    assert wikidiff.apply(files, SECOND + "Staged.\n") == SECOND + "Staged.\nNot staged.\n"
    (since_first,) = repository.read("HEAD~1", staged=True)
    assert wikidiff.apply(since_first, FIRST) == SECOND + "Staged.\n"
    assert repository.told("--git", "--staged") == [staged.to_dict()]
    assert repository.told("--git") == [files.to_dict()]


def test_before_the_first_commit_all_that_is_staged_is_new(tmp_path):
    fresh = Repository(tmp_path)
    fresh.write("Light.wiki", FIRST)
    fresh.git("add", "-A")
    (document,) = fresh.read(staged=True)
    assert wikidiff.apply(document, "") == FIRST


def test_line_ends_of_the_working_tree_are_what_git_would_commit(repository):
    repository.git("config", "core.autocrlf", "true")
    repository.write("wiki/Light.wiki", (SECOND + "More.\n").replace("\n", "\r\n"))
    (document,) = repository.read()
    assert wikidiff.apply(document, SECOND) == SECOND + "More.\n"


def test_a_file_only_touched_has_not_changed(repository):
    os.utime(repository.folder / "wiki/Light.wiki", (1, 1))
    assert repository.read() == []


def test_nothing_is_written_to_the_repository(repository):
    before = repository.git("count-objects", "-v")
    repository.write("wiki/Light.wiki", SECOND + "More.\n")
    repository.read()
    assert repository.git("count-objects", "-v") == before


def test_only_wikitext_counts_unless_a_path_is_given(repository):
    for name in ("a.mediawiki", "b.wikitext", "c.mw", "d.WIKI", "e.md", "wiki"):
        repository.write(f"more/{name}", "Text.\n")
    repository.commit("More")
    shown = ["more/a.mediawiki", "more/b.wikitext", "more/c.mw", "more/d.WIKI"]
    assert names(repository.read("HEAD")) == shown
    assert names(repository.read("HEAD", paths=["more/e.md"])) == ["more/e.md"]
    assert names(repository.read("HEAD", paths=["*.m*"])) == shown[:1] + shown[2:3] + ["more/e.md"]
    (document,) = repository.told("--git", "HEAD~1", "--", "notes.txt")
    assert document["page"]["title"] == "notes"


def test_paths_are_those_of_the_folder_one_is_in(repository):
    made = repository.show(
        "--jsonl", "--git", "HEAD", "--", "Light.wiki", cwd=repository.folder / "wiki"
    )
    assert json.loads(made.stdout)["source"]["name"] == "wiki/Light.wiki"


def test_a_rename_is_followed_even_from_outside_the_path_given(repository):
    repository.git("mv", "wiki/Light.wiki", "wiki/Lamp.wiki")
    repository.write("wiki/Lamp.wiki", SECOND + "New last line.\n")
    repository.commit("Rename")
    for paths in ([], ["wiki/Lamp.wiki"], ["wiki/Light.wiki"]):
        (document,) = repository.read("HEAD", paths=paths)
        assert document.source.name == "wiki/Lamp.wiki"
        assert wikidiff.apply(document, SECOND) == SECOND + "New last line.\n"
        (warning,) = document.warnings
        assert warning.code == "file-renamed"
        assert "from wiki/Light.wiki to wiki/Lamp.wiki" in warning.message


def test_a_file_gone_is_a_text_that_became_empty(repository):
    repository.git("rm", "-q", "wiki/Light.wiki")
    repository.commit("Remove")
    (document,) = repository.read("HEAD")
    assert (document.source.name, wikidiff.apply(document, SECOND)) == ("wiki/Light.wiki", "")


def test_links_and_submodules_are_not_wikitext(repository, tmp_path):
    (tmp_path / "secret").write_text("secret\n")
    (repository.folder / "Link.wiki").symlink_to(tmp_path / "secret")
    head = repository.git("rev-parse", "HEAD").strip()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{head},Sub.wiki")
    repository.git("add", "Link.wiki")
    assert repository.read(staged=True) == []
    repository.git("commit", "-qm", "Both")
    assert repository.read("HEAD", paths=["Link.wiki", "Sub.wiki"]) == []
    (repository.folder / "wiki/Light.wiki").unlink()
    (repository.folder / "wiki/Light.wiki").symlink_to(tmp_path / "secret")
    assert repository.read() == []


HOSTILE = [
    "-x.wiki",
    "--output=y.wiki",
    'a\n"b.wiki',
    "\x1b[31m.wiki",
    ":(top).wiki",
    "..wiki",
    "ü ö.wiki",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_means_harm_is_only_a_name(repository, name):
    repository.write(name, FIRST)
    repository.commit("New")
    repository.write(name, SECOND)
    (document,) = repository.read()
    assert document.source.name == name
    assert wikidiff.apply(document, FIRST) == SECOND
    assert names(repository.read("HEAD")) == [name]
    shown = repository.show("--git")
    assert b"\x1b" not in shown.stdout
    assert sorted(path.name for path in repository.folder.iterdir()) == sorted(
        [".git", "notes.txt", "wiki", name]
    )


def test_a_name_that_is_no_utf_8_is_told_by_its_bytes(repository):
    place = os.fsencode(repository.folder) + b"/\xff.wiki"
    try:
        with open(place, "wb") as file:
            file.write(FIRST.encode())
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    repository.commit("New")
    (document,) = repository.told("--git", "HEAD")
    assert document["source"]["name"] == "\udcff.wiki"


@pytest.mark.parametrize(
    ("revision", "told"),
    [
        ("nope", "no commit 'nope'"),
        ("-n1", "no commit '-n1'"),
        ("--output=x..HEAD", "no commit '--output=x'"),
        ("HEAD..--all", "no commit '--all'"),
        ("^HEAD", "no commit '\\^HEAD'"),
        ("HEAD:notes.txt", "no commit"),
        ("HEAD; touch x", "no commit"),
        ("a\0b", "embedded null byte"),
        ("$(touch x)", "no commit"),
    ],
)
def test_a_revision_that_is_none_is_said_so_and_is_never_an_option(repository, revision, told):
    with pytest.raises(ReadError, match=told):
        repository.read(revision)
    assert not (repository.folder / "x").exists()


def test_a_branch_named_as_an_option_is_reached_by_its_whole_name(repository):
    repository.git("update-ref", "refs/heads/--all", "HEAD")
    assert names(repository.read("refs/heads/--all")) == ["wiki/Light.wiki"]


def test_a_path_that_git_does_not_know_may_be_a_revision_in_the_wrong_place(repository):
    made = repository.show("--git", "--json", "HEAD~1")
    assert (made.returncode, made.stdout) == (2, b"")
    assert b"HEAD~1: no such file known to git; check it; a revision stands" in made.stderr


def test_diff_drivers_and_text_conversions_do_not_run(repository):
    repository.write(".gitattributes", "*.wiki diff=harm filter=harm\n")
    repository.git("config", "diff.harm.command", "touch ran; true")
    repository.git("config", "diff.harm.textconv", "touch ran; cat")
    assert names(repository.read("HEAD")) == ["wiki/Light.wiki"]
    assert not (repository.folder / "ran").exists()


def test_settings_of_the_user_s_own_change_nothing(repository):
    for key, value in {
        "diff.relative": "true",
        "diff.renames": "false",
        "diff.noprefix": "true",
        "diff.external": "false",
        "core.quotePath": "true",
        "log.showSignature": "true",
        "color.ui": "always",
        "i18n.logOutputEncoding": "UTF-16",
    }.items():
        repository.git("config", key, value)
    test_a_commit_is_compared_with_its_parent(repository)
    test_a_rename_is_followed_even_from_outside_the_path_given(repository)


def test_a_bare_repository_has_commits_only(repository, tmp_path):
    bare = tmp_path / "bare.git"
    repository.git("clone", "-q", "--bare", str(repository.folder), str(bare))
    assert names(wikidiff.read_git("HEAD", folder=bare)) == ["wiki/Light.wiki"]
    with pytest.raises(ReadError, match="must be run in a work tree"):
        list(wikidiff.read_git(folder=bare))


def test_no_repository_and_no_git_are_one_line_of_trouble(repository, tmp_path):
    for arguments in (["HEAD"], [], ["--staged"]):
        outside = repository.show(
            "--git", *arguments, cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent)
        )
        assert outside.returncode == 2
        assert outside.stderr.startswith(b"wikidiff: git")
        assert b"not a git repository" in outside.stderr
        assert outside.stderr.count(b"\n") == 1
    missing = repository.show("--git", PATH=str(tmp_path))
    assert missing.stderr.startswith(b"wikidiff: git: git cannot be run: ")
    assert missing.returncode == 2


def test_a_file_that_is_no_text_is_named(repository):
    repository.write("wiki/Bytes.wiki", b"\xff\xfe\x00")
    repository.commit("Bytes")
    with pytest.raises(ReadError, match=r"wiki/Bytes\.wiki: "):
        repository.read("HEAD")


def test_a_file_with_conflicts_is_named(repository):
    repository.git("checkout", "-q", "-b", "side", "HEAD~1")
    repository.write("wiki/Light.wiki", FIRST.replace("Ada", "Eda"))
    repository.commit("Side")
    subprocess.run(
        ["git", "merge", "-q", "main"],
        cwd=repository.folder,
        check=False,
        env=KEPT | CONFIG,
        capture_output=True,
    )
    with pytest.raises(ReadError, match=r"wiki/Light\.wiki: has conflicts"):
        repository.read()


def test_a_file_larger_than_allowed_is_refused_with_the_limit(repository, monkeypatch):
    monkeypatch.setattr("wikidiff.limits.INPUT_BYTES", 64)
    with pytest.raises(ReadError, match=r"wiki/Light\.wiki: larger than 0 MiB"):
        repository.read("HEAD")


def test_several_files_are_several_documents_and_never_one_json(repository):
    repository.write("wiki/Second.wiki", "Two.\n")
    repository.write("wiki/Light.wiki", FIRST)
    repository.commit("Both")
    assert [told["source"]["name"] for told in repository.told("--git", "HEAD")] == [
        "wiki/Light.wiki",
        "wiki/Second.wiki",
    ]
    one = repository.show("--json", "--git", "HEAD")
    assert (one.returncode, one.stdout) == (2, b"")
    assert b"wiki/Light.wiki: holds several edits; take --jsonl" in one.stderr
    text = repository.show("--git", "HEAD").stdout.decode()
    assert text.index("Light\n") < text.index("\n\nSecond\n")
    assert repository.show("-q", "--exit-code", "--git", "HEAD").returncode == 1
    assert repository.show("-q", "--exit-code", "--git").returncode == 0


@pytest.fixture
def driven(repository):
    """Return the repository with wikidiff as git's external diff driver."""
    repository.write(".git/info/attributes", "*.wiki diff=wikitext\n")
    repository.git("config", "diff.wikitext.command", f"{sys.executable} -m wikidiff show")
    return repository


def test_git_diff_shows_wikitext_through_wikidiff(driven):
    made = driven.git("diff", "--ext-diff", "HEAD~1", "HEAD")
    assert "-one\n+two\n" in made  # a file without the attribute is git's
    assert "{+Its keepers+}" in made
    assert "wiki/Light.wiki" in made


def test_git_s_driver_takes_files_new_gone_renamed_and_edited(driven):
    driven.git("mv", "wiki/Light.wiki", "wiki/Lamp.wiki")
    driven.write("wiki/Lamp.wiki", SECOND + "New last line.\n")
    driven.write("wiki/New.wiki", "New page.\n")
    driven.commit("Three")
    renamed = driven.git("diff", "--ext-diff", "-M", "HEAD~1", "HEAD")
    assert "+ New last line." in renamed
    assert "renamed from wiki/Light.wiki to wiki/Lamp.wiki" in renamed
    assert "+ New page." in renamed
    gone = driven.git("diff", "--ext-diff", "-R", "HEAD~1", "HEAD", "--", "wiki/New.wiki")
    assert "- New page." in gone
    driven.write("wiki/New.wiki", "New page, edited.\n")
    assert "edited" in driven.git("diff", "--ext-diff")
    assert "+ New page." in driven.git("show", "--ext-diff", "HEAD")
    assert "+ New page." in driven.git("log", "-p", "--ext-diff", "-1")


def test_a_wikitext_that_quotes_a_diff_is_still_a_wikitext_to_the_driver(driven):
    driven.write("wiki/Light.wiki", "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n")
    assert "+ +++ b" in driven.git("diff", "--ext-diff")


@pytest.mark.parametrize("way", ["command", "tool"])
def test_git_difftool_shows_wikitext_through_wikidiff(repository, way):
    command = f"{sys.executable} -m wikidiff show"
    repository.git("config", "difftool.wikidiff.cmd", f'{command} "$LOCAL" "$REMOTE"')
    repository.write("wiki/New.wiki", "New page.\n")
    repository.commit("New")
    chosen = ("-x", command) if way == "command" else ("-t", "wikidiff")
    made = repository.git("difftool", "-y", *chosen, "HEAD~2", "HEAD", "--", "wiki")
    assert "{+Its keepers+}" in made
    assert "+ New page." in made
