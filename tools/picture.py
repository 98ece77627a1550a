"""Draw docs/picture.svg: what `wikidiff show PAGE` prints on a terminal, from a real run.

    python tools/picture.py samples/quarry.txt           writes the picture
    python tools/picture.py samples/quarry.txt --check   exits 1 when it is not current

The picture holds no fonts, scripts or links; the same page and the same rich give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from rich.terminal_theme import TerminalTheme

from wikidiff import api
from wikidiff.report.console import terminal, write
from wikidiff.report.page import page_rows
from wikidiff.report.rows import BLANK, Glyphs, Layout, Row, View

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "picture.svg"
WIDTH = 92
CELL_ASPECT = 0.6  # width to height of a cell in common monospaced fonts

THEME = TerminalTheme(
    (24, 26, 32),
    (214, 218, 228),
    [
        (62, 68, 82),
        (240, 98, 108),
        (132, 200, 118),
        (226, 188, 104),
        (112, 168, 246),
        (206, 130, 226),
        (92, 196, 206),
        (214, 218, 228),
    ],
)

TEMPLATE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
 xml:space="preserve">
<title>A diff page read by wikidiff, on a terminal</title>
<style>
.{unique_id}-matrix {{
font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: system-ui, sans-serif; font-size: 17px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def picture(page: Path) -> str:
    """Return the picture of a diff page's `show` as SVG."""
    name = page.resolve().relative_to(ROOT).as_posix()
    document = api.read(page.read_bytes(), name=name)
    view = View(color=True, width=WIDTH)
    layout = Layout.of(document, view, Glyphs())
    console = terminal(view, io.StringIO(), record=True)
    command = Row((("$ ", "dim"),), ((f"wikidiff show {name}", "label"),))
    write([command, BLANK, *page_rows(document, layout)], layout, console)
    return console.export_svg(
        title="wikidiff",
        theme=THEME,
        code_format=TEMPLATE,
        font_aspect_ratio=CELL_ASPECT,
        unique_id="wikidiff",
    )


def main() -> int:
    """Write the picture or check it; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("page", type=Path)
    parser.add_argument("--output", type=Path, default=PICTURE)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    made = picture(options.page).encode()
    if not options.check:
        options.output.write_bytes(made)
        return 0
    if options.output.exists() and options.output.read_bytes() == made:
        return 0
    print(f"{options.output}: not current; run tools/picture.py {options.page}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
