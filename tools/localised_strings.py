"""Rebuild src/wikidiff/readers/data/localised.json from MediaWiki's translation files.

    python tools/localised_strings.py MEDIAWIKI MOBILEFRONTEND [MOBILEFRONTEND...] > localised.json

MEDIAWIKI is an unpacked MediaWiki (its `languages/i18n` and `languages/messages` are read), each
MOBILEFRONTEND a folder of MobileFrontend's `i18n/*.json`. Several may be given: wordings changed
over the years, and a copied page may be of any of them. A language is written where MobileFrontend
has its words for bytes added and removed; what core lacks comes from the fallback languages, as in
MediaWiki.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

MONTHS = """january february march april may june
july august september october november december"""
SHORT = "jan feb mar apr may jun jul aug sep oct nov dec"
CORE = {
    "difference": ("difference-title",),
    "revision": ("revisionasof", "currentrev-asof"),
    "edit": ("editlink", "viewsourcelink"),
    "neighbours": ("previousdiff", "nextdiff"),
    "minor": ("minoreditletter",),
    "jump": ("jumpto",),
    "menu": ("navigation-heading",),
    "line": ("lineno",),
    "between": ("diff-multi-sameuser", "diff-multi-otherusers", "diff-multi-manyusers"),
}
MOBILE = {
    "added": "bytesadded",
    "removed": "bytesremoved",
    "same": "bytesnochange",
    "changes": "title",
    "anonymous": "anonymous",
}
OTHER_CALENDAR = re.compile(r"x(?![gkon])|xkr")  # Persian, Hebrew, Hijri, Japanese eras
PLURAL = re.compile(r"\{\{PLURAL:\$1\|([^{}]*)\}\}")


def read_json(path: Path) -> dict[str, str]:
    """Return a translation file's messages, {} where there is none."""
    if not path.exists():
        return {}
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return {key: text for key, text in loaded.items() if isinstance(text, str)}


def expand(message: str) -> list[str]:
    """Return every wording that a message's PLURAL choices allow, the same choice throughout."""
    choices = [found[1].split("|") for found in PLURAL.finditer(message)]
    wordings = []
    for nth in range(max([len(forms) for forms in choices], default=1)):
        pieces = PLURAL.split(message)  # text, choices, text, ...
        pieces[1::2] = [_choose(forms, nth) for forms in choices]
        wordings.append("".join(pieces))
    return list(dict.fromkeys(wordings))


def _choose(forms: list[str], nth: int) -> str:
    """Return the form of that number, the last where there are fewer, without a leading "1="."""
    return re.sub(r"^\d+=", "", forms[min(nth, len(forms) - 1)])


def clean(message: str) -> str:
    """Return a message as text: no tags, no character references."""
    return re.sub(r"<[^>]*>", "", message).replace("&#32;", " ").replace("&nbsp;", "\u00a0")


class Core:
    """MediaWiki's own messages, date formats and fallback languages."""

    def __init__(self, root: Path) -> None:
        self.root = root / "languages"

    def php(self, code: str) -> str:
        """Return the language's MessagesXx.php, empty where there is none."""
        path = self.root / "messages" / f"Messages{code[0].upper()}{code[1:].replace('-', '_')}.php"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def chain(self, code: str) -> list[str]:
        """Return a language and its fallbacks, English last."""
        found = re.search(r"^\$fallback = '([^']*)'", self.php(code), re.M)
        names = [name.strip() for name in found[1].split(",")] if found else []
        return list(dict.fromkeys([code, *names, "en"]))

    def message(self, code: str, key: str) -> str | None:
        """Return a message of the language or of the first fallback that has it."""
        for name in self.chain(code):
            if text := read_json(self.root / "i18n" / f"{name}.json").get(key):
                return clean(text)
        return None

    def dates(self, code: str) -> list[str]:
        """Return the Gregorian, Thai and Minguo formats of dates, in MediaWiki's notation."""
        formats: list[str] = []
        for name in self.chain(code):
            found = re.search(r"^\$dateFormats = \[(.*?)^\];", self.php(name), re.S | re.M)
            pairs = re.findall(r"'[^']* (date|both)'\s*=> '([^']*)'", found[1] if found else "")
            formats += [form for _, form in pairs if not OTHER_CALENDAR.search(form)]
        return list(dict.fromkeys(formats))

    def months(self, code: str) -> list[list[str]]:
        """Return each month's names: alone, in a date, short."""
        return [
            list(
                dict.fromkeys(self.message(code, key) or "" for key in (name, f"{name}-gen", abbr))
            )
            for name, abbr in zip(MONTHS.split(), SHORT.split(), strict=True)
        ]


def language(core: Core, code: str, mobile: list[dict[str, str]]) -> dict[str, object]:
    """Return all that the reader has to know of one language."""

    def words(key: str) -> list[str]:
        texts = [messages[key] for messages in mobile if key in messages]
        return list(dict.fromkeys(clean(form) for text in texts for form in expand(text)))

    entry: dict[str, object] = {
        name: words(f"mobile-frontend-diffview-{key}") for name, key in MOBILE.items()
    }
    entry["no_comment"] = words("mobile-frontend-changeslist-nocomment")
    entry["edits"] = words("mobile-frontend-diffview-editcount")
    for name, keys in CORE.items():
        entry[name] = [text for key in keys if (text := core.message(code, key))]
    entry["months"] = core.months(code)
    entry["dates"] = core.dates(code)
    return entry


def main(mediawiki: str, *folders: str) -> None:
    """Print the data file; English first, then by code."""
    core = Core(Path(mediawiki))
    codes = {path.stem for folder in folders for path in Path(folder).glob("*.json")} - {"qqq"}
    data: dict[str, object] = {
        "source": "MediaWiki core (languages/) and MobileFrontend (i18n/), "
        "made by tools/localised_strings.py"
    }
    for code in sorted(codes, key=lambda code: (code != "en", code)):
        mobile = [read_json(Path(folder) / f"{code}.json") for folder in folders]
        if any("mobile-frontend-diffview-bytesadded" in messages for messages in mobile):
            data[code] = language(core, code, mobile)
    print(json.dumps(data, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
