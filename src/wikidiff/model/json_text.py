"""What the tool writes as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from wikidiff import text

_STEERING_LOW = f"[{text.STEERING_LOW}]"
_STEERING_HIGH = f"[{text.STEERING_HIGH}]"
_HIGH = "[\U00010000-\U0010ffff]"
_SUSPECT = f"[{text.STEERING_LOW}\U00010000-\U0010ffff]"


def _json_escape(match: re.Match[str]) -> str:
    if match[0] == "\n":  # between values: in a string it is escaped already
        return match[0]
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def json_text(value: Any, *, indent: int | None = None) -> str:  # noqa: ANN401 - what JSON can hold
    """Return a value as JSON with what would steer a terminal as escapes, without a final newline.

    `indent=None` gives one line.
    """
    made = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.pattern(_SUSPECT).search(made) is None:  # as most is, without indentation
        return made
    made = text.pattern(_STEERING_LOW).sub(_json_escape, made)
    if text.pattern(_HIGH).search(made):
        return text.pattern(_STEERING_HIGH).sub(_json_escape, made)
    return made
