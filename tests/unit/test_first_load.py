"""What a browser fetches before it shows the first page of a face stays within the limits of design.md, compressed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DIST = Path(__file__).parents[2] / "web_client" / "dist"
LIMITS = {"index": 130, "point": 130, "window": 130, "supervisor": 130, "visit": 120, "guest": 120}
"""Kilobytes of 1000 bytes; the product asks it of point, window and visitor, the others keep to the same."""
FILES = 30
"""Over a slow line each file is a way there and back, six at a time."""


def first_load(face: str) -> dict[str, int]:
    """The bytes, as the server sends them in brotli, of the page and of each file that it names."""
    page = DIST / f"{face}.html"
    named = re.findall(r'(?:href|src)="/([^"]+)"', page.read_text())
    return {path.name: len(sent(path).read_bytes()) for path in [page, *(DIST / name for name in named)]}


def sent(path: Path) -> Path:
    """The file that the server sends for this one."""
    small = path.with_name(f"{path.name}.br")
    return small if small.exists() else path


@pytest.mark.parametrize("face", LIMITS)
def test_the_first_page_is_small(face: str) -> None:
    parts = first_load(face)
    assert any(name.startswith("zh-CN") for name in parts), "the words come with the page"
    assert sum(parts.values()) <= LIMITS[face] * 1000, sorted(parts.items(), key=lambda one: -one[1])
    assert len(parts) <= FILES
