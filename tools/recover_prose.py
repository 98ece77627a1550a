"""Take running English text out of installed documentation, for tools/train_recover.py.

    python tools/recover_prose.py FOLDER... > PROSE

A folder is looked through for web pages, reStructuredText, plain text and dictionaries in the form
of the dict server, packed with gzip or not, and WordNet's glosses. Each paragraph, item and heading
that is mostly words becomes a line, each once, in the order of file names.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html

LONGEST_PAGE = 3_000_000
"""Bytes of a web page at most: longer ones are indexes."""
LEAST_CHARS, MOST_CHARS = 20, 20_000
LEAST_WORDS, LEAST_SHARE = 4, 0.75
_WORD = re.compile(r"[(\"'“]?[A-Za-z’'-]+[.,;:?!)\"'”]*")
_BLOCKS = ("p", "li", "dd", "h1", "h2", "h3", "h4", "td", "title")
_BLANK_LINE = re.compile(r"\n\s*\n")
_MARKS = re.compile(r"[`*]+")


def paragraphs(folder: Path) -> Iterator[str]:
    """Yield what the files of a folder hold, paragraph by paragraph."""
    for place, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(place, name)
            if not path.is_symlink() and _is_english(path):
                yield from _of_file(path)


def _is_english(path: Path) -> bool:
    """Whether a manual that comes in many languages is in English here."""
    where = str(path)
    if "debian-handbook" in where:
        return "/en-US/" in where
    return path.suffix != ".page" or "/C/" in where


def _of_file(path: Path) -> Iterator[str]:
    name = path.name
    if name.endswith((".html", ".htm", ".html.gz", ".page")):
        data = _bytes(path)
        if 0 < len(data) <= LONGEST_PAGE:
            yield from _of_page(data)
    elif ".rst" in name or name.endswith((".txt", ".txt.gz")):
        for part in _BLANK_LINE.split(_text(path)):
            yield _MARKS.sub("", part)
    elif name.endswith((".dict", ".dict.dz")):
        for part in _BLANK_LINE.split(_text(path)):
            yield part.replace("{", "").replace("}", "")
    elif name.startswith("data.") and path.parent.name == "wordnet":
        for line in _text(path).split("\n"):
            if "|" in line and not line.startswith(" "):
                yield from (gloss.strip(' "') for gloss in line.split("|", 1)[1].split(";"))
    elif path.parent.name == "fortunes" and "." not in name:
        yield from _text(path).split("\n%\n")


def _text(path: Path) -> str:
    return _bytes(path).decode("utf-8", "replace")


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix in (".gz", ".dz") else data


def _of_page(data: bytes) -> Iterator[str]:
    try:
        tree = html.fromstring(data)
    except (etree.ParserError, ValueError) as error:
        print(f"a page that cannot be read: {error}", file=sys.stderr)
        return
    for element in tree.iter(*_BLOCKS):
        inner = element.tag in ("li", "dd") and element.find(".//p") is not None
        if not inner:
            yield str(element.text_content())


def prose(folders: list[Path]) -> Iterator[str]:
    """Yield each line of running text once."""
    seen: set[str] = set()
    for part in (part for folder in folders for part in paragraphs(folder)):
        line = " ".join(part.split())
        if not LEAST_CHARS <= len(line) <= MOST_CHARS or line in seen:
            continue
        words = line.split(" ")
        plain = sum(_WORD.fullmatch(word) is not None for word in words)
        if len(words) >= LEAST_WORDS and plain >= LEAST_SHARE * len(words):
            seen.add(line)
            yield line


def main() -> None:
    """Print the running text of the folders."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    for line in prose(parser.parse_args().folders):
        print(line)


if __name__ == "__main__":
    main()
