"""A small tree for the few elements of a page's frame that are looked into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Element:
    """An element; `children` is what stands in it, text as str, `below` all elements in it.

    Both are in document order. Nothing is put in any more once a name was asked for.
    """

    tag: str
    attributes: Mapping[str, str]
    children: list[Element | str] = field(default_factory=list)
    below: list[Element] = field(default_factory=list)
    _named: dict[str, list[Element]] | None = None

    def has(self, name: str) -> bool:
        """Tell whether a name is the element's tag, its id or one of its classes."""
        given = self.attributes
        if name == self.tag or not given:
            return name == self.tag
        return name == given.get("id") or name in given.get("class", "").split()

    def get(self, name: str) -> str:
        """Return an attribute's value, empty where there is none."""
        return self.attributes.get(name, "")

    def first(self, name: str) -> Element | None:
        """Return this element or the first one in it that has a name."""
        found = self._having(name)
        return found[0] if found else None

    def every(self, name: str) -> list[Element]:
        """Return all elements in this one that have a name."""
        return [element for element in self._having(name) if element is not self]

    def _having(self, name: str) -> list[Element]:
        """Return this element and those in it that have a name: all names are looked up once."""
        named = self._named
        if named is None:
            named = self._named = {}
            for element in (self, *self.below):
                for had in element._names():
                    named.setdefault(had, []).append(element)
        return named.get(name, [])

    def _names(self) -> set[str]:
        given, names = self.attributes, {self.tag}
        if given:
            names.add(given.get("id", ""))
            names.update(given.get("class", "").split())
        return names

    def texts(self) -> Iterator[str]:
        """Yield all text inside, white space as it is."""
        waiting: list[Element | str] = [*reversed(self.children)]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                yield item
            else:
                waiting.extend(reversed(item.children))

    def text(self) -> str:
        """Return all text inside as one."""
        if len(self.children) == 1 and isinstance(only := self.children[0], str):
            return only
        return "".join(self.texts())


def words(element: Element | None) -> str:
    """Return an element's text with runs of white space folded, empty where there is none."""
    return " ".join(element.text().split()) if element else ""
