"""The twenty hard edits of docs/engine-hard-edits.md come out as the page shows them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "engine-hard-edits.md"


def program() -> ModuleType:
    """The program that makes the page."""
    spec = importlib.util.spec_from_file_location("hard", ROOT / "benchmarks" / "hard.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HARD = program()
CASES = {name: (old, new) for name, old, new in HARD.cases()}


@pytest.mark.parametrize("name", CASES)
def test_a_hard_edit_is_shown_as_on_its_page(name: str):
    page = PAGE.read_text("utf-8")
    section = page.split(f". {name[0].upper()}{name[1:]}\n", 1)[1]
    shown = section.split("```text\n", 1)[1].split("\n```", 1)[0]
    assert HARD.our_view(*CASES[name]) == shown


def test_there_are_twenty():
    assert len(CASES) == 20
