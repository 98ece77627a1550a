"""What the list of categories at an article's end tells of the lines of a copied table.

The list gives the names one after the other, each with its first letter made a capital one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from wikidiff import limits

_CATEGORY = r"\[\[\s*([^\[\]|:]{1,100}):\s*([^\[\]|]{1,250}?)\s*(?:\|[^\[\]]{0,250})?\]\]\s*"
_CATEGORY_LINE = re.compile(f"(?:{_CATEGORY})+")
_CATEGORIES = re.compile(_CATEGORY)


def categories_told(lines: Sequence[str], article: Sequence[str]) -> Iterator[tuple[int, float]]:
    """Yield lines that are categories and how many of theirs are listed, -1 to 1 for none to all.

    The list is the line at the article's end that holds most of the names of a namespace.
    """
    named: dict[str, dict[str, list[int]]] = {}
    for at, line in enumerate(lines):
        if line.startswith("[[") and _CATEGORY_LINE.fullmatch(line):
            for space, name in _CATEGORIES.findall(line):
                named.setdefault(space, {}).setdefault(_title(name), []).append(at)
    last = article[-limits.CLIP_LISTED :]
    for space, names in named.items():
        if len(names) > limits.CLIP_LISTED:
            continue
        listed = [line for line in last if ":" in line and f"{space}:" not in line]
        found = max((_listed(line, names) for line in listed), key=len, default=set[str]())
        told: dict[int, list[bool]] = {}
        for name, places in names.items() if len(found) * 2 >= len(names) else ():
            for at in places:
                told.setdefault(at, []).append(name in found)
        yield from ((at, 2 * sum(each) / len(each) - 1) for at, each in told.items())


def _title(name: str) -> str:
    """Return a page's name as a wiki shows it."""
    name = " ".join(name.replace("_", " ").split())
    return name[:1].upper() + name[1:]


def _listed(line: str, names: Collection[str]) -> set[str]:
    """Return which names a list holds; one of several that lie in one another is the longest."""
    found: set[str] = set()
    for name in sorted(names, key=len, reverse=True):
        sign = re.compile(rf"(?:(?<!\s)|(?<=:\s)){re.escape(name)}(?!\s)")
        if sign.search(line):
            found.add(name)
            line = sign.sub("\0", line)
    return found
