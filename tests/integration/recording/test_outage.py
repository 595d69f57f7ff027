"""A disk without room: the call lives, both pages and the operator are told, and the recording goes on by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rtc_server.recording.stored import read_manifest
from tests.support.recorded_call import recorded_call
from tests.support.served import served
from tests.support.small_disk import small_disk

# What the recorder leaves free is 256 MB: of this disk, nothing is left for it until the ballast is gone.
DISK, BALLAST = 300 << 20, 60 << 20


async def test_both_sides_see_that_recording_paused_and_that_it_went_on(tmp_path: Path) -> None:
    recordings = tmp_path / "data" / "recordings"
    with small_disk(recordings, DISK, BALLAST) as ballast:
        async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 12.0) as call:
            await call.begin(consent=True)
            point, window = call.point.page, call.window.page
            await point.see("point", session__recording_paused="disk_full")
            await window.see("desk", session__recording_paused="disk_full")
            heard = call.window.party.received
            while call.window.party.received < heard + 100:
                await asyncio.sleep(0.1)
            async with await call.get("/healthz", call.window) as response:
                health = await response.json()
            assert (health["status"], health["recording"]) == ("degraded", "paused")
            async with await call.get("/metrics", call.window) as response:
                assert "cloud_window_recordings_paused 1.0" in await response.text()
            ballast.unlink()
            desk = await window.see("desk", session__recording_paused=None)
            await point.see("point", session__recording_paused=None)
            assert desk["session"]["recording"] is True
            assert desk["session"]["recording_missing_seconds"] >= 2
            await asyncio.sleep(2.0)
            await call.finish()
            await call.joined()
            acts = [act for act, _ in await call.acts()]
            folder = next(recordings.glob("*/*/"))
        assert acts == [
            "consent_given",
            "recording_begun",
            "recording_paused_disk_full",
            "recording_resumed",
            "recording_joined",
        ]
        made = read_manifest(folder)
        (outage,) = made.outages
        assert outage.reason == "disk_full"
        assert abs(outage.end - outage.start - desk["session"]["recording_missing_seconds"]) < 1.5
        assert {one.kind for one in made.sources} == {"camera", "microphone"}
        # The cameras were asked for a key frame, but these send one each second anyhow.
        assert all(one.packets > 20 for one in made.sources)
