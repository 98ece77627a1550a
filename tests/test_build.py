"""A wheel is compiled where it can be, and made without a compiler where not.

Runs where WIKIDIFF_INTEGRATION is set, as .ci/run does: each test builds the package.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    "WIKIDIFF_INTEGRATION" not in os.environ, reason="builds packages: set WIKIDIFF_INTEGRATION"
)
ROOT = Path(__file__).parent.parent
BREAKS = """#!/bin/sh
case "$*" in *trial.c*) exec cc "$@" ;; esac
echo "internal compiler error" >&2
exit 1
"""


def wheel(folder, **environment):
    """Build a wheel as pip does, but fetch nothing for it; return its name and the log."""
    pytest.importorskip("hatchling", reason="hatchling is not installed (extra: integration)")
    command = [sys.executable, "-m", "pip", "wheel", "-v", "--no-deps", "--no-build-isolation"]
    made = subprocess.run(
        [*command, "--wheel-dir", folder, ROOT],
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **environment},
        capture_output=True,
        text=True,
    )
    return [path.name for path in folder.glob("*.whl")], made.stdout + made.stderr


@pytest.mark.parametrize("compiler", ["false", "/nothing/here/cc"])
def test_without_a_working_compiler_the_wheel_is_plain_python(tmp_path, compiler):
    names, log = wheel(tmp_path, CC=compiler, WIKIDIFF_COMPILE="")
    assert [name.split("-", 2)[2] for name in names] == ["py3-none-any.whl"], log
    assert "The engine stays uncompiled: not wanted, or no C compiler." in log


def test_a_compiler_that_breaks_leaves_the_wheel_plain_python(tmp_path):
    compiler = tmp_path / "cc"
    compiler.write_text(BREAKS, "utf-8")
    compiler.chmod(0o755)
    names, log = wheel(tmp_path, CC=str(compiler), WIKIDIFF_COMPILE="")
    assert [name.split("-", 2)[2] for name in names] == ["py3-none-any.whl"], log
    assert "The engine stays uncompiled: " in log


def test_trouble_ends_the_build_where_compiling_is_asked_for(tmp_path):
    names, log = wheel(tmp_path, CC="false", WIKIDIFF_COMPILE="1")
    assert not names
    assert "CalledProcessError" in log
