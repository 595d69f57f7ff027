"""What a browser fetches before it shows the first page of a face, and how much that may be."""

from __future__ import annotations

import re
from pathlib import Path

DIST = Path(__file__).parents[2] / "web_client" / "dist"
LIMITS = {"index": 130, "point": 130, "window": 130, "supervisor": 130, "visit": 120, "guest": 120}
"""Kilobytes of 1000 bytes; the product asks it of point, window and visitor, the others keep to the same."""


def first_load(face: str) -> dict[str, int]:
    """The bytes, as the server sends them in brotli, of the page and of each file that it names."""
    page = DIST / f"{face}.html"
    named = re.findall(r'(?:href|src)="/([^"]+)"', page.read_text())
    return {path.name: len(sent(path).read_bytes()) for path in [page, *(DIST / name for name in named)]}


def sent(path: Path) -> Path:
    """The file that the server sends for this one."""
    small = path.with_name(f"{path.name}.br")
    return small if small.exists() else path
