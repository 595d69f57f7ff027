"""One peer connection: takes its packets apart and hands them on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from struct import Struct
from typing import Final, Protocol

from rtc_server.media_core.codecs import vp8_key_frame_width
from rtc_server.media_core.inbound import InboundStream
from rtc_server.media_core.packet import Packet
from rtc_server.media_core.redundancy import read_blocks
from rtc_server.media_core.rtp import FIXED, FIXED_LENGTH, find_extension, padding, payload_offset
from rtc_server.sessions.feedback import Feedback
from rtc_server.sessions.interface import SlotKind, SourceKind
from rtc_server.sessions.negotiation import AUDIO_LEVEL, TRANSPORT_CC, MediaLine
from rtc_server.sessions.origins import STREAMS_PER_SECOND, Origins
from rtc_server.sessions.seating import Seating
from rtc_server.sessions.source import Layer, Slot, Source
from rtc_server.transport.batch import SendBatch
from rtc_server.transport.link import DownReason, Link
from rtc_server.transport.srtp import PacketBuffer

_read: Final[Callable[[bytearray], tuple[int, int, int, int, int]]] = FIXED.unpack_from
_read_extension: Final[Callable[[bytearray, int], tuple[int, int, int, int]]] = Struct(">HHBH").unpack_from
"""Of a header extension its form, its length in words, and its first element with a number of 16 bits."""
_LONGEST_BURST: Final = 32
_SENT_JUST_BEFORE: Final = 0.5
"""Seconds. During a pause every source falls silent, so what was sent when it began counts."""


class SendPort(Protocol):
    """What a participant needs of the port it sends over."""

    batch: SendBatch
    bursts: list[Callable[[float], None]]
    """Called once each, before the buffers received into are used again."""
    held: set[Callable[[float], None]]
    """Called once each, within two milliseconds."""
    spare: list[Packet]
    """Packets whose memory the port may receive into again."""


class ParticipantWatcher(Protocol):
    """Who is told what happens to a participant."""

    def came_up(self, participant: Participant) -> None:
        """Packets can be sent to it."""
        ...

    def went_down(self, participant: Participant, reason: DownReason) -> None:
        """Nothing reaches it."""
        ...

    def started(self, participant: Participant, source: Source) -> None:
        """The first packet of a source came; it is forwarded after this returns."""
        ...

    def stopped(self, participant: Participant, source: Source) -> None:
        """A source fell silent."""
        ...

    def allocation_changed(self, participant: Participant) -> None:
        """Its link carries more or less of what others send."""
        ...


class Participant:
    """A connected peer with its sources and its receive slots."""

    def __init__(
        self,
        participant_id: str,
        link: Link,
        port: SendPort,
        watcher: ParticipantWatcher,
        ssrc: int,
    ) -> None:
        """`ssrc` is what our feedback is from."""
        self.id = participant_id
        self.link = link
        self.sources: dict[str, Source] = {}
        self.slots: dict[str, Slot] = {}
        self.turn = 0
        """Its chores come so many ticks earlier than those of others: all at once they would hold up media."""
        self.seating = Seating()
        self.spoke: float | None = None
        """When it was last heard to speak, as far as it was `heeded`."""
        self.heeded = False
        """Whether who speaks decides who is shown; otherwise nobody reads how loud its sound is."""
        self._watcher = watcher
        self._ended: frozenset[SourceKind] = frozenset()
        self._bursts, self._held, self._spare = port.bursts, port.held, port.spare
        self._origins = Origins(self.sources)
        self._by_ssrc, self._streams = self._origins.by_ssrc, self._origins.by_ssrc_and_type
        self.feedback = Feedback(ssrc, link, port.batch, self.slots, self._origins)
        self.reception = self.feedback.reception
        self._arrivals = self.feedback.arrivals
        self._cc = self._level = 0
        self._cc_element = -1

    def negotiate(self, lines: list[MediaLine]) -> None:
        """Learns the SSRCs and header extensions of an offer."""
        for line in lines:
            source = self.sources.get(line.section.mid)
            if source is None or line.source is None:
                continue
            extensions = line.section.extensions
            self._cc = self._cc or extensions.get(TRANSPORT_CC, 0)
            self._level = self._level or extensions.get(AUDIO_LEVEL, 0)
        self._origins.negotiate(lines)
        self.feedback.negotiated()
        self._cc_element = self._cc << 4 | 1 if self._cc else -1

    @property
    def streams(self) -> list[InboundStream]:
        """What it sends now, at most 31."""
        return self.feedback.streams

    def take(self, packets: list[PacketBuffer], now: float) -> None:
        """Takes packets as they came; everybody who is to get them gets them with the others of their burst."""
        streams, arrivals, wanted = self._streams, self._arrivals, self._cc_element
        for packet in packets:
            data, length = packet.data, packet.length
            first, second, sequence, timestamp, ssrc = _read(data)
            if 191 < second < 224:
                self.feedback.take(bytes(data[:length]), now)
                continue
            form, words, element, transport_number = _read_extension(data, FIXED_LENGTH)
            # Nearly all have an extension and no contributors; the rest is read with more care.
            offset = 16 + (words << 2) if first & 0xDF == 0x90 else payload_offset(data, length)
            if 18 < offset <= length and element == wanted and form == 0xBEDE:
                # Chromium puts the transport-wide number first; elsewhere it is looked for.
                arrivals.arrived(transport_number, now)
            elif not 0 < offset <= length:
                continue
            elif self._cc:
                self._find_transport_number(data, offset, now)
            known = streams.get(ssrc << 7 | second & 0x7F) or self._unknown(packet, offset, now)
            if known is not None:
                number = known[1].receive(sequence, timestamp, now)
                if number >= 0:
                    packet.note(first, second, timestamp, number, offset)
                    self._forward(known, packet, now)

    def link_up(self) -> None:
        """The link's owner is told."""
        self._watcher.came_up(self)

    def link_resumed(self, since: float) -> None:
        """What went into the void, either way, is not retransmitted: everything goes on with the next key frame.

        Only of who speaks all the time, since the pauses of a mere listener mean nothing.
        """
        active = [source for source in self.sources.values() if source.heard >= since - _SENT_JUST_BEFORE]
        if not any(source.kind is SourceKind.MICROPHONE for source in active):
            return
        for source in active:
            for stream in source.streams:
                stream.interrupt()
        for slot in (*self.slots.values(), *(slot for source in active for slot in source.slots)):
            slot.begin_anew()

    def link_down(self, reason: DownReason) -> None:
        """The link's owner is told."""
        self._watcher.went_down(self, reason)

    def send_reports(self, now: float, name: bytes) -> None:
        """Reports what came and what went, once a second, and says when its link carries more or less."""
        self._origins.allowance = STREAMS_PER_SECOND
        if self.feedback.update(now):
            self._watcher.allocation_changed(self)
        self.feedback.send_reports(now, name)

    def silence(self, now: float) -> None:
        """Tells of the sources that have just fallen silent."""
        for source in self.sources.values():
            if source.fell_silent(now):
                self._watcher.stopped(self, source)

    def set_ended(self, kinds: Collection[SourceKind]) -> None:
        """Counts these as silent at once: Firefox repeats the last picture of a track that has ended."""
        self._ended = frozenset(kinds)
        for source in self.sources.values():
            if source.kind in kinds and source.active:
                source.stop()
                self._watcher.stopped(self, source)

    def also_sends(self, source: Source) -> bool:
        """Whether the same comes of it on another media line: a camera's page changes over from one to another."""
        return any(one.active and one.kind is source.kind for one in self.sources.values() if one is not source)

    def set_tiles(self, widths: Mapping[str, int]) -> None:
        """Learns how many pixels wide its page shows each slot, by mid; 0 is hidden, and what is not named unknown."""
        for mid, slot in self.slots.items():
            if slot.kind is not SlotKind.VOICE:
                slot.tile(widths.get(mid))

    def forget(self) -> None:
        """Keeps no packets any more: some megabytes, which would else last until garbage is looked for."""
        for stream in self.streams:
            stream.cache = None

    def _forward(self, known: tuple[Layer, InboundStream], packet: PacketBuffer, now: float) -> None:
        layer, stream = known
        source = layer.source
        layer.heard = now
        if not source.active and not self._begins(source, now):
            return
        cache = stream.cache
        if cache is not None:
            before = cache.put(packet, now)
            if before is not None and not before.waiting:
                self._spare.append(before)
            self._look_for_key_frame(layer, stream, packet)
        elif self.heeded and self._level:
            self._hear(source, packet.data, packet.offset, now)
        if layer.subscribers or layer.awaited:
            burst = layer.burst
            # Nobody can show a frame before its last packet is there, and all of it together is sent far cheaper.
            if cache is None or packet.second & 0x80 or packet.number != stream.highest or len(burst) >= _LONGEST_BURST:
                self._bursts.append(layer.send_on)
            elif not burst:
                self._held.add(layer.send_on)
            packet.waiting = True
            burst.append(packet)
        if source.sinks and source.info is not None and layer is source.main:
            for sink in source.sinks:
                sink.packet(source.info, packet, now)

    def _begins(self, source: Source, now: float) -> bool:
        """Whether its first packet counts: not while its page says that it has ended."""
        if source.kind in self._ended:
            return False
        source.active = True
        source.since = now
        self._watcher.started(self, source)
        return True

    def _look_for_key_frame(self, layer: Layer, stream: InboundStream, packet: PacketBuffer) -> None:
        wanted = stream.key_frame.wanted
        if wanted and stream.starts_key_frame(packet):
            stream.key_frame.arrived()
            stream.missing.key_frame(packet.number)
            if stream.codec == "VP8":
                stream.width = vp8_key_frame_width(packet.data, packet.offset, packet.length)
            layer.source.key_frame(layer)

    def _find_transport_number(self, data: bytearray, offset: int, now: float) -> None:
        found = find_extension(data, offset, self._cc)
        if found is not None and found[1] == 2:
            at = found[0]
            self._arrivals.arrived(data[at] << 8 | data[at + 1], now)

    def _hear(self, source: Source, data: bytearray, offset: int, now: float) -> None:
        found = find_extension(data, offset, self._level)
        if found is not None:
            source.level.heard(data[found[0]] & 0x7F)
            if source.level.speaking:
                self.spoke = now

    def _unknown(self, packet: PacketBuffer, offset: int, now: float) -> tuple[Layer, InboundStream] | None:
        """An SSRC without a stream of this payload type: a retransmission, or the first packet of a stream."""
        origin = self._origins.rtx_origin(packet.data, offset)
        if origin is not None:
            self._recover(packet, offset, origin, now)
            return None
        layer = self._origins.layer(packet.data, offset)
        if layer is None:
            return None
        _, second, _, _, ssrc = _read(packet.data)
        if second & 0x7F in layer.source.redundant_payloads:
            self._unfold(layer, packet, offset, now)
            return None
        return self._origins.begin(layer, ssrc, second & 0x7F)

    def _recover(self, packet: PacketBuffer, offset: int, origin: int, now: float) -> None:
        """Unwraps a retransmission (RFC 4588 §4) in place; one with nothing in it only probes the link."""
        # Through a view, which cannot change how long the memory is that the system receives into.
        data, view, length = packet.data, memoryview(packet.data), packet.length
        known = self._by_ssrc.get(origin)
        if known is None or length - offset - padding(data, length, offset) <= 2:
            return
        layer, stream = known
        first, second, _, timestamp, _ = _read(data)
        if layer.source.rtx_payloads.get(second & 0x7F) != stream.payload_type:
            return
        sequence = data[offset] << 8 | data[offset + 1]
        second = second & 0x80 | stream.payload_type
        first = 0x80 | first & 0x20
        size = 12 + length - offset - 2
        view[12:size] = view[offset + 2 : length]
        FIXED.pack_into(data, 0, first, second, sequence, timestamp, origin)
        number = stream.receive(sequence, timestamp, now)
        if number >= 0:
            stream.recovered += 1
            packet.length = size
            packet.note(first, second, timestamp, number, 12)
            self._forward(known, packet, now)

    def _unfold(self, layer: Layer, packet: PacketBuffer, offset: int, now: float) -> None:
        """Takes redundant sound apart (RFC 2198): what was lost just before it, then its own."""
        data, view, length = packet.data, memoryview(packet.data), packet.length
        first, second, sequence, timestamp, ssrc = _read(data)
        blocks = read_blocks(data, offset, length - padding(data, length, offset))
        if not blocks or layer.source.redundant_payloads[second & 0x7F] != blocks[-1].payload_type:
            return
        payload_type = blocks[-1].payload_type
        known = self._by_ssrc.get(ssrc)
        if known is None or known[1].payload_type != payload_type:
            known = self._origins.begin(layer, ssrc, payload_type)
            if known is None:
                return
        if known[1].cache is not None:
            # Each of the packets is built in this one's memory, so that none can be kept.
            return
        whole = bytes(data[:length])
        for number, block in known[1].restorable(sequence, blocks):
            earlier = (timestamp - block.back) & 0xFFFFFFFF
            size = 12 + block.end - block.start
            view[12:size] = whole[block.start : block.end]
            FIXED.pack_into(data, 0, 0x80, payload_type, number & 0xFFFF, earlier, ssrc)
            packet.length = size
            packet.note(0x80, payload_type, earlier, number, 12)
            self._forward(known, packet, now)
            # The next one is built in the same buffer.
            layer.send_on(now)
        own = blocks[-1]
        first, second = first & 0xDF, second & 0x80 | payload_type
        size = offset + own.end - own.start
        view[:offset] = whole[:offset]
        view[offset:size] = whole[own.start : own.end]
        data[0], data[1] = first, second
        number = known[1].receive(sequence, timestamp, now)
        if number >= 0:
            packet.length = size
            packet.note(first, second, timestamp, number, offset)
            self._forward(known, packet, now)
