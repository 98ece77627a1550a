"""Runs rules over a Document: hits on both sides, what of them is new, what is silenced."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any

from wikidiff import limits
from wikidiff.findings import Checked, Finding, Fix, Place, Status
from wikidiff.model import Document
from wikidiff.rules.base import Hit, Rule
from wikidiff.rules.config import Active, Config
from wikidiff.rules.edit import Edit, Side
from wikidiff.rules.introduced import introduced, unbalanced
from wikidiff.rules.suppress import Suppression, suppressions

_UNUSED = "W001"


def check(document: Document, config: Config, path: str | None = None) -> Checked:
    """Return what the rules have to say of a Document.

    By default that is what its edit introduced; with `config.all_lines` all that is known of the
    new text is looked at, and findings that were there before have the status "present". `path` is
    what findings call the source, its own name by default.
    """
    path = document.source.name if path is None else path
    if not document.differs and not config.all_lines:
        return Checked(path)
    if config.language and not document.source.language:
        document = document.replace(source=replace(document.source, language=config.language))
    run = _Run(document, config, path)
    run.run()
    return run.checked()


@dataclass
class _Run:
    document: Document
    config: Config
    path: str
    findings: list[Finding] = field(default_factory=list)
    fixed: Counter[str] = field(default_factory=Counter)
    silenced: int = 0
    stopped: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.edit = Edit(self.document, self.config.all_lines)
        self.active = self.config.active(self.path)
        self.suppressions = suppressions(self._numbered())
        self.fingerprints: Counter[tuple[str, ...]] = Counter()

    @cached_property
    def whole_edit(self) -> Edit:
        """The edit with all that is known of both sides."""
        return Edit(self.document, all_lines=True)

    def _numbered(self) -> Iterator[tuple[int, str]]:
        """Yield the new side's lines with their numbers, where they are known."""
        texts = self.document.texts
        if texts is None:
            shown = ((line.new_line, line.new) for line in self.edit.lines)
            yield from ((number, text) for number, text in shown if number and text)
        elif "wikidiff:" in texts[1]:
            yield from enumerate(texts[1].split("\n"), 1)

    def run(self) -> None:
        """Collect the findings of all rules that run."""
        text = self.edit.touched
        is_ascii = text.isascii()
        for active in self.active:
            if not active.rule.may_find(text, is_ascii=is_ascii):
                continue
            if active.rule.kind == "edit":
                hits = self._hits(active, self.edit)
                self._take(active, hits, hits)
            else:
                self._compare(active)
        for active in self.active:
            if active.rule.code == _UNUSED:
                hits = self._unused()
                self._take(active, hits, hits)

    def _compare(self, active: Active) -> None:
        """Collect the findings of a rule that is asked of both sides."""
        rule, edit = active.rule, self.edit
        new, old = self._hits(active, edit.new), self._hits(active, edit.old)
        if not new and not old:
            return
        if rule.far and edit.is_whole and not edit.all_lines and unbalanced(old, new):
            edit = self.whole_edit
            new, old = self._hits(active, edit.new), self._hits(active, edit.old)
        found, fixed = introduced(rule, edit, old, new)
        if fixed:
            self.fixed[rule.code] += fixed
        self._take(active, found, new)

    def _hits(self, active: Active, of: Edit | Side) -> list[Hit]:
        """Return what a rule finds, as far as its limit."""
        found = list(islice(active.rule.find(of, **active.options), limits.FINDINGS + 1))
        if len(found) > limits.FINDINGS:
            self.stopped.add(active.rule.code)
        return found[: limits.FINDINGS]

    def _take(self, active: Active, found: Sequence[Hit], all_hits: Sequence[Hit]) -> None:
        """Make findings of hits; suppressions are used by old problems as well."""
        new = set(map(id, found))
        shown = all_hits if self.config.all_lines and not active.rule.paired else found
        if self.config.all_lines and active.rule.paired and self.edit.is_whole:
            shown = all_hits
        silent = {id(hit) for hit in all_hits if self._is_silenced(active.rule, hit)}
        for hit in shown:
            if id(hit) in silent:
                self.silenced += 1
                continue
            status: Status = "introduced" if id(hit) in new else "present"
            self.findings.append(self._finding(active, hit, status))

    def _is_silenced(self, rule: Rule, hit: Hit) -> bool:
        line = self._line(hit.place)
        if line is None or rule.code == _UNUSED:
            return False
        covering = [s for s in self.suppressions if s.covers(line, rule.code, rule.name)]
        for suppression in covering:
            suppression.use(rule.code, rule.name)
        return bool(covering)

    def _line(self, place: Place) -> int | None:
        return place.line if place.side == "new" else self._nearest(place)

    def _nearest(self, place: Place) -> int | None:
        """Return the number of the new line that stands where an old one stood."""
        if place.at is None:
            return None
        lines = self.edit.lines
        for line in lines[place.at :]:
            if line.new_line is not None:
                return line.new_line
        for line in reversed(lines[: place.at]):
            if line.new_line is not None:
                return line.new_line
        return 1 if self.edit.is_whole else None

    def _unused(self) -> list[Hit]:
        """Return a hit for each suppression that silenced nothing, where that can be told."""
        found = (
            Hit(self._place_of(suppression), f"nothing to silence: {', '.join(unused)}", "unused")
            for suppression in self.suppressions
            if (unused := suppression.unused()) and self._is_judged(suppression)
        )
        return list(islice(found, limits.FINDINGS))

    def _is_judged(self, suppression: Suppression) -> bool:
        """Tell whether all that a suppression silences was looked at."""
        if self.config.all_lines:
            return True
        alone = suppression.first == suppression.last
        return alone and {suppression.line, suppression.first} <= self._touched

    @cached_property
    def _touched(self) -> set[int]:
        """The numbers of the new text's lines that the edit changed or added."""
        lines = self.edit.lines
        return {line.new_line for line in lines if line.new_line and line.kind != "context"}

    def _place_of(self, suppression: Suppression) -> Place:
        place = self.edit.new.line_place(suppression.line)
        return replace(place, start=suppression.start, end=suppression.end)

    def _finding(self, active: Active, hit: Hit, status: Status) -> Finding:
        place, rule = hit.place, active.rule
        shown = self.edit.lines[place.at].shown if place.at is not None else None
        section = self._section(place)
        return Finding(
            rule.info,
            active.severity,
            hit.message,
            self.path,
            place,
            self.document.page.title,
            section,
            status,
            self._fingerprint(rule, hit, section),
            None if place.side == "new" else self._nearest(place),
            shown,
            self._fix(hit),
        )

    def _fix(self, hit: Hit) -> Fix | None:
        place = hit.place
        if hit.fix is None or place.line is None or place.side == "old" or not self.edit.is_whole:
            return None
        return Fix(place.line, place.start, place.end, None if hit.drops_line else hit.fix)

    def _fingerprint(self, rule: Rule, hit: Hit, section: str | None) -> str:
        """Return what tells a finding from others, wherever its line stands.

        Made of rule, page, section and what was found; equal ones are counted.
        """
        page = self.document.page.title or self.path
        parts = (rule.code, page, section or "", hit.key)
        nth = self.fingerprints[parts]
        self.fingerprints[parts] += 1
        data = "\0".join((*parts, str(nth))).encode("utf-8", "surrogatepass")
        return hashlib.sha256(data).hexdigest()[:32]

    def _section(self, place: Place) -> str | None:
        """Return the heading that a place stands under."""
        side = self.edit.new if place.side == "new" else self.edit.old
        if side.page is not None and place.line is not None:
            above = None
            for number, heading in side.outline.headings.items():
                if number > place.line:
                    break
                above = heading.text
            return above
        return self._shown_section(place)

    def _shown_section(self, place: Place) -> str | None:
        first = 0
        for section in self.document.sections:
            count = sum(len(hunk.lines) for hunk in section.hunks)
            if place.at is not None and first <= place.at < first + count:
                told = section.new or section.old
                return told.heading if told else None
            first += count
        return None

    def checked(self) -> Checked:
        """Return the findings in the order of their lines."""

        def order(finding: Finding) -> tuple[Any, ...]:
            return finding.line or 0, finding.place.at or 0, finding.place.start, finding.code

        found = tuple(sorted(self.findings, key=order))
        fixed = dict(sorted(self.fixed.items()))
        return Checked(self.path, found, fixed, self.silenced, tuple(sorted(self.stopped)))
