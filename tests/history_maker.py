"""Page histories of our own making, seeded, that know who wrote each word.

A page is sections of paragraphs of sentences; a word is (text, the revision that wrote it). Each
edit is one of what people do to pages, vandals and those who undo their work among them.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

COMMON = (
    *("the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "as", "was", "with", "be"),
    *("by", "on", "not", "he", "his", "but", "at", "are", "this", "have", "from", "or", "had"),
    *("an", "they", "which", "one", "you", "were", "all", "her", "she", "there", "would", "we"),
)
_STARTS = ("b", "br", "c", "d", "dr", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "r", "s", "tr")
_MIDDLES = ("a", "e", "i", "o", "u", "ai", "ee", "oa", "ou")
_ENDS = ("ck", "d", "l", "ld", "m", "n", "nd", "nt", "r", "rn", "s", "st", "t", "th")

Word = tuple[str, int]
Sentence = list[Word]
Paragraph = list[Sentence]


@dataclass
class Section:
    """A heading, its words, and the paragraphs under it; the lead has no heading."""

    heading: Sentence
    paragraphs: list[Paragraph] = field(default_factory=list)


@dataclass(frozen=True)
class Made:
    """A revision: its text, its words in order with who wrote them (the truth), what was done."""

    text: str
    words: tuple[Word, ...]
    user: str
    done: str


class Writer:
    """Makes a history of `count` revisions, starting with some `paragraphs` in each section."""

    def __init__(
        self, seed: int, *, sections: int = 6, paragraphs: int = 4, truth: bool = True
    ) -> None:
        self.truth = truth
        self.random = random.Random(seed)
        self.rare = [self._coined() for _ in range(3000)]
        self.page: list[Section] = []
        self.now = 0
        self.gone: list[tuple[int, Section | Paragraph | Sentence]] = []
        for at in range(sections):
            heading = self._sentence(2) if at else []
            self.page.append(Section(heading, [self._paragraph() for _ in range(paragraphs)]))

    def history(self, count: int) -> list[Made]:
        """Return the revisions, the oldest first."""
        return list(self.stream(count))

    def stream(self, count: int) -> Iterator[Made]:
        """Yield the revisions, the oldest first."""
        yield self._made("Ada", "makes the page")
        self.now = 1
        while self.now < count:
            if self.random.random() < 0.08 and self.now + 1 < count:
                yield from self._vandalism()
            else:
                do = self.random.choices(EDITS, WEIGHTS)[0]
                do(self)
                user = f"User {self.random.randrange(40)}"
                yield self._made(user, do.__name__.strip("_"))
            self.now += 1

    # --- what it is made of

    def _coined(self) -> str:
        pick = self.random.choice
        return "".join(
            pick(_STARTS) + pick(_MIDDLES) for _ in range(self.random.choice((1, 2, 2, 3)))
        ) + pick(_ENDS)

    def _word(self) -> Word:
        if self.random.random() < 0.45:
            return self.random.choice(COMMON), self.now
        rank = int(len(self.rare) * self.random.random() ** 2)
        return self.rare[rank], self.now

    def _sentence(self, length: int = 0) -> Sentence:
        return [self._word() for _ in range(length or self.random.randint(5, 25))]

    def _paragraph(self) -> Paragraph:
        return [self._sentence() for _ in range(self.random.randint(2, 6))]

    def _made(self, user: str, done: str) -> Made:
        lines: list[str] = []
        words: list[Word] = []
        for section in self.page:
            if section.heading:
                lines.append(f"== {' '.join(word for word, _ in section.heading)} ==")
                words += section.heading
            for paragraph in section.paragraphs:
                whole = (" ".join(word for word, _ in one).capitalize() for one in paragraph)
                lines += [". ".join(whole) + ".", ""]
                words += [word for one in paragraph for word in one]
        return Made("\n".join(lines), tuple(words) if self.truth else (), user, done)

    # --- places

    def _some_section(self) -> Section:
        return self.random.choice(self.page)

    def _some_paragraph(self) -> Paragraph:
        full = [one for section in self.page for one in section.paragraphs if one]
        if not full:
            full = [self._paragraph()]
            self.page[0].paragraphs.append(full[0])
        return self.random.choice(full)

    # --- edits

    def _change_words(self) -> None:
        sentence = self.random.choice(self._some_paragraph())
        for _ in range(self.random.randint(1, 4)):
            sentence[self.random.randrange(len(sentence))] = self._word()

    def _add_words(self) -> None:
        sentence = self.random.choice(self._some_paragraph())
        at = self.random.randrange(len(sentence) + 1)
        sentence[at:at] = self._sentence(self.random.randint(1, 6))

    def _drop_words(self) -> None:
        sentence = self.random.choice(self._some_paragraph())
        if len(sentence) > 6:
            at = self.random.randrange(len(sentence) - 3)
            del sentence[at : at + self.random.randint(1, 3)]

    def _add_sentence(self) -> None:
        paragraph = self._some_paragraph()
        paragraph.insert(self.random.randrange(len(paragraph) + 1), self._sentence())

    def _drop_sentence(self) -> None:
        paragraph = self._some_paragraph()
        if len(paragraph) > 1:
            gone = paragraph.pop(self.random.randrange(len(paragraph)))
            self.gone.append((self.now, gone))

    def _rewrite_sentence(self) -> None:
        paragraph = self._some_paragraph()
        paragraph[self.random.randrange(len(paragraph))] = self._sentence()

    def _move_sentence(self) -> None:
        paragraph = self._some_paragraph()
        if len(paragraph) > 1:
            taken = paragraph.pop(self.random.randrange(len(paragraph)))
            other = self._some_paragraph()
            other.insert(self.random.randrange(len(other) + 1), taken)

    def _add_paragraph(self) -> None:
        paragraphs = self._some_section().paragraphs
        paragraphs.insert(self.random.randrange(len(paragraphs) + 1), self._paragraph())

    def _drop_paragraph(self) -> None:
        section = self._some_section()
        if len(section.paragraphs) > 1:
            gone = section.paragraphs.pop(self.random.randrange(len(section.paragraphs)))
            self.gone.append((self.now, gone))

    def _move_paragraph(self) -> None:
        section = self._some_section()
        if len(section.paragraphs) > 1:
            taken = section.paragraphs.pop(self.random.randrange(len(section.paragraphs)))
            if self.random.random() < 0.3 and taken:  # edited on the way
                sentence = self.random.choice(taken)
                sentence[self.random.randrange(len(sentence))] = self._word()
            other = self._some_section().paragraphs
            other.insert(self.random.randrange(len(other) + 1), taken)

    def _split_paragraph(self) -> None:
        section = self._some_section()
        long = [at for at, one in enumerate(section.paragraphs) if len(one) > 3]
        if long:
            at = self.random.choice(long)
            whole = section.paragraphs[at]
            cut = self.random.randint(1, len(whole) - 1)
            section.paragraphs[at : at + 1] = [whole[:cut], whole[cut:]]

    def _join_paragraphs(self) -> None:
        section = self._some_section()
        if len(section.paragraphs) > 1:
            at = self.random.randrange(len(section.paragraphs) - 1)
            both = section.paragraphs[at] + section.paragraphs[at + 1]
            section.paragraphs[at : at + 2] = [both]

    def _move_section(self) -> None:
        if len(self.page) > 2:
            taken = self.page.pop(self.random.randrange(1, len(self.page)))
            self.page.insert(self.random.randrange(1, len(self.page) + 1), taken)

    def _rename_heading(self) -> None:
        if len(self.page) > 1:
            self.random.choice(self.page[1:]).heading = self._sentence(2)

    def _add_section(self) -> None:
        at = self.random.randrange(1, len(self.page) + 1)
        made = Section(self._sentence(2), [self._paragraph() for _ in range(2)])
        self.page.insert(at, made)

    def _drop_section(self) -> None:
        if len(self.page) > 3:
            gone = self.page.pop(self.random.randrange(1, len(self.page)))
            self.gone.append((self.now, gone))

    def _put_back(self) -> None:
        """Put back what was taken out, be it long ago, somewhere."""
        if not self.gone:
            return
        _, gone = self.gone.pop(self.random.randrange(len(self.gone)))
        if isinstance(gone, Section):
            self.page.insert(self.random.randrange(1, len(self.page) + 1), gone)
        elif isinstance(gone[0], list):
            self._some_section().paragraphs.append(gone)
        else:
            self._some_paragraph().append(gone)

    # --- vandals

    def _vandalism(self) -> Iterator[Made]:
        """Yield what a vandal does, perhaps an edit after it, and how it is undone."""
        good = copy.deepcopy(self.page)
        kind = self.random.choice(("blanks the page", "blanks a section", "writes rubbish"))
        vandal = f"Vandal {self.random.randrange(20)}"
        if kind == "blanks the page":
            self.page = [Section([], [[self._sentence(3)]])]
        elif kind == "blanks a section":
            self._some_section().paragraphs = []
        else:
            section = self._some_section()
            section.paragraphs = [*section.paragraphs[:-1], [self._sentence(8)]]
        yield self._made(vandal, kind)
        self.page = good
        self.now += 1
        if self.random.random() < 0.3:  # undone by hand, with an edit on top
            self._change_words()
            yield self._made("Warden", "undoes that, and edits")
        else:
            yield self._made("Warden", "reverts")


EDITS = (
    Writer._change_words, Writer._add_words, Writer._drop_words, Writer._add_sentence,
    Writer._drop_sentence, Writer._rewrite_sentence, Writer._move_sentence, Writer._add_paragraph,
    Writer._drop_paragraph, Writer._move_paragraph, Writer._split_paragraph,
    Writer._join_paragraphs, Writer._move_section, Writer._rename_heading, Writer._add_section,
    Writer._drop_section, Writer._put_back,
)  # fmt: skip
WEIGHTS = (30, 20, 8, 12, 5, 4, 4, 5, 2, 5, 2, 2, 2, 2, 1, 1, 8)
