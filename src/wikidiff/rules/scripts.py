"""W401: words that mix scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wikidiff.rules.base import Hit, text_rule
from wikidiff.rules.edit import Side, Span

_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_GREEK = "\u0370-\u0373\u0376-\u037b\u037f\u0386\u0388-\u03ff\u1f00-\u1fff"
_CYRILLIC = "\u0400-\u0482\u048a-\u052f\u1c80-\u1c88"
_ARMENIAN = "\u0531-\u0556\u0561-\u0587"
_CHEROKEE = "\u13a0-\u13ff"
_OTHER = _GREEK + _CYRILLIC + _ARMENIAN + _CHEROKEE
_MARKS = "\u0300-\u036f"
_SEAM = re.compile(f"[{_LATIN}][{_MARKS}]*[{_OTHER}]|[{_OTHER}][{_MARKS}]*[{_LATIN}]")
_WORD = re.compile(f"[{_LATIN}{_OTHER}{_MARKS}]+")
_SCRIPTS = {
    "Latin": re.compile(f"[{_LATIN}]"),
    "Cyrillic": re.compile(f"[{_CYRILLIC}]"),
    "Greek": re.compile(f"[{_GREEK}]"),
    "Armenian": re.compile(f"[{_ARMENIAN}]"),
    "Cherokee": re.compile(f"[{_CHEROKEE}]"),
}
_LEAST_GREEK = 4  # letters: shorter ones are symbols of formulas, such as αx


@text_rule("W401", "mixed-script", in_ascii=False)
def mixed_script(side: Side) -> Iterator[Hit]:
    """A word has letters of two scripts that look alike.

    A Cyrillic `о` in an English word cannot be seen; searches and links fail because of it, and it
    is how names are forged. A word is told where all its letters of one script have a look-alike
    in the other, by Unicode's data on confusables (UTS #39). Acronyms with an ending in another
    script (`PHPшник`) and short words with Greek letters are left alone.

    Old:
        On October 28 a cease-fire was announced.
    Bad:
        \u041en October 28 a cease-fire was announced.
    Good:
        On 28 October a cease-fire was announced.
    """
    done: tuple[object, int] = (None, 0)
    for span in side.find(_SEAM, "prose"):
        if span.passage is done[0] and span.start < done[1]:
            continue
        span = _word(span)
        done = span.passage, span.end
        word = span.passage.source[span.start : span.end]
        if found := foreign(word):
            letters, script, other = found
            named = ", ".join(dict.fromkeys(f"{c} (U+{ord(c):04X})" for c in letters))
            yield side.hit(span, f"“{word}” mixes {other} with {script} {named}")


def _word(span: Span) -> Span:
    """Return the word that a change of scripts stands in."""
    text = span.passage.prose
    start = span.start
    while start and _WORD.match(text[start - 1]):
        start -= 1
    end = _WORD.match(text, span.start)
    return Span(span.passage, start, end.end() if end else span.end, span.match)


def foreign(word: str) -> tuple[str, str, str] | None:
    """Return (letters that pass for others, their script, the word's script); None for no such."""
    of_script = {name: "".join(p.findall(word)) for name, p in _SCRIPTS.items()}
    present = sorted((n for n in of_script if of_script[n]), key=lambda n: len(of_script[n]))
    if len(present) != 2 or _is_compound(word):
        return None
    if "Greek" in present and len(word) < _LEAST_GREEK:
        return None
    for script, other in (present, present[::-1]):
        if all(_looks_like(letter, other) for letter in of_script[script]):
            return of_script[script], script, other
    return None


_COMPOUND = re.compile(
    f"(?:[A-Z]{{2,}}[{_OTHER}]+|[{_OTHER}]+[A-Z]{{2,}}|[{_CYRILLIC}]{{3,}}[a-z]{{3,}})$"
)


def _is_compound(word: str) -> bool:
    """Tell whether a word is made of two, each of one script: an acronym with an ending."""
    match = _COMPOUND.match(word)
    return bool(match) and any(not _looks_like(c, "Latin") for c in word if c > "\u024f")


def _looks_like(letter: str, script: str) -> bool:
    """Tell whether a letter has a look-alike in a script, by Unicode's confusables."""
    from confusable_homoglyphs.confusables import confusables_data

    alike = confusables_data.get(letter, ())
    return any(len(e["c"]) == 1 and _SCRIPTS[script].match(e["c"]) for e in alike)
