from __future__ import annotations

import asyncio
import resource
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from rtc_server.recording.segment_format import RecordKind
from rtc_server.recording.stored import check, records
from rtc_server.recording.values import (
    RecordingClosed,
    RecordingFailed,
    RecordingFile,
    RecordingNotClosed,
    RecordingResumed,
    RecordingRules,
    RecordingUnknown,
    SegmentClosed,
)
from tests.support.packets import received
from tests.support.recorded import KEY, key_of, own_key
from tests.support.recorder_site import CAMERA, MICROPHONE, PACKETS, Site

PICTURE = received(b"\x80\x60" + bytes(10) + b"\x10")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    made = Site(tmp_path / "recordings")
    yield made
    await made.recorder.close()
    await made.tasks.close()


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    # What is logged meanwhile would go to a file of pytest's, which is too long as well.
    with capture_logs():
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_session_is_recorded_from_start_to_file(site: Site) -> None:
    recording_id = await site.recorder.start("s1", KEY)
    assert await site.recorder.start("s1", KEY) == recording_id == site.recorder.recording("s1")
    await site.speak(6.0)
    made = await site.recorder.stop("s1")
    assert site.recorder.recording("s1") is None
    assert site.hall.sinks["s1"] == []
    assert (made.session_id, made.recording_id) == ("s1", recording_id)
    assert made.duration == pytest.approx(6.0, abs=0.1)
    assert made.sources[0].packets == 300
    assert made.sources[0].lost == 0
    told = [(event.number, event.sha256) for event in site.of(SegmentClosed)]
    assert told == [(info.number, info.sha256) for info in made.segments]
    assert len(told) == 3
    (closed,) = site.of(RecordingClosed)
    assert (closed.path, closed.sha256, closed.chain_head) == (str(made.path), made.sha256, told[-1][1])
    assert await site.recorder.recover_all(key_of) == [made]


async def test_stopping_what_does_not_run_is_refused(site: Site) -> None:
    with pytest.raises(RecordingUnknown):
        await site.recorder.stop("s1")


async def test_sessions_are_kept_apart(site: Site) -> None:
    await site.recorder.start("s1", KEY)
    await site.recorder.start("s2", KEY)
    await site.speak(2.0, "s1")
    await site.speak(1.0, "s2")
    one, other = await asyncio.gather(site.recorder.stop("s1"), site.recorder.stop("s2"))
    assert (one.sources[0].packets, other.sources[0].packets) == (100, 50)
    assert other.sources[0].start == pytest.approx(2.0)


async def test_full_disk_is_told_the_sink_goes_on_and_recording_resumes(site: Site) -> None:
    await site.recorder.start("s1", KEY)
    await site.speak(3.0)
    with files_no_longer_than(60):
        await site.speak(4.0)
        (failed,) = site.of(RecordingFailed)
        assert failed.reason == "disk_full"
        assert site.of(RecordingResumed) == []
        for sink in site.hall.sinks["s1"]:
            sink.packet(CAMERA, PICTURE, site.clock.monotonic())
    await site.speak(4.0)
    (resumed,) = site.of(RecordingResumed)
    assert 3.5 < resumed.seconds < 7.0
    await site.recorder.stop("s1")
    made = site.of(RecordingClosed)[0]
    stored = check(Path(made.path).parent, own_key(Path(made.path).parent), [])
    assert [info.info.number for info in stored] == list(range(1, len(stored) + 1))
    file = (await site.recorder.recover_all(key_of))[0]
    (outage,) = file.outages
    assert outage.reason == "disk_full"
    assert outage.end - outage.start == pytest.approx(resumed.seconds, abs=0.3)
    assert 200 < file.sources[0].packets < 450


async def test_pictures_are_asked_for_a_key_frame_after_an_outage(site: Site) -> None:
    await site.recorder.start("s1", KEY)
    (sink,) = site.hall.sinks["s1"]
    sink.packet(CAMERA, PICTURE, site.clock.monotonic())
    await site.recorder.flush()
    with files_no_longer_than(60):
        sink.packet(CAMERA, PICTURE, site.clock.monotonic())
        await site.recorder.flush()
        await site.recorder.flush()
        sink.packet(CAMERA, PICTURE, site.clock.monotonic())
        site.clock.advance(3.0)
        await site.recorder.flush()
    assert site.hall.key_frames == []
    site.clock.advance(3.0)
    await site.recorder.flush()
    assert site.hall.key_frames == [CAMERA]


async def test_slow_disk_loses_packets_not_memory(site: Site) -> None:
    site.recorder = site.open(RecordingRules(reserve_bytes=0, waiting_bytes=20_000))
    await site.recorder.start("s1", KEY)
    (sink,) = site.hall.sinks["s1"]
    for packet in PACKETS:
        sink.packet(MICROPHONE, received(packet), site.clock.monotonic())
        site.clock.advance(0.02)
    await site.recorder.flush()
    assert [event.reason for event in site.of(RecordingFailed)] == ["disk_slow"]
    assert len(site.of(RecordingResumed)) == 1
    made = await site.recorder.stop("s1")
    assert made.outages[0].reason == "disk_slow"


async def test_a_write_that_was_given_up_is_not_overwritten_by_what_comes_meanwhile(site: Site) -> None:
    await site.recorder.start("s1", KEY)
    await site.speak(0.1)
    (sink,) = site.hall.sinks["s1"]
    disk = threading.Event()
    site.recorder._worker.submit(disk.wait)
    flush = asyncio.create_task(site.recorder.flush())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert flush.cancel()
    with pytest.raises(asyncio.CancelledError):
        await flush
    for _ in range(2000):
        sink.packet(MICROPHONE, received(bytes(1400)), site.clock.monotonic())
    disk.set()
    await site.recorder.close()
    (folder,) = (site.root / "s1").iterdir()
    packets = [
        record.data for record in records(check(folder, own_key(folder), [])) if record.kind == RecordKind.PACKET
    ]
    assert packets == [*PACKETS[:5], *[bytes(1400)] * 2000]


async def test_what_a_killed_server_left_is_closed_at_the_next_start(site: Site) -> None:
    recording_id = await site.recorder.start("s1", KEY)
    await site.speak(5.5)
    # The server dies here: nothing is sealed, and the last write is torn.
    folder = site.root / "s1" / recording_id
    (part,) = folder.glob("*.part")
    part.write_bytes(part.read_bytes()[:-77])
    later = site.open()
    (made,) = await later.recover_all(key_of)
    assert (made.session_id, made.recording_id) == ("s1", recording_id)
    assert made.segments[-1].recovered
    assert [event.number for event in site.of(SegmentClosed)] == [1, 2, 3]
    assert made.duration > 4.5
    assert await later.recover_all(key_of) == [made]
    assert len(site.of(RecordingClosed)) == 2
    await later.acknowledge(made)
    assert await later.recover_all(key_of) == []
    assert made.path is not None
    assert made.path.exists()
    await later.close()


async def test_closing_the_server_seals_and_the_next_start_makes_the_file(site: Site) -> None:
    await site.recorder.start("s1", KEY)
    await site.speak(3.0)
    await site.recorder.close()
    assert site.of(RecordingClosed) == []
    later = site.open()
    (made,) = await later.recover_all(key_of)
    assert not any(info.recovered for info in made.segments)
    assert made.sources[0].packets == 150
    await later.close()


async def test_recovery_leaves_running_recordings_alone(site: Site) -> None:
    await site.recorder.start("s1", KEY)
    await site.speak(1.0)
    assert await site.recorder.recover_all(key_of) == []
    await site.speak(1.0)
    assert (await site.recorder.stop("s1")).sources[0].packets == 100


async def test_file_that_cannot_be_made_is_told_and_its_segments_kept(site: Site) -> None:
    recording_id = await site.recorder.start("s1", KEY)
    await site.speak(5.0)
    first = site.root / "s1" / recording_id / "00000001.seg"
    whole = first.read_bytes()
    first.write_bytes(whole[:-1])
    with pytest.raises(RecordingNotClosed):
        await site.recorder.stop("s1")
    assert [event.reason for event in site.of(RecordingFailed)] == ["not_closed"]
    assert await site.recorder.recover_all(key_of) == []
    first.write_bytes(whole)
    # A file that cannot be made is not tried again at once, since each try costs a process.
    assert await site.recorder.recover_all(key_of) == []
    site.clock.advance(3600.0)
    (made,) = await site.recorder.recover_all(key_of)
    assert isinstance(made, RecordingFile)
    assert made.sources[0].packets == 250


async def test_a_listener_that_fails_stops_no_recording(site: Site) -> None:
    async def refuse(event: SegmentClosed) -> None:
        raise ValueError(event.number)

    site.bus.subscribe(SegmentClosed, refuse)
    await site.recorder.start("s1", KEY)
    await site.speak(5.0)
    assert (await site.recorder.stop("s1")).sources[0].packets == 250
