"""The JSON is what its schema says, for every Document the tests can make."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import wikidiff
from wikidiff import text
from wikidiff.report.schema import schema_text

SAMPLES = Path(__file__).parent.parent / "samples"
VALIDATOR = Draft202012Validator(json.loads(schema_text()))
STEERING = re.compile(f"[{text.STEERING}]")


def check(document):
    """Return the parsed JSON, having checked all that holds for any Document."""
    made = document.to_json()
    assert not STEERING.search(made.replace("\n", ""))
    parsed = json.loads(made)
    VALIDATOR.validate(parsed)
    assert parsed == document.to_dict()
    assert list(parsed) == list(json.loads(schema_text())["required"])
    return parsed


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("page", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_read_page_gives_valid_json(page):
    made = check(wikidiff.read(page))
    assert made["source"]["fidelity"] == "flattened"
    assert sum(reading["probability"] for reading in made["readings"]) <= 1 + 1e-9


@pytest.mark.parametrize("page", sorted(SAMPLES.glob("*.old.wiki")), ids=lambda path: path.stem)
def test_two_texts_give_valid_json(page):
    old, new = (page.with_name(page.name.replace(".old.", f".{s}.")) for s in ("old", "new"))
    made = check(wikidiff.diff(old.read_text("utf-8"), new.read_text("utf-8")))
    assert made["delta"]["unexplained"] == 0


HOSTILE = st.text(
    st.sampled_from("a b=\n\r\t\x1b\x07\x9b\u202e\u2066\u200d\u2028\ud800\U000e0041é中[]/")
    | st.characters(exclude_categories=())
)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_text_is_data_in_json(old, new, title):
    check(wikidiff.diff(old, new, title=title, source=title, language="x"))


def test_the_schema_refuses_what_is_no_document():
    made = wikidiff.diff("a", "b").to_dict()
    assert list(VALIDATOR.iter_errors(made | {"schema_version": 2}))
    del made["sections"]
    assert list(VALIDATOR.iter_errors(made))
