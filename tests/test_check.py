"""`wikidiff check` as people and CI systems meet it: processes, files, formats."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from test_cli import LIGHTHOUSE, PAIR, complaint, run

import wikidiff
from wikidiff.report.schema import schema_text

OLD = "The mole is long.\n\n== Harbour ==\nThe quay is short.\n"
NEW = """\
The mole of [[Astra] is long.

=== Harbour ==
The quay is sh\u200bort, sh\u200bort.
[https://example.org/?utm_source=x Port]
"""


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """Two wikitexts in the current folder, as old.wiki and new.wiki."""
    monkeypatch.chdir(tmp_path)
    write("old.wiki", OLD)
    write("new.wiki", NEW)
    return tmp_path


def write(name, text):
    with open(name, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def check(*arguments, **environment):
    return run("check", *arguments, **environment)


def codes(result):
    """Return the codes and lines of a JSON report."""
    return [(f["code"], f["line"]) for f in json.loads(result.stdout)["findings"]]


ALL = [("W202", 1), ("W101", 3), ("W403", 4), ("W403", 4), ("W316", 5)]


def test_findings_are_told_with_their_place_and_exit_with_1(pair, golden):
    result = check("old.wiki", "new.wiki")
    assert (result.returncode, result.stderr) == (1, b"")
    golden("check/findings.txt", result.stdout.decode())


def test_colour_changes_no_word(pair):
    plain = check("old.wiki", "new.wiki").stdout.decode()
    coloured = check("old.wiki", "new.wiki", "--color", "always").stdout.decode()
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).replace(" \n", "\n") == plain


def test_an_edit_without_findings_prints_nothing_and_exits_with_0(pair):
    result = check("old.wiki", "old.wiki")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    result = check(*PAIR)
    assert (result.returncode, result.stdout) == (0, b"")


def test_what_was_repaired_is_told_in_the_summary(pair):
    result = check("new.wiki", "old.wiki")
    assert result.returncode == 0
    told = "5 problems fixed (W101 1, W202 1, W316 1, W403 2)\n"
    assert result.stdout.decode() == told


def test_all_lines_tell_what_was_there_before(pair):
    result = check("--all-lines", "--format", "json", "new.wiki", "new.wiki")
    assert codes(result) == ALL
    assert {f["status"] for f in json.loads(result.stdout)["findings"]} == {"present"}


def test_diff_pages_in_any_number_are_checked_each_by_itself():
    result = check("--format", "json", LIGHTHOUSE, LIGHTHOUSE, LIGHTHOUSE)
    assert json.loads(result.stdout)["summary"]["edits"] == 3


def test_two_diff_pages_are_no_pair_of_wikitexts():
    result = check("--format", "json", LIGHTHOUSE, LIGHTHOUSE)
    assert json.loads(result.stdout)["summary"]["edits"] == 2


def test_a_page_comes_from_standard_input(pair):
    result = run("check", "old.wiki", "-", data=NEW.encode())
    assert result.returncode == 1
    assert result.stdout.startswith(b"standard input:1:13: warning W202")


def test_the_terminal_gets_no_control_of_the_page(pair):
    write("new.wiki", OLD + "\x1b[31m red \u202e [[a\n")
    result = check("old.wiki", "new.wiki")
    assert b"\x1b" not in result.stdout
    assert "\\u{1b}[31m" in result.stdout.decode()


# Formats


def test_json_and_each_line_of_jsonl_fit_the_schema(pair):
    schema = json.loads(schema_text("findings"))
    jsonschema.Draft202012Validator.check_schema(schema)
    whole = json.loads(check("--format", "json", "old.wiki", "new.wiki").stdout)
    jsonschema.validate(whole, schema)
    lines = check("--format", "jsonl", "old.wiki", "new.wiki").stdout.decode().split("\n")
    assert [json.loads(line) for line in lines[:-1]] == whole["findings"]
    assert lines[-1] == ""


def test_what_is_gone_fits_the_schema_too(pair):
    write("old.wiki", "[[Category:A]]\n[[Category:B]]\nThe mole is long.\n")
    write("new.wiki", "The mole is long.\n")
    result = json.loads(check("--format", "json", "old.wiki", "new.wiki").stdout)
    jsonschema.validate(result, json.loads(schema_text("findings")))
    [finding] = result["findings"]
    assert (finding["side"], finding["line"], finding["old_line"]) == ("old", 1, 1)


def test_github_tells_the_worst_first_and_escapes(pair):
    write("old.wiki", "")
    write("a,b:c%.wiki", "[[Astra]\n<<<<<<< HEAD\n")
    lines = check("--format", "github", "old.wiki", "a,b:c%.wiki").stdout.decode().split("\n")
    place = "file=a%2Cb%3Ac%25.wiki"
    assert lines[0].startswith(f"::error title=W221 conflict-marker,{place},line=2,col=1,")
    assert lines[1].startswith(f"::warning title=W202 link-unclosed,{place},line=1,col=1,")
    assert lines[2:] == [""]


def test_github_gets_no_more_annotations_of_a_level_than_it_shows(pair):
    write("new.wiki", "\n".join(f"See {n} [https://example.org/|x]." for n in range(14)))
    lines = check("--format", "github", "old.wiki", "new.wiki").stdout.decode().split("\n")
    assert sum(line.startswith("::warning") for line in lines) == 10
    assert "4 more findings:" in lines


def test_a_message_cannot_begin_another_workflow_command(pair):
    write("new.wiki", OLD + "\n## x\r::error::y\n[https://a.example/\r::error::z|x]\n")
    lines = check("--format", "github", "old.wiki", "new.wiki").stdout.decode().split("\n")
    assert all(line.startswith(("::warning title=", "::error title=")) for line in lines if line)


def test_sarif_has_relative_addresses_rules_and_fingerprints(pair):
    made = json.loads(check("--format", "sarif", "old.wiki", str(pair / "new.wiki")).stdout)
    [run_] = made["runs"]
    rules = run_["tool"]["driver"]["rules"]
    for result in run_["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "new.wiki", "uriBaseId": "%SRCROOT%"}
        assert len(result["partialFingerprints"]["wikidiff/v1"]) == 32
    region = run_["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (1, 13, 15)
    assert all(rule["help"]["markdown"] for rule in rules)


def test_junit_counts_what_it_holds(pair):
    root = ElementTree.fromstring(check("--format", "junit", "old.wiki", "new.wiki").stdout)
    [suite] = root
    assert int(root.get("failures")) == len(suite.findall("testcase/failure")) == 5
    assert int(suite.get("tests")) == len(suite.findall("testcase"))
    clean = ElementTree.fromstring(check("--format", "junit", "old.wiki", "old.wiki").stdout)
    assert [case.find("failure") for case in clean.iter("testcase")] == [None]


CODE_CLIMATE = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)."},
                    "lines": {
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What GitLab's documentation says of a code quality report."""


def test_code_climate_is_what_gitlab_reads(pair):
    made = json.loads(check("--format", "codeclimate", "old.wiki", "new.wiki").stdout)
    jsonschema.validate(made, CODE_CLIMATE)
    assert len({issue["fingerprint"] for issue in made}) == len(made) == 5


def test_checkstyle_has_a_file_for_each_edit(pair):
    root = ElementTree.fromstring(check("--format", "checkstyle", "old.wiki", "new.wiki").stdout)
    [file] = root.findall("file")
    assert file.get("name") == "new.wiki"
    told = [(e.get("line"), e.get("severity"), e.get("source")) for e in file]
    assert told[0] == ("1", "warning", "wikidiff.W202.link-unclosed")
    assert len(told) == 5


def test_xml_holds_no_character_that_xml_forbids(pair):
    write("new.wiki", "\x08 \ufffe \x1b[[a\n")
    for name in ("junit", "checkstyle"):
        assert len(list(ElementTree.fromstring(check("--format", name, *FILES).stdout).iter())) > 2


FILES = ("old.wiki", "new.wiki")


def test_reports_go_to_files_besides_what_is_printed(pair):
    result = check(*FILES, "--output", "sarif=a.sarif", "--output", "junit=b.xml")
    assert b"W202" in result.stdout
    assert json.loads((pair / "a.sarif").read_bytes())["version"] == "2.1.0"
    assert ElementTree.parse(pair / "b.xml").getroot().tag == "testsuites"
    result = check(*FILES, "--format", "json", "--output", "c.json")
    assert result.stdout == b""
    assert json.loads((pair / "c.json").read_bytes())["schema_version"] == 1


def test_a_report_that_cannot_be_written_is_trouble(pair):
    told = complaint(check(*FILES, "--quiet", "--output", "json=nowhere/x.json"))
    assert "nowhere/x.json: no such file or directory;" in told


def test_statistics_count_by_rule(pair):
    text = check(*FILES, "--statistics").stdout.decode()
    assert "W403 zero-width                    2 found in 1, 0 fixed\n" in text


# Choice of rules, exit codes


def test_lines_that_were_not_judged_are_counted_on_standard_error():
    result = check(LIGHTHOUSE)
    assert result.returncode == 0
    (line,) = result.stderr.decode().rstrip("\n").split("\n")
    assert "lighthouse.txt: 2 of 2 changed lines not judged, being uncertain" in line
    assert "the page saved as HTML" in line
    assert check("--quiet", LIGHTHOUSE).stderr == b""


def test_two_quoted_pages_are_no_two_wikitexts(tmp_path):
    pages = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in pages:
        text = Path(LIGHTHOUSE).read_text("utf-8")
        path.write_text("\n".join(f"> {line}" for line in text.split("\n")), "utf-8")
    assert check("--format", "json", *pages).stdout.count(b'"edits": 2') == 1
    assert "a diff page (mobile-text)" in complaint(run("show", *pages))


def test_the_beginning_of_a_code_lists_the_rules_that_begin_so():
    listed = run("rules", "W3").stdout.decode().rstrip("\n").split("\n")
    assert len(listed) > 5
    assert all(line.startswith("W3") for line in listed)
    assert "no such rule" in complaint(run("rules", "W9"))


def test_rules_are_chosen_by_code_name_and_beginning(pair):
    assert codes(check(*FILES, "--format", "json", "--select", "W4,heading-unequal")) == [
        ("W101", 3),
        ("W403", 4),
        ("W403", 4),
    ]
    assert codes(check(*FILES, "--format", "json", "--ignore", "W1,W4", "--ignore", "W316")) == [
        ("W202", 1)
    ]
    assert ("W410", 3) in codes(check("--format", "json", "--extend-select", "W410", *spaced()))


def spaced():
    write("spaced.wiki", OLD.replace("== Harbour ==", "== Harbour ==  "))
    return "old.wiki", "spaced.wiki"


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--select=mixd-script", "check: no rule 'mixd-script'; did you mean 'mixed-script'?"),
        ("--ignore=W999", "check: no rule 'W999'; did you mean"),
        ("--fail-on=fatal", "check: invalid value for '--fail-on'"),
    ],
)
def test_an_unknown_rule_or_level_is_trouble_with_the_nearest_name(pair, option, told):
    assert told in complaint(check(*FILES, option))


def test_fail_on_and_max_findings_decide_the_exit_code(pair):
    assert check(*FILES, "--fail-on", "error").returncode == 0
    assert check(*FILES, "--fail-on", "warning").returncode == 1
    assert check(*FILES, "--fail-on", "never").returncode == 0
    assert check(*FILES, "--max-findings", "5").returncode == 0
    assert check(*FILES, "--max-findings", "4").returncode == 1


# Configuration


def test_configuration_is_found_above_and_laid_over_by_options(pair, monkeypatch):
    write("wikidiff.toml", 'ignore = ["W403"]\nfail-on = "error"\n')
    (pair / "sub").mkdir()
    monkeypatch.chdir(pair / "sub")
    files = ("../old.wiki", "../new.wiki")
    result = check(*files, "--format", "json")
    assert result.returncode == 0
    assert [code for code, _ in codes(result)] == ["W202", "W101", "W316"]
    assert check(*files, "--fail-on", "warning").returncode == 1
    assert len(codes(check(*files, "--format", "json", "--no-config"))) == 5


def test_pyproject_holds_a_configuration_in_its_table(pair):
    severity = '[tool.wikidiff.severity]\nW403 = "info"\n'
    write("pyproject.toml", f'[tool.wikidiff]\nselect = ["W4"]\n{severity}')
    made = json.loads(check(*FILES, "--format", "json").stdout)["findings"]
    assert {(f["code"], f["severity"]) for f in made} == {("W403", "info")}
    write("pyproject.toml", "[project]\nname = 'x'\n")
    assert len(codes(check(*FILES, "--format", "json"))) == 5


def test_paths_have_settings_of_their_own(pair):
    write(
        "wikidiff.toml",
        '[per-path."*/new.wiki"]\nignore = ["W4"]\n[per-path."new.*".severity]\nW1 = "error"\n',
    )
    made = json.loads(check(*FILES, "--format", "json").stdout)["findings"]
    told = {f["code"]: f["severity"] for f in made}
    assert told == {"W202": "warning", "W101": "error", "W403": "warning", "W316": "warning"}
    write("wikidiff.toml", '[per-path."new.wiki"]\nignore = ["W4"]\n')
    assert "W403" not in {code for code, _ in codes(check(*FILES, "--format", "json"))}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("selekt = ['W1']", "unknown key 'selekt'; did you mean 'select'?"),
        ("select = ['W77']", "no rule 'W77'; did you mean"),
        ("select = 'W1'", "select is 'W1'; give a list"),
        ("[severity]\nW1 = 'bad'", "W1 is 'bad'"),
        ("[rules.br-storm]\nmst = 3", "rule br-storm has no option 'mst'; did you mean 'most'?"),
        ("[rules.br-storm]\nmost = 'x'", "rules.br-storm.most is 'x'; give a whole number"),
        ("[rules.word-avoided]\nwords = [1]", "rules.word-avoided.words is [1]; give a list of"),
        ("wiki = 'wikipdia'", "wiki is 'wikipdia'; did you mean 'wikipedia'?"),
        ("max-findings = -1", "max-findings is negative"),
        ("[per-path]\nx = 1", "per-path 'x' is no table"),
        ("x = ", "no TOML"),
    ],
)
def test_a_configuration_that_is_wrong_is_trouble_with_the_way_out(pair, text, told):
    write("wikidiff.toml", text + "\n")
    assert told in complaint(check(*FILES))


def test_a_profile_adds_rules(pair):
    write("wikidiff.toml", "wiki = 'wikipedia'\n")
    write("new.wiki", OLD + "It is long.<ref>https://example.org/a</ref>\n")
    assert codes(check(*FILES, "--format", "json")) == [("W304", 5)]


def test_a_missing_configuration_is_trouble(pair):
    assert "none.toml: no such file" in complaint(check(*FILES, "--config", "none.toml"))


# Suppression and baseline


def test_comments_silence_their_line_the_next_a_block_or_the_page(pair):
    lines = [
        "The mole of [[Astra] is long. <!-- wikidiff: ignore W202 -->",
        "<!-- wikidiff: ignore-next-line zero-width -->",
        "The quay is sh\u200bort.",
        "<!-- wikidiff: ignore-start -->",
        "[https://example.org/|x]",
        "<!-- wikidiff: ignore-end -->",
        "[https://example.org/|y]",
    ]
    write("new.wiki", "\n".join(lines))
    result = check(*FILES, "--format", "json")
    assert codes(result) == [("W315", 7)]
    assert json.loads(result.stdout)["summary"]["silenced"] == 3
    write("new.wiki", "\n".join(["<!-- wikidiff: ignore-page W315 -->", *lines]))
    assert codes(check(*FILES, "--format", "json")) == []


def test_a_comment_that_silences_nothing_is_told_where_the_edit_touched_it(pair):
    note = "The mole is long. <!-- wikidiff: ignore W202 W403 -->\n"
    write("new.wiki", "[[a " + note)
    result = json.loads(check(*FILES, "--format", "json").stdout)
    assert [(f["code"], f["message"]) for f in result["findings"]] == [
        ("W001", "nothing to silence: W403")
    ]
    write("old.wiki", "x\n\n\n\n" + note)
    write("new.wiki", "y\n\n\n\n" + note)
    assert codes(check(*FILES, "--format", "json")) == []
    assert codes(check("--all-lines", *FILES, "--format", "json")) == [("W001", 5)]


def test_a_baseline_knows_findings_again_when_their_lines_move(pair):
    assert check(*FILES, "--baseline", "b.json", "--update-baseline").returncode == 0
    assert check(*FILES, "--baseline", "b.json").returncode == 0
    write("new.wiki", "One.\n\nTwo.\n\n" + NEW + "\nSee [[Astra].\n")
    assert codes(check(*FILES, "--baseline", "b.json", "--format", "json")) == [("W202", 11)]


def test_a_baseline_that_is_none_is_trouble(pair):
    write("b.json", "[]")
    assert "b.json: no baseline" in complaint(check(*FILES, "--baseline", "b.json"))
    assert "no baseline is named" in complaint(check(*FILES, "--update-baseline"))


# Repairs


def test_fix_prints_a_patch_that_git_applies(pair):
    result = check("--fix", *FILES)
    assert result.returncode == 1
    subprocess.run(["git", "apply", "--unsafe-paths", "-"], input=result.stdout, check=True)
    assert (pair / "new.wiki").read_text("utf-8") == NEW.replace("===", "==").replace("\u200b", "")


def test_fix_with_write_repairs_the_file_and_nothing_else(pair):
    write("new.wiki", "The mole is lo\u200bng.\n\n== A ===\nb\n[[Category:A]]\n[[Category:A]]")
    result = check("--fix", "--write", *FILES)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    repaired = "The mole is long.\n\n== A ==\nb\n[[Category:A]]"
    assert (pair / "new.wiki").read_text("utf-8") == repaired
    assert (pair / "old.wiki").read_text("utf-8") == OLD
    assert check(*FILES).returncode == 0


def test_a_copied_page_is_never_repaired(tmp_path):
    page = tmp_path / "page.txt"
    data = Path(LIGHTHOUSE).read_bytes()
    page.write_bytes(data)
    assert check("--fix", "--write", page).returncode == 0
    assert page.read_bytes() == data


def test_write_wants_fix(pair):
    assert "--write: is for fixes; give --fix --write" in complaint(check("--write", *FILES))


# git


def git(*arguments):
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "core.autocrlf=false")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(pair):
    git("init", "-q", "-b", "main")
    (pair / "new.wiki").rename("page.wiki")
    write("page.wiki", OLD)
    git("add", ".")
    git("commit", "-q", "-m", "one")
    write("page.wiki", NEW)
    return pair


def test_git_is_checked_in_the_tree_staged_and_committed(repository):
    assert codes(check("--git", "--format", "json")) == ALL
    assert codes(check("--git", "--staged", "--format", "json")) == []
    git("add", ".")
    assert codes(check("--git", "--staged", "--format", "json")) == ALL
    git("commit", "-q", "-m", "two")
    assert codes(check("--git", "HEAD~1...HEAD", "--format", "json")) == ALL
    assert codes(check("--git", "HEAD", "--format", "json", "--", "old.wiki")) == []


def test_files_of_the_working_tree_are_repaired_from_any_folder(repository, monkeypatch):
    (repository / "sub").mkdir()
    monkeypatch.chdir(repository / "sub")
    assert check("--git", "--fix", "--write").returncode == 0
    fixed = (repository / "page.wiki").read_text("utf-8")
    assert fixed == NEW.replace("===", "==").replace("\u200b", "")
    git("add", "..")
    git("commit", "-q", "-m", "two")
    assert check("--git", "HEAD", "--fix").returncode == 0


def test_what_is_staged_is_not_written(repository):
    git("add", ".")
    assert "is no file that can be repaired" in complaint(
        check("--git", "--staged", "--fix", "--write")
    )


def test_many_edits_in_several_processes_are_told_in_their_order(repository):
    for n in range(40):
        write(f"p{n:02}.wiki", f"page {n}\n[https://example.org/|x]\n")
    git("add", ".")
    git("commit", "-q", "-m", "many")
    one = check("--git", "HEAD", "--format", "json", "-j", "1")
    assert len(codes(one)) == 45
    assert check("--git", "HEAD", "--format", "json", "-j", "2").stdout == one.stdout


# From Python


def test_check_takes_the_keys_of_the_configuration():
    document = wikidiff.diff(OLD, NEW, source="new.wiki")
    assert [(f.code, f.line) for f in wikidiff.check(document)] == ALL
    chosen = wikidiff.check(document, {"select": ["W2"], "severity": {"W202": "error"}})
    assert [(f.code, f.severity) for f in chosen] == [("W202", "error")]
    with pytest.raises(wikidiff.ConfigError):
        wikidiff.check(document, {"select": ["W2"], "sev": {}})
