"""Every command and option is documented, and what the docs show is what happens."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from wikidiff.cli.root import root

ROOT = Path(__file__).parent.parent
COMMANDS = root.list_commands(click.Context(root))


def command(name):
    return root.get_command(click.Context(root), name)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_a_page_that_names_all_its_options(name):
    page = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    options = [p for p in command(name).params if isinstance(p, click.Option)]
    missing = [
        long for p in options for long in p.opts if f"`{long}" not in page.replace("`, `", "` `")
    ]
    assert missing == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_tells_the_same_in_its_list_and_its_help(name):
    listed = root.get_help(click.Context(root, info_name="wikidiff"))
    assert re.search(rf"^  {name} +\S", listed, re.MULTILINE)
    assert command(name).help


def test_every_page_of_the_docs_is_linked_from_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    pages = sorted(path.name for path in (ROOT / "docs").glob("*.md"))
    assert [page for page in pages if f"docs/{page}" not in readme] == []


def links(page):
    found = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    return [link for link in found if "://" not in link]


@pytest.mark.parametrize(
    "page", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda p: p.name
)
def test_no_link_of_the_docs_is_dead(page):
    assert [link for link in links(page) if not (page.parent / link).exists()] == []


SHOWN = ("README.md", "docs/check.md", "docs/log.md", "docs/blame.md")
EXAMPLES = re.findall(
    r"^\$ (wikidiff .*)\n((?:(?!\$ |```).*\n)+)",
    "".join((ROOT / name).read_text("utf-8") for name in SHOWN),
    re.MULTILINE,
)


@pytest.mark.parametrize(("line", "expected"), EXAMPLES, ids=[line for line, _ in EXAMPLES])
def test_an_example_of_the_docs_prints_what_it_says(line, expected):
    """An ellipsis on a line of its own stands for lines left out."""
    made = subprocess.run(
        [sys.executable, "-m", *shlex.split(line)],
        capture_output=True,
        cwd=ROOT,
        text=True,
        check=False,
    )
    pattern = re.escape(expected.strip("\n")).replace(re.escape("\n…"), "(?:\n.*)*?")
    assert re.fullmatch(rf"{pattern}(?:\n.*)*", made.stdout.strip("\n")), made.stdout + made.stderr


def test_the_pages_of_the_rules_are_those_that_the_docstrings_make():
    tool = [sys.executable, str(ROOT / "tools" / "rule_pages.py"), "--check"]
    made = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert (made.returncode, made.stdout) == (0, "")
