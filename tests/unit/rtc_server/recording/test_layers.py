"""A camera in two sizes, recorded: one picture track without a break, in the largest size that there is."""

from __future__ import annotations

import random
import struct
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from foundation.clock import ManualClock
from rtc_server.recording.closing import close_recording
from rtc_server.recording.tap import RecordingTap
from rtc_server.sessions.connecting import Connector
from rtc_server.sessions.interface import MediaOffer, MediaSettings, SourceKind
from rtc_server.sessions.negotiation import LAYER, MID
from rtc_server.sessions.participant import Participant
from rtc_server.sessions.sdp import read_offer
from rtc_server.transport.port import MediaPort
from rtc_server.transport.srtp import PacketBuffer
from tests.support.recorded import KEY, NTP, clear_file, write
from tests.support.streams import Encoded, Packetiser
from tests.unit.rtc_server.test_redundant_sound import CHROMIUM, Watcher

LAYERS = "a=rid:h send\r\na=rid:f send\r\na=simulcast:send h;f\r\n"
OFFER = CHROMIUM.replace("a=mid:1\r\n", f"a=mid:1\r\n{LAYERS}")
EXTENSIONS = next(section for section in read_offer(OFFER).sections if section.mid == "1").extensions
RATE = 25
ANSWERED = 0.12
"""Seconds from a request to the key frame, as over a real link."""


class Size:
    """One of the sizes: an encoder that makes a key frame a moment after it was asked for one."""

    def __init__(self, name: str, width: int, height: int, ssrc: int) -> None:
        self.width, self.height, self.ssrc = width, height, ssrc
        self.packetiser = Packetiser("VP8", ssrc=ssrc, first_timestamp=ssrc * 1000)
        self._encoder = av.CodecContext.create("libvpx", "w")
        self._encoder.width, self._encoder.height, self._encoder.pix_fmt = width, height, "yuv420p"
        self._encoder.time_base = Fraction(1, RATE)
        self._encoder.gop_size = 100_000
        self._encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "threads": "1"}
        named = extension(EXTENSIONS[MID], "1") + extension(EXTENSIONS[LAYER], name)
        self._extensions = struct.pack(">HH", 0xBEDE, -(-len(named) // 4)) + named.ljust(-(-len(named) // 4) * 4, b"\0")
        self._asked: float | None = None

    def packets(self, number: int, *, wanted: bool) -> list[bytes]:
        """The packets of its picture of this number."""
        seconds = number / RATE
        if wanted and self._asked is None:
            self._asked = seconds
        key = self._asked is not None and seconds - self._asked >= ANSWERED
        if key:
            self._asked = None
        frame = av.VideoFrame.from_ndarray(
            np.full((self.height * 3 // 2, self.width), 16 + number % 200, np.uint8), format="yuv420p"
        )
        frame.pts, frame.pict_type = number, 1 if key else 0
        made = [Encoded(seconds, bytes(packet), key) for packet in self._encoder.encode(frame)]
        plain = [packet for one in made for packet in self.packetiser.packets(one)]
        return [bytes((one[0] | 0x10,)) + one[1:12] + self._extensions + one[12:] for one in plain]


def extension(identifier: int, text: str) -> bytes:
    return bytes((identifier << 4 | len(text) - 1,)) + text.encode()


def sent(tap: RecordingTap, alive: list[tuple[Size, list[tuple[float, float]]]], seconds: float) -> None:
    """Sends each size during its times to a participant whose camera is recorded, in virtual time from second 100."""
    port = MediaPort(ManualClock().monotonic)
    connector = Connector(MediaSettings(host="127.0.0.1"), ManualClock(), port, random.Random(1).randbytes)
    offer = MediaOffer(sdp=OFFER, sources={"1": SourceKind.CAMERA}, slots={})
    participant, _ = connector.connect("point", read_offer(OFFER), offer, Watcher())
    source = participant.sources["1"]
    source.record("session", (tap,))
    for number in range(int(seconds * RATE)):
        now = 100.0 + number / RATE
        for size, times in alive:
            if not any(start <= now - 100 < end for start, end in times):
                continue
            stream = next((one for one in source.streams if one.ssrc == size.ssrc), None)
            for packet in size.packets(number, wanted=stream is not None and stream.key_frame.wanted):
                take(participant, packet, now)
            if stream is not None and number % RATE == 0:
                ntp = int((NTP + number / RATE) * (1 << 32))
                source.clock(stream, ntp, size.packetiser.timestamp(number / RATE), now)
        participant.feedback.ask(now)


def take(participant: Participant, packet: bytes, now: float) -> None:
    buffer = PacketBuffer()
    buffer.fill(packet)
    participant.take([buffer], now)


def recorded(folder: Path, tap: RecordingTap) -> list[tuple[float, int, int]]:
    """Second, width and brightness of every picture in the one track of the file."""
    write(folder, tap)
    made = close_recording(folder, KEY)
    assert made.path is not None
    assert {one.track for one in made.sources} == {0}
    assert all(one.lost == 0 for one in made.sources)
    with av.open(str(clear_file(made.path))) as container:
        assert len(container.streams) == 1
        frames = list(container.decode(video=0))
    return [
        (float(frame.pts * frame.time_base), frame.width, round(frame.to_ndarray()[: frame.height].mean()))
        for frame in frames
    ]


def test_the_larger_alone_is_recorded_from_its_first_picture_on(tmp_path: Path) -> None:
    tap = RecordingTap(100.0, 1 << 30)
    sent(tap, [(Size("f", 320, 180, 11), [(0, 3)])], 3)
    pictures = recorded(tmp_path, tap)
    assert len(pictures) == 3 * RATE
    assert {width for _, width, _ in pictures} == {320}


def test_a_size_that_ends_and_comes_back_makes_no_second_track_and_no_hole(tmp_path: Path) -> None:
    tap = RecordingTap(100.0, 1 << 30)
    sent(tap, [(Size("h", 160, 90, 10), [(0, 12)]), (Size("f", 320, 180, 11), [(1, 4), (7, 12)])], 12)
    pictures = recorded(tmp_path, tap)
    changes = [(one[0], one[1], other[1]) for one, other in pairwise(pictures) if one[1] != other[1]]
    assert [(before, after) for _, before, after in changes] == [(160, 320), (320, 160), (160, 320)]
    holes = [other[0] - one[0] for one, other in pairwise(pictures)]
    assert min(holes) > 0
    # Nothing told that the larger one would end: it counts as there for a second.
    assert [hole for hole in holes if hole > 0.06] == [pytest.approx(1.0 + ANSWERED, abs=0.1)]
    for seconds, _, brightness in pictures:
        assert brightness == pytest.approx(16 + round(seconds * RATE) % 200, abs=2), "every picture at its moment"
