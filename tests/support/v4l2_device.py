"""A USB camera that delivers H.264 for a child of ours, on machines without one: see v4l2_device.c."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.bitstream import BitStreamFilterContext

_SOURCE = Path(__file__).with_suffix(".c")


@contextmanager
def v4l2_device(film: Path, folder: Path, **settings: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The camera's address, and what the environment of who reads it must have; it delivers the film's pictures."""
    library, pictures = folder / "v4l2_device.so", folder / "pictures"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, _SOURCE, "-ldl"], check=True)
    pictures.write_bytes(b"".join(len(one).to_bytes(4, "big") + one for one in _access_units(film)))
    # In /dev, where only devices are addressed, and everybody may make a file.
    with tempfile.NamedTemporaryFile(prefix="video", dir="/dev/shm") as device:
        given = {"V4L2_DEVICE": device.name, "V4L2_PICTURES": str(pictures), "V4L2_FORMAT": "H264"}
        yield f"v4l2:{device.name}", {"LD_PRELOAD": str(library), **given, **settings}


def _access_units(film: Path) -> Iterator[bytes]:
    """In Annex B, as such cameras deliver it."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        plain = BitStreamFilterContext("h264_mp4toannexb", stream)
        for packet in container.demux(stream):
            for one in plain.filter(packet):
                if one.size:
                    yield bytes(one)
