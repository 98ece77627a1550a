"""What each form tells of a page and its two revisions: cases/metadata.json, form by field.

A field is "no", "yes", or of which revisions it is told: "both" or "new". Times are told to the
minute or the second; comments "as shown" lack the brackets of their links.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import reader_cases

from wikidiff import readers
from wikidiff.readers import Input
from wikidiff.readers.addresses import stored

FORMS = json.loads((reader_cases.CASES / "metadata.json").read_bytes())
OF_PAGE = ("title", "delta")
OF_REVISION = {
    "ids": "id",
    "times": "timestamp",
    "users": "user",
    "comments": "comment",
    "minor": "minor",
    "sizes": "size",
}
NO_DIFF = {"meta.json", "truth.json", "old.wiki", "new.wiki"}
DOCS = Path(__file__).parents[1] / "docs" / "readers.md"

_PIPED = re.compile(r"\[\[(?:[^|\]]*\|)?([^\]]*)\]\]")
_SECTION = re.compile(r"/\* (.*?) \*/( ?)")


def named(form: dict[str, Any]) -> str:
    return form["form"].replace("`", "")


# --- the corpus: each of its pages in each form and language


@pytest.mark.parametrize("form", [form for form in FORMS if form["files"]], ids=named)
def test_the_corpus_s_pages_tell_of_both_revisions_what_their_form_shows(corpus, form):
    seen, wrong = 0, []
    for path in of_form(corpus, form):
        source = Input(path.name, path.read_bytes())
        told = reader_cases.told(readers.recognise(source).read(source))
        true = json.loads((path.parent / "meta.json").read_bytes())
        found, expected = normal(values(told), form), normal(due(true, form), form)
        if found != expected:
            wrong.append((path.parent.name, path.name, found, expected))
        seen += 1
    assert seen > 0
    assert wrong == []


def test_every_file_of_the_corpus_is_of_one_form(corpus):
    paths = {path for path in corpus.glob("*/*.*") if path.name not in NO_DIFF}
    count = Counter(path for form in FORMS for path in of_form(corpus, form))
    assert paths
    assert count == Counter(paths)


def of_form(corpus: Path, form: dict[str, Any]) -> list[Path]:
    return sorted(path for pattern in form["files"] for path in corpus.glob(f"*/{pattern}"))


def values(told: dict[str, Any]) -> dict[str, Any]:
    """Return a reader's finding by field, None left away, as `due` gives what is true."""
    found = {"title": told["title"], "delta": told["declared"]}
    for side in ("old", "new"):
        found |= {f"{side} {field}": told[side].get(key) for field, key in OF_REVISION.items()}
    return {field: value for field, value in found.items() if value is not None}


def due(true: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    """Return what a page of a form is to tell, of the corpus's account of it."""
    made = {field: true[field] for field in OF_PAGE if form[field] == "yes"}
    for side, field in sided(form):
        key = {"ids": "revid"}.get(field, OF_REVISION[field])
        made[f"{side} {field}"] = true[side].get(key, False)  # only a new revision's minor is told
    return made


def sided(form: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the sides and fields that a form shows."""
    for field in OF_REVISION:
        sides = {"both": ("old", "new"), "new": ("new",), "no": ()}
        for side in sides[form[field].partition(",")[0]]:
            yield side, field


def normal(found: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    """Return values by field in the words of their form."""
    made = dict(found)
    for side in ("old", "new"):
        if form["times"].endswith("minutes") and f"{side} times" in made:
            made[f"{side} times"] = made[f"{side} times"][:16]
        if (comment := made.get(f"{side} comments")) is not None:
            shown = form["comments"].endswith("as shown")
            made[f"{side} comments"] = shown_comment(comment) if shown else without_targets(comment)
    return made


def without_targets(comment: str) -> str:
    """Return a comment without its links' targets: HTML has them in the wiki's language."""
    return _PIPED.sub(r"[[\1]]", comment)


def shown_comment(comment: str) -> str:
    """Return a comment as a page's text has it, with one kind of colon after a section."""
    text = _SECTION.sub(lambda found: f"→\u200e{found[1]}{':' * bool(found[2])} ", comment)
    text = text.replace("：\u200b", ":")  # Chinese wikis
    return " ".join(_PIPED.sub(r"\1", text).split())


# --- our own pages: they show all of it, where there is no corpus too


@pytest.mark.parametrize("form", [form for form in FORMS if form["reader"]], ids=named)
def test_our_own_pages_of_a_form_show_each_of_its_fields_and_no_other(form):
    told = {field for values in own_values(form) for field in values}
    shown = {field for field in OF_PAGE if form[field] == "yes"}
    assert told == shown | {f"{side} {field}" for side, field in sided(form)}


def own_values(form: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in sorted(reader_cases.CASES.glob("*/*.want.json")):
        want = json.loads(path.read_bytes())
        if want.get("reader") == form["reader"] and form["engine"] in (None, want["engine"]):
            yield values(want)
    if form["reader"] == "mobile-text":
        for path in sorted((reader_cases.CASES / "mobile_text").glob("*.json")):
            want = json.loads(path.read_bytes())
            yield values({**want, "old": {}, "new": want})


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("2001:db8::1a", "2001:DB8:0:0:0:0:0:1A"),
        ("192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", None),
        ("192.0.2", None),
        ("Ada: 7", None),
        ("", None),
    ],
)
def test_a_name_that_is_an_address_is_told_as_mediawiki_stores_it(name, address):
    assert stored(name) == address


# --- the documentation


def test_the_documentation_says_what_each_form_shows():
    assert table() in DOCS.read_text(encoding="utf-8"), f"{DOCS} is to have:\n{table()}"


_CELLS = {"no": "–"}


def table() -> str:
    """Return the table of forms and fields in Markdown."""
    fields = (*OF_PAGE, *OF_REVISION)
    rows = [["form", *fields], ["---"] * (1 + len(fields))]
    rows += [[form["form"], *(_CELLS.get(form[at], form[at]) for at in fields)] for form in FORMS]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"
