"""The bucket of a string in a table: the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # where compiled, numbers of 64 bits: no annotation of a local name is evaluated
    from mypy_extensions import i64


def slot(gram: str, size: int) -> int:
    """Return the bucket of a string (FNV-1a over code points, folded once)."""
    value: i64 = 0x811C9DC5
    for at in range(len(gram)):
        code: i64 = ord(gram[at])
        value = ((value ^ code) * 0x01000193) & 0xFFFFFFFF
    return (value ^ (value >> 15)) % size
