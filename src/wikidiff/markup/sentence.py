"""A whole edit in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from wikidiff.markup.wording import counted, listed
from wikidiff.model import Change, Document


def summary(document: Document) -> str:
    """Return an edit in one sentence, such as the edit summary that should have been written."""
    told = list(_phrases([change for change in document.changes if not _is_folded(change)]))
    if not told:
        return "Nothing changed." if not document.differs else "Layout changed."
    if len(told) > 6:
        told = [*told[:5], f"{counted(len(told) - 5, 'other kind')} of change"]
    sentence = ", ".join(told)
    return sentence[:1].upper() + sentence[1:] + "."


def _is_folded(change: Change) -> bool:
    return change.detail.get("inside") is not None


_ORDER = (
    "redirect section heading template table reference file gallery category wikilink "
    "external-link list text formatting tag parser-function behaviour-switch signature nowiki "
    "comment"
)


def _phrases(changes: Sequence[Change]) -> Iterator[str]:
    """Yield a phrase for each kind; the only change of its kind says what it is."""
    order = {kind: at for at, kind in enumerate(_ORDER.split())}
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.kind, []).append(change)
    for kind in sorted(groups, key=lambda kind: order[kind]):
        group = groups[kind]
        if len(group) == 1:
            words = group[0].description
            yield words[:1].lower() + words[1:]
        elif kind == "text":
            yield _text_phrase(group)
        else:
            yield _of_kind(kind, group)


_PLURALS = {
    "category": "categories",
    "gallery": "galleries",
    "wikilink": "links",
    "redirect": "redirects",
    "formatting": "changes of formatting",
    "behaviour-switch": "behaviour switches",
    "list": "changes of list items",
}


def _of_kind(kind: str, group: Sequence[Change]) -> str:
    noun = _PLURALS.get(kind, f"{kind.replace('-', ' ')}s")
    if kind in ("formatting", "list"):
        return f"{len(group):,} {noun}"
    counts = Counter(_verb(change) for change in group)
    if len(counts) == 1:
        return f"{len(group):,} {noun} {_verb(group[0])}"
    told = listed([f"{count:,} {verb}" for verb, count in counts.items()])
    return f"{noun}: {told}"


_VERBS = {
    ("wikilink", "target"): "retargeted",
    ("wikilink", "label"): "relabelled",
    ("category", "sort_key"): "sorted anew",
    ("file", "caption"): "captioned anew",
    ("reference", "name"): "renamed",
    ("template", "name"): "renamed",
}


def _verb(change: Change) -> str:
    """Return what became of a thing: its action, or what names it better."""
    detail = change.detail
    if change.kind == "heading" and change.action == "changed":
        told = [what for what in detail["changes"] if what != "level"]
        steps = (detail["old_level"] or 0) - (detail["new_level"] or 0)
        if "level" in detail["changes"]:
            told.append(f"{'lifted' if steps > 0 else 'lowered'} {counted(abs(steps), 'level')}")
        return listed(told)
    if change.kind == "section":
        found: str = detail["change"]
        return {"split": "split off"}.get(found, found)
    if change.action == "changed":
        names = (_VERBS.get((change.kind, name)) for name in detail["changes"])
        return next((name for name in names if name), "changed")
    return change.action


def _text_phrase(group: Sequence[Change]) -> str:
    added = removed = 0
    for change in group:
        if change.action != "moved":
            words: dict[str, Any] = change.detail["words"]
            added, removed = added + words["added"], removed + words["removed"]
    classes = {change.detail["class"] for change in group}
    if len(classes) == 1 and classes != {"words"}:
        return f"{counted(len(group), 'line')} changed in {classes.pop()} only"
    told = [f"{counted(added, 'word')} added"] if added else []
    told += [f"{counted(removed, 'word')} removed"] if removed else []
    return "text: " + " and ".join(told or ["changed"])
