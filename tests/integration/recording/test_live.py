"""A call over real sockets, recorded: the file shows both parties in step, and Chromium plays it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from foundation.clock import SystemClock
from foundation.events import LocalBus
from foundation.identifiers import SystemIdentifiers
from foundation.tasks import Tasks
from rtc_server.recording.closing import close_recording
from rtc_server.recording.recorder import Recorder, RecorderParts
from rtc_server.recording.values import RecordingRules
from rtc_server.sessions.interface import MediaOffer, MediaSettings, SourceKind
from rtc_server.sessions.server import MediaServer
from tests.support.media_client import Identity
from tests.support.recorded import KEY, Feed, clear_file, flashes, own_key, record, source
from tests.support.speaker import SLOTS, SOURCES, Speaker
from tests.support.streams import pictures, sound

SECONDS = 4
SOUND, PICTURES = sound(SECONDS), pictures("VP8", SECONDS)


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    made = Tasks()
    yield made
    await made.close()


@pytest.fixture
async def media(tasks: Tasks) -> AsyncIterator[MediaServer]:
    server = MediaServer(MediaSettings(host="127.0.0.1", port=0), SystemClock(), tasks, secrets.token_bytes)
    await server.start()
    yield server
    await server.close()


async def answer(media: MediaServer, name: str, offer: str) -> str:
    return (await media.connect(name, MediaOffer(sdp=offer, sources=SOURCES, slots=SLOTS))).sdp


async def test_a_call_of_two_is_recorded_in_step(media: MediaServer, tasks: Tasks, tmp_path: Path) -> None:
    clock = SystemClock()
    parts = RecorderParts(
        sessions=media,
        root=tmp_path,
        clock=clock,
        identifiers=SystemIdentifiers(clock),
        tasks=tasks,
        bus=LocalBus(),
    )
    recorder = Recorder(parts, RecordingRules(segment_seconds=1.0, reserve_bytes=0))
    identity = Identity()
    parties = [Speaker("point:1", identity, 0x1000), Speaker("clerk:1", identity, 0x2000)]
    media.open_session("s")
    for party in parties:
        await party.connect(partial(answer, media, party.name))
        media.admit("s", party.name)
    await recorder.start("s", KEY)
    await asyncio.gather(parties[0].send(SOUND, PICTURES, 0.15), parties[1].send(SOUND, PICTURES, 0.03))
    made = await recorder.stop("s")
    await recorder.close()
    for party in parties:
        party.close()
    assert made.path is not None
    clear = clear_file(made.path, own_key(made.folder))
    assert len(made.segments) >= 3
    assert [one.lost for one in made.sources] == [0] * 4
    assert sum(one.packets for one in made.sources if one.codec == "opus") == 2 * len(SOUND)
    assert {(one.participant_id, one.kind) for one in made.sources} == {
        (name, kind) for name in ("point:1", "clerk:1") for kind in ("camera", "microphone")
    }
    tracks = sorted(made.sources, key=lambda one: one.track or 0)
    beginnings = {(one.participant_id, one.kind): flashes(clear, one.track or 0) for one in tracks}
    for second in (1, 2, 3):
        # Both parties began together, so every party's n-th second is at the same moment of the recording.
        near = min(beginnings["point:1", "microphone"], key=lambda at: abs(at - second))
        seen = [min(times, key=lambda at: abs(at - near)) for times in beginnings.values()]
        assert max(seen) - min(seen) < 0.04, seen


@pytest.mark.browser
@pytest.mark.parametrize("codec", ["VP8", "VP9", "H264"])
async def test_chromium_plays_a_recording_to_its_end(tmp_path: Path, codec: str) -> None:
    picture = Feed(source("point", SourceKind.CAMERA, codec, ssrc=2), pictures(codec, SECONDS), jitter=0.01)
    voice = Feed(source("point", SourceKind.MICROPHONE, "opus", ssrc=1), SOUND)
    # The clerk joins late: silence stands in for what was not said.
    clerk = replace(voice, info=source("clerk", SourceKind.MICROPHONE, "opus", ssrc=3), starts=1.0)
    record(tmp_path, [picture, voice, clerk])
    made = close_recording(tmp_path, KEY)
    assert made.path is not None
    page_file = tmp_path / "page.html"
    page_file.write_text(f'<video src="{clear_file(made.path).as_uri()}" muted></video>')
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        page = await browser.new_page()
        await page.goto(page_file.as_uri())
        played = await page.evaluate(
            """async () => {
                const video = document.querySelector('video');
                const ended = new Promise((resolve, reject) => {
                    video.onended = resolve;
                    video.onerror = () => reject(new Error(video.error.message));
                });
                await video.play();
                await ended;
                const quality = video.getVideoPlaybackQuality();
                return {width: video.videoWidth, at: video.currentTime, frames: quality.totalVideoFrames};
            }"""
        )
        await browser.close()
    assert played["width"] == 320
    assert played["at"] == pytest.approx(SECONDS + 1, abs=0.3)
    assert played["frames"] >= SECONDS * 25 - 3
