"""Very long lines, very many lines: every form is read, or refused with the limit named."""

from __future__ import annotations

import html
import json

import pytest
import reader_cases

import wikidiff
from wikidiff import ReadError, limits

HEAD = (reader_cases.CASES / "desktop_clip" / "edited_put_in_taken_out.txt").read_text("utf-8")
HEAD = HEAD.partition("counted)\n")[0] + "counted)\n \n"
ARTICLE = "Latest revision as of 10:00, 5 March 2019\nThe article.\n"
LINE = '<td colspan="2" class="diff-lineno">Line 1:</td>'


def cell(text, kind, side):
    return f'<td class="diff-{kind} diff-side-{side}"><div>{html.escape(text)}</div></td>'


def table_rows(rows):
    made = [f"<tr>{LINE * 2}</tr>"]
    for old, new in rows:
        kinds = ("context",) * 2 if old == new else ("deletedline", "addedline")
        shown = html.escape(new).replace("!", "<ins>!</ins>")
        after = cell("", kinds[1], "added").replace("<div>", f"<div>{shown}")
        made.append(f"<tr>{cell(old, kinds[0], 'deleted')}{after}</tr>")
    return "".join(made)


def rest(rows):
    made, at = [], 0
    for number, (old, new) in enumerate(rows, 1):
        entry = {"type": 0, "lineNumber": number, "text": new, "offset": {"from": at, "to": at}}
        if old != new:
            size = len(old.encode())
            entry |= {"type": 3, "highlightRanges": [{"start": size, "length": 1, "type": 0}]}
        made.append(entry)
        at += len(new.encode()) + 1
    return json.dumps({"from": {"sections": []}, "to": {"sections": []}, "diff": made})


def query(rows):
    texts = ("\n".join(row[side] for row in rows) for side in (0, 1))
    found = [
        {"revid": n, "timestamp": f"2021-05-0{n}T00:00:00Z", "slots": {"main": {"content": text}}}
        for n, text in enumerate(texts, 1)
    ]
    return json.dumps({"query": {"pages": [{"title": "A", "revisions": found}]}})


def patch(rows):
    count = len(rows)
    lines = (f" {a}\n" if a == b else f"-{a}\n+{b}\n" for a, b in rows)
    return f"--- a\n+++ b\n@@ -1,{count} +1,{count} @@\n{''.join(lines)}"


def feed(rows):
    table = f"<p></p><table>{table_rows(rows)}</table>"
    return f"<feed><entry><title>A</title><summary>{html.escape(table)}</summary></entry></feed>"


def inline_blocks(rows):
    made = ['<div class="mw-diff-inline-header"><!-- LINES 1,1 --></div>']
    for old, new in rows:
        kind = "context" if old == new else "changed"
        shown = html.escape(new).replace("!", "<ins>!</ins>")
        made.append(f'<div class="mw-diff-inline-{kind}">{shown}</div>')
    return "".join(made)


def export(rows):
    texts = ("\n".join(row[side] for row in rows) for side in (0, 1))
    revisions = (
        f"<revision><id>{n}</id><timestamp>2021-05-0{n}T00:00:00Z</timestamp>"
        f'<text xml:space="preserve">{html.escape(text)}</text></revision>'
        for n, text in enumerate(texts, 1)
    )
    return f"<mediawiki><page><title>A</title><ns>0</ns>{''.join(revisions)}</page></mediawiki>"


FORMS = {
    "desktop-html": lambda rows: f'<table class="diff">{table_rows(rows)}</table>',
    "inline-html": lambda rows: (
        f'<table class="diff diff-type-inline"><tr><td colspan="4">{inline_blocks(rows)}</td></tr>'
        "</table>"
    ),
    "mobile-html": lambda rows: (
        f'<html><body><div id="mw-mf-diffview"><div id="mw-mf-diff-info"></div>'
        f'<div id="mw-mf-minidiff">{inline_blocks(rows)}</div></div></body></html>'
    ),
    "export-xml": export,
    "compare-json": lambda rows: json.dumps({"compare": {"body": table_rows(rows)}}),
    "rest-json": rest,
    "query-json": query,
    "unified-diff": patch,
    "feed": feed,
    "desktop-text": lambda rows: (
        "Line 1:\tLine 1:\n" + "".join(f"\t\n{a}\n\t\t\n{b}\n\n" for a, b in rows)
    ),
    "desktop-clip": lambda rows: HEAD + "".join(f"{a}\n{b}\n" for a, b in rows) + ARTICLE,
}
FLAT = {
    "mobile-text": lambda rows: (
        "Changes\n\nLight\n\n1 byte added, 11:30, 28 June 2021\n"
        + "".join(f"{b}\n" for _, b in rows)
    ),
    "inline-text": lambda rows: HEAD + "".join(f"{b}\n" for _, b in rows) + ARTICLE,
}

WORDS = " ".join(f"w{n % 5000}" for n in range(200_000))
LONG = [("above", "above"), (WORDS, WORDS + "!"), ("below", "below")]
MANY = [(f"line {n}", f"line {n}" + "!" * (n % 100 == 50)) for n in range(10_000)]


@pytest.mark.parametrize("form", FORMS)
def test_a_line_of_a_megabyte_is_read(form):
    document = wikidiff.read(FORMS[form](LONG).encode())
    assert document.source.reader == form
    (line,) = [line for line in document.lines() if line.kind != "context"]
    assert (line.old, line.new) == LONG[1]
    assert document.stats.chars_inserted <= len("w4999!")


@pytest.mark.parametrize("form", FORMS)
def test_ten_thousand_lines_are_read(form):
    document = wikidiff.read(FORMS[form](MANY).encode())
    assert document.source.reader == form
    assert document.stats.lines_changed == 100
    assert document.delta.counted == 100


@pytest.mark.parametrize("form", FLAT)
def test_a_copied_page_without_marks_is_refused_above_its_limits(form, monkeypatch):
    monkeypatch.setattr(limits, "FLAT_CHARS", 50)
    with pytest.raises(ReadError, match="characters without marks, more than the 50 allowed"):
        wikidiff.read(FLAT[form](LONG).encode())
    many = FLAT[form](MANY).encode()
    allowed = f"10,000 lines without marks, more than the {limits.FLAT_LINES:,} allowed"
    with pytest.raises(ReadError, match=allowed):
        wikidiff.read(many)
    assert wikidiff.read(FLAT[form](MANY[48:53]).encode()).source.reader == form
