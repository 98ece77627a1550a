"""The build backend: hatchling, which gets what compiling needs only where it can be done.

A package's requirements for building cannot hang on whether there is a C compiler; those that a
backend tells when asked (PEP 517) can. They are for wheels only: editable installs need none.
"""

from __future__ import annotations

from typing import Any

from hatch_build import TOOLS, is_wanted
from hatchling import build
from hatchling.build import *  # noqa: F403 - all other hooks


def get_requires_for_build_wheel(config_settings: dict[str, Any] | None = None) -> list[str]:
    """Return what building a wheel needs beside what pyproject.toml names."""
    named = build.get_requires_for_build_wheel(config_settings)
    return [*named, *TOOLS] if is_wanted() else named
