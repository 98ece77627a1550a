"""How edited lines are paired, and which of their signs stay."""

from __future__ import annotations

import pytest

import wikidiff
from wikidiff import limits


def shown(old: str, new: str) -> list[str]:
    """The lines of a diff without context, marks as in the terminal."""
    marks = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    made = wikidiff.diff(old, new, context=0)
    assert wikidiff.apply(made, old) == new
    return ["".join(marks[mark].format(text) for mark, text in x.segments) for x in made.lines()]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (";2012\nThe text stays.", "== 2012 ==\nThe text stays.", ["[-;-]{+== +}2012{+ ==+}"]),
        (
            "'''Early life'''\nBorn in 1901.\n\n'''Career'''\nShe taught.",
            "== Early life ==\nBorn in 1902.\n\n== Career ==\nShe taught in Oxmouth.",
            [
                "[-'''-]{+== +}Early life[-'''-]{+ ==+}",
                "Born in [-1901-]{+1902+}.",
                "[-'''-]{+== +}Career[-'''-]{+ ==+}",
                "She taught{+ in Oxmouth+}.",
            ],
        ),
    ],
)
def test_a_line_turned_into_a_heading_is_one_line_edited(old: str, new: str, lines: list[str]):
    assert shown(old, new) == lines
    made = wikidiff.diff(old, new)
    assert {heading.changes[0] for heading in made.headings} == {"added"}
    back = wikidiff.diff(new, old)
    assert {heading.changes[0] for heading in back.headings} == {"removed"}


def test_a_heading_is_no_edit_of_a_sentence_with_its_words():
    old, new = "== Early life ==\nx", "The early life of the author was spent at sea.\nx"
    assert [line.kind for line in wikidiff.diff(old, new, context=0).lines()] == [
        "deleted",
        "inserted",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (" |flag = Red.svg", "| flag = Red.svg", "[- -]|{+ +}flag = Red.svg"),
        ("| name      =", "| name = ", "| name[-     -] ={+ +}"),
    ],
)
def test_a_sign_stays_rather_than_a_space(old: str, new: str, line: str):
    assert shown(f"top\n{old}\nend", f"top\n{new}\nend") == [line]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "Since 2008 Firm «Leader» has built.",
            "Since 2008 Group Firm has built.",
            "Since 2008 {+Group +}Firm [-«Leader» -]has built.",
        ),
        (
            'In 2014)<ref name="a"/>: nine.',
            'In 2014<ref name="a"/> or later<ref name="b" />): nine.',
            'In 2014[-)-]<ref name="a"/>{+ or later<ref name="b" />)+}: nine.',
        ),
        (
            "Sold by {{Ship|Sea Fern}} ({{navy|long gone}}).",
            "Sold by the [[Old Harbour Board|board]] {{Ship|Sea Fern}} ([[Navy of Oxmouth]]).",
            "Sold by {+the [[Old Harbour Board|board]] +}{{Ship|Sea Fern}} "
            "([-{{navy|long gone}}-]{+[[Navy of Oxmouth]]+}).",
        ),
        (
            "| died       = ",
            "| died = 4 May 1902, at Oxmouth",
            "| died[-      -] = {+4 May 1902, at Oxmouth+}",
        ),
        (
            "It took 69,9 %), said the board.",
            "It took 69,92 %)<ref name=x>The board</ref>, said the board.",
            "It took [-69,9-]{+69,92+} %){+<ref name=x>The board</ref>+}, said the board.",
        ),
    ],
)
def test_of_what_both_sides_have_the_telling_part_stays(old: str, new: str, line: str):
    assert shown(old, new) == [line]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "*[https://example.org/p?c=0297Wayne Hill] at the Nets",
            "*[https://example.org/p?c=0297 Wayne Hill] at the Mets",
            "*[https://example.org/p?c=0297{+ +}Wayne Hill] at the [-Nets-]{+Mets+}",
        ),
        (
            "9381 people, ten farms",
            "9 381 people, two farms",
            "9{+ +}381 people, [-ten-]{+two+} farms",
        ),
        (
            "[[The Old Mill]] and the ten farms",
            "[[The Old Mill|Of the Old Mill]] and the two farms",
            "[[The Old Mill{+|Of the Old Mill+}]] and the [-ten-]{+two+} farms",
        ),
    ],
)
def test_what_is_only_put_in_is_marked_alone_in_a_line_of_several_edits_too(
    old: str, new: str, line: str
):
    assert shown(old, new) == [line]


def test_moved_paragraphs_edited_on_the_way_are_found_by_their_rare_words():
    common = "and so it was that the people of the town had to go there with all"
    page = [f"{common} {' '.join(f'place{n}person{k}' for k in range(6))}" for n in range(14)]
    moved = [page[n].replace("town", "city") for n in (1, 0, 2)]
    new = [*page[3:12], moved[0], page[12], moved[1], page[13], moved[2]]
    made = wikidiff.diff("\n\n".join(page), "\n\n".join(new))
    ends: dict[str, set[str]] = {}
    for line in made.lines():
        if line.move and (text := line.old or line.new):
            ends.setdefault(line.move.id, set()).add(text)
    for n in range(3):
        assert {page[n], page[n].replace("town", "city")} in ends.values()


def kinds(old: list[str], new: list[str]) -> list[tuple[str, int | None, int | None]]:
    """The lines of a diff that are not the same on both sides, by their numbers."""
    made = wikidiff.diff("\n".join(old), "\n".join(new))
    assert wikidiff.apply(made, "\n".join(old)) == "\n".join(new)
    return [(x.kind, x.old_line, x.new_line) for x in made.lines() if x.kind != "context"]


def test_a_line_that_stands_twice_stays_where_its_neighbours_do():
    head = '{| class="wikitable" style="text-align: center;"'
    old = [";Latest results", head, "! ground", "! day", "", "== Town and county ==", head, "! won"]
    new = [";Results", "{| width=50%", "! width=15% | ground", "! width=15% | day", ""]
    new += ["== Town, county ==", head, "|-", "! drawn"]
    told = kinds(old, new)
    assert {("changed", 3, 3), ("changed", 4, 4), ("changed", 6, 6)} <= set(told)
    assert all(7 not in (a, b) for _, a, b in told)


def test_the_heading_of_a_text_that_stays_is_one_heading_renamed():
    old = [
        "Lead.",
        "Words that went.",
        "More of them, and more.",
        "== Ferries ==",
        "Carts crossed.",
    ]
    new = ["Lead.", "Other text came in.", "It is long.", "== Crossing ==", "Carts crossed."]
    for blank in ([], [""]):
        made = wikidiff.diff(
            "\n".join([*old[:-1], *blank, old[-1]]), "\n".join([*new[:-1], *blank, new[-1]])
        )
        assert [(x.old.text, x.new.text) for x in made.headings if x.old and x.new] == [
            ("Ferries", "Crossing")
        ]
        assert ("changed", "== Ferries ==") in [(x.kind, x.old) for x in made.lines()]


def test_short_lines_align_themselves_where_no_line_says_more():
    old, new = ["one", "two"] * 40, ["two", "one"] * 40
    assert kinds(old, new) == [("inserted", None, 1), ("deleted", 80, None)]
    assert kinds(["1", "2", "3", "4", "5"], ["1", "3", "4", "6", "5"]) == [
        ("deleted", 2, None),
        ("inserted", None, 4),
    ]


def test_of_a_page_too_large_to_align_whole_a_part_may_have_one_side_alone(monkeypatch):
    monkeypatch.setattr(limits, "LINE_CELLS", 3)
    kept = [f"A line that stays, number {n}." for n in range(10)]
    old = ["Top of the page.", *kept, "End of the page."]
    new = ["The top.", *kept[:5], "New line one.", "New line two.", *kept[5:], "The end of it."]
    assert [kind for kind, _, _ in kinds(old, new)].count("inserted") >= 2
    assert [kind for kind, _, _ in kinds(new, old)].count("deleted") >= 2


def test_blank_lines_hold_nothing_in_place_in_a_large_area(monkeypatch):
    monkeypatch.setattr(limits, "PAIRING_LINES", 4)
    old = ["alpha beta", "", "gamma delta", "", "epsilon zeta", "end"]
    new = ["one two three", "", "four five six", "", "seven eight nine", "end"]
    assert [kind for kind, _, _ in kinds(old, new)] == ["deleted"] * 5 + ["inserted"] * 5
