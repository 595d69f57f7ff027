from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.recording.segment_format import (
    MAGIC,
    SEALED,
    Record,
    RecordKind,
    SegmentHead,
    SegmentSeal,
    SegmentUnreadable,
    decode_outage,
    decode_report,
    encode_head,
    encode_outage,
    encode_record,
    encode_report,
    read_segment,
)
from tests.support.records import RECORDS

HEAD = SegmentHead(session_id="s", recording_id="r", number=1, previous="0" * 64, started="2026-11-23T01:00:00+00:00")


SEAL = SegmentSeal(bytes(range(32)), 1)


def sealed(begin: bytes, batches: list[list[Record]]) -> tuple[bytes, list[int]]:
    """A file with these batches, the first after `begin`, and where each ends."""
    ends, data, position = [], SEALED, 0
    for batch in batches:
        piece = begin + b"".join(encode_record(record) for record in batch)
        data += b"".join(SEAL.seal(piece, position))
        position, begin = position + len(piece), b""
        ends.append(len(data))
    return data, ends


@given(st.lists(st.lists(RECORDS, min_size=1, max_size=20), min_size=1, max_size=4))
def test_what_is_written_is_read(batches: list[list[Record]]) -> None:
    data, _ = sealed(encode_head(HEAD), batches)
    segment = read_segment(data, SEAL)
    assert segment.head == HEAD
    assert segment.data == encode_head(HEAD) + b"".join(encode_record(record) for batch in batches for record in batch)
    assert segment.whole == len(data)
    assert list(segment.records()) == [record for batch in batches for record in batch]


@pytest.mark.parametrize("seed", range(200))
def test_killed_at_any_point_every_whole_batch_is_kept(seed: int) -> None:
    draw = random.Random(seed)
    batches = [
        [
            Record(RecordKind.PACKET, draw.randrange(4), number * 5000, draw.randbytes(draw.randrange(40, 1200)))
            for number in range(draw.randrange(1, 20))
        ]
        for _ in range(10)
    ]
    data, ends = sealed(encode_head(HEAD), batches)
    cut = draw.randrange(ends[0], len(data))
    # A crash of the machine leaves a hole of zeros or old bytes where the data has not reached the disk.
    tail = draw.choice([b"", bytes(draw.randrange(1, 4000)), draw.randbytes(draw.randrange(1, 4000))])
    segment = read_segment(data[:cut] + tail, SEAL)
    whole = sum(1 for end in ends if end <= cut)
    assert list(segment.records()) == [record for batch in batches[:whole] for record in batch]
    assert segment.whole == ends[whole - 1]


@given(st.binary(max_size=200))
def test_what_is_no_segment_is_refused(data: bytes) -> None:
    for form in (data, SEALED + data):
        with pytest.raises(SegmentUnreadable):
            read_segment(form, SEAL)


def test_sealed_without_a_head_it_is_refused() -> None:
    for records in ([], [Record(RecordKind.ENDED, 0, 0, b"")], [Record(RecordKind.HEAD, 0, 0, b"{}")]):
        with pytest.raises(SegmentUnreadable):
            read_segment(sealed(MAGIC, [records])[0], SEAL)


@pytest.mark.parametrize("at", [20, 300, 340, 380])
def test_a_changed_byte_ends_the_reading_at_the_seal_before(at: int) -> None:
    batches = [[Record(RecordKind.PACKET, 0, number, bytes(100))] for number in range(10)]
    whole, ends = sealed(encode_head(HEAD), batches)
    data = bytearray(whole)
    data[ends[3] + at] ^= 1
    kept = 4 + at // (ends[1] - ends[0])
    assert list(read_segment(bytes(data), SEAL).records()) == [record for batch in batches[:kept] for record in batch]


def test_a_piece_of_another_place_segment_or_key_is_not_read() -> None:
    batches = [[Record(RecordKind.PACKET, 0, number, bytes(100))] for number in range(3)]
    data, ends = sealed(encode_head(HEAD), batches)
    swapped = data[: ends[0]] + data[ends[1] :] + data[ends[0] : ends[1]]
    assert list(read_segment(swapped, SEAL).records()) == batches[0]
    for other in (SegmentSeal(bytes(range(32)), 2), SegmentSeal(bytes(32), 1)):
        with pytest.raises(SegmentUnreadable):
            read_segment(data, other)


def test_what_is_recorded_cannot_be_read_without_the_key() -> None:
    """Finding S5."""
    data, _ = sealed(encode_head(HEAD), [[Record(RecordKind.PACKET, 0, 0, b"what was said")]])
    assert all(words not in data for words in (b"what was said", b"session_id", MAGIC))


def test_reports_and_outages_keep_their_numbers() -> None:
    assert decode_report(encode_report(3_973_000_000.125, 0xFFFFFFFF)) == (3_973_000_000.125, 0xFFFFFFFF)
    assert decode_outage(encode_outage(1 << 40, "disk_full")) == (1 << 40, "disk_full")
