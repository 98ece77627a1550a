"""Defects put into real edits: each makes an edit bad in a way that one rule is there to find.

`DEFECTS` maps each default rule's code to what makes the defect. A defect stands in a changed line,
or in a line added to the changed ones; `made` gives the edit with it, and the same edit with the
defect on both sides, in lines that the edit then does not touch.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

import wikidiff
from wikidiff.markup.parse import parse
from wikidiff.model import Document, Revision
from wikidiff.rules.passage import MASK, masked

Rng = random.Random
Pair = tuple[str, str]


@dataclass(frozen=True)
class Bad:
    """An edit with a defect; `still` is the same with the defect where the edit does not touch it.

    `facts` are what is known of the edit besides its texts: minor, declared, partial.
    """

    pair: Pair
    still: Pair | None = None
    facts: tuple[tuple[str, object], ...] = ()


Defect = Callable[[str, str, Rng], Bad | None]
_NAMESPACED = re.compile(r"\[\[[^\[\]|\n]*:[^\[\]\n]*\]\]")
_URL = re.compile(r"\[?https?://\S+")
_WORD = re.compile(r"(?<![\w'’-])[^\W\d_]{4,}(?![\w'’-])")
_SENTENCE = "The old harbour was opened by the mayor in the spring of 1956"


def bare(page: str) -> str:
    """Return a page with all that is inside of markup masked: defects go where text is text."""
    nodes = [n for n in parse(page).roots if n.form not in ("quotes", "switch")]
    plain = masked(page, [(node.start, node.end) for node in nodes])
    return masked(plain, [match.span() for match in _URL.finditer(plain)])


def touched(old: str, new: str) -> set[int]:
    """Return the lines of the new text that the edit changed or added, counted from 0."""
    lines = wikidiff.diff(old, new).lines()
    return {
        line.new_line - 1
        for line in lines
        if line.kind in ("changed", "inserted") and line.new_line and line.move is None
    }


def prose(page: str) -> list[int]:
    """Return the lines of a page that hold words outside of markup, counted from 0."""
    lines = page.split("\n")
    return [at for at, text in enumerate(bare(page).split("\n")) if _GAP.search(text) and lines[at]]


_GAP = re.compile(r"(?<=[^\W_]) (?=[^\W_])")
Change = Callable[[str, str, Rng], str | None]
"""(line, the same with its markup masked, chance) -> the line with a defect."""


def in_line(change: Change) -> Defect:
    """Return the defect that changes a line of prose which the edit touches."""

    def defect(old: str, new: str, rng: Rng) -> Bad | None:
        places = sorted(touched(old, new) & set(prose(new)))
        found = _changed(new, places, change, rng)
        return Bad((old, _with(new, *found)), _still(old, new, change, rng)) if found else None

    return defect


def _changed(page: str, places: list[int], change: Change, rng: Rng) -> tuple[int, str] | None:
    """Return one of some lines and what it becomes."""
    lines, plain = page.split("\n"), bare(page).split("\n")
    rng.shuffle(places)
    for at in places:
        made = change(lines[at], plain[at], rng)
        if made is not None:
            return at, made
    return None


def _with(page: str, at: int, made: str) -> str:
    lines = page.split("\n")
    return "\n".join((*lines[:at], made, *lines[at + 1 :]))


def _still(old: str, new: str, change: Change, rng: Rng) -> Pair | None:
    """Return the edit with a defect in a line that both sides have and the edit leaves alone."""
    olds, news = old.split("\n"), new.split("\n")
    left = sorted(set(prose(new)) - touched(old, new))
    left = [at for at in left if olds.count(news[at]) == news.count(news[at]) == 1]
    found = _changed(new, left, change, rng)
    if found is None:
        return None
    at, made = found
    return _with(old, olds.index(news[at]), made), _with(new, at, made)


def words(make: Callable[[str, Rng], str | None]) -> Defect:
    """Return the defect that changes a word of a line."""

    def change(line: str, plain: str, rng: Rng) -> str | None:
        found = list(_WORD.finditer(plain))
        rng.shuffle(found)
        for match in found:
            made = make(match[0], rng)
            if made is not None and made != match[0]:
                return line[: match.start()] + made + line[match.end() :]
        return None

    return in_line(change)


def inserted(*texts: str) -> Defect:
    """Return the defect that puts one of some texts between two words of a line."""

    def change(line: str, plain: str, rng: Rng) -> str | None:
        at = rng.choice([match.start() for match in _GAP.finditer(plain)])
        return f"{line[:at]} {rng.choice(texts)}{line[at:]}"

    return in_line(change)


def below(*texts: str) -> Defect:
    """Return the defect that adds one of some texts as lines under a line of prose."""

    def change(line: str, plain: str, rng: Rng) -> str | None:
        return None if plain.endswith(MASK) else f"{line}\n{rng.choice(texts)}"

    return in_line(change)


_LOOKALIKES = dict(zip("aeopcyxABEKMHOPCTX", "аеорсухАВЕКМНОРСТХ", strict=True))
_ALIKE = _LOOKALIKES | {cyrillic: latin for latin, cyrillic in _LOOKALIKES.items()}


def homoglyph(word: str, rng: Rng) -> str | None:
    """Return a word with one letter of another script that looks like its own."""
    found = [at for at, sign in enumerate(word) if sign in _ALIKE]
    if not found or not re.fullmatch(r"[A-Za-z]+|[А-Яа-я]+", word):
        return None
    at = rng.choice(found)
    return word[:at] + _ALIKE[word[at]] + word[at + 1 :]


def _garbled(word: str, rng: Rng) -> str | None:
    pairs = ["Ã©", "Ã¼", "â€™", "â€œ", "Ã±", "Ã¨", "â€“"]
    return word + rng.choice(pairs) + word if word.isascii() else None


def _inside(sign: str) -> Callable[[str, Rng], str | None]:
    def make(word: str, rng: Rng) -> str | None:
        if not re.fullmatch(r"[A-Za-zА-Яа-я]+", word):
            return None
        at = rng.randrange(1, len(word))
        return word[:at] + sign + word[at:]

    return make


def _decomposed(word: str, rng: Rng) -> str | None:
    if not word.isascii():
        made = unicodedata.normalize("NFD", word)
        return made if made != word else None
    return f"{word}e\u0301"


def _stuck(word: str, rng: Rng) -> str | None:
    if not re.fullmatch(r"[A-Za-zА-Яа-я]+", word):
        return None
    at = rng.randrange(len(word))
    return (
        None if word[at] in "xX" else word[:at] + word[at] * rng.randrange(8, 30) + word[at + 1 :]
    )


def _twice(word: str, rng: Rng) -> str | None:
    if word in ("that", "had"):  # these may stand twice
        return None
    return f"{word} {word}" if word.islower() and word.isalpha() else None


def dangling(old: str, new: str, rng: Rng) -> Bad | None:
    """Rename a heading that is linked to."""
    link, text = "See [[#Quay works]] for more.", "The quay is short."
    before = f"{old}\n{link}\n\n== Quay works ==\n{text}\n"
    return Bad((before, f"{new}\n{link}\n\n== Works on the quay ==\n{text}\n"))


def duplicate(old: str, new: str, rng: Rng) -> Bad | None:
    """Paste a section twice."""
    section = "\n== Quay works ==\nThe quay is short."
    return Bad((old + section, new + section + section), (old + section * 2, new + section * 2))


def blanked_section(old: str, new: str, rng: Rng) -> Bad | None:
    """Empty a section."""
    head, tail = "\n\n== Quay works ==\n", "\n\n== Dates ==\nLate."
    return Bad((f"{old}{head}{_SENTENCE}.{tail}", f"{new}{head}{tail}"))


def no_lead(old: str, new: str, rng: Rng) -> Bad | None:
    """Remove the text above the first heading."""
    rest = "\n\n== Quay works ==\nThe quay is short."
    return Bad((f"{_SENTENCE}, and it has been in use since.{rest}", rest.strip("\n")))


def blank(old: str, new: str, rng: Rng) -> Bad | None:
    """Empty the page."""
    return Bad((old, rng.choice(["", "\n", " \n\n"]))) if old.strip() else None


def unreferenced(old: str, new: str, rng: Rng) -> Bad | None:
    """Take a reference out of a line."""
    places = sorted(touched(old, new) & set(prose(new)))
    if not places:
        return None
    at = rng.choice(places)
    lines = new.split("\n")
    plain = f"{_SENTENCE}. {lines[at]}"
    lines[at] = f"{_SENTENCE}.<ref>Port book</ref> {lines[at]}"
    before = "\n".join(lines)
    lines[at] = plain
    return Bad((before, "\n".join(lines)))


def undefined(old: str, new: str, rng: Rng) -> Bad | None:
    """Remove the definition of a reference that is used."""
    defined, use = '<ref name="zz1">Port book</ref>', '<ref name="zz1" />'
    return Bad(
        (f"{old}\n{_SENTENCE}.{defined}\n\nIt is long.{use}\n", f"{new}\n\nIt is long.{use}\n"),
        (f"{old}\n\nIt is long.{use}\n", f"{new}\n\nIt is long.{use}\n"),
    )


def redefined(old: str, new: str, rng: Rng) -> Bad | None:
    """Define a reference again, unlike before."""
    first, second = '<ref name="zz1">Port book</ref>', '<ref name="zz1">Chart</ref>'
    head = f"\n{_SENTENCE}.{first}\n"
    return Bad(
        (f"{old}{head}", f"{new}{head}\nIt is long.{second}\n"),
        (f"{old}{head}\nIt is long.{second}\n", f"{new}{head}\nIt is long.{second}\n"),
    )


def redirects(old: str, new: str, rng: Rng) -> Bad | None:
    """Make a redirect to two pages."""
    second = rng.choice(["#REDIRECT [[Quay]]", "[[Quay]]"])
    return Bad((old, f"#REDIRECT [[Harbour]] {second}\n"))


def removal(old: str, new: str, rng: Rng) -> Bad | None:
    """Remove most of a page that is no list of links."""
    filler = "\n\n".join(f"{_SENTENCE}, says page {n}." for n in range(40))
    return Bad((f"{filler}\n", f"{_SENTENCE}, says page 0.\n"))


def uncategorised(old: str, new: str, rng: Rng) -> Bad | None:
    """Remove all categories, where no template was added that may hold some."""
    if new.count("{{") > old.count("{{"):
        return None
    before, after = (_NAMESPACED.sub("", page) for page in (old, new))
    return (
        Bad((f"{before}\n[[Category:Quays]]\n[[Category:Piers]]\n", after))
        if after.strip()
        else None
    )


def category_twice(old: str, new: str, rng: Rng) -> Bad | None:
    """Add a category again."""
    one = "\n[[Category:Quays and piers]]"
    return Bad((old + one, new + one + one), (old + one * 2, new + one * 2))


def known(**facts: object) -> Defect:
    """Return the defect that what is told of an edit is not what it does."""

    def defect(old: str, new: str, rng: Rng) -> Bad | None:
        return Bad((old, f"{new}\n{_SENTENCE * 40}"), facts=tuple(facts.items()))

    return defect


DEFECTS: dict[str, Defect] = {
    "W001": inserted("<!-- wikidiff: ignore W401 -->", "<!-- wikidiff: ignore -->"),
    "W101": below("=== Quay works ==", "== Quay works =", "==Quay works==="),
    "W103": below("== ==", "===  ==="),
    "W104": duplicate,
    "W105": dangling,
    "W106": blanked_section,
    "W107": no_lead,
    "W108": blank,
    "W109": below("|-\n| 1956 || 12", "|-\n! Year"),
    "W111": below("== Quay works == It is short.", "=== Quay works === {{Main|Quay}}"),
    "W201": inserted("{{Cite book|title=Quay}", "{{Cite book|title=Quay", "Quay}}", "{Cite|Quay}}"),
    "W202": inserted("[[Quay]", "[[Quay", "Quay]]", "[[Quay|short quay]"),
    "W203": below('{| class="wikitable"\n| 1956 || 12\n', "|}"),
    "W204": inserted("<small>short", "short</div>", "<ref>Port book", "<nowiki>x", "x</ref>"),
    "W205": inserted("<!-- how long?", "<!-- TODO"),
    "W206": inserted("'''quay", "''quay", "quay'''", "quay''"),
    "W211": inserted("[quay](https://example.org/quay)", "[the quay](http://example.org/a?b=c)"),
    "W212": below("## Quay works", "### The quay"),
    "W213": inserted("**quay**", "**short quay**"),
    "W214": inserted("`quay()`", "`short quay`"),
    "W221": below("<<<<<<< HEAD", ">>>>>>> topic"),
    "W222": inserted(
        "'''Bold text'''", "''Italic text''", "[[Link title]]", "[[File:Example.jpg]]"
    ),
    "W223": inserted("♙", ":contentReference[oaicite:3]", "citeturn0search1"),
    "W224": redirects,
    "W225": inserted("<br><br><br>", "<br />\n<br />\n<br />", "<br><br/><br><br>"),
    "W301": unreferenced,
    "W302": undefined,
    "W303": redefined,
    "W305": inserted("<ref></ref>", "<ref> </ref>"),
    "W313": inserted("http//example.org/a", "http://http://example.org", "https:/example.org/a"),
    "W314": inserted("[[https://example.org/quay the quay]]", "[[http://example.org/quay]]"),
    "W315": inserted("[https://example.org/quay|the quay]"),
    "W316": inserted(
        "https://example.org/quay?utm_source=a", "[https://example.org/?a=b&fbclid=c1 quay]"
    ),
    "W317": inserted(
        "http://localhost:8080/quay", "[http://192.168.1.4/ quay]", "file:///C:/q.txt"
    ),
    "W401": words(homoglyph),
    "W402": inserted("\u202eyauq\u202c", "\u2067quay"),
    "W403": words(_inside("\u200b")),
    "W404": inserted("\ue012", "\U000f0001"),
    "W405": inserted("\x08", "\x1b[31m"),
    "W406": words(_garbled),
    "W407": words(_inside("\ufffd")),
    "W408": words(_decomposed),
    "W501": removal,
    "W502": known(partial=True, declared=9999),
    "W503": known(minor=True),
    "W504": known(declared=-77),
    "W505": words(_stuck),
    "W506": words(_twice),
    "W507": below("THIS IS THE LONGEST QUAY THAT THERE HAS EVER BEEN."),
    "W509": uncategorised,
    "W512": category_twice,
}


def document(pair: Pair, language: str | None, facts: dict[str, object]) -> Document:
    """Return the Document of an edit, with what is told of it."""
    made = wikidiff.diff(*pair, language=language, source="page.wiki")
    if not facts:
        return made
    told = Revision(minor=bool(facts.get("minor")))
    changes: dict[str, object] = {"revisions": replace(made.revisions, new=told)}
    if "declared" in facts:
        changes["declared"] = facts["declared"]
    if facts.get("partial"):
        changes["texts"] = None
    return made.replace(**changes)
