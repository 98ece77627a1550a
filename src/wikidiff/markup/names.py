"""The words of wikitext that each content language has its own; English always holds too.

The table is data/languages.jsonl, one language a line, made by tools/namespaces.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache, lru_cache
from pkgutil import get_data
from typing import NamedTuple


def set_of(words: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(words.split())


# Sister projects of Wikipedia and wikis often linked to (Meta-Wiki, "Help:Interwiki linking").
_PROJECTS = set_of(
    "w wikipedia wikt wiktionary n wikinews b wikibooks q wikiquote s wikisource v wikiversity voy "
    "wikivoyage c commons m meta metawikipedia d wikidata species wikispecies mw mediawikiwiki "
    "phab phabricator foundation wmf incubator outreach oldwikisource mul rfc doi gutenberg "
    "translatewiki betawiki bugzilla toollabs toolforge wikimedia wikitech f wikifunctions"
)


class Names(NamedTuple):
    """What a content language calls things; all texts are folded with `fold`, save `image`."""

    category: frozenset[str]
    file: frozenset[str]
    user: frozenset[str]
    namespaces: frozenset[str]
    redirect: frozenset[str]
    switches: frozenset[str]
    words: frozenset[str]
    exact_words: frozenset[str]
    """Magic words as they are written: without a colon their case counts."""
    image: frozenset[str]
    image_forms: tuple[tuple[str, str], ...]
    """What stands before and after the value of an option such as `alt=…` or `…px`."""

    def link_kind(self, target: str) -> str:
        """Return "category", "file" or "wikilink" for a link's target; ":" in front makes it one.

        Other namespaces and other wikis are wikilinks.
        """
        space, colon, _ = target.partition(":")
        if colon:
            folded = fold(space)
            if folded in self.category:
                return "category"
            if folded in self.file:
                return "file"
        return "wikilink"

    def is_user(self, target: str) -> bool:
        """Tell whether a link's target is a user, their talk page or what they did."""
        space, colon, rest = target.removeprefix(":").partition(":")
        if not colon:
            return False
        return fold(space) in self.user or fold(rest.partition("/")[0]) in (
            "contributions",
            "contribs",
        )

    def prefix(self, target: str) -> tuple[str | None, str | None]:
        """Return a wikilink's (interwiki or language prefix, namespace), None where it has none."""
        space, colon, rest = target.removeprefix(":").partition(":")
        if not colon:
            return None, None
        name = fold(space)
        if self.is_namespace(name):
            return None, space.strip()
        if name in _PROJECTS or name in language_codes():
            return name, self.prefix(rest)[1]
        return None, None

    def is_namespace(self, name: str) -> bool:
        """Tell whether a folded name is that of a namespace."""
        return (
            name in self.category
            or name in self.file
            or name in self.user
            or (name in self.namespaces)
        )

    def is_interlanguage(self, target: str) -> bool:
        """Tell whether a link goes to the same page in another language (`[[de:…]]`)."""
        space, colon, _ = target.partition(":")
        return bool(colon) and fold(space) in language_codes()

    def is_image_option(self, part: str) -> bool:
        """Tell whether a part of a file link is an option and not its caption."""
        part = part.strip()
        if part in self.image:
            return True
        return any(
            len(part) > len(head) + len(tail)
            and part.startswith(head)
            and part.endswith(tail)
            and (bool(head) or part[0].isdigit() or part[0] == "x")
            for head, tail in self.image_forms
        )

    def is_word(self, name: str) -> bool:
        """Tell whether a template's name is a magic word or a parser function's (without colon)."""
        return name.startswith("#") or fold(name) in self.words


def fold(name: str) -> str:
    """Return a name as MediaWiki compares it: spaces for underscores, no case."""
    return _kept(name) if len(name) <= _LONGEST else _folded(name)


_LONGEST = 255  # of a page's title in MediaWiki, in bytes: longer ones are not kept


@lru_cache(maxsize=4_096)
def _kept(name: str) -> str:
    return _folded(name)


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).lower()


@cache
def of(language: str | None) -> Names:
    """Return the names of a content language's code with those of its fallbacks and of English."""
    merged: dict[str, list[str]] = {}
    waiting, seen = [(language or "en").lower().replace("_", "-")], set[str]()
    if _line(waiting[0]) is None:
        waiting[0] = waiting[0].partition("-")[0]
    waiting.append("en")
    while waiting:
        code = waiting.pop(0)
        found = None if code in seen else _line(code)
        if found is None:
            continue
        seen.add(code)
        line = json.loads(found)
        waiting += line.pop("fallbacks")
        for meaning, texts in line.items():
            if meaning != "code":
                merged.setdefault(meaning, []).extend(texts)
    return _names(merged)


def _names(words: dict[str, list[str]]) -> Names:
    image = words["image"]
    forms = {tuple(option.split("$1", 1)) for option in image if "$1" in option}

    def folded(texts: Iterable[str]) -> frozenset[str]:
        return frozenset(map(fold, texts))

    return Names(
        folded(words["category"]),
        folded(words["file"]),
        folded(words["user"]),
        folded(words["namespaces"]),
        folded(words["redirect"]),
        folded(words["switches"]),
        folded(words["words"]),
        frozenset(words["words"]),
        frozenset(option for option in image if "$1" not in option),
        tuple(sorted((head, tail) for head, tail in forms)),
    )


def _line(code: str) -> bytes | None:
    """Return a language's line of the table, None where it has none."""
    if not code.isascii() or '"' in code:
        return None
    table = _table()
    start = table.find(b'{"code":"' + code.encode() + b'"')
    return None if start < 0 else table[start : table.find(b"\n", start)]


@cache
def _table() -> bytes:
    """Return a line of JSON for each language: one page needs two of hundreds."""
    return get_data("wikidiff.markup", "data/languages.jsonl") or b""


@cache
def language_codes() -> frozenset[str]:
    """Return the language codes that MediaWiki knows, as prefixes of interlanguage links."""
    data = get_data("wikidiff.markup", "data/codes.json") or b""
    return frozenset(json.loads(data)["codes"])
