"""Build hook: with WIKIDIFF_COMPILE=1 the engine is compiled by mypyc, from the very same source.

    WIKIDIFF_COMPILE=1 pip install .        # needs a C compiler and Python's headers

Without it, and for editable installs, where what is edited must be what runs, this does nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULES = [
    *(f"engine/{name}.py" for name in ("align", "borders", "document", "lines", "moves")),
    *(f"engine/{name}.py" for name in ("pairing", "sequence", "splits", "window", "words")),
    *(f"sections/{name}.py" for name in ("assemble", "marks", "outline")),
]
"""What most time is spent in; no other code is that warm."""

SETUP = """
from mypyc.build import mypycify
from setuptools import setup

modules = mypycify([*{paths!r}, "--ignore-missing-imports"], opt_level="2", group_name="wikidiff")
setup(name="wikidiff", package_dir={{"": "src"}}, packages=[], ext_modules=modules)
"""


class CompileHook(BuildHookInterface[Any]):
    """Adds the compiled engine to a wheel."""

    PLUGIN_NAME = "custom"

    @property
    def is_asked(self) -> bool:
        """Whether the engine is to be compiled."""
        return os.environ.get("WIKIDIFF_COMPILE", "0") not in ("", "0")

    def dependencies(self) -> list[str]:
        """Return what compiling needs in the build's own environment."""
        return ["mypy>=1.15", "setuptools>=75"] if self.is_asked else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the engine; raises CalledProcessError where that fails."""
        if not self.is_asked or version == "editable":
            return
        self.folder = Path(tempfile.mkdtemp())
        made = compiled(Path(self.root), self.folder)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["force_include"].update({str(path): name for path, name in made.items()})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled: it is in the wheel."""
        if self.is_asked and version != "editable":
            shutil.rmtree(self.folder)


def compiled(root: Path, folder: Path) -> dict[Path, str]:
    """Return the modules compiled in a folder, and their places in the wheel."""
    shutil.copytree(root / "src" / "wikidiff", folder / "src" / "wikidiff")
    paths = [f"src/wikidiff/{name}" for name in MODULES]
    (folder / "setup.py").write_text(SETUP.format(paths=paths), encoding="utf-8")
    command = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
    subprocess.run(command, cwd=folder, check=True)
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    found = (folder / "src").glob(f"**/*{suffix}")
    return {path: path.relative_to(folder / "src").as_posix() for path in found}
