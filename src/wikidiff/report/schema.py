"""The JSON Schemas of a Document, of findings, and of histories."""

from __future__ import annotations

from importlib.resources import files


def schema_text(of: str = "document") -> str:
    """Return a schema (draft 2020-12) as JSON text with one final newline.

    `of` is "document", "findings", "log" or "blame".
    """
    return files("wikidiff.report").joinpath(f"{of}.schema.json").read_text("utf-8")
