"""`wikidiff textconv`, by itself and as real git calls it."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from wikidiff.markup.prose import sentences

PAGE = "== Ferry ==\nThe ferry is old. It leaves at noon! Does it rain? Then not.\n: One line.\n"


def run(*arguments, cwd):
    made = subprocess.run(arguments, cwd=cwd, capture_output=True, check=True)
    return made.stdout.decode()


def test_each_sentence_stands_on_a_line_of_its_own(tmp_path):
    (tmp_path / "a.wiki").write_text(PAGE, "utf-8", newline="")
    made = run(sys.executable, "-m", "wikidiff", "textconv", "a.wiki", cwd=tmp_path)
    told = ["The ferry is old.", "It leaves at noon!", "Does it rain?", "Then not."]
    assert made.split("\n") == ["== Ferry ==", *told, ": One line.", ""]


@given(st.text(alphabet="ab .!?。 \u0964é"))
def test_no_word_of_a_line_is_left_out(line):
    assert "".join("".join(sentences(line)).split()) == "".join(line.split())


def test_git_diff_speaks_of_the_sentence_that_changed(tmp_path):
    run("git", "init", "-q", cwd=tmp_path)
    command = f"{sys.executable} -m wikidiff textconv"
    run("git", "config", "diff.wikitext.textconv", command, cwd=tmp_path)
    (tmp_path / ".gitattributes").write_text("*.wiki diff=wikitext\n")
    page = tmp_path / "a.wiki"
    page.write_text(PAGE, "utf-8", newline="")
    run("git", "add", ".", cwd=tmp_path)
    page.write_text(PAGE.replace("noon", "dawn"), "utf-8", newline="")
    shown = run("git", "diff", "-U0", cwd=tmp_path).split("\n")
    changed = [line for line in shown if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert [line for line in changed if line] == ["-It leaves at noon!", "+It leaves at dawn!"]
