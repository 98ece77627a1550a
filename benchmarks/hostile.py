"""Time `changes` on hostile wikitext beside plain text of the same size, in one process.

    python benchmarks/hostile.py [--size 1000000]

Each line is a kind of text: unclosed, crossed and deeply nested openers, repeated up to the size.
Three edits of each are timed, `diff` and `changes` together: the text is new; a word changes in
its middle; it changes at its end. What they are divided by is the same edit of plain text, in
lines or in one line, whichever takes longer. The second figure of each is `changes` alone. CPU is
time.process_time, the least of two rounds; a ratio over 10 is marked.
"""

from __future__ import annotations

import argparse
import time

import wikidiff

PLAIN = "The mole is long and the quay is short, as the port book says.\n"
HOSTILE = {
    "plain": PLAIN,
    "plain, one line": PLAIN.replace("\n", " "),
    **{
        piece.strip(): piece
        for piece in (
            *("{{a|", "{{", "{{{", "{{a|b=", "}}", "{{a\n", "{{}}", "[[a|", "[[", "]]", "[[a\n"),
            *("[[a]]", "[http://a.b ", "[http://a.b\n", "[", "]", "http://a.b ", "://", "{|\n"),
            *(
                "|}\n",
                "{|\n|-\n",
                "{|\n| a\n|}\n",
                "| a || b\n",
                "<ref>",
                "</ref>",
                "<ref name=x />",
            ),
            *(
                "<ref name=x>y ",
                "<gallery>",
                "<nowiki>",
                "<div>",
                "</div>",
                "<div a=",
                "<b>",
                "<b></b>",
            ),
            *("<!--", "-->", "<!-- a -->", "<", "''", "'''''", "'", "__a", "__TOC__", "~~~~", "="),
            *(
                "== a ==\n",
                "=\n",
                "* a\n",
                ":::::",
                "&amp;",
                "&",
                "#REDIRECT [[a]]\n",
                "\n",
                " ",
                "|",
            ),
            *("{{a|[[b|<ref>", "{{a}}[[b]]", "}}{{", "]][[", "{{[[}}]]", "{{a|<b>}}</b>"),
            *("[[User:a]] 10:00, 5 May 2020 (UTC) ", "{{a|b.jpg}}", "Category:", "[[Category:a|"),
            *("{{a|x={{b|y=z}}}} ", "<ref>{{cite|url=http://a.b|x=y}}</ref>\n"),
            *("{|\n|-\n| a <!-- ", "|-\n| [[a]] || {{b|{{c}}}}\n"),
        )
    },
}
DEPTH = 1000
NESTED = {
    "templates in one another": ("{{a|", "}}"),
    "arguments in one another": ("{{{a|", "}}}"),
    "links in one another": ("[[a|", "]]"),
    "references in one another": ("<ref>", "</ref>"),
    "tables in one another": ("{|\n|\n", "\n|}"),
    "divs in one another": ("<div>", "</div>"),
    "labels in one another": ("[http://a.b ", "]"),
}


def main() -> None:
    """Print the ratios to plain text."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--only")
    given = parser.parse_args()
    texts = {name: piece * (given.size // len(piece)) for name, piece in HOSTILE.items()}
    for name, (opening, closing) in NESTED.items():
        one = opening * DEPTH + "x" + closing * DEPTH
        texts[name] = one * max(given.size // len(one), 1)
    plain = [
        max(sum(least(*edit)) for edit in both)
        for both in zip(edits(texts["plain"]), edits(texts["plain, one line"]), strict=True)
    ]
    print(f"{'text':38} {'new':>13}  {'middle':>13}  {'end':>13}  (plain: ", end="")
    print(", ".join(f"{1e3 * cpu:.0f} ms" for cpu in plain) + ")")
    for name, text in texts.items():
        if given.only and given.only not in name:
            continue
        found = [least(*edit) for edit in edits(text)]
        ratios = [sum(cpu) / base for cpu, base in zip(found, plain, strict=True)]
        alone = [cpu[1] / base for cpu, base in zip(found, plain, strict=True)]
        mark = "  <-- over 10" if max(alone) > 10 else "  (diff)" if max(ratios) > 10 else ""
        told = "  ".join(f"{all_:6.2f} {one:6.2f}" for all_, one in zip(ratios, alone, strict=True))
        print(f"{name!r:38} {told}{mark}", flush=True)


def edits(text: str) -> list[tuple[str, str]]:
    """Return three edits: the text is new, a word changes in its middle, a word at its end."""
    half = len(text) // 2
    return [
        ("", text),
        (f"{text[:half]}one{text[half:]}", f"{text[:half]}two{text[half:]}"),
        (f"{text}one", f"{text}two"),
    ]


def least(old: str, new: str) -> tuple[float, float]:
    """Return the CPU seconds of the diff and of its changes in the faster of two rounds."""
    found = []
    for _ in range(2):
        start = time.process_time()
        document = wikidiff.diff(old, new)
        middle = time.process_time()
        _ = document.changes
        found.append((middle - start, time.process_time() - middle))
    return min(found, key=sum)


if __name__ == "__main__":
    main()
