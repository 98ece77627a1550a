"""Changes that are told by line: lists, running text, the redirect."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby

from wikidiff.markup import prose
from wikidiff.markup.align import best, blocks, ratios
from wikidiff.markup.draft import Action, Detail, Draft
from wikidiff.markup.names import Names, fold
from wikidiff.markup.nodes import Tree
from wikidiff.markup.outline import Page
from wikidiff.markup.pieces import Piece, Side
from wikidiff.markup.units import attributes
from wikidiff.model import Line
from wikidiff.text import pattern

_REDIRECT = r"\s*(#[^\s\[\]:#]{1,40})\s*:?\s*\[\[([^\[\]|\n]+)(?:\|[^\[\]\n]*)?\]\]"
_REF = r"<(?i:ref)(\s[^<>]*)>"
_MARKER = re.compile(r"[*#:;]++(?!\{\|)")
_LISTS = {"*": "bullets", "#": "numbers", ":": "indentation", ";": "terms"}


_SHELLS = frozenset({"template", "argument", "comment", "tag"})


def shows(piece: Piece, trees: tuple[Tree, Tree]) -> bool:
    """Tell whether a piece's edit may have changed what a reader sees or a list's items.

    It has not where all it touched lies inside of one template, comment or the like that stands on
    both sides, and no line that came or went looks like a list's.
    """
    shell = _shell(piece.old, trees[0])
    return shell is None or shell != _shell(piece.new, trees[1])


def _shell(side: Side, tree: Tree) -> tuple[int, int] | None:
    """Return the code points before and after what hides all that the edit touched, if any does."""
    low, high = min(side.touched.lows), max(side.touched.highs)
    for node in tree.roots:
        if node.start < low and high < node.end and node.form in _SHELLS and prose.is_unseen(node):
            if any(side.text[start : start + 1] in _LISTS for start, _ in side.places.values()):
                return None
            return node.start, len(side.text) - node.end
    return None


class Runs:
    """The changed lines of a piece, with what shows of them and their list markers."""

    def __init__(
        self,
        lines: Sequence[Line],
        piece: Piece,
        trees: tuple[Tree, Tree],
        names: Names,
        redirect: Draft | None,
    ) -> None:
        self.lines, self.piece = lines, piece
        self.skipped = redirect.line if redirect else None
        self.old = _Shown(piece.old, trees[0], names)
        self.new = _Shown(piece.new, trees[1], names)

        self.groups = self._of_runs(())
        self.parted = self._parted()

    def _of_runs(self, left_out: Collection[int]) -> list[_Group]:
        """Return what belongs together of the runs' lines, but for some."""
        return [
            group
            for run in self.piece.runs
            for group in self._groups(
                [at for at in range(*run) if at != self.skipped and at not in left_out]
            )
        ]

    def _parted(self) -> list[_Group]:
        """Return the paragraphs split or merged all lines of which stand in one run."""
        found: list[_Group] = []
        for run in self.piece.runs:
            places: dict[str, list[int]] = {}
            for at in range(*run):
                if split := self.lines[at].split:
                    places.setdefault(split.id, []).append(at)
            for number, members in places.items():
                share = [line for line in self.lines if line.split and line.split.id == number]
                if len(share) == len(members) and self.skipped not in members:
                    old = [at for at in members if self.lines[at].old is not None]
                    new = [at for at in members if self.lines[at].new is not None]
                    found.append(_Group(old, new))
        return found

    def _groups(self, places: list[int]) -> list[_Group]:
        """Return a run's lines: pairs of both sides, the rest by side, moved ones apart."""
        found: list[_Group] = []
        moves = any(self.lines[at].move for at in places)
        waiting: tuple[list[int], list[int]] = [], []
        for at in places:
            line = self.lines[at]
            if line.kind == "changed":
                found += self._paired(*waiting, moves=moves)
                waiting = [], []
                found.append(_Group([at], [at]))
            elif line.move:
                gone, come = line.old is not None, bool(line.new)
                found.append(_Group([at] if gone else [], [at] if come else [], moved=True))
            else:
                waiting[line.kind == "inserted"].append(at)
        return found + self._paired(*waiting, moves=moves)

    def _paired(self, gone: list[int], come: list[int], *, moves: bool) -> list[_Group]:
        """Return what belongs together of lines that the diff did not pair: what shows decides."""
        if not gone or not come:
            return [_Group(gone, come, near_move=moves)] if gone or come else []
        olds = [(at, words) for at in gone if (words := self.old.text(at).strip())]
        news = [(at, words) for at in come if (words := self.new.text(at).strip())]
        taken: set[int] = set()
        groups: list[_Group] = []
        found = blocks([words for _, words in olds], [words for _, words in news])
        left = [(olds[a:b], news[c:d]) for a, b, c, d in found]
        for one, other in pairs_alike(olds, news, left):
            taken |= {one, other}
            groups.append(_Group([one], [other]))
        rest = [at for at in gone if at not in taken], [at for at in come if at not in taken]
        for side, places in enumerate(rest):
            if places:
                groups.append(_Group([], places) if side else _Group(places, []))
        return groups

    def lists(self) -> list[Draft]:
        """Return the list items added and removed, and those of another depth or kind."""
        made: list[Draft] = []
        for group in self.groups:
            if group.old and group.new:
                old, new = self.old.marker(group.old[0]), self.new.marker(group.new[0])
                if old != new:
                    made.append(_list(old, new, group.new[0], 1))
                continue
            if group.moved and group.old:
                continue
            side, places = (self.old, group.old) if group.old else (self.new, group.new)
            marked = [(at, marker) for at in places if (marker := side.marker(at))]
            for marker, items in groupby(marked, lambda item: item[1]):
                found = list(items)
                old = marker if group.old or group.moved else None
                new = None if group.old else marker
                made.append(_list(old, new, found[0][0], len(found)))
        return made

    def texts(self, told: AbstractSet[int]) -> list[Draft]:
        """Return what changed of the text that a reader sees; `told` are lines told of already.

        Blanks at a line's ends that something else left there are no change of their own.
        """
        made: list[Draft] = []
        groups = self.groups
        if self.parted:
            groups = self._of_runs({at for one in self.parted for at in (*one.old, *one.new)})
            made += self._of_parted()
        for group in groups:
            if group.old and group.new:
                old, new = self.old.text(group.old[0]), self.new.text(group.new[0])
                places = {group.old[0], group.new[0]}
                if old != new and (old.strip() != new.strip() or told.isdisjoint(places)):
                    made.append(_text(old, new, group.new[0]))
            elif group.moved:
                made += self._moved(group.new)
            elif group.old:
                made += self._one_sided(self.old, group, group.old, "removed")
            else:
                made += self._one_sided(self.new, group, group.new, "added")
        return made

    def _of_parted(self) -> list[Draft]:
        """Return the paragraphs split and merged, each as one change."""
        made: list[Draft] = []
        for group in self.parted:
            olds = [words for at in group.old if (words := self.old.text(at)).strip()]
            news = [words for at in group.new if (words := self.new.text(at)).strip()]
            old, new = "\n".join(olds), "\n".join(news)
            if old == new:
                continue
            draft = _text(old, new, (group.new or group.old)[0])
            if draft.action == "changed":
                paragraphs = draft.detail["paragraphs"]
                paragraphs["added"] = max(len(news) - len(olds), 0)
                paragraphs["removed"] = max(len(olds) - len(news), 0)
            made.append(draft)
        return made

    def _one_sided(
        self, side: _Shown, group: _Group, places: list[int], action: Action
    ) -> list[Draft]:
        texts = [(at, side.text(at)) for at in places]
        filled = [(at, words) for at, words in texts if words.strip()]
        if filled:
            return [_one_sided(filled, action)]
        if not group.near_move and all(side.is_blank(at) for at in places):
            return [_one_sided([(at, "") for at in places], action)]
        return []

    def _moved(self, places: list[int]) -> list[Draft]:
        filled = [(at, words) for at in places if (words := self.new.text(at)).strip()]
        if not filled:
            return []
        made = _one_sided(filled, "added")
        return [Draft("text", "moved", made.new, made.new, made.line, made.detail)]


class _Group:
    """Document lines that are told of together: one on each side, or some of one side.

    `near_move`: a blank line here comes of a paragraph's having moved.
    """

    __slots__ = "moved", "near_move", "new", "old"

    def __init__(
        self, old: list[int], new: list[int], *, moved: bool = False, near_move: bool = False
    ) -> None:
        self.old = old
        self.new = new
        self.moved = moved
        self.near_move = near_move


def pairs_alike(
    olds: list[tuple[int, str]],
    news: list[tuple[int, str]],
    left: Sequence[tuple[list[tuple[int, str]], list[tuple[int, str]]]],
) -> Iterator[tuple[int, int]]:
    """Yield the lines of the same or of like text: (old place, new place).

    `left` are the stretches that the longest common run of equal texts leaves.
    """
    loose_old = {at for ours, _ in left for at, _ in ours}
    loose_new = {at for _, theirs in left for at, _ in theirs}
    same_old = [at for at, _ in olds if at not in loose_old]
    same_new = [at for at, _ in news if at not in loose_new]
    yield from zip(same_old, same_new, strict=True)
    for ours, theirs in left:
        for i, j in best(ours, theirs, _line_likeness):
            yield ours[i][0], theirs[j][0]


def _line_likeness(old: tuple[int, str], news: Sequence[tuple[int, str]]) -> list[float]:
    return ratios(old[1].casefold(), [new[1].casefold() for new in news])


def _one_sided(texts: list[tuple[int, str]], action: Action) -> Draft:
    words = [text for _, text in texts]
    detail = prose.count(words, action)
    joined = "\n".join(words)
    if not joined.strip():
        detail["class"] = "whitespace"
        detail["whitespace"][action] = len(texts)
    old, new = (joined, None) if action == "removed" else (None, joined)
    return Draft("text", action, old, new, texts[0][0], detail)


def _text(old: str, new: str, at: int) -> Draft:
    if not old.strip() and new.strip():
        return _one_sided([(at, new)], "added")
    if old.strip() and not new.strip():
        return _one_sided([(at, old)], "removed")
    return Draft("text", "changed", old, new, at, prose.compare(old, new))


class _Shown:
    """One side's lines by Document line."""

    def __init__(self, side: Side, tree: Tree, names: Names) -> None:
        self.side, self.tree = side, tree
        self.places = side.places
        self.visible = prose.Visible(tree, names, list(side.places.values()))

    def is_blank(self, at: int) -> bool:
        """Tell whether a line is a blank one that shows, and not one inside a template."""
        start, end = self.places.get(at, (0, 0))
        return not self.side.text[start:end].strip() and not self.visible.hides(start)

    def text(self, at: int) -> str:
        """Return what shows of a line, without its list markers."""
        place = self.places.get(at)
        if place is None:
            return ""
        marker = self.marker(at)
        return self.visible.line(place[0] + len(marker or ""), place[1])

    def marker(self, at: int) -> str | None:
        """Return a line's list markers, None where it is no list item."""
        place = self.places.get(at)
        if place is None or self.side.text[place[0] : place[0] + 1] not in _LISTS:
            return None
        found = _MARKER.match(self.side.text, *place)
        return found[0] if found and not self.tree.is_raw(place[0]) else None


def _list(old: str | None, new: str | None, at: int, items: int) -> Draft:
    action: Action = "changed" if old and new else "removed" if old else "added"
    if old == new:
        action = "moved"
    changes: list[str] = []
    if old and new and old != new:
        changes += ["depth"] if len(old) != len(new) else []
        changes += ["kind"] if _LISTS[old[-1]] != _LISTS[new[-1]] else []
        changes = changes or ["kind"]
    detail: Detail = {"changes": changes, "old": _item(old), "new": _item(new), "items": items}
    return Draft("list", action, old, new, at, detail)


def _item(marker: str | None) -> Detail | None:
    return {"list": _LISTS[marker[-1]], "depth": len(marker)} if marker else None


def redirect(page: Page) -> Draft | None:
    """Return what the edit did to the page's being a redirect, or None."""
    if page.lines[0].kind == "context" and not (page.lines[0].old or "").isspace():
        return None  # the first line is what it was
    sides: list[str | None] = []
    places: list[int] = []
    for side in ("old", "new"):
        first = _first(page, side)
        sides.append(_target(first[1], page.names) if first else None)
        places.append(first[0] if first else 0)
    old, new = sides
    if old == new:
        return None
    action: Action = "changed" if old and new else "removed" if old else "added"
    detail: Detail = {"changes": ["target"] if old and new else []}
    return Draft("redirect", action, old, new, places[1] if new else places[0], detail)


def _first(page: Page, side: str) -> tuple[int, str] | None:
    """Return the side's first filled line and its place, if it is shown and at the page's top."""
    for at, line in enumerate(page.lines):
        words = getattr(line, side)
        if words is None or not words.strip():
            continue
        number = getattr(line, f"{side}_line")
        return (at, words) if number in (1, None) or at == 0 else None
    return None


def _target(line: str, names: Names) -> str | None:
    if "#" not in line[:60]:
        return None
    match = pattern(_REDIRECT).match(line)
    return match[2].strip() if match and fold(match[1]) in names.redirect else None


def reference_uses(text: str) -> dict[str, tuple[int, int]]:
    """Return how often each named reference of a text is defined and how often it is only used."""
    found: dict[str, tuple[int, int]] = {}
    for match in pattern(_REF).finditer(text):
        name = attributes(match[0]).get("name")
        if name:
            defined, used = found.get(name, (0, 0))
            use = match[1].rstrip().endswith("/")
            found[name] = (defined + (not use), used + use)
    return found
