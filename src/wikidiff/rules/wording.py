"""W505 to W512: what an edit does to words, categories and notices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wikidiff.markup.names import Names, set_of
from wikidiff.rules.base import Hit, edit_rule, text_rule
from wikidiff.rules.edit import Edit, Side

_RUN = re.compile(r"([^\W\d_])\1{5,}|([!?])\2{4,}|([,;@&])\3{4,}")
_HEX = re.compile(r"(?:0[xX])?[0-9A-Fa-f]+$|[xX]+$")
_CAPITALS = re.compile(r"(?<!\S)[^\W\d_]{2,}(?=[,.;:!?]*(?:\s|$))")
_TWICE = re.compile(r"(?<![\w'’=/&?.:-])([^\W\d_]{2,}) \1(?![\w'’-])")
_REDUPLICATING = set_of(
    "af ban bcl bjn bug ceb fil gor haw hi id ilo jv km ko lo map-bms mad mg mi min ms my nia pag "
    "pam rmy sm su sw ta te tet th tl to tr ty vi war yo zh ja hak cdo"
)
"""Languages in which doubling a word is grammar."""

_MAY_REPEAT = {
    "en": set_of("had that is so very bye ha no yes bla blah"),
    "de": set_of("die der das dem den sie wir ihr mit"),
    "nl": set_of("die dat ze en"),
    "fr": set_of("nous vous"),
    "da": set_of("der det"),
    "sv": set_of("de som"),
}
_NOTICES = (
    r"(?i:pp(?:-.*)?|protected?|semi-?protected?|unreferenced.*|refimprove.*|more citations needed"
    r"|citation needed|fact|cn|cleanup.*|pov|npov.*|disputed.*|notability|advert|copyvio.*|hoax"
    r"|db-.*|delete|deletion|prod|afd.*|article for deletion.*|proposed deletion.*)"
)


@text_rule("W505", "repeated-characters")
def repeated_characters(side: Side) -> Iterator[Hit]:
    """A letter or sign stands many times in a row.

    A key got stuck, or somebody tried whether they can edit. Digits, `x` and hexadecimal numbers
    are not told.

    Old:
        The mole is long.
    Bad:
        The mole is looooooooong.
    Good:
        The mole is very long.
    """
    text = side.touched
    if not any(sign * 5 in text for sign in set(text) if sign.isalpha() or sign in "!?,;@&"):
        return
    for span in side.find(_RUN, "prose"):
        if not _HEX.match(_word(span.passage.source, span.start, span.end)):
            yield side.hit(span, f"“{span.match[0][0]}” stands {len(span.match[0])} times in a row")


def _word(text: str, start: int, end: int) -> str:
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


@text_rule("W506", "repeated-word")
def repeated_word(side: Side) -> Iterator[Hit]:
    """A word stands twice in a row.

    Words that may stand twice in the page's language (“had had”) and names are not told, nor
    languages in which doubling is grammar.

    Old:
        The mole is long.
    Bad:
        The the mole is long and and old.
    Good:
        The mole is long and old.
    """
    language = (side.language or "en").partition("-")[0]
    if language in _REDUPLICATING:
        return
    allowed = _MAY_REPEAT.get(language, frozenset())
    for span in side.find(_TWICE, "prose"):
        word = span.match[1]
        if word.islower() and word not in allowed and word.isalpha():
            yield side.hit(span, f"“{word}” stands twice")


@text_rule("W507", "all-capitals", "info")
def all_capitals(side: Side, *, least_words: int = 6) -> Iterator[Hit]:
    """A line of prose is in capitals.

    On the net that is shouting. Headings, templates and short lines are not told.

    Options:
        least_words: words that the line must have

    Old:
        The mole is long.
    Bad:
        THIS MOLE IS THE LONGEST MOLE THAT THERE HAS EVER BEEN.
    Good:
        This mole is the longest that there has ever been.
    """
    if not any(line.isupper() for line in side.lines):
        return
    for passage in side.passages:
        text = passage.prose
        for start, end in side.spans(passage):
            line = text[start:end]
            if not line.isupper() or line[0] in "=|!{" or "_" in line:
                continue
            words = _CAPITALS.findall(line)
            if len(words) >= least_words and all(word.isupper() for word in words):
                yield Hit(side.place(passage, start, end), "a line in capitals", "capitals")


@edit_rule("W508", "number-changed", "info", default=False)
def number_changed(edit: Edit) -> Iterator[Hit]:
    """Numbers changed and nothing else did.

    It is how a page is falsified without anybody's noticing, and how figures are kept up to date.
    For patrollers: off by default.

    Old:
        The mole was built in 1956 and is 400 metres long.
    Bad:
        The mole was built in 1965 and is 400 metres long.
    Good:
        The mole was built in 1956, they say, and is 400 metres long.
    """
    changes = edit.changes
    if not changes or any(
        change.kind != "text" or change.action != "changed" for change in changes
    ):
        return
    if any(change.detail["class"] != "numbers" for change in changes):
        return
    for change in changes:
        pairs = ", ".join(f"{old} → {new}" for old, new in change.detail["numbers"])
        yield Hit(edit.place(change), f"only numbers changed: {pairs}", str(change.new))


@edit_rule("W509", "categories-wiped")
def categories_wiped(edit: Edit, *, least: int = 2) -> Iterator[Hit]:
    """All categories of the page were removed.

    Nobody finds the page by them any more. It is not told of pages that were blanked, became a
    redirect, or got a template, which may hold categories.

    Options:
        least: categories that the page must have had

    Old:
        The mole is long.
        [[Category:Ports]]
        [[Category:Moles]]
    Bad:
        The mole is long.
    Good:
        The mole is long.
        [[Category:Ports]]
    """
    yield from _wiped(edit, "category", least, "categories")


@edit_rule("W510", "languages-wiped", "info", default=False)
def languages_wiped(edit: Edit, *, least: int = 2) -> Iterator[Hit]:
    """All links to the page in other languages were removed.

    On wikis that keep these links in a central place it is right, so the rule is off by default.

    Options:
        least: links that the page must have had

    Old:
        The mole is long.
        [[de:Mole]]
        [[fr:Môle]]
    Bad:
        The mole is long.
    Good:
        The mole is long.
        [[de:Mole]]
    """
    yield from _wiped(edit, "language", least, "links to other languages")


def _wiped(edit: Edit, kind: str, least: int, what: str) -> Iterator[Hit]:
    texts = edit.document.texts
    if texts is None or not links_of(edit.old.touched, edit.names, kind):
        return
    if not texts[1].strip():
        return
    if any(change.kind in _MAY_HOLD and change.action == "added" for change in edit.changes):
        return  # a redirect needs none, and a template may put the page into them
    old = links_of(texts[0], edit.names, kind)
    if len(old) >= least and not links_of(texts[1], edit.names, kind):
        start, end, _ = old[0]
        message = f"all {len(old)} {what} were removed"
        yield Hit(edit.old.page_place(start, end), message, kind)


_MAY_HOLD = ("redirect", "template")
_LINK = re.compile(r"\[\[([^\[\]|{}<>\n]{1,255}?)(?:\|[^\[\]\n]*)?\]\]")


def links_of(page: str, names: Names, kind: str) -> Sequence[tuple[int, int, str]]:
    """Return a page's categories or links to other languages: (start, end, target)."""
    found = ((m.start(), m.end(), m[1].strip()) for m in _LINK.finditer(page) if ":" in m[1])
    if kind == "language":
        return [item for item in found if names.is_interlanguage(item[2])]
    return [item for item in found if names.link_kind(item[2]) == "category"]


@edit_rule("W511", "notice-removed", "info", default=False)
def notice_removed(edit: Edit, *, templates: tuple[str, ...] = (_NOTICES,)) -> Iterator[Hit]:
    """A template that protects the page or asks for its repair was removed.

    Ignore it where the repair was made. Which templates these are depends on the wiki, so the rule
    is off by default; without the option it knows common English ones.

    Options:
        templates: names as regular expressions

    Old:
        {{Unreferenced}}
        The mole is long.
    Bad:
        The mole is long.
    Good:
        {{Unreferenced}}
        The mole is very long.
    """
    patterns = [re.compile(pattern) for pattern in templates]
    for change in edit.changes:
        if change.kind == "template" and change.action == "removed":
            name = change.detail["old"]["name"]
            if any(pattern.fullmatch(name) for pattern in patterns):
                yield Hit(edit.place(change), f"template “{name}” was removed", name)


@text_rule("W512", "category-duplicate", local=False, fixable=True, signs=("[[",))
def category_duplicate(side: Side) -> Iterator[Hit]:
    """A category stands on the page twice.

    The second one says nothing, or gives another sort key than the first and wins.

    Old:
        The mole is long.
        [[Category:Ports]]
    Bad:
        The mole is long.
        [[Category:Ports]]
        [[Category:Ports]]
    Good:
        The mole is long.
        [[Category:Ports]]
        [[Category:Moles]]
    """
    if side.page is None or not links_of(side.edit.new.touched, side.names, "category"):
        return
    seen: dict[str, str] = {}
    for start, end, target in links_of(side.page, side.names, "category"):
        name = target.partition(":")[2].strip().replace("_", " ")
        name = name[:1].upper() + name[1:]
        whole = side.page[start:end]
        if name not in seen:
            seen[name] = whole
            continue
        place = side.page_place(start, end)
        alone = place.text.strip() == whole and whole.partition("|")[2] in (
            "",
            seen[name].partition("|")[2],
        )
        message = f"category “{name}” stands on the page twice"
        yield Hit(place, message, name, fix="" if alone else None, drops_line=alone)
