"""Time and judge the engine beside its peers: one run, the same pairs, taken in turn.

    python benchmarks/engine.py [--pairs FILE] [--rounds N] [--growth] [--json FILE] [--svg FILE]

FILE holds {"language": [[old, new], ...]} as JSON (.json or .json.xz). Without it the pairs are
made here. Peers that are not installed are left out and named. How to get them: README.md.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
Pair = tuple[str, str]
Edit = tuple[str, str]
"""("-" | "+" | "=", text)."""

QUICK = 0.002  # seconds: a quicker call is repeated until it takes about as long
SLOW = 1.0  # seconds that a peer may take for one growth size before larger ones are left out


@dataclass
class Peer:
    """A diff and how long it takes; `edits` gives its result for the figures of quality."""

    name: str
    time: Callable[[Pair, int], float]
    edits: Callable[[Pair], list[Edit]] | None = None
    best: dict[int, float] = field(default_factory=dict)


def in_process(name: str, call: Callable[[str, str], object]) -> Callable[[Pair, int], float]:
    """Return a timer of a Python callable, in CPU seconds a call."""

    def timed(pair: Pair, times: int) -> float:
        begun = time.process_time()
        for _ in range(times):
            call(*pair)
        return (time.process_time() - begun) / times

    return timed


class Php:
    """A PHP process that answers pairs; the CPU time is taken inside it."""

    def __init__(self, kind: str, core: str) -> None:
        command = ["php", str(HERE / "peers.php"), kind, core]
        self.process = subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-3, text=True)

    def ask(self, pair: Pair, times: int, *, show: bool = False) -> dict[str, object]:
        """Send a pair; return the answer."""
        asked = {"old": pair[0], "new": pair[1], "times": times, "show": show}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer: dict[str, object] = json.loads(self.process.stdout.readline())
        return answer

    def seconds(self, pair: Pair, times: int) -> float:
        """Return the CPU seconds a call."""
        return float(str(self.ask(pair, times)["seconds"]))

    def edits(self, pair: Pair) -> list[Edit]:
        """Return what it marks as changed; for the format `json` only."""
        return json_edits(str(self.ask(pair, 1, show=True)["made"]))


def ours_edits(pair: Pair) -> list[Edit]:
    """Return what our Document shows as changed, line ends left out."""
    import wikidiff

    found: list[Edit] = []
    for line in wikidiff.diff(*pair).lines():
        if line.kind != "context":
            found += [*line.segments, ("=", "\n")]
    return found


def json_edits(made: str) -> list[Edit]:
    """Return the changed stretches of wikidiff2's inline JSON."""
    found: list[Edit] = []
    for row in json.loads(made, strict=False)["diff"]:
        if row["type"] in (1, 2, 4):
            found += [("+" if row["type"] == 1 else "-", row["text"]), ("=", "\n")]
        elif row["type"] in (3, 5):
            data = row["text"].encode("utf-8", "surrogatepass")
            at = 0
            for mark in sorted(row.get("highlightRanges", ()), key=lambda m: m["start"]):
                found.append(("=", data[at : mark["start"]].decode("utf-8", "replace")))
                at = mark["start"] + mark["length"]
                stretch = data[mark["start"] : at].decode("utf-8", "replace")
                found.append(("+" if mark["type"] == 0 else "-", stretch))
            rest = data[at:].decode("utf-8", "replace")
            found += [("+" if row["type"] == 5 else "=", rest), ("=", "\n")]
    return found


def tokens(text: str) -> list[str]:
    """Return words, runs of spaces and signs, for peers that bring no tokens of their own."""
    return re.findall(r"\w+|\n|[^\S\n]+|.", text, re.DOTALL)


def by_lines_and_words(opcodes: Callable[..., Iterator[tuple]]) -> Callable[[str, str], list[Edit]]:
    """Return a diff made of one that aligns sequences: lines first, then words of what differs."""

    def run(old: str, new: str) -> list[Edit]:
        found: list[Edit] = []
        olds, news = old.split("\n"), new.split("\n")
        for tag, a, b, c, d in opcodes(olds, news):
            if tag == "equal":
                continue
            gone, come = tokens("\n".join(olds[a:b])), tokens("\n".join(news[c:d]))
            for part, e, f, g, h in opcodes(gone, come):
                if part == "equal":
                    found.append(("=", "".join(gone[e:f])))
                    continue
                found += [("-", "".join(gone[e:f])), ("+", "".join(come[g:h]))]
            found.append(("=", "\n"))
        return [edit for edit in found if edit[1]]

    return run


def has_wikidiff2() -> bool:
    """Tell whether PHP has the extension."""
    return bool(shutil.which("php")) and "wikidiff2" in _out("php", "-m")


def peers(core: str, compiled: str | None) -> list[Peer]:
    """Return the peers that are installed, ours first."""
    found = [Peer("wikidiff", Python(sys.executable).seconds, ours_edits)]
    if compiled:
        found.append(Peer("wikidiff compiled", Python(compiled).seconds))
    if has_wikidiff2():
        for kind in ("inline", "table", "json"):
            php = Php(kind, core)
            edits = php.edits if kind == "json" else None
            found.append(Peer(f"wikidiff2 {kind}", php.seconds, edits))
    if shutil.which("php") and Path(core).is_dir():
        found.append(Peer("MediaWiki's PHP", Php("core", core).seconds))
    found += _python_peers()
    if shutil.which("node") and (HERE / "node_modules" / "diff").is_dir():
        found.append(Peer("jsdiff", Node().seconds))
    return found


class Python(Php):
    """A Python process that answers pairs with wikidiff's whole Document."""

    def __init__(self, python: str) -> None:
        command = [python, str(HERE / "peers.py")]
        self.process = subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-3, text=True)


class Node(Php):
    """A node process that answers pairs with jsdiff's word diff."""

    def __init__(self) -> None:
        command = ["node", str(HERE / "peers.js")]
        self.process = subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-3, text=True)


def _python_peers() -> Iterator[Peer]:
    from difflib import SequenceMatcher

    from rapidfuzz.distance import LCSseq

    def rapid(a: list[str], b: list[str]) -> Iterator[tuple]:
        blocks = LCSseq.editops(a, b).as_matching_blocks()
        i = j = 0
        for block in blocks:
            if i < block.a or j < block.b:
                yield "replace", i, block.a, j, block.b
            i, j = block.a + block.size, block.b + block.size
            yield "equal", block.a, i, block.b, j

    bare = by_lines_and_words(rapid)
    yield Peer("rapidfuzz, bare", in_process("rapidfuzz", bare), lambda pair: bare(*pair))
    old = by_lines_and_words(lambda a, b: SequenceMatcher(None, a, b, autojunk=False).get_opcodes())
    yield Peer("difflib", in_process("difflib", old), lambda pair: old(*pair))
    from diff_match_patch import diff_match_patch

    library = diff_match_patch()
    library.Diff_Timeout = 0

    def dmp(a: str, b: str) -> list[Edit]:
        made = library.diff_main(a, b)
        library.diff_cleanupSemantic(made)
        return [("-=+"[kind + 1], stretch) for kind, stretch in made]

    yield Peer("diff-match-patch", in_process("dmp", dmp), lambda pair: dmp(*pair))


def _out(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def measure(found: list[Peer], pairs: list[Pair], rounds: int, most: float) -> None:
    """Take each pair in turn through all peers, `rounds` times; keep the best of each.

    A peer that takes more than `most` seconds for a pair is not asked for that pair again.
    """
    for peer in found:
        peer.time(("a b c", "a d c"), 1)  # what a first call alone costs, such as imports
    for turn in range(rounds + 1):
        for at, pair in enumerate(pairs):
            for peer in found:
                before = peer.best.get(at, 0.0)
                if turn and before > most:
                    continue
                times = 1 if not turn else max(1, min(30, int(QUICK / max(before, 1e-7))))
                spent = peer.time(pair, times)
                peer.best[at] = min(peer.best.get(at, spent), spent)


def table(rows: list[list[str]]) -> str:
    """Return rows as a Markdown table, the first being its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def speed_table(found: list[Peer], reference: str) -> str:
    """Return the times: median and mean of a pair, ratios to the reference peer."""
    base = next((peer for peer in found if peer.name == reference), found[0])
    middle, total = statistics.median(base.best.values()), sum(base.best.values())
    rows = [["peer", "median ms", "mean ms", "worst / mean", "median ratio", "total ratio"]]
    for peer in found:
        values = list(peer.best.values())
        mean = statistics.fmean(values)
        figures = (statistics.median(values) * 1e3, mean * 1e3, max(values) / mean)
        ratios = (statistics.median(values) / middle, sum(values) / total)
        rows.append([peer.name, *(f"{x:.3f}" for x in figures[:2]), f"{figures[2]:.0f}"])
        rows[-1] += [f"{x:.2f}" for x in ratios]
    return table(rows)


def quality_table(found: list[Peer], pairs: list[Pair], most: float) -> str:
    """Return what each peer marks as changed, and how readably."""
    rows = [["peer", "marked characters", "edits", "at word borders", "shredded words"]]
    told = [peer for peer in found if peer.edits]
    common = [at for at in range(len(pairs)) if all(peer.best[at] <= most for peer in told)]
    for peer in told:
        assert peer.edits
        marked = count = whole = shredded = 0
        for at in common:
            edits = peer.edits(pairs[at])
            changed = [x for x in edits if x[0] != "=" and x[1]]
            marked += sum(len(x[1]) for x in changed)
            count += len(changed)
            whole += sum(borders(edits))
            shredded += shreds(edits)
        rows.append(
            [
                peer.name,
                f"{marked:,}",
                f"{count:,}",
                f"{whole / max(count, 1):.1%}",
                f"{shredded:,}",
            ]
        )
    return table(rows) + f"\n\n{len(common)} pairs that every peer did within {most:g} s."


def borders(edits: list[Edit]) -> Iterator[bool]:
    """Yield for each changed stretch whether it begins and ends at word borders."""
    for at, (mark, stretch) in enumerate(edits):
        if mark != "=" and stretch:
            before = next((x[1] for x in edits[at - 1 :: -1] if at and x[0] == "="), "\n")
            after = next((x[1] for x in edits[at + 1 :] if x[0] == "="), "\n")
            yield not (_inside(before[-1:], stretch[0]) or _inside(stretch[-1], after[:1]))


def _inside(left: str, right: str) -> bool:
    """Tell whether a place is inside a word of a script with spaces."""
    return all(x.isalnum() and ord(x) < 0xE00 for x in (left, right) if x) and bool(left and right)


def shreds(edits: list[Edit]) -> int:
    """Return how many equal stretches are pieces of words: letters on both sides of both ends."""
    found = 0
    for before, (mark, stretch), after in zip(edits, edits[1:], edits[2:], strict=False):
        if mark == "=" and stretch.isalnum() and before[0] != "=" != after[0]:
            found += bool(before[1] and after[1]) and (
                _inside(before[1][-1], stretch[0]) and _inside(stretch[-1], after[1][0])
            )
    return found


# ---------------------------------------------------------------- pairs made here


def made_pairs() -> list[Pair]:
    """Return pairs of made-up pages with a few edits each."""
    chance = random.Random(5)
    return [
        (page, edited(chance, page, 1 + n % 7)) for n in range(40) for page in [made(chance, 8)]
    ]


def made(chance: random.Random, kilobytes: int) -> str:
    """Return a page of about that size."""
    words = [
        "".join(chance.choices("abcdefghilmnoprstuvw", k=chance.randint(2, 9))) for _ in range(2000)
    ]
    lines: list[str] = []
    size = 0
    while size < kilobytes * 1000:
        if chance.random() < 0.1:
            lines.append(f"== {' '.join(chance.choices(words, k=3))} ==")
        lines += [" ".join(chance.choices(words, k=chance.randint(10, 90))) + ".", ""]
        size += len(lines[-2]) + 1
    return "\n".join(lines)


def edited(chance: random.Random, page: str, edits: int) -> str:
    """Return the page with some words changed, each in a line of its own."""
    lines = page.split("\n")
    for at in chance.sample(range(len(lines)), min(edits, len(lines))):
        words = lines[at].split(" ")
        words[chance.randrange(len(words))] = "changed"
        lines[at] = " ".join(words)
    return "\n".join(lines)


def growth() -> Iterator[tuple[str, list[tuple[float, Pair]]]]:
    """Yield (name, [(size in KB, pair)]) of each way to grow."""
    chance = random.Random(7)
    pages = [(size, made(chance, size)) for size in (1, 10, 100, 1000, 10000)]
    yield "five edits", [(size, (page, edited(chance, page, 5))) for size, page in pages]
    some = [(size, page) for size, page in pages if size <= 1000]
    yield (
        "an edit in every tenth line",
        [(size, (page, edited(chance, page, page.count("\n") // 10))) for size, page in some],
    )
    yield (
        "one long line",
        [
            (size, (flat, edited_words(chance, flat)))
            for size, page in some
            for flat in [" ".join(page.split())]
        ],
    )
    yield "lines shuffled", [(size, (page, shuffled(chance, page))) for size, page in some]
    yield "all different", [(size, (page, made(chance, size))) for size, page in some]
    yield (
        "alternating lines",
        [
            (n * 9 / 1000, ("\n".join(["one", "two"] * n), "\n".join(["two", "one"] * n)))
            for n in (100, 1000, 10000)
        ],
    )
    yield (
        "equal lines",
        [
            (n * 5 / 1000, ("\n".join(["same"] * n), "\n".join(["same"] * (n - n // 10))))
            for n in (1000, 10000, 100000)
        ],
    )


def edited_words(chance: random.Random, line: str) -> str:
    """Return the line with every fiftieth word changed."""
    words = line.split(" ")
    return " ".join("changed" if chance.random() < 0.02 else word for word in words)


def shuffled(chance: random.Random, page: str) -> str:
    """Return the page with its lines in another order."""
    lines = page.split("\n")
    chance.shuffle(lines)
    return "\n".join(lines)


def growth_tables(found: list[Peer]) -> tuple[str, dict[str, dict[str, list[tuple[float, float]]]]]:
    """Return the tables of all curves and their points: name, peer, (KB, milliseconds)."""
    out: list[str] = []
    curves: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for name, steps in growth():
        points: dict[str, list[tuple[float, float]]] = {peer.name: [] for peer in found}
        for size, pair in steps:
            for peer in found:
                if points[peer.name] and points[peer.name][-1][1] > SLOW * 1000:
                    continue  # the next is ten times as large
                if sum(map(len, pair)) > MOST_QUADRATIC and peer.name in QUADRATIC:
                    continue
                spent = peer.time(pair, 1)
                for _ in range(3 if spent < SLOW else 0):  # warm, as in `measure`
                    times = max(1, min(30, int(QUICK / max(spent, 1e-7))))
                    spent = min(spent, peer.time(pair, times))
                points[peer.name].append((size, spent * 1e3))
        curves[name] = points
        head = ["peer", *(f"{size:g} KB" for size, _ in steps)]
        rows = [head]
        for peer, done in points.items():
            cells = [f"{spent:,.1f}" if spent >= 10 else f"{spent:.2f}" for _, spent in done]
            rows.append([peer, *cells, *["–"] * (len(steps) - len(cells))])
        out.append(f"### {name} (CPU ms)\n\n{table(rows)}")
    return "\n\n".join(out), curves


MOST_QUADRATIC = 25_000  # characters of both texts
QUADRATIC = ("difflib", "diff-match-patch", "MediaWiki's PHP", "jsdiff")


def picture(points: dict[str, list[tuple[float, float]]], title: str) -> str:
    """Return growth curves as SVG, both axes by powers of ten."""
    from math import log10

    drawn = {name: done for name, done in points.items() if len(done) > 1}
    xs = [log10(x) for done in drawn.values() for x, _ in done]
    ys = [log10(max(y, 1e-3)) for done in drawn.values() for _, y in done]
    width, height, left, top = 640, 380, 60, 30

    def place(x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - min(xs)) / (max(xs) - min(xs))
        up = (log10(max(y, 1e-3)) - min(ys)) / (max(ys) - min(ys))
        return left + across * (width - 230), top + (1 - up) * (height - 80)

    colours = ["#c00", "#06c", "#090", "#850", "#609", "#088", "#555", "#d60", "#333"]
    parts = [f'<text x="{left}" y="18" font-weight="bold">{title}</text>']
    for at in range(int(min(ys)) - 1, int(max(ys)) + 1):
        if min(ys) <= at <= max(ys):
            y = place(10 ** min(xs), 10.0**at)[1]
            parts.append(f'<path d="M{left} {y:.0f}H{width - 170}" stroke="#ddd"/>')
            parts.append(
                f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{10.0**at:g} ms</text>'
            )
    for at in range(int(min(xs)), int(max(xs)) + 1):
        x = place(10.0**at, 10 ** min(ys))[0]
        parts.append(
            f'<text x="{x:.0f}" y="{height - 30}" text-anchor="middle">{10.0**at:g} KB</text>'
        )
    for (name, done), colour in zip(drawn.items(), colours, strict=False):
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in (place(*point) for point in done))
        wide = 3 if name in ("wikidiff", "wikidiff compiled") else 1.5
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{wide}"/>')
    for row, ((name, _), colour) in enumerate(zip(drawn.items(), colours, strict=False)):
        parts.append(f'<text x="{width - 160}" y="{50 + 18 * row}" fill="{colour}">{name}</text>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def load(path: Path) -> list[Pair]:
    """Return the pairs of a file."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        return [(old, new) for pairs in json.load(file).values() for old, new in pairs]


def asked_pages(description: str) -> list[str]:
    """Return the old texts of the pairs that the command line of another benchmark asks for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="every Nth pair only")
    given = parser.parse_args()
    return [old for old, _ in load(given.pairs)[:: given.every]]


def main() -> int:
    """Run the benchmark and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--most", type=float, default=3.0, help="seconds a pair (default 3)")
    parser.add_argument("--core", default="/usr/share/mediawiki/includes/diff")
    parser.add_argument("--compiled", metavar="PYTHON", help="one that has wikidiff compiled")
    parser.add_argument("--only", help="names of peers, comma-separated")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--svg", type=Path)
    given = parser.parse_args()
    found = peers(given.core, given.compiled)
    if given.only:
        found = [peer for peer in found if peer.name in given.only.split(",")]
    pairs = load(given.pairs) if given.pairs else made_pairs()
    measure(found, pairs, given.rounds, given.most)
    print(f"{len(pairs)} pairs, best of {given.rounds} rounds in turn, CPU time\n")
    print(speed_table(found, "wikidiff2 json"), "\n", flush=True)
    print(quality_table(found, pairs, given.most), "\n", flush=True)
    curves: dict[str, dict[str, list[tuple[float, float]]]] = {}
    if given.growth:
        text, curves = growth_tables(found)
        print(text)
        if given.svg:
            given.svg.write_text(picture(curves["five edits"], "Five edits in a growing page"))
    if given.json:
        times = {peer.name: list(peer.best.values()) for peer in found}
        given.json.write_text(json.dumps({"seconds": times, "growth": curves}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
