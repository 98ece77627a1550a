"""Hold `changes` against mwedittypes: the same kinds on the same edits, and the CPU of both.

    python benchmarks/changes.py PAIRS.json[.xz] [--language en] [-v]
    python benchmarks/changes.py PAIRS.json[.xz] --alone [--rounds 3]   # needs wikidiff only

PAIRS holds {"en": [[old, new], …]}. Needs `pip install mwedittypes` beside wikidiff. One process,
one run: each pair is diffed by wikidiff alone, then its changes are found, then mwedittypes'
structured mode does the same pair, and so on for some rounds. CPU is time.process_time, of the
first call for a pair and of the fastest; page sizes are code points. `--alone` compares wikidiff's
diff with its changes, on the pairs of all languages.
"""

from __future__ import annotations

import argparse
import json
import lzma
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import wikidiff

KINDS = (
    "Heading",
    "Wikilink",
    "ExternalLink",
    "Template",
    "Reference",
    "Category",
    "Media",
    "Gallery",
    "Table",
    "List",
    "Text Formatting",
    "Comment",
    "Other Tag",
    "Text",
)
"""What both tell of. Left out: Section, which mwedittypes tells of for every edit; HTMLEntity,
which is text here; Argument, which is a template's own page's."""

OURS = {
    "heading": "Heading",
    "wikilink": "Wikilink",
    "external-link": "ExternalLink",
    "template": "Template",
    "parser-function": "Template",
    "reference": "Reference",
    "category": "Category",
    "file": "Media",
    "gallery": "Gallery",
    "table": "Table",
    "list": "List",
    "formatting": "Text Formatting",
    "nowiki": "Text Formatting",
    "comment": "Comment",
    "tag": "Other Tag",
    "text": "Text",
}
TEXT = {"Word", "Character", "Sentence", "Paragraph", "Punctuation", "Whitespace"}


def main() -> None:
    """Print the agreement and the times."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help="times of wikidiff, all languages")
    parser.add_argument("-v", "--verbose", action="store_true", help="every difference")
    given = parser.parse_args()
    data = given.pairs.read_bytes()
    data = lzma.decompress(data) if given.pairs.suffix == ".xz" else data
    if given.alone:
        alone(json.loads(data), given.rounds)
        return
    pairs = json.loads(data)[given.language]
    warm(pairs[0], given.language)
    rounds: list[list[tuple[float, float, float]]] = [[] for _ in pairs]
    same = total = told = 0
    for at, (old, new) in enumerate(pairs):
        document, theirs, cpu = once(old, new, given.language)
        rounds[at].append(cpu)
        ours, peers = kinds(document), peer_kinds(theirs)
        for kind in KINDS:
            total += 1
            same += (kind in ours) == (kind in peers)
            told += kind in ours or kind in peers
            if (kind in ours) != (kind in peers):
                who = "wikidiff only" if kind in ours else "mwedittypes only"
                print(f"pair {at}: {kind}: {who}")
                if given.verbose:
                    explain(kind, document, theirs)
    print(f"same kinds: {same} of {total} (pair, kind) = {same / total:.1%}")
    print(f"of the {told} that either tells of: {1 - (total - same) / told:.1%}")
    for _ in range(given.rounds - 1):
        for at, (old, new) in enumerate(pairs):
            rounds[at].append(once(old, new, given.language)[2])
    sizes = [len(new) for _, new in pairs]
    times("first call", sizes, [found[0] for found in rounds])
    times("fastest", sizes, [tuple(map(min, zip(*found, strict=True))) for found in rounds])


def alone(pairs: dict[str, list[list[str]]], rounds: int) -> None:
    """Print the CPU of diff and of changes by language, of first calls and of the fastest."""
    # A part of it needs mwparserfromhell.
    warming = "{{b|[[c]]}}\n{{\n== a ==\n}}\n{|\n| b <ref>{{c}}</ref>\n|}"
    kinds(wikidiff.diff("== a ==\n{{b|[[c|d]]}}", warming, language="en"))
    cpu: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for language, edits in pairs.items():
            for at, (old, new) in enumerate(edits):
                start = time.process_time()
                document = wikidiff.diff(old, new, language=language)
                middle = time.process_time()
                _ = document.changes
                found = middle - start, time.process_time() - middle
                cpu.setdefault((language, at), []).append(found)
    for name in ("first call", "fastest"):
        for language in (*pairs, "all"):
            chosen = [found for (code, _), found in cpu.items() if language in (code, "all")]
            least = [
                found[0] if name == "first call" else tuple(map(min, zip(*found, strict=True)))
                for found in chosen
            ]
            diff, changes = (1e3 * sum(column) for column in zip(*least, strict=True))
            print(
                f"{name}, {language}: ms in all: diff {diff:.1f}, changes {changes:.1f}; "
                f"(diff + changes) / diff {(diff + changes) / diff:.2f}"
            )


def once(
    old: str, new: str, language: str
) -> tuple[wikidiff.Document, dict[str, list[object]], tuple[float, float, float]]:
    """Return what both tell of a pair, and the CPU seconds of diff, changes and mwedittypes."""
    from mwedittypes import StructuredEditTypes

    start = time.process_time()
    document = wikidiff.diff(old, new, language=language)
    middle = time.process_time()
    _ = document.changes
    end = time.process_time()
    theirs = StructuredEditTypes("wikitext", old, new, lang=language).get_diff()
    last = time.process_time()
    return document, theirs, (middle - start, end - middle, last - end)


def warm(pair: tuple[str, str], language: str) -> None:
    """Import all that is needed, so that no pair pays for it."""
    from mwedittypes import StructuredEditTypes

    kinds(wikidiff.diff(pair[0][:2000], pair[1][:1900], language=language))
    StructuredEditTypes("wikitext", pair[0][:500], pair[1][:400], lang=language).get_diff()


def kinds(document: wikidiff.Document) -> Counter[str]:
    """Return the kinds that wikidiff tells of, in mwedittypes' words."""
    return Counter(peer for change in document.changes for peer in as_peer(change))


def as_peer(change: wikidiff.Change) -> Iterator[str]:
    """Yield what mwedittypes calls a change."""
    peer = OURS.get(change.kind)
    if change.kind == "parser-function" and change.detail["form"] == "argument":
        return
    if change.kind == "tag":
        name = change.detail["name"]
        peer = {"pre": "Text Formatting", "noinclude": "Comment"}.get(name, peer)
    if peer:
        yield peer


def peer_kinds(found: dict[str, list[tuple[str, ...]]]) -> Counter[str]:
    """Return the kinds that mwedittypes tells of, all kinds of text as one."""
    told = Counter(edit.type for edit in found["node-edits"])
    told.update("Text" for edit in found["text-edits"] if edit.type in TEXT)
    return told


def explain(kind: str, document: wikidiff.Document, theirs: dict[str, list[object]]) -> None:
    """Print what either side tells of a kind."""
    for change in document.changes:
        if kind in as_peer(change):
            print("    wikidiff:", change.action, repr(change.old)[:150], repr(change.new)[:150])
    for edit in (*theirs["node-edits"], *theirs["text-edits"]):
        if edit.type == kind or (kind == "Text" and edit.type in TEXT):
            print("    mwedittypes:", repr(edit)[:300])


def times(name: str, sizes: list[int], cpu: list[tuple[float, ...]]) -> None:
    """Print the CPU of all pairs and of those on large pages."""
    for least in (0, 50_000):
        chosen = [found for size, found in zip(sizes, cpu, strict=True) if size >= least]
        if not chosen:
            continue
        diff, changes, peer = (sum(column) for column in zip(*chosen, strict=True))
        print(
            f"{name}, {len(chosen)} pages of {least:,} and more: ms in all: diff {diff * 1e3:.1f}, "
            f"changes {changes * 1e3:.1f}, mwedittypes {peer * 1e3:.1f}; mwedittypes / (diff + "
            f"changes) {peer / (diff + changes):.1f}; (diff + changes) / diff "
            f"{(diff + changes) / diff:.2f}"
        )


if __name__ == "__main__":
    main()
