"""Measure split and merged paragraphs found: real ones cut on purpose, edited on the way or not.

    python benchmarks/splits.py --pairs FILE [--every N]

FILE holds {"language": [[old, new], ...]} as JSON (.json or .json.xz). Of every page's old text two
paragraphs are cut between sentences, some words replaced, each in an edit of its own; merged is
the same the other way round. A paragraph is found where the Document tells all its parts, no more
and no less. What is marked is counted in characters, of wikidiff2 too where PHP has it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import engine

import wikidiff

LEAST = 40  # characters of a part
CUT = re.compile(r"(?<=[^\W\d_]{2}[.!?।]) (?=\w)|(?<=。)(?=\w)")
Case = tuple[str, str, int]
"""Old text, new text, parts."""


def cuts(line: str) -> list[int]:
    """Return where a paragraph may be cut: between sentences that hold their brackets whole."""
    found: list[int] = []
    for match in CUT.finditer(line):
        start = line[: match.start()]
        whole = all(start.count(a) == start.count(b) for a, b in ("[]", "{}", "()", "<>"))
        if whole and start.count("<ref") == start.count("</ref") + start.count("/>"):
            found.append(match.start())
    return found


def parts_of(chance: random.Random, line: str, count: int) -> list[str] | None:
    """Return a paragraph cut into so many parts; None where it has no such places."""
    places = cuts(line)
    if not line[:1].isalpha() or len(places) < count - 1:
        return None
    ends = [0, *sorted(chance.sample(places, count - 1)), len(line)]
    parts = [line[a:b].strip(" ") for a, b in pairwise(ends)]
    return parts if all(len(part) >= LEAST for part in parts) else None


def edited(chance: random.Random, part: str) -> str:
    """Return a part with a word of it replaced."""
    words = part.split(" ")
    plain = [at for at, word in enumerate(words) if word.isalpha()]
    if plain:
        words[chance.choice(plain)] = "replaced"
    return " ".join(words)


def cases(pages: Iterable[str], count: int, *, edits: int, blank: bool) -> Iterator[Case]:
    """Yield pages with one paragraph cut, `edits` words of each part replaced."""
    chance = random.Random(13)
    for page in pages:
        lines = page.split("\n")
        made = [(n, parts) for n, x in enumerate(lines) if (parts := parts_of(chance, x, count))]
        for n, parts in chance.sample(made, min(2, len(made))):
            for _ in range(edits):
                parts = [edited(chance, part) for part in parts]
            between = ("\n\n" if blank else "\n").join(parts)
            yield page, "\n".join([*lines[:n], between, *lines[n + 1 :]]), count


def told(old: str, new: str) -> tuple[int, int]:
    """Return how many parts the Document tells, and how many characters it marks."""
    lines = [line for line in wikidiff.diff(old, new).lines() if line.kind != "context"]
    parts = marked = 0
    for line in lines:
        segments = line.split.segments if line.split else line.segments
        parts += bool(line.split and segments)
        marked += sum(len(stretch) for mark, stretch in segments if mark != "=")
    return parts, marked


def marked_by(php: engine.Php) -> Callable[[str, str], int]:
    """Return a count of the characters that wikidiff2 marks."""

    def run(old: str, new: str) -> int:
        edits = engine.json_edits(str(php.ask((old, new), 1, show=True)["made"]))
        return sum(len(stretch) for mark, stretch in edits if mark != "=")

    return run


def main() -> None:
    """Print a table."""
    pages = engine.asked_pages(__doc__.split("\n")[0])
    theirs = marked_by(engine.Php("json", "")) if engine.has_wikidiff2() else None
    print("| edit | parts | words replaced in each | paragraphs | found | marked | wikidiff2 |")
    print("|---|---|---|---|---|---|---|")
    for edit in ("split", "merged"):
        for count in (2, 3):
            for edits in (0, 1, 3):
                made = [
                    x
                    for blank in (False, True)
                    for x in cases(pages, count, edits=edits, blank=blank)
                ]
                if edit == "merged":
                    made = [(new, old, parts) for old, new, parts in made]
                found = [told(old, new) for old, new, _ in made]
                right = sum(parts == count for parts, _ in found)
                marked = sum(size for _, size in found)
                other = sum(theirs(old, new) for old, new, _ in made) if theirs else 0
                print(
                    f"| {edit} | {count} | {edits} | {len(made)} | {right / len(made):.1%} "
                    f"| {marked:,} | {f'{other:,}' if theirs else '–'} |"
                )


if __name__ == "__main__":
    main()
