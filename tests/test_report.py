"""`show` as people see it: goldens, and what holds for any Document on any terminal."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from wikidiff.api import diff
from wikidiff.model import (
    Change,
    Document,
    Heading,
    HeadingChange,
    Hunk,
    Line,
    Move,
    Op,
    Page,
    PageWarning,
    Reading,
    ReadingLine,
    Revision,
    Revisions,
    Section,
    SectionSide,
    Source,
)
from wikidiff.report.lines import changed_stretches
from wikidiff.report.rows import Glyphs, Layout
from wikidiff.report.safe import distinct, is_blank, visible
from wikidiff.report.terminal import View, show

TIDES = (
    "High water is about an hour after Dover; at springs the stream past the pier runs to "
    "[-three-]{+four+} knots and sets towards the bar, so that strangers do well to wait for slack "
    "water before they enter, and to keep the beacon in line with the chapel until the pier head "
    "is abeam, where it is deepest."
)
BOATS = "Boats of up to nine metres may lie at the west wall, where the bottom is clean sand."
CRANE = "The old crane stands behind the boathouse."
INNS = "It has two inns and a chapel."
MARKS = re.compile(r"\[-(.*?)-\]|\{\+(.*?)\+\}|([^\[{]+|[\[{])")


def changed(marked: str, **known) -> Line:
    """Return the changed line that a text with marks stands for."""
    old = new = ""
    ops = []
    for gone, come, both in MARKS.findall(marked):
        start = len(old), len(new)
        old, new = old + gone + both, new + come + both
        if gone or come or both:
            ops.append(Op((start[0], len(old)), (start[1], len(new))))
    return Line("changed", old, new, ops=tuple(ops), **known)


def hunk(old: int, new: int, *rows: str) -> Hunk:
    """Return a hunk; each row is a mark (`<1` and `>1` are the ends of a move), then the text."""
    starts, lines = (old, new), []
    for row in rows:
        mark, text = row.split(" ", 1)
        here = {"old_line": old, "new_line": new}
        if mark in ("=", "~"):
            made = changed(text, **here) if mark == "~" else Line("context", text, text, **here)
        elif mark[0] in "-<":
            made = Line("deleted", text, None, old)
        else:
            made = Line("inserted", None, text, None, new)
        if mark[1:]:
            made = replace(made, move=Move(f"m{mark[1:]}", "from" if mark[0] == "<" else "to"))
        old, new = old + (made.old is not None), new + (made.new is not None)
        lines.append(made)
    return Hunk(tuple(lines), *starts)


def section(status: str, old: str | None, new: str | None, *hunks: Hunk) -> Section:
    """Return a section; a side is its heading with equal signs, "" for the lead, None for none."""
    sides = []
    for heading in (old, new):
        level = len(heading or "") - len((heading or "").lstrip("="))
        words = heading.strip("= ") if heading else None
        sides.append(None if heading is None else SectionSide(words, level))
    return Section(status, *sides, hunks)


def pair() -> Document:
    """Two whole texts: sections of every status, a move, blanks that differ, other scripts."""
    harbour, pier = "== Harbour ==", "== Harbour and pier =="
    lead = hunk(3, 3, f"= {INNS}", "= The lifeboat station was founded in 1871.")
    first = hunk(
        *(5, 5, "~ == Harbour {+and pier +}==", "~ The harbour dries {+out +}at low water."),
        *(f"<1 {BOATS}", f"<2 {CRANE}", "~ A pilot is [-not needed-]{+needed at night+}."),
        "- The old crane was sold for scrap.",
    )
    tides = hunk(11, 8, "~ [-====-]{+==+} Tides [-====-]{+==+}", f"~ {TIDES}")
    fares = hunk(30, 27, "~ Fares:[- -]{+\u00a0+}5\tshillings{+ +}.", "= ")
    names = hunk(
        *(32, 29, "= == Names ==", "~ 港の名前は{+とても+}古い。{+⚓😀+}"),
        *(f">1 {BOATS}", f">2 {CRANE}"),
    )
    sources = hunk(34, 33, "+ == Sources ==", "+ * ''Pilot of the East Coast'', 1902", "= ")
    return Document(
        Source("saltby.old saltby.new", "wikitext-pair", "wikidiff"),
        (
            section("unchanged", "", "", lead),
            section("renamed", harbour, pier, first),
            section("changed", "==== Tides ====", "== Tides ==", tides, fares),
            section("moved", "== Names ==", "== Names ==", names),
            section("added", None, "== Sources ==", sources),
        ),
        (
            HeadingChange(Heading("Harbour", 2), Heading("Harbour and pier", 2), ("renamed",)),
            HeadingChange(Heading("Tides", 4), Heading("Tides", 2), ("level",)),
            HeadingChange(Heading("Names", 2), Heading("Names", 2), ("moved",)),
            HeadingChange(None, Heading("Sources", 2), ("added",)),
            HeadingChange(Heading("Scrap", 3), None, ("removed",)),
        ),
        Page("Saltby"),
        Revisions(Revision(size=1_996), Revision(size=2_043)),
        declared=47,
        sections_unchanged=3,
    )


def flattened() -> Document:
    """A page whose marks are gone: one heading certain, one in three readings."""
    first = changed("[-====-]{+==+} Boats [-and herring ====-]{+==+}", shown=1)
    second = changed(
        "[-====-]{+== What is+} the bar[-, and pilots====-]{+? ==+}", shown=3, certain=False
    )
    other = "== What is the bar, and pilots? =="
    prose = "The bar moves with every gale from the north-east, and no chart of it can be trusted. "
    inn = "Ask at the inn."
    barked = "Nets were barked twice a year."
    before = Hunk((Line("context", prose * 3, prose * 3, shown=0),))
    boats = Hunk((first, Line("context", barked, barked, shown=2)))
    bar = Hunk((second, Line("deleted", inn, None, shown=4, certain=False)))
    sure = ReadingLine(1, (first.old,), (first.new,))
    gone, kept = ReadingLine(4, (inn,), ()), ReadingLine(4, (inn,), (inn,))
    shown_here = (sure, ReadingLine(3, (second.old,), (second.new,)), gone)
    split = ReadingLine(3, (second.old,), ("== What is", "", "the bar? =="))
    why = "The closing signs of the new headings stand inside the old ones."
    readings = (
        Reading(0.62, -38, 3, (why, "Few words moved."), shown_here),
        Reading(
            0.254, -10, -25, ("It keeps more words.",),
            (sure, ReadingLine(3, (second.old,), (other,)), kept),
        ),
        Reading(0.004, -37, 2, (), (sure, split, gone)),
    )  # fmt: skip
    titles = (
        ("==== Boats and herring ====", "== Boats =="),
        ("====the bar, and pilots====", "== What is the bar? =="),
    )
    return Document(
        Source("saltby.txt", "mobile-text", "php-inline", "en", "flattened"),
        (
            Section("unchanged", SectionSide(None, None), SectionSide(None, None), (before,)),
            section("renamed", *titles[0], boats),
            section("renamed", *titles[1], bar),
        ),
        (
            HeadingChange(
                Heading("Boats and herring", 4), Heading("Boats", 2), ("renamed", "level")
            ),
            HeadingChange(
                Heading("the bar, and pilots", 4),
                Heading("What is the bar?", 2),
                ("renamed", "level"),
                certain=False,
            ),
        ),
        Page("Boats of Saltby"),
        Revisions(new=Revision(timestamp="2021-09-21T03:23", minor=True)),
        declared=-35,
        readings=readings,
        warnings=(PageWarning("delta-unexplained", "+3 bytes are not in the shown lines."),),
    )


def numberless() -> Document:
    """A page with everything known of the revisions, and no line numbers."""
    moved = "The ferry to Teal leaves from the pier."
    lead = Hunk((Line("context", "a", "a"), changed("[-two-]{+three+} inns"), *_context("b", 2)))
    rest = Hunk((Line("deleted", moved, None, move=Move("m1", "from")), Line("context", "", "")))
    inside = Hunk(
        (
            Line("inserted", None, moved, move=Move("m1", "to")),
            changed("It runs in [-May-]{+June+}.", move=Move("m2", "to")),
        )
    )
    not_shown = SectionSide(None, None)
    return Document(
        Source("compare.json", "compare-json", "wikidiff2", "en", "spaces"),
        (
            Section("changed", not_shown, not_shown, (lead, rest)),
            Section("changed", not_shown, not_shown, (inside,)),
        ),
        page=Page("Saltby", "https://wiki.example/Saltby"),
        revisions=Revisions(
            Revision(101, "2024-02-29T23:59:59Z", "Ada", "first draft", False, 4_000),
            Revision(102, "2024-03-01T00:00:01Z", "Ben", "/* Inns */ one more", True, 4_006),
        ),
        declared=6,
        find_changes=lambda _: (CHANGES, ()),
    )


def _context(text: str, count: int) -> list[Line]:
    return [Line("context", text, text)] * count


CHANGES = (
    Change("heading", "changed", "both", "Inns", "Three inns", 0),
    Change("link", "added", "new", None, "[[Teal]]", 5),
    Change("link", "changed", "both", "[[Inn]]", "[[Inn|inns]]", 1),
    Change("template", "removed", "old", "{{stub}}", None, 1),
    *(Change("ref", "added", "new", None, f"<ref>{n}</ref>", 1) for n in range(12)),
)

EVIL = "\x1b]8;;https://e.example\x07\u202e\x9b2J[bold][/]\r\u2028\u200b"


def evil() -> Document:
    """A page that attacks in every field."""
    lines = (
        changed(f"[-old-]{{+new+}} {EVIL}", old_line=1, new_line=1),
        Line("inserted", None, EVIL, new_line=2, certain=False),
        Line("deleted", EVIL, None, old_line=2, move=Move(EVIL, "from")),
        Line("context", EVIL, EVIL, old_line=3, new_line=3),
    )
    side = SectionSide(EVIL, 2)
    revision = Revision(1, EVIL, EVIL, EVIL, True, 1)
    reading = ReadingLine(0, (EVIL,), (f"{EVIL}x",))
    return Document(
        Source(EVIL, EVIL, EVIL, EVIL, "flattened"),
        (Section("renamed", side, side, (Hunk(lines, 1, 1),)),),
        (HeadingChange(Heading(EVIL, 2), Heading(f"{EVIL}x", 3), ("renamed", "level")),),
        Page(EVIL, EVIL),
        Revisions(revision, revision),
        5,
        (
            Reading(0.5, 1, 4, (EVIL,), (replace(reading, new=(EVIL, EVIL)),)),
            Reading(0.4, 1, 4, (EVIL,), (reading,)),
        ),
        (PageWarning(EVIL, EVIL),),
        find_changes=lambda _: (
            (Change(EVIL, "changed", "both", EVIL, f"{EVIL}x", 0),),
            (PageWarning(EVIL, EVIL),),
        ),
    )


def shown(document: Document, encoding: str | None = None, **view) -> str:
    """Return what `show` prints."""
    file = io.StringIO()
    if encoding:
        file = io.TextIOWrapper(
            io.BytesIO(), encoding=encoding, errors="backslashreplace", newline=""
        )
    show(document, View(**view), file)
    file.seek(0)
    return file.read()


PAGES = {"pair": pair, "flattened": flattened, "numberless": numberless, "evil": evil}
GOLDENS = [
    ("pair", "piped", {}),
    ("pair", "60", {"width": 60}),
    ("pair", "80", {"width": 80}),
    ("pair", "colour", {"width": 80, "color": True}),
    ("pair", "sides-100", {"width": 100, "side_by_side": True}),
    ("pair", "sides-piped", {"side_by_side": True}),
    ("pair", "context-0", {"context": 0}),
    ("pair", "summary-80", {"width": 80, "summary": True}),
    ("pair", "verbose-80", {"width": 80, "verbose": True}),
    ("pair", "only-headings", {"only": frozenset({"headings"})}),
    ("flattened", "piped", {}),
    ("flattened", "60", {"width": 60}),
    ("flattened", "verbose-80", {"width": 80, "verbose": True}),
    ("flattened", "second-80", {"width": 80, "reading": 2}),
    ("flattened", "summary", {"summary": True}),
    ("flattened", "colour", {"width": 80, "color": True}),
    ("numberless", "piped", {}),
    ("numberless", "80", {"width": 80}),
    ("numberless", "context-0", {"context": 0}),
    ("numberless", "sides-80", {"width": 80, "side_by_side": True}),
    ("numberless", "only-links", {"only": frozenset({"links", "files"})}),
    ("evil", "piped", {}),
    ("evil", "colour", {"width": 80, "color": True}),
]


@pytest.mark.parametrize(("page", "name", "view"), GOLDENS, ids=[f"{g[0]}-{g[1]}" for g in GOLDENS])
def test_a_page_is_shown_as_its_golden(page, name, view, golden):
    golden(f"show/{page}.{name}.txt", shown(PAGES[page](), **view).replace("\x1b", "␛"))


def test_an_output_that_has_only_ascii_gets_ascii_signs(golden):
    golden("show/flattened.ascii.txt", shown(flattened(), encoding="ascii", width=60))


def test_no_difference_is_one_line():
    assert shown(diff("a\nb", "a\nb", title="Saltby")) == "Saltby: no differences\n"


def test_a_page_that_declares_a_difference_but_shows_none_says_so():
    document = diff("a\nb", "a\nb", title="Saltby").replace(declared=-3)
    assert shown(document) == "Saltby: no differences shown; the page declares -3 bytes\n"


def test_nothing_of_rich_is_loaded_for_a_pipe():
    code = (
        "import io, sys; from wikidiff.model import *; from wikidiff.report.terminal import *;"
        "lead = SectionSide(None, 0); hunk = Hunk((Line('deleted', 'a', None),));"
        "page = Document(Source('s', 'r'), (Section('changed', lead, lead, (hunk,)),));"
        "show(page, View(), io.StringIO()); sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_closed_pipe_reaches_the_caller():
    class Closed(io.StringIO):
        def write(self, _):
            raise BrokenPipeError

    for view in (View(), View(width=80), View(color=True)):
        with pytest.raises(BrokenPipeError):
            show(pair(), view, Closed())


def test_a_narrow_terminal_gets_one_column():
    assert shown(pair(), width=39, side_by_side=True) == shown(pair(), width=39)


def test_context_is_counted_when_it_is_left_out():
    lines = [Line("context", "x", "x", n, n) for n in range(11, 31)]
    lines[10] = changed("[-old-]{+new+}", old_line=21, new_line=21)
    document = Document(Source("s", "r"), (section("changed", "", "", Hunk((*lines,), 11, 11)),))
    hidden = [row.strip() for row in shown(document, context=3).split("\n") if "hidden" in row]
    assert hidden == ["… 17 lines hidden", "… 6 lines hidden"]


def test_moved_lines_that_stand_together_have_one_note():
    notes = re.findall(r"moved.*line \d+", shown(pair()))
    assert notes == ["moved to line 31", "moved here from line 7"]


def test_a_long_context_line_is_cut_only_where_no_reading_changes_it():
    prose = "The bar moves with every gale. " * 9
    lines = [Line("context", prose, prose, shown=at, certain=False) for at in range(2)]
    reading = Reading(0.5, 0, None, (), (ReadingLine(1, (prose,), (f"{prose}x",)),))
    side = SectionSide("Bar", 2)
    edit = changed("[-two-]{+three+}", shown=2)
    part = Section("changed", side, side, (Hunk((*lines, edit)),))
    text = shown(Document(Source("s", "r"), (part,), readings=(reading,)), width=80)
    assert "".join(text.split()).count("".join(prose.split())) == 1
    assert text.count("[…") == 2  # the line cut, and what the sign means


def test_marks_line_up_in_two_columns_whatever_the_script():
    rows = shown(pair(), width=90, side_by_side=True).split("\n")
    bars = {cell_len(row[: row.index("│")]) for row in rows if "│" in row}
    assert bars == {44}


# Laws

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=12)
LONG = st.lists(
    st.sampled_from(
        [
            "a",
            "of",
            "harbour",
            "灯台の歴史",
            "👩🏽‍🚀",
            "été",
            "x" * 50,
            "e\u0301" * 90,
            "👩🏽\u200d🚀" * 30,
            "क्ष",
        ]
    ),
    max_size=60,
).map(" ".join)
TAME = st.text(st.sampled_from("abc 漢字😀\u00a0\x1b\u202e\té\u200d"), max_size=30)


def lines_of(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Line]:
    """Return lines of every kind."""

    def make(kind, old, new, number, move, certain):
        old, new = old.replace("\n", ""), new.replace("\n", "")
        both = {"old_line": number, "new_line": number, "certain": certain}
        if kind == "context":
            return Line(kind, old, old, **both)
        if kind == "changed":
            return replace(changed(f"{new}[-{old}-]{{+x{new}+}}{old}"), move=move, **both)
        return Line(kind, *((old, None) if kind == "deleted" else (None, new)), move=move, **both)

    moves = st.builds(Move, texts, st.sampled_from(["from", "to"]))
    kinds = st.sampled_from(["context", "changed", "deleted", "inserted"])
    numbers = st.none() | st.integers(1, 9999)
    return st.builds(make, kinds, texts, texts, numbers, st.none() | moves, st.booleans())


def documents(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Document]:
    """Return Documents with the texts in every field."""
    maybe = st.none() | texts
    sides = st.builds(SectionSide, maybe, st.none() | st.integers(0, 6))
    headings = st.none() | st.builds(Heading, texts, st.integers(1, 6))
    starts = st.none() | st.integers(1, 9999)
    hunks = st.builds(
        Hunk, st.lists(lines_of(texts), min_size=1, max_size=4).map(tuple), starts, starts
    )
    status = st.sampled_from(["unchanged", "changed", "renamed", "added", "removed", "moved"])
    section = st.builds(Section, status, sides, sides, st.lists(hunks, max_size=2).map(tuple))
    names = st.lists(st.sampled_from(["renamed", "level", "moved"]), unique=True).map(tuple)
    rewrite = st.builds(HeadingChange, headings, headings, names, st.booleans())
    revision = st.builds(Revision, starts, maybe, maybe, maybe, st.booleans(), starts)
    some = st.lists(texts, max_size=2).map(tuple)
    reading_line = st.builds(ReadingLine, st.integers(0, 3), some, some)
    reading = st.builds(
        Reading, st.floats(0, 1), st.integers(-99, 99), st.none() | st.integers(-99, 99), some,
        st.lists(reading_line, max_size=2).map(tuple),
    )  # fmt: skip
    action = st.sampled_from(["added", "removed", "changed", "moved"])
    side = st.sampled_from(["old", "new", "both"])
    change = st.builds(Change, texts, action, side, maybe, maybe, st.integers(-1, 9))
    warnings = st.lists(st.builds(PageWarning, texts, texts), max_size=2).map(tuple)
    found = st.tuples(st.lists(change, max_size=3).map(tuple), warnings)
    return st.builds(
        Document,
        st.builds(Source, texts, texts, maybe, maybe, st.sampled_from(["exact", "flattened"])),
        st.lists(section, max_size=3).map(tuple),
        st.lists(rewrite, max_size=2).map(tuple),
        st.builds(Page, maybe, maybe),
        st.builds(Revisions, revision, revision),
        st.none() | st.integers(-9999, 9999),
        st.lists(reading, max_size=3).map(tuple),
        warnings,
        st.none() | st.integers(0, 9),
        found.map(lambda both: lambda _: both),
    )


VIEWS = st.builds(
    View,
    st.booleans(),
    st.none() | st.integers(40, 120),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(0, 2),
    st.just(frozenset()) | ANYTHING.map(lambda kind: frozenset({kind, "heading"})),
    st.integers(1, 3),
    st.booleans(),
)
SLOW = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@SLOW
@given(documents(ANYTHING), VIEWS)
def test_nothing_of_a_document_can_drive_the_terminal(document, view):
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown(document, **view_of(view)))
    assert not [
        character
        for character in text
        if character not in "\n\u200c\u200d"
        and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]


@SLOW
@given(documents(TAME | LONG), VIEWS)
def test_no_row_is_wider_than_the_terminal(document, view):
    text = re.sub(r"\x1b\[[0-9;]*m", "", shown(document, **view_of(view)))
    if view.width is not None:
        assert [row for row in text.split("\n") if cell_len(row) > view.width] == []


@SLOW
@given(documents(TAME))
def test_piped_every_line_can_be_read_back(document):
    if not document.headings and not differs(document):
        return
    text = shown(document)
    layout = Layout.of(document, View(), Glyphs())
    rows = iter(text.split("\n"))
    for line in document.lines():
        assert any(reads_as(row, line, layout) for row in rows), (line, text)


def differs(document: Document) -> bool:
    return any(line.kind != "context" or line.move for line in document.lines())


def reads_as(row: str, line: Line, layout: Layout) -> bool:
    """Tell whether a piped row, its gutter and marks read back, is the line.

    Of a paragraph that was split or merged it is the line's own part of it.
    """
    w = layout.numbers
    row = row.ljust(layout.gutter)
    numbers = (row[:w].strip(), row[w + 1 : 2 * w + 1].strip()) if w else ("", "")
    if numbers != tuple(str(n or "") for n in (line.old_line, line.new_line)):
        return False
    if layout.doubtful and (row[layout.gutter - 2] == "?") == line.certain:
        return False
    body = row[layout.gutter :]
    old = new = body
    want = [line.old, line.new]
    if line.kind == "changed" or line.split or (line.move and line.move.segments):
        old = re.sub(r"\[-(.*?)-\]|\{\+(.*?)\+\}", r"\1", body)
        new = re.sub(r"\[-(.*?)-\]|\{\+(.*?)\+\}", r"\2", body)
    if line.split:
        want = ["".join(t for m, t in line.split.segments if m in marks) for marks in ("=-", "=+")]
    read = [unescaped(side) for side in (old, new)]
    return all(side is None or side == got for side, got in zip(want, read, strict=True))


def unescaped(text: str) -> str:
    text = text.replace(Glyphs().tab, "\t")
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), text)


@SLOW
@given(st.lists(lines_of(TAME | LONG), min_size=1, max_size=5), st.integers(40, 100))
def test_on_a_terminal_no_change_is_left_out(lines, width):
    side = SectionSide("Harbour", 2)
    document = Document(Source("s", "r"), (Section("changed", side, side, (Hunk((*lines,)),)),))
    if not differs(document):
        return
    text = "".join(shown(document, width=width).split())
    for line in lines:
        if line.kind in ("deleted", "inserted"):
            assert without_blanks(line.old or line.new or "") in text
        for mark, stretch in line.segments if line.kind == "changed" else ():
            opening, closing = {"-": ("[-", "-]"), "+": ("{+", "+}"), "=": ("", "")}[mark]
            if mark != "=":
                assert f"{opening}{without_blanks(stretch)}{closing}" in text


JOINED = re.compile("[\u200d\u0301\u094d\U0001f3fd]")


def without_blanks(text: str) -> str:
    """Return a text as it is shown, U+0020 and the like aside."""
    text = distinct(text) if is_blank(text) else visible(text.replace("\t", Glyphs().tab))
    return "".join(text.split())


@SLOW
@given(LONG, LONG, LONG, st.integers(40, 100))
def test_what_is_left_out_of_a_line_is_counted_and_cut_between_characters(head, mid, tail, width):
    layout = Layout(View(width=width), Glyphs(), 3, False)
    segments = [("=", head), ("-", "X"), ("=", mid), ("+", "Y"), ("=", tail)]
    left = "".join(text for mark, text in segments)
    for text, style in changed_stretches(segments, layout):
        if style == "gap":
            count = int(text.strip("[…]").replace(",", ""))
            assert count >= 40
            assert not JOINED.match(left)
            assert not JOINED.match(left[count:])
            assert left[count - 1] != "\u200d"
            left = left[count:]
        elif style not in ("old", "new") or text in "XY":
            assert left.startswith(text)
            left = left[len(text) :]
    assert left == ""


def view_of(view: View) -> dict[str, object]:
    return view._asdict()


def test_real_pages_are_read_back_from_a_pipe_and_fit_a_terminal(corpus):
    for page in sorted(corpus.iterdir())[::40]:
        sides = [(page / name).read_bytes().decode() for name in ("old.wiki", "new.wiki")]
        document = diff(*sides)
        if not differs(document):
            continue
        rows = iter(shown(document).split("\n"))
        layout = Layout.of(document, View(), Glyphs())
        plain = (line for line in document.lines() if not re.search(r"[\[{\\][-+u]|→", str(line)))
        for line in plain:
            assert any(reads_as(row, line, layout) for row in rows), (page.name, line)
        for width in (60, 80, 160):
            text = shown(document, width=width, side_by_side=width == 160)
            assert all(cell_len(row) <= width for row in text.split("\n")), page.name
