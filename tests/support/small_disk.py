"""A disk that is soon full: a file system in memory, of a size of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BALLAST = ".ballast"


@contextmanager
def small_disk(folder: Path, size: int, filled: int = 0) -> Iterator[Path]:
    """Lays a disk of `size` bytes over the folder until the block ends; `filled` bytes of it are a file's.

    The file is handed over: it can be removed. Nobody but root may do this; else the test is skipped.
    """
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "small-disk", str(folder)], check=True)
    try:
        ballast = folder / BALLAST
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, filled or 1)
        yield ballast
    finally:
        # Lazily: a service that is still running may just be reading there.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
