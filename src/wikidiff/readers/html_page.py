"""One pass over an HTML page: the shown lines of its diff and the parts of its frame."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.readers import html_roles as roles
from wikidiff.readers.base import Input
from wikidiff.readers.html_cut import Cut, cut, enough, footer_address
from wikidiff.readers.html_element import Element
from wikidiff.readers.html_events import Feeder, kept_returns

Parts = list[str]
"""Marks ("=", "-", "+") and texts in turn; BORDER and "" where an element of marked text begins."""

BORDER = "|"

_CACHE_KEY = re.compile(r"diff cache key \S{0,300}?:?diff:(?:([a-z][a-z0-9]{0,30}):)?1\.\d")
_CONFLICT = re.compile(r"<textarea\b[^<>]{0,400}\bwpTextbox2\b")


@dataclass(slots=True)
class Shown:
    """A cell or block as the page shows it.

    `row` is the place of the table's row on the page, `comments` are those of a number cell, `name`
    and `link` the anchors of a move.
    """

    cell: roles.Cell
    row: int
    parts: Parts = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    name: str = ""
    link: str = ""


@dataclass(slots=True)
class Page:
    """What one pass has found; `frames` by class or id.

    `head` is the page's markup up to its diff, `footer` the address it was printed from, `signs`
    what was seen besides (`roles.SIGNS`, the engine of the cache key, "table", "several", "inline",
    "left-number", "sided", "article"). `reason` says why the page is not a diff page, empty where
    it may be one.
    """

    shown: list[Shown] = field(default_factory=list)
    frames: dict[str, Element] = field(default_factory=dict)
    signs: set[str] = field(default_factory=set)
    language: str | None = None
    head: str = ""
    footer: str = ""
    reason: str = ""

    @property
    def inline(self) -> bool:
        """Whether the diff is an inline one."""
        return "inline" in self.signs or any(shown.cell.inline for shown in self.shown)

    @property
    def mobile(self) -> bool:
        """Whether the frame is that of Special:MobileDiff."""
        return "mw-mf-minidiff" in self.signs or "mw-mf-diff-info" in self.frames


class TooDeepError(Exception):
    """Elements stand deeper in each other than the limit."""


class TooManyError(Exception):
    """More lines are shown than the limit."""


class FinishedError(Exception):
    """The diff has ended: what follows is not looked at."""


_OUT, _SKIP, _CELL, _FRAME, _TOOLS = range(5)
_LAST_MOBILE = "mw-mf-userinfo"


class Collector:
    """Takes the events. One region is open at a time: an article, a cell or a part of the frame."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Be as at the start of a page."""
        self.page = Page()
        self.depth = self.until = self.row = self.mute = self.table = self.tools = 0
        self.mode = _OUT
        self.mark = "="
        self.held = self.done = False  # of a cell's inner <div>: it began, it ended
        self.link = ""
        self.open: list[Element] = []
        self.size = 0
        self.cell = Shown(roles.Cell("number"), 0)
        self.put = self.cell.parts.extend

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take a start tag."""
        self.depth = depth = self.depth + 1
        if depth > limits.HTML_DEPTH:
            raise TooDeepError
        mode = self.mode
        if mode in (_SKIP, _TOOLS):
            return
        if mode == _CELL:
            self._start_in_cell(tag, attributes)
        elif mode == _FRAME:
            self._start_in_frame(tag, attributes)
        elif tag == "tr":
            self.row += 1
            self.link = ""
            if attributes and self.page.language is None:  # a bare table: its title row tells
                self.page.language = attributes.get("lang")
        elif attributes:
            self._start_outside(tag, attributes)

    def _start_outside(self, tag: str, attributes: Mapping[str, str]) -> None:
        names = attributes.get("class", "")
        if "id" in attributes:
            names = f"{names} {attributes['id']}"
        plan = roles.plan(tag, names)
        if plan is None:
            if tag == "html":
                self.page.language = attributes.get("lang")
        elif plan.cell:
            self._open_cell(plan.cell, names)
        elif plan.article:
            self.mode, self.until = _SKIP, self.depth
            self.page.signs.add("article")
        elif plan.frame and plan.frame not in self.page.frames:
            self._open_frame(plan.frame, tag, attributes)
        elif plan.signs:
            self._note(plan.signs, attributes)

    def _open_cell(self, cell: roles.Cell, names: str) -> None:
        page = self.page
        if len(page.shown) >= limits.HTML_CELLS:
            raise TooManyError
        if "diff-side-" in names:
            page.signs.add("sided")
        if cell.kind == "number" and "mw-diff-left-l" in names:
            page.signs.add("left-number")
        self.cell = shown = Shown(cell, self.row, link=self.link)
        page.shown.append(shown)
        self.put = shown.parts.extend
        self.mode, self.until, self.mark, self.mute = _CELL, self.depth, "=", 0
        self.held = self.done = False
        self.link = ""

    def _open_frame(self, name: str, tag: str, attributes: Mapping[str, str]) -> None:
        opened = Element(tag, attributes)
        self.page.frames[name] = opened
        self.open = [opened]
        self.mode, self.until = _FRAME, self.depth

    def _note(self, signs: frozenset[str], attributes: Mapping[str, str]) -> None:
        """Take what single elements say."""
        self.page.signs |= signs
        if "move" in signs:
            self.link = attributes.get("href", "").partition("#")[2]
        elif "table" in signs and not self.table:
            self.table = self.depth

    def _start_in_cell(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in ("del", "ins"):
            self.mark = "-" if tag == "del" else "+"
            self.put((BORDER, ""))
        elif tag == "a":
            self.cell.name = self.cell.name or attributes.get("name", "")
            if "mw-diff-movedpara-" in attributes.get("class", "") and not self.mute:
                self.cell.link = attributes.get("href", "").partition("#")[2]
                self.mute = self.depth
        elif tag == "div" and not self.cell.cell.inline:
            if not self.held:
                self.cell.parts.clear()
            self.held = True
        elif tag == "span":
            self._start_span(attributes.get("class", ""))

    def _start_span(self, names: str) -> None:
        if "diffchange" in names:
            self.mark = "-" if self.cell.cell.side == "old" else "+"  # as pages before 2013 have it
        elif "mw-inline-diff-newline" in names:  # a paragraph was split here (wikidiff2 1.14)
            self.put((BORDER, "", "+", "\n", BORDER, ""))

    def _start_in_frame(self, tag: str, attributes: Mapping[str, str]) -> None:
        if attributes and attributes.get("class") in roles.TOOLS:
            self.mode, self.tools = _TOOLS, self.depth
            return
        self.size += 1
        opened = Element(tag, attributes)
        if self.size <= limits.HTML_FRAME:
            self.open[-1].children.append(opened)
            for outer in self.open:
                outer.below.append(opened)
        self.open.append(opened)

    def end(self, tag: str) -> None:
        """Take an end tag."""
        depth = self.depth
        self.depth = depth - 1
        if self.mode == _OUT:
            if depth == self.table and not self.page.mobile:
                raise FinishedError
        elif depth == self.until:
            if self.mode == _FRAME and self.open[0].has(_LAST_MOBILE):
                raise FinishedError
            self.mode = _OUT
        elif self.mode == _CELL:
            if tag in ("ins", "del", "span"):
                self.mark = "="
            elif tag == "div" and self.held:
                self.done = True
            if depth == self.mute:
                self.mute = 0
        elif self.mode == _FRAME:
            self.open.pop()
        elif self.mode == _TOOLS and depth == self.tools:
            self.mode = _FRAME

    def data(self, text: str) -> None:
        """Take text."""
        mode = self.mode
        if mode == _CELL:
            if not self.mute and not self.done:
                self.put((self.mark, text))
        elif mode == _FRAME and self.size <= limits.HTML_FRAME:
            self.size += 1
            self.open[-1].children.append(text)

    def comment(self, text: str) -> None:
        """Take a comment: line numbers or the cache key."""
        if self.mode == _CELL:
            if self.cell.cell.kind == "number":
                self.cell.comments.append(text)
        elif self.mode == _OUT and (found := _CACHE_KEY.search(text[: limits.HEADER_CHARS])):
            self.page.signs.add(found[1] or "php")
            if text.rstrip().endswith(":inline"):
                self.page.signs.add("inline")

    def close(self) -> None:
        """Take the end of the page."""


_local = threading.local()  # a parser and its collector for each thread
_pages: WeakKeyDictionary[Input, Page] = WeakKeyDictionary()


def page_of(source: Input) -> Page:
    """Return what a source holds of a diff page; parsed once, however many readers ask.

    Raises ReadError where a counted limit is passed.
    """
    page = _pages.get(source)
    if page is None:
        page = _pages[source] = _read(source)
    return page


def _read(source: Input) -> Page:
    text = source.text
    found = cut(text)
    if isinstance(found, str):
        return Page(reason=found)
    page = parsed(text[found.start :], source.name)
    page.head = text[: min(found.first, limits.HTML_HEAD)]
    page.language = found.language or page.language
    page.footer = footer_address(text)
    page.reason = _not_a_diff(page, text, found)
    return page


def parsed(markup: str, name: str) -> Page:
    """Return what a page or a part of one holds of a diff, up to the end of its first table.

    Raises ReadError where a counted limit is passed; `name` is what the message calls the source.
    """
    if not hasattr(_local, "feeder"):
        _local.collector = Collector()
        _local.feeder = Feeder(_local.collector)
    collector: Collector = _local.collector
    collector.reset()
    page = collector.page
    markup = kept_returns(markup)
    try:
        _local.feeder.feed(markup, name, enough(markup))
    except FinishedError:
        pass
    except TooDeepError:
        trouble = f"elements stand more than {limits.HTML_DEPTH:,} deep in each other"
        raise ReadError(name, trouble, _CUT) from None
    except TooManyError:
        trouble = f"more than {limits.HTML_CELLS:,} cells hold lines"
        raise ReadError(name, trouble, _CUT) from None
    finally:
        collector.reset()  # so that nothing of the page is kept
    return page


_CUT = "cut out the diff table"


def _not_a_diff(page: Page, text: str, found: Cut) -> str:
    if "wpTextbox2" in text and _CONFLICT.search(text):
        return "an edit conflict, not two revisions"
    if page.shown or page.mobile or not roles.TITLES.isdisjoint(page.frames):
        if found.tables > 1 and not page.mobile:
            page.signs.add("several")
        return ""
    if "article" in page.signs:
        return "no diff but what the article's own text shows"
    return "no line of a MediaWiki diff"
