"""Read very large pages in every form: the cost beside a plain parse, or the limit that refuses it.

    python benchmarks/large.py [--forms GLOB] [--shapes GLOB] [--scale 1.0]

The pages are made here (tests/large_pages.py). Shapes, at scale 1: "line", one line of 10 MB with a
word changed in its middle; "rewritten", one whose words are all others; "lines", 100,000 lines of
which each hundredth was edited; "rows", 50,000 lines of which each second was edited. A form of
both columns or both texts holds them twice.

Each page is read in a process of its own, and its summary figures are counted. CPU is user and
system, and what it is divided by is that of the form's parser alone on the same bytes: lxml's tree
of HTML, `json.loads`, expat, and for plain text one pass of a regular expression over its words.
Peak memory is above that of a process that has the same modules and has parsed the page.
"""

from __future__ import annotations

import argparse
import fnmatch
import gc
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from xml.parsers import expat

from lxml import etree

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import large_pages  # noqa: E402
from large_pages import FLAT, MARKED, PACKED, Row  # noqa: E402

import wikidiff  # noqa: E402
from wikidiff import WikidiffError  # noqa: E402

PAIR, GIT = "two texts", "git"
FORMS = [*MARKED, *(f"export-xml, {way}" for way in PACKED), *FLAT, PAIR, GIT]
SECONDS, BYTES = 900, 12 << 30  # of a reading process


def _words(count: int, seed: int) -> str:
    chance = random.Random(seed)
    return " ".join(f"{chance.choice('bcdfg')}{chance.randrange(5_000)}" for _ in range(count))


def shapes(scale: float) -> dict[str, Callable[[], list[Row]]]:
    """Return the makers of the pages' rows."""
    words = int(10_000_000 * scale / 5.9)

    def line() -> list[Row]:
        half = _words(words // 2, 1)
        return [Row("above"), Row(half + " ", "old", "new", " " + half), Row("below")]

    def rewritten() -> list[Row]:
        return [Row("above"), Row("", _words(words, 1), _words(words, 2)), Row("below")]

    def lines() -> list[Row]:
        count = int(100_000 * scale)
        changed = ("", "!")
        return [
            Row(f"line {n} of many", *changed[:1], changed[n % 100 == 50]) for n in range(count)
        ]

    def rows() -> list[Row]:
        count = int(50_000 * scale)
        return [
            Row(f"line {n} of ", "many", ("many", "few")[n % 2], " lines") for n in range(count)
        ]

    return {"line": line, "rewritten": rewritten, "lines": lines, "rows": rows}


def page(form: str, rows: list[Row], folder: Path) -> Path:
    """Write a page; return its file, of two texts and of a repository their folder."""
    if form in (PAIR, GIT):
        for name, text in zip(("old.wiki", "new.wiki"), large_pages.texts(rows), strict=True):
            (folder / name).write_text(text, encoding="utf-8")
        if form == GIT:
            _commit(folder)
        return folder
    reader, _, way = form.partition(", ")
    made = {**MARKED, **FLAT}
    data = (made[form] if form in made else made[reader])(rows).encode()
    path = folder / "page"
    path.write_bytes(PACKED[way](data) if way in PACKED else data)
    return path


def _commit(folder: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    git("init", "-q")
    for name in ("old.wiki", "new.wiki"):
        os.replace(folder / name, folder / "A.wiki")
        git("add", "A.wiki")
        git("commit", "-q", "-m", "an edit")


def plain(form: str, path: Path) -> None:
    """Parse a page with its parser alone."""
    if form.startswith("export-xml"):
        way = form.partition(", ")[2]
        data = path.read_bytes()
        if way in PACKED:
            data = __import__(way if way == "gzip" else "bz2").decompress(data)
        expat.ParserCreate().Parse(data, True)
        return
    if form in (PAIR, GIT):
        names = ("old.wiki", "new.wiki") if form == PAIR else ("A.wiki", "A.wiki")
        data = b"\n".join((path / name).read_bytes() for name in names)
    else:
        data = path.read_bytes()
    if "json" in form:
        json.loads(data)
    elif "html" in form or form == "feed":
        etree.fromstring(data, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    else:
        sum(1 for _ in re.finditer(r"\w+|\W", data.decode()))


def read(form: str, path: Path) -> wikidiff.Document:
    """Read a page."""
    if form == PAIR:
        return wikidiff.diff(*((path / f"{side}.wiki").read_text() for side in ("old", "new")))
    if form == GIT:
        os.chdir(path)
        (document,) = wikidiff.read_git("HEAD")
        return document
    return wikidiff.read(path)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def work(form: str, path: Path) -> dict[str, object]:
    """Return what reading costs, in this process."""
    start = process_time()
    plain(form, path)
    parsed = process_time() - start
    gc.collect()
    base, start = _peak(), process_time()
    try:
        document = read(form, path)
        document.stats  # noqa: B018 - counted when asked for
    except WikidiffError as error:
        return {"refused": f"{error.trouble}", "seconds": process_time() - start}
    seconds = process_time() - start
    told = [warning.message for warning in document.warnings if warning.code == "limit-reached"]
    return {
        "ratio": seconds / max(parsed, 1e-3),
        "seconds": seconds,
        "peak": _peak() - base,
        "limits": told,
    }


def measure(form: str, shape: str, scale: float) -> dict[str, object]:
    """Return what reading costs in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = page(form, shapes(scale)[shape](), Path(folder))
        done = subprocess.run(
            [sys.executable, __file__, "--work", form, str(path)],
            capture_output=True,
            text=True,
            preexec_fn=_bound,
            check=False,
        )
    if done.returncode:
        lines = done.stderr.strip().split("\n")
        return {"failed": f"exit {done.returncode}: {lines[-1][:150]}"}
    return dict(json.loads(done.stdout))


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))


def row(form: str, shape: str, found: dict[str, object]) -> str:
    """Return a line of the table."""
    if "failed" in found:
        return f"| {form} | {shape} | FAILED | | | {found['failed']} |"
    if "refused" in found:
        return f"| {form} | {shape} | refused | | {found['seconds']:.1f} | {found['refused']} |"
    return (
        f"| {form} | {shape} | {found['ratio']:.1f} | {found['peak']:.0f} | {found['seconds']:.1f} "
        f"| {' '.join(map(str, found['limits']))} |"
    )


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--forms", default="*")
    options.add_argument("--shapes", default="*")
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.work:
        print(json.dumps(work(given.work[0], Path(given.work[1]))))
        return
    print("| form | shape | ratio | peak MB | CPU s | limits reached |")
    print("|---|---|---|---|---|---|")
    for form in fnmatch.filter(FORMS, given.forms):
        for shape in fnmatch.filter(shapes(1), given.shapes):
            print(row(form, shape, measure(form, shape, given.scale)), flush=True)


if __name__ == "__main__":
    main()
