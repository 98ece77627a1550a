"""A real browser, driven as a person would: open a page, select all, copy, paste."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome")


def missing() -> str | None:
    """Return what is not installed here, None where nothing is missing."""
    if any(map(shutil.which, NAMES)):
        return None
    return "no Chromium: apt-get install chromium"


class Chromium:
    """A headless browser with one tab, spoken to by the DevTools protocol."""

    def __init__(self, folder: Path) -> None:
        program = next(filter(None, map(shutil.which, NAMES)))
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"]
        options += ["--remote-debugging-port=0", f"--user-data-dir={folder}", "--no-proxy-server"]
        options += ["--disable-dev-shm-usage", "--disable-background-networking"]
        self._process = subprocess.Popen(
            [program, *options, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._numbers = itertools.count(1)
        port = self._port(folder / "DevToolsActivePort")
        self._tab = websocket.create_connection(
            self._address(port), timeout=60, suppress_origin=True, http_no_proxy=["127.0.0.1"]
        )
        self.ask("Page.enable")

    def _port(self, file: Path) -> int:
        for _ in range(300):
            if file.is_file() and (lines := file.read_text().split("\n"))[0]:
                return int(lines[0])
            time.sleep(0.1)
        raise AssertionError("the browser does not start")

    def _address(self, port: int) -> str:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/json/list", timeout=60) as answer:
            tabs = json.load(answer)
        return next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the result of one command."""
        number = next(self._numbers)
        self._tab.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._tab.recv())
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def open(self, url: str) -> None:
        """Open a page and wait until it has loaded."""
        self.ask("Page.navigate", url=url)
        for _ in range(600):
            if self.value(f"document.readyState + ' ' + (location.href === {json.dumps(url)})") == (
                "complete true"
            ):
                return
            time.sleep(0.1)
        raise AssertionError(f"{url} does not load")

    def value(self, script: str) -> Any:
        """Return what an expression is on the page."""
        return self.ask("Runtime.evaluate", expression=script)["result"].get("value")

    def key(self, letter: str, command: str) -> None:
        """Press Ctrl and a letter, which does an editing command."""
        key = {"key": letter, "code": f"Key{letter.upper()}", "modifiers": 2}
        code = {"windowsVirtualKeyCode": ord(letter.upper())}
        self.ask("Input.dispatchKeyEvent", type="rawKeyDown", **key, **code, commands=[command])
        self.ask("Input.dispatchKeyEvent", type="keyUp", **key, **code)

    def copied(self, url: str) -> str:
        """Return what a person gets who selects a whole page, copies, and pastes it as text."""
        self.open(url)
        self.key("a", "selectAll")
        self.key("c", "copy")
        self.open("data:text/html,<textarea id=t></textarea>")
        self.value("document.getElementById('t').focus()")
        self.key("v", "paste")
        return str(self.value("document.getElementById('t').value"))

    def shown(self, url: str) -> str:
        """Return the text of a page as it is rendered."""
        self.open(url)
        return str(self.value("document.body.innerText"))

    def saved(self, url: str) -> str:
        """Return a page as the browser saves it as a single file (MHTML)."""
        self.open(url)
        return str(self.ask("Page.captureSnapshot", format="mhtml")["data"])

    def stop(self) -> None:
        """Close the browser."""
        self._tab.close()
        self._process.terminate()
        self._process.wait()
