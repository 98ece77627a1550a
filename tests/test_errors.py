"""Every error says the thing, the trouble and the way out, and survives pickling."""

from __future__ import annotations

import pickle

import pytest

import wikidiff
from wikidiff import errors

KINDS = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, errors.WikidiffError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_pickling_with_all_its_fields(kind):
    error = kind("page.txt", "it is torn", "mend it")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert vars(again) == vars(error)
    assert str(again) == "page.txt: it is torn; mend it"


def test_the_reasons_of_an_unrecognised_source_survive_pickling():
    error = wikidiff.UnrecognisedError("x", "y", "z", (("mobile-text", "no size line"),))
    assert pickle.loads(pickle.dumps(error)).reasons == (("mobile-text", "no size line"),)


def test_every_error_derives_from_one():
    assert all(issubclass(kind, wikidiff.WikidiffError) for kind in KINDS)
