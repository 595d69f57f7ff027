"""The command line's `scan`: corners and quality of picture files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from foundation.errors import Refusal

from .imaging import Imaging
from .results import PageImages


async def scan(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """For each page a JSON-able object: path with corners, width, height and quality, or with the refusal's code.

    The pages of a file with several have their number, from 1, as `page`. Files are read in the order given; a file
    that cannot be read raises OSError.
    """
    imaging = Imaging()
    try:
        return [found for path in paths for found in await _scanned(imaging, path)]
    finally:
        await imaging.close()


async def _scanned(imaging: Imaging, path: Path) -> list[dict[str, Any]]:
    name = {"path": str(path)}
    try:
        pages = await imaging.pages(path.read_bytes())  # noqa: ASYNC240  a command line with nothing else to do
    except Refusal as refusal:
        return [{**name, "code": refusal.code, "zh": refusal.sentence("zh-CN"), "en": refusal.sentence("en")}]
    if len(pages) == 1:
        return [name | _said_of(pages[0])]
    return [name | {"page": number} | _said_of(page) for number, page in enumerate(pages, 1)]


def _said_of(page: PageImages) -> dict[str, Any]:
    return {
        "corners": page.corners,
        "width": page.width,
        "height": page.height,
        "turned_degrees": page.turned_degrees,
        "quality": msgspec.to_builtins(page.quality),
    }
