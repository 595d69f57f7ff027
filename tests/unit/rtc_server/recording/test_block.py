from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rtc_server.recording.block import BLOCK, RECORD_OVERHEAD, Block
from rtc_server.recording.segment_format import Record, RecordKind, encode_record
from tests.support.recorded import records_in
from tests.support.records import RECORDS

LISTS = st.lists(RECORDS, min_size=1, max_size=20)


@given(LISTS, LISTS, st.integers(0, 100))
def test_its_octets_are_a_segment_s_whatever_was_in_its_memory(
    before: list[Record], now: list[Record], more: int
) -> None:
    block = Block()
    for record in before:
        assert block.add(*record, len(record.data))
    block.clear()
    assert block.octets == b""
    for kind, source, at, data in now:
        assert block.add(kind, source, at, bytearray(data + bytes(more)), len(data))
    assert block.octets == b"".join(encode_record(record) for record in now)
    assert block.first == now[0].at


def test_what_does_not_fit_leaves_it_as_it_was() -> None:
    block, data = Block(), bytes(1000)
    count = 0
    while block.add(RecordKind.PACKET, 1, count, data, 900):
        count += 1
    assert count == (BLOCK - 100) // (RECORD_OVERHEAD + 900)
    assert block.add(RecordKind.ENDED, 1, count, b"", 0)
    assert [(record.at, len(record.data)) for record in records_in([block])] == [
        *((number, 900) for number in range(count)),
        (count, 0),
    ]
    rest = BLOCK - len(block.octets) - RECORD_OVERHEAD
    assert not block.add(RecordKind.PACKET, 1, 0, bytes(rest + 1), rest)
    assert block.add(RecordKind.PACKET, 1, 0, bytes(rest), rest)
    assert len(block.octets) == BLOCK
