"""`wikidiff blame`: who wrote each word, on histories that know it and on real ones."""

from __future__ import annotations

import io
import json
from itertools import pairwise

import causeway
import history_maker
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import complaint, run
from test_git import Repository
from test_log import EVIL, VIEWS, Out, commit, evil, opened, real

import wikidiff
from wikidiff import Revision
from wikidiff.histories import blame
from wikidiff.report import blame as report
from wikidiff.report.schema import schema_text
from wikidiff.text import is_word, tokens

SCHEMA = json.loads(schema_text("blame"))


def of_texts(*texts):
    """Return the blame of texts by users A, B, C and so on."""
    pairs = [(Revision(id=at, user=chr(ord("A") + at)), text) for at, text in enumerate(texts)]
    return wikidiff.blame(pairs)


def told(made):
    """Return the text with each stretch as A:words, lines with | between them."""
    lines = [
        " ".join(f"{made.writers[at].revision.user}:{piece.strip()}" for piece, at in line)
        for line in made.lines
    ]
    return " | ".join(line for line in lines if line)


def writers(made):
    """Return every word that stands with the number of the revision that wrote it."""
    return [
        (word, made.writers[at].revision.id)
        for line in made.lines
        for piece, at in line
        for word in filter(is_word, tokens(piece))
    ]


# --- one thing at a time

FOX = "The quick brown fox jumps over the lazy dog."
HEN = "A speckled hen sits in the yard and waits for rain."
COW = "Three red cows stand under the old lime tree all day."


def test_words_that_stay_are_their_first_writer_s():
    made = of_texts(FOX, FOX.replace("brown", "red"), FOX.replace("brown", "red") + " Twice.")
    assert told(made) == "A:The quick B:red A:fox jumps over the lazy dog. C:Twice."


def test_a_word_between_two_changed_ones_was_not_written_anew():
    made = of_texts("one two three four five six", "one 2 three 4 five six")
    assert told(made) == "A:one B:2 A:three B:4 A:five six"


def test_upper_and_lower_case_make_no_new_writer():
    made = of_texts("the fox jumps over it", "Now The Fox jumps over it")
    assert [who for _, who in writers(made)] == [1, 0, 0, 0, 0, 0]


def test_a_moved_line_stays_its_writer_s():
    made = of_texts(f"{FOX}\n\n{HEN}\n\n{COW}", f"{HEN}\n\n{COW}\n\n{FOX.replace('dog', 'cat')}")
    assert {who for word, who in writers(made) if word != "cat"} == {0}
    assert ("cat", 1) in writers(made)


def test_a_sentence_moved_to_another_paragraph_stays_its_writer_s():
    made = of_texts(f"{FOX} {HEN}\n\n{COW}", f"{FOX}\n\n{COW} {HEN}")
    assert {who for _, who in writers(made)} == {0}


def test_a_revert_gives_the_words_back():
    made = of_texts(f"{FOX}\n\n{HEN}", "hello", f"{FOX}\n\n{HEN}")
    assert {who for _, who in writers(made)} == {0}
    assert [writer.revision.id for writer in made.writers] == [0]


def test_what_comes_back_with_an_edit_on_top_is_its_first_writer_s():
    made = of_texts(f"{FOX}\n\n{HEN}", "hello", f"{FOX.replace('lazy', 'idle')}\n\n{HEN} So.")
    assert [word for word, who in writers(made) if who == 2] == ["idle", "So"]


def test_a_line_that_comes_back_after_long_is_its_first_writer_s():
    texts = [f"{FOX}\n\n{HEN}", *(f"{HEN}\n\nnote {at}" for at in range(40)), f"{HEN}\n\n{FOX}"]
    pairs = [(Revision(id=at), text) for at, text in enumerate(texts)]
    assert {who for _, who in writers(wikidiff.blame(pairs))} == {0}


def test_a_short_line_that_comes_back_after_long_is_new():
    texts = ["a\n\nOne two", *(f"a\n\nnote {at}" for at in range(40)), "b\n\nOne two"]
    pairs = [(Revision(id=at), text) for at, text in enumerate(texts)]
    assert ("One", 41) in writers(wikidiff.blame(pairs))


def test_a_heading_that_comes_back_with_its_section_is_not_new():
    section = f"== Two words ==\n{FOX}"
    texts = [f"{HEN}\n{section}", *(f"{HEN}\n{at}" for at in range(40)), f"{HEN}\n{section}"]
    pairs = [(Revision(id=at), text) for at, text in enumerate(texts)]
    assert {who for _, who in writers(wikidiff.blame(pairs))} == {0}


def test_a_copy_of_what_stands_is_new():
    made = of_texts(FOX, f"{FOX}\n\n{FOX}")
    assert sorted({who for _, who in writers(made)}) == [0, 1]


def test_a_sentence_written_anew_is_new():
    made = of_texts(FOX, "Nobody knows where the river has gone since the storm.")
    assert {who for _, who in writers(made)} == {1}


def test_scripts_without_spaces_go_by_sign():
    made = of_texts("港の名前は古い。", "港の名前はとても古い。")
    assert told(made) == "A:港の名前は B:とても A:古い。"


def test_a_split_paragraph_stays_its_writer_s():
    made = of_texts(f"{FOX} {HEN} {COW}", f"{FOX}\n\n{HEN}\n\n{COW}")
    assert {who for _, who in writers(made)} == {0}


# --- a truth that is known


def score(seed, count, **size):
    made = history_maker.Writer(seed, **size).history(count)
    pairs = [(Revision(id=at, user=one.user), one.text) for at, one in enumerate(made)]
    got, truth = writers(wikidiff.blame(pairs)), made[-1].words
    assert [word.lower() for word, _ in got] == [word for word, _ in truth]
    return sum(a == b for (_, a), (_, b) in zip(got, truth, strict=True)), len(truth)


@pytest.mark.parametrize("seed", range(4))
def test_of_a_made_history_99_of_100_words_are_right(seed):
    right, count = score(seed, 150)
    assert right / count >= 0.99


def test_the_writer_of_histories_makes_the_same_from_the_same_seed():
    one, other = (history_maker.Writer(5).history(30) for _ in range(2))
    assert one == other
    assert one != history_maker.Writer(6).history(30)


# --- what always holds


def check(made, text):
    """Check the laws of a blame."""
    assert made.text == text
    for line in made.lines:
        assert all(piece for piece, _ in line)
        assert all(a[1] != b[1] for a, b in pairwise(line))
    counts = [0] * len(made.writers)
    for _, at in ((piece, at) for line in made.lines for piece, at in line):
        counts[at] += 1
    assert all(counts)
    assert made.words == sum(map(is_word, tokens(text)))
    assert made.words == sum(share.words for share in made.users)
    ids = [writer.revision.id for writer in made.writers]
    assert ids == sorted(ids)


LINES = st.lists(
    st.text(st.sampled_from("ab \n=[]'é港\u0301\u200d"), max_size=12) | st.sampled_from([FOX, HEN]),
    max_size=5,
)


@settings(max_examples=150)
@given(st.lists(LINES.map("\n".join), min_size=1, max_size=8))
def test_the_laws_hold_for_any_history(texts):
    check(of_texts(*texts), texts[-1])


def test_the_laws_hold_for_real_histories():
    for history in real(6):
        check(wikidiff.blame(history), history[-1][1])


def test_the_laws_hold_at_the_limits(monkeypatch):
    from wikidiff import limits

    for name, low in (("BLAME_KEPT", 20), ("BLAME_CHARS", 2_000), ("BLAME_GRAMS", 50)):
        monkeypatch.setattr(limits, name, low)
    made = history_maker.Writer(2, sections=3).history(60)
    pairs = [(Revision(id=at), one.text) for at, one in enumerate(made)]
    check(wikidiff.blame(pairs), made[-1].text)


def test_each_text_on_the_way_is_all_of_its_own_writers():
    made = history_maker.Writer(9, sections=3, paragraphs=2).history(40)
    for last in (1, 7, 20, 39):
        pairs = [(Revision(id=at), one.text) for at, one in enumerate(made[: last + 1])]
        check(wikidiff.blame(pairs), made[last].text)


def test_a_hidden_revision_is_passed_over_and_told_of():
    made = of_texts("one two three", None, "one two three four")
    assert told(made) == "A:one two three C:four"
    assert [warning.code for warning in made.warnings] == ["revision-hidden"]
    with pytest.raises(wikidiff.ReadError, match="no text"):
        of_texts(None)


def test_a_blanked_page_was_written_by_nobody():
    made = of_texts(FOX, "")
    assert (made.words, made.writers, made.lines) == (0, (), ((),))
    made.to_dict()


# --- as people see it


def shown(history, encoding="utf-8", by="user", **view):
    file = Out(encoding)
    report.show(blame(history), report.View(**view), file, by=by)
    return file.getvalue()


@pytest.mark.parametrize("name", VIEWS)
def test_a_blame_is_shown_as_its_golden(name, golden):
    golden(f"blame/causeway.{name}.txt", shown(opened(), **VIEWS[name]).replace("\x1b", "␛"))


def test_marks_may_stand_for_revisions(golden):
    golden("blame/causeway.revisions.txt", shown(opened(), by="revision"))


def test_a_summary_has_no_text(golden):
    golden("blame/causeway.summary.txt", shown(opened(), summary=True, encoding="ascii"))


def test_a_long_legend_is_cut_and_says_so():
    text = "\n".join(f"Line number {at}." for at in range(20))
    pairs = [
        (Revision(id=at, user=f"User {at}"), "\n".join(text.split("\n")[: at + 1]))
        for at in range(20)
    ]

    def view(**more):
        file = io.StringIO()
        report.show(wikidiff.blame(pairs), report.View(**more), file)
        return file.getvalue()

    assert "8 more; -v shows them" in view()
    assert "User 19" not in view().partition("│")[0]
    assert "User 19" in view(verbose=True).partition("│")[0]
    assert "more" not in view(summary=True)


@pytest.mark.parametrize("name", VIEWS)
def test_nothing_of_strangers_steers_the_terminal(name):
    text = shown(evil(), **VIEWS[name])
    assert all(sign == "\n" or sign.isprintable() for sign in text.replace("\x1b[", ""))
    assert "\\u{202e}" in text
    assert "\x1b[31m[" not in text


def test_json_of_strangers_steers_nothing():
    from wikidiff.model import json_text

    made = blame(evil())
    text = json_text(made.to_dict())
    assert text.isprintable()
    assert json.loads(text)["users"][0]["user"] == EVIL


# --- the command


def test_json_is_the_schema_s():
    made = json.loads(run("blame", causeway.SAMPLE, "--json").stdout)
    jsonschema.validate(made, SCHEMA)
    assert made["users"][0]["user"] == "Ada Grint"
    assert "".join(piece for piece, _ in made["lines"][0]) == causeway.LEAD
    assert made["revision"]["id"] == 13
    assert round(sum(one["share"] for one in made["users"]), 3) == 1


def test_git_tells_the_same_as_an_export(tmp_path):
    repository = Repository(tmp_path)
    for edit in causeway.EDITS:
        commit(repository, "page.wiki", edit)
    made = wikidiff.blame("page.wiki", git="HEAD", folder=tmp_path)
    other = wikidiff.blame(causeway.SAMPLE)
    assert made.lines == other.lines
    assert [one.user for one in made.users] == [one.user for one in other.users]
    assert made.writers[0].commit


def test_what_stood_before_a_range_is_nobody_s_in_it(tmp_path):
    repository = Repository(tmp_path)
    for edit in causeway.EDITS:
        commit(repository, "page.wiki", edit)
    made = wikidiff.blame("page.wiki", git="HEAD~2..HEAD", folder=tmp_path)
    assert made.count == 2
    assert made.writers[0].revision == Revision()
    assert made.writers[0].words == made.words - 2
    file = Out("utf-8")
    report.show(made, report.View(summary=True), file)
    assert "1 (earlier)" in file.getvalue()


def test_a_branch_s_words_are_its_writer_s(tmp_path):
    repository = Repository(tmp_path)
    lines = [f"Line {at} of the page." for at in range(9)]
    repository.write("page.wiki", "\n".join(lines))
    repository.commit("first")
    repository.git("checkout", "-q", "-b", "topic")
    repository.write("page.wiki", "\n".join([*lines, "From the branch, all of it."]))
    repository.commit("branch")
    repository.git("checkout", "-q", "main")
    repository.write("page.wiki", "\n".join(["From the trunk, all of it.", *lines]))
    repository.commit("trunk")
    repository.git("merge", "-q", "-m", "merged", "topic")
    made = wikidiff.blame("page.wiki", git="HEAD", folder=tmp_path)
    comments = [made.writers[at].revision.comment for line in made.lines for _, at in line]
    assert comments == ["trunk", *["first"] * 9, "branch"]


def test_trouble_is_one_line(tmp_path):
    assert "no page 'x'" in complaint(run("blame", causeway.SAMPLE, "--page", "x"))
    assert "no such file" in complaint(run("blame", tmp_path / "missing.xml"))
    assert "--page and --wiki" in complaint(run("blame", "x", "--git", "--wiki", "y"))
