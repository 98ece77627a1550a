"""Make the copied pages under samples/ from their texts; --check tells whether they are current.

The models of the formatters decide what a page shows; the frame around it is what
Special:MobileDiff prints in that language.
"""

from __future__ import annotations

import sys
from pathlib import Path

from wikidiff.recover import php_inline, wikidiff2_inline

SAMPLES = Path(__file__).parent.parent / "samples"
ENGINES = {"php": php_inline.shown, "wikidiff2": wikidiff2_inline.shown}
ENGLISH = ("Changes", "Jump to: navigation, search", "Navigation menu")
GERMAN = ("Änderungen", "Zur Navigation springen", "Navigationsmenü")
PAGES = {
    "lighthouse": ("php", "Gullhorn Light", "{} bytes removed, 09:41, 4 May 2019", True, ENGLISH),
    "orchard": (
        "wikidiff2",
        "Pell Orchard",
        "{} bytes added, 17:05, 12 October 2022",
        False,
        ENGLISH,
    ),
    "ferry": (
        "wikidiff2",
        "Oxmouth ferry",
        "No change in size, 20:16, 3 January 2023",
        True,
        ENGLISH,
    ),
    "quarry": (
        "wikidiff2",
        "Hale Quarry",
        "No change in size, 11:30, 28 June 2021",
        False,
        ENGLISH,
    ),
    "windmuehle": (
        "wikidiff2",
        "Bockwindmühle Elmstorf",
        "{} Bytes hinzugefügt, 18:22, 9. Apr. 2020",
        False,
        GERMAN,
    ),
}


def page(name: str) -> str:
    """Return the text of one copied page."""
    engine, title, size_line, minor, (heading, jump, menu) = PAGES[name]
    old, new = ((SAMPLES / f"{name}.{side}.wiki").read_bytes().decode() for side in ("old", "new"))
    delta = abs(len(new.encode()) - len(old.encode()))
    shown = ENGINES[engine](old, new)
    frame = [heading, "", jump, "", title, "", size_line.format(delta), *(["m"] if minor else [])]
    return "\n".join([*frame, *shown, "", menu])


def main() -> int:
    """Write the pages, or with --check return 1 where one is not as it would be written."""
    stale = []
    for name in PAGES:
        path, made = SAMPLES / f"{name}.txt", page(name).encode()
        if "--check" in sys.argv:
            stale += [] if path.exists() and path.read_bytes() == made else [path.name]
        else:
            path.write_bytes(made)
    if stale:
        print(f"not current: {', '.join(stale)}; run python tools/samples.py")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
