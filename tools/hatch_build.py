"""Build hook: what is warm is compiled by mypyc, from the very same source, where that can be done.

`WIKIDIFF_COMPILE` in the environment decides: 0 never, 1 always (trouble ends the build). Without
it that is where a C compiler makes a module for this Python; what is installed is plain Python
otherwise. Editable installs are never compiled: what is edited there must be what runs.
"""

from __future__ import annotations

import os
import shlex
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
    *(f"engine/{name}.py" for name in ("pairing", "sequence", "splits", "stretches")),
    *(f"engine/{name}.py" for name in ("window", "words")),
    *(f"sections/{name}.py" for name in ("anchors", "assemble", "marks", "outline", "parted")),
    "sections/plain.py",
    *(f"markup/{name}.py" for name in ("align", "details", "draft", "fold", "grammar", "names")),
    *(f"markup/{name}.py" for name in ("nodes", "outline", "params", "parse", "pieces", "plain")),
    *(f"markup/{name}.py" for name in ("prose", "runs", "scan", "search", "tables", "tokens")),
    *(f"markup/{name}.py" for name in ("units", "widen", "wording")),
    *(
        f"readers/html_{name}.py"
        for name in ("comment", "element", "head", "lines", "marks", "page", "splits")
    ),
    *(f"recover/{name}.py" for name in ("borders", "chains", "contexts", "grams", "line")),
    *(f"recover/{name}.py" for name in ("heading_words", "lanes", "slots")),
    *(f"recover/{name}.py" for name in ("options", "order", "partners", "php_inline", "php_lcs")),
    *(f"recover/{name}.py" for name in ("rank", "readings", "rewritten", "search", "sides")),
    *(f"recover/{name}.py" for name in ("site_features", "sites", "spacing", "stretches")),
    *(f"recover/{name}.py" for name in ("tag_features", "tagger", "vocabulary")),
    "text.py",
]
"""The engine, what finds changes, what reads HTML's events and lost marks: no other code is that
warm."""

TOOLS = ["mypy>=1.15", "setuptools>=75"]
"""What compiling needs beside a C compiler."""

SETUP = """
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from mypyc.build import mypycify
from setuptools import setup
from setuptools.command.build_ext import build_ext


class parallel(build_ext):  # setuptools compiles the files of one extension one after the other
    def build_extensions(self):
        for extension in self.extensions:  # no other library calls in: calls inside are direct
            extension.extra_compile_args.append("-fvisibility=hidden")
        one = self.compiler.compile

        def compile_all(sources, **options):
            with ThreadPoolExecutor() as pool:
                return [*chain(*pool.map(lambda source: one([source], **options), sources))]

        self.compiler.compile = compile_all
        super().build_extensions()


modules = mypycify(
    [*{paths!r}, "--ignore-missing-imports", "--follow-imports=silent"],  # what is not compiled
    opt_level="1",  # 2 takes a third more time to compile, and makes it faster by a thirtieth
    debug_level="0",
    multi_file=True,
    group_name="wikidiff",
)
setup(
    name="wikidiff",
    package_dir={{"": "src"}},
    packages=[],
    ext_modules=modules,
    cmdclass={{"build_ext": parallel}},
)
"""


class CompileHook(BuildHookInterface[Any]):
    """Adds the compiled modules to a wheel."""

    PLUGIN_NAME = "custom"
    folder: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the engine; raises CalledProcessError where that must be done and fails."""
        if version == "editable":
            return
        if not is_wanted():
            self.app.display_info("The engine stays uncompiled: not wanted, or no C compiler.")
            return
        self.folder = Path(tempfile.mkdtemp())
        try:
            made = compiled(Path(self.root), self.folder)
        except (OSError, subprocess.CalledProcessError) as error:
            if is_asked():
                raise
            self.app.display_warning(f"The engine stays uncompiled: {error}")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["force_include"].update({str(path): name for path, name in made.items()})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was compiled: it is in the wheel."""
        if self.folder:
            shutil.rmtree(self.folder)


def is_asked() -> bool:
    """Tell whether compiling is not only allowed."""
    return os.environ.get("WIKIDIFF_COMPILE", "") not in ("", "0")


def is_wanted() -> bool:
    """Tell whether to compile: it is asked for, or nothing is said and it can be done."""
    return is_asked() or (not os.environ.get("WIKIDIFF_COMPILE", "") and can_compile())


def can_compile() -> bool:
    """Tell whether a C compiler makes modules for this Python, by trying it on the shortest.

    Of systems only Linux is tried, of Pythons CPython with its lock: what CI compiles on.
    """
    if sys.platform != "linux" or sys.implementation.name != "cpython":
        return False
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return False
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    headers = {f"-I{sysconfig.get_path(name)}" for name in ("include", "platinclude")}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "trial.c").write_text("#include <Python.h>\n", encoding="ascii")
        command = [*compiler, *sorted(headers), "-shared", "-fPIC", "trial.c", "-o", "trial.so"]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            return False
        return Path(folder, "trial.so").exists()


def compiled(root: Path, folder: Path) -> dict[Path, str]:
    """Return the modules compiled in a folder, and their places in the wheel.

    Raises CalledProcessError where compiling fails, and where Python cannot load what it made.
    """
    shutil.copytree(root / "src" / "wikidiff", folder / "src" / "wikidiff")
    paths = [f"src/wikidiff/{name}" for name in MODULES]
    (folder / "setup.py").write_text(SETUP.format(paths=paths), encoding="utf-8")
    command = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
    subprocess.run(command, cwd=folder, check=True)
    load = [sys.executable, "-c", "import wikidiff__mypyc"]
    subprocess.run(load, cwd=folder / "src", check=True)
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    found = (folder / "src").glob(f"**/*{suffix}")
    return {path: path.relative_to(folder / "src").as_posix() for path in found}
