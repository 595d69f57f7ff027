"""One stream that a participant sends: its order, its losses, what is kept of it, what is reported back."""

from __future__ import annotations

from typing import Final

from rtc_server.media_core import codecs
from rtc_server.media_core.cache import PacketCache
from rtc_server.media_core.key_frames import KeyFrameRequest
from rtc_server.media_core.nack import MissingPackets
from rtc_server.media_core.packet import Packet
from rtc_server.media_core.redundancy import Block
from rtc_server.media_core.rtcp import build_block

_CACHE_PACKETS: Final = 512
_CACHE_SECONDS: Final = 2.0
_DUPLICATE: Final = -1
_LARGEST_SKIP: Final = 1000
_RESTORED_KEPT: Final = 32
_START: Final = 0x10000


class SenderClock:
    """The sender's wall clock at an RTP timestamp, from its last sender report."""

    __slots__ = ("arrival", "ntp", "timestamp")

    def __init__(self, ntp: int, timestamp: int, arrival: float) -> None:
        self.ntp = ntp
        self.timestamp = timestamp
        self.arrival = arrival


class InboundStream:
    """Counts and orders the packets of one SSRC; video is cached and its losses are asked for."""

    __slots__ = (
        "_base",
        "_expected_before",
        "_interrupted",
        "_measured",
        "_received_before",
        "_restored",
        "_transit",
        "cache",
        "clock",
        "clock_rate",
        "codec",
        "highest",
        "jitter",
        "key_frame",
        "last_timestamp",
        "loss",
        "missing",
        "payload_type",
        "rate",
        "received",
        "recovered",
        "ssrc",
        "width",
    )

    def __init__(self, ssrc: int, codec: str, clock_rate: int, payload_type: int) -> None:
        self.ssrc = ssrc
        self.codec = codec
        self.clock_rate = clock_rate
        self.payload_type = payload_type
        self.highest = -1
        self.last_timestamp = -1
        self.received = 0
        self.recovered = 0
        self.jitter = 0.0
        self.loss = 0.0
        self.rate = 0.0
        """Bits a second of video between the last two reports; 0 when nothing came, and for sound."""
        self.width = 0
        """Pixels, by its last key frame that was waited for; 0 while it is not known."""
        self.clock: SenderClock | None = None
        self.cache = PacketCache(_CACHE_PACKETS, _CACHE_SECONDS) if self.video else None
        self.missing = MissingPackets()
        self.key_frame = KeyFrameRequest()
        self._base = 0
        self._transit = 0.0
        self._expected_before = 0
        self._received_before = 0
        self._interrupted = False
        self._measured = (0, 0.0)
        self._restored: dict[int, None] = {}

    @property
    def video(self) -> bool:
        """Whether packets are video: 90 kHz."""
        return self.clock_rate == 90000

    def receive(self, sequence: int, timestamp: int, now: float) -> int:
        """The packet's extended sequence number; -1 when it has been here before or comes too late."""
        number = self.highest + 1
        if sequence == number & 0xFFFF and number:
            self.highest = number
        else:
            number = self._place(sequence, timestamp, now)
            if number < 0:
                return number
        self.received += 1
        if timestamp != self.last_timestamp:
            # Interarrival jitter (RFC 3550 §6.4.1).
            self.last_timestamp = timestamp
            transit = now * self.clock_rate - timestamp
            change = abs(transit - self._transit)
            self._transit = transit
            # A wrapped or restarted timestamp is not jitter: more than ten seconds is none.
            if change < self.clock_rate * 10:
                self.jitter += (change - self.jitter) * 0.0625
        return number

    def starts_key_frame(self, packet: Packet) -> bool:
        """Whether a receiver can start with this packet of it."""
        return codecs.starts_key_frame(self.codec, packet.data, packet.offset, packet.length)

    def picture_ids(self, packet: Packet) -> tuple[int, int] | None:
        """The picture id and TL0PICIDX of this packet of it, where it has them."""
        return codecs.picture_ids(self.codec, packet.data, packet.offset, packet.length)

    def want_key_frame(self) -> None:
        """Notes that a key frame is wanted of it, where it is video."""
        if self.video:
            self.key_frame.want()

    def interrupt(self) -> None:
        """Asks for a key frame instead of what is missing now and of the next gap: nothing came for a while.

        That is quicker than all that was sent meanwhile, of which the sender has forgotten some. Whoever gets the
        stream has to begin anew with that key frame: a standard client waits for numbers that never come.
        """
        if self.cache is not None:
            self.missing.forget()
            self._interrupted = True
            self.key_frame.want()

    def restorable(self, sequence: int, blocks: list[Block]) -> list[tuple[int, Block]]:
        """The lost packets just before the one of this 16-bit number that its blocks replace, oldest first.

        They count as recovered, not as received; should one still come, it is too late.
        """
        skipped = (sequence - self.highest - 1) & 0xFFFF
        if self.highest < 0 or skipped > _LARGEST_SKIP:
            return []
        number, own = self.highest + 1 + skipped, blocks[-1]
        found = [
            (number - back, blocks[-1 - back])
            for back in range(min(skipped, len(blocks) - 1), 0, -1)
            if blocks[-1 - back].payload_type == own.payload_type and blocks[-1 - back].end > blocks[-1 - back].start
        ]
        for restored, _ in found:
            self._restored[restored] = None
        self.recovered += len(found)
        while len(self._restored) > _RESTORED_KEPT:
            del self._restored[next(iter(self._restored))]
        return found

    def report(self, now: float) -> bytes:
        """The report block on this stream since the last call (RFC 3550 §6.4.1, A.3)."""
        expected = self.highest - self._base + 1
        lost = expected - self.received
        since = expected - self._expected_before
        lost_since = since - (self.received - self._received_before)
        self._expected_before, self._received_before = expected, self.received
        share = min(255, 256 * lost_since // since) if since > 0 and lost_since > 0 else 0
        self.loss = share / 256
        self._measure(now)
        reception = (self.highest - _START, int(self.jitter))
        return build_block(self.ssrc, (share, lost), reception, self._report_clock(now))

    def _measure(self, now: float) -> None:
        if self.cache is None:
            return
        octets, before = self._measured
        self._measured = self.cache.octets, now
        if before:
            self.rate = (self.cache.octets - octets) * 8 / max(now - before, 0.1)

    def _report_clock(self, now: float) -> tuple[int, int]:
        if self.clock is None:
            return 0, 0
        return self.clock.ntp >> 16 & 0xFFFFFFFF, int((now - self.clock.arrival) * 65536)

    def _place(self, sequence: int, timestamp: int, now: float) -> int:
        """The number of a packet that is not the next one."""
        highest = self.highest
        if highest < 0:
            self.highest = self._base = sequence + _START
            self.last_timestamp = timestamp
            self._transit = now * self.clock_rate - timestamp
            return self.highest
        number = highest + ((sequence - highest + 0x8000) & 0xFFFF) - 0x8000
        if number > highest:
            self._gap(highest + 1, number, now)
            self.highest = number
        elif self.cache is not None and not self.missing.arrived(number):
            return _DUPLICATE
        elif number in self._restored:
            self.received += 1
            return _DUPLICATE
        return number

    def _gap(self, first: int, end: int, now: float) -> None:
        if self.cache is None:
            return
        if self._interrupted or not self.missing.gap(first, end, now):
            self._interrupted = False
            self.key_frame.want()
