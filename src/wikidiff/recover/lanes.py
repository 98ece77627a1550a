"""Rows of whole numbers packed into one integer, 32 bits each, signed.

A row times a number, or a sum of rows, is then one multiplication or one addition of Python's, so
that plain Python is not far behind compiled code. No part may leave its bits: what is summed up
stays below 2**31 either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct, pack
from typing import Final

_BITS: Final = 32
_HALF: Final = 2147483648  # written out since only so compiled code has it as a constant


def halves(width: int) -> int:
    """Return a row of so many halves: with them no part of a sum is below zero."""
    return sum(_HALF << (_BITS * n) for n in range(width))


def packed(numbers: Sequence[int], own_halves: int) -> int:
    """Return a row; `own_halves` are as many as it has numbers.

    To turn the first bit of a signed number adds the half (see `signed`).
    """
    raw = pack(f"<{len(numbers)}i", *numbers)
    return (int.from_bytes(raw, "little") ^ own_halves) - own_halves


def signed(form: Struct, total: int, own_halves: int) -> tuple[int, ...]:
    """Return the parts of a sum that the halves were added to; `form` has so many numbers.

    To turn the first bit of each part is to take the half away, and leaves a signed number.
    """
    found: tuple[int, ...] = form.unpack((total ^ own_halves).to_bytes(form.size, "little"))
    return found
