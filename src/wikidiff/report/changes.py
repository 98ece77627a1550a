"""An edit in wiki terms: its changes by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from wikidiff.model import Change, Document, Line
from wikidiff.report.rows import BLANK, Layout, Row, Stretch, joined, plural

_TERMINAL_ROWS = 8  # changes of one kind listed in a terminal that did not ask for the kind
_ACTIONS = {"added": "new", "removed": "old", "changed": "changed-mark", "moved": "moved-to"}
_MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}


def change_rows(document: Document, layout: Layout) -> Iterator[Row]:
    """Yield the changes grouped by kind, in the order in which the kinds first come.

    What stands inside another change is folded into the outermost one, unless its kind is asked
    for. Headings have rows of their own.
    """
    only = layout.view.only
    folded = {} if only else _folded(document.changes)
    hidden = {at for inner in folded.values() for at in inner}
    groups: dict[str, list[int]] = {}
    for at, change in enumerate(document.changes):
        if change.kind != "heading" and is_wanted(change.kind, only) and at not in hidden:
            groups.setdefault(change.kind, []).append(at)
    if groups:
        yield BLANK
        yield Row(body=(("Changes", "label"),))
    lines = list(document.lines())
    for kind, group in groups.items():
        yield _head(kind, [document.changes[at] for at in group], layout)
        if _is_listed(kind, layout):
            yield from _items(document.changes, group, folded, lines, layout)
    found = [*groups, *(["heading"] if document.headings else [])]
    if missing := [kind for kind in sorted(only) if not _is_found(kind, found)]:
        yield BLANK
        yield Row(body=((f"No changes of this kind: {', '.join(missing)}", "dim"),))


def _folded(changes: Sequence[Change]) -> dict[int, list[int]]:
    """Return the changes that stand inside others, each under the outermost one."""
    found: dict[int, list[int]] = {}
    for at in range(len(changes)):
        around = at
        for _ in changes:  # a chain is no longer than all of them
            inside = changes[around].detail.get("inside")
            if not inside:
                break
            around = inside["change"]
        if around != at and changes[around].kind != "heading":
            found.setdefault(around, []).append(at)
    return found


def _is_listed(kind: str, layout: Layout) -> bool:
    """Tell whether a kind's changes are listed: of running text the lines below tell it all."""
    view = layout.view
    return not view.summary and (kind != "text" or bool(view.only) or view.verbose)


def _is_found(kind: str, found: list[str]) -> bool:
    return any(is_wanted(one, frozenset({kind})) for one in found)


def sentence(document: Document) -> str:
    """Return what the edit did in one sentence, "" where nothing tells of it."""
    return (document.summary or "") if document.changes else ""


def is_wanted(kind: str, only: frozenset[str]) -> bool:
    """Tell whether a kind of change is among those asked for, in the singular or the plural."""
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    return not only or kind in only or plural in only


def _head(kind: str, group: list[Change], layout: Layout) -> Row:
    counts: list[tuple[Stretch, ...]] = []
    for action, style in _ACTIONS.items():
        if count := sum(change.action == action for change in group):
            counts.append(((f"{count:,} {action}", style),))
    return Row(((" " * 2, ""),), ((kind, "kind"), ("  ", ""), *joined(counts, ", ")))


def _items(
    changes: Sequence[Change],
    group: list[int],
    folded: dict[int, list[int]],
    lines: list[Line],
    layout: Layout,
) -> Iterator[Row]:
    view = layout.view
    most = len(group)
    if view.width is not None and not view.only and not view.verbose:
        most = _TERMINAL_ROWS if most > _TERMINAL_ROWS + 1 else most
    for at in group[:most]:
        yield _row(changes[at], [changes[one] for one in folded.get(at, ())], 4, lines, layout)
        if view.verbose:
            for one in folded.get(at, ()):
                yield _row(changes[one], [], 8, lines, layout)
    if left := len(group) - most:
        words = f"{layout.glyphs.ellipsis} {left:,} more; -v shows them"
        yield Row((("    ", ""),), ((words, "hidden"),))


def _row(
    change: Change, inner: list[Change], indent: int, lines: list[Line], layout: Layout
) -> Row:
    lead = ((" " * indent, ""), (_MARKS[change.action], _ACTIONS[change.action]), (" ", ""))
    body = _item(change, layout)
    if inner and not layout.view.verbose:
        body = (*body, (f"  with {_counts(inner)}", "dim"))
    elif layout.view.only and (around := change.detail.get("inside")):
        body = (*body, (f"  in a {around['kind'].replace('-', ' ')}", "dim"))
    return Row(lead, body, _place(change, lines))


_NOUNS = {
    "wikilink": ("link", ""),
    "category": ("category", "categories"),
    "gallery": ("gallery", "galleries"),
    "list": ("change of list items", "changes of list items"),
    "formatting": ("change of formatting", "changes of formatting"),
    "text": ("change of text", "changes of text"),
    "behaviour-switch": ("behaviour switch", "behaviour switches"),
}


def _counts(inner: list[Change]) -> str:
    """Return how many changes of each kind stand inside one."""
    counts = Counter(change.kind for change in inner)
    nouns = (
        (count, _NOUNS.get(kind, (kind.replace("-", " "), ""))) for kind, count in counts.items()
    )
    return ", ".join(plural(count, *noun) for count, noun in nouns)


def _item(change: Change, layout: Layout) -> tuple[Stretch, ...]:
    """Return a change in words if it has some, else what was and what is."""
    if change.description:
        return ((change.description, ""),)
    old = (change.old or "", "old")
    new = (change.new or "", "new")
    if change.old is None or change.action == "added":
        return (new,)
    if change.new is None or change.action == "removed":
        return (old,)
    if change.old == change.new:
        return ((change.new, "moved-to" if change.action == "moved" else ""),)
    return old, (f" {layout.glyphs.arrow} ", "dim"), new


def _place(change: Change, lines: list[Line]) -> tuple[Stretch, ...]:
    """Return the number of the line that a change stands on, on the side it is on."""
    if not 0 <= change.line < len(lines):
        return ()
    line = lines[change.line]
    number = line.old_line if change.side == "old" or line.new_line is None else line.new_line
    return ((f"line {number}", "number"),) if number else ()
