"""Unified diffs: from diff and git themselves, applied again, cut, nested and hostile."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import reader_cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wikidiff import api, readers
from wikidiff.errors import ReadError
from wikidiff.readers import Input, diff_files, unified_diff
from wikidiff.readers.unified_hunk import Start, plain

FOLDER = reader_cases.CASES / "unified_diff"


@pytest.mark.parametrize("path", reader_cases.inputs("unified_diff"), ids=lambda path: path.name)
def test_a_diff_gives_what_its_case_says(path):
    assert json.loads(json.dumps(reader_cases.got(path))) == reader_cases.want(path)


LINES = st.lists(
    st.sampled_from(
        ["", " ", "a", "b c", "== d ==", "-", "--- e", "+++ f", "@@ -1 +1 @@", "\\ No newline",
         "diff --git a/g b/g", "~", "[-h-]", "{+i+}", "\ttab", "\u0085\u2028", "commit 1234567"]
    ),
    max_size=9,
)  # fmt: skip


@st.composite
def _texts(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts that have lines in common, each with or without a line feed at its end."""
    start, end, old, new = (draw(LINES) for _ in range(4))
    ends = [draw(st.sampled_from(["", "\n"])) for _ in range(2)]
    sides = ("\n".join([*start, *own, *end]) for own in (old, new))
    return tuple(side + line_end for side, line_end in zip(sides, ends, strict=True))  # type: ignore[return-value]


def _diff(folder: Path, old: str, new: str, *command: str) -> bytes:
    for name, text in (("old.wiki", old), ("new.wiki", new)):
        (folder / name).write_bytes(text.encode())
    command = (*command, "old.wiki", "new.wiki")
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout


COMMANDS = (
    ("diff", "-u"),
    ("diff", "-U1"),
    ("git", "diff", "--no-index"),
    ("git", "diff", "--no-index", "--inter-hunk-context=3", "--patience"),
    ("git", "diff", "--no-index", "--color=always", "--color-moved"),
    ("git", "diff", "--no-index", "--patch", "--stat", "--numstat", "--raw", "--summary"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=_texts())
def test_a_diff_of_two_texts_turns_one_into_the_other(tmp_path, command, texts):
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]}")
    old, new = texts
    data = _diff(tmp_path, old, new, *command)
    if not data or b"\n@@ " not in data:
        return  # the same, or one of them empty
    source = Input("x", data)
    assert unified_diff.decline(source) is None
    found = unified_diff.read(source)
    for side, text in (("old", old), ("new", new)):
        lines = text.split("\n")
        for line in (line for run in found.runs for line in run):
            if (words := getattr(line, side)) is not None:
                assert lines[getattr(line, f"{side}_line") - 1] == words
    document = api.read(data)
    if all(h.old_start and h.new_start for s in document.sections for h in s.hunks):
        assert api.apply(document, old) == new
        assert api.apply(document, new, reverse=True) == old


@pytest.mark.parametrize("kind", ["plain", "porcelain", "color"])
def test_a_word_diff_has_both_texts_words(tmp_path, kind):
    if shutil.which("git") is None:
        pytest.skip("no git")
    old = "Ada lit the lamp at dusk.\n\nIda put it out.\nNobody saw.\n"
    new = "Ada Grin lit the lamp at dusk, late.\n\nIda put it out.\nMoths came.\nNobody saw.\n"
    colour = f"--color={'always' if kind == 'color' else 'never'}"
    data = _diff(tmp_path, old, new, "git", "diff", "--no-index", f"--word-diff={kind}", colour)
    found = unified_diff.read(Input("x", data))
    lines = [line for run in found.runs for line in run]
    assert [line.old for line in lines if line.old is not None] == old.split("\n")[:-1]
    assert [line.new for line in lines if line.new is not None] == new.split("\n")[:-1]
    assert ("+", "Grin ") in lines[0].segments
    assert found.paired


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=_texts())
def test_words_told_apart_by_colours_only_are_those_that_have_signs(tmp_path, texts):
    if shutil.which("git") is None:
        pytest.skip("no git")
    texts = tuple(re.sub("(?m)^(?=.)", "x", text) for text in texts)  # no line is like a signed one
    command = ("git", "diff", "--no-index")
    signs = _diff(tmp_path, *texts, *command, "--word-diff=porcelain")
    colours = _diff(tmp_path, *texts, *command, "--word-diff=color", "--color=always")
    if b"\n@@ " in signs:
        assert _words(colours) == _words(signs)


def _words(data: bytes):
    source = Input("x", data)
    try:
        return unified_diff.decline(source) or unified_diff.read(source)
    except ReadError as error:
        return error.trouble


def test_words_marked_by_another_pattern_keep_their_places():
    body = ["La[-m-]{+n+}p{+s+}"]
    lines, exact = unified_diff.from_words(Start(1, 1, 1, 1), unified_diff.words_plain(body))
    assert (lines[0].old, lines[0].new, exact) == ("Lamp", "Lanps", True)


def test_one_of_several_files_is_read_when_named():
    source = Input("x", (FOLDER / "two_files.diff").read_bytes())
    names = unified_diff.pages(source)
    assert names == ("wiki/Lantern Hill.wiki", "wiki/Туман.mediawiki")
    for name, title in zip(names, ("Lantern Hill", "Туман"), strict=True):
        assert unified_diff.read(source, page=name) == unified_diff.read(source, page=title)
        assert unified_diff.read(source, page=name).meta.page.title == title
    with pytest.raises(ReadError, match=r"no file 'Oil'; it has: wiki/Lantern Hill.wiki"):
        unified_diff.read(source, page="Oil")


def test_several_files_are_several_documents_in_the_diff_s_order():
    source = FOLDER / "two_files.diff"
    made = list(api.read_all(source))
    assert [document.page.title for document in made] == ["Lantern Hill", "Туман"]
    assert made == [api.read(source, page=document.page.title) for document in made]
    assert list(api.read_all(source, page="Туман")) == made[1:]


def test_a_source_of_one_edit_is_one_document_of_many():
    for path in (FOLDER / "git_diff.diff", FOLDER.parent / "html" / "desktop_wikidiff2.html"):
        assert list(api.read_all(path)) == [api.read(path)]


def test_each_file_of_a_series_of_commits_tells_its_own_commit(tmp_path):
    def git(*arguments):
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        command = ("git", *identity, *arguments)
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout

    git("init", "-q")
    for number, words in enumerate(("One.\n", "One.\nTwo.\n", "One.\nTwo.\nThree.\n"), 1):
        (tmp_path / "Light.wiki").write_text(words)
        git("add", "-A")
        git("commit", "-qm", f"Commit {number}\n\nFrom 1234567 on.\ncommit 1234567 was wrong.")
        git("commit", "-q", "--allow-empty", "-m", f"Nothing {number}")
    for data in (git("log", "-p", "--reverse"), git("format-patch", "--root", "--stdout")):
        made = list(api.read_all(data))
        assert [x.revisions.new.comment for x in made] == ["Commit 1", "Commit 2", "Commit 3"]
        assert [x.stats.lines_inserted for x in made] == [1, 1, 1]


SUBJECT = "Über die Brücke, ein Satz, der so lang ist, dass er in einem Brief umgebrochen wird"
HEADS = {
    ("log", "-p"): ("Åse", "Z", SUBJECT),
    ("log", "-p", "--stat", "--color=always"): ("Åse", "Z", SUBJECT),
    ("log", "-p", "--format=fuller"): ("Åse", "Z", SUBJECT),
    ("log", "-p", "--oneline"): (None, None, SUBJECT),
    ("log", "-p", "--oneline", "--decorate", "--numstat"): (None, None, SUBJECT),
    ("format-patch", "--root", "--stdout"): ("Åse", "Z", SUBJECT),
    ("show", "--pretty=email", "--stat", "-p"): ("Åse", "Z", SUBJECT),
}


@pytest.mark.parametrize("command", HEADS, ids=" ".join)
def test_a_commit_is_told_however_git_shows_it(tmp_path, command):
    def git(*arguments):
        identity = ("-c", "user.name=Åse", "-c", "user.email=ase@example.org")
        run = ("git", *identity, *arguments)
        return subprocess.run(run, cwd=tmp_path, capture_output=True, check=True).stdout

    git("init", "-q")
    (tmp_path / "Brücke.wiki").write_text("Alt.\n")
    (tmp_path / "picture.png").write_bytes(bytes(range(256)))
    git("add", "-A")
    git("commit", "-qm", SUBJECT)
    (document,) = api.read_all(git(*command))
    new = document.revisions.new
    assert (new.user, new.timestamp and new.timestamp[-1], new.comment) == HEADS[command]
    assert document.page.title == "Brücke"


LINK = """diff --git a/lib b/lib
index 1111111..2222222 160000
--- a/lib
+++ b/lib
@@ -1 +1 @@
-Subproject commit 1111111111111111111111111111111111111111
+Subproject commit 2222222222222222222222222222222222222222
"""


def test_another_repository_s_commit_is_no_page():
    page = "diff --git a/A.wiki b/A.wiki\n--- a/A.wiki\n+++ b/A.wiki\n@@ -1 +1 @@\n-a\n+b\n"
    (document,) = api.read_all((LINK + page).encode())
    assert document.page.title == "A"
    assert unified_diff.decline(Input("x", LINK.encode()))


def test_a_merge_s_own_diff_is_declined_with_a_way_out():
    merge = "diff --cc A.wiki\n--- a/A.wiki\n+++ b/A.wiki\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c\n"
    assert "git diff A B" in (unified_diff.decline(Input("x", merge.encode())) or "")


def test_a_renamed_file_says_so_and_two_files_of_two_names_do_not(tmp_path):
    text = "a\nb\nc\nd\n"
    renamed = (
        b"diff --git a/A.wiki b/B.wiki\nsimilarity index 50%\nrename from A.wiki\n"
        b"rename to B.wiki\n--- a/A.wiki\n+++ b/B.wiki\n@@ -1 +1 @@\n-a\n+b\n"
    )
    (warning,) = api.read(renamed).warnings
    assert warning.message == "The file was renamed from A.wiki to B.wiki."
    two = _diff(tmp_path, text, text + "e\n", "git", "diff", "--no-index")
    assert api.read(two).warnings == ()


def test_files_renamed_only_are_said_so():
    source = Input("x", (FOLDER / "rename_only.diff").read_bytes())
    with pytest.raises(ReadError, match="no changed lines: files renamed or binary only"):
        unified_diff.read(source)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "== Diffs ==\nA line like @@ -1 +1 @@ begins a hunk.\n",
        "x = 1\n--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n",
        "@@ -1 +1 @@\n-a\n+b\n",
        "--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\nand then prose\n",
        "--- a\n@@ -1 +1 @@\n-a\n+b\n",
        "@@@ -1,2 -1,2 +1,3 @@@\n  a\n++b\n",
    ],
)
def test_what_only_speaks_of_diffs_is_declined(text):
    assert unified_diff.decline(Input("x", (text or " ").encode()))


@pytest.mark.parametrize("cut", range(60, 300, 20))
def test_a_diff_cut_off_inside_a_hunk_is_a_read_error_not_half_a_diff(cut):
    whole = (FOLDER / "diff_u.diff").read_bytes()
    data = whole[: len(whole) - cut]
    source = Input("x", data)
    with pytest.raises(ReadError):
        readers.recognise(source, ["unified-diff"]).read(source)


def test_many_hunks_that_count_more_than_there_is_are_looked_at_once():
    """Each line is looked at a bounded number of times, whatever the hunks claim."""

    class Counted(list):
        looked = 0

        def __getitem__(self, key):
            if isinstance(key, slice):
                Counted.looked += len(range(*key.indices(len(self))))
            else:
                Counted.looked += 1
            return super().__getitem__(key)

    lines = Counted(["--- a", "+++ b", *["@@ -1,999999 +1,0 @@", " x", "-y"] * 5_000])
    diff_files.files_of(lines)
    assert Counted.looked < 20 * len(lines)
    Counted.looked = 0
    plain(Start(1, 999_999, 1, 999_999), Counted([" x"] * 10_000), 0)
    assert Counted.looked < 20 * 10_000


def test_the_corpus_s_texts_come_back_from_git_s_diff_of_them(corpus, tmp_path):
    if shutil.which("git") is None:
        pytest.skip("no git")
    seen = 0
    for page in sorted(corpus.iterdir())[::5]:
        old, new = ((page / f"{side}.wiki").read_bytes().decode() for side in ("old", "new"))
        data = _diff(tmp_path, old, new, "git", "diff", "--no-index")
        if data:
            assert api.apply(api.read(data), old) == new
            seen += 1
    assert seen >= 20
