"""What several test files share: goldens that a person can read, and the corpus where it is."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run, and no clock: a slow machine must not fail a test.
settings.register_profile("wikidiff", deadline=None, derandomize=True)
settings.load_profile("wikidiff")

TESTS = Path(__file__).parent
CORPUS = TESTS.parents[1] / "shared" / "corpus" / "dev.tar.xz"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens", action="store_true", help="write the goldens as they come out now"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a check of a text against tests/goldens/NAME; bytes count, so no newline is lost."""
    update = request.config.getoption("--update-goldens")

    def check(name: str, text: str) -> None:
        path = TESTS / "goldens" / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.exists(), f"no golden {name}: run pytest --update-goldens and read it"
        assert text.split("\n") == path.read_bytes().decode().split("\n")

    return check


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the corpus's dev pages; skip where there is no corpus.

    WIKIDIFF_CORPUS names that folder, or a folder or archive that holds it; else the archive is
    looked for beside the repository.
    """
    place = Path(os.environ.get("WIKIDIFF_CORPUS", CORPUS))
    if place.is_dir() and not (place / "dev.tar.xz").exists():
        return place / "dev" if (place / "dev").is_dir() else place
    archive = place / "dev.tar.xz" if place.is_dir() else place
    if not archive.is_file():
        pytest.skip(f"no corpus at {place}: set WIKIDIFF_CORPUS to its folder or archive")
    unpacked = tmp_path_factory.mktemp("corpus")
    with tarfile.open(archive) as tar:
        tar.extractall(unpacked, filter="data")
    return unpacked / "dev"
