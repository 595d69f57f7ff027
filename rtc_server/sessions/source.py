"""What one participant sends on one media line, and one receive slot of another: where packets are handed over."""

from __future__ import annotations

from collections.abc import Callable

from rtc_server.media_core.audio_level import AudioLevel
from rtc_server.media_core.inbound import InboundStream, SenderClock
from rtc_server.media_core.outbound import OutboundStream, Packet
from rtc_server.sessions.interface import CodecName, PacketSink, SlotKind, SourceInfo, SourceKind
from rtc_server.sessions.negotiation import Codec
from rtc_server.transport.batch import SendBatch
from rtc_server.transport.link import Link

_SILENT_SECONDS = 3.0


class Source:
    """A microphone, camera, document camera or screen: its stream of now and everybody who gets it."""

    __slots__ = (
        "_batch",
        "_codecs",
        "_session_id",
        "active",
        "burst",
        "heard",
        "info",
        "kind",
        "level",
        "participant_id",
        "redundant_payloads",
        "repeat_payloads",
        "sinks",
        "slots",
        "stream",
        "subscribers",
    )

    def __init__(self, participant_id: str, kind: SourceKind, codecs: tuple[Codec, ...], batch: SendBatch) -> None:
        """`batch` is what packets are sent on with."""
        self.participant_id = participant_id
        self.kind = kind
        self.stream: InboundStream | None = None
        self.info: SourceInfo | None = None
        self.subscribers: tuple[tuple[OutboundStream, Link], ...] = ()
        self.burst: list[Packet] = []
        """What has come and is not sent on yet; pictures lie in the stream's cache, sound in the port's buffers."""
        self.slots: list[Slot] = []
        self.sinks: tuple[PacketSink, ...] = ()
        self.level = AudioLevel()
        self.active = False
        self.heard = 0.0
        self._batch = batch
        self._session_id = ""
        self._codecs: dict[int, tuple[CodecName, int, int]] = {
            codec.payload.number: (codec.name, codec.encoding.clock_rate, codec.encoding.channels) for codec in codecs
        }
        self.repeat_payloads = {
            codec.payload.repeat: codec.payload.number for codec in codecs if codec.payload.repeat is not None
        }
        self.redundant_payloads = {
            codec.payload.redundant: codec.payload.number for codec in codecs if codec.payload.redundant is not None
        }

    def renew(self, ssrc: int, payload_type: int) -> InboundStream | None:
        """Begins a new stream, which everybody follows; None when the payload type was not agreed on."""
        codec = self._codecs.get(payload_type)
        if codec is None:
            return None
        self.stop_recording()
        self.stream = InboundStream(ssrc, codec[0], codec[1], payload_type)
        self._describe()
        for slot in self.slots:
            slot.follow(self.stream)
        self.collect()
        self.want_key_frame()
        return self.stream

    def takes(self, payload_type: int) -> bool:
        """Whether this payload type was agreed on."""
        return payload_type in self._codecs or payload_type in self.redundant_payloads

    def record(self, session_id: str, sinks: tuple[PacketSink, ...]) -> None:
        """Hands every packet to these sinks too; none ends it."""
        if (session_id, sinks) == (self._session_id, self.sinks):
            return
        info, gone = self.info, [sink for sink in self.sinks if sink not in sinks]
        if info is not None and self.active:
            for sink in gone:
                sink.ended(info)
        self.sinks, self._session_id = sinks, session_id
        self._describe()
        if sinks:
            self.want_key_frame()

    def rate(self, _layer: int = 0) -> float:
        """Bits a second of its pictures now."""
        return self.stream.rate if self.stream is not None else 0.0

    def stop_recording(self) -> None:
        """Tells the sinks that this stream is over."""
        if self.info is not None and self.active:
            for sink in self.sinks:
                sink.ended(self.info)

    def want_key_frame(self) -> None:
        """Notes that somebody cannot go on without a key frame."""
        if self.stream is not None and self.stream.video:
            self.stream.key_frame.want()

    def fell_silent(self, now: float) -> bool:
        """Whether it has just stopped: nothing came for three seconds."""
        if not self.active or now - self.heard <= _SILENT_SECONDS:
            return False
        self.stop()
        return True

    def stop(self) -> None:
        """Counts it as sending nothing until its next packet."""
        self.stop_recording()
        self.active = False

    def clock(self, ntp: int, timestamp: int, now: float) -> None:
        """Takes the sender's report of its own clock."""
        if self.stream is None:
            return
        self.stream.clock = SenderClock(ntp, timestamp, now)
        if self.info is not None:
            for sink in self.sinks:
                sink.sender_report(self.info, ntp / (1 << 32), timestamp, now)

    def send_on(self, now: float) -> None:
        """Sends the burst to everybody, to one after the other so that each gets its packets at once."""
        burst, self.burst = self.burst, []
        batch = self._batch
        for out, link in self.subscribers:
            at = batch.reserve(len(burst))
            link.send_rtp(out.rewrite(burst, batch.views, at, now))

    def collect(self) -> None:
        """Gathers who is to get the packets, after a slot came or went."""
        self.subscribers = tuple((slot.out, slot.link) for slot in self.slots if slot.out.source is not None)

    def _describe(self) -> None:
        if self.stream is None:
            return
        stream = self.stream
        codec, clock_rate, channels = self._codecs[stream.payload_type]
        self.info = SourceInfo(
            session_id=self._session_id,
            participant_id=self.participant_id,
            kind=self.kind,
            codec=codec,
            clock_rate=clock_rate,
            channels=channels,
            payload_type=stream.payload_type,
            ssrc=stream.ssrc,
        )


class Slot:
    """One of a participant's receive slots."""

    __slots__ = ("kind", "link", "mid", "out", "source", "stream_name", "track_name")

    def __init__(self, mid: str, kind: SlotKind, out: OutboundStream, link: Link, rank: int) -> None:
        """`rank` counts the slots of its kind: a party's voice and face of one rank are played in step."""
        self.mid = mid
        self.kind = kind
        self.out = out
        self.link = link
        self.source: Source | None = None
        together = kind in (SlotKind.VOICE, SlotKind.FACE)
        self.stream_name = f"party-{rank}" if together else f"{kind.value}-{rank}"
        self.track_name = f"{kind.value}-{rank}"

    def show(self, source: Source | None) -> bool:
        """Shows another source from its next key frame on, or nothing; whether that is a change."""
        if source is self.source:
            return False
        before, self.source = self.source, source
        if before is not None:
            before.slots.remove(self)
            before.collect()
        self.follow(source.stream if source is not None else None)
        if source is not None:
            source.slots.append(self)
            source.collect()
            source.want_key_frame()
        return True

    def begin_anew(self) -> None:
        """Goes on from the next key frame of what it shows."""
        if self.source is not None:
            self.follow(self.source.stream)
            self.source.collect()
            self.source.want_key_frame()

    def follow(self, stream: InboundStream | None) -> None:
        """Carries this stream, or nothing when the receiver does not take its codec."""
        self.out.switch(stream if stream is not None and self.out.takes(stream.codec) else None)


Randomness = Callable[[int], bytes]
"""n unguessable bytes."""
