"""`wikidiff check --fix`: certain repairs as a patch, or made in files."""

from __future__ import annotations

import difflib
from pathlib import Path

from wikidiff.cli import configuration, given, output
from wikidiff.errors import WikidiffError
from wikidiff.findings import Checked
from wikidiff.model import Document


def fix(result: Checked, document: Document, choices: given.Choices, *, write: bool) -> bool:
    """Print a patch of an edit's new text, or write it back; tell whether anything was to fix.

    Raises WikidiffError for --write where the new text is no file of its own.
    """
    from wikidiff.rules.fix import fixed

    fixes = [finding.fix for finding in result.findings if finding.fix]
    if document.texts is None or not fixes:
        return False
    text = document.texts[1]
    made = fixed(text, fixes)
    if not write:
        output.write_utf8(_patch(result.path, text, made))
        return made != text
    path = _file(result.path, document, choices)
    data = path.read_bytes()
    if data != text.encode("utf-8", "surrogatepass"):
        raise WikidiffError(str(path), "is not what was checked", "check it again")
    configuration.write(str(path), made)
    return True


def _file(path: str, document: Document, choices: given.Choices) -> Path:
    """Return the file that the new text is; raises WikidiffError where it is none."""
    reader = document.source.reader
    if reader == "wikitext-pair" and choices.git is None and path != "standard input":
        return Path(path)
    if reader == "git" and choices.git == "" and not choices.staged:
        return _top() / path
    raise WikidiffError(path, "is no file that can be repaired", "leave --write away for a patch")


def _top() -> Path:
    """Return the folder that the paths of a repository begin at."""
    here = Path.cwd()
    return next((f for f in (here, *here.parents) if (f / ".git").exists()), here)


def _patch(path: str, old: str, new: str) -> str:
    """Return a unified diff that `git apply` and `patch -p1` take."""
    lines = difflib.unified_diff(
        _lines(old), _lines(new), f"a/{path.lstrip('/')}", f"b/{path.lstrip('/')}", lineterm="\n"
    )
    ended = (
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
    return "".join(ended)


def _lines(text: str) -> list[str]:
    """Return lines with their line feeds; nothing else ends a line."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
