"""Packets as the media port would hand them on."""

from __future__ import annotations

from rtc_server.media_core.packet import Packet
from rtc_server.media_core.rtp import FIXED, FIXED_LENGTH, MTU


def received(octets: bytes) -> Packet:
    """A packet that has come."""
    packet = Packet(bytearray(MTU))
    packet.fill(octets)
    return packet


def packet_of(whole: bytes, number: int) -> Packet:
    """A packet without extensions, under its extended sequence number."""
    packet = Packet(bytearray(whole.ljust(MTU)))
    packet.first, packet.second, _, packet.timestamp, _ = FIXED.unpack_from(whole)
    packet.offset, packet.length, packet.number = FIXED_LENGTH, len(whole), number
    return packet
