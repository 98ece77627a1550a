"""How a process that compares for hours handles memory: what is let go of goes back to the system.

The C library keeps freed memory for itself where it can, more the larger the pieces are that it
sees freed (mallopt(3), M_MMAP_THRESHOLD): a single large page would decide what is held for good.
"""

from __future__ import annotations

import ctypes
import gc
from functools import cache
from typing import Any

_MMAP_THRESHOLD = -3  # malloc.h
_LARGE = 1 << 18


def prepare() -> None:
    """Look for garbage in cycles less often, and have large pieces of memory go back at once.

    A process that compares makes little garbage (it is a tenth faster so). What is there is taken
    to stay. Source: gc.set_threshold of Python's library; the default is after 700 objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    if (libc := _libc()) is not None:
        libc.mallopt(_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Collect garbage, and have small pieces of memory go back too: it takes some milliseconds."""
    gc.collect()
    if (libc := _libc()) is not None:
        libc.malloc_trim(0)


@cache
def _libc() -> Any:  # noqa: ANN401 - a library of C functions
    """Return the C library where it is GNU's, which has both calls; else None."""
    try:
        found = ctypes.CDLL(None)
        return found if found.malloc_trim and found.mallopt else None
    except (AttributeError, OSError, TypeError):
        return None
