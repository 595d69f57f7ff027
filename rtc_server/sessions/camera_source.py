"""A camera of the house as a source: its pictures made into packets once, however many watch.

A camera cannot be asked for a key frame. So its last one is kept, and whoever begins to watch gets it at once as a
still picture; the next one, a second or two later, begins the motion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from foundation.clock import Clock
from rtc_server.cameras.frames import Picture
from rtc_server.cameras.values import CameraState
from rtc_server.media_core.inbound import InboundStream, SenderClock
from rtc_server.media_core.outbound import Packet, Payload
from rtc_server.media_core.packetise import AccessUnits, has_key_picture, payloads
from rtc_server.media_core.rtp import FIXED, FIXED_LENGTH, MTU
from rtc_server.sessions.interface import SourceKind
from rtc_server.sessions.negotiation import Codec
from rtc_server.sessions.sdp import Encoding
from rtc_server.sessions.source import Source
from rtc_server.transport.batch import SendBatch

_PAYLOAD_TYPE = 96
_CODEC = Codec("H264", Encoding("H264", 90_000, 0), Payload(_PAYLOAD_TYPE, None), "", frozenset())
_BURST = 32
"""Packets handed to a receiver at once."""
_MARKER = 0x80
_NTP_EPOCH = 2_208_988_800
"""Seconds from 1900 to 1970 (RFC 5905 §6)."""


class CameraSource:
    """Packetises a camera's pictures and sends them to every slot that shows it."""

    def __init__(self, camera_id: str, batch: SendBatch, clock: Clock, ssrc: int, changed: Callable[[], None]) -> None:
        """`changed` is called at each new state."""
        self.source = Source(f"camera:{camera_id}", SourceKind.HALL, [_CODEC], batch)
        self.now = CameraState.OPENING
        self._changed = changed
        self._batch = batch
        self._clock = clock
        self._ssrc = ssrc
        self._units: AccessUnits | None = None
        self._stream: InboundStream | None = None
        self._sequence = ssrc & 0x7FFF
        self._buffer = memoryview(bytearray(MTU))
        self._still: list[Packet] = []
        self._had_still: set[int] = set()

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

    def picture(self, picture: Picture) -> None:
        """Sends a picture on; raises `H264Malformed`."""
        units, stream = self._units, self._stream
        if units is None or stream is None:
            return
        split = units.units(picture.data)
        if not split:
            return
        now = self._clock.monotonic()
        key = has_key_picture(split)
        if key:
            # The last one goes first: who waits for a key frame gets this one.
            self._still, self._had_still = [], set()
            stream.clock = SenderClock(_ntp(self._clock.now()), picture.timestamp, now)
            stream.key_frame.arrived()
        else:
            self._greet(stream, now)
        self._send(stream, list(payloads(split)), picture.timestamp, now, key=key)

    def measure(self, now: float) -> None:
        """Learns the rate of its pictures; to be called once a second."""
        if self._stream is not None and self._stream.received:
            self._stream.report(now)

    def _send(self, stream: InboundStream, contents: list[bytes], timestamp: int, now: float, *, key: bool) -> None:
        layer, cache = self.source.main, stream.cache
        assert cache is not None, "a stream of pictures"
        layer.heard = now
        for at, content in enumerate(contents, 1):
            second = _PAYLOAD_TYPE | (_MARKER if at == len(contents) else 0)
            self._sequence = self._sequence + 1 & 0xFFFF
            number = stream.receive(self._sequence, timestamp, now)
            length = FIXED_LENGTH + len(content)
            FIXED.pack_into(self._buffer, 0, 0x80, second, self._sequence, timestamp, stream.ssrc)
            self._buffer[FIXED_LENGTH:length] = content
            view = cache.put(number, self._buffer, length, now)
            if key:
                self._still.append((memoryview(content), 0x80, second, timestamp, number))
            layer.burst.append((view[FIXED_LENGTH:length], 0x80, second, timestamp, number))
            if len(layer.burst) >= _BURST or at == len(contents):
                layer.send_on(now)

    def _greet(self, stream: InboundStream, now: float) -> None:
        """Sends the last key frame to who has none to begin with yet."""
        for out, link in self.source.main.subscribers:
            if out.waiting and self._still and out.ssrc not in self._had_still:
                self._had_still.add(out.ssrc)
                for burst in _cut(self._still):
                    at = self._batch.reserve(len(burst))
                    link.send_rtp(out.rewrite(burst, self._batch.views, at, now))
                out.switch(stream)


def _cut(packets: list[Packet]) -> Iterable[list[Packet]]:
    return (packets[at : at + _BURST] for at in range(0, len(packets), _BURST))


def _ntp(moment: datetime) -> int:
    return int((moment.timestamp() + _NTP_EPOCH) * (1 << 32))
