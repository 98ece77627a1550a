"""One edit as a row of a table: what `batch` writes and what runs on a cluster.

`pairing` makes edits of whole histories, `row` compares one and tells it in columns.
"""

from __future__ import annotations

from wikidiff.edits.edit import Bad, Edit, row

__all__ = ["Bad", "Edit", "row"]
