"""Cameras read by their sandboxed children: RTSP of another house's server, and files."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from foundation.tasks import Tasks
from rtc_server.cameras.ingest import Ingest
from rtc_server.cameras.messages import Frame
from rtc_server.cameras.values import Camera, CameraState
from rtc_server.media_core.packetise import AccessUnits, has_key_frame
from tests.support.cameras import rtsp_camera

RATE = 25


class Taken:
    """What came of a camera."""

    def __init__(self) -> None:
        self.configurations: list[bytes] = []
        self.frames: list[tuple[float, Frame]] = []
        self.states: list[CameraState] = []

    def opened(self, configuration: bytes) -> None:
        self.configurations.append(configuration)

    def frame(self, frame: Frame) -> None:
        self.frames.append((time.monotonic(), frame))

    def state(self, state: CameraState) -> None:
        if self.states[-1:] != [state]:
            self.states.append(state)

    async def until(self, holds: Callable[[], bool], seconds: float = 25.0) -> None:
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(0.02)


@asynccontextmanager
async def reading(address: str, transport: str = "tcp") -> AsyncIterator[Taken]:
    taken = Taken()
    camera = Camera(id="hall", address=address, transport=transport)  # type: ignore[arg-type]
    tasks = Tasks()
    tasks.spawn(Ingest(camera, taken, lambda: 0.5).run(), name="ingest")
    try:
        yield taken
    finally:
        await tasks.close()


def write_video(path: Path, frames: int = 30) -> None:
    """A video of grey frames, each brighter than the one before."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"bf": "0", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.time_base = Fraction(1, RATE)
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(np.full((180, 320), 40 + number * 5, np.uint8), format="gray")
            for packet in stream.encode(frame.reformat(format="yuv420p")):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize(
    "options",
    [
        {"profile": "high"},
        {"profile": "main"},
        {"profile": "baseline", "sets": "-1", "password": "secret"},
    ],
    ids=["high", "main", "baseline with a password"],
)
async def test_a_camera_is_read_from_its_first_key_frame_on(transport: str, options: dict[str, str]) -> None:
    async with rtsp_camera(**options) as camera, reading(camera.address, transport) as taken:
        await taken.until(lambda: len(taken.frames) >= 40)
        assert taken.states == [CameraState.LIVE]
        units = AccessUnits(taken.configurations[0])
        split = [units.units(frame.data) for _, frame in taken.frames]
        keys = [number for number, one in enumerate(split) if has_key_frame(one)]
        assert keys[0] == 0
        assert all(split)
        times = sorted(frame.timestamp for _, frame in taken.frames[1:-3])
        steps = {after - before for before, after in itertools.pairwise(times)}
        assert steps == {90_000 // RATE}, "every frame is there once, at its time"


async def test_what_is_read_is_the_picture_that_was_sent(tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    write_video(video)
    async with reading(f"file://{video}") as taken:
        await taken.until(lambda: len(taken.frames) >= 45)
    units = AccessUnits(taken.configurations[0])
    decoder = av.CodecContext.create("h264", "r")
    shown = []
    for _, frame in taken.frames[:45]:
        data = b"".join(b"\0\0\0\1" + unit for unit in units.units(frame.data))
        shown += [int(frame.to_ndarray(format="gray").mean()) for frame in decoder.decode(av.Packet(data))]
    assert len(shown) >= 40
    expected = [(40 + number % 30 * 5) for number in range(len(shown))]
    # A video's grey is of the range 16 to 235, and compressed.
    assert shown == pytest.approx(expected, abs=16)


async def test_a_film_is_played_at_its_pace_and_over_and_over(tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    write_video(video)
    async with reading(f"file://{video}") as taken:
        await taken.until(lambda: len(taken.frames) >= 80)
    times = sorted(frame.timestamp for _, frame in taken.frames[:75])
    assert {after - before for before, after in itertools.pairwise(times)} == {90_000 // RATE}
    took = taken.frames[74][0] - taken.frames[0][0]
    assert took > 74 / RATE * 0.9


@pytest.mark.parametrize(
    ("options", "state"),
    [
        ({"codec": "jpeg"}, CameraState.CODEC),
        ({"profile": "main", "bframes": "2"}, CameraState.CODEC),
        ({"password": "another"}, CameraState.SIGN_IN),
    ],
    ids=["no H.264", "B frames", "password"],
)
async def test_a_camera_that_cannot_be_shown_says_why(options: dict[str, str], state: CameraState) -> None:
    async with rtsp_camera(**options) as camera:
        async with reading(f"rtsp://viewer:wrong@127.0.0.1:{camera.port}/live") as taken:
            await taken.until(lambda: state in taken.states)
        assert taken.states[-1] == state
        assert len(taken.frames) < RATE


async def test_where_nobody_is_and_what_is_not_there_is_said(tmp_path: Path) -> None:
    async with rtsp_camera() as camera:
        async with reading(f"rtsp://127.0.0.1:{camera.port}/other") as taken:
            await taken.until(lambda: bool(taken.states))
        assert taken.states == [CameraState.MISSING]
    async with reading("rtsp://127.0.0.1:9/live") as taken:
        await taken.until(lambda: bool(taken.states))
    assert taken.states == [CameraState.UNREACHABLE]
    for name, content, state in (
        ("none.mp4", None, CameraState.MISSING),
        ("text.mp4", b"not a video" * 100, CameraState.BROKEN),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", CameraState.BROKEN),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        async with reading(f"file://{tmp_path}/{name}") as taken:
            await taken.until(lambda: bool(taken.states))
        assert taken.states == [state], name


async def test_a_camera_that_went_is_tried_until_it_is_back() -> None:
    async with rtsp_camera() as camera:
        port = str(camera.port)
        reader = reading(camera.address)
        taken = await reader.__aenter__()
        await taken.until(lambda: len(taken.frames) >= 10)
    try:
        await taken.until(lambda: taken.states == [CameraState.LIVE, CameraState.UNREACHABLE])
        seen = len(taken.frames)
        async with rtsp_camera(port=port):
            await taken.until(lambda: len(taken.frames) >= seen + 10)
            assert taken.states == [CameraState.LIVE, CameraState.UNREACHABLE, CameraState.LIVE]
            assert len(taken.configurations) == 2
    finally:
        await reader.__aexit__(None, None, None)


async def test_a_camera_that_hangs_is_noticed() -> None:
    async with rtsp_camera() as camera, reading(camera.address) as taken:
        await taken.until(lambda: len(taken.frames) >= 10)
        camera.freeze()
        await taken.until(lambda: CameraState.UNREACHABLE in taken.states, 30)


async def test_no_word_of_the_password_is_anywhere(capfd: pytest.CaptureFixture[str]) -> None:
    async with reading("rtsp://viewer:very-secret@127.0.0.1:9/live") as taken:
        await taken.until(lambda: bool(taken.states))
        arguments = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    said = capfd.readouterr()
    assert "camera_failed" in said.out
    assert not any(b"very-secret" in one for one in arguments)
    assert "very-secret" not in said.out + said.err
    assert "very-secret" not in repr(Camera(id="hall", address="rtsp://viewer:very-secret@127.0.0.1/live"))


async def test_a_machine_without_processes_tries_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    write_video(video)
    with monkeypatch.context() as full:
        full.setattr("sys.executable", str(tmp_path / "nothing"))
        reader = reading(f"file://{video}")
        taken = await reader.__aenter__()
        await taken.until(lambda: taken.states == [CameraState.UNREACHABLE])
    await taken.until(lambda: taken.states[-1] is CameraState.LIVE)
    await reader.__aexit__(None, None, None)
