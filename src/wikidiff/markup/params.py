"""The parts that a unit's wikitext has: parameters, options, attributes, targets."""

from __future__ import annotations

from typing import Any

from wikidiff.markup.names import Names
from wikidiff.markup.nodes import split, without_comments
from wikidiff.markup.units import Unit, attributes

Parts = dict[str, Any]


def parameters(unit: Unit) -> dict[str, str]:
    """Return a template's parameters, names and values trimmed; without a name they are counted.

    Of two with one name the last holds, as in MediaWiki.
    """
    found: dict[str, str] = {}
    number = 0
    source, node = unit.source, unit.node
    ends = [*node.pipes[1:], node.inner[1]]
    for start, cut, end in zip(node.pipes, node.equals, ends, strict=False):
        if cut < 0:
            number += 1
            found[str(number)] = source[start + 1 : end].strip()
        else:
            name = without_comments(source, node, start + 1, cut).strip()
            found.pop(name, None)
            found[name] = source[cut + 1 : end].strip()
    return found


def _parts(unit: Unit) -> list[str]:
    """Return a template's parts as they are written, its name first."""
    node = unit.node
    starts = [node.inner[0], *(at + 1 for at in node.pipes)]
    ends = [*node.pipes, node.inner[1]]
    return [unit.source[start:end] for start, end in zip(starts, ends, strict=True)]


def function_arguments(unit: Unit) -> dict[str, str]:
    """Return a parser function's arguments by number, the first being what follows the colon."""
    parts = _parts(unit)
    if unit.form == "function":
        parts[0] = parts[0].partition(":")[2]
    else:
        parts = parts[1:]
    return {str(at): part.strip() for at, part in enumerate(parts, 1)}


def _pipe(unit: Unit) -> int:
    """Return where a link's label begins to be told, -1 where it has none."""
    return unit.node.pipes[0] if unit.node.pipes else -1


def wikilink(unit: Unit, names: Names) -> Parts:
    """Return a wikilink's target without its section, its label, prefixes and section."""
    cut = _pipe(unit)
    target = " ".join(unit.name.split())
    page, hash_, section = target.partition("#")
    interwiki, namespace = names.prefix(page)
    label = unit.source[cut + 1 : unit.node.inner[1]].strip() if cut >= 0 else None
    return {
        "target": page.strip(),
        "section": section.strip() if hash_ else None,
        "label": label,
        "interwiki": interwiki,
        "namespace": namespace,
    }


def external_link(unit: Unit) -> Parts:
    """Return an external link's URL, label and domain."""
    from urllib.parse import urlsplit

    url = unit.name
    rest = unit.source[slice(*unit.node.inner)].strip()[len(url) :].strip()
    try:
        domain = urlsplit(url).hostname
    except ValueError:  # a bracket in the host
        domain = None
    return {"url": url, "label": rest or None, "domain": domain}


def reference(unit: Unit) -> Parts:
    """Return a reference's name, group and form: "definition" with content, "use" without."""
    found = attributes(unit.source[unit.node.start : unit.node.inner[0]])
    start, end = unit.node.inner
    content = unit.source[start:end].strip()
    return {
        "name": found.get("name") or None,
        "group": found.get("group") or None,
        "form": "definition" if content else "use",
        "content": content or None,
    }


def category(unit: Unit) -> Parts:
    """Return a category's name and sort key."""
    cut = _pipe(unit)
    name = " ".join(unit.name.partition(":")[2].replace("_", " ").split())
    key = unit.source[cut + 1 : unit.node.inner[1]] if cut >= 0 else None
    return {"name": name[:1].upper() + name[1:], "sort_key": key}


def file(unit: Unit, names: Names) -> Parts:
    """Return a file's name, options and caption: the last part that is no option."""
    parts = split(unit.source, unit.node) if unit.form != "parameter" else [(unit.start, unit.end)]
    texts = [unit.source[a:b].strip() for a, b in parts]
    _, colon, rest = texts[0].partition(":")
    name = rest.strip() if colon and names.link_kind(texts[0]) == "file" else texts[0]
    options = [text for text in texts[1:] if names.is_image_option(text)]
    captions = [text for text in texts[1:] if text and not names.is_image_option(text)]
    return {
        "name": " ".join(name.replace("_", " ").split()),
        "options": options,
        "caption": captions[-1] if captions else None,
        "form": unit.form or "link",
    }
