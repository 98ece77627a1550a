"""The diff inside of a feed's entry: MediaWiki has put styles in place of its classes.

Source: MediaWiki's FeedUtils::formatDiffRow and applyDiffStyle. The cells of markers keep their
class, and what they show (an attribute since 1.35, text before) tells of the cell that follows; a
new page is shown as its text, line by line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.readers.html_comment import comment_text
from wikidiff.readers.html_events import Feeder, kept_returns
from wikidiff.readers.html_lines import Runs, table_runs, with_empty_text
from wikidiff.readers.html_page import Collector, FinishedError, Page, TooDeepError, TooManyError

_GONE, _COME = frozenset("−-–"), frozenset("+")
_COMMENT = "mw-mf-diff-comment"  # a part of the frame that is kept whole


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry's HTML holds: the runs of a diff table, or the text of a new page."""

    runs: Runs | None
    text: str | None
    comment: str | None
    engine: str | None


def entry_of(markup: str, name: str) -> Entry:
    """Return what is in an entry's HTML; `name` is what messages call the source.

    Raises ReadError where a counted limit is passed.
    """
    collector = Collector()
    styled = _Styled(collector)
    try:
        Feeder(styled).feed(kept_returns(markup), name)
    except FinishedError:
        pass
    except TooDeepError:
        trouble = f"elements stand more than {limits.HTML_DEPTH:,} deep in each other"
        raise ReadError(name, trouble, "take another form of the edit") from None
    except TooManyError:
        trouble = f"more than {limits.HTML_CELLS:,} cells hold lines"
        raise ReadError(name, trouble, "take another form of the edit") from None
    page = collector.page
    frame = page.frames.get(_COMMENT)
    comment = comment_text(frame) if frame else None
    if page.shown or styled.tables:
        engine = _engine_of(page)
        runs = table_runs([shown for shown in page.shown if not shown.cell.inline], engine)
        return Entry(
            with_empty_text(runs) if engine == "wikidiff2" else runs, None, comment, engine
        )
    return Entry(None, "".join(styled.body) if styled.blocks else None, comment, None)


def _engine_of(page: Page) -> str | None:
    """Return the engine by what the styles left: core's PHP gives number cells an id, since 1.23.

    Feeds have had styles in place of all classes but those of numbers and markers since then.
    """
    if "php" in page.signs or "left-number" in page.signs:
        return "php"
    numbered = any(shown.cell.kind == "number" for shown in page.shown)
    return "wikidiff2" if numbered or "diff-empty" in page.signs else None


class _Styled:
    """Gives a page's collector the cells' classes back; keeps the text of a new page."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._marker: list[str] | None = None  # what the cell of a marker that is open shows
        self._next = ""  # the class of the cell that follows
        self._paragraphs = self._inside = 0
        self.tables = self.blocks = 0
        self.body: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "td":
            attributes = self._cell(attributes)
        elif tag == "a" and self._marker is not None:
            self._moved(attributes.get("class", ""))
        elif tag == "p" and not self._paragraphs:
            attributes = {**attributes, "class": _COMMENT}
        self._paragraphs += tag == "p"
        self.tables += tag == "table"
        if self._inside or (tag == "div" and not self.tables and not self.blocks):
            self._inside += 1
            self.blocks += tag == "div"
        self._collector.start(tag, attributes)

    def _cell(self, attributes: Mapping[str, str]) -> Mapping[str, str]:
        names = attributes.get("class", "").split()
        if "diff-marker" in names:
            self._marker = [attributes.get("data-marker", "")]
        elif not names and self._next:
            return {**attributes, "class": self._next}
        return attributes

    def _moved(self, names: str) -> None:
        if self._marker is not None and "mw-diff-movedpara-" in names:
            self._marker.append("−" if "left" in names else "+")

    def end(self, tag: str) -> None:
        self._inside -= bool(self._inside)
        if tag == "td":
            self._next = ""
            if self._marker is not None:
                self._next = _class_of(self._marker)
                self._marker = None
        self._collector.end(tag)

    def data(self, text: str) -> None:
        if self._marker is not None:
            self._marker.append(text)
        elif self._inside:
            self.body.append(text)
        self._collector.data(text)

    def comment(self, text: str) -> None:
        self._collector.comment(text)

    def close(self) -> None:
        self._collector.close()


def _class_of(shown: list[str]) -> str:
    """Return the class of the cell beside a marker, by what the marker shows."""
    signs = {*"".join(shown)}
    if signs & _COME:
        return "diff-addedline"
    return "diff-deletedline" if signs & _GONE else "diff-context"
