"""What reading a saved diff page costs, as a ratio to its HTML parser alone on the same bytes.

    python benchmarks/html_reading.py PAGE.html... [--rounds N]

"tree" is lxml making a tree of the whole page, "events" its tokenizer with callbacks that do
nothing; of each the least CPU time of all rounds, in turn. Ratios are of the sums over all pages.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from pathlib import Path
from time import process_time

from lxml import etree

from wikidiff import readers

FORMS = ("mobile-html", "inline-html", "desktop-html")


class Nothing:
    """A target that takes all events and does nothing."""

    def start(self, tag: str, attributes: object) -> None:
        """Take a start tag."""

    def end(self, tag: str) -> None:
        """Take an end tag."""

    def data(self, text: str) -> None:
        """Take text."""

    def comment(self, text: str) -> None:
        """Take a comment."""

    def close(self) -> None:
        """Take the end."""


def tree(data: bytes) -> None:
    """Parse a page to a tree."""
    etree.fromstring(data, etree.HTMLParser(encoding="utf-8", huge_tree=True))


def events(data: bytes) -> None:
    """Parse a page to events."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, target=Nothing())
    etree.fromstring(data, parser)


def read(data: bytes) -> None:
    """Recognise and read a page."""
    source = readers.Input("page.html", data)
    readers.recognise(source, FORMS).read(source)


def main() -> None:
    """Print the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("pages", nargs="+", type=Path)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    pages = [path.read_bytes() for path in given.pages]
    work: dict[str, Callable[[bytes], None]] = {"tree": tree, "events": events, "read": read}
    best = {name: [float("inf")] * len(pages) for name in work}
    for _ in range(given.rounds):
        for at, data in enumerate(pages):
            for name, call in work.items():
                start = process_time()
                call(data)
                best[name][at] = min(best[name][at], process_time() - start)
    for name, times in best.items():
        print(
            f"{name:8}{1e3 * sum(times):9.1f} ms, median {1e3 * statistics.median(times):7.3f} ms"
        )
    for name in ("tree", "events"):
        each = statistics.median(a / b for a, b in zip(best["read"], best[name], strict=True))
        whole = sum(best["read"]) / sum(best[name])
        print(f"read to {name}: {whole:.2f}, median of pages {each:.2f}")


if __name__ == "__main__":
    main()
