"""One step over a dump in a process of its own: expat, mwxml, our pairs, or mwedittypes.

    python benchmarks/batch_peers.py expat|mwxml|pairs DUMP
    python benchmarks/batch_peers.py mwedittypes DUMP COUNT

mwedittypes gets the pairs of neighbouring revisions, as our rows are of these dumps; the CPU
seconds of its calls alone are printed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from xml.parsers import expat


def alone(path: str) -> None:
    """Parse a dump with expat and no handlers: the least that XML costs."""
    parser = expat.ParserCreate()
    with open(path, "rb") as file:
        while block := file.read(1 << 16):
            parser.Parse(block)


def mwxml_texts(path: str) -> Iterator[str | None]:
    """Iterate over all revisions as mwxml's own example does; None before each page."""
    import mwxml

    with open(path, "rb") as file:
        for page in mwxml.Dump.from_file(file):
            yield None
            for revision in page:
                yield revision.text or ""


def pairs(path: str) -> None:
    """Read and pair, and compare nothing."""
    from wikidiff.edits import pairing
    from wikidiff.readers import history

    with open(path, "rb") as file:
        for _ in pairing.edits(history.revisions(file, path), path):
            pass


def mwedittypes(path: str, count: int) -> None:
    """Print the CPU seconds of mwedittypes' structured mode on the first pairs."""
    from mwedittypes import StructuredEditTypes

    spent, before = 0.0, ""
    for text in mwxml_texts(path):
        if count == 0:
            break
        if text is None:
            before = ""
            continue
        begun = time.process_time()
        StructuredEditTypes("wikitext", before, text, lang="en").get_diff()
        spent += time.process_time() - begun
        before, count = text, count - 1
    print(spent)


if __name__ == "__main__":
    what, dump, *rest = sys.argv[1:]
    if what == "expat":
        alone(dump)
    elif what == "mwxml":
        for _ in mwxml_texts(dump):
            pass
    elif what == "pairs":
        pairs(dump)
    else:
        mwedittypes(dump, int(rest[0]))
