"""Changes and whole edits in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from wikidiff.markup.draft import Detail, Draft
from wikidiff.markup.names import language_codes
from wikidiff.model import Change, Document

_WORDS = 60  # code points of a text that a description quotes


def quoted(text: str | None) -> str:
    """Return a text in quotes on one line, cut where it is long."""
    line = " ".join((text or "").split())
    return f"“{line if len(line) <= _WORDS else line[: _WORDS - 1].rstrip() + '…'}”"


def draft(draft: Draft) -> str:
    """Return a draft in one line of English."""
    tell = _TELL.get(draft.kind, _plain)
    words = tell(draft.kind, draft.action, draft.old, draft.new, draft.detail)
    return words[:1].upper() + words[1:] + ("" if draft.certain else " (not certain)")


Teller = Callable[[str, str, "str | None", "str | None", Detail], str]


def _plain(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    label = kind.replace("-", " ")
    if action == "changed":
        return f"{label} changed: {quoted(old)} → {quoted(new)}"
    return f"{label} {action}: {quoted(new if new is not None else old)}"


def _side(detail: Detail) -> Detail:
    found: Detail = detail.get("new") or detail.get("old") or {}
    return found


def _both(detail: Detail, name: str) -> str:
    old, new = (detail[side].get(name) for side in ("old", "new"))
    if old is None:
        return f"{quoted(new)} added"
    if new is None:
        return f"{quoted(old)} removed"
    return f"{quoted(old)} → {quoted(new)}"


def _heading(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    changes = detail["changes"]
    words = [f"heading {quoted(new if new is not None else old)}"]
    if "renamed" in changes:
        words = [f"heading renamed: {quoted(old)} → {quoted(new)}"]
    elif action != "changed":
        words[0] += f" {action}"
    if "level" in changes:
        steps = detail["old_level"] - detail["new_level"]
        way = "lifted" if steps > 0 else "lowered"
        words.append(f"{way} {_count(abs(steps), 'level')}")
    if "moved" in changes and action == "changed":
        words.append("moved")
    if count := len(detail["dangling_links"]):
        words.append(
            f"{_count(count, 'link')} to it now {'lead' if count > 1 else 'leads'} nowhere"
        )
    return ", ".join(words)


def _section(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    name = quoted(detail["heading"])
    what = detail["change"]
    if what == "split":
        return f"section {name} split off" + (
            f" {quoted(detail['with'])}" if detail["with"] else ""
        )
    if what == "merged":
        into = quoted(detail["with"]) if detail["with"] else "the lead"
        return f"section {name} merged into {into}"
    return f"the lead {what}" if detail["heading"] is None else f"section {name} {what}"


def _of(heading: str | None) -> str:
    return f" {quoted(heading)}" if heading else ""


def _wikilink(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    side = _side(detail)
    target = quoted(side["target"] or f"#{side['section']}")
    if action != "changed":
        label = "interlanguage link" if _is_interlanguage(side) else "link to"
        return f"{label} {target} {action}"
    changes = detail["changes"]
    if "target" in changes:
        return f"link retargeted: {_both(detail, 'target')}"
    if "section" in changes:
        return f"link to {target} goes to another section: {_both(detail, 'section')}"
    if "label" in changes:
        return f"link to {target}: label {_both(detail, 'label')}"
    return f"link to {target}: {', '.join(changes)} changed"


def _is_interlanguage(side: Detail) -> bool:
    """Tell whether a link stands in the page's list of languages, not in its text."""
    return (
        bool(side["interwiki"])
        and side["interwiki"] in language_codes()
        and (not side["target"].startswith(":"))
    )


def _external(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    side = _side(detail)
    if action != "changed":
        return f"external link {action}: {side['url']}"
    if "url" in detail["changes"]:
        return f"external link changed: {detail['old']['url']} → {detail['new']['url']}"
    if "label" in detail["changes"]:
        return f"label of the link to {side['domain'] or side['url']}: {_both(detail, 'label')}"
    return f"external link to {side['domain'] or side['url']} changed"


def _template(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    label = {"template": "template", "parser-function": "parser function"}[kind]
    if detail.get("form") == "argument":
        label = "parameter"
    elif detail.get("form") == "word":
        label = "magic word"
    name = _side(detail)["name"]
    words = f"{label} {quoted(name)}" if name else "a template"
    if action != "changed":
        return f"{words} {action}"
    told = [_parameter(one) for one in detail["parameters"][:3]]
    if left := len(detail["parameters"]) - len(told):
        told.append(f"{_count(left, 'more parameter')}")
    if "name" in detail["changes"]:
        words = f"{label} {quoted(detail['old']['name'])} → {quoted(detail['new']['name'])}"
        return f"{words}: {', '.join(told)}" if told else words
    return f"{words}: {', '.join(told) or 'layout'}"


def _parameter(one: Detail) -> str:
    if one["action"] == "renamed":
        return f"parameter {quoted(one['name'])} renamed {quoted(one['new_name'])}"
    return f"parameter {quoted(one['name'])} {one['action']}"


def _reference(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    side = _side(detail)
    name = f" {quoted(side['name'])}" if side["name"] else ""
    words = f"reference{name} {action}"
    if action == "added" and side["form"] == "use":
        words = f"reference{name} used again"
    elif action == "removed" and side["form"] == "use":
        words = f"use of reference{name} removed"
    elif action == "changed" and "name" in detail["changes"]:
        words = f"reference renamed: {_both(detail, 'name')}"
    elif action == "changed" and "group" in detail["changes"]:
        words = f"reference{name}: group {_both(detail, 'group')}"
    if detail["uses_left"]:
        words += f", {_count(detail['uses_left'], 'use')} of it left without a definition"
    return words


def _category(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    if action != "changed":
        return f"category {quoted(_side(detail)['name'])} {action}"
    if "name" in detail["changes"]:
        return f"category changed: {_both(detail, 'name')}"
    name = quoted(_side(detail)["name"])
    if "sort_key" in detail["changes"]:
        return f"category {name}: sort key {_both(detail, 'sort_key')}"
    return f"category {name}: {', '.join(detail['changes'])} changed"


def _file(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    name = quoted(_side(detail)["name"])
    if action != "changed":
        return f"file {name} {action}"
    if "name" in detail["changes"]:
        return f"file replaced: {_both(detail, 'name')}"
    if "caption" in detail["changes"]:
        return f"caption of file {name}: {_both(detail, 'caption')}"
    options = [
        f"option {quoted(option)} {way}"
        for way in ("removed", "added")
        for option in detail["options"][way]
    ]
    return f"file {name}: {', '.join(options) or 'spelling changed'}"


def _gallery(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    if action != "changed":
        return f"gallery {action}"
    names = [*detail["changes"]]
    if detail["attributes"]:
        names[0] = f"attribute {', '.join(detail['attributes'])}"
    return f"gallery: {', '.join(names)} changed"


def _table(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    caption = _side(detail)["caption"]
    words = f"table {quoted(caption)}" if caption else "table"
    if action != "changed":
        return f"{words} {action}"
    told: list[str] = []
    for name in ("row", "column", "cell"):
        for one, count in Counter(item["action"] for item in detail[f"{name}s"]).items():
            told.append(f"{_count(count, name)} {one}")
    told += [name for name in ("caption", "attributes") if detail[name]]
    return f"{words}: {', '.join(told) or 'layout'}"


def _list(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    if action == "changed":
        before, after = detail["old"], detail["new"]
        if before["list"] != after["list"]:
            return f"list item: {before['list']} → {after['list']}"
        return f"list item: depth {before['depth']} → {after['depth']}"
    side = _side(detail)
    what = "indented line" if side["list"] == "indentation" else "list item"
    return f"{_count(detail['items'], what)} {action}"


def _formatting(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    if action == "changed":
        before, after = detail["old"], detail["new"]
        return f"{before['format']} → {after['format']}: {quoted(after['content'])}"
    side = _side(detail)
    content = f": {quoted(side['content'])}" if side["content"].strip() else ""
    return f"{side['format']} {action}{content}"


def _tag(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    changes = f": {', '.join(detail['changes'])}" if action == "changed" else ""
    return f"tag <{detail['name']}> {action}{changes}"


def _text(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    words = detail["words"]
    if action == "moved":
        return f"text moved: {quoted(new)}"
    if action != "changed":
        if detail["class"] == "whitespace":
            return f"blank line {action}"
        return f"text {action}, {_count(words[action], 'word')}: {quoted(new or old)}"
    if detail["class"] == "numbers":
        return "number changed: " + ", ".join(f"{a} → {b}" for a, b in detail["numbers"])
    if detail["class"] == "spelling":
        return "spelling: " + ", ".join(f"{a} → {b}" for a, b in detail["spelling"])
    if detail["class"] in ("whitespace", "punctuation", "case", "order"):
        names = {"case": "upper and lower case", "order": "order of words"}
        return f"only {names.get(detail['class'], detail['class'])} changed: {quoted(new)}"
    told = [f"{_count(words[way], 'word')} {way}" for way in ("added", "removed") if words[way]]
    return f"text changed, {', '.join(told)}: {quoted(new)}"


def _redirect(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    if action == "changed":
        return f"redirect: {quoted(old)} → {quoted(new)}"
    return f"redirect to {quoted(new if new is not None else old)} {action}"


_TELL: dict[str, Teller] = {
    "heading": _heading,
    "section": _section,
    "wikilink": _wikilink,
    "external-link": _external,
    "template": _template,
    "parser-function": _template,
    "reference": _reference,
    "category": _category,
    "file": _file,
    "gallery": _gallery,
    "table": _table,
    "list": _list,
    "formatting": _formatting,
    "tag": _tag,
    "text": _text,
    "redirect": _redirect,
}


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


# The whole edit


def summary(document: Document) -> str:
    """Return an edit in one sentence, such as the edit summary that should have been written."""
    told = list(_phrases([change for change in document.changes if not _is_folded(change)]))
    if not told:
        return "Nothing changed." if not document.differs else "Layout changed."
    if len(told) > 6:
        told = [*told[:5], f"{_count(len(told) - 5, 'other kind')} of change"]
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
            yield _counted(kind, group)


_PLURALS = {
    "category": "categories",
    "gallery": "galleries",
    "wikilink": "links",
    "redirect": "redirects",
    "formatting": "changes of formatting",
    "behaviour-switch": "behaviour switches",
    "list": "changes of list items",
}


def _counted(kind: str, group: Sequence[Change]) -> str:
    noun = _PLURALS.get(kind, f"{kind.replace('-', ' ')}s")
    if kind in ("formatting", "list"):
        return f"{len(group):,} {noun}"
    counts = Counter(_verb(change) for change in group)
    if len(counts) == 1:
        return f"{len(group):,} {noun} {_verb(group[0])}"
    told = _listed([f"{count:,} {verb}" for verb, count in counts.items()])
    return f"{noun}: {told}"


def _listed(words: Sequence[str]) -> str:
    """Return words with commas, and "and" before the last."""
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


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
            told.append(f"{'lifted' if steps > 0 else 'lowered'} {_count(abs(steps), 'level')}")
        return _listed(told)
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
        return f"{_count(len(group), 'line')} changed in {classes.pop()} only"
    told = [f"{_count(added, 'word')} added"] if added else []
    told += [f"{_count(removed, 'word')} removed"] if removed else []
    return "text: " + " and ".join(told or ["changed"])
