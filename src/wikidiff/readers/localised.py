"""What MediaWiki's own words on a diff page are, in each language it is known in.

The data (data/localised.json) holds MediaWiki's and MobileFrontend's wordings; its source and how
it is made are told in tools/localised_strings.py. Date formats are in MediaWiki's notation
(Language::sprintfDate): PHP's letters and codes that begin with x.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cached_property, lru_cache
from pkgutil import get_data
from typing import Any, NamedTuple

_NUMBER = re.compile(r"\d(?:[ ,.'’\u066c]?\d){0,15}(?!\d)")  # thousands are set apart in many ways
_REST = re.compile(r" ?[,\u060c\u3001] ?(.*)")
_ERAS = {"xk": 543, "xo": -1911}  # years ahead of the Gregorian ones: Thai, Minguo
_FIRST_WIKI = 1995
"""The year of the first wiki; 2549 is 2006 in Thai, and 90 is 2001 in Taiwan."""
_ACCENTS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_CODES = {
    "H": r"(?P<hour>\d{1,2})",
    "G": r"(?P<hour>\d{1,2})",
    "i": r"(?P<minute>\d\d)",
    "s": r"\d\d",
    "j": r"(?P<day>\d{1,2})",
    "d": r"(?P<day>\d{1,2})",
    "n": r"(?P<month>\d{1,2})",
    "m": r"(?P<month>\d{1,2})",
    "Y": r"(?P<year>\d{1,4})",
    "D": r"[^\d()]{1,24}",
    "l": r"[^\d()]{1,24}",
}
_CHOICE = r"(?i)\{\{(?:PLURAL|GENDER):[^|{}]*\|([^{}]*)\}\}"
_PARAMETER = re.compile(r"\$\d")
_TIME = re.compile(r"(\d{1,2})\D{1,3}(\d\d)(?!\d)")
_PIECES = re.compile(r'"([^"]*)"|\\(.)|(x[kogn])|([HGisjdnmYDlFM])|(.)', re.S)


@lru_cache(maxsize=4096)
def fold(line: str) -> str:
    """Return a line as it is compared: no case, accents or format characters; digits 0 to 9.

    CSS shows some of the frame in capitals, and copying loses format characters.
    """
    if line.isascii():
        return " ".join(line.casefold().split())
    kept = (
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in unicodedata.normalize("NFKD", line)
        if unicodedata.category(char) != "Cf"
    )
    plain = unicodedata.normalize("NFKD", "".join(kept).casefold()).replace("ı", "i")
    return " ".join(_ACCENTS.sub("", plain).split())


def parts(template: str) -> tuple[str, ...]:
    """Return a message folded and split at its $1; a blank beside $1 belongs to the text."""
    pieces = re.split(r"(\s*)\$1(\s*)", template)
    if len(pieces) == 1:
        return (fold(template),)
    before, left, right, after = pieces[0], pieces[1], pieces[2], "".join(pieces[3:])
    return fold(before) + " " * bool(left), " " * bool(right) + fold(after)


class Bytes(NamedTuple):
    """What a line says of a page's size: `delta` in bytes of UTF-8 and the line's `rest`, folded.

    `rest` is what follows the comma, None where there is no comma.
    """

    delta: int
    rest: str | None


class Language:
    """One language's words, folded when first asked for."""

    def __init__(self, code: str, data: dict[str, Any]) -> None:
        self.code = code
        self._data = data
        self._words: dict[str, frozenset[str]] = {}
        self._date_patterns: dict[str, tuple[re.Pattern[str], int]] = {}

    def words(self, key: str) -> frozenset[str]:
        """Return the folded wordings of a message that has no parameters."""
        if key not in self._words:
            self._words[key] = frozenset(fold(text) for text in self._data[key])
        return self._words[key]

    @cached_property
    def edit_counts(self) -> tuple[tuple[str, ...], ...]:
        """The wordings of a user's number of edits, as `parts` gives them."""
        return tuple(parts(text) for text in self._data["edits"])

    @cached_property
    def line_forms(self) -> tuple[tuple[str, ...], ...]:
        """The wordings of a diff table's line number, as `parts` gives them."""
        return tuple(parts(text) for text in self._data["line"])

    @cached_property
    def _sizes(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        signs = (("added", 1), ("removed", -1), ("same", 0))
        return tuple((sign, parts(text)) for key, sign in signs for text in self._data[key])

    def size_change(self, folded: str) -> Bytes | None:
        """Return what a folded line says of the bytes added or removed, None if it does not."""
        for sign, form in self._sizes:
            if not folded.startswith(form[0]):
                continue
            end, count = len(form[0]), 1  # a wording without a number is the one for 1
            if len(form) == 2:
                number = _NUMBER.match(folded, end)
                if number is None or not folded.startswith(form[1], number.end()):
                    continue
                count = int(re.sub(r"\D", "", number[0]))
                end = number.end() + len(form[1])
            rest = _REST.fullmatch(folded, end)
            if rest or end == len(folded):
                return Bytes(sign * count, rest[1] if rest else None)
        return None

    def revision_time(self, folded: str) -> str | None:
        """Return the ISO 8601 time of a folded "Revision as of ..." line, None if it is none."""
        for pattern in self._revisions:
            if found := pattern.fullmatch(folded):
                given = found.groupdict()
                if when := self.date(given.get("both") or given.get("date") or ""):
                    return when if "T" in when else _with_time(when, given.get("time") or "")
        return None

    @cached_property
    def _revisions(self) -> tuple[re.Pattern[str], ...]:
        made = []
        for text in self._data["revision"]:
            pattern = re.escape(fold(text))
            for name, group in (("1", "both"), ("2", "date"), ("3", "time")):
                pattern = pattern.replace(rf"\${name}", rf"(?P<{group}>.{{3,80}})", 1)
            made.append(re.compile(pattern))
        return tuple(made)

    def difference_title(self, line: str) -> str | None:
        """Return the page title in a heading like "TITLE: Difference between revisions"."""
        for text in self._data["difference"]:
            pattern = re.sub(r"(?:\\?\s)+", r"\\s+", re.escape(text)).replace(r"\$1", "(.+)")
            if found := re.fullmatch(pattern, line.strip(), re.IGNORECASE):
                return found[1].strip()
        return None

    def tells_between(self, folded: str) -> bool:
        """Tell whether a folded line says that revisions between the two are not shown."""
        return any(pattern.fullmatch(folded) for pattern in self._between)

    @cached_property
    def _between(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_choices(text)) for text in self._data["between"])

    def date(self, words: str) -> str | None:
        """Return a folded date as ISO 8601, to the minute where it has a time; None if none."""
        for form in self._data["dates"]:
            pattern, ahead = self._date_pattern(form)
            if found := pattern.fullmatch(words):
                given = found.groupdict()
                year = int(given["year"]) - ahead
                if year < _FIRST_WIKI:
                    continue  # a year of another era, which another format reads
                month = int(given.get("month") or self._months.get(given.get("name") or "", 0))
                return _iso(year, month, given)
        return None

    @cached_property
    def _months(self) -> dict[str, int]:
        names: dict[str, int] = {}
        for number, forms in enumerate(self._data["months"], 1):
            for form in forms:
                names.setdefault(fold(form), number)
        return names

    def _date_pattern(self, form: str) -> tuple[re.Pattern[str], int]:
        """Return the pattern of a format, made when it is first tried: most pages match early."""
        found = self._date_patterns.get(form)
        if found is None:
            found = self._date_patterns[form] = _date_pattern(form, self._month)
        return found

    @cached_property
    def _month(self) -> str:
        names = sorted(self._months, key=lambda name: (-len(name), name))
        return f"(?P<name>{'|'.join(map(re.escape, names))})"


def _choices(message: str) -> str:
    """Return a message as a pattern for folded text: any of its choices, any number for its $1."""
    made = []
    for n, piece in enumerate(re.split(_CHOICE, message)):
        forms = [re.sub(r"^\d+=", "", form) for form in piece.split("|")] if n % 2 else [piece]
        made.append(f"(?:{'|'.join(map(_with_numbers, forms))})")
    return r"\s*".join(made)


def _with_numbers(text: str) -> str:
    spoken = (re.escape(fold(part)).replace(r"\ ", r"\s*") for part in _PARAMETER.split(text))
    return rf"\s*{_NUMBER.pattern}\s*".join(spoken)


def _date_pattern(form: str, month: str) -> tuple[re.Pattern[str], int]:
    """Return a MediaWiki date format as a pattern for folded text, and how far its era is ahead."""
    made, ahead = [], 0
    for quoted, escaped, prefix, code, other in _PIECES.findall(form):
        if prefix == "xg":
            made.append(month)
        elif prefix:
            ahead = _ERAS.get(prefix, ahead)
        elif code:
            made.append(month if code in "FM" else _CODES[code])
        else:
            literal = quoted or escaped or other
            made.append(" " if literal.isspace() else re.escape(fold(literal)))
    return re.compile("".join(made).strip()), ahead


def _iso(year: int, month: int, given: dict[str, str | None]) -> str | None:
    try:
        day = date(year, month, int(given["day"] or 0)).isoformat()
    except ValueError:
        return None
    hour, minute = given.get("hour"), given.get("minute")
    return _with_time(day, f"{hour}:{minute}") if hour and minute else day


def _with_time(day: str, time: str) -> str:
    found = _TIME.search(time)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return day
    return f"{day}T{int(found[1]):02}:{found[2]}"


@lru_cache(maxsize=1)
def _all() -> dict[str, Language]:
    entries = json.loads(get_data("wikidiff.readers", "data/localised.json") or b"{}")
    return {code: Language(code, entry) for code, entry in entries.items() if code != "source"}


def languages(first: str | None = None) -> Iterator[Language]:
    """Yield every known language: `first` (a code, or one with a more particular part), English,
    then the others by code.
    """  # noqa: D205
    known = _all()
    wanted = [code for code in known if first and code.split("-")[0] == first.split("-")[0]]
    wanted.sort(key=lambda code: code != first)
    for code in dict.fromkeys([*wanted, *known]):
        yield known[code]
