"""The things of a piece that a change can be told of: links, templates, references and so on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from wikidiff import limits
from wikidiff.markup.fold import Folds
from wikidiff.markup.grammar import NESTING, OPAQUE
from wikidiff.markup.names import Names, fold, set_of
from wikidiff.markup.nodes import Node, Tree, first_part, within, without_comments
from wikidiff.markup.pieces import Side
from wikidiff.text import pattern

FORMATTING = set_of(
    "b i s u del ins hr br small big sub sup font blockquote span center strong em strike code tt "
    "kbd var samp abbr mark"
) - {"code"}
"""Tags that say how text looks."""

_WHOLE = set_of("math chem ce syntaxhighlight source score timeline templatedata pre code poem")
_MEDIA = (
    r"(?i)\.(?:jpe?g|png|gif|svg|tiff?|webp|xcf|djvu|pdf|og[gvax]|opus|web[m]|mp[34]|mpe?g|wav|flac|midi?)"
    r"(?![\w.])"
)
_MEDIA_ENDS = "|=\n[]{}<>"
_STAMP = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?,? [^\n\[\]{}|]{6,40} ?\([A-Z]{2,5}\)"
_NAME_SIGNS = set("[]{}<>|\n")


PART = "\x01"
"""Stands for the name of a template of which only the inside is shown."""


class Unit:
    """One such thing on one side. `key` is what makes two of them the same, `name` what it is of.

    `line` is the index of the Document line where it changed or begins, `run` that of the changed
    run of lines; `column` counts from the line's start, `start` and `end` are offsets into
    `source`, the piece's text on its side.
    """

    def __init__(
        self, kind: str, node: Node, source: str, key: str, name: str, form: str, folds: Folds
    ) -> None:
        self.kind = kind
        self.node = node
        self.source = source
        self.start = node.start
        self.end = node.end
        self.key = key
        self.name = name
        self.line = self.run = self.column = 0
        self.form = form
        self.parent: Unit | None = None
        self.folds = folds

    @property
    def text(self) -> str:
        """The unit's wikitext."""
        return self.folds.unfolded(self.source[self.start : self.end])

    @property
    def first_line(self) -> str:
        """The first line of the unit's wikitext."""
        end = self.source.find("\n", self.start, self.end)
        line = self.source[self.start : end if end >= 0 else self.end]
        return self.folds.unfolded(line).split("\n", 1)[0]


def units(side: Side, tree: Tree, names: Names) -> list[Unit]:
    """Return the units that the edit may have changed, in page order, enclosing ones first."""
    found = _Finder(side, tree, names)
    found.walk()
    found.signatures()
    return found.units


class _Finder:
    def __init__(self, side: Side, tree: Tree, names: Names) -> None:
        self.source, self.tree, self.names = side.text, tree, names
        self.side = side
        self.units: list[Unit] = []

    def walk(self) -> None:
        waiting: list[tuple[Node, Unit | None]] = [
            (node, None) for node in self.tree.roots[::-1] if not node.quiet
        ]
        while waiting and len(self.units) < limits.CHANGES:
            node, parent = waiting.pop()
            place = self.side.place(node.start, node.end)
            if place is None:
                continue
            unit = self._unit(node)
            if unit and unit.kind in ("formatting", "tag") and node.name not in NESTING:
                opens = unit.kind != "tag" or unit.end < node.end  # what is told is how it opens
                at = self.side.place(node.start, node.inner[0]) if opens else place
                if at:
                    self._add(unit, parent, at)
                unit = None  # tags of HTML enclose nothing here: they may reach over many lines
            if unit:
                self._add(unit, parent, place)
                if unit.kind in ("template", "parser-function"):
                    self._media(unit)
            children = node.children
            if unit and unit.kind == "gallery":
                children = list(_entries(self.source, node))
            if children:
                waiting += [(child, unit or parent) for child in children[::-1] if not child.quiet]

    def _add(self, unit: Unit, parent: Unit | None, place: tuple[int, int, int]) -> None:
        unit.parent = parent
        unit.line, unit.run, line_start = place
        unit.column = unit.start - line_start
        self.units.append(unit)

    def _unit(self, node: Node) -> Unit | None:
        form = node.form
        if form == "link":
            return self._link(node)
        if form == "template":
            return self._template(node)
        if form == "tag":
            return self._tag(node)
        if form == "external":
            return self._external(node)
        if form in ("comment", "table", "signature"):
            return self._make(node, form, form="tildes" if form == "signature" else "")
        if form == "quotes":
            key = f"{node.name}\0{self.source[slice(*node.inner)]}"
            return self._make(node, "formatting", node.name, key=key, form=node.name)
        if form == "switch":
            return self._switch(node)
        return self._argument(node) if form == "argument" else None

    def _make(
        self, node: Node, kind: str, name: str = "", *, key: str | None = None, form: str = ""
    ) -> Unit:
        if key is None:
            key = self.source[node.start : node.end]
            if self.side.folds.lines:
                key = self.side.folds.unfolded(key)
        return Unit(kind, node, self.source, key, name, form, self.side.folds)

    def _own(self, node: Node, start: int, end: int) -> str:
        """Return a stretch of a node without its children."""
        made: list[str] = []
        for child in within(node, start, end):
            if child.end <= end:
                made.append(self.source[start : child.start])
                start = child.end
        return "".join((*made, self.source[start:end]))

    def _template(self, node: Node) -> Unit | None:
        first = first_part(self.source, node)
        name = without_comments(self.source, node, *first).strip()
        own = self._own(node, *first).strip()
        if name == PART:
            return self._make(node, "template", form="part")
        if not name or not _NAME_SIGNS.isdisjoint(own):
            return None
        function, colon, _ = name.partition(":")
        if colon and self.names.is_word(function.strip()):
            return self._make(node, "parser-function", function.strip(), form="function")
        if name in self.names.exact_words:
            return self._make(node, "parser-function", name, form="word")
        return self._make(node, "template", name)

    def _argument(self, node: Node) -> Unit | None:
        name = without_comments(self.source, node, *first_part(self.source, node)).strip()
        return self._make(node, "parser-function", name, form="argument")

    def _link(self, node: Node) -> Unit | None:
        if node.name == "gallery":
            name = self.source[slice(*first_part(self.source, node))].strip()
            return self._make(node, "file", name, form="gallery")
        first = first_part(self.source, node)
        target = without_comments(self.source, node, *first).strip()
        own = self._own(node, *first).strip()
        if not target or not _NAME_SIGNS.isdisjoint(own):
            return None
        return self._make(node, self.names.link_kind(target), target)

    def _external(self, node: Node) -> Unit:
        url = self.source[slice(*node.inner)].split(None, 1)
        return self._make(node, "external-link", url[0] if url else "", form=node.name)

    def _tag(self, node: Node) -> Unit | None:
        if node.name[0] == "/":
            return None
        opening = self.source[node.start : node.inner[0]]
        if node.name == "ref":
            return self._make(node, "reference", attributes(opening).get("name", ""))
        if node.name in ("gallery", "nowiki"):
            return self._make(node, node.name, node.name)
        if node.name in FORMATTING:
            content = self.source[slice(*node.inner)]
            content = content if "\n" not in content else ""
            key = f"{opening}\0{content}"
            made = self._make(node, "formatting", node.name, key=key, form=opening)
            made.end = made.end if content else node.inner[0]
            return made
        if node.name in _WHOLE and (
            node.name in OPAQUE or "\n" not in self.source[slice(*node.inner)]
        ):
            return self._make(node, "tag", node.name)
        made = self._make(node, "tag", node.name, key=opening)
        made.end = node.inner[0]
        return made

    def _switch(self, node: Node) -> Unit | None:
        name = self.source[node.start : node.end]
        if fold(name) not in self.names.switches:
            return None
        return self._make(node, "behaviour-switch", name)

    def _media(self, unit: Unit) -> None:
        """Add the files that a template's parameters name."""
        node, source = unit.node, self.source
        low = node.inner[0]
        for start, end in (
            *((child.start, child.end) for child in node.children),
            (node.inner[1], node.inner[1]),
        ):
            for match in pattern(_MEDIA).finditer(source, low, start):
                begin = match.start()
                while begin > low and source[begin - 1] not in _MEDIA_ENDS:
                    begin -= 1
                name = source[begin : match.end()].strip()
                begin = source.index(name, begin)
                line = self.side.place(begin, match.end())
                if line is not None and "://" not in name and "/" not in name and len(name) > 4:
                    place = Node("link", begin, match.end(), (begin, match.end()))
                    made = self._make(place, "file", name, form="parameter")
                    self._add(made, unit, line)
            low = max(low, end)

    def signatures(self) -> None:
        """Add the signatures: a link to a user, then a time of day with its time zone."""
        if ")" not in self.source:
            return
        users: dict[int, list[Unit]] = {}
        for unit in self.units:
            if unit.kind == "wikilink" and self.names.is_user(unit.name):
                users.setdefault(self.source.rfind("\n", 0, unit.start), []).append(unit)
        if not users:
            return
        for match in pattern(_STAMP).finditer(self.source):
            row = users.get(self.source.rfind("\n", 0, match.start()), [])
            last = bisect_right(row, match.start(), key=_end)
            line = self.side.place(*match.span())
            if last and line is not None:
                start = row[last - 1].start
                for unit in reversed(row[max(last - _SIGNATURE_LINKS, 0) : last]):
                    if start - unit.end > _SIGNATURE_GAP:
                        break
                    start = unit.start
                node = Node("signature", start, match.end(), (start, match.end()))
                made = self._make(node, "signature", row[last - 1].name, form="stamp")
                self._add(made, None, line)
                for unit in row:
                    if start <= unit.start < match.start() and unit.parent is None:
                        unit.parent = made


def _end(unit: Unit) -> int:
    return unit.end


_SIGNATURE_LINKS = 6  # links of one signature at most: user, talk, contributions and the like
_SIGNATURE_GAP = 40  # code points between the links of one signature


def _entries(source: str, gallery: Node) -> Iterator[Node]:
    """Yield a gallery's lines as if they were file links."""
    start, stop = gallery.inner
    children = list(gallery.children)
    at = 0
    while start <= stop:
        end = source.find("\n", start, stop)
        end = stop if end < 0 else end
        inside: list[Node] = []
        while at < len(children) and children[at].start < end:
            end = max(end, children[at].end)
            inside.append(children[at])
            at += 1
        line = source[start:end]
        if line.strip() and not (len(inside) == 1 and inside[0].form == "comment"):
            first = start + len(line) - len(line.lstrip())
            last = first + len(line.strip())
            yield Node("link", first, last, (first, last), "gallery", inside)
        else:
            yield from inside
        start = end + 1


_ATTRIBUTE = r"([^\s=/<>\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+?)(?=/?>|\s|$))"


def attributes(opening: str) -> dict[str, str]:
    """Return the attributes of an opening tag or of a table's line, names in lower case."""
    if "=" not in opening:
        return {}
    return {
        match[1].lower(): next((v for v in match.groups()[1:] if v is not None), "")
        for match in pattern(_ATTRIBUTE).finditer(opening)
    }
