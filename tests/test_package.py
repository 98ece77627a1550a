"""What the package promises as a whole: its names, its laziness, its habits."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import wikidiff

SOURCES = sorted((Path(__file__).parent.parent / "src" / "wikidiff").rglob("*.py"))


def test_the_public_names_are_sorted_and_there():
    assert wikidiff.__all__ == sorted(wikidiff.__all__)
    for name in wikidiff.__all__:
        assert getattr(wikidiff, name) is not None
    with pytest.raises(AttributeError):
        wikidiff.nothing  # noqa: B018


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, wikidiff; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    heavy = {"click", "rich", "diff_match_patch", "mwparserfromhell", "rapidfuzz"}
    assert heavy.isdisjoint(loaded.stdout.split())


def test_showing_a_page_loads_neither_the_wikitext_parser_nor_metadata():
    code = (
        "import sys; from wikidiff.cli import main; main(['readers']); "
        "print(*sys.modules, file=sys.stderr)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    assert {"mwparserfromhell", "rich", "importlib.metadata"}.isdisjoint(loaded.stderr.split())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_lines_are_split_at_line_feeds_only(path):
    tree = ast.parse(path.read_text("utf-8"))
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    assert [node.lineno for node in uses if node.attr == "splitlines"] == []


def test_nothing_compiled_leans_on_what_a_compiled_class_does_not_keep():
    """mypyc makes a plain property of a cached one: it is worked out at each use."""
    root = SOURCES[0].parents[2]
    tree = ast.parse((root / "tools" / "hatch_build.py").read_text("utf-8"))
    listed = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "MODULES"
    )
    modules = eval(compile(ast.Expression(listed), "MODULES", "eval"))
    assert len(modules) > 20
    for name in modules:
        assert "cached_property" not in imported(root / "src" / "wikidiff" / name), name


def imported(path):
    """Return the names that a module imports from others."""
    return {
        alias.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
