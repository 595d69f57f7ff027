"""The command line's `scan`: corners and quality of picture files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from foundation.errors import Refusal

from .imaging import Imaging


async def scan(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """For each file a JSON-able object: path with corners, width, height and quality, or with the refusal's code.

    Files are read in the order given; a file that cannot be read raises OSError.
    """
    imaging = Imaging()
    try:
        return [await _scanned(imaging, path) for path in paths]
    finally:
        await imaging.close()


async def _scanned(imaging: Imaging, path: Path) -> dict[str, Any]:
    try:
        page = await imaging.page(path.read_bytes())  # noqa: ASYNC240  a command line with nothing else to do
    except Refusal as refusal:
        return {"path": str(path), "code": refusal.code, "zh": refusal.sentence("zh-CN"), "en": refusal.sentence("en")}
    return {
        "path": str(path),
        "corners": page.corners,
        "width": page.width,
        "height": page.height,
        "turned_degrees": page.turned_degrees,
        "quality": msgspec.to_builtins(page.quality),
    }
