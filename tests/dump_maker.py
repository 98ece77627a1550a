"""Makes MediaWiki dumps of any size as a stream: pages of ours, edited as people edit.

    python tests/dump_maker.py --pages 100 --seed 1 > dump.xml
    python tests/dump_maker.py --bytes 5G --large 2000x1M | wikidiff batch - --to edits.parquet

The words are those of samples/. The same plan gives the same bytes on any machine. A page's texts
are kept as blocks (paragraphs, headings, tables), so that an edit costs what it touches.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count, pairwise
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

SAMPLES = Path(__file__).parent.parent / "samples"
STRIDE = 1_000_000  # between the ids of a page's revisions: those of other pages lie between
NAMESPACES = {0: "", 1: "Talk", 2: "User", 4: "Harbour", 10: "Template", 14: "Category"}


@dataclass(frozen=True)
class Plan:
    """What to make: `pages` of about `revisions` of about `chars` characters each.

    With `size` pages go on until the dump has so many bytes. `large` is (revisions, characters)
    of one page more, which comes first. `odd` adds what real dumps hold besides: deleted texts
    and users, parents that are not the revision before, other content models.
    """

    pages: int = 10
    revisions: int = 20
    chars: int = 4_000
    seed: int = 0
    size: int | None = None
    large: tuple[int, int] | None = None
    odd: bool = False
    first: int = 1
    """The number of the first page: dumps of other pages have other ids."""


def stream(plan: Plan) -> Iterator[bytes]:
    """Yield the dump, some revisions at a time."""
    written = 0
    for block in _blocks(plan):
        written += len(block)
        yield block
        if plan.size and written >= plan.size and block.endswith(b"</page>\n"):
            break
    yield b"</mediawiki>\n"


def dump(plan: Plan) -> bytes:
    """Return a whole dump."""
    return b"".join(stream(plan))


def _blocks(plan: Plan) -> Iterator[bytes]:
    yield _head().encode()
    if plan.large:
        yield from _page(plan, 0, *plan.large)
    numbers = count(plan.first) if plan.size else range(plan.first, plan.first + plan.pages)
    for number in numbers:
        rng = Random(f"{plan.seed} {number} size")
        revisions = 1 + int(rng.expovariate(1 / plan.revisions))
        chars = 200 + int(rng.expovariate(1 / plan.chars))
        yield from _page(plan, number, revisions, chars)


def _head() -> str:
    spaces = "".join(
        f'      <namespace key="{key}" case="first-letter">{name}</namespace>\n'
        for key, name in NAMESPACES.items()
    )
    return (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" '
        'xml:lang="en">\n  <siteinfo>\n    <sitename>Harbour</sitename>\n'
        "    <dbname>harbourwiki</dbname>\n    <namespaces>\n"
        f"{spaces}    </namespaces>\n  </siteinfo>\n"
    )


# --- words


@cache
def _vocabulary() -> tuple[list[str], dict[str, list[str]]]:
    """Return the words that begin sentences of the samples, and which follow which."""
    starts: list[str] = []
    after: dict[str, list[str]] = {}
    for path in sorted(SAMPLES.glob("*.wiki")):
        plain = re.sub(r"\{\{.*?\}\}|<[^>]*>|[\[\]'{}|=*]+", " ", path.read_text("utf-8"))
        for sentence in re.findall(r"[A-Z][^.!?\n]{20,}", plain):
            words = sentence.split()
            starts.append(words[0])
            for word, following in pairwise(words):
                after.setdefault(word, []).append(following)
    return starts, after


class Writer:
    """Writes wikitext with a random generator of its own."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.starts, self.after = _vocabulary()

    def words(self, count: int) -> str:
        """Return words that follow each other in the samples, where they can."""
        found = [self.rng.choice(self.starts)]
        while len(found) < count:
            found.append(self.rng.choice(self.after.get(found[-1]) or self.starts))
        return " ".join(found)

    def name(self) -> str:
        """Return the name of a place or a person."""
        parts = ("mar", "ren", "tol", "ham", "quay", "ost", "fen", "lys", "bar", "wick", "dun")
        made = "".join(self.rng.choice(parts) for _ in range(self.rng.randint(2, 3)))
        return made.capitalize()

    def link(self) -> str:
        """Return a link."""
        target = self.name()
        return f"[[{target}|{self.name()}]]" if self.rng.random() < 0.3 else f"[[{target}]]"

    def reference(self) -> str:
        """Return a reference."""
        title, year = self.words(4), self.rng.randint(1900, 2020)
        return f"<ref>{{{{cite book |title={title} |last={self.name()} |year={year}}}}}</ref>"

    def sentence(self) -> str:
        """Return a sentence, some with a link or a reference."""
        made = self.words(self.rng.randint(6, 18)).rstrip(",;:")
        if self.rng.random() < 0.4:
            made += f" near {self.link()}"
        return f"{made}." + (self.reference() if self.rng.random() < 0.15 else "")

    def paragraph(self) -> str:
        """Return a paragraph."""
        return " ".join(self.sentence() for _ in range(self.rng.randint(2, 6)))

    def heading(self, level: int = 2) -> str:
        """Return a heading."""
        return f"{'=' * level} {self.words(self.rng.randint(1, 4)).rstrip(',;:')} {'=' * level}"

    def infobox(self) -> str:
        """Return a template on lines of its own."""
        rows = [f"| {key} = {self.name()}" for key in ("name", "place", "owner", "river")]
        return "\n".join(["{{Infobox harbour", *rows, f"| opened = {self.year()}", "}}"])

    def table(self) -> str:
        """Return a table."""
        rows = [f"|-\n| {self.name()} || {self.year()}" for _ in range(self.rng.randint(2, 5))]
        return "\n".join(['{| class="wikitable"', "! Place !! Year", *rows, "|}"])

    def items(self) -> str:
        """Return a list."""
        return "\n".join(f"* {self.link()}, {self.words(4)}" for _ in range(3))

    def year(self) -> int:
        """Return a year."""
        return self.rng.randint(1800, 2020)

    def page(self, chars: int) -> list[str]:
        """Return the blocks of a page of about so many characters."""
        blocks = [self.infobox(), f"'''{self.name()}''' is {self.paragraph()}"]
        length = sum(map(len, blocks))
        while length < chars:
            kinds = (self.heading, self.items, self.table, *(self.paragraph,) * 7)
            blocks.append(self.rng.choice(kinds)())
            length += len(blocks[-1])
        return [*blocks, f"[[Category:{self.name()}]]"]


# --- edits

Blocks = list[str]


def _place(writer: Writer, blocks: Blocks, mark: str = "") -> int:
    """Return the place of a block that holds a mark, near a random one; any where none does."""
    start = writer.rng.randrange(len(blocks))
    near = range(start, min(start + 50, len(blocks)))
    return next((at for at in near if mark in blocks[at]), start)


def typo(writer: Writer, blocks: Blocks) -> str:
    """Change a word."""
    at = _place(writer, blocks)
    words = blocks[at].split(" ")
    words[writer.rng.randrange(len(words))] = writer.rng.choice(writer.starts)
    blocks[at] = " ".join(words)
    return "typo"


def add_sentence(writer: Writer, blocks: Blocks) -> str:
    """Add a sentence."""
    blocks[_place(writer, blocks, ". ")] += f" {writer.sentence()}"
    return "more"


def cite(writer: Writer, blocks: Blocks) -> str:
    """Add a reference."""
    at = _place(writer, blocks, ". ")
    blocks[at] = blocks[at].replace(". ", f".{writer.reference()} ", 1)
    return "source"


def uncite(writer: Writer, blocks: Blocks) -> str:
    """Remove a reference."""
    at = _place(writer, blocks, "<ref>")
    blocks[at] = re.sub(r"<ref>.*?</ref>", "", blocks[at], count=1)
    return "dead source"


def retarget(writer: Writer, blocks: Blocks) -> str:
    """Lead a link elsewhere."""
    at = _place(writer, blocks, "[[")
    blocks[at] = re.sub(r"\[\[\w+", f"[[{writer.name()}", blocks[at], count=1)
    return "link"


def rename_heading(writer: Writer, blocks: Blocks) -> str:
    """Rename a heading."""
    at = _place(writer, blocks, "==")
    if blocks[at].startswith("=="):
        blocks[at] = writer.heading(writer.rng.choice((2, 2, 3)))
    return "heading"


def add_section(writer: Writer, blocks: Blocks) -> str:
    """Add a section."""
    blocks[-1:-1] = [writer.heading(), writer.paragraph(), writer.paragraph()]
    return "new section"


def remove_block(writer: Writer, blocks: Blocks) -> str:
    """Remove a paragraph."""
    if len(blocks) > 3:
        del blocks[_place(writer, blocks)]
    return "off topic"


def move_block(writer: Writer, blocks: Blocks) -> str:
    """Move a paragraph."""
    block = blocks.pop(_place(writer, blocks)) if len(blocks) > 1 else blocks[0]
    blocks.insert(writer.rng.randrange(len(blocks)), block)
    return "order"


def change_parameter(writer: Writer, blocks: Blocks) -> str:
    """Change a template's parameter."""
    blocks[0] = re.sub(r"opened = .*", f"opened = {writer.year()}", blocks[0])
    return "infobox"


def change_cell(writer: Writer, blocks: Blocks) -> str:
    """Change a cell of a table."""
    at = _place(writer, blocks, "|| ")
    blocks[at] = re.sub(r"\|\| \d+", f"|| {writer.year()}", blocks[at], count=1)
    return "table"


def add_category(writer: Writer, blocks: Blocks) -> str:
    """Add a category."""
    blocks.append(f"[[Category:{writer.name()}]]")
    return "category"


def deface(writer: Writer, blocks: Blocks) -> str:
    """Do harm: put nonsense into a paragraph, or blank the page."""
    if writer.rng.random() < 0.2:
        blocks[:] = ["nothing to see"]
    else:
        blocks[_place(writer, blocks)] = "haha " * writer.rng.randint(1, 40)
    return ""


EDITS: tuple[tuple[Callable[[Writer, Blocks], str], int], ...] = (
    (typo, 25),
    (add_sentence, 20),
    (cite, 8),
    (uncite, 4),
    (retarget, 8),
    (rename_heading, 4),
    (add_section, 3),
    (remove_block, 4),
    (move_block, 3),
    (change_parameter, 5),
    (change_cell, 4),
    (add_category, 4),
    (deface, 6),
)
"""What edits do, and how often among others."""


def texts(writer: Writer, revisions: int, chars: int) -> Iterator[tuple[str, str]]:
    """Yield the text and the comment of each revision of a page."""
    blocks, comment, sound = writer.page(chars), "new page", None
    kinds, weights = zip(*EDITS, strict=True)
    for _ in range(revisions):
        yield "\n\n".join(blocks), comment
        if sound is not None and (len(blocks) == 1 or writer.rng.random() < 0.8):
            # a blanked page is always put back, so that a large one stays large
            blocks, comment, sound = sound, "Reverted", None
            continue
        before = list(blocks)
        kind = writer.rng.choices(kinds, weights)[0]
        comment = kind(writer, blocks)
        sound = before if kind is deface else None


# --- XML


def _page(plan: Plan, number: int, revisions: int, chars: int) -> Iterator[bytes]:
    rng = Random(f"{plan.seed} {number}")
    writer = Writer(rng)
    space = rng.choices(tuple(NAMESPACES), (80, 8, 4, 2, 4, 2))[0] if number else 0
    title = f"{NAMESPACES[space]}:" * bool(space) + f"{writer.name()} {number}"
    time = datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(1 << 20))
    made = [f"  <page>\n    <title>{title}</title>\n    <ns>{space}</ns>\n    <id>{number}</id>\n"]
    length, parent = 0, 0
    for nth, (text, comment) in enumerate(texts(writer, revisions, chars), 1):
        time += timedelta(seconds=int(rng.expovariate(1 / 500_000)) + 1)
        about = _about(plan, rng, nth * STRIDE + number, parent)
        about |= {"time": f"{time:%Y-%m-%dT%H:%M:%SZ}", "comment": comment, "text": text}
        made.append(_revision(about))
        length += len(made[-1])
        parent = nth * STRIDE + number
        if length > 1 << 20:
            yield "".join(made).encode()
            made, length = [], 0
    made.append("  </page>\n")
    yield "".join(made).encode()


def _about(plan: Plan, rng: Random, number: int, parent: int) -> dict[str, object]:
    """Return what is told of a revision besides its text: ids, user, what is hidden."""
    user = rng.randint(1, 400)
    known = f"<username>Keeper {user}</username>\n        <id>{user}</id>"
    about: dict[str, object] = {"id": number, "parent": parent, "minor": rng.random() < 0.3}
    about["user"] = f"<ip>192.0.2.{user % 255}</ip>" if user > 300 else known
    if plan.odd and rng.random() < 0.15:
        kind = rng.choice(("text", "user", "comment", "parent", "css"))
        if kind == "parent":  # of three revisions before, or of another page, or not told
            about["parent"] = rng.choice((max(parent - 2 * STRIDE, 0), parent + 1, 0))
        else:
            about["hidden"] = kind
    return about


def _revision(about: dict[str, object]) -> str:
    hidden, text = about.get("hidden"), str(about["text"])
    parent = f"      <parentid>{about['parent']}</parentid>\n" if about["parent"] else ""
    user = f"<contributor>\n        {about['user']}\n      </contributor>"
    user = '<contributor deleted="deleted" />' if hidden == "user" else user
    comment = f"<comment>{escape(str(about['comment']))}</comment>"
    comment = '<comment deleted="deleted" />' if hidden == "comment" else comment
    model, form = ("css", "text/css") if hidden == "css" else ("wikitext", "text/x-wiki")
    minor = "      <minor />\n" if about["minor"] else ""
    data = text.encode()
    sha1 = base36(hashlib.sha1(data).digest())
    shown = f' sha1="{sha1}" xml:space="preserve">{escape(text)}</text>'
    shown = ' deleted="deleted" />' if hidden == "text" else shown
    return (
        f"    <revision>\n      <id>{about['id']}</id>\n{parent}"
        f"      <timestamp>{about['time']}</timestamp>\n      {user}\n"
        f"{minor}      {comment}\n"
        f"      <origin>{about['id']}</origin>\n"
        f"      <model>{model}</model>\n      <format>{form}</format>\n"
        f'      <text bytes="{len(data)}"{shown}\n'
        f"      <sha1>{sha1}</sha1>\n    </revision>\n"
    )


def base36(digest: bytes) -> str:
    """Return a hash as MediaWiki writes it: 31 digits in base 36."""
    number, made = int.from_bytes(digest, "big"), ""
    while number:
        number, digit = divmod(number, 36)
        made = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + made
    return made.rjust(31, "0")


# --- the command line


def _amount(told: str) -> int:
    """Return a number with K, M or G behind it."""
    units = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    return int(float(told[:-1]) * units[told[-1]]) if told[-1] in units else int(told)


def _large(told: str) -> tuple[int, int]:
    revisions, _, chars = told.partition("x")
    return _amount(revisions), _amount(chars)


def main() -> None:
    """Write a dump to standard output."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--revisions", type=int, default=20, help="of a page, on average")
    parser.add_argument("--chars", type=_amount, default=4_000, help="of a text, on average")
    parser.add_argument("--bytes", type=_amount, help="go on until so many, such as 5G")
    parser.add_argument("--large", type=_large, metavar="2000x1M", help="one large page more")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=1, help="the number of the first page")
    parser.add_argument("--odd", action="store_true", help="with deleted texts and the like")
    given = parser.parse_args()
    plan = Plan(
        given.pages,
        given.revisions,
        given.chars,
        given.seed,
        given.bytes,
        given.large,
        odd=given.odd,
        first=given.first,
    )
    for block in stream(plan):
        sys.stdout.buffer.write(block)


if __name__ == "__main__":
    main()
