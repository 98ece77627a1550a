"""Time, memory and truth of whole histories: `wikidiff log` and `wikidiff blame`.

    python benchmarks/histories.py [--rounds N] [--seeds N] [--memory] [--svg FILE]

The histories are those that tests/history_maker.py makes: they know who wrote each word. Times are
CPU time, best of the rounds, the contenders in turn; ratios are to comparing each revision with the
one before by our own engine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import history_maker  # noqa: E402 - it stands among the tests

import wikidiff  # noqa: E402
from wikidiff.engine import diff_lines  # noqa: E402
from wikidiff.text import is_word, tokens  # noqa: E402

Texts = Sequence[str]
COUNTS = (250, 500, 1000, 2000)


def lines(texts: Texts) -> None:
    """Compare each pair: lines and words, nothing else made of it."""
    last = ""
    for text in texts:
        diff_lines(last, text, context=0)
        last = text


def documents(texts: Texts) -> None:
    """Compare each pair as programs do: the whole Document, and the segments of every line."""
    last = ""
    for text in texts:
        for line in wikidiff.diff(last, text).lines():
            _ = line.segments
        last = text


def pairs(texts: Texts) -> list[tuple[wikidiff.Revision, str]]:
    """Return revisions as they are at hand."""
    return [(wikidiff.Revision(id=at), text) for at, text in enumerate(texts)]


def blame(texts: Texts) -> None:
    """Tell who wrote each word that stands at the end."""
    wikidiff.blame(pairs(texts))


def log(texts: Texts) -> None:
    """Tell what each edit did, in wiki terms."""
    for _ in wikidiff.history(pairs(texts)):
        pass


RUNS: dict[str, Callable[[Texts], None]] = {
    "lines and words of each pair": lines,
    "`wikidiff.diff` of each pair": documents,
    "blame": blame,
    "log": log,
}


def seconds(run: Callable[[Texts], None], texts: Texts) -> float:
    """Return the CPU seconds of a run."""
    begun = time.process_time()
    run(texts)
    return time.process_time() - begun


def measure(rounds: int) -> dict[int, dict[str, float]]:
    """Return the best seconds of each contender, by number of revisions."""
    whole = [made.text for made in history_maker.Writer(1, truth=False).stream(max(COUNTS))]
    found: dict[int, dict[str, float]] = {}
    for count in COUNTS:
        best = dict.fromkeys(RUNS, float("inf"))
        for nth in range(rounds):
            for name, run in RUNS.items():
                if name != "log" or nth == 0:  # takes ten times as long as the others
                    best[name] = min(best[name], seconds(run, whole[:count]))
        found[count] = best
    return found


def speed_table(found: dict[int, dict[str, float]]) -> str:
    """Return the ratios as Markdown."""
    names = [name for name in RUNS if name in ("blame", "log")]
    rows = ["| revisions | blame to lines | blame to `diff` | log to `diff` |", "|---|---|---|---|"]
    assert names == ["blame", "log"]
    for count, best in found.items():
        bare, whole = (best[name] for name in list(RUNS)[:2])
        ratios = (best["blame"] / bare, best["blame"] / whole, best["log"] / whole)
        rows.append(f"| {count:,} | " + " | ".join(f"{one:.2f}" for one in ratios) + " |")
    return "\n".join(rows)


def truth(seed: int, count: int) -> tuple[int, int]:
    """Return how many words of a made history are told right, and how many there are."""
    made = history_maker.Writer(seed).history(count)
    told = wikidiff.blame(pairs([one.text for one in made]))
    got = [
        told.writers[at].revision.id
        for line in told.lines
        for piece, at in line
        for word in tokens(piece)
        if is_word(word)
    ]
    wanted = [who for _, who in made[-1].words]
    return sum(a == b for a, b in zip(got, wanted, strict=True)), len(wanted)


def write_export(path: Path, count: int, **size: int) -> int:
    """Write an export of a history, as a stream; return the size of its last text."""
    last = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("<mediawiki><page><title>Made</title><ns>0</ns><id>1</id>")
        for at, made in enumerate(history_maker.Writer(2, truth=False, **size).stream(count), 1):
            file.write(
                f"<revision><id>{at}</id><timestamp>{2000 + at // 400}-01-01T00:00:00Z</timestamp>"
                f"<contributor><username>{made.user}</username></contributor>"
                f"<text>{escape(made.text)}</text></revision>"
            )
            last = len(made.text)
        file.write("</page></mediawiki>")
    return last


PEAK = (
    "import resource, sys; from wikidiff.cli import main; code = main(sys.argv[1:]); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10, "
    "file=sys.stderr); sys.exit(code)"
)


def memory(folder: Path) -> str:
    """Return the peak memory of the commands, in MB, at two lengths of one history."""
    rows = ["| revisions | bytes of the export | log | blame |", "|---|---|---|---|"]
    for count in (500, 1000):
        path = folder / f"made-{count}.xml"
        write_export(path, count, sections=10, paragraphs=8)
        peaks = []
        for command in ("log", "blame"):
            asked = [sys.executable, "-c", PEAK, command, str(path), "--json"]
            made = subprocess.run(asked, capture_output=True, text=True, check=True)
            peaks.append(int(made.stderr.split()[-1]))
        rows.append(f"| {count:,} | {path.stat().st_size:,} | {peaks[0]} | {peaks[1]} |")
        path.unlink()
    return "\n".join(rows)


def picture(found: dict[int, dict[str, float]]) -> str:
    """Return the seconds of blame and of comparing the pairs as bars, in SVG."""
    names = ("lines and words of each pair", "blame", "`wikidiff.diff` of each pair", "log")
    colours = ("#9aa5b1", "#1b7f5c", "#c9b458", "#2a5db0")
    most = max(best[name] for best in found.values() for name in names)
    parts, y = ['<text x="20" y="24" font-size="15">CPU time by length of the history</text>'], 44
    for count, best in found.items():
        parts.append(f'<text x="20" y="{y + 38}">{count:,} revisions</text>')
        for name, colour in zip(names, colours, strict=True):
            long = 420 * best[name] / most
            ratio = best[name] / best[names[0]]
            parts.append(
                f'<rect x="130" y="{y}" width="{long:.1f}" height="14" fill="{colour}"/>'
                f'<text x="{136 + long:.1f}" y="{y + 12}">{ratio:.1f}</text>'
            )
            y += 17
        y += 10
    for row, (name, colour) in enumerate(zip(names, colours, strict=True)):
        shown = name.replace("`", "")
        parts.append(f'<text x="480" y="{60 + 18 * row}" fill="{colour}">{shown}</text>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {y + 6}" '
        'font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def main() -> int:
    """Run the benchmark and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    found = measure(given.rounds)
    print(speed_table(found), "\n", flush=True)
    scores = [truth(seed, 2000) for seed in range(given.seeds)]
    for seed, (right, count) in enumerate(scores):
        print(f"seed {seed}: {right:,} of {count:,} words right, {right / count:.2%}")
    if scores:
        right, count = map(sum, zip(*scores, strict=True))
        print(f"together {right / count:.2%}\n", flush=True)
    if given.svg:
        given.svg.write_text(picture(found))
    if given.memory:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            print(memory(Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
