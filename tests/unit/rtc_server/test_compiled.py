"""Where the compiled package is used, it is that one, and made of the sources as they are."""

from __future__ import annotations

import gc
import importlib
import os
from pathlib import Path

import pytest

from rtc_server.transport.srtp import PacketBuffer

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "build" / "compiled"
PATHS = [Path(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep)]


compiled_only = pytest.mark.skipif(FOLDER not in PATHS, reason="the sources are tested")


@compiled_only
def test_what_is_tested_is_compiled_of_the_sources() -> None:
    compiled = sorted(FOLDER.glob("rtc_server/*/*.so"))
    assert compiled
    for library in compiled:
        source = (library.parent / library.name.partition(".")[0]).with_suffix(".py").relative_to(FOLDER)
        assert importlib.import_module(".".join(source.with_suffix("").parts)).__file__ == str(library)
        assert (FOLDER / source).read_bytes() == (ROOT / source).read_bytes()


@compiled_only
def test_packets_are_none_of_the_garbage_collectors_business() -> None:
    packet = PacketBuffer()
    assert not gc.is_tracked(packet)
    assert not any(gc.is_tracked(getattr(packet, name)) for name in ("data", "length", "at"))
