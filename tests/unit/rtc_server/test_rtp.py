from __future__ import annotations

import struct

from aiortc.rtp import HeaderExtensions, HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.media_core.rtp import extend, find_extension, padding, payload_offset


def build(payload: bytes = b"abc", elements: bytes = b"", profile: int = 0xBEDE, csrcs: int = 0) -> bytes:
    head = struct.pack(">BBHII", 0x80 | (0x10 if elements else 0) | csrcs, 96, 7, 90, 5) + bytes(4 * csrcs)
    if elements:
        elements += bytes(-len(elements) % 4)
        head += struct.pack(">HH", profile, len(elements) // 4) + elements
    return head + payload


def test_the_payload_is_found_behind_csrcs_and_extension() -> None:
    for packet in (build(), build(csrcs=3), build(elements=b"\x10\x01"), build(elements=b"\x10\x01", csrcs=2)):
        assert packet[payload_offset(packet, len(packet)) :] == b"abc"


def test_an_extension_longer_than_the_packet_is_malformed() -> None:
    packet = bytearray(build(elements=b"\x10\x01"))
    packet[15] = 200
    assert payload_offset(packet, len(packet)) == 0


def test_one_byte_elements_are_found_past_padding_and_each_other() -> None:
    packet = build(elements=b"\x00\x10\xaa\x00\x31\x12\x34")
    assert packet[slice_of(packet, 1)] == b"\xaa"
    assert packet[slice_of(packet, 3)] == b"\x12\x34"
    assert find_extension(packet, payload_offset(packet, len(packet)), 4) is None


def test_two_byte_elements_are_found() -> None:
    packet = build(elements=b"\x01\x00\x03\x02\x12\x34\x00\x10\x01\xff", profile=0x1000)
    assert packet[slice_of(packet, 3)] == b"\x12\x34"
    assert packet[slice_of(packet, 16)] == b"\xff"


def slice_of(packet: bytes, identifier: int) -> slice:
    found = find_extension(packet, payload_offset(packet, len(packet)), identifier)
    assert found is not None
    return slice(found[0], found[0] + found[1])


def test_it_agrees_with_another_implementation() -> None:
    extensions = HeaderExtensionsMap()
    extensions._HeaderExtensionsMap__ids.mid = 4
    extensions._HeaderExtensionsMap__ids.audio_level = 1
    packet = RtpPacket(payload_type=111, sequence_number=65535, timestamp=1, ssrc=2, payload=b"sound")
    packet.extensions = HeaderExtensions(mid="17", audio_level=(True, 42))
    data = packet.serialize(extensions)
    assert data[payload_offset(data, len(data)) :] == b"sound"
    assert data[slice_of(data, 4)] == b"17"
    assert data[slice_of(data, 1)][0] & 0x7F == 42


def test_padding_never_reaches_into_the_header() -> None:
    packet = bytearray(build(b"xyz\x00\x02"))
    packet[0] |= 0x20
    assert padding(packet, len(packet), 12) == 2
    packet[-1] = 255
    assert padding(packet, len(packet), 12) == 5


@given(st.binary(min_size=12, max_size=80), st.integers(0, 15))
def test_whatever_comes_stays_within_the_packet(packet: bytes, identifier: int) -> None:
    offset = payload_offset(packet, len(packet))
    assert offset == 0 or 12 <= offset <= len(packet)
    if offset and (found := find_extension(packet, offset, identifier)) is not None:
        assert 16 <= found[0] <= found[0] + found[1] <= offset


@given(st.integers(0x10000, 1 << 40), st.integers(-0x7FFF, 0x7FFF))
def test_a_number_extends_to_the_nearest(reference: int, distance: int) -> None:
    assert extend(reference, (reference + distance) & 0xFFFF) == reference + distance
