"""Many edits in several processes; results come in the order of the edits."""

from __future__ import annotations

from wikidiff.batch.checking import Task, checked

__all__ = ["Task", "checked"]
