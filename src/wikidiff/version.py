"""The version, written once; a module of its own because reading package metadata is slow."""

VERSION = "0.1.0"


def is_compiled() -> bool:
    """Tell whether the engine was compiled when this was installed; its results are the same."""
    from importlib.machinery import EXTENSION_SUFFIXES
    from pathlib import Path

    engine = Path(__file__).parent / "engine"
    return any((engine / f"words{suffix}").exists() for suffix in EXTENSION_SUFFIXES)
