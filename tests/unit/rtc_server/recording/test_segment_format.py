from __future__ import annotations

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.recording.segment_format import (
    MAGIC,
    Record,
    RecordKind,
    SegmentHead,
    SegmentUnreadable,
    decode_outage,
    decode_report,
    encode_head,
    encode_outage,
    encode_record,
    encode_report,
    encode_seal,
    read_segment,
)
from tests.support.records import RECORDS

HEAD = SegmentHead(session_id="s", recording_id="r", number=1, previous="0" * 64, started="2026-11-23T01:00:00+00:00")


def sealed(data: bytes, batches: list[list[Record]]) -> tuple[bytes, list[int]]:
    """The data and these batches behind it, and where each ends."""
    ends = []
    for batch in batches:
        data += b"".join(encode_record(record) for record in batch)
        data += encode_seal(sha256(data).digest())
        ends.append(len(data))
    return data, ends


@given(st.lists(st.lists(RECORDS, max_size=20), min_size=1, max_size=4))
def test_what_is_written_is_read(batches: list[list[Record]]) -> None:
    data, _ = sealed(encode_head(HEAD), batches)
    segment = read_segment(data)
    assert segment.head == HEAD
    assert segment.data == data
    assert list(segment.records()) == [record for batch in batches for record in batch]


@pytest.mark.parametrize("seed", range(200))
def test_killed_at_any_point_every_whole_batch_is_kept(seed: int) -> None:
    draw = random.Random(seed)
    batches = [
        [
            Record(RecordKind.PACKET, draw.randrange(4), number * 5000, draw.randbytes(draw.randrange(40, 1200)))
            for number in range(draw.randrange(20))
        ]
        for _ in range(10)
    ]
    data, ends = sealed(encode_head(HEAD), batches)
    cut = draw.randrange(ends[0], len(data))
    # A crash of the machine leaves a hole of zeros or old bytes where the data has not reached the disk.
    tail = draw.choice([b"", bytes(draw.randrange(1, 4000)), draw.randbytes(draw.randrange(1, 4000))])
    segment = read_segment(data[:cut] + tail)
    whole = sum(1 for end in ends if end <= cut)
    assert list(segment.records()) == [record for batch in batches[:whole] for record in batch]
    assert len(segment.data) == ends[whole - 1]


@given(st.binary(max_size=200))
def test_what_is_no_segment_is_refused(data: bytes) -> None:
    for form in (data, MAGIC + data):
        with pytest.raises(SegmentUnreadable):
            read_segment(form)


def test_sealed_without_a_head_it_is_refused() -> None:
    for records in ([], [Record(RecordKind.ENDED, 0, 0, b"")], [Record(RecordKind.HEAD, 0, 0, b"{}")]):
        with pytest.raises(SegmentUnreadable):
            read_segment(sealed(MAGIC, [records])[0])


@pytest.mark.parametrize("at", [20, 300, 340, 380])
def test_a_changed_byte_ends_the_reading_at_the_seal_before(at: int) -> None:
    batches = [[Record(RecordKind.PACKET, 0, number, bytes(100))] for number in range(10)]
    whole, ends = sealed(encode_head(HEAD), batches)
    data = bytearray(whole)
    data[ends[3] + at] ^= 1
    kept = 4 + at // (ends[1] - ends[0])
    assert list(read_segment(bytes(data)).records()) == [record for batch in batches[:kept] for record in batch]


def test_reports_and_outages_keep_their_numbers() -> None:
    assert decode_report(encode_report(3_973_000_000.125, 0xFFFFFFFF)) == (3_973_000_000.125, 0xFFFFFFFF)
    assert decode_outage(encode_outage(1 << 40, "disk_full")) == (1 << 40, "disk_full")
