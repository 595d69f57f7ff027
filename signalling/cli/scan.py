"""Finds the page in photographs and judges it, on the command line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from document_relay.imaging.scan import scan as scan_images


def scan(paths: Sequence[Path]) -> int:
    """Prints one JSON list with corners and quality of each picture; 1 when one of them is refused."""
    results = asyncio.run(scan_images(paths))
    print(json.dumps(results, ensure_ascii=False, indent=2))
    return int(any("code" in result for result in results))
