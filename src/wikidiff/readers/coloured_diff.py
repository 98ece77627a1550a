"""git's colours taken off a diff; in a word diff of `--color-words` they are all the marks it has.

Source: git-config(1), color.diff: what is taken out is red and what is put in green by default, in
the terminal's own codes (ECMA-48, "SGR"), bold or bright where someone set it so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

ESCAPE = "\x1b["
_CODE = re.compile(r"\x1b\[([0-9;]{0,40})([mK])")
_SIGNS = {"31": "-", "91": "-", "32": "+", "92": "+"}


def uncoloured(text: str) -> str:
    """Return a text without codes of colours."""
    return _CODE.sub("", text) if ESCAPE in text else text


def porcelain(line: str) -> Iterator[str]:
    """Yield a line of a coloured word diff as `--word-diff=porcelain` has it, its end as well.

    Where nothing is marked after a red or green word, it is what both sides have.
    """
    sign, at = " ", 0
    for found in (*_CODE.finditer(line), None):
        end = found.start() if found else len(line)
        if at < end:
            yield sign + line[at:end]
        if found and found[2] == "m":
            sign = _sign(found[1].split(";"), sign)
        at = found.end() if found else end
    yield "~"


def _sign(codes: Sequence[str], before: str) -> str:
    for code in codes:
        if code in _SIGNS:
            return _SIGNS[code]
    return " " if {"", "0", "39"} & set(codes) else before
