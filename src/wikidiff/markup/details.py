"""From pairs of units to changes with their details, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from wikidiff.markup import params, tables
from wikidiff.markup.align import ALIKE, align, ratio, ratios
from wikidiff.markup.draft import Action, Detail, Draft
from wikidiff.markup.names import Names, fold
from wikidiff.markup.units import Unit

Pairing = tuple[Unit | None, Unit | None]


def pairs(olds: Sequence[Unit], news: Sequence[Unit]) -> list[Pairing]:
    """Return the units of one kind that are not the same on both sides of a piece, paired up."""
    if not olds or not news:
        return [*((old, None) for old in olds), *((None, new) for new in news)]
    if len(olds) == len(news) == 1:
        old, new = olds[0], news[0]
        if old.key == new.key:
            return []
        one = _same_line(old, new) or _likeness(old, [new])[0] >= ALIKE
        return [(old, new)] if one else [(old, None), (None, new)]
    return align(olds, news, _key, _likeness, same_place=_same_line)


def _key(unit: Unit) -> str:
    return unit.key


def _same_line(old: Unit, new: Unit) -> bool:
    if old.kind == "formatting":
        return False
    if old.kind == "template":
        return old.line == new.line and old.start == new.start
    return old.line == new.line


def _likeness(old: Unit, news: Sequence[Unit]) -> list[float]:
    """Return how likely a unit is each of some others, changed: 1 for the same name."""
    if old.kind == "formatting":
        return [_formatting_likeness(old, new) for new in news]
    name = fold(old.name) if old.name else ""
    found = [1.0 if name and fold(new.name) == name else 0.0 for new in news]
    left = [at for at, score in enumerate(found) if not score]
    if old.form == "parameter":
        for at in left:
            found[at] = _parameter_likeness(old, news[at])
    elif left:
        scores = ratios(old.key, [news[at].key for at in left])
        for at, score in zip(left, scores, strict=True):
            found[at] = score
    return found


def _parameter_likeness(old: Unit, new: Unit) -> float:
    """Two files that a template's parameters name are one where they stand on the same line."""
    if new.form != "parameter" or not old.parent or not new.parent:
        return ratio(old.key, new.key, ALIKE)
    return 0.9 if old.line == new.line else ratio(old.text, new.text, ALIKE)


def _formatting_likeness(old: Unit, new: Unit) -> float:
    """Two stretches are one by what they hold; of one form a little less will do."""
    one, other = old.key.partition("\0")[2], new.key.partition("\0")[2]
    if one == other:
        return 1.0 if old.line == new.line else 0.0
    score = ratio(one, other)
    return score if old.form == new.form and score >= 0.3 else 0.0


def draft(old: Unit | None, new: Unit | None, names: Names) -> Draft | None:
    """Return the change that a pair of units amounts to, or None if it is no change."""
    unit = new or old
    if unit is None:
        return None
    action: Action = "changed" if old and new else "removed" if old else "added"
    detail = _DETAILS.get(unit.kind, _plain)(old, new, names)
    if detail is None:
        return None
    return Draft(
        unit.kind,
        action,
        shown(old),
        shown(new),
        unit.line,
        detail,
        old_unit=old,
        new_unit=new,
    )


def moved(old: Unit, new: Unit, names: Names) -> Draft:
    """Return the change that a unit's standing elsewhere is."""
    detail = _DETAILS.get(new.kind, _plain)(None, new, names) or {}
    detail = {**detail, "changes": ["place"], "from_line": old.line}
    if "old" in detail:
        detail["old"] = detail["new"]
    return Draft(
        new.kind, "moved", shown(old), shown(new), new.line, detail, old_unit=old, new_unit=new
    )


def shown(unit: Unit | None) -> str | None:
    """Return what `old` or `new` of a change says: a table's first line, else the wikitext."""
    if unit is None:
        return None
    return unit.first_line if unit.kind in ("table", "gallery") else unit.text


def _compared(old: Detail | None, new: Detail | None) -> Detail:
    """Return the parts of both sides and the names of those that differ."""
    changes: list[str] = []
    if old is not None and new is not None:
        changes = [name for name in old if old[name] != new[name]]
    return {"changes": changes, "old": old, "new": new}


def _plain(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    return {"changes": ["content"] if old and new else []}


def _wikilink(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    olds = params.wikilink(old, names) if old else None
    news = params.wikilink(new, names) if new else None
    detail = _compared(olds, news)
    if olds and news:
        detail["changes"] = [name for name in detail["changes"] if name != "namespace"]
        if (olds["label"] is None) != (news["label"] is None):
            detail["changes"].append("piped")
        if not detail["changes"]:
            detail["changes"] = ["spacing"]
    return detail


def _external(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    detail = _compared(
        params.external_link(old) if old else None, params.external_link(new) if new else None
    )
    if old and new:
        detail["changes"] += ["brackets"] if old.form != new.form else []
        detail["changes"] = detail["changes"] or ["spacing"]
    return detail


def _category(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    detail = _compared(params.category(old) if old else None, params.category(new) if new else None)
    if old and new and not detail["changes"]:
        detail["changes"] = ["spelling"]
    return detail


def _file(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    olds = params.file(old, names) if old else None
    news = params.file(new, names) if new else None
    detail = _compared(olds, news)
    if old and new and not detail["changes"]:
        detail["changes"] = ["spelling"]
    gone = olds["options"] if olds else []
    come = news["options"] if news else []
    detail["options"] = {
        "added": [option for option in come if option not in gone],
        "removed": [option for option in gone if option not in come],
    }
    return detail


def _reference(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    detail = _compared(
        params.reference(old) if old else None, params.reference(new) if new else None
    )
    if old and new and not detail["changes"]:
        detail["changes"] = ["spelling"]
    detail["uses_left"] = 0
    return detail


def _template(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    read = params.parameters
    return _with_parameters(old, new, read)


def _function(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    detail = _with_parameters(old, new, params.function_arguments)
    unit = new or old
    detail["form"] = unit.form if unit else ""
    return detail


def _with_parameters(
    old: Unit | None, new: Unit | None, read: Callable[[Unit], dict[str, str]]
) -> Detail:
    changes: list[str] = []
    told: list[Detail] = []
    if old and new:
        told = list(_parameters(read(old), read(new)))
        if fold(old.name) != fold(new.name):
            changes.append("name")
        if told:
            changes.append("parameters")
        if not changes:
            changes.append("layout")
    return {
        "changes": changes,
        "old": {"name": old.name} if old else None,
        "new": {"name": new.name} if new else None,
        "parameters": told,
    }


def _parameters(old: dict[str, str], new: dict[str, str]) -> Iterator[Detail]:
    """Yield what became of each parameter: of the same value under another name it is renamed."""
    come = [name for name in new if name not in old]
    for name, value in old.items():
        if name in new:
            if value != new[name]:
                yield _parameter("changed", name, value, new[name])
            continue
        same = [other for other in come if value and new[other] == value]
        if same:
            come.remove(same[0])
            yield {**_parameter("renamed", name, value, value), "new_name": same[0]}
        else:
            yield _parameter("removed", name, value, None)
    for name in come:
        yield _parameter("added", name, None, new[name])


def _parameter(action: str, name: str, old: str | None, new: str | None) -> Detail:
    return {"action": action, "name": name, "new_name": None, "old": old, "new": new}


def _table(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    grids = [tables.grid_of(unit.source, unit.node) if unit else None for unit in (old, new)]
    detail: Detail = {"changes": []}
    for side, grid in zip(("old", "new"), grids, strict=True):
        rows = grid.rows if grid else []
        caption = grid.caption.text if grid and grid.caption else None
        size = {
            "rows": sum(row.count for row in rows),
            "columns": max((row.width for row in rows), default=0),
            "caption": caption,
        }
        detail[side] = size if grid else None
    told: Detail = {"attributes": [], "caption": None, "rows": [], "columns": [], "cells": []}
    if grids[0] and grids[1] and grids[0].whole and grids[1].whole:
        told = tables.compare(grids[0], grids[1])
        detail["changes"] = [name for name, value in told.items() if value] or ["layout"]
    return {**detail, **told}


def _gallery(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    openings = [unit.source[unit.start : unit.node.inner[0]] if unit else "" for unit in (old, new)]
    changed = tables.changed_names(*openings) if old and new else []
    changes = ["attributes"] if changed else []
    if old and new:
        before, after = (unit.source[slice(*unit.node.inner)] for unit in (old, new))
        changes += ["files"] if before != after else []
    return {"changes": changes, "attributes": changed}


def _formatting(old: Unit | None, new: Unit | None, names: Names) -> Detail | None:
    if old and new and old.form == new.form:
        return None  # what it holds changed, and is told of by itself
    return {
        "changes": ["format"] if old and new else [],
        "old": _format(old),
        "new": _format(new),
    }


def _format(unit: Unit | None) -> Detail | None:
    if unit is None:
        return None
    return {"format": unit.name, "content": unit.key.partition("\0")[2]}


def _tag(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    unit = new or old
    openings = [u.source[u.start : u.node.inner[0]] if u else "" for u in (old, new)]
    changed: list[str] = []
    if old and new:
        changed = tables.changed_names(*openings)
    changes = ["attributes"] if changed else []
    if old and new:
        if old.name != new.name:
            changes.append("name")
        before, after = (u.source[slice(*u.node.inner)] for u in (old, new))
        if before != after and old.end == old.node.end:
            changes.append("content")
        changes = changes or ["spelling"]
    return {"changes": changes, "name": unit.name if unit else "", "attributes": changed}


def _switch(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    unit = new or old
    return {"changes": ["name"] if old and new else [], "name": unit.name if unit else ""}


def _signature(old: Unit | None, new: Unit | None, names: Names) -> Detail:
    unit = new or old
    return {**_plain(old, new, names), "user": unit.name if unit and unit.name else None}


_DETAILS: dict[str, Callable[[Unit | None, Unit | None, Names], Detail | None]] = {
    "wikilink": _wikilink,
    "external-link": _external,
    "category": _category,
    "file": _file,
    "reference": _reference,
    "template": _template,
    "parser-function": _function,
    "table": _table,
    "gallery": _gallery,
    "formatting": _formatting,
    "tag": _tag,
    "behaviour-switch": _switch,
    "signature": _signature,
}
