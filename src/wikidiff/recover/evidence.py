"""Everything known of one page before its readings are searched: a view of each shown line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.model import ReadingLine
from wikidiff.recover.heading_words import Heading, HeadingModel
from wikidiff.recover.headings import heading_options, written_anew_options
from wikidiff.recover.line import ShownLine, Vocabulary
from wikidiff.recover.moves import MoveEnd, move_ends
from wikidiff.recover.options import LineOptions
from wikidiff.recover.order import CONTEXT, DELETED, EDITED, INSERTED, Lines, Order
from wikidiff.recover.page import PHP, FlatPage
from wikidiff.recover.proof import Prover
from wikidiff.recover.rewritten import headings_of, worth_of_bytes
from wikidiff.recover.search import LineView, Options
from wikidiff.recover.sides import bare, heading_form, written_anew
from wikidiff.recover.sites import Effort, SiteFinder
from wikidiff.recover.tag_features import word_features
from wikidiff.recover.tagger import Tags
from wikidiff.recover.weights import Model
from wikidiff.text import size as byte_count
from wikidiff.values import value

if TYPE_CHECKING:
    from wikidiff.recover.one_side_lines import Edits

BLANK = "\u00a0"
"""How a blank line is shown."""


@value
class Evidence:
    """A page's lines as the search takes them; `moves` by the index of the shown line."""

    texts: tuple[str, ...]
    php: bool
    views: tuple[LineView, ...]
    ends: tuple[float, ...]
    moves: dict[int, ReadingLine]
    fallbacks: tuple[Fallback, ...]
    counts: dict[str, int] = field(default_factory=dict)

    def shown(self, stretch: str) -> int:
        """Return how often the page shows a stretch of a line, looked up once for each."""
        if stretch not in self.counts:
            self.counts[stretch] = sum(text.count(stretch) for text in self.texts)
        return self.counts[stretch]


def whole_size(text: str) -> int:
    """Return the bytes that a whole shown line stands for, its line break included."""
    return 1 if text == BLANK else byte_count(text) + 1


def gather(page: FlatPage, engine: str, model: Model) -> Evidence:
    """Return the evidence of a page under one engine's rules."""
    texts, ends = _texts(page)
    maker = _ViewMaker(page, engine, model, texts)
    made = {n: maker.moved(n, end) for n, end in ends.items()}
    order = Order(model.vectors[f"{engine}.order"])
    views = [maker.view(n, order, made.get(n)) for n in range(len(texts))]
    return Evidence(
        texts, engine == PHP, tuple(views), tuple(order.ends), made, tuple(maker.fallbacks)
    )


class LineFeatures(NamedTuple):
    """What a line by itself, and it and the one before, say of its kind; the kinds it may be of."""

    alone: tuple[int, ...]
    both: tuple[int, ...]
    kinds: tuple[int, ...]


def line_features(page: FlatPage, engine: str, model: Model) -> Iterator[LineFeatures]:
    """Yield the features of each line of a page."""
    texts, ends = _texts(page)
    maker = _ViewMaker(page, engine, model, texts)
    for n in range(len(texts)):
        end = ends.get(n)
        yield maker.features(n, maker.moved(n, end) if end else None)[0]


def _texts(page: FlatPage) -> tuple[tuple[str, ...], dict[int, MoveEnd]]:
    """Return the shown lines, spaces folded and move marks gone, and the ends of moves."""
    ends = move_ends(page.lines)
    texts = (
        ends[n].text if n in ends else " ".join(line.split(" ")).strip(" ")
        for n, line in enumerate(page.lines)
    )
    return tuple(texts), ends


def _is_heading(text: str) -> bool:
    """Whether a shown line is one heading on both sides, and short enough to try its grammar."""
    one = heading_form(text) == 1 or written_anew(text)
    return one and len(text) <= limits.RECOVER_HEADING_CHARS


def _effort(texts: Sequence[str]) -> Effort:
    """Return how far to look in each line: the less the more text a page shows."""
    chars = sum(min(len(text), limits.RECOVER_LINE_CHARS) for text in texts)
    share = min(1.0, limits.RECOVER_FULL_CHARS / max(1, chars))
    return Effort(
        max(limits.RECOVER_LEAST_SPLITS, int(share * limits.RECOVER_SPLITS)),
        max(limits.RECOVER_LEAST_SPAN, int(share**0.5 * limits.RECOVER_SPAN_WORDS)),
        max(limits.RECOVER_LEAST_PURE, int(share * limits.RECOVER_PURE)),
    )


class _ViewMaker:
    """Makes the views of a page's lines, and counts the work."""

    def __init__(
        self,
        page: FlatPage,
        engine: str,
        model: Model,
        texts: Sequence[str],
    ) -> None:
        self._page, self._engine, self._texts = page, engine, texts
        self._grams = model.grams
        self._vectors = model.vectors
        self._tagger = model.tagger(engine)
        self._words = 0
        self._tables = model.tables[engine]
        shown = (*texts, page.title or "")
        self._vocabulary = Vocabulary(text[: limits.RECOVER_LINE_CHARS] for text in shown)
        self._lines = Lines([text[: limits.RECOVER_LINE_CHARS] for text in texts])
        self._heading_model = HeadingModel(**model.tables["headings"])
        self._chars = 0
        self._prover = Prover(engine, page.language)
        self._effort = _effort(texts)
        self.fallbacks: list[Fallback] = []

    def view(self, n: int, order: Order, end: ReadingLine | None) -> LineView:
        """Return the view of one line; of the end of a move nothing is left to decide."""
        found, options = self.features(n, end)
        steps = order.steps(found.alone, found.both)
        if end:
            come = whole_size(end.new[0]) if end.new else 0
            gone = whole_size(end.old[0]) if end.old else 0
            return LineView(steps, (0, -gone, come, 0), found.kinds, None)
        size = whole_size(self._texts[n])
        return LineView(steps, (0, -size, size, 0), found.kinds, options)

    def features(self, n: int, end: ReadingLine | None) -> tuple[LineFeatures, Options | None]:
        """Return what a line's features are, and the ways to take it as edited."""
        text = self._texts[n]
        options = None if end else self._options(self._line(text), n)
        evidence = options.evidence if options else -9.0
        likely = sum(option.score > -1.5 for option in options.best[:8]) if options else 0
        if end:
            kinds: tuple[int, ...] = (DELETED,) if end.old else (INSERTED,)
        else:
            kinds = self._kinds(text, options is not None)
        alone = self._lines.of_line(n, evidence, likely)
        return LineFeatures(alone, self._lines.of_pair(n) if n else (), kinds), options

    def _kinds(self, text: str, edited: bool) -> tuple[int, ...]:
        """Return the kinds that a line may be of."""
        if edited and heading_form(text) > 1:  # no heading has `=` inside or unequal ends
            return (EDITED,)
        return (CONTEXT, DELETED, INSERTED, EDITED) if edited else (CONTEXT, DELETED, INSERTED)

    def _line(self, text: str) -> ShownLine:
        return ShownLine(
            text[: limits.RECOVER_LINE_CHARS],
            self._engine,
            self._page.language,
            self._grams,
            self._vocabulary,
        )

    def moved(self, n: int, end: MoveEnd) -> ReadingLine:
        """Return both sides of an end of a move: the new line is what the edit left of the old."""
        if end.role == "from":
            return ReadingLine(n, (end.text,), ())
        new = end.text
        if len(new) <= limits.RECOVER_LINE_CHARS and bare(new) != bare(end.source):
            others = self._moved.others(new, end.source, byte_count(end.source))
            new = others[0].text if others else new
        return ReadingLine(n, (), (new,))

    @cached_property
    def _moved(self) -> Edits:
        """Works out what an edit made of a line that was moved."""
        from wikidiff.recover.one_side_lines import Edits
        from wikidiff.recover.one_side_seams import Reads

        made = Edits(Reads("\n".join(self._texts)), is_old=True, php=False, segmented=False)
        made.fallbacks = self.fallbacks
        return made

    def _options(self, line: ShownLine, n: int) -> Options | None:
        """Return the ways to take a line as edited, None if there is none."""
        text = self._texts[n]
        if text == BLANK or not self._within_limits(n, len(text)):
            return None
        heading = _is_heading(text)
        if heading and (anew := self._anew.get(n)):
            return written_anew_options(anew, self._prover, self._heading_model, self._pull)
        effort = Effort() if heading else self._effort
        tags = self._tags(line)
        weights = self._weights(tags)
        finder = SiteFinder(line, weights, tags, effort)
        target = self._page.declared
        if heading:
            level = self._tables["level_change"]
            return heading_options(finder, weights, self._prover, level, target)
        options = LineOptions(finder, weights, target)
        return options if options.best else None

    def _weights(self, tags: Tags | None) -> Sequence[float]:
        """Return the weights of edit sites, with tags those fitted beside them, if any are."""
        beside = f"{self._engine}.tagged"
        has_beside = tags is not None and beside in self._vectors
        return self._vectors[beside if has_beside else f"{self._engine}.sites"]

    def _tags(self, line: ShownLine) -> Tags | None:
        """Return what the words of a line are taken for, None where they are too many."""
        count = len(line.borders) - 1
        if self._tagger is None or count > limits.RECOVER_TAGGED_LINE:
            return None
        self._words += count
        if self._words > limits.RECOVER_TAGGED_PAGE:
            limit = limits.RECOVER_TAGGED_PAGE
            self._note(Fallback("tagged words of a page", limit, self._words))
            return None
        line.add_context()
        return self._tagger.tags(word_features(line), line.borders)

    @cached_property
    def _anew(self) -> dict[int, Heading]:
        """The headings written anew, by line."""
        shown = enumerate(self._texts)
        found = [n for n, text in shown if _is_heading(text) and written_anew(text)]
        found = found[: limits.RECOVER_REWRITTEN]
        lines = [self._line(self._texts[n]) for n in found]
        for line in lines:
            line.add_context()
        made = headings_of(lines)
        return {n: heading for n, heading in zip(found, made, strict=True) if heading}

    @cached_property
    def _pull(self) -> float:
        """What a byte is worth where the headings written anew explain the delta."""
        declared = self._page.declared
        if declared is None:
            return 0.0
        return worth_of_bytes(list(self._anew.values()), self._heading_model, declared)

    def _within_limits(self, n: int, size: int) -> bool:
        """Whether edit sites may be looked for in this line too; a very long one is not counted."""
        if size > limits.RECOVER_LONG_LINE:
            self._note(Fallback("edited lines of copied text", limits.RECOVER_LONG_LINE, size))
            return False
        checks = (
            ("edit sites in a line", limits.RECOVER_LINE_CHARS, size),
            ("edit sites in shown lines", limits.RECOVER_PAGE_LINES, n + 1),
            ("edit sites on a page", limits.RECOVER_PAGE_CHARS, self._chars + size),
        )
        self._chars += size
        for step, limit, seen in checks:
            if seen > limit:
                self._note(Fallback(step, limit, seen))
                return step == "edit sites in a line"
        return True

    def _note(self, fallback: Fallback) -> None:
        if all(known.step != fallback.step for known in self.fallbacks):
            self.fallbacks.append(fallback)
