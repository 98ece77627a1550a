"""Diff pages of any size in every form, made of rows of our own."""

from __future__ import annotations

import bz2
import gzip
import html
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import reader_cases


class Row(NamedTuple):
    """A line of a page, on both sides: `gone` was replaced by `came` between `head` and `tail`."""

    head: str
    gone: str = ""
    came: str = ""
    tail: str = ""

    @property
    def old(self) -> str:
        return self.head + self.gone + self.tail

    @property
    def new(self) -> str:
        return self.head + self.came + self.tail

    @property
    def is_context(self) -> bool:
        return self.gone == self.came

    def marked(self, gone: str, came: str) -> str:
        """Return the line with both, each put into a format's marks where it is there."""
        parts = (self.head, gone.format(self.gone), came.format(self.came), self.tail)
        shown = (True, bool(self.gone), bool(self.came), True)
        return "".join(part for part, is_there in zip(parts, shown, strict=True) if is_there)


Rows = Sequence[Row]

COPIED = (reader_cases.CASES / "desktop_clip" / "edited_put_in_taken_out.txt").read_text("utf-8")
HEAD = COPIED.partition("counted)\n")[0] + "counted)\n \n"
ARTICLE = "Latest revision as of 10:00, 5 March 2019\nThe article.\n"
TITLES = (
    '<tr class="diff-title"><td colspan="2"><div id="mw-diff-otitle1"></div></td>'
    '<td colspan="2"><div id="mw-diff-ntitle1"></div></td></tr>'
)


def texts(rows: Rows) -> tuple[str, str]:
    """Return the old and the new text."""
    return "\n".join(row.old for row in rows), "\n".join(row.new for row in rows)


def _escaped(row: Row) -> Row:
    return Row(*map(html.escape, row))


def _cell(text: str, kind: str, side: str) -> str:
    return f'<td class="diff-{kind} diff-side-{side}"><div>{text}</div></td>'


def table_rows(rows: Rows, php: bool = False) -> str:
    """Return the rows of a desktop diff table; core's PHP has an id where its lines are counted."""
    identity = ' id="mw-diff-left-l1"' if php else ""
    lines = ('<td colspan="2"{} class="diff-lineno">Line 1:</td>',) * 2
    made = [f"<tr>{lines[0].format(identity)}{lines[1].format('')}</tr>"]
    mark = '<{0} class="diffchange diffchange-inline">{{}}</{0}>'
    for row in map(_escaped, rows):
        if row.is_context:
            left, right = (_cell(row.old, "context", side) for side in ("deleted", "added"))
        else:
            left = _cell(row.marked(mark.format("del"), ""), "deletedline", "deleted")
            right = _cell(row.marked("", mark.format("ins")), "addedline", "added")
        made.append(f"<tr><td></td>{left}<td></td>{right}</tr>")
    return "".join(made)


def desktop_html(rows: Rows, php: bool = False) -> str:
    """Return a desktop diff table."""
    key = f"<!-- diff cache key wiki:diff:{'php' if php else 'wikidiff2'}:1.12:old-1:rev-2 -->"
    return f'<table class="diff">{TITLES}{table_rows(rows, php)}</table>{key}'


def inline_blocks(rows: Rows) -> str:
    """Return the blocks of an inline diff."""
    made = ['<div class="mw-diff-inline-header"><!-- LINES 1,1 --></div>']
    for row in map(_escaped, rows):
        kind = "context" if row.is_context else "changed"
        shown = row.old if row.is_context else row.marked("<del>{}</del>", "<ins>{}</ins>")
        made.append(f'<div class="mw-diff-inline-{kind}">{shown}</div>')
    return "".join(made)


def inline_html(rows: Rows) -> str:
    """Return the table of a desktop page with an inline diff."""
    cell = f'<tr><td colspan="4">{inline_blocks(rows)}</td></tr>'
    return f'<table class="diff diff-type-inline">{cell}</table>'


def mobile_html(rows: Rows, php: bool = False) -> str:
    """Return a mobile diff page."""
    held = f'<div id="mw-mf-minidiff">{inline_blocks(rows)}</div>' if php else inline_html(rows)
    info = '<div id="mw-mf-diff-info"></div>'
    return f'<html><body><div id="mw-mf-diffview">{info}{held}</div></body></html>'


def compare_json(rows: Rows, version: int) -> str:
    """Return an answer of `action=compare`."""
    return json.dumps({"compare": {"*" if version == 1 else "body": table_rows(rows)}})


def rest_json(rows: Rows) -> str:
    """Return an answer of the REST door."""
    made, at = [], 0
    for number, row in enumerate(rows, 1):
        head, gone, came = (len(part.encode()) for part in row[:3])
        entry = {"type": 0, "lineNumber": number, "text": row.old}
        if not row.is_context:
            ranges = ((head, gone, 1), (head + gone, came, 0))
            entry |= {
                "type": 3,
                "text": row.head + row.gone + row.came + row.tail,
                "highlightRanges": [
                    {"start": start, "length": length, "type": kind}
                    for start, length, kind in ranges
                    if length
                ],
            }
        made.append({**entry, "offset": {"from": at, "to": at}})
        at += len(row.new.encode()) + 1
    return json.dumps({"from": {"sections": []}, "to": {"sections": []}, "diff": made})


def query_json(rows: Rows) -> str:
    """Return two revisions with their content."""
    found = [
        {"revid": n, "timestamp": f"2021-05-0{n}T00:00:00Z", "slots": {"main": {"content": text}}}
        for n, text in enumerate(texts(rows), 1)
    ]
    return json.dumps({"query": {"pages": [{"title": "A", "revisions": found}]}})


def export_xml(rows: Rows) -> str:
    """Return an export of one page with two revisions."""
    revisions = (
        f"<revision><id>{n}</id><timestamp>2021-05-0{n}T00:00:00Z</timestamp>"
        f'<text xml:space="preserve">{html.escape(text)}</text></revision>'
        for n, text in enumerate(texts(rows), 1)
    )
    return f"<mediawiki><page><title>A</title><ns>0</ns>{''.join(revisions)}</page></mediawiki>"


def feed(rows: Rows) -> str:
    """Return an Atom feed with one edit."""
    table = f"<p></p><table>{table_rows(rows)}</table>"
    return f"<feed><entry><title>A</title><summary>{html.escape(table)}</summary></entry></feed>"


def unified_diff(rows: Rows) -> str:
    """Return a patch of one hunk."""
    lines = (f" {row.old}\n" if row.is_context else f"-{row.old}\n+{row.new}\n" for row in rows)
    return f"--- a\n+++ b\n@@ -1,{len(rows)} +1,{len(rows)} @@\n{''.join(lines)}"


def word_diff(rows: Rows, porcelain: bool = False) -> str:
    """Return what `git diff --word-diff` gives."""
    names = "diff --git a/A.wiki b/A.wiki\n--- a/A.wiki\n+++ b/A.wiki\n"
    head = f"{names}@@ -1,{len(rows)} +1,{len(rows)} @@\n"
    if not porcelain:
        return head + "".join(f"{row.marked('[-{}-]', '{{+{}+}}')}\n" for row in rows)
    made = [head]
    for row in rows:
        signed = zip(" -+ ", row, strict=True)
        made += [f"{sign}{part}\n" for sign, part in signed if part] + ["~\n"]
    return "".join(made)


def desktop_text(rows: Rows) -> str:
    """Return a desktop table as rendered text."""
    return "Line 1:\tLine 1:\n" + "".join(f"\t\n{row.old}\n\t\t\n{row.new}\n\n" for row in rows)


def desktop_clip(rows: Rows) -> str:
    """Return a desktop table as copied, with an article that shows nothing of it."""
    return HEAD + "".join(f"{row.old}\n{row.new}\n" for row in rows) + ARTICLE


def _run_together(rows: Rows) -> str:
    return "".join(f"{row.marked('{}', '{}')}\n" for row in rows)


def inline_text(rows: Rows) -> str:
    """Return a desktop page with an inline diff, as copied."""
    return HEAD + _run_together(rows) + ARTICLE


def mobile_text(rows: Rows) -> str:
    """Return a mobile diff page as copied."""
    return "Changes\n\nLight\n\n1 byte added, 11:30, 28 June 2021\n" + _run_together(rows)


MARKED: dict[str, Callable[[Rows], str]] = {
    "desktop-html": desktop_html,
    "desktop-html, php": partial(desktop_html, php=True),
    "inline-html": inline_html,
    "mobile-html": mobile_html,
    "mobile-html, php": partial(mobile_html, php=True),
    "compare-json, 1": partial(compare_json, version=1),
    "compare-json, 2": partial(compare_json, version=2),
    "rest-json": rest_json,
    "query-json": query_json,
    "export-xml": export_xml,
    "feed": feed,
    "unified-diff": unified_diff,
    "unified-diff, words": word_diff,
    "unified-diff, porcelain": partial(word_diff, porcelain=True),
    "desktop-text": desktop_text,
    "desktop-clip": desktop_clip,
}
"""Forms that keep the marks, both columns or both texts: reader, and which form of it."""

FLAT: dict[str, Callable[[Rows], str]] = {"inline-text": inline_text, "mobile-text": mobile_text}
"""Forms whose marks are gone."""

PACKED: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "bzip2": bz2.compress}
"""How an export may be packed, of what the standard library packs."""
