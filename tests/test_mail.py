"""Diff pages in mails: quoted in an answer, packed by the mail program, broken by it, attached."""

from __future__ import annotations

import textwrap
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
import reader_cases
from hypothesis import given, settings
from hypothesis import strategies as st

import wikidiff
from wikidiff.errors import UnrecognisedError
from wikidiff.readers import mail

SAMPLES = Path(__file__).parent.parent / "samples"
QUARRY = SAMPLES / "quarry.txt"
SALTERN = reader_cases.CASES / "near_misses" / "unpaged_mobile.txt"
TABLE = reader_cases.CASES / "desktop_clip" / "edited_put_in_taken_out.txt"
SAVED = reader_cases.CASES / "html" / "desktop_wikidiff2.html"
FROM_A_MAIL = {"prefix-removed", "quotation-read"}


def told(source: bytes) -> str:
    """Return a Document as JSON, without what is said of a mail around it."""
    document = wikidiff.read(source)
    kept = [one for one in document.warnings if one.code not in FROM_A_MAIL]
    return document.replace(warnings=tuple(kept)).to_json()


def quoted(text: str, mark: str = "> ") -> str:
    return "\n".join(mark + line for line in text.split("\n"))


def mailed(text: str, **how: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Ora Lind <ora@harbour.example>"
    made["To"] = "tom@harbour.example"
    made["Subject"] = "What do you make of this edit?"
    made.set_content(text, **how)
    return made


@pytest.mark.parametrize("page", [QUARRY, TABLE], ids=lambda path: path.name)
@pytest.mark.parametrize("mark", ["> ", ">> ", "> > "])
def test_a_page_quoted_in_an_answer_is_read_without_the_answer(page, mark):
    text = page.read_text("utf-8")
    answer = f"Hello,\n\nOra Lind wrote:\n{quoted(text, mark)}\n\nI'd undo it.\n-- \nTom\n"
    assert told(answer.encode()) == told(text.encode())
    codes = {one.code for one in wikidiff.read(answer.encode()).warnings}
    assert codes >= FROM_A_MAIL


def test_what_was_left_out_around_a_quotation_is_counted():
    text = f"Ora wrote:\n{quoted(QUARRY.read_text('utf-8'))}\nI'd undo it.\n"
    (warning,) = (
        one for one in wikidiff.read(text.encode()).warnings if one.code == "quotation-read"
    )
    assert "the 2 lines around the quotation" in warning.message


def test_a_mail_that_quotes_no_diff_is_declined_with_its_own_reasons():
    with pytest.raises(UnrecognisedError) as raised:
        wikidiff.read(b"Hello,\n> have you\n> seen it\n> yet?\nNo.\n")
    assert dict(raised.value.reasons)["mobile-text"].startswith("no line near the top")


@pytest.mark.parametrize("way", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("page", [QUARRY, TABLE], ids=lambda path: path.name)
def test_a_saved_mail_is_read_however_its_text_is_packed(page, way):
    text = page.read_text("utf-8")
    packed = bytes(mailed(text, cte=way))
    assert told(packed) == told(text.encode())
    assert told(mailed(text, cte=way).as_bytes(policy=SMTP)) == told(text.encode())


def test_a_page_attached_to_a_mail_is_read():
    made = mailed("It is attached.")
    made.add_attachment(SAVED.read_bytes(), maintype="text", subtype="html", filename="diff.html")
    assert told(bytes(made)) == told(SAVED.read_bytes())


def test_a_mail_of_text_and_html_is_read_by_the_one_that_is_a_page():
    made = mailed(QUARRY.read_text("utf-8"))
    made.add_alternative("<p>Changes</p><p>Hale Quarry</p>", subtype="html")
    assert told(bytes(made)) == told(QUARRY.read_bytes())


def test_a_picture_and_a_part_that_is_not_as_its_head_says_are_passed_over():
    made = mailed(QUARRY.read_text("utf-8"))
    made.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="a.png")
    made.add_attachment(b"\xff", maintype="text", subtype="plain", filename="b.txt")
    broken = bytes(made).replace(b"text/plain\r\n", b'text/plain; charset="no-such"\r\n')
    assert told(broken) == told(QUARRY.read_bytes())


def test_a_patch_sent_by_mail_tells_what_its_head_tells():
    patch = (
        "From: Ora Lind <ora@harbour.example>\nSubject: [PATCH] Name the lamp\n"
        "Date: Mon, 3 May 2021 10:11:12 +0200\nContent-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\n\n---\n"
        "diff --git a/a.wiki b/a.wiki\n--- a/a.wiki\n+++ b/a.wiki\n"
        "@@ -1 +1 @@\n-a lamp\n+the lamp\n"
    )
    document = wikidiff.read(patch.encode())
    assert document.source.reader == "unified-diff"
    new = document.revisions.new
    assert (new.user, new.timestamp, new.comment) == (
        "Ora Lind",
        "2021-05-03T08:11:12Z",
        "Name the lamp",
    )


def test_a_mail_of_very_many_parts_in_each_other_is_declined_not_followed():
    nested = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2_000)
    )
    with pytest.raises(UnrecognisedError):
        wikidiff.read(f"From: a@harbour.example\n{nested}".encode())


# --- lines that the mail program broke


def unbroken(path: Path) -> str:
    """Return a copied page of long lines, made again of its broken ones."""
    lines = path.read_text("utf-8").split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("The '''Saltern"))
    body = " ".join(lines[at:]).replace(" == ", "\n== ", 1)
    return "\n".join(["20 bytes removed, 08:15, 2 May 2022", body])


@pytest.mark.parametrize("mark", ["", "> "])
def test_a_page_whose_lines_a_mail_program_broke_is_declined_with_the_way_out(mark):
    lines = unbroken(SALTERN).split("\n")
    broken = [part for line in lines for part in textwrap.wrap(line, 72 - len(mark)) or [""]]
    with pytest.raises(UnrecognisedError, match="save the diff page as HTML"):
        wikidiff.read(quoted("\n".join(broken), mark).encode())
    whole = wikidiff.read(quoted("\n".join(lines), mark).encode())
    assert whole.source.reader == "mobile-text"


def flowed(line: str, depth: int, columns: int = 66) -> list[str]:
    """Return a line as a mail program of format=flowed sends it."""
    lead = ">" * depth + " " * bool(depth)
    kept, cut = [], line
    while len(cut) > columns and (at := cut.rfind(" ", 0, columns)) > 0:
        kept.append(cut[: at + 1])
        cut = cut[at + 1 :]
    stuffed = [" " + one if one.startswith((" ", ">", "From ")) else one for one in [*kept, cut]]
    return (
        [lead + one for one in (kept and stuffed) or stuffed]
        if not depth
        else [lead + one for one in [*kept, cut]]
    )


def test_lines_broken_as_flowed_text_are_joined_again():
    text = SAMPLES.joinpath("ferry.txt").read_text("utf-8")
    lines = [part for line in text.split("\n") for part in flowed(line.rstrip(" "), 0)]
    made = mailed("\n".join(lines), cte="8bit")
    made.set_param("format", "flowed")
    stripped = "\n".join(line.rstrip(" ") for line in text.split("\n"))
    assert told(bytes(made)) == told(f"{stripped}\n".encode())


LINES = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\u2028\x85", categories=("L", "N", "Zs")),
    max_size=200,
)


@given(st.lists(LINES, min_size=1, max_size=6))
@settings(max_examples=100)
def test_flowed_text_comes_back_as_it_was(lines):
    whole = [line.rstrip() for line in lines if not line.startswith(">")] or ["a"]
    broken = [part for line in whole for part in flowed(line, 0)]
    made = EmailMessage()
    made["From"] = "a@harbour.example"
    made["Content-Type"] = 'text/plain; charset="utf-8"; format="flowed"'
    made["Content-Transfer-Encoding"] = "8bit"
    source = bytes(made) + "\n".join(broken).encode()
    assert mail.begins(source)
    assert [part.decode() for part in mail.parts(source)] == ["\n".join(whole)]
