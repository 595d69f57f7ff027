from __future__ import annotations

from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket, RtcpSdesPacket, RtcpSrPacket
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.media_core import rtcp


def only(data: bytes):
    (packet,) = RtcpPacket.parse(data)
    return packet


@given(st.sets(st.integers(0x10000, 0x10000 + 500), min_size=1, max_size=128))
def test_a_nack_asks_for_exactly_these(numbers: set[int]) -> None:
    data = rtcp.build_nack(1, 2, sorted(numbers))
    (part,) = rtcp.split(data)
    assert rtcp.media_ssrc(part) == 2
    assert sorted(rtcp.lost_sequences(part)) == sorted(number & 0xFFFF for number in numbers)
    theirs = only(data)
    assert isinstance(theirs, RtcpRtpfbPacket)
    assert sorted(theirs.lost) == sorted(number & 0xFFFF for number in numbers)


def test_a_nack_goes_over_the_wrap() -> None:
    (part,) = rtcp.split(rtcp.build_nack(1, 2, [0x1FFFE, 0x1FFFF, 0x20000, 0x20001]))
    assert list(rtcp.lost_sequences(part)) == [0xFFFE, 0xFFFF, 0, 1]


def test_another_implementation_reads_our_packets() -> None:
    block = rtcp.build_block(7, (64, 1234), (0x12345, 99), (0xABCD, 65536))
    receiver = only(rtcp.build_receiver_report(5, [block]))
    assert isinstance(receiver, RtcpRrPacket)
    report = receiver.reports[0]
    assert (report.ssrc, report.fraction_lost, report.packets_lost) == (7, 64, 1234)
    assert (report.highest_sequence, report.jitter, report.lsr, report.dlsr) == (0x12345, 99, 0xABCD, 65536)
    sender = only(rtcp.build_sender_report(5, 0x1122334455667788, 900, 10, 2000))
    assert isinstance(sender, RtcpSrPacket)
    info = sender.sender_info
    assert (info.ntp_timestamp, info.rtp_timestamp) == (0x1122334455667788, 900)
    assert (info.packet_count, info.octet_count) == (10, 2000)
    pli = only(rtcp.build_pli(5, 6))
    assert isinstance(pli, RtcpPsfbPacket)
    assert (pli.fmt, pli.ssrc, pli.media_ssrc) == (1, 5, 6)


def test_each_name_ends_in_a_null_and_on_a_whole_word() -> None:
    for length in range(1, 12):
        names = rtcp.build_names([3, 4], b"x" * length)
        assert int.from_bytes(names[2:4], "big") * 4 + 4 == len(names)
        chunk = (len(names) - 4) // 2
        for at, ssrc in ((4, 3), (4 + chunk, 4)):
            assert names[at : at + 4] == bytes((0, 0, 0, ssrc))
            assert names[at + 4 : at + 6 + length] == bytes((1, length)) + b"x" * length
            assert set(names[at + 6 + length : at + chunk]) == {0}


def test_another_implementation_reads_our_names() -> None:
    names = only(rtcp.build_names([3, 4], b"x" * 16))
    assert isinstance(names, RtcpSdesPacket)
    assert [(chunk.ssrc, chunk.items) for chunk in names.chunks] == [(3, [(1, b"x" * 16)]), (4, [(1, b"x" * 16)])]


def test_a_compound_is_taken_apart_up_to_where_it_is_malformed() -> None:
    compound = rtcp.build_receiver_report(5, []) + rtcp.build_pli(5, 6)
    assert [part.kind for part in rtcp.split(compound)] == [rtcp.RR, rtcp.PSFB]
    assert [part.kind for part in rtcp.split(compound[:-1])] == [rtcp.RR]


def test_a_full_intra_request_names_its_streams() -> None:
    fir = b"\x84\xce\x00\x06" + bytes(8) + b"\0\0\0\x07\x01\0\0\0" + b"\0\0\0\x08\x01\0\0\0"
    (part,) = rtcp.split(fir)
    assert list(rtcp.intra_requests(part)) == [7, 8]


@given(st.binary(max_size=200))
def test_malformed_packets_are_read_without_harm(data: bytes) -> None:
    for part in rtcp.split(data):
        assert len(list(rtcp.reports(part))) <= 31
        rtcp.sender_clock(part)
        rtcp.media_ssrc(part)
        assert len(list(rtcp.lost_sequences(part))) <= len(data) * 17
        list(rtcp.intra_requests(part))
