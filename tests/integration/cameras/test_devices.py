"""Cameras plugged into this machine, read by their sandboxed children; see `tests/support/v4l2_device.c`."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

import rtc_server.cameras.ingest as module
from rtc_server.cameras.values import CameraState
from rtc_server.media_core.packetise import AccessUnits, has_key_frame
from tests.integration.cameras.test_reading import RATE, reading, write_video
from tests.support.v4l2_device import v4l2_device


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "video.mp4"
    write_video(path)
    return path


async def test_what_a_device_delivers_is_read_from_its_first_key_frame_on(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with v4l2_device(video, tmp_path) as (address, environment):
        monkeypatch.setattr(module, "_ENVIRONMENT", module._ENVIRONMENT | environment)
        async with reading(address) as taken:
            await taken.until(lambda: len(taken.frames) >= 2 * RATE)
    assert taken.states == [CameraState.LIVE]
    units = AccessUnits(taken.configurations[0])
    split = [units.units(frame.data) for _, frame in taken.frames]
    assert has_key_frame(split[0])
    assert all(split)
    steps = [after.timestamp - before.timestamp for (_, before), (_, after) in itertools.pairwise(taken.frames)]
    assert all(abs(step - 90_000 // RATE) <= 1 for step in steps)


async def test_a_device_without_h264_is_said_to_send_the_wrong_codec(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with v4l2_device(video, tmp_path, V4L2_FORMAT="MJPG") as (address, environment):
        monkeypatch.setattr(module, "_ENVIRONMENT", module._ENVIRONMENT | environment)
        async with reading(address) as taken:
            await taken.until(lambda: bool(taken.states))
    assert taken.states == [CameraState.CODEC]
    assert not taken.frames


async def test_a_device_that_is_pulled_out_is_tried_until_it_is_back(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with v4l2_device(video, tmp_path, V4L2_COUNT="40") as (address, environment):
        monkeypatch.setattr(module, "_ENVIRONMENT", module._ENVIRONMENT | environment)
        async with reading(address) as taken:
            await taken.until(lambda: CameraState.UNREACHABLE in taken.states)
            assert len(taken.frames) > 30
            await taken.until(lambda: taken.states[-1] is CameraState.LIVE)


@pytest.mark.parametrize(
    ("address", "state"),
    [("v4l2:/dev/video-not-there", CameraState.MISSING), ("v4l2:/dev/null", CameraState.UNREACHABLE)],
)
async def test_what_is_no_camera_is_said(address: str, state: CameraState) -> None:
    async with reading(address) as taken:
        await taken.until(lambda: bool(taken.states))
    assert taken.states == [state]
