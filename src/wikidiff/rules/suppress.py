"""Comments in the wikitext that silence rules, and W001 for those that silence nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from wikidiff.rules.base import Hit, text_rule
from wikidiff.rules.edit import Side

_COMMENT = re.compile(
    r"<!--\s*wikidiff:\s*(?P<verb>ignore(?:-next-line|-start|-end|-page)?)(?P<codes>[^<>\n]*?)\s*-->"
)
_CODE = re.compile(r"[\w-]+")


@dataclass(slots=True)
class Suppression:
    """One comment: lines `first` to `last` of the new text (1-based, both in) are silenced.

    `codes` are the rules it names, in upper case or as names; none: all. `used` are those of them
    that silenced something.
    """

    line: int
    start: int
    end: int
    first: int
    last: int
    codes: tuple[str, ...]
    used: set[str] = field(default_factory=set)

    def covers(self, line: int, code: str, name: str) -> bool:
        """Tell whether a rule is silenced on a line."""
        if not self.first <= line <= self.last:
            return False
        return not self.codes or code in self.codes or name in self.codes

    def use(self, code: str, name: str) -> None:
        """Note that a rule was silenced."""
        self.used |= {code, name, "*"}

    def unused(self) -> list[str]:
        """Return the codes that silenced nothing; "*" for a comment without codes."""
        return [code for code in self.codes or ("*",) if code not in self.used]


def suppressions(numbered: Iterable[tuple[int, str]]) -> list[Suppression]:
    """Return the suppressions of some lines, given with their 1-based numbers, in order."""
    found: list[Suppression] = []
    open_blocks: list[Suppression] = []
    for number, line in numbered:
        if "wikidiff:" not in line:
            continue
        for match in _COMMENT.finditer(line):
            verb = match["verb"]
            codes = tuple(map(_code, _CODE.findall(match["codes"])))
            if verb == "ignore-end":
                _close(open_blocks, codes, number)
                continue
            first, last = _range(verb, number)
            made = Suppression(number, *match.span(), first, last, codes)
            found.append(made)
            if verb == "ignore-start":
                open_blocks.append(made)
    return found


def _code(word: str) -> str:
    return word.upper() if re.fullmatch(r"[wW]\d{3}", word) else word


_LAST = 1 << 62


def _range(verb: str, number: int) -> tuple[int, int]:
    if verb == "ignore-next-line":
        return number + 1, number + 1
    if verb == "ignore-start":
        return number, _LAST
    return (1, _LAST) if verb == "ignore-page" else (number, number)


def _close(open_blocks: list[Suppression], codes: Sequence[str], number: int) -> None:
    """End the last open block of the same codes, or the last one where none are named."""
    for at in range(len(open_blocks) - 1, -1, -1):
        if not codes or open_blocks[at].codes == tuple(codes):
            open_blocks.pop(at).last = number
            return


@text_rule("W001", "unused-suppression", "info")
def unused(side: Side) -> Iterator[Hit]:
    """A comment silences a rule that has nothing to say there.

    The trouble was repaired, or the code is misspelt. Only comments that the edit touched are
    told, or all with `--all-lines`.

    Old:
        The mole is long.
    Bad:
        The mole is very long. <!-- wikidiff: ignore W401 -->
    Good:
        The mole is very long.
    """
    return iter(())  # told by `run`, which alone knows what was silenced
