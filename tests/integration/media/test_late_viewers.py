"""Who begins to watch a camera between its key frames: what comes is all since the last one, and of now."""

from __future__ import annotations

import asyncio
import itertools
import struct
from collections.abc import AsyncIterator

import av
import pytest

import rtc_server.sessions.camera_source as module
from rtc_server.cameras.values import Camera
from rtc_server.media_core.depacketise import Depacketiser
from rtc_server.sessions.server import MediaServer
from tests.integration.media.coded import RATE, write_film
from tests.support.caller import until
from tests.support.viewer import Viewer

TICK = 90_000 // RATE
WATCHED = 4 * RATE
"""Pictures that the first viewer has seen when the second one comes."""


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Camera:
    """Its only key frame is the first."""
    path = tmp_path_factory.mktemp("films") / "hall.mp4"
    write_film(path, 9, frames=30 * RATE, group=30 * RATE)
    return Camera(id="hall", address=f"file://{path}")


@pytest.fixture
async def viewers(media: MediaServer, camera: Camera) -> AsyncIterator[list[Viewer]]:
    """One who has watched for four seconds, and one who only begins to."""
    made = [Viewer(), Viewer()]
    for number, viewer in enumerate(made):
        await viewer.connect(media, f"viewer {number}")
    await media.watch("viewer 0", camera)
    await until(lambda: pictures(made[0]) >= WATCHED)
    await media.watch("viewer 1", camera)
    yield made
    for viewer in made:
        viewer.close()


def pictures(viewer: Viewer) -> int:
    return sum(packet[1] >> 7 for packet in viewer.packets)


def head(packet: bytes) -> tuple[int, int]:
    """Sequence number and timestamp."""
    sequence, timestamp = struct.unpack_from(">HI", packet, 2)
    return sequence, timestamp


def counters(viewer: Viewer) -> list[int]:
    """The numbers in the pictures, as a decoder sees them."""
    depacketiser, decoder = Depacketiser("H264"), av.CodecContext.create("h264", "r")
    seen = []
    for number, packet in enumerate(viewer.packets):
        for frame in depacketiser.packet(packet, number / 1000):
            for shown in decoder.decode(av.Packet(frame.data)):
                row = shown.to_ndarray(format="gray")[60, 20::40]
                seen.append(int("".join("1" if value > 127 else "0" for value in row), 2) & 0xFFF)
    return seen


async def test_all_since_the_key_frame_comes_first_in_little_time_and_without_a_gap(viewers: list[Viewer]) -> None:
    first, late = viewers
    await until(lambda: pictures(late) > WATCHED + RATE)
    heads = [head(packet) for packet in late.packets]
    assert {(after[0] - before[0]) & 0xFFFF for before, after in itertools.pairwise(heads)} == {1}
    steps = [(after - before) & 0xFFFFFFFF for (_, before), (_, after) in itertools.pairwise(heads)]
    assert steps.count(0) + sum(0 < step <= TICK for step in steps) == len(steps), "in order, none behind the others"
    took = (heads[-1][1] - heads[0][1] & 0xFFFFFFFF) / 90_000
    assert took < pictures(late) / RATE - 3.5, "four seconds are shown in half of one"
    assert steps[-20:].count(0) + steps[-20:].count(TICK) == 20, "what is new keeps its time"
    seen = counters(late)
    assert seen == list(range(len(seen)))
    assert max(counters(first)) - max(seen) <= 2, "both see the same moment"


async def test_a_replayed_packet_that_was_lost_comes_again_as_it_was(viewers: list[Viewer]) -> None:
    late = viewers[1]
    await until(lambda: pictures(late) > WATCHED)
    for lost in (late.packets[0], late.packets[WATCHED // 2]):
        late.miss(lost)
        await until(lambda: late.repeats)
        assert late.repeats.pop() == lost


async def test_more_than_is_kept_leaves_a_still_picture(
    media: MediaServer, camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT_PACKETS", 64)
    first, late = Viewer(), Viewer()
    await first.connect(media, "first")
    await late.connect(media, "late")
    await media.watch("first", camera)
    await until(lambda: len(first.packets) > 100)
    await media.watch("late", camera)
    await until(lambda: pictures(late) == 1)
    await asyncio.sleep(0.3)
    assert pictures(late) == 1
    assert counters(late) == [0]
    first.close()
    late.close()
