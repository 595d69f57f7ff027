"""One stream that a participant receives: what it carries is switched, its numbers run on."""

from __future__ import annotations

from struct import Struct
from typing import Final

from rtc_server.media_core.codecs import shift_pictures
from rtc_server.media_core.inbound import InboundStream, SenderClock
from rtc_server.media_core.packet import Packet
from rtc_server.media_core.redundancy import Repeater
from rtc_server.media_core.rtcp import Report, build_sender_report
from rtc_server.media_core.rtp import FIXED, extend

_pack: Final = FIXED.pack_into
_WORD: Final = Struct(">H")
_REPEAT_INTERVAL: Final = 0.015
_REPEATS_KEPT: Final = 512
_CLOCKS_AGREE: Final = 5
"""Seconds. Clocks that tell of a longer pause between two layers are not believed."""


class Payload:
    """The payload types under which a receiver takes one codec.

    `repeat` is RTX's and `redundant` that of redundant sound (RFC 2198), None when it takes none.
    """

    __slots__ = ("number", "redundant", "repeat")

    def __init__(self, number: int, repeat: int | None, redundant: int | None = None) -> None:
        self.number = number
        self.repeat = repeat
        self.redundant = redundant


class OutboundStream:
    """Rewrites the packets of the source it carries; sequence, timestamp and picture id go on over a switch."""

    __slots__ = (
        "_before",
        "_first",
        "_last_picture",
        "_last_sequence",
        "_last_time",
        "_last_timestamp",
        "_payload",
        "_payload_number",
        "_payloads",
        "_picture_shift",
        "_repeat_sequence",
        "_repeated",
        "_repeater",
        "_reported",
        "_sequence_shift",
        "_timestamp_shift",
        "loss",
        "moved",
        "octets",
        "packets",
        "repeat_ssrc",
        "repeats",
        "rtt",
        "source",
        "ssrc",
        "waiting",
    )

    def __init__(self, ssrc: int, repeat_ssrc: int, payloads: dict[str, Payload], first_sequence: int) -> None:
        """`payloads` by codec name; `first_sequence` is random and below 32768 (RFC 3550 §5.1, RFC 3711 §3.3.1)."""
        self.ssrc = ssrc
        self.repeat_ssrc = repeat_ssrc
        self.source: InboundStream | None = None
        self.waiting = False
        """Whether it needs a key frame to start with."""
        self.packets = 0
        self.octets = 0
        self.repeats = 0
        self.loss = 0.0
        self.rtt: float | None = None
        self.moved: dict[int, int] = {}
        """Of what was sent to it late, the source's times and those that `rewrite` was given in their place."""
        self._payloads = payloads
        self._payload: Payload | None = None
        self._payload_number = 0
        self._repeat_sequence = first_sequence
        self._repeated: dict[int, float] = {}
        self._repeater: Repeater | None = None
        self._first = 0
        self._sequence_shift = 0
        self._timestamp_shift = 0
        self._picture_shift: tuple[int, int] | None = None
        self._last_sequence = first_sequence + 0x10000
        self._last_timestamp = 0
        self._last_time: float | None = None
        self._last_picture: tuple[int, int] | None = None
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
        self._keep_picture()
        clock = self.source.clock if self.source is not None and same_sender and not self.waiting else None
        self._before = (clock, self._timestamp_shift) if clock is not None else None
        if self._repeater is not None:
            self._repeater.forget()
        self.source = source
        self.moved = {}
        self.waiting = source is not None
        if source is not None:
            self._payload = self._payloads[source.codec]
            self._payload_number = self._payload.number

    def protect(self, depth: int) -> None:
        """Sends sound with so many packets before it once more, when the receiver takes that; 0 sends it plain."""
        if not depth:
            self._repeater = None
            return
        self._repeater = self._repeater or Repeater()
        self._repeater.depth = depth

    def rewrite(self, packets: list[Packet], outs: list[memoryview], at: int, now: float) -> list[int]:
        """Writes those of a burst that are for this receiver into `outs` from index `at` on; their lengths."""
        if self.waiting:
            packets = self._from_key_frame(packets, now)
        # One pass without calls: this is where most of a forwarder's time goes.
        lengths: list[int] = []
        ssrc, payload_number, begin = self.ssrc, self._payload_number, self._first
        sequence_shift, timestamp_shift, pictures = self._sequence_shift, self._timestamp_shift, self._picture_shift
        repeater = self._repeater if self._payload is not None and self._payload.redundant is not None else None
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
            if repeater is None:
                size = 12 + packet.length - packet.offset
                kind = packet.second & 0x80 | payload_number
                _pack(out, 0, 0x80 | packet.first & 0x20, kind, sequence & 0xFFFF, timestamp, ssrc)
                out[12:size] = packet.data[packet.offset : packet.length]
                if pictures is not None:
                    shift_pictures(codec, out, 12, size, pictures)
            else:
                size = self._write_redundant(packet, timestamp, sequence, out, repeater)
            lengths.append(size)
            octets += size - 12
            at += 1
        if latest >= 0:
            self._last_sequence, self._last_timestamp, self._last_time = highest, latest, now
        self.packets += len(lengths)
        self.octets += octets
        return lengths

    def repeat(self, sequence: int, out: memoryview, now: float) -> int:
        """Writes the packet sent under this 16-bit number again (RFC 4588 when the receiver takes it).

        Returns its length; 0 when it is gone, or was repeated less than 15 ms ago.
        """
        sent = extend(self._last_sequence, sequence)
        packet = self._cached(sent, now)
        if packet is None:
            return 0
        self._repeated[sent] = now
        self.repeats += 1
        timestamp = (self.moved.get(packet.timestamp, packet.timestamp) + self._timestamp_shift) & 0xFFFFFFFF
        first, marker = 0x80 | packet.first & 0x20, packet.second & 0x80
        start = 12
        assert self.source is not None, "a packet is cached only of a source that is carried"
        assert self._payload is not None, "which has its payload type"
        if self._payload.repeat is None:
            _pack(out, 0, first, marker | self._payload.number, sequence, timestamp, self.ssrc)
        else:
            self._repeat_sequence = (self._repeat_sequence + 1) & 0xFFFF
            _pack(out, 0, first, marker | self._payload.repeat, self._repeat_sequence, timestamp, self.repeat_ssrc)
            _WORD.pack_into(out, 12, sequence)
            start = 14
        size = start + packet.length - packet.offset
        out[start:size] = packet.data[packet.offset : packet.length]
        if self._picture_shift is not None:
            shift_pictures(self.source.codec, out, start, size, self._picture_shift)
        return size

    def report(self, now: float) -> bytes | None:
        """A sender report on the source's own clock, which keeps its sound and picture together.

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
        self, packet: Packet, timestamp: int, sequence: int, out: memoryview, repeater: Repeater
    ) -> int:
        assert self._payload is not None, "a source is carried"
        kind = packet.second & 0x80 | (self._payload.redundant or 0)
        _pack(out, 0, 0x80, kind, sequence & 0xFFFF, timestamp, self.ssrc)
        payload = packet.data[packet.offset : packet.length]
        return repeater.write(out, 12, (sequence, timestamp, self._payload_number), payload)

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
        self._continue_pictures(source.picture_numbers(packet))
        return True

    def _since_last(self, source: InboundStream, timestamp: int) -> int | None:
        """Ticks from the last packet sent to this one by the sender's clock; None when that does not tell.

        A layer's key frame may be of the very moment that the other layer's last picture was of.
        """
        if self._before is None or source.clock is None:
            return None
        clock, shift = self._before
        ticks = (source.clock.ntp - clock.ntp) * source.clock_rate >> 32
        ahead = clock.timestamp + ticks + timestamp - source.clock.timestamp + shift - self._last_timestamp
        ahead = (ahead + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        return max(1, ahead) if abs(ahead) < _CLOCKS_AGREE * source.clock_rate else None

    def _continue_pictures(self, numbers: tuple[int, int] | None) -> None:
        if numbers is None or self._last_picture is None:
            self._picture_shift = None
            return
        picture, tl0 = self._last_picture
        self._picture_shift = (picture + 1 - numbers[0]) & 0x7FFF, (tl0 + 1 - numbers[1]) & 0xFF

    def _keep_picture(self) -> None:
        """Remembers the picture id last sent, so that the next source goes on from there."""
        source = self.source
        if source is None or source.cache is None or self.waiting:
            return
        packet = source.cache.peek(source.highest)
        if packet is None:
            return
        numbers = source.picture_numbers(packet)
        if numbers is not None:
            picture, tl0 = self._picture_shift or (0, 0)
            self._last_picture = (numbers[0] + picture) & 0x7FFF, (numbers[1] + tl0) & 0xFF

    def _cached(self, sent: int, now: float) -> Packet | None:
        number = sent - self._sequence_shift
        source = self.source
        if source is None or source.cache is None or self.waiting or number < self._first:
            return None
        if now - self._repeated.get(sent, float("-inf")) < _REPEAT_INTERVAL:
            return None
        if len(self._repeated) >= _REPEATS_KEPT:
            self._repeated.clear()
        return source.cache.get(number, now)
