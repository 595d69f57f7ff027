"""One stream that a participant receives: what it carries is switched, its numbers run on."""

from __future__ import annotations

from struct import Struct
from typing import Final

from rtc_server.media_core.codecs import shift_picture_ids
from rtc_server.media_core.inbound import InboundStream, SenderClock
from rtc_server.media_core.packet import Packet
from rtc_server.media_core.redundancy import RedundancyEncoder
from rtc_server.media_core.rtcp import Report, build_sender_report
from rtc_server.media_core.rtp import FIXED, extend

_pack: Final = FIXED.pack_into
_WORD: Final = Struct(">H")
_RETRANSMIT_INTERVAL: Final = 0.015
_RETRANSMITS_KEPT: Final = 512
_CLOCKS_AGREE: Final = 5
"""Seconds. Clocks that tell of a longer pause between two layers are not believed."""


class Payload:
    """The payload types under which a receiver takes one codec.

    `rtx` is RTX's and `redundant` that of redundant sound (RFC 2198), None when it takes none.
    """

    __slots__ = ("number", "redundant", "rtx")

    def __init__(self, number: int, rtx: int | None, redundant: int | None = None) -> None:
        self.number = number
        self.rtx = rtx
        self.redundant = redundant


class OutboundStream:
    """Rewrites the packets of the source it carries; sequence, timestamp and picture id go on over a switch."""

    __slots__ = (
        "_before",
        "_first",
        "_last_picture_id",
        "_last_sequence",
        "_last_time",
        "_last_timestamp",
        "_payload",
        "_payload_number",
        "_payloads",
        "_picture_id_shift",
        "_redundancy",
        "_reported",
        "_retransmitted_at",
        "_rtx_sequence",
        "_sequence_shift",
        "_timestamp_shift",
        "loss",
        "octets",
        "packets",
        "retimed",
        "retransmitted",
        "rtt",
        "rtx_ssrc",
        "source",
        "ssrc",
        "waiting",
    )

    def __init__(self, ssrc: int, rtx_ssrc: int, payloads: dict[str, Payload], first_sequence: int) -> None:
        """`payloads` by codec name; `first_sequence` is random and below 32768 (RFC 3550 §5.1, RFC 3711 §3.3.1)."""
        self.ssrc = ssrc
        self.rtx_ssrc = rtx_ssrc
        self.source: InboundStream | None = None
        self.waiting = False
        """Whether it needs a key frame to start with."""
        self.packets = 0
        self.octets = 0
        self.retransmitted = 0
        self.loss = 0.0
        self.rtt: float | None = None
        self.retimed: dict[int, int] = {}
        """Of what was sent to it late, the source's times and those that `rewrite` was given in their place."""
        self._payloads = payloads
        self._payload: Payload | None = None
        self._payload_number = 0
        self._rtx_sequence = first_sequence
        self._retransmitted_at: dict[int, float] = {}
        self._redundancy: RedundancyEncoder | None = None
        self._first = 0
        self._sequence_shift = 0
        self._timestamp_shift = 0
        self._picture_id_shift: tuple[int, int] | None = None
        self._last_sequence = first_sequence + 0x10000
        self._last_timestamp = 0
        self._last_time: float | None = None
        self._last_picture_id: tuple[int, int] | None = None
        self._reported: tuple[int, float] = (0, 0.0)
        self._before: tuple[SenderClock, int] | None = None

    def takes(self, codec: str) -> bool:
        """Whether the receiver takes this codec."""
        return codec in self._payloads

    @property
    def next(self) -> int:
        """The source's number of the packet after the last one sent; of who waits for a key frame it means nothing."""
        return self._last_sequence + 1 - self._sequence_shift

    def switch(self, source: InboundStream | None, *, same_sender: bool = False) -> None:
        """Carries this source, whose codec the receiver takes, from its next key frame on; None carries nothing.

        Of the `same_sender` as before, it goes on at that one's own clock, where both streams have told it.
        """
        self._keep_picture_id()
        clock = self.source.clock if self.source is not None and same_sender and not self.waiting else None
        self._before = (clock, self._timestamp_shift) if clock is not None else None
        if self._redundancy is not None:
            self._redundancy.forget()
        self.source = source
        self.retimed = {}
        self.waiting = source is not None
        if source is not None:
            self._payload = self._payloads[source.codec]
            self._payload_number = self._payload.number

    def protect(self, depth: int) -> None:
        """Sends sound with so many packets before it once more, when the receiver takes that; 0 sends it plain."""
        if not depth:
            self._redundancy = None
            return
        self._redundancy = self._redundancy or RedundancyEncoder()
        self._redundancy.depth = depth

    def rewrite(self, packets: list[Packet], outs: list[memoryview], at: int, now: float) -> list[int]:
        """Writes those of a burst that are for this receiver into `outs` from index `at` on; their lengths."""
        if self.waiting:
            packets = self._from_key_frame(packets, now)
        # One pass without calls: this is where most of a forwarder's time goes.
        lengths: list[int] = []
        ssrc, payload_number, begin = self.ssrc, self._payload_number, self._first
        sequence_shift, timestamp_shift, picture_ids = (
            self._sequence_shift,
            self._timestamp_shift,
            self._picture_id_shift,
        )
        redundancy = self._redundancy if self._payload is not None and self._payload.redundant is not None else None
        codec = self.source.codec if self.source is not None else ""
        highest, latest, octets = self._last_sequence, -1, 0
        for packet in packets:
            if packet.number < begin:
                continue
            sequence = packet.number + sequence_shift
            timestamp = packet.timestamp + timestamp_shift & 0xFFFFFFFF
            if sequence > highest:
                highest, latest = sequence, timestamp
            out = outs[at]
            if redundancy is None:
                size = 12 + packet.length - packet.offset
                kind = packet.second & 0x80 | payload_number
                _pack(out, 0, 0x80 | packet.first & 0x20, kind, sequence & 0xFFFF, timestamp, ssrc)
                out[12:size] = packet.data[packet.offset : packet.length]
                if picture_ids is not None:
                    shift_picture_ids(codec, out, 12, size, picture_ids)
            else:
                size = self._write_redundant(packet, timestamp, sequence, out, redundancy)
            lengths.append(size)
            octets += size - 12
            at += 1
        if latest >= 0:
            self._last_sequence, self._last_timestamp, self._last_time = highest, latest, now
        self.packets += len(lengths)
        self.octets += octets
        return lengths

    def retransmit(self, sequence: int, out: memoryview, now: float) -> int:
        """Writes the packet sent under this 16-bit number again (RFC 4588 when the receiver takes it).

        Returns its length; 0 when it is gone, or was retransmitted less than 15 ms ago.
        """
        sent = extend(self._last_sequence, sequence)
        packet = self._cached(sent, now)
        if packet is None:
            return 0
        self._retransmitted_at[sent] = now
        self.retransmitted += 1
        timestamp = (self.retimed.get(packet.timestamp, packet.timestamp) + self._timestamp_shift) & 0xFFFFFFFF
        first, marker = 0x80 | packet.first & 0x20, packet.second & 0x80
        start = 12
        assert self.source is not None, "a packet is cached only of a source that is carried"
        assert self._payload is not None, "which has its payload type"
        if self._payload.rtx is None:
            _pack(out, 0, first, marker | self._payload.number, sequence, timestamp, self.ssrc)
        else:
            self._rtx_sequence = (self._rtx_sequence + 1) & 0xFFFF
            _pack(out, 0, first, marker | self._payload.rtx, self._rtx_sequence, timestamp, self.rtx_ssrc)
            _WORD.pack_into(out, 12, sequence)
            start = 14
        size = start + packet.length - packet.offset
        out[start:size] = packet.data[packet.offset : packet.length]
        if self._picture_id_shift is not None:
            shift_picture_ids(self.source.codec, out, start, size, self._picture_id_shift)
        return size

    def report(self, now: float) -> bytes | None:
        """A sender report on the source's own clock, which keeps its sound and video together.

        None before the source has told its clock.
        """
        source = self.source
        if source is None or source.clock is None or self.waiting:
            return None
        elapsed = now - source.clock.arrival
        ntp = (source.clock.ntp + int(elapsed * (1 << 32))) & 0xFFFFFFFFFFFFFFFF
        timestamp = source.clock.timestamp + int(elapsed * source.clock_rate) + self._timestamp_shift
        self._reported = (ntp >> 16 & 0xFFFFFFFF, now)
        return build_sender_report(self.ssrc, ntp, timestamp & 0xFFFFFFFF, self.packets, self.octets)

    def received(self, report: Report, now: float) -> None:
        """Takes the receiver's report: the share lost, and the round trip when it answers the last `report`."""
        self.loss = report.lost_share
        ntp, sent = self._reported
        if report.last_sr and report.last_sr == ntp:
            self.rtt = max(0.0, now - sent - report.delay / 65536)

    def _write_redundant(
        self, packet: Packet, timestamp: int, sequence: int, out: memoryview, redundancy: RedundancyEncoder
    ) -> int:
        assert self._payload is not None, "a source is carried"
        kind = packet.second & 0x80 | (self._payload.redundant or 0)
        _pack(out, 0, 0x80, kind, sequence & 0xFFFF, timestamp, self.ssrc)
        payload = packet.data[packet.offset : packet.length]
        return redundancy.write(out, 12, (sequence, timestamp, self._payload_number), payload)

    def _from_key_frame(self, packets: list[Packet], now: float) -> list[Packet]:
        """The packets from the first on that it can start with; none when there is no such one."""
        for index, packet in enumerate(packets):
            if self._start(packet, now):
                return packets[index:]
        return []

    def _start(self, packet: Packet, now: float) -> bool:
        source = self.source
        if source is None or not source.starts_key_frame(packet):
            return False
        self.waiting = False
        self._first = packet.number
        self._sequence_shift = self._last_sequence + 1 - packet.number
        if self._last_time is not None:
            elapsed = self._since_last(source, packet.timestamp)
            if elapsed is None:
                elapsed = max(1, int((now - self._last_time) * source.clock_rate))
            self._timestamp_shift = self._last_timestamp + elapsed - packet.timestamp
        self._continue_picture_ids(source.picture_ids(packet))
        return True

    def _since_last(self, source: InboundStream, timestamp: int) -> int | None:
        """Ticks from the last packet sent to this one by the sender's clock; None when that does not tell.

        A layer's key frame may be of the very moment that the other layer's last frame was of.
        """
        if self._before is None or source.clock is None:
            return None
        clock, shift = self._before
        ticks = (source.clock.ntp - clock.ntp) * source.clock_rate >> 32
        ahead = clock.timestamp + ticks + timestamp - source.clock.timestamp + shift - self._last_timestamp
        ahead = (ahead + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        return max(1, ahead) if abs(ahead) < _CLOCKS_AGREE * source.clock_rate else None

    def _continue_picture_ids(self, numbers: tuple[int, int] | None) -> None:
        if numbers is None or self._last_picture_id is None:
            self._picture_id_shift = None
            return
        picture, tl0 = self._last_picture_id
        self._picture_id_shift = (picture + 1 - numbers[0]) & 0x7FFF, (tl0 + 1 - numbers[1]) & 0xFF

    def _keep_picture_id(self) -> None:
        """Remembers the picture id last sent, so that the next source goes on from there."""
        source = self.source
        if source is None or source.cache is None or self.waiting:
            return
        packet = source.cache.peek(source.highest)
        if packet is None:
            return
        numbers = source.picture_ids(packet)
        if numbers is not None:
            picture, tl0 = self._picture_id_shift or (0, 0)
            self._last_picture_id = (numbers[0] + picture) & 0x7FFF, (numbers[1] + tl0) & 0xFF

    def _cached(self, sent: int, now: float) -> Packet | None:
        number = sent - self._sequence_shift
        source = self.source
        if source is None or source.cache is None or self.waiting or number < self._first:
            return None
        if now - self._retransmitted_at.get(sent, float("-inf")) < _RETRANSMIT_INTERVAL:
            return None
        if len(self._retransmitted_at) >= _RETRANSMITS_KEPT:
            self._retransmitted_at.clear()
        return source.cache.get(number, now)
