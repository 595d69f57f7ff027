"""What a connection and its peer tell each other about packets: losses, requests, reports (RTCP)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rtc_server.media_core import rtcp as control
from rtc_server.media_core.congestion import ArrivalLog
from rtc_server.media_core.inbound import InboundStream
from rtc_server.sessions.origins import Origins
from rtc_server.sessions.reception import Reception, lost
from rtc_server.sessions.source import Slot, Source
from rtc_server.transport.batch import SendBatch
from rtc_server.transport.link import Link

_RETRANSMITS_PER_SECOND: Final = 2000
_FIRST_ROUND_TRIP: Final = 0.05
_LOSSY: Final = 0.05
"""Share lost from which one request or retransmission is not enough."""
_AGAIN: Final = 256
_BLOCKS: Final = 31
"""Sources that one packet reports on at most: its count has five bits (RFC 3550 §6.4.1)."""


class Feedback:
    """The control packets of one connection, both ways."""

    def __init__(self, ssrc: int, link: Link, batch: SendBatch, slots: Mapping[str, Slot], origins: Origins) -> None:
        """`ssrc` is what our feedback is from; `slots` by mid, they may still come."""
        self.ssrc = ssrc
        self.retransmitted = 0
        self.key_frames_asked = 0
        self.arrivals = ArrivalLog()
        self.reception = Reception()
        self._link = link
        self._batch = batch
        self._slots = slots
        self._sources, self._by_ssrc = origins.sources, origins.by_ssrc
        self._layered: list[Source] = []
        self._outs: dict[int, Slot] = {}
        self._allowance = _RETRANSMITS_PER_SECOND
        self._again: list[tuple[Slot, int]] = []

    def negotiated(self) -> None:
        """Learns the sources and slots that an offer has made."""
        self._layered = [source for source in self._sources.values() if len(source.layers) > 1]
        self._outs = {slot.out.ssrc: slot for slot in self._slots.values()}

    @property
    def streams(self) -> list[InboundStream]:
        """What the peer sends now."""
        return [stream for source in self._sources.values() for stream in source.streams]

    def take(self, packet: bytes, now: float) -> None:
        """Takes a compound: clocks and losses, and requests for packets and key frames."""
        for part in control.split(packet):
            if part.kind in (control.SR, control.RR):
                self._report(part, now)
            elif part.kind == control.RTPFB and part.count == control.NACK:
                self._retransmit_all(part, now)
            elif part.kind == control.PSFB and part.count == control.PLI:
                self._want_key_frame(control.media_ssrc(part))
            elif part.kind == control.PSFB and part.count == control.APPLICATION:
                rate = control.estimated_rate(part)
                if rate is not None:
                    self.reception.allocator.told(rate, now)
            elif part.kind == control.PSFB and part.count == control.FIR:
                for ssrc in control.intra_requests(part):
                    self._want_key_frame(ssrc)

    def ask(self, now: float) -> None:
        """Asks for missing packets and wanted key frames whose time has come; retransmits what is to go out twice."""
        if self._again:
            again, self._again = self._again, []
            for slot, sequence in again:
                self._retransmit(slot, sequence, now)
        for source in self._layered:
            source.update_layers(now)
        for layer, stream in self._by_ssrc.values():
            if (stream.missing.numbers or stream.key_frame.wanted) and layer.needed and stream.video:
                self._ask_for(stream, now)

    def _ask_for(self, stream: InboundStream, now: float) -> None:
        if stream.missing.numbers:
            round_trip = self.round_trip or _FIRST_ROUND_TRIP
            numbers, late = stream.missing.due(now, round_trip, lossy=stream.loss >= _LOSSY)
            if numbers:
                self._link.send_rtcp(control.build_nack(self.ssrc, stream.ssrc, numbers))
            if late:
                stream.key_frame.want()
        if stream.key_frame.due(now):
            self.key_frames_asked += 1
            self._link.send_rtcp(control.build_pli(self.ssrc, stream.ssrc))

    def send_congestion(self) -> None:
        """Reports the arrivals since the last time."""
        if not self.arrivals:
            return
        media = next((ssrc for ssrc in self._by_ssrc), 0)
        for packet in self.arrivals.feedback(self.ssrc, media):
            self._link.send_rtcp(packet)

    def update(self, now: float) -> bool:
        """Takes what was reported within the last second; whether what is sent is to change."""
        self._allowance = _RETRANSMITS_PER_SECOND
        return self.reception.update(self._slots.values(), self.round_trip, now)

    def send_reports(self, now: float, name: bytes) -> None:
        """Reports what came and what went; to be called once a second."""
        blocks = [stream.report(now) for stream in self.streams]
        compound = control.build_receiver_report(self.ssrc, blocks)
        ssrcs = [self.ssrc]
        for slot in self._slots.values():
            report = slot.out.report(now)
            if report is not None:
                compound += report
                ssrcs.append(slot.out.ssrc)
        self._link.send_rtcp(compound + control.build_names(ssrcs[:_BLOCKS], name))

    @property
    def round_trip(self) -> float | None:
        """Seconds, the shortest of its slots; None until a report came back."""
        times = [slot.out.rtt for slot in self._slots.values() if slot.out.rtt is not None]
        return min(times, default=None)

    @property
    def loss_up(self) -> float:
        """The worst share lost on any stream that the peer sends, 0..1."""
        return max((stream.loss for stream in self.streams), default=0.0)

    @property
    def loss_down(self) -> float:
        """The worst share lost on any slot that shows something, 0..1."""
        return lost(self._slots.values())

    @property
    def jitter(self) -> float:
        """The worst of what the peer sends, in seconds."""
        return max((stream.jitter / stream.clock_rate for stream in self.streams), default=0.0)

    def _report(self, part: control.Part, now: float) -> None:
        known = self._by_ssrc.get(part.ssrc)
        clock = control.sender_clock(part) if part.kind == control.SR else None
        if known is not None and clock is not None:
            known[0].source.clock(known[1], *clock, now)
        for report in control.reports(part):
            slot = self._outs.get(report.ssrc)
            if slot is not None:
                slot.out.received(report, now)

    def _retransmit_all(self, part: control.Part, now: float) -> None:
        slot = self._outs.get(control.media_ssrc(part) or 0)
        if slot is None:
            return
        for sequence in control.lost_sequences(part):
            if self._allowance <= 0:
                return
            self._retransmit(slot, sequence, now)
            if slot.out.loss >= _LOSSY and len(self._again) < _AGAIN:
                self._again.append((slot, sequence))

    def _retransmit(self, slot: Slot, sequence: int, now: float) -> None:
        size = slot.out.retransmit(sequence, self._batch.views[self._batch.used], now)
        if size:
            self._allowance -= 1
            self.retransmitted += 1
            self._link.send_rtp([size])

    def _want_key_frame(self, ssrc: int | None) -> None:
        slot = self._outs.get(ssrc or 0)
        if slot is not None:
            slot.want_key_frame()
