from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from rtc_server.recording.closing import NothingRecorded, close_recording
from rtc_server.recording.stored import ChainBroken, read_manifest
from rtc_server.recording.tap import RecordingTap
from rtc_server.sessions.interface import CodecName, SourceKind
from tests.support.recorded import KEY, RULES, Feed, calls, clear_file, flashes, moved, record, source, write
from tests.support.streams import pictures, sound

SOUND = sound(6.0)
VP8 = pictures("VP8", 6.0)
VP9 = pictures("VP9", 6.0)
H264 = pictures("H264", 6.0)
POINT_MICROPHONE = Feed(source("point", SourceKind.MICROPHONE, "opus", ssrc=1), SOUND, jitter=0.004)
POINT_CAMERA = Feed(source("point", SourceKind.CAMERA, "VP8", ssrc=2), VP8, delay=0.18, jitter=0.01)
CLERK_MICROPHONE = Feed(
    source("clerk", SourceKind.MICROPHONE, "opus", ssrc=3), SOUND, delay=0.006, drift=2e-4, wall=3_973_000_900.0, seed=3
)
CLERK_CAMERA = Feed(
    source("clerk", SourceKind.CAMERA, "VP8", ssrc=4), VP8, delay=0.05, jitter=0.02, wall=3_973_000_900.0, seed=4
)
CALL = [POINT_MICROPHONE, POINT_CAMERA, CLERK_MICROPHONE, CLERK_CAMERA]


def probe(path: Path) -> dict:
    command = ["ffprobe", "-v", "error", "-count_packets", "-show_streams", "-show_format", "-of", "json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_all_tracks_of_a_call_are_in_one_playable_file_and_in_step(tmp_path: Path) -> None:
    record(tmp_path, CALL)
    made = close_recording(tmp_path, KEY)
    assert made.file == "session.webm"
    assert made.path is not None
    found = probe(clear_file(made.path))
    assert [(stream["codec_name"], int(stream["nb_read_packets"])) for stream in found["streams"]] == [
        ("vp8", 150),
        ("vp8", 150),
        ("opus", 300),
        ("opus", 300),
    ]
    assert [stream["tags"]["title"] for stream in found["streams"]] == [
        "camera clerk",
        "camera point",
        "microphone point",
        "microphone clerk",
    ]
    assert (found["streams"][0]["width"], found["streams"][0]["height"]) == (320, 180)
    assert float(found["format"]["duration"]) == pytest.approx(6.0, abs=0.25)
    assert made.duration == pytest.approx(6.0, abs=0.25)
    beginnings = [flashes(clear_file(made.path), track) for track in range(4)]
    for second in range(1, 6):
        seen = [min(times, key=lambda at: abs(at - second)) for times in beginnings]
        assert max(seen) - min(seen) < 0.04, seen
        assert min(seen) == pytest.approx(second, abs=0.04)
    assert sorted(one.track for one in made.sources if one.track is not None) == [0, 1, 2, 3]
    assert all(one.lost == 0 and one.packets >= 150 for one in made.sources)
    assert made.gaps == made.outages == ()


@pytest.mark.parametrize(("codec", "file"), [("H264", "session.mkv"), ("VP9", "session.webm")])
def test_every_frame_is_stored_as_it_was_encoded(tmp_path: Path, codec: CodecName, file: str) -> None:
    encoded = H264 if codec == "H264" else VP9
    camera = Feed(source("point", SourceKind.CAMERA, codec), encoded, jitter=0.01)
    record(tmp_path, [camera, POINT_MICROPHONE])
    made = close_recording(tmp_path, KEY)
    assert made.file == file
    assert made.path is not None
    shown = probe(clear_file(made.path))["streams"][0]
    assert (shown["codec_name"], shown["width"], shown["height"]) == (codec.lower(), 320, 180)
    with av.open(str(clear_file(made.path))) as container:
        decoder = av.CodecContext.create(codec.lower(), "r")
        expected = [frame for one in encoded for frame in decoder.decode(av.Packet(one.data))]
        expected += decoder.decode(None)
        got = list(container.decode(container.streams.video[0]))
        assert len(got) == len(expected) == 150
        for one, other in zip(got, expected, strict=True):
            assert np.array_equal(one.to_ndarray(), other.to_ndarray())
    with av.open(str(clear_file(made.path))) as container:
        packets = [bytes(packet) for packet in container.demux(container.streams.audio[0]) if packet.size]
        assert packets == [one.data for one in SOUND]


def test_the_same_segments_always_give_the_same_file(tmp_path: Path) -> None:
    record(tmp_path / "a", CALL)
    first = close_recording(tmp_path / "a", KEY)
    again = close_recording(tmp_path / "a", KEY)
    assert again == first
    assert read_manifest(tmp_path / "a") == first
    assert first.chain_head == first.segments[-1].sha256


def test_losses_are_marked_and_pictures_wait_for_a_key_frame(tmp_path: Path) -> None:
    record(tmp_path, [replace(POINT_CAMERA, loss=0.02), replace(POINT_MICROPHONE, loss=0.05, seed=9)])
    made = close_recording(tmp_path, KEY)
    by_kind = {one.kind: one for one in made.sources}
    camera, microphone = by_kind["camera"], by_kind["microphone"]
    assert camera.lost > 0
    assert microphone.lost > 5
    assert {gap.source for gap in made.gaps} == {camera.index, microphone.index}
    assert sum(gap.packets for gap in made.gaps) == camera.lost + microphone.lost
    assert all(0 <= gap.start < gap.end <= made.duration for gap in made.gaps)
    assert list(made.gaps) == sorted(made.gaps, key=lambda gap: gap.start)
    assert made.path is not None
    with av.open(str(clear_file(made.path))) as container:
        # A decoder that had been given a picture without the one it builds on would complain.
        frames = list(container.decode(container.streams.video[0]))
    assert 25 < len(frames) < 150
    with av.open(str(clear_file(made.path))) as container:
        sounded = sum(packet.duration for packet in container.demux(container.streams.audio[0]) if packet.size)
    assert sounded / 1000 == pytest.approx(6.0, abs=0.15)


def test_a_reconnected_camera_goes_on_on_its_track_and_silence_is_spelled_out(tmp_path: Path) -> None:
    camera = replace(POINT_CAMERA, delay=0.02)
    record(tmp_path, [camera, moved(camera, 8.0, 77), moved(CLERK_MICROPHONE, 8.0, 78)])
    made = close_recording(tmp_path, KEY)
    assert made.path is not None
    assert [one.track for one in made.sources if one.kind == "camera"] == [0, 0]
    streams = probe(clear_file(made.path))["streams"]
    assert len(streams) == 2
    assert flashes(clear_file(made.path), 0)[-1] == pytest.approx(13.0, abs=0.05)
    assert flashes(clear_file(made.path), 1)[-1] == pytest.approx(13.0, abs=0.05)
    with av.open(str(clear_file(made.path))) as container:
        times = [packet.pts for packet in container.demux(container.streams.audio[0]) if packet.size]
    assert max(np.diff(times)) <= 42
    assert times[0] == 0


def test_a_source_without_a_key_frame_has_no_track(tmp_path: Path) -> None:
    blind = replace(POINT_CAMERA, frames=[one for one in VP8 if not one.key])
    record(tmp_path, [blind, POINT_MICROPHONE])
    made = close_recording(tmp_path, KEY)
    assert {one.kind: one.track for one in made.sources} == {"camera": None, "microphone": 0}


@pytest.mark.parametrize("seed", range(6))
def test_broken_vp9_of_one_party_keeps_nobody_from_a_recording(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    hidden = [replace(one, data=b"\x84" + one.data[1:]) if 30 < number < 50 else one for number, one in enumerate(VP9)]
    broken = replace(POINT_CAMERA, info=source("point", SourceKind.CAMERA, "VP9", ssrc=2), jitter=0.0)
    broken = replace(broken, frames=[replace(one, data=damaged(one.data, draw)) for one in hidden])
    record(tmp_path, [broken, CLERK_CAMERA])
    made = close_recording(tmp_path, KEY)
    assert made.path is not None
    clerk = next(one for one in made.sources if one.participant_id == "clerk")
    assert clerk.track is not None
    with av.open(str(clear_file(made.path))) as container:
        assert sum(1 for packet in container.demux(container.streams[clerk.track]) if packet.size) == 150


def damaged(data: bytes, draw: random.Random) -> bytes:
    """With a few octets of the first sixteen and the last changed, half of the time."""
    changed = bytearray(data)
    for _ in range(draw.choice((0, 0, 1, 3))):
        changed[draw.choice((draw.randrange(min(16, len(data))), -1))] = draw.randrange(256)
    return bytes(changed)


def test_a_session_in_which_nobody_sent_has_segments_but_no_file(tmp_path: Path) -> None:
    record(tmp_path, [])
    made = close_recording(tmp_path, KEY)
    assert (made.path, made.sha256, made.sources, len(made.segments)) == (None, "", (), 1)
    assert read_manifest(tmp_path) == made


def test_recording_of_which_nothing_is_left_is_told(tmp_path: Path) -> None:
    with pytest.raises(NothingRecorded):
        close_recording(tmp_path, KEY)


def test_changed_segment_is_not_made_into_a_file(tmp_path: Path) -> None:
    record(tmp_path, [POINT_MICROPHONE], replace(RULES, segment_seconds=1.0))
    second = tmp_path / "00000002.seg"
    second.write_bytes(second.read_bytes()[:-1])
    with pytest.raises(ChainBroken):
        close_recording(tmp_path, KEY)
    assert not list(tmp_path.glob("session.*"))


def test_as_a_process_it_says_what_is_wrong(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rtc_server.recording.closing", str(tmp_path)]
    done = subprocess.run(command, input="k" * 32, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "NothingRecorded" in done.stderr


def test_what_a_cut_took_is_told_though_its_source_counted_as_ended(tmp_path: Path) -> None:
    tap, told = RecordingTap(100.0, 1 << 30), list(calls(POINT_MICROPHONE))
    for at, tell in told:
        if at < 1.0 or at > 5.0:
            tell(tap, 100.0 + at)
        elif at > 4.0:
            tap.ended(POINT_MICROPHONE.info)
    write(tmp_path, tap)
    (microphone,) = close_recording(tmp_path, KEY).sources
    assert microphone.lost == pytest.approx(200, abs=3)


def test_frame_times_are_written_to_the_millisecond(tmp_path: Path) -> None:
    steady = Feed(source("point", SourceKind.CAMERA, "VP8"), VP8, delay=0.0)
    record(tmp_path, [steady])
    made = close_recording(tmp_path, KEY)
    assert made.path is not None
    with av.open(str(clear_file(made.path))) as container:
        stream = container.streams.video[0]
        times = [float(packet.pts * Fraction(stream.time_base)) for packet in container.demux(stream) if packet.size]
    assert np.allclose(np.diff(times), 0.04, atol=0.0021)
