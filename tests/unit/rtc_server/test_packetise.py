"""H.264 of cameras: parameter sets, and payloads that the house's own depacketiser puts together again."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.media_core.codecs import starts_h264_key_frame
from rtc_server.media_core.depacketise import Depacketiser
from rtc_server.media_core.packetise import AccessUnits, H264Malformed, payloads
from rtc_server.media_core.rtp import FIXED
from tests.support.streams import pictures

START = b"\0\0\0\1"
SPS, PPS = b"\x67\x42\xe0\x1f\x01", b"\x68\xce\x3c\x80"
IDR, SLICE = b"\x65" + b"\x88" * 3000, b"\x41" + b"\x9a" * 40


def annex_b(*units: bytes) -> bytes:
    return b"".join(START + unit for unit in units)


def lengths(*units: bytes) -> bytes:
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


def record(sps: bytes, pps: bytes) -> bytes:
    head = b"\1" + sps[1:4] + b"\xff"
    return head + b"\xe1" + len(sps).to_bytes(2, "big") + sps + b"\1" + len(pps).to_bytes(2, "big") + pps


@pytest.mark.parametrize("extradata", [record(SPS, PPS), annex_b(SPS, PPS)])
def test_a_key_frame_without_parameter_sets_gets_those_of_the_container(extradata: bytes) -> None:
    form = lengths if extradata[0] == 1 else annex_b
    stream = AccessUnits(extradata)
    assert stream.units(form(IDR)) == [SPS, PPS, IDR]
    assert stream.units(form(SLICE)) == [SLICE]


def test_parameter_sets_of_the_stream_take_the_place_of_older_ones() -> None:
    stream = AccessUnits(annex_b(SPS, PPS))
    newer = SPS + b"\x02"
    assert stream.units(annex_b(newer, PPS, IDR)) == [newer, PPS, IDR]
    assert stream.units(annex_b(IDR)) == [newer, PPS, IDR]


def test_nothing_is_sent_that_nobody_could_decode() -> None:
    stream = AccessUnits(b"")
    assert stream.units(annex_b(IDR)) == []
    assert stream.units(annex_b(SPS)) == []
    assert stream.units(annex_b(PPS, IDR)) == [SPS, PPS, IDR]


def test_delimiters_and_filler_stay_behind() -> None:
    stream = AccessUnits(annex_b(SPS, PPS))
    assert stream.units(annex_b(b"\x09\xf0", SLICE, b"\x0c\xff\x80")) == [SLICE]


@pytest.mark.parametrize("broken", [b"\1", record(SPS, PPS)[:-1], record(SPS, PPS)[:12], b"\1" + b"\xff" * 6])
def test_a_broken_configuration_is_refused(broken: bytes) -> None:
    with pytest.raises(H264Malformed):
        AccessUnits(broken)


def test_a_unit_cut_short_is_refused() -> None:
    with pytest.raises(H264Malformed):
        AccessUnits(record(SPS, PPS)).units(lengths(IDR)[:-1])


@given(st.binary(max_size=200), st.binary(max_size=400))
def test_whatever_a_camera_sends_is_taken_or_refused(extradata: bytes, data: bytes) -> None:
    try:
        units = AccessUnits(extradata).units(data)
    except H264Malformed:
        return
    assert all(units)


def test_a_receiver_can_begin_with_the_first_payload_of_a_key_frame() -> None:
    first = next(payloads([SPS, PPS, IDR]))
    assert starts_h264_key_frame(first, 0, len(first))


bodies = st.binary(min_size=1, max_size=3000)
units_of_a_picture = st.lists(st.tuples(st.sampled_from([0x41, 0x06, 0x01, 0x61]), bodies), min_size=1, max_size=12)


@given(units_of_a_picture, st.integers(min_value=20, max_value=1200))
def test_payloads_fit_and_come_together_again(drawn: list[tuple[int, bytes]], largest: int) -> None:
    units = [SPS[:10], PPS, b"\x65\x88\x84", *(bytes((head,)) + body for head, body in drawn)]
    parts = list(payloads(units, largest))
    assert max(map(len, parts)) <= largest
    receiver = Depacketiser("H264")
    frames = []
    for sequence, part in enumerate(parts):
        marker = 0x80 if sequence == len(parts) - 1 else 0
        frames += receiver.packet(FIXED.pack(0x80, marker | 102, sequence, 9000, 1) + part, 0.0)
    frames += receiver.finish()
    assert [frame.data for frame in frames] == [annex_b(*units)]
    assert frames[0].key


def stored(container_format: str) -> bytes:
    """Two seconds of real pictures in a container, keyed once a second."""
    memory = io.BytesIO()
    with av.open(memory, "w", format=container_format) as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "ultrafast", "tune": "zerolatency"})
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 320, 180, "yuv420p", 25
        decoder = av.CodecContext.create("h264", "r")
        for number, encoded in enumerate(pictures("H264", 2.0)):
            for frame in decoder.decode(av.Packet(encoded.data)):
                frame.pts, frame.time_base = number, Fraction(1, 25)
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return memory.getvalue()


@pytest.mark.parametrize("container_format", ["mp4", "matroska", "mpegts", "h264"])
def test_a_real_file_decodes_after_the_journey_from_any_of_its_key_frames(container_format: str) -> None:
    receiver, frames, sequence = Depacketiser("H264"), [], 0
    with av.open(io.BytesIO(stored(container_format)), format=container_format) as container:
        video = container.streams.video[0]
        stream = AccessUnits(video.codec_context.extradata or b"")
        for number, packet in enumerate(container.demux(video)):
            if not packet.size:
                continue
            parts = list(payloads(stream.units(bytes(packet))))
            for index, part in enumerate(parts):
                marker = 0x80 if index == len(parts) - 1 else 0
                header = FIXED.pack(0x80, marker | 102, sequence, number * 3600, 1)
                frames += receiver.packet(header + part, number / 25)
                sequence += 1
    frames += receiver.finish()
    keys = [index for index, frame in enumerate(frames) if frame.key]
    assert (len(frames), len(keys)) == (50, 2)
    for first in keys:
        decoder = av.CodecContext.create("h264", "r")
        shown = [picture for frame in frames[first:] for picture in decoder.decode(av.Packet(frame.data))]
        shown += decoder.decode(None)
        assert len(shown) == len(frames) - first
        assert {(picture.width, picture.height) for picture in shown} == {(320, 180)}
