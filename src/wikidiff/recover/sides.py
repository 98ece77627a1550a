"""The two sides of a shown line under a choice of edit sites."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wikidiff.recover.site_features import Site
from wikidiff.recover.spacing import corrected, correction, symmetric_heading

_SPACES = re.compile(" {2,}")
_INNER = re.compile("=+")


def bare(text: str) -> str:
    """Return the text without white space, as a flattened page keeps it for sure."""
    return "".join(text.replace("\u00a0", " ").split())


def old_side(text: str, sites: Sequence[Site]) -> str:
    """Return the old line: inserted stretches taken out, runs of spaces folded."""
    kept, at = [], 0
    for site in sites:
        kept.append(text[at : site.m])
        at = site.j
    kept.append(text[at:])
    return _folded("".join(kept))


def new_side(text: str, sites: Sequence[Site], *, php: bool) -> str:
    """Return the new line: deleted stretches taken out, runs of spaces folded.

    With `php` the spaces that this formatter hides are put right where the words tell.
    """
    made, at = "", 0
    for site in sites:
        made += text[at : site.i]
        change = correction(text, site.i, site.m, site.j) if php else 0
        made = corrected(made, text[site.m : site.j], change)
        at = site.j
    made = _folded(made + text[at:])
    return symmetric_heading(made) if php and heading_form(text) else made


def _folded(text: str) -> str:
    return (_SPACES.sub(" ", text) if "  " in text else text).strip(" ")


def heading_form(text: str) -> int:
    """Return 0 for no heading, 1 for a plain one, 2 for unequal ends, 3 for `=` runs inside."""
    body = text.strip()
    if not body.startswith("=") or not body.endswith("=") or not body.strip("="):
        return 0
    inner = body.strip("=")
    if "==" in inner:
        return 3
    return 1 if _run(body) == _run(body[::-1]) else 2


def written_anew(text: str) -> bool:
    """Whether a shown line is one heading whose words and level changed.

    Then `=` stand once inside it, as many as the levels differ by: `====Old ==New ==`. Headings of
    several joined lines do not add up like this.
    """
    body = text.strip()
    inner = _INNER.findall(body.strip("="))
    levels = abs(_run(body) - _run(body[::-1]))
    return heading_form(body) > 1 and [len(run) for run in inner] == [levels]


def _run(text: str) -> int:
    """Return the length of the run of `=` at the beginning."""
    return len(text) - len(text.lstrip("="))


def heading_level(text: str) -> int:
    """Return the number of equal signs that begin a heading."""
    return _run(text.strip())
