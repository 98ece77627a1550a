"""A small tree for the few elements of a page's frame that are looked into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Element:
    """An element; `children` is what stands in it, text as str, `below` all elements in it.

    Both are in document order.
    """

    tag: str
    attributes: Mapping[str, str]
    children: list[Element | str] = field(default_factory=list)
    below: list[Element] = field(default_factory=list)

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
        if self.has(name):
            return self
        for element in self.below:
            if element.has(name):
                return element
        return None

    def every(self, name: str) -> list[Element]:
        """Return all elements in this one that have a name."""
        return [element for element in self.below if element.has(name)]

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
        return "".join(self.texts())


def words(element: Element | None) -> str:
    """Return an element's text with runs of white space folded, empty where there is none."""
    return " ".join(element.text().split()) if element else ""
