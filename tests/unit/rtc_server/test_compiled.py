"""Where the compiled package is used, it is that one, and made of the sources as they are."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "build" / "compiled"
PATHS = [Path(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep)]


@pytest.mark.skipif(FOLDER not in PATHS, reason="the sources are tested")
def test_what_is_tested_is_compiled_of_the_sources() -> None:
    compiled = sorted(FOLDER.glob("rtc_server/*/*.so"))
    assert compiled
    for library in compiled:
        source = (library.parent / library.name.partition(".")[0]).with_suffix(".py").relative_to(FOLDER)
        assert importlib.import_module(".".join(source.with_suffix("").parts)).__file__ == str(library)
        assert (FOLDER / source).read_bytes() == (ROOT / source).read_bytes()
