"""The command line as a user meets it: real processes, real files, real pipes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from wikidiff.engine import words

SAMPLES = Path(__file__).parent.parent / "samples"
LIGHTHOUSE = str(SAMPLES / "lighthouse.txt")
PAIR = [str(SAMPLES / "tramway.old.wiki"), str(SAMPLES / "tramway.new.wiki")]
CLEAN = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}


def run(*arguments, data=b"", **environment):
    """Run wikidiff in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "wikidiff", *map(str, arguments)],
        input=data,
        capture_output=True,
        env=CLEAN | environment,
        check=False,
    )


def complaint(result):
    """Return the one line of trouble, having checked that it is one line and no traceback."""
    assert result.returncode == 2
    assert result.stdout == b""
    text = result.stderr.decode()
    assert text.endswith("\n")
    assert "Traceback" not in text
    first, *rest = text.rstrip("\n").split("\n")
    assert all(line.startswith("  ") for line in rest), text
    assert first.startswith("wikidiff: ")
    return first


def test_version_and_help_exit_with_0():
    told = run("--version").stdout
    assert told.startswith(b"wikidiff, version ")
    assert told.endswith(
        b" (compiled)\n" if words.__file__.endswith(".so") else b" (pure Python)\n"
    )
    for command in ([], ["show"], ["apply"], ["readers"], ["schema"]):
        result = run(*command, "--help")
        assert result.returncode == 0
        assert b"Usage: wikidiff" in result.stdout


def test_a_copied_page_is_shown_with_marks_where_there_is_no_colour():
    result = run("show", LIGHTHOUSE)
    assert result.returncode == 0, result.stderr
    text = result.stdout.decode()
    assert "\x1b" not in text
    assert "[-" in text
    assert "{+" in text


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_format_can_be_asked_for_by_name(form):
    assert (
        run("show", "--format", form, LIGHTHOUSE).stdout
        == run("show", f"--{form}", LIGHTHOUSE).stdout
    )
    assert run("show", "--format", "text", *PAIR).stdout == run("show", *PAIR).stdout


def test_two_wikitexts_are_compared():
    made = json.loads(run("show", "--json", *PAIR).stdout)
    assert made["source"]["reader"] == "wikitext-pair"
    assert made["delta"]["unexplained"] == 0
    assert {
        key: value
        for heading in made["headings"]
        if heading["changes"] == ["level"]
        for key, value in heading.items()
        if key in ("old", "new")
    } == {"old": {"text": "Livery", "level": 3}, "new": {"text": "Livery", "level": 2}}


def test_standard_input_reads_like_the_file():
    from_file = json.loads(run("show", "--json", LIGHTHOUSE).stdout)
    from_pipe = json.loads(run("show", "--json", "-", data=Path(LIGHTHOUSE).read_bytes()).stdout)
    assert from_pipe.pop("source")["name"] == "standard input"
    del from_file["source"]
    assert from_pipe == from_file


def test_jsonl_prints_a_line_for_each_source():
    result = run("show", "--jsonl", LIGHTHOUSE, SAMPLES / "ferry.txt")
    titles = [json.loads(line)["page"]["title"] for line in result.stdout.decode().split("\n")[:-1]]
    assert titles == ["Gullhorn Light", "Oxmouth ferry"]


def test_each_file_of_a_patch_is_shown_and_one_json_is_never_several():
    patch = Path(__file__).parent / "cases" / "unified_diff" / "two_files.diff"
    lines = run("show", "--jsonl", patch, LIGHTHOUSE).stdout.decode().split("\n")[:-1]
    titles = [json.loads(line)["page"]["title"] for line in lines]
    assert titles == ["Lantern Hill", "Туман", "Gullhorn Light"]
    assert "holds several edits; take --jsonl" in complaint(run("show", "--json", patch))
    shown = run("show", patch).stdout.decode()
    assert shown.startswith("Lantern Hill\n")
    assert "\n\nТуман\n" in shown
    one = run("show", "--json", "--page", "Туман", patch)
    assert json.loads(one.stdout)["page"]["title"] == "Туман"


def test_an_empty_file_is_a_wikitext_too(tmp_path):
    (tmp_path / "empty.wiki").write_bytes(b"")
    made = json.loads(run("show", "--json", tmp_path / "empty.wiki", PAIR[1]).stdout)
    assert made["revisions"]["old"]["size"] == 0


def test_exit_code_tells_whether_there_are_differences():
    same = PAIR[0], PAIR[0]
    assert run("show", "--exit-code", "-q", *PAIR).returncode == 1
    assert run("show", "--exit-code", "-q", *same).returncode == 0
    assert run("show", "-q", *PAIR).stdout == b""


def test_json_is_utf_8_on_an_ascii_terminal():
    page = SAMPLES / "windmuehle.txt"
    plain = run("show", "--json", page, PYTHONIOENCODING="ascii", LANG="C")
    assert json.loads(plain.stdout.decode("utf-8"))["page"]["title"] == "Bockwindmühle Elmstorf"
    shown = run("show", page, PYTHONIOENCODING="ascii", LANG="C")
    assert shown.returncode == 0
    assert b"Bockwindm\\xfchle" in shown.stdout


def test_the_output_does_not_depend_on_hash_order():
    outputs = {run("show", "--json", LIGHTHOUSE, PYTHONHASHSEED=seed).stdout for seed in "0123"}
    assert len(outputs) == 1


def lines_with_truth(name, given):
    """Return the shown lines of a sample read with one side given, and both sides' true lines."""
    side = SAMPLES / f"{name}.{given}.wiki"
    made = json.loads(run("show", "--json", f"--{given}", side, SAMPLES / f"{name}.txt").stdout)
    lines = [x for s in made["sections"] for h in s["hunks"] for x in h["lines"]]
    truth = {
        key: {x.strip() for x in (SAMPLES / f"{name}.{key}.wiki").read_text("utf-8").split("\n")}
        for key in ("old", "new")
    }
    return lines, truth


@pytest.mark.parametrize("name", ["ferry", "quarry", "windmuehle"])
@pytest.mark.parametrize("given", ["old", "new"])
def test_the_text_of_one_side_tells_the_other(name, given):
    lines, truth = lines_with_truth(name, given)
    for key in ("old", "new"):
        assert {line[key].strip() for line in lines if line[key] is not None} <= truth[key]


@pytest.mark.parametrize("name", ["lighthouse", "orchard", "ferry", "quarry", "windmuehle"])
@pytest.mark.parametrize("given", ["old", "new"])
def test_what_is_called_certain_is_true(name, given):
    lines, truth = lines_with_truth(name, given)
    for line in lines:
        if line["certain"]:
            assert all(line[key] is None or line[key].strip() in truth[key] for key in truth)


def test_show_with_chars_marks_inside_words(tmp_path):
    (tmp_path / "a").write_text("the colour\nof a cat\n", "utf-8")
    (tmp_path / "b").write_text("the color\nof a dog\n", "utf-8")
    by_words = run("show", tmp_path / "a", tmp_path / "b").stdout.decode()
    made = run("show", "--chars", tmp_path / "a", tmp_path / "b").stdout.decode()
    assert "the [-colour-]{+color+}" in by_words
    assert "the colo[-u-]r" in made
    assert "a [-cat-]{+dog+}" in made


def test_readers_and_schema_are_listed():
    assert b"mobile-text" in run("readers").stdout
    assert json.loads(run("schema").stdout)["title"] == "wikidiff Document"


TROUBLES = {
    "a missing file": (["show", "nowhere.txt"], b"", "nowhere.txt: no such file"),
    "a missing second file": (["show", PAIR[0], "nowhere"], b"", "nowhere: no such file"),
    "a URL beside a file": (
        ["show", "https://wiki.example.org/?diff=1", PAIR[0]],
        b"",
        "an address, not one of two wikitexts; give it alone",
    ),
    "a URL": (["show", "http://127.0.0.1:9/w/?diff=5"], b"", "is on this machine; --allow private"),
    "a directory": (["show", str(SAMPLES)], b"", "is a directory"),
    "an empty input": (["show", "-"], b"", "standard input: "),
    "a binary file": (["show", "-"], b"\x89PNG\r\n\x1a\n\x00\x00", "standard input: "),
    "bytes in no known encoding": (["show", "-"], b"abc\nd\xe9f", "line 2"),
    "a web page that is no diff": (["show", "-"], b"<!DOCTYPE html><p>Hi", "no reader takes it"),
    "plain wikitext": (["show", PAIR[0]], b"", "no reader takes it"),
    "a diff page given as one of two": (["show", LIGHTHOUSE, PAIR[0]], b"", "a diff page (mobile"),
    "three sources": (["show", *PAIR, PAIR[0]], b"", "3 sources"),
    "standard input twice": (["show", "-", "-"], b"", "only once"),
    "no source": (
        ["show"],
        b"",
        "wikidiff: show: missing argument 'SOURCE'; see 'wikidiff show --help'",
    ),
    "an option without its value": (["show", "--old"], b"", "wikidiff: show: option '--old' req"),
    "two formats": (["show", "--json", "--jsonl", LIGHTHOUSE], b"", "contradict each other"),
    "a format beside another's flag": (
        ["show", "--json", "--format", "text", LIGHTHOUSE],
        b"",
        "wikidiff: show: --json and --format text contradict each other; give one",
    ),
    "an unknown option": (["show", "--colour"], b"", "--colour"),
    "an unknown command": (["shwo"], b"", "command line: no such command 'shwo'; see 'wikidiff"),
    "an unknown reader": (["show", "--as", "fax", LIGHTHOUSE], b"", "no such reader"),
    "the wrong reader": (["show", "--as", "mobile-text", PAIR[0]], b"", "not mobile-text"),
    "a reading that is not there": (["show", "--reading", "9", LIGHTHOUSE], b"", "no reading 9"),
    "an old text of another page": (
        ["show", "--old", PAIR[0], LIGHTHOUSE],
        b"",
        "--old: line 1 of the diff does not fit it",
    ),
    "a size line and nothing under it": (
        ["show", "-"],
        b"Changes\n\nSome page\n\n12 bytes added, 5 May 2020\n\nNavigation menu",
        "no diff line",
    ),
}


@pytest.mark.parametrize("what", TROUBLES)
def test_trouble_is_one_line_and_exit_code_2(what):
    arguments, data, expected = TROUBLES[what]
    assert expected in complaint(run(*arguments, data=data))


def test_an_unrecognised_source_is_told_why_by_each_reader():
    result = run("show", PAIR[0])
    reasons = result.stderr.decode().split("\n")[1:-1]
    assert any(line.startswith("  mobile-text: ") for line in reasons)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_trouble(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    secret.chmod(0)
    assert "permission denied" in complaint(run("show", secret))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "command", [["show", LIGHTHOUSE], ["show", "--json", LIGHTHOUSE], ["--help"]]
)
def test_a_full_disk_is_an_error(command):
    with open("/dev/full", "wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "wikidiff", *command],
            stdout=full,
            stderr=subprocess.PIPE,
            env=CLEAN,
            check=False,
        )
    assert result.returncode == 2
    assert result.stderr.startswith(b"wikidiff: output: no space left")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "command", [["show", LIGHTHOUSE], ["show", "--json", LIGHTHOUSE], ["--help"]]
)
def test_a_closed_pipe_ends_the_run_silently_with_141(command, unbuffered):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        result = subprocess.run(
            [sys.executable, "-m", "wikidiff", *command],
            stdout=writing,
            stderr=subprocess.PIPE,
            env=CLEAN | {"PYTHONUNBUFFERED": unbuffered},
            check=False,
        )
    finally:
        os.close(writing)
    assert (result.returncode, result.stderr) == (141, b"")


def test_all_of_a_long_output_gets_through_a_slow_pipe_and_into_a_file(tmp_path):
    page = tmp_path / "new.wiki"
    page.write_text("\n".join(f"Mile {n}: an inn, a smithy." for n in range(20_000)), "utf-8")
    command = ["show", "--json", PAIR[0], str(page)]
    with open(tmp_path / "out.json", "wb") as file:
        arguments = [sys.executable, "-m", "wikidiff", *command]
        assert subprocess.run(arguments, stdout=file, env=CLEAN, check=False).returncode == 0
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, env=CLEAN, bufsize=0) as process:
        assert process.stdout is not None
        read = b"".join(iter(lambda: process.stdout.read(1000), b""))
    assert process.returncode == 0
    assert read == (tmp_path / "out.json").read_bytes()
    assert len(read) > 1_000_000
    assert json.loads(read)["revisions"]["new"]["size"] == page.stat().st_size


AT_THE_END = {
    "": "",
    "an object": "class Late:\n def __del__(self): print('late', flush=True)\nsys.late = Late()",
    "an exit function": "import atexit; atexit.register(print, 'late')",
    "a thread": (
        "import threading\nmain = threading.main_thread()\n"
        "threading.Thread(target=lambda: (main.join(), print('late'))).start()"
    ),
    "a profiler": "import cProfile; late = cProfile.Profile(); late.enable(); print('late')",
}


@pytest.mark.parametrize("what", AT_THE_END)
def test_a_run_ends_at_once_unless_something_waits_for_its_end(what):
    """An object alone does not: freeing all there is takes a tenth of a run."""
    code = f"import sys\n{AT_THE_END[what]}\nfrom wikidiff.cli import run\nrun()"
    result = subprocess.run(
        [sys.executable, "-c", code, "show", "--summary", *PAIR],
        capture_output=True,
        env=CLEAN,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    shown = run("show", "--summary", *PAIR).stdout
    assert shown
    expected = {"": shown, "an object": shown, "a profiler": b"late\n" + shown}
    assert result.stdout == expected.get(what, shown + b"late\n")


def test_a_profiler_gets_to_tell_what_it_saw():
    profiled = subprocess.run(
        [sys.executable, "-m", "cProfile", "-m", "wikidiff", "--version"],
        capture_output=True,
        env=CLEAN,
        check=False,
    )
    assert profiled.returncode == 0
    assert b"function calls" in profiled.stdout


def test_an_interrupt_ends_the_run_with_130(tmp_path):
    fifo = tmp_path / "never"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        [sys.executable, "-m", "wikidiff", "show", str(fifo)],
        stderr=subprocess.PIPE,
        env=CLEAN,
        start_new_session=True,
        # a job in the background inherits that interrupts are ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with fifo.open("wb"):  # opens when the other end does: the command is reading now
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    assert process.stderr.read() == b""
    process.stderr.close()
