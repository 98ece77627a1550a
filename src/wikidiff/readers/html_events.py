"""HTML to events: the one place that knows lxml.

libxml2's tokenizer follows the HTML standard; its events are taken as they come and no tree is
made. A tree costs time that grows with the square of a tag's attributes, and an HTML5 tree
builder's grows with the square of the nesting as well: events are linear in the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from wikidiff.errors import ReadError


class Target(Protocol):
    """What takes the events: tags by name in lower case, void elements with their end as well."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take a start tag."""
        ...

    def end(self, tag: str) -> None:
        """Take an end tag; one that the page leaves out comes as well."""
        ...

    def data(self, text: str) -> None:
        """Take a piece of text, character references resolved."""
        ...

    def comment(self, text: str) -> None:
        """Take a comment's text."""
        ...

    def close(self) -> None:
        """Take the end of the page."""
        ...


class Feeder:
    """A parser for one target, for page after page: to make one takes as long as a small page."""

    def __init__(self, target: Target) -> None:
        from lxml import etree

        self._parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True)

    def feed(self, markup: str, name: str, enough: int = 0) -> None:
        """Send a page's events to the target; what that raises comes through.

        libxml2 goes on to the end of what it was given when a target has raised: so the markup is
        given up to the offset `enough` first, where the target may well have all that it wants, and
        the rest only if it has not. Raises ReadError where the parser stops before the end; `name`
        is what the message calls it.
        """
        if not markup or markup.isspace():
            return
        first = markup[:enough] or markup
        self._parser.feed(first.encode("utf-8", "surrogatepass"))
        if len(first) < len(markup):
            self._parser.feed(markup[enough:].encode("utf-8", "surrogatepass"))
        self._parser.close()
        for entry in self._parser.feed_error_log:
            if entry.level_name == "FATAL":
                trouble = f"cannot be parsed past line {entry.line}: {entry.message.strip()}"
                raise ReadError(name, trouble, "cut out the diff table")


def kept_returns(markup: str) -> str:
    """Return the page with line feeds as line ends, carriage returns of its text as references.

    A parser takes CR LF and CR for line ends (HTML standard, "Preprocessing the input stream"), but
    wikitext may hold a CR. Where every line ends in CR LF, that is how the page was saved.
    """
    if "\r" not in markup:
        return markup
    if markup.count("\r\n") == markup.count("\n"):
        markup = markup.replace("\r\n", "\n")
    return markup.replace("\r", "&#13;")
