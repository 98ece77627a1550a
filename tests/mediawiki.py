"""A real wiki on loopback: Debian's MediaWiki with SQLite and wikidiff2, and a history of ours.

`php -S` serves it. MobileFrontend is not packaged, so this wiki serves no mobile diff pages.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from wikidiff.readers import Input, mobile_text

HOME = Path("/usr/share/mediawiki")
MODULES = ("pdo_sqlite", "mbstring", "xml", "intl", "wikidiff2")
SAMPLES = Path(__file__).parent.parent / "samples"
SETTINGS = """
$wgArticlePath = "/index.php/$1";
$wgExportAllowHistory = true;
$wgFeedDiffCutoff = 1000000;
$wgFeedCacheTimeout = 0;
$wgJobRunRate = 0;
$wgRCMaxAge = 100 * 365 * 86400;
if ( ( $_GET['testengine'] ?? '' ) === 'php' ) { $wgDiffEngine = 'php'; }
"""


def missing() -> str | None:
    """Return what is not installed here, None where nothing is missing."""
    php = shutil.which("php")
    if php is None:
        return "no php: apt-get install php-cli"
    if not (HOME / "maintenance" / "install.php").is_file():
        return "no MediaWiki: apt-get install mediawiki"
    have = subprocess.run([php, "-m"], capture_output=True, text=True, check=True).stdout.split()
    lacking = [name for name in MODULES if name not in have]
    return f"php lacks {', '.join(lacking)}" if lacking else None


LEAD = "The '''Quarry''' is one.\n\n== Stone ==\nGrey stone, cut by hand.\n\nSome was sold.\n"
LONG = "A paragraph of a dozen words that is long enough to count as moved, says the wiki.\n"
EDITS = {
    "Words": (LEAD, LEAD.replace("Grey stone", "Blue [[stone]]").replace("sold", "given away")),
    "Headings": (
        "a\n== One ==\nb\n=== Two ===\nc\n== Three ==\nd\n",
        "a\n== One and a half ==\nb\n== Two ==\nc\n== Three ==\nd\n== Four ==\ne\n",
    ),
    "Moved": (
        f"{LONG}\none\n\ntwo\n\nthree\n\nfour\n",
        f"one\n\ntwo\n\nthree\n\nfour\n\n{LONG.replace('dozen', 'dozen or so')}",
    ),
    "Markup": (
        "<ins>kept</ins> &lt;b&gt; & \"quotes\" 'too'\n{{a|b=<!-- c -->}}\n<del>x</del>\n",
        "<ins>kept</ins> &lt;i&gt; & \"quotes\" 'too'\n{{a|b=<!-- d -->}}\n<del>x y</del>\n",
    ),
    "Spaces": (
        "two  spaces\n\ttab\n lead\ntrail \nno\u00a0break\nlast\n",
        "two  spaces here\n\ttab too\n lead\ntrail  \nno\u00a0break \nlast\n",
    ),
    "Blank lines": ("a\n\nb\n\n\nc\nd\n", "a\nb\n\nc\n\n\nd\n"),
    "Blanked": ("a line\nanother", ""),
    "Filled": ("", "a line\nanother"),
    "End of the text": ("a\nb", "a\nb\n"),
    "Scripts": ("шлюз и 水 ปลา 👩‍🌾\n", "шлюзы и 火 ปลาดุก 👩‍🌾👨‍🌾\n"),
    "Split": (
        "One sentence of some length stands here. Another of its kind stands after it.\n",
        "One sentence of some length stands here.\n\nAnother of its kind stands after it.\n",
    ),
    "Table": ("{|\n! a !! b\n|-\n| 1 || 2\n|}\n", "{|\n! a !! b\n|-\n| 1 || 3\n|-\n| 4 || 5\n|}\n"),
}
"""Pages of our own writing: the old and the new text."""


@dataclass(frozen=True)
class History:
    """A page of the wiki: its texts from the first revision on, and the second one's head."""

    texts: tuple[str, ...]
    time: str = "2021-05-05T10:01:07Z"
    minor: bool = True


def edits() -> dict[str, tuple[str, str]]:
    """Return title and the first two texts of every page of the wiki."""
    return {title: history.texts[:2] for title, history in histories().items()}  # type: ignore[misc]


@functools.cache
def histories() -> dict[str, History]:
    """Return the wiki's pages; those of which a copied page is among the samples go on after it."""
    made = {title: History(texts) for title, texts in EDITS.items()}
    for path in sorted(SAMPLES.glob("*.old.wiki")):
        pair = (path, path.with_name(path.name.replace(".old.", ".new.")))
        old, new = (one.read_bytes().decode() for one in pair)
        page = path.with_name(path.name.replace(".old.wiki", ".txt"))
        if not page.is_file():
            made[path.name.partition(".")[0].capitalize()] = History((old, new))
            continue
        meta = mobile_text.read(Input(page.name, page.read_bytes())).meta
        told = meta.revisions.new
        texts = (old, new, f"{new}\nA later line.\n", new)
        made[meta.page.title] = History(texts, f"{told.timestamp}:07Z", bool(told.minor))
    return made


def export(pages: dict[str, History]) -> bytes:
    """Return an XML export of pages with their revisions' texts."""
    root = ET.Element("mediawiki", version="0.11", attrib={"xml:lang": "en"})
    number = 0
    for title, history in pages.items():
        page = ET.SubElement(root, "page")
        ET.SubElement(page, "title").text = title
        ET.SubElement(page, "ns").text = "0"
        second = datetime.fromisoformat(history.time)
        for nth, text in enumerate(history.texts):
            number += 1
            revision = ET.SubElement(page, "revision")
            ET.SubElement(revision, "id").text = str(number)
            time = second + timedelta(hours=nth - 1)
            ET.SubElement(revision, "timestamp").text = f"{time:%Y-%m-%dT%H:%M:%SZ}"
            who = ET.SubElement(revision, "contributor")
            ET.SubElement(who, "ip").text = f"192.0.2.{nth + 1}"
            if nth and history.minor:
                ET.SubElement(revision, "minor")
            ET.SubElement(revision, "comment").text = f"/* Stone */ edit {nth} of [[{title}]]"
            ET.SubElement(revision, "model").text = "wikitext"
            ET.SubElement(revision, "format").text = "text/x-wiki"
            ET.SubElement(revision, "text", {"xml:space": "preserve"}).text = text
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


class MediaWiki:
    """The wiki; `url` is its address. It runs until `stop`."""

    language = "en"
    settings = SETTINGS

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {**os.environ, "PHP_CLI_SERVER_WORKERS": "3"}
        self._install()
        self._import()
        self._server = subprocess.Popen(
            ["php", "-S", f"127.0.0.1:{port}", "-t", str(HOME)],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait()

    def _php(self, script: str, *arguments: str, data: bytes = b"") -> bytes:
        command = ["php", str(HOME / "maintenance" / script), *arguments]
        made = subprocess.run(
            command, input=data, capture_output=True, env=self._environment, check=False
        )
        assert made.returncode == 0, (made.stdout + made.stderr).decode()
        return made.stdout

    def _install(self) -> None:
        place = str(self._folder)
        database = ("--dbtype", "sqlite", "--dbpath", f"{place}/data")
        where = ("--server", self.url, "--scriptpath", "", "--confpath", place)
        secret = ("--pass", "a lantern on every stair")
        speech = ("--lang", self.language)
        self._php("install.php", *database, *where, *secret, *speech, "A test's wiki", "Warden")
        settings = self._folder / "LocalSettings.php"
        with settings.open("a", encoding="utf-8") as file:
            file.write(self.settings)
        self._environment["MW_CONFIG_FILE"] = str(settings)

    def add(self, pages: dict[str, History]) -> None:
        """Put pages into the wiki."""
        self._php("importDump.php", "--no-updates", data=export(pages))

    def _import(self) -> None:
        self.add(histories())
        self._php("rebuildrecentchanges.php")

    def _wait(self) -> None:
        for _ in range(100):
            try:
                self.get("api.php?action=query&format=json")
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the wiki does not answer")

    def get(self, path: str, data: dict[str, str] | None = None) -> bytes:
        """Return what stands at a path below the wiki's address; with `data` by POST."""
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url}/{path}", body, timeout=60) as answer:
            return answer.read()

    @functools.cache  # noqa: B019 - one wiki, as long as the tests run
    def ids(self, title: str) -> tuple[int, int]:
        """Return the ids of a page's first two revisions."""
        query = {"action": "query", "prop": "revisions", "rvlimit": "9", "rvprop": "ids"}
        query |= {"titles": title, "format": "json", "formatversion": "2"}
        found = json.loads(self.get(f"api.php?{urllib.parse.urlencode(query)}"))
        *_, new, old = (one["revid"] for one in found["query"]["pages"][0]["revisions"])
        return old, new

    def dump(self, *options: str) -> bytes:
        """Return what the wiki's own dumpBackup.php writes to standard output."""
        return self._php("dumpBackup.php", "--quiet", *options)

    def stop(self) -> None:
        """End the server and its workers."""
        os.killpg(self._server.pid, signal.SIGTERM)
        self._server.wait()
