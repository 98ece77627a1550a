"""The JSON Schema of a Document."""

from __future__ import annotations

from importlib.resources import files


def schema_text() -> str:
    """Return the schema (draft 2020-12) as JSON text with one final newline."""
    return files("wikidiff.report").joinpath("document.schema.json").read_text("utf-8")
