"""What Chromium sends, recorded: the file is whole, and what was painted can be read from it."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from itertools import groupby, pairwise
from pathlib import Path

import av
import pytest

from foundation.clock import SystemClock
from foundation.events import LocalBus
from foundation.identifiers import SystemIdentifiers
from foundation.tasks import Tasks
from rtc_server.recording.recorder import Recorder, RecorderParts
from rtc_server.recording.replay import make_replay
from rtc_server.recording.values import RecordingRules
from rtc_server.sessions.server import MediaServer
from tests.integration.media.coded import FRAMES
from tests.integration.media.conftest import Parties
from tests.integration.media.test_browsers import sees, shows_width
from tests.support.playing import play_in_chromium
from tests.support.recorded import KEY, clear_file, own_key

pytestmark = [pytest.mark.browser, pytest.mark.calm, pytest.mark.timeout(120)]


@pytest.fixture
async def recorder(media: MediaServer, tmp_path: Path) -> AsyncIterator[Recorder]:
    clock, tasks = SystemClock(), Tasks()
    parts = RecorderParts(
        sessions=media,
        root=tmp_path,
        clock=clock,
        identifiers=SystemIdentifiers(clock),
        tasks=tasks,
        bus=LocalBus(),
    )
    made = Recorder(parts, RecordingRules(segment_seconds=1.0, reserve_bytes=0))
    yield made
    await made.close()
    await tasks.close()


def probe(path: Path) -> list[dict[str, str]]:
    command = ["ffprobe", "-v", "error", "-count_frames", "-count_packets", "-show_streams", "-of", "json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == "", "every frame can be decoded"
    return json.loads(done.stdout)["streams"]


def painted(path: Path, track: int) -> list[tuple[float, int, int, int]]:
    """Second, width, sender and counter of each picture."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams[track]):
            assert isinstance(frame, av.VideoFrame)
            luma = frame.to_ndarray(format="gray")
            squares = luma[frame.height // 6, frame.width // 32 :: frame.width // 16][:16]
            value = int("".join("1" if square > 127 else "0" for square in squares), 2)
            found.append((float(frame.pts * frame.time_base), frame.width, value >> 12, value & 0xFFF))
    return found


@pytest.mark.parametrize("mode", ["L1T1", "L2T3"])
async def test_a_camera_in_vp9_is_recorded_and_decodes(
    media: MediaServer, parties: Parties, recorder: Recorder, mode: str
) -> None:
    one, two = await parties.open(1), await parties.open(2)
    await one.evaluate(f"codec = 'VP9'; layers = [{{ scalabilityMode: '{mode}' }}]")
    await one.evaluate("start('one', 0)")
    await two.evaluate("start('two', 0)")
    for name in ("one", "two"):
        media.admit("case", name)
    # The sender's browser sends the larger layer only when it has found that its link and its processor carry that.
    await shows_width(two, 640, seconds=60)
    await recorder.start("case", KEY)
    await asyncio.gather(sees(one, "face0", 2), sees(two, "face0", 1))
    await asyncio.sleep(4)
    made = await recorder.stop("case")
    assert made.path is not None
    clear = clear_file(made.path, own_key(made.folder))
    assert made.file == "session.webm"
    cameras = {source.participant_id: source for source in made.sources if source.kind == "camera"}
    assert {name: camera.codec for name, camera in cameras.items()} == {"one": "VP9", "two": "VP8"}
    track = cameras["one"].track
    assert track is not None
    shown = probe(clear)[track]
    assert shown["codec_name"] == "vp9"
    assert int(shown["nb_read_frames"]) > 40
    pictures = painted(clear, track)
    assert {sender for _, _, sender, _ in pictures} == {1}
    assert len({counter for *_, counter in pictures}) > 40
    tracks = make_replay(made.folder, own_key(made.folder)).tracks
    replayed = next(one for one in tracks if one.participant_id == "one" and one.thumbnails)
    # FFmpeg shows each spatial layer of a picture, a browser the largest.
    (played,) = await play_in_chromium([clear_file(made.folder / "replay" / replayed.file, own_key(made.folder))])
    assert (played.wrong, played.width) == ("", 640)
    assert 40 < played.frames <= int(shown["nb_read_packets"])


SIZES = """layers = [
    { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 250_000 },
    { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 850_000 },
]"""
SEND_LARGER = """async (active) => {
    const parameters = pc.senders.camera.getParameters();
    parameters.encodings[1].active = active;
    await pc.senders.camera.setParameters(parameters);
}"""


async def test_a_camera_in_two_sizes_is_one_track_while_the_larger_comes_and_goes(
    media: MediaServer, parties: Parties, recorder: Recorder
) -> None:
    one, two = await parties.open(1), await parties.open(2)
    await one.evaluate(SIZES)
    await one.evaluate("start('one', 0)")
    await two.evaluate("start('two', 0)")
    for name in ("one", "two"):
        media.admit("case", name)
    await recorder.start("case", KEY)
    for larger in (True, False, True):
        await one.evaluate(SEND_LARGER, larger)
        await shows_width(two, 640 if larger else 320, seconds=30)
        await asyncio.sleep(2)
    made = await recorder.stop("case")
    assert made.path is not None
    clear = clear_file(made.path, own_key(made.folder))
    cameras = [source for source in made.sources if (source.participant_id, source.kind) == ("one", "camera")]
    assert [camera.lost for camera in cameras] == [0] * len(cameras)
    (track,) = {camera.track for camera in cameras}
    assert track is not None
    assert made.gaps == ()
    pictures = painted(clear, track)
    assert {sender for _, _, sender, _ in pictures} == {1}
    widths = [width for width, _ in groupby(width for _, width, _, _ in pictures)]
    assert widths[-3:] == [640, 320, 640]
    steps = [(after[0] - before[0], (after[3] - before[3]) % FRAMES) for before, after in pairwise(pictures)]
    # The larger one counts as there for a second after its last picture; else it goes on picture by picture.
    late = [seconds for seconds, _ in steps if seconds > 0.5]
    assert len(late) <= 1
    assert max(late, default=0) < 1.7
    assert all(pictures * 0.05 == pytest.approx(seconds, abs=0.3) for seconds, pictures in steps)
