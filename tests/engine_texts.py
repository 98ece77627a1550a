"""Texts for the engine's laws: wikitext of many scripts, and what texts break on."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = [
    "a",
    "b",
    "the cat",
    " sat",
    " ",
    "  ",
    "\u00a0",
    "\t",
    "\r",
    "\u2028",
    "\x0b",
    "\x85",
    "e\u0301",
    "\u0301",
    "\u200d",
    "👩\u200d👩\u200d👧",
    "👍🏽",
    "🇭🇺🇩🇪",
    "修訂版本",
    "の差分",
    "ภาษาไทย",
    "เก่า",
    "مراجعة",
    "हिन्दी",
    "1,234.5",
    "https://example.org/a?b=c",
    "[[",
    "]]",
    "{{",
    "}}",
    "''",
    "'''",
    '<ref name="x">',
    "</ref>",
    "<!--",
    "-->",
    "<nowiki>",
    "</nowiki>",
    "<pre>",
    "</pre>",
    "&nbsp;",
    "=",
    "==",
    "== H ==",
    "=== H2 ===",
    "|-",
    "{|",
    "|}",
    "*",
    "; ",
    "\ud800",
]
LINE = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
LINES = st.lists(
    st.one_of(
        LINE,
        st.sampled_from(["", "", "|-", "}}", "== One ==", "== Two ==", "=== One ===", "* item"]),
        st.sampled_from(
            [
                "A sentence long enough to be told from all the others on this page.",
                "Another one, about rivers, ferries and the price of a crossing.",
                "A third one that speaks of mills. It has a second part about flour and bread.",
            ]
        ),
    ),
    max_size=14,
)
TEXTS = LINES.map("\n".join)
ANY = st.text(max_size=60)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """Draw two texts, the second made from the first by a few edits."""
    old = draw(LINES)
    new = list(old)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(new)))
        kind = draw(st.sampled_from(["insert", "delete", "move", "edit", "split", "merge"]))
        if kind == "insert" or at >= len(new):
            new.insert(at, draw(LINE))
        elif kind == "delete":
            del new[at]
        elif kind == "move":
            new.insert(draw(st.integers(0, len(new) - 1)), new.pop(at))
        elif kind == "edit":
            cut = draw(st.integers(0, len(new[at])))
            new[at] = new[at][:cut] + draw(LINE) + new[at][cut + draw(st.integers(0, 3)) :]
        elif kind == "split":
            cut = draw(st.integers(0, len(new[at])))
            new[at : at + 1] = [new[at][:cut], new[at][cut:]]
        else:
            new[at : at + 2] = ["".join(new[at : at + 2])]
    return "\n".join(old), "\n".join(new)


PAIRS = st.one_of(edited(), st.tuples(TEXTS, TEXTS), st.tuples(ANY, ANY))
