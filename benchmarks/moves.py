"""Measure moved text found: paragraphs of real pages moved on purpose, edited on the way or not.

    python benchmarks/moves.py --pairs FILE [--every N]

FILE holds {"language": [[old, new], ...]} as JSON (.json or .json.xz). Of every page's old text
some paragraphs are put elsewhere, and a word of each is replaced in half of them. A found move is
right where both its ends are lines of one paragraph that was moved. wikidiff2 is asked the same
where PHP has it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator

import engine

import wikidiff

Moves = set[tuple[int, int]]
"""(old line, new line), counted from 1."""
WORDS = 8  # least words of a paragraph that is moved
MOVED = 3  # paragraphs of a page that are moved, at most


def told(lines: list[str]) -> list[int]:
    """Return the lines that are worth moving: prose that stands once."""
    return [
        n
        for n, line in enumerate(lines)
        if len(line.split()) >= WORDS and line[0].isalnum() and lines.count(line) == 1
    ]


def shuffled(chance: random.Random, page: str, *, edit: bool) -> tuple[str, Moves] | None:
    """Return the page with some paragraphs elsewhere, and which; None where it has too few."""
    lines = page.split("\n")
    places = told(lines)
    if len(places) < 4 * MOVED:
        return None
    moved = sorted(chance.sample(places, MOVED))
    rest = [(n, line) for n, line in enumerate(lines) if n not in moved]
    for n in moved:
        words = lines[n].split(" ")
        if edit:
            words[chance.randrange(len(words))] = "replaced"
        far = [at for at in range(len(rest)) if abs(at - n) > 10]
        if not far:
            return None
        rest.insert(chance.choice(far), (n, " ".join(words)))
    place = {n: at for at, (n, _) in enumerate(rest)}
    made = "\n".join(line for _, line in rest)
    return made, {(n + 1, place[n] + 1) for n in moved}


def ours(old: str, new: str) -> Moves:
    """Return the moves that the Document tells."""
    ends: dict[str, dict[str, int]] = {}
    for line in wikidiff.diff(old, new).lines():
        if line.move:
            side = line.old_line if line.move.role == "from" else line.new_line
            ends.setdefault(line.move.id, {})[line.move.role] = side or 0
    return {(end["from"], end["to"]) for end in ends.values()}


def theirs(php: engine.Php) -> Callable[[str, str], Moves]:
    """Return the same of wikidiff2's inline JSON, whose rows tell lines by their text."""

    def run(old: str, new: str) -> Moves:
        rows = json.loads(str(php.ask((old, new), 1, show=True)["made"]), strict=False)["diff"]
        ends: dict[str, dict[int, str]] = {}
        for row in rows:
            if row["type"] in (4, 5):
                info = row["moveInfo"]
                ends.setdefault("".join(sorted((info["id"], info["linkId"]))), {})[row["type"]] = (
                    row["text"] if row["type"] == 4 else without_deleted(row)
                )
        olds, news = old.split("\n"), new.split("\n")
        return {
            (olds.index(end[4]) + 1, news.index(end[5]) + 1)
            for end in ends.values()
            if len(end) == 2 and end[4] in olds and end[5] in news
        }

    return run


def without_deleted(row: dict) -> str:
    """Return the new text of a moved row."""
    data = row["text"].encode("utf-8", "surrogatepass")
    for mark in sorted(row.get("highlightRanges", ()), key=lambda m: -m["start"]):
        if mark["type"] == 1:
            data = data[: mark["start"]] + data[mark["start"] + mark["length"] :]
    return data.decode("utf-8", "replace")


def cases(pages: Iterable[str], *, edit: bool) -> Iterator[tuple[str, str, Moves]]:
    """Yield (old, new, true moves)."""
    chance = random.Random(11)
    for page in pages:
        if made := shuffled(chance, page, edit=edit):
            yield page, *made


def main() -> None:
    """Print a table."""
    pages = engine.asked_pages(__doc__.split("\n")[0])
    peers: dict[str, Callable[[str, str], Moves]] = {"wikidiff": ours}
    if engine.has_wikidiff2():
        peers["wikidiff2 json"] = theirs(engine.Php("json", ""))
    print("| moved | peer | pages | moves | found | right |\n|---|---|---|---|---|---|")
    for edit in (False, True):
        made = list(cases(pages, edit=edit))
        total = sum(len(true) for *_, true in made)
        for name, peer in peers.items():
            found = [(peer(old, new), true) for old, new, true in made]
            right = sum(len(moves & true) for moves, true in found)
            count = sum(len(moves) for moves, _ in found)
            how = "a word replaced" if edit else "as it was"
            print(
                f"| {how} | {name} | {len(made)} | {total} "
                f"| {right / total:.1%} | {right / max(count, 1):.1%} |"
            )


if __name__ == "__main__":
    main()
