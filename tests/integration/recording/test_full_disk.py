"""A disk that is really full: the recorder loses only what the disk does not take, and the call goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rtc_server.recording.stored import check, records
from rtc_server.recording.values import RecordingFailed, RecordingResumed
from tests.support.recorded import KEY, own_key
from tests.support.recorder_site import Site
from tests.support.small_disk import small_disk


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    made = Site(tmp_path / "recordings")
    yield made
    await made.recorder.close()
    await made.tasks.close()


async def test_what_was_written_before_the_disk_was_full_is_kept_and_recording_goes_on(site: Site) -> None:
    with small_disk(site.root, size=256 * 1024, filled=160 * 1024) as ballast:
        recording_id = await site.recorder.start("s1", KEY)
        while not site.of(RecordingFailed):
            await site.speak(1.0)
        (failed,) = site.of(RecordingFailed)
        assert failed.reason == "disk_full"
        state = site.recorder.state("s1")
        assert state is not None
        assert (state.recording_id, state.paused, state.missing) == (recording_id, "disk_full", 0.0)
        await site.speak(5.0)
        assert len(site.of(RecordingFailed)) == 1
        folder = site.root / "s1" / recording_id
        kept = sum(len(record.data) for record in records(check(folder, own_key(folder), [])))
        assert kept > 16 * 1024
        ballast.unlink()
        await site.speak(4.0)
        (resumed,) = site.of(RecordingResumed)
        state = site.recorder.state("s1")
        assert state is not None
        assert (state.paused, state.missing) == (None, resumed.seconds)
        made = await site.recorder.stop("s1")
        (outage,) = made.outages
        assert outage.end - outage.start == pytest.approx(resumed.seconds, abs=0.3)
        assert 4.0 < resumed.seconds < 9.0
        missing = site.sent - made.sources[0].packets
        assert missing / 50 == pytest.approx(resumed.seconds, abs=0.3)
