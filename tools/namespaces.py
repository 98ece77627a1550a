"""Build src/wikidiff/markup/data/: the words of wikitext that every content language has its own.

    python tools/namespaces.py MEDIAWIKI

MEDIAWIKI is an unpacked MediaWiki (any version; the tables in the repository were made from
1.39.17). Read are languages/messages/Messages*.php (`$namespaceNames`, `$namespaceAliases`,
`$namespaceGenderAliases`, `$magicWords`, `$fallback`) and includes/languages/data/Names.php (the
language codes). A language's line holds its own words and names its fallback languages; English
words are on the line `en` and hold everywhere. Nothing but names is taken over.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

DATA = Path(__file__).parent.parent / "src/wikidiff/markup/data"
NAMESPACES = {
    "NS_CATEGORY": "category",
    "NS_FILE": "file",
    "NS_USER": "user",
    "NS_USER_TALK": "user",
}
STRING = r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\""
NOT_WORDS = ("defaultsort_", "displaytitle_", "pagesincategory_", "url_", "rawsuffix")
Words = dict[str, list[str]]


def main(root: Path) -> None:
    """Write both tables."""
    version = re.search(r"'MW_VERSION', '([^']+)'", (root / "includes/Defines.php").read_text())
    source = f"MediaWiki {version[1] if version else '?'}, languages/messages/Messages*.php"
    raw = {}
    for path in sorted((root / "languages/messages").glob("Messages*.php")):
        code = path.stem.removeprefix("Messages").lower().replace("_", "-")
        raw[code] = _read(path.read_text(encoding="utf-8"))
    lines = [json.dumps({"source": source})]
    english = _words(raw, "en")
    for code in sorted(raw):
        made = english if code == "en" else _less(_words(raw, code), english)
        fallbacks = [other for other in raw[code][1] if other != "en"]
        if made or fallbacks:
            line = {"code": code, "fallbacks": fallbacks, **made}
            lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
    (DATA / "languages.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    names = (root / "includes/languages/data/Names.php").read_text(encoding="utf-8")
    codes = sorted(set(re.findall(r"^\t\t'([a-z][a-z-]+)' =>", names, re.M)))
    made = {"source": source.split(",")[0] + ", includes/languages/data/Names.php", "codes": codes}
    (DATA / "codes.json").write_text(json.dumps(made, indent=0) + "\n", encoding="utf-8")
    print(f"{len(lines) - 1} languages, {len(codes)} codes")


def _read(php: str) -> tuple[Words, list[str]]:
    """Return a file's own words by what they mean, and its fallback languages."""
    words: Words = {}
    for block, in_key in (
        ("namespaceNames", False),
        ("namespaceAliases", True),
        ("namespaceGenderAliases", False),
    ):
        for entry in _entries(php, block):
            space = re.search(r"NS_[A-Z_]+", entry)
            if not space:
                continue
            texts = _strings(entry)
            meaning = NAMESPACES.get(space[0])
            if meaning:
                words.setdefault(meaning, []).extend(texts[:1] if in_key else texts)
            elif space[0] not in ("NS_MEDIA", "NS_MAIN"):
                words.setdefault("namespaces", []).extend(texts[:1] if in_key else texts)
            else:
                words.setdefault("file", []).extend(texts[:1] if in_key else texts)
    for entry in _entries(php, "magicWords"):
        texts = _strings(entry)
        if len(texts) > 1:
            _add_magic(words, texts[0], texts[1:])
    fallback = re.search(r"\$fallback = '([^']*)'", php)
    return words, [code.strip() for code in fallback[1].split(",")] if fallback else []


def _add_magic(words: Words, name: str, texts: list[str]) -> None:
    texts = texts[1:] if texts[0] in ("0", "1") else texts
    if name == "redirect":
        words.setdefault("redirect", []).extend(texts)
    elif name.startswith("img_"):
        words.setdefault("image", []).extend(texts)
    elif any(text.startswith("__") for text in texts):
        words.setdefault("switches", []).extend(texts)
    elif not name.startswith(NOT_WORDS):
        words.setdefault("words", []).extend(text.rstrip(":") for text in texts)


def _entries(php: str, block: str) -> list[str]:
    """Return the `key => value` entries of a PHP array, comments taken out."""
    found = re.search(rf"^\${block} = (?:\[|array\()(.*?)^(?:\]|\));", php, re.S | re.M)
    if not found:
        return []
    body = re.sub(r"^\s*(?:#|//)[^\n]*$|/\*.*?\*/", "", found[1], flags=re.S | re.M)
    token = re.compile(rf"{STRING}|NS_[A-Z_]+|\d+|=>|[\[\](),]|array")
    entries, depth, start = [], 0, 0
    for match in token.finditer(body):
        if match[0] in "[(":
            depth += 1
        elif match[0] in "])":
            depth -= 1
        elif match[0] == "," and not depth:
            entries.append(body[start : match.start()])
            start = match.end()
    return [entry for entry in [*entries, body[start:]] if "=>" in entry]


def _strings(entry: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", a or b) for a, b in re.findall(STRING, entry)]


def _words(raw: dict[str, tuple[Words, list[str]]], code: str) -> Words:
    """Return a language's own words, sorted; in names of pages an underscore is a space."""
    made: Words = {}
    for meaning, texts in sorted(raw[code][0].items()):
        if meaning not in ("switches", "words"):
            texts = [text.replace("_", " ") for text in texts]
        made[meaning] = sorted({text for text in texts if text and "{{" not in text})
    return made


def _less(words: Words, english: Words) -> Words:
    kept = {name: [t for t in ts if t not in english[name]] for name, ts in words.items()}
    return {name: texts for name, texts in kept.items() if texts}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
