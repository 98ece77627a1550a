"""From a Document to its changes: pieces are parsed, units paired, drafts put in order."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from wikidiff import limits
from wikidiff.limits import Fallback
from wikidiff.markup import details, names, outline, runs, sentence, shown, wording
from wikidiff.markup.draft import Draft
from wikidiff.markup.fold import FOLD, SIGN
from wikidiff.markup.names import Names
from wikidiff.markup.nodes import Tree
from wikidiff.markup.outline import Page
from wikidiff.markup.parse import is_parsed, parse
from wikidiff.markup.pieces import Piece, Side, pieces, unfolded
from wikidiff.markup.scan import both
from wikidiff.markup.units import Unit, units
from wikidiff.model import Change, Document, Found, Line, PageWarning, limit_warnings
from wikidiff.text import pattern

_STAYING = ("formatting",)  # never told as moved: two of them are one by their look only
_RANKS = {"section": 0, "heading": 1, "redirect": 2, "list": 4, "text": 5}


def find(document: Document, *, whole_pages: bool = False) -> Found:
    """Return the changes of a Document in page order and the warnings of finding them.

    With `whole_pages` nothing is cut out before it is parsed: slower, with the same result.
    """
    search = _Search(document, whole_pages=whole_pages)
    search.run()
    return Found(tuple(search.changes()), tuple(search.warnings()), sentence.summary)


class _Search:
    def __init__(self, document: Document, *, whole_pages: bool) -> None:
        self.document = document
        self.whole_pages = whole_pages
        self.drafts: list[Draft] = []
        self.fallbacks: list[Fallback] = []
        self.of_unit: dict[Unit, Draft] = {}
        self.names: Names = names.of(document.source.language)
        self.lines: list[Line] = list(document.lines())
        self._cut_lines()
        self.page = Page(self.document, self.names, self.lines)

    def _cut_lines(self) -> None:
        """Leave away what comes after `limits.MARKUP_LINES` changed lines."""
        if len(self.lines) <= limits.MARKUP_LINES:
            return
        changed = [at for at, line in enumerate(self.lines) if line.kind != "context"]
        if len(changed) > limits.MARKUP_LINES:
            reached = Fallback("changes of lines", limits.MARKUP_LINES, len(changed))
            self.fallbacks.append(reached)
            del self.lines[changed[limits.MARKUP_LINES] :]

    def run(self) -> None:
        """Collect the drafts of all kinds."""
        if not any(line.kind != "context" for line in self.lines):
            return
        redirect = runs.redirect(self.page)
        for piece in pieces(
            self.document, self.lines, self.fallbacks, whole_pages=self.whole_pages
        ):
            self._piece(piece if piece.whole else shown.completed(piece), redirect)
        if self.document.no_line:
            self.drafts = [one for one in self.drafts if not self._is_of_no_line(one)]
        self._moves()
        if redirect:
            self.drafts.append(redirect)
        self._inside(redirect)
        self._sections()
        self._uses()

    def _trees(self, old: Side, new: Side) -> tuple[Tree, Tree]:
        lines = list(old.places.values()), list(new.places.values())
        if not old.scan and all(map(is_parsed, (old.text, new.text), lines)):
            old.scan, new.scan = both(old.text, new.text)
        trees = (
            parse(old.text, old.touched, lines[0], old.scan),
            parse(new.text, new.touched, lines[1], new.scan),
        )
        self.fallbacks += (*trees[0].fallbacks, *trees[1].fallbacks)
        return trees

    def _piece(self, piece: Piece, redirect: Draft | None) -> None:
        trees = self._trees(piece.old, piece.new)
        olds = units(piece.old, trees[0], self.names)
        news = units(piece.new, trees[1], self.names)
        if max(len(olds), len(news)) >= limits.CHANGES:
            seen = max(len(olds), len(news))
            self.fallbacks.append(Fallback("changes", limits.CHANGES, seen))
        folds = piece.old.folds
        pairs = _pairs(olds, news)
        if folds.lines and any(old and new and _folds_differ(old, new) for old, new in pairs):
            self._piece(unfolded(piece, self.document, self.lines), redirect)
            return
        for old, new in pairs:
            draft = details.draft(old, new, self.names)
            if draft and folds.lines and _is_folded(old, new):
                draft.detail = folds.unfolded_all(draft.detail)
            self._add(draft)
        if runs.shows(piece, trees):
            run = runs.Runs(self.lines, piece, trees, self.names, redirect)
            self.drafts += run.lists()
            self.drafts += run.texts({draft.line for draft in self.drafts})

    def _add(self, draft: Draft | None) -> None:
        if draft is None:
            return
        for unit in (draft.old_unit, draft.new_unit):
            if unit:
                self.of_unit[unit] = draft
                if unit.form == "part":
                    draft.certain = False
        self.drafts.append(draft)

    def _is_of_no_line(self, draft: Draft) -> bool:
        """Tell whether a draft is of the blank line that an empty text is."""
        return self.lines[draft.line] is self.document.no_line

    def _moves(self) -> None:
        """Join what was removed in one place with the same thing added in another."""
        gone: dict[tuple[str, str], deque[Draft]] = defaultdict(deque)
        for draft in self.drafts:
            if draft.action == "removed" and draft.old_unit and draft.kind not in _STAYING:
                gone[draft.kind, draft.old_unit.key].append(draft)
        if not gone:
            return
        replaced: dict[Draft, Draft | None] = {}
        for draft in self.drafts:
            unit = draft.new_unit
            if draft.action != "added" or not unit or not gone.get((draft.kind, unit.key)):
                continue
            source = gone[draft.kind, unit.key].popleft()
            if source.old_unit:
                moved = details.moved(source.old_unit, unit, self.names)
                self.of_unit[source.old_unit] = self.of_unit[unit] = moved
                replaced[source], replaced[draft] = None, moved
        kept = [replaced.get(draft, draft) for draft in self.drafts]
        self.drafts = [draft for draft in kept if draft]

    def _inside(self, redirect: Draft | None) -> None:
        for draft in self.drafts:
            unit = (
                draft.new_unit if draft.new_unit and draft.action != "removed" else draft.old_unit
            )
            around = unit.parent if unit else None
            while around and around not in self.of_unit:
                around = around.parent
            if around:
                draft.inside = self.of_unit[around]
            elif redirect and draft is not redirect and draft.line == redirect.line:
                draft.inside = redirect

    def _sections(self) -> None:
        headings = outline.headings(self.page)
        self.drafts += headings
        by_line: dict[int, list[Draft]] = defaultdict(list)
        for draft in self.drafts:
            by_line[draft.line].append(draft)
        told: set[Draft] = set()
        for section, lines in outline.sections(self.page):
            whole = section.action != "changed" or section.detail["change"] == "blanked"
            for draft in (draft for line in lines for draft in by_line[line]):
                named = draft.kind == "heading" and draft.line == section.line
                if draft.inside is None and (whole or named):
                    draft.inside = section
            if section not in told:
                told.add(section)
                self.drafts.append(section)

    def _uses(self) -> None:
        """Tell of removed definitions of references that are still used by name."""
        gone = [draft for draft in self.drafts if draft.kind == "reference" and _lost_name(draft)]
        if not gone:
            return
        uses = runs.reference_uses(self.page.new_text)
        for draft in gone:
            defined, used = uses.get(_lost_name(draft) or "", (0, 0))
            if not defined:
                draft.detail["uses_left"] = used

    def changes(self) -> list[Change]:
        """Return the changes in page order, at most `limits.CHANGES` of them."""
        order = {draft: at for at, draft in enumerate(self.drafts)}

        def place(draft: Draft) -> tuple[int, int, int, int]:
            unit = draft.new_unit or draft.old_unit
            return draft.line, _RANKS.get(draft.kind, 3), unit.column if unit else 0, order[draft]

        ordered = sorted(self.drafts, key=place)
        if len(ordered) > limits.CHANGES:
            self.fallbacks.append(Fallback("changes", limits.CHANGES, len(ordered)))
            ordered = ordered[: limits.CHANGES]
        number = {draft: at for at, draft in enumerate(ordered)}
        found: list[Change] = []
        for draft in ordered:
            if draft.line < len(self.lines) and not self.lines[draft.line].certain:
                draft.certain = False
            found.append(draft.finished(number, wording.draft(draft)))
        return found

    def warnings(self) -> list[PageWarning]:
        """Return a warning for each step that stopped at its limit."""
        return list(limit_warnings(self.fallbacks)) if self.fallbacks else []


def _pairs(olds: Sequence[Unit], news: Sequence[Unit]) -> list[details.Pairing]:
    """Return what is not the same on both sides, kind by kind in each run of changed lines."""
    groups: dict[tuple[int, str], tuple[list[Unit], list[Unit]]] = {}
    for side, found in enumerate((olds, news)):
        for unit in found:
            groups.setdefault((unit.run, unit.kind), ([], []))[side].append(unit)
    made: list[details.Pairing] = []
    for ours, theirs in groups.values():
        made += details.pairs(ours, theirs)
    return made


def _is_folded(*units: Unit | None) -> bool:
    """Tell whether one of two units holds lines that were folded."""
    return any(unit and SIGN in unit.source[unit.start : unit.end] for unit in units)


def _folds_differ(old: Unit, new: Unit) -> bool:
    """Tell whether what two units hold of folded lines, which both sides have, is not the same."""
    held = [pattern(FOLD).findall(unit.source, unit.start, unit.end) for unit in (old, new)]
    return held[0] != held[1]


def _lost_name(draft: Draft) -> str | None:
    """Return the name that a reference's definition had and has no more."""
    old, new = draft.detail["old"], draft.detail["new"]
    if draft.action == "moved" or not old or old["form"] != "definition" or not old["name"]:
        return None
    if new and new["form"] == "definition" and new["name"] == old["name"]:
        return None
    found: str = old["name"]
    return found
