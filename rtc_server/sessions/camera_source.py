"""A camera of the service as a source: its frames made into packets once, however many watch.

A camera cannot be asked for a key frame. So all that came since the last one is kept, and whoever begins to watch gets
it first, many frames for each new one: it moves at once, and soon shows what the others see. Where it is more than is
kept, the key frame is sent alone, as a still, and the next one begins the motion.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from foundation.clock import Clock
from rtc_server.cameras.messages import Frame
from rtc_server.cameras.values import Camera, CameraState
from rtc_server.media_core.cache import PacketCache
from rtc_server.media_core.inbound import InboundStream, SenderClock
from rtc_server.media_core.outbound import OutboundStream, Payload
from rtc_server.media_core.packet import Packet
from rtc_server.media_core.packetise import AccessUnits, has_key_frame, payloads
from rtc_server.media_core.replay_retiming import retimed
from rtc_server.media_core.rtp import FIXED_LENGTH, MTU
from rtc_server.sessions.interface import SourceKind
from rtc_server.sessions.negotiation import Codec
from rtc_server.sessions.sdp import Encoding
from rtc_server.sessions.source import Source
from rtc_server.transport.batch import SendBatch
from rtc_server.transport.link import Link

_PAYLOAD_TYPE = 96
_CLOCK_RATE = 90_000
_CODEC = Codec("H264", Encoding("H264", _CLOCK_RATE, 0), Payload(_PAYLOAD_TYPE, None), "", frozenset())
_BURST = 32
"""Packets handed to a receiver at once."""
_KEPT_PACKETS, _KEPT_SECONDS = 4096, 30
"""What is replayed at most, counted from the last key frame: ten seconds of 4 Mbit/s, half a minute of 1 Mbit/s."""
_PACE = 128
"""Packets to who is behind, for each frame of the camera's: at 25 frames a second 30 Mbit/s."""
_MARKER = 0x80
_NTP_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970 (RFC 5905 §6)."""


class CameraSource:
    """Packetises a camera's frames and sends them to every slot that shows it."""

    def __init__(self, camera: Camera, batch: SendBatch, clock: Clock, ssrc: int, changed: Callable[[], None]) -> None:
        """`changed` is called at each new state."""
        kind = SourceKind.ROOM if camera.room else SourceKind.HALL
        self.source = Source(f"camera:{camera.id}", kind, [_CODEC], batch)
        self.now = CameraState.OPENING
        self._changed = changed
        self._batch = batch
        self._clock = clock
        self._ssrc = ssrc
        self._units: AccessUnits | None = None
        self._stream: InboundStream | None = None
        self._sequence = ssrc & 0x7FFF
        self._spare: Packet | None = None
        """One that is not kept any more."""
        self._still: list[Packet] = []
        """The last key frame."""
        self._had_still: set[int] = set()
        self._shown = (0, 0)
        """Times of the frame before the last and of the last."""

    def state(self, state: CameraState) -> None:
        """Takes how the camera does; told on when it differs."""
        if state is not self.now:
            self.now = state
            self._changed()

    def opened(self, configuration: bytes) -> None:
        """Begins a stream of its own, which everybody follows; raises `H264Malformed`."""
        self._units = AccessUnits(configuration)
        self._ssrc = self._ssrc + 1 & 0xFFFFFFFF
        self._still, self._had_still = [], set()
        self._stream = self.source.renew(self.source.main, self._ssrc, _PAYLOAD_TYPE)
        if self._stream is not None:
            self._stream.cache = PacketCache(_KEPT_PACKETS, _KEPT_SECONDS)

    def frame(self, frame: Frame) -> None:
        """Sends a frame on; raises `H264Malformed`."""
        units, stream = self._units, self._stream
        if units is None or stream is None:
            return
        split = units.units(frame.data)
        if not split:
            return
        now = self._clock.monotonic()
        packets = self._keep(stream, list(payloads(split)), frame.timestamp, now)
        self._shown = self._shown[1], frame.timestamp
        key = has_key_frame(split)
        if key:
            self._still = [packet.copy(packet.timestamp) for packet in packets]
            self._had_still = set()
            stream.clock = SenderClock(_ntp(self._clock.now()), frame.timestamp, now)
            stream.key_frame.arrived()
        self.source.main.heard = now
        for out, link in self.source.main.subscribers:
            if key or not out.waiting:
                self._send(self._next(stream, out, packets, key=key), out, link, now)
            elif self._still:
                self._greet(stream, out, link, now)

    def measure(self, now: float) -> None:
        """Learns the rate of its frames; to be called once a second."""
        if self._stream is not None and self._stream.received:
            self._stream.report(now)

    def _keep(self, stream: InboundStream, contents: list[bytes], timestamp: int, now: float) -> list[Packet]:
        """The frame's packets, where the stream keeps them."""
        cache, packets = stream.cache, []
        assert cache is not None, "a stream of frames"
        for at, content in enumerate(contents, 1):
            second = _PAYLOAD_TYPE | (_MARKER if at == len(contents) else 0)
            self._sequence = self._sequence + 1 & 0xFFFF
            number = stream.receive(self._sequence, timestamp, now)
            packet = self._spare or Packet(bytearray(MTU))
            packet.length = FIXED_LENGTH + len(content)
            packet.note(0x80, second, timestamp, number, FIXED_LENGTH)
            packet.data[FIXED_LENGTH : packet.length] = content
            self._spare = cache.put(packet, now)
            packets.append(packet)
        return packets

    def _greet(self, stream: InboundStream, out: OutboundStream, link: Link, now: float) -> None:
        """Begins with who has had no key frame: with all since the last one, or with that alone."""
        first = self._still[0].number
        seconds = (self._shown[1] - self._still[0].timestamp & 0xFFFFFFFF) / _CLOCK_RATE
        if seconds <= _KEPT_SECONDS and stream.highest - first < _KEPT_PACKETS:
            self._send(self._late(stream, out, first), out, link, now)
        elif out.ssrc not in self._had_still:
            self._had_still.add(out.ssrc)
            self._send(self._still, out, link, now)
            out.switch(stream)

    def _next(self, stream: InboundStream, out: OutboundStream, packets: list[Packet], *, key: bool) -> list[Packet]:
        """What follows for a receiver that has begun or begins now: the new frame, unless it is behind."""
        if out.waiting or out.next == packets[0].number:
            return packets
        if not key:
            return self._late(stream, out, out.next)
        out.switch(stream)
        return packets

    def _late(self, stream: InboundStream, out: OutboundStream, first: int) -> list[Packet]:
        """Some frames from this number on, with times of now; none when they are gone, until the next key frame."""
        packets = self._kept(stream, first)
        if not packets:
            out.switch(stream)
            return []
        times = retimed(list(dict.fromkeys(packet.timestamp for packet in packets)), *self._shown)
        out.retimed |= times
        return [packet.copy(times[packet.timestamp]) for packet in packets]

    def _kept(self, stream: InboundStream, first: int) -> list[Packet]:
        """Whole frames from this number on, as many as are sent at once; none when the first is not kept any more."""
        assert stream.cache is not None, "a stream of frames"
        packets: list[Packet] = []
        for number in range(first, stream.highest + 1):
            packet = stream.cache.peek(number)
            if packet is None:
                return []
            packets.append(packet)
            if len(packets) >= _PACE and packet.second & _MARKER:
                break
        return packets

    def _send(self, packets: list[Packet], out: OutboundStream, link: Link, now: float) -> None:
        for at in range(0, len(packets), _BURST):
            burst = packets[at : at + _BURST]
            link.send_rtp(out.rewrite(burst, self._batch.views, self._batch.reserve(len(burst)), now))


def _ntp(moment: datetime) -> int:
    return int((moment.timestamp() + _NTP_EPOCH) * (1 << 32))
