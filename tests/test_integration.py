"""The hook, the action and the template run for real, and other packages' rules.

What installs packages runs where WIKIDIFF_INTEGRATION is set, as .ci/run does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from test_check import NEW, OLD, run

ROOT = Path(__file__).parent.parent
INSTALLS = pytest.mark.skipif(
    "WIKIDIFF_INTEGRATION" not in os.environ, reason="installs packages: set WIKIDIFF_INTEGRATION"
)
WHO = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "core.autocrlf=false")


def git(folder, *arguments):
    made = subprocess.run(
        ["git", *WHO, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return made.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    """A repository whose last commit breaks page.wiki."""
    folder = tmp_path / "wiki"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    page = folder / "page.wiki"
    page.write_text(OLD, "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    page.write_text(NEW, "utf-8")
    git(folder, "commit", "-q", "-a", "-m", "two")
    return folder


@pytest.fixture(scope="session")
def python(tmp_path_factory):
    """The Python of an empty environment, where the integrations install wikidiff."""
    place = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    return place / "bin"


def environment(python, **more):
    return {**os.environ, "PATH": f"{python}{os.pathsep}{os.environ['PATH']}", **more}


def yaml_of(name):
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


@pytest.mark.parametrize(
    ("schema", "name"),
    [("vendor.github-actions", "action.yml"), ("vendor.gitlab-ci", "integrations/gitlab.yml")],
)
def test_action_and_template_fit_their_schemas(schema, name):
    pytest.importorskip("check_jsonschema")
    subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / name)],
        check=True,
    )


# pre-commit


@INSTALLS
def test_pre_commit_runs_the_hook_on_what_is_staged(repository, tmp_path):
    page = repository / "page.wiki"
    page.write_text(OLD, "utf-8")
    git(repository, "commit", "-q", "-a", "-m", "three")
    page.write_text(OLD.replace("long", "very long"), "utf-8")
    git(repository, "add", ".")
    clean = pre_commit(repository, tmp_path)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    page.write_text(NEW, "utf-8")
    git(repository, "add", ".")
    bad = pre_commit(repository, tmp_path)
    assert bad.returncode == 1
    assert "page.wiki:1:13: warning W202 link-unclosed" in bad.stdout


def pre_commit(repository, tmp_path):
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "wikidiff"],
        cwd=repository,
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )


# GitHub


def action(repository, python, inputs=(), event=()):
    """Run the steps of action.yml as a runner does: expressions filled in, then bash."""
    known = {
        f"inputs.{name}": spec["default"] for name, spec in yaml_of("action.yml")["inputs"].items()
    }
    known |= {f"inputs.{name}": value for name, value in dict(inputs).items()}
    known |= {f"github.event.{name}": value for name, value in dict(event).items()}
    made = None
    for step in yaml_of("action.yml")["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]  # what users and events say never gets into a script
        filled = {
            name: known.get(value.removeprefix("${{ ").removesuffix(" }}"), "")
            for name, value in step.get("env", {}).items()
        }
        made = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=repository,
            env=environment(python, GITHUB_ACTION_PATH=str(ROOT), **filled),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            break
    return made


ANNOTATION = "::warning title=W202 link-unclosed,file=page.wiki,line=1,col=13,endColumn=14::"


@INSTALLS
def test_the_action_annotates_what_a_pull_request_changed(repository, python):
    base = git(repository, "rev-parse", "HEAD~1")
    event = {"pull_request.base.sha": base, "pull_request.head.sha": "HEAD"}
    made = action(repository, python, event=event)
    assert made.returncode == 1, made.stderr
    assert made.stdout.startswith(ANNOTATION)


@INSTALLS
def test_the_action_checks_a_push_a_new_branch_and_a_range(repository, python):
    before = git(repository, "rev-parse", "HEAD~1")
    assert action(repository, python, event={"before": before}).stdout.startswith(ANNOTATION)
    assert action(repository, python, event={"before": "0" * 40}).stdout.startswith(ANNOTATION)
    clean = action(repository, python, inputs={"range": "HEAD~1"})
    assert "W202" not in clean.stdout


@INSTALLS
def test_the_action_takes_arguments_paths_and_writes_sarif(repository, python):
    inputs = {"arguments": "--fail-on error --select W2", "paths": "page.wiki", "sarif": "a.sarif"}
    made = action(repository, python, inputs=inputs)
    assert made.returncode == 0, made.stderr
    assert len(made.stdout.strip().split("\n")) == 1
    assert json.loads((repository / "a.sarif").read_bytes())["runs"][0]["results"]


# GitLab


@INSTALLS
def test_the_template_writes_a_report_of_a_merge_request(repository, python):
    job = yaml_of("integrations/gitlab.yml")["wikidiff"]
    told = {**job["variables"], "WIKIDIFF_PACKAGE": str(ROOT)}
    told["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = git(repository, "rev-parse", "HEAD~1")
    made = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
        cwd=repository,
        env=environment(python, **told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 1, made.stderr
    report = json.loads((repository / job["artifacts"]["reports"]["codequality"]).read_bytes())
    assert [issue["location"]["lines"]["begin"] for issue in report] == [1, 3, 4, 4, 5]


# SARIF's own schema


def test_sarif_fits_the_schema_of_sarif(tmp_path):
    place = os.environ.get("WIKIDIFF_SARIF_SCHEMA")
    if not place:
        pytest.skip("no schema of SARIF 2.1.0: set WIKIDIFF_SARIF_SCHEMA to its file")
    (tmp_path / "old.wiki").write_text(OLD + "[[Category:A]]\n[[Category:B]]\n", "utf-8")
    (tmp_path / "new.wiki").write_text(NEW, "utf-8")
    schema = json.loads(Path(place).read_bytes())
    page = ROOT / "samples" / "lighthouse.txt"
    for sources in ((tmp_path / "old.wiki", tmp_path / "new.wiki"), (page, page)):
        made = json.loads(run("check", "--all-lines", "--format", "sarif", *sources).stdout)
        jsonschema.Draft4Validator(schema).validate(made)


# Rules of other packages

HOUSE = '''
import re
from wikidiff.rules import edit_rule, text_rule
from wikidiff.rules import Hit

@text_rule("X001", "todo-left")
def todo(side, *, word: str = "TODO"):
    """A note to oneself was left in the text.

    Options:
        word: what the note begins with
    """
    for span in side.find(re.compile(word)):
        yield side.hit(span, "a note to oneself")

@edit_rule("X002", "any-edit", "info", default=False)
def anything(edit):
    """An edit was made."""
    yield Hit(edit.first_place, "an edit", "edit")
'''


@pytest.fixture
def house(tmp_path):
    """A package with rules, installed where PYTHONPATH leads."""
    place = tmp_path / "site"
    told = place / "house_rules-1.0.dist-info"
    told.mkdir(parents=True)
    (place / "house_rules.py").write_text(HOUSE, "utf-8")
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: house-rules\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(
        "[wikidiff.rules]\ntodo = house_rules:todo\nany = house_rules:anything\n"
    )
    (tmp_path / "old.wiki").write_text("A quay.\n", "utf-8")
    (tmp_path / "new.wiki").write_text("A quay. TODO\n", "utf-8")
    return tmp_path


def checked(house, *options):
    files = (house / "old.wiki", house / "new.wiki")
    return run("check", *options, *files, PYTHONPATH=str(house / "site"))


def test_rules_of_another_package_run_and_are_listed(house):
    assert b"warning X001 todo-left: a note to oneself" in checked(house).stdout
    assert b"X002" in checked(house, "--extend-select", "any-edit").stdout
    listed = run("rules", PYTHONPATH=str(house / "site")).stdout
    assert b"X001 todo-left" in listed
    told = run("rules", "X001", PYTHONPATH=str(house / "site")).stdout
    assert b"word = 'TODO': what the note begins with" in told


def test_options_of_another_packages_rule_are_configured(house):
    (house / "c.toml").write_text('[rules.todo-left]\nword = "DO"\n')
    assert b":1:11: warning X001" in checked(house, "--config", house / "c.toml").stdout


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise OSError('x')", "its rules cannot be loaded (OSError: x)"),
        (HOUSE.replace("X001", "W401"), "have one code or name"),
        ("todo = [3]\nanything = []", "3 is no rule"),
    ],
)
def test_a_package_whose_rules_are_wrong_is_trouble(house, source, told):
    (house / "site" / "house_rules.py").write_text(source, "utf-8")
    result = checked(house)
    assert (result.returncode, result.stdout) == (2, b"")
    assert told in result.stderr.decode()
