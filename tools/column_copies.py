"""Copy the diff pages of edits from a real wiki with a real browser, for `tools/columns.py`.

    python tools/column_copies.py PAIRS.jsonl... --out COPIES.jsonl [--language en] [--engine php]

Each line of a pair file is a JSON object with `page`, `old` and `new`. The wiki is Debian's
MediaWiki with wikidiff2, in the language given and with English menus, the browser a headless
Chromium (tests/mediawiki.py and tests/chromium.py): some 0.5 seconds a page. Each line written has
`page`, `copied`, what pasting the whole page gave, and `sides`, "-", "+" or "=" for each cell of
the table that holds a line, by the cells' classes in the page itself.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import mediawiki
from chromium import Chromium

EXTENSIONS = ("Cite", "ParserFunctions", "Poem")
SETTINGS = "".join(f'wfLoadExtension( "{name}" );\n' for name in EXTENSIONS) + (
    '$wgHooks["UserGetLanguageObject"][] = function ( $user, &$code, $page ) { $code = "en"; };\n'
)
SIDES = """[...document.querySelectorAll('table.diff td')].map(cell =>
    /diff-context/.test(cell.className) ? '=' : /diff-deletedline/.test(cell.className) ? '-' :
    /diff-addedline/.test(cell.className) ? '+' : '').join('')"""
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Wiki(mediawiki.MediaWiki):
    """A wiki in some language that has the given pages."""

    def __init__(self, folder: Path, language: str, pages: dict[str, mediawiki.History]) -> None:
        self._pages = pages
        self.language = language
        self.settings = mediawiki.SETTINGS + SETTINGS
        super().__init__(folder)

    def _import(self) -> None:
        self.add(self._pages)


def main() -> None:
    """Copy the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--language", default="en")
    parser.add_argument("--engine", choices=["wikidiff2", "php"], default="wikidiff2")
    asked = parser.parse_args()
    lines = [line for path in asked.pairs for line in path.read_text("utf-8").split("\n") if line]
    edits = [
        edit for edit in map(json.loads, lines) if not _NOT_XML.search(edit["old"] + edit["new"])
    ]
    titles = {f"Sample {n}": edit for n, edit in enumerate(edits)}
    pages = {
        title: mediawiki.History((edit["old"], edit["new"]), minor=False)
        for title, edit in titles.items()
    }
    with tempfile.TemporaryDirectory() as folder, asked.out.open("w", encoding="utf-8") as out:
        wiki = Wiki(Path(folder) / "wiki", asked.language, pages)
        browser = Chromium(Path(folder) / "browser")
        for title, edit in titles.items():
            old, new = wiki.ids(title)
            url = f"{wiki.url}/index.php?diff={new}&oldid={old}&testengine={asked.engine}"
            copied = browser.copied(url)
            browser.open(url)
            made = {"page": edit["page"], "copied": copied, "sides": browser.value(SIDES)}
            out.write(json.dumps(made, ensure_ascii=False) + "\n")
        browser.stop()
        wiki.stop()


if __name__ == "__main__":
    main()
