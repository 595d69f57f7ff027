from __future__ import annotations

import random

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
    encode_records,
    encode_report,
    read_segment,
)

HEAD = SegmentHead(session_id="s", recording_id="r", number=1, previous="0" * 64, started="2026-11-23T01:00:00+00:00")
RECORDS = st.builds(
    Record,
    st.sampled_from([int(kind) for kind in RecordKind]),
    st.integers(0, 511),
    st.integers(0, 2**40),
    st.binary(max_size=1500),
)


@given(st.lists(RECORDS, max_size=20))
def test_what_is_written_is_read(records: list[Record]) -> None:
    segment = read_segment(encode_head(HEAD) + encode_records(records))
    assert segment.head == HEAD
    assert list(segment.records()) == records


@pytest.mark.parametrize("seed", range(200))
def test_killed_at_any_point_every_whole_record_is_kept(seed: int) -> None:
    draw = random.Random(seed)
    records = [
        Record(RecordKind.PACKET, draw.randrange(4), number * 5000, draw.randbytes(draw.randrange(40, 1200)))
        for number in range(60)
    ]
    head = encode_head(HEAD)
    ends = [len(head)]
    for record in records:
        ends.append(ends[-1] + len(encode_records([record])))
    data = head + encode_records(records)
    cut = draw.randrange(len(head), len(data))
    # A crash of the machine leaves a hole of zeros or old bytes where the data has not reached the disk.
    tail = draw.choice([b"", bytes(draw.randrange(1, 4000)), draw.randbytes(draw.randrange(1, 4000))])
    segment = read_segment(data[:cut] + tail)
    whole = sum(1 for end in ends[1:] if end <= cut)
    assert list(segment.records()) == records[:whole]
    assert len(segment.data) == ends[whole]


@given(st.binary(max_size=200))
def test_what_is_no_segment_is_refused(data: bytes) -> None:
    for form in (data, MAGIC + data):
        with pytest.raises(SegmentUnreadable):
            read_segment(form)


def test_changed_byte_ends_the_reading_there() -> None:
    records = [Record(RecordKind.PACKET, 0, number, bytes(100)) for number in range(10)]
    data = bytearray(encode_head(HEAD) + encode_records(records))
    data[-250] ^= 1
    assert list(read_segment(bytes(data)).records()) == records[:7]


def test_reports_and_outages_keep_their_numbers() -> None:
    assert decode_report(encode_report(3_973_000_000.125, 0xFFFFFFFF)) == (3_973_000_000.125, 0xFFFFFFFF)
    assert decode_outage(encode_outage(1 << 40, "disk_full")) == (1 << 40, "disk_full")
