"""A session's subscriber: notes packets with their times until the writer takes them, within a bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from rtc_server.media_core.packet import Packet
from rtc_server.recording.block import RECORD_OVERHEAD, Block
from rtc_server.recording.segment_format import (
    Record,
    RecordKind,
    SourceEntry,
    encode_outage,
    encode_report,
)
from rtc_server.sessions.interface import SourceInfo

_PACKET: Final = int(RecordKind.PACKET)
_SOURCES: Final = 512
_KNOWN_OBJECTS: Final = 1024


@dataclass
class _Track:
    index: int
    info: SourceInfo
    live: bool = True


class RecordingTap:
    """A `PacketSink` that never blocks: what does not fit into `room` bytes is left out as an outage."""

    def __init__(self, origin: float, room: int) -> None:
        """`origin`: the monotonic second that is microsecond 0 of the recording."""
        self.overflowed = False
        """Whether packets had to be left out since the last `resume` because the disk was too slow."""
        self.sources_refused = 0
        self._origin = origin
        self._room = room
        self._blocks: list[Block] = []
        self._spare: list[Block] = []
        self._waiting = 0
        self._tracks: dict[SourceInfo, _Track] = {}
        # Hashing a SourceInfo for every packet would cost more than all the rest, so its identity is looked up first.
        self._by_identity: dict[int, _Track] = {}
        self._paused_at: int | None = None
        self._last = origin

    def packet(self, source: SourceInfo, packet: Packet, arrival: float) -> None:
        """Notes a packet."""
        if self._paused_at is not None:
            return
        track = self._by_identity.get(id(source))
        if track is None or track.info is not source or not track.live:
            track = self._find(source, arrival)
            if track is None:
                return
        if self._fits(packet.length, arrival):
            self._put(_PACKET, track.index, self.microseconds(arrival), packet.data, packet.length)

    def sender_report(self, source: SourceInfo, ntp: float, timestamp: int, arrival: float) -> None:
        """Notes what the source's own clock says."""
        track = self._tracks.get(source)
        if track is not None and track.live:
            self._note(RecordKind.REPORT, track, arrival, encode_report(ntp, timestamp))

    def ended(self, source: SourceInfo) -> None:
        """Notes that the source stopped."""
        track = self._tracks.get(source)
        if track is not None and track.live:
            track.live = False
            self._note(RecordKind.ENDED, track, self._last, b"")

    def take(self) -> list[Block]:
        """What came since the last call, to be given back by `reuse` once it is written."""
        blocks, self._blocks = self._blocks, []
        self._waiting = 0
        return blocks

    def reuse(self, blocks: list[Block]) -> None:
        """Takes memory back that nobody reads any more."""
        for block in blocks:
            block.clear()
        # In place of what it had, so that after a slow disk it keeps no more than it needs.
        self._spare = blocks

    def pause(self, since: int) -> None:
        """Leaves everything out from now on, `since` in microseconds; each source is named again when it goes on."""
        if self._paused_at is None:
            self._paused_at = since
            for track in self._tracks.values():
                track.live = False

    def resume(self, now: float, reason: str) -> float:
        """Notes packets again, and the outage before; how many seconds that was."""
        if self._paused_at is None:
            return 0.0
        since, until = self._paused_at, self.microseconds(now)
        self._paused_at = None
        self.overflowed = False
        self._put_note(RecordKind.OUTAGE, 0, until, encode_outage(since, reason))
        return (until - since) / 1e6

    def videos(self) -> list[SourceInfo]:
        """The sources that need a key frame after a pause."""
        return [source for source in self._tracks if source.codec != "opus"]

    def microseconds(self, now: float) -> int:
        """The recording's time at a monotonic second."""
        return max(0, int((now - self._origin) * 1e6))

    def _find(self, source: SourceInfo, arrival: float) -> _Track | None:
        """The track of a source not known by its object: new, described anew, or back again."""
        track = self._tracks.get(source)
        if track is None:
            if len(self._tracks) >= _SOURCES:
                self.sources_refused += 1
                return None
            track = self._tracks[source] = _Track(len(self._tracks), source, live=False)
        if not track.live:
            track.live = True
            self._note(RecordKind.SOURCE, track, arrival, msgspec.json.encode(_entry(source)))
        if len(self._by_identity) >= _KNOWN_OBJECTS:
            self._by_identity.clear()
        # The track holds the object, so that its identity cannot become another's.
        track.info = source
        self._by_identity[id(source)] = track
        return track

    def _note(self, kind: RecordKind, track: _Track, arrival: float, data: bytes) -> None:
        if self._fits(len(data), arrival):
            self._put_note(kind, track.index, self.microseconds(arrival), data)

    def _fits(self, length: int, arrival: float) -> bool:
        """Whether there is room for so many bytes more; when not, all is left out from now on."""
        self._waiting += RECORD_OVERHEAD + length
        if self._waiting > self._room:
            self._overflow(arrival)
            return False
        self._last = arrival
        return True

    def _put_note(self, kind: RecordKind, source: int, at: int, data: bytes) -> None:
        self._put(kind, source, at, data, len(data))
        self._blocks[-1].notes.append(Record(kind, source, at, data))

    def _put(self, kind: int, source: int, at: int, data: bytes | bytearray, length: int) -> None:
        if not self._blocks or not self._blocks[-1].add(kind, source, at, data, length):
            self._blocks.append(self._spare.pop() if self._spare else Block())
            if not self._blocks[-1].add(kind, source, at, data, length):
                raise ValueError("a record is larger than a block")

    def _overflow(self, arrival: float) -> None:
        self.overflowed = True
        self.pause(self.microseconds(arrival))


def _entry(source: SourceInfo) -> SourceEntry:
    return SourceEntry(
        participant_id=source.participant_id,
        kind=source.kind,
        codec=source.codec,
        clock_rate=source.clock_rate,
        channels=source.channels,
        payload_type=source.payload_type,
        ssrc=source.ssrc,
    )
