"""Defects put into edits of our own pages: found in changed lines, not told in others."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

import wikidiff
from wikidiff.rules import registry
from wikidiff.rules.config import Config
from wikidiff.rules.run import check

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))
import injection  # noqa: E402 - the generator that the benchmark runs on real edits

EDITS = [
    tuple((ROOT / "samples" / f"{name}.{side}.wiki").read_bytes().decode() for side in sides)
    for name in ("ferry", "lighthouse", "orchard", "quarry", "tramway", "windmuehle")
    for sides in (("old", "new"), ("new", "old"))
]


def test_each_default_rule_has_a_defect_and_no_other_has():
    assert set(injection.DEFECTS) == {rule.code for rule in registry.all_rules() if rule.default}


@pytest.mark.parametrize("code", injection.DEFECTS)
def test_a_defect_in_a_changed_line_is_found_and_one_in_an_unchanged_line_is_not(code):
    config = Config.of({"select": [code]})
    made = [injection.DEFECTS[code](*edit, random.Random(n)) for n, edit in enumerate(EDITS)]
    found = [bad for bad in made if bad is not None]
    assert found
    for bad in found:
        told = injection.document(bad.pair, "en", dict(bad.facts))
        assert {finding.code for finding in check(told, config).findings} == {code}, bad.pair[1]
        if bad.still:
            assert check(injection.document(bad.still, "en", {}), config).findings == ()


def test_our_own_edits_have_nothing_to_tell_of():
    for old, new in EDITS:
        assert wikidiff.check(wikidiff.diff(old, new)) == ()
