"""`wikidiff apply`: of pages that keep their marks, and of those that have lost them."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from test_cli import PAIR, SAMPLES, complaint, run

import wikidiff

CLIP = Path(__file__).parent / "cases" / "desktop_clip" / "edited_put_in_taken_out.txt"


def patch_of(tmp_path, old, new):
    path = tmp_path / "edit.diff"
    lines = difflib.unified_diff(old.split("\n"), new.split("\n"), "a", "b", lineterm="")
    path.write_text("\n".join([*lines, ""]), "utf-8")
    return path


def sample(name):
    """Return a copied page of the samples, and the paths of its two texts."""
    return (SAMPLES / f"{name}.txt", *(SAMPLES / f"{name}.{side}.wiki" for side in ("old", "new")))


def told(result):
    """Return the one line on standard error of a run that printed a text."""
    assert result.returncode == 0, result.stderr
    (line,) = result.stderr.decode().rstrip("\n").split("\n")
    assert line.startswith("wikidiff: ")
    return line


def test_apply_turns_the_old_text_into_the_new_and_back(tmp_path):
    old, new = (Path(side).read_text("utf-8") for side in PAIR)
    patch = patch_of(tmp_path, old, new)
    made = run("apply", patch, PAIR[0])
    assert made.returncode == 0, made.stderr
    assert made.stdout.decode() == new
    assert made.stderr == b""
    assert run("apply", "--reverse", patch, PAIR[1]).stdout.decode() == old


@pytest.mark.parametrize("name", ["ferry", "quarry"])
def test_a_copied_page_is_read_by_the_text_that_it_is_applied_to(name):
    page, old, new = sample(name)
    made = run("apply", page, old)
    assert (made.returncode, made.stdout, made.stderr) == (0, new.read_bytes(), b"")
    back = run("apply", "--reverse", page, new)
    assert (back.returncode, back.stdout, back.stderr) == (0, old.read_bytes(), b"")


def test_a_reading_that_is_not_certain_is_applied_and_told_of_in_one_line():
    page, old, _ = sample("orchard")
    text = old.read_text("utf-8")
    expected = wikidiff.read(page, old=text)
    made = run("apply", page, old)
    assert made.stdout.decode() == wikidiff.apply(expected, text)
    line = told(made)
    assert (
        f"orchard.txt: applied, but not certain: reading 1 of {len(expected.readings)} is" in line
    )
    assert f"{expected.readings[0].probability:.0%} likely" in line
    assert ", the others " in line
    assert "--reading takes another" in line
    assert "the page saved as HTML or --complete-from its wiki settles it" in line


def test_another_reading_is_applied_when_asked_for():
    page, old, _ = sample("orchard")
    text = old.read_text("utf-8")
    second = wikidiff.read(page, old=text, reading=2)
    made = run("apply", "--reading", 2, page, old)
    assert made.stdout.decode() == wikidiff.apply(second, text)
    assert "reading 2 of " in told(made)


def test_with_certain_nothing_is_printed_that_is_not():
    page, old, new = sample("orchard")
    line = complaint(run("apply", "--certain", page, old))
    assert "orchard.txt: not certain: reading 1 of " in line
    assert line.endswith("; nothing was applied")
    page, old, new = sample("quarry")
    assert run("apply", "--certain", page, old).stdout == new.read_bytes()


def test_bytes_that_no_reading_explains_are_told_of(tmp_path):
    page, old, _ = sample("quarry")
    off = tmp_path / "off.txt"
    changed = page.read_text("utf-8").replace("No change in size", "300 bytes added")
    off.write_text(changed, "utf-8")
    line = told(run("apply", off, old))
    assert "bytes that the page tells of are not in it" in line


def test_a_copied_table_whose_lines_may_be_of_either_side_is_told_of(tmp_path):
    page, old = tmp_path / "page.txt", tmp_path / "old.wiki"
    table, _, _ = CLIP.read_text("utf-8").rpartition("Latest revision as of")
    page.write_text(table, "utf-8")  # without the article, which tells the sides
    document = wikidiff.read(page)
    lines = [line.old for line in document.lines() if line.old is not None]
    old.write_text("\n".join(lines), "utf-8")
    made = run("apply", page, old)
    line = told(made)
    assert "3 of 4 changed lines may be otherwise" in line
    assert "three rooms" in made.stdout.decode()
    assert "not certain" in complaint(run("apply", "--certain", page, old))


def test_a_final_line_feed_that_no_wiki_has_is_kept_and_not_compared(tmp_path):
    page, old, new = sample("quarry")
    kept = tmp_path / "old.wiki"
    kept.write_bytes(old.read_bytes() + b"\n")
    made = run("apply", "--certain", page, kept)
    assert made.stdout == new.read_bytes() + b"\n"


@pytest.mark.parametrize("form", ["copied", "patch"])
def test_carriage_returns_at_the_ends_of_lines_are_kept(tmp_path, form):
    page, old, new = sample("quarry")
    if form == "patch":
        page = patch_of(tmp_path, old.read_text("utf-8"), new.read_text("utf-8"))
    windows = tmp_path / "old.wiki"
    windows.write_bytes(old.read_bytes().replace(b"\n", b"\r\n"))
    made = run("apply", page, windows)
    assert (made.stdout, made.stderr) == (new.read_bytes().replace(b"\n", b"\r\n"), b"")


def test_one_file_s_change_of_a_patch_of_several_is_applied_when_named(tmp_path):
    texts = {name: (SAMPLES / f"{name}.{side}.wiki" for side in ("old", "new")) for name in "ab"}
    texts = {"a": sample("ferry")[1:], "b": sample("quarry")[1:]}
    patch = tmp_path / "both.diff"
    parts = []
    for name, pair in texts.items():
        old, new = (path.read_text("utf-8").split("\n") for path in pair)
        parts += difflib.unified_diff(old, new, f"a/{name}.wiki", f"b/{name}.wiki", lineterm="")
    patch.write_text("\n".join([*parts, ""]), "utf-8")
    assert "--page" in complaint(run("apply", patch, texts["b"][0]))
    made = run("apply", patch, texts["b"][0], "--page", "b")
    assert made.stdout == texts["b"][1].read_bytes()


def test_apply_refuses_a_text_that_is_not_the_old_one():
    page, *_ = sample("lighthouse")
    line = complaint(run("apply", page, PAIR[0]))
    assert f"{PAIR[0]}: line 1 of the diff does not fit it" in line
    assert line.endswith("; nothing was applied")


def test_a_text_that_has_the_change_already_is_called_so(tmp_path):
    old, new = (Path(side).read_text("utf-8") for side in PAIR)
    patch = patch_of(tmp_path, old, new)
    assert "is the new text" in complaint(run("apply", patch, PAIR[1]))
    assert "leave --reverse away" in complaint(run("apply", "-R", patch, PAIR[0]))


def test_a_text_that_is_likelier_the_other_side_of_a_copied_page_is_called_so():
    page, old, new = sample("ferry")
    assert "as the new text it is 9" in told(run("apply", page, new))
    assert "give --reverse" in told(run("apply", page, new))
    assert "leave --reverse away" in told(run("apply", "-R", page, old))


def test_with_fuzz_apply_patches_a_text_that_has_moved_on(tmp_path):
    old, new = (Path(side).read_text("utf-8") for side in PAIR)
    patch = patch_of(tmp_path, old, new)
    moved = tmp_path / "today.wiki"
    moved.write_text("A hatnote.\n\n" + old, "utf-8")
    assert "not as in the diff" in complaint(run("apply", patch, moved))
    made = run("apply", "--fuzz", patch, moved)
    assert made.returncode == 0, made.stderr
    assert made.stdout.decode() == "A hatnote.\n\n" + new


def test_with_fuzz_apply_tells_each_reject_and_prints_nothing(tmp_path):
    old = "\n".join(f"Mile {n}: an inn." for n in range(1, 30))
    new = old.replace("Mile 4: an", "Mile 4: a good").replace("Mile 20: an", "Mile 20: no")
    patch = patch_of(tmp_path, old, new)
    lost = tmp_path / "today.wiki"
    lost.write_text(old.replace("Mile 20: an inn.", "\x1b[31mA toll house stood here"), "utf-8")
    made = run("apply", "--fuzz", patch, lost)
    assert made.returncode == 2
    assert made.stdout == b""
    first, *rejects = made.stderr.decode().rstrip("\n").split("\n")
    assert "1 of 2 hunks do not fit" in first
    assert "nothing was applied" in first
    assert rejects[0] == "@ line 17"
    assert "-Mile 20: an inn." in rejects
    assert "+Mile 20: no inn." in rejects


def test_with_fuzz_a_copied_page_is_read_by_itself_where_the_text_has_moved_on(tmp_path):
    page, old, new = sample("ferry")
    first = "\nTickets are sold"
    today = tmp_path / "today.wiki"
    today.write_text(old.read_text("utf-8").replace(first, f"A new line.\n{first}"), "utf-8")
    assert "or --fuzz where it has moved on" in complaint(run("apply", page, today))
    made = run("apply", "--fuzz", page, today)
    assert made.stdout.decode() == new.read_text("utf-8").replace(first, f"A new line.\n{first}")


def test_a_page_that_no_reading_is_known_of_is_applied_to_nothing():
    page, old, _ = sample("lighthouse")
    unread = wikidiff.read(page).replace(readings=())
    with pytest.raises(wikidiff.ApplyError, match="no reading"):
        wikidiff.apply(unread, old.read_text("utf-8"))


JOINED = Path(__file__).parent / "cases" / "html" / "mobile_old_php.html"


def test_a_page_whose_lines_were_run_together_says_so(tmp_path):
    document = wikidiff.read(JOINED)
    assert "lines-joined" in {warning.code for warning in document.warnings}
    lines: list[str] = []
    for hunk in (hunk for section in document.sections for hunk in section.hunks):
        lines += [""] * (hunk.old_start - 1 - len(lines))
        lines += [line.old for line in hunk.lines if line.old is not None]
    old = tmp_path / "old.wiki"
    old.write_text("\n".join(lines), "utf-8")
    assert "its changed lines are run together" in told(run("apply", JOINED, old))
    old.write_text("\n".join(lines).replace(" ", "\n"), "utf-8")
    line = complaint(run("apply", JOINED, old))
    assert "which has lost white space and may have lost line ends" in line
    assert "--complete-from the wiki" in line
