"""The JSON Schemas of a Document and of findings."""

from __future__ import annotations

from importlib.resources import files


def schema_text(of: str = "document") -> str:
    """Return a schema (draft 2020-12) as JSON text with one final newline.

    `of` is "document" or "findings".
    """
    return files("wikidiff.report").joinpath(f"{of}.schema.json").read_text("utf-8")
