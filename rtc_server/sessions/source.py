"""What one participant sends on one media line, and one receive slot of another: where packets are handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rtc_server.media_core.audio_level import AudioLevel
from rtc_server.media_core.bandwidth_allocator import LAYERS
from rtc_server.media_core.inbound import InboundStream, SenderClock
from rtc_server.media_core.layers import LIVES, LayerChoice, layer_for
from rtc_server.media_core.outbound import OutboundStream
from rtc_server.media_core.packet import Packet
from rtc_server.sessions.interface import CodecName, PacketSink, SlotKind, SourceInfo, SourceKind
from rtc_server.sessions.negotiation import Codec
from rtc_server.transport.batch import SendBatch
from rtc_server.transport.link import Link

_SILENT_SECONDS: Final = 3.0


class Layer:
    """One encoding of a source and everybody who gets it: simulcast sends several at once, anything else one."""

    __slots__ = ("_batch", "awaited", "burst", "heard", "source", "stream", "subscribers")

    def __init__(self, source: Source, batch: SendBatch) -> None:
        """`batch` is what packets are sent on with."""
        self.source = source
        self.stream: InboundStream | None = None
        self.heard = 0.0
        self.subscribers: tuple[tuple[OutboundStream, Link], ...] = ()
        self.awaited: list[Slot] = []
        """Slots that go over to it with its next key frame."""
        self.burst: list[Packet] = []
        """What has come and is not sent on yet; video is kept by the stream's cache, sound by nobody."""
        self._batch = batch

    @property
    def needed(self) -> bool:
        """Whether its losses matter to anybody."""
        return self.source.active and bool(
            self.subscribers or self.awaited or self in (self.source.main, self.source.coming)
        )

    def send_on(self, now: float) -> None:
        """Sends the burst to everybody, to one after the other so that each gets its packets at once."""
        burst, self.burst = self.burst, []
        if self.awaited:
            self._hand_over(burst)
        batch = self._batch
        for out, link in self.subscribers:
            at = batch.reserve(len(burst))
            link.send_rtp(out.rewrite(burst, batch.views, at, now))
        for packet in burst:
            packet.waiting = False

    def _hand_over(self, burst: list[Packet]) -> None:
        stream = self.stream
        if stream is None or not any(stream.starts_key_frame(packet) for packet in burst):
            return
        for slot in tuple(self.awaited):
            slot.carry(self)


class Source:
    """A microphone, camera, document camera or screen: its streams of now and everybody who gets them."""

    __slots__ = (
        "_choice",
        "_codecs",
        "_session_id",
        "active",
        "coming",
        "info",
        "kind",
        "layers",
        "level",
        "living",
        "main",
        "names",
        "participant_id",
        "redundant_payloads",
        "rtx_payloads",
        "since",
        "sinks",
        "slots",
    )

    def __init__(
        self,
        participant_id: str,
        kind: SourceKind,
        codecs: Sequence[Codec],
        batch: SendBatch,
        layers: Sequence[str] = (),
    ) -> None:
        """`batch` is what packets are sent on with; `layers` are those of simulcast, smallest first."""
        self.participant_id = participant_id
        self.kind = kind
        self.info: SourceInfo | None = None
        self.layers = [Layer(self, batch) for _ in layers or ("",)]
        self.names = dict(zip(layers, self.layers, strict=False))
        """Its layers by their identifiers; empty when there is but one."""
        self.main = self.layers[0]
        """The largest living layer, which is recorded."""
        self.coming: Layer | None = None
        """What is recorded in its place from the next key frame on."""
        self.living: frozenset[int] = frozenset()
        """Which layers something comes of, counted from the smallest."""
        self._choice = LayerChoice()
        self.slots: list[Slot] = []
        self.sinks: tuple[PacketSink, ...] = ()
        self.level = AudioLevel()
        self.active = False
        self.since = 0.0
        """When it last began to send."""
        self._session_id = ""
        self._codecs: dict[int, tuple[CodecName, int, int]] = {
            codec.payload.number: (codec.name, codec.encoding.clock_rate, codec.encoding.channels) for codec in codecs
        }
        self.rtx_payloads = {
            codec.payload.rtx: codec.payload.number for codec in codecs if codec.payload.rtx is not None
        }
        self.redundant_payloads = {
            codec.payload.redundant: codec.payload.number for codec in codecs if codec.payload.redundant is not None
        }

    def renew(self, layer: Layer, ssrc: int, payload_type: int) -> InboundStream | None:
        """Begins a new stream of this layer, which everybody follows; None when the payload type is not agreed on."""
        codec = self._codecs.get(payload_type)
        if codec is None:
            return None
        layer.stream = stream = InboundStream(ssrc, codec[0], codec[1], payload_type)
        self.living |= {self.layers.index(layer)}
        self.coming = None
        if layer is self.main or self.main.stream is None:
            self._have_main(layer)
        for slot in self.slots:
            if slot.layer is layer:
                slot.begin_anew()
        return stream

    @property
    def heard(self) -> float:
        """When something last came."""
        return max(layer.heard for layer in self.layers)

    @property
    def streams(self) -> list[InboundStream]:
        """What came of it so far, layer by layer."""
        return [layer.stream for layer in self.layers if layer.stream is not None]

    def update_layers(self, now: float) -> None:
        """Learns which layers live; whoever is to have another one goes over."""
        self.living = frozenset(
            index for index, layer in enumerate(self.layers) if layer.stream is not None and now - layer.heard <= LIVES
        )
        self._settle(self.layers[self._choice.update(self.living, LAYERS - 1, now)])
        for slot in self.slots:
            slot.settle(now)

    def layer_for(self, pixels: int) -> int:
        """The smallest layer that fills a tile so many pixels wide."""
        return layer_for([layer.stream.width if layer.stream else 0 for layer in self.layers], pixels)

    def rate(self, limit: int = LAYERS - 1) -> float:
        """Bits a second of its video, in the layer shown within this limit."""
        stream = self.layers[LayerChoice().start(self.living, limit)].stream
        return stream.rate if stream is not None else 0.0

    def key_frame(self, layer: Layer) -> None:
        """Goes over to this layer when it is the coming one: the key frame that was asked for is here."""
        if layer is self.coming:
            self._record_instead(layer)

    def _settle(self, main: Layer) -> None:
        """Goes over with this layer's next key frame; at once where nothing is recorded or nothing comes."""
        if main is self.main:
            self.coming = None
        elif not self.sinks or self.layers.index(self.main) not in self.living:
            self._have_main(main)
        elif main is not self.coming and main.stream is not None:
            self.coming = main
            main.stream.want_key_frame()

    def _have_main(self, layer: Layer) -> None:
        self._record_instead(layer)
        self.want_key_frame()

    def _record_instead(self, layer: Layer) -> None:
        self.stop_recording()
        self.main, self.coming = layer, None
        self._describe()

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

    def stop_recording(self) -> None:
        """Tells the sinks that this stream is over."""
        if self.info is not None and self.active:
            for sink in self.sinks:
                sink.ended(self.info)

    def want_key_frame(self) -> None:
        """Notes that who records it cannot go on without a key frame."""
        if self.main.stream is not None:
            self.main.stream.want_key_frame()

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

    def clock(self, stream: InboundStream, ntp: int, timestamp: int, now: float) -> None:
        """Takes the sender's report of its own clock for one of the streams."""
        stream.clock = SenderClock(ntp, timestamp, now)
        if self.info is not None and stream is self.main.stream:
            for sink in self.sinks:
                sink.sender_report(self.info, ntp / (1 << 32), timestamp, now)

    def collect(self) -> None:
        """Gathers who is to get the packets, after a slot came, went or changed over."""
        for layer in self.layers:
            slots = [slot for slot in self.slots if slot.layer is layer and slot.out.source is not None]
            layer.subscribers = tuple((slot.out, slot.link) for slot in slots)

    def _describe(self) -> None:
        stream = self.main.stream
        if stream is None:
            return
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

    __slots__ = (
        "_awaits",
        "_choice",
        "_limit",
        "_pixels",
        "kind",
        "layer",
        "link",
        "mid",
        "out",
        "source",
        "stream_name",
        "track_name",
    )

    def __init__(self, mid: str, kind: SlotKind, out: OutboundStream, link: Link, rank: int) -> None:
        """`rank` counts the slots of its kind: a party's voice and face of one rank are played in step."""
        self.mid = mid
        self.kind = kind
        self.out = out
        self.link = link
        self.source: Source | None = None
        self.layer: Layer | None = None
        """What of the source it carries."""
        self._awaits: Layer | None = None
        self._choice = LayerChoice()
        self._limit = LAYERS - 1
        self._pixels: int | None = None
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
        if source is not None:
            source.slots.append(self)
        # A camera that goes over to another media line stays in the tile that it has.
        if not before or not source or (before.participant_id, before.kind) != (source.participant_id, source.kind):
            self._pixels = None
        self._begin()
        if before is not None:
            before.collect()
        return True

    def limit(self, index: int) -> None:
        """Shows no larger layer than this one of the source's, where it has several, from the next update on."""
        self._limit = index

    def tile(self, pixels: int | None) -> None:
        """Learns how many pixels wide the receiver's page shows it: 0 is hidden and not sent, None is not known."""
        rested, self._pixels = self.rests, pixels
        if self.rests and not rested:
            self.carry(None)
        elif rested and not self.rests:
            self._begin()

    @property
    def rests(self) -> bool:
        """Whether nothing is sent of what it shows, since the receiver's page hides it."""
        return self._pixels == 0

    def rate(self, limit: int) -> float:
        """Bits a second that it takes while no larger layer than this is carried."""
        if self.source is None or self.rests:
            return 0.0
        return self.source.rate(min(limit, self._largest))

    def settle(self, now: float) -> None:
        """Goes over to the layer that it should have with that one's next key frame; at once where nothing comes."""
        source = self.source
        if source is None or self.rests:
            return
        wanted = source.layers[self._choice.update(source.living, self._most, now)]
        if wanted is self.layer:
            self._await(None)
        elif self.layer is None or source.layers.index(self.layer) not in source.living:
            self.carry(wanted)
            self.want_key_frame()
        elif wanted is not self._awaits:
            self._await(wanted)

    def begin_anew(self) -> None:
        """Goes on from the next key frame of what it shows."""
        if self.source is not None:
            self.carry(self.layer)
            self.want_key_frame()

    def carry(self, layer: Layer | None) -> None:
        """Goes on with this layer's next key frame; with nothing when the receiver does not take its codec."""
        self._await(None)
        before, self.layer = self.layer, layer
        stream = layer.stream if layer is not None else None
        beside = before is not None and layer is not None and before.source is layer.source
        self.out.switch(stream if stream is not None and self.out.takes(stream.codec) else None, same_sender=beside)
        if self.source is not None:
            self.source.collect()

    def want_key_frame(self) -> None:
        """Notes that the receiver cannot go on without a key frame."""
        if self.out.source is not None:
            self.out.source.want_key_frame()

    def _begin(self) -> None:
        """Shows the source from its next key frame on, in the layer that is best now; nothing while it is hidden."""
        source, self._choice = None if self.rests else self.source, LayerChoice()
        self.carry(source.layers[self._choice.start(source.living, self._most)] if source is not None else None)
        self.want_key_frame()

    @property
    def _most(self) -> int:
        """The largest layer that the receiver's link carries and its tile needs."""
        return min(self._limit, self._largest)

    @property
    def _largest(self) -> int:
        return self.source.layer_for(self._pixels) if self.source is not None and self._pixels else LAYERS - 1

    def _await(self, layer: Layer | None) -> None:
        if self._awaits is not None:
            self._awaits.awaited.remove(self)
        self._awaits = layer
        if layer is not None and layer.stream is not None:
            layer.awaited.append(self)
            layer.stream.want_key_frame()
