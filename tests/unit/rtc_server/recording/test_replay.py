from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from pathlib import Path

import av
import msgspec
import pytest

from rtc_server.recording.closing import close_recording
from rtc_server.recording.replay import _holes, _thumbnail, make_replay
from rtc_server.recording.replays import Replays, open_file
from rtc_server.recording.values import Gap, Outage, ReplayNoRoom, ReplayNotMade
from rtc_server.sessions.interface import CodecName, SourceKind
from tests.support.recorded import KEY, Feed, clear_file, record, source
from tests.support.small_disk import small_disk
from tests.support.streams import pictures, sound

VOICE = Feed(source("a:point", SourceKind.MICROPHONE, "opus", ssrc=1), sound(8.0))


def face(codec: CodecName) -> Feed:
    return Feed(source("b:window", SourceKind.CAMERA, codec, ssrc=2), pictures(codec, 6.0), starts=2.0)


def packets(path: Path, track: int) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(container.streams[track]) if packet.size]


def data_on_disk(folder: Path, name: str) -> bytes:
    return (folder / "replay" / name).read_bytes()


@pytest.mark.parametrize(("codec", "kind"), [("VP8", "webm"), ("VP9", "webm"), ("H264", "mp4")])
def test_every_track_has_a_file_of_its_own_with_the_same_packets(tmp_path: Path, codec: CodecName, kind: str) -> None:
    record(tmp_path, [VOICE, face(codec)])
    recording = close_recording(tmp_path, KEY)
    made = make_replay(tmp_path, KEY)
    assert [(one.kind, one.participant_id, one.media_type) for one in made.tracks] == [
        ("camera", "b:window", f"video/{kind}"),
        ("microphone", "a:point", "audio/webm"),
    ]
    shown, heard = made.tracks
    assert shown.start == pytest.approx(2.0, abs=0.02)
    assert shown.end == pytest.approx(8.0, abs=0.1)
    assert shown.sent == tuple((one.start, one.end) for one in recording.sources if one.kind == "camera")
    assert heard.start == pytest.approx(0.0, abs=0.02)
    assert recording.path is not None
    for index, track in enumerate(made.tracks):
        path = clear_file(tmp_path / "replay" / track.file)
        assert packets(path, 0) == packets(clear_file(recording.path), index)
        with av.open(str(path)) as container:
            first = next(packet for packet in container.demux() if packet.size)
            assert first.pts == 0
        assert data_on_disk(tmp_path, track.file).startswith(b"CWSEAL1\n")
    assert made.files() == {path.name for path in (tmp_path / "replay").iterdir()} - {"replay.json"}


@pytest.mark.parametrize("codec", ["VP8", "VP9"])
def test_thumbnails_are_small_pictures_of_key_frames_some_seconds_apart(tmp_path: Path, codec: CodecName) -> None:
    record(tmp_path, [face(codec)])
    close_recording(tmp_path, KEY)
    (track,) = make_replay(tmp_path, KEY).tracks
    assert [round(at) for at, _ in track.thumbnails] == [2, 7]
    for _, name in track.thumbnails:
        data = open_file(tmp_path, KEY, name).read()
        assert data.startswith(b"\xff\xd8")
        assert len(data) < 10_000
        with av.open(io.BytesIO(data)) as picture:
            frame = next(picture.decode(video=0))
            assert (frame.width, frame.height) == (192, 108)
            # Every full second begins white.
            assert frame.to_ndarray(format="gray").mean() > 200


def test_what_is_no_picture_has_no_thumbnail() -> None:
    assert _thumbnail("vp8", None, bytes(40)) is None
    assert _thumbnail("vp9", None, b"\x82\x49\x83\x42" + bytes(40)) is None
    assert _thumbnail("h264", None, b"\x00\x00\x00\x01\x65garbage") is None


def test_holes_that_are_near_are_one_and_outages_are_everybodys(tmp_path: Path) -> None:
    record(tmp_path, [VOICE, face("VP8")])
    made = close_recording(tmp_path, KEY)
    camera = next(one.index for one in made.sources if one.kind == "camera")
    starts = [1.0, 1.5, 2.9, 3.95, 6.0]
    gaps = tuple(Gap(source=camera, start=start, end=start + 0.1, packets=1) for start in starts)
    outage = Outage(start=3.0, end=4.0, reason="disk_full")
    holes = _holes(msgspec.structs.replace(made, gaps=gaps, outages=(outage,)))
    assert [(one.track, one.start, one.end, one.reason) for one in holes] == [
        (0, 1.0, 1.6, "lost"),
        (0, 2.9, 3.0, "lost"),
        (None, 3.0, 4.0, "disk_full"),
        (0, 6.0, 6.1, "lost"),
    ]
    many = tuple(Gap(source=camera, start=at * 3.0, end=at * 3.0 + 0.1, packets=1) for at in range(3000))
    assert len(_holes(msgspec.structs.replace(made, gaps=many, duration=9000.0))) <= 400


async def test_a_replay_is_made_once_by_a_process_of_its_own_and_again_when_it_was_removed(tmp_path: Path) -> None:
    record(tmp_path, [VOICE, replace(face("VP8"), loss=0.01)])
    before = close_recording(tmp_path, KEY)
    replays = Replays()
    one, other = await asyncio.gather(replays.of(tmp_path, KEY), replays.of(tmp_path, KEY))
    assert one == other == make_replay(tmp_path, KEY)
    assert {hole.reason for hole in one.holes} == {"lost"}
    for path in (tmp_path / "replay").iterdir():
        path.unlink()
    (tmp_path / "replay").rmdir()
    assert await replays.of(tmp_path, KEY) == one
    # The evidence is what it was.
    assert close_recording(tmp_path, KEY) == before
    await replays.close()


async def test_no_replay_takes_the_room_that_stays_free(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 8 << 20, 5 << 20) as ballast:
        folder = tmp_path / "small" / "recording"
        folder.mkdir()
        record(folder, [VOICE])
        close_recording(folder, KEY)
        replays = Replays(reserve=3 << 20)
        with pytest.raises(ReplayNoRoom):
            await replays.of(folder, KEY)
        assert not (folder / "replay").exists()
        ballast.unlink()
        assert (await replays.of(folder, KEY)).files()
        await replays.close()


async def test_what_cannot_be_made_is_refused(tmp_path: Path) -> None:
    replays = Replays()
    with pytest.raises(ReplayNotMade):
        await replays.of(tmp_path, KEY)
    record(tmp_path, [VOICE])
    made = close_recording(tmp_path, KEY)
    assert made.path is not None
    made.path.write_bytes(b"no film")
    with pytest.raises(ReplayNotMade):
        await replays.of(tmp_path, KEY)
    await replays.close()
