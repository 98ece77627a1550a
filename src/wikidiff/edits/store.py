"""The texts of a page's history so far, each as what differs from the one before it.

Most edits change little, so that a history takes little more than its first text; what memory is
not for goes to a temporary file. Any revision's text can be had again, since its child may come
long after it.
"""

from __future__ import annotations

from array import array
from tempfile import SpooledTemporaryFile

from wikidiff import limits, text

_WHOLE = 64
"""Texts from one that is stored whole to the next: so many are put together to have one again."""

_GONE = -1


class TextStore:
    """Texts by the ids of their revisions; None for one that cannot be had.

    Offsets and lengths are bytes of the file, the shared start and end code points.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(limits.HISTORY_BYTES)  # noqa: SIM115 - closed by close()
        self.clear()

    def clear(self) -> None:
        """Forget all texts: another page begins."""
        self._file.seek(0)
        self._file.truncate()
        self._end = 0
        self._last = ""
        self._ids, self._offsets, self._lengths = array("q"), array("q"), array("q")
        self._starts, self._ends = array("q"), array("q")

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def __contains__(self, revision: int) -> bool:
        return revision in self._ids

    def add(self, revision: int, content: str | None) -> None:
        """Take a revision's text."""
        if len(self._ids) % _WHOLE == 0:
            self._last = ""
        start, end, length = 0, 0, _GONE
        if content is not None:
            start = text.common_prefix(self._last, content)
            least = min(len(self._last), len(content)) - start
            end = text.common_suffix(self._last, content, least) if least else 0
            data = content[start : len(content) - end].encode("utf-8", "surrogatepass")
            length = len(data)
            self._file.write(data)
            self._last = content
        for column, value in (
            (self._ids, revision),
            (self._offsets, self._end),
            (self._lengths, length),
            (self._starts, start),
            (self._ends, end),
        ):
            column.append(value)
        self._end += max(length, 0)

    def get(self, revision: int) -> str | None:
        """Return a revision's text, None where it was none; raises ValueError where it is not here.

        Where an id stands twice the first counts.
        """
        at = self._ids.index(revision)
        if self._lengths[at] == _GONE:
            return None
        content = ""
        for place in range(at - at % _WHOLE, at + 1):
            if self._lengths[place] != _GONE:
                content = self._text(place, content)
        self._file.seek(self._end)
        return content

    def _text(self, place: int, before: str) -> str:
        self._file.seek(self._offsets[place])
        middle = self._file.read(self._lengths[place]).decode("utf-8", "surrogatepass")
        end = self._ends[place]
        return before[: self._starts[place]] + middle + (before[-end:] if end else "")
