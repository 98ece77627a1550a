"""JSON from outside, asked for field by field: a wrong type is a ReadError that names the field.

The two shapes of MediaWiki's action API are known here: `formatversion=1` writes a true flag as an
empty string and leaves a false one out, `formatversion=2` writes true and false
(API:JSON version 2).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from wikidiff import limits
from wikidiff.errors import ReadError
from wikidiff.model import PageWarning

_START = 1_024  # bytes in which the first sign that is no white space must stand


def begins(data: bytes) -> bool:
    """Tell whether bytes begin as a JSON object does."""
    return data[:_START].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").startswith(b"{")


def parse(text: str) -> dict[str, object]:
    """Return the object that a JSON text is.

    Raises ValueError with the reason: not JSON, no object, nested too deep (Python's own limit),
    a number too long, or more than `limits.JSON_MARKS` commas and brackets.
    """
    marks = sum(map(text.count, ",[{"))
    if marks > limits.JSON_MARKS:
        raise ValueError(f"{marks:,} commas and brackets, over the limit of {limits.JSON_MARKS:,}")
    try:
        value = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} in line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


@dataclass(frozen=True, slots=True)
class Fields:
    """An object inside a JSON source; `where` is the way to it from the top, "" there."""

    source: str
    where: str
    value: dict[str, object]

    def has(self, key: str) -> bool:
        """Tell whether there is such a field, null aside."""
        return self.value.get(key) is not None

    def child(self, key: str) -> Fields:
        """Return the object in a field; raises ReadError where there is none."""
        value = self.value.get(key)
        if not isinstance(value, dict):
            self.wrong(key, "an object")
        return Fields(self.source, self._way(key), value)

    def children(self, key: str) -> list[Fields]:
        """Return the objects of a list, or of an object's values (as `formatversion=1` has it)."""
        value = self.value.get(key)
        if isinstance(value, dict):
            pairs: Iterator[tuple[object, object]] = iter(value.items())
        elif isinstance(value, list):
            pairs = iter(enumerate(value))
        else:
            self.wrong(key, "a list")
        return [self._made(f"{key}.{at}", item) for at, item in pairs]

    def _made(self, way: str, item: object) -> Fields:
        if not isinstance(item, dict):
            self.wrong(way, "an object")
        return Fields(self.source, self._way(way), item)

    def text(self, key: str) -> str:
        """Return the text of a field; raises ReadError where there is none."""
        value = self.value.get(key)
        if not isinstance(value, str):
            self.wrong(key, "text")
        return value

    def text_or_none(self, key: str) -> str | None:
        """Return the text of a field that may be missing or null."""
        return self.text(key) if self.has(key) else None

    def number(self, key: str) -> int:
        """Return the whole number of a field; raises ReadError where there is none."""
        value = self.value.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong(key, "a whole number")
        if abs(value) > limits.JSON_NUMBER:
            self.wrong(key, f"a number of at most {limits.JSON_NUMBER:,}")
        return value

    def number_or_none(self, key: str) -> int | None:
        """Return the whole number of a field that may be missing or null."""
        return self.number(key) if self.has(key) else None

    def flag(self, key: str) -> bool:
        """Return a yes or no as either formatversion writes it."""
        value = self.value.get(key, False)
        if not isinstance(value, bool) and value != "":
            self.wrong(key, "true or false")
        return value is not False

    def wrong(self, key: str, wanted: str) -> NoReturn:
        """Raise the ReadError that says what a field should have been."""
        raise ReadError(
            self.source,
            f"the answer's {self._way(key)!r} is not {wanted}",
            "ask the wiki again and save its answer as it comes",
        )

    def _way(self, key: str) -> str:
        way = f"{self.where}.{key}" if self.where else key
        return way if len(way) <= limits.QUOTED_CHARS else way[: limits.QUOTED_CHARS] + "…"


def api_error(top: Fields) -> str | None:
    """Return what an action API's answer says went wrong, None where nothing did.

    `error` holds the only one (errorformat "bc"), `errors` the list of the other formats
    (API:Errors and warnings).
    """
    if isinstance(top.value.get("error"), dict):
        error = top.child("error")
        return _said(error, ("info", "text", "html", "*"))
    if isinstance(top.value.get("errors"), list):
        told = [_said(one, ("text", "html", "*", "key")) for one in top.children("errors")]
        return "; ".join(told[:3]) or None
    return None


def wiki_error(source: str, said: str) -> ReadError:
    """Return the error that an answer of a wiki tells."""
    told = f"the wiki answered with an error: {said.rstrip('.')}"
    return ReadError(source, told, "check what it was asked for")


def api_warnings(top: Fields) -> tuple[PageWarning, ...]:
    """Return the warnings that an action API's answer carries besides its result."""
    value = top.value.get("warnings")
    if not isinstance(value, dict | list):
        return ()
    told = (_said(one, ("warnings", "text", "html", "*")) for one in top.children("warnings"))
    return tuple(PageWarning("api-warning", f"The wiki warns: {words}") for words in told)


def _said(error: Fields, keys: tuple[str, ...]) -> str:
    """Return "code: words" of an error or warning, as much of it as there is."""
    code = error.value.get("code")
    words = next((w for key in keys if isinstance(w := error.value.get(key), str)), "")
    said = ": ".join(part for part in (code, " ".join(words.split())) if isinstance(part, str))
    return said[: limits.QUOTED_CHARS] or "no reason given"
