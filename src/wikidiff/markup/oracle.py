"""Whole pages given to mwparserfromhell as they are: what tests hold the guarded parse against.

Never used for a result: without the guards it goes back to every opener that is not closed, which
takes quadratic time and worse.
"""

from __future__ import annotations

from wikidiff import limits


def texts(source: str) -> dict[str, list[str]] | None:
    """Return the wikitext of all that mwparserfromhell finds, sorted, by the form it has here.

    None where the text has more openers left open than `limits.ORACLE_OPEN`: it would take
    minutes.
    """
    import mwparserfromhell
    from mwparserfromhell import nodes

    left = source.count("{{") - source.count("}}") + source.count("[[") - source.count("]]")
    if abs(left) > limits.ORACLE_OPEN:
        return None
    forms = {
        nodes.Template: "template",
        nodes.Argument: "argument",
        nodes.Wikilink: "link",
        nodes.ExternalLink: "external",
        nodes.Comment: "comment",
    }
    found: dict[str, list[str]] = {form: [] for form in (*forms.values(), "ref", "table")}
    for node in mwparserfromhell.parse(source, skip_style_tags=True).ifilter():
        form = forms.get(type(node))
        if isinstance(node, nodes.Tag) and node.tag in ("ref", "table"):
            form = str(node.tag)
        if form:
            found[form].append(str(node))
    return {form: sorted(given) for form, given in found.items()}
