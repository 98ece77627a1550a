"""Changes in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby

from wikidiff.markup.draft import Detail, Draft
from wikidiff.markup.names import language_codes
from wikidiff.text import common_prefix, joined

_WORDS = 60  # code points of a text that a description quotes
_LOOKED_AT = 500  # most often enough to find them
_BEFORE = 20  # of them before what changed


def quoted(text: str | None) -> str:
    """Return a text in quotes on one line, cut where it is long."""
    text = text or ""
    line = " ".join(text[:_LOOKED_AT].split())
    if len(line) <= _WORDS and len(text) > _LOOKED_AT:
        line = " ".join(text.split())
    return f"“{line if len(line) <= _WORDS else line[: _WORDS - 1].rstrip() + '…'}”"


def _at_change(old: str | None, new: str | None) -> str:
    """Return the new text in quotes, of a long one the part where it differs from the old."""
    if not old or not new or len(new) <= _WORDS:
        return quoted(new)
    return _from(new, common_prefix(old, new) - _BEFORE)


def _from(text: str, start: int) -> str:
    """Return a text in quotes from the word on that stands at a place, or from its start."""
    if start <= 0:
        return quoted(text)
    space = text.rfind(" ", max(start - _BEFORE, 0), start)
    if space < 0 and start <= _BEFORE:
        return quoted(text)
    start = space + 1 if space >= 0 else start
    while joined(text, start):
        start -= 1
    return quoted(f"…{text[start:]}")


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
    start = common_prefix(old, new) - _BEFORE if min(len(old), len(new)) > _WORDS else 0
    return f"{_from(old, start)} → {_from(new, start)}"


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
        words.append(f"{way} {counted(abs(steps), 'level')}")
    if "moved" in changes and action == "changed":
        words.append("moved")
    if count := len(detail["dangling_links"]):
        words.append(
            f"{counted(count, 'link')} to it now {'lead' if count > 1 else 'leads'} nowhere"
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
    if detail.get("form") == "argument" and detail["changes"] == ["parameters"]:
        return f"{words}: default changed"
    told = _parameters(detail["parameters"][:3])
    if (left := len(detail["parameters"]) - 3) > 0:
        told.append(f"{counted(left, 'more parameter')}")
    if "name" in detail["changes"]:
        words = f"{label} {quoted(detail['old']['name'])} → {quoted(detail['new']['name'])}"
        return f"{words}: {', '.join(told)}" if told else words
    return f"{words}: {', '.join(told) or 'layout'}"


def _parameters(some: list[Detail]) -> list[str]:
    """Return what became of some parameters; those that follow one another with the same fate."""
    told: list[str] = []
    for action, group in groupby(some, _action):
        same = list(group)
        names = [quoted(one["name"]) for one in same]
        if action == "renamed":
            told += [
                f"parameter {name} renamed {quoted(one['new_name'])}"
                for name, one in zip(names, same, strict=True)
            ]
        elif len(names) > 1:
            told.append(f"parameters {listed(names)} {action}")
        else:
            told.append(f"parameter {names[0]} {action}")
    return told


def _action(one: Detail) -> str:
    action: str = one["action"]
    return action


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
        words += f", {counted(detail['uses_left'], 'use')} of it left without a definition"
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
    options = [
        f"option {quoted(option)} {way}"
        for way in ("removed", "added")
        for option in detail["options"][way]
    ]
    if "caption" in detail["changes"]:
        return ", ".join((f"caption of file {name}: {_both(detail, 'caption')}", *options))
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
            told.append(f"{counted(count, name)} {one}")
    told += [name for name in ("caption", "attributes") if detail[name]]
    return f"{words}: {', '.join(told) or 'layout'}"


def _list(kind: str, action: str, old: str | None, new: str | None, detail: Detail) -> str:
    if action == "changed":
        before, after = detail["old"], detail["new"]
        if before["list"] != after["list"]:
            return f"list item: {before['list']} → {after['list']}"
        what = "indented line" if after["list"] == "indentation" else "list item"
        return f"{what}: depth {before['depth']} → {after['depth']}"
    side = _side(detail)
    what = "indented line" if side["list"] == "indentation" else "list item"
    return f"{counted(detail['items'], what)} {action}"


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
        return f"text {action}, {counted(words[action], 'word')}: {quoted(new or old)}"
    if parts := detail["paragraphs"]["added"]:
        return _parted(f"paragraph split in {_number(parts + 1)}", detail, new)
    if parts := detail["paragraphs"]["removed"]:
        return _parted(f"{_number(parts + 1)} paragraphs merged", detail, new)
    if detail["class"] == "numbers":
        return "number changed: " + ", ".join(f"{a} → {b}" for a, b in detail["numbers"])
    if detail["class"] == "spelling":
        return "spelling: " + ", ".join(f"{a} → {b}" for a, b in detail["spelling"])
    if detail["class"] in ("whitespace", "punctuation", "case", "order"):
        names = {"case": "upper and lower case", "order": "order of words"}
        what = names.get(detail["class"], detail["class"])
        return f"only {what} changed: {_at_change(old, new)}"
    return f"text changed, {', '.join(_words(words))}: {_at_change(old, new)}"


def _words(words: Detail) -> list[str]:
    return [f"{counted(words[way], 'word')} {way}" for way in ("added", "removed") if words[way]]


def _parted(what: str, detail: Detail, new: str | None) -> str:
    """Return what became of a paragraph's lines, and its words as far as they went or came."""
    return f"{', '.join((what, *_words(detail['words'])))}: {quoted(new)}"


def _number(number: int) -> str:
    """Return a small number in words."""
    return ("two", "three", "four")[number - 2] if 2 <= number <= 4 else f"{number:,}"


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


def listed(words: Sequence[str]) -> str:
    """Return words with commas, and "and" before the last."""
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]


def counted(number: int, noun: str) -> str:
    """Return a count with its noun, such as "1 word" or "1,200 words"."""
    return f"{number:,} {noun}{'s' * (number != 1)}"
